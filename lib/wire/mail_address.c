/*
 * Addresses as mails have them: RFC 5322 with its old forms, and what breaks it:
 * names with commas, addresses without brackets, brackets and quotes that do not close.
 * One pass; what has no end is looked for once.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"

#define ADDRESSES_MAX 1000
#define HELD_MAX 3 /* pieces of a name with commas */

struct reader {
	struct arena *arena;
	struct mail_addresses *out;
	size_t cap;
	const char *end;
	struct buf phrase, comment; /* of the mailbox that is read */
	struct mail_span angle;
	bool has_angle, at;
	bool no_quote, no_paren;    /* none closes any more */
	const char *held[HELD_MAX]; /* names so far without an address */
	size_t held_n;
};

static struct mail_span
span_of(const struct buf *buf)
{
	return mail_trim((struct mail_span){ buf_get(buf), buf->n });
}

/* "<>", blanks, routes and schemes off. */
static const char *
clean(struct arena *arena, struct mail_span s)
{
	const char *colon, *text;
	char *out;
	size_t n = 0;

	s = mail_trim(s);
	colon = s.n > 0 && s.p[0] == '@' ? memchr(s.p, ':', s.n) : NULL;
	if (s.n > 7 && strncasecmp(s.p, "mailto:", 7) == 0)
		colon = s.p + 6;
	if (colon)
		s = (struct mail_span){ colon + 1, s.n - (size_t)(colon + 1 - s.p) };
	if (s.n > 2 && s.p[0] == '\'' && s.p[s.n - 1] == '\'')
		s = (struct mail_span){ s.p + 1, s.n - 2 };
	text = mail_words(arena, s);
	out = arena_strdup(arena, text);
	for (bool quoted = *text == '"'; *text; text++)
		if (((unsigned char)*text > ' ' || (quoted && *text == ' ')) && *text != 0x7f)
			out[n++] = *text;
	out[n] = '\0';
	return out;
}

static void
push(struct reader *r, const char *name, const char *address)
{
	struct mail_addresses *out = r->out;

	if (out->n == r->cap)
		out->v = arena_grow(r->arena, out->v, &r->cap, sizeof(out->v[0]));
	out->v[out->n++] = (struct mail_address){ name && *name ? name : NULL, address };
}

/* A name alone. One word is a mailbox of the machine itself; some encode all of "Ann <a@x>". */
static void
push_name(struct reader *r, const char *name)
{
	const char *open = strrchr(name, '<'), *at = strchr(name, '@');

	if (open && strchr(open, '@')) {
		struct mail_span before = mail_trim((struct mail_span){ name, (size_t)(open - name) });

		push(r, arena_memdup(r->arena, before.p, before.n), clean(r->arena, (struct mail_span){ open + 1, strcspn(open + 1, ">") }));
	} else if (!strpbrk(name, " \t") || (at && !strchr(name, ' ')))
		push(r, NULL, name);
	else
		push(r, name, "");
}

static void
push_held(struct reader *r)
{
	for (size_t i = 0; i < r->held_n; i++)
		push_name(r, r->held[i]);
	r->held_n = 0;
}

/* The pieces held before, as one name with this: "Doe, Ann". */
static const char *
join_held(struct reader *r, const char *name)
{
	for (size_t i = r->held_n; i > 0; i--)
		name = arena_printf(r->arena, "%s, %s", r->held[i - 1], name);
	r->held_n = 0;
	return name;
}

/* "Ann a@x.y", "a @ x.y": the word with the '@', and what is left. */
static void
push_bare(struct reader *r)
{
	struct mail_span all = span_of(&r->phrase), name;
	const char *at = memchr(all.p, '@', all.n), *from = NULL, *to = NULL, *end = all.p + all.n;

	if (!at)
		return;
	for (const char *p = at; p; p = memchr(p + 1, '@', (size_t)(end - p) - 1))
		at = p;
	from = at;
	while (from > all.p && from[-1] == ' ')
		from--;
	if (from > all.p && from[-1] == '"') {
		for (from--; from > all.p && from[-1] != '"';)
			from--;
		from -= from > all.p;
	}
	while (from > all.p && from[-1] != ' ')
		from--;
	to = at + 1;
	while (to < end && *to == ' ')
		to++;
	while (to < end && *to != ' ')
		to++;
	name = from > all.p ? (struct mail_span){ all.p, (size_t)(from - all.p) } : span_of(&r->comment);
	push_held(r);
	push(r, mail_words(r->arena, name), clean(r->arena, (struct mail_span){ from, (size_t)(to - from) }));
}

/* A mailbox ends. */
static void
finish(struct reader *r, bool comma)
{
	struct mail_span phrase = span_of(&r->phrase), comment = span_of(&r->comment);
	const char *name = NULL;

	if (r->has_angle) {
		name = mail_words(r->arena, phrase.n ? phrase : comment);
		if (phrase.n)
			name = join_held(r, name);
		push_held(r);
		push(r, name, clean(r->arena, r->angle));
	} else if (phrase.n && r->at)
		push_bare(r);
	else if (phrase.n || comment.n) {
		if (comment.n || !comma || r->held_n == HELD_MAX)
			push_held(r);
		name = mail_words(r->arena, phrase.n ? phrase : comment);
		if (phrase.n && comment.n)
			push(r, mail_words(r->arena, comment), name);
		else if (comma && !comment.n)
			r->held[r->held_n++] = name;
		else
			push_name(r, name);
	}
	if (!comma)
		push_held(r);
	buf_reset(&r->phrase);
	buf_reset(&r->comment);
	r->has_angle = r->at = false;
}

/* The closing quote of the string at p, or NULL. */
static const char *
quote_end(struct reader *r, const char *p)
{
	for (p++; !r->no_quote && p < r->end; p++) {
		if (*p == '\\' && p + 1 < r->end)
			p++;
		else if (*p == '"')
			return p;
	}
	r->no_quote = true;
	return NULL;
}

static const char *
read_quoted(struct reader *r, const char *p)
{
	const char *close = quote_end(r, p);
	/* A local part keeps its quotes. */
	bool local = close && close + 1 < r->end && close[1] == '@';

	if (!close)
		return p + 1;
	if (local) {
		buf_add(&r->phrase, p, (size_t)(close + 1 - p));
		return close + 1;
	}
	for (p++; p < close; p++) {
		p += *p == '\\' && p + 1 < close;
		r->at = r->at || *p == '@';
		buf_char(&r->phrase, *p);
	}
	return close + 1;
}

static const char *
read_comment(struct reader *r, const char *p)
{
	const char *from = p + 1;
	unsigned depth = 0;

	for (; !r->no_paren && p < r->end; p++) {
		if (*p == '\\' && p + 1 < r->end)
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			break;
	}
	if (r->no_paren || p >= r->end) {
		r->no_paren = true;
		buf_char(&r->phrase, '(');
		return from;
	}
	buf_reset(&r->comment);
	for (; from < p; from++) {
		from += *from == '\\' && from + 1 < p;
		buf_char(&r->comment, *from);
	}
	return p + 1;
}

static const char *
read_angle(struct reader *r, const char *p)
{
	const char *from = p + 1, *close = NULL;

	for (p = from; p < r->end && *p != '<' && !close; p++)
		if (*p == '>')
			close = p;
	if (!close && from < r->end && *from != '@') {
		const char *comma = memchr(from, ',', (size_t)(p - from));

		p = comma ? comma : p;
	}
	/* Of two, the first that is not empty. */
	if (!r->has_angle || r->angle.n == 0)
		r->angle = (struct mail_span){ from, (size_t)((close ? close : p) - from) };
	r->has_angle = true;
	return close ? close + 1 : p;
}

static const char *
read_plain(struct reader *r, const char *p)
{
	struct mail_word word;

	if (*p == '=' && mail_word_at(p, r->end, &word)) {
		buf_add(&r->phrase, p, word.size);
		return p + word.size;
	}
	if (mail_is_space(*p)) {
		if (r->phrase.n && r->phrase.p[r->phrase.n - 1] != ' ')
			buf_char(&r->phrase, ' ');
		return p + 1;
	}
	if (*p == '\\' && p + 1 < r->end)
		p++;
	r->at = r->at || *p == '@';
	buf_char(&r->phrase, *p);
	return p + 1;
}

static const char *
step(struct reader *r, const char *p)
{
	switch (*p) {
	case '"':
		return read_quoted(r, p);
	case '(':
		return read_comment(r, p);
	case '<':
		return read_angle(r, p);
	case ',':
	case ';':
		finish(r, *p == ',');
		return p + 1;
	case ':':
		if (r->at)
			return read_plain(r, p);
		/* The name of a group, or a scheme. */
		buf_reset(&r->phrase);
		push_held(r);
		return p + 1;
	default:
		return read_plain(r, p);
	}
}

bool
mail_addresses_add(struct arena *arena, struct mail_span value, struct mail_addresses *list)
{
	struct reader r = { .arena = arena, .out = list, .cap = list->n, .end = value.p + value.n };
	const char *p = value.p;

	while (p < r.end && list->n < ADDRESSES_MAX)
		p = step(&r, p);
	if (list->n < ADDRESSES_MAX)
		finish(&r, false);
	buf_release(&r.phrase);
	buf_release(&r.comment);
	return p == r.end;
}

#include "desk/draft_text.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "model/record.h"
#include "model/target.h"

#define REFERENCES_MAX 20
#define REFERENCES_BYTES 16384
#define ID_BYTES 500
#define PEOPLE_MAX 1000
#define LINE_BYTES 900

/* Subjects. */

/* As mail programs write them in the languages around. */
static const char *const prefixes[] = { "re", "aw", "sv", "vs", "antw", "odp", "ré", "rif", "fwd", "fw", "wg", "tr" };

/* The length of "RE[2]: " and the like at its beginning, 0: there is none. */
static size_t
prefix_of(const char *s)
{
	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		size_t n = strlen(prefixes[i]), digits;

		if (strncasecmp(s, prefixes[i], n) != 0)
			continue;
		if (s[n] == '[' || s[n] == '(') {
			digits = strspn(s + n + 1, "0123456789");
			if (digits && s[n + 1 + digits] == (s[n] == '[' ? ']' : ')'))
				n += digits + 2;
		} else if (s[n] == '^') {
			n += 1 + strspn(s + n + 1, "0123456789");
		}
		n += strspn(s + n, " ");
		if (s[n] == ':')
			return n + 1;
	}
	return 0;
}

static const char *
bare(const char *subject)
{
	size_t n;

	do {
		subject += strspn(subject, " \t");
		n = prefix_of(subject);
		subject += n;
	} while (n);
	return subject;
}

/* "TR:" is what the French forward, "WG:" the Germans: answered, both become "Re:". */
const char *
draft_subject_reply(struct arena *arena, const char *subject)
{
	return arena_printf(arena, "Re: %s", bare(draft_line(arena, subject)));
}

const char *
draft_subject_forward(struct arena *arena, const char *subject)
{
	return arena_printf(arena, "Fwd: %s", bare(draft_line(arena, subject)));
}

const char *
draft_line(struct arena *arena, const char *text)
{
	size_t size = text ? strlen(text) : 0;
	char *out;

	if (size > LINE_BYTES)
		size = utf8_valid(text, LINE_BYTES);
	out = arena_memdup(arena, text ? text : "", size);
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return out;
}

/* References. */

/* No id holds what would end it, or the line that it stands in. */
static bool
is_id(const char *id, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)id[i] <= ' ' || strchr("<>\x7f", id[i]))
			return false;
	return size > 0 && size <= ID_BYTES;
}

static void
add_ids(struct arena *arena, struct texts *out, const char *ids)
{
	while (ids && *(ids += strspn(ids, " \t"))) {
		size_t n = strcspn(ids, " \t");
		const char *id = arena_memdup(arena, ids, n);
		bool known = !is_id(ids, n);

		for (size_t i = 0; i < out->n; i++)
			known = known || strcmp(out->v[i], id) == 0;
		if (!known)
			texts_add(arena, out, id);
		ids += n;
	}
}

const char *
draft_references(struct arena *arena, const char *refs, const char *in_reply_to, const char *message_id)
{
	struct texts ids = { NULL, 0, 0 };
	struct buf out = BUF_INIT;
	const char *text;

	if (!refs || !*refs)
		refs = in_reply_to && !strchr(in_reply_to, ' ') ? in_reply_to : NULL;
	/* Of very many the middle is not even looked at. */
	if (refs && strlen(refs) > REFERENCES_BYTES) {
		add_ids(arena, &ids, arena_memdup(arena, refs, strcspn(refs, " \t")));
		refs += strlen(refs) - REFERENCES_BYTES;
		refs += strcspn(refs, " \t");
	}
	add_ids(arena, &ids, refs);
	add_ids(arena, &ids, message_id);
	for (size_t i = 0; i < ids.n; i++) {
		if (ids.n > REFERENCES_MAX && i > 0 && i <= ids.n - REFERENCES_MAX)
			continue;
		buf_printf(&out, "%s%s", i ? " " : "", ids.v[i]);
	}
	text = ids.n ? arena_strdup(arena, buf_get(&out)) : NULL;
	buf_release(&out);
	return text;
}

/* Recipients. */

bool
draft_same_address(const char *a, const char *b)
{
	const char *at = strrchr(a, '@'), *bt = strrchr(b, '@');

	if (!at || !bt)
		return strcmp(a, b) == 0;
	return at - a == bt - b && strncmp(a, b, (size_t)(at - a)) == 0 && strcasecmp(at, bt) == 0;
}

static bool
among(const struct draft_people *people, const char *address)
{
	for (size_t i = 0; people && i < people->n; i++)
		if (draft_same_address(people->v[i].address, address))
			return true;
	return false;
}

void
draft_people_add(struct arena *arena, struct draft_people *people, const struct draft_people *those, struct draft_person person)
{
	if (people->n < PEOPLE_MAX && !among(people, person.address) && !among(those, person.address))
		vec_push(arena, people, person);
}

void
draft_people_show(struct arena *arena, const struct draft_people *people, struct texts *out)
{
	for (size_t i = 0; i < people->n; i++) {
		const struct draft_person *p = &people->v[i];

		texts_add(arena, out, p->name ? arena_printf(arena, "%s <%s>", p->name, p->address) : p->address);
	}
}

bool
draft_people_remove(struct draft_people *people, const char *address)
{
	size_t kept = 0;

	for (size_t i = 0; i < people->n; i++)
		if (!draft_same_address(people->v[i].address, address))
			people->v[kept++] = people->v[i];
	if (kept == people->n)
		return false;
	people->n = kept;
	return true;
}

struct choosing {
	struct arena *arena;
	draft_own_fn *own;
	void *context;
	const struct draft_people *to;
};

static void
add_others(const struct choosing *c, struct draft_people *out, const struct draft_people *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (!c->own(c->context, from->v[i].address))
			draft_people_add(c->arena, out, out == c->to ? NULL : c->to, from->v[i]);
}

void
draft_recipients(struct arena *arena, const struct draft_heading *h, enum draft_scope scope, draft_own_fn *own, void *context,
		 struct draft_people *to, struct draft_people *cc)
{
	const struct choosing c = { arena, own, context, to };
	const struct draft_people *sender = h->reply_to.n ? &h->reply_to : &h->from;

	*to = *cc = (struct draft_people){ NULL, 0, 0 };
	if (scope == DRAFT_LIST) {
		add_others(&c, to, &h->list);
		return;
	}
	if (scope == DRAFT_ALL && h->followup.n) {
		add_others(&c, to, &h->followup);
	} else {
		add_others(&c, to, sender);
		if (scope == DRAFT_ALL) {
			add_others(&c, cc, &h->to);
			add_others(&c, cc, &h->cc);
		}
	}
	/* Who answers what the desk itself wrote writes to whom that went. */
	if (!to->n && cc->n) {
		*to = *cc;
		*cc = (struct draft_people){ NULL, 0, 0 };
	}
	if (!to->n)
		add_others(&c, to, &h->to);
	for (size_t i = 0; !to->n && i < sender->n; i++)
		draft_people_add(arena, to, NULL, sender->v[i]);
}

/* Headers. */

const char *
draft_header(struct arena *arena, const char *raw, size_t size, const char *name)
{
	size_t n = strlen(name), length;
	char *out;

	for (const char *line = raw, *end = raw + size, *next; line < end && *line != '\n' && *line != '\r'; line = next) {
		const char *stop;

		/* A line goes on in the next where that begins by a blank. */
		for (stop = line; (stop = memchr(stop, '\n', (size_t)(end - stop))) && stop + 1 < end && (stop[1] == ' ' || stop[1] == '\t'); stop++)
			;
		next = stop ? stop + 1 : end;
		if ((size_t)(next - line) <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
			continue;
		length = (size_t)(next - line) - n - 1;
		out = arena_memdup(arena, line + n + 1, length);
		for (size_t i = 0; i < length; i++)
			if ((unsigned char)out[i] < ' ' || out[i] == 0x7f)
				out[i] = ' ';
		return out + strspn(out, " ");
	}
	return NULL;
}

/* The end of one of a list: the next comma outside quotes and <>. */
static size_t
one_of(const char *s)
{
	bool quoted = false, angle = false;
	size_t i;

	for (i = 0; s[i] && (quoted || angle || (s[i] != ',' && s[i] != ';')); i++) {
		if (quoted && s[i] == '\\' && s[i + 1])
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s[i] == '<' || s[i] == '>'))
			angle = s[i] == '<';
	}
	return i;
}

void
draft_addresses(struct arena *arena, const char *value, struct draft_people *out)
{
	for (size_t n; *value; value += n + (value[n] != '\0')) {
		const char *one, *open, *close, *normal;

		n = one_of(value);
		one = arena_memdup(arena, value, n);
		open = strrchr(one, '<');
		one = open ? open + 1 : one + strspn(one, " \t");
		close = one + strcspn(one, open ? ">?" : " \t?");
		one = arena_memdup(arena, one, (size_t)(close - one));
		if (strncasecmp(one, "mailto:", 7) == 0)
			one += 7;
		normal = address_normalize(arena, "mailto", one);
		if (normal)
			draft_people_add(arena, out, NULL, (struct draft_person){ normal, NULL });
	}
}

/* Quoting. */

const char *
draft_quoted(struct arena *arena, const char *text)
{
	struct buf out = BUF_INIT;
	size_t size = strlen(text), n;
	const char *quoted;

	while (size && strchr(" \t\r\n", text[size - 1]))
		size--;
	for (const char *end = text + size; text < end; text += n + 1) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t shown;

		n = newline ? (size_t)(newline - text) : (size_t)(end - text);
		shown = n;
		while (shown && strchr(" \t\r", text[shown - 1]))
			shown--;
		/* What is quoted already is so once more, without a blank between. */
		buf_str(&out, !shown || *text == '>' ? ">" : "> ");
		buf_add(&out, text, shown);
		buf_char(&out, '\n');
	}
	quoted = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return quoted;
}

const char *
draft_tail(struct arena *arena, const char *introduction, const char *quoted, const char *signature)
{
	const char *head = quoted ? arena_printf(arena, "%s%s%s", introduction ? introduction : "", introduction && *introduction ? "\n" : "", quoted) : NULL;

	if (!signature || !*signature)
		return head && *head ? head : NULL;
	return arena_printf(arena, "%s%s-- \n%s", head ? head : "", head && *head ? "\n" : "", signature);
}

size_t
draft_tail_signature(const char *tail)
{
	const char *line = tail;

	while (*line && strncmp(line, "-- \n", 4) != 0) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return (size_t)(line - tail);
}

const char *
draft_whole(struct arena *arena, const char *text, const char *tail)
{
	size_t size = text ? strlen(text) : 0;

	if (!tail || !*tail)
		return text ? text : "";
	while (size && strchr("\r\n", text[size - 1]))
		size--;
	return size ? arena_printf(arena, "%.*s\n\n%s", (int)size, text, tail) : tail;
}

const char *
draft_filled(struct arena *arena, const char *words, const struct draft_hole *holes, size_t n)
{
	struct buf out = BUF_INIT;
	const char *text;

	while (*words) {
		size_t plain = strcspn(words, "{"), size = strcspn(words + plain, "}"), i = 0;

		buf_add(&out, words, plain);
		words += plain;
		if (!*words)
			break;
		while (i < n && (strlen(holes[i].name) != size - 1 || strncmp(holes[i].name, words + 1, size - 1) != 0))
			i++;
		if (i < n && words[size] == '}') {
			buf_str(&out, holes[i].value ? holes[i].value : "");
			words += size + 1;
		} else {
			buf_char(&out, *words++);
		}
	}
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

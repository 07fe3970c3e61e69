/*
 * What is new in a reply. As search/letter.c, it knows its formulas by
 * base/phrase.h, but keeps greetings and farewells: a person reads this.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/phrase.h"
#include "base/utf8.h"
#include "wire/mail_priv.h"
#include "wire/mail_text.h"

#define TEXT_MAX (1 << 20) /* bytes; what is longer is no letter, and kept as it is */
#define LINES_MAX 100000
#define WROTE_LINES 3     /* of the line before a quotation */
#define HEADERS 8         /* lines of the head of a quoted message */
#define HEADERS_MIN 3     /* without a subject */
#define SIGNATURE_LINES 8 /* behind two hyphens without a blank */
#define SIGNATURE_LINE 60 /* bytes of one */
#define RULE_MIN 3

struct line {
	const char *p;
	size_t n;
	bool dropped;
};

struct reply {
	struct line *v;
	size_t n;
};

static void
line_fold(const struct line *line, struct folded *out)
{
	fold_line(line->p, line->p + line->n, out);
}

static bool
is_blank(const struct line *line)
{
	return mail_trim((struct mail_span){ line->p, line->n }).n == 0;
}

static bool
is_quoted(const struct line *line)
{
	struct mail_span s = mail_trim((struct mail_span){ line->p, line->n });

	return s.n > 0 && *s.p == '>';
}

/* Dashes and the like alone. */
static bool
is_rule(const struct line *line)
{
	struct mail_span s = mail_trim((struct mail_span){ line->p, line->n });

	for (size_t i = 0; i < s.n; i++)
		if (!strchr("-_=*", s.p[i]) || s.p[i] == '\0')
			return false;
	return s.n >= RULE_MIN;
}

/* Of any width: the last byte tells, before the line is folded. */
static bool
ends_colon(const struct line *line)
{
	struct mail_span s = mail_trim((struct mail_span){ line->p, line->n });

	return s.n > 0 && (s.p[s.n - 1] == ':' || s.p[s.n - 1] == '\x9a');
}

static size_t
skip_blank(const struct reply *r, size_t i)
{
	while (i < r->n && is_blank(&r->v[i]))
		i++;
	return i;
}

/*
 * The line that introduces a quotation, on one to three lines: how many, 0: it
 * is none. *sure_r: with an address or a time, as programs write it.
 */
static size_t
wrote(const struct reply *r, size_t at, bool *sure_r)
{
	for (size_t lines = 1; lines <= WROTE_LINES && at + lines <= r->n && !is_blank(&r->v[at + lines - 1]); lines++) {
		const struct line *last = &r->v[at + lines - 1];
		struct folded text;
		size_t next;

		if (is_quoted(last))
			break;
		if (!ends_colon(last))
			continue;
		fold_line(r->v[at].p, last->p + last->n, &text);
		if (text.n == 0 || text.bytes[text.n - 1] != ':')
			continue;
		*sure_r = strchr(text.bytes, '@') || strchr(text.bytes, ':') != strrchr(text.bytes, ':');
		if (strpbrk(text.bytes, "0123456789") && phrase_wrote(&text))
			return lines;
		/* In other words: only where a quotation follows. */
		next = skip_blank(r, at + lines);
		if (next < r->n && is_quoted(&r->v[next]) && lines == 1 &&
		    (phrase_ends(&text, SAID) || (*sure_r && strchr(text.bytes, '@') && strpbrk(text.bytes, "0123456789"))))
			return lines;
	}
	return 0;
}

/* Behind the marks of a line that may be bold or ruled. */
static bool
marked(const struct line *line, enum phrase_kind kind, bool rules)
{
	struct folded text;
	size_t skip;

	if (rules && !strchr("-_=* \t", line->n ? *line->p : 'x'))
		return false;
	line_fold(line, &text);
	skip = strspn(text.bytes, "-_=* ");
	return (skip > 0 || !rules) && phrase_begins(text.bytes + skip, kind);
}

/* The head of a quoted message without marks, as Outlook writes it. */
static bool
is_head(const struct reply *r, size_t at)
{
	size_t n = 0;

	if (!memchr(r->v[at].p, ':', r->v[at].n))
		return false;
	for (; n < HEADERS && at + n < r->n; n++) {
		struct folded text;
		const char *s;

		line_fold(&r->v[at + n], &text);
		s = text.bytes + strspn(text.bytes, "* ");
		if (n == 0 && !phrase_begins(s, FROM))
			return false;
		if (n > 0 && phrase_begins(s, SUBJECT))
			return true;
		if (n > 0 && !phrase_begins(s, FROM) && !phrase_begins(s, HEADER))
			break;
	}
	return n >= HEADERS_MIN;
}

static void
drop(struct reply *r, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < r->n; i++)
		r->v[i].dropped = true;
}

/* Where the rest is a quotation; n: nowhere. Lines that are marked are dropped besides. */
static size_t
drop_quotations(struct reply *r)
{
	bool body = false;

	for (size_t i = 0; i < r->n; i++) {
		bool sure = false;
		size_t lines = 0, next;

		if (r->v[i].dropped || is_blank(&r->v[i]))
			continue;
		if (is_quoted(&r->v[i])) {
			r->v[i].dropped = true;
			continue;
		}
		if (marked(&r->v[i], FORWARDED, !ends_colon(&r->v[i])))
			return r->n;
		lines = wrote(r, i, &sure);
		next = skip_blank(r, i + lines);
		if (lines && next < r->n && is_quoted(&r->v[next])) {
			drop(r, i, next);
			continue;
		}
		if (body && ((lines && sure) || marked(&r->v[i], ORIGINAL, true) || is_head(r, i)))
			return i;
		body = body || !is_rule(&r->v[i]);
	}
	return r->n;
}

/* A few short lines to the end, or to a quotation. */
static bool
is_signature(const struct reply *r, size_t from, size_t end)
{
	size_t lines = 0;

	for (size_t i = from; i < end && !r->v[i].dropped; i++)
		if (!is_blank(&r->v[i]) && (++lines > SIGNATURE_LINES || r->v[i].n > SIGNATURE_LINE))
			return false;
	return true;
}

static bool
is_dashes(const struct reply *r, size_t at, size_t end)
{
	const struct line *line = &r->v[at];

	if (line->n == 3 && memcmp(line->p, "-- ", 3) == 0)
		return true;
	return line->n == 2 && memcmp(line->p, "--", 2) == 0 && is_signature(r, at + 1, end);
}

/* "Sent from my phone", with or without the link that it is. */
static bool
is_sent(const struct line *line)
{
	const char *link = memchr(line->p, '<', line->n);

	return (link ? (size_t)(link - line->p) : line->n) <= SIGNATURE_LINE && marked(line, SENT, false);
}

static void
drop_signatures(struct reply *r, size_t end)
{
	bool body = false;

	for (size_t i = 0; i < end; i++) {
		if (r->v[i].dropped || is_blank(&r->v[i]))
			continue;
		if (is_sent(&r->v[i]))
			r->v[i].dropped = true;
		else if (body && is_dashes(r, i, end))
			for (; i < end && !r->v[i].dropped; i++)
				r->v[i].dropped = true;
		else
			body = true;
	}
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return n;
}

static struct reply
split(struct arena *arena, const char *text, size_t lines)
{
	struct reply r = { arena_alloc(arena, lines * sizeof(r.v[0])), 0 };

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");

		r.v[r.n++] = (struct line){ p, n - (n > 0 && p[n - 1] == '\r'), false };
		p += n + (p[n] == '\n');
	}
	return r;
}

/* What stands, without empty lines at its ends; where something was dropped stands at most one. */
static const char *
join(struct arena *arena, const struct reply *r, size_t end)
{
	struct buf out = BUF_INIT;
	size_t blanks = 0;
	bool gap = false;
	const char *text;

	while (end > 0 && (r->v[end - 1].dropped || is_blank(&r->v[end - 1]) || is_rule(&r->v[end - 1])))
		end--;
	for (size_t i = 0; i < end; i++) {
		gap = gap || r->v[i].dropped;
		if (r->v[i].dropped)
			continue;
		if (is_blank(&r->v[i])) {
			blanks++;
			continue;
		}
		for (blanks = gap && (blanks || out.n) ? 1 : blanks; blanks > 0 && out.n > 0; blanks--)
			buf_char(&out, '\n');
		buf_add(&out, r->v[i].p, r->v[i].n);
		buf_char(&out, '\n');
		blanks = 0;
		gap = false;
	}
	text = arena_memdup(arena, buf_get(&out), out.n);
	buf_release(&out);
	return text;
}

const char *
mail_fresh(struct arena *arena, const char *text)
{
	struct arena *scratch;
	const char *fresh;
	struct reply r;
	size_t end, lines = strlen(text) > TEXT_MAX ? LINES_MAX + 1 : count_lines(text);

	if (lines > LINES_MAX)
		return arena_strdup(arena, text);
	scratch = arena_new();
	r = split(scratch, text, lines);
	end = drop_quotations(&r);
	drop_signatures(&r, end);
	fresh = join(arena, &r, end);
	arena_free(&scratch);
	return *fresh ? fresh : arena_strdup(arena, text);
}

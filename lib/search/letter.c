#include "search/letter.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/phrase.h"
#include "base/utf8.h"
#include "search/fold.h"

#define LETTER_MAX (1 << 20) /* bytes; what is longer is no letter, and kept as it is */
#define LETTER_MIN 200
#define GREETED 3         /* lines in which a greeting is looked for */
#define GREETING_WORDS 5  /* behind the formula */
#define TITLE_MAX 4       /* bytes of one with a point: "Mme." */
#define OPENING_MAX 110   /* bytes of a sentence that wishes well */
#define SIGNATURE_LINES 8 /* behind a closing formula */
#define SIGNATURE_LINE 60 /* bytes of such a line */
#define NAME_WORDS 4      /* of a name behind such a formula */
#define HEADERS 8         /* lines of the head of a quoted message */
#define NOTICE_LINES 40   /* of a legal paragraph */

/* A line, its end not counted, and what of it is kept: [from, to). */
struct line {
	const char *begin, *end;
	const char *from;
	bool dropped;
};

struct letter {
	struct line *v;
	size_t n;
	const char *end;
};

static bool
is_blank(const struct line *line)
{
	struct folded text;

	fold_line(line->begin, line->end, &text);
	return text.n == 0;
}

static bool
says_something(const char *s, const char *end)
{
	enum text_class class;
	uint32_t c;

	while (s < end) {
		s += utf8_next(s, (size_t)(end - s), &c);
		class = c == UTF8_INVALID ? TEXT_DIVIDES : text_class(c);
		if (class != TEXT_DIVIDES && class != TEXT_INVISIBLE && class != TEXT_APOSTROPHE)
			return true;
	}
	return false;
}

/* Is it kept, and says something? */
static bool
is_body(const struct line *line)
{
	return !line->dropped && says_something(line->from, line->end);
}

static void
drop(struct letter *letter, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < letter->n; i++)
		letter->v[i].dropped = true;
}

static bool
is_mark(char c)
{
	return c == ',' || c == '!' || c == ':' || c == ';';
}

static const char *
skip_space(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == ',' || *s == '\r'))
		s++;
	return s;
}

static const char *
word_end(const char *s, const char *end)
{
	while (s < end && *s != ' ' && *s != '\t' && !is_mark(*s))
		s++;
	return s;
}

/* Of a word that may be a name. */
static bool
is_capital(const char *s)
{
	return *s == '<' || (*s >= 'A' && *s <= 'Z') || (unsigned char)*s >= 0xc3;
}

/* Quotations. */

static bool
is_quoted(const struct line *line)
{
	const char *p = line->begin;

	while (p < line->end && (*p == ' ' || *p == '\t'))
		p++;
	return p < line->end && *p == '>';
}

/*
 * "On 3 May 2024, Ann <ann@example.org> wrote:", on one line or two: how many;
 * 0: it is none. Sure: with an address or a time, as programs write it.
 */
static size_t
wrote(const struct letter *letter, size_t at, bool *sure_r)
{
	for (size_t lines = 1; lines <= 2 && at + lines <= letter->n && !is_blank(&letter->v[at]); lines++) {
		struct folded text;

		fold_line(letter->v[at].begin, letter->v[at + lines - 1].end, &text);
		*sure_r = strchr(text.bytes, '@') || strchr(text.bytes, ':') != strrchr(text.bytes, ':');
		if (text.n > 0 && text.bytes[text.n - 1] == ':' && strpbrk(text.bytes, "0123456789") && phrase_wrote(&text))
			return lines;
	}
	return 0;
}

/* "-----Original Message-----" */
static bool
is_original(const struct line *line)
{
	struct folded text;
	size_t skip;

	fold_line(line->begin, line->end, &text);
	skip = strspn(text.bytes, "-_=* ");
	return skip > 0 && phrase_begins(text.bytes + skip, ORIGINAL) > 0;
}

/* The head of a quoted message without marks, as Outlook writes it: from "From:" to "Subject:". */
static bool
is_head(const struct letter *letter, size_t at)
{
	for (size_t i = 0; i < HEADERS && at + i < letter->n; i++) {
		struct folded text;
		const char *s = text.bytes;

		fold_line(letter->v[at + i].begin, letter->v[at + i].end, &text);
		s += strspn(s, "* ");
		if (i == 0 && !phrase_begins(s, FROM))
			return false;
		if (i > 0 && phrase_begins(s, SUBJECT))
			return true;
		if (!phrase_begins(s, FROM) && !phrase_begins(s, HEADER))
			return false;
	}
	return false;
}

/* Where the rest is a quotation; n: nowhere. Lines marked as quoted are dropped besides. */
static size_t
drop_quotations(struct letter *letter)
{
	bool body = false, sure;

	for (size_t i = 0; i < letter->n; i++) {
		size_t lines = wrote(letter, i, &sure), next = i + lines;

		while (lines && next < letter->n && is_blank(&letter->v[next]))
			next++;
		if (lines && next < letter->n && is_quoted(&letter->v[next]))
			drop(letter, i, next);
		else if (body && ((lines && sure) || is_original(&letter->v[i]) || is_head(letter, i)))
			return i;
		if (is_quoted(&letter->v[i]))
			letter->v[i].dropped = true;
		body = body || is_body(&letter->v[i]);
	}
	return letter->n;
}

/* What stands below. */

/* Behind a formula: punctuation, and a name of at most four words. */
static bool
is_formula_end(const char *s)
{
	size_t words = 0;

	for (; *s; words++) {
		s += strspn(s, " ,.;:!-*");
		if (!*s)
			break;
		if (strcspn(s, "?0123456789") < strlen(s))
			return false;
		s += strcspn(s, " ");
	}
	return words <= NAME_WORDS;
}

static bool
is_closing(const struct line *line)
{
	struct folded text;
	size_t size;

	fold_line(line->from, line->end, &text);
	if (phrase_begins(text.bytes, FAREWELL))
		return true;
	size = phrase_begins(text.bytes, CLOSING);
	/* "Thanks for the quick answer" says more; "Thanks, John" does not. */
	return size > 0 && (text.bytes[size] == '\0' || (strchr(",.;:!-", text.bytes[size]) && is_formula_end(text.bytes + size)));
}

/* Short lines, no question. */
static bool
is_signature(const struct letter *letter, size_t from, size_t to)
{
	size_t lines = 0;

	for (size_t i = from; i < to; i++) {
		const struct line *line = &letter->v[i];

		if (is_body(line) && (++lines > SIGNATURE_LINES || line->end - line->begin > SIGNATURE_LINE ||
				      memchr(line->begin, '?', (size_t)(line->end - line->begin))))
			return false;
	}
	return true;
}

/* "Ann Lee", "Jean de la Tour", "<name>": capitals, no figures; a sentence has other words, too. */
static bool
is_name(const struct line *line)
{
	size_t words = 0;

	for (const char *p = line->begin, *end; p < line->end; p = end) {
		p = skip_space(p, line->end);
		end = p;
		while (end < line->end && *end != ' ' && *end != '\t') {
			if (*end == '?' || (*end >= '0' && *end <= '9'))
				return false;
			end++;
		}
		if (p < end && (++words > NAME_WORDS || (!is_capital(p) && !phrase_is(p, end, PARTICLE))))
			return false;
	}
	return words > 0 && line->end[-1] != '.' && line->end[-1] != ':';
}

/* Behind a closing formula: where names and empty lines end. */
static size_t
names_end(const struct letter *letter, size_t at, size_t end)
{
	size_t i = at;

	for (; at < end; at++) {
		if (letter->v[at].dropped || is_blank(&letter->v[at]))
			continue;
		if (!is_name(&letter->v[at]))
			break;
		i = at + 1;
	}
	return i;
}

/* "-- ", or "--" before a few short lines. */
static bool
is_dashes(const struct letter *letter, size_t at, size_t end)
{
	size_t size = (size_t)(letter->v[at].end - letter->v[at].begin);

	if (size == 3 && memcmp(letter->v[at].begin, "-- ", 3) == 0)
		return true;
	return size == 2 && memcmp(letter->v[at].begin, "--", 2) == 0 && is_signature(letter, at + 1, end);
}

static bool
is_sent(const struct line *line)
{
	struct folded text;

	fold_line(line->begin, line->end, &text);
	return text.n <= SIGNATURE_LINE && phrase_begins(text.bytes, SENT) > 0;
}

/* A legal paragraph begins here: its end, or at. */
static size_t
notice_end(const struct letter *letter, size_t at)
{
	struct folded text;
	size_t end = at, skip;

	if (at > 0 && !is_blank(&letter->v[at - 1]) && !letter->v[at - 1].dropped)
		return at;
	while (end < letter->n && end - at < NOTICE_LINES && !is_blank(&letter->v[end]))
		end++;
	if (end == at)
		return at;
	fold_line(letter->v[at].begin, letter->v[end - 1].end, &text);
	skip = strspn(text.bytes, "*-_= ");
	return phrase_notice(text.bytes + skip) ? end : at;
}

static void
drop_ending(struct letter *letter, size_t end)
{
	bool body = false;

	for (size_t i = 0; i < end; i++) {
		size_t notice;

		if (!body || letter->v[i].dropped) {
			body = body || is_body(&letter->v[i]);
			continue;
		}
		if (is_dashes(letter, i, end)) {
			drop(letter, i, end);
			return;
		}
		notice = notice_end(letter, i);
		if (notice > i)
			drop(letter, i, notice);
		else if (is_closing(&letter->v[i]))
			drop(letter, i, names_end(letter, i + 1, end));
		else if (is_sent(&letter->v[i]))
			letter->v[i].dropped = true;
	}
}

/* What stands above. */

/* How many words the formula in bytes has. */
static size_t
words_of(const char *bytes, size_t size)
{
	size_t n = 1;

	for (size_t i = 0; i < size; i++)
		n += bytes[i] == ' ';
	return n;
}

/* Where a greeting at s ends: behind its mark, or with the line; s: it is none. */
static const char *
greeting_end(const char *s, const char *end)
{
	const char *p = s, *word;
	struct folded text;
	size_t words, size, i = 0;

	fold_line(s, end, &text);
	size = phrase_begins(text.bytes, GREETING);
	if (size == 0)
		return s;
	words = words_of(text.bytes, size);
	for (;; i++) {
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (p == end || is_mark(*p))
			break;
		word = p;
		p = word_end(p, end);
		if (i >= words + GREETING_WORDS || (i >= words && !is_capital(word) && !phrase_is(word, p, ADDRESSEE)))
			return s;
		/* "Bonjour Madame Dupont. Je ..." */
		if (i >= words && p[-1] == '.' && p - word > TITLE_MAX)
			return p;
	}
	return p == end ? end : i >= words ? p + 1
					   : s;
}

/* "I hope this finds you well.": its end, or s. */
static const char *
opening_end(const char *s, const char *end)
{
	const char *p = s;
	struct folded text;

	fold_line(s, end, &text);
	if (!phrase_begins(text.bytes, OPENING))
		return s;
	while (p < end && *p != '.' && *p != '!' && *p != '?')
		p++;
	return p - s <= OPENING_MAX ? (p < end ? p + 1 : end) : s;
}

static void
drop_beginning(struct letter *letter)
{
	size_t greeted = 0;

	for (size_t i = 0; i < letter->n && greeted < GREETED; i++) {
		struct line *line = &letter->v[i];
		const char *from;

		if (line->dropped || is_blank(line))
			continue;
		greeted++;
		line->from = skip_space(line->begin, line->end);
		do {
			from = line->from;
			line->from = greeting_end(from, line->end);
			if (line->from == from)
				line->from = opening_end(from, line->end);
			line->from = skip_space(line->from, line->end);
		} while (line->from > from && line->from < line->end);
		line->dropped = line->from == line->end;
	}
}

static void
split(struct letter *letter, const char *text, size_t size)
{
	size_t cap = 0;

	letter->end = text + size;
	for (const char *p = text; p < letter->end;) {
		const char *end = memchr(p, '\n', (size_t)(letter->end - p));
		const char *next = end ? end + 1 : letter->end;

		end = end ? end : letter->end;
		if (end > p && end[-1] == '\r')
			end--;
		if (letter->n == cap) {
			cap = cap ? cap * 2 : 64;
			letter->v = xrealloc(letter->v, cap, sizeof(letter->v[0]));
		}
		letter->v[letter->n++] = (struct line){ p, end, p, false };
		p = next;
	}
}

void
letter_body(struct buf *out, const char *text, size_t size)
{
	struct letter letter = { NULL, 0, NULL };
	bool body = false;
	size_t end;

	if (size > LETTER_MAX) {
		buf_add(out, text, size);
		return;
	}
	split(&letter, text, size);
	end = drop_quotations(&letter);
	drop(&letter, end, letter.n);
	drop_beginning(&letter);
	drop_ending(&letter, end);
	for (size_t i = 0; i < letter.n && !body; i++)
		body = is_body(&letter.v[i]);
	if (!body)
		buf_add(out, text, size);
	for (size_t i = 0; i < letter.n && body; i++)
		if (!letter.v[i].dropped) {
			buf_add(out, letter.v[i].from, (size_t)(letter.v[i].end - letter.v[i].from));
			buf_char(out, '\n');
		}
	free(letter.v);
}

bool
letter_like(const char *text)
{
	return strlen(text) > LETTER_MIN;
}

/* The values of a front matter: on their line, and on the lines below. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "export/front.h"
#include "export/front_priv.h"

static bool
is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

int
front_rest(struct front_reader *r, const char *p, struct err *err)
{
	const char *start = p;

	while (p < r->stop && (*p == ' ' || *p == '\t'))
		p++;
	if (p == r->stop || (*p == '#' && p > start))
		return 0;
	return front_fail(r, p, N_("something stands behind the value"), err);
}

static bool
is_null(const char *text)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };

	for (size_t i = 0; i < COUNT_OF(nulls); i++)
		if (strcmp(text, nulls[i]) == 0)
			return true;
	return false;
}

/* What YAML gives a meaning that is not had here. */
static int
check_plain(const struct front_reader *r, const char *p, const char *stop, bool flow, struct err *err)
{
	bool blank = p + 1 == stop || p[1] == ' ';

	if (strchr("&*!%@`{}],|>", *p) || ((*p == '?' || *p == '-') && blank))
		return front_fail(r, p, N_("this has a meaning in YAML that is not known here: put the text in quotes"), err);
	for (; p < stop; p++) {
		if (*p == ':' && (p + 1 == stop || p[1] == ' '))
			return front_fail(r, p, N_("a colon: put the text in quotes"), err);
		if (flow && strchr("[{}", *p))
			return front_fail(r, p, N_("a bracket: put the text in quotes"), err);
		if (is_control(*p))
			return front_fail(r, p, N_("a control character"), err);
	}
	return 0;
}

static int
plain(struct front_reader *r, const char **p, const char *ends, const char **text_r, struct err *err)
{
	const char *start = *p, *stop = start, *trimmed;

	while (stop < r->stop && !strchr(ends, *stop) && !(*stop == '#' && stop > start && (stop[-1] == ' ' || stop[-1] == '\t')))
		stop++;
	for (trimmed = stop; trimmed > start && (trimmed[-1] == ' ' || trimmed[-1] == '\t');)
		trimmed--;
	if (trimmed > start && check_plain(r, start, trimmed, *ends, err) < 0)
		return -1;
	*text_r = arena_memdup(r->arena, start, (size_t)(trimmed - start));
	if (is_null(*text_r))
		*text_r = NULL;
	*p = stop;
	return 0;
}

static int
single_quoted(struct front_reader *r, const char **p, const char **text_r, struct err *err)
{
	const char *start = *p, *c;
	char *out = arena_alloc(r->arena, (size_t)(r->stop - start) + 1);
	size_t n = 0;

	for (c = start + 1; c < r->stop && !(*c == '\'' && (c + 1 == r->stop || c[1] != '\'')); c++) {
		if (is_control(*c))
			return front_fail(r, c, N_("a control character"), err);
		out[n++] = *c;
		c += *c == '\'';
	}
	if (c >= r->stop)
		return front_fail(r, start, N_("the quote is not closed on its line"), err);
	*p = c + 1;
	*text_r = out;
	return 0;
}

/* Hexadecimal digits behind \x, \u, \U. */
static int
code_point(const struct front_reader *r, const char **p, uint32_t *c_r, struct err *err)
{
	const char *start = *p;
	int digits = *start == 'x' ? 2 : 4;
	uint32_t c = 0;

	if (*start == 'U')
		digits = 8;
	for (int i = 1; i <= digits; i++) {
		int digit = start + i < r->stop ? hex_digit(start[i]) : -1;

		if (digit < 0)
			return front_fail(r, start, N_("too few hexadecimal digits"), err);
		c = c * 16 + (uint32_t)digit;
	}
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return front_fail(r, start, N_("no such character"), err);
	*p = start + digits;
	*c_r = c;
	return 0;
}

/* p stands behind the backslash, then at the last character of what it says. */
static int
escape(const struct front_reader *r, const char **p, uint32_t *c_r, struct err *err)
{
	static const struct {
		char c;
		uint32_t means;
	} escapes[] = {
		{ 'n', '\n' }, { 't', '\t' }, { '\t', '\t' }, { 'r', '\r' }, { '"', '"' }, { '\\', '\\' }, { '/', '/' }, { ' ', ' ' }, { 'a', 7 }, { 'b', 8 }, { 'v', 11 }, { 'f', 12 }, { 'e', 27 }, { 'N', 0x85 }, { '_', 0xa0 }, { 'L', 0x2028 }, { 'P', 0x2029 }
	};

	if (*p < r->stop && strchr("xuU", **p))
		return code_point(r, p, c_r, err);
	for (size_t i = 0; *p < r->stop && i < COUNT_OF(escapes); i++)
		if (escapes[i].c == **p) {
			*c_r = escapes[i].means;
			return 0;
		}
	return front_fail(r, *p, N_("no such escape"), err);
}

static int
double_quoted(struct front_reader *r, const char **p, const char **text_r, struct err *err)
{
	const char *start = *p, *c;
	/* \L takes two bytes, what it says three. */
	char *out = arena_alloc(r->arena, (size_t)(r->stop - start) * 2 + 4);
	size_t n = 0;
	uint32_t point = 0;

	for (c = start + 1; c < r->stop && *c != '"'; c++) {
		if (is_control(*c))
			return front_fail(r, c, N_("a control character"), err);
		if (*c != '\\') {
			out[n++] = *c;
			continue;
		}
		c++;
		if (escape(r, &c, &point, err) < 0)
			return -1;
		n += utf8_encode(point, out + n);
	}
	if (c >= r->stop)
		return front_fail(r, start, N_("the quote is not closed on its line"), err);
	*p = c + 1;
	*text_r = out;
	return 0;
}

int
front_scalar(struct front_reader *r, const char **p, const char *ends, const char **text_r, struct err *err)
{
	bool quoted = *p < r->stop && (**p == '"' || **p == '\'');

	if (!quoted)
		return plain(r, p, ends, text_r, err);
	if ((**p == '"' ? double_quoted : single_quoted)(r, p, text_r, err) < 0)
		return -1;
	return *ends ? 0 : front_rest(r, *p, err);
}

/* Blocks. */

struct block {
	bool folded;
	char chomp; /* '-', '+' or 0 */
	size_t indent;
	struct buf out;
	size_t blanks;    /* empty lines since the last one that is not */
	bool begun, deep; /* of the last one: it begins with a blank, and is not folded */
};

static int
block_header(struct front_reader *r, const char *p, struct block *b, struct err *err)
{
	b->folded = *p++ == '>';
	for (; p < r->stop && strchr("+-123456789", *p); p++) {
		bool sign = *p == '+' || *p == '-';

		if (sign ? b->chomp != 0 : b->indent != 0)
			return front_fail(r, p, N_("said twice"), err);
		if (sign)
			b->chomp = *p;
		else
			b->indent = (size_t)(*p - '0');
	}
	return front_rest(r, p, err);
}

static void
newlines(struct buf *out, size_t n)
{
	while (n--)
		buf_char(out, '\n');
}

static void
block_line(struct block *b, const char *text, size_t size)
{
	bool deep = *text == ' ' || *text == '\t';

	if (b->begun && (!b->folded || deep || b->deep))
		newlines(&b->out, b->blanks + 1);
	else if (!b->begun || b->blanks)
		newlines(&b->out, b->blanks);
	else
		buf_char(&b->out, ' ');
	buf_add(&b->out, text, size);
	b->begun = true;
	b->deep = deep;
	b->blanks = 0;
}

/* 1: a line of the block, 0: it ends before this one. */
static int
block_next(struct front_reader *r, struct block *b, struct err *err)
{
	const char *p = r->start;

	while (p < r->stop && *p == ' ' && (!b->indent || (size_t)(p - r->start) < b->indent))
		p++;
	if (p == r->stop) {
		b->blanks++;
		return 1;
	}
	if (*p == '\t' && (size_t)(p - r->start) < (b->indent ? b->indent : 1))
		return front_fail(r, p, N_("a TAB where blanks indent"), err);
	if (p == r->start)
		return 0;
	if (!b->indent)
		b->indent = (size_t)(p - r->start);
	if ((size_t)(p - r->start) < b->indent)
		return front_fail(r, p, N_("indented less than the line above"), err);
	for (const char *c = p; c < r->stop; c++)
		if (is_control(*c))
			return front_fail(r, c, N_("a control character"), err);
	block_line(b, p, (size_t)(r->stop - p));
	return 1;
}

static void
chomp(struct block *b)
{
	if (b->chomp == '+')
		newlines(&b->out, b->blanks + b->begun);
	else if (!b->chomp && b->begun)
		buf_char(&b->out, '\n');
}

int
front_block(struct front_reader *r, const char *p, const char **text_r, struct err *err)
{
	struct block b = { .out = BUF_INIT };
	int rc = block_header(r, p, &b, err);

	while (rc == 0 && front_next_line(r)) {
		rc = block_next(r, &b, err);
		if (rc == 0) {
			front_back(r);
			break;
		}
		rc = rc < 0 ? -1 : 0;
	}
	if (rc == 0) {
		chomp(&b);
		*text_r = arena_memdup(r->arena, buf_get(&b.out), b.out.n);
	}
	buf_release(&b.out);
	return rc;
}

/*
 * Functions of field codes on texts; positions count characters, from 1.
 */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/field_code_priv.h"

#define CALL(name) \
	static int name(struct code_run *run, const struct node *call, const struct code_value *args, size_t n, struct code_value *out)

static size_t
characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* Where the character of this number begins, from 0; the end when there are fewer. */
static const char *
character(const char *text, double number)
{
	uint32_t c;

	for (; number >= 1 && *text; number--)
		text += utf8_decode(text, &c);
	return text;
}

/* How many of something: a whole number, and not less. */
static int
counted(struct code_run *run, const struct node *call, const struct code_value *args, size_t at, double least)
{
	if (args[at].number >= least && args[at].number == floor(args[at].number))
		return 0;
	return code_fault(run, call->v[at]->at, "%s takes a whole number from %.0f on here, not %s", call->name, least, code_number_text(run, args[at].number));
}

enum casing { CASE_UPPER,
	      CASE_LOWER,
	      CASE_WORDS };

static void
put_upper(struct buf *out, uint32_t c)
{
	char bytes[4];

	if (c == 0xdf)
		buf_str(out, "SS");
	else
		buf_add(out, bytes, utf8_encode(code_upper(c), bytes));
}

static bool
in_word(uint32_t c)
{
	return c == '\'' || c == 0x2019 || code_upper(c) != code_lower(c) || (c >= '0' && c <= '9') || c == 0xdf;
}

static int
cased(struct code_run *run, const struct node *call, const char *text, enum casing casing, struct code_value *out)
{
	struct buf b = BUF_INIT;
	bool inside = false;
	uint32_t c;
	char bytes[4];
	int rc = code_spend(run, call, strlen(text));

	while (rc == 0 && *text) {
		text += utf8_decode(text, &c);
		if (casing == CASE_UPPER)
			put_upper(&b, c);
		else
			buf_add(&b, bytes, utf8_encode(casing == CASE_WORDS && !inside ? code_upper(c) : code_lower(c), bytes));
		inside = in_word(c);
	}
	if (rc == 0)
		rc = code_put_text(run, call, arena_strdup(run->arena, buf_get(&b)), out);
	buf_release(&b);
	return rc;
}

CALL(upper)
{
	(void)n;
	return cased(run, call, args[0].text, CASE_UPPER, out);
}

CALL(lower)
{
	(void)n;
	return cased(run, call, args[0].text, CASE_LOWER, out);
}

CALL(capitalize)
{
	(void)n;
	return cased(run, call, args[0].text, CASE_WORDS, out);
}

static int
slice(struct code_run *run, const struct node *call, const char *from, const char *to, struct code_value *out)
{
	return code_spend(run, call, (size_t)(to - from)) < 0 ? -1 : code_put_text(run, call, arena_memdup(run->arena, from, (size_t)(to - from)), out);
}

CALL(trim)
{
	const char *from = args[0].text, *to = from + strlen(from);

	(void)n;
	while (*from && strchr(" \t\r\n", *from))
		from++;
	while (to > from && strchr(" \t\r\n", to[-1]))
		to--;
	return slice(run, call, from, to, out);
}

CALL(left)
{
	(void)n;
	return counted(run, call, args, 1, 0) < 0 ? -1 : slice(run, call, args[0].text, character(args[0].text, args[1].number), out);
}

CALL(right)
{
	const char *text = args[0].text;
	double size = (double)characters(text);

	(void)n;
	if (counted(run, call, args, 1, 0) < 0)
		return -1;
	return slice(run, call, character(text, size - args[1].number), text + strlen(text), out);
}

CALL(mid)
{
	const char *from, *to;

	if (counted(run, call, args, 1, 1) < 0 || (n > 2 && counted(run, call, args, 2, 0) < 0))
		return -1;
	from = character(args[0].text, args[1].number - 1);
	to = n > 2 ? character(from, args[2].number) : from + strlen(from);
	return slice(run, call, from, to, out);
}

CALL(length)
{
	(void)n;
	return code_spend(run, call, strlen(args[0].text)) < 0 ? -1 : code_put_number(run, call, (double)characters(args[0].text), out);
}

/* The bytes at text that are the characters of what, ignoring case; 0: they are not. */
static size_t
begins(const char *text, const char *what)
{
	const char *p = text;
	uint32_t c, d;

	while (*what) {
		if (!*p)
			return 0;
		p += utf8_decode(p, &c);
		what += utf8_decode(what, &d);
		if (code_lower(c) != code_lower(d))
			return 0;
	}
	return (size_t)(p - text);
}

/* The first place of what (not empty), and how many bytes are there. */
static const char *
found(const char *text, const char *what, size_t *size_r)
{
	uint32_t c;

	for (; *text; text += utf8_decode(text, &c))
		if ((*size_r = begins(text, what)))
			return text;
	return NULL;
}

/* Searching costs at worst the product of the two. */
static int
search_spend(struct code_run *run, const struct node *call, const char *text, const char *what)
{
	return code_spend(run, call, strlen(text) * (1 + strlen(what)));
}

CALL(replace)
{
	const char *text = args[0].text, *what = args[1].text, *at;
	struct buf b = BUF_INIT;
	size_t size;
	int rc;

	(void)n;
	if (!*what)
		return code_fault(run, call->v[1]->at, "Replace: there is nothing to look for");
	rc = search_spend(run, call, text, what);
	while (rc == 0 && b.n <= CODE_TEXT_MAX && (at = found(text, what, &size))) {
		buf_add(&b, text, (size_t)(at - text));
		buf_str(&b, args[2].text);
		text = at + size;
	}
	buf_str(&b, text);
	if (rc == 0)
		rc = code_spend(run, call, b.n);
	if (rc == 0)
		rc = code_put_text(run, call, arena_strdup(run->arena, buf_get(&b)), out);
	buf_release(&b);
	return rc;
}

/* The number of the character where it stands; 0: nowhere. */
static int
position(struct code_run *run, const struct node *call, const struct code_value *args, double *at_r)
{
	const char *text = args[0].text, *at;
	size_t size;

	if (search_spend(run, call, text, args[1].text) < 0)
		return -1;
	if (!*args[1].text) {
		*at_r = 1;
		return 0;
	}
	at = found(text, args[1].text, &size);
	*at_r = at ? (double)characters(arena_memdup(run->arena, text, (size_t)(at - text))) + 1 : 0;
	return 0;
}

CALL(find)
{
	double at;

	(void)n;
	return position(run, call, args, &at) < 0 ? -1 : code_put_number(run, call, at, out);
}

CALL(contains)
{
	double at;

	(void)n;
	return position(run, call, args, &at) < 0 ? -1 : code_put_truth(at > 0, out);
}

CALL(starts_with)
{
	(void)n;
	if (code_spend(run, call, strlen(args[1].text)) < 0)
		return -1;
	return code_put_truth(!*args[1].text || begins(args[0].text, args[1].text), out);
}

CALL(ends_with)
{
	const char *text = args[0].text, *what = args[1].text;
	double skip = (double)characters(text) - (double)characters(what);

	(void)n;
	if (code_spend(run, call, strlen(text) + strlen(what)) < 0)
		return -1;
	return code_put_truth(!*what || (skip >= 0 && begins(character(text, skip), what)), out);
}

CALL(text_)
{
	const char *text;

	(void)n;
	return code_text(run, call->v[0], &args[0], &text) < 0 ? -1 : code_put_text(run, call, text, out);
}

#define CALLED(name, args, gives, fn, doc, example, shows) \
	{ \
		name, "text", args, gives, fn, NULL, doc, example, shows \
	}
const struct function_row code_functions_text[] = {
	CALLED("Length", "t", 'n', length, N_("how many characters it has"), "Length(\"déjà\")", "4"),
	CALLED("Upper", "t", 't', upper, N_("in capitals"), "Upper(\"déjà\")", "DÉJÀ"),
	CALLED("Lower", "t", 't', lower, N_("in small letters"), "Lower(\"ÉTÉ\")", "été"),
	CALLED("Capitalize", "t", 't', capitalize, N_("each word with a capital, the rest small"), "Capitalize(\"jean-LUC o'neill\")", "Jean-Luc O'neill"),
	CALLED("Trim", "t", 't', trim, N_("without the blanks around it"), "Trim(\"  a b \")", "a b"),
	CALLED("Left", "tn", 't', left, N_("its first characters"), "Left(\"Camille\", 3)", "Cam"),
	CALLED("Right", "tn", 't', right, N_("its last characters"), "Right(\"FR-1234\", 4)", "1234"),
	CALLED("Mid", "tn|n", 't', mid, N_("from a character on, all or so many"), "Mid(\"FR-1234\", 4, 2)", "12"),
	CALLED("Replace", "ttt", 't', replace, N_("with the third wherever the second stands"), "Replace(\"1-2-3\", \"-\", \".\")", "1.2.3"),
	CALLED("Find", "tt", 'n', find, N_("where the second stands in it; 0: nowhere"), "Find(\"Paris\", \"R\")", "3"),
	CALLED("Contains", "tt", 'b', contains, N_("whether the second stands in it"), "Contains(\"Paris\", \"IS\")", "yes"),
	CALLED("StartsWith", "tt", 'b', starts_with, N_("whether it begins so"), "StartsWith(\"Paris\", \"pa\")", "yes"),
	CALLED("EndsWith", "tt", 'b', ends_with, N_("whether it ends so"), "EndsWith(\"Paris\", \"pa\")", "no"),
	CALLED("Text", "a", 't', text_, N_("any value as it would be shown"), "Length(Text(1000))", "4"),
	{ .name = NULL },
};

#include "base/json.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

/* The checker calls itself for each level: no limits allow more than this. */
#define DEPTH_MAX 512
#define INT_LIMIT INT64_C(9007199254740991)
/* Longer than any double printed exactly. */
#define NUMBER_MAX 1100
#define STRING_END UINT32_MAX

const struct json_limits json_default_limits = { 64 << 20, 64, 4000000 };

/* A key of an object that is still open. */
struct key {
	uint32_t hash;
	size_t at; /* behind its quote */
};

struct check {
	const char *name, *text;
	size_t at, size;
	const struct json_limits *limits;
	unsigned depth;
	size_t values;
	struct key *keys; /* a stack: the innermost object's keys are the last */
	size_t nkeys, cap;
	locale_t plain;
	struct err *err;
};

static int value(struct check *c);

static int
fail_at(struct check *c, size_t at, const char *what)
{
	size_t line = 1, start = 0;
	char where[256];

	for (size_t i = 0; i < at; i++)
		if (c->text[i] == '\n') {
			line++;
			start = i + 1;
		}
	snprintf(where, sizeof(where), "%.200s:%zu:%zu", c->name, line, at - start + 1);
	return err_set(c->err, E_BAD_JSON, "where", where, "what", what, NULL);
}

static int
fail(struct check *c, const char *what)
{
	return fail_at(c, c->at, c->at < c->size ? what : N_("it ends too early"));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void
blanks(struct check *c)
{
	while (c->at < c->size && is_blank(c->text[c->at]))
		c->at++;
}

static bool
take(struct check *c, char want)
{
	if (c->at == c->size || c->text[c->at] != want)
		return false;
	c->at++;
	return true;
}

/* Of "\uXXXX" at at; -1: it is none. */
static int32_t
unicode_escape(const struct check *c, size_t at)
{
	int32_t v = 0;

	if (c->size - at < 6 || c->text[at] != '\\' || c->text[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		int digit = hex_digit(c->text[i]);

		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

static bool
is_low_surrogate(int32_t v)
{
	return v >= 0xdc00 && v <= 0xdfff;
}

static int
check_escape(struct check *c)
{
	int32_t v;

	if (c->size - c->at < 2)
		return fail_at(c, c->size, N_("it ends too early"));
	if (c->text[c->at + 1] != 'u') {
		if (!c->text[c->at + 1] || !strchr("\"\\/bfnrt", c->text[c->at + 1]))
			return fail(c, N_("not an escape"));
		c->at += 2;
		return 0;
	}
	v = unicode_escape(c, c->at);
	if (v < 0)
		return fail(c, N_("not an escape"));
	if (v == 0)
		return fail(c, N_("\\u0000 in a string"));
	if (is_low_surrogate(v))
		return fail(c, N_("half of a surrogate pair"));
	if (v >= 0xd800 && v <= 0xdbff) {
		if (!is_low_surrogate(unicode_escape(c, c->at + 6)))
			return fail(c, N_("half of a surrogate pair"));
		c->at += 6;
	}
	c->at += 6;
	return 0;
}

static int
string(struct check *c)
{
	if (!take(c, '"'))
		return fail(c, N_("a string is expected"));
	while (c->at < c->size) {
		unsigned char b = (unsigned char)c->text[c->at];

		if (b == '"') {
			c->at++;
			return 0;
		}
		if (b < 0x20)
			return fail(c, N_("a control character in a string"));
		if (b != '\\')
			c->at++;
		else if (check_escape(c) < 0)
			return -1;
	}
	return fail(c, "");
}

/* The next character of a checked string, unescaped. */
static uint32_t
next_char(const struct check *c, size_t *at)
{
	static const char named[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *p;
	uint32_t u;

	if (c->text[*at] == '"')
		return STRING_END;
	if (c->text[*at] != '\\') {
		*at += utf8_decode(c->text + *at, &u);
		return u;
	}
	if (c->text[*at + 1] != 'u') {
		p = strchr(named, c->text[*at + 1]);
		u = (unsigned char)(p ? meant[p - named] : c->text[*at + 1]);
		*at += 2;
		return u;
	}
	u = (uint32_t)unicode_escape(c, *at);
	*at += 6;
	if (u >= 0xd800 && u <= 0xdbff) {
		u = 0x10000 + (u - 0xd800) * 0x400 + (uint32_t)(unicode_escape(c, *at) - 0xdc00);
		*at += 6;
	}
	return u;
}

static void
push_key(struct check *c, size_t at)
{
	uint32_t hash = 2166136261U, u;

	if (c->nkeys == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 64;
		c->keys = xrealloc(c->keys, c->cap, sizeof(*c->keys));
	}
	c->keys[c->nkeys].at = at;
	while ((u = next_char(c, &at)) != STRING_END)
		hash = (hash ^ u) * 16777619U;
	c->keys[c->nkeys++].hash = hash;
}

static int
key_compare(const struct key *a, const struct key *b, const struct check *c)
{
	size_t i = a->at, j = b->at;
	uint32_t u, v;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	do {
		u = next_char(c, &i);
		v = next_char(c, &j);
	} while (u == v && u != STRING_END);
	return u == v ? 0 : u < v ? -1
				  : 1;
}

static int
key_order(const void *a, const void *b, void *check)
{
	const struct key *x = a, *y = b;
	int order = key_compare(x, y, check);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Sorted, equal keys stand side by side. Forgets the keys of the object. */
static int
check_keys(struct check *c, size_t first)
{
	size_t n = c->nkeys - first;

	if (n > 1)
		qsort_r(c->keys + first, n, sizeof(*c->keys), key_order, c);
	for (size_t i = first + 1; i < first + n; i++)
		if (key_compare(&c->keys[i - 1], &c->keys[i], c) == 0)
			return fail_at(c, c->keys[i].at - 1, N_("this key stands there twice"));
	c->nkeys = first;
	return 0;
}

static int
count_value(struct check *c)
{
	if (c->values == c->limits->values)
		return fail(c, N_("too many values"));
	c->values++;
	return 0;
}

static int
member(struct check *c)
{
	size_t key = c->at + 1;

	if (count_value(c) < 0 || string(c) < 0)
		return -1;
	push_key(c, key);
	blanks(c);
	if (!take(c, ':'))
		return fail(c, N_("a ':' is expected"));
	blanks(c);
	return value(c);
}

static int
object(struct check *c)
{
	size_t first = c->nkeys;

	blanks(c);
	if (take(c, '}'))
		return 0;
	for (;;) {
		if (member(c) < 0)
			return -1;
		blanks(c);
		if (take(c, '}'))
			return check_keys(c, first);
		if (!take(c, ','))
			return fail(c, N_("a ',' or '}' is expected"));
		blanks(c);
	}
}

static int
array(struct check *c)
{
	blanks(c);
	if (take(c, ']'))
		return 0;
	for (;;) {
		if (value(c) < 0)
			return -1;
		blanks(c);
		if (take(c, ']'))
			return 0;
		if (!take(c, ','))
			return fail(c, N_("a ',' or ']' is expected"));
		blanks(c);
	}
}

static int
nested(struct check *c, int (*inside)(struct check *))
{
	if (c->depth == c->limits->depth || c->depth == DEPTH_MAX)
		return fail(c, N_("nested too deeply"));
	c->depth++;
	c->at++;
	if (inside(c) < 0)
		return -1;
	c->depth--;
	return 0;
}

static size_t
digits(struct check *c)
{
	size_t start = c->at;

	while (c->at < c->size && c->text[c->at] >= '0' && c->text[c->at] <= '9')
		c->at++;
	return c->at - start;
}

/* Is the number that reaches from start to here one that doubles can hold? */
static int
check_range(struct check *c, size_t start, bool integer)
{
	size_t size = c->at - start;
	char text[NUMBER_MAX + 1];

	if (size > NUMBER_MAX)
		return fail_at(c, start, N_("a number of too many digits"));
	memcpy(text, c->text + start, size);
	text[size] = '\0';
	if (integer && (size > 17 || llabs(strtoll(text, NULL, 10)) > INT_LIMIT))
		return fail_at(c, start, N_("an integer beyond 2^53-1"));
	if (!integer && !isfinite(strtod_l(text, NULL, c->plain)))
		return fail_at(c, start, N_("a number out of range"));
	return 0;
}

static int
number(struct check *c)
{
	size_t start = c->at;
	bool integer = true;

	take(c, '-');
	if (!take(c, '0') && digits(c) == 0)
		return fail(c, N_("a value is expected"));
	if (take(c, '.')) {
		integer = false;
		if (digits(c) == 0)
			return fail(c, N_("a digit is expected"));
	}
	if (take(c, 'e') || take(c, 'E')) {
		integer = false;
		if (!take(c, '+'))
			take(c, '-');
		if (digits(c) == 0)
			return fail(c, N_("a digit is expected"));
	}
	return check_range(c, start, integer);
}

static int
word(struct check *c, const char *want)
{
	size_t size = strlen(want);

	if (c->size - c->at < size || memcmp(c->text + c->at, want, size) != 0)
		return fail(c, N_("a value is expected"));
	c->at += size;
	return 0;
}

static int
value(struct check *c)
{
	if (count_value(c) < 0)
		return -1;
	switch (c->at < c->size ? c->text[c->at] : '\0') {
	case '{':
		return nested(c, object);
	case '[':
		return nested(c, array);
	case '"':
		return string(c);
	case 't':
		return word(c, "true");
	case 'f':
		return word(c, "false");
	case 'n':
		return word(c, "null");
	default:
		return number(c);
	}
}

static int
whole(struct check *c)
{
	size_t valid;

	if (c->size > c->limits->bytes)
		return fail_at(c, 0, N_("it is too large"));
	valid = utf8_valid(c->text, c->size);
	if (valid < c->size)
		return fail_at(c, valid, N_("not valid UTF-8"));
	blanks(c);
	if (value(c) < 0)
		return -1;
	blanks(c);
	return c->at < c->size ? fail(c, N_("something stands behind the value")) : 0;
}

int
json_check(const char *name, const char *text, size_t size, const struct json_limits *limits, struct err *err)
{
	struct check c = { .name = name, .text = text, .size = size, .err = err };
	int rc;

	c.limits = limits ? limits : &json_default_limits;
	c.plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	rc = whole(&c);
	freelocale(c.plain);
	free(c.keys);
	return rc;
}

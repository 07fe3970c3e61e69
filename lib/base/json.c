#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"

struct json
json_writer(struct buf *out)
{
	return (struct json){ .out = out };
}

static void
separate(struct json *j)
{
	if (j->comma)
		buf_char(j->out, ',');
	j->comma = true;
}

static void
open_with(struct json *j, char c)
{
	separate(j);
	buf_char(j->out, c);
	j->comma = false;
	j->depth++;
}

static void
close_with(struct json *j, char c)
{
	assert(j->depth > 0);
	buf_char(j->out, c);
	j->comma = true;
	j->depth--;
}

void
json_object(struct json *j)
{
	open_with(j, '{');
}

void
json_end_object(struct json *j)
{
	close_with(j, '}');
}

void
json_array(struct json *j)
{
	open_with(j, '[');
}

void
json_end_array(struct json *j)
{
	close_with(j, ']');
}

static void
escape(struct buf *out, uint32_t c)
{
	static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *p = c < 0x80 ? memchr(named, (int)c, sizeof(named) - 1) : NULL;

	if (p)
		buf_printf(out, "\\%c", letters[p - named]);
	else if (c > 0xffff)
		buf_printf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		buf_printf(out, "\\u%04" PRIx32, c);
}

static bool
needs_escape(uint32_t c)
{
	return c == '"' || c == '\\' || utf8_unsafe(c);
}

static bool
is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* Plain runs are copied whole: most text has nothing to escape. */
static void
quote_valid(struct buf *out, const char *s, size_t size)
{
	size_t plain = 0, at = 0;

	while (at < size) {
		uint32_t c;
		size_t n;

		if (is_plain(s[at])) {
			at++;
			continue;
		}
		n = utf8_decode(s + at, &c);
		if (needs_escape(c)) {
			buf_add(out, s + plain, at - plain);
			escape(out, c);
			plain = at + n;
		}
		at += n;
	}
	buf_add(out, s + plain, size - plain);
}

static void
quote(struct buf *out, const char *s)
{
	size_t size = strlen(s);

	buf_char(out, '"');
	for (;;) {
		size_t valid = utf8_valid(s, size);

		quote_valid(out, s, valid);
		if (valid == size)
			break;
		buf_str(out, "\xef\xbf\xbd");
		s += valid + 1;
		size -= valid + 1;
	}
	buf_char(out, '"');
}

void
json_key(struct json *j, const char *key)
{
	separate(j);
	quote(j->out, key);
	buf_char(j->out, ':');
	j->comma = false;
}

void
json_str(struct json *j, const char *s)
{
	if (!s) {
		json_null(j);
		return;
	}
	separate(j);
	quote(j->out, s);
}

void
json_int(struct json *j, int64_t n)
{
	separate(j);
	buf_printf(j->out, "%" PRId64, n);
}

void
json_bool(struct json *j, bool b)
{
	json_raw(j, b ? "true" : "false");
}

void
json_null(struct json *j)
{
	json_raw(j, "null");
}

/*
 * Digits alone only where they are an integer that the check lets in: with an
 * exponent a larger one is plainly a real. The locale is "C", which has a point.
 */
static void
format_real(double d, char *text, size_t size)
{
	bool small = fabs(d) < 0x1p53;
	int digits = 0;

	if (small && d == trunc(d)) {
		snprintf(text, size, "%.0f", d);
		return;
	}
	do {
		snprintf(text, size, small ? "%.*g" : "%.*e", digits, d);
	} while (strtod(text, NULL) != d && ++digits <= 17);
}

void
json_real(struct json *j, double d)
{
	locale_t plain, before;
	char text[64];

	if (!isfinite(d)) {
		json_null(j);
		return;
	}
	plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	before = uselocale(plain);
	format_real(d, text, sizeof(text));
	uselocale(before);
	freelocale(plain);
	json_raw(j, text);
}

void
json_raw(struct json *j, const char *value)
{
	separate(j);
	buf_str(j->out, value);
}

/* Members. */

/* p stands at the quote. */
static const char *
skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		p += *p == '\\' && p[1];
	return *p ? p + 1 : p;
}

static const char *
skip_value(const char *p)
{
	unsigned depth = 0;

	while (*p && (depth || !strchr(",}]", *p))) {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		p++;
	}
	return p;
}

bool
json_next(const char **p, struct json_member *member)
{
	static const char space[] = " \t\r\n";
	const char *s = *p + strspn(*p, " \t\r\n{,");

	if (*s != '"')
		return false;
	member->key = s + 1;
	s = skip_string(s);
	member->key_size = (size_t)(s - member->key) - 1;
	s += strspn(s, " \t\r\n:");
	member->value = s;
	s = skip_value(s);
	*p = s;
	while (s > member->value && strchr(space, s[-1]))
		s--;
	member->size = (size_t)(s - member->value);
	return true;
}

/* Behind "\\u"; of a pair both halves. */
static const char *
take_escape(const char *p, uint32_t *c_r)
{
	char hex[5] = { 0 };
	uint32_t low;

	memcpy(hex, p, 4);
	*c_r = (uint32_t)strtoul(hex, NULL, 16);
	if (*c_r < 0xd800 || *c_r > 0xdbff)
		return p + 4;
	memcpy(hex, p + 6, 4);
	low = (uint32_t)strtoul(hex, NULL, 16);
	*c_r = 0x10000 + ((*c_r - 0xd800) << 10) + (low - 0xdc00);
	return p + 10;
}

const char *
json_text(struct arena *arena, const char *value, size_t size)
{
	static const char letters[] = "bfnrt", named[] = "\b\f\n\r\t";
	/* An escape is never shorter than what it stands for. */
	char *text = arena_alloc(arena, size), *out = text;
	const char *p = value + 1, *end = value + size - 1, *at;

	while (p < end) {
		uint32_t c;

		if (*p != '\\') {
			*out++ = *p++;
		} else if (p[1] == 'u') {
			p = take_escape(p + 2, &c);
			out += utf8_encode(c, out);
		} else {
			at = memchr(letters, p[1], sizeof(letters) - 1);
			*out++ = at ? named[at - letters] : p[1];
			p += 2;
		}
	}
	return text;
}

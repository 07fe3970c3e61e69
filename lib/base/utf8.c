#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

#define SUBSTITUTE "\xef\xbf\xbd"

/* Of the character at s, which has size bytes; 0: not valid. RFC 3629, section 4. */
static size_t
length(const char *s, size_t size)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n = 2 + (u[0] >= 0xe0) + (u[0] >= 0xf0);

	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4 || size < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xf0 && u[1] < 0x90))
		return 0; /* overlong */
	if ((u[0] == 0xed && u[1] > 0x9f) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0; /* a surrogate, or too large */
	return n;
}

size_t
utf8_valid(const char *s, size_t size)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t at = 0;

	while (at < size) {
		uint64_t word;
		size_t n;

		if (size - at >= sizeof(word)) {
			memcpy(&word, s + at, sizeof(word));
			if (!(word & high)) {
				at += sizeof(word);
				continue;
			}
		}
		n = length(s + at, size - at);
		if (n == 0)
			return at;
		at += n;
	}
	return size;
}

size_t
utf8_decode(const char *s, uint32_t *c_r)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] < 0x80) {
		*c_r = u[0];
		return 1;
	}
	if (u[0] < 0xe0) {
		*c_r = (u[0] & 0x1fU) << 6 | (u[1] & 0x3fU);
		return 2;
	}
	if (u[0] < 0xf0) {
		*c_r = (u[0] & 0x0fU) << 12 | (u[1] & 0x3fU) << 6 | (u[2] & 0x3fU);
		return 3;
	}
	*c_r = (u[0] & 0x07U) << 18 | (u[1] & 0x3fU) << 12 | (u[2] & 0x3fU) << 6 | (u[3] & 0x3fU);
	return 4;
}

size_t
utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

size_t
utf8_next(const char *s, size_t size, uint32_t *c_r)
{
	if (length(s, size) > 0)
		return utf8_decode(s, c_r);
	*c_r = UTF8_INVALID;
	return 1;
}

/* Valid text, but for its NULs. */
static void
repair_nuls(struct buf *out, const char *s, size_t size)
{
	const char *nul;

	while (size > 0 && (nul = memchr(s, '\0', size))) {
		buf_add(out, s, (size_t)(nul - s));
		buf_str(out, SUBSTITUTE);
		size -= (size_t)(nul - s) + 1;
		s = nul + 1;
	}
	buf_add(out, s, size);
}

const char *
utf8_repair(struct arena *arena, const char *s, size_t size, bool *changed_r)
{
	size_t valid = utf8_valid(s, size);
	bool changed = valid < size || (size > 0 && memchr(s, '\0', size));
	struct buf out = BUF_INIT;
	const char *copy;

	if (changed_r)
		*changed_r = changed;
	/* Nearly every text is as it should be. */
	if (!changed)
		return arena_memdup(arena, s, size);
	for (size_t at = 0; at < size; valid = utf8_valid(s + at, size - at)) {
		repair_nuls(&out, s + at, valid);
		at += valid;
		if (at < size) {
			buf_str(&out, SUBSTITUTE);
			at++;
		}
	}
	copy = arena_memdup(arena, buf_get(&out), out.n);
	buf_release(&out);
	return copy;
}

bool
utf8_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x206f) ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) || c == UTF8_INVALID;
}

void
utf8_sanitize(struct buf *out, const char *s, bool keep_lines)
{
	size_t size = strlen(s);
	uint32_t c;

	for (size_t at = 0, n; at < size; at += n) {
		n = utf8_next(s + at, size - at, &c);
		if (c == '\n' && keep_lines)
			buf_char(out, '\n');
		else if (c == '\n' || c == '\t')
			buf_char(out, ' ');
		else if (utf8_unsafe(c))
			buf_str(out, SUBSTITUTE);
		else
			buf_add(out, s + at, n);
	}
}

struct range {
	uint32_t first, last;
	int columns;
};

static int
range_compare(const void *key, const void *member)
{
	uint32_t c = *(const uint32_t *)key;
	const struct range *r = member;

	return c < r->first ? -1 : c > r->last;
}

static int
width_of(uint32_t c)
{
	static const struct range ranges[] = {
#define RANGE(columns, first, last) { first, last, columns },
#include "base/width.def"
#undef RANGE
	};
	const struct range *r;

	/* As it is shown: by a space or a substitute. */
	if (c < 0x300 || utf8_unsafe(c))
		return 1;
	r = bsearch(&c, ranges, COUNT_OF(ranges), sizeof(ranges[0]), range_compare);
	return r ? r->columns : 1;
}

int
utf8_width(const char *s)
{
	size_t size = strlen(s);
	int width = 0;
	uint32_t c;

	for (size_t at = 0; at < size;) {
		at += utf8_next(s + at, size - at, &c);
		width += width_of(c);
	}
	return width;
}

static int
row_compare(const void *key, const void *member)
{
	uint32_t c = *(const uint32_t *)key;
	const struct utf8_row *row = member;

	return c < row->first ? -1 : c > row->first + 15;
}

const char *
utf8_form(const struct utf8_row *rows, size_t n, uint32_t c, size_t *size_r)
{
	const struct utf8_row *row = bsearch(&c, rows, n, sizeof(rows[0]), row_compare);
	const char *p;

	if (!row)
		return NULL;
	p = row->forms;
	for (uint32_t skip = c - row->first; skip > 0; skip--)
		p = strchr(p, ' ') + 1;
	*size_r = strcspn(p, " ");
	return *p == '.' ? NULL : p;
}

static bool
is_accent(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x487) || (c >= 0x1dc0 && c <= 0x1dff);
}

size_t
utf8_fold_one(uint32_t c, char out[UTF8_FOLD_MAX])
{
	static const struct utf8_row rows[] = {
#include "base/fold.def"
	};
	const char *form;
	size_t size;

	if (c < 0x80) {
		out[0] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
		return 1;
	}
	if (is_accent(c))
		return 0;
	form = utf8_form(rows, COUNT_OF(rows), c, &size);
	if (!form)
		return utf8_encode(c, out);
	memcpy(out, form, size);
	return size;
}

const char *
utf8_fold(struct arena *arena, const char *s)
{
	size_t size = strlen(s);
	struct buf out = BUF_INIT;
	char one[UTF8_FOLD_MAX];
	const char *copy;
	uint32_t c;

	for (size_t at = 0; at < size;) {
		at += utf8_next(s + at, size - at, &c);
		if (c == UTF8_INVALID)
			buf_str(&out, SUBSTITUTE);
		else
			buf_add(&out, one, utf8_fold_one(c, one));
	}
	copy = arena_memdup(arena, buf_get(&out), out.n);
	buf_release(&out);
	return copy;
}

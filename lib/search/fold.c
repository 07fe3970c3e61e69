#include "search/fold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

#define HANGUL_FIRST 0xac00
#define HANGUL_LEADS 0x1100
#define HANGUL_VOWELS 0x1161
#define HANGUL_TAILS 0x11a7

struct range {
	uint32_t first, last;
	enum text_class class;
};

static int
range_compare(const void *key, const void *member)
{
	uint32_t c = *(const uint32_t *)key;
	const struct range *r = member;

	return c < r->first ? -1 : c > r->last;
}

static const struct range ranges[] = {
#define CLASS(class, first, last) { first, last, TEXT_##class },
#include "search/classes.def"
#undef CLASS
};

static const struct range *
range_of(uint32_t c)
{
	return bsearch(&c, ranges, COUNT_OF(ranges), sizeof(ranges[0]), range_compare);
}

enum text_class
text_class(uint32_t c)
{
	const struct range *r;

	if (c < 0x80) {
		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
			return TEXT_LETTER;
		if (c >= '0' && c <= '9')
			return TEXT_DIGIT;
		return c == '\'' || c == '`' ? TEXT_APOSTROPHE : TEXT_DIVIDES;
	}
	r = range_of(c);
	return r ? r->class : TEXT_DIVIDES;
}

void
text_classes(uint8_t *out, uint32_t n)
{
	memset(out, TEXT_DIVIDES, n);
	for (size_t i = 0; i < COUNT_OF(ranges) && ranges[i].first < n; i++)
		for (uint32_t c = ranges[i].first; c <= ranges[i].last && c < n; c++)
			out[c] = (uint8_t)ranges[i].class;
	for (uint32_t c = 0; c < 0x80 && c < n; c++)
		out[c] = (uint8_t)text_class(c);
}

/* Digits of any script stand in tens; their ranges begin with a zero. */
static uint32_t
plain_digit(uint32_t c)
{
	const struct range *r = c >= 0x660 ? range_of(c) : NULL;

	return r && r->class == TEXT_DIGIT ? '0' + (c - r->first) % 10 : c;
}

/* Unicode, 3.12: syllables of Hangul are counted, not listed. */
static uint32_t
compose_hangul(uint32_t base, uint32_t c)
{
	if (base >= HANGUL_LEADS && base < HANGUL_LEADS + 19 && c >= HANGUL_VOWELS && c < HANGUL_VOWELS + 21)
		return HANGUL_FIRST + ((base - HANGUL_LEADS) * 21 + (c - HANGUL_VOWELS)) * 28;
	if (base >= HANGUL_FIRST && base < HANGUL_FIRST + 11172 && (base - HANGUL_FIRST) % 28 == 0 &&
	    c > HANGUL_TAILS && c < HANGUL_TAILS + 28)
		return base + (c - HANGUL_TAILS);
	return 0;
}

/* The letter that base and the mark c are, or 0. */
static uint32_t
compose(uint32_t base, uint32_t c)
{
	static const struct {
		uint32_t mark;
		const char *pairs;
	} rows[] = {
#include "search/compose.def"
	};
	uint32_t from, to;

	if (c >= HANGUL_VOWELS && c < HANGUL_TAILS + 28)
		return compose_hangul(base, c);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].mark != c)
			continue;
		for (const char *p = rows[i].pairs; *p;) {
			p += utf8_decode(p, &from);
			p += utf8_decode(p, &to);
			if (from == base)
				return to;
		}
	}
	return 0;
}

static void
push(struct lowered *word, uint32_t c)
{
	uint32_t both = c >= 0x300 && word->n > 0 ? compose(word->c[word->n - 1], c) : 0;

	if (both)
		word->c[word->n - 1] = both;
	else if (word->n < LOWERED_MAX)
		word->c[word->n++] = c;
}

void
lowered_add(struct lowered *word, uint32_t c)
{
	static const struct utf8_row rows[] = {
#include "search/lower.def"
	};
	const char *form;
	size_t size, n;

	if (c < 0x80) {
		push(word, c >= 'A' && c <= 'Z' ? c + 32 : c);
		return;
	}
	form = utf8_form(rows, COUNT_OF(rows), c, &size);
	if (!form) {
		push(word, plain_digit(c));
		return;
	}
	for (; size > 0; size -= n, form += n) {
		n = utf8_decode(form, &c);
		push(word, c);
	}
}

size_t
lowered_encode(const struct lowered *word, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < word->n; i++)
		n += utf8_encode(word->c[i], out + n);
	return n;
}

/* Points and signs of Hebrew and Arabic that are mostly left out. */
static bool
is_point(uint32_t c)
{
	return (c >= 0x591 && c <= 0x5c7) || c == 0x640 || (c >= 0x64b && c <= 0x65f) || c == 0x670 || (c >= 0x6d6 && c <= 0x6ed && c != 0x6e5 && c != 0x6e6);
}

/* Letters of Arabic that are written the one for the other. */
static uint32_t
plain_arabic(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} forms[] = { { 0x622, 0x627 }, { 0x623, 0x627 }, { 0x624, 0x648 }, { 0x625, 0x627 }, { 0x626, 0x64a }, { 0x629, 0x647 }, { 0x649, 0x64a }, { 0x671, 0x627 }, { 0x6a9, 0x643 }, { 0x6cc, 0x64a } };

	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (forms[i].from == c)
			return forms[i].to;
	return c;
}

size_t
lowered_strip(const struct lowered *word, char *out, size_t size)
{
	char one[UTF8_FOLD_MAX];
	size_t at = 0;

	for (size_t i = 0; i < word->n; i++) {
		uint32_t c = word->c[i];
		size_t n;

		if (c >= 0x591 && c <= 0x6ff) {
			if (is_point(c))
				continue;
			c = plain_arabic(c);
		}
		n = utf8_fold_one(c, one);
		if (at + n > size)
			break;
		memcpy(out + at, one, n);
		at += n;
	}
	return at;
}

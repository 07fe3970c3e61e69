#include "search/terms.h"

#include <endian.h>
#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "search/analyser.h"

#define UNIT_MAX ((size_t)4 * UTF8_FOLD_MAX) /* of a character of a script without spaces */
#define PENDING UINT8_MAX                    /* a kind: the word is still to be looked up */

struct analyser *
analyser_new(void)
{
	struct analyser *a = xcalloc(1, sizeof(*a));

	a->words = arena_new();
	a->strings = arena_new();
	text_classes(a->low, COUNT_OF(a->low));
	return a;
}

void
analyser_free(struct analyser **analyser)
{
	struct analyser *a = *analyser;

	if (!a)
		return;
	for (size_t i = 0; i < COUNT_OF(a->stemmers); i++)
		if (a->stemmers[i])
			sb_stemmer_delete(a->stemmers[i]);
	arena_free(&a->words);
	arena_free(&a->strings);
	free(a->hints.v);
	free(a->slots);
	free(a->v);
	free(a);
	*analyser = NULL;
}

enum text_class
class_at(const struct analyser *a, const char *p, size_t *size_r)
{
	const unsigned char *u = (const unsigned char *)p;
	uint32_t c;

	if (*u < 0x80) {
		*size_r = 1;
		return a->low[*u];
	}
	if (*u >= 0xc2 && *u < 0xe0 && a->end - p > 1 && (u[1] & 0xc0) == 0x80) {
		*size_r = 2;
		return a->low[(*u & 0x1fU) << 6 | (u[1] & 0x3fU)];
	}
	*size_r = utf8_next(p, (size_t)(a->end - p), &c);
	return text_class(c);
}

/* Does a letter follow, behind what cannot be seen? */
static bool
letter_follows(const struct analyser *a, const char *p)
{
	enum text_class class = TEXT_INVISIBLE;
	size_t n;

	for (; p < a->end && class == TEXT_INVISIBLE; p += n)
		class = class_at(a, p, &n);
	return class == TEXT_LETTER;
}

/* Of eight bytes, how many are letters of ASCII before the first that is none. */
static inline size_t
plain_letters(const char *p)
{
	const uint64_t all = UINT64_C(0x0101010101010101);
	uint64_t c, small, other;

	memcpy(&c, p, sizeof(c));
	c = le64toh(c);
	small = (c | 0x20 * all) & 0x7f * all;
	/* The highest bit of each: below a, beyond z, or no ASCII. */
	other = (~(small + 0x1f * all) | (small + 0x05 * all) | c) & 0x80 * all;
	return other ? (size_t)__builtin_ctzll(other) / 8 : sizeof(c);
}

const char *
run_end(const struct analyser *a, const char *p, enum text_class class)
{
	size_t n;

	if (class == TEXT_LETTER && a->end - p >= (ptrdiff_t)sizeof(uint64_t))
		p += plain_letters(p);
	while (p < a->end) {
		enum text_class here;

		if ((unsigned char)*p < 0x80 && a->low[(unsigned char)*p] == class) {
			p++;
			continue;
		}
		here = class_at(a, p, &n);
		if (here != class && here != TEXT_INVISIBLE && (here != TEXT_APOSTROPHE || class != TEXT_LETTER || !letter_follows(a, p + n)))
			break;
		p += n;
	}
	return p;
}

struct term *
term_add(struct analyser *a, enum term_kind kind, const char *from, const char *to)
{
	struct term *term;

	if (a->n == a->room) {
		a->room = a->room ? a->room * 2 : 256;
		a->v = xrealloc(a->v, a->room, sizeof(a->v[0]));
	}
	term = &a->v[a->n++];
	term->kind = (uint8_t)kind;
	term->mark = 0;
	term->position = a->position;
	term->from = (uint32_t)(from - a->begin);
	term->to = (uint32_t)(to - a->begin);
	return term;
}

/* The source of term is the run. */
static void
term_set_word(struct term *term, const struct word *word)
{
	term->from += word->skip;
	term->to -= word->left;
	term->word = word->bytes;
	term->word_size = word->word_size;
	term->text = word->bytes + word->text_at;
	term->size = word->text_size;
	term->hash = word->hash;
	term->mark = word->mark;
}

void
term_add_word(struct analyser *a, enum term_kind kind, const struct word *word, const char *from, const char *to)
{
	term_set_word(term_add(a, kind, from, to), word);
}

/* May what stands at p make a chunk of the run of class before it? */
static bool
goes_on(const struct analyser *a, const char *p, enum text_class class)
{
	unsigned char c = p < a->end ? (unsigned char)*p : ' ';
	unsigned char next = a->end - p > 1 ? (unsigned char)p[1] : ' ';
	size_t n;

	if (c == ' ')
		return class == TEXT_DIGIT;
	if (c < 0x80 && (a->low[c] != TEXT_DIVIDES || c == '+' || c == '#'))
		return a->low[c] != TEXT_APOSTROPHE;
	if (c < 0x80)
		return (next >= 0x80 || a->low[next] != TEXT_DIVIDES) && strchr("-_./:@&,", c);
	if (c == 0xc2 || c == 0xe2) /* spaces in numbers, hyphens */
		return true;
	return class_at(a, p, &n) != TEXT_DIVIDES;
}

/* "https://": nobody looks for it. */
static const char *
behind_scheme(const struct analyser *a, const char *p, const char *end)
{
	static const char *const schemes[] = { "https", "http", "ftp" };
	size_t size = (size_t)(end - p), n;

	if (a->end - end < 4 || *end != ':' || memcmp(end, "://", 3) != 0 || class_at(a, end + 3, &n) == TEXT_DIVIDES)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		if (size == strlen(schemes[i]) && strncasecmp(p, schemes[i], size) == 0)
			return end + 3;
	return NULL;
}

static const char *
word_terms(struct analyser *a, const char *p, enum text_class class)
{
	const char *end = run_end(a, p, class), *behind = behind_scheme(a, p, end);

	if (behind)
		return behind;
	if (goes_on(a, end, class))
		return chunk_terms(a, p);
	term_add(a, PENDING, p, end)->hash = word_prefetch(a, p, (size_t)(end - p));
	a->position++;
	return end;
}

/*
 * What is pending: by now the words that are remembered have come from memory.
 * One of marks alone leaves its position, no term.
 */
static void
settle(struct analyser *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		struct term *term = &a->v[i];
		const struct word *word;

		if (term->kind == PENDING) {
			word = word_at(a, a->begin + term->from, term->to - term->from, (uint32_t)term->hash);
			term_set_word(term, word);
			term->kind = word->kind;
		}
		if (term->size > 0 && n++ != i)
			a->v[n - 1] = *term;
	}
	a->n = n;
}

/* A character of a script without spaces, with the marks that it takes. */
struct unit {
	char bytes[UNIT_MAX];
	size_t size;
	const char *from, *to;
};

/* Marks of voice in Kana, vowels and tails of Hangul. */
static bool
joins(uint32_t c)
{
	return c == 0x3099 || c == 0x309a || c == 0xff9e || c == 0xff9f || (c >= 0x1160 && c <= 0x11ff);
}

static bool
unit_at(const struct analyser *a, const char *p, struct unit *unit)
{
	struct lowered letter = { .n = 0 };
	enum text_class class;
	uint32_t c;
	size_t n;

	unit->from = unit->to = p;
	for (; p < a->end; p += n) {
		n = utf8_next(p, (size_t)(a->end - p), &c);
		class = text_class(c);
		if (class == TEXT_INVISIBLE)
			continue;
		if (class != TEXT_UNSPACED || (letter.n > 0 && !joins(c)))
			break;
		lowered_add(&letter, c);
		unit->to = p + n;
	}
	unit->size = lowered_strip(&letter, unit->bytes, UNIT_MAX);
	return unit->to > unit->from;
}

static void
add_gram(struct analyser *a, const struct unit *first, const struct unit *second)
{
	struct term *term = term_add(a, TERM_GRAM, first->from, second ? second->to : first->to);
	char bytes[2 * UNIT_MAX];
	size_t size = first->size;

	memcpy(bytes, first->bytes, first->size);
	if (second) {
		memcpy(bytes + size, second->bytes, second->size);
		size += second->size;
	}
	term->text = term->word = arena_memdup(a->strings, bytes, size);
	term->size = term->word_size = (uint8_t)size;
	term->hash = term_hash(bytes, size);
	a->position++;
}

static const char *
unspaced_terms(struct analyser *a, const char *p)
{
	struct unit units[2];
	size_t n = 0;

	for (; unit_at(a, p, &units[n & 1]); n++) {
		p = units[n & 1].to;
		if (n > 0)
			add_gram(a, &units[(n - 1) & 1], &units[n & 1]);
	}
	if (n == 1)
		add_gram(a, &units[0], NULL);
	return p;
}

static const char *
picture_term(struct analyser *a, const char *p, size_t size)
{
	struct term *term = term_add(a, TERM_WORD, p, p + size);

	term->text = term->word = arena_memdup(a->strings, p, size);
	term->size = term->word_size = (uint8_t)size;
	term->hash = term_hash(p, size);
	a->position++;
	return p + size;
}

static void
begin(struct analyser *a, const char *text, size_t size, const char *language)
{
	words_begin(a);
	arena_reset(a->strings);
	a->language = language_find(language);
	hints_load(&a->hints, a->language);
	a->begin = text;
	a->end = text + (size < UINT32_MAX ? size : UINT32_MAX);
	a->n = 0;
	a->position = 0;
}

const struct terms *
analyse(struct analyser *a, const char *text, size_t size, const char *language)
{
	size_t n;

	begin(a, text, size, language);
	for (const char *p = a->begin; p < a->end;) {
		enum text_class class;

		if (*p == ' ') {
			p++;
			continue;
		}
		class = class_at(a, p, &n);
		if (class == TEXT_LETTER || class == TEXT_DIGIT)
			p = word_terms(a, p, class);
		else if (class == TEXT_UNSPACED)
			p = unspaced_terms(a, p);
		else if (class == TEXT_PICTURE)
			p = picture_term(a, p, n);
		else
			p += n;
	}
	settle(a);
	a->terms = (struct terms){ a->v, a->n, a->position };
	return &a->terms;
}

/* Up to four characters; of ASCII the highest bit is 0. */
static uint32_t
gram_of(const uint32_t *c, size_t n)
{
	uint32_t bytes = 0, all = 0;
	uint64_t h = 0;

	for (size_t i = 0; i < n; i++) {
		bytes |= (c[i] & 0x7f) << 8 * i;
		all |= c[i];
		h = term_mix(h << 7 ^ h ^ c[i]);
	}
	return all < 0x80 ? bytes : (uint32_t)h | UINT32_C(1) << 31;
}

/* Of a word in ASCII, which most are once folded; 0: it is none. */
static size_t
plain_grams(const char *word, size_t size, uint32_t out[TERM_GRAMS_MAX])
{
	uint32_t gram = (uint32_t)'^' << 24, all = 0;
	size_t n = 0;

	for (size_t i = 0; i <= size; i++) {
		uint32_t c = i < size ? (unsigned char)word[i] : '$';

		all |= c;
		gram = gram >> 8 | c << 24;
		if (i >= TERM_GRAM_SIZE - 2)
			out[n++] = gram;
	}
	if (n == 0)
		out[n++] = gram >> 8 * (TERM_GRAM_SIZE - 2 - size);
	return all < 0x80 ? n : 0;
}

size_t
term_grams(const char *word, size_t size, uint32_t out[TERM_GRAMS_MAX])
{
	uint32_t c[TERM_MAX + 2];
	size_t n = size <= TERM_MAX ? plain_grams(word, size, out) : 0, grams;

	if (n)
		return n;
	c[n++] = '^';
	for (size_t at = 0; at < size && n <= TERM_MAX; n++)
		at += utf8_next(word + at, size - at, &c[n]);
	c[n++] = '$';
	grams = n > TERM_GRAM_SIZE ? n - TERM_GRAM_SIZE + 1 : 1;
	for (size_t i = 0; i < grams; i++)
		out[i] = gram_of(c + i, n - i < TERM_GRAM_SIZE ? n - i : TERM_GRAM_SIZE);
	return grams;
}

#include "search/index_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define LETTERS 64 /* of a word; those of the table have fewer */

static size_t
letters_of(const char *word, size_t size, uint32_t out[LETTERS])
{
	size_t n = 0, i = 0;

	if (utf8_valid(word, size) != size)
		return 0;
	while (i < size && n < LETTERS)
		i += utf8_decode(word + i, &out[n++]);
	return i < size ? 0 : n;
}

uint32_t
word_letters(const char *word, size_t size)
{
	uint32_t letter[LETTERS], letters = 0;
	size_t n = letters_of(word, size, letter);

	for (size_t i = 0; i < n; i++)
		letters |= letter_bit(letter[i]);
	return n ? letters : LETTERS_ALL;
}

/* Are there more ones in it than n? */
static inline bool
more_ones(uint32_t v, unsigned n)
{
	for (; v && n; n--)
		v &= v - 1;
	return v != 0;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Insert, delete, replace, swap: a row for each letter of a; more than limit: limit + 1. */
static unsigned
edits_between(const uint32_t *a, size_t a_n, const uint32_t *b, size_t b_n, unsigned limit)
{
	unsigned rows[3][LETTERS + 1];
	unsigned *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t k = 0; k <= b_n; k++)
		last[k] = (unsigned)k;
	for (size_t i = 1; i <= a_n; i++) {
		unsigned best = row[0] = (unsigned)i, *spare = before;

		for (size_t k = 1; k <= b_n; k++) {
			row[k] = least(least(last[k], row[k - 1]) + 1, last[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[k] = least(row[k], before[k - 2] + 1);
			best = least(best, row[k]);
		}
		if (best > limit)
			return limit + 1;
		before = last;
		last = row;
		row = spare;
	}
	return last[b_n];
}

static bool
nearer(const struct index_near *a, const struct index_near *b)
{
	return a->edits != b->edits ? a->edits < b->edits : a->word < b->word;
}

/* Keeps the nearest, in order. */
static size_t
keep(struct index_near *out, size_t n, size_t cap, struct index_near near)
{
	size_t i;

	if (n == cap && (cap == 0 || !nearer(&near, &out[n - 1])))
		return n;
	for (i = n < cap ? n : n - 1; i && nearer(&near, &out[i - 1]); i--)
		out[i] = out[i - 1];
	out[i] = near;
	return n < cap ? n + 1 : n;
}

/* What is looked for. */
struct sought {
	uint32_t letter[LETTERS], letters;
	size_t n;
	unsigned edits;
};

static size_t
look(const struct sought *s, const char *bytes, size_t size, struct index_near near, struct index_near *out, size_t n, size_t cap)
{
	uint32_t letter[LETTERS];
	size_t length = letters_of(bytes, size, letter);

	if (!length || length > LETTERS_MAX)
		return n;
	near.edits = edits_between(s->letter, s->n, letter, length, s->edits);
	return near.edits > s->edits ? n : keep(out, n, cap, near);
}

static size_t
look_in_file(struct search *search, const struct sought *s, uint32_t i, struct index_near *out, size_t n, size_t cap)
{
	const struct file_word *word = index_file_word(search, i);
	const char *bytes;
	size_t size;

	if (!word)
		return n;
	bytes = index_bytes(search, word->at, &size);
	if (size + s->edits < s->n || size > 4 * (s->n + s->edits))
		return n;
	return look(s, bytes, size, (struct index_near){ .word = i, .term = word->term & ~WORD_STOP }, out, n, cap);
}

/* Those that the file does not know. */
static size_t
look_in_log(const struct search *search, const struct sought *s, struct index_near *out, size_t n, size_t cap)
{
	const struct log *log = search->log;

	for (uint32_t i = 0; log && i < log->words.n; i++) {
		const struct log_word *word = &log->words.v[i];

		if (word->size + s->edits < s->n || word->size > 4 * (s->n + s->edits))
			continue;
		if (!more_ones(word_letters(word->bytes, word->size) ^ s->letters, 2 * s->edits))
			n = look(s, word->bytes, word->size, (struct index_near){ .word = search->h.words + i, .term = word->term }, out, n, cap);
	}
	return n;
}

static size_t
look_in_line(struct search *search, const struct sought *s, size_t line, struct index_near *out, size_t found, size_t cap)
{
	const struct file_word *words = (const struct file_word *)(const void *)index_line(search, IN_WORDS, line)->v;
	uint32_t first = (uint32_t)(line * WORDS_LINE);

	for (uint32_t i = 0; i < WORDS_LINE && first + i < search->h.words; i++)
		if (!more_ones(words[i].letters ^ s->letters, 2 * s->edits))
			found = look_in_file(search, s, first + i, out, found, cap);
	return found;
}

size_t
index_near(struct search *search, const char *bytes, size_t n, unsigned edits, struct index_near *out, size_t cap)
{
	struct sought s = { .edits = edits, .letters = word_letters(bytes, n) };
	size_t found = 0;

	s.n = letters_of(bytes, n, s.letter);
	if (!s.n)
		return 0;
	for (size_t line = 0; line * WORDS_LINE < search->h.words && !search->damaged; line++)
		found = look_in_line(search, &s, line, out, found, cap);
	return look_in_log(search, &s, out, found, cap);
}

/*
 * terms.h - text to terms, as the index knows them.
 *
 * A term is a word folded (case, accents, ligatures, compatibility forms),
 * without elision ("l'", "dell'") and English "'s", and stemmed by Snowball in
 * its language. Stop words are marked, not left out. A number, a reference, an
 * address, a URL is one term whole ("inv-2024/0317", "1234.56") and its parts
 * besides. Scripts without spaces, and Korean, give pairs of characters. What
 * is not UTF-8 divides words; so does NUL. Pure: no locale, no clock.
 *
 * An index keeps the hashes of terms and pairs: to change what a text
 * gives is to change TERMS_VERSION, and with it the format of the index.
 *
 * Threads: an analyser belongs to one thread. It opens a stemmer on first use
 * and remembers what became of each word, in bounded memory.
 */
#ifndef SEARCH_TERMS_H
#define SEARCH_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct analyser;
struct search_names;

#define TERMS_VERSION 1
#define TERM_MAX 64 /* bytes of a folded word; the rest of a longer one is cut */

enum term_kind {
	TERM_WORD,
	TERM_STOP,  /* a word that says little by itself */
	TERM_WHOLE, /* a number, reference, address, URL, kept whole; its parts follow, if it has any */
	TERM_PART,  /* a word or number within such a one */
	TERM_GRAM,  /* a pair of characters of a script without spaces, or one that stands alone */
};

/* The strings are not ended by NUL and live until the next call of the analyser. */
struct term {
	const char *text;  /* folded and stemmed */
	const char *word;  /* folded only; the same as text where nothing is stemmed */
	uint64_t hash;     /* term_hash of text */
	uint32_t position; /* counts words; a whole has that of its first part */
	uint32_t from, to; /* [from, to) in the source, in bytes */
	uint32_t mark;     /* the same for the same word in the same language, while the analyser lives; 0: none was given */
	uint8_t size;      /* of text */
	uint8_t word_size; /* of word */
	uint8_t kind;      /* enum term_kind */
};

struct terms {
	const struct term *v;
	size_t n;
	uint32_t positions; /* one more than the last */
};

struct analyser *analyser_new(void);
/* Accepts a pointer to NULL; sets *analyser to NULL. */
void analyser_free(struct analyser **analyser);

/*
 * The terms of size bytes at text (at most UINT32_MAX are looked at), in the
 * order of the text; the result lives until the next call. A language is
 * "fr", "fr-CA", "FR_ca"; NULL or one that is not known folds without a stemmer
 * and knows no stop words (language_guess tells one).
 */
const struct terms *analyse(struct analyser *analyser, const char *text, size_t size, const char *language);

/* Fixed for ever: they stand in files. */

static inline uint64_t
term_mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

/* FNV-1a, finished so that each of its bits may be used; never 0. */
static inline uint64_t
term_hash(const char *s, size_t size)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	h = term_mix(h);
	return h ? h : 1;
}

/* Two terms, the one behind the other. */
static inline uint64_t
term_pair(uint64_t first, uint64_t second)
{
	uint64_t h = term_mix(first * UINT64_C(0x9e3779b97f4a7c15) + second);

	return h ? h : 1;
}

/*
 * The character 4-grams of a folded word with its ends marked: "cat" is ^cat
 * and cat$, "a" is ^a$. Each is a number: of ASCII its bytes, of others a hash.
 * Writes at most TERM_GRAMS_MAX, returns how many.
 */
#define TERM_GRAM_SIZE 4
#define TERM_GRAMS_MAX TERM_MAX
size_t term_grams(const char *word, size_t size, uint32_t out[TERM_GRAMS_MAX]);

#endif

/*
 * analyser.h - the inside of an analyser, for terms.c, chunk.c, words.c and language.c.
 */
#ifndef SEARCH_ANALYSER_H
#define SEARCH_ANALYSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search/fold.h"
#include "search/terms.h"

struct arena;
struct sb_stemmer;

enum spelling {
	SPELLING_STRICT,
	SPELLING_PLAIN,   /* accents are often left out: they are dropped before the stemmer sees the word */
	SPELLING_UMLAUTS, /* "ae" is another way to write U+00E4 */
};

/* A row of language.def; the last one, of no name, stands for what is not known. */
struct language {
	const char *code, *stemmer, *elision;
	enum spelling spelling;
	const char *endings, *stop, *typical;
};

extern const struct language languages[];
extern const unsigned languages_n; /* without the last */
#define LANGUAGES_MAX 63

/* The row of "fr", "fr-CA", "FR_ca"; languages_n where it is none. */
unsigned language_find(const char *name);

/* What became of a run of letters, or of digits, in one language. A line of cache. */
#define WORD_RUN 4
struct word {
	uint64_t hash;     /* of text */
	const char *bytes; /* word, text, and the run where it is long; NULL: a free slot */
	uint32_t key, mark;
	uint8_t language;
	uint8_t run_size;
	uint8_t skip, left; /* bytes of the run before and behind the word */
	uint8_t word_size;  /* 0: nothing remains */
	uint8_t text_size;
	uint8_t text_at;        /* in bytes */
	uint8_t kind;           /* TERM_WORD, TERM_STOP, TERM_WHOLE */
	uint64_t run[WORD_RUN]; /* its beginning, in eights, zeros behind it */
};

/* From the hash of a stop word, or of what is typical, to the languages it speaks for. */
struct hints {
	struct hint {
		uint64_t hash, languages;
	} * v;
	size_t n, cap;
	uint64_t loaded; /* languages */
};

struct analyser {
	struct sb_stemmer *stemmers[LANGUAGES_MAX];
	struct hints hints;
	/* The words remembered: an open hash, its strings in an arena; emptied when it is too large. */
	struct arena *words;
	struct word *slots;
	size_t words_n, cap;
	uint32_t marks; /* given so far; when words are forgotten they are not used again */
	/* Of one call. */
	struct arena *strings;
	unsigned language;
	const char *begin, *end;
	struct term *v;
	size_t n, room;
	struct terms terms;
	uint32_t position;
	uint8_t low[0x800]; /* text_class of characters of one and two bytes */
};

/* words.c */

/* Is there room to remember more? If not, all is forgotten: what analyse told before is gone. */
void words_begin(struct analyser *a);
/* Of the size > 0 bytes at run, in the language of the call; lives until the next one, its bytes until the next words_begin. */
const struct word *word_of(struct analyser *a, const char *run, size_t size);
/* The same in two steps: its place is on the way from memory while other words are looked at. */
uint32_t word_prefetch(const struct analyser *a, const char *run, size_t size);
const struct word *word_at(struct analyser *a, const char *run, size_t size, uint32_t key);

/* language.c */

/* Adds those of a language, once. */
void hints_load(struct hints *hints, unsigned language);
uint64_t hints_get(const struct hints *hints, uint64_t hash);

/* terms.c */

/* The class of the character at p, its size. */
enum text_class class_at(const struct analyser *a, const char *p, size_t *size_r);
/* The end of the run of letters, or of digits, that begins at p. */
const char *run_end(const struct analyser *a, const char *p, enum text_class class);
/* One term more, [from, to) in the text; position is counted by the caller. */
struct term *term_add(struct analyser *a, enum term_kind kind, const char *from, const char *to);
void term_add_word(struct analyser *a, enum term_kind kind, const struct word *word, const char *from, const char *to);

/* chunk.c */

/* Runs joined by more than letters: "INV-2024/0317", "ann@example.org", "e-mail". Returns its end. */
const char *chunk_terms(struct analyser *a, const char *p);

#endif

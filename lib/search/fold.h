/*
 * fold.h - the characters of a text: of which class they are, and their folded form.
 *
 * For terms.c, words.c and language.c; the tables are made by scripts/unicode-tables.
 */
#ifndef SEARCH_FOLD_H
#define SEARCH_FOLD_H

#include <stddef.h>
#include <stdint.h>

enum text_class {
	TEXT_DIVIDES,
	TEXT_LETTER, /* with the marks of its script */
	TEXT_DIGIT,
	TEXT_UNSPACED, /* of a script whose words are not divided */
	TEXT_PICTURE,
	TEXT_APOSTROPHE, /* and what is typed for one; within a word it belongs to it */
	TEXT_INVISIBLE,  /* soft hyphens, joiners, variation selectors: as if it were not there */
};

/* Of UTF8_INVALID: TEXT_DIVIDES. */
enum text_class text_class(uint32_t c);
/* Those of the first n characters. */
void text_classes(uint8_t *out, uint32_t n);

/* A word in lower case and everyday characters, its accents kept: what Snowball takes. */
#define LOWERED_MAX 64

struct lowered {
	uint32_t c[LOWERED_MAX + 1];
	size_t n;
};

/* One character more; a mark joins its letter. What is too long is cut. */
void lowered_add(struct lowered *word, uint32_t c);
/* As UTF-8; out has room for 4 bytes each. */
size_t lowered_encode(const struct lowered *word, char *out);
/* Without accents, as UTF-8, cut to at most size bytes. */
size_t lowered_strip(const struct lowered *word, char *out, size_t size);

#endif

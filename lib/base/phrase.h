/*
 * phrase.h - formulas of letters: how they begin and end, and how programs
 * introduce what they quote. The table is letter.def. Pure; any thread.
 */
#ifndef BASE_PHRASE_H
#define BASE_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/utf8.h"

/* letter.def says what they are. */
enum phrase_kind {
	GREETING,
	ADDRESSEE,
	OPENING,
	CLOSING,
	FAREWELL,
	SENT,
	ORIGINAL,
	FROM,
	SUBJECT,
	HEADER,
	PARTICLE,
	WROTE,
	NOTICE,
	SAID,
	FORWARDED,
};

/* A line as the phrases are written: small letters, no accents, one space, none before ':'; ended by NUL. */
#define FOLDED_MAX 400 /* bytes that are looked at */
struct folded {
	char bytes[FOLDED_MAX + UTF8_FOLD_MAX];
	size_t n;
};
void fold_line(const char *s, const char *end, struct folded *out);

/* The size of the longest phrase of a kind that s begins with, as whole words; 0: none. */
size_t phrase_begins(const char *s, enum phrase_kind kind);
/* Is the word [s, end) one of a kind? */
bool phrase_is(const char *s, const char *end, enum phrase_kind kind);
/* Does the line end with one, behind a space? */
bool phrase_ends(const struct folded *line, enum phrase_kind kind);
/* Both halves of one: WROTE, what the line ends with or, between spaces, holds; NOTICE, what it holds. */
bool phrase_wrote(const struct folded *line);
bool phrase_notice(const char *s);

#endif

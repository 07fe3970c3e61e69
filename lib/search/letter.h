/*
 * letter.h - a message without what says nothing about its matter: quotations of
 * what it answers, signature, greeting and closing formulas, legal notices.
 *
 * Careful rather than thorough: to lose a sentence is worse than to keep a
 * greeting. A message of nothing else is kept whole.
 */
#ifndef SEARCH_LETTER_H
#define SEARCH_LETTER_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Adds what remains of the size bytes at text to out: whole lines or ends of lines, in order. */
void letter_body(struct buf *out, const char *text, size_t size);

/* Whether a text is a message, where nothing says so: nobody types as much to search. */
bool letter_like(const char *text);

#endif

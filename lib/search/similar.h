/*
 * similar.h - which texts of many say nearly the same: by the share of runs of
 * three words that they have in common, estimated (MinHash, bands of it).
 *
 * Pure. Takes 260 bytes a text, and time in proportion to their length.
 */
#ifndef SEARCH_SIMILAR_H
#define SEARCH_SIMILAR_H

#include <stddef.h>

struct similar;

struct similar *similar_new(void);
void similar_free(struct similar **similar);
/* Texts are numbered from 0 as they come. One without words is like no other. */
void similar_add(struct similar *similar, const char *text);
/*
 * Each text that is like an earlier one, in order, with the first of these;
 * percent: how much they have in common, from least on.
 */
void similar_each(struct similar *similar, int least, void (*like)(void *context, size_t text, size_t earlier, int percent), void *context);

#endif

/*
 * index_sum.h - sums by which the index notices a changed byte.
 *
 * Each step turns one state into one other, so that a change of one word of
 * eight bytes always changes the 64 bits; of them 32 are kept. Not against
 * people who mean harm: those who can write the file can write the sum.
 */
#ifndef SEARCH_INDEX_SUM_H
#define SEARCH_INDEX_SUM_H

#include <stddef.h>
#include <stdint.h>

/* seed: where the bytes belong, so that good bytes in a wrong place are noticed, too. */
uint32_t index_sum(const void *data, size_t size, uint64_t seed);
/* The same of the numbers of a line: of this size only. */
#define INDEX_SUM_LINE 252
uint32_t index_sum_line(const void *data, uint64_t seed);

#endif

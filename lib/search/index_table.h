/*
 * index_table.h - things by their hash, in memory.
 */
#ifndef SEARCH_INDEX_TABLE_H
#define SEARCH_INDEX_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

/* A VEC whose memory is on the heap: it is large, and grows. */
#define heap_push(vec, value) \
	do { \
		if ((vec)->n == (vec)->cap) { \
			(vec)->cap = (vec)->cap ? (vec)->cap + (vec)->cap / 2 : 1024; \
			(vec)->v = xrealloc((vec)->v, (vec)->cap, sizeof(*(vec)->v)); \
		} \
		(vec)->v[(vec)->n++] = (value); \
	} while (0)

/* { 0 } is empty. */
struct table {
	struct table_slot {
		uint64_t hash;
		uint32_t i;
		bool used;
	} * v;
	size_t n, cap;
};

#define TABLE_NONE UINT32_MAX

void table_put(struct table *table, uint64_t hash, uint32_t i);
/* The next thing of this hash behind *at, or TABLE_NONE. *at begins as SIZE_MAX. */
uint32_t table_next(const struct table *table, uint64_t hash, size_t *at);
void table_release(struct table *table);

#endif

/*
 * arena.h - memory that lives and dies together.
 *
 * Results of library calls live in the caller's arena; nothing in an arena is
 * freed one by one. One arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"

struct arena;

struct arena *arena_new(void) ATTR_MUSTUSE;
/* Accepts a pointer to NULL; sets *arena to NULL. */
void arena_free(struct arena **arena);
/* Empties the arena but keeps a block to fill again. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size) ATTR_MUSTUSE;
/* A copy of size bytes with a NUL behind them. */
char *arena_memdup(struct arena *arena, const void *data, size_t size) ATTR_MUSTUSE;
/* NULL in, NULL out. */
char *arena_strdup(struct arena *arena, const char *s) ATTR_MUSTUSE;
char *arena_printf(struct arena *arena, const char *format, ...) ATTR_PRINTF(2, 3) ATTR_MUSTUSE;
char *arena_vprintf(struct arena *arena, const char *format, va_list ap) ATTR_PRINTF(2, 0) ATTR_MUSTUSE;

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

/* A vector of type in an arena: { 0 } is empty; vec_push grows it. */
#define VEC(type) \
	struct { \
		type *v; \
		size_t n, cap; \
	}

#define vec_push(arena, vec, value) \
	do { \
		if ((vec)->n == (vec)->cap) \
			(vec)->v = arena_grow((arena), (vec)->v, &(vec)->cap, sizeof(*(vec)->v)); \
		(vec)->v[(vec)->n++] = (value); \
	} while (0)

/* What vec_push uses: a larger copy, *cap updated. */
void *arena_grow(struct arena *arena, const void *old, size_t *cap, size_t size) ATTR_MUSTUSE;

#endif

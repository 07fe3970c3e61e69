#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define BLOCK_SIZE 16384

struct block {
	struct block *next;
	size_t used, size;
	max_align_t data[];
};

struct arena {
	struct block *top;
};

static struct block *
block_new(struct block *next, size_t size)
{
	struct block *b = xmalloc(sizeof(*b) + size);

	b->next = next;
	b->used = 0;
	b->size = size;
	return b;
}

struct arena *
arena_new(void)
{
	struct arena *a = xmalloc(sizeof(*a));

	a->top = block_new(NULL, BLOCK_SIZE);
	return a;
}

void
arena_free(struct arena **arena)
{
	if (!*arena)
		return;
	for (struct block *b = (*arena)->top, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(*arena);
	*arena = NULL;
}

void
arena_reset(struct arena *arena)
{
	struct block *keep = arena->top;

	while (keep->next) {
		struct block *next = keep->next;

		free(keep);
		keep = next;
	}
	keep->used = 0;
	arena->top = keep;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = sizeof(max_align_t);
	struct block *b = arena->top;
	size_t need;
	void *p;

	if (size > SIZE_MAX / 2)
		abort();
	need = (size + align - 1) / align * align;
	if (b->size - b->used < need) {
		if (need > BLOCK_SIZE / 4) {
			/* A large one gets its own block below the top, which stays in use. */
			struct block *big = block_new(b->next, need);

			b->next = big;
			b = big;
		} else {
			b = arena->top = block_new(b, BLOCK_SIZE);
		}
	}
	p = (char *)b->data + b->used;
	b->used += need;
	return memset(p, 0, need);
}

char *
arena_memdup(struct arena *arena, const void *data, size_t size)
{
	char *p = arena_alloc(arena, size + 1);

	if (size)
		memcpy(p, data, size);
	return p;
}

char *
arena_strdup(struct arena *arena, const char *s)
{
	return s ? arena_memdup(arena, s, strlen(s)) : NULL;
}

char *
arena_vprintf(struct arena *arena, const char *format, va_list ap)
{
	char some[256], *p;
	va_list again;
	int n;

	/* Most texts are short. */
	va_copy(again, ap);
	n = vsnprintf(some, sizeof(some), format, again);
	va_end(again);
	if (n < 0)
		abort();
	if ((size_t)n < sizeof(some))
		return arena_memdup(arena, some, (size_t)n);
	p = arena_alloc(arena, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, format, ap);
	return p;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list ap;
	char *p;

	va_start(ap, format);
	p = arena_vprintf(arena, format, ap);
	va_end(ap);
	return p;
}

void *
arena_grow(struct arena *arena, const void *old, size_t *cap, size_t size)
{
	size_t grown = *cap ? *cap * 2 : 8;
	void *p;

	if (grown > SIZE_MAX / 4 / size)
		abort();
	p = arena_alloc(arena, grown * size);
	if (*cap)
		memcpy(p, old, *cap * size);
	*cap = grown;
	return p;
}

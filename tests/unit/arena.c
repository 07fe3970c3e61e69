/*
 * What lives in an arena is aligned, zeroed, apart from its neighbours, and
 * gone with it.
 */
#include <stdint.h>

#include "tests/unit/tap.h"
#include "base/arena.h"

struct numbers {
	VEC(int)
	all;
};

static void
test_allocations(void)
{
	static const size_t sizes[] = { 0, 1, 7, 16, 17, 4095, 4096, 4097, 16384, 16385, 1000000 };
	struct arena *arena = arena_new();
	unsigned char *last = NULL;
	bool zeroed = true, aligned = true, apart = true;

	for (int round = 0; round < 50; round++)
		for (size_t i = 0; i < COUNT_OF(sizes); i++) {
			unsigned char *p = arena_alloc(arena, sizes[i]);

			aligned = aligned && (uintptr_t)p % _Alignof(max_align_t) == 0;
			for (size_t j = 0; j < sizes[i]; j++)
				zeroed = zeroed && p[j] == 0;
			if (last)
				apart = apart && *last == 0xaa;
			memset(p, 0xaa, sizes[i]);
			last = sizes[i] ? p : NULL;
			if (i % 5 == 4 && round % 10 == 9)
				arena_reset(arena), last = NULL;
		}
	ok(zeroed, "memory is zeroed, after a reset too");
	ok(aligned, "memory is aligned for any type");
	ok(apart, "a new piece leaves its neighbour alone");
	arena_free(&arena);
	ok(arena == NULL, "arena_free sets the pointer to NULL");
	arena_free(&arena);
	ok(true, "and accepts NULL");
}

static void
test_strings(void)
{
	struct arena *arena = arena_new();

	is_str(arena_strdup(arena, "grüezi"), "grüezi", "arena_strdup copies");
	ok(arena_strdup(arena, NULL) == NULL, "arena_strdup of NULL is NULL");
	is_str(arena_memdup(arena, "abcdef", 3), "abc", "arena_memdup ends with a NUL");
	is_str(arena_memdup(arena, NULL, 0), "", "arena_memdup of nothing is empty");
	is_str(arena_printf(arena, "%s-%d", "a", 7), "a-7", "arena_printf formats");
	is_int((int64_t)strlen(arena_printf(arena, "%050000d", 1)), 50000, "arena_printf has room for long text");
	arena_free(&arena);
}

static void
test_vec(void)
{
	struct arena *arena = arena_new();
	struct numbers n = { 0 };
	bool kept = true;

	for (int i = 0; i < 10000; i++)
		vec_push(arena, &n.all, i);
	for (int i = 0; i < 10000; i++)
		kept = kept && n.all.v[i] == i;
	ok(n.all.n == 10000 && kept, "a vector grows and keeps what it holds");
	arena_free(&arena);
}

int
main(void)
{
	test_allocations();
	test_strings();
	test_vec();
	return done();
}

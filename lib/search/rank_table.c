#include "search/rank.h"

static void
grow(struct arena *arena, struct rank_table *t)
{
	struct rank_table larger = { .n = t->n, .cap = t->cap ? t->cap * (t->cap < 512 ? 4 : 2) : 64 };

	larger.v = arena_alloc(arena, larger.cap * sizeof(*larger.v));
	larger.shift = 64 - (unsigned)__builtin_ctzll(larger.cap);
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].value)
			larger.v[rank_table_place(&larger, t->v[i].key)] = t->v[i];
	*t = larger;
}

uint32_t *
rank_table_put(struct arena *arena, struct rank_table *t, uint64_t key)
{
	size_t i;

	if ((t->n + 1) * 3 > t->cap * 2)
		grow(arena, t);
	i = rank_table_place(t, key);
	if (!t->v[i].value) {
		t->v[i].key = key;
		t->n++;
	}
	return &t->v[i].value;
}

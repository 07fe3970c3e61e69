#include "search/rank.h"

static size_t
place(const struct rank_table *t, uint64_t key)
{
	size_t i = (size_t)(term_mix(key) >> 7) & (t->cap - 1);

	while (t->v[i].value && t->v[i].key != key)
		i = (i + 1) & (t->cap - 1);
	return i;
}

uint32_t
rank_table_get(const struct rank_table *t, uint64_t key)
{
	return t->cap ? t->v[place(t, key)].value : 0;
}

static void
grow(struct arena *arena, struct rank_table *t)
{
	struct rank_table larger = { .n = t->n, .cap = t->cap ? t->cap * 4 : 64 };

	larger.v = arena_alloc(arena, larger.cap * sizeof(*larger.v));
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].value)
			larger.v[place(&larger, t->v[i].key)] = t->v[i];
	*t = larger;
}

uint32_t *
rank_table_put(struct arena *arena, struct rank_table *t, uint64_t key)
{
	size_t i;

	if ((t->n + 1) * 2 > t->cap)
		grow(arena, t);
	i = place(t, key);
	if (!t->v[i].value) {
		t->v[i].key = key;
		t->n++;
	}
	return &t->v[i].value;
}

#include "search/index_table.h"

#include "base/mem.h"

static void
place(struct table *table, uint64_t hash, uint32_t i)
{
	size_t at = hash & (table->cap - 1);

	while (table->v[at].used)
		at = (at + 1) & (table->cap - 1);
	table->v[at] = (struct table_slot){ hash, i, true };
}

void
table_put(struct table *table, uint64_t hash, uint32_t i)
{
	struct table_slot *old = table->v;
	size_t cap = table->cap;

	if (table->n * 2 >= cap) {
		table->cap = cap ? cap * 2 : 64;
		table->v = xcalloc(table->cap, sizeof(*table->v));
		for (size_t k = 0; k < cap; k++)
			if (old[k].used)
				place(table, old[k].hash, old[k].i);
		free(old);
	}
	place(table, hash, i);
	table->n++;
}

uint32_t
table_next(const struct table *table, uint64_t hash, size_t *at)
{
	if (!table->cap)
		return TABLE_NONE;
	*at = (*at == SIZE_MAX ? hash : *at + 1) & (table->cap - 1);
	for (; table->v[*at].used; *at = (*at + 1) & (table->cap - 1))
		if (table->v[*at].hash == hash)
			return table->v[*at].i;
	return TABLE_NONE;
}

void
table_release(struct table *table)
{
	free(table->v);
	*table = (struct table){ 0 };
}

#include "search/rank.h"

/* Is it one of the query's: itself, or what was taken for it? Stop words only where there are no others. */
static bool
wanted(const struct rank *r, const struct term *t)
{
	uint32_t id = index_term(r->search, t->text, t->size);
	uint32_t f = id == INDEX_NONE ? 0 : rank_table_get(&r->by_term, id);

	return f && (r->only_stop || !r->features.v[f - 1].stop);
}

size_t
search_marks(struct search *search, const struct search_query *query, const char *text, const char *language, struct arena *arena, const struct search_mark **marks_r)
{
	struct rank *r = rank_begin(search, query, arena);
	VEC(struct search_mark)
	marks = { 0 };
	const struct terms *terms;

	rank_text(r);
	rank_query(r);
	terms = analyse(r->analyser, text, strlen(text), language);
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->v[i];
		struct search_mark *last = marks.n ? &marks.v[marks.n - 1] : NULL;

		if (!wanted(r, t))
			continue;
		if (last && t->from < last->to)
			last->to = t->to > last->to ? t->to : last->to;
		else
			vec_push(arena, &marks, ((struct search_mark){ t->from, t->to }));
	}
	*marks_r = marks.v;
	return marks.n;
}

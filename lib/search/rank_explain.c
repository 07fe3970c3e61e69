#include "search/rank.h"

#include <math.h>

struct lines {
	struct arena *arena;
	VEC(struct search_reason)
	v;
};

static void
line(struct lines *l, const char *what, const char *term, double value, const char *how)
{
	vec_push(l->arena, &l->v, ((struct search_reason){ what, term ? arena_strdup(l->arena, term) : NULL, value, how }));
}

/* "tf 2, df 17 of 311, idf 2.9" */
static const char *
term_how(const struct rank *r, const struct rank_feature *f, uint32_t tf, struct arena *arena)
{
	const char *like = f->like ? arena_printf(arena, ", for \"%s\"", f->like) : "", *stop = f->stop ? ", stop word" : "";

	return arena_printf(arena, "tf %u, df %u of %u, idf %.2f%s%s", tf, f->df, r->stats.responses, f->idf, stop, like);
}

static void
term_lines(const struct rank *r, const struct rank_doc *doc, const struct rank_each *at, struct lines *l)
{
	static const char *const names[INDEX_FIELDS] = { "name", "text", "past" };
	const struct rank_feature *f = &r->features.v[at->feature];
	double share[INDEX_FIELDS], sum = rank_share(r, doc, at->feature, at->hold, share), value = f->weight * rank_saturate(sum);

	for (size_t i = 0; i < INDEX_FIELDS; i++)
		if (share[i] > 0)
			line(l, names[i], f->text, value * share[i] / sum, term_how(r, f, at->hold ? at->hold->tf[i] : 1, l->arena));
}

static void
pair_line(const struct rank *r, const struct rank_doc *doc, const struct rank_each *at, struct lines *l)
{
	const struct rank_feature *f = &r->features.v[at->feature];
	double share[INDEX_FIELDS], value = f->weight * rank_saturate(rank_share(r, doc, at->feature, at->hold, share));
	const char *term = arena_printf(l->arena, "%s %s", r->features.v[f->of].text, r->features.v[f->with].text);

	line(l, "pair", term, value, arena_printf(l->arena, "df about %u of %u, idf %.2f", f->df, r->stats.responses, f->idf));
}

/* All 4-grams in one: there are hundreds. */
static void
gram_line(const struct rank *r, const struct rank_doc *doc, struct lines *l)
{
	double value = 0;
	size_t n = 0;

	for (struct rank_each at = { 0 }; rank_each(r, doc, &at);) {
		double share[INDEX_FIELDS];

		if (!rank_is_gram(r, at.feature))
			continue;
		value += r->weights[at.feature] * rank_saturate(rank_share(r, doc, at.feature, at.hold, share));
		n++;
	}
	if (n)
		line(l, "grams", NULL, value, arena_printf(l->arena, "%zu of %zu groups of 4 letters", n, r->pairs_at - r->terms_n));
}

static void
other_lines(const struct rank_doc *doc, struct lines *l)
{
	double uses = rank_constants.uses * log(1 + doc->uses);

	if (doc->neighbours > 0)
		line(l, "neighbours", NULL, doc->neighbours, arena_printf(l->arena, "%u of the nearest past messages, %u uses", doc->near_n, doc->uses));
	if (doc->refused > 0)
		line(l, "refused", NULL, -doc->refused, "for a message like this one");
	if (uses > 0)
		line(l, "uses", NULL, uses, arena_printf(l->arena, "%u", doc->uses));
	if (doc->favourite)
		line(l, "favourite", NULL, rank_constants.favourite, "of the agent");
	if (doc->exact > 0)
		line(l, "exact", NULL, doc->exact, "its shortcut or name");
}

const struct search_reason *
rank_explain(const struct rank *r, const struct rank_doc *doc, struct arena *arena, size_t *n_r)
{
	struct lines l = { .arena = arena };

	for (struct rank_each at = { 0 }; rank_each(r, doc, &at);)
		if (at.feature < r->terms_n)
			term_lines(r, doc, &at, &l);
		else if (at.feature >= r->pairs_at)
			pair_line(r, doc, &at, &l);
	gram_line(r, doc, &l);
	other_lines(doc, &l);
	*n_r = l.v.n;
	return l.v.v;
}

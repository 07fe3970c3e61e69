#include "search/rank.h"

#include <math.h>

/* By how much a long field counts less. */
static double
norm(double length, double sum, double filled)
{
	return 1 - INDEX_B + (sum > 0 && filled > 0 ? INDEX_B * length * filled / sum : INDEX_B);
}

/* The lengths in grams are those of the candidates; of what was answered only that in terms is known. */
static void
set_norms(const struct rank *r, struct rank_doc *doc)
{
	for (size_t i = 0; i < INDEX_FIELDS; i++) {
		doc->norm[i] = norm(doc->length[i], (double)r->stats.length[i], r->stats.filled[i]);
		doc->gram_norm[i] = i == INDEX_PAST ? doc->norm[i] : norm(doc->grams[i], r->gram_sum[i], r->gram_filled[i]);
	}
}

double
rank_share(const struct rank *r, const struct rank_doc *doc, uint32_t feature, const struct rank_hold *hold, double share[INDEX_FIELDS])
{
	static const struct rank_hold once = { .tf = { [INDEX_TEXT] = 1 } };
	const double *norms = rank_is_gram(r, feature) ? doc->gram_norm : doc->norm;
	double sum = 0;

	hold = hold ? hold : &once;
	for (size_t i = 0; i < INDEX_FIELDS; i++) {
		share[i] = hold->tf[i] ? index_field_weight[i] * hold->tf[i] / norms[i] : 0;
		sum += share[i];
	}
	return sum;
}

/*
 * Of a pair or gram only the candidates that hold it are known: of the holders of
 * its rarer term as large a part has it as among the candidates.
 */
static double
pair_df(const struct rank *r, const struct rank_feature *f, bool use)
{
	const struct rank_feature *a = &r->features.v[f->of], *b = &r->features.v[f->with];
	uint32_t df_a = use ? a->df_uses : a->df, df_b = use ? b->df_uses : b->df;
	const struct rank_feature *rare = df_b < df_a ? b : a;
	double df = df_b < df_a ? df_b : df_a, seen = use ? f->seen_uses : f->seen, held = use ? rare->seen_uses : rare->seen;

	return held > 0 ? fmax(seen, seen / held * df) : seen;
}

void
rank_weigh_uses(struct rank *r)
{
	double n = r->stats.uses, read = (double)r->uses.n;

	for (size_t i = 0; i < r->features.n; i++)
		r->features.v[i].seen_uses = r->seen_uses[i];
	for (size_t i = r->terms_n; i < r->features.n; i++) {
		struct rank_feature *f = &r->features.v[i];
		double df = f->kind == RANK_PAIR ? pair_df(r, f, true) : f->seen_uses * fmax(n, read) / fmax(read, 1);

		f->use_weight = f->qtf * f->part * rank_idf(df, fmax(n, read));
	}
	for (size_t i = 0; i < r->features.n; i++)
		r->use_weights[i] = r->features.v[i].use_weight;
	r->equal = 0;
	for (size_t i = 0; i < r->terms_n; i++)
		r->equal += r->features.v[i].use_weight * rank_saturate(r->features.v[i].qtf / norm((double)r->length, (double)r->stats.uses_length, n));
}

static double *
gram_df(struct rank *r)
{
	double *df = arena_alloc(r->scratch, (r->features.n + 1) * sizeof(*df));

	index_count(r->search, r->gram_terms.v, r->gram_terms.n);
	for (size_t i = 0; i < r->gram_of.n; i++)
		df[r->gram_of.v[i].feature] += r->gram_terms.v[r->gram_of.v[i].term].df;
	return df;
}

void
rank_weigh(struct rank *r)
{
	const double *grams = gram_df(r);
	double n = r->stats.responses, read = (double)r->docs.n;

	for (size_t i = 0; i < r->features.n; i++)
		r->features.v[i].seen = r->seen[i];
	for (size_t i = r->terms_n; i < r->features.n; i++) {
		struct rank_feature *f = &r->features.v[i];
		double most = f->seen * n / fmax(read, 1);
		double df = f->kind == RANK_PAIR ? pair_df(r, f, false) : fmin(grams[i] > 0 ? grams[i] : most, most);

		f->df = (uint32_t)lround(fmin(df, n));
		f->idf = rank_idf(df, n);
		f->weight = f->qtf * f->part * f->idf;
	}
	r->best = r->nearest;
	for (size_t i = 0; i < r->features.n; i++)
		r->best += r->weights[i] = r->features.v[i].weight;
}

/* A past message is a text of one field. */
void
rank_score_use(struct rank *r, struct rank_doc *doc)
{
	double filled = r->stats.uses, length = norm(doc->length[INDEX_PAST], (double)r->stats.uses_length, filled);
	double grams = norm(doc->grams[INDEX_PAST], r->gram_sum[INDEX_PAST], r->gram_filled[INDEX_PAST]);
	double once = rank_saturate(1 / length), gram_once = rank_saturate(1 / grams);

	doc->score = doc->words = 0;
	for (struct rank_each at = { 0 }; rank_each(r, doc, &at);) {
		bool gram = rank_is_gram(r, at.feature);
		double part = gram ? gram_once : once, value;

		if (at.hold)
			part = rank_saturate(at.hold->tf[INDEX_PAST] / (gram ? grams : length));
		value = r->use_weights[at.feature] * part;
		doc->score += value;
		doc->words += at.feature < r->terms_n ? value : 0;
	}
	doc->same = r->equal > 0 ? fmin(doc->words / r->equal, 1) : 0;
}

/* What is in the text once, and nowhere else: most are. */
static inline double
once_in(const double norms[INDEX_FIELDS])
{
	return rank_saturate(index_field_weight[INDEX_TEXT] / norms[INDEX_TEXT]);
}

void
rank_score(struct rank *r, struct rank_doc *doc)
{
	double once, gram_once, share[INDEX_FIELDS];

	doc->score = doc->words = 0;
	set_norms(r, doc);
	once = once_in(doc->norm);
	gram_once = once_in(doc->gram_norm);
	for (struct rank_each at = { 0 }; rank_each(r, doc, &at);) {
		double value = rank_is_gram(r, at.feature) ? gram_once : once;

		if (at.hold)
			value = rank_saturate(rank_share(r, doc, at.feature, at.hold, share));
		value *= r->weights[at.feature];
		doc->score += value;
		doc->words += at.feature < r->terms_n ? value : 0;
	}
	rank_past(r, doc);
	doc->prior = rank_constants.uses * log(1 + doc->uses) + (doc->favourite ? rank_constants.favourite : 0);
	doc->exact = doc->exact > 0 ? r->best + 1 : 0;
	doc->score += doc->neighbours - doc->refused + doc->prior + doc->exact;
}

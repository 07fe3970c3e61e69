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
rank_share(const struct rank *r, const struct rank_doc *doc, const struct rank_hold *hold, double share[INDEX_FIELDS])
{
	const double *norms = r->features.v[hold->feature].kind == RANK_GRAM ? doc->gram_norm : doc->norm;
	double sum = 0;

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

	for (size_t i = r->terms_n; i < r->features.n; i++) {
		struct rank_feature *f = &r->features.v[i];
		double df = f->kind == RANK_PAIR ? pair_df(r, f, true) : f->seen_uses * fmax(n, read) / fmax(read, 1);

		f->use_weight = f->qtf * f->part * rank_idf(df, fmax(n, read));
	}
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
		r->best += r->features.v[i].weight;
}

/* A past message is a text of one field. */
void
rank_score_use(struct rank *r, struct rank_doc *doc)
{
	double filled = r->stats.uses, length = norm(doc->length[INDEX_PAST], (double)r->stats.uses_length, filled);
	double grams = norm(doc->grams[INDEX_PAST], r->gram_sum[INDEX_PAST], r->gram_filled[INDEX_PAST]);

	doc->score = doc->words = 0;
	for (uint32_t i = 0; i < doc->holds_n; i++) {
		const struct rank_hold *hold = &r->holds.v[doc->holds + i];
		const struct rank_feature *f = &r->features.v[hold->feature];
		double value = f->use_weight * rank_saturate(hold->tf[INDEX_PAST] / (f->kind == RANK_GRAM ? grams : length));

		doc->score += value;
		if (f->kind != RANK_TERM)
			continue;
		doc->words += value;
	}
	doc->same = r->equal > 0 ? fmin(doc->words / r->equal, 1) : 0;
}

void
rank_score(struct rank *r, struct rank_doc *doc)
{
	doc->score = doc->words = 0;
	set_norms(r, doc);
	for (uint32_t i = 0; i < doc->holds_n; i++) {
		const struct rank_hold *hold = &r->holds.v[doc->holds + i];
		double share[INDEX_FIELDS], value = r->features.v[hold->feature].weight * rank_saturate(rank_share(r, doc, hold, share));

		doc->score += value;
		doc->words += hold->feature < r->terms_n ? value : 0;
	}
	rank_past(r, doc);
	doc->prior = rank_constants.uses * log(1 + doc->uses) + (doc->favourite ? rank_constants.favourite : 0);
	doc->exact = doc->exact > 0 ? r->best + 1 : 0;
	doc->score += doc->neighbours - doc->refused + doc->prior + doc->exact;
}

#include "search/rank.h"

#include <math.h>

#define FEW 8 /* occurrences whose part is reckoned once a document */

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
	double few[2][FEW];

	for (uint32_t i = 0; i < FEW; i++) {
		few[0][i] = rank_saturate(i / length);
		few[1][i] = rank_saturate(i / grams);
	}
	doc->score = doc->words = 0;
	for (struct rank_each at = { 0 }; rank_each(r, doc, &at);) {
		bool gram = rank_is_gram(r, at.feature);
		uint32_t tf = at.hold ? at.hold->tf[INDEX_PAST] : 1;
		double value = r->use_weights[at.feature] * (tf < FEW ? few[gram][tf] : rank_saturate(tf / (gram ? grams : length)));

		doc->score += value;
		doc->words += at.feature < r->terms_n ? value : 0;
	}
	doc->same = r->equal > 0 ? fmin(doc->words / r->equal, 1) : 0;
}

/* What is in the text alone, a few times: most are. */
static void
few_in_text(const double norms[INDEX_FIELDS], double few[FEW])
{
	for (uint32_t i = 0; i < FEW; i++)
		few[i] = rank_saturate(index_field_weight[INDEX_TEXT] * i / norms[INDEX_TEXT]);
}

void
rank_score(struct rank *r, struct rank_doc *doc)
{
	double few[2][FEW], share[INDEX_FIELDS];

	doc->score = doc->words = 0;
	set_norms(r, doc);
	few_in_text(doc->norm, few[0]);
	few_in_text(doc->gram_norm, few[1]);
	for (struct rank_each at = { 0 }; rank_each(r, doc, &at);) {
		const struct rank_hold *hold = at.hold;
		uint32_t tf = hold ? hold->tf[INDEX_TEXT] : 1;
		double value = few[rank_is_gram(r, at.feature)][tf < FEW ? tf : 0];

		if (hold && (tf >= FEW || hold->tf[INDEX_NAME] | hold->tf[INDEX_PAST]))
			value = rank_saturate(rank_share(r, doc, at.feature, hold, share));
		value *= r->weights[at.feature];
		doc->score += value;
		doc->words += at.feature < r->terms_n ? value : 0;
	}
	rank_past(r, doc);
	doc->prior = rank_constants.uses * log(1 + doc->uses) + (doc->favourite ? rank_constants.favourite : 0);
	doc->exact = doc->exact > 0 ? r->best + 1 : 0;
	doc->score += doc->neighbours - doc->refused + doc->prior + doc->exact;
}

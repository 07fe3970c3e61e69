#include "search/rank.h"

#include <math.h>

double
rank_idf(double df, double n)
{
	return log(1 + (fmax(n - df, 0) + .5) / (df + .5));
}

/* How many hold each term, and what a term weighs then. */
static void
count_terms(struct rank *r)
{
	struct index_want *wants = arena_alloc(r->scratch, (r->terms_n + 1) * sizeof(*wants));

	for (size_t i = 0; i < r->terms_n; i++)
		wants[i].term = r->features.v[i].of;
	index_count(r->search, wants, r->terms_n);
	r->only_stop = true;
	for (size_t i = 0; i < r->terms_n; i++) {
		struct rank_feature *f = &r->features.v[i];

		f->df = wants[i].df;
		f->df_uses = wants[i].df_uses;
		f->part = f->stop ? rank_constants.stop : f->part;
		f->idf = rank_idf(f->df, r->stats.responses);
		f->weight = f->qtf * f->part * f->idf;
		f->use_weight = f->qtf * f->part * rank_idf(f->df_uses, r->stats.uses);
		r->only_stop = r->only_stop && f->stop;
	}
}

/* Terms that are gone, of what was counted: false: none. */
static bool
note_gone(struct rank *r)
{
	bool any = false;

	for (size_t i = 0; i < r->terms_n && !r->letter; i++) {
		const struct rank_feature *f = &r->features.v[i];

		if (!index_gone(r->search, &(struct index_want){ .term = f->of, .df = f->df, .df_uses = f->df_uses }))
			continue;
		*rank_table_put(r->scratch, &r->gone, f->of) = 1;
		any = true;
	}
	return any;
}

/* A word that is gone is read as one that never was there. */
static void
read_terms(struct rank *r)
{
	rank_read(r);
	count_terms(r);
	for (int i = 0; i < RANK_GONE && note_gone(r); i++) {
		r->features.n = r->readings_n = r->unknown = 0;
		r->by_term = r->by_like = (struct rank_table){ 0 };
		rank_read(r);
		count_terms(r);
	}
}

/* Too many: the weightiest, in their order. */
static int
by_weight(const void *a, const void *b)
{
	const struct rank_feature *x = *(const struct rank_feature *const *)a, *y = *(const struct rank_feature *const *)b;

	return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight) : (x > y) - (x < y);
}

static void
keep_terms(struct rank *r)
{
	const struct rank_feature **order;
	uint32_t *place, n = 0;

	if (r->terms_n <= RANK_TERMS)
		return;
	order = arena_alloc(r->scratch, r->terms_n * sizeof(struct rank_feature *));
	place = arena_alloc(r->scratch, r->terms_n * sizeof(*place));
	for (size_t i = 0; i < r->terms_n; i++) {
		order[i] = &r->features.v[i];
		place[i] = RANK_NOTHING;
	}
	qsort(order, r->terms_n, sizeof(struct rank_feature *), by_weight);
	for (size_t i = 0; i < RANK_TERMS; i++)
		place[order[i] - r->features.v] = 0;
	r->by_term = (struct rank_table){ 0 };
	for (size_t i = 0; i < r->terms_n; i++) {
		if (place[i] == RANK_NOTHING)
			continue;
		r->features.v[n] = r->features.v[i];
		place[i] = n++;
		*rank_table_put(r->scratch, &r->by_term, r->features.v[place[i]].of) = n;
	}
	for (size_t i = 0; i < r->readings_n; i++)
		for (size_t j = 0; j < r->readings[i].n; j++) {
			struct rank_token *token = &r->readings[i].v[j];

			token->feature = token->feature == RANK_NOTHING ? RANK_NOTHING : place[token->feature];
		}
	r->features.n = r->terms_n = n;
}

static void
count_up(struct rank *r)
{
	for (size_t i = r->terms_n; i < r->features.n; i++) {
		struct rank_feature *f = &r->features.v[i];

		f->qtf = fmax(f->qtf, f->count);
		f->count = 0;
	}
}

bool
rank_stops(const struct rank *r, const struct rank_token *token)
{
	return token->kind == TERM_STOP || (token->feature != RANK_NOTHING && r->features.v[token->feature].stop);
}

/* Of a gram in ASCII; 0: any word may have it. */
static uint32_t
mask_of(uint32_t gram)
{
	uint32_t mask = 0;

	for (; gram && !(gram >> 31); gram >>= 8)
		if ((gram & 0xff) != '^' && (gram & 0xff) != '$')
			mask |= letter_bit(gram & 0xff);
	return mask;
}

static void
note_gram(struct rank *r, uint32_t gram)
{
	r->sift[rank_sift(gram) / 64] |= UINT64_C(1) << rank_sift(gram) % 64;
	if (r->masks_n < RANK_MASKS)
		r->masks[r->masks_n] = mask_of(gram);
	r->masks_n++;
}

/* Of words that were left out for their little weight there are none; of those that nothing holds there are. */
static void
add_grams(struct rank *r, const struct rank_reading *reading)
{
	for (size_t i = 0; i < reading->n && r->features.n < RANK_FEATURES; i++) {
		const struct rank_token *token = &reading->v[i];
		uint32_t *grams = r->grams;
		size_t n = rank_stops(r, token) ? 0 : term_grams(token->word, token->size, grams);

		for (size_t j = 0; j < n; j++) {
			uint32_t f = rank_feature(r, &r->by_gram, grams[j], RANK_GRAM);

			if (r->features.v[f].part == 0)
				note_gram(r, grams[j]);
			r->features.v[f].part = rank_constants.grams;
			r->features.v[f].count += 1;
		}
	}
}

/* One beside the other; "of the" says nothing, "off the" and "log off" do. */
static void
add_pairs(struct rank *r, const struct rank_reading *reading)
{
	for (size_t i = 1; i < reading->n && r->features.n < RANK_FEATURES; i++) {
		const struct rank_token *a = &reading->v[i - 1], *b = &reading->v[i];
		uint32_t f;

		if (a->feature == RANK_NOTHING || b->feature == RANK_NOTHING || (rank_stops(r, a) && rank_stops(r, b)))
			continue;
		f = rank_feature(r, &r->by_pair, (uint64_t)a->feature << 32 | b->feature, RANK_PAIR);
		r->features.v[f].of = a->feature;
		r->features.v[f].with = b->feature;
		r->features.v[f].part = r->letter ? rank_constants.letter_pairs : rank_constants.pairs;
		r->features.v[f].count += 1;
	}
}

static int
by_key(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* As index_text() has those of what was answered. */
static void
order_terms(struct rank *r)
{
	uint64_t *keys = arena_alloc(r->scratch, (r->terms_n + 1) * sizeof(*keys));

	for (size_t i = 0; i < r->terms_n; i++)
		keys[i] = (uint64_t)r->features.v[i].of << 32 | i;
	if (r->terms_n)
		qsort(keys, r->terms_n, sizeof(*keys), by_key);
	r->terms_order = arena_alloc(r->scratch, (r->terms_n + 1) * sizeof(*r->terms_order));
	for (size_t i = 0; i < r->terms_n; i++)
		r->terms_order[i] = (uint32_t)keys[i];
}

void
rank_query(struct rank *r)
{
	read_terms(r);
	keep_terms(r);
	for (size_t i = 0; i < r->readings_n; i++) {
		add_grams(r, &r->readings[i]);
		count_up(r);
	}
	for (size_t i = r->masks_n; i && i < RANK_MASKS; i++)
		r->masks[i] = r->masks[0];
	r->pairs_at = r->features.n;
	for (size_t i = 0; i < r->readings_n; i++) {
		add_pairs(r, &r->readings[i]);
		count_up(r);
	}
	order_terms(r);
	for (size_t i = 0; i < INDEX_FIELDS; i++)
		r->tf[i] = arena_alloc(r->scratch, rank_bits(r) * 64 * sizeof(uint32_t));
	r->seen = arena_alloc(r->scratch, 2 * (r->features.n + 1) * sizeof(*r->seen));
	r->seen_uses = r->seen + r->features.n + 1;
	r->weights = arena_alloc(r->scratch, 2 * (r->features.n + 1) * sizeof(*r->weights));
	r->use_weights = r->weights + r->features.n + 1;
	for (size_t i = 0; i < r->terms_n; i++)
		r->mass += r->features.v[i].weight;
	for (size_t i = 0; i < r->readings_n; i++)
		r->length = r->readings[i].n > r->length ? r->readings[i].n : r->length;
}

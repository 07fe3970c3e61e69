#include "search/rank.h"

/* So many more of a feature in the document being read. */
static void
count(struct rank *r, uint32_t feature, enum index_field field, uint32_t n)
{
	struct rank_hold *now = &r->now[feature];

	r->touched[feature / 64] |= UINT64_C(1) << feature % 64;
	now->tf[field] += n;
}

static void
count_field(struct rank *r, struct rank_doc *doc, const uint32_t *words, size_t n, enum index_field field)
{
	uint32_t before = RANK_NOTHING;

	doc->length[field] = (double)n;
	for (size_t i = 0; i < n && r->fields[field]; i++) {
		struct rank_word *word = rank_word(r, words[i]);
		uint32_t feature = word->feature, pair;

		if (field != INDEX_PAST)
			rank_word_grams(r, word);
		doc->grams[field] += word->grams;
		for (uint32_t j = 0; j < word->gram_n; j++)
			count(r, r->word_grams.v[word->gram + j], field, 1);
		if (feature != RANK_NOTHING)
			count(r, feature, field, 1);
		pair = feature == RANK_NOTHING || before == RANK_NOTHING ? 0 : rank_table_get(&r->by_pair, (uint64_t)before << 32 | feature);
		if (pair)
			count(r, pair - 1, field, 1);
		before = feature;
	}
}

/* What was counted becomes the document's, in the order of the features: sums must not depend on that of the index. */
static void
keep(struct rank *r, struct rank_doc *doc, bool use)
{
	doc->holds = (uint32_t)r->holds.n;
	for (size_t i = 0; i < r->features.n; i += 64) {
		uint64_t bits = r->touched[i / 64];

		r->touched[i / 64] = 0;
		for (; bits; bits &= bits - 1) {
			uint32_t f = (uint32_t)i + (uint32_t)__builtin_ctzll(bits);

			r->now[f].feature = f;
			vec_push(r->scratch, &r->holds, r->now[f]);
			r->now[f] = (struct rank_hold){ 0 };
			r->features.v[f].seen += !use;
			r->features.v[f].seen_uses += use;
		}
	}
	doc->holds_n = (uint32_t)r->holds.n - doc->holds;
}

void
rank_count_use(struct rank *r, struct rank_doc *doc)
{
	struct index_use use;

	index_use(r->search, doc->ordinal, &use);
	doc->response = use.response;
	doc->kind = use.kind;
	doc->number = use.number;
	count_field(r, doc, use.words, use.n, INDEX_PAST);
	keep(r, doc, true);
	r->gram_sum[INDEX_PAST] += doc->grams[INDEX_PAST];
	r->gram_filled[INDEX_PAST] += doc->grams[INDEX_PAST] > 0;
}

/* The terms of all that it answered; grams and pairs from the nearest of them. */
static void
count_past(struct rank *r, struct rank_doc *doc, const struct index_text *text)
{
	size_t at = 0;

	for (size_t i = 0; i < r->terms_n; i++) {
		uint32_t f = r->terms_order[i], term = r->features.v[f].of;

		while (at < text->past_n && text->past[at].term < term)
			at++;
		if (at < text->past_n && text->past[at].term == term)
			count(r, f, INDEX_PAST, text->past[at].tf);
	}
	for (size_t i = 0; i < r->uses.n; i++) {
		const struct rank_doc *use = &r->uses.v[i];

		if (use->response != doc->ordinal || (use->kind != SEARCH_SENT && use->kind != SEARCH_EDITED))
			continue;
		for (uint32_t j = 0; j < use->holds_n; j++) {
			struct rank_hold hold = r->holds.v[use->holds + j];

			if (hold.feature >= r->terms_n)
				count(r, hold.feature, INDEX_PAST, hold.tf[INDEX_PAST]);
		}
	}
}

void
rank_count_response(struct rank *r, struct rank_doc *doc)
{
	struct index_response response;
	struct index_text text;

	index_response(r->search, doc->ordinal, &response);
	doc->id = response.id;
	doc->uses = response.uses;
	doc->favourite = index_favourite(r->gate, doc->ordinal);
	index_text(r->search, doc->ordinal, &text);
	count_field(r, doc, text.name, text.name_n, INDEX_NAME);
	count_field(r, doc, text.text, text.text_n, INDEX_TEXT);
	doc->length[INDEX_PAST] = (double)text.past_length;
	if (r->fields[INDEX_PAST])
		count_past(r, doc, &text);
	keep(r, doc, false);
	for (size_t i = 0; i < INDEX_PAST; i++) {
		r->gram_sum[i] += doc->grams[i];
		r->gram_filled[i] += doc->grams[i] > 0;
	}
}

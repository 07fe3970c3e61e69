#include "search/rank.h"

#include <string.h>

#include "search/index_table.h"

#include "base/mem.h"

#define AHEAD 3 /* symbols */

/* A field while it is counted. */
struct counting {
	enum index_field field;
	uint32_t *tf;    /* of each feature */
	uint32_t before; /* the feature of the word before */
	uint32_t parts;  /* that the symbol at hand may still have */
};

/* A word that has something of the query; returns the feature of its term. */
static uint32_t
count_word(struct rank *r, struct counting *c, struct rank_word *word)
{
	const uint32_t n = word->gram_n, *grams = n ? r->word_grams.v + word->gram : NULL;
	uint32_t feature = word->feature, pair, *tf = c->tf;

	if (c->field != INDEX_PAST)
		rank_word_grams(r, word);
	for (uint32_t i = 0; i < n; i++)
		tf[grams[i]]++;
	if (feature == RANK_NOTHING)
		return RANK_NOTHING;
	tf[feature]++;
	pair = c->before == RANK_NOTHING ? 0 : rank_table_get(&r->by_pair, (uint64_t)c->before << 32 | feature);
	if (pair)
		tf[pair - 1]++;
	return feature;
}

static void count_parts(struct rank *r, struct counting *c, uint32_t symbol);

static void
count_words(struct rank *r, struct counting *c, uint32_t phrase)
{
	const uint32_t *words;
	uint32_t n;

	words = rank_flat(r, phrase, &n);
	for (uint32_t i = 0; words && i < n; i++) {
		struct rank_word *word = rank_word(r, words[i]);

		c->before = word ? count_word(r, c, word) : RANK_NOTHING;
	}
}

static void
count_symbol(struct rank *r, struct counting *c, uint32_t symbol)
{
	struct rank_word *word;

	if (!(symbol & CODE_PHRASE)) {
		word = rank_word(r, symbol);
		c->before = word ? count_word(r, c, word) : RANK_NOTHING;
	} else if (rank_phrase(r, symbol & ~CODE_PHRASE)) {
		if (r->flat)
			count_words(r, c, symbol & ~CODE_PHRASE);
		else
			count_parts(r, c, symbol);
	} else {
		c->before = RANK_NOTHING;
	}
}

/* One that goes in circles has no end. */
static void
count_parts(struct rank *r, struct counting *c, uint32_t symbol)
{
	const uint32_t *pair = index_phrase(r->search, symbol & ~CODE_PHRASE);

	if (!pair || c->parts < 2) {
		index_broken(r->search, "a phrase is not right");
		return;
	}
	c->parts -= 2;
	count_symbol(r, c, pair[0]);
	count_symbol(r, c, pair[1]);
}

static void
fetch_ahead(const struct rank *r, uint32_t symbol)
{
	uint32_t i = symbol & ~CODE_PHRASE;

	if (!(symbol & CODE_PHRASE))
		index_word_ahead(r->search, i);
	else if (!r->flat)
		index_phrase_ahead(r->search, i);
	else if (i < r->search->h.phrases && r->flat[i].n)
		__builtin_prefetch(r->flat_words.v + r->flat[i].at);
}

static void
count_field(struct rank *r, struct rank_doc *doc, const uint32_t *symbols, size_t n, uint64_t grams, enum index_field field)
{
	struct counting c = { field, r->tf[field], RANK_NOTHING, 0 };

	for (size_t i = 0; symbols && i < n && r->fields[field]; i++) {
		if (n - i > AHEAD)
			fetch_ahead(r, symbols[i + AHEAD]);
		c.parts = RANK_PARTS;
		count_symbol(r, &c, symbols[i]);
	}
	doc->grams[field] = r->fields[field] ? (double)grams : 0;
}

typedef uint32_t quad __attribute__((vector_size(16), may_alias));

/* A bit for each of 32 features from first on that is in some field. */
static uint32_t
counted(const struct rank *r, size_t first)
{
	quad bits = { 1, 2, 4, 8 }, all = { 0 };
	uint32_t out[4];

	for (size_t i = 0; i < 8; i++, bits <<= 4) {
		const quad *name = (const quad *)(const void *)(r->tf[INDEX_NAME] + first) + i, *text = (const quad *)(const void *)(r->tf[INDEX_TEXT] + first) + i;
		const quad *past = (const quad *)(const void *)(r->tf[INDEX_PAST] + first) + i;

		all |= (quad)((*name | *text | *past) != 0) & bits;
	}
	memcpy(out, &all, sizeof(out));
	return out[0] | out[1] | out[2] | out[3];
}

static uint32_t
keep_many(struct rank *r, uint32_t name, uint32_t text, uint32_t past)
{
	heap_push(&r->many, ((struct rank_hold){ { name, text, past } }));
	return RANK_MANY | (uint32_t)(r->many.n - 1);
}

/*
 * Of some features what was counted, those that are not just once in the usual
 * field told beside; which ones these are. Without a branch that nobody could guess.
 */
static uint64_t
keep_some(struct rank *r, uint64_t bits, size_t first, enum index_field usual, uint32_t *seen)
{
	uint32_t *name = r->tf[INDEX_NAME] + first, *text = r->tf[INDEX_TEXT] + first, *past = r->tf[INDEX_PAST] + first;
	uint32_t *to = r->holds.v + r->holds.n, *begin = to;
	uint64_t more = 0;

	for (; bits; bits &= bits - 1) {
		unsigned i = (unsigned)__builtin_ctzll(bits);
		bool once = !(name[i] | (text[i] ^ (usual == INDEX_TEXT)) | (past[i] ^ (usual == INDEX_PAST)));

		*to = name[i] | text[i] << 8 | past[i] << 16;
		if ((name[i] | text[i] | past[i]) > UINT8_MAX)
			*to = keep_many(r, name[i], text[i], past[i]);
		to += !once;
		more |= (uint64_t)!once << i;
		name[i] = text[i] = past[i] = 0;
		seen[first + i]++;
	}
	r->holds.n += (size_t)(to - begin);
	return more;
}

/* What was counted becomes the document's. usual: where most of it is. */
static void
keep(struct rank *r, struct rank_doc *doc, enum index_field usual)
{
	size_t words = rank_bits(r);
	uint64_t *has = arena_alloc(r->scratch, 2 * words * sizeof(*has));

	if (r->holds.cap - r->holds.n <= r->features.n) {
		r->holds.cap = 2 * r->holds.cap + RANK_TOP * (r->features.n + 1);
		r->holds.v = xrealloc(r->holds.v, r->holds.cap, sizeof(*r->holds.v));
	}
	doc->has = has;
	doc->holds = (uint32_t)r->holds.n;
	for (size_t i = 0; i < words; i++) {
		has[i] = counted(r, i * 64) | (uint64_t)counted(r, i * 64 + 32) << 32;
		has[words + i] = keep_some(r, has[i], i * 64, usual, usual == INDEX_PAST ? r->seen_uses : r->seen);
		doc->has_any |= has[i] != 0;
	}
}

void
rank_count_use(struct rank *r, struct rank_doc *doc)
{
	struct index_use use;
	struct symbols symbols;

	index_use_symbols(r->search, doc->ordinal, &use, &symbols);
	doc->response = use.response;
	doc->kind = use.kind;
	doc->number = use.number;
	doc->length[INDEX_PAST] = (double)use.n;
	count_field(r, doc, symbols.v, symbols.n, symbols.grams, INDEX_PAST);
	keep(r, doc, INDEX_PAST);
	r->gram_sum[INDEX_PAST] += doc->grams[INDEX_PAST];
	r->gram_filled[INDEX_PAST] += doc->grams[INDEX_PAST] > 0;
}

/* The terms of all that it answered; grams and pairs from the nearest of them. */
static void
count_past(struct rank *r, struct rank_doc *doc, const struct index_text *text)
{
	size_t k = 0;

	for (size_t i = 0; i < r->terms_n; i++) {
		uint32_t f = r->terms_order[i], term = r->features.v[f].of;

		while (k < text->past_n && text->past[k].term < term)
			k++;
		if (k < text->past_n && text->past[k].term == term)
			r->tf[INDEX_PAST][f] += text->past[k].tf;
	}
	for (const struct rank_doc *use = NULL; (use = rank_use_of(r, doc->ordinal, use));) {
		if (use->kind != SEARCH_SENT && use->kind != SEARCH_EDITED)
			continue;
		for (struct rank_each at = { 0 }; rank_each(r, use, &at);)
			if (at.feature >= r->terms_n)
				r->tf[INDEX_PAST][at.feature] += at.hold ? at.hold->tf[INDEX_PAST] : 1;
	}
}

void
rank_count_response(struct rank *r, struct rank_doc *doc)
{
	struct index_text text;
	struct symbols symbols;

	index_text_symbols(r->search, doc->ordinal, &text, &symbols);
	doc->uses = text.uses;
	doc->favourite = index_favourite(r->gate, doc->ordinal);
	doc->length[INDEX_NAME] = (double)text.name_n;
	doc->length[INDEX_TEXT] = (double)text.text_n;
	count_field(r, doc, symbols.v, symbols.name_n, symbols.name_grams, INDEX_NAME);
	count_field(r, doc, symbols.n ? symbols.v + symbols.name_n : NULL, symbols.n - symbols.name_n, symbols.grams, INDEX_TEXT);
	doc->length[INDEX_PAST] = (double)text.past_length;
	if (r->fields[INDEX_PAST])
		count_past(r, doc, &text);
	keep(r, doc, INDEX_TEXT);
	for (size_t i = 0; i < INDEX_PAST; i++) {
		r->gram_sum[i] += doc->grams[i];
		r->gram_filled[i] += doc->grams[i] > 0;
	}
}

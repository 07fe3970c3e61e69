#include "search/rank.h"

#include "search/index_table.h"

#include "base/mem.h"

/*
 * The words of phrases, side by side. To take a phrase apart is to go through
 * two places of memory for each of its words; who asks many questions in one
 * process does that once.
 */

/* One that goes in circles has too many parts. */
static bool
expand(struct rank *r, uint32_t symbol, uint32_t words[PHRASE_WORDS], uint32_t *n, unsigned *parts)
{
	const struct file_header *h = &r->search->h;
	const uint32_t *pair;

	if (!(symbol & CODE_PHRASE)) {
		if (symbol >= h->words || *n == PHRASE_WORDS)
			return false;
		words[(*n)++] = symbol;
		return true;
	}
	pair = index_phrase(r->search, symbol & ~CODE_PHRASE);
	if (!pair || *parts < 2)
		return false;
	*parts -= 2;
	return expand(r, pair[0], words, n, parts) && expand(r, pair[1], words, n, parts);
}

void
rank_flat_begin(struct rank *r)
{
	if (r->flat || !r->asked++)
		return;
	r->flat = xcalloc((size_t)r->search->h.phrases + 1, sizeof(*r->flat));
}

const uint32_t *
rank_flat(struct rank *r, uint32_t phrase, uint32_t *n_r)
{
	struct rank_flat *flat = &r->flat[phrase];
	uint32_t words[PHRASE_WORDS];
	unsigned parts = RANK_PARTS;

	if (!flat->n) {
		if (!expand(r, phrase | CODE_PHRASE, words, &flat->n, &parts)) {
			flat->n = *n_r = 0;
			return index_broken(r->search, "a phrase is not right");
		}
		flat->at = (uint32_t)r->flat_words.n;
		for (uint32_t i = 0; i < flat->n; i++)
			heap_push(&r->flat_words, words[i]);
	}
	*n_r = flat->n;
	return r->flat_words.v + flat->at;
}

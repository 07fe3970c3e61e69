#include "search/rank.h"

#include <sys/mman.h>
#include <unistd.h>

#include "search/index_file.h"
#include "search/index_table.h"

#include "base/mem.h"

/* What stands of a word in the index; of one that was met before nothing is checked again. */
struct found {
	const char *bytes;
	size_t size;
	uint32_t term;
	bool stop;
};

static struct found
look_up(struct rank *r, uint32_t id, bool met)
{
	struct found found = { "", 0, 0, true };
	const struct file_word *w;

	if (id >= r->search->h.words) {
		found.term = index_word_term(r->search, id);
		found.stop = index_word_stop(r->search, id);
		found.bytes = index_word_bytes(r->search, id, &found.size);
		return found;
	}
	w = met ? index_word_unchecked(r->search, id) : index_file_word(r->search, id);
	return w ? (struct found){ index_bytes(r->search, w->at), w->size, w->term, w->stop } : found;
}

static void
add_gram(struct rank *r, struct rank_word *word, uint32_t gram)
{
	uint32_t f = rank_table_get(&r->by_gram, gram);

	if (!f)
		return;
	heap_push(&r->word_grams, f - 1);
	word->gram_n++;
}

uint32_t
rank_word_meet(struct rank *r, uint32_t id)
{
	struct found found = look_up(r, id, r->word_at[id] != 0);
	struct rank_word word = { .term = found.term, .gram = (uint32_t)r->word_grams.n };
	uint32_t at = RANK_MET, *grams = r->grams;
	size_t n = found.stop ? 0 : term_grams(found.bytes, found.size, grams);

	word.feature = rank_table_get(&r->by_term, found.term) - 1;
	for (size_t i = 0; i < n; i++) {
		uint32_t place = rank_sift(grams[i]);

		if (r->sift[place / 64] >> place % 64 & 1)
			add_gram(r, &word, grams[i]);
	}
	if ((word.gram_n || word.feature != RANK_NOTHING) && r->words.n < RANK_MET_MASK - RANK_MET) {
		heap_push(&r->words, word);
		at += (uint32_t)r->words.n;
	}
	heap_push(&r->met, id);
	return r->word_at[id] = (uint32_t)n << RANK_MET_BITS | at;
}

uint32_t
rank_word_feature(struct rank *r, uint32_t id)
{
	const struct rank_word *word = rank_word(r, rank_word_at(r, id));

	return word ? word->feature : RANK_NOTHING;
}

/* One that contains itself is met while it is looked at; what is not sound says nothing. */
uint32_t
rank_phrase_meet(struct rank *r, uint32_t symbol, unsigned depth)
{
	const uint32_t *pair = index_phrase(r->search, symbol & ~CODE_PHRASE);
	uint32_t words = 0, grams = 0, says = 0;

	if (!pair || depth >= PHRASE_WORDS) {
		index_broken(r->search, "a phrase is not right");
		return RANK_PHRASE_MET;
	}
	heap_push(&r->met, symbol);
	r->phrase_at[symbol & ~CODE_PHRASE] = RANK_PHRASE_MET;
	for (size_t i = 0; i < 2; i++) {
		uint32_t part = pair[i], at;

		if (part & CODE_PHRASE && (part & ~CODE_PHRASE) < r->search->h.phrases) {
			at = r->phrase_at[part & ~CODE_PHRASE];
			at = at ? at : rank_phrase_meet(r, part, depth + 1);
			says |= at & RANK_PHRASE_SAYS;
			words += at >> RANK_PHRASE_WORDS & 63;
			grams += at >> RANK_PHRASE_GRAMS;
			continue;
		}
		if (part >= r->search->h.words)
			break;
		at = rank_word_at(r, part);
		says |= (at & RANK_MET_MASK) > RANK_MET ? RANK_PHRASE_SAYS : 0;
		grams += at >> RANK_MET_BITS;
		words++;
	}
	if (words < 2 || words > PHRASE_WORDS)
		index_broken(r->search, "a phrase is not right");
	if (!r->search->damaged)
		r->phrase_at[symbol & ~CODE_PHRASE] = grams << RANK_PHRASE_GRAMS | words << RANK_PHRASE_WORDS | says | RANK_PHRASE_MET;
	return r->phrase_at[symbol & ~CODE_PHRASE];
}

/* Of all words or phrases; a question meets those of all pages, each of which would cost two faults. */
static uint32_t *
places(size_t n)
{
	uint32_t *v = xcalloc(n + 1, sizeof(*v));
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = ((uintptr_t)v + page - 1) & ~(page - 1), to = (uintptr_t)(v + n) & ~(page - 1);

	/* Where the system cannot, they come one by one. */
	if (from < to)
		(void)madvise((char *)v + (from - (uintptr_t)v), to - from, MADV_POPULATE_WRITE);
	return v;
}

/* How many grams they have is true of them for ever. */
void
rank_words_begin(struct rank *r)
{
	if (!r->word_at)
		r->word_at = places(index_words(r->search));
	if (!r->phrase_at)
		r->phrase_at = places(r->search->h.phrases);
	for (size_t i = 0; i < r->met.n; i++)
		if (r->met.v[i] & CODE_PHRASE)
			r->phrase_at[r->met.v[i] & ~CODE_PHRASE] = 0;
		else
			r->word_at[r->met.v[i]] &= ~RANK_MET_MASK;
	r->met.n = r->words.n = r->word_grams.n = 0;
}

static void
add_gram_of(struct rank *r, uint32_t term, uint32_t feature)
{
	for (uint32_t i = r->gram_first.v[term]; i; i = r->gram_of.v[i - 1].next)
		if (r->gram_of.v[i - 1].feature == feature)
			return;
	vec_push(r->scratch, &r->gram_of, ((struct rank_gram_of){ term, feature, r->gram_first.v[term] }));
	r->gram_first.v[term] = (uint32_t)r->gram_of.n;
}

void
rank_word_grams(struct rank *r, struct rank_word *word)
{
	uint32_t *term;

	if (!word->gram_n || word->answer)
		return;
	word->answer = true;
	term = rank_table_put(r->scratch, &r->by_gram_term, word->term);
	if (!*term) {
		vec_push(r->scratch, &r->gram_terms, ((struct index_want){ .term = word->term }));
		vec_push(r->scratch, &r->gram_first, 0);
		*term = (uint32_t)r->gram_terms.n;
	}
	for (uint32_t i = 0; i < word->gram_n; i++)
		add_gram_of(r, *term - 1, r->word_grams.v[word->gram + i]);
}

#include "search/rank.h"

#include "search/index_file.h"

#include "base/mem.h"

static void
add_gram(struct rank *r, struct rank_word *word, uint32_t gram)
{
	uint32_t f = rank_table_get(&r->by_gram, gram);

	if (!f)
		return;
	vec_push(r->scratch, &r->word_grams, f - 1);
	word->gram_n++;
}

/* Those of the file are looked up once for all that is asked of them. */
static const char *
look_up(struct rank *r, struct rank_word *word, size_t *size_r, bool *stop_r)
{
	const struct file_word *w;

	if (word->id >= r->search->h.words) {
		word->term = index_word_term(r->search, word->id);
		*stop_r = index_word_stop(r->search, word->id);
		return index_word_bytes(r->search, word->id, size_r);
	}
	w = index_file_word(r->search, word->id);
	word->term = w ? w->term : 0;
	*stop_r = !w || w->stop;
	*size_r = w ? w->size : 0;
	return w ? index_bytes(r->search, w->at) : "";
}

struct rank_word *
rank_word(struct rank *r, uint32_t id)
{
	struct rank_word word = { .id = id, .gram = (uint32_t)r->word_grams.n };
	uint32_t grams[TERM_GRAMS_MAX];
	const char *bytes;
	size_t size;
	bool stop;

	if (!r->word_at)
		r->word_at = xcalloc(index_words(r->search) + 1, sizeof(*r->word_at));
	if (r->word_at[id])
		return &r->words.v[r->word_at[id] - 1];
	bytes = look_up(r, &word, &size, &stop);
	word.feature = rank_table_get(&r->by_term, word.term) - 1;
	if (!stop) {
		word.grams = (uint16_t)term_grams(bytes, size, grams);
		for (size_t i = 0; i < word.grams; i++)
			add_gram(r, &word, grams[i]);
	}
	vec_push(r->scratch, &r->words, word);
	r->word_at[id] = (uint32_t)r->words.n;
	return &r->words.v[r->words.n - 1];
}

void
rank_words_forget(struct rank *r)
{
	for (size_t i = 0; i < r->words.n; i++)
		r->word_at[r->words.v[i].id] = 0;
	r->words.n = 0;
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

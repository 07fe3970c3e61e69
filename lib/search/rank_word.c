#include "search/rank.h"

#include <string.h>

#include "search/index_file.h"
#include "search/index_table.h"

#include "base/mem.h"

/* What stands of a word in the index. */
struct found {
	uint32_t term, letters;
	bool stop;
};

static struct found
look_up(struct rank *r, uint32_t id)
{
	const struct file_word *w;

	if (id >= r->search->h.words)
		return (struct found){ index_word_term(r->search, id), LETTERS_ALL, index_word_stop(r->search, id) };
	w = index_file_word(r->search, id);
	return w ? (struct found){ w->term & ~WORD_STOP, w->letters, w->term & WORD_STOP } : (struct found){ .stop = true };
}

typedef uint32_t quad __attribute__((vector_size(16), may_alias));

/* May a word of these letters have one of the grams of the query? */
static bool
may_have(const struct rank *r, uint32_t letters)
{
	const quad *masks = (const quad *)(const void *)r->masks;
	quad lacks = { ~letters, ~letters, ~letters, ~letters }, any = { 0 };
	uint64_t half[2];

	if (r->masks_n > RANK_MASKS)
		return true;
	for (size_t i = 0; i < r->masks_n; i += 4)
		any |= (quad)((masks[i / 4] & lacks) == 0);
	memcpy(half, &any, sizeof(half));
	return half[0] | half[1];
}

static inline void
try_gram(struct rank *r, struct rank_word *word, uint32_t gram)
{
	uint32_t place = rank_sift(gram), f;

	if (!(r->sift[place / 64] >> place % 64 & 1))
		return;
	f = rank_table_get(&r->by_gram, gram);
	if (!f)
		return;
	heap_push(&r->word_grams, f - 1);
	word->gram_n++;
}

/* A word of ASCII that has more than one gram: those of the query are few. */
static bool
try_plain(struct rank *r, const char *bytes, size_t size, struct rank_word *word)
{
	uint32_t gram, all = 0;

	if (size < TERM_GRAM_SIZE - 1 || size > TERM_MAX)
		return false;
	for (size_t i = 0; i < size; i++)
		all |= (unsigned char)bytes[i];
	if (all >= 0x80)
		return false;
	gram = (uint32_t)'^' << 8 | (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 24;
	for (size_t i = 2; i <= size; i++) {
		gram = gram >> 8 | (uint32_t)(i < size ? bytes[i] : '$') << 24;
		try_gram(r, word, gram);
	}
	return true;
}

static void
find_grams(struct rank *r, uint32_t id, struct rank_word *word)
{
	uint32_t *grams = r->grams;
	size_t size, n;
	const char *bytes = index_word_bytes(r->search, id, &size);

	if (try_plain(r, bytes, size, word))
		return;
	n = term_grams(bytes, size, grams);
	for (size_t i = 0; i < n; i++)
		try_gram(r, word, grams[i]);
}

static void
set_says(uint8_t *says, uint32_t i, enum rank_says value)
{
	unsigned shift = i % RANK_SAYS_EACH * 2;

	says[i / RANK_SAYS_EACH] = (uint8_t)((says[i / RANK_SAYS_EACH] & ~(3U << shift)) | (unsigned)value << shift);
}

enum rank_says
rank_word_meet(struct rank *r, uint32_t id)
{
	struct found found = look_up(r, id);
	struct rank_word word = { .term = found.term, .gram = (uint32_t)r->word_grams.n };
	enum rank_says says;

	word.feature = rank_table_get(&r->by_term, found.term) - 1;
	if (!found.stop && may_have(r, found.letters))
		find_grams(r, id, &word);
	says = word.gram_n || word.feature != RANK_NOTHING ? RANK_SAYS : RANK_NOTHING_OF;
	if (says == RANK_SAYS) {
		heap_push(&r->words, word);
		if (id < RANK_FREQUENT)
			r->frequent[id] = (uint16_t)(r->words.n <= UINT16_MAX ? r->words.n : 0);
		if (id >= RANK_FREQUENT || !r->frequent[id])
			*rank_table_put(r->scratch, &r->by_word, id) = (uint32_t)r->words.n;
	}
	set_says(r->word_says, id, says);
	return says;
}

uint32_t
rank_word_feature(struct rank *r, uint32_t id)
{
	const struct rank_word *word = rank_word(r, id);

	return word ? word->feature : RANK_NOTHING;
}

static enum rank_says
part_says(struct rank *r, uint32_t symbol, unsigned depth)
{
	uint32_t part = symbol & ~CODE_PHRASE;
	enum rank_says says;

	if (symbol & CODE_PHRASE) {
		says = rank_said(r->phrase_says, part);
		return says == RANK_UNMET ? rank_phrase_meet(r, part, depth + 1) : says;
	}
	says = rank_said(r->word_says, part);
	return says == RANK_UNMET ? rank_word_meet(r, part) : says;
}

static bool
is_there(const struct search *search, uint32_t symbol)
{
	return (symbol & ~CODE_PHRASE) < (symbol & CODE_PHRASE ? search->h.phrases : search->h.words);
}

/* The same where its words lie side by side. */
static enum rank_says
flat_meet(struct rank *r, uint32_t phrase)
{
	enum rank_says most = RANK_NOTHING_OF, says;
	const uint32_t *words;
	uint32_t n;

	words = rank_flat(r, phrase, &n);
	for (uint32_t i = 0; words && i < n; i++)
		if (rank_said(r->word_says, words[i]) == RANK_UNMET)
			index_word_ahead(r->search, words[i]);
	for (uint32_t i = 0; words && i < n; i++) {
		says = rank_said(r->word_says, words[i]);
		says = says == RANK_UNMET ? rank_word_meet(r, words[i]) : says;
		most = says > most ? says : most;
	}
	set_says(r->phrase_says, phrase, most);
	return most;
}

/* One that contains itself is met while it is looked at; what is not sound says nothing, and is never taken apart. */
enum rank_says
rank_phrase_meet(struct rank *r, uint32_t phrase, unsigned depth)
{
	const uint32_t *pair;
	enum rank_says left, right;

	if (r->flat)
		return flat_meet(r, phrase);
	pair = index_phrase(r->search, phrase);
	set_says(r->phrase_says, phrase, RANK_NOTHING_OF);
	if (!pair || depth >= PHRASE_WORDS || !is_there(r->search, pair[0]) || !is_there(r->search, pair[1])) {
		index_broken(r->search, "a phrase is not right");
		return RANK_NOTHING_OF;
	}
	left = part_says(r, pair[0], depth);
	right = part_says(r, pair[1], depth);
	if (right > left)
		left = right;
	set_says(r->phrase_says, phrase, left);
	return left;
}

static void
forget(uint8_t **says, size_t n)
{
	if (*says)
		memset(*says, 0, n / RANK_SAYS_EACH + 1);
	else
		*says = xcalloc(n / RANK_SAYS_EACH + 1, 1);
}

void
rank_words_begin(struct rank *r)
{
	forget(&r->word_says, index_words(r->search));
	forget(&r->phrase_says, r->search->h.phrases);
	r->words.n = r->word_grams.n = 0;
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

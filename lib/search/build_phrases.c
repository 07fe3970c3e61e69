#include "search/build.h"

#include <math.h>
#include <string.h>

#include "search/terms.h"

/*
 * Words that often stand side by side get a code of their own, again and again,
 * as byte pair encoding does. They are learned from a part of the library, so
 * spread that it speaks for the whole.
 */
#define SAMPLE_WORDS (UINT64_C(3) << 20)
#define SAMPLE_MIN ((size_t)1 << 10) /* room to begin with */
#define COUNTS_MIN ((size_t)1 << 10)
#define ROUNDS 4 /* more of them save next to nothing */
#define ROUGH ((size_t)1 << 21)
#define SEEN_MIN 4 /* in the sample */
#define GAIN_MIN 2 /* bits that one of them must save; by so many must a place in the file, and the time, be paid for */
#define PLACE_BITS 200
#define END CODE_NONE /* of a text */

struct pair_count {
	uint64_t pair; /* 0: free; words count from 1 here */
	uint32_t n;
};

struct learning {
	uint32_t *symbols; /* the sample, texts one behind the other */
	size_t n, cap;
	uint32_t *said; /* by place */
	struct pair_count *counts;
	size_t counts_n, counts_cap;
	uint8_t *rough; /* how often pairs are seen, at most; several share one */
	double share;   /* of the library */
};

static uint64_t
pair_of(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

/* Words first, then phrases. */
static size_t
place_of(const struct build *b, uint32_t symbol)
{
	return symbol & CODE_PHRASE ? b->h.words + (symbol & ~CODE_PHRASE) : symbol;
}

static unsigned
words_in(const struct build *b, uint32_t symbol)
{
	return symbol & CODE_PHRASE ? b->phrases.v[symbol & ~CODE_PHRASE].words : 1;
}

/* Reckoned for every word that is written: one multiplication mixes enough. */
static inline uint64_t
hash_of(uint32_t left, uint32_t right)
{
	uint64_t h = (pair_of(left, right) ^ UINT64_C(0x2545f4914f6cdd1d)) * UINT64_C(0x9e3779b97f4a7c15);

	return h ^ h >> 29;
}

/* Most pairs are no phrase: a bit tells. */
static uint32_t
find_phrase(const struct build *b, uint32_t left, uint32_t right)
{
	const struct build_pairs *pairs = &b->pairs;
	uint64_t hash = hash_of(left, right);
	size_t bit = hash >> 32 & pairs->sift_mask, at = hash & pairs->mask;

	if (!(pairs->sift[bit / 8] >> bit % 8 & 1))
		return CODE_NONE;
	while ((pairs->v[at].left != left || pairs->v[at].right != right) && pairs->v[at].phrase != CODE_NONE)
		at = (at + 1) & pairs->mask;
	return pairs->v[at].phrase;
}

static void
make_pairs(struct build *b)
{
	struct build_pairs *pairs = &b->pairs;
	size_t cap = 64;

	while (cap < b->phrases.n * 2)
		cap *= 2;
	free(pairs->v);
	free(pairs->sift);
	pairs->v = xmalloc(cap * sizeof(*pairs->v));
	memset(pairs->v, 0xff, cap * sizeof(*pairs->v));
	pairs->sift = xcalloc(cap, 1);
	pairs->mask = cap - 1;
	pairs->sift_mask = cap * 8 - 1;
	for (uint32_t i = 0; i < b->phrases.n; i++) {
		uint32_t left = b->phrases.v[i].left, right = b->phrases.v[i].right;
		uint64_t hash = hash_of(left, right);
		size_t at = hash & pairs->mask, bit = hash >> 32 & pairs->sift_mask;

		while (pairs->v[at].phrase != CODE_NONE)
			at = (at + 1) & pairs->mask;
		pairs->v[at] = (struct build_pair){ left, right, i | CODE_PHRASE };
		pairs->sift[bit / 8] |= (uint8_t)(1 << bit % 8);
	}
}

/* From left to right, what can be joined with what is before it is. In place; how many remain. */
static size_t
join(const struct build *b, uint32_t *v, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t symbol = v[i], phrase;

		while (symbol != END && out && v[out - 1] != END && (phrase = find_phrase(b, v[out - 1], symbol)) != CODE_NONE) {
			symbol = phrase;
			out--;
		}
		v[out++] = symbol;
	}
	return out;
}

size_t
build_join(const struct build *b, uint32_t *words, size_t n)
{
	return b->phrases.n ? join(b, words, n) : n;
}

static void
add_text(struct learning *l, const uint32_t *words, size_t n)
{
	if (!n)
		return;
	memcpy(l->symbols + l->n, words, n * sizeof(*words));
	l->n += n;
	l->symbols[l->n++] = END;
}

static void
take_sample(struct build *b, struct learning *l)
{
	uint64_t all = b->h.length[INDEX_NAME] + b->h.length[INDEX_TEXT], step;

	for (uint32_t i = 0; i < b->uses_n; i++)
		all += b->uses.v[i].text.text_n;
	step = all / SAMPLE_WORDS + 1;
	for (uint32_t i = (uint32_t)(step / 2); i < b->responses_n + b->uses_n; i += (uint32_t)step) {
		bool response = i < b->responses_n;
		size_t n = response ? build_response_ids(b, &b->hand, i) : build_use_ids(b, &b->hand, i - b->responses_n), name = response ? b->responses.v[b->order[i]].text.name_n : 0;

		if (l->n + n + 2 > l->cap) {
			l->cap = (l->n + n + 2) * 2;
			l->symbols = xrealloc(l->symbols, l->cap, sizeof(*l->symbols));
		}
		add_text(l, b->hand.ids, name);
		add_text(l, b->hand.ids + name, n - name);
	}
	l->share = all ? fmin(1, (double)l->n / (double)all) : 1;
}

static void
count_symbols(const struct build *b, struct learning *l)
{
	free(l->said);
	l->said = xcalloc(b->h.words + b->phrases.n + 1, sizeof(*l->said));
	for (size_t i = 0; i < l->n; i++)
		if (l->symbols[i] != END)
			l->said[place_of(b, l->symbols[i])]++;
}

static void
count_pair(struct learning *l, uint64_t pair, uint32_t n)
{
	size_t at = term_mix(pair) & (l->counts_cap - 1);

	while (l->counts[at].pair && l->counts[at].pair != pair)
		at = (at + 1) & (l->counts_cap - 1);
	l->counts_n += !l->counts[at].n;
	l->counts[at].pair = pair;
	l->counts[at].n += n;
}

static void
grow_counts(struct learning *l)
{
	struct pair_count *old = l->counts;
	size_t cap = l->counts_cap;

	l->counts_cap = cap * 2;
	l->counts = xcalloc(l->counts_cap, sizeof(*l->counts));
	l->counts_n = 0;
	for (size_t i = 0; i < cap; i++)
		if (old[i].n)
			count_pair(l, old[i].pair, old[i].n);
	free(old);
}

/* May the symbols from i on become a phrase? */
static inline bool
may_join(const struct build *b, const struct learning *l, size_t i)
{
	uint32_t left = l->symbols[i], right = l->symbols[i + 1];

	return left != END && right != END && l->said[place_of(b, left)] >= SEEN_MIN && l->said[place_of(b, right)] >= SEEN_MIN &&
	       words_in(b, left) + words_in(b, right) <= PHRASE_WORDS;
}

/* Most pairs are seen too few times: roughly counted first, they need no place of their own. */
static void
count_pairs(const struct build *b, struct learning *l)
{
	l->counts_n = 0;
	memset(l->counts, 0, l->counts_cap * sizeof(*l->counts));
	memset(l->rough, 0, ROUGH);
	for (size_t i = 0; i + 1 < l->n; i++) {
		uint8_t *rough = &l->rough[term_mix(pair_of(l->symbols[i], l->symbols[i + 1])) % ROUGH];

		*rough += *rough < SEEN_MIN;
	}
	for (size_t i = 0; i + 1 < l->n; i++) {
		uint64_t pair = pair_of(l->symbols[i], l->symbols[i + 1]);

		if (l->rough[term_mix(pair) % ROUGH] < SEEN_MIN || !may_join(b, l, i))
			continue;
		if (l->counts_n * 2 >= l->counts_cap)
			grow_counts(l);
		/* The first word with itself would be 0. */
		count_pair(l, ~pair, 1);
	}
}

/* What it saves must pay for its place. */
static bool
pays(const struct build *b, const struct learning *l, uint64_t pair, uint32_t n)
{
	double left = l->said[place_of(b, (uint32_t)(pair >> 32))], right = l->said[place_of(b, (uint32_t)pair)];
	double gain = log2((double)n * (double)l->n / (left * right));

	return n >= SEEN_MIN && gain >= GAIN_MIN && gain * n / l->share > PLACE_BITS;
}

static size_t
learn_round(struct build *b, struct learning *l)
{
	size_t before = b->phrases.n;

	count_symbols(b, l);
	count_pairs(b, l);
	for (size_t i = 0; i < l->counts_cap; i++) {
		uint64_t pair = ~l->counts[i].pair;
		struct build_phrase phrase = { (uint32_t)(pair >> 32), (uint32_t)pair, 0, 0 };

		if (!l->counts[i].n || !pays(b, l, pair, l->counts[i].n))
			continue;
		phrase.words = (uint8_t)(words_in(b, phrase.left) + words_in(b, phrase.right));
		heap_push(&b->phrases, phrase);
	}
	if (b->phrases.n > before) {
		make_pairs(b);
		l->n = join(b, l->symbols, l->n);
	}
	return b->phrases.n - before;
}

/* qsort tells its functions nothing. */
static _Thread_local const struct build_phrase *sorting;

static int
by_use(const void *pa, const void *pb)
{
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	if (sorting[a].said != sorting[b].said)
		return sorting[a].said > sorting[b].said ? -1 : 1;
	return (a > b) - (a < b);
}

/* Those that are said, or of which such are made, stay; the most frequent first. */
static void
sort_phrases(struct build *b, const struct learning *l)
{
	size_t n = b->phrases.n, kept = 0;
	uint32_t *order = xcalloc(n + 1, sizeof(*order)), *now = xcalloc(n + 1, sizeof(*now));
	struct build_phrase *v = b->phrases.v, *sorted = xcalloc(n + 1, sizeof(*sorted));

	for (size_t i = n; i-- > 0;) {
		v[i].said += l->said[b->h.words + i];
		v[i].said = v[i].said < SEEN_MIN / 2 ? 0 : v[i].said;
		if (!v[i].said)
			continue;
		if (v[i].left & CODE_PHRASE)
			v[v[i].left & ~CODE_PHRASE].said += SEEN_MIN;
		if (v[i].right & CODE_PHRASE)
			v[v[i].right & ~CODE_PHRASE].said += SEEN_MIN;
		order[kept++] = (uint32_t)i;
	}
	sorting = v;
	if (kept)
		qsort(order, kept, sizeof(*order), by_use);
	for (uint32_t i = 0; i < kept; i++)
		now[order[i]] = i;
	for (size_t i = 0; i < kept; i++) {
		sorted[i] = v[order[i]];
		sorted[i].left = sorted[i].left & CODE_PHRASE ? now[sorted[i].left & ~CODE_PHRASE] | CODE_PHRASE : sorted[i].left;
		sorted[i].right = sorted[i].right & CODE_PHRASE ? now[sorted[i].right & ~CODE_PHRASE] | CODE_PHRASE : sorted[i].right;
	}
	free(order);
	free(now);
	free(v);
	b->phrases.v = sorted;
	b->phrases.n = b->phrases.cap = kept;
}

/* What is rare may not be in the sample: how often it is said in all speaks for it, too. */
static void
choose_code(struct build *b, const struct learning *l)
{
	uint32_t n[2] = { b->h.words, b->h.phrases };
	uint64_t *said[2] = { xcalloc(n[0] + 1, sizeof(uint64_t)), xcalloc(n[1] + 1, sizeof(uint64_t)) };

	for (uint32_t i = 0; i < n[0]; i++)
		said[0][i + 1] = said[0][i] + 64 * (uint64_t)l->said[i] + (uint64_t)(16 * l->share * (double)b->own.words.v[b->word_order[i]].freq) + 1;
	for (uint32_t i = 0; i < n[1]; i++)
		said[1][i + 1] = said[1][i] + 64 * (uint64_t)l->said[n[0] + i] + 1;
	code_choose((const uint64_t *const *)said, n, &b->h.code);
	code_set(&b->code, &b->h.code);
	free(said[0]);
	free(said[1]);
}

void
build_learn(struct build *b)
{
	struct learning l = { .cap = SAMPLE_MIN, .counts_cap = COUNTS_MIN };

	l.symbols = xmalloc(l.cap * sizeof(*l.symbols));
	l.counts = xcalloc(l.counts_cap, sizeof(*l.counts));
	l.rough = xmalloc(ROUGH);
	take_sample(b, &l);
	for (unsigned i = 0; i < ROUNDS && learn_round(b, &l); i++)
		;
	count_symbols(b, &l);
	sort_phrases(b, &l);
	b->h.phrases = (uint32_t)b->phrases.n;
	make_pairs(b);
	/* Once more, as it will be written. */
	l.n = 0;
	take_sample(b, &l);
	l.n = join(b, l.symbols, l.n);
	count_symbols(b, &l);
	choose_code(b, &l);
	free(l.symbols);
	free(l.said);
	free(l.counts);
	free(l.rough);
}

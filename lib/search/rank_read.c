#include "search/rank.h"

#include <string.h>

#include "search/analyser.h"
#include "search/index_table.h"
#include "search/language.h"

#include "base/mem.h"

/* Languages. */

static int
by_count(const void *a, const void *b)
{
	const struct rank_language *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : strcmp(x->name, y->name);
}

static void
languages_of_index(struct rank *r)
{
	if (r->languages)
		return;
	r->languages = xcalloc(languages_n + 1, sizeof(*r->languages));
	for (unsigned i = 0; i < languages_n; i++) {
		uint32_t n = index_language_count(r->search, languages[i].code);

		if (n)
			r->languages[r->languages_n++] = (struct rank_language){ languages[i].code, n };
	}
	if (r->languages_n)
		qsort(r->languages, r->languages_n, sizeof(*r->languages), by_count);
}

size_t
rank_languages(struct rank *r, const char *names[RANK_READINGS])
{
	const char *known[LANGUAGES_MAX + 1], *guess;
	int sure = 0;
	size_t n = 0;

	names[0] = r->query->language;
	if (names[0])
		return 1;
	languages_of_index(r);
	for (size_t i = 0; i < r->languages_n; i++)
		known[i] = r->languages[i].name;
	guess = language_guess(r->analyser, r->text, r->text_size, &(struct search_names){ known, r->languages_n }, &sure);
	if (r->languages_n == 1 || (guess && sure >= LANGUAGE_SURE)) {
		names[0] = r->languages_n == 1 ? known[0] : guess;
		return 1;
	}
	/* The guess, then those that the index has most of. */
	if (guess)
		names[n++] = guess;
	for (size_t i = 0; i < r->languages_n && n < RANK_READINGS; i++)
		if (!guess || strcmp(known[i], guess) != 0)
			names[n++] = known[i];
	return n ? n : 1;
}

/* Terms. */

uint32_t
rank_feature(struct rank *r, struct rank_table *table, uint64_t key, enum rank_kind kind)
{
	uint32_t *value = rank_table_put(r->scratch, table, key);

	if (!*value) {
		heap_push(&r->features, ((struct rank_feature){ .kind = kind, .part = 0 }));
		*value = (uint32_t)r->features.n;
	}
	return *value - 1;
}

/* How much of its idf a term brings. */
static double
part_of(const struct term *t)
{
	return t->kind == TERM_PART ? rank_constants.part : 1;
}

static uint32_t
term_feature(struct rank *r, uint32_t id, const struct term *t, double part)
{
	uint32_t f = rank_feature(r, &r->by_term, id, RANK_TERM);
	struct rank_feature *feature = &r->features.v[f];

	if (!feature->text) {
		size_t size;
		const char *bytes = index_term_bytes(r->search, id, &size);

		feature->of = id;
		feature->text = arena_memdup(r->scratch, bytes ? bytes : "", bytes ? size : 0);
	}
	if (part > feature->part)
		feature->part = part;
	feature->stop = feature->stop || t->kind == TERM_STOP;
	feature->count += 1;
	return f;
}

static bool
only_letters(const struct term *t)
{
	for (size_t i = 0; i < t->word_size; i++)
		if (t->word[i] >= '0' && t->word[i] <= '9')
			return false;
	return t->kind == TERM_WORD || t->kind == TERM_PART;
}

static size_t
characters(const char *s, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += ((unsigned char)s[i] & 0xC0) != 0x80;
	return n;
}

/* The nearest words of those that are not gone, at most RANK_LIKE. */
static size_t
near_words(struct rank *r, const struct term *t, unsigned edits, struct index_near near[RANK_NEAR])
{
	size_t all = index_near(r->search, t->word, t->word_size, edits, near, RANK_NEAR), n = 0;

	for (size_t i = 0; i < all && n < RANK_LIKE; i++)
		if (!rank_table_get(&r->gone, near[i].term) && (n == 0 || near[i].edits == near[0].edits))
			near[n++] = near[i];
	return n;
}

/* A word that nothing holds: the nearest ones instead, the best of them in its place. */
static uint32_t
like_feature(struct rank *r, const struct term *t)
{
	struct index_near near[RANK_NEAR];
	size_t length = characters(t->word, t->word_size), n;
	uint32_t first = RANK_NOTHING;
	const char *like;

	if (r->query->match != SEARCH_ANY || !only_letters(t) || length < 4 || r->letter || r->unknown >= RANK_UNKNOWN)
		return RANK_NOTHING;
	r->unknown++;
	n = near_words(r, t, length < 8 ? 1 : 2, near);
	like = arena_memdup(r->scratch, t->word, t->word_size);
	for (size_t i = 0; i < n; i++) {
		/* None: the word itself, with its stem in another language. */
		uint32_t f = term_feature(r, near[i].term, t, near[i].edits ? rank_constants.like / near[i].edits : 1);

		if (!r->features.v[f].like && r->features.v[f].part < 1)
			r->features.v[f].like = like;
		first = first == RANK_NOTHING ? f : first;
	}
	return first;
}

static uint32_t
token_feature(struct rank *r, const struct term *t)
{
	uint32_t id = index_term(r->search, t->text, t->size), *like;

	if (id != INDEX_NONE && !rank_table_get(&r->gone, id))
		return term_feature(r, id, t, part_of(t));
	like = rank_table_put(r->scratch, &r->by_like, t->hash);
	if (!*like)
		*like = like_feature(r, t) + 2;
	else if (*like > 1)
		r->features.v[*like - 2].count += 1;
	return *like - 2;
}

static void
read_in(struct rank *r, const char *language)
{
	const struct terms *terms = analyse(r->analyser, r->text, r->text_size, language);
	struct rank_reading *reading = &r->readings[r->readings_n++];

	*reading = (struct rank_reading){ .v = arena_alloc(r->scratch, (terms->n + 1) * sizeof(*reading->v)), .n = terms->n };
	r->letter = terms->n > RANK_LETTER;
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->v[i];

		reading->v[i] = (struct rank_token){ token_feature(r, t), t->kind, t->word_size, arena_memdup(r->scratch, t->word, t->word_size) };
	}
	for (size_t i = 0; i < r->features.n; i++) {
		struct rank_feature *f = &r->features.v[i];

		if (f->count > f->qtf)
			f->qtf = f->count;
		f->count = 0;
	}
}

void
rank_read(struct rank *r)
{
	const char *names[RANK_READINGS];
	size_t n = rank_languages(r, names);

	for (size_t i = 0; i < n; i++)
		read_in(r, names[i]);
	r->terms_n = r->features.n;
}

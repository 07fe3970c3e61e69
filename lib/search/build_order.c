#include "search/build.h"

#include <string.h>

/* qsort tells its functions nothing. */
static _Thread_local const struct build *sorting;

static int
compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
by_class(const void *pa, const void *pb)
{
	const struct build_class *a = &sorting->classes.v[*(const uint32_t *)pa], *b = &sorting->classes.v[*(const uint32_t *)pb];
	int order = memcmp(a->record, b->record, a->size < b->size ? a->size : b->size);

	return order ? order : compare(a->size, b->size);
}

static const char *
name_of(const struct build_response *r)
{
	struct cut rest;

	build_id(r, &rest);
	cut_string(&rest);
	return cut_string(&rest);
}

static int
by_place(const void *pa, const void *pb)
{
	const struct build_response *a = &sorting->responses.v[*(const uint32_t *)pa], *b = &sorting->responses.v[*(const uint32_t *)pb];
	int order = compare(sorting->classes.v[a->class].rank, sorting->classes.v[b->class].rank);
	struct cut rest;

	if (order == 0)
		order = compare(a->order, b->order);
	if (order == 0)
		order = strcmp(name_of(a), name_of(b));
	return order ? order : strcmp(build_id(a, &rest), build_id(b, &rest));
}

static int
by_response(const void *pa, const void *pb)
{
	const struct build_use *a = pa, *b = pb;
	int order = compare(sorting->place[a->response], sorting->place[b->response]);

	return order ? order : (a->number > b->number) - (a->number < b->number);
}

static int
by_term_frequency(const void *pa, const void *pb)
{
	const struct build_term *a = &sorting->terms.v[*(const uint32_t *)pa], *b = &sorting->terms.v[*(const uint32_t *)pb];

	return a->freq != b->freq ? compare(b->freq, a->freq) : compare(a->hash, b->hash);
}

/* Ties are settled, so that what is built from the same is the same. */
static int
by_word_frequency(const void *pa, const void *pb)
{
	const struct build_word *a = &sorting->words.v[*(const uint32_t *)pa], *b = &sorting->words.v[*(const uint32_t *)pb];
	int order = compare(b->freq, a->freq);

	if (order == 0)
		order = compare(sorting->terms.v[a->term].hash, sorting->terms.v[b->term].hash);
	if (order == 0)
		order = compare(a->size, b->size);
	return order ? order : memcmp(sorting->bytes.p + a->at, sorting->bytes.p + b->at, a->size);
}

static int
by_number(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return (a > b) - (a < b);
}

static uint32_t *
sorted(const struct build *b, size_t n, int (*order)(const void *, const void *))
{
	uint32_t *v = xcalloc(n + 1, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (uint32_t)i;
	sorting = b;
	qsort(v, n, sizeof(*v), order);
	return v;
}

static uint32_t *
reversed(const uint32_t *order, size_t n)
{
	uint32_t *v = xcalloc(n + 1, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[order[i]] = (uint32_t)i;
	return v;
}

static void
order_responses(struct build *b)
{
	uint32_t *classes = sorted(b, b->classes.n, by_class);

	for (size_t i = 0; i < b->classes.n; i++)
		b->classes.v[classes[i]].rank = (uint32_t)i;
	free(classes);
	b->order = sorted(b, b->responses.n, by_place);
	b->place = xcalloc(b->responses.n + 1, sizeof(*b->place));
	for (size_t i = 0; i < b->responses.n; i++) {
		uint32_t r = b->order[i];

		b->place[r] = b->responses.v[r].dead ? INDEX_NONE : b->responses_n;
		if (!b->responses.v[r].dead)
			b->order[b->responses_n++] = r;
	}
}

bool
build_counts(const struct build_use *use)
{
	return use->kind == SEARCH_SENT || use->kind == SEARCH_EDITED;
}

/* Those forgotten, or of what is not there any more, are left out. */
static void
choose_uses(struct build *b)
{
	if (b->forgotten.n)
		qsort(b->forgotten.v, b->forgotten.n, sizeof(int64_t), by_number);
	for (size_t i = 0; i < b->uses.n; i++) {
		const struct build_use *use = &b->uses.v[i];

		if (b->place[use->response] != INDEX_NONE &&
		    (!b->forgotten.n || !bsearch(&use->number, b->forgotten.v, b->forgotten.n, sizeof(int64_t), by_number)))
			b->uses.v[b->uses_n++] = *use;
	}
	b->uses.n = b->uses_n;
}

/* In the order of what they answered with. */
static void
order_uses(struct build *b)
{
	choose_uses(b);
	sorting = b;
	if (b->uses_n)
		qsort(b->uses.v, b->uses_n, sizeof(*b->uses.v), by_response);
	for (uint32_t i = 0; i < b->uses_n; i++) {
		struct build_response *r = &b->responses.v[b->uses.v[i].response];

		if (!r->uses++)
			r->use = i;
		if (!build_counts(&b->uses.v[i]))
			continue;
		r->uses_counted++;
		b->h.uses_counted++;
		b->h.uses_length += b->uses.v[i].n;
	}
}

static void
read_ids(struct build *b, struct cut cut, size_t n)
{
	if (n > b->ids_cap) {
		b->ids_cap = n + n / 2 + 256;
		b->ids = xrealloc(b->ids, b->ids_cap, sizeof(*b->ids));
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t word = (uint32_t)cut_number(&cut);

		b->ids[i] = b->word_id ? b->word_id[word] : word;
	}
}

void
build_response_ids(struct build *b, uint32_t i)
{
	const struct build_response *r = &b->responses.v[b->order[i]];
	struct cut cut;

	build_id(r, &cut);
	cut_string(&cut);
	cut_string(&cut);
	read_ids(b, cut, (size_t)r->name_n + r->text_n);
}

void
build_use_ids(struct build *b, uint32_t i)
{
	const struct build_use *use = &b->uses.v[i];

	read_ids(b, (struct cut){ use->packed, use->packed + use->size, false }, use->n);
}

static void
note_words(struct build *b, enum index_field field, const uint32_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t term = b->word_term[ids[i]];

		if (b->seen[term] != b->stamp) {
			b->seen[term] = b->stamp;
			b->slot[term] = b->entries_n;
			b->entries[b->entries_n++] = (struct build_entry){ .term = term };
		}
		b->entries[b->slot[term]].tf[field]++;
	}
}

void
build_gather_use(struct build *b, uint32_t i)
{
	b->stamp++;
	b->entries_n = 0;
	build_use_ids(b, i);
	note_words(b, INDEX_TEXT, b->ids, b->uses.v[i].n);
}

void
build_gather(struct build *b, uint32_t i, bool past)
{
	const struct build_response *r = &b->responses.v[b->order[i]];

	b->stamp++;
	b->entries_n = 0;
	build_response_ids(b, i);
	note_words(b, INDEX_NAME, b->ids, r->name_n);
	note_words(b, INDEX_TEXT, b->ids + r->name_n, r->text_n);
	for (uint32_t k = 0; past && k < r->uses; k++) {
		if (!build_counts(&b->uses.v[r->use + k]))
			continue;
		build_use_ids(b, r->use + k);
		note_words(b, INDEX_PAST, b->ids, b->uses.v[r->use + k].n);
	}
}

static void
count_words(struct build *b)
{
	for (uint32_t i = 0; i < b->responses_n; i++) {
		const struct build_response *r = &b->responses.v[b->order[i]];

		build_response_ids(b, i);
		for (size_t k = 0; k < (size_t)r->name_n + r->text_n; k++)
			b->words.v[b->ids[k]].freq++;
	}
	for (uint32_t i = 0; i < b->uses_n; i++) {
		build_use_ids(b, i);
		for (size_t k = 0; k < b->uses.v[i].n; k++)
			b->words.v[b->ids[k]].freq++;
	}
	for (size_t i = 0; i < b->words.n; i++)
		b->terms.v[b->words.v[i].term].freq += b->words.v[i].freq;
}

/* The most frequent words get the short codes. Those that nobody says any more are not there. */
static void
order_words(struct build *b)
{
	uint64_t *before = xcalloc(b->words.n + 1, sizeof(*before));

	count_words(b);
	b->term_order = sorted(b, b->terms.n, by_term_frequency);
	b->word_order = sorted(b, b->words.n, by_word_frequency);
	b->term_id = reversed(b->term_order, b->terms.n);
	b->word_id = reversed(b->word_order, b->words.n);
	b->word_term = xcalloc(b->words.n + 1, sizeof(*b->word_term));
	while (b->h.terms < b->terms.n && b->terms.v[b->term_order[b->h.terms]].freq)
		b->h.terms++;
	for (size_t i = 0; i < b->words.n; i++) {
		const struct build_word *word = &b->words.v[b->word_order[i]];

		b->word_term[i] = b->term_id[word->term];
		b->h.words += word->freq > 0;
		before[i + 1] = before[i] + word->freq;
	}
	code_choose(before, b->h.words, b->h.code);
	code_set(&b->code, b->h.code);
	free(before);
}

static void
count_lengths(struct build *b)
{
	for (uint32_t i = 0; i < b->responses_n; i++) {
		const struct build_response *r = &b->responses.v[b->order[i]];
		uint64_t past = 0;

		for (uint32_t k = 0; k < r->uses; k++)
			past += build_counts(&b->uses.v[r->use + k]) ? b->uses.v[r->use + k].n : 0;
		b->h.length[INDEX_NAME] += r->name_n;
		b->h.length[INDEX_TEXT] += r->text_n;
		b->h.length[INDEX_PAST] += past;
		b->h.filled[INDEX_NAME] += r->name_n > 0;
		b->h.filled[INDEX_TEXT] += r->text_n > 0;
		b->h.filled[INDEX_PAST] += past > 0;
	}
}

void
build_order(struct build *b)
{
	size_t terms = b->terms.n + 1;

	order_responses(b);
	order_uses(b);
	order_words(b);
	count_lengths(b);
	b->h.responses = b->responses_n;
	b->h.uses = b->uses_n;
	b->h.classes = (uint32_t)b->classes.n;
	b->entries = xcalloc(terms, sizeof(*b->entries));
	b->seen = xcalloc(terms, sizeof(*b->seen));
	b->slot = xcalloc(terms, sizeof(*b->slot));
	b->file_terms = xcalloc(terms, sizeof(*b->file_terms));
}

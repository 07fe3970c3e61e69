#include "search/build.h"

#include <string.h>

#include "search/terms.h"

#define AHEAD 4 /* responses */
#define AHEAD_BYTES 320

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
	const struct build_term *a = &sorting->own.terms.v[*(const uint32_t *)pa], *b = &sorting->own.terms.v[*(const uint32_t *)pb];

	return a->freq != b->freq ? compare(b->freq, a->freq) : compare(a->hash, b->hash);
}

/* Ties are settled, so that what is built from the same is the same. */
static int
by_word_frequency(const void *pa, const void *pb)
{
	const struct build_word *a = &sorting->own.words.v[*(const uint32_t *)pa], *b = &sorting->own.words.v[*(const uint32_t *)pb];
	int order = compare(b->freq, a->freq);

	if (order == 0)
		order = compare(sorting->own.terms.v[a->term].hash, sorting->own.terms.v[b->term].hash);
	if (order == 0)
		order = compare(a->size, b->size);
	return order ? order : memcmp(sorting->own.bytes.p + a->at, sorting->own.bytes.p + b->at, a->size);
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

static inline uint32_t
next_number(const uint16_t **p)
{
	uint32_t v = *(*p)++;

	return v < BUILD_LONG ? v : (v & ~BUILD_LONG) << 16 | *(*p)++;
}

static size_t
read_ids(const struct build *b, struct build_hand *hand, const struct build_text *text)
{
	const uint32_t *number = text->collector ? b->other.number : b->own.number;
	const uint16_t *p = text->words;
	size_t n = (size_t)text->name_n + text->text_n;

	if (n > hand->ids_cap) {
		hand->ids_cap = n + n / 2 + 256;
		hand->ids = xrealloc(hand->ids, hand->ids_cap, sizeof(*hand->ids));
	}
	for (uint32_t *ids = hand->ids, *end = ids + n; ids < end; ids++)
		*ids = number[next_number(&p)];
	return n;
}

/* What is not there any more says nothing. */
static void
take_back(struct build *b, const struct build_text *text)
{
	struct build_hand *hand = &b->hand;
	size_t n = read_ids(b, hand, text);

	for (size_t i = 0; i < n; i++)
		b->own.words.v[hand->ids[i]].freq--;
}

static void
order_responses(struct build *b)
{
	uint32_t *classes = sorted(b, b->classes.n, by_class);

	for (size_t i = 0; i < b->classes.n; i++)
		b->classes.v[classes[i]].rank = (uint32_t)i;
	free(classes);
	b->order = xcalloc(b->responses.n + 1, sizeof(*b->order));
	b->place = xcalloc(b->responses.n + 1, sizeof(*b->place));
	b->responses_n = build_sort(b, b->order);
	for (size_t i = 0; i < b->responses.n; i++) {
		b->place[i] = INDEX_NONE;
		if (b->responses.v[i].dead)
			take_back(b, &b->responses.v[i].text);
	}
	for (uint32_t i = 0; i < b->responses_n; i++)
		b->place[b->order[i]] = i;
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
		else
			take_back(b, &use->text);
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
		b->h.uses_length += b->uses.v[i].text.text_n;
	}
}

/* Responses are taken in their order and lie in that of their coming: what will be read soon is on the way from memory. */
static void
fetch_ahead(const struct build *b, uint32_t i)
{
	const struct build_response *r;

	if (b->responses_n - i > 2 * AHEAD)
		__builtin_prefetch(&b->responses.v[b->order[i + 2 * AHEAD]]);
	if (b->responses_n - i <= AHEAD)
		return;
	r = &b->responses.v[b->order[i + AHEAD]];
	__builtin_prefetch(r->packed);
	for (uint32_t at = 0; at < r->text.size && at < AHEAD_BYTES; at += 64)
		__builtin_prefetch((const char *)r->text.words + at);
}

size_t
build_response_ids(const struct build *b, struct build_hand *hand, uint32_t i)
{
	fetch_ahead(b, i);
	return read_ids(b, hand, &b->responses.v[b->order[i]].text);
}

size_t
build_use_ids(const struct build *b, struct build_hand *hand, uint32_t i)
{
	return read_ids(b, hand, &b->uses.v[i].text);
}

/* The next n words of a text; where they end. */
static const uint16_t *
note_words(const struct build *b, struct build_hand *hand, enum index_field field, const struct build_text *text, const uint16_t *p, size_t n)
{
	const uint32_t *terms = text->collector ? b->other.term : b->own.term;
	uint32_t entries_n = hand->entries_n, stamp = hand->stamp;

	for (size_t i = 0; i < n; i++) {
		uint32_t term = terms[next_number(&p)];
		struct build_seen *seen = &hand->seen[term];

		if (seen->stamp != stamp) {
			*seen = (struct build_seen){ stamp, entries_n };
			hand->entries[entries_n++] = (struct build_entry){ .term = term };
		}
		hand->entries[seen->entry].tf[field]++;
	}
	hand->entries_n = entries_n;
	return p;
}

static void
note_use(const struct build *b, struct build_hand *hand, enum index_field field, uint32_t i)
{
	const struct build_text *text = &b->uses.v[i].text;

	note_words(b, hand, field, text, text->words, text->text_n);
}

void
build_gather_use(const struct build *b, struct build_hand *hand, uint32_t i)
{
	hand->stamp++;
	hand->entries_n = 0;
	note_use(b, hand, INDEX_TEXT, i);
}

void
build_gather(const struct build *b, struct build_hand *hand, uint32_t i, bool past)
{
	const struct build_response *r = &b->responses.v[b->order[i]];
	const uint16_t *p;

	fetch_ahead(b, i);
	hand->stamp++;
	hand->entries_n = 0;
	p = note_words(b, hand, INDEX_NAME, &r->text, r->text.words, r->text.name_n);
	note_words(b, hand, INDEX_TEXT, &r->text, p, r->text.text_n);
	for (uint32_t k = 0; past && k < r->uses; k++)
		if (build_counts(&b->uses.v[r->use + k]))
			note_use(b, hand, INDEX_PAST, r->use + k);
}

void
hand_begin(struct build_hand *hand, size_t terms)
{
	hand->entries = xcalloc(terms + 1, sizeof(*hand->entries));
	hand->seen = xcalloc(terms + 1, sizeof(*hand->seen));
}

void
hand_release(struct build_hand *hand)
{
	free(hand->ids);
	free(hand->entries);
	free(hand->seen);
}

static void
count_terms(struct build *b)
{
	for (size_t i = 0; i < b->own.words.n; i++)
		b->own.terms.v[b->own.words.v[i].term].freq += b->own.words.v[i].freq;
}

static void
number_words(const struct build *b, struct collector *c, size_t n, const uint32_t *ids)
{
	c->term = xcalloc(n + 1, sizeof(*c->term));
	for (size_t i = 0; i < n; i++) {
		c->number[i] = ids[c->number[i]];
		c->term[i] = b->word_term[c->number[i]];
	}
}

/* The most frequent words get the short codes. Those that nobody says any more are not there. */
static void
order_words(struct build *b)
{
	uint32_t *ids, grams[TERM_GRAMS_MAX];

	count_terms(b);
	b->term_order = sorted(b, b->own.terms.n, by_term_frequency);
	b->word_order = sorted(b, b->own.words.n, by_word_frequency);
	b->term_id = reversed(b->term_order, b->own.terms.n);
	ids = reversed(b->word_order, b->own.words.n);
	b->word_term = xcalloc(b->own.words.n + 1, sizeof(*b->word_term));
	b->word_grams = xcalloc(b->own.words.n + 1, 1);
	while (b->h.terms < b->own.terms.n && b->own.terms.v[b->term_order[b->h.terms]].freq)
		b->h.terms++;
	for (size_t i = 0; i < b->own.words.n; i++) {
		const struct build_word *word = &b->own.words.v[b->word_order[i]];

		b->word_term[i] = b->term_id[word->term];
		b->word_grams[i] = word->stop ? 0 : (uint8_t)term_grams(b->own.bytes.p + word->at, word->size, grams);
		b->h.words += word->freq > 0;
	}
	number_words(b, &b->own, b->own.words.n, ids);
	number_words(b, &b->other, b->other.words.n, ids);
	free(ids);
}

static void
count_lengths(struct build *b)
{
	for (uint32_t i = 0; i < b->responses_n; i++) {
		const struct build_response *r = &b->responses.v[b->order[i]];
		uint64_t past = 0;

		for (uint32_t k = 0; k < r->uses; k++)
			past += build_counts(&b->uses.v[r->use + k]) ? b->uses.v[r->use + k].text.text_n : 0;
		b->h.length[INDEX_NAME] += r->text.name_n;
		b->h.length[INDEX_TEXT] += r->text.text_n;
		b->h.length[INDEX_PAST] += past;
		b->h.filled[INDEX_NAME] += r->text.name_n > 0;
		b->h.filled[INDEX_TEXT] += r->text.text_n > 0;
		b->h.filled[INDEX_PAST] += past > 0;
	}
}

void
build_order(struct build *b)
{
	size_t terms;

	collector_merge(&b->own, &b->other);
	terms = b->own.terms.n;
	order_responses(b);
	order_uses(b);
	order_words(b);
	count_lengths(b);
	b->h.responses = b->responses_n;
	b->h.uses = b->uses_n;
	b->h.classes = (uint32_t)b->classes.n;
	hand_begin(&b->hand, terms);
	b->file_terms = xcalloc(terms + 1, sizeof(*b->file_terms));
}

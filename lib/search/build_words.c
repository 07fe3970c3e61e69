#include "search/build.h"

#include <string.h>

#include "search/terms.h"

void
collector_release(struct collector *c)
{
	analyser_free(&c->analyser);
	arena_free(&c->arena);
	buf_release(&c->bytes);
	free(c->text);
	free(c->said);
	free(c->marks);
	free(c->number);
	free(c->term);
	free(c->terms.v);
	free(c->words.v);
	table_release(&c->by_term);
	table_release(&c->by_word);
}

/* Sixty-four bits tell terms apart; a reader compares the bytes. */
static uint32_t
term_number(struct collector *c, uint64_t hash, const char *text, uint8_t size)
{
	size_t at = SIZE_MAX;
	uint32_t i = table_next(&c->by_term, hash, &at);

	if (i != INDEX_NONE)
		return i;
	i = (uint32_t)c->terms.n;
	heap_push(&c->terms, ((struct build_term){ .hash = hash, .at = (uint32_t)c->bytes.n, .size = size }));
	buf_add(&c->bytes, text, size);
	table_put(&c->by_term, hash, i);
	return i;
}

/* A word, and its term as it is known or as the term at hand. */
static uint32_t
word_number(struct collector *c, const struct build_word *word, const char *bytes, uint64_t term_hash, const char *text, uint8_t text_size)
{
	bool same = word->size == text_size && memcmp(bytes, text, text_size) == 0;
	uint64_t hash = same ? term_pair(term_hash, term_hash) : word_hash(bytes, word->size, term_hash);
	size_t at = SIZE_MAX;
	uint32_t i = table_next(&c->by_word, hash, &at);
	struct build_word new = *word;

	if (i != INDEX_NONE)
		return i;
	i = (uint32_t)c->words.n;
	if (i >= c->said_cap) {
		c->said_cap = c->said_cap * 2 + 1024;
		c->said = xrealloc(c->said, c->said_cap, sizeof(*c->said));
	}
	c->said[i] = 0;
	new.hash = hash;
	new.term = term_number(c, term_hash, text, text_size);
	new.at = same ? c->terms.v[new.term].at : (uint32_t)c->bytes.n;
	heap_push(&c->words, new);
	if (!same)
		buf_add(&c->bytes, bytes, word->size);
	table_put(&c->by_word, hash, i);
	return i;
}

static uint32_t
number_of_term(struct collector *c, const struct term *t)
{
	struct build_word word = { .first = c->at, .size = t->word_size, .stop = t->kind == TERM_STOP };

	return word_number(c, &word, t->word, t->hash, t->text, t->size);
}

/* What the analyser remembers need not be looked up again. */
static uint32_t
number_of(struct collector *c, const struct term *t)
{
	uint32_t *known;

	if (!t->mark)
		return number_of_term(c, t);
	if (t->mark >= c->marks_cap) {
		size_t cap = (size_t)t->mark * 2 + 1024;

		c->marks = xrealloc(c->marks, cap, sizeof(*c->marks));
		memset(c->marks + c->marks_cap, 0xff, (cap - c->marks_cap) * sizeof(*c->marks));
		c->marks_cap = cap;
	}
	known = &c->marks[t->mark];
	if (*known == INDEX_NONE)
		*known = number_of_term(c, t);
	return *known;
}

static void
text_reserve(struct collector *c, size_t more)
{
	if (c->text_n + more > c->text_cap) {
		c->text_cap = (c->text_n + more) * 2;
		c->text = xrealloc(c->text, c->text_cap, sizeof(*c->text));
	}
}

static uint32_t
add_words(struct collector *c, const char *text, const char *language)
{
	const struct terms *terms;

	if (!text || !text[0])
		return 0;
	if (!c->analyser)
		c->analyser = analyser_new();
	terms = analyse(c->analyser, text, strlen(text), language);
	text_reserve(c, terms->n * 2);
	for (size_t i = 0; i < terms->n; i++) {
		uint32_t n = number_of(c, &terms->v[i]);

		c->said[n]++;
		if (n >= BUILD_LONG)
			c->text[c->text_n++] = (uint16_t)(BUILD_LONG | n >> 16);
		c->text[c->text_n++] = (uint16_t)n;
	}
	return (uint32_t)terms->n;
}

struct build_text
collector_add(struct collector *c, uint64_t at, const char *const names[BUILD_NAMES], const char *text, const char *language)
{
	static const uint16_t none;
	struct build_text out = { 0 };

	c->at = at;
	c->text_n = 0;
	for (size_t i = 0; i < BUILD_NAMES; i++)
		out.name_n += add_words(c, names[i], language);
	out.text_n = add_words(c, text, language);
	if (!c->arena)
		c->arena = arena_new();
	out.size = (uint32_t)(c->text_n * sizeof(*c->text));
	out.words = memcpy(arena_alloc(c->arena, out.size + 1), c->text ? c->text : &none, out.size);
	out.collector = c->which;
	return out;
}

static void
settle(struct collector *c)
{
	for (size_t i = 0; i < c->words.n; i++)
		c->words.v[i].freq = c->said[i];
}

/* A word was a stop word where it was first said, whoever saw it. */
void
collector_merge(struct collector *own, struct collector *other)
{
	own->number = xcalloc(own->words.n + other->words.n + 1, sizeof(*own->number));
	other->number = xcalloc(other->words.n + 1, sizeof(*other->number));
	for (uint32_t i = 0; i < own->words.n + other->words.n; i++)
		own->number[i] = i;
	settle(own);
	settle(other);
	for (uint32_t i = 0; i < other->words.n; i++) {
		struct build_word word = other->words.v[i];
		const struct build_term *term = &other->terms.v[word.term];
		uint32_t n = word_number(own, &word, other->bytes.p + word.at, term->hash, other->bytes.p + term->at, term->size);
		struct build_word *there = &own->words.v[n];

		other->number[i] = n;
		if (there->first == word.first)
			continue;
		there->freq += word.freq;
		there->stop = word.first < there->first ? word.stop : there->stop;
	}
}

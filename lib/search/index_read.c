#include "search/index_file.h"

#include <string.h>

#include "search/terms.h"

#include "base/mem.h"

uint32_t *
ids_need(struct ids *ids, size_t n)
{
	if (n > ids->cap || !ids->v) {
		free(ids->v);
		ids->cap = n + n / 2 + 256;
		ids->v = xmalloc(ids->cap * sizeof(*ids->v));
	}
	return ids->v;
}

uint32_t
term_sum(const struct file_term *term, const char *bytes, uint32_t i)
{
	uint32_t own = index_sum((const char *)term + sizeof(term->sum), sizeof(*term) - sizeof(term->sum), sum_seed(IN_TERMS, i));

	return index_sum(bytes, term->size, own);
}

uint32_t
word_sum(const struct file_word *word, const char *bytes, uint32_t i)
{
	uint32_t own = index_sum((const char *)word + sizeof(word->sum), sizeof(*word) - sizeof(word->sum), sum_seed(IN_WORDS, i));

	return index_sum(bytes, word->size, own);
}

static bool
bytes_there(const struct search *search, uint32_t at, uint32_t size)
{
	uint64_t all = search->h.section[IN_BYTES].size;

	return at <= all && size <= all - at;
}

const struct file_term *
index_file_term(struct search *search, uint32_t term)
{
	const struct file_term *t = (const struct file_term *)(const void *)section_at(search, IN_TERMS) + term;

	if (term >= search->h.terms || !bytes_there(search, t->at, t->size))
		return index_broken(search, "a term is not there");
	if (t->sum != term_sum(t, index_bytes(search, t->at), term))
		return index_broken(search, "a term is not right");
	return t;
}

const struct file_word *
index_file_word(struct search *search, uint32_t word)
{
	const struct file_word *w = (const struct file_word *)(const void *)section_at(search, IN_WORDS) + word;

	if (word >= search->h.words || !bytes_there(search, w->at, w->size))
		return index_broken(search, "a word is not there");
	if (w->sum != word_sum(w, index_bytes(search, w->at), word) || w->term >= search->h.terms)
		return index_broken(search, "a word is not right");
	return w;
}

/* Goes through what a table of pairs has of a hash, line by line. */
struct pairs {
	enum section section;
	uint32_t lines, at, tries, i, want;
};

static struct pairs
pairs_begin(enum section section, uint32_t lines, uint64_t hash)
{
	return (struct pairs){ section, lines, hash_line(hash, lines), 0, 0, (uint32_t)hash };
}

/* The next id, or INDEX_NONE. */
static uint32_t
pairs_next(struct search *search, struct pairs *p)
{
	while (p->tries < p->lines) {
		const struct line *line = index_line(search, p->section, p->at);

		for (; p->i < BUCKET_PAIRS && p->i < (line->v[BUCKET_COUNT] & ~LINE_MORE); p->i++)
			if (line->v[(size_t)p->i * 2] == p->want)
				return line->v[(size_t)p->i++ * 2 + 1];
		if (!(line->v[BUCKET_COUNT] & LINE_MORE))
			break;
		p->at = (p->at + 1) % p->lines;
		p->tries++;
		p->i = 0;
	}
	return INDEX_NONE;
}

uint32_t
index_file_find(struct search *search, uint64_t hash, const char *bytes, size_t n)
{
	struct pairs p = pairs_begin(IN_TERM_BY, search->h.term_lines, hash);
	uint32_t i;

	while ((i = pairs_next(search, &p)) != INDEX_NONE) {
		const struct file_term *t = index_file_term(search, i);

		if (t && t->size == n && memcmp(index_bytes(search, t->at), bytes, n) == 0)
			return i;
	}
	return INDEX_NONE;
}

uint64_t
word_hash(const char *word, size_t size, uint64_t term)
{
	return term_pair(term, term_hash(word, size));
}

uint32_t
index_file_find_word(struct search *search, const char *word, size_t n, uint64_t term_hash, uint32_t term)
{
	struct pairs p = pairs_begin(IN_WORD_BY, search->h.word_lines, word_hash(word, n, term_hash));
	uint32_t i;

	while ((i = pairs_next(search, &p)) != INDEX_NONE) {
		const struct file_word *w = index_file_word(search, i);

		if (w && w->term == term && w->size == n && memcmp(index_bytes(search, w->at), word, n) == 0)
			return i;
	}
	return INDEX_NONE;
}

/* Ids and words apart: an id may be what another is called. */
uint64_t
key_hash(enum key_kind kind, const char *key)
{
	return term_mix(term_hash(key, strlen(key)) + kind);
}

uint64_t
key_number(int64_t number)
{
	return term_mix(term_mix((uint64_t)number) + KEY_USE);
}

struct keys
keys_begin(const struct search *search, uint64_t hash)
{
	return (struct keys){ hash, hash_line(hash, search->h.key_lines), 0, 0 };
}

uint32_t
keys_next(struct search *search, struct keys *k)
{
	while (k->tries < search->h.key_lines) {
		const struct line *line = index_line(search, IN_KEYS, k->at);

		for (; k->i < KEYS_PER_LINE && k->i < (line->v[KEYS_COUNT] & ~LINE_MORE); k->i++)
			if ((line->v[KEYS_TAGS + k->i / 4] >> k->i % 4 * 8 & 0xff) == (k->hash & 0xff))
				return line->v[k->i++];
		if (!(line->v[KEYS_COUNT] & LINE_MORE))
			break;
		k->at = (k->at + 1) % search->h.key_lines;
		k->tries++;
		k->i = 0;
	}
	return INDEX_NONE;
}

uint32_t
index_file_id(struct search *search, const char *id)
{
	struct keys keys = keys_begin(search, key_hash(KEY_ID, id));
	struct file_response r;
	uint32_t i;

	while ((i = keys_next(search, &keys)) != INDEX_NONE)
		if (i < search->h.responses && index_file_response(search, i, &r) && strcmp(r.id, id) == 0)
			return i;
	return INDEX_NONE;
}

uint32_t
index_file_number(struct search *search, int64_t number)
{
	struct keys keys = keys_begin(search, key_number(number));
	struct file_use use;
	uint32_t i;

	while ((i = keys_next(search, &keys)) != INDEX_NONE)
		if (i < search->h.uses && index_file_use(search, i, &use) && use.number == number)
			return i;
	return INDEX_NONE;
}

/* Behind the past, whose end is where the words begin. */
static void
cut_past(struct cut *cut, struct file_response *r)
{
	r->use = (uint32_t)cut_number(cut);
	r->uses_counted = (uint32_t)cut_number(cut);
	if (!r->uses_counted)
		return;
	r->past_length = cut_number(cut);
	r->past_n = (uint32_t)cut_number(cut);
	r->past = *cut;
	for (uint32_t i = 0; i < r->past_n && !cut->bad; i++) {
		cut_number(cut);
		cut_number(cut);
	}
}

bool
index_file_response(struct search *search, uint32_t i, struct file_response *r)
{
	struct cut cut = index_record(search, IN_RECORDS, IN_RECORD_AT, i);
	uint64_t head = cut_number(&cut);

	*r = (struct file_response){ .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .name_n = (uint32_t)(head >> 1) };
	r->text_n = (uint32_t)cut_number(&cut);
	if (head & 1) {
		r->start = cut_signed(&cut);
		r->expires = cut_signed(&cut);
	}
	r->id = cut_string(&cut);
	r->shortcut = cut_string(&cut);
	r->name = cut_string(&cut);
	r->uses = (uint32_t)cut_number(&cut);
	if (r->uses)
		cut_past(&cut, r);
	r->words = cut;
	if (!cut.bad && (uint64_t)r->use + r->uses <= search->h.uses)
		return true;
	index_broken(search, "a response is not right");
	*r = (struct file_response){ .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .id = "", .shortcut = "", .name = "" };
	return false;
}

/* n words that are known, from a cut; each takes at least the bits of its class. */
static const uint32_t *
words_of(struct search *search, const struct cut *cut, size_t n, struct ids *ids)
{
	size_t size = (size_t)(cut->end - cut->p);
	uint32_t *v;

	if (n > size * 8 / CODE_PREFIX)
		return index_broken(search, "a text is not right");
	v = ids_need(ids, n);
	if (!code_get(&search->code, cut->p, size, v, n))
		return index_broken(search, "a text is not right");
	for (size_t i = 0; i < n; i++)
		if (v[i] >= search->h.words)
			return index_broken(search, "a text is not right");
	return v;
}

const uint32_t *
index_file_words(struct search *search, const struct file_response *r, struct ids *ids)
{
	return words_of(search, &r->words, (size_t)r->name_n + r->text_n, ids);
}

bool
index_file_use(struct search *search, uint32_t i, struct file_use *use)
{
	struct cut cut = index_record(search, IN_USES, IN_USE_AT, i);

	use->number = cut_signed(&cut);
	use->response = (uint32_t)cut_number(&cut);
	use->kind = (uint32_t)cut_number(&cut);
	use->n = (uint32_t)cut_number(&cut);
	use->words = cut;
	if (!cut.bad && use->response < search->h.responses && use->kind <= SEARCH_FORGOTTEN)
		return true;
	index_broken(search, "a use is not right");
	*use = (struct file_use){ .response = INDEX_NONE, .kind = SEARCH_FORGOTTEN };
	return false;
}

const uint32_t *
index_file_use_words(struct search *search, const struct file_use *use, struct ids *ids)
{
	return words_of(search, &use->words, use->n, ids);
}

/* The last class that begins at it or before. */
uint32_t
index_class_of(struct search *search, uint32_t response)
{
	uint32_t low = 0, high = search->h.classes;

	while (low + 1 < high) {
		uint32_t middle = low + (high - low) / 2;

		if (index_class_first(search, middle) <= response)
			low = middle;
		else
			high = middle;
	}
	return low;
}

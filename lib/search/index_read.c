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

const struct file_term *
index_file_term(struct search *search, uint32_t term)
{
	const struct line *line;

	if (term >= search->h.terms)
		return index_broken(search, "a term is not there");
	line = index_line(search, IN_TERMS, term / TERMS_LINE);
	return line == &index_no_line ? NULL : (const struct file_term *)(const void *)line->v + term % TERMS_LINE;
}

const struct file_word *
index_file_word(struct search *search, uint32_t word)
{
	const struct file_word *w;
	const struct line *line;

	if (word >= search->h.words)
		return index_broken(search, "a word is not there");
	line = index_line(search, IN_WORDS, word / WORDS_LINE);
	w = (const struct file_word *)(const void *)line->v + word % WORDS_LINE;
	if (line == &index_no_line || (w->term & ~WORD_STOP) >= search->h.terms)
		return index_broken(search, "a word is not right");
	return w;
}

const char *
index_bytes(struct search *search, uint32_t at, size_t *n_r)
{
	const unsigned char *line = (const unsigned char *)index_line(search, IN_BYTES, at / sizeof(struct line))->v;
	size_t from = at % sizeof(struct line);

	*n_r = from < LINE_BYTES ? line[from] : LINE_BYTES;
	if (from + 1 + *n_r > LINE_BYTES) {
		index_broken(search, "the bytes of a word are not right");
		*n_r = 0;
		return "";
	}
	return (const char *)line + from + 1;
}

static bool
bytes_are(struct search *search, uint32_t at, const char *bytes, size_t n)
{
	size_t size;
	const char *there = index_bytes(search, at, &size);

	return size == n && memcmp(there, bytes, n) == 0;
}

/* Goes through what a table has of a hash, line by line. */
static struct keys
table_begin(enum section section, uint32_t lines, uint32_t n, uint64_t hash)
{
	uint32_t mask = table_mask(n);

	return (struct keys){ section, lines, mask, (uint32_t)hash & ~mask, hash_line(hash, lines), 0, 0 };
}

uint32_t
keys_next(struct search *search, struct keys *k)
{
	while (k->tries < k->lines) {
		const struct line *line = index_line(search, k->section, k->at);

		for (; k->i < TABLE_IDS && k->i < (line->v[TABLE_COUNT] & ~LINE_MORE); k->i++)
			if ((line->v[k->i] & ~k->mask) == k->tag)
				return line->v[k->i++] & k->mask;
		if (!(line->v[TABLE_COUNT] & LINE_MORE))
			break;
		k->at = (k->at + 1) % k->lines;
		k->tries++;
		k->i = 0;
	}
	return INDEX_NONE;
}

uint32_t
index_file_find(struct search *search, uint64_t hash, const char *bytes, size_t n)
{
	struct keys p = table_begin(IN_TERM_BY, search->h.term_lines, search->h.terms, hash);
	uint32_t i;

	while ((i = keys_next(search, &p)) != INDEX_NONE) {
		const struct file_term *t = index_file_term(search, i);

		if (t && bytes_are(search, t->at, bytes, n))
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
	struct keys p = table_begin(IN_WORD_BY, search->h.word_lines, search->h.words, word_hash(word, n, term_hash));
	uint32_t i;

	while ((i = keys_next(search, &p)) != INDEX_NONE) {
		const struct file_word *w = index_file_word(search, i);

		if (w && (w->term & ~WORD_STOP) == term && bytes_are(search, w->at, word, n))
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
	return table_begin(IN_KEYS, search->h.key_lines, keys_n(&search->h), hash);
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
	uint64_t size;

	r->use = (uint32_t)cut_number(cut);
	r->uses_counted = (uint32_t)cut_number(cut);
	if (!r->uses_counted)
		return;
	r->past_length = cut_number(cut);
	r->past_n = (uint32_t)cut_number(cut);
	size = cut_number(cut);
	if (size > (size_t)(cut->end - cut->p))
		cut->bad = true;
	if (cut->bad)
		return;
	r->past = (struct cut){ cut->p, cut->p + size, false };
	cut->p += size;
}

static uint32_t
cut_grams(struct cut *cut, uint32_t words)
{
	return (uint32_t)(cut_signed(cut) + GRAMS_USUAL * (int64_t)words);
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
	r->uses = (uint32_t)cut_number(&cut);
	if (r->uses)
		cut_past(&cut, r);
	if (r->name_n) {
		r->name_symbols = (uint32_t)cut_number(&cut);
		r->name_grams = cut_grams(&cut, r->name_n);
	}
	r->text_symbols = (uint32_t)cut_number(&cut);
	r->text_grams = cut_grams(&cut, r->text_n);
	r->words = cut;
	if (!cut.bad && (uint64_t)r->use + r->uses <= search->h.uses)
		return true;
	index_broken(search, "a response is not right");
	*r = (struct file_response){ .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .id = "", .shortcut = "" };
	return false;
}

const char *
index_file_name(struct search *search, uint32_t i)
{
	struct cut cut = index_record(search, IN_NAMES, IN_NAME_AT, i / NAMES_BLOCK);

	buf_reset(&search->name);
	for (uint32_t k = 0; k <= i % NAMES_BLOCK; k++) {
		uint64_t same = cut_number(&cut);

		if (cut.bad || same > search->name.n) {
			index_broken(search, "a name is not right");
			return "";
		}
		search->name.n = (size_t)same;
		buf_str(&search->name, cut_string(&cut));
	}
	buf_char(&search->name, '\0');
	return search->name.p;
}

/* The words of a phrase, of which at most room; 0: damaged. What is deeper than its words are many goes in circles. */
static size_t
words_of_phrase(struct search *search, uint32_t symbol, uint32_t *v, size_t room)
{
	uint32_t stack[PHRASE_WORDS + 1];
	size_t depth = 0, n = 0;

	stack[depth++] = symbol;
	while (depth) {
		symbol = stack[--depth];
		if (symbol & CODE_PHRASE) {
			const uint32_t *pair = index_phrase(search, symbol & ~CODE_PHRASE);

			if (!pair || depth + 2 > PHRASE_WORDS + 1)
				return 0;
			stack[depth++] = pair[1];
			stack[depth++] = pair[0];
		} else {
			if (n == room || symbol >= search->h.words)
				return 0;
			v[n++] = symbol;
		}
	}
	return n;
}

static bool
read_words(struct search *search, const struct cut *cut, uint32_t *v, size_t n)
{
	struct code_at at = { cut->p, 0, (size_t)(cut->end - cut->p) * 8 };

	for (size_t i = 0; i < n;) {
		uint32_t symbol = code_next(&search->code, &at);
		size_t words = 1;

		if (symbol < search->h.words)
			v[i] = symbol;
		else
			words = symbol & CODE_PHRASE && symbol != CODE_NONE ? words_of_phrase(search, symbol, v + i, n - i) : 0;
		if (!words)
			return false;
		i += words;
	}
	return at.at <= at.end;
}

/* n words that are known, from a cut; each symbol takes a bit at least. */
static const uint32_t *
words_of(struct search *search, const struct cut *cut, size_t n, struct ids *ids)
{
	size_t size = (size_t)(cut->end - cut->p);

	if (n > size * 8 * PHRASE_WORDS || !read_words(search, cut, ids_need(ids, n), n))
		return index_broken(search, "a text is not right");
	return ids->v;
}

const uint32_t *
index_file_words(struct search *search, const struct file_response *r, struct ids *ids)
{
	return words_of(search, &r->words, (size_t)r->name_n + r->text_n, ids);
}

uint32_t
index_file_answer(struct search *search, uint32_t use)
{
	uint32_t response = index_number(search, IN_USE_AT, (size_t)use * USE_NUMBERS + 1);

	if (response < search->h.responses)
		return response;
	index_broken(search, "what a use answered with is not there");
	return INDEX_NONE;
}

bool
index_file_use(struct search *search, uint32_t i, struct file_use *use)
{
	struct cut cut = index_record(search, IN_USES, IN_USE_AT, i);

	use->number = cut_signed(&cut);
	use->response = index_file_answer(search, i);
	use->kind = (uint32_t)cut_number(&cut);
	use->n = (uint32_t)cut_number(&cut);
	use->symbols = (uint32_t)cut_number(&cut);
	use->grams = cut_grams(&cut, use->n);
	use->words = cut;
	if (!cut.bad && use->response != INDEX_NONE && use->kind <= SEARCH_FORGOTTEN)
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

static const uint32_t *
symbols_of(struct search *search, const struct cut *cut, size_t n, struct ids *ids)
{
	struct code_at at = { cut->p, 0, (size_t)(cut->end - cut->p) * 8 };
	uint32_t *v;

	if (n > at.end)
		return index_broken(search, "a text is not right");
	v = ids_need(ids, n);
	for (size_t i = 0; i < n; i++) {
		v[i] = code_next(&search->code, &at);
		if ((v[i] & ~CODE_PHRASE) >= (v[i] & CODE_PHRASE ? search->h.phrases : search->h.words))
			return index_broken(search, "a text is not right");
	}
	return at.at <= at.end ? v : index_broken(search, "a text is not right");
}

const uint32_t *
index_file_symbols(struct search *search, const struct file_response *r, struct ids *ids)
{
	return symbols_of(search, &r->words, (size_t)r->name_symbols + r->text_symbols, ids);
}

const uint32_t *
index_file_use_symbols(struct search *search, const struct file_use *use, struct ids *ids)
{
	return symbols_of(search, &use->words, use->symbols, ids);
}

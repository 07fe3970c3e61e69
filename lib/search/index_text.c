#include "search/index_log.h"

#include <stdlib.h>
#include <string.h>

#include "search/terms.h"

#include "base/mem.h"

bool
index_alive(const struct search *search, uint32_t response)
{
	const struct log *log = search->log;
	const struct log_slot *slot;

	if (!log)
		return response < search->h.responses;
	if (response >= search->h.responses) {
		response -= search->h.responses;
		return response < log->responses.n && log->responses.v[response].there;
	}
	slot = log_slot_of(log, response);
	return !slot || slot->now == response;
}

static int
by_ordinal(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

static bool
file_use_forgotten(const struct log *log, uint32_t use)
{
	return log && log->forgotten.n && bsearch(&use, log->forgotten.v, log->forgotten.n, sizeof(use), by_ordinal);
}

/* The response that counts of a use of the file. */
static uint32_t
response_of(const struct search *search, uint32_t use, uint32_t response)
{
	const struct log_slot *slot = search->log && response != INDEX_NONE ? log_slot_of(search->log, response) : NULL;

	if (file_use_forgotten(search->log, use))
		return INDEX_NONE;
	return slot ? slot->now : response;
}

uint32_t
index_use_response(struct search *search, uint32_t use)
{
	struct log *log = search->log;

	if (use >= search->h.uses) {
		const struct log_use *logged;

		use -= search->h.uses;
		if (!log || use >= log->uses.n)
			return INDEX_NONE;
		logged = &log->uses.v[use];
		return logged->forgotten ? INDEX_NONE : log->slots.v[logged->slot].now;
	}
	return response_of(search, use, index_file_answer(search, use));
}

/* An id of the file, or an own one of the record. */
static uint32_t
own_or(const struct log_use *use, uint64_t v, uint32_t of_file)
{
	if (v < of_file)
		return (uint32_t)v;
	return v - of_file < use->own_n ? use->own[v - of_file] : INDEX_NONE;
}

bool
log_use_term(const struct search *search, const struct log_use *use, const unsigned char **at, struct log_term_at *term_r)
{
	struct cut cut = { *at, use->words, false };
	uint64_t v;

	if (*at >= use->words)
		return false;
	v = cut_number(&cut);
	term_r->first = v & 1;
	term_r->term = own_or(use, v >> 1, search->h.terms);
	term_r->tf = (uint32_t)cut_number(&cut);
	*at = cut.p;
	/* An own word stands for its term. */
	if (v >> 1 >= search->h.terms && term_r->term != INDEX_NONE)
		term_r->term = search->log->words.v[term_r->term - search->h.words].term;
	return !cut.bad && term_r->term != INDEX_NONE;
}

uint32_t
log_use_words(const struct search *search, const struct log_use *use, uint32_t *words)
{
	struct cut cut = { use->words, use->end, false };
	uint32_t n = 0;

	for (uint32_t i = 0; i < use->n; i++) {
		uint32_t word = own_or(use, cut_number(&cut), search->h.words);

		if (!cut.bad && word != INDEX_NONE)
			words[n++] = word;
	}
	return n;
}

/* What the records of the file tell. */
static uint64_t
grams_of(struct search *search, const uint32_t *words, size_t n)
{
	uint32_t grams[TERM_GRAMS_MAX];
	uint64_t sum = 0;
	size_t size;

	for (size_t i = 0; i < n; i++) {
		const char *bytes = index_word_bytes(search, words[i], &size);

		sum += index_word_stop(search, words[i]) ? 0 : term_grams(bytes, size, grams);
	}
	return sum;
}

static void
use_of(struct search *search, uint32_t use, struct index_use *use_r, struct symbols *symbols)
{
	struct log *log = search->log;
	struct file_use u;

	*use_r = (struct index_use){ .response = INDEX_NONE, .kind = SEARCH_FORGOTTEN };
	if (use < search->h.uses) {
		if (!index_file_use(search, use, &u))
			return;
		use_r->response = response_of(search, use, u.response);
		use_r->number = u.number;
		use_r->kind = (enum search_use_kind)u.kind;
		use_r->words = symbols ? index_file_use_symbols(search, &u, &search->use) : index_file_use_words(search, &u, &search->use);
		use_r->n = use_r->words ? u.n : 0;
		if (symbols)
			*symbols = (struct symbols){ use_r->words, 0, use_r->words ? u.symbols : 0, 0, u.grams };
	} else if (log && use - search->h.uses < log->uses.n) {
		const struct log_use *logged = &log->uses.v[use - search->h.uses];
		uint32_t *v = ids_need(&search->use, logged->n);

		use_r->response = index_use_response(search, use);
		use_r->number = logged->number;
		use_r->kind = (enum search_use_kind)logged->kind;
		use_r->n = log_use_words(search, logged, v);
		use_r->words = v;
		if (symbols)
			*symbols = (struct symbols){ v, 0, use_r->n, 0, grams_of(search, v, use_r->n) };
	}
	if (use_r->kind == SEARCH_FORGOTTEN)
		use_r->response = INDEX_NONE;
}

void
index_use(struct search *search, uint32_t use, struct index_use *use_r)
{
	use_of(search, use, use_r, NULL);
}

void
index_use_symbols(struct search *search, uint32_t use, struct index_use *use_r, struct symbols *symbols_r)
{
	*symbols_r = (struct symbols){ 0 };
	use_of(search, use, use_r, symbols_r);
}

static bool
counts(unsigned kind)
{
	return kind == SEARCH_SENT || kind == SEARCH_EDITED;
}

/* What it answered, while it is put together. */
struct past {
	struct index_past *v;
	size_t n, cap;
};

static void
past_need(struct past *past, size_t more)
{
	if (past->cap - past->n >= more)
		return;
	past->cap = past->n + more + past->cap + 64;
	past->v = xrealloc(past->v, past->cap, sizeof(*past->v));
}

static void
past_add(struct past *past, uint32_t term, uint32_t tf)
{
	past_need(past, 1);
	past->v[past->n++] = (struct index_past){ term, tf };
}

static void
past_of_file(struct search *search, const struct file_response *r, struct past *past)
{
	struct cut cut = r->past;
	uint32_t term = 0, n = r->past_n;
	struct index_past *v;

	if (!n)
		return;
	/* Each takes two bytes at least. */
	cut.bad |= n > (size_t)(cut.end - cut.p);
	past_need(past, cut.bad ? 0 : n);
	v = past->v + past->n;
	for (uint32_t i = 0; i < n && !cut.bad; i++) {
		term += (uint32_t)cut_number(&cut);
		v[i] = (struct index_past){ term, (uint32_t)cut_number(&cut) };
		cut.bad |= term >= search->h.terms;
	}
	if (cut.bad)
		index_broken(search, "a past is not right");
	past->n += cut.bad ? 0 : n;
}

static int
by_term(const void *pa, const void *pb)
{
	const struct index_past *a = pa, *b = pb;

	return (a->term > b->term) - (a->term < b->term);
}

/* Each term once; what was taken away altogether is not there. */
static void
past_merge(struct past *past)
{
	size_t n = 0;

	if (past->n)
		qsort(past->v, past->n, sizeof(*past->v), by_term);
	for (size_t i = 0; i < past->n;) {
		struct index_past sum = past->v[i];

		for (i++; i < past->n && past->v[i].term == sum.term; i++)
			sum.tf += past->v[i].tf;
		if (sum.tf)
			past->v[n++] = sum;
	}
	past->n = n;
}

/* Uses of the file that were forgotten are taken away again: by what makes the sum of both zero. */
static uint64_t
past_forget(struct search *search, const struct file_response *r, struct past *past)
{
	uint64_t length = 0;

	for (uint32_t i = r->use; i < r->use + r->uses; i++) {
		struct file_use use;
		const uint32_t *words;

		if (!file_use_forgotten(search->log, i) || !index_file_use(search, i, &use) || !counts(use.kind))
			continue;
		words = index_file_use_words(search, &use, &search->use);
		for (uint32_t k = 0; words && k < use.n; k++)
			past_add(past, index_word_term(search, words[k]), UINT32_MAX);
		length += use.n;
	}
	return length;
}

static uint64_t
past_of_log(struct search *search, const struct log_slot *slot, struct past *past)
{
	const struct log *log = search->log;
	uint64_t length = 0;

	for (uint32_t i = slot->uses; i != INDEX_NONE; i = log->uses.v[i].next) {
		const struct log_use *use = &log->uses.v[i];
		const unsigned char *at = use->terms;
		struct log_term_at term;

		if (use->forgotten || !counts(use->kind))
			continue;
		while (log_use_term(search, use, &at, &term))
			past_add(past, term.term, term.tf);
		length += use->n;
	}
	return length;
}

/* Of a response of the file (may be none) and what the log says of it. */
static void
text_past(struct search *search, const struct file_response *r, const struct log_slot *slot, struct index_text *text_r)
{
	struct past past = { (struct index_past *)(void *)search->past.v, 0, search->past.cap / 2 };

	text_r->uses = index_uses_of(search, slot, r);
	text_r->past_length = r->past_length;
	past_of_file(search, r, &past);
	if (slot) {
		if (slot->whole && r->uses)
			text_r->past_length -= past_forget(search, r, &past);
		text_r->past_length += past_of_log(search, slot, &past);
		past_merge(&past);
	}
	search->past.v = (uint32_t *)(void *)past.v;
	search->past.cap = past.cap * 2;
	text_r->past = past.v;
	text_r->past_n = past.n;
}

/* With what the log says of its past, if slot says so. */
static void
text_of_file(struct search *search, uint32_t response, const struct log_slot *slot, struct index_text *text_r, struct symbols *symbols)
{
	struct file_response r;

	*text_r = (struct index_text){ 0 };
	if (!index_file_response(search, response, &r))
		return;
	text_r->name = symbols ? index_file_symbols(search, &r, &search->text) : index_file_words(search, &r, &search->text);
	if (text_r->name) {
		text_r->name_n = r.name_n;
		text_r->text = symbols ? NULL : text_r->name + r.name_n;
		text_r->text_n = r.text_n;
	}
	if (symbols && text_r->name)
		*symbols = (struct symbols){ text_r->name, r.name_symbols, (size_t)r.name_symbols + r.text_symbols, r.name_grams, r.text_grams };
	text_past(search, &r, slot, text_r);
}

void
index_text_of_file(struct search *search, uint32_t response, struct index_text *text_r)
{
	text_of_file(search, response, NULL, text_r, NULL);
}

static void
text_of_log(struct search *search, uint32_t response, struct index_text *text_r)
{
	struct log *log = search->log;
	const struct log_response *r;
	const struct log_slot *slot;
	struct file_response file = { 0 };

	if (!log || response >= log->responses.n)
		return;
	r = &log->responses.v[response];
	slot = &log->slots.v[r->slot];
	text_r->name = r->words;
	text_r->name_n = r->name_n;
	text_r->text = r->words + r->name_n;
	text_r->text_n = r->text_n;
	if (slot->file != INDEX_NONE)
		index_file_response(search, slot->file, &file);
	text_past(search, &file, slot, text_r);
}

static void
text_of(struct search *search, uint32_t response, struct index_text *text_r, struct symbols *symbols)
{
	*text_r = (struct index_text){ 0 };
	if (response < search->h.responses) {
		text_of_file(search, response, search->log ? log_slot_of(search->log, response) : NULL, text_r, symbols);
		return;
	}
	text_of_log(search, response - search->h.responses, text_r);
	if (symbols)
		*symbols = (struct symbols){ text_r->name, text_r->name_n, text_r->name_n + text_r->text_n,
					     grams_of(search, text_r->name, text_r->name_n), grams_of(search, text_r->text, text_r->text_n) };
}

void
index_text(struct search *search, uint32_t response, struct index_text *text_r)
{
	text_of(search, response, text_r, NULL);
}

void
index_text_symbols(struct search *search, uint32_t response, struct index_text *text_r, struct symbols *symbols_r)
{
	*symbols_r = (struct symbols){ 0 };
	text_of(search, response, text_r, symbols_r);
}

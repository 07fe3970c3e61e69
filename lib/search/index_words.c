#include "search/index_log.h"

#include <string.h>

#include "search/match.h"
#include "search/terms.h"

uint32_t
index_term(struct search *search, const char *bytes, size_t n)
{
	const struct log *log = search->log;
	uint64_t hash = term_hash(bytes, n);
	size_t at = SIZE_MAX;
	uint32_t i = index_file_find(search, hash, bytes, n);

	if (i != INDEX_NONE || !log)
		return i;
	while ((i = table_next(&log->by_term, hash, &at)) != TABLE_NONE)
		if (log->terms.v[i].size == n && memcmp(log->terms.v[i].bytes, bytes, n) == 0)
			return search->h.terms + i;
	return INDEX_NONE;
}

const char *
index_term_bytes(struct search *search, uint32_t term, size_t *n_r)
{
	const struct log *log = search->log;
	const struct file_term *t;

	*n_r = 0;
	if (term >= search->h.terms) {
		term -= search->h.terms;
		if (!log || term >= log->terms.n)
			return "";
		*n_r = log->terms.v[term].size;
		return log->terms.v[term].bytes;
	}
	t = index_file_term(search, term);
	if (!t)
		return "";
	return index_bytes(search, t->at, n_r);
}

uint32_t
index_df(struct search *search, uint32_t term)
{
	const struct file_term *t = term < search->h.terms ? index_file_term(search, term) : NULL;

	return t ? t->list[INDEX_RESPONSES].n : 0;
}

size_t
index_words(const struct search *search)
{
	return search->h.words + (search->log ? search->log->words.n : 0);
}

static const struct log_word *
word_of_log(const struct search *search, uint32_t word)
{
	static const struct log_word none = { "", 0, 0, false };
	const struct log *log = search->log;

	word -= search->h.words;
	return log && word < log->words.n ? &log->words.v[word] : &none;
}

uint32_t
index_word_term(struct search *search, uint32_t word)
{
	const struct file_word *w;

	if (word >= search->h.words)
		return word_of_log(search, word)->term;
	w = index_file_word(search, word);
	return w ? w->term & ~WORD_STOP : 0;
}

const char *
index_word_bytes(struct search *search, uint32_t word, size_t *n_r)
{
	const struct file_word *w;

	*n_r = 0;
	if (word >= search->h.words) {
		*n_r = word_of_log(search, word)->size;
		return word_of_log(search, word)->bytes;
	}
	w = index_file_word(search, word);
	return w ? index_bytes(search, w->at, n_r) : "";
}

bool
index_word_stop(struct search *search, uint32_t word)
{
	const struct file_word *w;

	if (word >= search->h.words)
		return word_of_log(search, word)->stop;
	w = index_file_word(search, word);
	return w && w->term & WORD_STOP;
}

uint32_t
index_uses_of(struct search *search, const struct log_slot *slot, const struct file_response *file)
{
	const struct log *log = search->log;
	uint32_t n = file->uses_counted;

	for (uint32_t i = file->use; slot && slot->whole && i < file->use + file->uses; i++) {
		struct file_use use;

		if (index_file_use(search, i, &use) && (use.kind == SEARCH_SENT || use.kind == SEARCH_EDITED) &&
		    index_use_response(search, i) == INDEX_NONE)
			n--;
	}
	for (uint32_t i = slot ? slot->uses : INDEX_NONE; i != INDEX_NONE; i = log->uses.v[i].next)
		n += !log->uses.v[i].forgotten && (log->uses.v[i].kind == SEARCH_SENT || log->uses.v[i].kind == SEARCH_EDITED);
	return n;
}

static void
response_of_log(struct search *search, uint32_t response, struct index_response *out)
{
	const struct log *log = search->log;
	const struct log_response *r;
	const struct log_slot *slot;
	struct file_response file = { 0 };
	struct cut class;

	if (!log || response >= log->responses.n)
		return;
	r = &log->responses.v[response];
	slot = &log->slots.v[r->slot];
	class = (struct cut){ r->class, r->end, false };
	*out = (struct index_response){ .id = r->id, .shortcut = r->shortcut, .start = r->start, .expires = r->expires };
	out->language = cut_string(&class);
	out->category = cut_string(&class);
	out->offered = cut_number(&class) & CLASS_OFFERED;
	if (slot->file != INDEX_NONE)
		index_file_response(search, slot->file, &file);
	out->uses = index_uses_of(search, slot, &file);
}

void
index_response(struct search *search, uint32_t response, struct index_response *out)
{
	struct file_response r;
	struct cut class;

	*out = (struct index_response){ "", "", "", "", SEARCH_NO_TIME, SEARCH_NO_TIME, false, 0 };
	if (response >= search->h.responses) {
		response_of_log(search, response - search->h.responses, out);
		return;
	}
	if (!index_file_response(search, response, &r))
		return;
	class = index_record(search, IN_META, IN_META_AT, index_class_of(search, response));
	out->id = r.id;
	out->shortcut = r.shortcut;
	out->start = r.start;
	out->expires = r.expires;
	out->language = cut_string(&class);
	out->category = cut_string(&class);
	out->offered = cut_number(&class) & CLASS_OFFERED;
	out->uses = index_uses_of(search, search->log ? log_slot_of(search->log, response) : NULL, &r);
}

const char *
index_name(struct search *search, uint32_t response)
{
	const struct log *log = search->log;

	if (response < search->h.responses)
		return index_file_name(search, response);
	response -= search->h.responses;
	return log && response < log->responses.n ? log->responses.v[response].name : "";
}

static bool
is_called(struct arena *arena, const char *text, const char *folded, const char *id, const char *shortcut, const char *name)
{
	if (strcmp(id, text) == 0)
		return true;
	return folded[0] && (strcmp(match_fold(arena, shortcut), folded) == 0 || strcmp(match_fold(arena, name), folded) == 0);
}

/* The ordinals of one key that are alive and so called. */
static size_t
called(struct search *search, struct arena *arena, uint64_t hash, const char *text, const char *folded, uint32_t *out, size_t n, size_t cap)
{
	struct keys keys = keys_begin(search, hash);
	struct file_response r;
	uint32_t i;

	while (n < cap && (i = keys_next(search, &keys)) != INDEX_NONE) {
		bool had = false;

		for (size_t k = 0; k < n; k++)
			had |= out[k] == i;
		if (!had && i < search->h.responses && index_alive(search, i) && index_file_response(search, i, &r) &&
		    is_called(arena, text, folded, r.id, r.shortcut, index_file_name(search, i)))
			out[n++] = i;
	}
	return n;
}

size_t
index_exact(struct search *search, const char *text, uint32_t *responses, size_t cap)
{
	struct arena *arena = arena_new();
	const char *folded = match_fold(arena, text);
	size_t n = called(search, arena, key_hash(KEY_ID, text), text, folded, responses, 0, cap);

	if (folded[0])
		n = called(search, arena, key_hash(KEY_WORD, folded), text, folded, responses, n, cap);
	for (size_t i = 0; search->log && i < search->log->responses.n && n < cap; i++) {
		const struct log_response *r = &search->log->responses.v[i];

		if (r->there && is_called(arena, text, folded, r->id, r->shortcut, r->name))
			responses[n++] = search->h.responses + (uint32_t)i;
	}
	arena_free(&arena);
	return n;
}

void
search_size(const struct search *search, struct search_size *size_r)
{
	const struct log *log = search->log;
	struct index_stats stats;

	index_stats(search, &stats);
	*size_r = (struct search_size){ .responses = stats.responses, .uses = stats.uses, .seq = search->h.seq, .bytes = (int64_t)search->size };
	if (!log)
		return;
	size_r->logged = log->records;
	size_r->seq = log->seq;
	size_r->bytes += (int64_t)log->size;
}

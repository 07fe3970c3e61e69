#include "search/index_log.h"

#include <string.h>

#include "search/terms.h"

#include "base/err.h"
#include "base/mem.h"

/* A slot for a response of the file, or for an id that it does not know. */
static uint32_t
slot_new(struct log *log, uint32_t file, const char *id)
{
	vec_push(log->arena, &log->slots, ((struct log_slot){ .file = file, .id = id, .now = file, .uses = INDEX_NONE }));
	return (uint32_t)log->slots.n - 1;
}

static uint32_t
slot_of_file(struct log *log, uint32_t file)
{
	uint64_t hash = term_mix(file);
	size_t at = SIZE_MAX;
	uint32_t i;

	while ((i = table_next(&log->by_file, hash, &at)) != TABLE_NONE)
		if (log->slots.v[i].file == file)
			return i;
	i = slot_new(log, file, NULL);
	table_put(&log->by_file, hash, i);
	return i;
}

static uint32_t
slot_of_id(struct log *log, const char *id)
{
	uint64_t hash = term_hash(id, strlen(id));
	size_t at = SIZE_MAX;
	uint32_t i;

	while ((i = table_next(&log->by_id, hash, &at)) != TABLE_NONE)
		if (strcmp(log->slots.v[i].id, id) == 0)
			return i;
	i = slot_new(log, INDEX_NONE, id);
	table_put(&log->by_id, hash, i);
	return i;
}

struct log_slot *
log_slot_of(const struct log *log, uint32_t response)
{
	uint64_t hash = term_mix(response);
	size_t at = SIZE_MAX;
	uint32_t i;

	while ((i = table_next(&log->by_file, hash, &at)) != TABLE_NONE)
		if (log->slots.v[i].file == response)
			return &log->slots.v[i];
	return NULL;
}

static uint32_t
cut_reference(struct search *search, struct cut *cut)
{
	uint64_t file = cut_number(cut);

	if (file > search->h.responses)
		cut->bad = true;
	if (cut->bad || file)
		return cut->bad ? 0 : slot_of_file(search->log, (uint32_t)file - 1);
	return slot_of_id(search->log, cut_string(cut));
}

static uint32_t
term_of(struct search *search, const char *bytes)
{
	struct log *log = search->log;
	size_t size = strlen(bytes), at = SIZE_MAX;
	uint64_t hash = term_hash(bytes, size);
	uint32_t i;

	while ((i = table_next(&log->by_term, hash, &at)) != TABLE_NONE)
		if (strcmp(log->terms.v[i].bytes, bytes) == 0)
			return search->h.terms + i;
	i = (uint32_t)log->terms.n;
	vec_push(log->arena, &log->terms, ((struct log_term){ bytes, size, hash }));
	table_put(&log->by_term, hash, i);
	return search->h.terms + i;
}

static uint32_t
word_of(struct search *search, const char *bytes, uint32_t term, bool stop)
{
	struct log *log = search->log;
	size_t size = strlen(bytes), at = SIZE_MAX;
	uint64_t hash = word_hash(bytes, size, term);
	uint32_t i;

	while ((i = table_next(&log->by_word, hash, &at)) != TABLE_NONE)
		if (log->words.v[i].term == term && strcmp(log->words.v[i].bytes, bytes) == 0)
			return search->h.words + i;
	i = (uint32_t)log->words.n;
	vec_push(log->arena, &log->words, ((struct log_word){ bytes, size, term, stop }));
	table_put(&log->by_word, hash, i);
	return search->h.words + i;
}

/* Ids of the words that only this record tells. */
static const uint32_t *
cut_own(struct search *search, struct cut *cut, uint32_t *n_r)
{
	uint64_t n = cut_number(cut);
	uint32_t *own;

	*n_r = 0;
	if (n == 0 || cut->bad || n > (uint64_t)(cut->end - cut->p)) {
		cut->bad |= n > 0;
		return NULL;
	}
	own = arena_alloc(search->log->arena, n * sizeof(*own));
	for (uint64_t i = 0; i < n; i++) {
		const char *bytes = cut_string(cut);
		bool stop = cut_number(cut) != 0;
		uint64_t term = cut_number(cut);

		if (term > search->h.terms)
			cut->bad = true;
		if (!term)
			term = (uint64_t)term_of(search, cut_string(cut)) + 1;
		if (cut->bad)
			return NULL;
		own[i] = word_of(search, bytes, (uint32_t)term - 1, stop);
	}
	*n_r = (uint32_t)n;
	return own;
}

static void
cut_names(struct cut *cut)
{
	for (uint64_t n = cut_number(cut); n && !cut->bad; n--)
		cut_string(cut);
}

static void
cut_words(struct search *search, struct cut *cut, struct log_response *r)
{
	uint32_t own_n, *words;
	const uint32_t *own = cut_own(search, cut, &own_n);
	size_t n;

	r->name_n = (uint32_t)cut_number(cut);
	r->text_n = (uint32_t)cut_number(cut);
	n = (size_t)r->name_n + r->text_n;
	if (n > (size_t)(cut->end - cut->p))
		cut->bad = true;
	if (cut->bad)
		return;
	words = arena_alloc(search->log->arena, n * sizeof(*words));
	for (size_t i = 0; i < n; i++) {
		uint64_t word = cut_number(cut);

		if (word >= (uint64_t)search->h.words + own_n)
			cut->bad = true;
		else
			words[i] = word < search->h.words ? (uint32_t)word : own[word - search->h.words];
	}
	r->words = words;
}

static void
read_response(struct search *search, struct cut *cut)
{
	struct log *log = search->log;
	bool removed = cut_number(cut) & LOG_REMOVED;
	struct log_response r = { .there = true, .slot = cut_reference(search, cut) };
	struct log_slot *slot;

	if (!removed) {
		r.class = cut->p;
		cut_string(cut);
		cut_string(cut);
		cut_number(cut);
		for (int i = 0; i < 3; i++)
			cut_names(cut);
		r.end = cut->p;
		r.start = cut_signed(cut);
		r.expires = cut_signed(cut);
		r.id = cut_string(cut);
		r.shortcut = cut_string(cut);
		r.name = cut_string(cut);
		cut_words(search, cut, &r);
	}
	if (cut->bad)
		return;
	slot = &log->slots.v[r.slot];
	if (slot->now != INDEX_NONE && slot->now >= search->h.responses)
		log->responses.v[slot->now - search->h.responses].there = false;
	slot->whole = true;
	slot->now = removed ? INDEX_NONE : search->h.responses + (uint32_t)log->responses.n;
	if (!removed)
		vec_push(log->arena, &log->responses, r);
}

static void
forget(struct search *search, int64_t number, uint64_t file)
{
	struct log *log = search->log;
	struct file_use use;
	uint32_t slot;

	for (size_t i = 0; i < log->uses.n; i++)
		if (log->uses.v[i].number == number)
			log->uses.v[i].forgotten = true;
	if (!file || file > search->h.uses || !index_file_use(search, (uint32_t)file - 1, &use))
		return;
	vec_push(log->arena, &log->forgotten, (uint32_t)file - 1);
	slot = slot_of_file(log, use.response); /* the slots may move */
	log->slots.v[slot].whole = true;
}

static void
read_use(struct search *search, struct cut *cut)
{
	struct log *log = search->log;
	struct log_use use = { .number = cut_signed(cut) };
	uint64_t kind = cut_number(cut);

	use.kind = (uint8_t)(kind & ~(uint64_t)LOG_FIRST);
	use.first = kind & LOG_FIRST;
	if (use.kind >= SEARCH_FORGOTTEN) {
		forget(search, use.number, cut_number(cut));
		return;
	}
	use.slot = cut_reference(search, cut);
	use.own = cut_own(search, cut, &use.own_n);
	use.terms_n = (uint32_t)cut_number(cut);
	use.terms = cut->p;
	for (uint32_t i = 0; i < use.terms_n && !cut->bad; i++) {
		cut_number(cut);
		cut_number(cut);
	}
	use.n = (uint32_t)cut_number(cut);
	use.words = cut->p;
	use.end = cut->end;
	if (use.n > (size_t)(cut->end - cut->p))
		cut->bad = true;
	if (cut->bad)
		return;
	use.next = log->slots.v[use.slot].uses;
	log->slots.v[use.slot].uses = (uint32_t)log->uses.n;
	vec_push(log->arena, &log->uses, use);
}

static void
read_record(struct search *search, const struct log_walk *walk)
{
	struct log *log = search->log;
	struct cut cut = { walk->record, walk->record + walk->frame.size, false };
	struct log_favourite favourite;
	struct log_agent agent;

	switch (walk->frame.kind) {
	case SEARCH_RESPONSE:
		read_response(search, &cut);
		break;
	case SEARCH_USE:
		read_use(search, &cut);
		break;
	case SEARCH_FAVOURITE:
		favourite.removed = cut_number(&cut) & LOG_REMOVED;
		favourite.slot = cut_reference(search, &cut);
		favourite.agent = cut_string(&cut);
		if (!cut.bad)
			vec_push(log->arena, &log->favourites, favourite);
		break;
	case SEARCH_AGENT:
		agent.record = cut.p;
		agent.end = cut.end;
		agent.name = cut_string(&cut);
		vec_push(log->arena, &log->agents, agent);
		break;
	default:
		cut.bad = true;
	}
	/* Its sum was right: what wrote it is not what reads it. */
	if (cut.bad)
		index_broken(search, "a record of the log is not right");
}

static int
by_ordinal(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

int
index_log_read(struct search *search, bool *stale_r, struct err *err)
{
	char *path = index_log_path(search->path);
	struct buf data = BUF_INIT;
	struct log_walk walk;
	struct log *log;
	int rc = log_load(path, &data, err);

	*stale_r = rc == 0 && !log_walk_begin(&walk, buf_get(&data), data.n, search->h.identity);
	if (rc == 0 && !*stale_r && data.n > sizeof(struct log_header)) {
		log = search->log = xcalloc(1, sizeof(*log));
		log->arena = arena_new();
		log->data = data.p;
		log->seq = search->h.seq;
		data = (struct buf)BUF_INIT;
		for (; log_walk_next(&walk); log->records++) {
			read_record(search, &walk);
			log->seq = walk.frame.seq > log->seq ? walk.frame.seq : log->seq;
		}
		log->size = walk.at;
		if (log->forgotten.n)
			qsort(log->forgotten.v, log->forgotten.n, sizeof(uint32_t), by_ordinal);
		index_log_count(search);
	}
	buf_release(&data);
	free(path);
	return rc;
}

void
index_log_free(struct log **plog)
{
	struct log *log = *plog;

	if (!log)
		return;
	table_release(&log->by_term);
	table_release(&log->by_word);
	table_release(&log->by_file);
	table_release(&log->by_id);
	arena_free(&log->arena);
	free(log->data);
	free(log->map);
	free(log->hits.v);
	free(log->touched);
	free(log->touched_score);
	free(log);
	*plog = NULL;
}

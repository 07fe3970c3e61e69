/*
 * index_log.h - what came after the file of an index: beside it, PATH-log.
 *
 * The log belongs to one index, whose identity it holds: behind an index that
 * was made anew an old log counts for nothing. Records are appended under a
 * lock; each has a sum into which its place goes, so that what is left of an
 * older log is none. The first record that is not right ends the log. It is
 * not synced: what a failing machine takes away, the store still has, and the
 * next append starts from the last change that is there.
 */
#ifndef SEARCH_INDEX_LOG_H
#define SEARCH_INDEX_LOG_H

#include "search/index_file.h"
#include "search/index_table.h"

#include "base/arena.h"

#define LOG_MAGIC "ixnrlog\n"

struct log_header {
	char magic[8];
	uint64_t identity; /* of the index */
	uint32_t version, sum;
};

/* Before each record. */
struct log_frame {
	uint32_t sum, size; /* sum: of the rest of the frame, the record, its place and the identity; size: of the record */
	int64_t seq;
	uint32_t kind; /* enum search_item_kind */
	uint32_t pad;
};

/*
 * A response: LOG_REMOVED?, the reference; unless removed: the class as in the
 * file; start, expires; id, shortcut, name; own words; lengths of name and
 * text; words.
 * A use: number, kind (and LOG_FIRST), the reference; own words; how many terms,
 * of each (by id) its id twice, plus one where the response in the file has it
 * in no field, and how often; length; words.
 * One to be forgotten: number, kind, the use in the file plus one or 0.
 * A favourite: LOG_REMOVED?, the reference, agent. An agent: as in the file.
 * A reference: the ordinal in the file plus one, or 0 and the id. Own words,
 * that the file does not know: how many; of each its bytes, whether it is a stop
 * word, the id of its term plus one, or 0 and the bytes of that. Words: ids of the file, behind
 * them the own ones. Terms: ids of the file, behind them those of own words.
 */
#define LOG_REMOVED 1
#define LOG_FIRST 8 /* the response in the file has no past */

struct log_term {
	const char *bytes;
	size_t size;
	uint64_t hash;
};

struct log_word {
	const char *bytes;
	size_t size;
	uint32_t term;
	bool stop;
};

struct log_response {
	uint32_t slot;
	bool there; /* not removed or replaced later on */
	time_ms start, expires;
	const unsigned char *class, *end;
	const char *id, *shortcut, *name;
	uint32_t name_n, text_n;
	const uint32_t *words;
};

struct log_use {
	int64_t number;
	const unsigned char *terms, *words, *end;
	const uint32_t *own; /* ids of its own words */
	uint32_t own_n, terms_n, n, slot, next;
	uint8_t kind;
	bool first, forgotten;
	uint32_t hit, hits;
};

/* A response that the log speaks of. */
struct log_slot {
	uint32_t file; /* its ordinal there; INDEX_NONE */
	const char *id;
	uint32_t now;  /* the ordinal that counts; INDEX_NONE: removed */
	uint32_t uses; /* of the log, the last first; INDEX_NONE */
	bool whole;    /* what the file counts of it no longer holds: replaced, removed, or a use forgotten */
	bool hit;      /* a use of it has one of the terms that were counted */
};

struct log_favourite {
	const char *agent;
	uint32_t slot;
	bool removed;
};

struct log_agent {
	const char *name;
	const unsigned char *record, *end;
};

/* A term that was counted, in a use. */
struct log_hit {
	uint32_t term, tf;
};

struct log {
	struct arena *arena;
	char *data;
	size_t size;
	int64_t seq;
	size_t records;
	VEC(struct log_term)
	terms;
	VEC(struct log_word)
	words;
	VEC(struct log_response)
	responses;
	VEC(struct log_use)
	uses;
	VEC(struct log_slot)
	slots;
	VEC(struct log_favourite)
	favourites;
	VEC(struct log_agent)
	agents;
	VEC(uint32_t)
	forgotten; /* uses of the file, in order */
	struct table by_term, by_word, by_file, by_id;
	struct index_stats stats; /* with the file's */

	/* Of the terms that were counted last. */
	uint32_t *map; /* of each term: its number plus one, or 0 */
	struct {
		struct log_hit *v;
		size_t n, cap;
	} hits;
	uint32_t *touched;
	float *touched_score;
	size_t touched_n;
};

/* Where the log of an index is; freed by the caller. */
char *index_log_path(const char *path);
/* The new index gets its name, and the old log goes. */
int index_log_replace(const char *path, const char *temp, struct err *err);
/* The header of an index, checked: E_INDEX_MISSING, E_INDEX_DAMAGED. */
int index_header(const char *path, struct file_header *h, struct err *err);

/* Walks through what is right of a log in memory: 1, 0 at its end. */
struct log_walk {
	const char *data;
	size_t size, at; /* at: behind the last record that was right */
	uint64_t identity;
	struct log_frame frame;
	const unsigned char *record;
};
/* false: there is no header, or another index's. */
bool log_walk_begin(struct log_walk *walk, const char *data, size_t size, uint64_t identity);
bool log_walk_next(struct log_walk *walk);
uint32_t log_sum(const struct log_frame *frame, const void *record, uint64_t identity, uint64_t at);

/* log_pack.c: the record of a change, behind those that are in out, which begins at this place of the file. */
struct analyser;
void log_pack(struct search *search, struct analyser *analyser, const struct search_change *change, uint64_t at, struct buf *out);
/* What is in the file of a log; empty where there is none. */
int log_load(const char *path, struct buf *out, struct err *err);

/* Reads the log of an open index; stale_r: there is one of another index. */
int index_log_read(struct search *search, bool *stale_r, struct err *err);
void index_log_free(struct log **log);
/* index_stats of it, after everything was read. */
void index_log_count(struct search *search);

/* The slot of a response of the file; NULL: the log does not speak of it. */
struct log_slot *log_slot_of(const struct log *log, uint32_t response);
/* A term of a use; false: no more. begin: at = use->terms. */
struct log_term_at {
	uint32_t term, tf;
	bool first; /* the response in the file has it nowhere */
};
bool log_use_term(const struct search *search, const struct log_use *use, const unsigned char **at, struct log_term_at *term_r);
/* Its words; how many are right. */
uint32_t log_use_words(const struct search *search, const struct log_use *use, uint32_t *words);

/* Is this ordinal the one that counts? */
bool index_alive(const struct search *search, uint32_t response);
/* The ordinal that counts of what a use answered with; INDEX_NONE: removed, or the use forgotten. */
uint32_t index_use_response(struct search *search, uint32_t use);
/* How many uses count of a response, with the log. */
uint32_t index_uses_of(struct search *search, const struct log_slot *slot, const struct file_response *file);
/* What of the file's documents the log says more of. */
void index_log_touch(struct search *search, enum index_set set, const uint32_t **touched_r, float **score_r, size_t *n_r);
struct index_ask;
struct best;
void index_log_top(struct search *search, const struct index_ask *ask, struct best *best);

#endif

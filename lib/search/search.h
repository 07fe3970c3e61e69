/*
 * search.h - the index of standard responses: what it is fed, and what it answers.
 *
 * It is derived: one file, mapped into memory, and a log of what came after it
 * (search_log.h). Whoever holds the store can make it anew from there at any
 * time; a reader needs nothing else. Pure otherwise: no store, no locale, no clock.
 *
 * Threads: a struct search belongs to one thread; the files may be read and
 * replaced by any number of processes at the same time.
 */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct arena;
struct err;
struct search;

/* What is indexed. Texts are UTF-8, ended by NUL; NULL is empty. */

#define SEARCH_NO_TIME INT64_MIN /* INT_ABSENT of the records */

/* A list of names; NULL or n = 0: no restriction. */
struct search_names {
	const char *const *v;
	size_t n;
};

struct search_response {
	const char *id, *shortcut, *name, *description, *text;
	const char *language; /* "fr", "fr-CA"; NULL: not known */
	const char *category; /* "Root/Sub" */
	struct search_names media, queues, teams;
	time_ms start, expires; /* SEARCH_NO_TIME: none */
	bool unnamed;           /* the name only repeats how the text begins: it is shown and looked up whole, its words do not count twice */
	bool offered;           /* active, approved, a suggestion to agents: may be found by default */
	bool removed;           /* forget it; only its id counts */
};

/* What was sent, or refused, in answer to a message: what the ranking learns from. */
enum search_use_kind {
	SEARCH_SENT,   /* weight 1 */
	SEARCH_EDITED, /* sent, made to fit */
	SEARCH_PASSED, /* it stood above the one that was chosen */
	SEARCH_REFUSED,
	SEARCH_FORGOTTEN, /* what use `number` said is to be forgotten: only number counts */
};

struct search_use {
	int64_t number; /* of the use; the store's */
	const char *response;
	const char *text; /* the message that was answered */
	const char *language;
	enum search_use_kind kind;
};

struct search_favourite {
	const char *agent, *response;
	bool removed;
};

/*
 * Who may search, and what they may see: what is bound to no queue and no team,
 * and what is bound to one of theirs, of either kind. queues with n = 0: every
 * queue; teams with n = 0: none. One who is not known sees what is not bound.
 */
struct search_agent {
	const char *name;
	struct search_names queues, teams;
	bool all; /* sees everything: leads, and programs */
};

/* One thing to be indexed. */
struct search_item {
	enum search_item_kind { SEARCH_RESPONSE,
				SEARCH_USE,
				SEARCH_FAVOURITE,
				SEARCH_AGENT } kind;
	union {
		struct search_response response;
		struct search_use use;
		struct search_favourite favourite;
		struct search_agent agent;
	};
};

/* Building. */

struct search_source {
	/* The next item: 1, 0 at the end, -1. Strings live until the next call. Responses come before the uses and favourites that name them. */
	int (*next)(void *context, struct search_item *item, struct err *err);
	void *context;
	/* The last change of the library that it holds; kept in the index. */
	int64_t seq;
	/* Told how far it has come; may be NULL. */
	void (*progress)(void *context, size_t done);
};

/*
 * Writes the index to path, under its own name only when it is whole, and ends
 * the log beside it. Two builders at once: the second waits. Errors: those of
 * the source, E_CANNOT_CREATE, E_IO, E_STORE_FULL.
 */
int search_build(const char *path, const struct search_source *source, struct err *err);

/*
 * Adds items to the log, behind the last change seq; the next reader sees them.
 * Items up to the log's own last change are dropped: saying something twice
 * does no harm. Torn ends of a writer that died are cut off.
 */
struct search_change {
	int64_t seq;
	struct search_item item;
};
/* By seq, as they are added. */
void search_changes_sort(struct search_change *changes, size_t n);
int search_log_append(const char *path, const struct search_change *changes, size_t n, struct err *err);
/* The last change that the index or its log holds; 0 without any. */
int search_last_seq(const char *path, int64_t *seq_r, struct err *err);

/* Reading. */

/* E_INDEX_MISSING, E_INDEX_DAMAGED (also: of another version): to be built anew. */
int search_open(const char *path, struct search **search_r, struct err *err);
void search_close(struct search **search);
/* How many responses and uses it holds, of them how many in the log: for response-index. */
struct search_size {
	size_t responses, uses, logged;
	int64_t seq, bytes;
};
void search_size(const struct search *search, struct search_size *size_r);
/* Reads all of it, the log too, and compares every sum: E_INDEX_DAMAGED. */
int search_verify(const struct search *search, struct err *err);

/* Asking. */

enum search_match { SEARCH_ANY, /* one of the words, or like one */
		    SEARCH_ALL,
		    SEARCH_PHRASE };
enum search_in { SEARCH_IN_ALL,
		 SEARCH_IN_NAME,
		 SEARCH_IN_TEXT };

struct search_query {
	const char *text;
	/* It is a message, not words somebody typed to search: greetings, quotations and signatures are set aside. */
	bool message;
	enum search_match match;
	enum search_in in;
	/* Whose: an agent's favourites, and what the agent may see; NULL: all. */
	const char *agent;
	time_ms now;
	/* Filters; NULL, none. A language matches its own variants: "fr" finds "fr-CA". */
	const char *category, *language, *media, *queue;
	bool favourites;
	bool all;                   /* those not offered, too: expired, not active, not approved, for other uses */
	int min_score;              /* percent */
	size_t limit;               /* 0: 10 */
	const char *const *without; /* ids that are not wanted */
	size_t without_n;
	bool explain;
};

/* One line of the arithmetic of a score; the lines of a hit add up to its score. */
struct search_reason {
	const char *what; /* "name", "text", "past", "grams", "pair", "neighbours", "favourite", ... */
	const char *term; /* the word it speaks of, as indexed; NULL: none */
	double value;
	const char *how; /* "tf 2, df 17 of 311, idf 2.9" */
};

struct search_hit {
	const char *id, *shortcut, *name, *category, *language;
	double score;
	int percent; /* 0 to 100: how sure it is, comparable between queries */
	bool favourite;
	const struct search_reason *reasons;
	size_t reasons_n;
};

struct search_hits {
	const struct search_hit *v; /* best first; equal ones by id */
	size_t n;
};

/* Hits live in the arena. E_BAD_QUERY: not UTF-8. */
int search_run(struct search *search, const struct search_query *query, struct arena *arena, struct search_hits *hits_r, struct err *err);

/* The words of a text that a query matched, as [from, to) in bytes, in order: to mark a passage. */
struct search_mark {
	size_t from, to;
};
size_t search_marks(struct search *search, const struct search_query *query, const char *text, const char *language, struct arena *arena, const struct search_mark **marks_r);

#endif

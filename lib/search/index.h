/*
 * index.h - what the ranking reads of an index: terms, who holds them, and what
 * a response or a past message is made of. The file and the log behind it are
 * one here: counts are those that an index made anew would have.
 *
 * Responses and uses (past messages) are told by ordinals: those of the file
 * first, then those of the log. What the log replaces or removes keeps its
 * ordinal and never passes a gate. Terms have ids: the most frequent one of the
 * file is 0, those that only the log knows come behind.
 *
 * Damage found while reading gives empty answers and is remembered: whoever
 * asked ends by index_damaged().
 */
#ifndef SEARCH_INDEX_H
#define SEARCH_INDEX_H

#include "search/search.h"

#define INDEX_NONE UINT32_MAX

enum index_field { INDEX_NAME, /* name (unless it only repeats the text), shortcut, description */
		   INDEX_TEXT,
		   INDEX_PAST, /* what it answered: uses that were sent, edited or not */
		   INDEX_FIELDS };

/*
 * Impacts are made of this at build: the frequency part of BM25F, in (0, 1).
 * The weight of a term (idf and what a query gives it) is brought by the query.
 */
#define INDEX_K1 2.0
#define INDEX_B 0.75
extern const double index_field_weight[INDEX_FIELDS];

/* Which postings. */
enum index_set {
	INDEX_RESPONSES, /* all fields in one impact */
	INDEX_NAMES,     /* the field INDEX_NAME alone */
	INDEX_USES,      /* each use is a document of its own */
	INDEX_SETS
};

struct index_stats {
	uint32_t responses;            /* that are not removed */
	uint64_t length[INDEX_FIELDS]; /* terms in all of them */
	uint32_t filled[INDEX_FIELDS]; /* in how many it is not empty: length / filled is the average */
	uint32_t uses;                 /* sent, edited or not; neither forgotten nor of a removed response */
	uint64_t uses_length;
};
void index_stats(const struct search *search, struct index_stats *stats_r);
/* How many responses are in this language, its variants counted: "fr" counts "fr-CA". */
uint32_t index_language_count(struct search *search, const char *language);

/* Terms, and words: a word is what stood in a text, folded, with the term that it became. Both have ids, the most frequent first. */

/* By the bytes that terms.h gives; INDEX_NONE: nothing holds it. */
uint32_t index_term(struct search *search, const char *bytes, size_t n);
const char *index_term_bytes(struct search *search, uint32_t term, size_t *n_r);
/* How many responses hold it, without the log; 0 of a term that only the log knows. */
uint32_t index_df(struct search *search, uint32_t term);
size_t index_words(const struct search *search);
uint32_t index_word_term(struct search *search, uint32_t word);
const char *index_word_bytes(struct search *search, uint32_t word, size_t *n_r);
/* Was it a stop word where it was first said? */
bool index_word_stop(struct search *search, uint32_t word);
/*
 * Words that so many edits (insert, delete, replace, swap of two neighbours; in
 * characters) make of the bytes: nearest first, then the most frequent of the file,
 * then those of its log. Returns how many, at most cap.
 */
struct index_near {
	uint32_t word, term;
	unsigned edits;
};
size_t index_near(struct search *search, const char *bytes, size_t n, unsigned edits, struct index_near *out, size_t cap);

/* A term of a query. */
struct index_want {
	uint32_t term;
	float weight;     /* for index_top; not below 0 */
	uint32_t df;      /* responses that hold it in any field */
	uint32_t df_uses; /* uses, sent or edited, that hold it */
};
/*
 * Fills in df and df_uses. Terms are distinct. The log is looked through for
 * them here, once; index_top() asks for the same terms, or some of them.
 */
void index_count(struct search *search, struct index_want *wants, size_t n);
/* Of one that was counted last: nothing holds it any more, as the log replaced all that did. */
bool index_gone(struct search *search, const struct index_want *want);

/* Who passes. */

struct index_gate;
/* From what the query says of agent, now, filters, favourites, all, without. */
struct index_gate *index_gate(struct search *search, const struct search_query *query, struct arena *arena);
bool index_passes(struct index_gate *gate, uint32_t response);
bool index_favourite(struct index_gate *gate, uint32_t response);
/* How many pass, at most limit. */
size_t index_passing(struct index_gate *gate, uint32_t *responses, size_t limit);

/* The best. */

struct index_found {
	uint32_t ordinal; /* of a response, or of a use */
	float score;      /* sum of weight * impact: within a percent of what is exact, before pairs and the like */
};
struct index_ask {
	enum index_set set;
	const struct index_want *wants;
	size_t n;
	bool all;                /* each of the terms must be there */
	struct index_gate *gate; /* of a use: its response must pass */
	/* NULL, or asked of each that would be among the best: a phrase, say. */
	bool (*accept)(void *context, uint32_t ordinal);
	void *context;
};
/* The k best, best first, equal ones by ordinal. */
size_t index_top(struct search *search, const struct index_ask *ask, size_t k, struct index_found *out);

/* What is behind an ordinal. Strings live as long as the search; "" for none. */

struct index_response {
	const char *id, *shortcut, *category, *language;
	time_ms start, expires; /* SEARCH_NO_TIME: none */
	bool offered;
	uint32_t uses; /* sent, edited or not */
};
void index_response(struct search *search, uint32_t response, struct index_response *out);
/* Its name, until the next call. */
const char *index_name(struct search *search, uint32_t response);
/* Responses of this very id, shortcut or name (folded by match_fold): at most cap, those of the log too. */
size_t index_exact(struct search *search, const char *text, uint32_t *responses, size_t cap);

/* What is in it; valid until the next call. */
struct index_past {
	uint32_t term, tf;
};
struct index_text {
	const uint32_t *name, *text; /* words, in order, as terms.h gives them */
	size_t name_n, text_n;
	const struct index_past *past; /* by term */
	size_t past_n;
	uint64_t past_length; /* terms of all of its uses that count */
	uint32_t uses;        /* as of index_response() */
};
void index_text(struct search *search, uint32_t response, struct index_text *text_r);

struct index_use {
	int64_t number;
	uint32_t response; /* INDEX_NONE: it is not there (any more) */
	enum search_use_kind kind;
	const uint32_t *words; /* in order; valid until the next call */
	size_t n;
};
void index_use(struct search *search, uint32_t use, struct index_use *use_r);

/* Was something found that cannot be? E_INDEX_DAMAGED then, -1. */
int index_damaged(const struct search *search, struct err *err);

#endif

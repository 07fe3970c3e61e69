/*
 * rank.h - the inside of the ranking, for the files rank*.c.
 *
 * A query is a set of features: its terms, the 4-grams of its words, its pairs
 * of adjacent terms. The index gives some hundred candidates by impacts, and
 * the past messages nearest to the query. Each candidate is then read, and its
 * features counted by field; what remains is arithmetic in doubles on counts
 * that are the same whether they stand in the file of the index or in its log.
 */
#ifndef SEARCH_RANK_H
#define SEARCH_RANK_H

#include "search/index.h"
#include "search/terms.h"

#include "base/arena.h"

#define RANK_TOP 100  /* responses read; 200 and 400 give the same on all sets */
#define RANK_USES 100 /* past messages read; 100 to 400 are the same */
#define RANK_EXACT 16
#define RANK_LISTED 10000  /* where nothing is asked for */
#define RANK_NEIGHBOURS 20 /* of them vote; 10 to 50 are the same */
#define RANK_TERMS 256     /* of a query: the weightiest */
#define RANK_LONG 16       /* terms from which on stop words find no candidates: they would be half of the work */
#define RANK_LETTER 32     /* terms from which on words that nothing holds are names rather than slips: trying others loses .014 on letters */
#define RANK_LIKE 3        /* words tried for one that nothing holds */
#define RANK_UNKNOWN 4     /* such words looked at */
#define RANK_FEATURES 8192 /* terms, grams and pairs together */
#define RANK_READINGS 3    /* languages in which a query of unknown language is read */

struct rank_constants {
#define RANK(name, value, whence) double name;
#include "search/rank.def"
#undef RANK
};
extern const struct rank_constants rank_constants;

enum rank_kind { RANK_TERM,
		 RANK_GRAM,
		 RANK_PAIR };

struct rank_feature {
	enum rank_kind kind;
	uint32_t of, with;        /* the term's id; a gram: its hash; a pair: two features */
	const char *text, *like;  /* a term; what stood in the query for it, NULL: itself */
	double qtf, part;         /* how often; which part of its idf */
	double count;             /* qtf of the reading at hand */
	uint32_t df, df_uses;     /* of a pair, a gram: as estimated */
	double idf, weight;       /* part of a score: weight * (frequency part) */
	double use_weight;        /* the same beside past messages */
	uint32_t seen, seen_uses; /* candidates that hold it */
	bool stop;
};

/* Features by what they are. */
struct rank_table {
	struct rank_slot {
		uint64_t key;
		uint32_t value;
	} * v; /* value 0: free */
	size_t n, cap;
};

/* The query as read in one language: its terms in order, as features; RANK_NOTHING where nothing holds one. */
#define RANK_NOTHING UINT32_MAX
struct rank_token {
	uint32_t feature;
	uint8_t kind, size; /* enum term_kind; of the word */
	const char *word;
};
struct rank_reading {
	struct rank_token *v;
	size_t n;
};

struct rank_hold {
	uint32_t feature;
	uint32_t tf[INDEX_FIELDS];
};

/* A response or a past message, read. */
struct rank_doc {
	uint32_t ordinal;
	uint32_t holds, holds_n; /* in the vector of holds */
	double length[INDEX_FIELDS], grams[INDEX_FIELDS];
	double score, words; /* words: the part of the terms */
	/* A past message. */
	uint32_t response;
	int64_t number;
	enum search_use_kind kind;
	double same;  /* of its terms, beside those of a message equal to the query: 0 to 1 */
	double votes; /* 0: it is none of the nearest */
	/* A response. */
	uint32_t uses;
	double neighbours, refused, prior, exact;
	uint32_t near_n; /* how many of the nearest are its own */
	bool favourite;
	int percent;
	const char *id;
};

/* What is known of a word met in a candidate. */
struct rank_word {
	uint32_t id;
	uint32_t feature;      /* its term's; RANK_NOTHING */
	uint32_t gram, gram_n; /* those of the query, in the vector of grams */
	uint32_t term;
	uint16_t grams; /* how many it has itself; 0: a stop word */
	bool answer;    /* met in a response */
};

struct rank_language {
	const char *name;
	uint32_t n; /* responses */
};

struct rank_gram_of {
	uint32_t term, feature; /* term: in gram_terms */
	uint32_t next;          /* another one of this term: from 1 */
};

struct rank {
	struct search *search;
	struct analyser *analyser;
	struct arena *scratch; /* of the query at hand, as all below */
	const struct search_query *query;
	struct index_gate *gate;
	struct index_stats stats;
	VEC(struct rank_feature)
	features;
	size_t terms_n, pairs_at; /* terms are first, then grams, then pairs */
	struct rank_table by_term, by_gram, by_pair, by_like;
	unsigned unknown; /* words that nothing holds */
	bool letter;      /* so many terms that it is no question typed by hand */
	struct rank_reading readings[RANK_READINGS];
	size_t readings_n;
	bool only_stop;   /* of words that say little, and no others */
	bool nothing;     /* no text: all that pass are listed */
	const char *text; /* of the query, greetings and the like set aside */
	size_t text_size;
	struct rank_language *languages; /* of the index, the most frequent first; kept from query to query */
	size_t languages_n;
	double best; /* what no score can reach */
	double mass; /* sum of the weights of terms */
	bool fields[INDEX_FIELDS];

	uint32_t *word_at; /* of each word, in words: from 1; kept from query to query */
	VEC(struct rank_word)
	words;
	VEC(uint32_t)
	word_grams;
	VEC(struct rank_hold)
	holds;
	struct rank_hold *now; /* of the document being read, by feature */
	uint64_t *touched;     /* a bit for each feature */
	uint32_t *terms_order; /* of the terms, by their ids */
	size_t length;         /* of the query, in terms */
	double gram_sum[INDEX_FIELDS], gram_filled[INDEX_FIELDS];
	/* Terms of the candidates' words, and which grams of the query each has: their df tell that of the grams. */
	VEC(struct index_want)
	gram_terms;
	VEC(struct rank_gram_of)
	gram_of;
	VEC(uint32_t)
	gram_first; /* of each of these terms, in gram_of: from 1 */
	struct rank_table by_gram_term;

	VEC(struct rank_doc)
	uses;
	VEC(struct rank_doc)
	docs;
	double nearest, votes; /* the best likeness; all votes */
	size_t matched;
};

/* Accepts a pointer to NULL; sets *rank to NULL. */
void rank_free(struct rank **rank);

/* The ranking of a search, emptied for a query. */
struct rank *rank_begin(struct search *search, const struct search_query *query, struct arena *arena);
/* What of its text is asked. */
void rank_text(struct rank *r);

/* rank_table.c: open hashes in the scratch of a query. */

/* The value of a key, or 0. */
uint32_t rank_table_get(const struct rank_table *t, uint64_t key);
/* The place of its value, 0 where it is new. */
uint32_t *rank_table_put(struct arena *arena, struct rank_table *t, uint64_t key);

/* rank_read.c: the text of the query to terms, in each language that it may be in. */
void rank_read(struct rank *r);
/* Which ones: at most RANK_READINGS names; returns how many. */
size_t rank_languages(struct rank *r, const char *names[RANK_READINGS]);
/* The feature of a key in the table, new if need be. */
uint32_t rank_feature(struct rank *r, struct rank_table *table, uint64_t key, enum rank_kind kind);

/* rank_query.c: the features of the query. */
void rank_query(struct rank *r);
bool rank_stops(const struct rank *r, const struct rank_token *token);
double rank_idf(double df, double n);

/* rank_find.c: who is read: the nearest past messages, then the candidates. */
void rank_find_uses(struct rank *r);
void rank_find(struct rank *r);

/* rank_word.c: what is known of a word; it lives until the next one is asked for. rank_words_forget: of those of this query. */
void rank_words_forget(struct rank *r);
struct rank_word *rank_word(struct rank *r, uint32_t id);
/* It is in a response: its term is remembered for the df of its grams. */
void rank_word_grams(struct rank *r, struct rank_word *word);

/* rank_accept.c: does a response hold what SEARCH_ALL, SEARCH_PHRASE or SEARCH_IN_TEXT ask for? */
bool rank_accept(void *rank, uint32_t response);
bool rank_must(const struct rank *r, const struct rank_token *token);

/* rank_count.c: the features of a document by field. */
void rank_count_use(struct rank *r, struct rank_doc *doc);
void rank_count_response(struct rank *r, struct rank_doc *doc);

/* rank_score.c */

/* What counts of a feature in a response: by field, weighed and by length; returns the sum. */
double rank_share(const struct rank *r, const struct rank_doc *doc, const struct rank_hold *hold, double share[INDEX_FIELDS]);
double rank_saturate(double x);
void rank_weigh_uses(struct rank *r);
void rank_weigh(struct rank *r);
void rank_score_use(struct rank *r, struct rank_doc *doc);
void rank_score(struct rank *r, struct rank_doc *doc);

/* rank_past.c: what past messages say. */
void rank_vote(struct rank *r);
void rank_past(struct rank *r, struct rank_doc *doc);

/* rank_explain.c */
const struct search_reason *rank_explain(const struct rank *r, const struct rank_doc *doc, struct arena *arena, size_t *n_r);

#endif

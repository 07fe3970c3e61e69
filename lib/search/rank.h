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

#include "search/index_file.h"
#include "search/terms.h"

#include "base/arena.h"

#define RANK_TOP 100     /* responses read; 200 and 400 give the same on all sets */
#define RANK_USES 100    /* past messages read; 100 to 400 are the same */
#define RANK_BESIDE 0.5F /* of the nearest one's impacts, that those beyond the voters have at least; none to .5 is the same */
#define RANK_EXACT 16
#define RANK_HITS 10       /* that are given, unless asked otherwise */
#define RANK_LISTED 10000  /* where nothing is asked for */
#define RANK_NEIGHBOURS 20 /* of them vote; 10 to 50 are the same */
#define RANK_TERMS 256     /* of a query: the weightiest */
#define RANK_LONG 16       /* terms from which on stop words find no candidates: they would be half of the work */
#define RANK_LETTER 32     /* terms from which on words that nothing holds are names rather than slips: trying others loses .014 on letters */
#define RANK_LIKE 3        /* words tried for one that nothing holds */
#define RANK_NEAR 12       /* words looked at for them: some may be gone */
#define RANK_GONE 3        /* times that a query is read anew as words are gone */
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
	/* What each candidate asks for, together. */
	enum rank_kind kind;
	uint32_t seen, seen_uses; /* candidates that hold it */
	double weight;            /* part of a score: weight * (frequency part) */
	double use_weight;        /* the same beside past messages */
	uint32_t of, with;        /* the term's id; a pair: two features */
	const char *text, *like;  /* a term; what stood in the query for it, NULL: itself */
	double qtf, part;         /* how often; which part of its idf */
	double count;             /* qtf of the reading at hand */
	uint32_t df, df_uses;     /* of a pair, a gram: as estimated */
	double idf;
	bool stop;
};

/* Features by what they are: an open hash. */
struct rank_table {
	struct rank_slot {
		uint64_t key;
		uint32_t value;
	} * v; /* value 0: free */
	size_t n, cap;
	unsigned shift;
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

/* How often a feature is in the fields of a document. */
struct rank_hold {
	uint32_t tf[INDEX_FIELDS];
};
/* The same as it is kept, of very many: a byte for each field, or where it stands among those that are more often in one. */
#define RANK_MANY (UINT32_C(1) << 24)

/* A response or a past message, read. */
struct rank_doc {
	uint32_t ordinal;
	/* A bit for each feature that it has, then a bit for those that are not just once in the text (of a past message: in it), of which the vector of holds has more. */
	const uint64_t *has;
	uint32_t holds; /* the first of those */
	bool has_any;
	double length[INDEX_FIELDS], grams[INDEX_FIELDS];
	double norm[INDEX_FIELDS], gram_norm[INDEX_FIELDS]; /* by how much a long field counts less */
	double score, words;                                /* words: the part of the terms */
	/* A past message. */
	uint32_t response;
	int64_t number;
	enum search_use_kind kind;
	double same;   /* of its terms, beside those of a message equal to the query: 0 to 1 */
	double votes;  /* 0: it is none of the nearest */
	uint32_t next; /* another one of this response: from 1 */
	/* A response. */
	uint32_t uses;
	double neighbours, refused, prior, exact;
	uint32_t near_n; /* how many of the nearest are its own */
	bool favourite;
	int percent;
};
struct rank_docs {
	struct rank_doc *v;
	size_t n, cap;
};

/* A word met in a candidate that has something of the query. */
struct rank_word {
	uint32_t feature;      /* its term's; RANK_NOTHING */
	uint32_t gram, gram_n; /* those of the query, in the vector of grams */
	uint32_t term;
	bool answer; /* met in a response */
};
/* What a word or a phrase is to the query: two bits each. Most have nothing of it. */
enum rank_says { RANK_UNMET, /* not looked at yet */
		 RANK_NOTHING_OF,
		 RANK_SAYS }; /* a word: it is in by_word; a phrase: one of its words is */
#define RANK_SAYS_EACH 4      /* in a byte */
#define RANK_FREQUENT 4096    /* words that are in most texts: where each is, if it is one of the first 65535 met */
/* A phrase is at most so many symbols, those in between counted, too. */
#define RANK_PARTS (2 * PHRASE_WORDS - 1)
/* Which grams the query may have: most others are told apart by a bit. */
#define RANK_SIFT 16384
#define RANK_MASKS 64 /* of a question; the grams of a letter have letters of every word */

struct rank_language {
	const char *name;
	uint32_t n; /* responses */
};

struct rank_gram_of {
	uint32_t term, feature; /* term: in gram_terms */
	uint32_t next;          /* another one of this term: from 1 */
};

struct rank {
	/* Kept from query to query: what is costly; of vectors, the room. */
	struct search *search;
	struct analyser *analyser;
	struct arena *scratch;           /* of the query at hand */
	struct rank_language *languages; /* of the index, the most frequent first */
	size_t languages_n;
	uint8_t *word_says, *phrase_says; /* enum rank_says of each */
	uint16_t frequent[RANK_FREQUENT]; /* of words that say something: in words, from 1; 0: ask by_word */
	unsigned asked;                   /* before */
	struct rank_flat {
		uint32_t at, n; /* n 0: not yet */
	} * flat;               /* of each phrase; NULL: this is the first query */
	VEC(uint32_t)
	flat_words;
	VEC(struct rank_word)
	words;
	VEC(uint32_t)
	word_grams;
	VEC(struct rank_feature)
	features;
	VEC(uint32_t)
	holds;
	VEC(struct rank_hold)
	many;

	/* Of the query at hand, as all below. */
	const struct search_query *query;
	struct index_gate *gate;
	struct index_stats stats;
	size_t terms_n, pairs_at; /* terms are first, then grams, then pairs */
	struct rank_table by_term, by_gram, by_pair, by_like, by_word;
	struct rank_table gone; /* terms that were in what the log replaced, and nowhere else */
	unsigned unknown;       /* words that nothing holds */
	bool letter;            /* so many terms that it is no question typed by hand */
	struct rank_reading readings[RANK_READINGS];
	size_t readings_n;
	bool only_stop;   /* of words that say little, and no others */
	bool nothing;     /* no text: all that pass are listed */
	const char *text; /* of the query, greetings and the like set aside */
	size_t text_size;
	double best; /* what no score can reach */
	double mass; /* sum of the weights of terms */
	bool fields[INDEX_FIELDS];

	uint32_t grams[TERM_GRAMS_MAX];          /* of the word at hand */
	uint64_t sift[RANK_SIFT / 64];           /* grams of the query, by rank_sift() */
	_Alignas(16) uint32_t masks[RANK_MASKS]; /* their letters: a word without all of those of one has none of them */
	size_t masks_n;                          /* more than RANK_MASKS: nothing is known */
	uint32_t *tf[INDEX_FIELDS];              /* of the document being read, of each feature */
	uint32_t *seen, *seen_uses;              /* of each feature */
	double *weights, *use_weights;           /* the same as in features, side by side */
	uint32_t *terms_order;                   /* of the terms, by their ids */
	size_t length;                           /* of the query, in terms */
	double gram_sum[INDEX_FIELDS], gram_filled[INDEX_FIELDS];
	/* Terms of the candidates' words, and which grams of the query each has: their df tell that of the grams. */
	VEC(struct index_want)
	gram_terms;
	VEC(struct rank_gram_of)
	gram_of;
	VEC(uint32_t)
	gram_first; /* of each of these terms, in gram_of: from 1 */
	struct rank_table by_gram_term;

	struct rank_docs uses, docs;
	struct rank_table by_response; /* the first use of each, from 1 */
	double nearest, votes;         /* the best likeness; all votes */
	double equal;                  /* what the terms of a past message equal to the query would bring */
};

/* How many numbers hold a bit for each feature. */
static inline size_t
rank_bits(const struct rank *r)
{
	return r->features.n / 64 + 1;
}

/* Accepts a pointer to NULL; sets *rank to NULL. */
void rank_free(struct rank **rank);

/* The ranking of a search, emptied for a query. */
struct rank *rank_begin(struct search *search, const struct search_query *query, struct arena *arena);
/* What of its text is asked. */
void rank_text(struct rank *r);
/* Best first, equal ones by number, or by id. */
void rank_order(struct rank *r, struct rank_docs *docs);

/* rank_table.c: open hashes in the scratch of a query. */

/* Where a key is, or would be. */
static inline size_t
rank_table_place(const struct rank_table *t, uint64_t key)
{
	size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> t->shift);

	while (t->v[i].value && t->v[i].key != key)
		i = (i + 1) & (t->cap - 1);
	return i;
}
/* The value of a key, or 0. */
static inline uint32_t
rank_table_get(const struct rank_table *t, uint64_t key)
{
	return t->cap ? t->v[rank_table_place(t, key)].value : 0;
}
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

/* rank_word.c: what a word is to the query; it lives until the next one is asked for. */

/* Makes room for all words, and forgets what they were to the query before. */
void rank_words_begin(struct rank *r);
enum rank_says rank_word_meet(struct rank *r, uint32_t id);
enum rank_says rank_phrase_meet(struct rank *r, uint32_t phrase, unsigned depth);
static inline enum rank_says
rank_said(const uint8_t *says, uint32_t i)
{
	return (enum rank_says)(says[i / RANK_SAYS_EACH] >> i % RANK_SAYS_EACH * 2 & 3);
}
/* NULL: it has nothing of the query. */
static inline struct rank_word *
rank_word(struct rank *r, uint32_t id)
{
	enum rank_says says = rank_said(r->word_says, id);

	if (says == RANK_NOTHING_OF || (says == RANK_UNMET && rank_word_meet(r, id) != RANK_SAYS))
		return NULL;
	return &r->words.v[(id < RANK_FREQUENT && r->frequent[id] ? r->frequent[id] : rank_table_get(&r->by_word, id)) - 1];
}
/* Has it anything? Of the number of a phrase. */
static inline bool
rank_phrase(struct rank *r, uint32_t phrase)
{
	enum rank_says says = rank_said(r->phrase_says, phrase);

	return (says == RANK_UNMET ? rank_phrase_meet(r, phrase, 0) : says) == RANK_SAYS;
}
/* The feature of its term; RANK_NOTHING. */
uint32_t rank_word_feature(struct rank *r, uint32_t id);
/* It is in a response: its term is remembered for the df of its grams. */
void rank_word_grams(struct rank *r, struct rank_word *word);
/* The place of a gram in the sift. */
static inline uint32_t
rank_sift(uint32_t gram)
{
	return gram * UINT32_C(0x9e3779b1) >> 18;
}

/* rank_flat.c: from the second query on phrases are taken apart only once. */
void rank_flat_begin(struct rank *r);
/* The words of a phrase, until the next call; NULL: damaged. */
const uint32_t *rank_flat(struct rank *r, uint32_t phrase, uint32_t *n_r);

/* rank_accept.c: does a response hold what SEARCH_ALL, SEARCH_PHRASE or SEARCH_IN_TEXT ask for? */
bool rank_accept(void *rank, uint32_t response);
bool rank_must(const struct rank *r, const struct rank_token *token);

/* rank_count.c: the features of a document by field. */

/* Goes through them in order; { 0 } to begin with. */
struct rank_each {
	size_t word;
	uint64_t bits, more;
	uint32_t feature, next;
	const struct rank_hold *hold; /* NULL: once, in the usual field */
	struct rank_hold held;
};
static inline struct rank_hold
rank_held(const struct rank *r, uint32_t packed)
{
	return (packed & RANK_MANY) ? r->many.v[packed & (RANK_MANY - 1)] : (struct rank_hold){ { packed & 0xff, packed >> 8 & 0xff, packed >> 16 & 0xff } };
}
static inline bool
rank_each(const struct rank *r, const struct rank_doc *doc, struct rank_each *at)
{
	size_t words = rank_bits(r);
	unsigned bit;

	while (!at->bits) {
		if (!doc->has || at->word == words)
			return false;
		at->more = doc->has[words + at->word];
		at->bits = doc->has[at->word++];
	}
	bit = (unsigned)__builtin_ctzll(at->bits);
	at->bits &= at->bits - 1;
	at->feature = (uint32_t)(at->word - 1) * 64 + bit;
	at->hold = NULL;
	if (at->more >> bit & 1) {
		at->held = rank_held(r, r->holds.v[doc->holds + at->next++]);
		at->hold = &at->held;
	}
	return true;
}
static inline bool
rank_is_gram(const struct rank *r, uint32_t feature)
{
	return feature >= r->terms_n && feature < r->pairs_at;
}
void rank_count_use(struct rank *r, struct rank_doc *doc);
void rank_count_response(struct rank *r, struct rank_doc *doc);

/* rank_score.c */

/* What counts of a feature in a response: by field, weighed and by length; returns the sum. */
double rank_share(const struct rank *r, const struct rank_doc *doc, uint32_t feature, const struct rank_hold *hold, double share[INDEX_FIELDS]);
static inline double
rank_saturate(double x)
{
	return x / (INDEX_K1 + x);
}
void rank_weigh_uses(struct rank *r);
void rank_weigh(struct rank *r);
void rank_score_use(struct rank *r, struct rank_doc *doc);
void rank_score(struct rank *r, struct rank_doc *doc);

/* rank_past.c: what past messages say. */
void rank_vote(struct rank *r);
void rank_past(struct rank *r, struct rank_doc *doc);
/* The nearest use of a response, then the next; NULL: no more. */
static inline const struct rank_doc *
rank_use_of(const struct rank *r, uint32_t response, const struct rank_doc *before)
{
	uint32_t i = before ? before->next : rank_table_get(&r->by_response, response);

	return i ? &r->uses.v[i - 1] : NULL;
}

/* rank_explain.c */
const struct search_reason *rank_explain(const struct rank *r, const struct rank_doc *doc, struct arena *arena, size_t *n_r);

#endif

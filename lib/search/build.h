/*
 * build.h - an index in the making; for the files of this folder.
 *
 * What the source gives is analysed as it comes and kept small in memory:
 * about 300 bytes a response of hundred words, by one thread or two. Then responses get their order,
 * terms their ids, and the sections are written one after the other.
 */
#ifndef SEARCH_BUILD_H
#define SEARCH_BUILD_H

#include <pthread.h>

#include "search/index_file.h"
#include "search/index_table.h"

#include "base/arena.h"
#include "base/mem.h"

struct analyser;

struct build_term {
	uint64_t hash, freq;
	uint32_t at; /* its bytes */
	uint8_t size;
};

struct build_word {
	uint64_t hash, freq;
	uint64_t first; /* the text that said it first */
	uint32_t term, at;
	uint8_t size;
	bool stop;
};

/*
 * What became of the texts of a response (names: name, shortcut, description), or of a use.
 * The numbers of words take 16 bits each; from BUILD_LONG on twice that, the higher half first.
 */
#define BUILD_NAMES 3
#define BUILD_LONG UINT32_C(0xe000)
struct build_text {
	const uint16_t *words;
	uint32_t size, name_n, text_n; /* size: in bytes */
	uint8_t collector;
};

/* Cuts texts into words and numbers them; each belongs to one thread. */
struct collector {
	uint8_t which;
	uint64_t at; /* the text at hand */
	struct analyser *analyser;
	struct arena *arena; /* what texts became */
	struct buf bytes;
	uint16_t *text; /* the numbers of the text at hand */
	size_t text_n, text_cap;
	uint32_t *said; /* how often each word was; apart from the rest, for it is counted up all the time */
	size_t said_cap;
	uint32_t *marks; /* the words that the marks of terms stand for */
	size_t marks_cap;
	uint32_t *number; /* what its numbers are for all, in the end: ids of the file */
	uint32_t *term;   /* and their terms */
	VEC(struct build_term)
	terms;
	VEC(struct build_word)
	words;
	struct table by_term, by_word;
};

/* Two symbols that often stand side by side. */
struct build_phrase {
	uint32_t left, right, said;
	uint8_t words;
};

/* They by both; a bit for each tells what is none of them. A free place has phrase CODE_NONE. */
struct build_pairs {
	struct build_pair {
		uint32_t left, right, phrase;
	} * v;
	uint8_t *sift;
	size_t mask, sift_mask;
};

struct build_class {
	const char *record;
	uint32_t size, rank;
};

struct build_response {
	/* start, expires (where timed); id, shortcut, name with their NULs. */
	const unsigned char *packed;
	struct build_text text;
	uint32_t size, name_at, class;
	uint32_t use, uses, uses_counted;
	uint8_t id_at;
	bool timed, dead;
};

struct build_use {
	struct build_text text;
	int64_t number;
	uint32_t response;
	uint8_t kind;
};

struct build_favourite {
	const char *agent;
	uint32_t response;
};

struct build_agent {
	const char *name, *record;
	uint32_t size, came; /* came: 0, only known by its favourites */
};

/* A term of the response or use at hand. */
struct build_entry {
	uint32_t term;
	uint32_t tf[INDEX_FIELDS];
};

/* The response or use at hand; each thread has its own. */
struct build_hand {
	uint32_t *ids; /* words, as they come */
	size_t ids_cap;
	struct build_entry *entries; /* terms, each once */
	uint32_t entries_n;
	struct build_seen {
		uint32_t stamp, entry;
	} * seen; /* of each term: whose entry, and which */
	uint32_t stamp;
};

struct build {
	struct arena *arena; /* what the source gave */
	struct crew *crew;
	struct collector own, other; /* in the end all words are of the own one */
	struct buf scratch, past;
	VEC(struct build_phrase)
	phrases;
	struct build_pairs pairs;
	VEC(struct build_class)
	classes;
	VEC(struct build_response)
	responses;
	VEC(struct build_use)
	uses;
	VEC(struct build_favourite)
	favourites;
	VEC(struct build_agent)
	agents;
	VEC(int64_t)
	forgotten;
	struct table by_class, by_id;

	/* Put in order. */
	uint32_t *order;                /* responses, as they stand in the file */
	uint32_t *place;                /* and back; INDEX_NONE: not there */
	uint32_t *term_order, *term_id; /* terms, the most frequent first, and back */
	uint32_t *word_order;           /* words */
	uint32_t *word_term;            /* by ids of the file */
	uint8_t *word_grams;            /* the same; none of stop words */
	uint32_t responses_n, uses_n;
	struct file_header h;
	struct code code;
	struct file_term *file_terms;

	struct build_hand hand;
};

/* build_collect.c: one item of the source. */
void build_add(struct build *b, const struct search_item *item);

/* build_words.c */
struct build_text collector_add(struct collector *c, uint64_t at, const char *const names[BUILD_NAMES], const char *text, const char *language);
/* The words of both get one number each. */
void collector_merge(struct collector *own, struct collector *other);
void collector_release(struct collector *c);

/* build_crew.c: the texts of response (or use) i, which it will have when the crew has ended. */
void crew_add(struct build *b, bool use, uint32_t i, const char *const names[BUILD_NAMES], const char *text, const char *language);
void crew_end(struct build *b);
/* A second thread, where there is a processor for it; -1: there is none. */
int crew_thread(pthread_t *thread, void *(*function)(void *), void *context);

/* build_sort.c: those that are there, in their order; how many. */
uint32_t build_sort(const struct build *b, uint32_t *order);

/* build_order.c: responses, uses, terms and words in their order; numbers of the header. */
void build_order(struct build *b);
bool build_counts(const struct build_use *use);
/* The words of response (or use) i of the file into ids; how many. */
size_t build_response_ids(const struct build *b, struct build_hand *hand, uint32_t i);
size_t build_use_ids(const struct build *b, struct build_hand *hand, uint32_t i);
/* Their terms, with what the fields hold of each, into entries. */
void build_gather(const struct build *b, struct build_hand *hand, uint32_t i, bool past);
void build_gather_use(const struct build *b, struct build_hand *hand, uint32_t i);
void hand_begin(struct build_hand *hand, size_t terms);
void hand_release(struct build_hand *hand);

/* build_phrases.c: the phrases of the library, and the code for words and phrases. */
void build_learn(struct build *b);
/* Words become phrases, in place; how many symbols remain. */
size_t build_join(const struct build *b, uint32_t *words, size_t n);

/*
 * build_out.c: a file that is written from its beginning to its end, in large
 * blocks: then it lies in large pages in the memory of the system, and readers
 * map it at a fraction of what small ones would cost.
 */
#define OUT_BLOCK ((size_t)4 << 20)
struct out {
	int fd;
	const char *path;
	struct err *err;
	uint64_t at;
	unsigned char *piece; /* of the section, INDEX_PIECE */
	size_t piece_n;
	unsigned char *block; /* of the file, OUT_BLOCK */
	size_t block_n;
	struct file_section *section;
	bool failed;
};
void out_open(struct out *out, int fd, const char *path, struct err *err);
/* What is left is written. */
void out_close(struct out *out);
void out_begin(struct out *out, struct file_section *section);
void out_write(struct out *out, const void *data, size_t size);
/* Pads to a multiple of 64. */
void out_end(struct out *out);
/* Lines, into which their sums are put; a whole section of them, with so many things of so many numbers in each; one of numbers. */
void out_lines(struct out *out, enum section section, struct line *lines, size_t n);
void out_rows(struct build *b, struct out *out, enum section section, const void *v, size_t n, size_t numbers);
void out_numbers(struct build *b, struct out *out, enum section section, const uint32_t *v, size_t n);
/* The record in b->scratch, behind room for its sum; where it begins, in units of 1 << shift. */
void out_record_begin(struct buf *scratch);
uint32_t out_record(struct build *b, struct out *out, enum section section, uint32_t i, unsigned shift);

/* The sections, in the order of the file: build_lists.c, build_records.c, build_meta.c, build_tables.c. */
/* Lists can be begun while the rest is written. */
struct lists *lists_begin(struct build *b);
/* keys_r: what build_hash_keys() gave. */
void build_lists(struct build *b, struct lists *lists, struct out *out, uint64_t **keys_r);
void build_records(struct build *b, struct out *out);
void build_meta(struct build *b, struct out *out);
void build_terms(struct build *b, struct out *out);
/* The hashes by which responses are found need nothing of the rest. */
uint64_t *build_hash_keys(const struct build *b);
void build_keys(struct build *b, const uint64_t *hash, struct out *out);

/* What both the builder and the log pack. */
void pack_class(struct buf *out, const struct search_response *r);
void pack_agent(struct buf *out, const struct search_agent *agent);
/* In what is packed of a response; the shortcut comes behind the id. */
static inline const char *
build_id(const struct build_response *r)
{
	return (const char *)r->packed + r->id_at;
}
static inline const char *
build_name(const struct build_response *r)
{
	return (const char *)r->packed + r->name_at;
}

#endif

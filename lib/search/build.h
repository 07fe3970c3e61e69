/*
 * build.h - an index in the making; for the files of this folder.
 *
 * What the source gives is analysed as it comes and kept small in memory:
 * about 300 bytes a response of hundred words. Then responses get their order,
 * terms their ids, and the sections are written one after the other.
 */
#ifndef SEARCH_BUILD_H
#define SEARCH_BUILD_H

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
	uint32_t term, at;
	uint8_t size;
	bool stop;
};

struct build_class {
	const char *record;
	uint32_t size, rank;
};

struct build_response {
	/* start, expires (where timed); id, shortcut, name with their NULs; words. */
	const unsigned char *packed;
	uint64_t order; /* the beginning of the name */
	uint32_t size, class, name_n, text_n;
	uint32_t use, uses, uses_counted;
	bool timed, dead;
};

struct build_use {
	const unsigned char *packed;
	int64_t number;
	uint32_t size, n, response;
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

struct build {
	struct arena *arena; /* what the source gave */
	struct analyser *analyser;
	struct buf bytes, scratch;
	VEC(struct build_term)
	terms;
	VEC(struct build_word)
	words;
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
	struct table by_term, by_word, by_class, by_id;

	/* Put in order. */
	uint32_t *order;                /* responses, as they stand in the file */
	uint32_t *place;                /* and back; INDEX_NONE: not there */
	uint32_t *term_order, *term_id; /* terms, the most frequent first, and back */
	uint32_t *word_order, *word_id; /* words */
	uint32_t *word_term;            /* by ids of the file */
	uint32_t responses_n, uses_n;
	struct file_header h;
	struct code code;
	struct file_term *file_terms;

	/* Of the response or use at hand. */
	uint32_t *ids; /* words, as they come */
	size_t ids_cap;
	struct build_entry *entries; /* terms, each once */
	uint32_t entries_n;
	uint32_t *seen, *slot; /* of each term: whose entry, and which */
	uint32_t stamp;
};

/* build_collect.c: one item of the source. */
void build_add(struct build *b, const struct search_item *item);

/* build_order.c: responses, uses, terms and words in their order; numbers of the header. */
void build_order(struct build *b);
bool build_counts(const struct build_use *use);
/* The words of response (or use) i of the file into b->ids. */
void build_response_ids(struct build *b, uint32_t i);
void build_use_ids(struct build *b, uint32_t i);
/* Their terms, with what the fields hold of each, into b->entries. */
void build_gather(struct build *b, uint32_t i, bool past);
void build_gather_use(struct build *b, uint32_t i);

/* build_out.c: a file that is written from its beginning to its end. */
struct out {
	int fd;
	const char *path;
	struct err *err;
	uint64_t at;
	unsigned char *piece; /* of the section, INDEX_PIECE */
	size_t piece_n;
	struct file_section *section;
	bool failed;
};
void out_begin(struct out *out, struct file_section *section);
void out_write(struct out *out, const void *data, size_t size);
/* Pads to a multiple of 64. */
void out_end(struct out *out);
/* Lines, into which their sums are put; a whole section of numbers. */
void out_lines(struct out *out, enum section section, struct line *lines, size_t n);
void out_numbers(struct build *b, struct out *out, enum section section, const uint32_t *v, size_t n);
/* The record in b->scratch, behind room for its sum; where it begins, in units of 1 << shift. */
void out_record_begin(struct buf *scratch);
uint32_t out_record(struct build *b, struct out *out, enum section section, uint32_t i, unsigned shift);

/* The sections, in the order of the file: build_lists.c, build_records.c, build_meta.c, build_tables.c. */
void build_lists(struct build *b, struct out *out);
void build_records(struct build *b, struct out *out);
void build_meta(struct build *b, struct out *out);
void build_terms(struct build *b, struct out *out);
void build_keys(struct build *b, struct out *out);

/* What both the builder and the log pack. */
void pack_class(struct buf *out, const struct search_response *r);
void pack_agent(struct buf *out, const struct search_agent *agent);
/* The id in what is packed of a response, the rest left to be cut. */
const char *build_id(const struct build_response *r, struct cut *rest_r);

#endif

/*
 * index_top.h - the first stage: postings summed up, the best kept.
 */
#ifndef SEARCH_INDEX_TOP_H
#define SEARCH_INDEX_TOP_H

#include "search/index_file.h"

/* A block that is unpacked. */
struct list_room {
	uint32_t document[PACK_BLOCK];
	uint8_t space[PACK_BLOCK]; /* for impacts */
};

/* The postings of a term. */
struct list {
	const unsigned char *at;       /* NULL: one posting, which is alone and impact */
	const struct file_step *steps; /* NULL: one block, whose step is own */
	struct file_step own;
	uint32_t n, blocks, term, alone;
	enum index_set set;
	uint8_t max, impact;
	uint32_t following; /* the next block to be summed up, by top_bulk() */
	/* The block that is unpacked (UINT32_MAX: none): documents, impacts, and the next one of them. */
	uint32_t block, next, filled;
	struct list_room *room; /* apart: few need it, and lists lie close together */
	const uint8_t *impacts;
	float score;     /* what 1 of an impact is of a score */
	uint32_t weight; /* what 256 of it are of a cell */
};

/* false: it has none, or is damaged. */
bool list_open(struct search *search, uint32_t term, enum index_set set, struct list *list);
/* Unpacks block i: differences less one; impacts in the file or in space. How many; 0: damaged. */
uint32_t list_unpack(struct search *search, const struct list *list, uint32_t i, uint32_t delta[PACK_BLOCK], uint8_t space[PACK_BLOCK], const uint8_t **impacts_r);
/* The first block from i on that ends at the document or behind. */
uint32_t list_block(const struct list *list, uint32_t i, uint32_t document);
/* Makes block i the one that is unpacked, and next its first; false: damaged, or there is none. */
bool list_load(struct search *search, struct list *list, uint32_t i);
static inline const struct file_step *
list_step(const struct list *list, uint32_t i)
{
	return list->steps ? &list->steps[i] : &list->own;
}
/* The last document of the block before i, or -1 as unsigned. */
static inline uint32_t
list_before(const struct list *list, uint32_t i)
{
	return i && list->at ? list_step(list, i - 1)->last : UINT32_MAX;
}
static inline uint32_t
list_last(const struct list *list, uint32_t i)
{
	return list->at ? list_step(list, i)->last : list->alone;
}
/* Goes to the first document that is not before this one, unpacking what is needed; INDEX_NONE: there is none. */
uint32_t list_seek(struct search *search, struct list *list, uint32_t document);

/* The k best so far; the worst of them at the root. */
struct best {
	struct index_found *v;
	size_t n, k;
};
static inline float
best_least(const struct best *best)
{
	return best->n < best->k ? -1 : best->v[0].score;
}
void best_offer(struct best *best, uint32_t ordinal, float score);
/* Best first. */
void best_sort(struct best *best);

#define CELLS 65536
#define CELLS_MIN 256

struct top {
	uint16_t *cells;           /* a power of two, at most CELLS */
	uint32_t cells_mask, used; /* used: the first ones may be other than zero */
	struct list *lists;
	struct list_room *rooms, own; /* of each list; of the block that is summed up at once */
	struct top_order {
		uint32_t list, bound; /* the most that it adds to a cell */
		uint32_t rest;        /* the most that it and those behind it add */
	} * order;                    /* the heaviest first */
	size_t n, cap;
	uint32_t documents; /* of the set, in the file */
	double unit;        /* what 1 of a cell is of a score */
	/* Documents that the log says more of: what the file says of each. In order. */
	const uint32_t *touched;
	float *touched_score;
	size_t touched_n;
};

/* May it be among the best? */
bool top_admits(struct search *search, const struct index_ask *ask, uint32_t ordinal);
void top_bulk(struct search *search, const struct index_ask *ask, struct best *best);
void top_each(struct search *search, const struct index_ask *ask, struct best *best);
void index_top_free(struct top **top);

#endif

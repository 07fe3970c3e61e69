#include "search/index_top.h"

#include <string.h>

#define CHUNK 64

typedef uint16_t octet __attribute__((vector_size(16), may_alias));

/* Documents [from, to), of which the first has cell 0; at most CELLS. */
struct window {
	struct search *search;
	struct top *top;
	const struct index_ask *ask;
	struct best *best;
	uint32_t from, to;
};

static inline uint16_t
weighed(uint8_t impact, uint32_t weight)
{
	return (uint16_t)(((uint32_t)impact << 8) * weight >> 16);
}

/* A block that lies within the window. */
static void
add_block(const struct window *w, const struct list *list, uint32_t i)
{
	uint32_t delta[PACK_BLOCK], document = list_before(list, i) - w->from;
	uint8_t space[PACK_BLOCK];
	const uint8_t *impacts;
	uint32_t n = list_unpack(w->search, list, i, delta, space, &impacts);
	uint32_t mask = w->top->cells_mask;
	uint16_t *cells = w->top->cells, add[PACK_BLOCK];

	if (n == PACK_BLOCK) {
		for (size_t k = 0; k < PACK_BLOCK; k++)
			add[k] = weighed(impacts[k], list->weight);
		for (size_t k = 0; k < PACK_BLOCK; k++) {
			document += delta[k] + 1;
			cells[document & mask] += add[k];
		}
		return;
	}
	for (size_t k = 0; k < n; k++) {
		document += delta[k] + 1;
		cells[document & mask] += weighed(impacts[k], list->weight);
	}
}

/* What is left of a block that reaches into several windows. */
static void
add_some(const struct window *w, struct list *list)
{
	for (; list->next < list->filled && list->document[list->next] < w->to; list->next++) {
		uint32_t document = list->document[list->next];

		if (document >= w->from)
			w->top->cells[(document - w->from) & w->top->cells_mask] += weighed(list->impacts[list->next], list->weight);
	}
}

static void
add_list(const struct window *w, struct list *list)
{
	for (list->following = list_block(list, list->following, w->from); list->following < list->blocks; list->following++) {
		uint32_t i = list->following, first = list_before(list, i) + 1, last = list_last(list, i);

		if (first >= w->to)
			return;
		if (i != list->block && first >= w->from && last < w->to) {
			add_block(w, list, i);
			continue;
		}
		if (i != list->block && !list_load(w->search, list, i))
			continue;
		add_some(w, list);
		if (list->next < list->filled)
			return;
	}
}

/* What the file says of documents that the log says more of; the log decides on them. */
static void
take_touched(const struct window *w, size_t *next)
{
	struct top *top = w->top;

	for (; *next < top->touched_n && top->touched[*next] < w->to; ++*next) {
		uint16_t *cell = &top->cells[(top->touched[*next] - w->from) & top->cells_mask];

		if (top->touched[*next] >= w->from) {
			top->touched_score[*next] = (float)(*cell * top->unit);
			*cell = 0;
		}
	}
}

/* The largest cell that is not among the best. */
static uint16_t
limit_of(const struct window *w)
{
	float least = best_least(w->best);
	double cell = least > 0 ? least / w->top->unit : 0;
	uint16_t limit = cell < UINT16_MAX ? (uint16_t)cell : UINT16_MAX;

	while (limit && (float)(limit * w->top->unit) > least)
		limit--;
	while (limit < UINT16_MAX && (float)((limit + 1) * w->top->unit) <= least)
		limit++;
	return limit;
}

static void
scan_chunk(const struct window *w, const uint16_t *cells, uint32_t from)
{
	for (uint32_t k = 0; k < CHUNK; k++) {
		float score = (float)(cells[k] * w->top->unit);

		if (cells[k] && score > best_least(w->best) && from + k < w->to && top_admits(w->search, w->ask, from + k))
			best_offer(w->best, from + k, score);
	}
}

/* The cells above the least of the best; then they are zeros again. */
static void
scan(const struct window *w)
{
	uint16_t limit = limit_of(w);

	for (uint32_t at = 0; at < w->to - w->from; at += CHUNK) {
		octet *cells = (octet *)(void *)(w->top->cells + at), above = { 0 };
		uint64_t any[2];

		for (size_t k = 0; k < CHUNK / 8; k++)
			above |= (octet)(cells[k] > limit);
		memcpy(any, &above, sizeof(any));
		if (any[0] | any[1]) {
			scan_chunk(w, w->top->cells + at, w->from + at);
			limit = limit_of(w);
		}
		memset(cells, 0, CHUNK * sizeof(uint16_t));
	}
}

void
top_bulk(struct search *search, const struct index_ask *ask, struct best *best)
{
	struct top *top = search->top;
	struct span spans[2] = { { 0, top->documents } };
	size_t n = ask->gate && ask->set != INDEX_USES ? index_gate_spans(ask->gate, spans) : 1, touched = 0;

	for (size_t i = 0; i < n; i++)
		for (uint64_t from = spans[i].from; from < spans[i].to; from += CELLS) {
			uint32_t to = from + CELLS < spans[i].to ? (uint32_t)(from + CELLS) : spans[i].to;
			struct window w = { search, top, ask, best, (uint32_t)from, to };

			for (size_t k = 0; k < top->n; k++)
				add_list(&w, &top->lists[k]);
			take_touched(&w, &touched);
			scan(&w);
		}
}

#include "search/index_top.h"

#include <string.h>

#define CHUNK 64

/* Where windows are looked at: those that the gate leaves, or all. */
static bool
window_wanted(const struct index_ask *ask, uint32_t from)
{
	return !ask->gate || ask->set == INDEX_USES || index_gate_reaches(ask->gate, from, from + (CELLS - 1));
}

static inline void
weigh(const uint8_t impacts[PACK_BLOCK], uint32_t weight, uint16_t out[PACK_BLOCK])
{
	for (size_t i = 0; i < PACK_BLOCK; i++)
		out[i] = (uint16_t)((uint32_t)(impacts[i] << 8) * weight >> 16);
}

/* A block that lies within the window. */
static void
add_block(struct search *search, struct top *top, const struct list *list, uint32_t i, uint32_t from)
{
	uint32_t delta[PACK_BLOCK], document = list_before(list, i) - from;
	const uint8_t *impacts;
	uint32_t n = list_unpack(search, list, i, delta, &impacts);
	uint16_t add[PACK_BLOCK];

	if (n == PACK_BLOCK) {
		weigh(impacts, list->weight, add);
		for (size_t k = 0; k < PACK_BLOCK; k++) {
			document += delta[k] + 1;
			top->cells[document % CELLS] += add[k];
		}
		return;
	}
	for (size_t k = 0; k < n; k++) {
		document += delta[k] + 1;
		top->cells[document % CELLS] += (uint16_t)((uint32_t)(impacts[k] << 8) * list->weight >> 16);
	}
}

/* What is left of a block that reaches into several windows. */
static void
add_some(struct top *top, struct list *list, uint32_t from, uint32_t end)
{
	for (; list->next < list->filled && list->document[list->next] < end; list->next++) {
		uint32_t document = list->document[list->next];

		if (document >= from)
			top->cells[(document - from) % CELLS] += (uint16_t)((uint32_t)(list->impacts[list->next] << 8) * list->weight >> 16);
	}
}

static void
add_list(struct search *search, struct top *top, struct list *list, uint32_t from, uint32_t end)
{
	for (; list->following < list->blocks; list->following++) {
		uint32_t i = list->following, first = list_before(list, i) + 1, last = list_last(list, i);

		if (last < from)
			continue;
		if (first >= end)
			return;
		if (i != list->block && first >= from && last < end) {
			add_block(search, top, list, i, from);
			continue;
		}
		if (i != list->block && !list_load(search, list, i))
			continue;
		add_some(top, list, from, end);
		if (list->next < list->filled)
			return;
	}
}

/* What the file says of documents that the log says more of; the log decides on them. */
static void
take_touched(struct top *top, size_t *next, uint32_t from, uint32_t end)
{
	for (; *next < top->touched_n && top->touched[*next] < end; ++*next) {
		uint16_t *cell = &top->cells[(top->touched[*next] - from) % CELLS];

		if (top->touched[*next] >= from) {
			top->touched_score[*next] = (float)(*cell * top->unit);
			top->matched += *cell > 0;
			*cell = 0;
		}
	}
}

static void
scan_chunk(struct search *search, struct top *top, const struct index_ask *ask, struct best *best, const uint16_t *cells, uint32_t from)
{
	for (uint32_t k = 0; k < CHUNK; k++) {
		float score = (float)(cells[k] * top->unit);

		if (cells[k] && score > best_least(best) && from + k < top->documents && top_admits(search, ask, from + k))
			best_offer(best, from + k, score);
	}
}

/* The cells of a window above the least of the best; then they are zeros again. */
static void
scan(struct search *search, struct top *top, const struct index_ask *ask, struct best *best, uint32_t from)
{
	uint32_t n = top->documents - from < CELLS ? top->documents - from : CELLS;

	for (uint32_t at = 0; at < n; at += CHUNK) {
		const uint16_t *cells = top->cells + at;
		uint16_t most = 0, filled = 0;

		for (size_t k = 0; k < CHUNK; k++) {
			most = cells[k] > most ? cells[k] : most;
			filled = (uint16_t)(filled + (cells[k] != 0));
		}
		top->matched += filled;
		if (most && (float)(most * top->unit) > best_least(best))
			scan_chunk(search, top, ask, best, cells, from + at);
	}
	memset(top->cells, 0, sizeof(top->cells));
}

void
top_bulk(struct search *search, const struct index_ask *ask, struct best *best)
{
	struct top *top = search->top;
	size_t touched = 0;

	for (uint64_t from = 0; from < top->documents; from += CELLS) {
		uint32_t end = from + CELLS < top->documents ? (uint32_t)(from + CELLS) : top->documents;

		if (!window_wanted(ask, (uint32_t)from))
			continue;
		for (size_t i = 0; i < top->n; i++)
			add_list(search, top, &top->lists[i], (uint32_t)from, end);
		take_touched(top, &touched, (uint32_t)from, end);
		scan(search, top, ask, best, (uint32_t)from);
	}
}

#include "search/index_top.h"

#include <string.h>

#define CHUNK 64

typedef uint16_t octet __attribute__((vector_size(16), may_alias));

#define CHUNKS (CELLS / CHUNK)
#define SIFT_SHARE 16 /* a list of fewer documents than one in so many is read as fast as cells are looked at */

/* Documents [from, to), of which the first has cell 0; at most CELLS. */
struct window {
	struct search *search;
	struct top *top;
	const struct index_ask *ask;
	struct best *best;
	uint32_t from, to;
	bool is_last;                 /* none follows */
	bool sifted;                  /* only some chunks can still get among the best: */
	uint64_t wanted[CHUNKS / 64]; /* these */
};

/* The upper half of a product of sixteen bits, which processors have for eight at a time. */
static inline uint16_t
weighed(uint8_t impact, uint16_t weight)
{
	return (uint16_t)((uint32_t)(uint16_t)(impact << 8) * weight >> 16);
}

/* A block that lies within the window. */
static void
add_block(const struct window *w, const struct list *list, uint32_t i)
{
	struct top *top = w->top;
	const uint32_t *delta = top->own.document, mask = top->cells_mask;
	const uint16_t weight = (uint16_t)list->weight;
	uint32_t document = list_before(list, i) - w->from, n;
	uint16_t *cells = top->cells;
	const uint8_t *impacts;

	n = list_unpack(w->search, list, i, top->own.document, top->own.space, &impacts);
	if (n == PACK_BLOCK) {
		uint16_t add[PACK_BLOCK];

		for (size_t k = 0; k < PACK_BLOCK; k++)
			add[k] = weighed(impacts[k], weight);
		for (size_t k = 0; k < PACK_BLOCK; k++) {
			document += delta[k] + 1;
			cells[document & mask] += add[k];
		}
		return;
	}
	for (size_t k = 0; k < n; k++) {
		document += delta[k] + 1;
		cells[document & mask] += weighed(impacts[k], weight);
	}
}

/* Of a block that reaches beyond the window, and is asked for no more, what lies within. */
static void
add_some(const struct window *w, const struct list *list, uint32_t i)
{
	struct top *top = w->top;
	const uint32_t *delta = top->own.document;
	uint32_t document = list_before(list, i), n;
	const uint8_t *impacts;

	n = list_unpack(w->search, list, i, top->own.document, top->own.space, &impacts);
	for (size_t k = 0; k < n; k++) {
		document += delta[k] + 1;
		if (document >= w->from && document < w->to)
			top->cells[(document - w->from) & top->cells_mask] += weighed(impacts[k], (uint16_t)list->weight);
	}
}

/* Is one of the chunks wanted that the documents from first to last lie in? */
static bool
is_wanted(const struct window *w, uint32_t first, uint32_t last)
{
	uint32_t at = (first > w->from ? first - w->from : 0) / CHUNK, end = ((last < w->to ? last : w->to - 1) - w->from) / CHUNK;

	/* In a file that is not sound documents may not be in order. */
	if (last < w->from)
		return false;
	for (; at <= end; at = (at | 63) + 1) {
		uint64_t bits = w->wanted[at / 64] >> at % 64;

		if (bits)
			return at + (uint32_t)__builtin_ctzll(bits) <= end;
	}
	return false;
}

/* What is left of a block that reaches into several windows. */
static void
add_rest(const struct window *w, struct list *list)
{
	for (; list->next < list->filled && list->room->document[list->next] < w->to; list->next++) {
		uint32_t document = list->room->document[list->next];

		if (document >= w->from)
			w->top->cells[(document - w->from) & w->top->cells_mask] += weighed(list->impacts[list->next], (uint16_t)list->weight);
	}
}

/* Block i, with documents from first to last. */
static void
add_part(const struct window *w, struct list *list, uint32_t i, uint32_t first, uint32_t last)
{
	bool loaded = i == list->block;

	if (!loaded && first >= w->from && last < w->to)
		add_block(w, list, i);
	else if (!loaded && (last < w->to || w->is_last))
		add_some(w, list, i);
	else if (loaded || list_load(w->search, list, i))
		add_rest(w, list);
}

static void
add_list(const struct window *w, struct list *list)
{
	for (list->following = list_block(list, list->following, w->from); list->following < list->blocks; list->following++) {
		uint32_t i = list->following, first = list_before(list, i) + 1, last = list_last(list, i);

		if (first >= w->to)
			return;
		if (!w->sifted || is_wanted(w, first, last))
			add_part(w, list, i, first, last);
		if (last >= w->to)
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

static inline bool
chunk_above(const uint16_t *from, uint16_t limit)
{
	const octet *cells = (const octet *)(const void *)from;
	octet above = { 0 };
	uint64_t half[2];

	for (size_t k = 0; k < CHUNK / 8; k++)
		above |= (octet)(cells[k] > limit);
	memcpy(half, &above, sizeof(half));
	return (half[0] | half[1]) != 0;
}

static inline uint32_t
chunks_of(const struct window *w)
{
	return (w->to - w->from + CHUNK - 1) / CHUNK;
}

/* May a chunk have a cell above the limit of the window? */
static inline bool
may_rise(const struct window *w, uint32_t chunk)
{
	return !w->sifted || w->wanted[chunk / 64] >> chunk % 64 & 1;
}

/* Which chunks have a cell above the limit, or a document that the log asks for; false: none. */
static bool
sift(struct window *w, uint16_t limit, size_t touched)
{
	const struct top *top = w->top;
	uint64_t wanted[CHUNKS / 64] = { 0 };
	uint64_t any = 0;

	for (uint32_t i = 0; i < chunks_of(w); i++)
		if (may_rise(w, i))
			wanted[i / 64] |= (uint64_t)chunk_above(top->cells + (size_t)i * CHUNK, limit) << i % 64;
	for (; touched < top->touched_n && top->touched[touched] < w->to; touched++)
		if (top->touched[touched] >= w->from)
			wanted[(top->touched[touched] - w->from) / CHUNK / 64] |= UINT64_C(1) << (top->touched[touched] - w->from) / CHUNK % 64;
	for (size_t i = 0; i < CHUNKS / 64; i++)
		any |= w->wanted[i] = wanted[i];
	w->sifted = true;
	return any != 0;
}

/*
 * The heaviest lists first. Once the others could not bring an empty cell among
 * the best, only chunks matter that have one which they could still bring there:
 * of the long lists of light words many blocks need not be read. Cells of other
 * chunks then hold less than they would, and would not do with all of it.
 */
static void
add_lists(struct window *w, size_t touched)
{
	const uint16_t limit = limit_of(w);
	struct top *top = w->top;
	uint32_t sifted_at = 0;

	for (size_t i = 0; i < top->n; i++) {
		uint32_t rest = top->order[i].rest, n = top->lists[top->order[i].list].n;

		if (rest <= limit && n >= top->documents / SIFT_SHARE && (!w->sifted || rest <= sifted_at / 2)) {
			if (!sift(w, (uint16_t)(limit - rest), touched))
				return;
			sifted_at = rest;
		}
		add_list(w, &top->lists[top->order[i].list]);
	}
}

static int
by_bound(const void *pa, const void *pb)
{
	const struct top_order *a = pa, *b = pb;

	return a->bound != b->bound ? (a->bound < b->bound) - (a->bound > b->bound) : (a->list > b->list) - (a->list < b->list);
}

static void
order_lists(struct top *top)
{
	uint32_t rest = 0;

	for (uint32_t i = 0; i < top->n; i++)
		top->order[i] = (struct top_order){ .list = i, .bound = weighed(top->lists[i].max, (uint16_t)top->lists[i].weight) };
	if (top->n)
		qsort(top->order, top->n, sizeof(*top->order), by_bound);
	for (size_t i = top->n; i-- > 0;)
		top->order[i].rest = rest += top->order[i].bound;
}

/* Cells up to the limit are among the best in no case; those above it were when it was told. */
static void
scan_chunk(const struct window *w, const uint16_t *cells, uint32_t from, uint16_t limit)
{
	for (uint32_t k = 0; k < CHUNK; k++) {
		float score;

		if (cells[k] <= limit)
			continue;
		score = (float)(cells[k] * w->top->unit);
		if (score > best_least(w->best) && from + k < w->to && top_admits(w->search, w->ask, from + k))
			best_offer(w->best, from + k, score);
	}
}

/* The cells above the least of the best. */
static void
scan(const struct window *w)
{
	uint16_t limit = limit_of(w), *cells = w->top->cells;

	for (uint32_t i = 0; i < chunks_of(w); i++)
		if (may_rise(w, i) && chunk_above(cells + (size_t)i * CHUNK, limit)) {
			scan_chunk(w, cells + (size_t)i * CHUNK, w->from + i * CHUNK, limit);
			limit = limit_of(w);
		}
}

/* The cells of a window are zeros when it begins; those of the last one are left as they are, for most processes have no other question. */
static void
clear(const struct window *w)
{
	struct top *top = w->top;

	memset(top->cells, 0, top->used * sizeof(*top->cells));
	top->used = chunks_of(w) * CHUNK;
}

void
top_bulk(struct search *search, const struct index_ask *ask, struct best *best)
{
	struct top *top = search->top;
	struct span spans[2] = { { 0, top->documents } };
	size_t n = ask->gate && ask->set != INDEX_USES ? index_gate_spans(ask->gate, spans) : 1, touched = 0;

	order_lists(top);
	for (size_t i = 0; i < n; i++)
		for (uint64_t from = spans[i].from; from < spans[i].to; from += CELLS) {
			uint32_t to = from + CELLS < spans[i].to ? (uint32_t)(from + CELLS) : spans[i].to;
			struct window w = { search, top, ask, best, (uint32_t)from, to, i + 1 == n && to == spans[i].to, false, { 0 } };

			clear(&w);
			add_lists(&w, touched);
			take_touched(&w, &touched);
			scan(&w);
		}
}

#include "search/index_top.h"

#include <string.h>

#include "search/index_log.h"

#include "base/mem.h"

/* More terms than these have so little weight each that the heaviest decide. */
#define TERMS_MAX 1024
#define SUM_MAX 65000

static bool
worse(const struct index_found *a, const struct index_found *b)
{
	return a->score != b->score ? a->score < b->score : a->ordinal > b->ordinal;
}

static void
sink(struct best *best, size_t i)
{
	struct index_found moving = best->v[i];

	for (size_t child = 2 * i + 1; child < best->n; child = 2 * i + 1) {
		if (child + 1 < best->n && worse(&best->v[child + 1], &best->v[child]))
			child++;
		if (!worse(&best->v[child], &moving))
			break;
		best->v[i] = best->v[child];
		i = child;
	}
	best->v[i] = moving;
}

void
best_offer(struct best *best, uint32_t ordinal, float score)
{
	struct index_found found = { ordinal, score };
	size_t i;

	if (best->n == best->k) {
		if (best->k == 0 || !worse(&best->v[0], &found))
			return;
		best->v[0] = found;
		sink(best, 0);
		return;
	}
	for (i = best->n++; i && worse(&found, &best->v[(i - 1) / 2]); i = (i - 1) / 2)
		best->v[i] = best->v[(i - 1) / 2];
	best->v[i] = found;
}

static int
by_score(const void *pa, const void *pb)
{
	const struct index_found *a = pa, *b = pb;

	return worse(a, b) ? 1 : -1;
}

void
best_sort(struct best *best)
{
	if (best->n > 1)
		qsort(best->v, best->n, sizeof(*best->v), by_score);
}

/* Of a use: what it answered with must be there, and pass. */
bool
top_admits(struct search *search, const struct index_ask *ask, uint32_t ordinal)
{
	uint32_t response = ordinal;

	if (ask->set == INDEX_USES) {
		response = index_use_response(search, ordinal);
		if (response == INDEX_NONE)
			return false;
	}
	if (ask->gate ? !index_passes(ask->gate, response) : !index_alive(search, response))
		return false;
	return !ask->accept || ask->accept(ask->context, ordinal);
}

static struct top *
top_of(struct search *search, size_t lists)
{
	struct top *top = search->top;

	if (!top) {
		uint32_t n = CELLS_MIN, most = keys_n(&search->h);

		while (n < CELLS && n < most)
			n *= 2;
		top = search->top = xcalloc(1, sizeof(*top));
		top->cells = xcalloc(n, sizeof(*top->cells));
		top->cells_mask = n - 1;
	}
	if (lists > top->cap) {
		free(top->lists);
		top->cap = lists;
		top->lists = xmalloc(lists * sizeof(*top->lists));
		free(top->rooms);
		top->rooms = xmalloc(lists * sizeof(*top->rooms));
		free(top->order);
		top->order = xcalloc(lists, sizeof(*top->order));
	}
	return top;
}

void
index_top_free(struct top **top)
{
	if (!*top)
		return;
	free((*top)->lists);
	free((*top)->rooms);
	free((*top)->order);
	free((*top)->cells);
	free(*top);
	*top = NULL;
}

static int
by_bound(const void *pa, const void *pb)
{
	const struct index_want *a = pa, *b = pb;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->term > b->term) - (a->term < b->term);
}

/* Opens the lists; weights become such that no cell can overflow. false: a term that must be there is nowhere. */
static bool
open_lists(struct search *search, struct top *top, const struct index_want *wants, size_t n, const struct index_ask *ask)
{
	double sum = 0;

	top->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct list *list = &top->lists[top->n];

		list->room = &top->rooms[top->n];
		if (!list_open(search, wants[i].term, ask->set, list)) {
			if (ask->all)
				return false;
			continue;
		}
		list->score = wants[i].weight > 0 ? wants[i].weight / 255 : 0;
		sum += (double)list->score * list->max;
		top->n++;
	}
	top->unit = sum > 0 ? sum / SUM_MAX : 1;
	/* The weight of a cell has sixteen bits, too. */
	for (size_t i = 0; i < top->n; i++)
		top->unit = top->lists[i].score / 255 > top->unit ? top->lists[i].score / 255 : top->unit;
	for (size_t i = 0; i < top->n; i++)
		top->lists[i].weight = (uint32_t)(top->lists[i].score / top->unit * 256);
	return true;
}

static void
run(struct search *search, const struct index_ask *ask, const struct index_want *wants, size_t n, struct best *best)
{
	struct top *top = top_of(search, n);

	top->documents = ask->set == INDEX_USES ? search->h.uses : search->h.responses;
	index_log_touch(search, ask->set, &top->touched, &top->touched_score, &top->touched_n);
	if (!open_lists(search, top, wants, n, ask))
		return;
	if (ask->all)
		top_each(search, ask, best);
	else
		top_bulk(search, ask, best);
}

size_t
index_top(struct search *search, const struct index_ask *ask, size_t k, struct index_found *out)
{
	struct best best = { out, 0, k };
	struct index_want *heaviest = NULL;
	size_t n = ask->n;

	if (n > TERMS_MAX && !ask->all) {
		heaviest = xmalloc(n * sizeof(*heaviest));
		memcpy(heaviest, ask->wants, n * sizeof(*heaviest));
		qsort(heaviest, n, sizeof(*heaviest), by_bound);
		n = TERMS_MAX;
	}
	if (k && n) {
		run(search, ask, heaviest ? heaviest : ask->wants, n, &best);
		index_log_top(search, ask, &best);
	}
	free(heaviest);
	best_sort(&best);
	return best.n;
}

#include "search/index_top.h"

#include <stdlib.h>

static int
by_length(const void *pa, const void *pb)
{
	const struct list *a = pa, *b = pb;

	return (a->n > b->n) - (a->n < b->n);
}

/* Those that the log says more of are left to it, whether the file has each of the terms or not. */
static bool
is_touched(struct top *top, size_t *next, uint32_t document)
{
	while (*next < top->touched_n && top->touched[*next] < document)
		++*next;
	return *next < top->touched_n && top->touched[*next] == document;
}

/* Documents in which each of the lists is: the shortest proposes, the others seek. */
void
top_each(struct search *search, const struct index_ask *ask, struct best *best)
{
	struct top *top = search->top;
	uint32_t document = 0;
	size_t touched = 0;

	if (!top->n)
		return;
	qsort(top->lists, top->n, sizeof(*top->lists), by_length);
	for (;;) {
		double score = 0;
		size_t i;

		for (i = 0; i < top->n; i++) {
			uint32_t at = list_seek(search, &top->lists[i], document);

			if (at == INDEX_NONE)
				return;
			if (at > document) {
				document = at;
				break;
			}
			score += top->lists[i].score * top->lists[i].impacts[top->lists[i].next];
		}
		if (i < top->n)
			continue;
		if (!is_touched(top, &touched, document) && (float)score > best_least(best) && document < top->documents && top_admits(search, ask, document))
			best_offer(best, document, (float)score);
		if (++document == 0)
			return;
	}
}

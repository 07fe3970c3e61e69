#include "search/rank.h"

#include <math.h>

static bool
sent(const struct rank_doc *use)
{
	return use->kind == SEARCH_SENT || use->kind == SEARCH_EDITED;
}

/* Those of a response one behind the other. */
static void
chain(struct rank *r)
{
	for (size_t i = r->uses.n; i; i--) {
		uint32_t *first = rank_table_put(r->scratch, &r->by_response, r->uses.v[i - 1].response);

		r->uses.v[i - 1].next = *first;
		*first = (uint32_t)i;
	}
}

/* The nearest of those that were sent vote, each by its likeness beside that of the first. */
void
rank_vote(struct rank *r)
{
	unsigned voters = 0;

	rank_order(r, &r->uses);
	chain(r);
	for (size_t i = 0; i < r->uses.n && voters < RANK_NEIGHBOURS; i++) {
		struct rank_doc *use = &r->uses.v[i];

		if (!sent(use) || use->score <= 0)
			continue;
		r->nearest = voters++ == 0 ? use->score : r->nearest;
		use->votes = pow(use->score / r->nearest, rank_constants.vote_power);
		r->votes += use->votes;
	}
}

/*
 * What was refused for a message like this one, or passed over, loses a part of
 * what the query could give: more of it the more alike they are, less of it the
 * more often it was sent for such messages all the same.
 */
static double
refused(const struct rank *r, double against, double most, double in_favour)
{
	return against > 0 ? rank_constants.refused * r->mass * most * against / (against + in_favour) : 0;
}

void
rank_past(struct rank *r, struct rank_doc *doc)
{
	double votes = 0, against = 0, most = 0, in_favour = 0, uses = doc->uses;

	for (const struct rank_doc *use = NULL; (use = rank_use_of(r, doc->ordinal, use));) {
		double like, weight = use->kind == SEARCH_PASSED ? rank_constants.passed : 1;

		like = pow(use->same, rank_constants.refused_power);
		if (sent(use)) {
			votes += use->votes;
			doc->near_n += use->votes > 0;
			in_favour += like;
			continue;
		}
		against += weight * like;
		most = fmax(most, weight * like);
	}
	doc->neighbours = r->votes > 0 ? rank_constants.neighbours * r->nearest * votes / r->votes * uses / (uses + rank_constants.vote_half) : 0;
	doc->refused = refused(r, against, most, in_favour);
}

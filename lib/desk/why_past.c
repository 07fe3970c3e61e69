/*
 * How an interaction came to be where it is: from its log, and from the
 * decisions kept with its offers.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/why_priv.h"

struct way {
	int64_t at;
	const char *event, *actor, *agent, *ref, *reason;
};
RECORD(rec_way, struct way, "way", NULL, TIME_FIELD(struct way, at, 0, NULL), TEXT_FIELD(struct way, event, 0, NULL), TEXT_FIELD(struct way, actor, 0, NULL),
       TEXT_FIELD(struct way, agent, 0, NULL), TEXT_FIELD(struct way, ref, 0, NULL), TEXT_FIELD(struct way, reason, 0, NULL))

struct past {
	struct telling *t;
	struct records offers;
	const char *kept; /* the agent whom it was kept for then */
};

static const struct offer *
offer_by_id(const struct past *past, const char *id)
{
	for (size_t i = 0; id && i < past->offers.n; i++)
		if (strcmp(((struct offer *)past->offers.v)[i].id, id) == 0)
			return (struct offer *)past->offers.v + i;
	return NULL;
}

/* Where it went, else the agent, else the interaction itself. */
static const char *
about_of(const struct telling *t, const struct way *way, enum why_word word)
{
	if (way->ref && strchr(way->ref, ':') && word != WHY_TAKEN)
		return way->ref;
	return way->agent ? why_about(t, "agent", way->agent) : t->ixn->id;
}

static struct why *
tell(const struct past *past, const struct way *way, enum why_word word)
{
	struct why *w = why_tell(past->t, way->at, about_of(past->t, way, word), word);

	w->agent = way->agent;
	w->reason = way->reason;
	w->actor = way->actor;
	if (strncmp(w->about, "queue:", 6) == 0)
		w->queue = w->about + 6;
	return w;
}

static void
tell_arrival(const struct past *past, struct why *w, const struct way *way, const struct offer *offer)
{
	(void)way, (void)offer;
	w->queue = past->t->ixn->origin_queue;
}

static void
tell_step(const struct past *past, struct why *w, const struct way *way, const struct offer *offer)
{
	(void)past, (void)offer;
	w->about = "lane";
	w->step = way->ref ? strtoll(way->ref, NULL, 10) : INT_ABSENT;
}

static void
tell_end(const struct past *past, struct why *w, const struct way *way, const struct offer *offer)
{
	(void)past, (void)way;
	w->offer = offer->id;
	w->purpose = names_get(&offer_purposes, (int)offer->purpose);
}

/* Offers. */

static void
compare(struct why *w, const struct decision *d, const struct verdict *v)
{
	if (!d->agents) {
		w->score = v->score;
		return;
	}
	w->policy = routing_policy_name(d->policy);
	w->idle = v->idle;
	if (d->policy == ROUTING_LEAST_LOADED)
		w->load = v->load;
	if (d->policy == ROUTING_BEST_FIT)
		w->fit = v->fit;
}

static void
tell_other(const struct past *past, const struct offer *offer, const struct decision *d, const struct verdict *v)
{
	struct why *w = why_tell(past->t, offer->created, d->agents ? why_about(past->t, "agent", v->id) : v->id, (enum why_word)WHY_OF(v->why));
	const struct verdict *first = &d->best[0];

	w->offer = offer->id;
	w->chosen = 0;
	*(d->agents ? &w->agent : &w->other) = v->id;
	compare(w, d, v);
	w->winner = d->agents ? first->id : NULL;
	if (!d->agents)
		w->winner_score = first->score;
	else
		w->winner_idle = first->idle;
	w->winner_load = w->load == INT_ABSENT ? INT_ABSENT : first->load;
	w->winner_fit = w->fit == INT_ABSENT ? INT_ABSENT : first->fit;
}

static void
tell_decision(const struct past *past, struct why *w, const struct offer *offer)
{
	struct arena *arena = past->t->call->arena;
	struct decision d;

	if (!routing_decision_parse(arena, offer->why, &d) || !d.chosen)
		return;
	compare(w, &d, &d.best[0]);
	w->considered = d.n > 1 ? (int64_t)d.n : INT_ABSENT;
	for (size_t i = 0; i < ROUTING_WHYS; i++)
		if (d.counts[i])
			pairs_add(arena, &w->counts, routing_why_name((enum routing_why)i), arena_printf(arena, "%zu", d.counts[i]));
	for (size_t i = 1; i < d.n_best; i++)
		tell_other(past, offer, &d, &d.best[i]);
}

static void
tell_offer(const struct past *past, struct why *w, const struct way *way, const struct offer *offer)
{
	(void)way;
	w->offer = offer->id;
	w->purpose = names_get(&offer_purposes, (int)offer->purpose);
	w->state = names_get(&offer_states, (int)offer->state);
	w->reason = past->kept && strcmp(past->kept, offer->agent) == 0 ? "last-agent" : NULL;
	w->until = offer->expires;
	w->chosen = 1;
	tell_decision(past, w, offer);
}

/* The log. */

static const struct {
	const char *event;
	enum why_word word;
	bool offer; /* ref names one: only of those that move it */
	void (*more)(const struct past *past, struct why *w, const struct way *way, const struct offer *offer);
} ways[] = {
	{ "ixn.created", WHY_ARRIVED, false, tell_arrival },
	{ "ixn.afterhours", WHY_AFTERHOURS, false, NULL },
	{ "ixn.overflowed", WHY_OVERFLOWED, false, NULL },
	{ "ixn.widened", WHY_WIDENED, false, tell_step },
	{ "ixn.reserved", WHY_KEPT, false, NULL },
	{ "ixn.released", WHY_RELEASED, false, NULL },
	{ "ixn.transferred", WHY_TRANSFERRED, false, NULL },
	{ "ixn.requeued", WHY_REQUEUED, false, NULL },
	{ "ixn.parked", WHY_PARKED, false, NULL },
	{ "ixn.taken", WHY_TAKEN, false, NULL },
	{ "ixn.abandoned", WHY_ABANDONED, false, NULL },
	{ "ixn.done", WHY_DONE, false, NULL },
	{ "offer.created", WHY_OFFERED, true, tell_offer },
	{ "offer.accepted", WHY_ACCEPTED, true, tell_end },
	{ "offer.rejected", WHY_REJECTED, true, tell_end },
	{ "offer.expired", WHY_EXPIRED, true, tell_end },
	{ "offer.withdrawn", WHY_WITHDRAWN, true, tell_end },
};

static void
tell_way(struct past *past, const struct way *way)
{
	const struct offer *offer = offer_by_id(past, way->ref);
	size_t i = 0;
	struct why *w;

	while (strcmp(ways[i].event, way->event) != 0)
		if (++i == COUNT_OF(ways))
			return;
	if (ways[i].offer && (!offer || offer_is_aside(offer)))
		return;
	w = tell(past, way, ways[i].word);
	if (ways[i].more)
		ways[i].more(past, w, way, offer);
	if (ways[i].word == WHY_KEPT)
		past->kept = way->agent;
	else if (ways[i].word != WHY_OFFERED)
		past->kept = NULL;
}

int
why_past(struct telling *t, struct err *err)
{
	struct past past = { .t = t };
	struct records all;

	if (sql_all(t->call->tx, t->call->arena, SQL_OFFERS_OF_IXN, ARGS(V_TEXT(t->ixn->id)), &rec_offer_row, &past.offers, err) < 0 ||
	    sql_all(t->call->tx, t->call->arena, SQL_WAYS_OF_IXN, ARGS(V_TEXT(t->ixn->id)), &rec_way, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		tell_way(&past, (struct way *)all.v + i);
	return 0;
}

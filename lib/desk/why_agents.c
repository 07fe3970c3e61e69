/*
 * Of each agent of the site: why this one is not asked now.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/why_priv.h"
#include "routing/skills.h"

void
why_shut(const struct waiting *s, struct why *w)
{
	w->queue = s->ixn->queue ? s->ixn->queue : "";
	if (!s->w.queue->push) {
		w->why = WHY_NOT_PUSHED;
	} else if (s->open) {
		w->limit = "stale";
		w->fault = 1;
	} else {
		w->until = s->change;
	}
}

static int
say_closed(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	(void)a, (void)err;
	why_shut(s, w);
	return 0;
}

static int
say_media(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	(void)s, (void)err;
	w->media = a->media;
	return 0;
}

static int
say_state(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	const struct presence *p = a->on;

	(void)s, (void)err;
	w->state = names_get(&agent_states, (int)p->state);
	w->reason = p->reason;
	w->since = p->since;
	w->until = p->until;
	if (p->pending != INT_ABSENT)
		w->pending = names_get(&agent_states, (int)p->pending);
	return 0;
}

static int
say_queues(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	(void)err;
	list_split(s->call->arena, a->is.queues, &w->queues);
	w->queue = s->ixn->queue;
	return 0;
}

static int
say_skills(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	(void)err;
	w->missing = a->is.missing;
	w->skills = s->w.lane.skills;
	return 0;
}

static int
say_exclusion(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	struct offer last;
	int rc = sql_one(s->call->tx, s->call->arena, SQL_OFFER_LAST, ARGS(V_TEXT(s->ixn->id), V_TEXT(a->is.agent)), &rec_offer_row, &last, err);

	w->until = a->excluded_until;
	/* Who had accepted it has put it back. */
	if (rc > 0)
		w->reason = last.state == OFFER_ACCEPTED ? "requeued" : names_get(&offer_states, (int)last.state);
	return rc < 0 ? -1 : 0;
}

static int
say_reserved(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	(void)a, (void)err;
	w->winner = s->w.lane.agent;
	w->reason = s->ixn->reserved;
	w->until = s->kept;
	return 0;
}

static int
say_full(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	struct routing_limited l;
	struct capacity capacity;
	struct agent *agent;
	struct load load;

	if (agent_get(s->call, a->is.agent, &agent, err) < 0 || agent_capacity(s->call, a->is.agent, &capacity, err) < 0 ||
	    agent_load(s->call, a->is.agent, &load, err) < 0)
		return -1;
	routing_limited(&capacity, &load, s->ixn->medium, &l);
	w->capacity = agent->capacity_rule;
	w->limit = l.limit == LIMIT_NONE ? NULL : routing_limit_name(l.limit);
	w->load = l.count;
	for (size_t i = 0; i < load.n; i++)
		pairs_add(s->call->arena, &w->in_hand, load.of[i].medium, arena_printf(s->call->arena, "%d", load.of[i].count));
	if (l.rule && l.rule->max >= 0)
		w->max = l.rule->max;
	if (l.rule && l.rule->needs > 0) {
		w->needs = l.rule->needs;
		w->spare = l.spare;
	}
	if (l.rule && l.rule->unless)
		w->unless = skills_canonical(s->call->arena, l.rule->unless);
	return 0;
}

/* Nothing is in the way of this one, or only another who comes first. */
static int
say_possible(struct waiting *s, const struct weighed *a, struct why *w, struct err *err)
{
	const struct verdict *first = &s->w.decision.best[0];

	(void)err;
	w->policy = routing_policy_name(s->w.policy);
	if (a->why != ROUTING_CHOSEN) {
		w->winner = first->id;
		w->winner_idle = first->idle;
		w->winner_load = first->load;
		w->winner_fit = first->fit;
	} else if (s->drain == INT_ABSENT) {
		w->fault = 1;
	} else {
		w->limit = "drain";
	}
	return 0;
}

typedef int say_fn(struct waiting *s, const struct weighed *a, struct why *w, struct err *err);

static say_fn *const says[ROUTING_WHYS] = {
	[ROUTING_CHOSEN] = say_possible,
	[ROUTING_LESS_IDLE] = say_possible,
	[ROUTING_MORE_LOADED] = say_possible,
	[ROUTING_WORSE_FIT] = say_possible,
	[ROUTING_LATER] = say_possible,
	[ROUTING_TIE] = say_possible,
	[ROUTING_CLOSED] = say_closed,
	[ROUTING_NOT_ON_MEDIUM] = say_media,
	[ROUTING_NOT_READY] = say_state,
	[ROUTING_NOT_MEMBER] = say_queues,
	[ROUTING_UNSKILLED] = say_skills,
	[ROUTING_EXCLUDED] = say_exclusion,
	[ROUTING_RESERVED] = say_reserved,
	[ROUTING_FULL] = say_full,
};

static int
tell_agent(struct waiting *s, const struct weighed *a, struct err *err)
{
	struct why *w = why_tell(s->t, s->call->now, why_about(s->t, "agent", a->is.agent), (enum why_word)WHY_OF(a->why));

	w->agent = a->is.agent;
	w->chosen = a->why == ROUTING_CHOSEN;
	if (a->on) {
		w->idle = a->as.idle_since < s->call->now ? s->call->now - a->as.idle_since : 0;
		w->load = a->as.load;
		w->room = a->as.room;
	}
	if (s->w.policy == ROUTING_BEST_FIT && !a->is.missing)
		w->fit = a->as.fit;
	return says[a->why] ? says[a->why](s, a, w, err) : 0;
}

/* Who came nearest to being asked first. */
static int
by_nearness(const void *a, const void *b)
{
	const struct weighed *x = *(struct weighed *const *)a, *y = *(struct weighed *const *)b;
	bool x_could = x->why < ROUTING_CLOSED, y_could = y->why < ROUTING_CLOSED;

	if (x_could != y_could)
		return x_could ? -1 : 1;
	if (x->why != y->why)
		return (x->why < y->why) == x_could ? -1 : 1;
	if (x->is.ord != y->is.ord)
		return x->is.ord < y->is.ord ? -1 : 1;
	return strcmp(x->is.agent, y->is.agent);
}

int
why_agents(struct waiting *s, struct err *err)
{
	struct weighed **v = arena_alloc(s->call->arena, (s->w.n + 1) * sizeof(struct weighed *));

	for (size_t i = 0; i < s->w.n; i++)
		v[i] = &s->w.v[i];
	qsort(v, s->w.n, sizeof(struct weighed *), by_nearness);
	for (size_t i = 0; i < s->w.n; i++)
		if (tell_agent(s, v[i], err) < 0)
			return -1;
	return 0;
}

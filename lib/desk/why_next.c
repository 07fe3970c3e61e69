/*
 * What will change by itself for an interaction that waits, and when.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/why_priv.h"

/* The head of another lane that some of the same agents serve. */
struct beside {
	const char *id;
	int64_t key;
	double ageing;
};
RECORD(rec_beside, struct beside, "beside", NULL, ID_FIELD(struct beside, id, 0, NULL), INT_FIELD(struct beside, key, 0, NULL), REAL_FIELD(struct beside, ageing, 0, NULL))

static int
heads_beside(struct waiting *s, struct records *out, struct err *err)
{
	return sql_all(s->call->tx, s->call->arena, SQL_HEADS_BESIDE, ARGS(V_INT(s->ixn->lane), V_INT(s->call->now), V_TEXT(s->ixn->medium)), &rec_beside, out, err);
}

static bool
before(const struct waiting *s, const struct beside *b)
{
	return routing_score(s->call->now, b->key, b->ageing) > routing_score(s->call->now, s->ixn->sort_key, s->ageing);
}

int
why_ahead(struct waiting *s, int64_t *n_r, struct err *err)
{
	struct records heads;

	*n_r = 0;
	if (heads_beside(s, &heads, err) < 0)
		return -1;
	for (size_t i = 0; i < heads.n; i++)
		*n_r += before(s, (struct beside *)heads.v + i);
	return 0;
}

static void
foretell_agents(struct waiting *s)
{
	for (size_t i = 0; i < s->w.n; i++) {
		const struct weighed *a = &s->w.v[i];
		const char *about = why_about(s->t, "agent", a->is.agent);

		if (a->why == ROUTING_EXCLUDED)
			why_tell(s->t, a->excluded_until, about, WHY_AGAIN)->agent = a->is.agent;
		else if (a->why == ROUTING_NOT_READY && a->on->until != INT_ABSENT && a->on->follows == AGENT_READY)
			why_tell(s->t, a->on->until, about, WHY_READY)->agent = a->is.agent;
	}
}

static const char *
or_none(const char *skills)
{
	return skills[0] ? skills : NULL;
}

static int
foretell_step(struct waiting *s, const struct widen *step, int64_t number, struct err *err)
{
	struct why *w = why_tell(s->t, s->ixn->queued + step->after, why_about(s->t, "queue", s->ixn->queue), WHY_WIDENS);
	const char *skills;

	if (lane_skills(s->call, step->skills, s->ixn->skills, &skills, err) < 0)
		return -1;
	w->queue = s->ixn->queue;
	w->step = number;
	w->skills = or_none(skills);
	return 0;
}

/* When it goes to its queue, and what is asked for by then. */
static int
foretell_release(struct waiting *s, const char *asked, struct err *err)
{
	struct why *w = why_tell(s->t, s->kept, why_about(s->t, "agent", s->w.lane.agent), WHY_RELEASES);
	const char *skills;

	if (lane_skills(s->call, asked, s->ixn->skills, &skills, err) < 0)
		return -1;
	w->agent = s->w.lane.agent;
	w->skills = or_none(skills);
	return 0;
}

/* As long as it is in its queue: an overflow ends that. */
static int
foretell_queue(struct waiting *s, struct err *err)
{
	time_ms from = s->kept == INT_ABSENT ? s->call->now : s->kept, over;
	struct ixn at_large = *s->ixn;
	struct records steps;
	const char *asked;
	int64_t widened;

	at_large.reserved = NULL;
	over = rules_overflow_at(s->w.queue, &at_large);
	over = over < from ? from : over;
	if (over != INT64_MAX)
		why_tell(s->t, over, why_about(s->t, "queue", s->w.queue->overflow_to), WHY_OVERFLOWS)->queue = s->w.queue->overflow_to;
	if (rules_widened(s->call, s->w.queue, s->ixn, from, &widened, &asked, err) < 0 || (s->kept != INT_ABSENT && foretell_release(s, asked, err) < 0) ||
	    sql_all(s->call->tx, s->call->arena, SQL_WIDEN_OF, ARGS(V_TEXT(s->w.queue->name)), &rec_widen, &steps, err) < 0)
		return -1;
	for (size_t i = (size_t)widened; i < steps.n; i++) {
		const struct widen *step = (struct widen *)steps.v + i;

		if (s->ixn->queued + step->after < over && foretell_step(s, step, (int64_t)i + 1, err) < 0)
			return -1;
	}
	return 0;
}

static void
foretell_hours(struct waiting *s)
{
	if (s->change != INT_ABSENT && s->w.queue->push)
		why_tell(s->t, s->change, why_about(s->t, "queue", s->ixn->queue), s->open ? WHY_CLOSES : WHY_OPENS)->queue = s->ixn->queue;
}

static int
foretell_heads(struct waiting *s, struct err *err)
{
	struct records heads;

	if (heads_beside(s, &heads, err) < 0)
		return -1;
	for (size_t i = 0; i < heads.n; i++) {
		const struct beside *b = (struct beside *)heads.v + i;
		time_ms at = routing_overtakes_at(s->ixn->sort_key, s->ageing, b->key, b->ageing);
		struct why *w;

		if (!before(s, b) || at == INT64_MAX || at <= s->call->now)
			continue;
		w = why_tell(s->t, at, b->id, WHY_OVERTAKES);
		w->other = b->id;
		w->winner_score = why_score(s->call->now, b->key, b->ageing);
	}
	return 0;
}

static int
foretell(struct waiting *s, struct err *err)
{
	bool handed = s->ixn->reserved && strcmp(s->ixn->reserved, "last-agent") != 0;

	foretell_agents(s);
	if (foretell_heads(s, err) < 0)
		return -1;
	/* What was handed over waits for that agent, whatever its queue does. */
	if (!s->ixn->queue || handed)
		return 0;
	foretell_hours(s);
	return foretell_queue(s, err);
}

static int
by_time(const void *a, const void *b)
{
	const struct why *x = *(struct why *const *)a, *y = *(struct why *const *)b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->why != y->why)
		return x->why < y->why ? -1 : 1;
	return strcmp(x->about, y->about);
}

int
why_next(struct waiting *s, struct err *err)
{
	size_t from = s->t->all.n;

	if (foretell(s, err) < 0)
		return -1;
	qsort(s->t->all.v + from, s->t->all.n - from, sizeof(*s->t->all.v), by_time);
	return 0;
}

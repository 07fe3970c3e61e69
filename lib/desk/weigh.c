/*
 * Every agent of the site as a candidate for what waits, those who cannot be
 * asked, too: for who wants to know why. Routing itself looks at no more than it must.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/route_priv.h"
#include "routing/skills.h"

struct exclusion {
	const char *agent;
	int64_t until;
};
RECORD(rec_exclusion, struct exclusion, "exclusion", NULL, TEXT_FIELD(struct exclusion, agent, 0, NULL), TIME_FIELD(struct exclusion, until, 0, NULL))

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct weighed *)a)->is.agent, ((const struct weighed *)b)->is.agent);
}

static struct weighed *
find(struct weighing *w, const char *agent)
{
	struct weighed key = { .is = { .agent = agent } };

	return w->n ? bsearch(&key, w->v, w->n, sizeof(*w->v), by_name) : NULL;
}

/* Who is logged in, for what, and what became of it on this medium. */
static int
add_presence(struct call *call, const char *medium, struct weighing *w, struct err *err)
{
	struct records all;

	if (sql_all(call->tx, call->arena, SQL_PRESENCE_LIST, ARGS(V_NULL, V_INT(call->now)), &rec_presence, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct presence *p = (struct presence *)all.v + i;
		struct weighed *a = find(w, p->agent);

		if (!a)
			continue;
		texts_add(call->arena, &a->media, p->medium);
		if (strcmp(p->medium, medium) == 0)
			a->on = p;
	}
	return 0;
}

static int
add_exclusions(struct call *call, const char *ixn, struct weighing *w, struct err *err)
{
	struct records all;

	if (sql_all(call->tx, call->arena, SQL_EXCLUSIONS_OF, ARGS(V_TEXT(ixn), V_INT(call->now)), &rec_exclusion, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct exclusion *x = (struct exclusion *)all.v + i;
		struct weighed *a = find(w, x->agent);

		if (a)
			a->excluded_until = x->until;
	}
	return 0;
}

/* As a lane has its agents where their order counts. */
static int
by_rank(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;
	int64_t idle_x = x->on ? x->on->idle_since : 0, idle_y = y->on ? y->on->idle_since : 0;

	if (x->is.rank != y->is.rank)
		return x->is.rank < y->is.rank ? -1 : 1;
	if (idle_x != idle_y)
		return idle_x < idle_y ? -1 : 1;
	return by_name(a, b);
}

static struct candidate
candidate_of(const struct weighing *w, const struct weighed *a)
{
	struct candidate c = { .name = a->is.agent, .logged_in = a->media.n > 0, .not_on_medium = !a->on, .excluded_until = a->excluded_until };

	if (a->on) {
		c.idle_since = a->on->idle_since;
		c.load = (int)a->on->load;
		c.room = (int)a->on->room;
		c.ready = a->on->state == AGENT_READY && a->on->pending == INT_ABSENT;
	}
	c.not_member = !a->is.member;
	c.reserved = w->lane.agent[0] && !a->is.own;
	if (a->is.missing)
		c.fit = SKILLS_UNFIT;
	else if (w->policy == ROUTING_BEST_FIT)
		c.fit = (int)a->is.rank;
	return c;
}

static void
decide(struct call *call, struct weighing *w)
{
	struct candidate *list = arena_alloc(call->arena, (w->n + 1) * sizeof(*list));
	struct candidates in = { .now = call->now, .policy = w->policy, .agent = list, .n = w->n, .closed = !w->lane.open };

	qsort(w->v, w->n, sizeof(*w->v), by_rank);
	for (size_t i = 0; i < w->n; i++)
		list[i] = candidate_of(w, &w->v[i]);
	routing_pick_agent(&in, &w->decision);
	for (size_t i = 0; i < w->n; i++) {
		w->v[i].why = routing_agent_why(&in, &w->decision, i);
		w->v[i].as = list[i];
	}
}

int
route_weigh(struct call *call, const struct ixn *ixn, struct weighing *out, struct err *err)
{
	struct serving *serving;
	int rc;

	*out = (struct weighing){ .n = 0 };
	rc = sql_one(call->tx, call->arena, SQL_LANE_GET, ARGS(V_INT(ixn->lane)), &rec_lane, &out->lane, err);
	if (rc == 0)
		return err_set(err, E_BUG, "what", arena_printf(call->arena, "%s waits in no lane", ixn->id), NULL);
	if (rc < 0 || queue_of(call, ixn, &out->queue, err) < 0 || lane_serving(call, &out->lane, out->queue, &serving, &out->n, err) < 0)
		return -1;
	out->policy = lane_policy(&out->lane, out->queue);
	out->v = arena_alloc(call->arena, (out->n + 1) * sizeof(*out->v));
	for (size_t i = 0; i < out->n; i++)
		out->v[i].is = serving[i];
	qsort(out->v, out->n, sizeof(*out->v), by_name);
	if (add_presence(call, ixn->medium, out, err) < 0 || add_exclusions(call, ixn->id, out, err) < 0)
		return -1;
	decide(call, out);
	return 0;
}

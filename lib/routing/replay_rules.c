/*
 * The rules of queues in a replay: where something waits, and what its
 * deadlines change.
 */
#include <stdio.h>

#include "routing/replay_priv.h"

/* Lanes. */

static bool
serves(const struct worker *worker, const struct lane *lane)
{
	if (worker->in->queue && (lane->queue == NONE || !BIT_GET(worker->queues, lane->queue)))
		return false;
	return skills_match(lane->expr, worker->in->skill, worker->in->n_skills, NULL);
}

/* What the queue asks for by now, and what the item does beside. */
static const char *
skills_asked(struct world *w, const struct item *item)
{
	const struct replay_queue *q = w->place[item->queue].in;
	const char *own = replay_text(leg_of(item)->skills), *its = replay_text(item->widened ? q->widen[item->widened - 1].skills : q->skills);

	if (*own && *its)
		return arena_printf(w->arena, "(%s) & (%s)", its, own);
	return *own ? own : its;
}

static int
lane_make(struct world *w, const struct item *item, uint32_t alone)
{
	const struct replay_queue *q = w->place[item->queue].in;
	struct lane lane = {
		.medium = item->medium,
		.queue = alone == NONE ? item->queue : NONE,
		.agent = alone,
		.ageing = alone == NONE ? q->ageing : 1.0,
		.policy = q->policy,
		.members = arena_alloc(w->arena, (WORDS_OF(w->n_workers) + 1) * sizeof(*lane.members)),
		.busy_at = SIZE_MAX,
	};

	if (skills_parse(w->arena, alone == NONE ? skills_asked(w, item) : NULL, &lane.expr, w->err) < 0)
		return -1;
	for (uint32_t a = 0; a < w->n_workers; a++)
		if (alone == NONE ? serves(&w->worker[a], &lane) : a == alone)
			BIT_SET(lane.members, a);
	if (alone == NONE && lane.policy == ROUTING_BEST_FIT) {
		lane.fit = arena_alloc(w->arena, (w->n_workers + 1) * sizeof(*lane.fit));
		for (uint32_t a = 0; a < w->n_workers; a++)
			lane.fit[a] = skills_fit(lane.expr, w->worker[a].in->skill, w->worker[a].in->n_skills);
	}
	vec_push(w->arena, &w->lanes, lane);
	return 0;
}

#define LANE_NAME 64

static void
own_name(char *name, uint32_t medium, uint32_t agent)
{
	snprintf(name, LANE_NAME, "%u:%u", medium, agent);
}

/* NONE: nothing ever waited for that agent alone. */
static uint32_t
own_lane(const struct world *w, uint32_t medium, uint32_t agent)
{
	char name[LANE_NAME];

	own_name(name, medium, agent);
	return replay_word_find(&w->lane_names, name);
}

static int
lane_of(struct world *w, const struct item *item, uint32_t alone, uint32_t *lane_r)
{
	uint32_t skills = replay_word(w->arena, &w->skills, replay_text(leg_of(item)->skills));
	char name[LANE_NAME];

	if (alone != NONE)
		own_name(name, item->medium, alone);
	else
		snprintf(name, sizeof(name), "%u:%u:%u:%u", item->medium, item->queue, item->widened, skills);
	*lane_r = replay_word_find(&w->lane_names, name);
	if (*lane_r != NONE)
		return 0;
	*lane_r = replay_word(w->arena, &w->lane_names, arena_strdup(w->arena, name));
	return lane_make(w, item, alone);
}

/* Where it waits. */

static void
widen_due(struct world *w, struct item *item)
{
	const struct replay_queue *q = w->place[item->queue].in;

	for (item->widened = 0; item->widened < q->n_widen && item->in->at + q->widen[item->widened].after <= w->now;)
		item->widened++;
}

/* Into the lane of its queue, or of one agent alone. */
static void
enter(struct world *w, uint32_t i, uint32_t alone)
{
	struct item *item = &w->item[i];
	uint32_t lane;

	if (lane_of(w, item, alone, &lane) < 0) {
		w->failed = true;
		return;
	}
	item->key = routing_sort_key(item->in->at, item->in->priority, w->lanes.v[lane].ageing);
	replay_lane_add(w, lane, i);
}

/* Its queue keeps it, and it waits there for whoever is free. */
static void
stay(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	const struct replay_queue *q = w->place[item->queue].in;

	enter(w, i, NONE);
	if (w->failed)
		return;
	if (q->overflow_to && q->overflow_after >= 0)
		replay_at(w, item->entered + q->overflow_after, MOMENT_OVERFLOW, i);
	if (item->widened < q->n_widen)
		replay_at(w, item->in->at + q->widen[item->widened].after, MOMENT_WIDEN, i);
	if (!w->quiet)
		replay_route_item(w, i);
}

static bool
somebody(struct world *w, const struct item *item)
{
	const struct lane *lane;
	uint32_t l;

	if (lane_of(w, item, NONE, &l) < 0) {
		w->failed = true;
		return true;
	}
	lane = &w->lanes.v[l];
	for (uint32_t a = 0; a < w->n_workers; a++)
		if (BIT_GET(lane->members, a) && w->worker[a].on[lane->medium].logged_in > 0)
			return true;
	return false;
}

/* Where its queue sends what comes now, or has waited too long; NULL: it keeps it. */
static const char *
onward(struct world *w, const struct item *item)
{
	const struct place *place = &w->place[item->queue];
	const struct replay_queue *q = place->in;

	if (!place->open)
		return q->closed == REPLAY_MOVE ? q->closed_to : NULL;
	if (!q->overflow_to)
		return NULL;
	if (q->overflow_length >= 0 && place->waiting >= (size_t)q->overflow_length)
		return q->overflow_to;
	if (q->overflow_nobody && !somebody(w, item))
		return q->overflow_to;
	return q->overflow_after >= 0 && item->entered + q->overflow_after <= w->now ? q->overflow_to : NULL;
}

static void
move_to(struct world *w, struct item *item, const char *queue)
{
	item->queue = replay_word_find(&w->queues, queue);
	item->entered = w->now;
	item->fate->overflowed = true;
	widen_due(w, item);
}

/* Only while the contact is connected, and only what nobody has had. */
static bool
turned_away(const struct world *w, const struct item *item)
{
	const struct place *place = &w->place[item->queue];

	return !place->open && place->in->closed == REPLAY_TURN_AWAY && item->in->online && item->fate->end == REPLAY_WAITING;
}

/* When it came. */
static bool
was_open(const struct world *w, const struct item *item)
{
	const struct place *place = &w->place[item->queue];

	return w->quiet && place->in->hours ? hours_open(place->in->hours, item->entered) : place->open;
}

/* The agent who served the contact last, if that one is to be waited for. */
static uint32_t
last_of(struct world *w, const struct item *item)
{
	const struct place *place = &w->place[item->queue];
	const struct on_medium *on;
	uint32_t agent = item->contact == NONE ? NONE : w->last[item->contact].agent, lane;

	if (agent == NONE || !was_open(w, item) || place->in->last == REPLAY_LAST_OFF || item->fate->end != REPLAY_WAITING)
		return NONE;
	on = &w->worker[agent].on[item->medium];
	/* After-call work bars an agent from being chosen, and does not end the wait. */
	if (on->ready <= 0 || (on->wrapping > 0 && !w->quiet))
		return NONE;
	if (lane_of(w, item, NONE, &lane) < 0) {
		w->failed = true;
		return NONE;
	}
	return place->in->last == REPLAY_LAST_ALWAYS || BIT_GET(w->lanes.v[lane].members, agent) ? agent : NONE;
}

/* It has come to its queue. A site's queues never overflow in circles; here, too, that must end. */
static void
come(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	const char *to;
	time_ms until;
	uint32_t last;

	widen_due(w, item);
	/* What waits when the period begins has been kept. */
	for (size_t hops = 0; !w->quiet && hops < w->n_places && !w->failed && (to = onward(w, item)); hops++)
		move_to(w, item, to);
	if (!w->quiet && turned_away(w, item)) {
		item->fate->end = REPLAY_TURNED_AWAY;
		item->state = ITEM_GONE;
		return;
	}
	last = last_of(w, item);
	until = item->entered + w->place[item->queue].in->last_wait;
	/* What waited for one when the period began has waited for some of the time. */
	if (until <= w->now && w->quiet)
		last = NONE;
	if (last == NONE) {
		stay(w, i);
		return;
	}
	enter(w, i, last);
	item->reserved = true;
	replay_at(w, until, MOMENT_RELEASE, i);
	if (!w->quiet)
		replay_route_item(w, i);
}

/* What came for one agent and to no queue can only wait for that one. */
static bool
has_queue(const struct world *w, const struct item *item)
{
	return *w->queues.v[item->queue];
}

void
replay_arrive(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	const char *agent = replay_text(leg_of(item)->agent);
	uint32_t alone = *agent ? replay_word_find(&w->agents, agent) : NONE;
	bool there;

	item->queue = replay_word_find(&w->queues, replay_text(leg_of(item)->queue));
	/* What waits when the period begins has waited there. */
	item->entered = w->quiet ? item->in->at : w->now;
	item->reserved = false;
	there = alone != NONE && (w->worker[alone].on[item->medium].logged_in > 0 || !has_queue(w, item));
	if (!there) {
		come(w, i);
		return;
	}
	enter(w, i, alone);
	if (!w->quiet)
		replay_route_item(w, i);
}

/* Deadlines. */

/* It waits for no agent in particular any more. */
static void
release(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	const struct replay_queue *q = w->place[item->queue].in;

	replay_lane_remove(w, i);
	item->reserved = false;
	widen_due(w, item);
	if (q->overflow_to && q->overflow_after >= 0 && item->entered + q->overflow_after <= w->now) {
		move_to(w, item, q->overflow_to);
		come(w, i);
	} else {
		stay(w, i);
	}
}

/* Who is not ready is not waited for as the last agent; who has gone, for nothing. */
void
replay_away(struct world *w, uint32_t agent)
{
	for (uint32_t m = 0; m < w->media.n; m++) {
		const struct on_medium *on = &w->worker[agent].on[m];
		uint32_t lane = own_lane(w, m, agent);

		for (size_t k = 0; lane != NONE && on->ready <= 0 && k < w->lanes.v[lane].n;) {
			uint32_t i = w->lanes.v[lane].heap[k];

			if (w->item[i].reserved || (on->logged_in <= 0 && has_queue(w, &w->item[i])))
				release(w, i);
			else
				k++;
		}
	}
}

/* What waited for the queue to open, the oldest first, as long as somebody is free for its lane. */
static void
drain(struct world *w, uint32_t queue)
{
	bool *over = arena_alloc(w->arena, (w->lanes.n + 1) * sizeof(*over));
	size_t n = w->lanes.n, best;

	do {
		best = SIZE_MAX;
		for (size_t l = 0; l < n; l++) {
			const struct lane *lane = &w->lanes.v[l];

			if (lane->queue != queue || over[l] || lane->n == 0)
				continue;
			if (best == SIZE_MAX || replay_ahead(w, lane->heap[0], w->lanes.v[best].heap[0]))
				best = l;
		}
		if (best != SIZE_MAX) {
			uint32_t first = w->lanes.v[best].heap[0];

			replay_route_item(w, first);
			over[best] = w->item[first].state == ITEM_WAITING;
		}
	} while (best != SIZE_MAX);
}

static void
hours_moment(struct world *w, uint32_t queue)
{
	struct place *place = &w->place[queue];
	time_ms next = hours_next(place->in->hours, w->now);

	place->open = hours_open(place->in->hours, w->now);
	for (uint32_t l = 0; l < w->lanes.n; l++)
		if (w->lanes.v[l].queue == queue)
			replay_lane_shown(w, l);
	if (next < INT64_MAX)
		replay_at(w, next, MOMENT_HOURS, queue);
	if (place->open)
		drain(w, queue);
}

void
replay_begin(struct world *w)
{
	for (uint32_t q = 0; q < w->n_places; q++) {
		struct hours *hours = w->place[q].in->hours;
		time_ms next = hours ? hours_next(hours, w->now) : INT64_MAX;

		w->place[q].open = !hours || hours_open(hours, w->now);
		if (next < INT64_MAX)
			replay_at(w, next, MOMENT_HOURS, q);
	}
}

void
replay_deadline(struct world *w, const struct moment *m)
{
	struct item *item;

	if (m->kind == MOMENT_HOURS) {
		hours_moment(w, m->who);
		return;
	}
	item = &w->item[m->who];
	if (m->kind == MOMENT_RELEASE) {
		release(w, m->who);
		return;
	}
	replay_lane_remove(w, m->who);
	if (m->kind == MOMENT_OVERFLOW) {
		move_to(w, item, w->place[item->queue].in->overflow_to);
		come(w, m->who);
	} else {
		widen_due(w, item);
		stay(w, m->who);
	}
}

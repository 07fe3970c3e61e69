/*
 * Who waits, who is free, what comes next: heaps, and a list in order.
 *
 * A lane is a heap that knows where each item is, since contacts leave from the
 * middle. The free agents of a medium are an array in the order in which they
 * are chosen: who becomes free comes last, mostly, so little has to be moved.
 */
#include <string.h>

#include "routing/replay_priv.h"

/* Moments. */

static bool
sooner(const struct moment *a, const struct moment *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->kind != b->kind)
		return a->kind < b->kind;
	return a->who < b->who;
}

void
replay_at(struct world *w, time_ms at, enum moment_kind kind, uint32_t who)
{
	struct moment m = { at < w->now ? w->now : at, kind, who, kind == MOMENT_HOURS || kind == MOMENT_SHIFT ? 0 : w->item[who].turn };
	size_t i, up;

	if (m.at >= w->in->until)
		return;
	vec_push(w->arena, &w->moments, m);
	for (i = w->moments.n - 1; i > 0 && sooner(&m, &w->moments.v[up = (i - 1) / 2]); i = up)
		w->moments.v[i] = w->moments.v[up];
	w->moments.v[i] = m;
}

bool
replay_next(struct world *w, struct moment *m_r)
{
	struct moment *v = w->moments.v, last;
	size_t i = 0, down, n;

	if (w->moments.n == 0)
		return false;
	*m_r = v[0];
	n = --w->moments.n;
	last = v[n];
	for (; (down = 2 * i + 1) < n; i = down) {
		down += down + 1 < n && sooner(&v[down + 1], &v[down]);
		if (!sooner(&v[down], &last))
			break;
		v[i] = v[down];
	}
	v[i] = last;
	return true;
}

/* Lanes. */

bool
replay_ahead(const struct world *w, uint32_t a, uint32_t b)
{
	const struct item *x = &w->item[a], *y = &w->item[b];

	return x->key != y->key ? x->key < y->key : a < b;
}

static void
settle_in(struct world *w, struct lane *lane, uint32_t item, size_t i)
{
	size_t up, down;

	for (; i > 0 && replay_ahead(w, item, lane->heap[up = (i - 1) / 2]); i = up) {
		lane->heap[i] = lane->heap[up];
		w->item[lane->heap[i]].at = i;
	}
	for (; (down = 2 * i + 1) < lane->n; i = down) {
		down += down + 1 < lane->n && replay_ahead(w, lane->heap[down + 1], lane->heap[down]);
		if (!replay_ahead(w, lane->heap[down], item))
			break;
		lane->heap[i] = lane->heap[down];
		w->item[lane->heap[i]].at = i;
	}
	lane->heap[i] = item;
	w->item[item].at = i;
}

void
replay_lane_shown(struct world *w, uint32_t lane)
{
	struct lane *l = &w->lanes.v[lane];
	bool shown = l->n > 0 && (l->queue == NONE || w->place[l->queue].open);

	if (shown == (l->busy_at != SIZE_MAX))
		return;
	if (shown) {
		l->busy_at = w->busy.n;
		vec_push(w->arena, &w->busy, lane);
		return;
	}
	w->busy.v[l->busy_at] = w->busy.v[--w->busy.n];
	w->lanes.v[w->busy.v[l->busy_at]].busy_at = l->busy_at;
	l->busy_at = SIZE_MAX;
}

void
replay_lane_add(struct world *w, uint32_t lane, uint32_t item)
{
	struct lane *l = &w->lanes.v[lane];

	if (l->n == l->cap)
		l->heap = arena_grow(w->arena, l->heap, &l->cap, sizeof(*l->heap));
	l->n++;
	settle_in(w, l, item, l->n - 1);
	w->item[item].lane = lane;
	w->item[item].state = ITEM_WAITING;
	if (l->queue != NONE)
		w->place[l->queue].waiting++;
	replay_lane_shown(w, lane);
}

void
replay_lane_remove(struct world *w, uint32_t item)
{
	struct item *it = &w->item[item];
	struct lane *l = &w->lanes.v[it->lane];
	uint32_t last = l->heap[--l->n];

	if (last != item)
		settle_in(w, l, last, it->at);
	if (l->queue != NONE)
		w->place[l->queue].waiting--;
	replay_lane_shown(w, it->lane);
	it->lane = NONE;
	it->turn++;
}

/* Who is free. */

static size_t
idle_at(const struct world *w, uint32_t medium, uint32_t agent)
{
	const struct idle *idle = &w->idle[medium];
	time_ms since = w->worker[agent].on[medium].idle_since;
	size_t low = 0, high = idle->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		time_ms its = w->worker[idle->agent[mid]].on[medium].idle_since;

		if (its < since || (its == since && idle->agent[mid] < agent))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void
set_free(struct world *w, uint32_t agent, uint32_t medium, bool is_free)
{
	struct idle *idle = &w->idle[medium];
	struct on_medium *on = &w->worker[agent].on[medium];
	size_t at;

	if (on->free == is_free)
		return;
	at = idle_at(w, medium, agent);
	on->free = is_free;
	if (is_free) {
		memmove(idle->agent + at + 1, idle->agent + at, (idle->n++ - at) * sizeof(*idle->agent));
		idle->agent[at] = agent;
	} else {
		memmove(idle->agent + at, idle->agent + at + 1, (--idle->n - at) * sizeof(*idle->agent));
	}
}

void
replay_idle(struct world *w, uint32_t agent, uint32_t medium, time_ms since)
{
	struct on_medium *on = &w->worker[agent].on[medium];

	if (since <= on->idle_since)
		return;
	set_free(w, agent, medium, false);
	on->idle_since = since;
}

void
replay_refresh(struct world *w, uint32_t agent)
{
	struct worker *worker = &w->worker[agent];
	struct load load = { 0 };

	for (size_t m = 0; m < w->media.n && load.n < ROUTING_MEDIA; m++) {
		if (worker->on[m].load == 0)
			continue;
		load.of[load.n].medium = w->media.v[m];
		load.of[load.n++].count = worker->on[m].load;
	}
	for (uint32_t m = 0; m < w->media.n; m++) {
		struct on_medium *on = &worker->on[m];

		if (on->ready > 0)
			on->room = routing_room(&worker->in->capacity, &load, w->media.v[m]);
		set_free(w, agent, m, on->ready > 0 && on->wrapping == 0 && on->room > 0);
	}
}

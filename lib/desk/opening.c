/*
 * When queues are open. A calendar has one deadline: its next change. The log
 * tells each change at its own time; lanes are open as of now, for whatever is
 * offered is offered now.
 */
#include "desk/route_priv.h"
#include "desk/site_priv.h"

/* No write offers more than this of what waited for a queue to open; the next one goes on. */
#define DRAIN_MAX 64
/* How many of a lane are looked at because who is free refused or missed those before. */
#define EXCLUDED_MAX 8

int
calendar_get(struct call *call, const char *name, struct calendar *calendar_r, struct err *err)
{
	struct site_hours *item = record_new(call->arena, &rec_site_hours);
	int rc = hours_item_get(call, name, item, err);

	if (rc <= 0 || !item->zone)
		return rc < 0 ? -1 : 0;
	calendar_r->zone = item->zone;
	return hours_item_parse(call->arena, item, &calendar_r->hours, err) < 0 ? -1 : 1;
}

int
queue_open_at(struct call *call, const struct queue *queue, time_ms at, bool *open_r, struct err *err)
{
	struct calendar calendar;
	int rc = queue->hours ? calendar_get(call, queue->hours, &calendar, err) : 0;

	*open_r = rc <= 0 || hours_open(calendar.hours, at);
	return rc < 0 ? -1 : 0;
}

/* Whether it was open at a time is told where that is news; its lanes follow what is so now: 1 when they are open. */
static int
show(struct call *call, const struct queue *queue, time_ms at, struct err *err)
{
	struct event event = { .at = at, .event = "queue.opened", .ref = arena_printf(call->arena, "queue:%s", queue->name) };
	bool then, now;
	int rc;

	if (queue_open_at(call, queue, at, &then, err) < 0 || queue_open_at(call, queue, call->now, &now, err) < 0)
		return -1;
	now = now && queue->push;
	rc = CHANGE(call, QUEUE_OPEN, V_TEXT(queue->name), V_INT(then));
	if (!then)
		event.event = "queue.closed";
	if (rc < 0 || (rc > 0 && event_add(call, &event, err) < 0) || RUN(call, LANE_OPEN, V_TEXT(queue->name), V_INT(now)) < 0)
		return -1;
	return now;
}

static int
await(struct call *call, const char *name, struct hours *hours, time_ms at, struct err *err)
{
	time_ms next = hours_next(hours, at);

	/* Nothing within sight: look again from there. */
	return due_set(call, "hours", name, next == INT64_MAX ? at + HOURS_AHEAD : next, err);
}

int
opening_rebuild(struct call *call, struct err *err)
{
	struct texts queues, calendars;
	struct calendar calendar;

	if (sql_texts(call->tx, call->arena, SQL_QUEUE_NAMES, NO_ARGS, &queues, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_HOURS_NAMES, NO_ARGS, &calendars, err) < 0 || RUN(call, LANE_OPEN_REST, V_INT(1)) < 0)
		return -1;
	for (size_t i = 0; i < queues.n; i++) {
		struct queue *queue;

		if (queue_get(call, queues.v[i], &queue, err) < 0 || show(call, queue, call->now, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < calendars.n; i++) {
		int rc = calendar_get(call, calendars.v[i], &calendar, err);

		if (rc < 0 || (rc > 0 && await(call, calendars.v[i], calendar.hours, call->now, err) < 0))
			return -1;
	}
	return 0;
}

int
route_hours(struct call *call, const char *id, time_ms at, struct err *err)
{
	struct calendar calendar;
	struct texts queues;
	int rc = calendar_get(call, id, &calendar, err);

	if (rc <= 0)
		return rc;
	if (sql_texts(call->tx, call->arena, SQL_QUEUES_BY_HOURS, ARGS(V_TEXT(id)), &queues, err) < 0)
		return -1;
	for (size_t i = 0; i < queues.n; i++) {
		struct queue *queue;

		if (queue_get(call, queues.v[i], &queue, err) < 0 || (rc = show(call, queue, at, err)) < 0 || (rc > 0 && route_drain(call, queue->name, err) < 0))
			return -1;
	}
	return await(call, id, calendar.hours, at, err);
}

/* What waits, the oldest of all lanes first. */

struct front {
	const char *id;
	int64_t key;
};
RECORD(rec_front, struct front, "front", NULL, ID_FIELD(struct front, id, 0, NULL), INT_FIELD(struct front, key, 0, NULL))

/* The next of each lane; a lane is over when its id is NULL. */
struct fronts {
	struct records lanes;
	struct front *v;
	int *passed;
};

static int
step(struct call *call, struct fronts *f, size_t i, struct err *err)
{
	const struct lane *lane = (struct lane *)f->lanes.v + i;
	const struct front last = f->v[i];
	int rc = sql_one(call->tx, call->arena, SQL_LANE_WAITS, ARGS(V_INT(lane->id), V_INT(last.key), V_TEXT(last.id)), &rec_front, &f->v[i], err);

	if (rc == 0)
		f->v[i].id = NULL;
	return rc < 0 ? -1 : 0;
}

static int
begin(struct call *call, const char *queue, struct fronts *f, struct err *err)
{
	if (sql_all(call->tx, call->arena, SQL_LANES_OPEN, ARGS(V_TEXT(queue)), &rec_lane, &f->lanes, err) < 0)
		return -1;
	f->v = arena_alloc(call->arena, (f->lanes.n + 1) * sizeof(*f->v));
	f->passed = arena_alloc(call->arena, (f->lanes.n + 1) * sizeof(*f->passed));
	for (size_t i = 0; i < f->lanes.n; i++) {
		f->v[i] = (struct front){ "", INT64_MIN };
		if (step(call, f, i, err) < 0)
			return -1;
	}
	return 0;
}

/* All are of one queue, and age alike. */
static bool
oldest(const struct fronts *f, size_t *at_r)
{
	bool found = false;

	for (size_t i = 0; i < f->lanes.n; i++)
		if (f->v[i].id && (!found || f->v[i].key < f->v[*at_r].key)) {
			*at_r = i;
			found = true;
		}
	return found;
}

/* Nobody is free for it: nor for what is behind it, but for those whom it may not be offered to again yet. */
static int
pass(struct call *call, struct fronts *f, size_t i, struct err *err)
{
	int64_t until;
	int rc = sql_int(call->tx, SQL_EXCLUSION_NEXT, ARGS(V_TEXT(f->v[i].id), V_INT(call->now)), &until, err);

	if (rc > 0 && ++f->passed[i] < EXCLUDED_MAX)
		return step(call, f, i, err);
	f->v[i].id = NULL;
	return rc < 0 ? -1 : 0;
}

int
route_drain(struct call *call, const char *queue, struct err *err)
{
	struct fronts f;
	size_t i = 0;
	int left = DRAIN_MAX;

	if (begin(call, queue, &f, err) < 0)
		return -1;
	while (left > 0 && oldest(&f, &i)) {
		struct ixn *ixn;

		if (ixn_get(call, f.v[i].id, &ixn, err) < 0 || route_ixn(call, ixn, err) < 0)
			return -1;
		if (ixn->state == IXN_QUEUED) {
			if (pass(call, &f, i, err) < 0)
				return -1;
			continue;
		}
		left--;
		if (step(call, &f, i, err) < 0)
			return -1;
	}
	return left > 0 ? 0 : due_set(call, "drain", queue, call->now + 1, err);
}

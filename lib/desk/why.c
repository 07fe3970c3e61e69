/*
 * ixn.why: how an interaction came to be where it is; and of one that waits,
 * why nobody is asked now, and what will change by itself.
 *
 * Every agent of the site gets a verdict by the code that routes. Deadlines that
 * have passed count as settled: see OP_FORESEES.
 */
#include <string.h>

#include "desk/why_priv.h"

/* INT_ABSENT: there is none. */
static int
due_at(struct call *call, const char *kind, const char *id, time_ms *at_r, struct err *err)
{
	*at_r = INT_ABSENT;
	return sql_int(call->tx, SQL_DUE_AT, ARGS(V_TEXT(kind), V_TEXT(id)), at_r, err) < 0 ? -1 : 0;
}

static int
look_at_queue(struct waiting *s, struct err *err)
{
	const struct queue *queue = s->w.queue;
	struct calendar calendar;
	int rc = queue->hours ? calendar_get(s->call, queue->hours, &calendar, err) : 0;

	/* One's own lane ages as nothing else. */
	s->ageing = s->w.lane.agent[0] ? 1.0 : queue->ageing;
	s->change = INT_ABSENT;
	if (rc > 0) {
		time_ms next = hours_next(calendar.hours, s->call->now);

		s->change = next == INT64_MAX ? INT_ABSENT : next;
	}
	if (rc < 0 || queue_open_at(s->call, queue, s->call->now, &s->open, err) < 0 || due_at(s->call, "drain", queue->name, &s->drain, err) < 0)
		return -1;
	/* A deadline that is left over from before means nothing. */
	s->kept = INT_ABSENT;
	return s->ixn->reserved && strcmp(s->ixn->reserved, "last-agent") == 0 ? due_at(s->call, "reserve", s->ixn->id, &s->kept, err) : 0;
}

/* Of the lane. */

static int
tell_lane(struct waiting *s, struct err *err)
{
	struct why *w = why_tell(s->t, s->call->now, "lane", WHY_WAITS);
	int64_t ahead;

	if (why_ahead(s, &ahead, err) < 0)
		return -1;
	w->queue = s->ixn->queue;
	w->since = s->ixn->queued;
	w->score = why_score(s->call->now, s->ixn->sort_key, s->ageing);
	w->skills = s->w.lane.skills[0] ? s->w.lane.skills : NULL;
	w->ahead = ahead ? ahead : INT_ABSENT;
	if (sql_int(s->call->tx, SQL_LANE_PLACE, ARGS(V_INT(s->ixn->lane), V_INT(s->ixn->sort_key), V_TEXT(s->ixn->id)), &w->place, err) < 0)
		return -1;
	return sql_int(s->call->tx, SQL_LANE_WAITING, ARGS(V_INT(s->ixn->lane)), &w->length, err) < 0 ? -1 : 0;
}

static void
tell_keeping(struct waiting *s)
{
	struct why *w = why_tell(s->t, s->call->now, why_about(s->t, "agent", s->w.lane.agent), WHY_KEPT);

	w->agent = s->w.lane.agent;
	w->reason = s->ixn->reserved ? s->ixn->reserved : "transfer";
	w->until = s->kept;
}

static void
tell_now(struct waiting *s)
{
	if (s->w.lane.agent[0])
		tell_keeping(s);
	else if (!s->w.lane.open)
		why_shut(s, why_tell(s->t, s->call->now, why_about(s->t, "queue", s->w.lane.queue), WHY_CLOSED));
}

static int
tell_waiting(struct telling *t, struct err *err)
{
	struct waiting s = { .t = t, .call = t->call, .ixn = t->ixn };

	if (route_weigh(s.call, s.ixn, &s.w, err) < 0 || look_at_queue(&s, err) < 0 || tell_lane(&s, err) < 0)
		return -1;
	tell_now(&s);
	return why_agents(&s, err) < 0 ? -1 : why_next(&s, err);
}

static int
tell_offered(struct telling *t, struct err *err)
{
	struct offer offer;
	struct why *w;
	int rc = offer_of(t->call, t->ixn->id, &offer, err);

	if (rc <= 0)
		return rc;
	w = why_tell(t, offer.expires, why_about(t, "agent", offer.agent), WHY_EXPIRES);
	w->agent = offer.agent;
	w->offer = offer.id;
	return 0;
}

static int
why_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct telling t = { .call = call };
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0)
		return -1;
	t.ixn = ixn;
	if (why_past(&t, err) < 0)
		return -1;
	if (call->foreseen)
		why_tell(&t, call->now, ixn->id, WHY_UNSETTLED);
	if ((ixn->state == IXN_QUEUED && tell_waiting(&t, err) < 0) ||
	    (ixn->state == IXN_OFFERED && tell_offered(&t, err) < 0))
		return -1;
	for (size_t i = 0; i < t.all.n; i++) {
		why_say(&t, t.all.v[i]);
		call_emit(call, t.all.v[i]);
	}
	return 0;
}

const struct op op_ixn_why = { "ixn.why", N_("why it went where it went, or waits where it waits"), MAY_ALL, OP_FORESEES, &rec_id_in, &rec_why, why_fn, NULL };

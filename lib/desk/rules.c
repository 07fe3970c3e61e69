/*
 * The rules of a queue about what comes to it and what waits in it: closed
 * hours, overflow, widening, the agent who served the contact last.
 *
 * What comes is sent on until a queue keeps it; a site whose queues overflow
 * in circles is not loaded. What waits has its deadlines worked out from its
 * own row whenever it begins to wait, so that a deadline that comes at the
 * wrong time, or after the rules have changed, does no harm.
 */
#include <string.h>

#include "desk/route_priv.h"

#define LAST_AGENT "last-agent"
/* More than any site has queues. */
#define HOPS_MAX 10000

static bool
waits_for_last(const struct ixn *ixn)
{
	return ixn->reserved && strcmp(ixn->reserved, LAST_AGENT) == 0;
}

/* Widening. */

int
rules_widened(struct call *call, const struct queue *queue, const struct ixn *ixn, time_ms at, int64_t *widened_r, const char **skills_r, struct err *err)
{
	const struct widen *step;
	struct records steps;

	*widened_r = 0;
	*skills_r = queue->skills;
	if (sql_all(call->tx, call->arena, SQL_WIDEN_OF, ARGS(V_TEXT(queue->name)), &rec_widen, &steps, err) < 0)
		return -1;
	for (step = steps.v; *widened_r < (int64_t)steps.n && ixn->queued + step->after <= at; step++) {
		*skills_r = step->skills;
		++*widened_r;
	}
	return 0;
}

/* When the next step comes; INT64_MAX: there is none. */
static int
next_step(struct call *call, const struct queue *queue, const struct ixn *ixn, time_ms *at_r, struct err *err)
{
	struct records steps;

	*at_r = INT64_MAX;
	if (sql_all(call->tx, call->arena, SQL_WIDEN_OF, ARGS(V_TEXT(queue->name)), &rec_widen, &steps, err) < 0)
		return -1;
	if (ixn->widened < (int64_t)steps.n)
		*at_r = ixn->queued + ((struct widen *)steps.v)[ixn->widened].after;
	return 0;
}

/* Overflow. */

time_ms
rules_overflow_at(const struct queue *queue, const struct ixn *ixn)
{
	if (!queue->overflow_to || queue->overflow_after == INT_ABSENT || ixn->reserved)
		return INT64_MAX;
	return (ixn->entered == INT_ABSENT ? ixn->queued : ixn->entered) + queue->overflow_after;
}

/* On to another queue, with its age, its priority and the skills it asks for itself. */
static int
move_on(struct call *call, struct ixn *ixn, const char *to, const char *reason, time_ms at, struct err *err)
{
	ixn->queue = to;
	ixn->entered = at;
	ixn->reserved = NULL;
	if (lane_enter(call, ixn, NULL, at, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_OVERFLOW, at, NULL, arena_printf(call->arena, "queue:%s", to), reason, err);
}

static int
too_long(struct call *call, const struct queue *queue, const struct ixn *ixn, bool *so_r, struct err *err)
{
	int64_t n = 0;

	*so_r = false;
	if (queue->overflow_length == INT_ABSENT)
		return 0;
	if (sql_int(call->tx, SQL_QUEUE_LENGTH, ARGS(V_TEXT(queue->name), V_TEXT(ixn->id), V_INT(queue->overflow_length)), &n, err) < 0)
		return -1;
	*so_r = n >= queue->overflow_length;
	return 0;
}

static int
nobody_there(struct call *call, const struct queue *queue, const struct ixn *ixn, bool *so_r, struct err *err)
{
	int64_t there;
	int rc = 1;

	if (queue->overflow_nobody)
		rc = sql_int(call->tx, SQL_LANE_MANNED, ARGS(V_INT(ixn->lane), V_TEXT(ixn->medium)), &there, err);
	*so_r = rc == 0;
	return rc < 0 ? -1 : 0;
}

/* Where an open queue sends what comes; NULL: it keeps it. */
static int
overflows(struct call *call, const struct queue *queue, const struct ixn *ixn, const char **to_r, const char **reason_r, struct err *err)
{
	bool so;

	*to_r = NULL;
	if (!queue->overflow_to)
		return 0;
	*reason_r = "length";
	if (too_long(call, queue, ixn, &so, err) < 0)
		return -1;
	if (!so) {
		*reason_r = "nobody";
		if (nobody_there(call, queue, ixn, &so, err) < 0)
			return -1;
	}
	*to_r = so ? queue->overflow_to : NULL;
	return 0;
}

/* Closed. */

/* The contact is told that nobody is there, and when somebody will be. */
static int
tell_closed(struct call *call, const struct queue *queue, struct ixn *ixn, time_ms at, struct err *err)
{
	struct calendar calendar;
	time_ms opens;
	const char *text;
	int rc = calendar_get(call, queue->hours, &calendar, err);

	if (rc <= 0)
		return rc;
	opens = hours_next(calendar.hours, at);
	if (opens == INT64_MAX)
		return message_system(call, ixn, "queue.shut", NULL, at, err);
	if (time_format_zone(call->arena, opens, calendar.zone, "%Y-%m-%d %H:%M", &text, err) < 0)
		return -1;
	return message_system(call, ixn, "queue.closed", arena_printf(call->arena, "%s (%s)", text, calendar.zone), at, err);
}

/* Nobody has had it: there is nothing to be finished. */
static int
turn_away(struct call *call, struct ixn *ixn, time_ms at, struct err *err)
{
	ixn->online = 0;
	ixn->ended = ixn->done = at;
	ixn->reason = END_STOPPED;
	if (verb_happen(call, ixn, VERB_DONE, at, NULL, NULL, names_get(&end_reasons, END_STOPPED), err) < 0)
		return -1;
	return route_forget(call, ixn->id, err);
}

/*
 * What comes to a closed queue and is not sent on. A contact can be told, or
 * sent away, only while connected; work of others, of which an agent has had a
 * part, is never ended: both wait.
 */
static int
out_of_hours(struct call *call, const struct queue *queue, struct ixn *ixn, time_ms at, struct err *err)
{
	struct event event = { .at = at, .event = "ixn.afterhours", .ixn = ixn->id, .ref = arena_printf(call->arena, "queue:%s", queue->name) };
	bool told = ixn->online && (queue->closed == CLOSED_MESSAGE || queue->closed == CLOSED_CALLBACK);
	int64_t policy = told ? queue->closed : CLOSED_HOLD;

	if (policy == CLOSED_MESSAGE && ixn->answered != INT_ABSENT)
		policy = CLOSED_HOLD;
	event.reason = names_get(&closed_policies, (int)policy);
	if (event_add(call, &event, err) < 0 || (told && tell_closed(call, queue, ixn, at, err) < 0))
		return -1;
	if (policy == CLOSED_CALLBACK)
		return message_system(call, ixn, "queue.callback", NULL, at, err);
	return policy == CLOSED_MESSAGE ? turn_away(call, ixn, at, err) : 0;
}

/* The agent who served the contact last. */

struct served {
	const char *a, *b;
};
RECORD(rec_served, struct served, "served", NULL, TEXT_FIELD(struct served, a, 0, NULL), TEXT_FIELD(struct served, b, 0, NULL))

/* Of all that the contact, by whatever name it was known then, has been served with; NULL: of nothing. */
static int
last_served(struct call *call, const struct ixn *ixn, const char **agent_r, struct err *err)
{
	const char *head, *latest = "";
	struct texts family;

	*agent_r = NULL;
	if (contact_head(call, ixn->contact, &head, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_CONTACT_FAMILY, ARGS(V_TEXT(head)), &family, err) < 0)
		return -1;
	for (size_t i = 0; i < family.n; i++) {
		struct served s;
		int rc = sql_one(call->tx, call->arena, SQL_LAST_SERVED, ARGS(V_TEXT(family.v[i]), V_TEXT(ixn->id)), &rec_served, &s, err);

		if (rc < 0)
			return -1;
		if (rc > 0 && strcmp(s.a, latest) > 0) {
			latest = s.a;
			*agent_r = s.b;
		}
	}
	return 0;
}

/* Why the agent cannot be waited for; NULL: can. */
static int
unfit_to_wait_for(struct call *call, const struct queue *queue, const struct ixn *ixn, const char *agent, const char **why_r, struct err *err)
{
	const char *is = "logged-out";

	if (sql_text(call->tx, call->arena, SQL_LAST_AGENT, ARGS(V_TEXT(agent), V_TEXT(ixn->medium), V_INT(ixn->lane), V_TEXT(ixn->id), V_INT(call->now)), &is, err) < 0)
		return -1;
	if (strcmp(is, "member") == 0 || (strcmp(is, "other") == 0 && queue->last_agent == LAST_AGENT_ALWAYS))
		*why_r = NULL;
	else
		*why_r = strcmp(is, "other") == 0 ? "no-member" : is;
	return 0;
}

/* Until when it waits for the agent who served the contact last. */
static time_ms
reserved_until(const struct queue *queue, const struct ixn *ixn)
{
	return ixn->entered + (queue->last_agent_wait == INT_ABSENT ? LAST_AGENT_WAIT : queue->last_agent_wait);
}

static int
reserve(struct call *call, const struct queue *queue, struct ixn *ixn, time_ms at, struct err *err)
{
	const char *agent, *why;

	if (last_served(call, ixn, &agent, err) < 0 || (agent && unfit_to_wait_for(call, queue, ixn, agent, &why, err) < 0))
		return -1;
	if (!agent)
		return 0;
	if (why)
		return event_add(call, &(struct event){ .at = at, .event = "ixn.released", .ixn = ixn->id, .agent = agent, .reason = why }, err);
	ixn->reserved = LAST_AGENT;
	if (lane_enter(call, ixn, agent, at, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_RESERVE, at, agent, NULL, LAST_AGENT, err);
}

/* Only what a contact begins, and nobody has answered yet, looks for whom it knows. */
static bool
looks_for_last(const struct queue *queue, const struct ixn *ixn)
{
	return (queue->last_agent == LAST_AGENT_MEMBER || queue->last_agent == LAST_AGENT_ALWAYS) && queue->push && ixn->contact &&
	       ixn->direction == INBOUND && ixn->answered == INT_ABSENT;
}

int
rules_release(struct call *call, struct ixn *ixn, time_ms at, const char *reason, struct err *err)
{
	struct lane own = { .agent = NULL };

	if (sql_one(call->tx, call->arena, SQL_LANE_GET, ARGS(V_INT(ixn->lane)), &rec_lane, &own, err) < 0)
		return -1;
	ixn->reserved = NULL;
	if (lane_enter(call, ixn, NULL, at, err) < 0 || verb_happen(call, ixn, VERB_RELEASE, at, own.agent, NULL, reason, err) < 0)
		return -1;
	return rules_wait(call, ixn, at, err);
}

/* Coming, and waiting. */

/* One queue: to_r is where it sends it on, NULL when it keeps it. */
static int
come_to(struct call *call, const struct queue *queue, struct ixn *ixn, time_ms at, const char **to_r, const char **reason_r, struct err *err)
{
	bool open;

	*to_r = NULL;
	*reason_r = "closed";
	if (queue_open_at(call, queue, at, &open, err) < 0)
		return -1;
	if (!open && queue->closed == CLOSED_OVERFLOW)
		*to_r = queue->closed_to;
	else if (!open)
		return out_of_hours(call, queue, ixn, at, err);
	else if (overflows(call, queue, ixn, to_r, reason_r, err) < 0)
		return -1;
	return open && !*to_r && looks_for_last(queue, ixn) ? reserve(call, queue, ixn, at, err) : 0;
}

int
rules_arrive(struct call *call, struct ixn *ixn, time_ms at, struct err *err)
{
	const struct queue *queue;
	const char *to = NULL, *reason = NULL;

	for (int hops = 0; !ixn->reserved && hops < HOPS_MAX; hops++) {
		if (to && move_on(call, ixn, to, reason, at, err) < 0)
			return -1;
		if (queue_of(call, ixn, &queue, err) < 0 || come_to(call, queue, ixn, at, &to, &reason, err) < 0)
			return -1;
		if (!to)
			return ixn->state == IXN_QUEUED ? rules_wait(call, ixn, at, err) : 0;
	}
	return 0;
}

static int
deadline(struct call *call, const char *kind, const struct ixn *ixn, time_ms at, struct err *err)
{
	return at == INT64_MAX ? 0 : due_set(call, kind, ixn->id, at, err);
}

int
rules_wait(struct call *call, struct ixn *ixn, time_ms at, struct err *err)
{
	const struct queue *queue;
	time_ms over, step;

	if (ixn->reserved && !waits_for_last(ixn))
		return 0;
	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	if (ixn->reserved) {
		over = reserved_until(queue, ixn);
		return due_set(call, "reserve", ixn->id, over > at ? over : at, err);
	}
	over = rules_overflow_at(queue, ixn);
	if (over <= at)
		return move_on(call, ixn, queue->overflow_to, "wait", at, err) < 0 ? -1 : rules_arrive(call, ixn, at, err);
	if (deadline(call, "overflow", ixn, over, err) < 0 || next_step(call, queue, ixn, &step, err) < 0)
		return -1;
	return deadline(call, "widen", ixn, step, err);
}

/* Deadlines. */

/* It still waits: 1. */
static int
still_waits(struct call *call, const char *id, struct ixn **ixn_r, struct err *err)
{
	if (ixn_get(call, id, ixn_r, err) < 0)
		return -1;
	return (*ixn_r)->state == IXN_QUEUED;
}

int
route_overflow(struct call *call, const char *id, time_ms at, struct err *err)
{
	struct ixn *ixn;
	int rc = still_waits(call, id, &ixn, err);

	if (rc <= 0 || rules_wait(call, ixn, at, err) < 0)
		return rc <= 0 ? rc : -1;
	return route_ixn(call, ixn, err);
}

int
route_widen(struct call *call, const char *id, time_ms at, struct err *err)
{
	struct ixn *ixn;
	int rc = still_waits(call, id, &ixn, err);
	int64_t before;

	if (rc <= 0 || ixn->reserved)
		return rc < 0 ? -1 : 0;
	before = ixn->widened;
	if (lane_enter(call, ixn, NULL, at, err) < 0)
		return -1;
	if (ixn->widened != before &&
	    verb_happen(call, ixn, VERB_WIDEN, at, NULL, arena_printf(call->arena, "%lld", (long long)ixn->widened), NULL, err) < 0)
		return -1;
	return rules_wait(call, ixn, at, err) < 0 ? -1 : route_ixn(call, ixn, err);
}

int
route_wait_over(struct call *call, const char *id, time_ms at, struct err *err)
{
	const struct queue *queue;
	struct ixn *ixn;
	int rc = still_waits(call, id, &ixn, err);

	if (rc <= 0 || !waits_for_last(ixn))
		return rc < 0 ? -1 : 0;
	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	if (reserved_until(queue, ixn) > at)
		return rules_wait(call, ixn, at, err);
	return rules_release(call, ixn, at, "wait", err) < 0 ? -1 : route_ixn(call, ixn, err);
}

int
route_unreserve(struct call *call, const char *agent, const char *medium, time_ms at, const char *reason, struct err *err)
{
	struct texts ids;

	if (sql_texts(call->tx, call->arena, medium ? SQL_RESERVED : SQL_RESERVED_ALL, ARGS(V_TEXT(agent), V_TEXT(medium ? medium : "")), &ids, err) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++) {
		struct ixn *ixn;

		if (ixn_get(call, ids.v[i], &ixn, err) < 0 || rules_release(call, ixn, at, reason, err) < 0 || route_ixn(call, ixn, err) < 0)
			return -1;
	}
	return 0;
}

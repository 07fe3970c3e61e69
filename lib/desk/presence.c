/*
 * Presence per medium: how a state begins, what waits for the work in hand,
 * and what follows at a deadline.
 *
 * There is one plan at a time, and the last request counts. Whether the work
 * in hand is done, and until when after-call work goes on, is worked out from
 * all that is open, never from one interaction: finishing one neither cuts
 * nor stretches the time that another one has.
 */
#include <string.h>

#include "desk/priv.h"

RECORD(rec_presence, struct presence, "presence", N_("An agent on one medium."),
       TEXT_FIELD(struct presence, agent, FIELD_COLUMN, N_("name of the agent")),
       TEXT_FIELD(struct presence, medium, FIELD_COLUMN, N_("medium")),
       NAME_FIELD(struct presence, state, agent_states, FIELD_COLUMN, N_("state on this medium")),
       TEXT_FIELD(struct presence, reason, FIELD_COLUMN, N_("reason given, or no-answer")),
       TEXT_FIELD(struct presence, cause, 0, N_("what set it: agent, supervisor, login, rona, timer, pending or wrap-up; see ixn-states(7)")),
       TIME_FIELD(struct presence, since, FIELD_COLUMN, N_("since when")),
       TIME_FIELD(struct presence, idle_since, 0, N_("when an interaction of this medium was last finished")),
       INT_FIELD(struct presence, load, FIELD_COLUMN, N_("interactions offered or held")),
       INT_FIELD(struct presence, room, FIELD_COLUMN, N_("how many more there is room for")),
       BOOL_FIELD(struct presence, free, 0, N_("ready, with room, and nothing else asked for")),
       NAME_FIELD(struct presence, pending, agent_states, FIELD_COLUMN, N_("the state asked for once the work in hand is done")),
       TEXT_FIELD(struct presence, pending_reason, 0, N_("its reason")),
       DURATION_FIELD(struct presence, pending_for, 0, N_("how long it is to last from then on")),
       TIME_FIELD(struct presence, until, FIELD_COLUMN, N_("when the state ends by itself")),
       NAME_FIELD(struct presence, follows, agent_states, 0, N_("the state that follows then")),
       TEXT_FIELD(struct presence, follows_reason, 0, N_("its reason")))

int
presence_all(struct call *call, const char *agent, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_PRESENCE_OF, ARGS(V_TEXT(agent)), &rec_presence, out, err);
}

static int
presence_get(struct call *call, const char *agent, const char *medium, struct presence *p, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_PRESENCE_GET, ARGS(V_TEXT(agent), V_TEXT(medium)), &rec_presence, p, err);
}

/* The work in hand: what has no end of its own, and when the last after-call work will be over. */
struct work {
	const char *medium;
	int64_t busy, wraps;
};
RECORD(rec_work, struct work, "work", NULL,
       TEXT_FIELD(struct work, medium, 0, NULL),
       INT_FIELD(struct work, busy, 0, NULL),
       TIME_FIELD(struct work, wraps, 0, NULL))

static int
work_of(struct call *call, const struct presence *p, struct work *work_r, struct err *err)
{
	struct records rows;

	*work_r = (struct work){ p->medium, 0, INT_ABSENT };
	if (sql_all(call->tx, call->arena, SQL_WORK_OF, ARGS(V_TEXT(p->agent)), &rec_work, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (strcmp(((struct work *)rows.v)[i].medium, p->medium) == 0)
			*work_r = ((struct work *)rows.v)[i];
	return 0;
}

static bool
in_hand(const struct work *work, time_ms at)
{
	return work->busy > 0 || (work->wraps != INT_ABSENT && work->wraps > at);
}

/* How a state is kept. */

static const char *
state_name(int64_t state)
{
	return state == INT_ABSENT ? NULL : names_get(&agent_states, (int)state);
}

static struct value
number(int64_t n)
{
	return n == INT_ABSENT ? V_NULL : V_INT(n);
}

static int
save(struct call *call, const struct presence *p, struct err *err)
{
	const char *id = arena_printf(call->arena, "%s/%s", p->agent, p->medium);

	if (RUN(call, PRESENCE_STATE, V_TEXT(p->agent), V_TEXT(p->medium), V_TEXT(state_name(p->state)), V_TEXT(p->reason), V_TEXT(p->cause), V_INT(p->since),
		V_TEXT(state_name(p->pending)), V_TEXT(p->pending_reason), number(p->pending_for), number(p->until), V_TEXT(state_name(p->follows)),
		V_TEXT(p->follows_reason)) < 0)
		return -1;
	return p->until == INT_ABSENT ? due_clear(call, "presence", id, err) : due_set(call, "presence", id, p->until, err);
}

static void
forget_pending(struct presence *p)
{
	p->pending = p->pending_for = INT_ABSENT;
	p->pending_reason = NULL;
}

static void
plan(struct presence *p, int64_t until, int64_t follows, const char *reason)
{
	p->until = until;
	p->follows = until == INT_ABSENT ? INT_ABSENT : follows;
	p->follows_reason = until == INT_ABSENT ? NULL : reason;
}

static void
become(struct presence *p, int64_t state, const char *reason, const char *cause, time_ms at)
{
	p->state = state;
	p->reason = reason;
	p->cause = cause;
	p->since = at;
}

/* What was asked for begins; where it was asked for a time, the time begins. */
static void
become_pending(struct presence *p, time_ms at)
{
	int64_t until = p->pending_for == INT_ABSENT ? INT_ABSENT : at + p->pending_for;

	become(p, p->pending, p->pending_reason, "pending", at);
	plan(p, until, AGENT_READY, NULL);
	forget_pending(p);
}

static const char *
why(struct call *call, const char *cause, const char *reason)
{
	return reason ? arena_printf(call->arena, "%s:%s", cause, reason) : cause;
}

static int
tell(struct call *call, const struct presence *p, struct err *err)
{
	const struct event event = { .at = p->since, .event = "agent.state", .agent = p->agent, .ref = p->medium, .state = state_name(p->state), .reason = why(call, p->cause, p->reason) };

	if (p->state == AGENT_READY)
		call_freed(call, p->agent);
	return save(call, p, err) < 0 ? -1 : event_add(call, &event, err);
}

/* What ends by itself, and what waits. */

static bool
wraps_up(const struct presence *p)
{
	return p->state == AGENT_AFTER_WORK && p->until != INT_ABSENT && p->cause && strcmp(p->cause, "wrap-up") == 0;
}

static int
replan(struct call *call, struct presence *p, int64_t until, int64_t follows, const char *reason, struct err *err)
{
	if (p->until == until && p->follows == (until == INT_ABSENT ? INT_ABSENT : follows))
		return 0;
	plan(p, until, follows, reason);
	return save(call, p, err);
}

/* After-call work: over when its time is, or with the last interaction that was to be finished. */
static int
review_wrap_up(struct call *call, struct presence *p, const struct work *work, time_ms at, struct err *err)
{
	time_ms end = work->wraps == INT_ABSENT ? at : (work->wraps < p->until ? work->wraps : p->until);
	bool waits = p->pending != INT_ABSENT;

	if (end > at)
		return waits && !work->busy ? replan(call, p, end, p->pending, p->pending_reason, err) : replan(call, p, end, AGENT_READY, NULL, err);
	if (waits && !in_hand(work, at)) {
		become_pending(p, at);
	} else {
		become(p, AGENT_READY, NULL, at < p->until ? "wrap-up" : "timer", at);
		plan(p, INT_ABSENT, INT_ABSENT, NULL);
	}
	return tell(call, p, err);
}

static int
review(struct call *call, struct presence *p, time_ms at, struct err *err)
{
	struct work work;

	if (work_of(call, p, &work, err) < 0 || (wraps_up(p) && review_wrap_up(call, p, &work, at, err) < 0))
		return -1;
	if (p->pending == INT_ABSENT || wraps_up(p))
		return 0;
	if (in_hand(&work, at))
		return replan(call, p, work.busy ? INT_ABSENT : work.wraps, p->pending, p->pending_reason, err);
	become_pending(p, at);
	return tell(call, p, err);
}

int
presence_review(struct call *call, struct records *media, struct err *err)
{
	for (size_t i = 0; i < media->n; i++) {
		struct presence *p = (struct presence *)media->v + i;
		/* Its deadline has come already: that is settled in its turn, at its own time. */
		bool turn = p->until != INT_ABSENT && p->until <= call->now;

		if ((p->pending != INT_ABSENT || wraps_up(p)) && !turn && review(call, p, call->now, err) < 0)
			return -1;
	}
	return 0;
}

int
presence_due(struct call *call, const char *id, time_ms at, struct err *err)
{
	const char *slash = strchr(id, '/');
	struct presence p;
	int rc;

	if (!slash)
		return 0;
	rc = presence_get(call, arena_memdup(call->arena, id, (size_t)(slash - id)), slash + 1, &p, err);
	if (rc <= 0 || p.until == INT_ABSENT || p.until > at)
		return rc < 0 ? -1 : 0;
	if (p.pending != INT_ABSENT || wraps_up(&p)) {
		rc = review(call, &p, at, err);
	} else {
		become(&p, p.follows, p.follows_reason, "timer", at);
		plan(&p, INT_ABSENT, INT_ABSENT, NULL);
		rc = tell(call, &p, err);
	}
	return rc < 0 ? -1 : agent_refresh(call, p.agent, err);
}

int
presence_wraps(struct call *call, const struct ixn *ixn, time_ms at, struct err *err)
{
	const struct queue *queue;
	struct presence p;
	time_ms end;
	int rc;

	if (!ixn->agent || queue_of(call, ixn, &queue, err) < 0)
		return ixn->agent ? -1 : 0;
	rc = presence_get(call, ixn->agent, ixn->medium, &p, err);
	if (rc <= 0 || queue->wrap_up == INT_ABSENT || queue->wrap_up <= 0)
		return rc < 0 ? -1 : 0;
	end = at + queue->wrap_up;
	if (wraps_up(&p) && p.until < end) {
		plan(&p, end, p.follows, p.follows_reason);
		rc = save(call, &p, err);
	} else if (p.state == AGENT_READY) {
		/* Who takes nothing new anyway needs no time for it. */
		become(&p, AGENT_AFTER_WORK, NULL, "wrap-up", at);
		plan(&p, end, AGENT_READY, NULL);
		rc = tell(call, &p, err);
	}
	return rc < 0 ? -1 : agent_refresh(call, ixn->agent, err);
}

/* What is asked for, and what happens to an agent. */

int
presence_ask(struct call *call, struct presence *p, const struct wish *wish, struct err *err)
{
	struct event event = { .event = "agent.pending", .agent = p->agent, .ref = p->medium, .state = state_name(wish->state), .reason = why(call, wish->cause, wish->reason) };
	struct work work;

	if (work_of(call, p, &work, err) < 0)
		return -1;
	if (!wish->deferred || !in_hand(&work, call->now)) {
		forget_pending(p);
		become(p, wish->state, wish->reason, wish->cause, call->now);
		plan(p, wish->lasts == INT_ABSENT ? INT_ABSENT : call->now + wish->lasts, AGENT_READY, NULL);
		return tell(call, p, err);
	}
	if (!wraps_up(p))
		plan(p, INT_ABSENT, INT_ABSENT, NULL);
	p->pending = wish->state;
	p->pending_reason = wish->reason;
	p->pending_for = wish->lasts;
	return save(call, p, err) < 0 ? -1 : event_add(call, &event, err);
}

int
presence_missed(struct call *call, const char *agent, const char *medium, time_ms at, struct err *err)
{
	struct presence p;
	int rc = presence_get(call, agent, medium, &p, err);

	/* Who is not ready, and perhaps to come back at a set time, stays so. */
	if (rc <= 0 || p.state == AGENT_NOT_READY)
		return rc < 0 ? -1 : 0;
	if (p.pending == AGENT_READY)
		forget_pending(&p);
	become(&p, AGENT_NOT_READY, "no-answer", "rona", at);
	plan(&p, INT_ABSENT, INT_ABSENT, NULL);
	return tell(call, &p, err);
}

static int
clear(struct call *call, const struct records *media, struct err *err)
{
	for (size_t i = 0; i < media->n; i++) {
		const struct presence *p = (struct presence *)media->v + i;

		if (p->until != INT_ABSENT && due_clear(call, "presence", arena_printf(call->arena, "%s/%s", p->agent, p->medium), err) < 0)
			return -1;
	}
	return media->n && RUN(call, PRESENCE_CLEAR, V_TEXT(((struct presence *)media->v)->agent)) < 0 ? -1 : 0;
}

int
presence_begin(struct call *call, const char *agent, const struct texts *media, enum agent_state state, struct err *err)
{
	const char *name = state_name(state);
	struct records old;

	if (presence_all(call, agent, &old, err) < 0 || clear(call, &old, err) < 0)
		return -1;
	for (size_t i = 0; i < media->n; i++)
		if (RUN(call, PRESENCE_NEW, V_TEXT(agent), V_TEXT(media->v[i]), V_TEXT(name), V_TEXT("login"), V_INT(call->now)) < 0 ||
		    event_add(call, &(struct event){ .event = "agent.state", .agent = agent, .ref = media->v[i], .state = name, .reason = "login" }, err) < 0)
			return -1;
	return 0;
}

int
presence_end(struct call *call, const char *agent, time_ms at, const char *cause, struct err *err)
{
	struct event event = { .at = at, .event = "agent.state", .agent = agent, .state = state_name(AGENT_LOGGED_OUT) };
	struct records media;

	event.reason = strcmp(cause, "agent") == 0 ? "logout" : cause;
	if (presence_all(call, agent, &media, err) < 0 || clear(call, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < media.n; i++) {
		event.ref = ((struct presence *)media.v)[i].medium;
		if (event_add(call, &event, err) < 0)
			return -1;
	}
	return 0;
}

/* As of now. */

struct lapsed {
	const char *agent, *medium;
	int64_t at;
};
RECORD(rec_lapsed, struct lapsed, "lapsed", NULL, TEXT_FIELD(struct lapsed, agent, 0, NULL), TEXT_FIELD(struct lapsed, medium, 0, NULL), TIME_FIELD(struct lapsed, at, 0, NULL))

static void
pass_time(struct presence *p, time_ms now)
{
	while (p->until != INT_ABSENT && p->until <= now) {
		if (p->pending != INT_ABSENT && p->follows == p->pending) {
			become_pending(p, p->until);
		} else {
			become(p, p->follows, p->follows_reason, "timer", p->until);
			plan(p, INT_ABSENT, INT_ABSENT, NULL);
		}
	}
}

static void
pass_offer(struct presence *p, time_ms at)
{
	pass_time(p, at);
	if (p->state == AGENT_NOT_READY)
		return;
	if (p->pending == AGENT_READY)
		forget_pending(p);
	become(p, AGENT_NOT_READY, "no-answer", "rona", at);
	plan(p, INT_ABSENT, INT_ABSENT, NULL);
}

int
presence_now(struct call *call, const char *agent, struct records *media, struct err *err)
{
	const struct value args[] = { V_INT(call->now), V_TEXT(agent) };
	struct records lapsed;

	if (sql_all(call->tx, call->arena, agent ? SQL_LAPSED_OF : SQL_LAPSED_ALL, args, agent ? 2 : 1, &rec_lapsed, &lapsed, err) < 0)
		return -1;
	for (size_t i = 0; i < media->n; i++) {
		struct presence *p = (struct presence *)media->v + i;

		for (size_t k = 0; k < lapsed.n; k++) {
			const struct lapsed *l = (struct lapsed *)lapsed.v + k;

			if (strcmp(l->agent, p->agent) == 0 && strcmp(l->medium, p->medium) == 0)
				pass_offer(p, l->at);
		}
		pass_time(p, call->now);
		p->free = p->state == AGENT_READY && p->room > 0 && p->pending == INT_ABSENT;
	}
	return 0;
}

/*
 * When agents were there, from the log: logged in for a medium, and ready for
 * it. After-call work counts as ready: how much of it there is depends on what
 * there is to do, so a replay makes it anew.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/replay_priv.h"

/* Of those who were idle when the period began, since when is looked for so far back. */
#define IDLE_BACK (12 * MS_HOUR)

struct said {
	int64_t at;
	const char *event, *ref, *state, *reason;
};
RECORD(rec_past_said, struct said, "presence", NULL, TIME_FIELD(struct said, at, 0, NULL), TEXT_FIELD(struct said, event, 0, NULL),
       TEXT_FIELD(struct said, ref, 0, NULL), TEXT_FIELD(struct said, state, 0, NULL), TEXT_FIELD(struct said, reason, 0, NULL))

RECORD(rec_past_idle, struct past_idle, "idle", NULL, TEXT_FIELD(struct past_idle, agent, 0, NULL), TEXT_FIELD(struct past_idle, medium, 0, NULL),
       TIME_FIELD(struct past_idle, at, 0, NULL))

/* An agent on one medium, while the log is read. */
struct on {
	const char *medium;
	time_ms here, ready, idle; /* since then; INT_ABSENT: not */
	bool pending;              /* another state is to follow, and nothing is offered meanwhile */
};

struct reader {
	struct call *call;
	const struct past *past;
	const char *name;
	VEC(struct on)
	on;
	VEC(struct replay_shift)
	shifts;
};

static struct on *
on_medium(struct reader *r, const char *medium)
{
	for (size_t i = 0; i < r->on.n; i++)
		if (strcmp(r->on.v[i].medium, medium) == 0)
			return &r->on.v[i];
	vec_push(r->call->arena, &r->on, ((struct on){ medium, INT_ABSENT, INT_ABSENT, 0, false }));
	return &r->on.v[r->on.n - 1];
}

/* Who was there when the period began may have finished something since coming. */
static time_ms
idle_since(const struct reader *r, const struct on *on)
{
	time_ms since = on->idle;

	for (size_t i = 0; on->ready < r->past->since && i < r->past->idle.n; i++) {
		const struct past_idle *idle = &r->past->idle.v[i];

		if (idle->at > since && strcmp(idle->agent, r->name) == 0 && strcmp(idle->medium, on->medium) == 0)
			since = idle->at;
	}
	return since;
}

static void
end_shift(struct reader *r, struct on *on, bool ready, time_ms at)
{
	time_ms *from = ready ? &on->ready : &on->here;

	if (*from != INT_ABSENT && at > r->past->since)
		vec_push(r->call->arena, &r->shifts, ((struct replay_shift){ on->medium, ready, *from, at, idle_since(r, on) }));
	*from = INT_ABSENT;
}

static void
leave(struct reader *r, struct on *on, time_ms at)
{
	end_shift(r, on, true, at);
	end_shift(r, on, false, at);
	on->pending = false;
}

/* What something that ends by itself leads to leaves alone what was asked for once the work in hand is done. */
static bool
by_itself(const struct said *s)
{
	return s->reason && (strcmp(s->reason, "wrap-up") == 0 || strcmp(s->reason, "timer") == 0);
}

static void
hear_state(struct reader *r, struct on *on, const struct said *s)
{
	bool wraps = strcmp(s->state, "after-work") == 0 && s->reason && strcmp(s->reason, "wrap-up") == 0;
	bool pending = strcmp(s->event, "agent.pending") == 0;

	if (strcmp(s->state, "logged-out") == 0 && !pending) {
		leave(r, on, s->at);
		return;
	}
	if (on->here == INT_ABSENT)
		on->here = on->idle = s->at;
	on->pending = pending || (on->pending && by_itself(s));
	if (on->pending || (strcmp(s->state, "ready") != 0 && !wraps))
		end_shift(r, on, true, s->at);
	else if (on->ready == INT_ABSENT)
		on->ready = s->at;
}

static void
hear(struct reader *r, const struct said *s)
{
	bool state = strcmp(s->event, "agent.state") == 0 || strcmp(s->event, "agent.pending") == 0;
	bool session = strcmp(s->event, "agent.login") == 0 || strcmp(s->event, "agent.logout") == 0;

	/* A session that begins or ends takes all media with it; what it is logged in for follows. */
	for (size_t i = 0; session && i < r->on.n; i++)
		leave(r, &r->on.v[i], s->at);
	if (state && s->ref && s->state)
		hear_state(r, on_medium(r, s->ref), s);
}

static int
read_agent(struct reader *r, int64_t from, int64_t to, struct past_agent *out, struct err *err)
{
	struct call *call = r->call;
	int64_t login = from;
	struct records rows;

	/* Who was there when the period began has logged in before. */
	if (sql_int(call->tx, SQL_PAST_SESSION, ARGS(V_TEXT(r->name), V_INT(from)), &login, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_PAST_PRESENCE, ARGS(V_TEXT(r->name), V_INT(login), V_INT(to)), &rec_past_said, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		hear(r, (struct said *)rows.v + i);
	for (size_t i = 0; i < r->on.n; i++)
		leave(r, &r->on.v[i], r->past->until);
	*out = (struct past_agent){ r->name, r->shifts.v, r->shifts.n };
	return 0;
}

/* The first event at this time or later, or the one behind the last. */
static int
event_at(struct call *call, time_ms at, int64_t *seq_r, struct err *err)
{
	int64_t low = 1, high = 0;

	if (sql_int(call->tx, SQL_EVENT_LAST, NO_ARGS, &high, err) < 0)
		return -1;
	for (high++; low < high;) {
		int64_t mid = low + (high - low) / 2, its = INT64_MAX;

		if (sql_int(call->tx, SQL_EVENT_AT, ARGS(V_INT(mid)), &its, err) < 0)
			return -1;
		if (its < at)
			low = mid + 1;
		else
			high = mid;
	}
	*seq_r = low;
	return 0;
}

static int
by_agent(const void *a, const void *b)
{
	return strcmp(((const struct past_agent *)a)->name, ((const struct past_agent *)b)->name);
}

const struct past_agent *
past_agent(const struct past *past, const char *name)
{
	const struct past_agent key = { name, NULL, 0 };

	return past->agents.n ? bsearch(&key, past->agents.v, past->agents.n, sizeof(key), by_agent) : NULL;
}

static int
read_idle(struct call *call, struct past *past, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_PAST_IDLE, ARGS(V_INT(past->since - IDLE_BACK), V_INT(past->since)), &rec_past_idle, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		vec_push(call->arena, &past->idle, ((struct past_idle *)rows.v)[i]);
	return 0;
}

int
past_presence(struct call *call, struct past *past, struct texts *names, struct err *err)
{
	int64_t from, to;

	if (event_at(call, past->since, &from, err) < 0 || event_at(call, past->until, &to, err) < 0 || read_idle(call, past, err) < 0)
		return -1;
	texts_sort(names);
	for (size_t i = 0; i < names->n; i++) {
		struct reader r = { .call = call, .past = past, .name = names->v[i] };
		struct past_agent agent;

		if (read_agent(&r, from, to, &agent, err) < 0)
			return -1;
		vec_push(call->arena, &past->agents, agent);
	}
	return 0;
}

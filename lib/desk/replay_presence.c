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

struct idle {
	const char *agent, *medium;
	int64_t at;
};
RECORD(rec_past_idle, struct idle, "idle", NULL, TEXT_FIELD(struct idle, agent, 0, NULL), TEXT_FIELD(struct idle, medium, 0, NULL), TIME_FIELD(struct idle, at, 0, NULL))

/* An agent on one medium, while the log is read. */
struct on {
	const char *medium;
	time_ms here, ready, idle; /* since then; INT_ABSENT: not */
};

struct reader {
	struct call *call;
	const struct past *past;
	const struct idle *idle;
	size_t n_idle;
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
	vec_push(r->call->arena, &r->on, ((struct on){ medium, INT_ABSENT, INT_ABSENT, 0 }));
	return &r->on.v[r->on.n - 1];
}

/* Whoever logged in long before has finished something since. */
static time_ms
idle_since(const struct reader *r, const struct on *on)
{
	for (size_t i = 0; i < r->n_idle; i++)
		if (strcmp(r->idle[i].medium, on->medium) == 0 && r->idle[i].at > on->idle && on->ready < r->past->since)
			return r->idle[i].at;
	return on->idle;
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
}

static void
hear(struct reader *r, const struct said *s)
{
	bool out = !s->ref || !s->state || strcmp(s->event, "agent.state") != 0 || strcmp(s->state, "logged-out") == 0;
	bool wraps = s->state && strcmp(s->state, "after-work") == 0 && s->reason && strncmp(s->reason, "wrap-up", 7) == 0;
	struct on *on;

	/* A session that begins or ends takes all media with it; what it is logged in for follows. */
	for (size_t i = 0; i < r->on.n && (strcmp(s->event, "agent.login") == 0 || strcmp(s->event, "agent.logout") == 0); i++)
		leave(r, &r->on.v[i], s->at);
	if (strcmp(s->event, "agent.state") != 0 || !s->ref)
		return;
	on = on_medium(r, s->ref);
	if (out) {
		leave(r, on, s->at);
		return;
	}
	if (on->here == INT_ABSENT)
		on->here = on->idle = s->at;
	if (strcmp(s->state, "ready") != 0 && !wraps)
		end_shift(r, on, true, s->at);
	else if (on->ready == INT_ABSENT)
		on->ready = s->at;
}

static int
read_agent(struct reader *r, const char *name, int64_t from, int64_t to, struct past_agent *out, struct err *err)
{
	struct call *call = r->call;
	int64_t login = from;
	struct records rows;

	/* Who was there when the period began has logged in before. */
	if (sql_int(call->tx, SQL_PAST_SESSION, ARGS(V_TEXT(name), V_INT(from)), &login, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_PAST_PRESENCE, ARGS(V_TEXT(name), V_INT(login), V_INT(to)), &rec_past_said, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		hear(r, (struct said *)rows.v + i);
	for (size_t i = 0; i < r->on.n; i++)
		leave(r, &r->on.v[i], r->past->until);
	*out = (struct past_agent){ name, r->shifts.v, r->shifts.n };
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
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
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

int
past_presence(struct call *call, struct past *past, struct texts *names, struct err *err)
{
	struct records idle;
	int64_t from, to;
	size_t at = 0;

	if (event_at(call, past->since, &from, err) < 0 || event_at(call, past->until, &to, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_PAST_IDLE, ARGS(V_INT(past->since - IDLE_BACK), V_INT(past->since)), &rec_past_idle, &idle, err) < 0)
		return -1;
	if (names->n)
		qsort(names->v, names->n, sizeof(*names->v), by_text);
	for (size_t i = 0; i < names->n; i++) {
		struct reader r = { .call = call, .past = past };
		struct past_agent agent;

		if (i && strcmp(names->v[i], names->v[i - 1]) == 0)
			continue;
		for (r.idle = idle.v; at < idle.n && strcmp(r.idle[at].agent, names->v[i]) < 0;)
			at++;
		for (r.idle += at; at + r.n_idle < idle.n && strcmp(r.idle[r.n_idle].agent, names->v[i]) == 0;)
			r.n_idle++;
		if (read_agent(&r, names->v[i], from, to, &agent, err) < 0)
			return -1;
		vec_push(call->arena, &past->agents, agent);
	}
	return 0;
}

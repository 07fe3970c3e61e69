/*
 * The clocks of a chat: who waits for whom, and for how long nothing was said.
 *
 * They run while an agent has it and the contact is there. The contact waits
 * from the moment an agent came or from the contact's own last word on, the
 * agent from the agents' last word. Only what the contact can see counts:
 * words, an agent who comes, one who leaves. Typing is no answer; it keeps a
 * silence from being warned of, no more.
 */
#include <string.h>

#include "desk/priv.h"

#define LATE (20 * MS_SECOND)
#define OVERDUE (60 * MS_SECOND)

static bool
is_chat(const struct ixn *ixn)
{
	return strcmp(ixn->medium, "chat") == 0 && ixn->direction != INTERNAL;
}

static bool
handled(int64_t state)
{
	return state == IXN_ACTIVE || state == IXN_CONSULTING;
}

static bool
runs(const struct ixn *ixn)
{
	return is_chat(ixn) && handled(ixn->state) && ixn->online == 1;
}

static enum waiting_side
side_of(const struct ixn *ixn)
{
	/* INT_ABSENT is less than any time. */
	return ixn->agent_spoke > ixn->contact_spoke ? WAITING_AGENT : WAITING_CONTACT;
}

static time_ms
since_of(const struct ixn *ixn)
{
	return side_of(ixn) == WAITING_AGENT ? ixn->agent_spoke : ixn->contact_spoke;
}

void
chat_spoke(struct ixn *ixn, enum message_role role, time_ms at)
{
	int64_t *own = role == FROM_CONTACT ? &ixn->contact_spoke : &ixn->agent_spoke;
	int64_t *other = role == FROM_CONTACT ? &ixn->agent_spoke : &ixn->contact_spoke;

	*own = at;
	ixn->warnings = 0;
	/* Within a millisecond: the later word counts. */
	if (*other >= at)
		*other = at - 1;
}

bool
chat_stirs(struct ixn *ixn, enum ixn_state from, enum verb verb, time_ms at)
{
	static const bool seen[VERB_COUNT] = {
		[VERB_ACCEPT] = true,
		[VERB_TAKE] = true,
		[VERB_JOIN] = true,
		[VERB_LEAVE] = true,
		[VERB_MERGE] = true,
		[VERB_COMPLETE] = true,
	};

	if (!is_chat(ixn))
		return false;
	if (!runs(ixn))
		return handled(from);
	if (verb == VERB_SEND)
		return since_of(ixn) == at;
	if (!seen[verb])
		return false;
	/* Whoever comes owes the contact a word; else the same side waits, from now on. */
	chat_spoke(ixn, verb == VERB_ACCEPT || side_of(ixn) == WAITING_CONTACT ? FROM_CONTACT : FROM_AGENT, at);
	return true;
}

/* Waiting. */

static int64_t
or_else(int64_t n, int64_t otherwise)
{
	return n == INT_ABSENT ? otherwise : n;
}

static enum waiting_level
level_at(const struct queue *queue, time_ms since, time_ms at)
{
	int64_t late = or_else(queue->waiting_late, LATE), overdue = or_else(queue->waiting_overdue, OVERDUE);

	if (overdue > 0 && at >= since + overdue)
		return LEVEL_OVERDUE;
	return late > 0 && at >= since + late ? LEVEL_LATE : LEVEL_OK;
}

/* The next threshold behind a time; INT_ABSENT: none. */
static time_ms
next_level(const struct queue *queue, time_ms since, time_ms at)
{
	const int64_t steps[] = { or_else(queue->waiting_late, LATE), or_else(queue->waiting_overdue, OVERDUE) };

	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (steps[i] > 0 && since + steps[i] > at)
			return since + steps[i];
	return INT_ABSENT;
}

static int
set_or_clear(struct call *call, const char *kind, const char *id, time_ms at, struct err *err)
{
	return at == INT_ABSENT ? due_clear(call, kind, id, err) : due_set(call, kind, id, at, err);
}

int
chat_waiting_due(struct call *call, const char *id, time_ms at, struct err *err)
{
	const struct queue *queue;
	enum waiting_level level;
	struct event event = { .at = at, .event = "chat.waiting" };
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0 || queue_of(call, ixn, &queue, err) < 0)
		return -1;
	if (!runs(ixn))
		return 0;
	level = level_at(queue, since_of(ixn), at);
	event.ixn = ixn->id;
	event.agent = ixn->agent;
	event.ref = names_get(&waiting_sides, (int)side_of(ixn));
	event.reason = names_get(&waiting_levels, (int)level);
	if (level != LEVEL_OK && event_add(call, &event, err) < 0)
		return -1;
	return set_or_clear(call, "waiting", id, next_level(queue, since_of(ixn), at), err);
}

/* Silence. */

static int64_t
warnings_of(const struct queue *queue)
{
	return queue->inactivity_warning <= 0 ? 0 : (queue->inactivity_warning2 <= 0 ? 1 : 2);
}

/* How long it may be silent, so many warnings having been given, before more is done; INT_ABSENT: for ever. */
static int64_t
patience(const struct queue *queue, int64_t warned)
{
	const int64_t steps[] = { queue->inactivity_warning, queue->inactivity_warning2 };
	int64_t step = warned < warnings_of(queue) ? steps[warned] : queue->inactivity_close;

	return step > 0 ? step : INT_ABSENT;
}

static time_ms
behind(time_ms at, int64_t step)
{
	return step == INT_ABSENT ? INT_ABSENT : at + step;
}

int
chat_timers(struct call *call, const struct ixn *ixn, time_ms at, struct err *err)
{
	const struct queue *queue;

	if (!runs(ixn))
		return due_clear(call, "waiting", ixn->id, err) < 0 ? -1 : due_clear(call, "inactive", ixn->id, err);
	if (queue_of(call, ixn, &queue, err) < 0 || set_or_clear(call, "waiting", ixn->id, next_level(queue, since_of(ixn), at), err) < 0)
		return -1;
	return set_or_clear(call, "inactive", ixn->id, behind(at, patience(queue, ixn->warnings)), err);
}

int
chat_typing(struct call *call, const struct ixn *ixn, struct err *err)
{
	const struct queue *queue;

	if (!runs(ixn))
		return 0;
	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	return set_or_clear(call, "inactive", ixn->id, behind(call->now, patience(queue, ixn->warnings)), err);
}

int
chat_inactive_due(struct call *call, const char *id, time_ms at, struct err *err)
{
	const struct queue *queue;
	struct event event = { .at = at, .event = "chat.inactive" };
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0 || queue_of(call, ixn, &queue, err) < 0)
		return -1;
	if (!runs(ixn))
		return 0;
	if (ixn->warnings >= warnings_of(queue)) {
		if (queue->inactivity_close <= 0)
			return 0;
		return message_system(call, ixn, "chat.closed", NULL, at, err) < 0 ? -1 : chat_close(call, ixn, at, "system", "inactivity", err);
	}
	ixn->warnings++;
	event.ixn = ixn->id;
	event.agent = ixn->agent;
	event.ref = arena_printf(call->arena, "%lld", (long long)ixn->warnings);
	if (message_system(call, ixn, "chat.inactive", NULL, at, err) < 0 || event_add(call, &event, err) < 0)
		return -1;
	return set_or_clear(call, "inactive", id, behind(at, patience(queue, ixn->warnings)), err);
}

/* As of now: a read settles nothing. */

/* When it was closed though nobody has settled it yet; INT_ABSENT: it was not. */
static int
closed_by_now(struct call *call, const struct ixn *ixn, const struct queue *queue, time_ms *at_r, struct err *err)
{
	time_ms at;
	int rc;

	*at_r = INT_ABSENT;
	if (queue->inactivity_close <= 0)
		return 0;
	rc = sql_int(call->tx, SQL_DUE_AT, ARGS(V_TEXT("inactive"), V_TEXT(ixn->id)), &at, err);
	if (rc <= 0)
		return rc;
	for (int64_t n = ixn->warnings; n < warnings_of(queue); n++)
		at = behind(at, patience(queue, n + 1));
	if (at <= call->now)
		*at_r = at;
	return 0;
}

int
chat_now(struct call *call, struct ixn *ixn, struct chat_wait *wait, struct err *err)
{
	const struct queue *queue;
	time_ms closed;

	*wait = (struct chat_wait){ INT_ABSENT, INT_ABSENT, INT_ABSENT };
	if (!runs(ixn))
		return 0;
	if (queue_of(call, ixn, &queue, err) < 0 || closed_by_now(call, ixn, queue, &closed, err) < 0)
		return -1;
	if (closed != INT_ABSENT) {
		ixn->state = IXN_WRAP;
		ixn->online = 0;
		ixn->ended = closed;
		return 0;
	}
	*wait = (struct chat_wait){ side_of(ixn), since_of(ixn), level_at(queue, since_of(ixn), call->now) };
	return 0;
}

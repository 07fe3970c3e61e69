/*
 * Queues: the row, and who may take from one.
 */
#include <string.h>

#include "desk/priv.h"

RECORD(rec_queue_row, struct queue, "queue", NULL,
       TEXT_FIELD(struct queue, name, 0, NULL),
       TEXT_FIELD(struct queue, skills, 0, NULL),
       INT_FIELD(struct queue, priority, 0, NULL),
       REAL_FIELD(struct queue, ageing, 0, NULL),
       BOOL_FIELD(struct queue, rona, 0, NULL),
       BOOL_FIELD(struct queue, transcript, 0, NULL),
       DURATION_FIELD(struct queue, offer_timeout, 0, NULL),
       DURATION_FIELD(struct queue, exclusion, 0, NULL),
       BOOL_FIELD(struct queue, pull, 0, NULL),
       TEXT_FIELD(struct queue, selection, 0, NULL),
       BOOL_FIELD(struct queue, push, 0, NULL),
       BOOL_FIELD(struct queue, auto_answer, 0, NULL),
       TEXT_FIELD(struct queue, overflow_to, 0, NULL),
       DURATION_FIELD(struct queue, overflow_after, 0, NULL),
       INT_FIELD(struct queue, overflow_length, 0, NULL),
       BOOL_FIELD(struct queue, overflow_nobody, 0, NULL),
       TEXT_FIELD(struct queue, hours, 0, NULL),
       NAME_FIELD(struct queue, closed, closed_policies, 0, NULL),
       TEXT_FIELD(struct queue, closed_to, 0, NULL),
       NAME_FIELD(struct queue, last_agent, last_agent_policies, 0, NULL),
       DURATION_FIELD(struct queue, last_agent_wait, 0, NULL),
       DURATION_FIELD(struct queue, wrap_up, 0, NULL),
       DURATION_FIELD(struct queue, waiting_late, 0, NULL),
       DURATION_FIELD(struct queue, waiting_overdue, 0, NULL),
       DURATION_FIELD(struct queue, inactivity_warning, 0, NULL),
       DURATION_FIELD(struct queue, inactivity_warning2, 0, NULL),
       DURATION_FIELD(struct queue, inactivity_close, 0, NULL),
       TEXT_FIELD(struct queue, fallback, 0, NULL),
       TEXT_FIELD(struct queue, extra, 0, NULL),
       INT_FIELD(struct queue, ord, 0, NULL))

RECORD(rec_widen, struct widen, "widen", NULL, DURATION_FIELD(struct widen, after, 0, NULL), TEXT_FIELD(struct widen, skills, 0, NULL))

/* What a queue does when the site says nothing, and for what is in no queue. */
static const struct queue no_queue = {
	.name = "",
	.skills = "",
	.ageing = 1.0,
	.rona = 1,
	.offer_timeout = 30 * MS_SECOND,
	.exclusion = 60 * MS_SECOND,
	.selection = "longest-idle",
	.push = 1,
	.overflow_after = INT_ABSENT,
	.overflow_length = INT_ABSENT,
	.last_agent_wait = INT_ABSENT,
	.wrap_up = INT_ABSENT,
	.waiting_late = INT_ABSENT,
	.waiting_overdue = INT_ABSENT,
	.inactivity_warning = INT_ABSENT,
	.inactivity_warning2 = INT_ABSENT,
	.inactivity_close = INT_ABSENT,
};

int
queue_get(struct call *call, const char *name, struct queue **queue_r, struct err *err)
{
	struct queue *queue = ARENA_NEW(call->arena, struct queue);
	int rc = sql_one(call->tx, call->arena, SQL_QUEUE_GET, ARGS(V_TEXT(name)), &rec_queue_row, queue, err);

	if (rc == 0)
		return err_set(err, E_NO_QUEUE, "name", name, NULL);
	if (rc > 0)
		call->queue = *queue_r = queue;
	return rc < 0 ? -1 : 0;
}

int
queue_of(struct call *call, const struct ixn *ixn, const struct queue **queue_r, struct err *err)
{
	struct queue *queue;

	*queue_r = &no_queue;
	if (!ixn->queue)
		return 0;
	/* A queue that the site no longer has is none. */
	if ((!call->queue || strcmp(call->queue->name, ixn->queue) != 0) && queue_get(call, ixn->queue, &queue, err) < 0)
		return err->code == E_NO_QUEUE ? 0 : -1;
	*queue_r = call->queue;
	return 0;
}

bool
queue_pulls(struct call *call, const struct ixn *ixn)
{
	const struct queue *queue;
	struct err ignored = { 0 };
	struct agent *agent;

	if (call_may_lead(call))
		return true;
	return queue_of(call, ixn, &queue, &ignored) == 0 && queue->pull && agent_get(call, call_self(call), &agent, &ignored) == 0 &&
	       (!agent->queues || list_has(agent->queues, queue->name));
}

/*
 * The rules of a site as a replay takes them.
 */
#include <string.h>

#include "desk/replay_priv.h"
#include "desk/route_priv.h"

struct skill_row {
	const char *key;
	int64_t value;
};
RECORD(rec_replay_skill, struct skill_row, "skill", NULL, TEXT_FIELD(struct skill_row, key, 0, NULL), INT_FIELD(struct skill_row, value, 0, NULL))

static int
read_skills(struct call *call, struct replay_agent *out, struct err *err)
{
	struct records rows;
	struct skill *skills;

	if (sql_all(call->tx, call->arena, SQL_SKILLS_OF, ARGS(V_TEXT(out->name)), &rec_replay_skill, &rows, err) < 0)
		return -1;
	skills = arena_alloc(call->arena, (rows.n + 1) * sizeof(*skills));
	for (size_t i = 0; i < rows.n; i++)
		skills[i] = (struct skill){ ((struct skill_row *)rows.v)[i].key, (int)((struct skill_row *)rows.v)[i].value };
	out->skill = skills;
	out->n_skills = rows.n;
	return 0;
}

/* Those of a login that names none. */
static void
read_media(struct call *call, const struct agent *agent, const struct capacity *capacity, struct texts *out)
{
	list_split(call->arena, agent->media, out);
	for (size_t i = 0; !agent->media && i < capacity->n; i++)
		texts_add(call->arena, out, capacity->rule[i].medium);
	if (!out->n)
		texts_add(call->arena, out, "voice");
}

static int
read_agent(struct call *call, const char *name, struct rules *rules, struct err *err)
{
	struct replay_agent out = { .name = name };
	struct texts queues, media;
	struct agent *agent;

	if (agent_get(call, name, &agent, err) < 0)
		return -1;
	/* A program takes no interactions. */
	if (agent->role == ROLE_SERVICE)
		return 0;
	if (read_skills(call, &out, err) < 0 || agent_capacity(call, name, &out.capacity, err) < 0)
		return -1;
	list_split(call->arena, agent->queues, &queues);
	if (agent->queues)
		out.queue = queues.v ? queues.v : ARENA_NEW(call->arena, const char *);
	out.n_queues = queues.n;
	out.rank = agent->ord;
	read_media(call, agent, &out.capacity, &media);
	vec_push(call->arena, &rules->agents, out);
	vec_push(call->arena, &rules->media, media);
	return 0;
}

static int
read_widening(struct call *call, struct replay_queue *out, struct err *err)
{
	struct replay_widen *steps;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_WIDEN_OF, ARGS(V_TEXT(out->name)), &rec_widen, &rows, err) < 0)
		return -1;
	steps = arena_alloc(call->arena, (rows.n + 1) * sizeof(*steps));
	for (size_t i = 0; i < rows.n; i++)
		steps[i] = (struct replay_widen){ ((struct widen *)rows.v)[i].after, ((struct widen *)rows.v)[i].skills };
	out->widen = steps;
	out->n_widen = rows.n;
	return 0;
}

static int64_t
or_never(int64_t n)
{
	return n == INT_ABSENT || n == INT_NULL ? -1 : n;
}

static enum replay_last
last_agent(const struct queue *queue)
{
	/* Where nothing is offered nobody is waited for. */
	if (queue->last_agent == LAST_AGENT_MEMBER && queue->push)
		return REPLAY_LAST_MEMBER;
	return queue->last_agent == LAST_AGENT_ALWAYS && queue->push ? REPLAY_LAST_ALWAYS : REPLAY_LAST_OFF;
}

static enum replay_closed
closed(const struct queue *queue)
{
	if (queue->closed == CLOSED_OVERFLOW)
		return REPLAY_MOVE;
	return queue->closed == CLOSED_MESSAGE ? REPLAY_TURN_AWAY : REPLAY_HOLD;
}

static int
read_queue(struct call *call, const char *name, struct rules *rules, struct err *err)
{
	struct calendar calendar = { NULL, NULL };
	struct replay_queue out;
	struct queue *q;

	if (queue_get(call, name, &q, err) < 0 || (q->hours && calendar_get(call, q->hours, &calendar, err) < 0))
		return -1;
	out = (struct replay_queue){
		.name = name,
		.skills = q->skills,
		.ageing = q->ageing,
		.policy = queue_policy(q),
		.auto_answer = q->auto_answer == 1,
		.overflow_to = q->overflow_to,
		.overflow_after = or_never(q->overflow_after),
		.overflow_length = or_never(q->overflow_length),
		.overflow_nobody = q->overflow_nobody == 1,
		.hours = calendar.hours,
		.closed = closed(q),
		.closed_to = q->closed_to,
		.last = last_agent(q),
		.last_wait = q->last_agent_wait == INT_ABSENT ? LAST_AGENT_WAIT : q->last_agent_wait,
		.wrap_up = or_never(q->wrap_up),
	};
	if (read_widening(call, &out, err) < 0)
		return -1;
	vec_push(call->arena, &rules->queues, out);
	vec_push(call->arena, &rules->priorities, q->priority);
	return 0;
}

int
replay_rules(struct call *call, struct rules *rules, struct err *err)
{
	struct texts agents, queues;

	memset(rules, 0, sizeof(*rules));
	if (sql_texts(call->tx, call->arena, SQL_AGENT_NAMES, NO_ARGS, &agents, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_QUEUE_NAMES, NO_ARGS, &queues, err) < 0)
		return -1;
	for (size_t i = 0; i < agents.n; i++)
		if (read_agent(call, agents.v[i], rules, err) < 0)
			return -1;
	for (size_t i = 0; i < queues.n; i++)
		if (read_queue(call, queues.v[i], rules, err) < 0)
			return -1;
	return 0;
}

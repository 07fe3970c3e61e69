/*
 * Routing on write: whatever queues an interaction or frees an agent matches
 * that interaction or that agent within its transaction. The store gives
 * bounded candidates, lib/routing decides, here the decision is carried out.
 */
#include <string.h>

#include "desk/review_priv.h"
#include "desk/route_priv.h"

/* Of fewer agents than this each is looked at; of more, those of one rank are walked in the order of the queue. */
#define LANE_SMALL 64
/* No agent takes more at one stroke. */
#define OFFERS_MAX 64

int
route_enter(struct call *call, struct ixn *ixn, const char *agent, struct err *err)
{
	/* Held until a time of its own: somebody has decided otherwise. */
	if (ixn->queued == INT_ABSENT && !ixn->fresh && due_clear(call, "callback", ixn->id, err) < 0)
		return -1;
	ixn->arriving = true;
	ixn->entered = call->now;
	ixn->reserved = agent ? "transfer" : NULL;
	/* What waits is no workbin's any more. */
	ixn->workbin = ixn->keeper = NULL;
	return lane_enter(call, ixn, agent, call->now, err);
}

/* The best agent. */

struct candidate_row {
	const char *agent;
	int64_t idle_since, load, room, rank;
};
RECORD(rec_candidate, struct candidate_row, "candidate", NULL,
       TEXT_FIELD(struct candidate_row, agent, 0, NULL),
       TIME_FIELD(struct candidate_row, idle_since, 0, NULL),
       INT_FIELD(struct candidate_row, load, 0, NULL),
       INT_FIELD(struct candidate_row, room, 0, NULL),
       INT_FIELD(struct candidate_row, rank, 0, NULL))

/* Of a large lane: the agents of the best rank of which somebody is free. Where ranks mean nothing all have the same. */
static int
candidates_of_rank(struct call *call, const struct ixn *ixn, enum routing_policy policy, struct records *rows, struct err *err)
{
	enum sql sql = policy == ROUTING_LEAST_LOADED ? SQL_CANDIDATES_BY_LOAD : SQL_CANDIDATES_BY_IDLE;
	int64_t rank, n = LANE_SMALL;
	int rc = sql_int(call->tx, SQL_RANK_BEST, ARGS(V_TEXT(ixn->medium), V_INT(ixn->lane), V_TEXT(ixn->id), V_INT(call->now)), &rank, err);

	*rows = (struct records){ NULL, 0 };
	if (rc > 0 && (policy == ROUTING_BEST_FIT || policy == ROUTING_ORDER))
		rc = sql_int(call->tx, SQL_RANK_COUNT, ARGS(V_INT(ixn->lane), V_INT(rank), V_INT(LANE_SMALL)), &n, err);
	if (rc <= 0)
		return rc;
	if (n < LANE_SMALL)
		sql = SQL_CANDIDATES_OF_RANK;
	return sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(ixn->medium), V_INT(ixn->lane), V_TEXT(ixn->id), V_INT(call->now), V_INT(rank)), &rec_candidate, rows, err);
}

static int
candidates_of(struct call *call, const struct ixn *ixn, const struct lane *lane, enum routing_policy policy, struct records *rows, struct err *err)
{
	if (lane->members >= LANE_SMALL)
		return candidates_of_rank(call, ixn, policy, rows, err);
	if (ixn->fresh && !ixn->skills[0] && !lane->agent[0])
		lane_met(call, lane->medium, lane->queue, lane->id);
	/* Nobody has refused what has just come. */
	return sql_all(call->tx, call->arena, SQL_CANDIDATES_OF_LANE, ARGS(V_TEXT(ixn->medium), V_INT(ixn->lane), V_TEXT(ixn->fresh ? "" : ixn->id), V_INT(call->now)), &rec_candidate, rows, err);
}

static void
pick_agent(struct call *call, const struct records *rows, enum routing_policy policy, struct decision *out)
{
	struct candidate *list = arena_alloc(call->arena, (rows->n + 1) * sizeof(*list));
	struct candidates in = { .now = call->now, .policy = policy, .agent = list, .n = rows->n };

	for (size_t i = 0; i < rows->n; i++) {
		const struct candidate_row *r = (struct candidate_row *)rows->v + i;

		list[i] = (struct candidate){ .name = r->agent, .idle_since = r->idle_since, .load = (int)r->load, .room = (int)r->room, .logged_in = true, .ready = true };
		if (policy == ROUTING_BEST_FIT)
			list[i].fit = (int)r->rank;
	}
	routing_pick_agent(&in, out);
}

/* Who has part in it already is asked nothing. */
static int
without_part(struct call *call, const struct ixn *ixn, struct records *rows, struct err *err)
{
	struct candidate_row *v = rows->v;
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		int rc = party_has(call, ixn->id, v[i].agent, err);

		if (rc < 0)
			return -1;
		if (!rc && (!ixn->agent || strcmp(ixn->agent, v[i].agent) != 0))
			v[n++] = v[i];
	}
	rows->n = n;
	return 0;
}

int
route_best(struct call *call, const struct ixn *ixn, const char **agent_r, struct err *err)
{
	const struct queue *queue;
	struct decision decision;
	struct records rows;
	struct lane lane;
	int rc = sql_one(call->tx, call->arena, SQL_LANE_GET, ARGS(V_INT(ixn->lane)), &rec_lane, &lane, err);

	if (rc <= 0 || queue_of(call, ixn, &queue, err) < 0 || candidates_of(call, ixn, &lane, queue_policy(queue), &rows, err) < 0 ||
	    without_part(call, ixn, &rows, err) < 0)
		return rc == 0 ? 0 : -1;
	pick_agent(call, &rows, queue_policy(queue), &decision);
	*agent_r = decision.chosen;
	return *agent_r != NULL;
}

int
route_takes(struct call *call, const struct ixn *ixn, bool *takes_r, struct err *err)
{
	const struct queue *queue;
	int64_t one;
	int rc;

	*takes_r = false;
	if (queue_of(call, ixn, &queue, err) < 0 || queue_open_at(call, queue, call->now, takes_r, err) < 0)
		return -1;
	rc = sql_int(call->tx, SQL_LANE_MANNED, ARGS(V_INT(ixn->lane), V_TEXT(ixn->medium)), &one, err);
	*takes_r = *takes_r && rc > 0;
	return rc < 0 ? -1 : 0;
}

/* It waits: looked at again when the next one who refused or missed it may have it. */
static int
route_later(struct call *call, const struct ixn *ixn, struct err *err)
{
	int64_t next;
	int rc = sql_int(call->tx, SQL_EXCLUSION_NEXT, ARGS(V_TEXT(ixn->id), V_INT(call->now)), &next, err);

	return rc > 0 ? due_set(call, "route", ixn->id, next, err) : rc;
}

int
route_pick(struct call *call, const struct ixn *ixn, struct decision *out, struct err *err)
{
	const struct queue *queue;
	struct records rows;
	struct lane lane;
	int rc = sql_one(call->tx, call->arena, SQL_LANE_GET, ARGS(V_INT(ixn->lane)), &rec_lane, &lane, err);

	/* What waits in a queue that is closed, or does not push, is offered to nobody. */
	if (rc <= 0 || !lane.open)
		return rc < 0 ? -1 : 0;
	if (queue_of(call, ixn, &queue, err) < 0 || candidates_of(call, ixn, &lane, lane_policy(&lane, queue), &rows, err) < 0)
		return -1;
	pick_agent(call, &rows, lane_policy(&lane, queue), out);
	return 1;
}

int
route_ixn(struct call *call, struct ixn *ixn, struct err *err)
{
	struct decision decision;
	int rc = ixn->arriving ? rules_arrive(call, ixn, call->now, err) : 0;

	ixn->arriving = false;
	if (rc < 0 || ixn->state != IXN_QUEUED)
		return rc;
	rc = route_pick(call, ixn, &decision, err);
	if (rc <= 0)
		return rc;
	return decision.chosen ? offer_make(call, ixn, decision.chosen, &decision, err) : route_later(call, ixn, err);
}

/* The next interaction. */

struct head_row {
	const char *id;
	int64_t lane, key;
	double ageing;
	const char *reserved;
};
RECORD(rec_head, struct head_row, "head", NULL,
       ID_FIELD(struct head_row, id, 0, NULL),
       INT_FIELD(struct head_row, lane, 0, NULL),
       INT_FIELD(struct head_row, key, 0, NULL),
       REAL_FIELD(struct head_row, ageing, 0, NULL),
       TEXT_FIELD(struct head_row, reserved, 0, NULL))

/* 1: offered one; 0: nothing for this agent. */
static int
route_next(struct call *call, const char *agent, struct err *err)
{
	struct records rows;
	struct head list[16];
	struct heads in = { call->now, list, 0 };
	struct decision decision;
	struct ixn *ixn;
	const struct head_row *v;

	if (sql_all(call->tx, call->arena, SQL_HEADS_OF_AGENT, ARGS(V_TEXT(agent), V_INT(call->now)), &rec_head, &rows, err) < 0)
		return -1;
	v = rows.v;
	for (; in.n < rows.n && in.n < COUNT_OF(list); in.n++)
		list[in.n] = (struct head){ .id = v[in.n].id, .lane = v[in.n].lane, .key = v[in.n].key, .ageing = v[in.n].ageing };
	routing_pick_item(&in, &decision);
	if (!decision.chosen)
		return 0;
	if (ixn_get(call, decision.chosen, &ixn, err) < 0)
		return -1;
	return offer_make(call, ixn, agent, &decision, err) < 0 ? -1 : 1;
}

int
route_agent(struct call *call, const char *agent, struct err *err)
{
	int rc = 1;

	for (int i = 0; rc > 0 && i < OFFERS_MAX; i++)
		rc = route_next(call, agent, err);
	return rc < 0 ? -1 : 0;
}

int
route_waiting(struct call *call, const char *agent, struct err *err)
{
	int64_t one;
	int rc = AHEAD(call, WAITING_FOR, V_TEXT(agent));

	return rc <= 0 ? (rc < 0 ? -1 : 1) : sql_int(call->tx, SQL_WAITING_FOR, ARGS(V_TEXT(agent)), &one, err);
}

int
route_again(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0)
		return -1;
	return ixn->state == IXN_QUEUED ? route_ixn(call, ixn, err) : 0;
}

int
route_forget(struct call *call, const char *ixn, struct err *err)
{
	return RUN(call, DUE_FORGET, V_TEXT(ixn)) < 0 || RUN(call, EXCLUSION_CLEAR, V_TEXT(ixn)) < 0 ? -1 : 0;
}

void
call_freed(struct call *call, const char *agent)
{
	texts_add(call->arena, &call->freed, agent);
}

void
call_served(struct call *call, const char *agent)
{
	size_t n = 0;

	for (size_t i = 0; i < call->freed.n; i++)
		if (strcmp(call->freed.v[i], agent) != 0)
			call->freed.v[n++] = call->freed.v[i];
	call->freed.n = n;
}

int
route_freed(struct call *call, struct err *err)
{
	/* What is offered may give others room, who stand behind them then. */
	for (size_t i = 0; i < call->freed.n; i++)
		if (route_agent(call, call->freed.v[i], err) < 0)
			return -1;
	call->freed = (struct texts){ NULL, 0, 0 };
	for (size_t i = 0; i < call->reviewers.n; i++)
		if (review_ask_agent(call, call->reviewers.v[i], err) < 0)
			return -1;
	call->reviewers = (struct texts){ NULL, 0, 0 };
	return 0;
}

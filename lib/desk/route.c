/*
 * Routing on write: whatever queues an interaction or frees an agent matches
 * that interaction or that agent within its transaction. The store gives
 * bounded candidates, lib/routing decides, here the decision is carried out.
 */
#include <string.h>

#include "base/buf.h"
#include "desk/priv.h"
#include "routing/routing.h"
#include "routing/skills.h"

/* Fewer agents than this in a lane: look at each; more: walk the free ones, longest idle first. */
#define LANE_SMALL 128
/* No agent takes more at one stroke. */
#define OFFERS_MAX 64

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

RECORD(rec_offer_row, struct offer, "offer", NULL,
       ID_FIELD(struct offer, id, 0, NULL),
       ID_FIELD(struct offer, ixn, 0, NULL),
       TEXT_FIELD(struct offer, agent, 0, NULL),
       NAME_FIELD(struct offer, purpose, offer_purposes, 0, NULL),
       NAME_FIELD(struct offer, state, offer_states, 0, NULL),
       TIME_FIELD(struct offer, created, 0, NULL),
       TIME_FIELD(struct offer, expires, 0, NULL),
       TIME_FIELD(struct offer, ended, 0, NULL),
       TEXT_FIELD(struct offer, reason, 0, NULL),
       TEXT_FIELD(struct offer, why, 0, NULL),
       TEXT_FIELD(struct offer, asker, 0, NULL),
       TEXT_FIELD(struct offer, mode, 0, NULL))

RECORD(rec_widen, struct widen, "widen", NULL, DURATION_FIELD(struct widen, after, 0, NULL), TEXT_FIELD(struct widen, skills, 0, NULL))

struct lane {
	int64_t id;
	const char *queue, *skills, *agent;
	int64_t members;
};
RECORD(rec_lane, struct lane, "lane", NULL,
       INT_FIELD(struct lane, id, 0, NULL),
       TEXT_FIELD(struct lane, queue, 0, NULL),
       TEXT_FIELD(struct lane, skills, 0, NULL),
       TEXT_FIELD(struct lane, agent, 0, NULL),
       INT_FIELD(struct lane, members, 0, NULL))

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
	*queue_r = queue;
	return rc < 0 ? -1 : 0;
}

static int
queue_of(struct call *call, const struct ixn *ixn, const struct queue **queue_r, struct err *err)
{
	struct queue *queue = NULL;

	*queue_r = &no_queue;
	if (!ixn->queue)
		return 0;
	if (queue_get(call, ixn->queue, &queue, err) < 0) {
		/* A queue that the site no longer has. */
		if (err->code != E_NO_QUEUE)
			return -1;
		return 0;
	}
	*queue_r = queue;
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

/* Lanes. */

/* The skills of one agent after the other, as rows sorted by agent. */
struct member {
	const char *agent, *queues, *skill;
	int64_t level;
};
RECORD(rec_member, struct member, "member", NULL,
       TEXT_FIELD(struct member, agent, 0, NULL),
       TEXT_FIELD(struct member, queues, 0, NULL),
       TEXT_FIELD(struct member, skill, 0, NULL),
       INT_FIELD(struct member, level, 0, NULL))

static bool
serves(const struct member *rows, size_t n, const struct lane *lane, const struct skills *expr)
{
	struct skill skills[256];
	size_t k = 0;

	if (lane->agent[0])
		return strcmp(lane->agent, rows->agent) == 0;
	if (rows->queues && !list_has(rows->queues, lane->queue))
		return false;
	for (size_t i = 0; i < n && k < COUNT_OF(skills); i++)
		if (rows[i].skill)
			skills[k++] = (struct skill){ rows[i].skill, (int)rows[i].level };
	return skills_match(expr, skills, k, NULL);
}

static size_t
run_of(const struct records *members, size_t from)
{
	const struct member *v = members->v;
	size_t to = from + 1;

	while (to < members->n && strcmp(v[to].agent, v[from].agent) == 0)
		to++;
	return to - from;
}

static int
lane_fill(struct call *call, const struct lane *lane, const char *medium, const struct records *members, struct err *err)
{
	const struct member *v = members->v;
	const struct skills *expr;
	int64_t count = 0;

	if (skills_parse(call->arena, lane->skills, &expr, err) < 0)
		return -1;
	for (size_t i = 0, n; i < members->n; i += n) {
		n = run_of(members, i);
		if (!serves(v + i, n, lane, expr))
			continue;
		count++;
		if (RUN(call, AGENT_LANE_PUT, V_TEXT(v[i].agent), V_TEXT(medium), V_INT(lane->id)) < 0)
			return -1;
	}
	return RUN(call, LANE_MEMBERS, V_INT(lane->id), V_INT(count)) < 0 ? -1 : 0;
}

static int
all_members(struct call *call, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_MEMBERS, NO_ARGS, &rec_member, out, err);
}

static int
lane_make(struct call *call, const char *medium, struct lane *lane, double ageing, struct err *err)
{
	struct records members;

	if (RUN(call, LANE_NEW, V_TEXT(medium), V_TEXT(lane->queue), V_TEXT(lane->skills), V_TEXT(lane->agent), V_REAL(ageing)) < 0 ||
	    sql_int(call->tx, SQL_LANE_FIND, ARGS(V_TEXT(medium), V_TEXT(lane->queue), V_TEXT(lane->skills), V_TEXT(lane->agent)), &lane->id, err) < 0 ||
	    all_members(call, &members, err) < 0)
		return -1;
	return lane_fill(call, lane, medium, &members, err);
}

static int
combine_skills(struct call *call, const struct queue *queue, const char *skills, const char **out_r, struct err *err)
{
	const struct skills *expr;
	const char *text = queue->skills[0] && skills[0] ? arena_printf(call->arena, "(%s) & (%s)", queue->skills, skills)
							 : (queue->skills[0] ? queue->skills : skills);

	if (skills_parse(call->arena, text, &expr, err) < 0)
		return -1;
	*out_r = skills_canonical(call->arena, expr);
	return 0;
}

int
route_enter(struct call *call, struct ixn *ixn, const char *agent, struct err *err)
{
	const struct queue *queue;
	struct lane lane = { 0, agent || !ixn->queue ? "" : ixn->queue, "", agent ? agent : "", 0 };
	int rc;

	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	if (!agent && combine_skills(call, queue, ixn->skills, &lane.skills, err) < 0)
		return -1;
	rc = sql_int(call->tx, SQL_LANE_FIND, ARGS(V_TEXT(ixn->medium), V_TEXT(lane.queue), V_TEXT(lane.skills), V_TEXT(lane.agent)), &lane.id, err);
	if (rc < 0 || (rc == 0 && lane_make(call, ixn->medium, &lane, agent ? 1.0 : queue->ageing, err) < 0))
		return -1;
	ixn->lane = lane.id;
	/* The age of what comes back is that of the first time. */
	if (ixn->queued == INT_ABSENT)
		ixn->queued = call->now;
	ixn->sort_key = routing_sort_key(ixn->queued, ixn->priority, agent ? 1.0 : queue->ageing);
	return 0;
}

struct lane_row {
	int64_t id;
	const char *medium, *queue, *skills, *agent;
};
RECORD(rec_lane_row, struct lane_row, "lane", NULL,
       INT_FIELD(struct lane_row, id, 0, NULL),
       TEXT_FIELD(struct lane_row, medium, 0, NULL),
       TEXT_FIELD(struct lane_row, queue, 0, NULL),
       TEXT_FIELD(struct lane_row, skills, 0, NULL),
       TEXT_FIELD(struct lane_row, agent, 0, NULL))

struct waiting {
	const char *id;
};
RECORD(rec_waiting, struct waiting, "waiting", NULL, ID_FIELD(struct waiting, id, 0, NULL))

int
route_reenter(struct call *call, const char *queue, struct err *err)
{
	struct records waiting;

	if (sql_all(call->tx, call->arena, SQL_IXN_WAITING, ARGS(V_TEXT(queue)), &rec_waiting, &waiting, err) < 0)
		return -1;
	for (size_t i = 0; i < waiting.n; i++) {
		struct ixn *ixn;
		const char *agent = NULL;

		if (ixn_get(call, ((struct waiting *)waiting.v)[i].id, &ixn, err) < 0 ||
		    sql_text(call->tx, call->arena, SQL_LANE_AGENT, ARGS(V_INT(ixn->lane)), &agent, err) < 0 ||
		    route_enter(call, ixn, agent && *agent ? agent : NULL, err) < 0 || ixn_save(call, ixn, err) < 0)
			return -1;
	}
	return 0;
}

int
route_rebuild(struct call *call, struct err *err)
{
	struct records members, lanes;
	struct texts agents;

	if (RUN(call, LANE_AGEING, V_INT(0)) < 0 || RUN(call, AGENT_LANE_CLEAR, V_INT(0)) < 0 ||
	    all_members(call, &members, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_LANE_ALL, NO_ARGS, &rec_lane_row, &lanes, err) < 0)
		return -1;
	for (size_t i = 0; i < lanes.n; i++) {
		const struct lane_row *row = (struct lane_row *)lanes.v + i;
		struct lane lane = { row->id, row->queue, row->skills, row->agent, 0 };

		if (lane_fill(call, &lane, row->medium, &members, err) < 0)
			return -1;
	}
	if (sql_texts(call->tx, call->arena, SQL_SESSION_AGENTS, NO_ARGS, &agents, err) < 0)
		return -1;
	for (size_t i = 0; i < agents.n; i++)
		if (agent_refresh(call, agents.v[i], err) < 0 || route_agent(call, agents.v[i], err) < 0)
			return -1;
	return 0;
}

/* Offers. */

static int
offer_make(struct call *call, struct ixn *ixn, const char *agent, enum offer_purpose purpose, const struct decision *decision, struct err *err)
{
	const struct queue *queue;
	struct offer offer = { .ixn = ixn->id, .agent = agent, .purpose = purpose, .state = OFFER_PENDING, .created = call->now, .ended = INT_ABSENT };
	struct buf why = BUF_INIT;

	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	offer.id = id_new(call->arena, call->now);
	offer.expires = call->now + queue->offer_timeout;
	routing_decision_json(decision, &why);
	offer.why = arena_strdup(call->arena, buf_get(&why));
	buf_release(&why);
	if (ixn->offered == INT_ABSENT)
		ixn->offered = call->now;
	if (sql_put(call->tx, SQL_OFFER_NEW, &rec_offer_row, &offer, err) < 0 || due_set(call, "offer", offer.id, offer.expires, err) < 0 ||
	    verb_happen(call, ixn, VERB_OFFER, call->now, agent, offer.id, names_get(&offer_purposes, (int)purpose), err) < 0)
		return -1;
	return agent_refresh(call, agent, err);
}

struct candidate_row {
	const char *agent;
	int64_t idle_since, load, room;
};
RECORD(rec_candidate, struct candidate_row, "candidate", NULL,
       TEXT_FIELD(struct candidate_row, agent, 0, NULL),
       TIME_FIELD(struct candidate_row, idle_since, 0, NULL),
       INT_FIELD(struct candidate_row, load, 0, NULL),
       INT_FIELD(struct candidate_row, room, 0, NULL))

struct skill_row {
	const char *key;
	int64_t value;
};
RECORD(rec_skill_row, struct skill_row, "skill", NULL, TEXT_FIELD(struct skill_row, key, 0, NULL), INT_FIELD(struct skill_row, value, 0, NULL))

static int
fit_of(struct call *call, const char *agent, const struct skills *expr, int *fit_r, struct err *err)
{
	struct records rows;
	struct skill *skills;

	if (sql_all(call->tx, call->arena, SQL_SKILLS_OF, ARGS(V_TEXT(agent)), &rec_skill_row, &rows, err) < 0)
		return -1;
	skills = arena_alloc(call->arena, (rows.n + 1) * sizeof(*skills));
	for (size_t i = 0; i < rows.n; i++)
		skills[i] = (struct skill){ ((struct skill_row *)rows.v)[i].key, (int)((struct skill_row *)rows.v)[i].value };
	*fit_r = skills_fit(expr, skills, rows.n);
	return 0;
}

static int
pick_agent(struct call *call, const struct records *rows, const struct lane *lane, enum routing_policy policy, struct decision *out, struct err *err)
{
	struct candidate *list = arena_alloc(call->arena, (rows->n + 1) * sizeof(*list));
	struct candidates in = { call->now, policy, list, rows->n };
	const struct skills *expr = NULL;

	if (policy == ROUTING_BEST_FIT && skills_parse(call->arena, lane->skills, &expr, err) < 0)
		return -1;
	for (size_t i = 0; i < rows->n; i++) {
		const struct candidate_row *r = (struct candidate_row *)rows->v + i;

		list[i] = (struct candidate){ .name = r->agent, .idle_since = r->idle_since, .load = (int)r->load, .room = (int)r->room, .logged_in = true, .ready = true };
		if (expr && fit_of(call, r->agent, expr, &list[i].fit, err) < 0)
			return -1;
	}
	routing_pick_agent(&in, out);
	return 0;
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
route_ixn(struct call *call, struct ixn *ixn, struct err *err)
{
	const struct queue *queue;
	enum routing_policy policy = ROUTING_LONGEST_IDLE;
	struct decision decision;
	struct records rows;
	struct lane lane;
	int rc = sql_one(call->tx, call->arena, SQL_LANE_GET, ARGS(V_INT(ixn->lane)), &rec_lane, &lane, err);

	if (rc <= 0)
		return rc;
	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	/* The site's load has checked the name; what it calls a longest idle one needs no look at all. */
	if (!routing_policy_parse(queue->selection, &policy))
		policy = ROUTING_LONGEST_IDLE;
	if (sql_all(call->tx, call->arena, lane.members < LANE_SMALL || policy != ROUTING_LONGEST_IDLE ? SQL_CANDIDATES_OF_LANE : SQL_CANDIDATES_BY_IDLE,
		    ARGS(V_TEXT(ixn->medium), V_INT(ixn->lane), V_TEXT(ixn->id), V_INT(call->now)), &rec_candidate, &rows, err) < 0 ||
	    pick_agent(call, &rows, &lane, policy, &decision, err) < 0)
		return -1;
	if (!decision.chosen)
		return route_later(call, ixn, err);
	return offer_make(call, ixn, decision.chosen, lane.agent[0] ? PURPOSE_TRANSFER : PURPOSE_ROUTE, &decision, err);
}

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
	return offer_make(call, ixn, agent, v[decision.best[0].at].reserved[0] ? PURPOSE_TRANSFER : PURPOSE_ROUTE, &decision, err) < 0 ? -1 : 1;
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
offer_of(struct call *call, const char *ixn, struct offer *offer_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_OFFER_OF_IXN, ARGS(V_TEXT(ixn)), &rec_offer_row, offer_r, err);
}

int
offer_close(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err)
{
	int rc = RUN(call, OFFER_CLOSE, V_TEXT(offer->id), V_TEXT(names_get(&offer_states, (int)state)), V_INT(at), V_TEXT(reason));

	if (rc == 0)
		return err_set(err, E_OFFER_GONE, "id", offer->ixn, "state", "closed", NULL);
	return rc < 0 ? -1 : due_clear(call, "offer", offer->id, err);
}

int
offer_withdraw(struct call *call, const struct ixn *ixn, const char *reason, const char **agent_r, struct err *err)
{
	struct offer offer;
	int rc = offer_of(call, ixn->id, &offer, err);

	*agent_r = NULL;
	if (rc <= 0)
		return rc;
	*agent_r = offer.agent;
	if (offer_close(call, &offer, OFFER_WITHDRAWN, call->now, reason, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "offer.withdrawn", .ixn = ixn->id, .agent = offer.agent, .ref = offer.id, .reason = reason }, err);
}

static int
no_answer(struct call *call, const struct offer *offer, const struct ixn *ixn, const struct queue *queue, time_ms at, struct err *err)
{
	if (!queue->rona)
		return 0;
	return agent_set_state(call, offer->agent, ixn->medium, AGENT_NOT_READY, at, "no-answer", "rona", err);
}

int
offer_return(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err)
{
	static const enum verb verb_of[] = { [OFFER_REJECTED] = VERB_REJECT, [OFFER_EXPIRED] = VERB_EXPIRE, [OFFER_WITHDRAWN] = VERB_WITHDRAW };
	const struct queue *queue;
	struct ixn *ixn;

	if (offer_close(call, offer, state, at, reason, err) < 0 || ixn_get(call, offer->ixn, &ixn, err) < 0 ||
	    queue_of(call, ixn, &queue, err) < 0)
		return -1;
	if (state != OFFER_WITHDRAWN &&
	    RUN(call, EXCLUSION_PUT, V_TEXT(ixn->id), V_TEXT(offer->agent), V_INT(at + queue->exclusion)) < 0)
		return -1;
	if (state == OFFER_EXPIRED && no_answer(call, offer, ixn, queue, at, err) < 0)
		return -1;
	/* What was handed to one agent alone goes to its queue now. */
	if (offer->purpose == PURPOSE_TRANSFER && ixn->queue && route_enter(call, ixn, NULL, err) < 0)
		return -1;
	if (verb_happen(call, ixn, verb_of[state], at, offer->agent, offer->id, reason, err) < 0 ||
	    agent_refresh(call, offer->agent, err) < 0 || route_ixn(call, ixn, err) < 0)
		return -1;
	return route_agent(call, offer->agent, err);
}

int
offer_expire(struct call *call, const char *id, time_ms at, struct err *err)
{
	struct offer offer;
	int rc = sql_one(call->tx, call->arena, SQL_OFFER_GET, ARGS(V_TEXT(id)), &rec_offer_row, &offer, err);

	if (rc <= 0 || offer.state != OFFER_PENDING)
		return rc < 0 ? -1 : 0;
	return offer_return(call, &offer, OFFER_EXPIRED, at, "no-answer", err);
}

int
route_again(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0)
		return -1;
	return ixn->state == IXN_QUEUED ? route_ixn(call, ixn, err) : 0;
}

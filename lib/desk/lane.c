/*
 * Lanes: what waits on one medium, in one queue, with one set of skills asked
 * for, or for one agent alone; and which agents serve it.
 */
#include <string.h>

#include "desk/route_priv.h"
#include "routing/skills.h"

RECORD(rec_lane, struct lane, "lane", NULL,
       INT_FIELD(struct lane, id, 0, NULL),
       TEXT_FIELD(struct lane, medium, 0, NULL),
       TEXT_FIELD(struct lane, queue, 0, NULL),
       TEXT_FIELD(struct lane, skills, 0, NULL),
       TEXT_FIELD(struct lane, agent, 0, NULL),
       INT_FIELD(struct lane, members, 0, NULL),
       BOOL_FIELD(struct lane, open, 0, NULL))

/* The skills of one agent after the other, as rows sorted by agent. */
struct member {
	const char *agent, *queues;
	int64_t ord;
	const char *skill;
	int64_t level;
};
RECORD(rec_member, struct member, "member", NULL,
       TEXT_FIELD(struct member, agent, 0, NULL),
       TEXT_FIELD(struct member, queues, 0, NULL),
       INT_FIELD(struct member, ord, 0, NULL),
       TEXT_FIELD(struct member, skill, 0, NULL),
       INT_FIELD(struct member, level, 0, NULL))

static int
all_members(struct call *call, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_MEMBERS, NO_ARGS, &rec_member, out, err);
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

enum routing_policy
queue_policy(const struct queue *queue)
{
	enum routing_policy policy;

	/* The site's load has checked the name. */
	return routing_policy_parse(queue->selection, &policy) ? policy : ROUTING_LONGEST_IDLE;
}

/* In one's own lane there is nobody to select from. */
enum routing_policy
lane_policy(const struct lane *lane, const struct queue *queue)
{
	return lane->agent[0] ? ROUTING_LONGEST_IDLE : queue_policy(queue);
}

struct fill {
	const struct lane *lane;
	const struct skills *expr;
	enum routing_policy policy;
};

/* What the agent of these rows is to the lane. */
static struct serving
serving_of(const struct member *rows, size_t n, const struct fill *fill)
{
	struct serving s = { .agent = rows->agent, .queues = rows->queues, .ord = rows->ord };
	struct skill skills[256];
	size_t k = 0;

	s.member = !rows->queues || list_has(rows->queues, fill->lane->queue);
	for (size_t i = 0; i < n && k < COUNT_OF(skills); i++)
		if (rows[i].skill)
			skills[k++] = (struct skill){ rows[i].skill, (int)rows[i].level };
	if (!skills_match(fill->expr, skills, k, &s.missing))
		return s;
	if (fill->policy == ROUTING_BEST_FIT)
		s.rank = skills_fit(fill->expr, skills, k);
	else if (fill->policy == ROUTING_ORDER)
		s.rank = rows->ord;
	return s;
}

/* One's own lane, which asks for no skills, is of no queue. */
static void
serving_own(const struct lane *lane, struct serving *s)
{
	s->own = strcmp(lane->agent, s->agent) == 0;
	s->member = true;
}

int
lane_serving(struct call *call, const struct lane *lane, const struct queue *queue, struct serving **v_r, size_t *n_r, struct err *err)
{
	struct fill fill = { .lane = lane, .policy = queue_policy(queue) };
	VEC(struct serving)
	all = { NULL, 0, 0 };
	struct records members;

	if (skills_parse(call->arena, lane->skills, &fill.expr, err) < 0 || all_members(call, &members, err) < 0)
		return -1;
	for (size_t i = 0, n; i < members.n; i += n) {
		n = run_of(&members, i);
		vec_push(call->arena, &all, serving_of((struct member *)members.v + i, n, &fill));
		if (lane->agent[0])
			serving_own(lane, &all.v[all.n - 1]);
	}
	*v_r = all.v;
	*n_r = all.n;
	return 0;
}

static int
lane_put(struct call *call, const struct lane *lane, const char *agent, int64_t rank, struct err *err)
{
	return RUN(call, AGENT_LANE_PUT, V_TEXT(agent), V_TEXT(lane->medium), V_INT(lane->id), V_INT(rank)) < 0 ? -1 : 0;
}

/* members: of all agents, read once by who fills many lanes. */
static int
lane_fill(struct call *call, const struct lane *lane, const struct queue *queue, const struct records *members, struct err *err)
{
	struct fill fill = { .lane = lane, .policy = queue_policy(queue) };
	const struct member *v = members->v;
	int64_t count = 0;

	if (skills_parse(call->arena, lane->skills, &fill.expr, err) < 0)
		return -1;
	for (size_t i = 0, n; i < members->n; i += n) {
		struct serving s;

		n = run_of(members, i);
		s = serving_of(v + i, n, &fill);
		if (!s.member || s.missing)
			continue;
		count++;
		if (lane_put(call, lane, s.agent, s.rank, err) < 0)
			return -1;
	}
	return RUN(call, LANE_MEMBERS, V_INT(lane->id), V_INT(count)) < 0 ? -1 : 0;
}

/* An agent's own lane, where the site has the agent. */
static int
lane_own(struct call *call, const struct lane *lane, struct err *err)
{
	struct err ignored = { 0 };
	struct agent *agent;
	bool known = agent_get(call, lane->agent, &agent, &ignored) == 0;

	if (known && lane_put(call, lane, lane->agent, 0, err) < 0)
		return -1;
	return RUN(call, LANE_MEMBERS, V_INT(lane->id), V_INT(known)) < 0 ? -1 : 0;
}

static int
lane_find(struct call *call, struct lane *lane, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_LANE_FIND, ARGS(V_TEXT(lane->medium), V_TEXT(lane->queue), V_TEXT(lane->skills), V_TEXT(lane->agent)), &rec_lane, lane, err);
}

static int
lane_make(struct call *call, struct lane *lane, const struct queue *queue, struct err *err)
{
	bool own = lane->agent[0], open = true;
	struct records members;

	if (!own && queue_open_at(call, queue, call->now, &open, err) < 0)
		return -1;
	if (RUN(call, LANE_NEW, V_TEXT(lane->medium), V_TEXT(lane->queue), V_TEXT(lane->skills), V_TEXT(lane->agent), V_REAL(own ? 1.0 : queue->ageing),
		V_INT(own || (open && queue->push))) < 0 ||
	    lane_find(call, lane, err) < 0)
		return -1;
	if (own)
		return lane_own(call, lane, err);
	return all_members(call, &members, err) < 0 ? -1 : lane_fill(call, lane, queue, &members, err);
}

int
lane_skills(struct call *call, const char *queue, const char *own, const char **out_r, struct err *err)
{
	const struct expression *asked;
	const char *text = queue[0] && own[0] ? arena_printf(call->arena, "(%s) & (%s)", queue, own) : (queue[0] ? queue : own);

	if (expression_get(call, text, &asked, err) < 0)
		return -1;
	*out_r = asked->canonical;
	return 0;
}

int
lane_enter(struct call *call, struct ixn *ixn, const char *agent, time_ms at, struct err *err)
{
	struct lane lane = { .medium = ixn->medium, .queue = agent || !ixn->queue ? "" : ixn->queue, .skills = "", .agent = agent ? agent : "" };
	const struct queue *queue;
	const char *asked;
	int rc;

	/* The age of what comes back is that of the first time. */
	if (ixn->queued == INT_ABSENT)
		ixn->queued = at;
	if (queue_of(call, ixn, &queue, err) < 0 ||
	    (!agent && (rules_widened(call, queue, ixn, at, &ixn->widened, &asked, err) < 0 || lane_skills(call, asked, ixn->skills, &lane.skills, err) < 0)))
		return -1;
	rc = lane_find(call, &lane, err);
	if (rc < 0 || (rc == 0 && lane_make(call, &lane, queue, err) < 0))
		return -1;
	ixn->lane = lane.id;
	ixn->sort_key = routing_sort_key(ixn->queued, ixn->priority, agent ? 1.0 : queue->ageing);
	return 0;
}

/* After the site changed. */

/* With its age, in the lane of the rules as they are now; what it waits for from now on. */
static int
reenter(struct call *call, const char *id, struct err *err)
{
	const struct queue *queue;
	struct ixn *ixn;
	struct lane lane;
	int rc;

	if (ixn_get(call, id, &ixn, err) < 0 || queue_of(call, ixn, &queue, err) < 0)
		return -1;
	rc = sql_one(call->tx, call->arena, SQL_LANE_GET, ARGS(V_INT(ixn->lane)), &rec_lane, &lane, err);
	if (rc < 0)
		return -1;
	if (ixn->reserved && strcmp(ixn->reserved, "last-agent") == 0 && queue->last_agent != LAST_AGENT_MEMBER && queue->last_agent != LAST_AGENT_ALWAYS)
		return rules_release(call, ixn, call->now, "rules", err);
	if (lane_enter(call, ixn, rc && lane.agent[0] ? lane.agent : NULL, call->now, err) < 0 || ixn_save(call, ixn, err) < 0)
		return -1;
	return rules_wait(call, ixn, call->now, err);
}

static int
reenter_all(struct call *call, const char *queue, struct err *err)
{
	struct texts waiting;

	if (sql_texts(call->tx, call->arena, SQL_IXN_WAITING, ARGS(V_TEXT(queue)), &waiting, err) < 0)
		return -1;
	for (size_t i = 0; i < waiting.n; i++)
		if (reenter(call, waiting.v[i], err) < 0)
			return -1;
	return 0;
}

/* What waited for an agent who is no longer there. */
static int
release_orphans(struct call *call, struct err *err)
{
	struct texts ids;

	if (sql_texts(call->tx, call->arena, SQL_RESERVED_FOR_NONE, NO_ARGS, &ids, err) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++) {
		struct ixn *ixn;

		if (ixn_get(call, ids.v[i], &ixn, err) < 0 || (ixn->queue && rules_release(call, ixn, call->now, "rules", err) < 0))
			return -1;
	}
	return 0;
}

static int
refill(struct call *call, struct err *err)
{
	const struct queue *queue;
	struct records members, lanes;

	if (RUN(call, AGENT_LANE_CLEAR, V_INT(0)) < 0 || all_members(call, &members, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_LANE_ALL, NO_ARGS, &rec_lane, &lanes, err) < 0)
		return -1;
	for (size_t i = 0; i < lanes.n; i++) {
		const struct lane *lane = (struct lane *)lanes.v + i;
		const struct ixn in = { .queue = lane->queue };

		if (queue_of(call, &in, &queue, err) < 0 ||
		    (lane->agent[0] ? lane_own(call, lane, err) : lane_fill(call, lane, queue, &members, err)) < 0)
			return -1;
	}
	return 0;
}

int
route_rebuild(struct call *call, const struct texts *queues, struct err *err)
{
	struct texts agents;

	call->queue = NULL;
	if (RUN(call, LANE_AGEING, V_INT(0)) < 0 || refill(call, err) < 0 || opening_rebuild(call, err) < 0)
		return -1;
	for (size_t i = 0; i < queues->n; i++)
		if (reenter_all(call, queues->v[i], err) < 0)
			return -1;
	if (release_orphans(call, err) < 0 || sql_texts(call->tx, call->arena, SQL_SESSION_AGENTS, NO_ARGS, &agents, err) < 0)
		return -1;
	for (size_t i = 0; i < agents.n; i++)
		if (agent_refresh(call, agents.v[i], err) < 0 || route_agent(call, agents.v[i], err) < 0)
			return -1;
	return 0;
}

/*
 * Agents: the row, who leads whom, load and room.
 */
#include <string.h>

#include "desk/priv.h"
#include "routing/routing.h"
#include "routing/skills.h"

RECORD(rec_agent_row, struct agent, "agent", NULL,
       TEXT_FIELD(struct agent, name, 0, NULL),
       TEXT_FIELD(struct agent, alias, 0, NULL),
       NAME_FIELD(struct agent, role, roles, 0, NULL),
       TEXT_FIELD(struct agent, password_hash, FIELD_SECRET, NULL),
       TEXT_FIELD(struct agent, media, 0, NULL),
       TEXT_FIELD(struct agent, queues, 0, NULL),
       TEXT_FIELD(struct agent, place, 0, NULL),
       TEXT_FIELD(struct agent, capacity_rule, 0, NULL),
       TEXT_FIELD(struct agent, extra, 0, NULL),
       INT_FIELD(struct agent, ord, 0, NULL),
       TIME_FIELD(struct agent, since, 0, NULL))

int
agent_get(struct call *call, const char *name, struct agent **agent_r, struct err *err)
{
	struct agent *agent = ARENA_NEW(call->arena, struct agent);
	int rc = sql_one(call->tx, call->arena, SQL_AGENT_GET, ARGS(V_TEXT(name)), &rec_agent_row, agent, err);

	if (rc == 0)
		return err_set(err, E_NO_AGENT, "name", name, NULL);
	*agent_r = agent;
	return rc < 0 ? -1 : 0;
}

const char *
agent_shown(struct call *call, const char *name)
{
	struct err ignored = { 0 };
	struct agent *agent;

	if (!name || agent_get(call, name, &agent, &ignored) < 0 || !agent->alias)
		return "Agent";
	return agent->alias;
}

bool
call_leads(struct call *call, const char *agent)
{
	struct err ignored = { 0 };
	int64_t leads = 0;

	if (!call_may_lead(call))
		return false;
	if (call->actor.kind != ACTOR_AGENT || call->actor.role != ROLE_LEAD)
		return true;
	return sql_int(call->tx, SQL_LEADS, ARGS(V_TEXT(call->actor.name), V_TEXT(agent)), &leads, &ignored) > 0;
}

int
call_must_lead(struct call *call, const char *agent, struct err *err)
{
	if (call_leads(call, agent))
		return 0;
	return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "lead", NULL);
}

/* The agent meant by --of, else the one who acts; by default agents act on themselves. */
int
agent_meant(struct call *call, const char *of, const char **agent_r, const char **cause_r, struct err *err)
{
	bool self = !of || (call->actor.name && strcmp(of, call->actor.name) == 0);
	struct agent *agent;

	*agent_r = of ? of : call_self(call);
	*cause_r = self ? "agent" : "supervisor";
	if (!*agent_r)
		return err_set(err, E_NO_SESSION, NULL);
	return agent_get(call, *agent_r, &agent, err) < 0 || (!self && call_must_lead(call, *agent_r, err) < 0) ? -1 : 0;
}

int
agent_whose(struct call *call, const char *of, const char **agent_r, const char **cause_r, struct err *err)
{
	int64_t since;
	int rc;

	if (agent_meant(call, of, agent_r, cause_r, err) < 0)
		return -1;
	rc = sql_int(call->tx, SQL_SESSION_SINCE, ARGS(V_TEXT(*agent_r)), &since, err);
	if (rc == 0)
		return err_set(err, E_NOT_LOGGED_IN, "name", *agent_r, NULL);
	return rc < 0 ? -1 : 0;
}

/* Load and room. */

/* What a medium is allowed. */
struct limit {
	const char *medium;
	int64_t max;
	const char *unless;
	int64_t takes, needs;
};
RECORD(rec_limit, struct limit, "limit", NULL, TEXT_FIELD(struct limit, medium, 0, NULL), INT_FIELD(struct limit, max, 0, NULL),
       TEXT_FIELD(struct limit, unless, 0, NULL), INT_FIELD(struct limit, takes, 0, NULL), INT_FIELD(struct limit, needs, 0, NULL))

static int64_t
count_of(const struct load *load, const char *medium)
{
	int64_t count = 0;

	for (size_t i = 0; i < load->n && load->of[i].medium; i++)
		if (strcmp(load->of[i].medium, medium) == 0)
			count += load->of[i].count;
	return count;
}

int
agent_capacity(struct call *call, const char *agent, struct capacity *out, struct err *err)
{
	const struct expression *unless;
	struct records limits;

	*out = (struct capacity){ 0 };
	if (sql_all(call->tx, call->arena, SQL_CAPACITY_OF, ARGS(V_TEXT(agent)), &rec_limit, &limits, err) < 0)
		return -1;
	for (; out->n < limits.n && out->n < ROUTING_MEDIA; out->n++) {
		const struct limit *l = (struct limit *)limits.v + out->n;
		struct capacity_rule *rule = &out->rule[out->n];

		*rule = (struct capacity_rule){ l->medium, (int)l->max, NULL, (int)l->takes, (int)l->needs };
		if (!l->unless)
			continue;
		if (expression_get(call, l->unless, &unless, err) < 0)
			return -1;
		rule->unless = unless->expr;
	}
	return 0;
}

/* One more, in the order of the media. */
static void
count_one(struct load *load, const char *medium)
{
	size_t at = load->n;

	while (at && load->of[at - 1].medium && strcmp(load->of[at - 1].medium, medium) > 0)
		at--;
	if (at && load->of[at - 1].medium && strcmp(load->of[at - 1].medium, medium) == 0) {
		load->of[at - 1].count++;
		return;
	}
	if (load->n == ROUTING_MEDIA)
		return;
	memmove(&load->of[at + 1], &load->of[at], (load->n - at) * sizeof(*load->of));
	load->n++;
	load->of[at].medium = medium;
	load->of[at].count = 1;
}

int
agent_load(struct call *call, const char *agent, struct load *out, struct err *err)
{
	struct texts work;

	*out = (struct load){ 0 };
	if (sql_texts(call->tx, call->arena, SQL_LOAD_OF, ARGS(V_TEXT(agent), V_TEXT("")), &work, err) < 0)
		return -1;
	for (size_t i = 0; i < work.n; i++)
		count_one(out, work.v[i]);
	return 0;
}

/* Nobody waits for who takes nothing new, but for one who is soon back from after-call work. */
static int
unreserve(struct call *call, const struct records *media, struct err *err)
{
	for (size_t i = 0; i < media->n; i++) {
		const struct presence *p = (struct presence *)media->v + i;
		bool back = p->state == AGENT_READY || (p->state == AGENT_AFTER_WORK && p->until != INT_ABSENT);

		if (back && p->pending == INT_ABSENT)
			continue;
		if (route_unreserve(call, p->agent, p->medium, back ? call->now : p->since, "not-ready", err) < 0)
			return -1;
	}
	return 0;
}

struct held {
	const char *agent;
	struct records media;
	struct load load;
	const char *idle; /* the medium of which one was finished */
	time_ms at;
};

/* The media that it is logged in for stay in the list; the others say how often there is work of them. */
static int
ask_held(struct call *call, enum sql sql, const struct value args[2], struct held *held, struct err *err)
{
	struct presence *rows;
	size_t n = 0;

	if (sql_all(call->tx, call->arena, sql, args, 2, &rec_presence, &held->media, err) < 0)
		return -1;
	rows = held->media.v;
	for (size_t i = 0; i < held->media.n; i++)
		if (rows[i].agent)
			rows[n++] = rows[i];
		else
			count_one(&held->load, rows[i].medium);
	held->media.n = n;
	return 0;
}

/* Of the one who was asked about ahead: 1; it is somebody else: 0. */
static int
first_held(struct call *call, struct held *held, struct err *err)
{
	struct held first = { .agent = held->agent };
	const struct value args[] = { V_TEXT(call->first.medium), V_INT(call->first.id) };

	if (!call->first.id)
		return 0;
	call->first.id = 0;
	if (ask_held(call, SQL_HELD_BY_FIRST, args, &first, err) < 0)
		return -1;
	if (!first.media.n || strcmp(((struct presence *)first.media.v)->agent, held->agent) != 0)
		return 0;
	*held = first;
	return 1;
}

int
agent_held(struct call *call, const char *agent, const struct ixn *ixn, struct held **held_r, struct err *err)
{
	struct held *held = *held_r = ARENA_NEW(call->arena, struct held);
	/* What is new nobody has. */
	const struct value args[] = { V_TEXT(agent), V_TEXT(ixn && !ixn->fresh ? ixn->id : "") };
	int rc;

	held->agent = agent;
	rc = ixn && ixn->fresh ? first_held(call, held, err) : 0;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return ask_held(call, SQL_HELD_BY, args, held, err);
}

void
agent_finishes(struct held *held, const struct ixn *ixn, time_ms at)
{
	held->idle = ixn->medium;
	held->at = at;
}

void
agent_takes(struct held *held, const struct ixn *ixn)
{
	count_one(&held->load, ixn->medium);
}

int
agent_settle(struct call *call, struct held *held, struct err *err)
{
	const char *agent = held->agent;
	struct capacity capacity;

	if (presence_review(call, &held->media, err) < 0 || agent_capacity(call, agent, &capacity, err) < 0)
		return -1;
	for (size_t i = 0; i < held->media.n; i++) {
		const struct presence *p = (struct presence *)held->media.v + i;
		int64_t has = count_of(&held->load, p->medium), room = routing_room(&capacity, &held->load, p->medium);
		int64_t is_free = p->state == AGENT_READY && p->pending == INT_ABSENT && room > 0;
		bool idle = held->idle && strcmp(held->idle, p->medium) == 0, moves = idle || is_free != p->free;

		if (moves && RUN(call, PRESENCE_FREE, V_TEXT(agent), V_TEXT(p->medium), V_INT(has), V_INT(room), V_INT(is_free), V_INT(idle ? held->at : p->idle_since)) < 0)
			return -1;
		if (!moves && (has != p->load || room != p->room) && RUN(call, PRESENCE_LOAD, V_TEXT(agent), V_TEXT(p->medium), V_INT(has), V_INT(room)) < 0)
			return -1;
		/* However that came about: a condition between media may give room where the load grows. */
		if (is_free && !p->free)
			call_freed(call, agent);
		if (is_free && !p->free && strcmp(p->medium, "email") == 0)
			texts_add(call->arena, &call->reviewers, agent);
	}
	return unreserve(call, &held->media, err);
}

int
agent_refresh(struct call *call, const char *agent, struct err *err)
{
	struct held *held;

	return agent_held(call, agent, NULL, &held, err) < 0 ? -1 : agent_settle(call, held, err);
}

int
agent_freed(struct call *call, const char *agent, struct err *err)
{
	if (!agent)
		return 0;
	call_freed(call, agent);
	return agent_refresh(call, agent, err);
}

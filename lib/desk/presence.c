/*
 * Presence per medium: set, shown, listed.
 */
#include <string.h>

#include "desk/priv.h"

struct state_in {
	int64_t state;
	const char *reason;
	struct texts media;
	const char *of;
};
RECORD(rec_state_in, struct state_in, "agent-state", N_("Sets presence."),
       NAME_FIELD(struct state_in, state, agent_states, FIELD_OPERAND, N_("ready, not-ready or after-work")),
       TEXT_FIELD(struct state_in, reason, 0, N_("why, as in lunch")),
       TEXTS_FIELD_AS(struct state_in, media, "MEDIUM,...", 0, N_("on these media only")),
       TEXT_FIELD_AS(struct state_in, of, "AGENT", 0, N_("of another agent, as a lead")))

/* The media that were named must be of those that the agent is logged in for. */
static int
media_check(struct call *call, const struct state_in *in, const struct records *media, struct err *err)
{
	const char *known = "";
	struct texts some;

	for (size_t i = 0; i < media->n; i++)
		known = arena_printf(call->arena, "%s%s%s", known, i ? "," : "", ((struct presence *)media->v)[i].medium);
	for (size_t i = 0; i < in->media.n; i++) {
		list_split(call->arena, in->media.v[i], &some);
		for (size_t k = 0; k < some.n; k++)
			if (!list_has(known, some.v[k]))
				return err_set(err, E_BAD_VALUE, "name", "media", "value", some.v[k], "expected", known, NULL);
	}
	return 0;
}

static bool
asked(const struct state_in *in, const char *medium)
{
	if (!in->media.n)
		return true;
	for (size_t i = 0; i < in->media.n; i++)
		if (list_has(in->media.v[i], medium))
			return true;
	return false;
}

struct lapsed {
	const char *a, *b;
	int64_t n;
};
RECORD(rec_lapsed, struct lapsed, "lapsed", NULL, TEXT_FIELD(struct lapsed, a, 0, NULL), TEXT_FIELD(struct lapsed, b, 0, NULL), INT_FIELD(struct lapsed, n, 0, NULL))

/* A read settles nothing, but shows what an offer that has lapsed means by now. */
static int
presence_as_of_now(struct call *call, const char *agent, const struct records *media, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_PRESENCE_LAPSED, ARGS(V_TEXT(agent), V_INT(call->now)), &rec_lapsed, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct lapsed *l = (struct lapsed *)rows.v + i;

		for (size_t k = 0; k < media->n; k++) {
			struct presence *p = (struct presence *)media->v + k;

			if (strcmp(p->medium, l->a) != 0 || p->state != AGENT_READY)
				continue;
			p->state = AGENT_NOT_READY;
			p->reason = "no-answer";
			p->cause = "rona";
			p->since = l->n;
		}
	}
	return 0;
}

static int
presence_answer(struct call *call, const struct state_in *in, const char *agent, struct err *err)
{
	struct records media;

	if (presence_all(call, agent, &media, err) < 0 || media_check(call, in, &media, err) < 0 || presence_as_of_now(call, agent, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < media.n; i++)
		if (asked(in, ((struct presence *)media.v)[i].medium))
			call_emit(call, (struct presence *)media.v + i);
	return 0;
}

static int
state_fn(struct call *call, const void *input, struct err *err)
{
	const struct state_in *in = input;
	const char *agent, *cause;
	struct records media;

	if (in->state == INT_ABSENT || in->state == AGENT_LOGGED_OUT)
		return err_set(err, E_BAD_VALUE, "name", "state", "value", "logged-out", "expected", "ready|not-ready|after-work", NULL);
	if (word_check("reason", in->reason, err) < 0 || agent_whose(call, in->of, &agent, &cause, err) < 0 ||
	    presence_all(call, agent, &media, err) < 0 || media_check(call, in, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < media.n; i++) {
		const struct presence *p = (struct presence *)media.v + i;

		if (asked(in, p->medium) &&
		    agent_set_state(call, agent, p->medium, (enum agent_state)in->state, call->now, in->reason, cause, err) < 0)
			return -1;
	}
	if (agent_refresh(call, agent, err) < 0 || route_agent(call, agent, err) < 0)
		return -1;
	return presence_answer(call, in, agent, err);
}

const struct op op_agent_state = { "agent.state", N_("sets presence"), MAY_ALL, OP_WRITE, &rec_state_in, &rec_presence, state_fn, NULL };

static int
presence_fn(struct call *call, const void *input, struct err *err)
{
	const struct state_in *in = input;
	const char *agent, *cause;

	return agent_whose(call, in->of, &agent, &cause, err) < 0 ? -1 : presence_answer(call, in, agent, err);
}

const struct op op_agent_presence = { "agent.presence", N_("shows presence per medium"), MAY_ALL, 0, &rec_state_in, &rec_presence, presence_fn, NULL };

struct list_in {
	const char *team;
};
RECORD(rec_agent_list_in, struct list_in, "agent-list", N_("Which agents."),
       TEXT_FIELD_AS(struct list_in, team, "TEAM", 0, N_("only agents of this team")))

struct agent_out {
	const char *agent, *alias;
	int64_t role, state;
	const char *media, *skills;
	int64_t load, since;
};
RECORD(rec_agent_out, struct agent_out, "agent", N_("An agent."),
       TEXT_FIELD(struct agent_out, agent, FIELD_COLUMN, N_("name of the agent")),
       NAME_FIELD(struct agent_out, state, agent_states, FIELD_COLUMN, N_("ready where any medium is, else not-ready, or logged-out")),
       TEXT_FIELD(struct agent_out, media, FIELD_COLUMN, N_("each medium and its state")),
       INT_FIELD(struct agent_out, load, FIELD_COLUMN, N_("interactions offered or held")),
       TEXT_FIELD(struct agent_out, skills, FIELD_COLUMN, N_("skills and levels")),
       TEXT_FIELD(struct agent_out, alias, 0, N_("what contacts see")),
       NAME_FIELD(struct agent_out, role, roles, 0, N_("role")),
       TIME_FIELD(struct agent_out, since, 0, N_("logged in since")))

static int
list_fn(struct call *call, const void *input, struct err *err)
{
	const struct list_in *in = input;
	struct records all;

	if (sql_all(call->tx, call->arena, SQL_AGENT_LIST, ARGS(V_TEXT(in->team), V_INT(call->now)), &rec_agent_out, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		call_emit(call, (struct agent_out *)all.v + i);
	return 0;
}

const struct op op_agent_list = { "agent.list", N_("agents, their presence, load and skills"), MAY_ALL, 0, &rec_agent_list_in, &rec_agent_out, list_fn, NULL };

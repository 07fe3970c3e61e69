/*
 * Presence as agents and leads set and see it.
 */
#include <string.h>

#include "desk/priv.h"

struct state_in {
	int64_t state;
	const char *reason;
	int64_t lasts, after_current;
	struct texts media;
	const char *of;
};
#define X struct state_in
RECORD(rec_state_in, X, "agent-state", N_("Sets presence."),
       NAME_FIELD(X, state, agent_states, FIELD_OPERAND, N_("ready, not-ready or after-work")),
       TEXT_FIELD(X, reason, 0, N_("why, as in lunch")),
       DURATION_FIELD_CALLED(X, lasts, "for", 0, N_("for so long, then ready")),
       BOOL_FIELD(X, after_current, 0, N_("once the work in hand is done; nothing new is offered meanwhile")),
       TEXTS_FIELD_AS(X, media, "MEDIUM,...", 0, N_("on these media only")),
       TEXT_FIELD_AS(X, of, "AGENT", 0, N_("of another agent, as a lead")))
#undef X

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

static int
presence_answer(struct call *call, const struct state_in *in, const char *agent, struct err *err)
{
	struct records media;

	if (presence_all(call, agent, &media, err) < 0 || media_check(call, in, &media, err) < 0 || presence_now(call, agent, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < media.n; i++)
		if (asked(in, ((struct presence *)media.v)[i].medium))
			call_emit(call, (struct presence *)media.v + i);
	return 0;
}

static int
state_check(const struct state_in *in, struct err *err)
{
	if (in->state == INT_ABSENT || in->state == AGENT_LOGGED_OUT)
		return err_set(err, E_BAD_VALUE, "name", "state", "value", "logged-out", "expected", "ready|not-ready|after-work", NULL);
	if (in->lasts != INT_ABSENT && in->state == AGENT_READY)
		return err_set(err, E_USAGE, "what", N_("--for says when an agent is ready again: not with ready"), "command", "agent-state", NULL);
	if (in->lasts != INT_ABSENT && (in->lasts <= 0 || in->lasts > 30 * MS_DAY))
		return err_set(err, E_BAD_VALUE, "name", "for", "value", in->lasts <= 0 ? "0s" : "that", "expected", N_("between a moment and 30 days"), NULL);
	return word_check("reason", in->reason, err);
}

static int
state_fn(struct call *call, const void *input, struct err *err)
{
	const struct state_in *in = input;
	struct wish wish = { (enum agent_state)in->state, in->reason, in->lasts, in->after_current == 1, NULL };
	const char *agent;
	struct records media;

	if (state_check(in, err) < 0 || agent_whose(call, in->of, &agent, &wish.cause, err) < 0 ||
	    presence_all(call, agent, &media, err) < 0 || media_check(call, in, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < media.n; i++) {
		struct presence *p = (struct presence *)media.v + i;

		if (asked(in, p->medium) && presence_ask(call, p, &wish, err) < 0)
			return -1;
	}
	if (agent_refresh(call, agent, err) < 0 || route_freed(call, err) < 0)
		return -1;
	return presence_answer(call, in, agent, err);
}

const struct op op_agent_state = { "agent.state", N_("sets presence"), MAY_ALL, OP_WRITE, &rec_state_in, &rec_presence, state_fn, NULL };

static int
presence_fn(struct call *call, const void *input, struct err *err)
{
	const struct state_in *in = input;
	const char *agent, *cause;

	if (in->lasts != INT_ABSENT || in->after_current == 1)
		return err_set(err, E_MISSING_OPERAND, "what", "ready|not-ready|after-work", "command", "agent-state", NULL);
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
	int64_t load, since, presence;
	const char *place, *reason;
	int64_t until;
};
#define X struct agent_out
RECORD(rec_agent_out, X, "agent", N_("An agent."),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("name of the agent")),
       NAME_FIELD(X, state, agent_states, FIELD_COLUMN, N_("ready where any medium is, else not-ready, or logged-out")),
       TEXT_FIELD(X, media, FIELD_COLUMN, N_("each medium and its state")),
       INT_FIELD(X, load, FIELD_COLUMN, N_("interactions offered or held")),
       TEXT_FIELD(X, skills, FIELD_COLUMN, N_("skills and levels")),
       NAME_FIELD(X, presence, agent_presences, FIELD_COLUMN, N_("ready on all media, on some (partial) or none, or logged-out")),
       TEXT_FIELD(X, place, FIELD_COLUMN, N_("extension or desk")),
       TEXT_FIELD(X, alias, 0, N_("what contacts see")),
       NAME_FIELD(X, role, roles, 0, N_("role")),
       TIME_FIELD(X, since, 0, N_("logged in since")),
       TEXT_FIELD(X, reason, 0, N_("the reasons of its media, joined by commas")),
       TIME_FIELD(X, until, 0, N_("when the first of its media changes by itself")))
#undef X

static void
add_medium(struct call *call, struct agent_out *out, const struct presence *p)
{
	const char *state = names_get(&agent_states, (int)p->state);

	out->media = arena_printf(call->arena, "%s%s%s:%s%s%s%s", out->media ? out->media : "", out->media ? "," : "", p->medium, state,
				  p->reason ? "(" : "", p->reason ? p->reason : "", p->reason ? ")" : "");
	out->load += p->load;
	if (p->reason && !(out->reason && list_has(out->reason, p->reason)))
		out->reason = arena_printf(call->arena, "%s%s%s", out->reason ? out->reason : "", out->reason ? "," : "", p->reason);
	if (p->until != INT_ABSENT && (out->until == INT_ABSENT || p->until < out->until))
		out->until = p->until;
}

/* What an agent is, all media taken together; they stand in the order of the agents. */
static void
sum_up(struct call *call, struct agent_out *out, const struct records *media, size_t *at)
{
	size_t n = 0, ready = 0;

	out->load = 0;
	for (const struct presence *p; *at < media->n; ++*at, n++) {
		p = (const struct presence *)media->v + *at;
		if (strcmp(p->agent, out->agent) != 0)
			break;
		add_medium(call, out, p);
		ready += p->state == AGENT_READY;
	}
	out->state = ready ? AGENT_READY : AGENT_NOT_READY;
	out->presence = !ready ? READY_NONE : (ready < n ? READY_PARTIAL : READY_ALL);
	if (out->since == INT_ABSENT) {
		out->state = AGENT_LOGGED_OUT;
		out->presence = READY_LOGGED_OUT;
	}
}

static int
list_fn(struct call *call, const void *input, struct err *err)
{
	const struct list_in *in = input;
	struct records all, media;
	size_t at = 0;

	if (sql_all(call->tx, call->arena, SQL_AGENT_LIST, ARGS(V_TEXT(in->team), V_INT(call->now)), &rec_agent_out, &all, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_PRESENCE_LIST, ARGS(V_TEXT(in->team), V_INT(call->now)), &rec_presence, &media, err) < 0 ||
	    presence_now(call, NULL, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		sum_up(call, (struct agent_out *)all.v + i, &media, &at);
		call_emit(call, (struct agent_out *)all.v + i);
	}
	return 0;
}

const struct op op_agent_list = { "agent.list", N_("agents, their presence, load and skills"), MAY_ALL, 0, &rec_agent_list_in, &rec_agent_out, list_fn, NULL };

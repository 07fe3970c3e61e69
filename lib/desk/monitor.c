/*
 * A lead follows an agent's work: listens, coaches the agent alone, or barges in.
 *
 *	off --monitor--> armed (scope next) or following; armed --the agent begins
 *	one--> offered --accepted--> following; following --it ends--> armed or off
 *
 * One at a time for each lead: a row of monitor. While following the lead takes
 * part in the interaction as well; each interval of a mode is a row there.
 */
#include <string.h>

#include "desk/priv.h"

struct monitor {
	const char *lead, *agent, *ixn;
	int64_t mode;
	const char *scope;
	int64_t since;
};
#define X struct monitor
RECORD(rec_monitor, X, "monitor", N_("A lead who follows an agent."),
       TEXT_FIELD(X, lead, FIELD_COLUMN, N_("the lead")),
       NAME_FIELD(X, mode, monitor_modes, FIELD_COLUMN, N_("how")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("the agent followed")),
       ID_FIELD(X, ixn, FIELD_COLUMN, N_("the interaction; none while the next one is waited for")),
       TEXT_FIELD(X, scope, FIELD_COLUMN, N_("this: one interaction; next: one after the other")),
       TIME_FIELD(X, since, FIELD_COLUMN, N_("since when")))
#undef X

/* The order of the fields is that of the answer; this is that of the statement. */
static int
monitor_put(struct call *call, const struct monitor *m, struct err *err)
{
	return RUN(call, MONITOR_PUT, V_TEXT(m->lead), V_TEXT(m->agent), V_TEXT(m->ixn), V_TEXT(names_get(&monitor_modes, (int)m->mode)), V_TEXT(m->scope),
		   V_INT(m->since)) < 0
		       ? -1
		       : 0;
}

static int
monitor_of(struct call *call, const char *lead, struct monitor *m, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_MONITOR_GET, ARGS(V_TEXT(lead)), &rec_monitor, m, err);
}

static int
tell(struct call *call, const struct monitor *m, const char *event, time_ms at, struct err *err)
{
	return event_add(call, &(struct event){ .at = at, .event = event, .ixn = m->ixn, .agent = m->agent, .ref = m->lead, .reason = names_get(&monitor_modes, (int)m->mode) }, err);
}

/* Who barges in is seen to come and to go. ixn: the row as the caller has it, NULL where it has none. */
static int
seen(struct call *call, const struct monitor *m, struct ixn *ixn, const char *template, time_ms at, struct err *err)
{
	if (m->mode != MONITOR_BARGE || !m->ixn)
		return 0;
	if (!ixn && ixn_get(call, m->ixn, &ixn, err) < 0)
		return -1;
	return ixn->online ? message_system(call, ixn, template, agent_shown(call, m->lead), at, err) : 0;
}

static int
begin(struct call *call, struct monitor *m, struct ixn *ixn, struct err *err)
{
	m->since = call->now;
	if (monitor_put(call, m, err) < 0 || party_join(call, m->ixn, m->lead, PARTY_MONITOR, m->mode, err) < 0 || tell(call, m, "monitor.started", 0, err) < 0)
		return -1;
	return seen(call, m, ixn, "conference.joined", call->now, err);
}

/* Leaves the interaction: on to the next one of the agent, or for good. */
static int
leave(struct call *call, struct monitor *m, struct ixn *ixn, bool on, time_ms at, struct err *err)
{
	struct offer offer;
	int rc = 0;

	if (m->ixn && (party_leave(call, m->ixn, m->lead, at, err) < 0 || tell(call, m, "monitor.ended", at, err) < 0 || seen(call, m, ixn, "conference.left", at, err) < 0))
		return -1;
	m->ixn = NULL;
	m->since = at;
	if (on)
		return monitor_put(call, m, err);
	if (RUN(call, MONITOR_DELETE, V_TEXT(m->lead)) < 0)
		return -1;
	/* And whatever was asked meanwhile. */
	while (rc >= 0 && (rc = sql_one(call->tx, call->arena, SQL_OFFER_OF_LEAD, ARGS(V_TEXT(m->lead)), &rec_offer_row, &offer, err)) > 0)
		rc = offer_close(call, &offer, OFFER_WITHDRAWN, at, "monitor", err);
	return rc < 0 ? -1 : 0;
}

static bool
goes_on(const struct monitor *m)
{
	return strcmp(m->scope, "next") == 0;
}

static int
each(struct call *call, enum sql sql, const char *key, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(key)), &rec_monitor, out, err);
}

/* What happens to what is followed. */

static int
ask_lead(struct call *call, const struct monitor *m, const struct ixn *ixn, struct err *err)
{
	struct offer offer;
	int rc = sql_one(call->tx, call->arena, SQL_OFFER_OF_LEAD, ARGS(V_TEXT(m->lead)), &rec_offer_row, &offer, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return offer_aside(call, ixn, m->lead, PURPOSE_MONITOR, m->agent, names_get(&monitor_modes, (int)m->mode), err);
}

int
monitor_began(struct call *call, struct ixn *ixn, const char *agent, struct err *err)
{
	struct records rows;

	if (each(call, SQL_MONITORS_OF_IXN, ixn->id, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct monitor *m = (struct monitor *)rows.v + i;
		int64_t leads = 0;

		if (strcmp(m->agent, agent) == 0)
			continue;
		if (sql_int(call->tx, SQL_LEADS, ARGS(V_TEXT(m->lead), V_TEXT(agent)), &leads, err) < 0)
			return -1;
		/* It went to somebody whom the lead does not lead. */
		if (!leads || strcmp(m->lead, agent) == 0) {
			if (leave(call, m, ixn, goes_on(m), call->now, err) < 0)
				return -1;
			continue;
		}
		m->agent = agent;
		if (monitor_put(call, m, err) < 0 || tell(call, m, "monitor.followed", 0, err) < 0)
			return -1;
	}
	if (ixn->state == IXN_WRAP || each(call, SQL_MONITORS_OF_AGENT, agent, &rows, err) < 0)
		return ixn->state == IXN_WRAP ? 0 : -1;
	for (size_t i = 0; i < rows.n; i++)
		if (!((struct monitor *)rows.v)[i].ixn && ask_lead(call, (struct monitor *)rows.v + i, ixn, err) < 0)
			return -1;
	return 0;
}

/* The agent hands it on: the lead stays with the interaction, or with the agent and waits for the next one. */
static int
handed(struct call *call, struct monitor *m, struct ixn *ixn, time_ms at, struct err *err)
{
	const char *follow;

	if (setting_get(call, "monitor.follow", &follow, err) < 0)
		return -1;
	return strcmp(follow, "agent") == 0 ? leave(call, m, ixn, true, at, err) : 0;
}

/* Nobody talks in it any more. */
static int
over(struct call *call, struct monitor *m, struct ixn *ixn, time_ms at, struct err *err)
{
	return leave(call, m, ixn, goes_on(m), at, err);
}

int
monitor_moves(struct call *call, struct ixn *ixn, const struct verb_row *row, time_ms at, struct err *err)
{
	static int (*const moves[VERB_COUNT])(struct call * call, struct monitor * m, struct ixn * ixn, time_ms at, struct err * err) = {
		[VERB_TRANSFER] = handed,
		[VERB_TAKE] = handed,
		[VERB_COMPLETE] = handed,
		[VERB_REQUEUE] = handed,
		[VERB_PARK] = over,
		[VERB_END] = over,
		[VERB_DONE] = over,
		[VERB_SUBMIT] = over,
		[VERB_FOLLOW] = over,
		[VERB_ISSUE] = over,
		[VERB_DISCARD] = over,
	};
	struct records rows;

	if (!moves[row->verb])
		return 0;
	if (each(call, SQL_MONITORS_OF_IXN, ixn->id, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (moves[row->verb](call, (struct monitor *)rows.v + i, ixn, at, err) < 0)
			return -1;
	return 0;
}

int
monitor_gone(struct call *call, const char *agent, time_ms at, struct err *err)
{
	struct monitor own;
	struct records rows;
	int rc = monitor_of(call, agent, &own, err);

	if (rc < 0 || (rc > 0 && leave(call, &own, NULL, false, at, err) < 0) || each(call, SQL_MONITORS_OF_AGENT, agent, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct monitor *m = (struct monitor *)rows.v + i;

		/* In an interaction that goes on elsewhere the lead may stay. */
		if (!m->ixn && leave(call, m, NULL, false, at, err) < 0)
			return -1;
	}
	return 0;
}

int
monitor_stops(struct call *call, const char *lead, struct ixn *ixn, struct err *err)
{
	struct monitor own;
	int rc = monitor_of(call, lead, &own, err);

	if (rc <= 0 || !own.ixn || strcmp(own.ixn, ixn->id) != 0)
		return rc < 0 ? -1 : 0;
	return leave(call, &own, ixn, goes_on(&own), call->now, err);
}

int
monitor_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err)
{
	struct monitor m;
	int rc = monitor_of(call, offer->agent, &m, err);

	if (rc < 0)
		return -1;
	/* It may be over meanwhile. */
	if (rc == 0 || m.ixn || !ixn->agent || strcmp(m.agent, ixn->agent) != 0 || (ixn->state != IXN_ACTIVE && ixn->state != IXN_CONSULTING))
		return err_set(err, E_OFFER_GONE, "id", ixn->id, "state", names_get(&offer_states, OFFER_WITHDRAWN), NULL);
	m.ixn = ixn->id;
	return begin(call, &m, ixn, err);
}

int
monitor_speaks(const struct ixn *ixn, const struct party *party, const char **visible_r, struct err *err)
{
	const char *to = *visible_r;
	bool to_agent = to && ixn->agent && strncmp(to, "agent:", 6) == 0 && strcmp(to + 6, ixn->agent) == 0;

	if (party->mode == MONITOR_BARGE || (party->mode == MONITOR_COACH && to_agent))
		return 0;
	return err_set(err, E_MONITOR_MODE, "id", ixn->id, "mode", names_get(&monitor_modes, (int)party->mode), "value", to ? to : "all", NULL);
}

/* Beginning, changing and ending it. */

struct monitor_in {
	const char *agent, *id;
	int64_t mode, next;
};
RECORD(rec_monitor_in, struct monitor_in, "team-monitor", N_("Whom to follow."),
       TEXT_FIELD(struct monitor_in, agent, FIELD_NO_OPTION, N_("the agent: in the interaction in hand")),
       ID_FIELD(struct monitor_in, id, FIELD_NO_OPTION, N_("or an interaction")),
       NAME_FIELD(struct monitor_in, mode, monitor_modes, 0, N_("listen: nobody sees it; coach: speak to the agent alone; barge: to all; off: no more")),
       BOOL_FIELD(struct monitor_in, next, 0, N_("the agent's next interactions, one after the other, as an offer of each")))

/* The interaction and the agent meant; ixn NULL for an agent who has none. */
static int
whom(struct call *call, const struct monitor_in *in, struct ixn **ixn_r, const char **agent_r, struct err *err)
{
	struct agent *agent;
	const char *id = NULL;

	*ixn_r = NULL;
	*agent_r = in->agent;
	if (!in->id && !in->agent)
		return err_set(err, E_MISSING_OPERAND, "what", N_("AGENT or ID"), "command", "team-monitor", NULL);
	if (in->id) {
		if (ixn_get(call, in->id, ixn_r, err) < 0 || verb_check(call, *ixn_r, VERB_MONITOR, err) < 0)
			return -1;
		*agent_r = (*ixn_r)->agent;
	} else if (agent_get(call, in->agent, &agent, err) < 0 ||
		   sql_text(call->tx, call->arena, SQL_IXN_IN_HAND, ARGS(V_TEXT(in->agent)), &id, err) < 0 || (id && ixn_get(call, id, ixn_r, err) < 0)) {
		return -1;
	}
	return call_must_lead(call, *agent_r, err) < 0 ? -1 : policy_check_agent(call, "monitor", *agent_r, err);
}

static int
monitor_off(struct call *call, const struct monitor_in *in, struct monitor *own, bool follows, struct err *err)
{
	const char *what = in->id ? in->id : in->agent;
	char whole[ID_SIZE] = "";

	if (in->id && !id_parse(in->id, whole))
		return err_set(err, E_BAD_ID, "value", in->id, NULL);
	if (!follows || (in->agent && strcmp(in->agent, own->agent) != 0) || (in->id && (!own->ixn || strcmp(own->ixn, whole) != 0)))
		return err_set(err, E_NOT_MONITORING, "value", what ? what : "anybody", NULL);
	if (leave(call, own, NULL, false, call->now, err) < 0)
		return -1;
	own->mode = MONITOR_OFF;
	call_emit(call, own);
	return 0;
}

/* Another mode of what is followed already: the interval ends, another begins. */
static int
switch_mode(struct call *call, struct monitor *own, int64_t mode, struct err *err)
{
	if (own->ixn && (party_leave(call, own->ixn, own->lead, call->now, err) < 0 || (own->mode != mode && seen(call, own, NULL, "conference.left", call->now, err) < 0)))
		return -1;
	own->mode = mode;
	own->since = call->now;
	if (monitor_put(call, own, err) < 0)
		return -1;
	if (!own->ixn)
		return 0;
	if (party_join(call, own->ixn, own->lead, PARTY_MONITOR, mode, err) < 0 || tell(call, own, "monitor.changed", 0, err) < 0)
		return -1;
	return seen(call, own, NULL, "conference.joined", call->now, err);
}

static int
monitor_new(struct call *call, const struct monitor_in *in, struct ixn *ixn, const char *agent, struct err *err)
{
	struct monitor *m = ARENA_NEW(call->arena, struct monitor);
	struct party party;
	int rc;

	*m = (struct monitor){ call_self(call), agent, in->next == 1 || !ixn ? NULL : ixn->id, in->mode, in->next == 1 ? "next" : "this", call->now };
	call_emit(call, m);
	if (in->next == 1)
		return monitor_put(call, m, err) < 0 ? -1 : tell(call, m, "monitor.armed", 0, err);
	if (!ixn)
		return err_set(err, E_NO_IXN_IN_HAND, "name", agent, NULL);
	rc = party_get(call, ixn->id, m->lead, &party, err);
	if (rc > 0)
		return err_set(err, E_MONITORING, "name", m->lead, "value", ixn->id, NULL);
	return rc < 0 ? -1 : begin(call, m, ixn, err);
}

static int
monitor_fn(struct call *call, const void *input, struct err *err)
{
	const struct monitor_in *in = input;
	struct monitor *own = ARENA_NEW(call->arena, struct monitor);
	const char *agent;
	struct ixn *ixn;
	int rc = monitor_of(call, call_self(call), own, err);

	if (rc < 0)
		return -1;
	if (in->mode == INT_ABSENT)
		return err_set(err, E_MISSING_OPERAND, "what", "--mode", "command", "team-monitor", NULL);
	if (in->mode == MONITOR_OFF)
		return monitor_off(call, in, own, rc > 0, err);
	if (whom(call, in, &ixn, &agent, err) < 0)
		return -1;
	if (strcmp(agent, call_self(call)) == 0)
		return err_set(err, E_NOT_A_CHOICE, "id", agent, "value", "yourself", "choices", "an agent whom you lead", NULL);
	if (rc == 0)
		return monitor_new(call, in, ixn, agent, err);
	if (strcmp(own->agent, agent) != 0 || (in->id && own->ixn && strcmp(own->ixn, ixn->id) != 0))
		return err_set(err, E_MONITORING, "name", own->lead, "value", own->agent, NULL);
	call_emit(call, own);
	if (in->next == 1)
		own->scope = "next";
	return switch_mode(call, own, in->mode, err);
}

#define MAY_LEADS (MAY(ROLE_LEAD) | MAY(ROLE_ADMIN))

const struct op op_team_monitor = { "team.monitor", N_("a lead follows an agent's work"), MAY_LEADS, OP_WRITE | OP_SELF, &rec_monitor_in, &rec_monitor, monitor_fn, NULL };

struct monitors_in {
	const char *agent;
};
RECORD(rec_monitors_in, struct monitors_in, "monitors", N_("Who follows whom."), TEXT_FIELD(struct monitors_in, agent, 0, N_("only this agent")))

static int
monitors_fn(struct call *call, const void *input, struct err *err)
{
	const struct monitors_in *in = input;
	struct records rows;
	const char *me = call_self(call);

	if (sql_all(call->tx, call->arena, SQL_MONITORS, NO_ARGS, &rec_monitor, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct monitor *m = (struct monitor *)rows.v + i;
		bool mine = me && strcmp(m->lead, me) == 0;

		/* A lead sees what the others do only among those whom both lead. */
		if ((!in->agent || strcmp(in->agent, m->agent) == 0) && (mine || call_leads(call, m->agent)))
			call_emit(call, m);
	}
	return 0;
}

const struct op op_team_monitors = { "team.monitors", N_("who follows whom"), MAY_ALL & ~MAY(ROLE_AGENT), 0, &rec_monitors_in, &rec_monitor, monitors_fn, NULL };

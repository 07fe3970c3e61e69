/*
 * Agents beside the one who has an interaction: asked for advice, in
 * conference, following as a lead.
 */
#include <string.h>

#include "desk/priv.h"

RECORD(rec_party, struct party, "participant", NULL,
       ID_FIELD(struct party, ixn, 0, NULL),
       TEXT_FIELD(struct party, agent, 0, NULL),
       NAME_FIELD(struct party, role, party_roles, 0, NULL),
       NAME_FIELD(struct party, mode, monitor_modes, 0, NULL),
       TIME_FIELD(struct party, since, 0, NULL),
       TIME_FIELD(struct party, until, 0, NULL))

int
party_all(struct call *call, const char *ixn, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_PARTIES, ARGS(V_TEXT(ixn)), &rec_party, out, err);
}

int
party_get(struct call *call, const char *ixn, const char *agent, struct party *party_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_PARTY_GET, ARGS(V_TEXT(ixn), V_TEXT(agent)), &rec_party, party_r, err);
}

int
party_join(struct call *call, const char *ixn, const char *agent, enum party_role role, int64_t mode, struct err *err)
{
	return RUN(call, PARTY_JOIN, V_TEXT(ixn), V_TEXT(agent), V_TEXT(names_get(&party_roles, (int)role)),
		   V_TEXT(mode == INT_ABSENT ? NULL : names_get(&monitor_modes, (int)mode)), V_INT(call->now)) < 0
		       ? -1
		       : 0;
}

int
party_leave(struct call *call, const char *ixn, const char *agent, time_ms at, struct err *err)
{
	return RUN(call, PARTY_LEAVE, V_TEXT(ixn), V_TEXT(agent), V_INT(at)) < 0 ? -1 : 0;
}

int
party_beside(struct call *call, const char *ixn, enum party_role role, const char **agent_r, struct err *err)
{
	return sql_text(call->tx, call->arena, SQL_PARTY_BESIDE, ARGS(V_TEXT(ixn), V_TEXT(names_get(&party_roles, (int)role))), agent_r, err);
}

int
party_has(struct call *call, const char *ixn, const char *agent, struct err *err)
{
	int64_t one;

	return sql_int(call->tx, SQL_PARTY_HAS, ARGS(V_TEXT(ixn), V_TEXT(agent)), &one, err);
}

/* Leaving. */

/* What ends the part that somebody takes: a consult ends with whatever moves the interaction, a conference with the chat. */
#define PART(role) (1u << PARTY_##role)
static const unsigned ends[VERB_COUNT] = {
	[VERB_TRANSFER] = PART(CONSULT),
	[VERB_TAKE] = PART(CONSULT),
	[VERB_COMPLETE] = PART(CONSULT),
	[VERB_REQUEUE] = PART(CONSULT) | PART(CONFERENCE),
	[VERB_PARK] = PART(CONSULT) | PART(CONFERENCE),
	[VERB_END] = PART(CONSULT) | PART(CONFERENCE),
	[VERB_DONE] = PART(CONSULT) | PART(CONFERENCE),
	[VERB_SUBMIT] = PART(CONSULT),
	[VERB_ISSUE] = PART(CONSULT),
	[VERB_DISCARD] = PART(CONSULT),
};

static const struct {
	const char *event;
	enum verb verb;
	bool seen; /* by the contact */
} leaving[NAMES_COUNT(PARTY_ROLES)] = {
	[PARTY_CONSULT] = { "consult.ended", VERB_CONSULT_END, false },
	[PARTY_CONFERENCE] = { "conference.left", VERB_LEAVE, true },
	[PARTY_REVIEW] = { "review.left", VERB_GIVE_BACK, false },
};

int
party_part(struct call *call, struct ixn *ixn, const struct party *party, time_ms at, struct err *err)
{
	if (party_leave(call, ixn->id, party->agent, at, err) < 0)
		return -1;
	if (leaving[party->role].seen && ixn->online && message_system(call, ixn, "conference.left", agent_shown(call, party->agent), at, err) < 0)
		return -1;
	return agent_freed(call, party->agent, err);
}

static int
withdraw_all(struct call *call, const struct ixn *ixn, const char *reason, time_ms at, struct err *err)
{
	struct records offers;

	if (sql_all(call->tx, call->arena, SQL_OFFERS_ASIDE, ARGS(V_TEXT(ixn->id)), &rec_offer_row, &offers, err) < 0)
		return -1;
	for (size_t i = 0; i < offers.n; i++) {
		const struct offer *offer = (struct offer *)offers.v + i;

		if (offer->purpose != PURPOSE_MONITOR && aside_withdraw(call, offer, at, reason, err) < 0)
			return -1;
	}
	return 0;
}

int
party_moves(struct call *call, struct ixn *ixn, const struct verb_row *row, time_ms at, struct err *err)
{
	struct records all;

	if (!ends[row->verb])
		return 0;
	if (party_all(call, ixn->id, &all, err) < 0 || withdraw_all(call, ixn, row->event, at, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct party *party = (struct party *)all.v + i;

		if (!(ends[row->verb] & (1u << party->role)))
			continue;
		if (party_part(call, ixn, party, at, err) < 0 ||
		    event_add(call, &(struct event){ .at = at, .event = leaving[party->role].event, .ixn = ixn->id, .agent = party->agent, .reason = row->event }, err) < 0)
			return -1;
	}
	return 0;
}

int
party_gone(struct call *call, const char *agent, time_ms at, struct err *err)
{
	struct records all;

	if (sql_all(call->tx, call->arena, SQL_PARTIES_OF_AGENT, ARGS(V_TEXT(agent)), &rec_party, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct party *party = (struct party *)all.v + i;
		struct ixn *ixn;

		if (party->role == PARTY_MONITOR)
			continue;
		if (ixn_get(call, party->ixn, &ixn, err) < 0 || party_part(call, ixn, party, at, err) < 0 ||
		    verb_happen(call, ixn, leaving[party->role].verb, at, agent, NULL, "agent.logout", err) < 0)
			return -1;
	}
	return 0;
}

/* Who takes and took part. */

struct party_out {
	const char *role, *agent, *name;
	int64_t since, until;
	const char *mode, *ixn;
};
#define X struct party_out
RECORD(rec_party_out, X, "participant", N_("Who takes part in an interaction, or took."),
       TEXT_FIELD(X, role, FIELD_COLUMN, N_("contact, owner, consult, conference, monitor or review")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("the agent")),
       TEXT_FIELD(X, name, FIELD_COLUMN | FIELD_PERSONAL, N_("the contact's name, or the agent's alias")),
       TIME_FIELD(X, since, FIELD_COLUMN, N_("since when")),
       TIME_FIELD(X, until, FIELD_COLUMN, N_("until when")),
       TEXT_FIELD(X, mode, 0, N_("of a lead who follows: listen, coach or barge")),
       ID_FIELD(X, ixn, 0, N_("the interaction")))
#undef X

struct segment {
	const char *agent;
	int64_t since, until;
};
RECORD(rec_segment, struct segment, "segment", NULL, TEXT_FIELD(struct segment, agent, 0, NULL), TIME_FIELD(struct segment, since, 0, NULL), TIME_FIELD(struct segment, until, 0, NULL))

static struct party_out *
party_answer(struct call *call, const struct ixn *ixn, const char *role, const char *agent, int64_t since, int64_t until)
{
	struct party_out *out = call_answer(call);

	*out = (struct party_out){ role, agent, agent ? agent_shown(call, agent) : ixn->name, since, until, NULL, ixn->id };
	return out;
}

/* That a lead follows is for leads, unless the site has it shown to the agent. */
static int
monitors_seen(struct call *call, const struct ixn *ixn, bool *seen_r, struct err *err)
{
	const char *shown, *me = call->actor.name;

	*seen_r = ixn->agent ? call_leads(call, ixn->agent) : call_may_lead(call);
	if (*seen_r || !me || !ixn->agent || strcmp(me, ixn->agent) != 0)
		return 0;
	if (setting_get(call, "monitor.shown", &shown, err) < 0)
		return -1;
	*seen_r = strcmp(shown, "yes") == 0;
	return 0;
}

static int
participants_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct records owners, others;
	struct ixn *ixn;
	bool seen;

	if (ixn_get(call, in->id, &ixn, err) < 0 || monitors_seen(call, ixn, &seen, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_SEGMENTS_OF, ARGS(V_TEXT(ixn->id)), &rec_segment, &owners, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_PARTIES_EVER, ARGS(V_TEXT(ixn->id)), &rec_party, &others, err) < 0)
		return -1;
	if (ixn->direction != INTERNAL)
		party_answer(call, ixn, "contact", NULL, ixn->created, ixn->ended);
	for (size_t i = 0; i < owners.n; i++) {
		const struct segment *s = (struct segment *)owners.v + i;

		party_answer(call, ixn, "owner", s->agent, s->since, s->until);
	}
	for (size_t i = 0; i < others.n; i++) {
		const struct party *p = (struct party *)others.v + i;
		bool mine = call->actor.name && strcmp(p->agent, call->actor.name) == 0;

		if (p->role == PARTY_MONITOR && !seen && !mine)
			continue;
		party_answer(call, ixn, names_get(&party_roles, (int)p->role), p->agent, p->since, p->until)->mode =
			p->mode == INT_ABSENT ? NULL : names_get(&monitor_modes, (int)p->mode);
	}
	return 0;
}

const struct op op_ixn_participants = { "ixn.participants", N_("who takes part, and took"), MAY_ALL, OP_MIRROR, &rec_id_in, &rec_party_out, participants_fn, NULL };

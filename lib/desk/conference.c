/*
 * Conference: colleagues whom the contact sees. They come by invitation, or out
 * of a consult, and leave with the chat at the latest (party.c).
 */
#include <string.h>

#include "desk/priv.h"

struct conference_in {
	const char *id, *to, *remove;
	int64_t complete, end;
};
#define X struct conference_in
RECORD(rec_conference_in, X, "ixn-conference", N_("Bringing colleagues in."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TARGET_FIELD(X, to, 0, N_("whom: agent:, lead:, team:, queue: or skill:; of the last three the best who is free")),
       BOOL_FIELD(X, complete, 0, N_("the colleague who is consulted joins")),
       TARGET_FIELD(X, remove, 0, N_("this agent leaves, or is no longer asked")),
       BOOL_FIELD(X, end, 0, N_("all colleagues leave; as one of them: you do")))
#undef X

/* The row is saved, and the contact told. */
static int
join(struct call *call, struct ixn *ixn, enum verb verb, const char *agent, const char *ref, struct err *err)
{
	if (party_join(call, ixn->id, agent, PARTY_CONFERENCE, INT_ABSENT, err) < 0 ||
	    verb_happen(call, ixn, verb, call->now, agent, ref, NULL, err) < 0)
		return -1;
	return message_system(call, ixn, "conference.joined", agent_shown(call, agent), call->now, err);
}

int
conference_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err)
{
	return join(call, ixn, VERB_JOIN, offer->agent, offer->id, err);
}

int
conference_invite(struct call *call, struct ixn *ixn, const struct asking *asking, const char *to, struct err *err)
{
	struct offer offer;
	const char *agent;

	if (target_colleague(call, ixn, asking, to, &agent, err) < 0 ||
	    offer_aside(call, ixn, agent, PURPOSE_CONFERENCE, call->actor.name, NULL, err) < 0 ||
	    invitation_find(call, ixn->id, PURPOSE_CONFERENCE, agent, &offer, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_CONFERENCE, call->now, agent, offer.id, NULL, err);
}

static int
conference_begin(struct call *call, struct ixn *ixn, const struct conference_in *in, struct err *err)
{
	static const struct asking asking = { "conference", "ixn-conference", false };

	return verb_check(call, ixn, VERB_CONFERENCE, err) < 0 ? -1 : conference_invite(call, ixn, &asking, in->to, err);
}

/* Out of a consult. */
static int
conference_complete(struct call *call, struct ixn *ixn, const struct conference_in *in, struct err *err)
{
	struct party party;

	(void)in;
	if (verb_check(call, ixn, VERB_CONFERENCE, err) < 0 || consult_connected(call, ixn, VERB_MERGE, &party, err) < 0)
		return -1;
	if (policy_check_agent(call, "conference", party.agent, err) < 0 ||
	    party_leave(call, ixn->id, party.agent, call->now, err) < 0 ||
	    event_add(call, &(struct event){ .event = "consult.ended", .ixn = ixn->id, .agent = party.agent, .reason = "conference.joined" }, err) < 0)
		return -1;
	return join(call, ixn, VERB_MERGE, party.agent, NULL, err);
}

static int
leave(struct call *call, struct ixn *ixn, const struct party *party, struct err *err)
{
	if (party_part(call, ixn, party, call->now, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_LEAVE, call->now, party->agent, NULL, NULL, err);
}

static int
conference_remove(struct call *call, struct ixn *ixn, const struct conference_in *in, struct err *err)
{
	struct target target;
	struct offer offer;
	struct party party;
	int rc;

	if (target_parse(in->remove, &target, err) < 0)
		return -1;
	if (target.kind != TARGET_AGENT)
		return err_set(err, E_TARGET_KIND, "verb", "ixn-conference --remove", "value", in->remove, "instead", "agent:", NULL);
	if (verb_check(call, ixn, VERB_CONFERENCE, err) < 0)
		return -1;
	rc = party_get(call, ixn->id, target.value, &party, err);
	if (rc > 0 && party.role == PARTY_CONFERENCE)
		return leave(call, ixn, &party, err);
	if (rc < 0 || (rc = invitation_find(call, ixn->id, PURPOSE_CONFERENCE, target.value, &offer, err)) < 0)
		return -1;
	return rc ? aside_withdraw(call, &offer, call->now, "withdrawn", err) : err_set(err, E_NO_PART, "id", ixn->id, "value", in->remove, NULL);
}

/* All leave; or who acts, as one of them. */
static int
conference_stop(struct call *call, struct ixn *ixn, const struct conference_in *in, struct err *err)
{
	struct records all;
	struct offer offer;
	struct party party;
	int rc = 0;

	(void)in;
	if (verb_check(call, ixn, VERB_LEAVE, err) < 0)
		return -1;
	if (call->actor.name)
		rc = party_get(call, ixn->id, call->actor.name, &party, err);
	if (rc > 0 && party.role == PARTY_CONFERENCE)
		return leave(call, ixn, &party, err);
	if (rc < 0 || party_all(call, ixn->id, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (((struct party *)all.v)[i].role == PARTY_CONFERENCE && leave(call, ixn, (struct party *)all.v + i, err) < 0)
			return -1;
	while ((rc = invitation_find(call, ixn->id, PURPOSE_CONFERENCE, NULL, &offer, err)) > 0)
		if (aside_withdraw(call, &offer, call->now, "withdrawn", err) < 0)
			return -1;
	return rc;
}

static int
conference_fn(struct call *call, const void *input, struct err *err)
{
	const struct conference_in *in = input;
	const struct {
		bool asked;
		int (*fn)(struct call *call, struct ixn *ixn, const struct conference_in *in, struct err *err);
	} ways[] = {
		{ in->to, conference_begin },
		{ in->remove, conference_remove },
		{ in->complete == 1, conference_complete },
		{ in->end == 1, conference_stop },
	};
	struct ixn *ixn;
	size_t asked = 0, way = 0;

	for (size_t i = 0; i < COUNT_OF(ways); i++)
		if (ways[i].asked) {
			asked++;
			way = i;
		}
	if (asked > 1)
		return err_set(err, E_USAGE, "what", N_("--to, --complete, --remove and --end exclude each other"), "command", "ixn-conference", NULL);
	if (!asked)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--to, --complete, --remove or --end"), "command", "ixn-conference", NULL);
	if (ixn_get(call, in->id, &ixn, err) < 0 || ways[way].fn(call, ixn, in, err) < 0 || route_freed(call, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_conference = { "ixn.conference", N_("brings colleagues in, seen by the contact"), MAY_ALL, OP_WRITE, &rec_conference_in, &rec_change, conference_fn, NULL };

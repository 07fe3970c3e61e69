/*
 * Consult: a colleague is asked for advice, unseen by the contact.
 *
 *	active --consult--> invited --accepted--> consulting --end--> active
 *	        invited --refused, missed, withdrawn--> as before
 *	consulting --complete--> the colleague has it, or is in conference
 *
 * An invitation is an offer and leaves the interaction active. What moves the
 * interaction ends the consult (party.c).
 */
#include <string.h>

#include "desk/priv.h"

struct consult_in {
	const char *id, *to, *media, *note;
	int64_t end;
};
#define X struct consult_in
RECORD(rec_consult_in, X, "ixn-consult", N_("Asking a colleague."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TARGET_FIELD(X, to, 0, N_("whom: agent:, lead:, team:, queue: or skill:; of the last three the best who is free")),
       TEXT_FIELD_AS(X, media, "chat|call", 0, N_("how you talk: by messages that only agents see (chat), or by telephone")),
       TEXT_FIELD(X, note, FIELD_PERSONAL, N_("what you ask: a message that only agents see")),
       BOOL_FIELD(X, end, 0, N_("end the consult, or take the invitation back")))
#undef X

int
invitation_find(struct call *call, const char *ixn, enum offer_purpose purpose, const char *agent, struct offer *offer_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_OFFER_ASIDE, ARGS(V_TEXT(ixn), V_TEXT(names_get(&offer_purposes, (int)purpose)), V_TEXT(agent)), &rec_offer_row, offer_r, err);
}

int
consult_connected(struct call *call, const struct ixn *ixn, enum verb verb, struct party *party_r, struct err *err)
{
	struct offer offer;
	int rc = invitation_find(call, ixn->id, PURPOSE_CONSULT, NULL, &offer, err);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(err, E_NOT_CONNECTED, "id", ixn->id, "value", offer.agent, "state", names_get(&ixn_states, (int)ixn->state),
			       "can", arena_printf(call->arena, "ixn-consult %s --end", ixn->id), NULL);
	rc = sql_one(call->tx, call->arena, SQL_PARTY_CONSULTED, ARGS(V_TEXT(ixn->id)), &rec_party, party_r, err);
	return rc > 0 ? 0 : (rc < 0 ? -1 : verb_refuse(call, ixn, verb, err));
}

/* One at a time. */
static int
check_alone(struct call *call, const struct ixn *ixn, struct err *err)
{
	const char *who;
	int rc = party_beside(call, ixn->id, PARTY_CONSULT, &who, err);

	if (rc <= 0)
		return rc;
	return err_set(err, E_CONSULTED, "id", ixn->id, "holder", who, "state", names_get(&ixn_states, (int)ixn->state),
		       "can", arena_printf(call->arena, "ixn-consult %s --end", ixn->id), NULL);
}

static int
check_media(const char *media, struct err *err)
{
	if (!media || strcmp(media, "chat") == 0)
		return 0;
	if (strcmp(media, "call") == 0)
		return err_set(err, E_NO_BACKEND, "what", N_("telephony"), NULL);
	return err_set(err, E_BAD_VALUE, "name", "media", "value", media, "expected", N_("chat or call"), NULL);
}

static int
consult_begin(struct call *call, struct ixn *ixn, const struct consult_in *in, struct err *err)
{
	static const struct asking asking = { "consult", "ixn-consult", false };
	struct offer offer;
	const char *agent;

	if (check_media(in->media, err) < 0 || text_check("note", in->note, NOTE_MAX, err) < 0 || check_alone(call, ixn, err) < 0 ||
	    verb_check(call, ixn, VERB_CONSULT, err) < 0 || target_colleague(call, ixn, &asking, in->to, &agent, err) < 0 ||
	    (in->note && message_own(call, ixn, in->note, "agents", err) < 0) ||
	    offer_aside(call, ixn, agent, PURPOSE_CONSULT, call->actor.name, NULL, err) < 0 ||
	    invitation_find(call, ixn->id, PURPOSE_CONSULT, agent, &offer, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_CONSULT, call->now, agent, offer.id, NULL, err);
}

/* By who has it, or by the colleague. */
static int
consult_stop(struct call *call, struct ixn *ixn, struct err *err)
{
	struct offer offer;
	struct party party;
	int rc;

	if (verb_check(call, ixn, VERB_CONSULT_END, err) < 0)
		return -1;
	rc = invitation_find(call, ixn->id, PURPOSE_CONSULT, NULL, &offer, err);
	if (rc > 0)
		return aside_withdraw(call, &offer, call->now, "withdrawn", err) < 0
			       ? -1
			       : verb_happen(call, ixn, VERB_CONSULT_END, call->now, offer.agent, offer.id, "withdrawn", err);
	if (rc < 0 || consult_connected(call, ixn, VERB_CONSULT_END, &party, err) < 0 || party_part(call, ixn, &party, call->now, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_CONSULT_END, call->now, party.agent, NULL, NULL, err);
}

static int
consult_fn(struct call *call, const void *input, struct err *err)
{
	const struct consult_in *in = input;
	struct ixn *ixn;

	if (!in->to == (in->end != 1))
		return in->to ? err_set(err, E_USAGE, "what", N_("--to and --end exclude each other"), "command", "ixn-consult", NULL)
			      : err_set(err, E_MISSING_OPERAND, "what", N_("--to or --end"), "command", "ixn-consult", NULL);
	if (ixn_get(call, in->id, &ixn, err) < 0 || (in->to ? consult_begin(call, ixn, in, err) : consult_stop(call, ixn, err)) < 0 || route_freed(call, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_consult = { "ixn.consult", N_("asks a colleague, unseen by the contact"), MAY_ALL, OP_WRITE, &rec_consult_in, &rec_change, consult_fn, NULL };

int
consult_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err)
{
	if (party_join(call, ixn->id, offer->agent, PARTY_CONSULT, INT_ABSENT, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_CONSULT_START, call->now, offer->agent, offer->id, NULL, err);
}

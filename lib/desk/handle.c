/*
 * What an agent does with an interaction: accept, reject, note.
 */
#include <string.h>

#include "desk/response_priv.h"
#include "desk/review_priv.h"

/* Segments and leaving. */

int
segment_open(struct call *call, struct ixn *ixn, const char *agent, struct err *err)
{
	struct party party;
	int rc = party_get(call, ixn->id, agent, &party, err);

	/* Who has it takes no other part. */
	if (rc < 0 || (rc > 0 && party_leave(call, ixn->id, agent, call->now, err) < 0) || RUN(call, SEGMENT_OPEN, V_TEXT(ixn->id), V_TEXT(agent), V_INT(call->now)) < 0)
		return -1;
	return monitor_began(call, ixn, agent, err);
}

int
segment_end(struct call *call, const char *ixn, const char *agent, time_ms at, enum end_reason reason, struct err *err)
{
	return RUN(call, SEGMENT_CLOSE, V_TEXT(ixn), V_TEXT(agent), V_INT(at), V_TEXT(names_get(&end_reasons, (int)reason))) < 0 ? -1 : 0;
}

int
segment_close(struct call *call, const char *ixn, const char *agent, time_ms at, enum end_reason reason, struct err *err)
{
	if (segment_end(call, ixn, agent, at, reason, err) < 0)
		return -1;
	return RUN(call, PRESENCE_IDLE, V_TEXT(agent), V_TEXT(ixn), V_INT(at)) < 0 ? -1 : 0;
}

int
ixn_release(struct call *call, struct ixn *ixn, time_ms at, enum end_reason reason, struct err *err)
{
	if (!ixn->agent)
		return 0;
	if (segment_close(call, ixn->id, ixn->agent, at, reason, err) < 0)
		return -1;
	ixn->agent = NULL;
	return 0;
}

/* What was offered to an agent counts from then on: to accept it changes only what depends on the work in hand. */
static int
changes_presence(struct call *call, const struct ixn *ixn, enum verb verb, const char *agent, struct err *err)
{
	int64_t one;

	return verb != VERB_ACCEPT ? 1 : sql_int(call->tx, SQL_PRESENCE_PLANS, ARGS(V_TEXT(agent), V_TEXT(ixn->id)), &one, err);
}

int
ixn_begin(struct call *call, struct ixn *ixn, enum verb verb, const char *agent, const char *ref, const char *reason, struct err *err)
{
	int changes = changes_presence(call, ixn, verb, agent, err);

	ixn->agent = agent;
	ixn->reserved = NULL;
	if (ixn->answered == INT_ABSENT)
		ixn->answered = call->now;
	if (changes < 0 || verb_happen(call, ixn, verb, call->now, agent, ref, reason, err) < 0)
		return -1;
	/* The contact left while it was on its way, or lay there: it only waits to be finished. */
	if (ixn->ended != INT_ABSENT && !ixn->online && ixn->state == IXN_ACTIVE) {
		ixn->state = IXN_WRAP;
		if (ixn_save(call, ixn, err) < 0)
			return -1;
	}
	if (segment_open(call, ixn, agent, err) < 0 || (changes && agent_refresh(call, agent, err) < 0))
		return -1;
	return ixn->state == IXN_WRAP ? presence_wraps(call, ixn, call->now, err) : 0;
}

/* Accepting and rejecting. */

struct accept_in {
	const char *id;
};
RECORD(rec_accept_in, struct accept_in, "ixn-accept", N_("Which offer."),
       ID_FIELD(struct accept_in, id, FIELD_OPERAND, N_("the interaction offered; the oldest offer when left out")))

/* Why there is no offer to answer, for an interaction that was named; agent: who is offered it. */
static int
offer_missing(struct call *call, const struct ixn *ixn, const char *agent, struct err *err)
{
	struct offer last;
	int rc = sql_one(call->tx, call->arena, SQL_OFFER_LAST, ARGS(V_TEXT(ixn->id), V_TEXT(call_self(call))), &rec_offer_row, &last, err);
	bool gone = rc > 0 && last.state != OFFER_ACCEPTED, aside = gone && offer_is_aside(&last);

	if (rc < 0)
		return -1;
	if (!aside && ixn->agent && strcmp(ixn->agent, call_self(call)) != 0)
		err_set(err, E_TAKEN, "id", ixn->id, "holder", ixn->agent, NULL);
	else if (!aside && agent)
		err_set(err, E_OFFERED, "id", ixn->id, "holder", agent, "state", names_get(&ixn_states, (int)ixn->state), NULL);
	else if (gone)
		err_set(err, E_OFFER_GONE, "id", ixn->id, "state", names_get(&offer_states, (int)last.state), NULL);
	else
		return verb_check(call, ixn, VERB_ACCEPT, err) < 0 ? -1 : err_set(err, E_NOT_YOURS, "id", ixn->id, "holder", "another agent", NULL);
	err_arg(err, "can", verb_can(call, ixn));
	return -1;
}

/* The pending offer to the one who acts, of one interaction or the oldest: 1, none: 0. */
static int
my_offer(struct call *call, const char *id, struct offer *offer, struct ixn **ixn, struct err *err)
{
	int rc;

	if (!id) {
		rc = sql_one(call->tx, call->arena, SQL_OFFER_OLDEST, ARGS(V_TEXT(call_self(call))), &rec_offer_row, offer, err);
		return rc <= 0 ? rc : (ixn_get(call, offer->ixn, ixn, err) < 0 ? -1 : 1);
	}
	if (ixn_get(call, id, ixn, err) < 0)
		return -1;
	rc = sql_one(call->tx, call->arena, SQL_OFFER_MINE, ARGS(V_TEXT((*ixn)->id), V_TEXT(call_self(call))), &rec_offer_row, offer, err);
	if (rc != 0)
		return rc;
	rc = offer_of(call, (*ixn)->id, offer, err);
	return rc < 0 ? -1 : offer_missing(call, *ixn, rc ? offer->agent : NULL, err);
}

static int
accept_fn(struct call *call, const void *input, struct err *err)
{
	const struct accept_in *in = input;
	struct offer offer;
	struct ixn *ixn;
	int rc = my_offer(call, in->id, &offer, &ixn, err);

	if (rc <= 0)
		return rc;
	if (offer_is_aside(&offer))
		rc = aside_accept(call, &offer, ixn, err);
	else
		rc = verb_check(call, ixn, VERB_ACCEPT, err) < 0 ? -1 : offer_accept(call, ixn, &offer, err);
	if (rc < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_accept = { "ixn.accept", N_("takes an offer"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_MUTE, &rec_accept_in, &rec_change, accept_fn, NULL };

struct reject_in {
	const char *id, *reason;
};
RECORD(rec_reject_in, struct reject_in, "ixn-reject", N_("Which offer."),
       ID_FIELD(struct reject_in, id, FIELD_OPERAND, N_("the interaction offered; the oldest offer when left out")),
       TEXT_FIELD(struct reject_in, reason, 0, N_("why, one word of the site's own")))

static int
reject_fn(struct call *call, const void *input, struct err *err)
{
	const struct reject_in *in = input;
	struct offer offer;
	struct ixn *ixn;
	int rc = in->id ? review_give_back(call, in->id, err) : 0;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = my_offer(call, in->id, &offer, &ixn, err);
	if (rc <= 0)
		return rc;
	if (word_check("reason", in->reason, err) < 0 || offer_return(call, &offer, OFFER_REJECTED, call->now, in->reason, err) < 0 ||
	    route_freed(call, err) < 0 || ixn_get(call, ixn->id, &ixn, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_reject = { "ixn.reject", N_("declines an offer"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_MUTE, &rec_reject_in, &rec_change, reject_fn, NULL };

/* Notes. */

int
note_add(struct call *call, const char *ixn, const char *text, struct err *err)
{
	return RUN(call, NOTE_ADD, V_TEXT(ixn), V_TEXT(id_new(call->arena, call->now)), V_INT(call->now), V_TEXT(call->actor.name), V_TEXT(text)) < 0 ? -1 : 0;
}

struct note_in {
	const char *id, *text;
	int64_t replace;
	struct chosen chosen;
};
RECORD(rec_note_in, struct note_in, "ixn-note", N_("A note."),
       ID_FIELD(struct note_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD(struct note_in, text, FIELD_BODY | FIELD_PERSONAL, N_("the note")),
       BOOL_FIELD(struct note_in, replace, 0, N_("instead of what the notepad holds")),
       CHOSEN_FIELDS(struct note_in))

static int
note_fn(struct call *call, const void *input, struct err *err)
{
	const struct note_in *in = input;
	struct sending sending = { NULL, in->text, false };
	struct ixn *ixn;

	if (!in->text && !in->chosen.response)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--text, --file or --response"), "command", "ixn-note", NULL);
	if (ixn_get(call, in->id, &ixn, err) < 0 || (in->chosen.response && response_choose(call, &in->chosen, ixn, NULL, in->text, &sending, err) < 0) ||
	    text_check("text", sending.text, NOTE_MAX, err) < 0 ||
	    (in->replace == 1 && RUN(call, NOTE_CLEAR, V_TEXT(ixn->id)) < 0) || note_add(call, ixn->id, sending.text, err) < 0 ||
	    verb_do(call, ixn, VERB_NOTE, ixn->agent, "note", NULL, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_note = { "ixn.note", N_("writes in the notepad"), MAY_ALL, OP_WRITE | OP_WAITS, &rec_note_in, &rec_change, note_fn, NULL };

struct note_out {
	const char *ixn;
	int64_t at;
	const char *agent, *text;
};
RECORD(rec_note_out, struct note_out, "note", N_("A note."),
       ID_FIELD(struct note_out, ixn, FIELD_COLUMN, N_("the interaction")),
       TIME_FIELD(struct note_out, at, FIELD_COLUMN, N_("when it was written")),
       TEXT_FIELD(struct note_out, agent, FIELD_COLUMN, N_("by whom")),
       TEXT_FIELD(struct note_out, text, FIELD_COLUMN | FIELD_PERSONAL, N_("the note")))

static int
notes_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct records rows;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || sql_all(call->tx, call->arena, SQL_NOTES, ARGS(V_TEXT(ixn->id)), &rec_note_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (struct note_out *)rows.v + i);
	return 0;
}

const struct op op_ixn_notes = { "ixn.notes", N_("reads the notepad"), MAY_ALL, OP_MIRROR, &rec_id_in, &rec_note_out, notes_fn, NULL };

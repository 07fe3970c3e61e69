/*
 * What an agent does with an interaction: accept, reject, hand over, note,
 * data, dispositions.
 */
#include <string.h>

#include "desk/priv.h"
#include "routing/skills.h"

#define NOTE_MAX ((size_t)1 << 20)

/* Segments and leaving. */

int
segment_open(struct call *call, const char *ixn, const char *agent, struct err *err)
{
	return RUN(call, SEGMENT_OPEN, V_TEXT(ixn), V_TEXT(agent), V_INT(call->now)) < 0 ? -1 : 0;
}

int
segment_close(struct call *call, const char *ixn, const char *agent, time_ms at, enum end_reason reason, struct err *err)
{
	if (RUN(call, SEGMENT_CLOSE, V_TEXT(ixn), V_TEXT(agent), V_INT(at), V_TEXT(names_get(&end_reasons, (int)reason))) < 0)
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

	if (rc < 0)
		return -1;
	if (ixn->agent && strcmp(ixn->agent, call_self(call)) != 0)
		err_set(err, E_TAKEN, "id", ixn->id, "holder", ixn->agent, NULL);
	else if (agent)
		err_set(err, E_OFFERED, "id", ixn->id, "holder", agent, "state", names_get(&ixn_states, (int)ixn->state), NULL);
	else if (rc > 0 && last.state != OFFER_ACCEPTED)
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
	rc = offer_of(call, (*ixn)->id, offer, err);
	if (rc < 0)
		return -1;
	if (rc == 0 || strcmp(offer->agent, call_self(call)) != 0)
		return offer_missing(call, *ixn, rc ? offer->agent : NULL, err);
	return 1;
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
	if (verb_check(call, ixn, VERB_ACCEPT, err) < 0 || offer_close(call, &offer, OFFER_ACCEPTED, call->now, NULL, err) < 0)
		return -1;
	ixn->agent = call_self(call);
	if (ixn->answered == INT_ABSENT)
		ixn->answered = call->now;
	if (verb_do(call, ixn, VERB_ACCEPT, ixn->agent, offer.id, NULL, err) < 0)
		return -1;
	/* The contact left while it was handed over: it only waits to be finished. */
	if (ixn->ended != INT_ABSENT && !ixn->online) {
		ixn->state = IXN_WRAP;
		if (ixn_save(call, ixn, err) < 0)
			return -1;
	}
	if (segment_open(call, ixn->id, ixn->agent, err) < 0 || agent_refresh(call, ixn->agent, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_accept = { "ixn.accept", N_("takes an offer"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_accept_in, &rec_change, accept_fn, NULL };

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
	int rc = my_offer(call, in->id, &offer, &ixn, err);

	if (rc <= 0)
		return rc;
	if (word_check("reason", in->reason, err) < 0 || offer_return(call, &offer, OFFER_REJECTED, call->now, in->reason, err) < 0 ||
	    ixn_get(call, ixn->id, &ixn, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_reject = { "ixn.reject", N_("declines an offer"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_reject_in, &rec_change, reject_fn, NULL };

/* Notes. */

int
note_add(struct call *call, const char *ixn, const char *text, struct err *err)
{
	return RUN(call, NOTE_ADD, V_TEXT(ixn), V_TEXT(id_new(call->arena, call->now)), V_INT(call->now), V_TEXT(call->actor.name), V_TEXT(text)) < 0 ? -1 : 0;
}

struct note_in {
	const char *id, *text;
	int64_t replace;
};
RECORD(rec_note_in, struct note_in, "ixn-note", N_("A note."),
       ID_FIELD(struct note_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD(struct note_in, text, FIELD_BODY | FIELD_PERSONAL, N_("the note")),
       BOOL_FIELD(struct note_in, replace, 0, N_("instead of what the notepad holds")))

static int
note_fn(struct call *call, const void *input, struct err *err)
{
	const struct note_in *in = input;
	struct ixn *ixn;

	if (!in->text)
		return err_set(err, E_MISSING_OPERAND, "what", "--text or --file", "command", "ixn-note", NULL);
	if (text_check("text", in->text, NOTE_MAX, err) < 0 || ixn_get(call, in->id, &ixn, err) < 0 ||
	    (in->replace == 1 && RUN(call, NOTE_CLEAR, V_TEXT(ixn->id)) < 0) || note_add(call, ixn->id, in->text, err) < 0 ||
	    verb_do(call, ixn, VERB_NOTE, ixn->agent, "note", NULL, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_note = { "ixn.note", N_("writes in the notepad"), MAY_ALL, OP_WRITE, &rec_note_in, &rec_change, note_fn, NULL };

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

const struct op op_ixn_notes = { "ixn.notes", N_("reads the notepad"), MAY_ALL, 0, &rec_id_in, &rec_note_out, notes_fn, NULL };

/* Data. */

struct data_in {
	const char *id;
	struct pairs set;
	struct texts unset;
	int64_t custom;
};
RECORD(rec_data_in, struct data_in, "ixn-data", N_("Data of an interaction."),
       ID_FIELD(struct data_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       PAIRS_FIELD(struct data_in, set, 0, N_("attach this; may be given again")),
       TEXTS_FIELD_AS(struct data_in, unset, "KEY", 0, N_("remove this key; may be given again")),
       BOOL_FIELD(struct data_in, custom, 0, N_("--set changes custom data, which is never added or removed")))

static int
is_custom(struct call *call, const char *ixn, const char *key, int64_t *custom_r, struct err *err)
{
	*custom_r = -1;
	return sql_int(call->tx, SQL_DATA_CUSTOM, ARGS(V_TEXT(ixn), V_TEXT(key)), custom_r, err) < 0 ? -1 : 0;
}

static int
data_set(struct call *call, const struct ixn *ixn, const struct pair *pair, bool want_custom, struct err *err)
{
	int64_t custom, ord = 0;

	if (text_check(pair->key, pair->key, 256, err) < 0 || text_check(pair->key, pair->value, TEXT_MAX, err) < 0 ||
	    is_custom(call, ixn->id, pair->key, &custom, err) < 0)
		return -1;
	if (want_custom != (custom == 1))
		return err_set(err, E_CUSTOM_DATA, "value", pair->key, NULL);
	if (sql_int(call->tx, SQL_DATA_NEXT, ARGS(V_TEXT(ixn->id)), &ord, err) < 0)
		return -1;
	return RUN(call, DATA_SET, V_TEXT(ixn->id), V_TEXT(pair->key), V_TEXT(pair->value), V_INT(want_custom), V_INT(ord)) < 0 ? -1 : 0;
}

static int
data_unset(struct call *call, const struct ixn *ixn, const char *key, struct err *err)
{
	int64_t custom;

	if (is_custom(call, ixn->id, key, &custom, err) < 0)
		return -1;
	if (custom == 1)
		return err_set(err, E_CUSTOM_DATA, "value", key, NULL);
	if (custom < 0)
		return err_set(err, E_NO_KEY, "what", "data", "value", key, NULL);
	return RUN(call, DATA_UNSET, V_TEXT(ixn->id), V_TEXT(key)) < 0 ? -1 : 0;
}

static int
data_fn(struct call *call, const void *input, struct err *err)
{
	const struct data_in *in = input;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || verb_check(call, ixn, VERB_NOTE, err) < 0)
		return -1;
	for (size_t i = 0; i < in->set.n; i++)
		if (data_set(call, ixn, &in->set.v[i], in->custom == 1, err) < 0)
			return -1;
	for (size_t i = 0; i < in->unset.n; i++)
		if (data_unset(call, ixn, in->unset.v[i], err) < 0)
			return -1;
	if (verb_do(call, ixn, VERB_NOTE, ixn->agent, "data", NULL, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_data = { "ixn.data", N_("changes attached and custom data"), MAY_ALL, OP_WRITE, &rec_data_in, &rec_change, data_fn, NULL };

struct values_out {
	const char *ixn, *key, *value, *label;
	int64_t custom, shown;
};
RECORD(rec_values_out, struct values_out, "data", N_("One datum of an interaction."),
       ID_FIELD(struct values_out, ixn, 0, N_("the interaction")),
       TEXT_FIELD(struct values_out, key, FIELD_COLUMN, N_("its key")),
       TEXT_FIELD(struct values_out, value, FIELD_COLUMN | FIELD_PERSONAL, N_("its value")),
       TEXT_FIELD(struct values_out, label, 0, N_("the name that the site displays")),
       BOOL_FIELD(struct values_out, custom, FIELD_COLUMN, N_("custom data: can be changed, not removed")),
       BOOL_FIELD(struct values_out, shown, FIELD_COLUMN, N_("displayed by the site")))

static int
values_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct records rows;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_DATA_SHOWN, ARGS(V_TEXT(ixn->id)), &rec_values_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		((struct values_out *)rows.v)[i].ixn = ixn->id;
		call_emit(call, (struct values_out *)rows.v + i);
	}
	return 0;
}

const struct op op_ixn_values = { "ixn.values", N_("reads attached and custom data, hidden keys too"), MAY_ALL, 0, &rec_id_in, &rec_values_out, values_fn, NULL };

/* Handing over. */

struct transfer_in {
	const char *id, *to, *note;
};
RECORD(rec_transfer_in, struct transfer_in, "ixn-transfer", N_("Handing over."),
       ID_FIELD(struct transfer_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TARGET_FIELD(struct transfer_in, to, 0, N_("to whom: queue:, agent:, lead: or skill:")),
       TEXT_FIELD(struct transfer_in, note, FIELD_PERSONAL, N_("why; kept in the notepad")))

static int
agent_present(struct call *call, const char *name, const char *target, struct err *err)
{
	struct agent *agent;
	int64_t since;
	int rc;

	if (agent_get(call, name, &agent, err) < 0)
		return -1;
	rc = sql_int(call->tx, SQL_SESSION_SINCE, ARGS(V_TEXT(name)), &since, err);
	return rc < 0 ? -1 : (rc ? 0 : err_set(err, E_TARGET_AWAY, "value", target, NULL));
}

/* Of the leads of a team who are logged in: one who is free before one who is not, the longest idle first. */
static int
pick_lead(struct call *call, const struct ixn *ixn, const char *team, const char *target, const char **agent_r, struct err *err)
{
	int64_t known = 0;
	int rc;

	if (sql_int(call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(team)), &known, err) < 0)
		return -1;
	if (!known)
		return err_set(err, E_NO_TEAM, "name", team, NULL);
	rc = sql_text(call->tx, call->arena, SQL_LEAD_BEST, ARGS(V_TEXT(team), V_TEXT(ixn->medium), V_TEXT(call->actor.name)), agent_r, err);
	return rc < 0 ? -1 : (rc ? 0 : err_set(err, E_TARGET_AWAY, "value", target, NULL));
}

static int
transfer_skills(struct call *call, struct ixn *ixn, const char *text, struct err *err)
{
	const struct skills *expr;
	size_t size = strlen(text);

	/* skill:"french>=3" is how it is written where no shell has taken the quotes. */
	if (size >= 2 && text[0] == '"' && text[size - 1] == '"')
		text = arena_memdup(call->arena, text + 1, size - 2);
	if (skills_parse(call->arena, text, &expr, err) < 0)
		return -1;
	ixn->skills = skills_canonical(call->arena, expr);
	return 0;
}

/* Where it is to wait now: the queue and skills of the row change, or an agent is named. */
static int
transfer_target(struct call *call, struct ixn *ixn, const char *to, const char **agent_r, struct err *err)
{
	struct target target;
	struct queue *queue;

	*agent_r = NULL;
	if (target_parse(to, &target, err) < 0)
		return -1;
	/* A scheme of an address, or a workbin: other commands carry those. The table of targets decides, so new kinds fail safe. */
	if (target.kind == TARGET_QUEUE) {
		if (queue_get(call, target.value, &queue, err) < 0)
			return -1;
		ixn->queue = queue->name;
		ixn->skills = "";
		return 0;
	}
	if (target.kind == TARGET_SKILL)
		return transfer_skills(call, ixn, target.value, err);
	if (target.kind == TARGET_AGENT)
		return agent_present(call, *agent_r = target.value, to, err);
	if (target.kind == TARGET_LEAD)
		return pick_lead(call, ixn, target.value, to, agent_r, err);
	return err_set(err, E_TARGET_KIND, "verb", "ixn-transfer", "value", to, "instead",
		       target.kind == TARGET_MAILTO ? "email-forward" : "queue:, agent:, lead: or skill:", NULL);
}

static int
transfer_fn(struct call *call, const void *input, struct err *err)
{
	const struct transfer_in *in = input;
	const char *agent, *from, *asked;
	struct ixn *ixn;

	if (!in->to)
		return err_set(err, E_MISSING_OPERAND, "what", "--to", "command", "ixn-transfer", NULL);
	if (text_check("note", in->note, NOTE_MAX, err) < 0 || ixn_get(call, in->id, &ixn, err) < 0 || verb_check(call, ixn, VERB_TRANSFER, err) < 0 ||
	    transfer_target(call, ixn, in->to, &agent, err) < 0)
		return -1;
	from = ixn->agent;
	if (agent && from && strcmp(agent, from) == 0)
		return err_set(err, E_NOT_A_CHOICE, "id", ixn->id, "value", in->to, "choices", "a target that does not have it already", NULL);
	if ((in->note && note_add(call, ixn->id, in->note, err) < 0) || offer_withdraw(call, ixn, "transferred", &asked, err) < 0 ||
	    ixn_release(call, ixn, call->now, END_TRANSFERRED, err) < 0 || route_enter(call, ixn, agent, err) < 0 ||
	    verb_happen(call, ixn, VERB_TRANSFER, call->now, from, in->to, NULL, err) < 0)
		return -1;
	/* Whoever has room for another now. */
	from = from ? from : asked;
	if ((from && agent_refresh(call, from, err) < 0) || route_ixn(call, ixn, err) < 0 || (from && route_agent(call, from, err) < 0))
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_transfer = { "ixn.transfer", N_("hands over at once"), MAY_ALL, OP_WRITE, &rec_transfer_in, &rec_change, transfer_fn, NULL };

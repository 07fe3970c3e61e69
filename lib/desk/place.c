/*
 * Putting an interaction aside, into a workbin or back into a queue, and taking
 * one: out of a workbin, out of a queue, or from an agent.
 */
#include <string.h>

#include "desk/priv.h"

struct place_in {
	const char *id, *in, *of, *note;
};
RECORD(rec_place_in, struct place_in, "ixn-place", N_("Putting aside."),
       ID_FIELD(struct place_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TARGET_FIELD(struct place_in, in, 0, N_("where: workbin:NAME or queue:NAME")),
       TEXT_FIELD_AS(struct place_in, of, "AGENT", 0, N_("in the drawer of another agent, as a lead")),
       TEXT_FIELD(struct place_in, note, FIELD_PERSONAL, N_("why; kept in the notepad")))

static bool
lies_in(const struct ixn *ixn, const char *name, const char *keeper)
{
	return ixn->state == IXN_PARKED && ixn->workbin && strcmp(ixn->workbin, name) == 0 &&
	       (keeper && ixn->keeper ? strcmp(ixn->keeper, keeper) == 0 : keeper == ixn->keeper);
}

static int
place_aside(struct call *call, struct ixn *ixn, const char *name, const struct place_in *in, struct err *err)
{
	const char *from = ixn->agent, *keeper, *asked;

	if (verb_check(call, ixn, VERB_PARK, err) < 0 || workbin_admits(call, ixn, name, in->of, &keeper, err) < 0 ||
	    (in->note && note_add(call, ixn->id, in->note, err) < 0))
		return -1;
	/* Done already, as by a script that was run again. */
	if (lies_in(ixn, name, keeper))
		return 0;
	if (offer_withdraw(call, ixn, "parked", &asked, err) < 0 || workbin_put(call, ixn, name, keeper, call->now, err) < 0)
		return -1;
	return agent_freed(call, from ? from : asked, err) < 0 ? -1 : route_freed(call, err);
}

/* Not offered at once to the one who has just put it there. */
static int
exclude(struct call *call, const struct ixn *ixn, const char *agent, const struct queue *queue, struct err *err)
{
	return RUN(call, EXCLUSION_PUT, V_TEXT(ixn->id), V_TEXT(agent), V_INT(call->now + queue->exclusion)) < 0 ? -1 : 0;
}

static int
place_queue(struct call *call, struct ixn *ixn, const char *name, const struct place_in *in, struct err *err)
{
	const char *from = ixn->agent, *asked;
	struct queue *queue;

	if (in->of)
		return err_set(err, E_USAGE, "what", N_("--of goes with a personal workbin"), "command", "ixn-place", NULL);
	if (queue_get(call, name, &queue, err) < 0 || verb_check(call, ixn, VERB_REQUEUE, err) < 0 ||
	    (in->note && note_add(call, ixn->id, in->note, err) < 0) || offer_withdraw(call, ixn, "requeued", &asked, err) < 0 ||
	    ixn_release(call, ixn, call->now, END_TRANSFERRED, err) < 0 || (from && exclude(call, ixn, from, queue, err) < 0))
		return -1;
	/* What it asked for beside its queue was meant for that queue. */
	if (!ixn->queue || strcmp(ixn->queue, queue->name) != 0)
		ixn->skills = "";
	ixn->queue = queue->name;
	if (route_enter(call, ixn, NULL, err) < 0 ||
	    verb_happen(call, ixn, VERB_REQUEUE, call->now, from, arena_printf(call->arena, "queue:%s", queue->name), NULL, err) < 0)
		return -1;
	return agent_freed(call, from ? from : asked, err) < 0 || route_ixn(call, ixn, err) < 0 ? -1 : route_freed(call, err);
}

static int
place_fn(struct call *call, const void *input, struct err *err)
{
	const struct place_in *in = input;
	struct target target;
	struct ixn *ixn;
	int rc;

	if (!in->in)
		return err_set(err, E_MISSING_OPERAND, "what", "--in", "command", "ixn-place", NULL);
	if (text_check("note", in->note, NOTE_MAX, err) < 0 || ixn_get(call, in->id, &ixn, err) < 0 || target_parse(in->in, &target, err) < 0 ||
	    policy_check(call, "place", in->in, &target, err) < 0)
		return -1;
	if (target.kind == TARGET_WORKBIN)
		rc = place_aside(call, ixn, target.value, in, err);
	else if (target.kind == TARGET_QUEUE)
		rc = place_queue(call, ixn, target.value, in, err);
	else
		rc = err_set(err, E_TARGET_KIND, "verb", "ixn-place", "value", in->in, "instead", "workbin:NAME or queue:NAME", NULL);
	if (rc < 0 || recent_add(call, in->in, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_place = { "ixn.place", N_("puts aside, into a workbin or a queue"), MAY_ALL, OP_WRITE, &rec_place_in, &rec_change, place_fn, NULL };

/* Taking. */

struct take_in {
	const char *id, *from;
};
RECORD(rec_take_in, struct take_in, "ixn-take", N_("Taking."),
       ID_FIELD(struct take_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD_AS(struct take_in, from, "AGENT", 0, N_("from this agent, as a lead")))

/* Who came too late is told who has it. */
static int
check_holder(struct call *call, const struct ixn *ixn, const char *from, struct err *err)
{
	const char *me = call_self(call), *state = names_get(&ixn_states, (int)ixn->state), *keeper = ixn->state == IXN_PARKED ? ixn->keeper : NULL;
	struct offer offer;
	int rc = ixn->state == IXN_OFFERED ? offer_of(call, ixn->id, &offer, err) : 0;

	if (rc < 0)
		return -1;
	if (rc > 0 && strcmp(offer.agent, me) != 0)
		err_set(err, E_OFFERED, "id", ixn->id, "holder", offer.agent, "state", state, NULL);
	else if (ixn->agent && (!from || strcmp(ixn->agent, from) != 0 || strcmp(from, me) == 0))
		err_set(err, E_TAKEN, "id", ixn->id, "holder", ixn->agent, "state", state, NULL);
	else if (from && !ixn->agent && (!keeper || strcmp(keeper, from) != 0))
		err_set(err, E_STATE, "id", ixn->id, "state", state, "verb", arena_printf(call->arena, "taking it from %s", from), NULL);
	else
		return 0;
	err_arg(err, "can", verb_can(call, ixn));
	return -1;
}

/* What waits for one agent alone is not for others to choose. */
static int
check_reserved(struct call *call, const struct ixn *ixn, struct err *err)
{
	const char *agent = "";

	if (ixn->state != IXN_QUEUED || call_may_lead(call))
		return 0;
	if (sql_text(call->tx, call->arena, SQL_LANE_OWNER, ARGS(V_INT(ixn->lane)), &agent, err) < 0)
		return -1;
	return !*agent || strcmp(agent, call_self(call)) == 0 ? 0 : err_set(err, E_OFFERED, "id", ixn->id, "holder", agent, NULL);
}

/* Whoever is beside it already has room for it. */
static int
leave_party(struct call *call, const char *ixn, const char *me, struct err *err)
{
	struct party party;
	int rc = party_get(call, ixn, me, &party, err);

	if (rc <= 0 || party.role == PARTY_MONITOR)
		return rc < 0 ? -1 : 0;
	return party_leave(call, ixn, me, call->now, err) < 0 ? -1 : agent_refresh(call, me, err);
}

/* Where it was, for the log. */
static const char *
whence(struct call *call, const struct ixn *ixn)
{
	if (ixn->agent)
		return arena_printf(call->arena, "agent:%s", ixn->agent);
	if (ixn->state == IXN_PARKED)
		return arena_printf(call->arena, "workbin:%s", ixn->workbin);
	return ixn->queue ? arena_printf(call->arena, "queue:%s", ixn->queue) : NULL;
}

/* From then on it is the agent's, who alone may go on with it. */
static int
take(struct call *call, struct ixn *ixn, struct err *err)
{
	const char *ref = whence(call, ixn), *reason = ixn->state == IXN_PARKED ? ixn->keeper : NULL;

	if (ixn_release(call, ixn, call->now, END_TRANSFERRED, err) < 0)
		return -1;
	return ixn_begin(call, ixn, VERB_TAKE, call_self(call), ref, reason, err);
}

/* A draft takes no room: it is part of the work on what it answers, or begun at will. */
static int
check_room(struct call *call, const struct ixn *ixn, struct err *err)
{
	return ixn_is_draft(ixn) ? 0 : agent_room(call, call_self(call), ixn->medium, err);
}

static int
take_fn(struct call *call, const void *input, struct err *err)
{
	const struct take_in *in = input;
	const char *from;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || check_holder(call, ixn, in->from, err) < 0)
		return -1;
	from = ixn->agent;
	if (verb_check(call, ixn, VERB_TAKE, err) < 0 || check_reserved(call, ixn, err) < 0 || leave_party(call, ixn->id, call_self(call), err) < 0 ||
	    check_room(call, ixn, err) < 0 || take(call, ixn, err) < 0 || agent_freed(call, from, err) < 0 || route_freed(call, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_take = { "ixn.take", N_("takes out of a workbin or a queue, or from an agent"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_take_in, &rec_change, take_fn, NULL };

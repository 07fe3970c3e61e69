/*
 * Handing over: at once, or to a colleague who takes part already.
 */
#include <string.h>

#include "desk/priv.h"

struct transfer_in {
	const char *id, *to, *note;
	int64_t if_unavailable, complete;
};
#define X struct transfer_in
RECORD(rec_transfer_in, X, "ixn-transfer", N_("Handing over."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TARGET_FIELD(X, to, 0, N_("to whom: queue:, agent:, lead:, team: or skill:")),
       TEXT_FIELD(X, note, FIELD_PERSONAL, N_("why; kept in the notepad")),
       NAME_FIELD(X, if_unavailable, unavailable_policies, 0, N_("where the target cannot take it now: refuse, or let it wait in a queue")),
       BOOL_FIELD(X, complete, 0, N_("to the colleague who is consulted")))
#undef X

/* Where it is to wait now: as there says, or for one agent alone. */
struct place {
	struct ixn there;
	const char *agent, *ref;
};

static int
to_agent(struct call *call, const struct ixn *ixn, const struct target *target, struct place *place, struct err *err)
{
	struct agent *agent;

	(void)ixn;
	place->agent = target->value;
	return agent_get(call, target->value, &agent, err);
}

static int
to_team(struct call *call, const struct ixn *ixn, const struct target *target, struct place *place, struct err *err)
{
	return team_best(call, ixn, target, true, &place->agent, err) < 0 ? -1 : 0;
}

static int
to_lane(struct call *call, const struct ixn *ixn, const struct target *target, struct place *place, struct err *err)
{
	return target_lane(call, ixn, target, &place->there, err);
}

static const struct {
	enum target_kind kind;
	int (*place)(struct call *call, const struct ixn *ixn, const struct target *target, struct place *place, struct err *err);
} kinds[] = {
	{ TARGET_QUEUE, to_lane },
	{ TARGET_SKILL, to_lane },
	{ TARGET_AGENT, to_agent },
	{ TARGET_LEAD, to_team },
	{ TARGET_TEAM, to_team },
};

static int
place_of(struct call *call, const struct ixn *ixn, const char *to, struct target *target, struct place *place, struct err *err)
{
	*place = (struct place){ .there = *ixn, .ref = to };
	if (target_parse(to, target, err) < 0 || policy_check(call, "transfer", to, target, err) < 0)
		return -1;
	/* A scheme of an address, or a workbin: other commands carry those. The table of targets decides, so new kinds fail safe. */
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (kinds[i].kind == target->kind)
			return kinds[i].place(call, ixn, target, place, err);
	return err_set(err, E_TARGET_KIND, "verb", "ixn-transfer", "value", to, "instead",
		       target->kind == TARGET_MAILTO ? "email-forward" : "queue:, agent:, lead:, team: or skill:", NULL);
}

/* Can it be taken there now? An agent is ready and has room, a queue is open and somebody serves it. */
static int
place_takes(struct call *call, const struct target *target, const struct place *place, bool *takes_r, struct err *err)
{
	struct ixn probe = place->there;

	*takes_r = false;
	if (place->agent)
		return agent_free(call, place->agent, probe.medium, takes_r, err);
	if (target->kind == TARGET_LEAD || target->kind == TARGET_TEAM)
		return 0;
	return route_enter(call, &probe, NULL, err) < 0 ? -1 : route_takes(call, &probe, takes_r, err);
}

/* Who is logged in is waited for, and so is a queue; of a team only somebody who is free is meant. */
static int
place_check(struct call *call, const struct target *target, const struct place *place, struct err *err)
{
	bool there = place->agent != NULL;

	if (target->kind == TARGET_AGENT)
		return agent_present(call, place->agent, place->ref, err);
	if (target->kind == TARGET_TEAM && place_takes(call, target, place, &there, err) < 0)
		return -1;
	if (there || (target->kind != TARGET_TEAM && target->kind != TARGET_LEAD))
		return 0;
	return err_set(err, E_TARGET_AWAY, "value", place->ref, NULL);
}

/* The queue instead of a target that cannot take it; NULL: there is none. */
static int
queue_instead(struct call *call, const struct ixn *ixn, const struct target *target, const struct place *place, int64_t policy, const char **queue_r, struct err *err)
{
	const struct queue *queue;
	struct texts queues;
	struct agent *agent;

	*queue_r = NULL;
	if (policy == UNAVAILABLE_QUEUE && target->kind == TARGET_AGENT) {
		if (agent_get(call, target->value, &agent, err) < 0)
			return -1;
		list_split(call->arena, agent->queues, &queues);
		*queue_r = queues.n ? queues.v[0] : NULL;
	}
	if (policy == UNAVAILABLE_QUEUE && !*queue_r)
		*queue_r = ixn->queue;
	if (policy != UNAVAILABLE_FALLBACK)
		return 0;
	if (queue_of(call, &place->there, &queue, err) < 0)
		return -1;
	*queue_r = queue->fallback;
	if (*queue_r)
		return 0;
	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	*queue_r = queue->fallback;
	return 0;
}

static int
place_instead(struct call *call, const struct ixn *ixn, const struct target *target, struct place *place, int64_t policy, struct err *err)
{
	struct target other;
	const char *queue;

	if (queue_instead(call, ixn, target, place, policy, &queue, err) < 0)
		return -1;
	if (!queue)
		return err_set(err, E_TARGET_AWAY, "value", place->ref, NULL);
	return place_of(call, ixn, arena_printf(call->arena, "queue:%s", queue), &other, place, err);
}

static int
place_find(struct call *call, const struct ixn *ixn, const struct transfer_in *in, struct place *place, const char **reason_r, struct err *err)
{
	struct target target;
	bool takes;

	*reason_r = NULL;
	if (place_of(call, ixn, in->to, &target, place, err) < 0)
		return -1;
	if (place->agent && ixn->agent && strcmp(place->agent, ixn->agent) == 0)
		return err_set(err, E_NOT_A_CHOICE, "id", ixn->id, "value", in->to, "choices", "a target that does not have it already", NULL);
	if (in->if_unavailable == INT_ABSENT)
		return place_check(call, &target, place, err);
	if (place_takes(call, &target, place, &takes, err) < 0 || takes)
		return takes ? 0 : -1;
	*reason_r = "unavailable";
	return place_instead(call, ixn, &target, place, in->if_unavailable, err);
}

/* No offer: the colleague is there, and has it from now on. */
static int
hand_over(struct call *call, struct ixn *ixn, const char *agent, const struct transfer_in *in, struct err *err)
{
	const char *from = ixn->agent;

	if ((in->note && note_add(call, ixn->id, in->note, err) < 0) || ixn_release(call, ixn, call->now, END_TRANSFERRED, err) < 0)
		return -1;
	ixn->agent = agent;
	if (verb_happen(call, ixn, VERB_COMPLETE, call->now, from, arena_printf(call->arena, "agent:%s", agent), "complete", err) < 0 ||
	    segment_open(call, ixn, agent, err) < 0 || agent_refresh(call, agent, err) < 0 || agent_refresh(call, from, err) < 0)
		return -1;
	call_freed(call, from);
	return route_freed(call, err);
}

static int
complete(struct call *call, struct ixn *ixn, const struct transfer_in *in, struct err *err)
{
	struct party party;

	if (verb_check(call, ixn, VERB_COMPLETE, err) < 0 || consult_connected(call, ixn, VERB_COMPLETE, &party, err) < 0 ||
	    policy_check_agent(call, "transfer", party.agent, err) < 0)
		return -1;
	return hand_over(call, ixn, party.agent, in, err);
}

static int
move(struct call *call, struct ixn *ixn, const struct place *place, const struct transfer_in *in, const char *reason, struct err *err)
{
	const char *from = ixn->agent, *asked;

	ixn->queue = place->there.queue;
	ixn->skills = place->there.skills;
	/* Who is meant by name is asked, whatever was refused before. */
	if (place->agent && RUN(call, EXCLUSION_LIFT, V_TEXT(ixn->id), V_TEXT(place->agent)) < 0)
		return -1;
	if ((in->note && note_add(call, ixn->id, in->note, err) < 0) || offer_withdraw(call, ixn, "transferred", &asked, err) < 0 ||
	    ixn_release(call, ixn, call->now, END_TRANSFERRED, err) < 0 || route_enter(call, ixn, place->agent, err) < 0 ||
	    verb_happen(call, ixn, VERB_TRANSFER, call->now, from, place->ref, reason, err) < 0)
		return -1;
	/* Whoever has room for another now. */
	from = from ? from : asked;
	if ((from && agent_refresh(call, from, err) < 0) || route_ixn(call, ixn, err) < 0)
		return -1;
	if (from)
		call_freed(call, from);
	return route_freed(call, err);
}

static int
transfer_to(struct call *call, struct ixn *ixn, const struct transfer_in *in, struct err *err)
{
	struct place place;
	struct party party;
	const char *reason;
	int rc = 0;

	if (verb_check(call, ixn, VERB_TRANSFER, err) < 0 || place_find(call, ixn, in, &place, &reason, err) < 0)
		return -1;
	/* Whoever takes part needs no offer, and would have no room for one. */
	if (place.agent && ixn->agent && ixn->state != IXN_WRAP)
		rc = party_get(call, ixn->id, place.agent, &party, err);
	if (rc < 0)
		return -1;
	rc = rc > 0 && party.role != PARTY_MONITOR ? hand_over(call, ixn, place.agent, in, err) : move(call, ixn, &place, in, reason, err);
	return rc < 0 ? -1 : recent_add(call, in->to, err);
}

static int
transfer_fn(struct call *call, const void *input, struct err *err)
{
	const struct transfer_in *in = input;
	struct ixn *ixn;

	if (!in->to == (in->complete != 1))
		return in->to ? err_set(err, E_USAGE, "what", N_("--to and --complete exclude each other"), "command", "ixn-transfer", NULL)
			      : err_set(err, E_MISSING_OPERAND, "what", N_("--to or --complete"), "command", "ixn-transfer", NULL);
	if (text_check("note", in->note, NOTE_MAX, err) < 0 || ixn_get(call, in->id, &ixn, err) < 0 ||
	    (in->to ? transfer_to(call, ixn, in, err) : complete(call, ixn, in, err)) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_transfer = { "ixn.transfer", N_("hands over at once"), MAY_ALL, OP_WRITE, &rec_transfer_in, &rec_change, transfer_fn, NULL };

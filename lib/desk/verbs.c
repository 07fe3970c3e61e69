#include <string.h>

#include "desk/review_priv.h"

#define V(state, verb, guard, next, event, command) \
	{ IXN_##state, VERB_##verb, GUARD_##guard, IXN_##next, event, command },
const struct verb_row verbs[] = {
#include "desk/verbs.def"
};
#undef V
const size_t verbs_n = COUNT_OF(verbs);

const char *const verb_names[VERB_COUNT] = {
	[VERB_OFFER] = "offer",
	[VERB_ACCEPT] = "accept",
	[VERB_REJECT] = "reject",
	[VERB_EXPIRE] = "expire",
	[VERB_WITHDRAW] = "withdraw",
	[VERB_SEND] = "send",
	[VERB_END] = "end",
	[VERB_TRANSFER] = "transfer",
	[VERB_REQUEUE] = "requeue",
	[VERB_NOTE] = "note",
	[VERB_DISPOSITION] = "disposition",
	[VERB_DONE] = "done",
	[VERB_TRANSCRIPT] = "transcript",
	[VERB_TAKE] = "take",
	[VERB_PARK] = "place",
	[VERB_ASSIGN] = "assign",
	[VERB_MONITOR] = "monitor",
	[VERB_CONSULT] = "consult",
	[VERB_CONSULT_START] = "consult",
	[VERB_CONSULT_END] = "ending a consult",
	[VERB_COMPLETE] = "completing a transfer",
	[VERB_MERGE] = "making a conference of a consult",
	[VERB_CONFERENCE] = "conference",
	[VERB_JOIN] = "joining",
	[VERB_LEAVE] = "ending a conference",
	[VERB_OVERFLOW] = "overflow",
	[VERB_WIDEN] = "widening",
	[VERB_RESERVE] = "reserve",
	[VERB_RELEASE] = "release",
	[VERB_SUBMIT] = "review",
	[VERB_APPROVE] = "approving",
	[VERB_REFUSE] = "rejecting",
	[VERB_REVISE] = "editing in review",
	[VERB_RECALL] = "withdrawing",
	[VERB_GIVE_BACK] = "giving back",
	[VERB_RETURN] = "returning",
	[VERB_PREVIEW] = "returning by an offer",
	[VERB_RESUME] = "resuming",
	[VERB_REPLY] = "reply",
	[VERB_FORWARD] = "forward",
	[VERB_EDIT] = "editing",
	[VERB_FOLLOW] = "following",
	[VERB_ISSUE] = "sending",
	[VERB_DISCARD] = "discarding",
};

bool
ixn_is_draft(const struct ixn *ixn)
{
	return ixn->direction == OUTBOUND && strcmp(ixn->medium, "email") == 0;
}

/* What an interaction is, as far as verbs differ by it. */
enum { OF_AGENTS = 1 << 0, /* between agents there is no contact and no queue, and a colleague more is a conference */
       OF_MAIL = 1 << 1,   /* came as a mail, or answers one: nobody talks with its contact */
       OF_DRAFT = 1 << 2,  /* goes to nobody but whom it is addressed to */
       OF_OTHER = 1 << 3 };

static unsigned
nature_of(const struct ixn *ixn)
{
	if (ixn->direction == INTERNAL)
		return OF_AGENTS;
	if (strcmp(ixn->medium, "email") != 0)
		return OF_OTHER;
	return ixn->direction == OUTBOUND ? OF_DRAFT : OF_MAIL;
}

static bool
applies(const struct ixn *ixn, enum verb verb)
{
	/* Those that are not named here: all but what is between agents. */
	static const unsigned only[VERB_COUNT] = {
		[VERB_SEND] = OF_AGENTS | OF_MAIL | OF_DRAFT | OF_OTHER,
		[VERB_END] = OF_AGENTS | OF_MAIL | OF_OTHER,
		[VERB_NOTE] = OF_AGENTS | OF_MAIL | OF_DRAFT | OF_OTHER,
		[VERB_DISPOSITION] = OF_AGENTS | OF_MAIL | OF_DRAFT | OF_OTHER,
		[VERB_DONE] = OF_AGENTS | OF_MAIL | OF_OTHER,
		[VERB_MONITOR] = OF_AGENTS | OF_MAIL | OF_DRAFT | OF_OTHER,
		[VERB_CONFERENCE] = OF_AGENTS | OF_OTHER,
		[VERB_JOIN] = OF_AGENTS | OF_OTHER,
		[VERB_LEAVE] = OF_AGENTS | OF_OTHER,
		[VERB_MERGE] = OF_OTHER,
		[VERB_TRANSFER] = OF_MAIL | OF_OTHER,
		[VERB_REQUEUE] = OF_MAIL | OF_OTHER,
		[VERB_TRANSCRIPT] = OF_MAIL | OF_OTHER,
		[VERB_COMPLETE] = OF_MAIL | OF_OTHER,
		[VERB_REPLY] = OF_MAIL,
		[VERB_FORWARD] = OF_MAIL,
		[VERB_FOLLOW] = OF_MAIL,
		[VERB_EDIT] = OF_DRAFT,
		[VERB_ISSUE] = OF_DRAFT,
		[VERB_DISCARD] = OF_DRAFT,
		[VERB_SUBMIT] = OF_MAIL | OF_DRAFT,
		[VERB_RETURN] = OF_MAIL | OF_DRAFT,
		[VERB_PREVIEW] = OF_MAIL | OF_DRAFT,
		[VERB_RESUME] = OF_MAIL | OF_DRAFT,
		[VERB_APPROVE] = OF_DRAFT,
		[VERB_REFUSE] = OF_DRAFT,
		[VERB_REVISE] = OF_DRAFT,
		[VERB_RECALL] = OF_DRAFT,
		[VERB_GIVE_BACK] = OF_DRAFT,
	};
	unsigned of = only[verb] ? only[verb] : OF_MAIL | OF_DRAFT | OF_OTHER;

	return (of & nature_of(ixn)) != 0;
}

static const struct verb_row *
row_of(const struct ixn *ixn, enum verb verb)
{
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (verbs[i].state == (enum ixn_state)ixn->state && verbs[i].verb == verb && applies(ixn, verb))
			return &verbs[i];
	return NULL;
}

static bool
is_me(const struct call *call, const char *agent)
{
	return agent && call->actor.name && strcmp(agent, call->actor.name) == 0;
}

/* Who has it, and who leads that agent; what nobody has belongs to who leads. */
static bool
holds(struct call *call, const struct ixn *ixn)
{
	return is_me(call, ixn->agent) || (ixn->agent ? call_leads(call, ixn->agent) : call_may_lead(call));
}

/* A lead speaks only as one who takes part: listening is not joining in. */
static bool
takes_part(struct call *call, const struct ixn *ixn)
{
	struct err ignored = { 0 };
	struct party party;

	if (call->actor.kind != ACTOR_AGENT || call->actor.role == ROLE_SERVICE || is_me(call, ixn->agent))
		return true;
	return party_get(call, ixn->id, call->actor.name, &party, &ignored) > 0;
}

/* A colleague of this role is there, or asked to be; it is one's own, or that colleague's. */
static bool
has_beside(struct call *call, const struct ixn *ixn, enum party_role role)
{
	struct err ignored = { 0 };
	struct party party;
	const char *other;

	if (call->actor.name && party_get(call, ixn->id, call->actor.name, &party, &ignored) > 0 && party.role == (int64_t)role)
		return true;
	return holds(call, ixn) && party_beside(call, ixn->id, role, &other, &ignored) > 0;
}

/* Whether a guard lets the actor through; offers are looked at by their own operation. */
static bool
guard_holds(struct call *call, const struct ixn *ixn, enum guard guard)
{
	switch (guard) {
	case GUARD_NONE:
	case GUARD_OFFER:
	case GUARD_CONTACT:
		return true;
	case GUARD_ONLINE:
		/* The contact may leave at any time; a chat between agents is ended by either side. */
		return ixn->online && (call->actor.kind == ACTOR_CONTACT || holds(call, ixn) || (ixn->direction == INTERNAL && has_beside(call, ixn, PARTY_CONFERENCE)));
	case GUARD_OFFLINE:
		return !ixn->online && holds(call, ixn);
	case GUARD_HOLDER:
		return holds(call, ixn);
	case GUARD_LEAD:
		return ixn->agent ? call_leads(call, ixn->agent) : call_may_lead(call);
	case GUARD_PARTY:
		return takes_part(call, ixn);
	case GUARD_CONSULT:
		return has_beside(call, ixn, PARTY_CONSULT);
	case GUARD_CONFERENCE:
		return has_beside(call, ixn, PARTY_CONFERENCE);
	case GUARD_KEEPER:
		return workbin_mine(call, ixn->workbin, ixn->keeper);
	case GUARD_PULL:
		return queue_pulls(call, ixn);
	case GUARD_OPENER:
		return is_me(call, ixn->agent);
	case GUARD_REVIEWER:
		return review_guard(call, ixn);
	case GUARD_AUTHOR:
		return author_guard(call, ixn);
	}
	return false;
}

/* Nothing is done while the contact is there, wherever it lies. */
static bool
connected(const struct ixn *ixn, enum verb verb)
{
	return verb == VERB_DONE && ixn->online;
}

const char *
verb_can(struct call *call, const struct ixn *ixn)
{
	const char *can = "";

	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		const struct verb_row *v = &verbs[i];
		const char *brace;

		if (v->state != (enum ixn_state)ixn->state || !v->command || !applies(ixn, v->verb) || connected(ixn, v->verb) || !guard_holds(call, ixn, v->guard))
			continue;
		brace = strstr(v->command, "{id}");
		can = arena_printf(call->arena, "%s%s%.*s%s%s", can, *can ? "\n" : "", (int)(brace - v->command), v->command, ixn->id, brace + 4);
	}
	return can;
}

int
verb_refuse(struct call *call, const struct ixn *ixn, enum verb verb, struct err *err)
{
	const char *can = verb_can(call, ixn), *state = names_get(&ixn_states, (int)ixn->state);

	if (ixn->state == IXN_DONE && (verb == VERB_NOTE || verb == VERB_DISPOSITION)) {
		err_set(err, E_FROZEN, "id", ixn->id, "state", state, NULL);
		return -1;
	}
	err_set(err, E_STATE, "id", ixn->id, "state", state, "verb", verb_names[verb], NULL);
	if (*can)
		err_arg(err, "can", can);
	return -1;
}

int
verb_check(struct call *call, const struct ixn *ixn, enum verb verb, struct err *err)
{
	const struct verb_row *row = row_of(ixn, verb);

	if (!row)
		return verb_refuse(call, ixn, verb, err);
	if (guard_holds(call, ixn, row->guard) && !connected(ixn, verb))
		return 0;
	if (connected(ixn, verb) && (row->guard == GUARD_OFFLINE ? holds(call, ixn) : guard_holds(call, ixn, row->guard)))
		return err_set(err, E_STILL_CONNECTED, "id", ixn->id, "state", names_get(&ixn_states, (int)ixn->state),
			       "can", arena_printf(call->arena, "chat-end %s", ixn->id), NULL);
	if (row->guard == GUARD_ONLINE && !ixn->online)
		return verb_refuse(call, ixn, verb, err);
	if ((row->guard == GUARD_CONSULT || row->guard == GUARD_CONFERENCE) && holds(call, ixn))
		return verb_refuse(call, ixn, verb, err);
	if (row->guard == GUARD_REVIEWER)
		return review_refuse(call, ixn, err);
	if (row->guard == GUARD_PULL)
		return err_set(err, E_NOT_PULLED, "id", ixn->id, "queue", ixn->queue ? ixn->queue : "", NULL);
	if (row->guard == GUARD_KEEPER)
		return err_set(err, E_NOT_YOURS, "id", ixn->id, "holder", ixn->keeper ? ixn->keeper : ixn->workbin, NULL);
	/* What nobody has yet belongs to who leads. */
	if (row->guard == GUARD_LEAD || !ixn->agent)
		return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "lead", NULL);
	return err_set(err, E_NOT_YOURS, "id", ixn->id, "holder", ixn->agent ? ixn->agent : "nobody", NULL);
}

/* Its agent, or its contact, is gone from it: pages that were shown are shown no more. */
static bool
parts(enum verb verb)
{
	static const bool ends[VERB_COUNT] = {
		[VERB_END] = true,
		[VERB_TRANSFER] = true,
		[VERB_REQUEUE] = true,
		[VERB_PARK] = true,
		[VERB_TAKE] = true,
		[VERB_COMPLETE] = true,
		[VERB_DONE] = true,
	};

	return ends[verb];
}

int
verb_happen(struct call *call, struct ixn *ixn, enum verb verb, time_ms at, const char *agent, const char *ref, const char *reason, struct err *err)
{
	const struct verb_row *row = row_of(ixn, verb);
	struct event event = { .at = at, .ixn = ixn->id, .agent = agent, .ref = ref, .reason = reason };
	enum ixn_state from = (enum ixn_state)ixn->state;
	bool stirs;

	if (!row)
		return verb_refuse(call, ixn, verb, err);
	if (party_moves(call, ixn, row, at, err) < 0 || monitor_moves(call, ixn, row, at, err) < 0 || (parts(verb) && cobrowse_gone(call, ixn->id, at, err) < 0))
		return -1;
	ixn->state = row->next;
	stirs = chat_stirs(ixn, from, verb, at);
	if (ixn_save(call, ixn, err) < 0 || (stirs && chat_timers(call, ixn, at, err) < 0))
		return -1;
	event.event = row->event;
	event.state = names_get(&ixn_states, (int)ixn->state);
	event.version = ixn->version;
	if (event_add(call, &event, err) < 0)
		return -1;
	return ixn->state == IXN_WRAP && from != IXN_WRAP ? presence_wraps(call, ixn, at, err) : 0;
}

int
verb_do(struct call *call, struct ixn *ixn, enum verb verb, const char *agent, const char *ref, const char *reason, struct err *err)
{
	if (verb_check(call, ixn, verb, err) < 0)
		return -1;
	return verb_happen(call, ixn, verb, call->now, agent, ref, reason, err);
}

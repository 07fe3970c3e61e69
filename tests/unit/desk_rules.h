/*
 * desk_rules.h - what the desk allows, for tests/unit/desk.c: which verb in which
 * state, what comes of it, who may, and of what.
 */
#ifndef TESTS_DESK_RULES_H
#define TESTS_DESK_RULES_H

#include "desk/call_priv.h"

/* The table once more, in the words of the trade: what is not here is refused. */
enum who { ALL,
	   HOLDER,    /* alice, and who leads her */
	   LEAD,      /* who leads */
	   PARTY,     /* alice, and who takes part: a lead does not by leading */
	   COLLEAGUE, /* alice, who leads her, and bob, who is consulted or in conference */
	   OPENER,    /* alice alone, who has it open */
	   REVIEW /* who reviews it, or wrote it: tests of their own tell */ };
static const struct rule {
	enum ixn_state state;
	enum verb verb;
	enum ixn_state next;
	const char *event;
	enum { ANY,
	       ONLINE,
	       OFFLINE } media;
	enum who who;
} rules[] = {
	{ IXN_QUEUED, VERB_OFFER, IXN_OFFERED, "offer.created", ANY, ALL },
	{ IXN_QUEUED, VERB_TAKE, IXN_ACTIVE, "ixn.taken", ANY, LEAD },
	{ IXN_QUEUED, VERB_END, IXN_DONE, "ixn.abandoned", ONLINE, LEAD },
	{ IXN_QUEUED, VERB_TRANSFER, IXN_QUEUED, "ixn.transferred", ANY, LEAD },
	{ IXN_QUEUED, VERB_REQUEUE, IXN_QUEUED, "ixn.requeued", ANY, LEAD },
	{ IXN_QUEUED, VERB_PARK, IXN_PARKED, "ixn.parked", ANY, LEAD },
	{ IXN_QUEUED, VERB_DONE, IXN_DONE, "ixn.done", OFFLINE, LEAD },
	{ IXN_QUEUED, VERB_NOTE, IXN_QUEUED, "ixn.changed", ANY, ALL },
	{ IXN_QUEUED, VERB_ASSIGN, IXN_QUEUED, "ixn.assigned", ANY, ALL },
	{ IXN_QUEUED, VERB_DISPOSITION, IXN_QUEUED, "disposition.set", ANY, LEAD },
	{ IXN_QUEUED, VERB_SEND, IXN_QUEUED, "chat.message", ANY, ALL },
	{ IXN_QUEUED, VERB_LEAVE, IXN_QUEUED, "conference.left", ANY, COLLEAGUE },
	{ IXN_QUEUED, VERB_OVERFLOW, IXN_QUEUED, "ixn.overflowed", ANY, ALL },
	{ IXN_QUEUED, VERB_WIDEN, IXN_QUEUED, "ixn.widened", ANY, ALL },
	{ IXN_QUEUED, VERB_RESERVE, IXN_QUEUED, "ixn.reserved", ANY, ALL },
	{ IXN_QUEUED, VERB_RELEASE, IXN_QUEUED, "ixn.released", ANY, ALL },
	{ IXN_OFFERED, VERB_ACCEPT, IXN_ACTIVE, "offer.accepted", ANY, ALL },
	{ IXN_OFFERED, VERB_REJECT, IXN_QUEUED, "offer.rejected", ANY, ALL },
	{ IXN_OFFERED, VERB_EXPIRE, IXN_QUEUED, "offer.expired", ANY, ALL },
	{ IXN_OFFERED, VERB_WITHDRAW, IXN_QUEUED, "offer.withdrawn", ANY, ALL },
	{ IXN_OFFERED, VERB_END, IXN_DONE, "ixn.abandoned", ONLINE, LEAD },
	{ IXN_OFFERED, VERB_TRANSFER, IXN_QUEUED, "ixn.transferred", ANY, LEAD },
	{ IXN_OFFERED, VERB_REQUEUE, IXN_QUEUED, "ixn.requeued", ANY, LEAD },
	{ IXN_OFFERED, VERB_PARK, IXN_PARKED, "ixn.parked", ANY, LEAD },
	{ IXN_OFFERED, VERB_NOTE, IXN_OFFERED, "ixn.changed", ANY, ALL },
	{ IXN_OFFERED, VERB_ASSIGN, IXN_OFFERED, "ixn.assigned", ANY, ALL },
	{ IXN_OFFERED, VERB_SEND, IXN_OFFERED, "chat.message", ANY, ALL },
	{ IXN_OFFERED, VERB_LEAVE, IXN_OFFERED, "conference.left", ANY, COLLEAGUE },
#define HANDLED(state) \
	{ state, VERB_SEND, state, "chat.message", ANY, PARTY }, \
		{ state, VERB_END, IXN_WRAP, "chat.ended", ONLINE, HOLDER }, \
		{ state, VERB_TRANSFER, IXN_QUEUED, "ixn.transferred", ANY, HOLDER }, \
		{ state, VERB_REQUEUE, IXN_QUEUED, "ixn.requeued", ANY, HOLDER }, \
		{ state, VERB_PARK, IXN_PARKED, "ixn.parked", ANY, HOLDER }, \
		{ state, VERB_TAKE, IXN_ACTIVE, "ixn.taken", ANY, LEAD }, \
		{ state, VERB_NOTE, state, "ixn.changed", ANY, ALL }, \
		{ state, VERB_ASSIGN, state, "ixn.assigned", ANY, ALL }, \
		{ state, VERB_DISPOSITION, state, "disposition.set", ANY, HOLDER }, \
		{ state, VERB_DONE, IXN_DONE, "ixn.done", OFFLINE, HOLDER }, \
		{ state, VERB_TRANSCRIPT, state, "transcript.queued", ANY, ALL }, \
		{ state, VERB_MONITOR, state, "monitor.changed", ANY, LEAD }, \
		{ state, VERB_CONFERENCE, state, "conference.invited", ANY, HOLDER }, \
		{ state, VERB_JOIN, state, "conference.joined", ANY, ALL }, \
		{ state, VERB_LEAVE, state, "conference.left", ANY, COLLEAGUE }, \
		{ state, VERB_CONSULT_END, IXN_ACTIVE, "consult.ended", ANY, COLLEAGUE }, \
	{ \
		state, VERB_COMPLETE, IXN_ACTIVE, "ixn.transferred", ANY, HOLDER \
	}
	HANDLED(IXN_ACTIVE),
	HANDLED(IXN_CONSULTING),
#undef HANDLED
	{ IXN_ACTIVE, VERB_CONSULT, IXN_ACTIVE, "consult.invited", ANY, HOLDER },
	{ IXN_ACTIVE, VERB_CONSULT_START, IXN_CONSULTING, "consult.started", ANY, ALL },
	{ IXN_CONSULTING, VERB_MERGE, IXN_ACTIVE, "conference.joined", ANY, HOLDER },
	{ IXN_WRAP, VERB_TRANSFER, IXN_QUEUED, "ixn.transferred", ANY, HOLDER },
	{ IXN_WRAP, VERB_REQUEUE, IXN_QUEUED, "ixn.requeued", ANY, HOLDER },
	{ IXN_WRAP, VERB_PARK, IXN_PARKED, "ixn.parked", ANY, HOLDER },
	{ IXN_WRAP, VERB_TAKE, IXN_WRAP, "ixn.taken", ANY, LEAD },
	{ IXN_WRAP, VERB_NOTE, IXN_WRAP, "ixn.changed", ANY, ALL },
	{ IXN_WRAP, VERB_ASSIGN, IXN_WRAP, "ixn.assigned", ANY, ALL },
	{ IXN_WRAP, VERB_DISPOSITION, IXN_WRAP, "disposition.set", ANY, HOLDER },
	{ IXN_WRAP, VERB_DONE, IXN_DONE, "ixn.done", OFFLINE, HOLDER },
	{ IXN_WRAP, VERB_TRANSCRIPT, IXN_WRAP, "transcript.queued", ANY, ALL },
	{ IXN_PARKED, VERB_TAKE, IXN_ACTIVE, "ixn.taken", ANY, HOLDER },
	{ IXN_PARKED, VERB_PARK, IXN_PARKED, "ixn.parked", ANY, HOLDER },
	{ IXN_PARKED, VERB_REQUEUE, IXN_QUEUED, "ixn.requeued", ANY, HOLDER },
	{ IXN_PARKED, VERB_TRANSFER, IXN_QUEUED, "ixn.transferred", ANY, HOLDER },
	{ IXN_PARKED, VERB_NOTE, IXN_PARKED, "ixn.changed", ANY, ALL },
	{ IXN_PARKED, VERB_ASSIGN, IXN_PARKED, "ixn.assigned", ANY, ALL },
	{ IXN_PARKED, VERB_DISPOSITION, IXN_PARKED, "disposition.set", ANY, HOLDER },
	{ IXN_PARKED, VERB_DONE, IXN_DONE, "ixn.done", OFFLINE, HOLDER },
	{ IXN_PARKED, VERB_SEND, IXN_PARKED, "chat.message", ANY, ALL },
	{ IXN_PARKED, VERB_END, IXN_PARKED, "chat.ended", ANY, HOLDER },
	{ IXN_PARKED, VERB_TRANSCRIPT, IXN_PARKED, "transcript.queued", ANY, ALL },
	{ IXN_DONE, VERB_TRANSCRIPT, IXN_DONE, "transcript.queued", ANY, ALL },
#define ANSWERED(state) \
	{ state, VERB_REPLY, state, "ixn.changed", ANY, HOLDER }, \
		{ state, VERB_FORWARD, state, "ixn.changed", ANY, HOLDER }, \
		{ state, VERB_EDIT, state, "draft.changed", ANY, OPENER }, \
		{ state, VERB_ISSUE, IXN_DONE, "ixn.done", ANY, OPENER }, \
		{ state, VERB_DISCARD, IXN_DONE, "draft.discarded", ANY, HOLDER }, \
	{ \
		state, VERB_SUBMIT, IXN_REVIEW, "review.submitted", ANY, ALL \
	}
	ANSWERED(IXN_ACTIVE),
	ANSWERED(IXN_CONSULTING),
#undef ANSWERED
	{ IXN_WRAP, VERB_SUBMIT, IXN_REVIEW, "review.submitted", ANY, ALL },
	{ IXN_PARKED, VERB_SUBMIT, IXN_REVIEW, "review.submitted", ANY, ALL },
	{ IXN_PARKED, VERB_ISSUE, IXN_DONE, "ixn.done", ANY, HOLDER },
	{ IXN_PARKED, VERB_DISCARD, IXN_DONE, "draft.discarded", ANY, HOLDER },
	{ IXN_DONE, VERB_REPLY, IXN_DONE, "ixn.changed", ANY, ALL },
	{ IXN_DONE, VERB_FORWARD, IXN_DONE, "ixn.changed", ANY, ALL },
	{ IXN_DONE, VERB_RETURN, IXN_PARKED, "draft.returned", ANY, ALL },
	{ IXN_REVIEW, VERB_FOLLOW, IXN_DONE, "ixn.done", ANY, ALL },
	{ IXN_REVIEW, VERB_ISSUE, IXN_DONE, "ixn.done", ANY, ALL },
	{ IXN_REVIEW, VERB_APPROVE, IXN_REVIEW, "review.approved", ANY, REVIEW },
	{ IXN_REVIEW, VERB_REFUSE, IXN_REVIEW, "review.rejected", ANY, REVIEW },
	{ IXN_REVIEW, VERB_REVISE, IXN_REVIEW, "review.edited", ANY, REVIEW },
	{ IXN_REVIEW, VERB_RECALL, IXN_REVIEW, "review.withdrawn", ANY, REVIEW },
	{ IXN_REVIEW, VERB_GIVE_BACK, IXN_REVIEW, "review.left", ANY, ALL },
	{ IXN_REVIEW, VERB_RETURN, IXN_PARKED, "ixn.returned", ANY, ALL },
	{ IXN_REVIEW, VERB_PREVIEW, IXN_QUEUED, "ixn.returned", ANY, ALL },
	{ IXN_REVIEW, VERB_RESUME, IXN_ACTIVE, "ixn.returned", ANY, ALL },
	{ IXN_REVIEW, VERB_NOTE, IXN_REVIEW, "ixn.changed", ANY, ALL },
	{ IXN_REVIEW, VERB_ASSIGN, IXN_REVIEW, "ixn.assigned", ANY, ALL },
};

/* Of what a verb is: a chat, a mail that came, a draft; of all where it is not named. */
enum { CHAT = 1 << 0,
       MAIL = 1 << 1,
       DRAFT = 1 << 2 };
static const struct {
	enum verb verb;
	unsigned of;
} natures[] = {
	{ VERB_END, CHAT | MAIL },
	{ VERB_DONE, CHAT | MAIL },
	{ VERB_TRANSFER, CHAT | MAIL },
	{ VERB_REQUEUE, CHAT | MAIL },
	{ VERB_TRANSCRIPT, CHAT | MAIL },
	{ VERB_COMPLETE, CHAT | MAIL },
	{ VERB_CONFERENCE, CHAT },
	{ VERB_JOIN, CHAT },
	{ VERB_LEAVE, CHAT },
	{ VERB_MERGE, CHAT },
	{ VERB_REPLY, MAIL },
	{ VERB_FORWARD, MAIL },
	{ VERB_FOLLOW, MAIL },
	{ VERB_EDIT, DRAFT },
	{ VERB_ISSUE, DRAFT },
	{ VERB_DISCARD, DRAFT },
	{ VERB_SUBMIT, MAIL | DRAFT },
	{ VERB_RETURN, MAIL | DRAFT },
	{ VERB_PREVIEW, MAIL | DRAFT },
	{ VERB_RESUME, MAIL | DRAFT },
	{ VERB_APPROVE, DRAFT },
	{ VERB_REFUSE, DRAFT },
	{ VERB_REVISE, DRAFT },
	{ VERB_RECALL, DRAFT },
	{ VERB_GIVE_BACK, DRAFT },
};

static unsigned
nature(enum verb verb)
{
	for (size_t i = 0; i < COUNT_OF(natures); i++)
		if (natures[i].verb == verb)
			return natures[i].of;
	return CHAT | MAIL | DRAFT;
}

static const struct rule *
rule_of(enum ixn_state state, enum verb verb)
{
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (rules[i].state == state && rules[i].verb == verb)
			return &rules[i];
	return NULL;
}

#endif

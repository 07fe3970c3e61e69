/*
 * Offers: a lease on an interaction for one agent, from when it is made until
 * it is accepted or comes back.
 */
#include <string.h>

#include "base/buf.h"
#include "desk/route_priv.h"

RECORD(rec_offer_row, struct offer, "offer", NULL,
       ID_FIELD(struct offer, id, 0, NULL),
       ID_FIELD(struct offer, ixn, 0, NULL),
       TEXT_FIELD(struct offer, agent, 0, NULL),
       NAME_FIELD(struct offer, purpose, offer_purposes, 0, NULL),
       NAME_FIELD(struct offer, state, offer_states, 0, NULL),
       TIME_FIELD(struct offer, created, 0, NULL),
       TIME_FIELD(struct offer, expires, 0, NULL),
       TIME_FIELD(struct offer, ended, 0, NULL),
       TEXT_FIELD(struct offer, reason, 0, NULL),
       TEXT_FIELD(struct offer, why, 0, NULL),
       TEXT_FIELD(struct offer, asker, 0, NULL),
       TEXT_FIELD(struct offer, mode, 0, NULL))

static const char *
why_text(struct call *call, const struct decision *decision)
{
	struct buf why = BUF_INIT;
	const char *text;

	routing_decision_json(decision, &why);
	text = arena_strdup(call->arena, buf_get(&why));
	buf_release(&why);
	return text;
}

int
offer_make(struct call *call, struct ixn *ixn, const char *agent, const struct decision *decision, struct err *err)
{
	bool handed = ixn->reserved && strcmp(ixn->reserved, "transfer") == 0;
	struct offer offer = { .ixn = ixn->id, .agent = agent, .purpose = handed ? PURPOSE_TRANSFER : PURPOSE_ROUTE, .state = OFFER_PENDING, .created = call->now, .ended = INT_ABSENT };
	const struct queue *queue;
	struct held *held = NULL;

	if (queue_of(call, ixn, &queue, err) < 0 || (!queue->auto_answer && agent_held(call, agent, ixn, &held, err) < 0))
		return -1;
	offer.id = id_new(call->arena, call->now);
	offer.expires = call->now + queue->offer_timeout;
	offer.why = why_text(call, decision);
	if (ixn->offered == INT_ABSENT)
		ixn->offered = call->now;
	if (sql_put(call->tx, SQL_OFFER_NEW, &rec_offer_row, &offer, err) < 0 || due_set(call, "offer", offer.id, offer.expires, err) < 0 ||
	    verb_happen(call, ixn, VERB_OFFER, call->now, agent, offer.id, names_get(&offer_purposes, (int)offer.purpose), err) < 0)
		return -1;
	ixn->asked = agent;
	if (!held)
		return offer_accept(call, ixn, &offer, err) < 0 ? -1 : agent_refresh(call, agent, err);
	agent_takes(held, ixn);
	return agent_settle(call, held, err);
}

int
offer_accept(struct call *call, struct ixn *ixn, const struct offer *offer, struct err *err)
{
	if (offer_close(call, offer, OFFER_ACCEPTED, call->now, NULL, err) < 0 || ixn_begin(call, ixn, VERB_ACCEPT, offer->agent, offer->id, NULL, err) < 0)
		return -1;
	/* In hand a draft takes no room; its offer did. */
	return ixn_is_draft(ixn) ? agent_refresh(call, offer->agent, err) : 0;
}

int
offer_of(struct call *call, const char *ixn, struct offer *offer_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_OFFER_OF_IXN, ARGS(V_TEXT(ixn)), &rec_offer_row, offer_r, err);
}

int
offer_close(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err)
{
	int rc = MUST(call, OFFER_CLOSE, V_TEXT(offer->id), V_TEXT(names_get(&offer_states, (int)state)), V_INT(at), V_TEXT(reason));

	if (rc == 0)
		return err_set(err, E_OFFER_GONE, "id", offer->ixn, "state", "closed", NULL);
	return rc < 0 ? -1 : due_clear(call, "offer", offer->id, err);
}

int
offer_withdraw(struct call *call, const struct ixn *ixn, const char *reason, const char **agent_r, struct err *err)
{
	struct offer offer;
	int rc = offer_of(call, ixn->id, &offer, err);

	*agent_r = NULL;
	if (rc <= 0)
		return rc;
	*agent_r = offer.agent;
	if (offer_close(call, &offer, OFFER_WITHDRAWN, call->now, reason, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "offer.withdrawn", .ixn = ixn->id, .agent = offer.agent, .ref = offer.id, .reason = reason }, err);
}

/* Where it waits again: what was for one agent alone goes to its queue now, with its age. */
static int
rejoin(struct call *call, struct ixn *ixn, time_ms at, struct err *err)
{
	if (ixn->reserved && !ixn->queue)
		return 0;
	ixn->reserved = NULL;
	return lane_enter(call, ixn, NULL, at, err);
}

int
offer_return(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err)
{
	static const enum verb verb_of[NAMES_COUNT(OFFER_STATES)] = { [OFFER_REJECTED] = VERB_REJECT, [OFFER_EXPIRED] = VERB_EXPIRE, [OFFER_WITHDRAWN] = VERB_WITHDRAW };
	const struct queue *queue;
	struct ixn *ixn;

	if (offer_is_aside(offer))
		return aside_return(call, offer, state, at, reason, err);
	if (offer_close(call, offer, state, at, reason, err) < 0 || ixn_get(call, offer->ixn, &ixn, err) < 0 || queue_of(call, ixn, &queue, err) < 0)
		return -1;
	if (state != OFFER_WITHDRAWN &&
	    RUN(call, EXCLUSION_PUT, V_TEXT(ixn->id), V_TEXT(offer->agent), V_INT(at + queue->exclusion)) < 0)
		return -1;
	if (state == OFFER_EXPIRED && queue->rona && presence_missed(call, offer->agent, ixn->medium, at, err) < 0)
		return -1;
	if (rejoin(call, ixn, at, err) < 0 || verb_happen(call, ixn, verb_of[state], at, offer->agent, offer->id, reason, err) < 0 ||
	    agent_refresh(call, offer->agent, err) < 0 || rules_wait(call, ixn, at, err) < 0 || route_ixn(call, ixn, err) < 0)
		return -1;
	return route_agent(call, offer->agent, err);
}

int
offer_expire(struct call *call, const char *id, time_ms at, struct err *err)
{
	struct offer offer;
	int rc = sql_one(call->tx, call->arena, SQL_OFFER_GET, ARGS(V_TEXT(id)), &rec_offer_row, &offer, err);

	if (rc <= 0 || offer.state != OFFER_PENDING)
		return rc < 0 ? -1 : 0;
	return offer_return(call, &offer, OFFER_EXPIRED, at, "no-answer", err);
}

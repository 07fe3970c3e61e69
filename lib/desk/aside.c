/*
 * Offers that leave the interaction where it is: to be consulted, to join, to
 * follow. Who accepts takes part in it; who does not changes nothing.
 */
#include "desk/review_priv.h"

/* What an offer of each purpose leads to. */
static const struct aside {
	int (*accepted)(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
	/* By which its refusal is told; NULL: the offer's own says it all. */
	const char *event;
	/* What comes of it when it was not accepted; may be NULL. */
	int (*over)(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, struct err *err);
} asides[NAMES_COUNT(OFFER_PURPOSES)] = {
	[PURPOSE_CONSULT] = { .accepted = consult_accepted, .event = "consult.refused" },
	[PURPOSE_CONFERENCE] = { .accepted = conference_accepted, .event = "conference.refused" },
	[PURPOSE_MONITOR] = { .accepted = monitor_accepted },
	[PURPOSE_REVIEW] = { .accepted = review_accepted, .over = review_offer_over },
};

bool
offer_is_aside(const struct offer *offer)
{
	return offer->purpose >= 0 && offer->purpose < (int64_t)COUNT_OF(asides) && asides[offer->purpose].accepted;
}

int
offer_aside(struct call *call, const struct ixn *ixn, const char *agent, enum offer_purpose purpose, const char *asker, const char *mode, struct err *err)
{
	const char *word = names_get(&offer_purposes, (int)purpose);
	const struct queue *queue;
	struct offer offer = { .ixn = ixn->id, .agent = agent, .purpose = purpose, .state = OFFER_PENDING, .created = call->now, .ended = INT_ABSENT, .asker = asker, .mode = mode };

	if (queue_of(call, ixn, &queue, err) < 0)
		return -1;
	offer.id = id_new(call->arena, call->now);
	offer.expires = call->now + queue->offer_timeout;
	if (sql_put(call->tx, SQL_OFFER_NEW, &rec_offer_row, &offer, err) < 0 || due_set(call, "offer", offer.id, offer.expires, err) < 0 ||
	    event_add(call, &(struct event){ .event = "offer.created", .ixn = ixn->id, .agent = agent, .ref = offer.id, .reason = word }, err) < 0)
		return -1;
	return agent_refresh(call, agent, err);
}

static int
tell(struct call *call, const char *event, const struct offer *offer, time_ms at, const char *reason, struct err *err)
{
	/* By which the log knows what is for leads alone. */
	if (offer->purpose == PURPOSE_MONITOR)
		reason = names_get(&offer_purposes, PURPOSE_MONITOR);
	return event_add(call, &(struct event){ .at = at, .event = event, .ixn = offer->ixn, .agent = offer->agent, .ref = offer->id, .reason = reason }, err);
}

int
aside_accept(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err)
{
	if (offer_close(call, offer, OFFER_ACCEPTED, call->now, NULL, err) < 0 || tell(call, "offer.accepted", offer, 0, NULL, err) < 0 ||
	    (offer->purpose != PURPOSE_MONITOR && monitor_stops(call, offer->agent, ixn, err) < 0) ||
	    asides[offer->purpose].accepted(call, offer, ixn, err) < 0)
		return -1;
	return agent_refresh(call, offer->agent, err);
}

int
aside_return(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err)
{
	static const char *const events[NAMES_COUNT(OFFER_STATES)] = { [OFFER_REJECTED] = "offer.rejected", [OFFER_EXPIRED] = "offer.expired", [OFFER_WITHDRAWN] = "offer.withdrawn" };
	const char *refused = asides[offer->purpose].event;

	if (offer_close(call, offer, state, at, reason, err) < 0 || tell(call, events[state], offer, at, reason, err) < 0 ||
	    (refused && tell(call, refused, offer, at, names_get(&offer_states, (int)state), err) < 0))
		return -1;
	if (agent_freed(call, offer->agent, err) < 0)
		return -1;
	return asides[offer->purpose].over ? asides[offer->purpose].over(call, offer, state, at, err) : 0;
}

int
aside_withdraw(struct call *call, const struct offer *offer, time_ms at, const char *reason, struct err *err)
{
	if (offer_close(call, offer, OFFER_WITHDRAWN, at, reason, err) < 0 || tell(call, "offer.withdrawn", offer, at, reason, err) < 0)
		return -1;
	return agent_freed(call, offer->agent, err);
}

/*
 * wait_priv.h - where interactions wait and for whom: queues, offers, workbins; and
 * what is noted of them: data, dispositions.
 */
#ifndef DESK_WAIT_PRIV_H
#define DESK_WAIT_PRIV_H

#include "desk/agent_priv.h"

/* routing (route.c) */

struct queue {
	const char *name, *skills;
	int64_t priority;
	double ageing;
	int64_t rona, offer_timeout, exclusion, transcript, pull;
	const char *selection;
	int64_t push, auto_answer;
	const char *overflow_to;
	int64_t overflow_after, overflow_length, overflow_nobody;
	const char *hours;
	int64_t closed;
	const char *closed_to;
	int64_t last_agent, last_agent_wait, wrap_up, waiting_late, waiting_overdue;
	int64_t inactivity_warning, inactivity_warning2, inactivity_close;
	const char *fallback, *extra;
	int64_t ord;
};
/* What a queue asks for once something has waited so long. */
struct widen {
	int64_t after;
	const char *skills;
};
extern const struct record rec_widen;
extern const struct record rec_queue_row;
int queue_get(struct call *call, const char *name, struct queue **queue_r, struct err *err);
/* The queue of an interaction; the defaults for what is in none. */
int queue_of(struct call *call, const struct ixn *ixn, const struct queue **queue_r, struct err *err);
/*
 * Puts a queued interaction, newly come, in the lane of its queue, skills and
 * medium (agent: that agent's own lane). Saves nothing; when the row is saved,
 * route_ixn applies what its queue says about what comes.
 */
int route_enter(struct call *call, struct ixn *ixn, const char *agent, struct err *err);
/* Offers a queued interaction to the best agent who is free, if any. Its queue may send on or end what has just come: look at the row. */
int route_ixn(struct call *call, struct ixn *ixn, struct err *err);
/* The best agent who is free for it and takes no part in it, nothing more: 1, nobody: 0. */
int route_best(struct call *call, const struct ixn *ixn, const char **agent_r, struct err *err);
/* Whether the queue where it would wait is open, and somebody who serves it is logged in. */
int route_takes(struct call *call, const struct ixn *ixn, bool *takes_r, struct err *err);
/* Offers waiting interactions to an agent as long as one is free for them. */
int route_agent(struct call *call, const char *agent, struct err *err);
/* After the site changed: who serves which lane, what is open; what waits in these queues enters anew, with its age. */
int route_rebuild(struct call *call, const struct texts *queues, struct err *err);
/* It waits for nobody any more, anywhere: no deadline and no exclusion is left. */
int route_forget(struct call *call, const char *ixn, struct err *err);
/* What waited for an agent as the one who served the contact last goes to its queue; medium: NULL for all. */
int route_unreserve(struct call *call, const char *agent, const char *medium, time_ms at, const char *reason, struct err *err);
/* Something waits in a lane of the agent, or may: where asking costs more than it saves it does. 0: nothing. */
int route_waiting(struct call *call, const char *agent, struct err *err);
/* An agent has room again, and is looked at when all else of the operation is done. */
void call_freed(struct call *call, const char *agent);
int route_freed(struct call *call, struct err *err);
/* Has been looked at. */
void call_served(struct call *call, const char *agent);
/* The time in which nobody may be offered it again is over for somebody. */
int route_again(struct call *call, const char *id, struct err *err);
/* Deadlines of the rules of a queue, and of its hours: id is the interaction, the calendar or the queue. */
int route_overflow(struct call *call, const char *id, time_ms at, struct err *err);
int route_widen(struct call *call, const char *id, time_ms at, struct err *err);
int route_wait_over(struct call *call, const char *id, time_ms at, struct err *err);
int route_hours(struct call *call, const char *id, time_ms at, struct err *err);
int route_drain(struct call *call, const char *queue, struct err *err);

struct offer {
	const char *id, *ixn, *agent;
	int64_t purpose, state, created, expires, ended;
	const char *reason, *why, *asker, *mode;
};
extern const struct record rec_offer_row;
/* The pending offer of an interaction: 1, none: 0. */
int offer_of(struct call *call, const char *ixn, struct offer *offer_r, struct err *err);
/* Ends a pending offer in a state of its own; E_OFFER_GONE when it is no longer pending. */
int offer_close(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err);
/* Takes back the pending offer of an interaction that leaves its place: agent_r had it, NULL when there was none. */
int offer_withdraw(struct call *call, const struct ixn *ixn, const char *reason, const char **agent_r, struct err *err);
/* Rejected, expired or withdrawn: back to where it waits, with its age. */
int offer_return(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err);
int offer_expire(struct call *call, const char *id, time_ms at, struct err *err);
/* The agent who is offered it has it from now on; who may accept is for the caller to check. */
int offer_accept(struct call *call, struct ixn *ixn, const struct offer *offer, struct err *err);

/* offers that leave the interaction where it is: to be consulted, to join, to follow (aside.c) */

bool offer_is_aside(const struct offer *offer);
/* Asks an agent to take part; asker and mode may be NULL. */
int offer_aside(struct call *call, const struct ixn *ixn, const char *agent, enum offer_purpose purpose, const char *asker, const char *mode, struct err *err);
int aside_accept(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
/* Rejected, expired, or withdrawn because the session of its agent ended. */
int aside_return(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err);
/* Taken back by who asked, or because the interaction moves on. */
int aside_withdraw(struct call *call, const struct offer *offer, time_ms at, const char *reason, struct err *err);

/* Whether the actor may take it out of its queue: the queue lets agents choose, and this one serves it; who leads may always. */
bool queue_pulls(struct call *call, const struct ixn *ixn);

/* workbins (workbin.c) */

/* May the actor take what lies there in this agent's drawer (keeper NULL: in nobody's)? */
bool workbin_mine(struct call *call, const char *name, const char *keeper);
/*
 * May the actor put it there? keeper_r is whose drawer it gets into (of: the
 * agent named, or NULL), NULL where there are none. E_NO_WORKBIN, E_WORKBIN_CLOSED,
 * E_WORKBIN_READ_ONLY, E_NOT_PERMITTED.
 */
int workbin_admits(struct call *call, const struct ixn *ixn, const char *name, const char *of, const char **keeper_r, struct err *err);
/* Parked there: the agent who had it is released; whose load that was is for the caller to refresh. */
int workbin_put(struct call *call, struct ixn *ixn, const char *name, const char *keeper, time_ms at, struct err *err);
/* Back where it was taken from: 1; it came from no workbin of the site: 0. */
int workbin_return(struct call *call, struct ixn *ixn, time_ms at, struct err *err);

/* Of a draft: into a workbin wherever it was; none is offered to others. Always 1 (draft_keep.c). */
int draft_put_back(struct call *call, struct ixn *ixn, time_ms at, struct err *err);

/* attached and custom data (data.c) */

struct datum {
	const char *ixn, *key, *value, *label;
	int64_t custom, shown;
	const char *text;
	int64_t type, editable;
};
extern const struct record rec_datum;
/* All data of an interaction, what the site displays first, in its order. */
int data_read(struct call *call, const char *ixn, struct records *out, struct err *err);

/* dispositions (disposition.c) */

/* Adds codes to those of an interaction: E_NO_CODE, E_CODE_BARRED. */
int dispositions_set(struct call *call, const struct ixn *ixn, const struct texts *codes, struct err *err);
/* The codes that the actor may set for a medium, in the order of the tree. */
int disposition_choices(struct call *call, const char *medium, struct texts *codes, struct err *err);

#endif

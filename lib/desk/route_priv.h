/*
 * route_priv.h - what the files of routing share: lane.c knows who may get
 * what waits, rules.c what a queue does with what comes and waits, opening.c
 * when it is open, offer.c who is asked, route.c brings the two together.
 */
#ifndef DESK_ROUTE_PRIV_H
#define DESK_ROUTE_PRIV_H

#include "desk/priv.h"
#include "routing/hours.h"
#include "routing/routing.h"

/* lane.c */

struct lane {
	int64_t id;
	const char *medium, *queue, *skills, *agent;
	int64_t members, open;
};
extern const struct record rec_lane;
/* The row in the lane where it is to wait as of then; no event, and nothing is saved. agent: that agent's own lane. */
int lane_enter(struct call *call, struct ixn *ixn, const char *agent, time_ms at, struct err *err);
/* What the queue's skills are in selecting agents; longest idle for what it does not name. */
enum routing_policy queue_policy(const struct queue *queue);

/* rules.c */

/* How long the agent who served the contact last is waited for where the queue does not say. */
#define LAST_AGENT_WAIT MS_MINUTE
/* What has been put in the lane of its queue comes there: that may send it on, end it, or have it wait for one agent first. */
int rules_arrive(struct call *call, struct ixn *ixn, time_ms at, struct err *err);
/* What waits in its queue, again or still: the deadlines of the queue; what is overdue overflows. */
int rules_wait(struct call *call, struct ixn *ixn, time_ms at, struct err *err);
/* How often the queue has widened by then, and what it asks for. */
int rules_widened(struct call *call, const struct queue *queue, const struct ixn *ixn, time_ms at, int64_t *widened_r, const char **skills_r, struct err *err);
/* It waits for nobody in particular any more; then it is for the caller to route. */
int rules_release(struct call *call, struct ixn *ixn, time_ms at, const char *reason, struct err *err);

/* opening.c */

struct calendar {
	const char *zone;
	struct hours *hours;
};
/* By name: 1; 0: the site has none, or one without times. */
int calendar_get(struct call *call, const char *name, struct calendar *calendar_r, struct err *err);
/* A queue without hours is always open. */
int queue_open_at(struct call *call, const struct queue *queue, time_ms at, bool *open_r, struct err *err);
/* After the site changed: which queues are open, and when that changes. */
int opening_rebuild(struct call *call, struct err *err);

/* offer.c */

int offer_make(struct call *call, struct ixn *ixn, const char *agent, const struct decision *decision, struct err *err);

#endif

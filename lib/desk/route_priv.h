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
/* What a queue asks for and the interaction itself, as one expression in canonical form. */
int lane_skills(struct call *call, const char *queue, const char *own, const char **out_r, struct err *err);
/* What the queue's skills are in selecting agents; longest idle for what it does not name. */
enum routing_policy queue_policy(const struct queue *queue);
enum routing_policy lane_policy(const struct lane *lane, const struct queue *queue);
/* What an agent is to a lane. */
struct serving {
	const char *agent, *queues; /* NULL: serves every queue */
	int64_t ord;
	bool member;         /* of its queue */
	bool own;            /* it is this agent's own lane */
	const char *missing; /* the first term of its skills that is not met; NULL: they are */
	int64_t rank;        /* the place among those who serve it */
};
/* Of every agent of the site, those who do not serve it, too. */
int lane_serving(struct call *call, const struct lane *lane, const struct queue *queue, struct serving **v_r, size_t *n_r, struct err *err);

/* route.c */

/* Who would be offered it now, and why: 1; nobody, for its lane is not open: 0. */
int route_pick(struct call *call, const struct ixn *ixn, struct decision *out, struct err *err);

/* rules.c */

/* How long the agent who served the contact last is waited for where the queue does not say. */
#define LAST_AGENT_WAIT MS_MINUTE
/* What has been put in the lane of its queue comes there: that may send it on, end it, or have it wait for one agent first. */
int rules_arrive(struct call *call, struct ixn *ixn, time_ms at, struct err *err);
/* What waits in its queue, again or still: the deadlines of the queue; what is overdue overflows. */
int rules_wait(struct call *call, struct ixn *ixn, time_ms at, struct err *err);
/* How often the queue has widened by then, and what it asks for. */
int rules_widened(struct call *call, const struct queue *queue, const struct ixn *ixn, time_ms at, int64_t *widened_r, const char **skills_r, struct err *err);
/* When it has waited long enough in its queue; INT64_MAX: never. While it waits for one agent it is that one's. */
time_ms rules_overflow_at(const struct queue *queue, const struct ixn *ixn);
/* It waits for nobody in particular any more; then it is for the caller to route. */
int rules_release(struct call *call, struct ixn *ixn, time_ms at, const char *reason, struct err *err);

/* weigh.c */

/* An agent of the site as a candidate for what waits. */
struct weighed {
	struct serving is;
	struct texts media;        /* logged in for these; none: not logged in */
	const struct presence *on; /* on its medium; NULL: not logged in for it */
	time_ms excluded_until;
	struct candidate as;
	enum routing_why why;
};
struct weighing {
	struct lane lane;
	const struct queue *queue;
	enum routing_policy policy;
	struct weighed *v;
	size_t n;
	struct decision decision;
};
/*
 * All of them, and what is decided about what waits. Whatever could be offered
 * has been: one who is chosen here ought to have it.
 */
int route_weigh(struct call *call, const struct ixn *ixn, struct weighing *out, struct err *err);

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

/*
 * replay.h - a past period's arrivals once more, through any rules and staff.
 *
 * Pure: what came, who was there and how the queues are set go in; what would
 * have become of each interaction comes out. Who gets what is decided by
 * routing.h and skills.h, as at the desk; here time is kept, and who waits and
 * who is free. The same input gives the same result, in whatever order its
 * rows are listed: what happens in one millisecond happens in the order of
 * enum moment_kind, then of ids and names.
 *
 * What this cannot know is taken as it was: an interaction keeps its handling
 * time whoever has it, a contact who left leaves after as long, an agent who
 * was ready is. Nobody declines or misses an offer, and what agents pull from
 * a queue that does not push they are taken to pull as it would be pushed.
 *
 * Strings are borrowed and must outlive the result; NULL and "" are the same.
 */
#ifndef ROUTING_REPLAY_H
#define ROUTING_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clock.h"
#include "routing/routing.h"
#include "routing/skills.h"

struct arena;
struct err;
struct hours;

/* One way through a queue to an agent and out again; a transfer is one more. */
struct replay_leg {
	const char *queue;
	const char *skills; /* asked for beside those of the queue */
	const char *agent;  /* for this agent alone while that one is logged in, or where there is no queue */
	int64_t response;   /* from the offer to the answer */
	int64_t handling;   /* until the contact is gone; below 0: it was gone before, so long ago, when the period begins */
	int64_t wrap;       /* and until the agent has finished it */
};

struct replay_item {
	const char *id; /* no two are the same */
	time_ms at;     /* when it was first queued; what came before the period is worked off, but not counted */
	const char *medium, *contact;
	int64_t priority;
	bool online;      /* the contact is connected: a closed queue can turn it away */
	int64_t patience; /* left unanswered the contact is gone after so long; INT64_MAX: never */
	/* This agent has it, or is asked to, from then on, and it is no arrival: what was in hand when the period began, what agents began themselves. */
	const char *held;
	time_ms held_from;
	const struct replay_leg *leg;
	size_t n_legs;
};

/* Logged in for a medium; ready: and takes what comes. */
struct replay_shift {
	const char *medium;
	bool ready;
	time_ms from, until; /* until: not any more */
	time_ms idle_since;  /* where it is ready: then, or when the period begins */
};

struct replay_agent {
	const char *name;
	int64_t rank; /* where a queue asks the first in the list: the lowest */
	const struct skill *skill;
	size_t n_skills;
	const char *const *queue; /* the queues served; NULL: all */
	size_t n_queues;
	struct capacity capacity;
	const struct replay_shift *shift;
	size_t n_shifts;
};

/* From then on the queue asks for these skills instead of its own. */
struct replay_widen {
	int64_t after;
	const char *skills;
};

enum replay_closed { REPLAY_HOLD,
		     REPLAY_MOVE,
		     REPLAY_TURN_AWAY };
enum replay_last { REPLAY_LAST_OFF,
		   REPLAY_LAST_MEMBER,
		   REPLAY_LAST_ALWAYS };

struct replay_queue {
	const char *name, *skills;
	double ageing;
	enum routing_policy policy;
	bool auto_answer, overflow_nobody;
	const struct replay_widen *widen; /* by after, the shortest first */
	size_t n_widen;
	const char *overflow_to;
	int64_t overflow_after, overflow_length; /* -1: never */
	struct hours *hours;                     /* NULL: always open */
	const char *closed_to;
	enum replay_closed closed;
	enum replay_last last;
	int64_t last_wait;
	int64_t wrap_up; /* for so long, or until it is finished, its agent takes nothing new of the medium; -1: for no time */
};

/* Who served a contact last before the period, in which interaction: what came before that one changes nothing. */
struct replay_contact {
	const char *contact, *agent, *id;
};

struct replay {
	time_ms from, until; /* what comes at until is not in the period */
	const struct replay_item *item;
	size_t n_items;
	const struct replay_agent *agent;
	size_t n_agents;
	const struct replay_queue *queue;
	size_t n_queues;
	const struct replay_contact *contact;
	size_t n_contacts;
	/* May be NULL; called about a hundred times. */
	void (*progress)(void *context, size_t done, size_t n);
	void *context;
};

enum replay_end { REPLAY_WAITING, /* still, at the end of the period */
		  REPLAY_ANSWERED,
		  REPLAY_ABANDONED,
		  REPLAY_TURNED_AWAY };

struct replay_fate {
	int64_t waited;    /* until it was answered, abandoned or the period ended */
	const char *agent; /* who answered */
	enum replay_end end;
	bool overflowed;
};

struct replay_time {
	int64_t here; /* logged in, or not done with the work in hand */
	int64_t busy; /* with at least one in hand: answered, and not done */
};

struct replay_result {
	struct replay_fate *fate; /* of each item, in the order given */
	struct replay_time *time; /* of each agent, likewise */
};

/* E_BAD_SKILLS. */
int replay_run(const struct replay *in, struct arena *arena, struct replay_result *result_r, struct err *err) ATTR_MUSTUSE;

/*
 * Service levels. Those of waiting are of what was answered, by the nearest
 * rank; -1 where nothing was.
 */
struct replay_figures {
	const char *queue; /* where it arrived; "" for no queue, NULL in the total */
	int64_t arrivals, answered, abandoned, turned_away, waiting, overflowed;
	int64_t median, p90, mean, max;
	double within;    /* the share of the arrivals that was answered within the threshold; NaN where nothing arrived */
	double occupancy; /* busy / here of the agents who serve the queue; NaN where nobody was there */
};

/*
 * For each queue that in names, by name, and for each other in which something
 * arrived; the total last. The result may be that of replay_run, or a record
 * of what happened.
 */
int replay_figures(const struct replay *in, const struct replay_result *result, int64_t threshold, struct arena *arena,
		   struct replay_figures **figures_r, size_t *n_r, struct err *err) ATTR_MUSTUSE;

#endif

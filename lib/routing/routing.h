/*
 * routing.h - who gets what, and why not the others.
 *
 * Pure: time, items, agents and rules come in, a decision comes out; the same
 * input gives the same decision, in whatever order the candidates are listed
 * (ROUTING_ORDER apart). Nothing is allocated but by routing_decision_json; all
 * strings are borrowed and must outlive what points at them. Any number of
 * threads. Nothing fails.
 *
 * Priority and ageing are those of domain.md 4.2: a point of priority is worth
 * a minute of waiting (Genesys Cloud); a queue ages at its own pace (the factor
 * of Bright Pattern: 0.5, 1, ... 100).
 */
#ifndef ROUTING_ROUTING_H
#define ROUTING_ROUTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct arena;
struct buf;

/*
 * The score of an item, in minutes:
 *	priority + ageing * (now - queued_at) / MS_MINUTE
 * Within a lane all age alike, so their order never changes and one number,
 * stored, serves for ever: the item's key, in milliseconds, smaller first:
 *	queued_at - priority * MS_MINUTE / ageing
 *	score = ageing * (now - key) / MS_MINUTE
 * queued_at is when it was first queued: who comes back keeps the age.
 * ageing: points a minute; taken into ROUTING_AGEING_MIN to _MAX, and as 1
 * where it is not above 0. A key stays within +-2^53, so it is exact everywhere.
 */
#define ROUTING_AGEING_MIN 1e-3
#define ROUTING_AGEING_MAX 1e3
int64_t routing_sort_key(time_ms queued_at, int64_t priority, double ageing);
double routing_score(time_ms now, int64_t key, double ageing);

/*
 * The first millisecond at which item a scores higher than b, and from which it
 * always will: b may be ahead before. INT64_MAX: never (a ages more slowly,
 * or alike and is not older), INT64_MIN: at all times.
 */
time_ms routing_overtakes_at(int64_t key_a, double ageing_a, int64_t key_b, double ageing_b);

/*
 * How much an agent may have at once. A rule is for one medium, named once; a
 * medium without a rule gets nothing. No rule at all means one voice call and
 * nothing else, as the trade has it. One more of a medium fits when all that
 * its rule says allows it:
 *	count		fewer of it than max
 *	condition	unless is not fulfilled by the load, media being the
 *			skills and their counts the levels: "email | voice>=1"
 *	shares		at least needs percent are free of all that is in
 *			hand, each of which takes its percentage
 */
#define ROUTING_MEDIA 16
#define ROUTING_ROOM_MAX 10000

struct skills;

struct capacity_rule {
	const char *medium;
	int max;                     /* below 0: not counted */
	const struct skills *unless; /* NULL: no condition */
	int takes, needs;            /* percent; needs 0: shares are not looked at */
};

struct capacity {
	size_t n;
	struct capacity_rule rule[ROUTING_MEDIA];
};

/* What counts: offers, active interactions, wrap-up. Entries of one medium add up. */
struct load {
	size_t n;
	struct {
		const char *medium;
		int count;
	} of[ROUTING_MEDIA];
};

/* How many more of this medium fit, one after the other; at most ROUTING_ROOM_MAX, 0 also where there are too many already. */
int routing_room(const struct capacity *capacity, const struct load *load, const char *medium);

/* What keeps one more of this medium away: the first that does, in this order. */
enum routing_limit {
	LIMIT_NONE,
	LIMIT_NO_RULE, /* no rule at all, and this is not the one voice call */
	LIMIT_MEDIUM,  /* no rule for this medium */
	LIMIT_COUNT,
	LIMIT_SHARES,
	LIMIT_CONDITION,
	ROUTING_LIMITS,
};

/* "no_rule", "medium", "count", "shares", "condition"; "" for none. */
const char *routing_limit_name(enum routing_limit limit);

struct routing_limited {
	enum routing_limit limit;
	const struct capacity_rule *rule; /* NULL without one for the medium */
	int count;                        /* of it in hand */
	int64_t spare;                    /* percent; below 0 where more is taken than there is */
};
void routing_limited(const struct capacity *capacity, const struct load *load, const char *medium, struct routing_limited *out);

/* What became of a candidate. The order is that of the table in routing.c. */
enum routing_why {
	ROUTING_CHOSEN,
	/* Could have been chosen: */
	ROUTING_LOWER_SCORE,
	ROUTING_LESS_IDLE,
	ROUTING_MORE_LOADED,
	ROUTING_WORSE_FIT,
	ROUTING_LATER, /* further down in the order given */
	ROUTING_TIE,   /* equal, and later by id or name */
	/* Could not: */
	ROUTING_CLOSED, /* its queue is, or does not push */
	ROUTING_LOGGED_OUT,
	ROUTING_NOT_ON_MEDIUM, /* logged in for others only */
	ROUTING_NOT_READY,
	ROUTING_NOT_MEMBER, /* does not serve the queue */
	ROUTING_UNSKILLED,
	ROUTING_EXCLUDED, /* refused or missed it a short while ago */
	ROUTING_RESERVED, /* for another agent */
	ROUTING_FULL,     /* no room for the medium */
	ROUTING_WHYS,
};

/* "chosen", "lower_score" ...: the contract of JSON. */
const char *routing_why_name(enum routing_why why);

#define ROUTING_BEST 8

struct verdict {
	const char *id; /* of the item; the agent's name */
	size_t at;      /* its place in the input */
	enum routing_why why;
	double score; /* items: minutes */
	/* Agents: milliseconds, not below 0; and what else they are chosen by. */
	int64_t idle;
	int load, fit;
};

enum routing_policy {
	ROUTING_LONGEST_IDLE, /* the default */
	ROUTING_LEAST_LOADED, /* then longest idle */
	ROUTING_BEST_FIT,     /* then longest idle */
	ROUTING_ORDER,        /* the first in the list */
	ROUTING_POLICIES,
};

/* "longest-idle", "least-loaded", "best-fit", "order". */
const char *routing_policy_name(enum routing_policy policy);
/* False: no such policy. */
bool routing_policy_parse(const char *name, enum routing_policy *policy_r);

struct decision {
	bool agents;                /* the candidates were agents */
	enum routing_policy policy; /* by which agents are chosen */
	const char *chosen;         /* best[0].id, or NULL: nobody, nothing */
	size_t n;                   /* of candidates */
	size_t n_best;
	struct verdict best[ROUTING_BEST]; /* the chosen first, the barred last */
	size_t counts[ROUTING_WHYS];       /* of all candidates */
};

/* An item near the head of a lane that the agent serves. */
struct head {
	const char *id;
	int64_t lane;
	const char *queue; /* for the caller; not looked at */
	int64_t key;
	double ageing;          /* of its queue */
	time_ms excluded_until; /* this agent is excluded before then; 0: no */
	bool reserved;          /* for another agent, now */
	bool not_ready;         /* the agent is not, for its medium */
	bool full;              /* the agent has no room for its medium */
	bool closed;            /* its queue is, or does not push */
};

struct heads {
	time_ms now;
	const struct head *head;
	size_t n;
};

/* The next item for an agent: highest score, ties by id. */
void routing_pick_item(const struct heads *in, struct decision *out);

/* An agent who might get the item. */
struct candidate {
	const char *name;
	time_ms idle_since; /* when the last work ended */
	int load;           /* interactions of all media, or what the caller weighs */
	int room;           /* routing_room for the item's medium */
	int fit;            /* skills_fit; SKILLS_UNFIT bars */
	bool logged_in;
	bool not_on_medium;     /* logged in, but not for the item's medium */
	bool ready;             /* for the item's medium */
	time_ms excluded_until; /* from this item; 0: not excluded */
	bool not_member;        /* does not serve the item's queue */
	bool reserved;          /* the item is, for another agent */
};

struct candidates {
	time_ms now;
	enum routing_policy policy;
	const struct candidate *agent;
	size_t n;
	bool closed; /* the item's queue is, or does not push: nobody gets it */
};

/* The best agent for an item; ties by name. */
void routing_pick_agent(const struct candidates *in, struct decision *out);
/* What became of candidate i in the decision about them, also where it is not one of the best. */
enum routing_why routing_agent_why(const struct candidates *in, const struct decision *decision, size_t i);

/*
 * Appends {"chosen":ID,"best":[{"id","score","why"}],"counts":{WHY:N}}, without
 * spaces; agents have "idle" (milliseconds) for "score" (minutes, rounded to
 * thousandths), beside it "load" or "fit" where they are chosen by that, and
 * the decision has their "policy"; reasons that nobody had are not counted.
 */
void routing_decision_json(const struct decision *decision, struct buf *out);
/* Reads that, or what an older version wrote; at and n are not kept. False: it is none. */
bool routing_decision_parse(struct arena *arena, const char *text, struct decision *out);

#endif

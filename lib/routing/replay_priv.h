/*
 * replay_priv.h - the world of a replay, shared by its files: replay_world.c
 * builds it, replay_lanes.c keeps who waits and who is free, replay_rules.c
 * says where something waits, replay.c lets time pass.
 *
 * Agents, queues and items are numbers: agents and queues in the order of their
 * names, items in that of their ids, so that a tie by name is one by number.
 */
#ifndef ROUTING_REPLAY_PRIV_H
#define ROUTING_REPLAY_PRIV_H

#include "base/arena.h"
#include "routing/hours.h"
#include "routing/replay.h"

#define NONE UINT32_MAX

/* Each different text a number, from 0 on. */
struct words {
	const char **v;
	size_t n, cap;
	uint32_t *slot;
	size_t slots;
};
uint32_t replay_word(struct arena *arena, struct words *words, const char *text);
uint32_t replay_word_find(const struct words *words, const char *text);
/* The same words, numbered in the order of their bytes. */
void replay_words_sort(struct arena *arena, struct words *words);

/* What happens in one millisecond, in this order: deadlines, as the desk settles them; then who becomes free, then who comes. */
enum moment_kind {
	MOMENT_HOURS, /* a queue opens or closes */
	MOMENT_OVERFLOW,
	MOMENT_WRAPPED, /* after-call work is over, though it may not be finished */
	MOMENT_RELEASE, /* it has waited long enough for one agent */
	MOMENT_WIDEN,
	MOMENT_WRAP, /* the contact is gone */
	MOMENT_DONE,
	MOMENT_ANSWER,
	MOMENT_SHIFT,
	MOMENT_LEAVE,
	MOMENT_ARRIVE,
};

struct moment {
	time_ms at;
	uint32_t kind, who;
	uint32_t turn; /* of an item: it has moved on where this is another */
};

/*
 * A lane: what waits on one medium, in one queue, with one set of skills asked
 * for, or for one agent alone. The waiting are a heap by key, then by number.
 */
struct lane {
	uint32_t medium, queue, agent; /* queue, agent: NONE where it has none */
	const struct skills *expr;
	double ageing;
	enum routing_policy policy;
	uint64_t *members; /* a bit for each agent */
	int *fit;          /* of each agent; NULL where it does not count */
	uint32_t *heap;
	size_t n, cap;
	size_t busy_at; /* its place in world.busy; SIZE_MAX: not there */
};

struct item {
	const struct replay_item *in;
	struct replay_fate *fate;
	uint32_t medium, contact;
	uint32_t leg, queue, widened;
	uint32_t lane, agent, turn;
	bool wrapping; /* its agent does after-call work behind it, begun in the shift of this number */
	int shift;
	time_ms left;    /* when the contact is gone */
	bool reserved;   /* for the agent who served the contact last */
	size_t at;       /* its place in the heap of its lane */
	time_ms entered; /* its queue */
	int64_t key;
	enum { ITEM_COMING,
	       ITEM_WAITING,
	       ITEM_OFFERED,
	       ITEM_HELD,
	       ITEM_GONE } state;
};

/* A shift begins or ends. */
struct edge {
	time_ms at, idle_since;
	uint32_t medium;
	bool ready;
	int by;
};

struct on_medium {
	int logged_in, ready, load, room, wrapping;
	int shift; /* how many have ended: what was begun in an earlier one is no after-call work any more */
	bool free;
	time_ms idle_since;
};

struct worker {
	const struct replay_agent *in;
	struct replay_time *time;
	uint64_t *queues; /* a bit for each */
	struct on_medium *on;
	struct edge *edge;
	size_t n_edges, next;
	int logged_in, in_hand;
	time_ms here_since, busy_since;
};

/* The free agents of a medium, the longest idle first. */
struct idle {
	uint32_t *agent;
	size_t n;
};

struct place {
	const struct replay_queue *in;
	bool open;
	size_t waiting; /* in its lanes */
};

/* Who had the latest interaction of a contact that anybody had; NONE: nobody. */
struct last {
	uint32_t agent, item;
};

struct world {
	const struct replay *in;
	struct arena *arena;
	time_ms now;
	struct words media, queues, agents, contacts, skills;
	struct worker *worker;
	size_t n_workers;
	struct place *place;
	size_t n_places;
	struct item *item;
	size_t n_items, arrived;
	struct last *last; /* of each contact */
	struct idle *idle; /* of each medium */
	VEC(struct lane)
	lanes;
	struct words lane_names;
	VEC(uint32_t)
	busy; /* lanes in which something waits and that are open */
	VEC(struct moment)
	moments;
	/* For one decision at a time. */
	struct candidate *candidate;
	uint32_t *candidate_agent;
	VEC(struct head)
	heads;
	struct err *err;
	bool failed; /* err says why */
	bool quiet;  /* nothing is offered yet */
};

static inline const struct replay_leg *
leg_of(const struct item *item)
{
	return &item->in->leg[item->leg];
}

void replay_build(struct world *w, struct replay_result *result);
const char *replay_text(const char *text);

void replay_at(struct world *w, time_ms at, enum moment_kind kind, uint32_t who);
bool replay_next(struct world *w, struct moment *m_r);
void replay_lane_add(struct world *w, uint32_t lane, uint32_t item);
void replay_lane_remove(struct world *w, uint32_t item);
/* Of two in one queue: a comes before b. */
bool replay_ahead(const struct world *w, uint32_t a, uint32_t b);
/* Its queue opened or closed, or its first item came or its last one went: agents are shown it, or not. */
void replay_lane_shown(struct world *w, uint32_t lane);
/* Idle since then, where that is later; the agent is to be refreshed. */
void replay_idle(struct world *w, uint32_t agent, uint32_t medium, time_ms since);
/* Who has more or less in hand, or a shift that begins or ends: room and free anew. */
void replay_refresh(struct world *w, uint32_t agent);

/* Its leg brings it to a queue, or to one agent; offered at once to whoever is free for it. */
void replay_arrive(struct world *w, uint32_t item);
/* What waits for an agent alone who has gone, or is not ready any more, goes to its queue. */
void replay_away(struct world *w, uint32_t agent);
void replay_begin(struct world *w);
void replay_deadline(struct world *w, const struct moment *m);

/* Offers a waiting item to the best of the agents who are free for it, if any. */
void replay_route_item(struct world *w, uint32_t item);

#define WORDS_OF(n) (((n) + 63) / 64)
#define BIT_GET(set, i) ((set)[(i) / 64] >> ((i) % 64) & 1)
#define BIT_SET(set, i) ((set)[(i) / 64] |= UINT64_C(1) << ((i) % 64))

#endif

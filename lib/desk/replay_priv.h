/*
 * replay_priv.h - a past period, between the files of ixn.replay: what was
 * recorded (replay_record.c, replay_way.c, replay_presence.c), the rules of a
 * site (replay_site.c), and what becomes of the one under the other (replay.c).
 */
#ifndef DESK_REPLAY_PRIV_H
#define DESK_REPLAY_PRIV_H

#include "desk/priv.h"
#include "routing/replay.h"

/* When an agent was there. */
struct past_agent {
	const char *name;
	const struct replay_shift *shift;
	size_t n_shifts;
};

/* When an agent last finished something of a medium, before the period. */
struct past_idle {
	const char *agent, *medium;
	int64_t at;
};

struct past {
	time_ms since, until;
	/* Arrivals, and what agents had in hand without one. */
	VEC(struct replay_item)
	items;
	/* Of each item: what became of it. */
	VEC(struct replay_fate)
	fates;
	/* Of the items: how long each took, and those of which a length is below 0: -1 - at least so long. */
	VEC(struct replay_leg *)
	known;
	VEC(struct replay_leg *)
	unknown;
	/* All that agents had in hand, when they had it. */
	VEC(struct replay_item)
	work;
	VEC(struct past_idle)
	idle;
	VEC(struct past_agent)
	agents; /* by name */
	VEC(struct replay_contact)
	contacts;
	size_t arrivals; /* within the period */
};

/* The rows of an interaction. */

struct past_ixn {
	const char *id, *medium, *contact, *origin_queue, *queue, *skills;
	int64_t priority, direction, state, queued, answered, ended, done, reason;
};
/* A segment, an offer that was accepted or taken back, or a part in it: an agent, from then till then. */
struct span {
	const char *ixn, *agent;
	int64_t started, ended, accepted;
};
struct spans {
	const struct span *v;
	size_t n;
};
/* Where it went, or what it asked for when it came. */
struct move {
	int64_t at;
	const char *event, *ref, *reason;
};
extern const struct record rec_past_move;
struct way {
	const struct past_ixn *ixn;
	struct spans segments, offers, parties;
	struct records moves;
};
void past_add(struct past *past, const struct way *way, struct arena *arena, time_ms now);

/* Told of what takes long; reading is a run like the others. */
#define PAST_RUNS 4
void past_progress(struct call *call, size_t done, size_t n);

/* The record of a period; contacts: also who served them last before. */
int past_read(struct call *call, struct past *past, bool contacts, struct err *err);
/* When each of these agents was there; the names are sorted for it. */
int past_presence(struct call *call, struct past *past, struct texts *names, struct err *err);
/* NULL: nobody of that name was there. */
const struct past_agent *past_agent(const struct past *past, const char *name);

/* A site's rules, as they stand in the transaction. */
struct rules {
	VEC(struct replay_agent)
	agents;
	VEC(struct replay_queue)
	queues;
	VEC(int64_t)
	priorities; /* of each queue: what enters it gets */
	VEC(struct texts)
	media; /* of each agent: those of a login that names none */
};
int replay_rules(struct call *call, struct rules *rules, struct err *err);

#endif

/*
 * replay_priv.h - a past period, between the files of ixn.replay: what was
 * recorded (replay_record.c), the rules of a site (replay_site.c), and what
 * becomes of the one under the other (replay.c).
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

struct past {
	time_ms since, until;
	/* Arrivals, and what agents had in hand without one. */
	VEC(struct replay_item)
	items;
	/* Of each item: what became of it. */
	VEC(struct replay_fate)
	fates;
	/* All that agents had in hand, when they had it. */
	VEC(struct replay_item)
	work;
	VEC(struct replay_leg *)
	legs; /* of the items; handling and response are below 0 where nobody knows them */
	VEC(struct past_agent)
	agents; /* by name */
	VEC(struct replay_contact)
	contacts;
	size_t arrivals; /* within the period */
};

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

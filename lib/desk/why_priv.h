/*
 * why_priv.h - what an interaction's routing is told by: why_past.c how it came
 * to be where it is, why.c how that is and what comes, why_words.c how it is said.
 */
#ifndef DESK_WHY_PRIV_H
#define DESK_WHY_PRIV_H

#include "desk/route_priv.h"
#include "desk/why.h"

enum why_word {
#define WHY(symbol, word, doc) WHY_##symbol,
#define SAYS(word, given, sentence)
#include "desk/why.def"
#undef WHY
#undef SAYS
};

/* Those of lib/routing come first, in its order. */
#define WHY_OF(routing_why) ((int64_t)(routing_why))

struct why {
	int64_t at;
	const char *about;
	int64_t why;
	const char *detail, *ixn, *agent, *queue;
	int64_t chosen, fault;
	const char *offer, *other, *purpose, *state, *reason, *pending;
	int64_t since, until;
	const char *medium;
	struct texts media, queues;
	const char *skills, *missing;
	double score;
	int64_t place, length, ahead, idle, load, fit, room;
	const char *policy;
	int64_t considered;
	const char *winner;
	double winner_score;
	int64_t winner_idle, winner_load, winner_fit;
	const char *capacity, *limit;
	int64_t max;
	const char *unless;
	int64_t needs, spare;
	struct pairs in_hand, counts;
	int64_t step;
	const char *actor;
};

/* What is told of one interaction, in order. */
struct telling {
	struct call *call;
	const struct ixn *ixn;
	VEC(struct why *)
	all;
};

/* One more; about is borrowed. */
struct why *why_tell(struct telling *t, time_ms at, const char *about, enum why_word word);
/* "agent:alice" */
const char *why_about(const struct telling *t, const char *kind, const char *name);
/* A score as decisions are kept with: rounded to thousandths. */
double why_score(time_ms now, int64_t key, double ageing);
/* Says it in English, too. */
void why_say(struct telling *t, struct why *w);

/* How it came to be where it is (why_past.c). */
int why_past(struct telling *t, struct err *err);

/* One that waits. */
struct waiting {
	struct telling *t;
	struct call *call;
	const struct ixn *ixn;
	struct weighing w;
	double ageing;
	bool open;      /* its queue is, by its hours */
	time_ms change; /* when that changes; INT_ABSENT: nothing in sight */
	time_ms drain;  /* it has opened, and what waits is offered bit by bit; INT_ABSENT: not so */
	time_ms kept;   /* until when it is kept for one agent; INT_ABSENT: no end */
};

/* Each agent's verdict (why_agents.c), and why a queue offers nothing at all. */
int why_agents(struct waiting *s, struct err *err);
void why_shut(const struct waiting *s, struct why *w);
/* What comes by itself (why_next.c), and how many lanes beside its own have something before it. */
int why_next(struct waiting *s, struct err *err);
int why_ahead(struct waiting *s, int64_t *n_r, struct err *err);

#endif

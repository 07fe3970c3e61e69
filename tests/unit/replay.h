/*
 * replay.h - for tests of lib/routing/replay.h: a replay that is put together
 * piece by piece, from queue "q" on.
 */
#ifndef TESTS_REPLAY_H
#define TESTS_REPLAY_H

#include "base/arena.h"
#include "base/err.h"
#include "routing/replay.h"
#include "tests/unit/tap.h"

#define T INT64_C(1795251600000) /* 2026-11-21T09:00Z */
#define AT(seconds) (T + (seconds)*MS_SECOND)
#define S(seconds) ((seconds)*MS_SECOND)
#define DAY (T + MS_DAY)

enum { MAX = 4096 };
static struct arena *arena;
static struct replay in;
static struct replay_item items[MAX];
static struct replay_leg legs[MAX];
static struct replay_agent agents[256];
static struct replay_shift shifts[256][8];
static struct skill skills[256][8];
static struct replay_queue queues[32];
static struct replay_result result;

static inline struct replay_queue *
add_queue(const char *name, const char *needs)
{
	struct replay_queue *q = &queues[in.n_queues++];

	*q = (struct replay_queue){ .name = name, .skills = needs, .ageing = 1, .overflow_after = -1, .overflow_length = -1, .wrap_up = -1 };
	return q;
}

static inline void
fresh(void)
{
	arena_reset(arena);
	in = (struct replay){ .from = T, .until = DAY, .item = items, .agent = agents, .queue = queues };
	add_queue("q", NULL);
}

static inline struct replay_agent *
add_agent(const char *name, const char *medium, int max, time_ms from, time_ms until)
{
	struct replay_agent *a = &agents[in.n_agents];
	struct replay_shift *s = shifts[in.n_agents];

	s[0] = (struct replay_shift){ medium, false, from, until, 0 };
	s[1] = (struct replay_shift){ medium, true, from, until, from };
	*a = (struct replay_agent){ .name = name, .skill = skills[in.n_agents], .shift = s, .n_shifts = 2 };
	a->capacity.n = 1;
	a->capacity.rule[0] = (struct capacity_rule){ .medium = medium, .max = max };
	in.n_agents++;
	return a;
}

static inline void
add_skill(struct replay_agent *a, const char *name, int level)
{
	skills[a - agents][a->n_skills++] = (struct skill){ name, level };
}

static inline struct replay_item *
add_item(const char *queue, int seconds, int handling)
{
	struct replay_item *item = &items[in.n_items];
	struct replay_leg *leg = &legs[in.n_items];

	*leg = (struct replay_leg){ .queue = queue, .handling = S(handling) };
	*item = (struct replay_item){ .id = arena_printf(arena, "i%05zu", in.n_items), .at = AT(seconds), .medium = "chat", .online = true, .patience = INT64_MAX, .leg = leg, .n_legs = 1 };
	in.n_items++;
	return item;
}

static inline void
run(void)
{
	struct err err = { 0 };

	if (replay_run(&in, arena, &result, &err) < 0)
		ok(false, "the replay runs: %s", err_name(err.code));
}

#endif

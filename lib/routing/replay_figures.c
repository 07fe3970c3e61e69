/*
 * Service levels: what is counted of what became of each interaction.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "routing/replay_priv.h"

struct tally {
	struct replay_figures figures;
	int64_t within, sum;
	VEC(int64_t)
	waits;
	struct replay_time time;
};

static void
count(struct arena *arena, struct tally *t, const struct replay_fate *fate, int64_t threshold)
{
	struct replay_figures *f = &t->figures;
	int64_t *const of[] = {
		[REPLAY_WAITING] = &f->waiting,
		[REPLAY_ANSWERED] = &f->answered,
		[REPLAY_ABANDONED] = &f->abandoned,
		[REPLAY_TURNED_AWAY] = &f->turned_away,
	};

	f->arrivals++;
	++*of[fate->end];
	f->overflowed += fate->overflowed;
	if (fate->end != REPLAY_ANSWERED)
		return;
	t->within += fate->waited <= threshold;
	t->sum += fate->waited;
	vec_push(arena, &t->waits, fate->waited);
}

static int
by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The smallest of which percent in a hundred are not longer. */
static int64_t
rank(const struct tally *t, size_t percent)
{
	return t->waits.v[(t->waits.n * percent + 99) / 100 - 1];
}

static void
finish(struct tally *t)
{
	struct replay_figures *f = &t->figures;

	f->median = f->p90 = f->mean = f->max = -1;
	f->within = f->arrivals ? (double)t->within / (double)f->arrivals : (double)NAN;
	f->occupancy = t->time.here ? (double)t->time.busy / (double)t->time.here : (double)NAN;
	if (!t->waits.n)
		return;
	qsort(t->waits.v, t->waits.n, sizeof(*t->waits.v), by_length);
	f->median = rank(t, 50);
	f->p90 = rank(t, 90);
	f->mean = t->sum / (int64_t)t->waits.n;
	f->max = rank(t, 100);
}

static const char *
queue_of(const struct replay_item *item)
{
	return replay_text(item->n_legs ? item->leg[0].queue : NULL);
}

static bool
counted(const struct replay *in, const struct replay_item *item)
{
	return !item->held && item->at >= in->from && item->at < in->until;
}

static bool
serves(const struct replay_agent *agent, const char *queue, const struct skills *expr)
{
	bool member = !agent->queue;

	for (size_t i = 0; agent->queue && i < agent->n_queues; i++)
		member |= strcmp(agent->queue[i], queue) == 0;
	return member && skills_match(expr, agent->skill, agent->n_skills, NULL);
}

static int
add_times(const struct replay *in, const struct replay_result *result, struct arena *arena, struct tally *t, const char *skills, struct err *err)
{
	const struct skills *expr;

	if (skills_parse(arena, skills, &expr, err) < 0)
		return -1;
	for (size_t a = 0; a < in->n_agents; a++) {
		if (t->figures.queue && !serves(&in->agent[a], t->figures.queue, expr))
			continue;
		t->time.here += result->time[a].here;
		t->time.busy += result->time[a].busy;
	}
	return 0;
}

static void
name_queues(const struct replay *in, struct arena *arena, struct words *queues)
{
	for (size_t i = 0; i < in->n_queues; i++)
		replay_word(arena, queues, in->queue[i].name);
	for (size_t i = 0; i < in->n_items; i++)
		if (counted(in, &in->item[i]))
			replay_word(arena, queues, queue_of(&in->item[i]));
	replay_words_sort(arena, queues);
}

static const char *
skills_of(const struct replay *in, const char *queue)
{
	for (size_t i = 0; queue && i < in->n_queues; i++)
		if (strcmp(in->queue[i].name, queue) == 0)
			return in->queue[i].skills;
	return NULL;
}

int
replay_figures(const struct replay *in, const struct replay_result *result, int64_t threshold, struct arena *arena,
	       struct replay_figures **figures_r, size_t *n_r, struct err *err)
{
	struct words queues = { 0 };
	struct tally *tally;

	name_queues(in, arena, &queues);
	*n_r = queues.n + 1;
	tally = arena_alloc(arena, *n_r * sizeof(*tally));
	*figures_r = arena_alloc(arena, *n_r * sizeof(**figures_r));
	for (size_t i = 0; i < queues.n; i++)
		tally[i].figures.queue = queues.v[i];
	for (size_t i = 0; i < in->n_items; i++) {
		if (!counted(in, &in->item[i]))
			continue;
		count(arena, &tally[replay_word_find(&queues, queue_of(&in->item[i]))], &result->fate[i], threshold);
		count(arena, &tally[queues.n], &result->fate[i], threshold);
	}
	for (size_t i = 0; i < *n_r; i++) {
		if (add_times(in, result, arena, &tally[i], skills_of(in, tally[i].figures.queue), err) < 0)
			return -1;
		finish(&tally[i]);
		(*figures_r)[i] = tally[i].figures;
	}
	return 0;
}

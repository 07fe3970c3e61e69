/*
 * The world of a replay as it stands before anything has happened.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "routing/replay_priv.h"

/* Words. */

static uint32_t
hash(const char *text)
{
	uint32_t h = UINT32_C(2166136261);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT32_C(16777619);
	return h;
}

/* Where it stands, or would. */
static uint32_t *
slot_of(const struct words *words, const char *text)
{
	size_t at = hash(text) & (words->slots - 1);

	while (words->v && words->slot[at] != NONE && strcmp(words->v[words->slot[at]], text) != 0)
		at = (at + 1) & (words->slots - 1);
	return &words->slot[at];
}

static void
words_grow(struct arena *arena, struct words *words)
{
	words->slots = words->slots ? words->slots * 4 : 64;
	words->slot = arena_alloc(arena, words->slots * sizeof(*words->slot));
	memset(words->slot, 0xff, words->slots * sizeof(*words->slot));
	for (size_t i = 0; i < words->n; i++)
		*slot_of(words, words->v[i]) = (uint32_t)i;
}

uint32_t
replay_word(struct arena *arena, struct words *words, const char *text)
{
	uint32_t *slot;

	if (words->n * 2 >= words->slots)
		words_grow(arena, words);
	slot = slot_of(words, text);
	if (*slot == NONE) {
		*slot = (uint32_t)words->n;
		vec_push(arena, words, text);
	}
	return *slot;
}

uint32_t
replay_word_find(const struct words *words, const char *text)
{
	return words->slots ? *slot_of(words, text) : NONE;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
replay_words_sort(struct arena *arena, struct words *words)
{
	struct words sorted = { 0 };

	if (words->n)
		qsort(words->v, words->n, sizeof(*words->v), by_text);
	for (size_t i = 0; i < words->n; i++)
		replay_word(arena, &sorted, words->v[i]);
	*words = sorted;
}

const char *
replay_text(const char *text)
{
	return text ? text : "";
}

/* Queues. */

static const struct replay_queue unknown_queue = { .name = "", .ageing = 1, .overflow_after = -1, .overflow_length = -1, .wrap_up = -1 };

static void
name_queues(struct world *w, const struct replay_queue *q)
{
	replay_word(w->arena, &w->queues, q->name);
	replay_word(w->arena, &w->queues, replay_text(q->overflow_to));
	replay_word(w->arena, &w->queues, replay_text(q->closed_to));
}

static void
build_places(struct world *w)
{
	const struct replay *in = w->in;

	for (size_t i = 0; i < in->n_queues; i++)
		name_queues(w, &in->queue[i]);
	for (size_t i = 0; i < in->n_items; i++)
		for (size_t k = 0; k < in->item[i].n_legs; k++)
			replay_word(w->arena, &w->queues, replay_text(in->item[i].leg[k].queue));
	replay_words_sort(w->arena, &w->queues);
	w->n_places = w->queues.n;
	w->place = arena_alloc(w->arena, (w->n_places + 1) * sizeof(*w->place));
	for (size_t i = 0; i < w->n_places; i++)
		w->place[i].in = &unknown_queue;
	for (size_t i = 0; i < in->n_queues; i++)
		w->place[replay_word_find(&w->queues, in->queue[i].name)].in = &in->queue[i];
}

/* Agents. */

static int
by_edge(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->medium != y->medium)
		return x->medium < y->medium ? -1 : 1;
	if (x->ready != y->ready)
		return y->ready ? -1 : 1;
	return x->by != y->by ? (x->by < y->by ? -1 : 1) : (x->idle_since > y->idle_since) - (x->idle_since < y->idle_since);
}

static void
build_edges(struct world *w, struct worker *worker)
{
	const struct replay_agent *in = worker->in;

	worker->edge = arena_alloc(w->arena, (in->n_shifts * 2 + 1) * sizeof(*worker->edge));
	for (size_t i = 0; i < in->n_shifts; i++) {
		const struct replay_shift *s = &in->shift[i];
		uint32_t medium = replay_word_find(&w->media, s->medium);

		if (s->from >= s->until)
			continue;
		worker->edge[worker->n_edges++] = (struct edge){ s->from, s->idle_since, medium, s->ready, 1 };
		worker->edge[worker->n_edges++] = (struct edge){ s->until, s->idle_since, medium, s->ready, -1 };
	}
	qsort(worker->edge, worker->n_edges, sizeof(*worker->edge), by_edge);
}

static void
build_worker(struct world *w, const struct replay_agent *in, struct replay_time *time)
{
	struct worker *worker = &w->worker[replay_word_find(&w->agents, in->name)];

	worker->in = in;
	worker->time = time;
	worker->on = arena_alloc(w->arena, (w->media.n + 1) * sizeof(*worker->on));
	worker->queues = arena_alloc(w->arena, (WORDS_OF(w->n_places) + 1) * sizeof(*worker->queues));
	for (size_t i = 0; i < in->n_queues; i++) {
		uint32_t queue = replay_word_find(&w->queues, in->queue[i]);

		if (queue != NONE)
			BIT_SET(worker->queues, queue);
	}
	for (size_t m = 0; m < w->media.n; m++)
		worker->on[m].idle_since = INT64_MIN;
	build_edges(w, worker);
}

static void
build_workers(struct world *w, struct replay_time *time)
{
	const struct replay *in = w->in;

	for (size_t i = 0; i < in->n_agents; i++)
		replay_word(w->arena, &w->agents, in->agent[i].name);
	replay_words_sort(w->arena, &w->agents);
	w->n_workers = w->agents.n;
	w->worker = arena_alloc(w->arena, (w->n_workers + 1) * sizeof(*w->worker));
	w->candidate_agent = arena_alloc(w->arena, (w->n_workers + 1) * sizeof(*w->candidate_agent));
	w->candidate = arena_alloc(w->arena, (w->n_workers + 1) * sizeof(*w->candidate));
	for (size_t i = 0; i < in->n_agents; i++)
		build_worker(w, &in->agent[i], &time[i]);
}

static void
build_media(struct world *w)
{
	const struct replay *in = w->in;

	for (size_t i = 0; i < in->n_items; i++)
		replay_word(w->arena, &w->media, in->item[i].medium);
	for (size_t i = 0; i < in->n_agents; i++)
		for (size_t k = 0; k < in->agent[i].n_shifts; k++)
			replay_word(w->arena, &w->media, in->agent[i].shift[k].medium);
	replay_words_sort(w->arena, &w->media);
	w->idle = arena_alloc(w->arena, (w->media.n + 1) * sizeof(*w->idle));
	for (size_t m = 0; m < w->media.n; m++)
		w->idle[m].agent = arena_alloc(w->arena, (in->n_agents + 1) * sizeof(*w->idle[m].agent));
}

/* Items. */

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->in->id, ((const struct item *)b)->in->id);
}

static void
build_items(struct world *w, struct replay_fate *fate)
{
	const struct replay *in = w->in;

	w->n_items = in->n_items;
	w->item = arena_alloc(w->arena, (w->n_items + 1) * sizeof(*w->item));
	for (size_t i = 0; i < w->n_items; i++)
		w->item[i] = (struct item){ .in = &in->item[i], .fate = &fate[i], .lane = NONE, .agent = NONE, .contact = NONE };
	qsort(w->item, w->n_items, sizeof(*w->item), by_id);
	for (size_t i = 0; i < w->n_items; i++) {
		struct item *item = &w->item[i];

		item->medium = replay_word_find(&w->media, item->in->medium);
		if (item->in->contact && *item->in->contact)
			item->contact = replay_word(w->arena, &w->contacts, item->in->contact);
	}
}

/* The first item whose id is greater. */
static uint32_t
first_behind(const struct world *w, const char *id)
{
	size_t low = 0, high = w->n_items;

	while (id && low < high) {
		size_t mid = (low + high) / 2;

		if (strcmp(w->item[mid].in->id, id) > 0)
			high = mid;
		else
			low = mid + 1;
	}
	return (uint32_t)low;
}

static void
build_contacts(struct world *w)
{
	const struct replay *in = w->in;

	w->last = arena_alloc(w->arena, (w->contacts.n + 1) * sizeof(*w->last));
	for (size_t i = 0; i < w->contacts.n; i++)
		w->last[i] = (struct last){ NONE, 0 };
	for (size_t i = 0; i < in->n_contacts; i++) {
		uint32_t contact = replay_word_find(&w->contacts, in->contact[i].contact);

		if (contact != NONE)
			w->last[contact] = (struct last){ replay_word_find(&w->agents, in->contact[i].agent), first_behind(w, in->contact[i].id) };
	}
}

void
replay_build(struct world *w, struct replay_result *result)
{
	result->fate = arena_alloc(w->arena, (w->in->n_items + 1) * sizeof(*result->fate));
	result->time = arena_alloc(w->arena, (w->in->n_agents + 1) * sizeof(*result->time));
	build_media(w);
	build_places(w);
	build_workers(w, result->time);
	build_items(w, result->fate);
	build_contacts(w);
}

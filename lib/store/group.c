/*
 * What several threads change, in one transaction: whoever is at it does what
 * others have come with meanwhile, too, and all wait until it is kept.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/priv.h"

/* Nobody is told before all is kept: so many at most, and none is begun later than this, so that the first need not wait for long. */
#define TOGETHER_MAX 16
#define TOGETHER_MS 20

/* What a thread came with. */
struct change {
	struct change *next;
	store_fn *fn;
	void *context;
	struct err err;
	int rc;
	enum { WAITS,
	       LEADS, /* its thread is at it, for itself and others */
	       DONE,
	       ALONE /* it did not happen, and is to be done by itself */ } state;
	pthread_cond_t turned;
};

struct store_group {
	pthread_mutex_t door;
	struct change *first, **last;
	int64_t ms, patience;
	bool led;
};

struct store_group *
store_group_new(void)
{
	struct store_group *group = xcalloc(1, sizeof(*group));

	pthread_mutex_init(&group->door, NULL);
	group->last = &group->first;
	group->ms = TOGETHER_MS;
	group->patience = STORE_BUSY_MS;
	return group;
}

void
store_group_limit(struct store_group *group, int64_t ms)
{
	group->ms = ms;
}

void
store_group_patience(struct store_group *group, int64_t ms)
{
	group->patience = ms;
}

void
store_group_free(struct store_group **group)
{
	if (!*group)
		return;
	pthread_mutex_destroy(&(*group)->door);
	free(*group);
	*group = NULL;
}

size_t
store_group_waiting(struct store_group *group)
{
	size_t n = 0;

	pthread_mutex_lock(&group->door);
	for (const struct change *c = group->first; c; c = c->next)
		n++;
	pthread_mutex_unlock(&group->door);
	return n;
}

/* The door is held. */
static struct change *
take_first(struct store_group *group)
{
	struct change *first = group->first;

	if (!first)
		return NULL;
	group->first = first->next;
	if (!group->first)
		group->last = &group->first;
	first->next = NULL;
	return first;
}

/* What is done next in the transaction; NULL: nobody waits, and nobody leads any more. */
static struct change *
next_of(struct store_group *group)
{
	struct change *next;

	pthread_mutex_lock(&group->door);
	next = take_first(group);
	group->led = next != NULL;
	pthread_mutex_unlock(&group->door);
	return next;
}

/* The transaction takes no more: whoever waits first leads another one. */
static void
hand_over(struct store_group *group)
{
	struct change *next;

	pthread_mutex_lock(&group->door);
	next = take_first(group);
	group->led = next != NULL;
	if (next) {
		next->state = LEADS;
		pthread_cond_signal(&next->turned);
	}
	pthread_mutex_unlock(&group->door);
}

/* Their threads may go from then on. The door is held. */
static void
let_go(struct change *all, bool alone)
{
	for (struct change *c = all, *next; c; c = next) {
		next = c->next;
		c->state = alone ? ALONE : DONE;
		pthread_cond_signal(&c->turned);
	}
}

static void
tell(struct store_group *group, struct change *all, bool alone)
{
	pthread_mutex_lock(&group->door);
	let_go(all, alone);
	pthread_mutex_unlock(&group->door);
}

/* Nothing can be done together now: those who wait try by themselves, all at the same time. */
static void
dissolve(struct store_group *group)
{
	pthread_mutex_lock(&group->door);
	let_go(group->first, true);
	group->first = NULL;
	group->last = &group->first;
	group->led = false;
	pthread_mutex_unlock(&group->door);
}

/* One after another, until nobody waits or it is enough: how many. 0: nothing of it may be kept. */
static size_t
run_all(struct store *store, struct change *own)
{
	struct tx tx = { .store = store, .write = true };
	int64_t began = clock_monotonic();
	struct change *c = own;

	for (size_t n = 1;; n++) {
		tx.changed = false;
		c->rc = c->fn(&tx, c->context, &c->err);
		if (tx.failed || (c->rc < 0 && (tx.changed || c == own))) {
			if (tx.failed && own->rc < 0)
				dissolve(store->group);
			else
				hand_over(store->group);
			return 0;
		}
		if (n >= TOGETHER_MAX || clock_monotonic() - began >= store->group->ms) {
			hand_over(store->group);
			return n;
		}
		c->next = next_of(store->group);
		if (!c->next)
			return n;
		c = c->next;
	}
}

static void
all_fail(struct change *all, const struct err *err)
{
	for (struct change *c = all; c; c = c->next) {
		c->rc = -1;
		err_copy(&c->err, err);
	}
}

/*
 * Where one fails that has changed something, or all cannot be kept, nothing of
 * it happened, and each is done again by itself. So is what was refused and has
 * changed nothing: it was by what others did.
 */
static void
lead(struct store *store, struct change *own)
{
	const struct engine *e = store->engine;
	struct err err = { 0 };
	bool alone = false;
	size_t n;

	if (e->begin(store, true, &err) < 0) {
		dissolve(store->group);
		all_fail(own, &err);
		alone = e->again && e->again(store, 1);
	} else if ((n = run_all(store, own)) == 0) {
		e->rollback(store);
		alone = own->rc == 0 || (e->again && e->again(store, 1));
	} else if (e->commit(store, &err) < 0) {
		all_fail(own, &err);
		/* Of what may have happened it is told that. */
		alone = err.code != E_STORE_DOUBT && (n > 1 || (e->again && e->again(store, 1)));
	}
	tell(store->group, own, alone);
}

/* The door is held. False: somebody is at it, or it is our turn. */
static bool
leave(struct store_group *group, const struct change *own)
{
	struct change **at = &group->first;

	while (*at && *at != own)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = own->next;
	if (group->last == &own->next)
		group->last = at;
	return true;
}

/* Sleeps until somebody has done it, or it is our turn. False: nobody has begun with it in ms. The door is held. */
static bool
await_turn(struct store_group *group, struct change *own, int64_t ms)
{
	int64_t deadline = clock_monotonic() + ms;
	struct timespec until = { deadline / MS_SECOND, deadline % MS_SECOND * 1000000 };

	while (own->state == WAITS && pthread_cond_clockwait(&own->turned, &group->door, CLOCK_MONOTONIC, &until) == 0)
		;
	if (own->state == WAITS && leave(group, own))
		return false;
	while (own->state == WAITS)
		pthread_cond_wait(&own->turned, &group->door);
	return true;
}

int
store_together(struct store *store, store_fn *fn, void *context, struct err *err)
{
	struct store_group *group = store->group;
	struct change own = { .fn = fn, .context = context, .state = WAITS };

	pthread_cond_init(&own.turned, NULL);
	pthread_mutex_lock(&group->door);
	if (group->led) {
		*group->last = &own;
		group->last = &own.next;
	} else {
		group->led = true;
		own.state = LEADS;
	}
	if (!await_turn(group, &own, group->patience))
		own.rc = err_set(&own.err, E_STORE_BUSY, "holder", "another change", NULL);
	pthread_mutex_unlock(&group->door);
	if (own.state == LEADS)
		lead(store, &own);
	pthread_cond_destroy(&own.turned);
	if (own.state == ALONE)
		return 0;
	if (own.rc == 0)
		return 1;
	err_copy(err, &own.err);
	return -1;
}

/*
 * What several threads change, in one transaction: whoever is at it does what
 * others have come with meanwhile, too, and all wait until it is kept.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/priv.h"

/* The first of them is not to wait for long. */
#define TOGETHER_MAX 16

/* What a thread came with. ALONE: it did not happen, and is to be done by itself. */
struct change {
	struct change *next;
	store_fn *fn;
	void *context;
	struct err err;
	int rc;
	enum { WAITS,
	       LEADS,
	       DONE,
	       ALONE } state;
	pthread_cond_t turned;
};

struct store_group {
	pthread_mutex_t door;
	struct change *first, **last;
	bool led;
};

struct store_group *
store_group_new(void)
{
	struct store_group *group = xcalloc(1, sizeof(*group));

	pthread_mutex_init(&group->door, NULL);
	group->last = &group->first;
	return group;
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

/* What is done behind n others in their transaction; NULL: that ends, and another thread leads, or none. */
static struct change *
next_of(struct store_group *group, size_t n)
{
	struct change *next;

	pthread_mutex_lock(&group->door);
	next = take_first(group);
	if (!next || n >= TOGETHER_MAX) {
		group->led = next != NULL;
		if (next) {
			next->state = LEADS;
			pthread_cond_signal(&next->turned);
		}
		next = NULL;
	}
	pthread_mutex_unlock(&group->door);
	return next;
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

/* None can begin: those who wait do that by themselves, all at the same time. */
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

/* In turn, until nobody waits or it is enough. False: nothing of it may be kept. */
static bool
run_all(struct store *store, struct change *own, size_t *n_r)
{
	struct tx tx = { .store = store, .write = true };
	struct change *c = own;

	for (*n_r = 1;; ++*n_r) {
		tx.changed = false;
		c->rc = c->fn(&tx, c->context, &c->err);
		if (tx.failed || (c->rc < 0 && (tx.changed || c == own)))
			return false;
		c->next = next_of(store->group, *n_r);
		if (!c->next)
			return true;
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
	size_t n = 1;

	store->began = clock_monotonic();
	if (e->begin(store, true, &err) < 0) {
		dissolve(store->group);
		all_fail(own, &err);
		alone = e->again && e->again(store, 1);
	} else if (!run_all(store, own, &n)) {
		next_of(store->group, TOGETHER_MAX);
		e->rollback(store);
		alone = own->rc == 0 || (e->again && e->again(store, 1));
	} else if (e->commit(store, &err) < 0) {
		all_fail(own, &err);
		/* Of what may have happened it is told that. */
		alone = err.code != E_STORE_DOUBT && (n > 1 || (e->again && e->again(store, 1)));
	}
	tell(store->group, own, alone);
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
	while (own.state == WAITS)
		pthread_cond_wait(&own.turned, &group->door);
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

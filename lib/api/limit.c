/*
 * What is counted: how often one address may ask without a session, by a
 * bucket that fills again in a minute, and what is held of requests. The table
 * of buckets is of fixed size: whoever shares one waits a little longer than
 * it must. Where that is changes with each start, so that nobody can choose
 * to share another's.
 */
#include <stdlib.h>

#include "api/priv.h"
#include "base/mem.h"
#include "base/rand.h"

#define PLACES 16384

struct limits {
	pthread_mutex_t door;
	int64_t most;
	uint64_t seed;
	struct bucket {
		double gone;
		int64_t at;
	} place[PLACES];
};

struct limits *
limits_new(int64_t per_minute)
{
	struct limits *limits = xcalloc(1, sizeof(*limits));

	pthread_mutex_init(&limits->door, NULL);
	limits->most = per_minute;
	rand_bytes(&limits->seed, sizeof(limits->seed));
	return limits;
}

void
limits_free(struct limits **limits)
{
	free(*limits);
	*limits = NULL;
}

static size_t
hash(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	/* The low bits alone do not hear of the seed's high ones. */
	return (size_t)((h ^ h >> 32) % PLACES);
}

/* Whether one more fits into most; then n more are gone. */
static bool
count(struct limits *limits, const char *address, int64_t now, double n, double most)
{
	struct bucket *b = &limits->place[hash(limits->seed, address)];
	bool fits;

	if (limits->most <= 0)
		return true;
	pthread_mutex_lock(&limits->door);
	b->gone -= (double)(now - b->at) * (double)limits->most / (double)MS_MINUTE;
	if (b->gone < 0)
		b->gone = 0;
	b->at = now;
	fits = b->gone + 1 <= most;
	if (fits)
		b->gone += n;
	pthread_mutex_unlock(&limits->door);
	return fits;
}

bool
limits_take(struct limits *limits, const char *address, int64_t now)
{
	return count(limits, address, now, 1, (double)limits->most);
}

bool
limits_left(struct limits *limits, const char *address, int64_t now)
{
	return count(limits, address, now, 0, (double)limits->most);
}

/* Many may have been let in at one time; nobody waits for more than a minute longer by that. */
void
limits_charge(struct limits *limits, const char *address, int64_t now)
{
	count(limits, address, now, 1, 2 * (double)limits->most);
}

bool
limit_hold(atomic_size_t *held, size_t size, size_t most)
{
	if (atomic_fetch_add(held, size) + size <= most)
		return true;
	atomic_fetch_sub(held, size);
	return false;
}

/*
 * How often one address may ask without a session: a bucket for each that
 * fills again in a minute. A table of fixed size: an address that is not seen
 * any more makes room for another, and whoever shares a place waits a little
 * longer than it must.
 */
#include <stdlib.h>
#include <string.h>

#include "api/priv.h"
#include "base/mem.h"

#define PLACES 4096

struct limits {
	pthread_mutex_t door;
	int64_t most;
	struct {
		char address[48];
		double left;
		int64_t at;
	} place[PLACES];
};

struct limits *
limits_new(int64_t per_minute)
{
	struct limits *limits = xcalloc(1, sizeof(*limits));

	pthread_mutex_init(&limits->door, NULL);
	limits->most = per_minute;
	return limits;
}

void
limits_free(struct limits **limits)
{
	free(*limits);
	*limits = NULL;
}

static size_t
hash(const char *text)
{
	uint64_t h = UINT64_C(1469598103934665603);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (size_t)(h % PLACES);
}

bool
limits_take(struct limits *limits, const char *address, int64_t now)
{
	size_t i = hash(address);
	bool ok;

	if (limits->most <= 0)
		return true;
	pthread_mutex_lock(&limits->door);
	if (strncmp(limits->place[i].address, address, sizeof(limits->place[i].address) - 1) != 0) {
		memset(limits->place[i].address, 0, sizeof(limits->place[i].address));
		memcpy(limits->place[i].address, address, strnlen(address, sizeof(limits->place[i].address) - 1));
		limits->place[i].left = (double)limits->most;
		limits->place[i].at = now;
	}
	limits->place[i].left += (double)(now - limits->place[i].at) * (double)limits->most / (double)MS_MINUTE;
	if (limits->place[i].left > (double)limits->most)
		limits->place[i].left = (double)limits->most;
	limits->place[i].at = now;
	ok = limits->place[i].left >= 1;
	if (ok)
		limits->place[i].left -= 1;
	pthread_mutex_unlock(&limits->door);
	return ok;
}

/*
 * Tokens that were proved lately, by their hashes: whose requests no limit of
 * strangers holds up. Nobody may do anything by that; each call proves its
 * token itself. A table of fixed size: whoever makes room for another is
 * proved again.
 */
#include <stdlib.h>
#include <string.h>

#include "api/priv.h"
#include "base/digest.h"
#include "base/mem.h"

#define SETS 4096
#define WAYS 4
/* So long a token that was taken back may still be thought good. */
#define LASTS (10 * MS_MINUTE)

struct place {
	unsigned char hash[DIGEST_SIZE];
	int64_t until;
};

struct known {
	pthread_mutex_t door;
	struct place place[SETS][WAYS];
};

struct known *
known_new(void)
{
	struct known *known = xcalloc(1, sizeof(*known));

	pthread_mutex_init(&known->door, NULL);
	return known;
}

void
known_free(struct known **known)
{
	free(*known);
	*known = NULL;
}

/* Where it stands, or may stand: there the oldest has to go. */
static struct place *
place_of(struct known *known, const unsigned char hash[DIGEST_SIZE])
{
	struct place *set = known->place[(hash[0] << 8 | hash[1]) % SETS], *oldest = set;

	for (size_t i = 0; i < WAYS; i++) {
		if (memcmp(set[i].hash, hash, DIGEST_SIZE) == 0)
			return &set[i];
		if (set[i].until < oldest->until)
			oldest = &set[i];
	}
	return oldest;
}

static void
hash_of(const char *agent, const char *token, unsigned char hash[DIGEST_SIZE])
{
	struct digest d;

	digest_init(&d);
	/* With its NUL, so that nothing of one is taken for the other's. */
	digest_add(&d, agent, strlen(agent) + 1);
	digest_add(&d, token, strlen(token));
	digest_end(&d, hash);
}

bool
known_find(struct known *known, const char *agent, const char *token, int64_t now)
{
	unsigned char hash[DIGEST_SIZE];
	const struct place *place;
	bool found;

	hash_of(agent, token, hash);
	pthread_mutex_lock(&known->door);
	place = place_of(known, hash);
	found = place->until > now && memcmp(place->hash, hash, DIGEST_SIZE) == 0;
	pthread_mutex_unlock(&known->door);
	return found;
}

static void
put(struct known *known, const char *agent, const char *token, int64_t until)
{
	unsigned char hash[DIGEST_SIZE];
	struct place *place;

	hash_of(agent, token, hash);
	pthread_mutex_lock(&known->door);
	place = place_of(known, hash);
	memcpy(place->hash, hash, DIGEST_SIZE);
	place->until = until;
	pthread_mutex_unlock(&known->door);
}

void
known_add(struct known *known, const char *agent, const char *token, int64_t now)
{
	put(known, agent, token, now + LASTS);
}

void
known_forget(struct known *known, const char *agent, const char *token)
{
	put(known, agent, token, 0);
}

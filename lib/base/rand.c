#include "base/rand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static bool pinned;
static uint64_t state;

void
rand_pin(uint64_t seed)
{
	pinned = true;
	state = seed;
}

/* splitmix64 */
static uint64_t
pinned_next(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
pinned_bytes(unsigned char *p, size_t size)
{
	while (size) {
		uint64_t word = pinned_next();
		size_t n = size < sizeof(word) ? size : sizeof(word);

		memcpy(p, &word, n);
		p += n;
		size -= n;
	}
}

void
rand_bytes(void *p, size_t size)
{
	unsigned char *at = p;

	if (pinned) {
		pinned_bytes(at, size);
		return;
	}
	while (size) {
		ssize_t n = getrandom(at, size, 0);

		if (n < 0 && errno == EINTR)
			continue;
		/* Ids and tokens without randomness would be worse than no process. */
		if (n <= 0)
			abort();
		at += n;
		size -= (size_t)n;
	}
}

const char *
rand_secret(char out[RAND_SECRET + 1])
{
	unsigned char bytes[RAND_SECRET / 2];

	rand_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return out;
}

bool
rand_is_secret(const char *text)
{
	return strlen(text) == RAND_SECRET && !text[strspn(text, "0123456789abcdef")];
}

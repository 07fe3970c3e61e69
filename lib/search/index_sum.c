#include "search/index_sum.h"

#include <string.h>

#include "search/terms.h"

#define FACTOR UINT64_C(0x9fb21c651e98df25)
#define SEED UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t
step(uint64_t state, uint64_t word)
{
	return ((state << 29 | state >> 35) ^ word) * FACTOR;
}

static inline uint64_t
word_at(const unsigned char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* Four chains, so that one multiplication need not wait for the other. Where the size is known beforehand, nothing is left of the loop. */
static inline uint64_t
long_part(const unsigned char *p, size_t size, uint64_t seed)
{
	uint64_t a = seed, b = seed + 1, c = seed + 2, d = seed + 3;

#pragma GCC unroll 8
	for (; size >= 32; p += 32, size -= 32) {
		a = step(a, word_at(p));
		b = step(b, word_at(p + 8));
		c = step(c, word_at(p + 16));
		d = step(d, word_at(p + 24));
	}
	return step(step(step(a, b), c), d);
}

static inline uint32_t
sum_of(const unsigned char *p, size_t size, uint64_t seed)
{
	uint64_t state = seed * SEED + size, word = 0;

	if (size >= 32)
		state = long_part(p, size, state);
	p += size / 32 * 32;
	size %= 32;
	for (; size >= 8; p += 8, size -= 8)
		state = step(state, word_at(p));
	if (size) {
		memcpy(&word, p, size);
		state = step(state, word);
	}
	return (uint32_t)term_mix(state);
}

uint32_t
index_sum(const void *data, size_t size, uint64_t seed)
{
	return sum_of(data, size, seed);
}

uint32_t
index_sum_line(const void *data, uint64_t seed)
{
	return sum_of(data, INDEX_SUM_LINE, seed);
}

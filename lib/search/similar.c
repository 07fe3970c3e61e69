#include "search/similar.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/utf8.h"

/* With 16 bands of 4, two texts that share 80 % are met with a probability of 99.98 %. */
#define HASHES 64
#define BAND 4
#define BANDS (HASHES / BAND)
#define RUN 3
/* Of those that fall together in a band each is held against so many at most: of a thousand alike one is enough. */
#define LEADERS 8
/* From here on scripts write words without blanks between. */
#define UNSPACED 0x2e80

struct sketch {
	uint32_t v[HASHES];
	bool empty;
};

struct similar {
	struct sketch *v;
	size_t n, cap;
	struct arena *arena;
};

struct similar *
similar_new(void)
{
	struct similar *s = xcalloc(1, sizeof(*s));

	s->arena = arena_new();
	return s;
}

void
similar_free(struct similar **similar)
{
	if (!*similar)
		return;
	arena_free(&(*similar)->arena);
	free((*similar)->v);
	free(*similar);
	*similar = NULL;
}

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static bool
is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0xaa;
}

/* The next word's hash; false at the end. */
static bool
next_word(const char **p, uint64_t *hash_r)
{
	uint64_t h = UINT64_C(1469598103934665603);
	bool any = false;
	uint32_t c;

	for (; **p; *p += utf8_decode(*p, &c)) {
		utf8_decode(*p, &c);
		if (!is_letter(c)) {
			if (any)
				break;
			continue;
		}
		if (any && c >= UNSPACED)
			break;
		h = (h ^ c) * UINT64_C(1099511628211);
		any = true;
		if (c >= UNSPACED) {
			*p += utf8_decode(*p, &c);
			break;
		}
	}
	*hash_r = h;
	return any;
}

static void
take(struct sketch *s, uint64_t run)
{
	uint64_t x = mix(run);

	for (size_t i = 0; i < HASHES; i++) {
		uint32_t h = (uint32_t)(((2 * i + 1) * UINT64_C(0x9e3779b97f4a7c15) * (x | 1) + x * (i + 1)) >> 32);

		if (h < s->v[i])
			s->v[i] = h;
	}
	s->empty = false;
}

void
similar_add(struct similar *similar, const char *text)
{
	uint64_t run[RUN] = { 0 };
	struct sketch *s;
	size_t words = 0;
	const char *p;

	if (similar->n == similar->cap) {
		similar->cap = similar->cap ? similar->cap * 2 : 1024;
		similar->v = xrealloc(similar->v, similar->cap, sizeof(*similar->v));
	}
	s = &similar->v[similar->n++];
	memset(s->v, 0xff, sizeof(s->v));
	s->empty = true;
	p = text ? utf8_fold(similar->arena, text) : "";
	for (uint64_t h; next_word(&p, &h); words++) {
		memmove(run, run + 1, sizeof(run) - sizeof(*run));
		run[RUN - 1] = h;
		if (words + 1 >= RUN)
			take(s, mix(run[0]) + 3 * mix(run[1] + 1) + 5 * run[2]);
	}
	/* Too short for a run: all of it. */
	if (words && words < RUN)
		take(s, mix(run[1] + words) + 5 * run[2]);
	arena_reset(similar->arena);
}

static int
percent(const struct sketch *a, const struct sketch *b)
{
	int same = 0;

	for (size_t i = 0; i < HASHES; i++)
		same += a->v[i] == b->v[i];
	return same * 100 / HASHES;
}

struct entry {
	uint64_t hash;
	size_t text;
};

static int
by_hash(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->text < y->text ? -1 : x->text > y->text;
}

/* Of each text the earliest that it is like. */
struct found {
	size_t *earlier;
	int *percent;
	int least;
};

static void
hold(const struct similar *s, const struct found *f, size_t text, size_t other)
{
	int p = percent(&s->v[text], &s->v[other]);

	if (p < f->least || f->earlier[text] <= other)
		return;
	f->earlier[text] = other;
	f->percent[text] = p;
}

/* Those of one band that have the same hash, in order. */
static void
group(const struct similar *s, const struct found *f, const struct entry *v, size_t n)
{
	size_t leaders[LEADERS], count = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < count; k++)
			hold(s, f, v[i].text, leaders[k]);
		if (count < LEADERS && f->earlier[v[i].text] == SIZE_MAX)
			leaders[count++] = v[i].text;
	}
}

static size_t
fill_band(const struct similar *s, size_t band, struct entry *v)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		uint64_t h = band;

		for (size_t k = 0; k < BAND; k++)
			h = mix(h ^ s->v[i].v[band * BAND + k]);
		if (!s->v[i].empty)
			v[n++] = (struct entry){ h, i };
	}
	if (n)
		qsort(v, n, sizeof(*v), by_hash);
	return n;
}

void
similar_each(struct similar *s, int least, void (*like)(void *context, size_t text, size_t earlier, int percent), void *context)
{
	struct found f = { xcalloc(s->n + 1, sizeof(size_t)), xcalloc(s->n + 1, sizeof(int)), least };
	struct entry *v = xcalloc(s->n + 1, sizeof(*v));

	memset(f.earlier, 0xff, (s->n + 1) * sizeof(size_t));
	for (size_t band = 0; band < BANDS; band++) {
		size_t n = fill_band(s, band, v), stop;

		for (size_t i = 0; i < n; i = stop) {
			for (stop = i + 1; stop < n && v[stop].hash == v[i].hash;)
				stop++;
			group(s, &f, v + i, stop - i);
		}
	}
	for (size_t i = 0; i < s->n; i++)
		if (f.earlier[i] != SIZE_MAX)
			like(context, i, f.earlier[i], f.percent[i]);
	free(v);
	free(f.earlier);
	free(f.percent);
}

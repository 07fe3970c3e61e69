#include "search/build.h"

#include <endian.h>
#include <string.h>

/*
 * Responses by class, name, id. Very many names begin alike, and each lies
 * elsewhere in memory: eight bytes of each are fetched once and compared, and
 * eight more only of those that agree in them.
 */
struct key {
	uint64_t bytes;
	uint32_t i;
};

static int
by_bytes(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;

	return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* Zeros stand behind the end. */
static uint64_t
eight(const char *s, size_t size, size_t at)
{
	uint64_t bytes = 0;

	if (at < size)
		memcpy(&bytes, s + at, size - at < sizeof(bytes) ? size - at : sizeof(bytes));
	return be64toh(bytes);
}

/* Of the name with its NUL, filled up to a multiple of eight, then of the id. */
static uint64_t
bytes_at(const struct build_response *r, size_t at)
{
	size_t name = r->size - r->name_at, filled = (name + 7) & ~(size_t)7;

	return at < filled ? eight(build_name(r), name, at) : eight(build_id(r), r->name_at - r->id_at, at - filled);
}

/* The rest of the id is the shortcut: what comes so far agrees in all. */
static bool
ends(const struct build_response *r, size_t at)
{
	size_t filled = (r->size - r->name_at + 7) & ~(size_t)7;

	return at >= filled + strlen(build_id(r)) + 1;
}

static void
sort(const struct build *b, struct key *v, size_t n, size_t at)
{
	while (n > 1 && !ends(&b->responses.v[v[0].i], at)) {
		size_t from = 0;

		for (size_t i = 0; i < n; i++)
			v[i].bytes = bytes_at(&b->responses.v[v[i].i], at);
		qsort(v, n, sizeof(*v), by_bytes);
		at += sizeof(uint64_t);
		/* The last that agree need no call. */
		for (size_t i = 1; i < n; i++)
			if (v[i].bytes != v[from].bytes) {
				sort(b, v + from, i - from, at);
				from = i;
			}
		v += from;
		n -= from;
	}
}

uint32_t
build_sort(const struct build *b, uint32_t *order)
{
	size_t *at = xcalloc(b->classes.n + 1, sizeof(*at)), from = 0;
	struct key *v = xcalloc(b->responses.n + 1, sizeof(*v));
	uint32_t n = 0;

	for (size_t i = 0; i < b->responses.n; i++)
		if (!b->responses.v[i].dead)
			at[b->classes.v[b->responses.v[i].class].rank + 1]++;
	for (size_t c = 0; c < b->classes.n; c++)
		at[c + 1] += at[c];
	for (size_t i = 0; i < b->responses.n; i++)
		if (!b->responses.v[i].dead)
			v[at[b->classes.v[b->responses.v[i].class].rank]++].i = (uint32_t)i;
	for (size_t c = 0; c < b->classes.n; from = at[c++])
		sort(b, v + from, at[c] - from, 0);
	for (size_t i = 0; i < from; i++)
		order[n++] = v[i].i;
	free(at);
	free(v);
	return n;
}

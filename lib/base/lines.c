#include "base/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

#define CHUNK 65536

struct lines {
	int fd;
	const char *name;
	char separator;
	size_t limit, number;
	/* Bytes from start to end are read but not returned yet; from start to searched is no separator. */
	char *data;
	size_t start, searched, end, cap;
	bool at_end, skipping;
};

struct lines *
lines_new(int fd, const char *name, char separator, size_t limit)
{
	struct lines *l = xcalloc(1, sizeof(*l));

	l->fd = fd;
	l->name = name;
	l->separator = separator;
	l->limit = limit;
	return l;
}

void
lines_free(struct lines **lines)
{
	if (!*lines)
		return;
	free((*lines)->data);
	free(*lines);
	*lines = NULL;
}

size_t
lines_number(const struct lines *lines)
{
	return lines->number;
}

/* Room for a chunk and the NUL behind a last line. */
static void
make_room(struct lines *l)
{
	size_t used = l->end - l->start;

	if (l->start > 0) {
		memmove(l->data, l->data + l->start, used);
		l->searched -= l->start;
		l->start = 0;
		l->end = used;
	}
	if (l->cap - used < CHUNK + 1) {
		l->cap = l->cap * 2 + CHUNK + 1;
		l->data = xrealloc(l->data, l->cap, 1);
	}
}

static int
fill(struct lines *l, struct err *err)
{
	ssize_t n;

	make_room(l);
	do
		n = read(l->fd, l->data + l->end, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(err, E_IO, "path", l->name, "reason", strerror(errno), NULL);
	l->at_end = n == 0;
	l->end += (size_t)n;
	return 0;
}

/* The separator, or NULL: read more. */
static char *
find_end(struct lines *l)
{
	char *sep = NULL;

	if (l->searched < l->end)
		sep = memchr(l->data + l->searched, l->separator, l->end - l->searched);
	l->searched = sep ? (size_t)(sep - l->data) : l->end;
	return sep;
}

static int
too_long(struct lines *l, struct err *err)
{
	char what[256], limit[32];

	snprintf(what, sizeof(what), "%.200s:%zu", l->name, l->number);
	snprintf(limit, sizeof(limit), "%zu", l->limit);
	return err_set(err, E_TOO_LARGE, "what", what, "limit", limit, NULL);
}

/* The line from start to stop is complete; rest is where the next one starts. */
static int
give(struct lines *l, size_t stop, size_t rest, const char **line_r, struct err *err)
{
	char *line = l->data + l->start, where[256], at[32];
	size_t size = stop - l->start;
	const char *nul = size ? memchr(line, '\0', size) : NULL;

	l->start = l->searched = rest;
	if (l->skipping) {
		l->skipping = false;
		return 0;
	}
	l->number++;
	if (size > l->limit)
		return too_long(l, err);
	if (nul) {
		snprintf(where, sizeof(where), "%.200s:%zu", l->name, l->number);
		snprintf(at, sizeof(at), "%zu", (size_t)(nul - line) + 1);
		return err_set(err, E_BAD_UTF8, "where", where, "at", at, NULL);
	}
	line[size] = '\0';
	*line_r = line;
	return 1;
}

/* An unfinished line beyond the limit is said at once; its rest is passed over later. */
static int
check_unfinished(struct lines *l, struct err *err)
{
	bool known = l->skipping;

	if (!known && l->end - l->start <= l->limit)
		return 0;
	l->skipping = true;
	l->start = l->searched = l->end;
	if (known)
		return 0;
	l->number++;
	return too_long(l, err);
}

int
lines_next(struct lines *lines, const char **line_r, struct err *err)
{
	struct lines *l = lines;

	for (;;) {
		char *sep = find_end(l);

		if (sep) {
			size_t stop = (size_t)(sep - l->data);
			int rc = give(l, stop, stop + 1, line_r, err);

			if (rc != 0)
				return rc;
			continue;
		}
		if (l->at_end)
			return l->start < l->end ? give(l, l->end, l->end, line_r, err) : 0;
		if (check_unfinished(l, err) < 0 || fill(l, err) < 0)
			return -1;
	}
}

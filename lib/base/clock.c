#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

static bool pinned;
static _Atomic time_ms pinned_at;
static char *pinned_file;

static time_ms
read_clock(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) < 0)
		abort();
	return ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

int64_t
clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

bool
clock_is_pinned(void)
{
	return pinned;
}

static bool
read_file(const char *path, time_ms *t_r)
{
	char text[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, " \t\r\n")] = '\0';
	return time_parse_rfc3339(text, t_r);
}

time_ms
clock_now(void)
{
	time_ms t;

	if (!pinned)
		return read_clock(CLOCK_REALTIME);
	/* While a test writes the file anew the time stands still. */
	if (pinned_file && read_file(pinned_file, &t))
		pinned_at = t;
	return pinned_at;
}

int
clock_pin(const char *spec, struct err *err)
{
	time_ms t = 0;
	bool is_time = spec && time_parse_rfc3339(spec, &t);

	if (spec && !is_time && !read_file(spec, &t))
		return err_set(err, E_BAD_TIME, "value", spec, NULL);
	/* Each desk that is opened says so, and other threads may be looking. */
	if (spec && !is_time && pinned_file && strcmp(pinned_file, spec) == 0)
		return 0;
	free(pinned_file);
	pinned_file = spec && !is_time ? xstrdup(spec) : NULL;
	pinned = spec != NULL;
	pinned_at = t;
	return 0;
}

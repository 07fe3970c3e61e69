#include "base/zone.h"

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"

/* More than any offset from UTC, less than lies between two changes of one. */
#define WINDOW (26 * MS_HOUR)
#define FORMATTED_MAX 65536

/* TZ is the whole process's, and so is where all such variables stand: one thread at a time. */
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;

/* What TZ was before. */
struct saved {
	bool changed;
	char *tz;
};

static bool
is_zone_file(const char *path)
{
	char magic[4];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, magic, sizeof(magic));
	close(fd);
	return n == sizeof(magic) && memcmp(magic, "TZif", sizeof(magic)) == 0;
}

const char *
env_get(const char *name)
{
	const char *value;

	pthread_mutex_lock(&door);
	value = getenv(name);
	pthread_mutex_unlock(&door);
	return value;
}

bool
zone_exists(const char *zone)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
	const char *dir = env_get("TZDIR");
	char path[512];
	int n;

	/* UTC needs no database. */
	if (!*zone || strcmp(zone, "UTC") == 0)
		return true;
	if (zone[0] == '/' || zone[strspn(zone, allowed)])
		return false;
	n = snprintf(path, sizeof(path), "%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", zone);
	return n > 0 && (size_t)n < sizeof(path) && is_zone_file(path);
}

static int
enter(const char *zone, struct saved *saved, struct err *err)
{
	const char *tz;
	char spec[512];

	*saved = (struct saved){ 0 };
	if (!zone_exists(zone))
		return err_set(err, E_BAD_ZONE, "value", zone, NULL);
	pthread_mutex_lock(&door);
	tz = getenv("TZ");
	if (*zone) {
		saved->changed = true;
		saved->tz = tz ? xstrdup(tz) : NULL;
		/* The colon says file: EST5EDT is both a name and a rule. */
		snprintf(spec, sizeof(spec), ":%s", zone);
		setenv("TZ", strcmp(zone, "UTC") == 0 ? "UTC0" : spec, 1);
	}
	tzset();
	return 0;
}

static void
leave(struct saved *saved)
{
	if (saved->changed && saved->tz)
		setenv("TZ", saved->tz, 1);
	else if (saved->changed)
		unsetenv("TZ");
	if (saved->changed)
		tzset();
	free(saved->tz);
	pthread_mutex_unlock(&door);
}

static int64_t
floor_to(int64_t a, int64_t unit)
{
	int64_t rest = a % unit;

	return a - (rest < 0 ? rest + unit : rest);
}

static void
local_time(time_ms t, struct tm *tm)
{
	time_t seconds = floor_to(t, MS_SECOND) / MS_SECOND;

	memset(tm, 0, sizeof(*tm));
	if (!localtime_r(&seconds, tm))
		memset(tm, 0, sizeof(*tm));
}

static int64_t
offset_at(time_ms t)
{
	struct tm tm;

	local_time(t, &tm);
	return tm.tm_gmtoff * MS_SECOND;
}

/* The moments at which local clocks show local: none, one or two, the earlier first. */
static int
candidates(int64_t local, time_ms t_r[2])
{
	int64_t before = offset_at(local - WINDOW), after = offset_at(local + WINDOW);
	int n = 0;

	if (offset_at(local - before) == before)
		t_r[n++] = local - before;
	if (after != before && offset_at(local - after) == after)
		t_r[n++] = local - after;
	return n;
}

/* The moment from which the offset is that of high; another one at low, and one change between. */
static time_ms
changed_at(time_ms low, time_ms high)
{
	int64_t after = offset_at(high);

	while (high - low > 1) {
		time_ms middle = low + (high - low) / 2;

		if (offset_at(middle) == after)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* The clocks jump over local: the moment when they do. */
static time_ms
end_of_gap(int64_t local)
{
	return changed_at(local - WINDOW, local + WINDOW);
}

static const char *
zone_name(const char *zone)
{
	const char *tz = getenv("TZ");

	if (*zone)
		return zone;
	return tz && *tz ? tz : "the local zone";
}

static int
gap(const char *zone, const char *text, struct err *err)
{
	return err_set(err, E_TIME_GAP, "value", text, "zone", zone_name(zone), NULL);
}

/* "2026-10-25T02:30:00+02:00"; in UTC where the offset is not one of minutes. */
static void
format_candidate(time_ms t, char *text, size_t size)
{
	int64_t minutes = offset_at(t) / MS_MINUTE;
	char utc[TIME_TEXT];

	if (offset_at(t) % MS_MINUTE != 0) {
		snprintf(text, size, "%s", time_format(t, utc));
		return;
	}
	time_format(t + offset_at(t), utc);
	snprintf(text, size, "%.19s%c%02d:%02d", utc, minutes < 0 ? '-' : '+', abs((int)minutes) / 60,
		 abs((int)minutes) % 60);
}

static int
twice(const char *zone, const char *text, const time_ms t[2], struct err *err)
{
	char first[64], second[64];

	format_candidate(t[0], first, sizeof(first));
	format_candidate(t[1], second, sizeof(second));
	return err_set(err, E_TIME_TWICE, "value", text, "zone", zone_name(zone), "first", first, "second", second,
		       NULL);
}

static int
resolve(const char *zone, const char *text, int64_t day, int64_t clock, time_ms *t_r, struct err *err)
{
	bool whole_day = clock < 0;
	time_ms t[2] = { 0, 0 };
	int n = candidates(whole_day ? day : day + clock, t);

	if (n == 2 && !whole_day)
		return twice(zone, text, t, err);
	if (n == 0) {
		if (!whole_day)
			return gap(zone, text, err);
		t[0] = end_of_gap(day);
		/* West of the date line a whole day can be left out. */
		if (floor_to(t[0] + offset_at(t[0]), MS_DAY) != day)
			return gap(zone, text, err);
	}
	*t_r = t[0];
	return 0;
}

int
zone_resolve(const char *zone, const char *text, int64_t day, int64_t clock, time_ms *t_r, struct err *err)
{
	struct saved saved;
	int rc;

	if (enter(zone, &saved, err) < 0)
		return -1;
	rc = resolve(zone, text, day, clock, t_r, err);
	leave(&saved);
	return rc;
}

int
zone_today(const char *zone, time_ms now, int64_t *day_r, struct err *err)
{
	struct saved saved;

	if (enter(zone, &saved, err) < 0)
		return -1;
	*day_r = floor_to(now + offset_at(now), MS_DAY);
	leave(&saved);
	return 0;
}

/* A blank is put behind the format: so an empty result and one without room differ. */
static const char *
format_tm(struct arena *arena, const struct tm *tm, const char *format)
{
	const char *spaced = arena_printf(arena, "%s ", format);
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	size_t n = 0;
	char *out = NULL;

	for (size_t size = 256; n == 0 && size <= FORMATTED_MAX; size *= 4) {
		out = arena_alloc(arena, size);
		n = strftime_l(out, size, spaced, tm, plain);
	}
	freelocale(plain);
	if (n == 0)
		return "";
	out[n - 1] = '\0';
	return out;
}

int
time_format_zone(struct arena *arena, time_ms t, const char *zone, const char *format, const char **text_r,
		 struct err *err)
{
	struct saved saved;
	struct tm tm;

	if (enter(zone, &saved, err) < 0)
		return -1;
	local_time(t, &tm);
	*text_r = format_tm(arena, &tm, format);
	leave(&saved);
	return 0;
}

const char *
time_format_local(struct arena *arena, time_ms t, const char *zone, const char *format)
{
	struct err ignored = { 0 };
	char utc[TIME_TEXT];
	const char *text;

	if (time_format_zone(arena, t, zone, format, &text, &ignored) < 0)
		return arena_strdup(arena, time_format(t, utc));
	return text;
}

int
time_format_mail(struct arena *arena, time_ms t, const char *zone, const char **text_r, struct err *err)
{
	return time_format_zone(arena, t, zone, "%a, %d %b %Y %H:%M:%S %z", text_r, err);
}

int
zone_spans(struct arena *arena, const char *zone, time_ms from, time_ms to, struct zone_spans *out, struct err *err)
{
	struct zone_span span = { from, 0 };
	struct saved saved;

	if (enter(zone, &saved, err) < 0)
		return -1;
	out->n = 0;
	span.offset = offset_at(from);
	vec_push(arena, out, span);
	for (time_ms t = from; t < to; t += MS_DAY) {
		if (offset_at(t + MS_DAY) == span.offset)
			continue;
		span.offset = offset_at(t + MS_DAY);
		span.from = changed_at(t, t + MS_DAY);
		vec_push(arena, out, span);
	}
	leave(&saved);
	return 0;
}

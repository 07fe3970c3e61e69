/*
 * clock.h - the only door through which time comes in.
 *
 * A time is milliseconds since 1970-01-01 UTC, without leap seconds. A pinned
 * clock (tests, stores made by 'ixn-setup --test') answers what it was told.
 * Zones are IANA names, read from the system's database; "" is the zone of TZ.
 * Converting local times goes through TZ, one thread at a time; the clock is
 * pinned before there are threads.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct err;

typedef int64_t time_ms;

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

/* Now, pinned or real. A clock pinned to a file reads it at each call. */
time_ms clock_now(void);
/*
 * spec: an RFC 3339 time, or the path of a file that holds one; while that file
 * cannot be read the time stands still. NULL: real time again. E_BAD_TIME.
 */
int clock_pin(const char *spec, struct err *err) ATTR_MUSTUSE;
bool clock_is_pinned(void);
/* Milliseconds of a clock that never jumps, for deadlines; never pinned. */
int64_t clock_monotonic(void);

/* "2026-11-21T09:30:00.000Z": always 24 characters; cut to the years 0 to 9999. */
#define TIME_TEXT 25
const char *time_format(time_ms t, char text[TIME_TEXT]);
/* Strict RFC 3339 with offset, years 0 to 9999 in UTC; true when text is one. */
bool time_parse_rfc3339(const char *text, time_ms *t_r);

/*
 * What people type: RFC 3339, "now", "+15m", "-7d", "2026-11-21",
 * "2026-11-21 09:30" (or with T, seconds, an offset), "today", "tomorrow 09:30", "yesterday",
 * "@1763712000" (seconds). Times without an offset are local in zone; a date
 * alone is its first instant there. E_BAD_TIME, E_TIME_GAP (the clocks go
 * forward), E_TIME_TWICE (they go back; arguments first and second are the two
 * candidates in RFC 3339), E_BAD_ZONE.
 */
int time_parse(const char *text, time_ms now, const char *zone, time_ms *t_r, struct err *err) ATTR_MUSTUSE;
/* "90s", "15m", "2h", "7d", "1h30m", "250ms"; E_BAD_VALUE. Never negative. */
int duration_parse(const char *text, int64_t *ms_r, struct err *err) ATTR_MUSTUSE;
/*
 * "1h30m", "0s", and "90s" rather than "1m30s": text that duration_parse reads
 * back. A negative one gets a "-" before it.
 */
const char *duration_format(struct arena *arena, int64_t ms);

/* strftime in zone, in the C locale; "%z" is +0100. E_BAD_ZONE. */
int time_format_zone(struct arena *arena, time_ms t, const char *zone, const char *format,
		     const char **text_r, struct err *err) ATTR_MUSTUSE;
/* The same for people to read: in UTC, as time_format gives it, where there is no such zone. */
const char *time_format_local(struct arena *arena, time_ms t, const char *zone, const char *format);
/* "Sat, 21 Nov 2026 10:30:00 +0100" (RFC 5322). */
int time_format_mail(struct arena *arena, time_ms t, const char *zone, const char **text_r, struct err *err) ATTR_MUSTUSE;
bool zone_exists(const char *zone);
/* getenv() where there are threads: for a moment others change TZ, and with it what getenv() looks through. */
const char *env_get(const char *name);

/* From then on, until the next span, a zone's clocks show UTC + offset. */
struct zone_span {
	time_ms from;
	int64_t offset;
};

struct zone_spans {
	struct zone_span *v;
	size_t n, cap;
};

/* How the clocks run between two times: at least one span, the first from there on. Two changes within a day are not seen. E_BAD_ZONE. */
int zone_spans(struct arena *arena, const char *zone, time_ms from, time_ms to, struct zone_spans *out, struct err *err) ATTR_MUSTUSE;

#endif

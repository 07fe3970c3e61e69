/*
 * hours.h - when something is open: intervals for each weekday, other ones on
 * special days, in a zone of its own.
 *
 * Intervals are local times, "09:00-12:00, 13:00-18:00": the beginning is in,
 * the end is not; the last end is 24:00. One that ends before it begins goes on
 * until then on the next day ("22:00-06:00") and belongs to the day on which it
 * begins: a special day moves what begins on it, and does not cut off the night
 * before. NULL, "" and "closed" are no interval at all.
 *
 * An interval opens when the zone's clocks first show its beginning or later,
 * and closes when they have shown its end or later for the last time earlier
 * than that. So it is open whenever the clocks show a time in an interval. What
 * begins in an hour that is left out begins when the clocks have moved; what
 * lies wholly in one is left out with it. Where an hour is repeated, the first
 * pass opens and the last one closes, with no break between: 01:00-02:30 then
 * takes two and a half hours, and 02:30-04:00 does too.
 *
 * Times are milliseconds UTC. A calendar lives in the arena it was parsed into
 * and remembers the zone's offsets, so it belongs to one thread at a time.
 */
#ifndef ROUTING_HOURS_H
#define ROUTING_HOURS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/clock.h"

struct arena;
struct err;
struct hours;

/* How far ahead a change is looked for. */
#define HOURS_AHEAD (400 * MS_DAY)

struct hours_special {
	const char *day;  /* "2026-12-25", or of every year: "12-25"; the former comes first */
	const char *open; /* instead of its weekday's intervals */
};

/* What people write; borrowed for the call. */
struct hours_spec {
	const char *zone;    /* IANA name, never "": TZ would be another for each who asks */
	const char *open[7]; /* Monday first */
	size_t n;
	const struct hours_special *special;
};

/* "monday" ... "sunday": 0 to 6. */
const char *hours_day_name(int day);

/*
 * E_BAD_ZONE. E_BAD_HOURS with name (the day), value, what, and at, the number
 * of the character where it went wrong, counted from 1. E_NEVER_OPEN: no day
 * has an interval.
 */
int hours_parse(struct arena *arena, const struct hours_spec *spec, struct hours **hours_r, struct err *err) ATTR_MUSTUSE;

bool hours_open(struct hours *hours, time_ms now);
/* The first instant after now at which hours_open is another; INT64_MAX: none within HOURS_AHEAD. */
time_ms hours_next(struct hours *hours, time_ms now);

#endif

/*
 * Times and durations as text. Dates are counted as in Howard Hinnant's
 * "chrono-compatible low-level date algorithms": years begin in March, so that
 * the leap day is the last one.
 */
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/zone.h"

/* 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z */
#define TIME_MIN INT64_C(-62167219200000)
#define TIME_MAX INT64_C(253402300799999)

/* A time as it was written. */
struct stamp {
	int64_t day;   /* milliseconds of its midnight, as if in UTC */
	int64_t clock; /* milliseconds since that */
	int64_t offset;
	bool relative, has_clock, has_offset, leap_second;
};

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
days_from_civil(int year, int month, int day)
{
	int64_t y = year - (month <= 2), era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void
civil_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = floor_div(z, 146097), of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

const char *
time_format(time_ms t, char text[TIME_TEXT])
{
	int year, month, day, ms;

	if (t < TIME_MIN)
		t = TIME_MIN;
	if (t > TIME_MAX)
		t = TIME_MAX;
	civil_from_days(floor_div(t, MS_DAY), &year, &month, &day);
	ms = (int)(t - floor_div(t, MS_DAY) * MS_DAY);
	/* The remainders tell the compiler that it fits. */
	snprintf(text, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)year % 10000,
		 (unsigned)month % 100, (unsigned)day % 100, (unsigned)ms / 3600000 % 24,
		 (unsigned)ms / 60000 % 60, (unsigned)ms / 1000 % 60, (unsigned)ms % 1000);
	return text;
}

static bool
take(const char **p, const char *any)
{
	if (!**p || !strchr(any, **p))
		return false;
	(*p)++;
	return true;
}

/* Exactly count digits. */
static bool
take_number(const char **p, int count, int *n_r)
{
	int n = 0;

	for (; count > 0; count--) {
		if (**p < '0' || **p > '9')
			return false;
		n = n * 10 + *(*p)++ - '0';
	}
	*n_r = n;
	return true;
}

static bool
take_date(const char **p, int64_t *day_r)
{
	int year, month, day, y, m, d;
	int64_t days;

	if (!take_number(p, 4, &year) || !take(p, "-") || !take_number(p, 2, &month) || !take(p, "-") ||
	    !take_number(p, 2, &day) || month < 1 || month > 12)
		return false;
	/* A day that the month does not have comes back as another. */
	days = days_from_civil(year, month, day);
	civil_from_days(days, &y, &m, &d);
	*day_r = days * MS_DAY;
	return y == year && m == month && d == day;
}

/* ".5": digits behind the third are read and dropped. */
static bool
take_fraction(const char **p, int64_t *ms)
{
	int digit;

	if (!take_number(p, 1, &digit))
		return false;
	for (int unit = 100;; unit /= 10) {
		*ms += (int64_t)digit * unit;
		if (!take_number(p, 1, &digit))
			return true;
	}
}

/* "09:30", "09:30:00", "09:30:00.250". */
static bool
take_clock(const char **p, bool need_seconds, struct stamp *s)
{
	int hour, minute, second = 0;

	if (!take_number(p, 2, &hour) || !take(p, ":") || !take_number(p, 2, &minute) || hour > 23 || minute > 59)
		return false;
	s->clock = hour * MS_HOUR + minute * MS_MINUTE;
	s->has_clock = true;
	if (!take(p, ":"))
		return !need_seconds;
	if (!take_number(p, 2, &second) || second > 60)
		return false;
	s->leap_second = second == 60;
	s->clock += second * MS_SECOND;
	return !take(p, ".") || take_fraction(p, &s->clock);
}

/* "Z", "+01:00". */
static bool
take_offset(const char **p, struct stamp *s)
{
	bool west = **p == '-';
	int hour, minute;

	s->has_offset = true;
	if (take(p, "Zz"))
		return true;
	if (!take(p, "+-") || !take_number(p, 2, &hour) || !take(p, ":") || !take_number(p, 2, &minute) ||
	    hour > 23 || minute > 59)
		return false;
	s->offset = (hour * MS_HOUR + minute * MS_MINUTE) * (west ? -1 : 1);
	return true;
}

static bool
set_time(time_ms t, time_ms *t_r)
{
	if (t < TIME_MIN || t > TIME_MAX)
		return false;
	*t_r = t;
	return true;
}

/* Of a stamp with an offset. A leap second is the first of the next day, and ends one in UTC. */
static bool
stamp_time(const struct stamp *s, time_ms *t_r)
{
	time_ms t = s->day + s->clock - s->offset, into_day = t - floor_div(t, MS_DAY) * MS_DAY;

	return (!s->leap_second || into_day < MS_SECOND) && set_time(t, t_r);
}

bool
time_parse_rfc3339(const char *text, time_ms *t_r)
{
	struct stamp s = { 0 };
	const char *p = text;

	return take_date(&p, &s.day) && take(&p, "Tt") && take_clock(&p, true, &s) && take_offset(&p, &s) &&
	       *p == '\0' && stamp_time(&s, t_r);
}

struct unit {
	const char *name;
	int64_t ms;
};

static const struct unit units[] = {
	{ "d", MS_DAY },
	{ "h", MS_HOUR },
	{ "m", MS_MINUTE },
	{ "s", MS_SECOND },
	{ "ms", 1 },
};

/* "15m": moves on both the text and the units that may still follow. */
static bool
take_amount(const char **p, size_t *unit, int64_t *ms)
{
	int64_t n = 0;
	size_t size;
	int digit;

	if (!take_number(p, 1, &digit))
		return false;
	do
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n))
			return false;
	while (take_number(p, 1, &digit));
	size = strspn(*p, "dhms");
	for (; *unit < COUNT_OF(units); ++*unit)
		if (strlen(units[*unit].name) == size && memcmp(units[*unit].name, *p, size) == 0)
			break;
	if (*unit == COUNT_OF(units))
		return false;
	*p += size;
	return !__builtin_mul_overflow(n, units[(*unit)++].ms, &n) && !__builtin_add_overflow(*ms, n, ms);
}

static bool
parse_duration(const char *text, int64_t *ms_r)
{
	size_t unit = 0;
	int64_t ms = 0;

	do
		if (!take_amount(&text, &unit, &ms))
			return false;
	while (*text);
	*ms_r = ms;
	return true;
}

int
duration_parse(const char *text, int64_t *ms_r, struct err *err)
{
	if (parse_duration(text, ms_r))
		return 0;
	return err_set(err, E_BAD_VALUE, "name", "duration", "value", text, "expected", N_("a duration such as 90s, 15m, 1h30m or 7d"), NULL);
}

const char *
duration_format(struct arena *arena, int64_t ms)
{
	uint64_t whole = ms < 0 ? -(uint64_t)ms : (uint64_t)ms, rest = whole;
	const char *text = ms < 0 ? "-" : "";

	if (rest == 0)
		return arena_strdup(arena, "0s");
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		uint64_t unit = (uint64_t)units[i].ms;

		/* As people say it: 90s, not 1m30s; 1500ms, not 1s500ms. */
		if (unit == 0 || rest < unit || (whole == rest && i >= 2 && rest < 2 * unit && rest % unit != 0))
			continue;
		text = arena_printf(arena, "%s%" PRIu64 "%s", text, rest / unit, units[i].name);
		rest %= unit;
	}
	return text;
}

/* "now", "+15m", "-7d", "@1763712000". */
static bool
parse_instant(const char *text, time_ms now, time_ms *t_r)
{
	bool minus = text[0] == '-' || (text[0] == '@' && text[1] == '-');
	int64_t ms, n = 0;
	int digit;

	if (strcmp(text, "now") == 0)
		return set_time(now, t_r);
	if (take(&text, "+-")) {
		if (!parse_duration(text, &ms))
			return false;
		return !__builtin_add_overflow(now, minus ? -ms : ms, &ms) && set_time(ms, t_r);
	}
	if (!take(&text, "@"))
		return false;
	take(&text, "-");
	if (strlen(text) > 12)
		return false;
	while (take_number(&text, 1, &digit))
		n = n * 10 + digit;
	return text[-1] >= '0' && text[-1] <= '9' && *text == '\0' &&
	       set_time((minus ? -n : n) * MS_SECOND, t_r);
}

/* "today", "tomorrow", "yesterday": day counts from today. */
static bool
take_word(const char **p, struct stamp *s)
{
	static const char *const words[] = { "yesterday", "today", "tomorrow" };

	for (int i = 0; i < 3; i++) {
		size_t size = strlen(words[i]);

		if (strncmp(*p, words[i], size) == 0) {
			*p += size;
			s->day = (i - 1) * MS_DAY;
			return s->relative = true;
		}
	}
	return false;
}

/* "2026-11-21", "tomorrow 09:30", "2026-11-21T09:30:00.000+01:00". */
static bool
parse_stamp(const char *p, struct stamp *s)
{
	if (!take_word(&p, s) && !take_date(&p, &s->day))
		return false;
	if (*p == '\0')
		return true;
	if (!take(&p, s->relative ? " " : " Tt") || !take_clock(&p, false, s))
		return false;
	if (*p == '\0')
		return !s->leap_second;
	/* Whose tomorrow would that be? */
	return !s->relative && take_offset(&p, s) && *p == '\0';
}

int
time_parse(const char *text, time_ms now, const char *zone, time_ms *t_r, struct err *err)
{
	struct stamp s = { 0 };
	int64_t today = 0;
	time_ms t;

	if (parse_instant(text, now, t_r))
		return 0;
	if (!parse_stamp(text, &s))
		return err_set(err, E_BAD_TIME, "value", text, NULL);
	if (s.has_offset)
		return stamp_time(&s, t_r) ? 0 : err_set(err, E_BAD_TIME, "value", text, NULL);
	if (s.relative && zone_today(zone, now, &today, err) < 0)
		return -1;
	if (zone_resolve(zone, text, today + s.day, s.has_clock ? s.clock : -1, &t, err) < 0)
		return -1;
	return set_time(t, t_r) ? 0 : err_set(err, E_BAD_TIME, "value", text, NULL);
}

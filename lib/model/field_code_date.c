/*
 * Times of field codes: instants, that are read and reckoned with on the clocks
 * of the zone. An hour that the clocks jump over is the one after; of one that
 * comes twice the first is meant.
 */
#include <math.h>
#include <time.h>

#include "model/field_code_priv.h"

#define YEAR_MIN 1
#define YEAR_MAX 9999
/* More than any offset from UTC, less than lies between two changes of one. */
#define WINDOW (26 * MS_HOUR)
/* Days that can be added to any time without an overflow. */
#define DAYS_MAX 4e6

static int
offset_at(struct code_run *run, time_ms t, int64_t *offset_r)
{
	const char *zone = run->options->zone;
	struct zone_spans spans = { NULL, 0, 0 };

	*offset_r = 0;
	if (!zone)
		return 0;
	if (zone_spans(run->arena, zone, t, t, &spans, run->err) < 0) {
		run->failed = true;
		return -1;
	}
	*offset_r = spans.v[0].offset;
	return 0;
}

/* As if the clocks of the zone were those of UTC. */
static int
local_of(struct code_run *run, time_ms t, int64_t *local_r)
{
	int64_t offset;

	if (offset_at(run, t, &offset) < 0)
		return -1;
	*local_r = t + offset;
	return 0;
}

static int
instant_of(struct code_run *run, int64_t local, time_ms *t_r)
{
	int64_t before, after, there;

	if (offset_at(run, local - WINDOW, &before) < 0 || offset_at(run, local + WINDOW, &after) < 0 || offset_at(run, local - before, &there) < 0)
		return -1;
	*t_r = local - before;
	if (before == after || there == before)
		return 0;
	if (offset_at(run, local - after, &there) < 0)
		return -1;
	/* With neither the clocks jump over it. */
	if (there == after)
		*t_r = local - after;
	return 0;
}

static bool
split(int64_t local, struct civil *out)
{
	int64_t ms = local % MS_SECOND;
	time_t seconds;
	struct tm tm;

	ms += ms < 0 ? MS_SECOND : 0;
	seconds = (local - ms) / MS_SECOND;
	if (!gmtime_r(&seconds, &tm))
		return false;
	*out = (struct civil){ tm.tm_year + INT64_C(1900), tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)ms, tm.tm_wday };
	return out->year >= YEAR_MIN && out->year <= YEAR_MAX;
}

static int64_t
joined(const struct civil *c)
{
	struct tm tm = { .tm_year = (int)c->year - 1900, .tm_mon = c->month - 1, .tm_mday = c->day, .tm_hour = c->hour, .tm_min = c->minute, .tm_sec = c->second };

	return timegm(&tm) * MS_SECOND + c->ms;
}

static int
too_far(struct code_run *run, const struct node *node)
{
	return code_fault(run, node->at, "a time outside of the years %d to %d", YEAR_MIN, YEAR_MAX);
}

int
code_civil(struct code_run *run, const struct node *node, const struct code_value *time, struct civil *out)
{
	int64_t local;

	if (code_spend(run, node, 0) < 0 || local_of(run, time->time, &local) < 0)
		return -1;
	return split(local, out) ? 0 : too_far(run, node);
}

static int
put_local(struct code_run *run, const struct node *node, int64_t local, bool day, struct code_value *out)
{
	struct civil civil;

	*out = (struct code_value){ .type = CODE_TIME, .day = day };
	if (!split(local, &civil))
		return too_far(run, node);
	return instant_of(run, local, &out->time);
}

static bool
same(const struct civil *a, const struct civil *b)
{
	return a->month == b->month && a->day == b->day && a->hour == b->hour && a->minute == b->minute && a->second == b->second;
}

int
code_put_civil(struct code_run *run, const struct node *node, const struct civil *civil, bool day, struct code_value *out)
{
	struct civil again;
	int64_t local;

	if (civil->year < YEAR_MIN || civil->year > YEAR_MAX)
		return too_far(run, node);
	local = joined(civil);
	/* A day or hour that there is not comes back as another. */
	if (!split(local, &again) || !same(civil, &again))
		return code_fault(run, node->at, "there is no such date or time");
	return put_local(run, node, local, day, out);
}

int
code_add_days(struct code_run *run, const struct node *node, const struct code_value *time, double days, struct code_value *out)
{
	double whole = trunc(days);
	struct civil civil;
	int64_t local;

	if (fabs(days) > DAYS_MAX)
		return too_far(run, node);
	/* A part of a day is so many hours, whatever the clocks do; whole days keep the hour. */
	if (local_of(run, time->time, &local) < 0 || put_local(run, node, local + (int64_t)whole * MS_DAY, time->day && whole == days, out) < 0)
		return -1;
	out->time += llround((days - whole) * (double)MS_DAY);
	return code_civil(run, node, out, &civil);
}

int
code_days_between(struct code_run *run, const struct node *node, const struct code_value *a, const struct code_value *b, struct code_value *out)
{
	int64_t to = a->time, from = b->time;

	/* Days are counted by the calendar: one with 23 hours is one. */
	if (a->day && b->day && (local_of(run, to, &to) < 0 || local_of(run, from, &from) < 0))
		return -1;
	return code_put_number(run, node, (double)(to - from) / (double)MS_DAY, out);
}

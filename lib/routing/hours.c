#include "routing/hours.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/i18n.h"
#include "routing/priv.h"

/* The years 0 to 9999, so that no sum overflows. */
#define FIRST INT64_C(-62167219200000)
#define LAST INT64_C(253402300799999)
/* More than any offset from UTC and the end of a night that began the day before. */
#define MARGIN (4 * MS_DAY)

/* Milliseconds past midnight; an end may lie in the next day. */
struct interval {
	int64_t from, to;
};

struct intervals {
	struct interval *v;
	size_t n, cap;
};

struct special {
	bool yearly;
	char date[TIME_TEXT]; /* "2026-12-25" or "12-25" */
	struct intervals open;
};

struct hours {
	struct arena *arena;
	const char *zone;
	struct intervals week[7];
	size_t n;
	struct special *special;
	/* The zone's offsets, known between from and to. */
	time_ms from, to;
	struct zone_spans spans;
};

struct parser {
	struct arena *arena;
	const char *name, *text, *at;
	struct err *err;
};

const char *
hours_day_name(int day)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };

	return names[day];
}

static int
fail(const struct parser *p, const char *at, const char *what)
{
	return routing_bad(p->err, E_BAD_HOURS, p->name, p->text, at, what);
}

static void
skip_space(struct parser *p)
{
	p->at += strspn(p->at, " \t");
}

static bool
accept(struct parser *p, const char *token)
{
	size_t size = strlen(token);

	skip_space(p);
	if (strncmp(p->at, token, size) != 0)
		return false;
	p->at += size;
	return true;
}

/* Two digits, or -1. */
static int
two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* "09:00"; at most last. */
static int
parse_clock(struct parser *p, int64_t last, int64_t *clock_r)
{
	int hour, minute;

	skip_space(p);
	hour = two_digits(p->at);
	minute = hour >= 0 && p->at[2] == ':' ? two_digits(p->at + 3) : -1;
	if (minute < 0)
		return fail(p, p->at, N_("a time such as 09:00 is missing"));
	*clock_r = hour * MS_HOUR + minute * MS_MINUTE;
	if (minute > 59 || *clock_r > last)
		return fail(p, p->at, N_("no such time (a day goes from 00:00 to 24:00)"));
	p->at += 5;
	return 0;
}

/* Kept in order. */
static int
add_interval(struct parser *p, const char *start, struct intervals *out, struct interval new)
{
	size_t at = out->n;

	for (size_t i = 0; i < out->n; i++)
		if (new.from < out->v[i].to && out->v[i].from < new.to)
			return fail(p, start, N_("overlaps another interval of the day"));
	vec_push(p->arena, out, new);
	for (; at > 0 && out->v[at - 1].from > new.from; at--)
		out->v[at] = out->v[at - 1];
	out->v[at] = new;
	return 0;
}

static int
parse_interval(struct parser *p, struct intervals *out)
{
	struct interval new = { 0 };
	const char *start;

	skip_space(p);
	start = p->at;
	if (parse_clock(p, MS_DAY - MS_MINUTE, &new.from) < 0)
		return -1;
	if (!accept(p, "-"))
		return fail(p, p->at, N_("'-' is missing"));
	if (parse_clock(p, MS_DAY, &new.to) < 0)
		return -1;
	if (new.to == new.from)
		return fail(p, start, N_("ends where it begins (the whole day is 00:00-24:00)"));
	if (new.to < new.from)
		new.to += MS_DAY;
	return add_interval(p, start, out, new);
}

static int
parse_intervals(struct arena *arena, const char *name, const char *text, struct intervals *out, struct err *err)
{
	struct parser p = { arena, name, text ? text : "", text ? text : "", err };

	skip_space(&p);
	if (*p.at && !accept(&p, "closed")) {
		do
			if (parse_interval(&p, out) < 0)
				return -1;
		while (accept(&p, ","));
	}
	skip_space(&p);
	return *p.at ? fail(&p, p.at, N_("this has no place here")) : 0;
}

/* "2026-12-25" or "12-25"; the 29th of February exists in some years. */
static int
parse_day(const char *day, struct special *special, struct err *err)
{
	char stamp[40];
	size_t size = strlen(day);
	time_ms t;

	special->yearly = size == 5;
	if (special->yearly || size == 10)
		snprintf(special->date, sizeof(special->date), "%s", day);
	snprintf(stamp, sizeof(stamp), "%s%.10sT00:00:00Z", special->yearly ? "2000-" : "", special->date);
	if (!time_parse_rfc3339(stamp, &t))
		return routing_bad(err, E_BAD_HOURS, day, day, day, N_("a date such as 2026-12-25 or 12-25 is missing"));
	return 0;
}

static int
parse_special(struct hours *h, const struct hours_special *from, struct err *err)
{
	struct special *to = &h->special[h->n];

	if (parse_day(from->day, to, err) < 0)
		return -1;
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->special[i].date, to->date) == 0)
			return routing_bad(err, E_BAD_HOURS, from->day, from->day, from->day, N_("the same day stands there twice"));
	h->n++;
	return parse_intervals(h->arena, from->day, from->open, &to->open, err);
}

int
hours_parse(struct arena *arena, const struct hours_spec *spec, struct hours **hours_r, struct err *err)
{
	struct hours *h = ARENA_NEW(arena, struct hours);
	size_t intervals = 0;

	if (!*spec->zone || !zone_exists(spec->zone))
		return err_set(err, E_BAD_ZONE, "value", spec->zone, NULL);
	h->arena = arena;
	h->zone = arena_strdup(arena, spec->zone);
	h->special = arena_alloc(arena, (spec->n + 1) * sizeof(*h->special));
	for (int i = 0; i < 7; i++) {
		if (parse_intervals(arena, hours_day_name(i), spec->open[i], &h->week[i], err) < 0)
			return -1;
		intervals += h->week[i].n;
	}
	for (size_t i = 0; i < spec->n; i++) {
		if (parse_special(h, &spec->special[i], err) < 0)
			return -1;
		intervals += h->special[i].open.n;
	}
	if (!intervals)
		return err_set(err, E_NEVER_OPEN, NULL);
	*hours_r = h;
	return 0;
}

/* What begins on a day, given by its midnight as if in UTC. */
static const struct intervals *
of_day(const struct hours *h, int64_t day)
{
	const struct intervals *found = NULL;
	char date[TIME_TEXT];

	if (h->n)
		time_format(day, date);
	date[10] = '\0';
	for (size_t i = 0; i < h->n; i++) {
		const struct special *s = &h->special[i];

		if (strcmp(s->date, s->yearly ? date + 5 : date) != 0)
			continue;
		if (!s->yearly)
			return &s->open;
		found = &s->open;
	}
	/* 1970 began on a Thursday. */
	return found ? found : &h->week[((day / MS_DAY + 3) % 7 + 7) % 7];
}

/* Sees that the offsets between two times are known, and as many again behind them. */
static void
know(struct hours *h, time_ms from, time_ms to)
{
	static struct zone_span utc;

	if (h->spans.n && h->from <= from && to <= h->to)
		return;
	h->from = from;
	h->to = to + (to - from);
	/* It was there when the calendar was parsed. */
	if (zone_spans(h->arena, h->zone, h->from, h->to, &h->spans, NULL) < 0)
		h->spans = (struct zone_spans){ &utc, 1, 1 };
}

static time_ms
end_of_span(const struct hours *h, size_t i)
{
	return i + 1 < h->spans.n ? h->spans.v[i + 1].from : h->to;
}

/* When the clocks first show local or later. */
static time_ms
reached(const struct hours *h, int64_t local)
{
	for (size_t i = 0; i < h->spans.n; i++) {
		const struct zone_span *span = &h->spans.v[i];
		time_ms t = local - span->offset;

		if (t < end_of_span(h, i))
			return t > span->from ? t : span->from;
	}
	return h->to;
}

/* When the clocks have shown what is earlier than local for the last time. */
static time_ms
passed(const struct hours *h, int64_t local)
{
	for (size_t i = h->spans.n; i-- > 0;) {
		const struct zone_span *span = &h->spans.v[i];
		time_ms t = local - span->offset;

		if (t > span->from)
			return t < end_of_span(h, i) ? t : end_of_span(h, i);
	}
	return h->from;
}

struct stretch {
	time_ms from, to;
};

/* What is open now, or else what opens next and not later than last; its beginning may be cut, its end is not. */
static struct stretch
stretch_at(struct hours *h, time_ms now, time_ms last)
{
	struct stretch s = { INT64_MAX, INT64_MAX };
	int64_t today = now - (now % MS_DAY + MS_DAY) % MS_DAY;

	know(h, now - MARGIN, last + MARGIN);
	for (int64_t day = today - MARGIN; day < last + MARGIN; day += MS_DAY) {
		const struct intervals *open = of_day(h, day);

		for (size_t i = 0; i < open->n; i++) {
			struct stretch next = { reached(h, day + open->v[i].from), passed(h, day + open->v[i].to) };

			if (next.to <= now || next.to <= next.from)
				continue;
			/* In the order of their beginnings. */
			if (s.from == INT64_MAX)
				s = next;
			else if (next.from > s.to)
				return s;
			else if (next.to > s.to)
				s.to = next.to;
		}
	}
	return s;
}

static time_ms
within(time_ms t)
{
	if (t < FIRST)
		return FIRST;
	return t > LAST ? LAST : t;
}

bool
hours_open(struct hours *hours, time_ms now)
{
	now = within(now);
	return stretch_at(hours, now, now).from <= now;
}

time_ms
hours_next(struct hours *hours, time_ms now)
{
	struct stretch s;
	time_ms last, next;

	if (now > LAST)
		return INT64_MAX;
	now = within(now);
	last = now + HOURS_AHEAD;
	s = stretch_at(hours, now, last);
	next = s.from > now ? s.from : s.to;
	return next > last ? INT64_MAX : next;
}

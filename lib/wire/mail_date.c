/*
 * Dates of mails: RFC 5322 with its old forms, asctime, ISO 8601, and mixtures.
 * What each figure is, its look says more than its place.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"

#define DATE_MAX 200 /* bytes */

struct date {
	int year, month, day, hour, minute, second;
	int offset; /* minutes */
	bool has_time, has_zone;
};

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static const struct zone {
	const char *name;
	int hours;
} zones[] = {
	{ "EST", -5 },
	{ "EDT", -4 },
	{ "CST", -6 },
	{ "CDT", -5 },
	{ "MST", -7 },
	{ "MDT", -6 },
	{ "PST", -8 },
	{ "PDT", -7 },
	{ "CET", 1 },
	{ "CEST", 2 },
	{ "MET", 1 },
	{ "MEST", 2 },
	{ "BST", 1 },
	{ "EET", 2 },
	{ "EEST", 3 },
	{ "JST", 9 },
	{ "MSK", 3 },
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
number(struct mail_span s)
{
	int n = 0;

	for (size_t i = 0; i < s.n && i < 6; i++)
		n = n * 10 + (s.p[i] - '0');
	return s.n > 6 ? -1 : n;
}

static void
take_word(struct date *d, struct mail_span s)
{
	if (d->month == 0 && s.n >= 3)
		for (int i = 0; i < 12; i++)
			if (strncasecmp(s.p, months + 3L * i, 3) == 0)
				d->month = i + 1;
	for (size_t i = 0; i < COUNT_OF(zones) && d->has_time && !d->has_zone; i++)
		if (mail_span_is(s, zones[i].name)) {
			d->offset = zones[i].hours * 60;
			d->has_zone = true;
		}
}

/* "11:05", "11:05:30.5": behind it. */
static const char *
take_time(struct date *d, int hour, const char *p, const char *end)
{
	int parts[2] = { 0, 0 };

	for (int i = 0; i < 2 && p + 1 < end && (*p == ':' || *p == '.') && is_digit(p[1]); i++) {
		const char *s = ++p;

		while (p < end && is_digit(*p))
			p++;
		parts[i] = number((struct mail_span){ s, (size_t)(p - s) });
	}
	if (p + 1 < end && *p == '.' && is_digit(p[1]))
		for (p++; p < end && is_digit(*p);)
			p++;
	d->hour = hour;
	d->minute = parts[0];
	d->second = parts[1];
	d->has_time = true;
	return p;
}

static void
take_number(struct date *d, struct mail_span s)
{
	int n = number(s);

	if (s.n >= 4 && d->year < 0)
		d->year = n;
	/* "2008-06-03": the month is a figure. */
	else if (d->year >= 0 && d->month == 0 && d->day == 0 && s.n <= 2)
		d->month = n;
	else if (d->day == 0 && s.n <= 2)
		d->day = n;
	else if (d->year < 0 && s.n <= 3)
		d->year = n + (s.n == 2 && n < 50 ? 2000 : 1900);
}

static void
take_zone(struct date *d, bool minus, struct mail_span s)
{
	int n = number(s), minutes = s.n <= 2 ? n * 60 : n / 100 * 60 + n % 100;

	/* A zone of more than a day is none; the time is taken as UTC. */
	d->offset = n < 0 || minutes >= 24 * 60 ? 0 : minus ? -minutes
							    : minutes;
	d->has_zone = true;
}

/* The token at p; behind it. */
static const char *
take(struct date *d, const char *p, const char *end)
{
	const char *from = p;
	bool sign = *p == '+' || *p == '-';

	if (is_alpha(*p)) {
		while (p < end && is_alpha(*p))
			p++;
		take_word(d, (struct mail_span){ from, (size_t)(p - from) });
		return p;
	}
	if (sign && d->has_time && !d->has_zone && p + 1 < end && is_digit(p[1])) {
		char figures[8];
		size_t n = 0;

		for (p++; p < end && (is_digit(*p) || (*p == ':' && n > 0)); p++)
			if (*p != ':' && n < sizeof(figures))
				figures[n++] = *p;
		take_zone(d, *from == '-', (struct mail_span){ figures, n });
		return p;
	}
	if (!is_digit(*p))
		return p + 1;
	while (p < end && is_digit(*p))
		p++;
	if (!d->has_time && p + 1 < end && p - from <= 2 && (*p == ':' || (*p == '.' && d->year >= 0)) && is_digit(p[1]))
		return take_time(d, number((struct mail_span){ from, (size_t)(p - from) }), p, end);
	if (!d->has_time || d->year < 0 || d->day == 0)
		take_number(d, (struct mail_span){ from, (size_t)(p - from) });
	return p;
}

/* As in base/time.c: years begin in March. */
static int64_t
days_of(const struct date *d)
{
	int64_t y = d->year - (d->month <= 2), era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (d->month + (d->month > 2 ? -3 : 9)) + 2) / 5 + d->day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t
mail_date_read(const char *value, size_t size)
{
	struct date d = { .year = -1 };
	const char *p = value, *end = value + (size < DATE_MAX ? size : DATE_MAX);

	while (p < end) {
		/* A comment names the zone that the figures gave. */
		if (*p == '(' && d.has_time)
			break;
		p = take(&d, p, end);
	}
	if (d.year < 1 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 || d.hour < 0 || d.hour > 24 ||
	    d.minute < 0 || d.minute > 59 || d.second < 0 || d.second > 60)
		return MAIL_NO_DATE;
	return (((days_of(&d) * 24 + d.hour) * 60 + d.minute - d.offset) * 60 + d.second) * 1000;
}

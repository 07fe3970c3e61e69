/*
 * Opening hours: what parses, when it is open, and, for whole years in zones
 * with changes of all sorts, every change against a minute-by-minute count of
 * what the C library's clocks show.
 */
#include "routing/hours.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "tests/unit/tap.h"

static struct arena *arena;

/* "mon 09:00-12:00; 12-25 closed": a spec from one line. */
static struct hours *
parsed(const char *zone, const char *text, struct err *err)
{
	struct hours_spec spec = { .zone = zone };
	struct hours_special *special = arena_alloc(arena, 8 * sizeof(*special));
	char *save = NULL;
	struct hours *hours = NULL;

	*err = (struct err){ 0 };
	spec.special = special;
	for (char *part = strtok_r(arena_strdup(arena, text), ";", &save); part; part = strtok_r(NULL, ";", &save)) {
		char *day = part + strspn(part, " "), *open = day + strcspn(day, " ");
		bool known = false;

		*open = *open ? '\0' : *open;
		for (int i = 0; i < 7; i++) {
			if (strncmp(day, hours_day_name(i), 3) != 0 && strcmp(day, "daily") != 0)
				continue;
			spec.open[i] = open + 1;
			known = true;
		}
		if (!known)
			special[spec.n++] = (struct hours_special){ day, open + 1 };
	}
	return hours_parse(arena, &spec, &hours, err) < 0 ? NULL : hours;
}

static time_ms
at(const char *text)
{
	time_ms t = 0;

	if (!time_parse_rfc3339(text, &t))
		ok(false, "no time: %s", text);
	return t;
}

static const struct {
	const char *text, *code, *name, *what, *at;
} bad[] = {
	{ "mon 9:00-12:00", "bad_hours", "monday", "a time such as 09:00 is missing", "1" },
	{ "mon 09:00", "bad_hours", "monday", "'-' is missing", "6" },
	{ "mon 09:00-", "bad_hours", "monday", "a time such as 09:00 is missing", "7" },
	{ "mon 09:00-12:00,", "bad_hours", "monday", "a time such as 09:00 is missing", "13" },
	{ "mon 09:00-12:00 13:00-18:00", "bad_hours", "monday", "this has no place here", "13" },
	{ "tue 09:00-24:01", "bad_hours", "tuesday", "no such time (a day goes from 00:00 to 24:00)", "7" },
	{ "tue 09:60-12:00", "bad_hours", "tuesday", "no such time (a day goes from 00:00 to 24:00)", "1" },
	{ "tue 24:00-02:00", "bad_hours", "tuesday", "no such time (a day goes from 00:00 to 24:00)", "1" },
	{ "sun 09:00-09:00", "bad_hours", "sunday", "ends where it begins (the whole day is 00:00-24:00)", "1" },
	{ "sun 09:00-12:00, 11:59-13:00", "bad_hours", "sunday", "overlaps another interval of the day", "14" },
	{ "sun 22:00-06:00, 23:00-24:00", "bad_hours", "sunday", "overlaps another interval of the day", "14" },
	{ "sun open", "bad_hours", "sunday", "a time such as 09:00 is missing", "1" },
	{ "sun closed, 09:00-10:00", "bad_hours", "sunday", "this has no place here", "7" },
	{ "mon 09:00-12:00; 02-30 closed", "bad_hours", "02-30", "a date such as 2026-12-25 or 12-25 is missing", "1" },
	{ "mon 09:00-12:00; 2026-02-29 closed", "bad_hours", "2026-02-29", "a date such as 2026-12-25 or 12-25 is missing", "1" },
	{ "mon 09:00-12:00; 12/25 closed", "bad_hours", "12/25", "a date such as 2026-12-25 or 12-25 is missing", "1" },
	{ "mon 09:00-12:00; christmas closed", "bad_hours", "christmas", "a date such as 2026-12-25 or 12-25 is missing", "1" },
	{ "mon 09:00-12:00; 12-25 closed; 12-25 closed", "bad_hours", "12-25", "the same day stands there twice", "1" },
	{ "mon 09:00-12:00; 12-25 9-12", "bad_hours", "12-25", "a time such as 09:00 is missing", "1" },
	{ "mon closed; 12-25 closed", "never_open", NULL, NULL, NULL },
	{ "", "never_open", NULL, NULL, NULL },
};

static void
test_bad(void)
{
	struct err err;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		ok(!parsed("Europe/Paris", bad[i].text, &err), "refused: %s", bad[i].text);
		is_str(err_name(err.code), bad[i].code, "... code");
		is_str(err_get(&err, "name"), bad[i].name, "... name");
		is_str(err_get(&err, "what"), bad[i].what, "... what");
		is_str(err_get(&err, "at"), bad[i].at, "... at");
	}
	ok(!parsed("Mars/Olympus_Mons", "mon 09:00-12:00", &err) && err.code == E_BAD_ZONE, "no such zone");
	ok(!parsed("", "mon 09:00-12:00", &err) && err.code == E_BAD_ZONE, "the zone of TZ is nobody's");
	ok(parsed("UTC", "2026-12-25 09:00-12:00", &err), "open on one day only");
}

#define WORK "mon 09:00-12:00, 13:00-18:00;tue 13:00-18:00,09:00-12:00; fri 22:00 - 06:00; 12-25 closed; 2027-12-25 10:00-11:00; 2026-11-23 10:00-24:00"

/* Whether it is open then, and until when that is so. 2026-11-21 is a Saturday. */
static const struct {
	const char *zone, *text, *now;
	bool open;
	const char *next, *what;
} instants[] = {
	{ "UTC", WORK, "2026-11-24T08:59:59.999Z", false, "2026-11-24T09:00:00.000Z", "before the first interval" },
	{ "UTC", WORK, "2026-11-24T09:00:00Z", true, "2026-11-24T12:00:00.000Z", "the beginning is in" },
	{ "UTC", WORK, "2026-11-24T12:00:00Z", false, "2026-11-24T13:00:00.000Z", "the end is not" },
	{ "UTC", WORK, "2026-11-24T18:00:00Z", false, "2026-11-27T22:00:00.000Z", "days without hours" },
	{ "UTC", WORK, "2026-11-27T23:00:00Z", true, "2026-11-28T06:00:00.000Z", "a night" },
	{ "UTC", WORK, "2026-11-28T05:59:59.999Z", true, "2026-11-28T06:00:00.000Z", "... its last millisecond" },
	{ "UTC", WORK, "2026-11-23T09:30:00Z", false, "2026-11-23T10:00:00.000Z", "a special day instead of its weekday" },
	{ "UTC", WORK, "2026-11-23T23:59:00Z", true, "2026-11-24T00:00:00.000Z", "... until midnight" },
	{ "UTC", WORK, "2026-12-25T23:00:00Z", false, "2026-12-28T09:00:00.000Z", "closed each year: the night of that Friday, too" },
	{ "UTC", WORK, "2027-12-25T10:30:00Z", true, "2027-12-25T11:00:00.000Z", "one date comes before that of each year" },
	{ "UTC", "thu 20:00-04:00; 12-25 closed", "2026-12-25T03:00:00Z", true, "2026-12-25T04:00:00.000Z", "a special day leaves the night before it" },
	{ "UTC", "daily 00:00-24:00", "2026-11-23T23:59:00Z", true, NULL, "always open" },
	{ "UTC", "daily 12:00-24:00; mon 00:00-12:00", "2026-11-22T23:00:00Z", true, "2026-11-23T12:00:00.000Z", "two days that touch" },
	{ "UTC", "daily 22:00-06:00; tue 05:00-07:00", "2026-11-24T02:00:00Z", true, "2026-11-24T07:00:00.000Z", "two days that overlap" },
	{ "UTC", "2026-12-25 10:00-11:00", "2026-12-25T10:30:00Z", true, "2026-12-25T11:00:00.000Z", "one hour in all" },
	{ "UTC", "2026-12-25 10:00-11:00", "2026-12-25T11:00:00Z", false, NULL, "... and no other" },
	{ "UTC", "2026-12-25 10:00-11:00", "2025-11-20T10:00:00Z", false, "2026-12-25T10:00:00.000Z", "400 days ahead" },
	{ "UTC", "2026-12-25 10:00-11:00", "2025-11-20T09:59:59.999Z", false, NULL, "a millisecond more than 400 days" },
	{ "UTC", "02-29 10:00-11:00", "2027-11-20T00:00:00Z", false, "2028-02-29T10:00:00.000Z", "a leap day" },
	{ "UTC", "sat 10:00-11:00", "2000-01-01T10:00:00Z", true, "2000-01-01T11:00:00.000Z", "weekdays: a Saturday" },
	{ "UTC", "sun 10:00-11:00", "1969-12-28T10:00:00Z", true, "1969-12-28T11:00:00.000Z", "... a Sunday before 1970" },
	{ "Europe/Paris", "mon 09:00-12:00", "2026-11-23T08:00:00Z", true, "2026-11-23T11:00:00.000Z", "in Paris" },
	{ "Asia/Kathmandu", "mon 09:00-12:00", "2026-11-23T03:15:00Z", true, "2026-11-23T06:15:00.000Z", "in Kathmandu" },
	/* Paris, 2026-03-29: 02:00 is 03:00. */
	{ "Europe/Paris", "sun 02:30-04:00", "2026-03-29T00:59:59Z", false, "2026-03-29T01:00:00.000Z", "a beginning in the gap is its end" },
	{ "Europe/Paris", "sun 02:30-04:00", "2026-03-29T01:00:00Z", true, "2026-03-29T02:00:00.000Z", "... when it is open" },
	{ "Europe/Paris", "sun 01:00-02:30", "2026-03-29T00:30:00Z", true, "2026-03-29T01:00:00.000Z", "an end in the gap" },
	{ "Europe/Paris", "sun 02:00-03:00", "2026-03-29T00:59:00Z", false, "2026-04-05T00:00:00.000Z", "wholly in the gap: a week later" },
	{ "Europe/Paris", "sun 01:00-02:15,02:45-04:00", "2026-03-29T00:30:00Z", true, "2026-03-29T02:00:00.000Z", "a break in the gap is none" },
	{ "Europe/Paris", "daily 00:00-24:00", "2026-03-28T12:00:00Z", true, NULL, "always open, all the same" },
	/* Paris, 2026-10-25: 03:00 is 02:00 again. */
	{ "Europe/Paris", "sun 02:30-04:00", "2026-10-25T00:00:00Z", false, "2026-10-25T00:30:00.000Z", "the first pass opens" },
	{ "Europe/Paris", "sun 02:30-04:00", "2026-10-25T01:15:00Z", true, "2026-10-25T03:00:00.000Z", "... and the second does not close" },
	{ "Europe/Paris", "sun 01:00-02:30", "2026-10-25T00:45:00Z", true, "2026-10-25T01:30:00.000Z", "the last pass closes" },
	{ "Europe/Paris", "sun 01:00-02:00", "2026-10-24T23:30:00Z", true, "2026-10-25T00:00:00.000Z", "what ends before the repeated hour is not repeated" },
	{ "Europe/Paris", "sun 03:00-04:00", "2026-10-25T00:45:00Z", false, "2026-10-25T02:00:00.000Z", "what begins behind it neither" },
	{ "Europe/Paris", "sun 02:00-03:00", "2026-10-25T00:00:00Z", true, "2026-10-25T02:00:00.000Z", "the hour itself: two" },
	{ "Europe/Paris", "sun 02:15-02:20", "2026-10-25T00:30:00Z", true, "2026-10-25T01:20:00.000Z", "no break between the passes" },
	{ "Europe/Paris", "sat 22:00-06:00", "2026-10-24T20:00:00Z", true, "2026-10-25T05:00:00.000Z", "a night of nine hours" },
	/* New York, 2026-03-08 and 2026-11-01. */
	{ "America/New_York", "sun 02:30-04:00", "2026-03-08T06:59:00Z", false, "2026-03-08T07:00:00.000Z", "New York: the gap" },
	{ "America/New_York", "sun 01:30-04:00", "2026-11-01T05:30:00Z", true, "2026-11-01T09:00:00.000Z", "... and the hour that comes twice" },
	/* Lord Howe, 2026-04-05: 02:00 is 01:30 again; 2026-10-04: 02:00 is 02:30. */
	{ "Australia/Lord_Howe", "sun 01:45-02:15", "2026-04-04T14:44:00Z", false, "2026-04-04T14:45:00.000Z", "Lord Howe: half an hour twice" },
	{ "Australia/Lord_Howe", "sun 01:45-02:15", "2026-04-04T14:45:00Z", true, "2026-04-04T15:45:00.000Z", "... an hour in all" },
	{ "Australia/Lord_Howe", "sun 02:15-03:00", "2026-10-03T15:29:00Z", false, "2026-10-03T15:30:00.000Z", "... half an hour left out" },
	/* Midnight itself: Beirut leaves it out, Havana has the hour before 01:00 twice. */
	{ "Asia/Beirut", "sun 00:00-01:30", "2026-03-28T21:59:00Z", false, "2026-03-28T22:00:00.000Z", "a day that begins at 01:00" },
	{ "America/Havana", "sat 20:00-24:00; sun 00:30-02:00", "2026-11-01T03:00:00Z", true, "2026-11-01T04:00:00.000Z", "a day's first hour twice" },
	{ "America/Havana", "sat 20:00-24:00; sun 00:30-02:00", "2026-11-01T05:10:00Z", true, "2026-11-01T07:00:00.000Z", "... open in its second pass" },
	/* Apia had no 2011-12-30. */
	{ "Pacific/Apia", "fri 09:00-17:00; sat 09:00-10:00", "2011-12-30T03:00:00Z", false, "2011-12-30T19:00:00.000Z", "a day left out" },
};

static void
test_instants(void)
{
	for (size_t i = 0; i < COUNT_OF(instants); i++) {
		struct err err;
		struct hours *h = parsed(instants[i].zone, instants[i].text, &err);
		time_ms now = at(instants[i].now), next = h ? hours_next(h, now) : 0;
		char text[TIME_TEXT];

		if (!ok(h != NULL, "%s: %s", instants[i].zone, instants[i].what))
			continue;
		ok(hours_open(h, now) == instants[i].open, "... %s", instants[i].open ? "open" : "closed");
		is_str(next == INT64_MAX ? NULL : time_format(next, text), instants[i].next, "... until");
	}
}

/* The oracle: what the clocks show in each minute of a year and some days around it. */
enum { BEFORE = 4 * 24 * 60,
       YEAR = 366 * 24 * 60,
       MINUTES = BEFORE + YEAR + BEFORE };

static int64_t local[MINUTES], latest[MINUTES], earliest[MINUTES];
static bool open_at[MINUTES];

static void
read_clocks(const char *zone, time_ms start)
{
	setenv("TZ", zone, 1);
	tzset();
	for (int i = 0; i < MINUTES; i++) {
		time_t t = (time_t)(start / MS_SECOND) + (time_t)(i - BEFORE) * 60;
		struct tm tm;

		localtime_r(&t, &tm);
		local[i] = (t + tm.tm_gmtoff) * MS_SECOND;
		latest[i] = i && latest[i - 1] > local[i] ? latest[i - 1] : local[i];
	}
	for (int i = MINUTES - 1; i >= 0; i--)
		earliest[i] = i < MINUTES - 1 && earliest[i + 1] < local[i] ? earliest[i + 1] : local[i];
	setenv("TZ", "UTC", 1);
	tzset();
}

/* The beginning has been shown, and what is before the end is yet to be shown, or is. The clocks are less than two days off UTC. */
static void
mark(time_ms start, int64_t from, int64_t to)
{
	int64_t first = (from - start) / MS_MINUTE + BEFORE - 2880, last = (to - start) / MS_MINUTE + BEFORE + 2880;

	for (int64_t i = first > 0 ? first : 0; i < MINUTES && i < last; i++)
		open_at[i] = open_at[i] || (latest[i] >= from && earliest[i] < to);
}

static const struct {
	int from, to; /* minutes of the day */
} shifts[] = { { 0, 30 }, { 60, 150 }, { 150, 240 }, { 540, 1080 }, { 1320, 1800 }, { 135, 165 }, { 1380, 1440 } };

/* Each weekday has a shift of its own; where the seed says so, none. */
static const char *
calendar(unsigned seed, time_ms start)
{
	const char *text = "";

	memset(open_at, 0, sizeof(open_at));
	for (int day = 0; day < 7; day++) {
		size_t s = (seed + (unsigned)day) % COUNT_OF(shifts);

		if (seed >> day & 1)
			continue;
		text = arena_printf(arena, "%s; %s %02d:%02d-%02d:%02d", text, hours_day_name(day), shifts[s].from / 60, shifts[s].from % 60,
				    shifts[s].to % 1440 / 60, shifts[s].to % 60);
		for (int64_t d = start / MS_DAY - 3; d < start / MS_DAY + 372; d++)
			if ((d + 3) % 7 == day)
				mark(start, d * MS_DAY + shifts[s].from * MS_MINUTE, d * MS_DAY + shifts[s].to * MS_MINUTE);
	}
	return text;
}

/* Both ways: each change that hours_next names is the oracle's next one, and the state holds until then. */
static void
compare(const char *zone, const char *text, time_ms start)
{
	struct err err;
	struct hours *h = parsed(zone, text, &err);
	int wrong = 0, changes = 0;
	time_ms next = start;

	if (!ok(h != NULL, "%s:%s", zone, text))
		return;
	for (int i = BEFORE; i < BEFORE + YEAR; i++) {
		time_ms now = start + (i - BEFORE) * MS_MINUTE;

		if (now > start && open_at[i] != open_at[i - 1]) {
			wrong += now != next;
			changes++;
		}
		if (now >= next) {
			wrong += hours_open(h, now) != open_at[i] || hours_open(h, now - 1) != open_at[i - 1];
			next = hours_next(h, now);
			wrong += next <= now || hours_next(h, next - 1) != next;
		}
		if (i % 7 == 0)
			wrong += hours_open(h, now) != open_at[i];
	}
	ok(changes > 40, "... %d changes", changes);
	is_int(wrong, 0, "... all as the clocks show");
}

static void
test_years(void)
{
	static const struct {
		const char *zone, *start;
	} years[] = {
		{ "Europe/Paris", "2026-01-01T00:00:00Z" },
		{ "America/New_York", "2026-01-01T00:00:00Z" },
		{ "Australia/Lord_Howe", "2026-01-01T00:00:00Z" },
		{ "America/Havana", "2026-01-01T00:00:00Z" },
		{ "Asia/Beirut", "2026-01-01T00:00:00Z" },
		{ "Africa/Casablanca", "2026-01-01T00:00:00Z" },
		{ "Pacific/Apia", "2011-06-01T00:00:00Z" },
		{ "Europe/Paris", "2060-01-01T00:00:00Z" },
	};

	for (size_t i = 0; i < COUNT_OF(years); i++) {
		time_ms start = at(years[i].start);

		read_clocks(years[i].zone, start);
		for (unsigned seed = 0; seed < 7; seed++)
			compare(years[i].zone, calendar(seed * 0x15, start), start);
	}
}

static void
test_edges(void)
{
	struct err err;
	struct hours *h = parsed("Europe/Paris", WORK, &err);
	char *tz = getenv("TZ");

	ok(hours_next(h, INT64_MIN) > INT64_MIN && hours_next(h, INT64_MAX) == INT64_MAX, "the ends of time");
	ok(hours_open(h, INT64_MIN) && hours_open(h, INT64_MAX), "... in the Friday nights before the year 0 and after 9999");
	ok(hours_open(h, at("2026-11-24T08:00:00Z")), "back to where the offsets were known before");
	is_str(tz, "UTC", "TZ is left as it was");
}

int
main(void)
{
	arena = arena_new();
	setenv("TZ", "UTC", 1);
	test_bad();
	test_instants();
	test_years();
	test_edges();
	arena_free(&arena);
	return done();
}

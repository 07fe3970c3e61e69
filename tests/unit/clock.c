/*
 * Time as text, in all the forms that people and programs write it; local
 * times where the clocks change; clocks that are pinned.
 */
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"

/* Saturday 2026-11-21T09:30:00Z */
#define NOW INT64_C(1795253400000)

static struct arena *arena;

static void
test_rfc3339(void)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "2026-11-21T09:30:00Z", "2026-11-21T09:30:00.000Z", "UTC" },
		{ "2026-11-21T09:30:00.5Z", "2026-11-21T09:30:00.500Z", "tenths" },
		{ "2026-11-21t09:30:00.123456789z", "2026-11-21T09:30:00.123Z", "small letters, nanoseconds" },
		{ "2026-11-21T00:30:00+01:00", "2026-11-20T23:30:00.000Z", "east of Greenwich" },
		{ "2026-11-21T23:30:00-05:30", "2026-11-22T05:00:00.000Z", "west of it" },
		{ "2026-11-21T09:30:00-00:00", "2026-11-21T09:30:00.000Z", "an unknown offset" },
		{ "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z", "a leap day" },
		{ "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z", "a leap day of a fourth century" },
		{ "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", "before 1970" },
		{ "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z", "the first one" },
		{ "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", "the last one" },
		{ "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z", "a leap second counts as the next" },
		{ "2016-12-31T18:59:60.5-05:00", "2017-01-01T00:00:00.500Z", "elsewhere too" },
		{ "2016-12-31T22:59:60Z", NULL, "but not in the middle of a day" },
		{ "2023-02-29T00:00:00Z", NULL, "no leap day" },
		{ "1900-02-29T00:00:00Z", NULL, "no leap day of a century" },
		{ "2026-04-31T00:00:00Z", NULL, "the 31st of a short month" },
		{ "2026-00-10T00:00:00Z", NULL, "month 0" },
		{ "2026-13-10T00:00:00Z", NULL, "month 13" },
		{ "2026-11-00T00:00:00Z", NULL, "day 0" },
		{ "2026-11-21T24:00:00Z", NULL, "hour 24" },
		{ "2026-11-21T09:60:00Z", NULL, "minute 60" },
		{ "2026-11-21T09:30:61Z", NULL, "second 61" },
		{ "2026-11-21T09:30:00+24:00", NULL, "an offset of a day" },
		{ "2026-11-21T09:30:00+0100", NULL, "an offset without colon" },
		{ "2026-11-21T09:30:00", NULL, "no offset" },
		{ "2026-11-21T09:30Z", NULL, "no seconds" },
		{ "2026-11-21 09:30:00Z", NULL, "a blank for T" },
		{ "2026-11-21T09:30:00.Z", NULL, "a point without digits" },
		{ "2026-11-21T09:30:00Z ", NULL, "a blank behind" },
		{ " 2026-11-21T09:30:00Z", NULL, "a blank before" },
		{ "+026-11-21T09:30:00Z", NULL, "a sign" },
		{ "0000-01-01T00:00:00+00:01", NULL, "a minute before the first" },
		{ "9999-12-31T23:59:59-00:01", NULL, "a minute behind the last" },
		{ "", NULL, "nothing" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		char text[TIME_TEXT];
		time_ms t;

		is_str(time_parse_rfc3339(table[i].text, &t) ? time_format(t, text) : NULL, table[i].want, table[i].what);
	}
}

static void
test_format(void)
{
	char text[TIME_TEXT];
	bool same = true;

	is_str(time_format(0, text), "1970-01-01T00:00:00.000Z", "the epoch");
	is_str(time_format(-1, text), "1969-12-31T23:59:59.999Z", "a millisecond before");
	is_str(time_format(INT64_MAX, text), "9999-12-31T23:59:59.999Z", "what is later than all is the last");
	is_str(time_format(INT64_MIN, text), "0000-01-01T00:00:00.000Z", "what is earlier than all is the first");
	for (time_ms t = INT64_C(-62167219200000); t < INT64_C(253402300799999); t += 86399999 * INT64_C(97)) {
		time_ms back = 0;

		same = same && strlen(time_format(t, text)) == 24 && time_parse_rfc3339(text, &back) && back == t;
	}
	ok(same, "what is formatted reads back the same in all years");
}

/* The time, or the name of the error. */
static const char *
parse(const char *text, const char *zone, struct err *err)
{
	char *out = arena_alloc(arena, TIME_TEXT);
	time_ms t;

	*err = (struct err){ 0 };
	return time_parse(text, NOW, zone, &t, err) < 0 ? err_name(err->code) : time_format(t, out);
}

static void
test_parse(void)
{
	static const struct {
		const char *text, *zone, *want;
	} table[] = {
		{ "now", "UTC", "2026-11-21T09:30:00.000Z" },
		{ "+15m", "UTC", "2026-11-21T09:45:00.000Z" },
		{ "-7d", "UTC", "2026-11-14T09:30:00.000Z" },
		{ "+1h30m", "UTC", "2026-11-21T11:00:00.000Z" },
		{ "+0s", "Nowhere/At_All", "2026-11-21T09:30:00.000Z" },
		{ "@1763712000", "UTC", "2025-11-21T08:00:00.000Z" },
		{ "@0", "UTC", "1970-01-01T00:00:00.000Z" },
		{ "@-1", "UTC", "1969-12-31T23:59:59.000Z" },
		{ "2026-11-21", "Europe/Paris", "2026-11-20T23:00:00.000Z" },
		{ "2026-11-21 09:30", "Europe/Paris", "2026-11-21T08:30:00.000Z" },
		{ "2026-07-21T09:30:05.25", "Europe/Paris", "2026-07-21T07:30:05.250Z" },
		{ "2026-11-21T09:30Z", "Europe/Paris", "2026-11-21T09:30:00.000Z" },
		{ "2026-11-21 09:30-05:00", "Europe/Paris", "2026-11-21T14:30:00.000Z" },
		{ "today", "Europe/Paris", "2026-11-20T23:00:00.000Z" },
		{ "today", "Pacific/Auckland", "2026-11-20T11:00:00.000Z" },
		{ "tomorrow 09:30", "America/New_York", "2026-11-22T14:30:00.000Z" },
		{ "yesterday", "America/New_York", "2026-11-20T05:00:00.000Z" },
		{ "yesterday 23:59:59", "Asia/Kathmandu", "2026-11-20T18:14:59.000Z" },
		{ "1890-01-01 00:00", "Europe/Paris", "1889-12-31T23:50:39.000Z" },
		{ "2100-07-01 12:00", "Europe/Paris", "2100-07-01T10:00:00.000Z" },
		{ "9999-12-31 23:59", "America/New_York", "bad_time" },
		{ "0000-01-01 00:00", "Asia/Tokyo", "bad_time" },
		{ "+9999999d", "UTC", "bad_time" },
		{ "+99999999999999999999d", "UTC", "bad_time" },
		{ "@999999999999", "UTC", "bad_time" },
		{ "@", "UTC", "bad_time" },
		{ "@-", "UTC", "bad_time" },
		{ "@1x", "UTC", "bad_time" },
		{ "@9223372036854775807", "UTC", "bad_time" },
		{ "+", "UTC", "bad_time" },
		{ "+-5m", "UTC", "bad_time" },
		{ "15m", "UTC", "bad_time" },
		{ "NOW", "UTC", "bad_time" },
		{ "tomorrow09:30", "UTC", "bad_time" },
		{ "tomorrow 09:30Z", "UTC", "bad_time" },
		{ "tomorrow ", "UTC", "bad_time" },
		{ "2026-11-21Z", "UTC", "bad_time" },
		{ "2026-11-21 9:30", "UTC", "bad_time" },
		{ "2026-11-21 23:59:60", "UTC", "bad_time" },
		{ "21.11.2026", "UTC", "bad_time" },
		{ "", "UTC", "bad_time" },
		{ "today", "Mars/Olympus_Mons", "bad_zone" },
		{ "2026-11-21", "../../../etc/passwd", "bad_zone" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err;
		const char *what = arena_printf(arena, "'%s' in %s", table[i].text, table[i].zone);

		is_str(parse(table[i].text, table[i].zone, &err), table[i].want, what);
	}
}

/* Where the clocks change: the time, or the error and the two that are meant. */
static void
test_changes(void)
{
	static const struct {
		const char *text, *zone, *want, *first, *second;
	} table[] = {
		{ "2026-03-29 01:59", "Europe/Paris", "2026-03-29T00:59:00.000Z", NULL, NULL },
		{ "2026-03-29 02:00", "Europe/Paris", "time_gap", NULL, NULL },
		{ "2026-03-29 02:59:59.999", "Europe/Paris", "time_gap", NULL, NULL },
		{ "2026-03-29 03:00", "Europe/Paris", "2026-03-29T01:00:00.000Z", NULL, NULL },
		{ "2026-10-25 01:59", "Europe/Paris", "2026-10-24T23:59:00.000Z", NULL, NULL },
		{ "2026-10-25 02:00", "Europe/Paris", "time_twice", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00" },
		{ "2026-10-25 02:59", "Europe/Paris", "time_twice", "2026-10-25T02:59:00+02:00", "2026-10-25T02:59:00+01:00" },
		{ "2026-10-25 03:00", "Europe/Paris", "2026-10-25T02:00:00.000Z", NULL, NULL },
		{ "2026-10-25T02:30+02:00", "Europe/Paris", "2026-10-25T00:30:00.000Z", NULL, NULL },
		{ "2026-03-08 01:59", "America/New_York", "2026-03-08T06:59:00.000Z", NULL, NULL },
		{ "2026-03-08 02:30", "America/New_York", "time_gap", NULL, NULL },
		{ "2026-03-08 03:00", "America/New_York", "2026-03-08T07:00:00.000Z", NULL, NULL },
		{ "2026-11-01 00:59", "America/New_York", "2026-11-01T04:59:00.000Z", NULL, NULL },
		{ "2026-11-01 01:30", "America/New_York", "time_twice", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00" },
		{ "2026-11-01 02:00", "America/New_York", "2026-11-01T07:00:00.000Z", NULL, NULL },
		{ "2026-04-05 01:45", "Australia/Lord_Howe", "time_twice", "2026-04-05T01:45:00+11:00", "2026-04-05T01:45:00+10:30" },
		/* Midnight itself: left out, or there twice; a day that never was. */
		{ "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z", NULL, NULL },
		{ "2018-11-04 00:30", "America/Sao_Paulo", "time_gap", NULL, NULL },
		{ "2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z", NULL, NULL },
		{ "2026-11-01 00:00", "America/Havana", "time_twice", "2026-11-01T00:00:00-04:00", "2026-11-01T00:00:00-05:00" },
		{ "2010-11-07", "America/St_Johns", "2010-11-07T02:30:00.000Z", NULL, NULL },
		{ "2011-12-30", "Pacific/Apia", "time_gap", NULL, NULL },
		{ "2011-12-30 12:00", "Pacific/Apia", "time_gap", NULL, NULL },
		{ "2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00.000Z", NULL, NULL },
		{ "1911-03-10 23:55", "Europe/Paris", "time_twice", "1911-03-10T23:45:39.000Z", "1911-03-10T23:55:00+00:00" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err;
		const char *what = arena_printf(arena, "'%s' in %s", table[i].text, table[i].zone);

		is_str(parse(table[i].text, table[i].zone, &err), table[i].want, what);
		is_str(err_get(&err, "first"), table[i].first, "the first one meant");
		is_str(err_get(&err, "second"), table[i].second, "the second one");
	}
}

static void
test_durations(void)
{
	static const struct {
		const char *text;
		int64_t want; /* -1: none */
		const char *back;
	} table[] = {
		{ "0s", 0, "0s" },
		{ "90s", 90000, "90s" },
		{ "15m", 900000, "15m" },
		{ "1h30m", 5400000, "1h30m" },
		{ "90m", 5400000, "1h30m" },
		{ "7d", 604800000, "7d" },
		{ "250ms", 250, "250ms" },
		{ "1500ms", 1500, "1500ms" },
		{ "2s5ms", 2005, "2s5ms" },
		{ "60s", 60000, "1m" },
		{ "1h1m30s", 3690000, "1h1m30s" },
		{ "1d2h3m4s5ms", 93784005, "1d2h3m4s5ms" },
		{ "106751991167d7h12m55s807ms", INT64_MAX, "106751991167d7h12m55s807ms" },
		{ "106751991167d7h12m55s808ms", -1, NULL },
		{ "99999999999999999999s", -1, NULL },
		{ "106751991168d", -1, NULL },
		{ "", -1, NULL },
		{ "5", -1, NULL },
		{ "m", -1, NULL },
		{ "-5m", -1, NULL },
		{ "+5m", -1, NULL },
		{ "1.5h", -1, NULL },
		{ "30m1h", -1, NULL },
		{ "1m1m", -1, NULL },
		{ "1w", -1, NULL },
		{ "5M", -1, NULL },
		{ "5 m", -1, NULL },
		{ "5mm", -1, NULL },
		{ "5m ", -1, NULL },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err = { 0 };
		int64_t ms = -1;
		int rc = duration_parse(table[i].text, &ms, &err);

		ok(rc == (table[i].want < 0 ? -1 : 0) && ms == table[i].want, "the duration '%s'", table[i].text);
		if (rc == 0)
			is_str(duration_format(arena, ms), table[i].back, "and back");
		else
			is_int(err.code, E_BAD_VALUE, "is none");
	}
	is_str(duration_format(arena, -90000), "-90s", "a negative one has a sign");
	is_str(duration_format(arena, INT64_MIN), "-106751991167d7h12m55s808ms", "the most negative one too");
}

static void
test_zones(void)
{
	static const struct {
		const char *zone;
		bool want;
	} table[] = {
		{ "", true },
		{ "UTC", true },
		{ "Europe/Paris", true },
		{ "America/Argentina/Buenos_Aires", true },
		{ "Etc/GMT+5", true },
		{ "Europe", false },
		{ "Europe/Pari", false },
		{ "../zoneinfo/Europe/Paris", false },
		{ "Europe/../Europe/Paris", false },
		{ "/usr/share/zoneinfo/Europe/Paris", false },
		{ ":Europe/Paris", false },
		{ "CET-1CEST", false },
		{ "zone.tab", false },
		{ "Europe/Paris\n", false },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		ok(zone_exists(table[i].zone) == table[i].want, "%s zone '%s'", table[i].want ? "a" : "no", table[i].zone);
	setenv("TZDIR", "/nowhere", 1);
	ok(!zone_exists("Europe/Paris") && zone_exists("UTC"), "TZDIR says where zones are; UTC needs none");
	unsetenv("TZDIR");
}

static void
test_format_zone(void)
{
	static const struct {
		const char *zone, *format, *want;
	} table[] = {
		{ "Europe/Paris", "%Y-%m-%d %H:%M:%S %z %Z", "2026-11-21 10:30:00 +0100 CET" },
		{ "America/New_York", "%a %d %b %H:%M %z", "Sat 21 Nov 04:30 -0500" },
		{ "Asia/Kathmandu", "%H:%M %z", "15:15 +0545" },
		{ "UTC", "%s", "1795253400" },
		{ "UTC", "", "" },
		{ "UTC", "%A, %B; 100%%", "Saturday, November; 100%" },
	};
	struct err err = { 0 };
	const char *text;

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(time_format_zone(arena, NOW, table[i].zone, table[i].format, &text, &err) < 0 ? NULL : text, table[i].want, table[i].format);
	is_int(time_format_zone(arena, NOW, "UTC", "%0500d", &text, &err), 0, "a long field");
	is_int((int64_t)strlen(text), 500, "has room");
	is_int(time_format_zone(arena, NOW, "Nowhere", "%s", &text, &err), -1, "no zone");
	is_int(err.code, E_BAD_ZONE, "is an error");
	is_str(time_format_local(arena, NOW, "Europe/Paris", "%H:%M"), "10:30", "for people");
	is_str(time_format_local(arena, NOW, "Nowhere", "%H:%M"), "2026-11-21T09:30:00.000Z", "who read UTC rather than nothing");
	is_int(time_format_mail(arena, NOW, "Europe/Paris", &text, &err), 0, "a mail's date");
	is_str(text, "Sat, 21 Nov 2026 10:30:00 +0100", "as RFC 5322 wants it");
	is_int(time_format_zone(arena, -1, "UTC", "%F %T", &text, &err), 0, "a millisecond before 1970");
	is_str(text, "1969-12-31 23:59:59", "is in the second before");
}

static void
test_tz(void)
{
	struct err err;

	setenv("TZ", "America/New_York", 1);
	is_str(parse("2026-11-21 09:30", "Europe/Paris", &err), "2026-11-21T08:30:00.000Z", "the zone asked for counts");
	is_str(parse("2026-11-21 09:30", "", &err), "2026-11-21T14:30:00.000Z", "without one TZ counts");
	is_str(getenv("TZ"), "America/New_York", "which is left as it was");
	parse("2026-03-08 02:30", "", &err);
	is_str(err_get(&err, "zone"), "America/New_York", "and named in messages");
	unsetenv("TZ");
	parse("2026-11-21 09:30", "Europe/Paris", &err);
	ok(getenv("TZ") == NULL, "no TZ stays none");
}

static void
test_pin(void)
{
	char path[] = "/tmp/ixn-clock-XXXXXX";
	struct err err = { 0 };
	int fd = mkstemp(path), rc;
	int64_t before;

	ok(!clock_is_pinned() && clock_now() > INT64_C(1700000000000), "a clock goes");
	is_int(clock_pin("2026-11-21T09:30:00Z", &err), 0, "it can be pinned");
	ok(clock_is_pinned() && clock_now() == NOW, "to a time");
	is_int(clock_pin("tomorrow", &err), -1, "only to a time");
	is_int(err.code, E_BAD_TIME, "in RFC 3339");
	ok(clock_is_pinned() && clock_now() == NOW, "or it stays where it was");
	rc = file_write(path, "2026-11-21T09:30:01Z\n", 21, true, false, &err);
	ok(rc == 0 && clock_pin(path, &err) == 0 && clock_now() == NOW + 1000, "or to a file");
	rc = file_write(path, "2026-11-21T09:30:02Z", 20, true, false, &err);
	ok(rc == 0 && clock_now() == NOW + 2000, "that is read each time");
	rc = file_write(path, "", 0, true, false, &err);
	ok(rc == 0 && clock_now() == NOW + 2000, "while it is empty the time stands still");
	ok(unlink(path) == 0 && clock_now() == NOW + 2000, "and when it is gone");
	is_int(clock_pin(NULL, &err), 0, "it can be let go");
	ok(!clock_is_pinned() && clock_now() != NOW + 2000, "and goes on");
	before = clock_monotonic();
	ok(before <= clock_monotonic(), "deadlines have a clock of their own");
	close(fd);
}

int
main(void)
{
	unsetenv("TZDIR");
	setenv("TZ", "UTC", 1);
	arena = arena_new();
	test_rfc3339();
	test_format();
	test_parse();
	test_changes();
	test_durations();
	test_zones();
	test_format_zone();
	test_tz();
	test_pin();
	arena_free(&arena);
	return done();
}

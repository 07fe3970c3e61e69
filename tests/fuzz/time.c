/* A time that is read can be written and read again; so can a duration. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_time(struct arena *arena, const char *text, const char *zone)
{
	struct err err = { 0 };
	char out[TIME_TEXT];
	const char *shown;
	time_ms t, back;
	int64_t ms;

	if (time_parse(text, INT64_C(1795253400000), zone, &t, &err) < 0)
		assert(err_get(&err, "value") && err_class(&err) == ERR_INPUT);
	else
		assert(time_parse_rfc3339(time_format(t, out), &back) && back == t &&
		       time_format_zone(arena, t, zone, "%F %T %z", &shown, &err) == 0);
	if (err.code == E_TIME_TWICE)
		assert(time_parse_rfc3339(err_get(&err, "first"), &t) &&
		       time_parse_rfc3339(err_get(&err, "second"), &back) && t < back);
	if (duration_parse(text, &ms, &err) == 0)
		assert(ms >= 0 && duration_parse(duration_format(arena, ms), &back, &err) == 0 && back == ms);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const zones[] = { "UTC", "Europe/Paris", "America/New_York", "Pacific/Apia" };
	struct arena *arena = arena_new();
	const char *text = arena_memdup(arena, data, size);

	setenv("TZ", "UTC", 1);
	check_time(arena, text, zones[size % COUNT_OF(zones)]);
	assert(!zone_exists(text) || !strstr(text, ".."));
	arena_free(&arena);
	return 0;
}

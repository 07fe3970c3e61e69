/*
 * Opening hours, a line each: the seven days, then special ones ("12-25 closed").
 * What parses changes when it says it does; what does not parse says where.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "routing/hours.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
check(struct hours *hours, time_ms now)
{
	time_ms next = hours_next(hours, now);

	must(next > now);
	if (next == INT64_MAX)
		return;
	must(next <= now + HOURS_AHEAD);
	must(hours_open(hours, now) == hours_open(hours, next - 1));
	must(hours_open(hours, now) != hours_open(hours, next));
	must(hours_next(hours, next - 1) == next);
}

/* The text of each line in turn, blank before a special day's hours cut out. */
static void
read_spec(char *text, struct hours_spec *spec, struct hours_special *special, size_t max)
{
	for (int line = 0; text && (line < 7 || spec->n < max); line++) {
		char *end = strchr(text, '\n'), *open;

		if (end)
			*end = '\0';
		open = strchr(text, ' ');
		if (line < 7)
			spec->open[line] = text;
		else
			special[spec->n++] = (struct hours_special){ text, open ? open + 1 : NULL };
		if (line >= 7 && open)
			*open = '\0';
		text = end ? end + 1 : NULL;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const zones[] = { "UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana" };
	/* Around changes of those clocks, and a day that Apia left out. */
	static const time_ms times[] = { INT64_C(1774746000000), INT64_C(1792893600000), INT64_C(1772953200000), INT64_C(1793509200000),
					 INT64_C(1775314800000), INT64_C(1791037800000), INT64_C(1325239200000), INT64_C(-62167219200000) };
	struct arena *arena = arena_new();
	struct hours_special special[20];
	struct hours_spec spec = { .zone = zones[size % COUNT_OF(zones)], .special = special };
	struct hours *hours;
	struct err err = { 0 };

	setenv("TZ", "UTC", 1);
	read_spec(arena_memdup(arena, data, size), &spec, special, COUNT_OF(special));
	if (hours_parse(arena, &spec, &hours, &err) < 0) {
		must(err.code == E_NEVER_OPEN || (err.code == E_BAD_HOURS && err_get(&err, "value") && err_get(&err, "what") && err_get(&err, "at")));
	} else {
		for (size_t i = 0; i < COUNT_OF(times); i++)
			check(hours, times[i]);
	}
	arena_free(&arena);
	return 0;
}

/*
 * tap.h - unit tests that print TAP: ok(condition, "what it shows"), is_str,
 * is_int, then done(). One process per test file.
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"

static int tap_run, tap_failed;

static inline bool ok(bool good, const char *format, ...) ATTR_PRINTF(2, 3);

static inline bool
ok(bool good, const char *format, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tap_run);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !good;
	return good;
}

static inline bool
is_str(const char *got, const char *want, const char *what)
{
	bool good = got && want ? strcmp(got, want) == 0 : got == want;

	ok(good, "%s", what);
	if (!good)
		printf("# got:  %s\n# want: %s\n", got ? got : "(null)", want ? want : "(null)");
	return good;
}

static inline bool
is_int(int64_t got, int64_t want, const char *what)
{
	bool good = got == want;

	ok(good, "%s", what);
	if (!good)
		printf("# got:  %" PRId64 "\n# want: %" PRId64 "\n", got, want);
	return good;
}

static inline int
done(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed ? 1 : 0;
}

#endif

/*
 * bench.h - what programs that make a store, or a day, share: they end where
 * something fails, and throw the same dice in each run.
 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/err.h"

static uint64_t seed = 42;

static ATTR_NORETURN inline void
die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why);
	exit(1);
}

static inline void
check(int rc, const struct err *err, const char *what)
{
	if (rc < 0)
		die(what, err_get(err, "what") ? err_get(err, "what") : err_name(err->code));
}

static inline sqlite3_stmt *
prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
	return st;
}

static inline int
dice(int n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int)((seed >> 33) % (uint64_t)n);
}

#endif

/*
 * What the server counts of those that it does not know, and whom it knows.
 */
#include "api/priv.h"
#include "base/rand.h"
#include "tests/unit/tap.h"

#define MOST 5

/* How often of n times one may ask. */
static int
taken(struct limits *limits, const char *address, int n, int64_t now)
{
	int all = 0;

	for (int i = 0; i < n; i++)
		all += limits_take(limits, address, now);
	return all;
}

static void
test_limits(void)
{
	struct limits *limits = limits_new(MOST), *none = limits_new(0);

	is_int(taken(limits, "192.0.2.1", 20, 1000), MOST, "so often in a minute");
	is_int(taken(limits, "192.0.2.2", 1, 1000), 1, "another address is not held up by it");
	ok(!limits_left(limits, "192.0.2.1", 1000), "there is none left");
	is_int(taken(limits, "192.0.2.1", 20, 1000 + MS_MINUTE / MOST), 1, "one more after its part of a minute");
	is_int(taken(limits, "192.0.2.1", 20, 1000 + 10 * MS_MINUTE), MOST, "never more at once");
	is_int(taken(none, "192.0.2.1", 20, 1000), 20, "0 is any number");
	limits_free(&limits);
	limits_free(&none);
}

static void
test_charge(void)
{
	struct limits *limits = limits_new(MOST);
	int left = 0;

	for (int i = 0; i < 100; i++)
		left += limits_left(limits, "192.0.2.1", 1000);
	is_int(left, 100, "looking takes none");
	for (int i = 0; i < 100; i++)
		limits_charge(limits, "192.0.2.1", 1000);
	is_int(taken(limits, "192.0.2.1", 1, 1000 + MS_MINUTE), 0, "what was let in beforehand counts");
	is_int(taken(limits, "192.0.2.1", 20, 1000 + 2 * MS_MINUTE), MOST, "for a minute more");
	limits_free(&limits);
}

/* Addresses without end get no more than the table has. */
static void
test_many(void)
{
	struct limits *limits = limits_new(1);
	char address[32];
	int all = 0;

	for (int i = 0; i < 100000; i++) {
		snprintf(address, sizeof(address), "2001:db8::%x", (unsigned)i);
		all += limits_take(limits, address, 1000);
	}
	ok(all > 10000 && all <= 16384, "whoever shares a place waits: %d", all);
	limits_free(&limits);
}

static void
test_known(void)
{
	struct known *known = known_new();
	int64_t later = 1000 + 10 * MS_MINUTE;

	ok(!known_find(known, "alice", "t1", 1000), "nobody is known");
	known_add(known, "alice", "t1", 1000);
	ok(known_find(known, "alice", "t1", later - 1), "who was proved is");
	ok(!known_find(known, "alice", "t1", later), "for ten minutes");
	ok(!known_find(known, "alice", "t2", 1000), "not by another token");
	ok(!known_find(known, "bob", "t1", 1000), "nor another by that one");
	known_add(known, "ab", "c", 1000);
	ok(!known_find(known, "a", "bc", 1000), "nor where one begins elsewhere");
	known_forget(known, "alice", "t1");
	ok(!known_find(known, "alice", "t1", 1000) && known_find(known, "ab", "c", 1000), "who was refused is not, others are");
	known_add(known, "alice", "t1", 2000);
	ok(known_find(known, "alice", "t1", 2000), "until it is proved again");
	known_free(&known);
}

/* As many agents as a server has connections; what is too old makes room first. */
static void
test_full(void)
{
	struct known *known = known_new();
	char token[16];
	int all = 0;

	for (int i = 0; i < 100000; i++) {
		snprintf(token, sizeof(token), "%d", i);
		known_add(known, "old", token, 1000);
	}
	for (int i = 0; i < 4000; i++) {
		snprintf(token, sizeof(token), "%d", i);
		known_add(known, "new", token, 2000);
	}
	for (int i = 0; i < 4000; i++) {
		snprintf(token, sizeof(token), "%d", i);
		all += known_find(known, "new", token, 2000);
	}
	ok(all > 3900, "few of 4000 have to be proved again: %d are known", all);
	known_free(&known);
}

static void
test_hold(void)
{
	atomic_size_t held = 0;

	ok(limit_hold(&held, 60, 100) && limit_hold(&held, 40, 100), "as much as there may be");
	ok(!limit_hold(&held, 1, 100), "no more");
	is_int((int)atomic_load(&held), 100, "what is refused is not held");
	atomic_fetch_sub(&held, 100);
	ok(limit_hold(&held, 100, 100), "and keeps nobody else out");
}

int
main(void)
{
	rand_pin(1);
	test_limits();
	test_charge();
	test_many();
	test_known();
	test_full();
	test_hold();
	return done();
}

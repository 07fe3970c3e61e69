/*
 * What several threads change, in one transaction: who is told what, and that
 * nothing happens twice, whatever goes wrong.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "store/priv.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };

#define CREW 20
#define FEW 4

/* What a member comes with: counts its visits to the store; is refused before, or behind that; takes long; meets a fault, and heeds it or not. */
enum deed { COUNTS,
	    REFUSED,
	    REFUSED_LATE,
	    SLOW,
	    FAULTY,
	    HEEDLESS };
/* What goes wrong once. */
enum fault { NONE,
	     BEGIN,
	     COMMIT,
	     DOUBT,
	     STEP };

static struct arena *arena;
static struct store_group *group;
static const struct engine *real;
/* As many wait before the first goes on. */
static size_t awaited;
static _Atomic enum fault fault;
static atomic_bool leads, holds;

static struct member {
	struct store *store;
	char name[8];
	enum deed deed;
	pthread_t thread, ran_on;
	int runs, rc;
	struct err err;
} crew[CREW];

static void
await_others(void)
{
	leads = true;
	while (holds || store_group_waiting(group) < awaited)
		sched_yield();
}

/* An engine that fails when it is told to. */

static bool
meets(enum fault what)
{
	enum fault expected = what;

	return atomic_compare_exchange_strong(&fault, &expected, NONE);
}

static int
begin(struct store *store, bool write, struct err *err)
{
	if (write && fault == BEGIN) {
		await_others();
		fault = NONE;
		return err_set(err, E_STORE_BUSY, "holder", "a test", NULL);
	}
	return real->begin(store, write, err);
}

static int
commit(struct store *store, struct err *err)
{
	bool doubt = meets(DOUBT);

	if (!doubt && !meets(COMMIT))
		return real->commit(store, err);
	real->rollback(store);
	return err_set(err, doubt ? E_STORE_DOUBT : E_IO, "path", "a test", NULL);
}

static int
step(struct store *store, struct cursor *cursor, struct err *err)
{
	return meets(STEP) ? err_set(err, E_IO, "path", "a test", NULL) : real->step(store, cursor, err);
}

/* Deeds. */

static int
count(struct tx *tx, const char *name, struct err *err)
{
	struct arena *own = arena_new();
	const char *text = "0";
	char next[24];
	int rc = sql_text(tx, own, SQL_META_GET, ARGS(V_TEXT(name)), &text, err);

	snprintf(next, sizeof(next), "%ld", strtol(text, NULL, 10) + 1);
	if (rc >= 0)
		rc = sql_run(tx, SQL_META_SET, ARGS(V_TEXT(name), V_TEXT(next)), err);
	arena_free(&own);
	return rc < 0 ? -1 : 0;
}

static int
meet_fault(struct tx *tx, const struct member *m, struct err *err)
{
	int64_t n;

	if (m->runs == 1)
		fault = STEP;
	return sql_int(tx, SQL_META_TEST, NO_ARGS, &n, err) < 0 ? -1 : 0;
}

static int
deed_fn(struct tx *tx, void *context, struct err *err)
{
	struct member *m = context;
	struct err ignored = { 0 };
	int64_t n;

	m->ran_on = pthread_self();
	if (m->runs++ == 0 && m == &crew[0])
		await_others();
	switch (m->deed) {
	case REFUSED:
		return sql_int(tx, SQL_META_TEST, NO_ARGS, &n, err) < 0 ? -1 : err_set(err, E_NO_IXN, "id", m->name, NULL);
	case REFUSED_LATE:
		return count(tx, m->name, err) < 0 ? -1 : err_set(err, E_NO_IXN, "id", m->name, NULL);
	case FAULTY:
		return meet_fault(tx, m, err) < 0 ? -1 : count(tx, m->name, err);
	case HEEDLESS:
		return meet_fault(tx, m, &ignored) < 0 ? 0 : count(tx, m->name, err);
	case SLOW:
		for (int64_t start = clock_monotonic(); clock_monotonic() - start < 25;)
			sched_yield();
		break;
	case COUNTS:
		break;
	}
	return count(tx, m->name, err);
}

static void *
come(void *context)
{
	struct member *m = context;

	m->rc = store_write(m->store, deed_fn, m, &m->err);
	return NULL;
}

/* One behind the other: the first is at it until all others wait. */
static void
send(size_t n)
{
	awaited = n - 1;
	leads = false;
	for (size_t i = 0; i < n; i++) {
		if (pthread_create(&crew[i].thread, NULL, come, &crew[i]) != 0)
			abort();
		while (!leads || (i < n - 1 && store_group_waiting(group) < i))
			sched_yield();
	}
	for (size_t i = 0; i < n; i++)
		pthread_join(crew[i].thread, NULL);
}

static int
forget_fn(struct tx *tx, void *context, struct err *err)
{
	(void)context;
	for (size_t i = 0; i < CREW; i++)
		if (sql_run(tx, SQL_META_REMOVE, ARGS(V_TEXT(crew[i].name)), err) < 0)
			return -1;
	return 0;
}

static void
new_day(void)
{
	struct err err = { 0 };

	if (store_write(crew[0].store, forget_fn, NULL, &err) < 0)
		abort();
	for (size_t i = 0; i < CREW; i++) {
		crew[i].deed = COUNTS;
		crew[i].runs = crew[i].rc = 0;
		crew[i].err = (struct err){ 0 };
	}
}

static int
kept_fn(struct tx *tx, void *context, struct err *err)
{
	char *kept = context;

	for (size_t i = 0; i < FEW; i++) {
		const char *text = "-";

		if (sql_text(tx, arena, SQL_META_GET, ARGS(V_TEXT(crew[i].name)), &text, err) < 0)
			return -1;
		kept[i] = *text;
	}
	return 0;
}

static const struct scene {
	const char *what;
	enum fault fault;
	enum deed second, third;
	/* Of each: how often it was run, what is kept, what it is told. */
	const char *runs, *kept;
	enum err_code told[FEW];
} scenes[] = {
	{ "all are done in one", NONE, COUNTS, COUNTS, "1111", "1111", { 0 } },
	{ "who is refused before it changes anything is told so", NONE, REFUSED, COUNTS, "1111", "1-11", { 0, E_NO_IXN } },
	{ "who is refused behind that spoils it: each by itself", NONE, COUNTS, REFUSED_LATE, "2221", "11-1", { 0, 0, E_NO_IXN } },
	{ "and so who is refused by what others did", NONE, REFUSED, REFUSED_LATE, "2221", "1--1", { 0, E_NO_IXN, E_NO_IXN } },
	{ "it cannot be kept: each by itself", COMMIT, COUNTS, REFUSED, "2222", "11-1", { 0, 0, E_NO_IXN } },
	{ "nobody knows whether it is kept: all are told that", DOUBT, COUNTS, COUNTS, "1111", "----", { E_STORE_DOUBT, E_STORE_DOUBT, E_STORE_DOUBT, E_STORE_DOUBT } },
	{ "it cannot begin: the first is told why, others try", BEGIN, COUNTS, COUNTS, "0111", "-111", { E_STORE_BUSY } },
	{ "the store fails: each by itself", NONE, COUNTS, FAULTY, "2221", "1111", { 0 } },
	{ "it fails, and nobody heeds it", NONE, COUNTS, HEEDLESS, "2221", "1111", { 0 } },
};

static void
play(const struct scene *s)
{
	char runs[FEW + 1] = { 0 }, kept[FEW + 1] = { 0 };
	struct err err = { 0 };
	bool told = true;

	new_day();
	crew[1].deed = s->second;
	crew[2].deed = s->third;
	fault = s->fault;
	send(FEW);
	for (size_t i = 0; i < FEW; i++) {
		runs[i] = (char)('0' + crew[i].runs);
		told = told && crew[i].err.code == s->told[i] && crew[i].rc == (s->told[i] ? -1 : 0);
	}
	is_str(runs, s->runs, s->what);
	is_int(store_read(crew[0].store, kept_fn, kept, &err), 0, "what is kept");
	is_str(kept, s->kept, "is each, once");
	ok(told, "and each is told what came of its own");
}

/* How many of the few were done by the thread of the first. */
static int64_t
by_first(enum deed first)
{
	int64_t n = 0;

	new_day();
	crew[0].deed = first;
	send(FEW);
	for (size_t i = 0; i < FEW; i++)
		n += pthread_equal(crew[i].ran_on, crew[0].thread) != 0;
	return n;
}

static void
test_bounds(void)
{
	is_int(by_first(COUNTS), FEW, "what came meanwhile is done by the first");
	store_group_limit(group, 20);
	is_int(by_first(SLOW), 1, "not where it has taken long");
	store_group_limit(group, MS_DAY);
	is_int(by_first(FAULTY), 1, "nor where the store fails it");
	is_int(crew[0].err.code, E_IO, "which it is told");
	ok(crew[1].rc == 0 && crew[2].rc == 0 && crew[3].rc == 0, "the others do it by themselves");
}

/* Whoever waits is not kept for ever: the first is at it until the second has gone. */
static void
test_patience(void)
{
	new_day();
	awaited = 0;
	leads = false;
	holds = true;
	store_group_patience(group, 30);
	if (pthread_create(&crew[0].thread, NULL, come, &crew[0]) != 0)
		abort();
	while (!leads)
		sched_yield();
	if (pthread_create(&crew[1].thread, NULL, come, &crew[1]) != 0)
		abort();
	pthread_join(crew[1].thread, NULL);
	holds = false;
	pthread_join(crew[0].thread, NULL);
	is_int(crew[1].err.code, E_STORE_BUSY, "who has waited too long is told so");
	is_int(crew[1].runs, 0, "and it is not done");
	is_int(crew[0].rc, 0, "the first goes on");
	store_group_patience(group, STORE_BUSY_MS);
}

static void
test_many(void)
{
	size_t by_one = 0, kept = 0;

	new_day();
	send(CREW);
	for (size_t i = 0; i < CREW; i++) {
		by_one += pthread_equal(crew[i].ran_on, crew[0].thread) != 0;
		kept += crew[i].rc == 0 && crew[i].runs == 1;
	}
	is_int((int64_t)by_one, 16, "sixteen at most in one");
	is_int((int64_t)kept, CREW, "the others are done, too");
}

int
main(void)
{
	const char *server = getenv("IXN_TEST_STORE"), *url;
	static struct engine faulty;
	struct err err = { 0 };
	char *folder;

	arena = arena_new();
	group = store_group_new();
	store_group_limit(group, MS_DAY);
	folder = folder_new(arena, "ixn-store-group");
	url = server ? server : arena_printf(arena, "%s/store", folder);
	for (size_t i = 0; i < CREW; i++) {
		snprintf(crew[i].name, sizeof(crew[i].name), "m%zu", i);
		if (store_open(url, i ? 0 : STORE_CREATE, &crew[i].store, &err) < 0)
			abort();
		real = crew[i].store->engine;
		store_join(crew[i].store, group);
	}
	faulty = *real;
	faulty.begin = begin;
	faulty.commit = commit;
	faulty.step = step;
	for (size_t i = 0; i < CREW; i++)
		crew[i].store->engine = &faulty;
	for (size_t i = 0; i < COUNT_OF(scenes); i++)
		play(&scenes[i]);
	test_bounds();
	test_patience();
	test_many();
	for (size_t i = 0; i < CREW; i++)
		store_close(&crew[i].store);
	store_group_free(&group);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

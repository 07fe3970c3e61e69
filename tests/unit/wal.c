/*
 * The log written in one stroke: what a commit gathers is there for others when
 * it is over, and what a transaction that comes to nothing has spilt, or a
 * commit that fails has left, is never written over what others wrote since.
 * Written back it is all in the store's own file: the newest of each page, and
 * nothing newer than what somebody reads.
 */
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

/* Times a value: more than SQLite keeps in memory, so that it is written before the commit. */
#define MANY 1200
#define VALUE 3000
#define MANY_OUTSIDE "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1199)" \
		     " INSERT INTO meta (key, value) SELECT '%s ' || i, printf('%%03000d', 1) FROM n"

static struct arena *arena;
static char *folder;

static const char *
path(void)
{
	return arena_printf(arena, "%s/store", folder);
}

/* With SQLite's own way to its files, as another program reads and writes them. */
static const char *
ask(const char *file, int flags, const char *sql)
{
	const char *text = "nothing";
	sqlite3_stmt *st = NULL;
	sqlite3 *db;

	/* What it writes stays in the log, where it could be written over. */
	if (sqlite3_open_v2(file, &db, flags, NULL) != SQLITE_OK || sqlite3_wal_autocheckpoint(db, 0) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		ok(false, "%s: %s", sql, sqlite3_errmsg(db));
	else if (sqlite3_step(st) == SQLITE_ROW)
		text = arena_strdup(arena, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
	return text;
}

static const char *
outside(const char *sql)
{
	return ask(path(), SQLITE_OPEN_READWRITE, sql);
}

/* The file without its log. */
static const char *
alone(const char *sql)
{
	return ask(arena_printf(arena, "file:%s?immutable=1", path()), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, sql);
}

struct put {
	const char *name;
	int n;
	bool refused;
};

static int
put_fn(struct tx *tx, void *context, struct err *err)
{
	const struct put *put = context;
	char *value = arena_printf(arena, "%0*d", VALUE, 1);

	/* No two of different names alike. */
	memset(value, put->name[strlen(put->name) - 1], VALUE);

	for (int i = 0; i < put->n; i++)
		if (sql_run(tx, SQL_META_SET, ARGS(V_TEXT(arena_printf(arena, "%s %d", put->name, i)), V_TEXT(value)), err) < 0)
			return -1;
	return put->refused ? err_set(err, E_NO_IXN, "id", "x", NULL) : 0;
}

static int
put(struct store *store, const char *name, int n, bool refused)
{
	struct put p = { name, n, refused };
	struct err err = { 0 };

	return store_write(store, put_fn, &p, &err) == 0 ? 0 : (int)err.code;
}

static void
is_sound(const char *name, const char *n, const char *what)
{
	is_str(outside(arena_printf(arena, "SELECT count(*) FROM meta WHERE key LIKE '%s %%' AND length(value) = %d", name, VALUE)), n, what);
	is_str(outside("PRAGMA integrity_check"), "ok", "and the store is sound");
}

static void
test_commit(struct store *store)
{
	is_int(put(store, "one", 1, false), 0, "a small commit");
	is_sound("one", "1", "others read it");
	is_int(put(store, "many", MANY, false), 0, "one that does not fit into memory");
	is_sound("many", "1200", "they read all of it");
}

static void
test_spill(struct store *store)
{
	is_int(put(store, "refused", MANY, true), E_NO_IXN, "one that is refused when much of it has been written");
	outside(arena_printf(arena, MANY_OUTSIDE, "outside"));
	is_int(put(store, "after", 1, false), 0, "then others write in its place, and a commit again");
	is_sound("refused", "0", "of the refused one nothing is there");
	is_sound("outside", "1200", "of the others' all");
	is_sound("after", "1", "and of the last");
}

/* The log cannot be written on, in the midst of a commit. */
static void
test_failure(struct store *store)
{
	struct rlimit before, now;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	now = before;
	now.rlim_cur = 100000;
	is_int(setrlimit(RLIMIT_FSIZE, &now), 0, "files have a limit");
	is_int(put(store, "failed", MANY / 12, false), E_IO, "a commit beyond it fails, all of which was in memory until then");
	is_int(setrlimit(RLIMIT_FSIZE, &before), 0, "the limit is gone");
	outside(arena_printf(arena, MANY_OUTSIDE, "beside"));
	is_int(put(store, "next", 1, false), 0, "others write in its place, and we again");
	is_sound("failed", "0", "nothing of what failed is there");
	is_sound("beside", "1200", "but what others wrote");
	is_sound("next", "1", "and what we did");
}

static const char *
count_of(int round)
{
	return arena_printf(arena, "SELECT count(*) FROM meta WHERE key LIKE 'round%d %%' AND length(value) = %d AND replace(value, '%d', '') = ''", round, VALUE, round);
}

/* Each round fills the log anew. */
static void
test_write_back(struct store *store)
{
	/* What is read together at the end of a small one lies where the next one begins. */
	static const int rows[] = { 1, 1, 1, MANY };

	store_bulk(store, true);
	is_int(put(store, "round0", MANY, false), 0, "much is written");
	is_int(put(store, "round1", MANY, false), 0, "and more");
	is_str(alone(count_of(0)), "0", "so long the log is not written back");
	store_bulk(store, false);
	is_str(alone(count_of(0)), "1200", "it is when that is over");
	is_str(alone(count_of(1)), "1200", "all of it");
	for (int i = 0; i < (int)COUNT_OF(rows); i++) {
		store_bulk(store, true);
		is_int(put(store, arena_printf(arena, "round%d", 2 + i), rows[i], false), 0, "again");
		store_bulk(store, false);
		is_str(alone(count_of(2 + i)), arena_printf(arena, "%d", rows[i]), "it is there");
		is_str(alone("PRAGMA integrity_check"), "ok", "in a sound file");
	}
	is_int(put(store, "round6", 2 * MANY, false), 0, "what is longer than the usual limit");
	is_str(alone(count_of(6)), "2400", "is written back at once where nothing was said");
}

/* The log as it was written, with some pages again behind it, of other commits, and of others. */
static void
test_newest(struct store *store)
{
	store_bulk(store, true);
	is_int(put(store, "old1", MANY, false), 0, "pages in order");
	for (int i = 0; i < MANY; i += 100)
		outside(arena_printf(arena, "UPDATE meta SET value = replace(value, '1', '7') WHERE key IN ('old1 %d', 'old1 %d')", i, i + 7));
	store_bulk(store, false);
	is_str(alone("SELECT count(*) FROM meta WHERE key LIKE 'old1 %' AND replace(value, '7', '') = '' AND length(value) = 3000"), "24",
	       "of those that were written again the newest is in the file");
	is_str(alone("SELECT count(*) FROM meta WHERE key LIKE 'old1 %' AND replace(value, '1', '') = '' AND length(value) = 3000"), "1176", "and all others");
	is_str(alone("PRAGMA integrity_check"), "ok", "in a sound file");
}

/* One page for each row, in order; each is changed by a commit of its own. */
#define LEAVES "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)" \
	       " INSERT INTO meta (key, value) SELECT printf('leaf %03d', i), printf('%01400d', 1) FROM n"
#define NEW_LEAVES "SELECT count(*) FROM meta WHERE key LIKE 'leaf %' AND value LIKE '%2'"

static void
change_leaves(int from, int to)
{
	for (int i = from; i < to; i++)
		outside(arena_printf(arena, "UPDATE meta SET value = replace(value, '1', '2') WHERE key = 'leaf %03d'", i));
}

/* SQLite stops where the oldest reader is: what lies behind that in the log must not get into the file. */
static void
test_reader(struct store *store)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;

	outside(LEAVES);
	store_bulk(store, true);
	store_bulk(store, false);
	is_int(put(store, "anew", 1, false), 0, "the log begins anew");
	change_leaves(0, 60);
	ok(sqlite3_open_v2(path(), &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK && sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
		   sqlite3_prepare_v2(db, NEW_LEAVES, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) == 60,
	   "somebody reads");
	sqlite3_reset(st);
	change_leaves(60, 120);
	store_bulk(store, true);
	store_bulk(store, false);
	is_str(alone(NEW_LEAVES), "60", "what was there before is written back");
	ok(sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) == 60, "the reader sees what it saw");
	sqlite3_finalize(st);
	sqlite3_close(db);
	store_bulk(store, true);
	store_bulk(store, false);
	is_str(alone(NEW_LEAVES), "120", "then the rest");
	is_str(alone("PRAGMA integrity_check"), "ok", "in a sound file");
}

static int64_t
log_size(void)
{
	struct stat st;

	return stat(arena_printf(arena, "%s-wal", path()), &st) == 0 ? st.st_size : -1;
}

/* MANY of them are some 2500 pages. */
static void
test_end(struct store *store)
{
	int64_t longest = 0;

	store_bulk(store, true);
	for (int i = 0; i < 18; i++) {
		is_int(put(store, arena_printf(arena, "bulk%d", i), MANY, false), 0, "much");
		longest = log_size() > longest ? log_size() : longest;
	}
	ok(longest > 0 && longest < (int64_t)37000 * 2072, "the log has an end: %lld", (long long)longest);
	store_bulk(store, false);
	is_str(alone("SELECT count(*) FROM meta WHERE key LIKE 'bulk%' AND length(value) = 3000"), "21600", "all of it is in the file");
	is_str(alone("PRAGMA integrity_check"), "ok", "which is sound");
}

int
main(void)
{
	struct store *store = NULL;
	struct err err = { 0 };

	arena = arena_new();
	folder = folder_new(arena, "ixn-wal");
	if (ok(store_open(path(), STORE_CREATE, &store, &err) == 0, "a store")) {
		test_commit(store);
		test_spill(store);
		test_failure(store);
		test_write_back(store);
		test_newest(store);
		test_reader(store);
		test_end(store);
	}
	store_close(&store);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

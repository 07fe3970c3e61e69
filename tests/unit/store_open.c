/*
 * A store as a file: made, refused, damaged, of another version; whose its files are.
 */
#include "store/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

const struct engine *const store_engines[] = { &sqlite_engine, NULL };

static struct arena *arena;
static char *folder;

static const char *
path(const char *name)
{
	return arena_printf(arena, "%s/%s", folder, name);
}

static struct store *
open_store(const char *name, unsigned flags, struct err *err)
{
	struct store *store = NULL;

	*err = (struct err){ 0 };
	return store_open(path(name), flags, &store, err) == 0 ? store : NULL;
}

static void
fails(const char *name, unsigned flags, enum err_code want, const char *what)
{
	struct err err;
	struct store *store = open_store(name, flags, &err);

	is_str(store ? "opened" : err_name(err.code), err_name(want), what);
	store_close(&store);
}

/* What another program does to the file. */
static void
outside(const char *name, const char *sql)
{
	sqlite3 *db;
	char *message = NULL;

	if (sqlite3_open(path(name), &db) != SQLITE_OK || sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		ok(false, "%s: %s", sql, message ? message : sqlite3_errmsg(db));
	sqlite3_free(message);
	sqlite3_close(db);
}

static void
fill(const char *name, const char *bytes, off_t at)
{
	int fd = open(path(name), O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || pwrite(fd, bytes, strlen(bytes), at) < 0)
		ok(false, "cannot write %s", name);
	close(fd);
}

static void
test_open(void)
{
	struct store *store;
	struct err err;

	fails("none", 0, E_NO_STORE, "no file");
	ok(access(path("none"), F_OK) < 0, "and none was made");
	fill("words", "these are only words, and more of them than a header has, as it should be for such a test", 0);
	fails("words", 0, E_STORE_DAMAGED, "a file of something else");
	fails("words", STORE_CREATE, E_STORE_DAMAGED, "is not made a store");
	fails("words/store", 0, E_NO_STORE, "a file where a folder should be");
	fill("empty", "", 0);
	fails("empty", 0, E_NOT_A_STORE, "an empty file");
	fails(".", 0, E_NOT_A_STORE, "a folder");
	outside("other", "CREATE TABLE mine (x)");
	fails("other", 0, E_NOT_A_STORE, "a database of something else");
	fails("other", STORE_CREATE, E_NOT_A_STORE, "is not made a store, either");
	fails("no/such/folder", STORE_CREATE, E_CANNOT_CREATE, "no folder to make it in");

	store = open_store("store", STORE_CREATE, &err);
	ok(store != NULL, "a new one");
	if (!store)
		exit(done());
	is_str(store_path(store), path("store"), "its path");
	is_int(store_verify(store, &err), 0, "is whole");
	store_close(&store);
	store_close(&store);
	store = NULL;
	is_int(store_open(arena_printf(arena, "file:%s", path("store")), STORE_CREATE, &store, &err), 0, "by URL, and again");
	store_close(&store);
}

/* Several at once, and one killed before it had made a table. */
static void
test_create_together(void)
{
	struct store *store;
	struct err err;
	int status, bad = 0;

	fill("together", "", 0);
	for (int i = 0; i < 8; i++)
		if (fork() == 0)
			_exit(open_store("together", STORE_CREATE, &err) ? 0 : 1);
	while (wait(&status) > 0)
		bad += status != 0;
	is_int(bad, 0, "eight make it at once");
	store = open_store("together", 0, &err);
	ok(store && store_verify(store, &err) == 0, "and it is whole");
	store_close(&store);
	outside("half", "PRAGMA journal_mode = WAL; PRAGMA application_id = 1");
	store = open_store("half", STORE_CREATE, &err);
	ok(store != NULL, "what was begun is finished");
	store_close(&store);
}

static void
test_versions(void)
{
	struct store *store;
	struct err err;

	store = open_store("newer", STORE_CREATE, &err);
	store_close(&store);
	outside("newer", arena_printf(arena, "UPDATE meta SET value = '%d' WHERE key = 'version'", STORE_VERSION + 1));
	store = open_store("newer", 0, &err);
	ok(store != NULL, "a newer one that we can read");
	store_close(&store);
	outside("newer", arena_printf(arena, "UPDATE meta SET value = '%d' WHERE key = 'min_reader'", STORE_VERSION + 1));
	fails("newer", 0, E_STORE_NEWER, "one that we cannot");
	fails("newer", STORE_CREATE, E_STORE_NEWER, "nor bring up to date");
	store = open_store("newer", 0, &err);
	is_str(err_get(&err, "found"), arena_printf(arena, "%d", STORE_VERSION + 1), "names its format");
	is_int(err_class(&err), 78, "and exits 78");
	store_close(&store);
	outside("newer", "DELETE FROM meta WHERE key IN ('version', 'min_reader')");
	fails("newer", 0, E_NOT_A_STORE, "without a version it is none");
}

static void
test_damage(void)
{
	char noise[8192];
	struct store *store;
	struct err err;

	memset(noise, 'x', sizeof(noise) - 1);
	noise[sizeof(noise) - 1] = '\0';
	store = open_store("damaged", STORE_CREATE, &err);
	store_close(&store);
	fill("damaged", noise, 100);
	fails("damaged", 0, E_STORE_DAMAGED, "noise in the first page");
	is_int((int)err_class(&(struct err){ .code = E_STORE_DAMAGED }), 74, "exits 74");

	store = open_store("hurt", STORE_CREATE, &err);
	store_close(&store);
	outside("hurt", "PRAGMA journal_mode = DELETE; WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
			" INSERT INTO exclusion SELECT printf('%026d', i), 'a', i FROM n; PRAGMA journal_mode = WAL");
	fill("hurt", noise, 204800);
	store = open_store("hurt", 0, &err);
	ok(store != NULL, "noise elsewhere lets it open");
	is_int(store_verify(store, &err), -1, "but not pass the check");
	is_str(err_name(err.code), "store_damaged", "which says so");
	store_close(&store);
}

static int
touch_fn(struct tx *tx, void *context, struct err *err)
{
	return sql_run(tx, SQL_META_SET, ARGS(V_TEXT("touched"), V_TEXT(context)), err) < 0 ? -1 : 0;
}

static void
is_private(const char *suffix)
{
	struct stat st;
	const char *name = path(arena_printf(arena, "modes%s", suffix));

	if (ok(stat(name, &st) == 0, "modes%s is there", suffix))
		is_int(st.st_mode & 07777, 0600, "and its owner's alone");
}

static void
test_modes(void)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-turn", "-write" };
	static char word[] = "yes";
	mode_t old = umask(0);
	struct store *store;
	struct err err;

	store = open_store("modes", STORE_CREATE, &err);
	is_int(store_write(store, touch_fn, word, &err), 0, "written to");
	for (size_t i = 0; i < COUNT_OF(suffixes); i++)
		is_private(suffixes[i]);
	store_close(&store);
	ok(access(path("modes-wal"), F_OK) < 0, "a proper close leaves no log behind");
	umask(old);
}

int
main(void)
{
	arena = arena_new();
	folder = folder_new(arena, "ixn-store");
	test_open();
	test_create_together();
	test_versions();
	test_damage();
	test_modes();
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

#include <errno.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rand.h"
#include "store/priv.h"

#define LOCK_WAIT_MS (10 * MS_SECOND)
#define APPLICATION_ID "0x49584e31" /* "IXN1" in the file's header, for file(1) */

/* A commit writes each page whole of which it changes a line or two, in a dozen trees. */
#define PAGE_BYTES "2048"
/* Pages that a transaction of many rows changes are to fit into it: what does not is written twice. */
#define BULK_CACHE "PRAGMA cache_size = -4000"
#define USUAL_CACHE "PRAGMA cache_size = -2000"

/* What begins and ends each transaction. */
enum bound { BEGIN_READ,
	     BEGIN_WRITE,
	     COMMIT,
	     ROLLBACK,
	     BOUNDS };
static const char *const bounds[] = { [BEGIN_READ] = "BEGIN", [BEGIN_WRITE] = "BEGIN IMMEDIATE", [COMMIT] = "COMMIT", [ROLLBACK] = "ROLLBACK" };

struct sqlite {
	sqlite3 *db;
	sqlite3_stmt *stmt[SQL_COUNT], *bound[BOUNDS];
	int64_t busy_since;
	int watch; /* inotify on the lock's file, -1 until someone waits */
	int told;  /* the rows changed until those who watch were last told */
};

static const char *const schemes[] = { "file:", NULL };

static struct sqlite *
of(const struct store *store)
{
	return store->db;
}

static int
fail(const struct store *store, int code, struct err *err)
{
	sqlite3 *db = of(store)->db;
	const char *reason = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, E_STORE_BUSY, "holder", "another process", NULL);
	case SQLITE_FULL:
		return err_set(err, E_STORE_FULL, "path", store->path, NULL);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, E_STORE_READONLY, "path", store->path, NULL);
	case SQLITE_CORRUPT:
		return err_set(err, E_STORE_DAMAGED, "path", store->path, "reason", reason, NULL);
	case SQLITE_NOTADB:
		return err_set(err, E_STORE_DAMAGED, "path", store->path, "reason", "it is not a database", NULL);
	case SQLITE_CANTOPEN:
		if (access(store->path, R_OK) == 0)
			return err_set(err, E_STORE_READONLY, "path", store->path, NULL);
		return err_set(err, E_IO, "path", store->path, "reason", reason, NULL);
	case SQLITE_IOERR:
		/* Of the files beside it. */
		if (db && (sqlite3_system_errno(db) == ENOSPC || sqlite3_system_errno(db) == EDQUOT))
			return err_set(err, E_STORE_FULL, "path", store->path, NULL);
		return err_set(err, E_IO, "path", store->path, "reason", reason, NULL);
	default:
		return err_set(err, E_BUG, "what", reason, NULL);
	}
}

/*
 * Writers queue at our own lock; this is for outsiders (the sqlite3 tool) and
 * for the moment when a lone process opens or closes. Jitter keeps it fair.
 */
static int
on_busy(void *context, int times)
{
	struct sqlite *s = context;
	uint16_t jitter;
	struct timespec pause = { 0, 0 };

	if (times == 0)
		s->busy_since = clock_monotonic();
	if (clock_monotonic() - s->busy_since > LOCK_WAIT_MS)
		return 0;
	rand_bytes(&jitter, sizeof(jitter));
	pause.tv_nsec = 200000 + jitter % 800 * 1000;
	nanosleep(&pause, NULL);
	return 1;
}

static int
sqlite_script(struct store *store, const char *text, struct err *err)
{
	int rc = sqlite3_exec(of(store)->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(store, rc, err);
}

static int
create_file(const struct store *store, struct err *err)
{
	/* SQLite would make it as the umask says; it and the files beside it are the owner's alone. */
	FILE *f;
	mode_t old = umask(077);

	f = fopen(store->path, "ae");
	umask(old);
	if (!f)
		return err_set(err, E_CANNOT_CREATE, "path", store->path, "reason", strerror(errno), NULL);
	fclose(f);
	return 0;
}

/* Nothing is in it yet; not the same as no bytes, where somebody was killed while making it. */
static bool
is_empty(const struct store *store)
{
	sqlite3_stmt *st = NULL;
	bool empty = sqlite3_prepare_v2(of(store)->db, "SELECT 1 FROM sqlite_master", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_DONE;

	sqlite3_finalize(st);
	return empty;
}

/*
 * What holds something may be somebody else's; what is empty becomes ours. One
 * process at a time: changing the journal's mode takes the file for itself, and
 * is told "busy" at once where others only begin to look at it.
 */
static int
begin_new(struct store *store, struct err *err)
{
	int rc = 0;

	if (lock_take(store->lock, LOCK_WAIT_MS, err) < 0)
		return -1;
	if (is_empty(store))
		for (int i = 0; (rc = sqlite_script(store, "PRAGMA page_size = " PAGE_BYTES "; PRAGMA journal_mode = WAL; PRAGMA application_id = " APPLICATION_ID, err)) < 0 &&
				err->code == E_STORE_BUSY && on_busy(of(store), i);
		     i++)
			;
	lock_drop(store->lock);
	return rc;
}

static int
sqlite_open(struct store *store, const char *url, unsigned flags, struct err *err)
{
	struct sqlite *s = xcalloc(1, sizeof(*s));
	struct stat st;
	int rc;

	s->watch = -1;
	store->db = s;
	store->path = xstrdup(strncmp(url, "file:", 5) == 0 ? url + 5 : url);
	store->name = xstrdup(store->path);
	store->lock = lock_new(store->path);
	if (stat(store->path, &st) < 0) {
		if (!(flags & STORE_CREATE))
			return err_set(err, errno == ENOENT || errno == ENOTDIR ? E_NO_STORE : E_IO,
				       "path", store->path, "reason", strerror(errno), NULL);
		if (create_file(store, err) < 0)
			return -1;
	} else if (!S_ISREG(st.st_mode)) {
		return err_set(err, E_NOT_A_STORE, "path", store->path, NULL);
	}
	/* Else SQLite would read it, and leave files beside it that cannot be written, either, when it can be again. */
	if (access(store->path, W_OK) < 0)
		return err_set(err, E_STORE_READONLY, "path", store->path, NULL);
	/* Counting each allocation under a lock costs more than a small command has to spend; refused once SQLite has begun. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	rc = sqlite3_open_v2(store->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, wal_vfs());
	if (rc != SQLITE_OK)
		return fail(store, rc, err);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_handler(s->db, on_busy, s);
	if ((flags & STORE_CREATE) && is_empty(store) && begin_new(store, err) < 0)
		return -1;
	wal_limit(s->db, false);
	return sqlite_script(store, "PRAGMA synchronous = FULL", err);
}

static void
sqlite_close(struct store *store)
{
	struct sqlite *s = of(store);

	if (!s)
		return;
	for (size_t i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->stmt[i]);
	for (size_t i = 0; i < BOUNDS; i++)
		sqlite3_finalize(s->bound[i]);
	/* Always a proper close: the next lone opener would pay for a log left behind. */
	sqlite3_close(s->db);
	if (s->watch >= 0)
		close(s->watch);
	free(s);
	store->db = NULL;
}

static int
run_bound(struct store *store, enum bound bound, struct err *err)
{
	sqlite3_stmt **st = &of(store)->bound[bound];
	int rc = *st ? SQLITE_OK : sqlite3_prepare_v3(of(store)->db, bounds[bound], -1, SQLITE_PREPARE_PERSISTENT, st, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_step(*st);
		rc = sqlite3_reset(*st);
	}
	return rc == SQLITE_OK ? 0 : fail(store, rc, err);
}

static int
sqlite_begin(struct store *store, bool write, struct err *err)
{
	if (!write)
		return run_bound(store, BEGIN_READ, err);
	if (lock_take(store->lock, LOCK_WAIT_MS, err) < 0)
		return -1;
	if (run_bound(store, BEGIN_WRITE, err) == 0)
		return 0;
	lock_drop(store->lock);
	return -1;
}

static void
sqlite_rollback(struct store *store)
{
	struct err ignored = { 0 };

	/* What went wrong is known; an engine that cannot even roll back says so the next time. */
	if (!sqlite3_get_autocommit(of(store)->db) && run_bound(store, ROLLBACK, &ignored) < 0)
		sqlite3_exec(of(store)->db, "ROLLBACK", NULL, NULL, NULL);
	lock_drop(store->lock);
}

static int
sqlite_commit(struct store *store, struct err *err)
{
	int rc;

	wal_gather(of(store)->db, true);
	rc = run_bound(store, COMMIT, err);
	wal_gather(of(store)->db, false);
	if (rc < 0)
		sqlite_rollback(store);
	else if (sqlite3_total_changes(of(store)->db) != of(store)->told)
		lock_tell(store->lock);
	of(store)->told = sqlite3_total_changes(of(store)->db);
	lock_drop(store->lock);
	return rc;
}

static int
sqlite_prepare(struct store *store, enum sql sql, struct cursor **cursor_r, struct err *err)
{
	struct sqlite *s = of(store);
	struct arena *arena;
	int rc;

	if (!s->stmt[sql]) {
		arena = arena_new();
		rc = sqlite3_prepare_v3(s->db, sql_text_for(arena, "sqlite", sql), -1, SQLITE_PREPARE_PERSISTENT, &s->stmt[sql], NULL);
		arena_free(&arena);
		if (rc != SQLITE_OK)
			return fail(store, rc, err);
	}
	*cursor_r = (struct cursor *)s->stmt[sql];
	return 0;
}

static int
sqlite_prepare_text(struct store *store, const char *text, struct cursor **cursor_r, struct err *err)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(of(store)->db, text, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return fail(store, rc, err);
	*cursor_r = (struct cursor *)st;
	return 0;
}

static sqlite3_stmt *
stmt(struct cursor *cursor)
{
	return (sqlite3_stmt *)cursor;
}

static int
sqlite_bind(struct store *store, struct cursor *cursor, size_t i, const struct value *v, struct err *err)
{
	int at = (int)i + 1, rc = SQLITE_OK;

	switch (v->type) {
	case VALUE_NULL:
		break; /* as it is since the reset */
	case VALUE_INT:
		rc = sqlite3_bind_int64(stmt(cursor), at, v->n);
		break;
	case VALUE_REAL:
		rc = sqlite3_bind_double(stmt(cursor), at, v->d);
		break;
	case VALUE_TEXT:
		rc = sqlite3_bind_text64(stmt(cursor), at, v->p, v->size, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case VALUE_BLOB:
		rc = sqlite3_bind_blob64(stmt(cursor), at, v->p, v->size, SQLITE_STATIC);
		break;
	}
	return rc == SQLITE_OK ? 0 : fail(store, rc, err);
}

static int
sqlite_step(struct store *store, struct cursor *cursor, struct err *err)
{
	int rc = sqlite3_step(stmt(cursor));

	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : fail(store, rc, err);
}

static void
sqlite_reset(struct cursor *cursor)
{
	sqlite3_reset(stmt(cursor));
	/* Parameters are borrowed for one call only. */
	sqlite3_clear_bindings(stmt(cursor));
}

static int
sqlite_changes(struct store *store)
{
	return sqlite3_changes(of(store)->db);
}

static size_t
sqlite_columns(struct cursor *cursor)
{
	return (size_t)sqlite3_column_count(stmt(cursor));
}

static const char *
sqlite_column_name(struct cursor *cursor, size_t i)
{
	return sqlite3_column_name(stmt(cursor), (int)i);
}

static struct value
sqlite_column(struct cursor *cursor, size_t i)
{
	/* Asked once: each sqlite3_column_* looks the column up anew. Unprotected, but the connection is of one thread. */
	sqlite3_value *v = sqlite3_column_value(stmt(cursor), (int)i);

	switch (sqlite3_value_type(v)) {
	case SQLITE_INTEGER:
		return V_INT(sqlite3_value_int64(v));
	case SQLITE_FLOAT:
		return V_REAL(sqlite3_value_double(v));
	case SQLITE_TEXT:
		return (struct value){ .type = VALUE_TEXT, .p = sqlite3_value_text(v), .size = (size_t)sqlite3_value_bytes(v) };
	case SQLITE_BLOB:
		return V_BLOB(sqlite3_value_blob(v), (size_t)sqlite3_value_bytes(v));
	default:
		return V_NULL;
	}
}

static void
sqlite_forget(struct store *store, struct cursor **cursor)
{
	(void)store;
	sqlite3_finalize(stmt(*cursor));
	*cursor = NULL;
}

static int64_t
sqlite_change(struct store *store)
{
	unsigned version;

	return sqlite3_file_control(of(store)->db, "main", SQLITE_FCNTL_DATA_VERSION, &version) == SQLITE_OK ? (int64_t)version : -1;
}

static size_t
sqlite_parameters(struct cursor *cursor)
{
	return (size_t)sqlite3_bind_parameter_count(stmt(cursor));
}

static int
sqlite_verify(struct store *store, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(of(store)->db, "PRAGMA integrity_check(1)", -1, &st, NULL);
	const unsigned char *text;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		text = sqlite3_column_text(st, 0);
		rc = text && strcmp((const char *)text, "ok") == 0
			     ? 0
			     : err_set(err, E_STORE_DAMAGED, "path", store->path, "reason", (const char *)text, NULL);
	} else {
		rc = fail(store, rc, err);
	}
	sqlite3_finalize(st);
	return rc;
}

/*
 * The log is written before a commit is on the disk, and so before anybody sees
 * it: who looked then would look too early, and not again. lock_tell comes behind.
 */
static void
sqlite_wait(struct store *store, int fd, int64_t ms)
{
	struct sqlite *s = of(store);
	struct pollfd p[2] = { { .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	char events[4096];

	if (s->watch < 0) {
		s->watch = lock_watch(store->lock);
		/* What was kept between the caller's look and this moment nobody tells us. */
		if (s->watch >= 0)
			return;
	}
	p[0].fd = s->watch;
	if (poll(p, COUNT_OF(p), (int)ms) > 0 && p[0].revents)
		while (read(s->watch, events, sizeof(events)) > 0)
			;
}

/* Those who write little after us are not to pay for our log. */
static void
sqlite_bulk(struct store *store, bool on)
{
	sqlite3 *db = of(store)->db;

	sqlite3_exec(db, on ? BULK_CACHE : USUAL_CACHE, NULL, NULL, NULL);
	wal_limit(db, on);
	if (!on)
		wal_write_back(db);
}

const struct engine sqlite_engine = {
	.name = "sqlite",
	.schemes = schemes,
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.script = sqlite_script,
	.prepare = sqlite_prepare,
	.prepare_text = sqlite_prepare_text,
	.forget = sqlite_forget,
	.bind = sqlite_bind,
	.step = sqlite_step,
	.reset = sqlite_reset,
	.changes = sqlite_changes,
	.columns = sqlite_columns,
	.column_name = sqlite_column_name,
	.column = sqlite_column,
	.parameters = sqlite_parameters,
	.change = sqlite_change,
	.verify = sqlite_verify,
	.wait = sqlite_wait,
	.bulk = sqlite_bulk,
};

/*
 * PostgreSQL: transactions, and what else an engine has to do. postgresql.h
 * says why writers take turns.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rand.h"
#include "store/postgresql.h"

#define TRIES_REFUSED 20
#define TRIES_LOST 5
#define CHANNEL "ixn"

static const char *const schemes[] = { "postgresql://", "postgres://", NULL };

static const char *const own[] = {
	"CREATE TABLE turn (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, site BIGINT NOT NULL)",
	"INSERT INTO turn (id, n, site) VALUES (1, 0, 0)",
	"CREATE TABLE flushed (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)",
	NULL,
};
#define BEGIN_WRITE "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
#define BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#define SERVER_NOW "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
/* n counts, and says until when somebody listens, where that is later. Who waits says so, now and then; where nobody does there is nothing to tell. */
#define TAKE_TURN "UPDATE turn SET n = n + 1 WHERE id = 1 RETURNING site, n > " SERVER_NOW ", set_config('synchronous_commit', 'off', true)"
#define LISTENS "UPDATE turn SET n = " SERVER_NOW " + 120000 WHERE id = 1 AND n < " SERVER_NOW " + 60000"
#define LISTENS_MS (30 * MS_SECOND)
#define LOOK_AT_SITE "SELECT site FROM turn WHERE id = 1"
#define SITE_CHANGES "UPDATE turn SET site = site + 1 WHERE id = 1"
/* Two connections that share a row wait for each other, which is all. */
#define SLOTS 64
#define FLUSH "UPDATE flushed SET n = greatest(n, (SELECT max(seq) FROM event)) WHERE id = $1"
#define FLUSH_FIRST "INSERT INTO flushed (id, n) VALUES ($1, (SELECT coalesce(max(seq), 0) FROM event)) ON CONFLICT (id)" \
		    " DO UPDATE SET n = greatest(flushed.n, excluded.n)"
#define NOTIFY "SELECT set_config('synchronous_commit', 'off', true), pg_notify('" CHANNEL "', '')"
/* While it is being made there is none to take. */
#define TAKE_MAKING "SELECT pg_advisory_xact_lock(1230524977)"
#define TURN_THERE "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'turn'"

/* In an array of their own, NULL behind the last. */
static char **
table_names(void)
{
	char **names = xcalloc(TABLES_MAX, sizeof(*names));
	struct arena *arena = arena_new();
	const char *name;

	for (size_t i = 0; i < TABLES_MAX - 1 && (name = schema_table(arena, i)); i++)
		names[i] = xstrdup(name);
	arena_free(&arena);
	return names;
}

static int
engine_open(struct store *store, const char *url, unsigned flags, struct err *err)
{
	struct pg *pg = xcalloc(1, sizeof(*pg));
	struct arena *arena = arena_new();

	(void)flags;
	store->db = pg;
	store->name = xstrdup(store_shown(arena, url));
	store->path = xstrdup(store_beside(arena, url));
	arena_free(&arena);
	pg->url = xstrdup(url);
	pg->notifies = true;
	rand_bytes(&pg->slot, sizeof(pg->slot));
	pg->tables = table_names();
	store->lock = lock_new(store->path);
	return pg_connect(store, err);
}

static void
engine_close(struct store *store)
{
	struct pg *pg = pg_of(store);

	if (!pg)
		return;
	for (size_t i = 0; i < SQL_COUNT; i++)
		pg_statement_release(&pg->statement[i]);
	rare_free(pg);
	pg_forget(store, &pg->begin_write);
	pg_forget(store, &pg->begin_read);
	pg_forget(store, &pg->commit);
	pg_forget(store, &pg->turn);
	pg_forget(store, &pg->look);
	pg_forget(store, &pg->flush);
	pg_forget(store, &pg->flush_first);
	pg_forget(store, &pg->notify);
	pg_hang_up(pg);
	for (size_t i = 0; pg->tables[i]; i++)
		free(pg->tables[i]);
	free((void *)pg->tables);
	free(pg->url);
	free(pg);
	store->db = NULL;
}

/* Transactions. */

/* Prepared the first time. */
static int
post_text(struct store *store, struct cursor **cursor, const char *text, struct err *err)
{
	if (!*cursor && pg_prepare_text(store, text, cursor, err) < 0)
		return -1;
	return pg_post(store, *cursor, err);
}

/* The turn, or none of it for who only reads; both are told how often the site was changed. */
static int
take_turn(struct store *store, bool write, struct err *err)
{
	struct pg *pg = pg_of(store);
	int rc;

	if (!pg->turns)
		return write ? pg_send(store, TAKE_MAKING, err) : 0;
	rc = write ? post_text(store, &pg->turn, TAKE_TURN, err) : post_text(store, &pg->look, LOOK_AT_SITE, err);
	pg->tells = pg->sent - 1;
	return rc;
}

/* Nothing is left of what went before: neither results, nor statements of which nobody knows whether they are prepared. */
static int
begin_clean(struct store *store, struct err *err)
{
	struct pg *pg = pg_of(store);
	PGresult *r = NULL;

	if (pg_connect(store, err) < 0)
		return -1;
	pg->why = NOT_AGAIN;
	pg->heard = false;
	pg->changed = pg->commits = false;
	pg_drain(store);
	if (pg->stale) {
		pg->stale = false;
		pg->link++;
		if (pg_send(store, "DEALLOCATE ALL", err) < 0 || pg_collect(store, NULL, err) < 0)
			return -1;
	}
	if (!pg->turns) {
		if (pg_send(store, TURN_THERE, err) < 0 || pg_collect(store, &r, err) < 0)
			return -1;
		pg->turns = PQntuples(r) > 0;
		PQclear(r);
	}
	return 0;
}

/*
 * Of those on one machine one at a time waits on the server, where all who wait
 * would be woken each time the turn is free, and one has it. Where there can be
 * no file they do without.
 */
static int
queue_up(struct store *store, struct err *err)
{
	struct err found = { 0 };

	if (lock_take(store->lock, STORE_BUSY_MS, &found) == 0 || found.code != E_STORE_BUSY)
		return 0;
	err_copy(err, &found);
	return -1;
}

static int
engine_begin(struct store *store, bool write, struct err *err)
{
	struct pg *pg = pg_of(store);

	if (begin_clean(store, err) < 0)
		return -1;
	answers_begin(pg);
	if (write && queue_up(store, err) < 0)
		return -1;
	if ((write ? post_text(store, &pg->begin_write, BEGIN_WRITE, err) : post_text(store, &pg->begin_read, BEGIN_READ, err)) < 0 ||
	    take_turn(store, write, err) < 0) {
		lock_drop(store->lock);
		return -1;
	}
	pg->writes = write;
	pg->changed = false;
	return 0;
}

static void
engine_rollback(struct store *store)
{
	struct pg *pg = pg_of(store);
	struct err ignored = { 0 };

	pg->writes = false;
	answers_lost(pg);
	lock_drop(store->lock);
	/* What was asked of the site since this changed it was never so. */
	if (pg->answers.changes_site)
		answers_forget(pg);
	if (pg->gone || pg_send(store, "ROLLBACK", &ignored) < 0)
		pg->gone = true;
	else
		pg_leave(store);
}

/* All that the log has by now is kept: on the disk, and where else the server is told to have it. */
static int
flush(struct store *store, struct cursor **cursor, const char *text, struct err *err)
{
	struct pg *pg = pg_of(store);
	const struct value slot = V_INT(pg->slot % SLOTS);

	if (!*cursor && pg_prepare_text(store, text, cursor, err) < 0)
		return -1;
	return pg_bind(store, *cursor, 0, &slot, err) < 0 ? -1 : pg_post(store, *cursor, err);
}

static int
commit(struct store *store, struct err *err)
{
	struct pg *pg = pg_of(store);
	PGresult *r = NULL;
	bool first;

	/* What went wrong so far did not happen; from here on, who knows. */
	pg->undone = pg->unsure = false;
	pg->commits = true;
	if (pg->turns && pg->answers.counts_site && pg_send(store, SITE_CHANGES, err) < 0)
		return -1;
	if (post_text(store, &pg->commit, "COMMIT", err) < 0 || (pg->turns && flush(store, &pg->flush, FLUSH, err) < 0) || pg_collect(store, &r, err) < 0)
		return -1;
	first = pg->turns && strcmp(PQcmdTuples(r), "0") == 0;
	PQclear(r);
	if (!first)
		return 0;
	/* Nobody had this row before. */
	return flush(store, &pg->flush_first, FLUSH_FIRST, err) < 0 ? -1 : pg_collect(store, NULL, err);
}

static int
engine_commit(struct store *store, struct err *err)
{
	struct pg *pg = pg_of(store);
	bool changed = pg->changed;
	int rc = commit(store, err);

	pg->commits = false;
	/* In a transaction that has failed, whether or not anybody heard, COMMIT means that. */
	if (rc == 0 && pg->undone)
		rc = err_set(err, E_BUG, "what", "a transaction that had failed was to be committed", NULL);
	if (rc == 0 && pg->unsure)
		rc = err_set(err, E_STORE_DOUBT, "path", store->name, NULL);
	pg->committed = false;
	if (rc < 0) {
		engine_rollback(store);
		return rc;
	}
	pg->writes = false;
	pg->answers.site += pg->answers.counts_site;
	/* By itself, and without the disk: those that tell wait for each other until they have committed. */
	if (changed && pg->heard && pg->notifies && post_text(store, &pg->notify, NOTIFY, &(struct err){ 0 }) == 0)
		pg_leave(store);
	return 0;
}

static bool
engine_again(struct store *store, int tries)
{
	const struct pg *pg = pg_of(store);
	struct timespec pause = { 0, 0 };
	uint16_t jitter;

	if (pg->why == NOT_AGAIN || tries > (pg->why == AGAIN_REFUSED ? TRIES_REFUSED : TRIES_LOST))
		return false;
	if (pg->why == AGAIN_LOST && store_gives_up(store))
		return false;
	rand_bytes(&jitter, sizeof(jitter));
	pause.tv_nsec = jitter % ((tries < 6 ? 1 << tries : 64) * 1000) * 1000L;
	nanosleep(&pause, NULL);
	return true;
}

/* The rest. */

static int
engine_script(struct store *store, const char *text, struct err *err)
{
	struct pg *pg = pg_of(store);
	int rc;

	pg->patient = true;
	/* Whatever it is: nobody keeps what was asked before. */
	pg->answers.changes_site = pg->answers.changes_site || pg->writes;
	pg->answers.counts_site = pg->answers.counts_site || pg->writes;
	answers_forget(pg);
	rc = pg_send(store, text, err);
	if (rc == 0)
		rc = pg_collect(store, NULL, err);
	pg->patient = false;
	return rc;
}

static int
engine_changes(struct store *store)
{
	return pg_of(store)->changes;
}

/* All rows are read, so that a page whose checksum is wrong is met. */
static int
engine_verify(struct store *store, struct err *err)
{
	struct arena *arena = arena_new();
	const char *table;
	int rc = 0;

	for (size_t i = 0; rc == 0 && (table = schema_table(arena, i)); i++)
		rc = engine_script(store, arena_printf(arena, "SELECT count(*) FROM (SELECT t.* FROM %s t OFFSET 0) AS whole", table), err);
	arena_free(&arena);
	return rc;
}

/* 1: another connection has changed something. */
static bool
was_told(struct pg *pg)
{
	PGnotify *n;
	bool told = false;

	while ((n = PQnotifies(pg->conn))) {
		told = told || n->be_pid != PQbackendPID(pg->conn);
		PQfreemem(n);
	}
	return told;
}

/* 1: from now on; what came before that was told to nobody. */
static int
listen_on(struct store *store)
{
	struct pg *pg = pg_of(store);
	struct err ignored = { 0 };
	bool listened = pg->listens;

	if (!pg->notifies || (listened && (pg->gone || clock_monotonic() - pg->listened < LISTENS_MS)) || pg_connect(store, &ignored) < 0)
		return 0;
	pg_drain(store);
	pg->listens = listened || (pg_send(store, "LISTEN " CHANNEL, &ignored) == 0 && pg_collect(store, NULL, &ignored) == 0);
	pg->notifies = pg->listens || pg->gone;
	if (!pg->listens)
		return 0;
	pg->listened = clock_monotonic();
	return (pg->turns && (pg_send(store, LISTENS, &ignored) < 0 || pg_collect(store, NULL, &ignored) < 0)) || !listened;
}

/* A hint: whoever waits looks again after ms anyhow. */
static void
engine_wait(struct store *store, int fd, int64_t ms)
{
	struct pg *pg = pg_of(store);
	struct pollfd p[2] = { { .fd = -1, .events = POLLIN }, { .fd = fd, .events = POLLIN } };

	if (listen_on(store))
		return;
	if (pg->listens && !pg->gone) {
		pg_drain(store);
		if (was_told(pg))
			return;
		p[0].fd = PQsocket(pg->conn);
	}
	if (poll(p, COUNT_OF(p), (int)ms) > 0 && p[0].revents && !PQconsumeInput(pg->conn))
		pg->gone = true;
	else if (p[0].fd >= 0)
		was_told(pg);
}

const struct engine postgresql_engine = {
	.name = "postgresql",
	.schemes = schemes,
	.own = own,
	.emptied = "DELETE FROM flushed",
	.open = engine_open,
	.close = engine_close,
	.begin = engine_begin,
	.commit = engine_commit,
	.rollback = engine_rollback,
	.again = engine_again,
	.script = engine_script,
	.prepare = pg_prepare,
	.prepare_text = pg_prepare_text,
	.forget = pg_forget,
	.bind = pg_bind,
	.step = pg_step,
	.post = pg_post,
	.must = pg_must,
	.ahead = pg_ahead,
	.rare = pg_rare,
	.reset = pg_reset,
	.changes = engine_changes,
	.columns = pg_columns,
	.column_name = pg_column_name,
	.column = pg_column,
	.parameters = pg_parameters,
	.verify = engine_verify,
	.wait = engine_wait,
};

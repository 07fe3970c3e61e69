/*
 * The connection to a PostgreSQL server: finding one, sending ahead, reading
 * what came of it, and what went wrong.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rand.h"
#include "store/postgresql.h"

/* One that says nothing for so long will not any more: longer than it lets us wait for the turn. */
#define REPLY_MS (30 * MS_SECOND)
/* And nobody waits for longer than this where it is to end. */
#define HURRY_MS MS_SECOND

/*
 * What each connection is told; an engine that does not know one goes without.
 * Plans are made once, for any value, by indexes, whatever is known of tables
 * that were empty an hour ago: each statement has an index to go by.
 */
static const char *const settings[] = {
	"SET lock_timeout = '10s'",
	"SET idle_in_transaction_session_timeout = '20s'",
	"SET plan_cache_mode = force_generic_plan",
	"SET enable_seqscan = off",
	"SET enable_bitmapscan = off",
	"SET enable_hashjoin = off",
	"SET enable_mergejoin = off",
	"SET jit = off",
};

/* Errors. */

/* The driver's words have several lines, and end in one. */
static const char *
first_line(const char *text, char line[256])
{
	snprintf(line, 256, "%.*s", (int)strcspn(text, "\n"), text);
	return line;
}

static int
lost(struct store *store, const char *reason, struct err *err)
{
	struct pg *pg = pg_of(store);
	char line[256];

	if (pg->commits)
		return err_set(err, E_STORE_DOUBT, "path", store->name, NULL);
	pg->why = AGAIN_LOST;
	return err_set(err, E_UNREACHABLE, "peer", store->name, "reason", first_line(reason, line), NULL);
}

static bool
starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* By what SQLSTATE begins with. */
static const struct {
	const char *state;
	enum err_code code;
} codes[] = {
	{ "55P03", E_STORE_BUSY },
	{ "57014", E_STORE_BUSY },
	{ "53100", E_STORE_FULL },
	{ "53", E_STORE_BUSY },
	{ "25006", E_STORE_READONLY },
	{ "42501", E_STORE_DENIED },
	{ "XX001", E_STORE_DAMAGED },
	{ "XX002", E_STORE_DAMAGED },
	{ "58", E_IO },
};

int
pg_fail(struct store *store, const PGresult *result, struct err *err)
{
	struct pg *pg = pg_of(store);
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *reason = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	state = state ? state : "";
	reason = reason ? reason : PQerrorMessage(pg->conn);
	/* Ended by its administrator, crashed, not up yet; and the one that was the primary. */
	if (PQstatus(pg->conn) == CONNECTION_BAD || starts(state, "08") || starts(state, "57P0")) {
		pg->gone = true;
		return lost(store, reason, err);
	}
	/* It happened, and must not again. */
	if (pg->committed)
		return err_set(err, E_STORE_DOUBT, "path", store->name, NULL);
	if (starts(state, "40001") || starts(state, "40P01") || starts(state, "22012")) {
		pg->why = AGAIN_REFUSED;
		return err_set(err, E_STORE_BUSY, "holder", "another transaction", NULL);
	}
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (starts(state, codes[i].state))
			return err_set(err, codes[i].code, "path", store->name, "holder", "another transaction", "reason", reason, NULL);
	return err_set(err, E_BUG, "what", reason, NULL);
}

/* Sending, and reading what came of it. */

int
pg_send(struct store *store, const char *text, struct err *err)
{
	struct pg *pg = pg_of(store);

	pg_drain(store);
	if (!PQsendQueryParams(pg->conn, text, 0, NULL, NULL, NULL, NULL, 0))
		return pg_fail(store, NULL, err);
	pg->sent++;
	return 0;
}

/* Whether there is something to be read; false: it is taken for gone. */
static bool
await(const struct store *store)
{
	struct pg *pg = pg_of(store);
	int64_t began = clock_monotonic();
	struct pollfd p = { .fd = PQsocket(pg->conn), .events = POLLIN };

	while (PQisBusy(pg->conn)) {
		if (!pg->patient && clock_monotonic() - began >= (store_hurries(store) ? HURRY_MS : REPLY_MS))
			return false;
		poll(&p, 1, HURRY_MS);
		if (!PQconsumeInput(pg->conn))
			return false;
	}
	return true;
}

/* Up to the mark: the first error, or the last result. */
static int
read_results(struct store *store, PGresult **last_r, struct err *err)
{
	struct pg *pg = pg_of(store);
	ExecStatusType status = PGRES_COMMAND_OK;
	int rc = 0, n = 0;

	while (status != PGRES_PIPELINE_SYNC) {
		PGresult *r;

		if (!await(store)) {
			pg->gone = true;
			return rc < 0 ? rc : lost(store, PQstatus(pg->conn) == CONNECTION_BAD ? PQerrorMessage(pg->conn) : "no answer", err);
		}
		r = PQgetResult(pg->conn);
		if (!r && PQstatus(pg->conn) != CONNECTION_BAD)
			continue; /* between two commands */
		status = r ? PQresultStatus(r) : PGRES_FATAL_ERROR;
		if (status == PGRES_FATAL_ERROR && rc == 0)
			rc = pg_fail(store, r, err);
		pg->stale = pg->stale || status == PGRES_FATAL_ERROR;
		if (status == PGRES_PIPELINE_SYNC || pg->gone) {
			PQclear(r);
			return rc;
		}
		pg->undone = pg->undone || strcmp(PQcmdStatus(r), "ROLLBACK") == 0;
		pg->committed = pg->committed || (pg->commits && strcmp(PQcmdStatus(r), "COMMIT") == 0);
		if (n == pg->tells && status == PGRES_TUPLES_OK)
			answers_told(pg, r);
		if (!answers_take(pg, n++, r)) {
			PQclear(*last_r);
			*last_r = r;
		}
	}
	return rc;
}

int
pg_collect(struct store *store, PGresult **result_r, struct err *err)
{
	struct pg *pg = pg_of(store);
	PGresult *last = NULL;
	int rc;

	pg->sent = 0;
	if (!PQpipelineSync(pg->conn))
		return pg_fail(store, NULL, err);
	rc = read_results(store, &last, err);
	answers_lost(pg);
	/* Whoever waited for the turn has it now. */
	lock_drop(store->lock);
	if (rc == 0 && result_r) {
		*result_r = last;
		last = NULL;
	}
	PQclear(last);
	return rc;
}

void
pg_leave(struct store *store)
{
	struct pg *pg = pg_of(store);

	pg->sent = 0;
	answers_lost(pg);
	pg->left = PQpipelineSync(pg->conn) == 1;
	pg->gone = pg->gone || !pg->left;
}

void
pg_drain(struct store *store)
{
	struct pg *pg = pg_of(store);
	struct err ignored = { 0 };
	PGresult *last = NULL;

	if (!pg->left)
		return;
	pg->left = false;
	read_results(store, &last, &ignored);
	PQclear(last);
}

/* Finding a server. */

void
pg_hang_up(struct pg *pg)
{
	PQfinish(pg->conn);
	pg->conn = NULL;
	pg->left = pg->gone = pg->stale = pg->listens = false;
	pg->sent = 0;
	answers_lost(pg);
	answers_forget(pg);
}

/* That a standby is waited for no longer, as somebody has cancelled that, is but a warning: the change is acknowledged without. */
static void
take_notice(void *context, const PGresult *result)
{
	struct pg *pg = context;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	pg->unsure = pg->unsure || (pg->commits && severity && strcmp(severity, "WARNING") == 0);
}

static int
greet(struct store *store, struct err *err)
{
	struct pg *pg = pg_of(store);
	const char *encoding = PQparameterStatus(pg->conn, "server_encoding");

	if (encoding && strcmp(encoding, "UTF8") != 0)
		return err_set(err, E_STORE_ENCODING, "path", store->name, "found", encoding, NULL);
	PQsetNoticeReceiver(pg->conn, take_notice, pg);
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		PQclear(PQexec(pg->conn, settings[i]));
	if (!PQenterPipelineMode(pg->conn))
		return pg_fail(store, NULL, err);
	return 0;
}

/* With what the URL may leave out. A server that only reads is a standby, or about to be none any more. session: NULL, or whatever the URL says of it. */
static PGconn *
dial(const char *url, const char *session)
{
	static const char *const names[] = { "connect_timeout", "target_session_attrs", "keepalives_idle", "keepalives_interval", "tcp_user_timeout",
					     "application_name", "dbname", "client_encoding", "target_session_attrs", NULL };
	const char *const values[] = { "5", "read-write", "10", "5", "20000", "ixn", url, "UTF8", session, NULL };

	return PQconnectdbParams(names, values, 1);
}

static bool
is_set(const PGconn *conn, const char *name, const char *to)
{
	const char *value = PQparameterStatus(conn, name);

	return value && strcmp(value, to) == 0;
}

/* A standby answers, or one that was one a moment ago: there was a server that takes changes, and will be. */
static bool
is_to_come(const struct pg *pg)
{
	PGconn *conn = dial(pg->url, "any");
	bool there = PQstatus(conn) == CONNECTION_OK && (is_set(conn, "in_hot_standby", "on") || is_set(conn, "default_transaction_read_only", "off"));

	PQfinish(conn);
	return there;
}

static int
connect_once(struct store *store, struct err *err)
{
	struct pg *pg = pg_of(store);
	char line[256];

	pg_hang_up(pg);
	pg->conn = dial(pg->url, NULL);
	pg->link++;
	if (PQstatus(pg->conn) == CONNECTION_OK)
		return greet(store, err);
	/* A standby that takes the password is not refusing it. */
	if ((PQconnectionNeedsPassword(pg->conn) || PQconnectionUsedPassword(pg->conn)) && !is_to_come(pg)) {
		pg->why = NOT_AGAIN;
		return err_set(err, E_LOGIN_REFUSED, "peer", store->name, "reason", first_line(PQerrorMessage(pg->conn), line), NULL);
	}
	return lost(store, PQerrorMessage(pg->conn), err);
}

int
pg_connect(struct store *store, struct err *err)
{
	struct pg *pg = pg_of(store);
	bool waits = pg->conn != NULL;
	struct timespec pause = { 0, 0 };
	uint16_t jitter;

	if (pg->conn && !pg->gone && PQstatus(pg->conn) == CONNECTION_OK)
		return 0;
	while (connect_once(store, err) < 0) {
		if (pg->why != AGAIN_LOST || store_gives_up(store) || !(waits = waits || is_to_come(pg)))
			return -1;
		store_waits(store, err);
		rand_bytes(&jitter, sizeof(jitter));
		pause.tv_nsec = (50 + jitter % 150) * 1000000L;
		nanosleep(&pause, NULL);
	}
	store->told = false;
	return 0;
}

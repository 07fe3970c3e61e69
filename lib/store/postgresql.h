/*
 * postgresql.h - what the files of the PostgreSQL engine share.
 *
 * One writer at a time, as SQLite has it: each transaction that writes begins
 * by taking the one row of the table turn, and has it until it has committed.
 * So the rules of the desk need no second thought about what others do
 * meanwhile, and nothing is refused because of them (40001) and run again, as
 * under SERIALIZABLE most of routing would be: all of it meets in a few rows.
 * Those who read have a snapshot, and wait for nobody. The row is changed, not
 * only locked: where an engine of the same protocol gives each transaction one
 * snapshot, the one that had to wait is refused and runs again, instead of
 * going on with what is no longer so.
 *
 * The turn is not kept while the disk, or a standby, is waited for: the
 * transaction commits without that (synchronous_commit off, for it alone), and
 * a second, small one that waits as the server is told to takes all with it
 * that the log has by then. Several do so together, and nothing is acknowledged
 * before. That one writes down how far the log of events goes in the snapshot
 * that it sees, in one of the rows of the table flushed.
 *
 * So events are numbered in the order of commits, without a gap, and nobody is
 * shown one that a server's failure could take back: who reads them goes as far
 * as the rows of flushed say (@KEPT@ in sql.def). What else is read may be a few
 * milliseconds ahead of the disk.
 *
 * Statements are sent ahead of their results: what nobody asks the outcome of
 * costs no round trip of its own.
 */
#ifndef STORE_POSTGRESQL_H
#define STORE_POSTGRESQL_H

#include <libpq-fe.h>

#include "store/priv.h"

/* A prepared statement: on the server by its name, once per connection. */
struct statement {
	char name[24];
	char *text;         /* NULL: not met yet */
	unsigned long link; /* the connection it is prepared on */
	size_t n;
	/* Parameters, as PQsendQueryPrepared takes them. */
	const char **values;
	int *sizes, *formats;
	char (*numbers)[32];
	PGresult *result;
	int row;
	unsigned char *bytes; /* of the column that was asked for last */
};

struct pg {
	char *url;
	PGconn *conn;
	unsigned long link; /* counts connections */
	bool sent;          /* commands whose results have not been read */
	bool left;          /* the same, and nobody asks what became of them */
	bool gone;          /* it said nothing for too long */
	bool stale;         /* something failed: which statements are prepared is not known */
	bool patient;       /* what is asked may take long */
	bool listens;
	bool notifies; /* the server knows how */
	bool changed;  /* by this transaction */
	bool commits;  /* COMMIT was sent, and not answered */
	bool undone;   /* and was answered by ROLLBACK */
	bool turns;    /* the table turn is there */
	/* Why the last transaction may go better another time: another came first; the connection went. */
	enum { NOT_AGAIN,
	       AGAIN_REFUSED,
	       AGAIN_LOST } why;
	int changes;
	struct cursor *turn, *flush;
	uint16_t slot;  /* which row of flushed is ours, and others' */
	unsigned texts; /* statements that are not of the catalogue, to name them */
	struct statement statement[SQL_COUNT];
};

static inline struct pg *
pg_of(const struct store *store)
{
	return store->db;
}

/*
 * A connection: the one there is, or another; at once, or within the time that
 * a server takes to fail over where there was one. E_UNREACHABLE,
 * E_LOGIN_REFUSED, E_STORE_ENCODING.
 */
int pg_connect(struct store *store, struct err *err) ATTR_MUSTUSE;
void pg_hang_up(struct pg *pg);
/* The error of a result, or of the connection where there is none; -1. */
int pg_fail(struct store *store, const PGresult *result, struct err *err) ATTR_MUSTUSE;
/* Sends a text without parameters. */
int pg_send(struct store *store, const char *text, struct err *err) ATTR_MUSTUSE;
/* Reads what came of all that was sent: the first error, or the last result, which is the caller's (result_r may be NULL). */
int pg_collect(struct store *store, PGresult **result_r, struct err *err) ATTR_MUSTUSE;
/* Lets all that was sent go, without waiting for it; it is read before the next is sent. */
void pg_leave(struct store *store);
void pg_drain(struct store *store);

/* Statements: what struct engine says. */
int pg_prepare(struct store *store, enum sql sql, struct cursor **cursor_r, struct err *err) ATTR_MUSTUSE;
int pg_prepare_text(struct store *store, const char *text, struct cursor **cursor_r, struct err *err) ATTR_MUSTUSE;
void pg_forget(struct store *store, struct cursor **cursor);
int pg_bind(struct store *store, struct cursor *cursor, size_t i, const struct value *value, struct err *err) ATTR_MUSTUSE;
int pg_step(struct store *store, struct cursor *cursor, struct err *err) ATTR_MUSTUSE;
int pg_post(struct store *store, struct cursor *cursor, struct err *err) ATTR_MUSTUSE;
void pg_reset(struct cursor *cursor);
size_t pg_columns(struct cursor *cursor);
const char *pg_column_name(struct cursor *cursor, size_t i);
struct value pg_column(struct cursor *cursor, size_t i);
size_t pg_parameters(struct cursor *cursor);
void pg_statement_release(struct statement *s);

#endif

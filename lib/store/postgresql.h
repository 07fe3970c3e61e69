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
 * Threads of one process take their turns together (group.c): one transaction
 * for what all of them came with. Lanes beside each other, each with the rows
 * of its own locked (SKIP LOCKED), would not be faster: what a change costs is
 * processor time, of which the turn is a small part, and two at once cost more
 * than two in one.
 *
 * Statements are sent ahead of their results: what nobody asks the outcome of
 * costs no round trip of its own. What was asked is not asked again as long as
 * it holds (postgresql_answer.c); what mostly finds nothing is asked together
 * (postgresql_rare.c). Who has the turn keeps all others waiting: each time that
 * a client is waited for, meanwhile, costs them more than a few statements do.
 */
#ifndef STORE_POSTGRESQL_H
#define STORE_POSTGRESQL_H

#include <libpq-fe.h>

#include "store/priv.h"

/* More than there are. */
#define TABLES_MAX 128

/* A prepared statement: on the server by its name, once per connection. */
struct statement {
	char name[28];
	char *text;         /* NULL: not met yet */
	unsigned long link; /* the connection it is prepared on */
	size_t n;
	/* What it reads, or the table that it changes; asks: its answer may be kept; site: beyond the transaction. */
	unsigned char tables[16];
	size_t tables_n;
	bool asks, site, writes;
	bool passes;            /* it changes the site, and nobody need know */
	bool rare;              /* it was asked whether it finds anything, with others */
	struct statement *must; /* the same, refused by the server where the row is not as it has to be */
	/* Parameters, as PQsendQueryPrepared takes them. */
	const char **values;
	int *sizes, *formats;
	char (*numbers)[32];
	PGresult *result;
	bool borrowed; /* from the answer that is kept */
	int row;
	unsigned char *bytes; /* of the column that was asked for last */
};

/* Several that ask, in one: whether each finds anything (postgresql_rare.c). */
struct fused {
	struct fused *next;
	struct statement *whole;
	const struct statement *of[SQL_RARE_MAX];
	size_t n;
};

/* What came of a statement that asks, with these values. */
struct answer {
	struct answer *next, *behind; /* of its bucket; of those awaited */
	const struct statement *of;
	char *key;
	size_t size;
	uint64_t asked; /* when, in changes made */
	int number;     /* among the commands of its flight; -1: nothing is awaited any more */
	int part;       /* the column of that which says whether there is anything; -1: the result is its own */
	PGresult *result;
};

struct answers {
	/* Of what is known of the transaction at hand; of the site. */
	struct answer *bucket[2][256];
	size_t n, bytes;
	struct answer *awaited, **behind;
	/* Changes that were sent, and when each table was last changed. */
	uint64_t changes, changed[TABLES_MAX];
	/* How often the site had been changed when what is kept about it was asked. */
	int64_t site;
	bool told; /* and that is how often it has been, in this transaction */
	/* This transaction does; and others are to know. */
	bool changes_site, counts_site;
};

struct pg {
	char *url;
	PGconn *conn;
	unsigned long link; /* counts connections */
	int sent;           /* commands whose results have not been read */
	int tells;          /* which of them says how often the site was changed */
	bool left;          /* the same, and nobody asks what became of them */
	bool gone;          /* it said nothing for too long */
	bool stale;         /* something failed: which statements are prepared is not known */
	bool patient;       /* what is asked may take long */
	bool heard;         /* somebody listened when this transaction had its turn */
	bool listens;
	int64_t listened; /* when it last said so (clock_monotonic) */
	bool notifies;    /* the server knows how */
	bool changed;     /* by this transaction */
	bool commits;     /* COMMIT was sent, and not answered */
	bool undone;      /* and was answered by ROLLBACK */
	bool committed;   /* or by COMMIT: it happened, and may not be kept */
	bool unsure;      /* and the server warned of something */
	bool turns;       /* the table turn is there */
	bool writes;      /* in a transaction that does */
	/* Why the last transaction may go better another time: another came first; the connection went. */
	enum { NOT_AGAIN,
	       AGAIN_REFUSED,
	       AGAIN_LOST } why;
	int changes;
	struct cursor *begin_write, *begin_read, *commit, *turn, *look, *flush, *flush_first, *notify;
	struct answers answers;
	struct fused *fused;
	char **tables;  /* names, NULL behind the last */
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
int pg_must(struct store *store, struct cursor *cursor, struct err *err) ATTR_MUSTUSE;
int pg_ahead(struct store *store, struct cursor *cursor, struct err *err) ATTR_MUSTUSE;
int pg_rare(struct store *store, struct cursor *const *cursors, size_t n, struct err *err) ATTR_MUSTUSE;
void pg_reset(struct cursor *cursor);
size_t pg_columns(struct cursor *cursor);
const char *pg_column_name(struct cursor *cursor, size_t i);
struct value pg_column(struct cursor *cursor, size_t i);
size_t pg_parameters(struct cursor *cursor);
void pg_statement_init(struct statement *s, const char *text);
void pg_statement_release(struct statement *s);
/* Sends it with the values that it has. */
int pg_statement_send(struct store *store, struct statement *s, struct err *err) ATTR_MUSTUSE;
void rare_free(struct pg *pg);

/* Which tables a statement is about, by its text. */
void answers_about(const struct pg *pg, struct statement *s);
/* A transaction begins: what was known in the one before is known no more, but of the site. */
void answers_begin(struct pg *pg);
/* That of a statement with the values that it has: one that holds, or is awaited; NULL: it must be asked. */
struct answer *answers_find(struct pg *pg, const struct statement *s);
/* It was just sent: its result is that of the last command, or what a part (-1: none) of that says. */
struct answer *answers_add(struct pg *pg, const struct statement *s, int part);
void answers_drop(struct pg *pg, struct answer *answer);
/* A statement that changes something was sent. */
void answers_changed(struct pg *pg, const struct statement *s);
/* The result of command number n: true where it was awaited whole, and is taken. */
bool answers_take(struct pg *pg, int n, PGresult *result);
/* How often the site has been changed; and that somebody listens. */
void answers_told(struct pg *pg, const PGresult *result);
/* Nothing that is awaited will come; nothing holds. */
void answers_lost(struct pg *pg);
void answers_forget(struct pg *pg);

#endif

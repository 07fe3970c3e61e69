/*
 * store.h - the database: one interface, an engine behind it.
 *
 * This floor keeps rows and knows no rule of the desk. All SQL stands in
 * sql.def and schema.def; above, a statement is named, takes values, and
 * gives records.
 *
 * A function given to store_read or store_write runs in one transaction and
 * may run again from its start (a server fails over, or refuses and we retry):
 * it must take ids and times from outside, print nothing, and keep no state
 * but in its context and arena. One struct store belongs to one thread.
 *
 * Errors of every function here, beside their own: E_STORE_BUSY (after 10 s,
 * naming the holder), E_STORE_FULL, E_STORE_DAMAGED, E_STORE_READONLY, E_IO; of
 * a server E_UNREACHABLE, and E_STORE_DOUBT where it went away while it
 * committed: nobody knows whether it happened.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "model/record.h"

struct arena;
struct engine;
struct err;
struct store;
struct store_group;
struct tx;

/*
 * The engines that a program has, the one for paths without a scheme first,
 * NULL behind the last. A program that has more than SQLite defines the list
 * itself; engines.c is for the others.
 */
extern const struct engine *const store_engines[];
extern const struct engine sqlite_engine, postgresql_engine;

enum sql {
#define SQL(name, text) SQL_##name,
#include "store/sql.def"
#undef SQL
	SQL_COUNT,
};

enum store_flags {
	/* Make it when it is not there, bring it up to date when it is older. */
	STORE_CREATE = 1 << 0,
	/* To copy into it: what is left of a copy that was broken off is no error. */
	STORE_COPY = 1 << 1,
};

/* More than a failover takes, and the time to find what took over. */
#define STORE_AWAY_MS (45 * MS_SECOND)
#define STORE_TELL_MS (3 * MS_SECOND)
/* How a step of an operation (a transaction) waits for a server that is away. */
struct store_patience {
	int64_t ms; /* at most */
	/* Once any thread sets it: not at all. NULL: never. */
	const atomic_bool *hurry;
	/* Called once by the thread that waits, after STORE_TELL_MS: why, and for how long at most from then on; or NULL. */
	void (*told)(const struct err *why, int64_t ms);
};

/*
 * url: "file:PATH", a path, or "postgresql://...". Opening waits for nothing;
 * what follows does for STORE_AWAY_MS. E_NO_ENGINE, E_NO_STORE, E_STORE_NEWER,
 * E_STORE_OLDER, E_NOT_A_STORE, E_COPY_UNFINISHED.
 */
int store_open(const char *url, unsigned flags, struct store **store_r, struct err *err) ATTR_MUSTUSE;
/* The same, but opening waits, too, where a standby answers that is to be a primary; where nobody answers it fails at once. */
int store_open_patiently(const char *url, unsigned flags, const struct store_patience *patience, struct store **store_r, struct err *err) ATTR_MUSTUSE;
void store_close(struct store **store);
/* What the names of files that lie beside it begin with; the store's own text. */
const char *store_path(const struct store *store);
/* The store as messages call it: a path, or a URL without its password; and its path. Of any URL, open or not. */
const char *store_shown(struct arena *arena, const char *url);
const char *store_beside(struct arena *arena, const char *url);
/* The engine's own check of the whole file: E_STORE_DAMAGED with the first complaint. */
int store_verify(struct store *store, struct err *err) ATTR_MUSTUSE;
/* Another number once anybody has changed anything, as this transaction sees it; after its first read. -1: the engine cannot tell. */
int64_t store_change(struct tx *tx);
/* Sleeps until another process may have changed the store, fd (-1: none) can be read, or a signal came; at most ms. */
void store_wait(struct store *store, int fd, int64_t ms);
/*
 * Much is written from now on, by this one: the engine may take a few MB more for itself, and tidy up less often. Outside
 * of transactions. Off again it tidies up; closing does so as well.
 */
void store_bulk(struct store *store, bool on);
/* From now on no step waits beyond this time of clock_monotonic() for a server that is away; 0: as long as its patience lasts. */
void store_until(struct store *store, int64_t until);

/*
 * Copies all of a store into another, of any engine, that holds nothing yet, or
 * what is left of a copy that was broken off; copied is told of each table, once
 * both have the same rows. Where it fails the copy is no store. E_STORE_NOT_EMPTY, E_COPY_DIFFERS, E_COPY_OVERTAKEN.
 */
typedef int store_copied_fn(void *context, const char *table, int64_t rows, const char *digest, struct err *err);
int store_copy(const char *from, const char *to, store_copied_fn *copied, void *context, struct err *err) ATTR_MUSTUSE;

typedef int store_fn(struct tx *tx, void *context, struct err *err);

int store_read(struct store *store, store_fn *fn, void *context, struct err *err) ATTR_MUSTUSE;
int store_write(struct store *store, store_fn *fn, void *context, struct err *err) ATTR_MUSTUSE;
/* As store_write, but never together with others: for what fails in the end, whatever it does before. */
int store_try(struct store *store, store_fn *fn, void *context, struct err *err) ATTR_MUSTUSE;

/*
 * Stores of one database, each of a thread of this process: what they write
 * while one of them is at it that one does for them, on its thread, in the same
 * transaction. Nobody is told of what is not kept. The group outlives them.
 */
struct store_group *store_group_new(void);
void store_group_free(struct store_group **group);
void store_join(struct store *store, struct store_group *group);

/* Numbers that whoever works in a transaction leaves to who goes on in it; 0 as it begins. */
#define TX_NOTES 5
int64_t *tx_notes(struct tx *tx);

struct value {
	enum { VALUE_NULL,
	       VALUE_INT,
	       VALUE_REAL,
	       VALUE_TEXT,
	       VALUE_BLOB } type;
	int64_t n;
	double d;
	const void *p; /* borrowed for the call */
	size_t size;
};

#define V_INT(x) ((struct value){ .type = VALUE_INT, .n = (x) })
#define V_REAL(x) ((struct value){ .type = VALUE_REAL, .d = (x) })
/* NULL is SQL's NULL. */
#define V_TEXT(x) sql_text_value(x)
#define V_BLOB(x, s) ((struct value){ .type = VALUE_BLOB, .p = (x), .size = (s) })
#define V_NULL ((struct value){ .type = VALUE_NULL })
struct value sql_text_value(const char *text);

/* ARGS(V_TEXT(id), V_INT(now)) stands for two parameters: values and count. */
#define ARGS(...) (const struct value[]){ __VA_ARGS__ }, COUNT_OF(((const struct value[]){ __VA_ARGS__ }))
#define NO_ARGS NULL, 0

/* For its effect alone: an engine may run it later, but before anything is read. */
int sql_post(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err) ATTR_MUSTUSE;
/* For what changes one row, of this key, that was read in this transaction: 1; 0 or -1: it is not as the WHERE says, and has not been changed. */
int sql_must(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err) ATTR_MUSTUSE;
/* This will be asked next, among other things: 1 where the engine does it meanwhile, 0 where there is nothing to wait for. */
int sql_ahead(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err) ATTR_MUSTUSE;
/* The same of several, at most SQL_RARE_MAX and each once, that mostly find nothing, or nothing to remove: an engine may ask of all at once whether they do. */
#define SQL_RARE_MAX 12
struct rare {
	enum sql sql;
	struct value values[4];
	size_t n;
};
int sql_rare(struct tx *tx, const struct rare *v, size_t n, struct err *err) ATTR_MUSTUSE;
/* Rows changed, or -1. */
int sql_run(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err) ATTR_MUSTUSE;
/* As sql_run with the fields of a record, in their order, as parameters; as sql_must. */
int sql_put(struct tx *tx, enum sql sql, const struct record *record, const void *p, struct err *err) ATTR_MUSTUSE;
int sql_put_must(struct tx *tx, enum sql sql, const struct record *record, const void *p, struct err *err) ATTR_MUSTUSE;
/* The first row: 1, no row: 0. Columns go to the record's fields of the same name. */
int sql_one(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n,
	    const struct record *record, void *out, struct err *err) ATTR_MUSTUSE;
/* All rows, in an array of the record's struct. */
int sql_all(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n,
	    const struct record *record, struct records *out_r, struct err *err) ATTR_MUSTUSE;
/* The first column of the first row: 1, no row or NULL: 0 and the value untouched. */
int sql_int(struct tx *tx, enum sql sql, const struct value *args, size_t n, int64_t *out_r, struct err *err) ATTR_MUSTUSE;
int sql_text(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n, const char **out_r, struct err *err) ATTR_MUSTUSE;
int sql_blob(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n,
	     const void **out_r, size_t *size_r, struct err *err) ATTR_MUSTUSE;
/* The first column of all rows. */
int sql_texts(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n, struct texts *out_r, struct err *err) ATTR_MUSTUSE;

/*
 * Rows of a table as texts by their columns, those that are NULL left out; for a
 * store that keeps a part of another one. The names are the program's own.
 */
struct rows_of {
	const char *table;
	const char *column;  /* the rows of which a value is meant; NULL: all */
	const char *without; /* columns that are not read: "a,b" */
};
struct row_texts {
	struct pairs *v;
	size_t n, cap;
};
int sql_rows(struct tx *tx, struct arena *arena, const struct rows_of *of, const char *value, struct row_texts *out, struct err *err) ATTR_MUSTUSE;
int sql_rows_drop(struct tx *tx, struct arena *arena, const struct rows_of *of, const char *value, struct err *err) ATTR_MUSTUSE;
/* Columns that the table does not have are passed over. */
int sql_row_add(struct tx *tx, struct arena *arena, const struct rows_of *of, const struct pairs *row, struct err *err) ATTR_MUSTUSE;

/* For tests and tools: the texts as an engine gets them ("sqlite", "postgresql"). */
const char *sql_text_for(struct arena *arena, const char *engine, enum sql sql);
const char *sql_name(enum sql sql);
/* Statement number i of the schema, NULL behind the last. */
const char *schema_text_for(struct arena *arena, const char *engine, size_t i);
/* Table number i, NULL behind the last; the table that statement number i makes, or NULL. */
const char *schema_table(struct arena *arena, size_t i);
const char *schema_creates(struct arena *arena, size_t i);
/* The version of the store from which on it is there. */
int schema_version(size_t i);

#define STORE_VERSION 9

#endif

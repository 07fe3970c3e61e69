/*
 * priv.h - what an engine provides to lib/store, and what it gets.
 */
#ifndef STORE_PRIV_H
#define STORE_PRIV_H

#include "store/store.h"

struct cursor;
struct lock;

/*
 * An engine: SQLite, PostgreSQL. Functions return -1 with err set. A cursor is
 * a prepared statement; it belongs to the engine and is reused.
 */
struct engine {
	const char *name;
	/* A URL that begins so is for this engine. */
	const char *const *schemes;
	/* What a new store has besides the schema; NULL behind the last. */
	const char *const *own;
	/* What is run, besides, when all rows of the schema are removed; or NULL. */
	const char *emptied;
	/* Sets name, path and, where it has one, lock of the store. */
	int (*open)(struct store *store, const char *url, unsigned flags, struct err *err);
	void (*close)(struct store *store);
	int (*begin)(struct store *store, bool write, struct err *err);
	int (*commit)(struct store *store, struct err *err);
	void (*rollback)(struct store *store);
	/* The transaction that has just ended in vain may go better another time, and it is time for that. tries: made so far. NULL: never. */
	bool (*again)(struct store *store, int tries);
	int (*script)(struct store *store, const char *text, struct err *err);
	int (*prepare)(struct store *store, enum sql sql, struct cursor **cursor_r, struct err *err);
	/* A text that is no statement of the catalogue; forget lets it go. */
	int (*prepare_text)(struct store *store, const char *text, struct cursor **cursor_r, struct err *err);
	void (*forget)(struct store *store, struct cursor **cursor);
	int (*bind)(struct store *store, struct cursor *cursor, size_t i, const struct value *value, struct err *err);
	/* 1: a row, 0: no more. */
	int (*step)(struct store *store, struct cursor *cursor, struct err *err);
	/* Instead of step: runs it for its effect, at the latest when something is asked; an error comes then. NULL: step. */
	int (*post)(struct store *store, struct cursor *cursor, struct err *err);
	/* The same of what must change a row, which is there ("WHERE its key AND as it has to be"): where it does not, the transaction fails, and may run again. NULL: step. */
	int (*must)(struct store *store, struct cursor *cursor, struct err *err);
	/* It will be asked for with these values: sends it, and does not wait: 1; 0: it cannot. NULL: there is nothing to wait for. */
	int (*ahead)(struct store *store, struct cursor *cursor, struct err *err);
	/* The same of several that mostly find nothing. NULL, too. */
	int (*rare)(struct store *store, struct cursor *const *cursors, size_t n, struct err *err);
	void (*reset)(struct cursor *cursor);
	int (*changes)(struct store *store);
	size_t (*columns)(struct cursor *cursor);
	const char *(*column_name)(struct cursor *cursor, size_t i);
	/* Valid until the next step. */
	struct value (*column)(struct cursor *cursor, size_t i);
	size_t (*parameters)(struct cursor *cursor);
	/* NULL: cannot tell. */
	int64_t (*change)(struct store *store);
	int (*verify)(struct store *store, struct err *err);
	void (*wait)(struct store *store, int fd, int64_t ms);
	/* NULL: it is all the same to it. */
	void (*bulk)(struct store *store, bool on);
};

struct store {
	const struct engine *engine;
	void *db; /* the engine's */
	/* As messages call it, without a password; what the files beside it begin with. */
	char *name, *path;
	struct lock *lock;
	/* When the step at hand began (clock_monotonic), and for how long it waits for a server that is away. */
	int64_t began, until;
	struct store_patience patience;
	bool told; /* that it does */
	struct store_group *group;
	/* For each statement, where the columns of the record met last go. */
	struct mapping {
		const struct record *record;
		const struct field **fields;
		size_t n;
	} map[SQL_COUNT];
};

/* So long is waited for who has the turn: E_STORE_BUSY. */
#define STORE_BUSY_MS (10 * MS_SECOND)

/* The step at hand has waited long enough for a server that is away, or is to end. */
bool store_gives_up(const struct store *store);
bool store_hurries(const struct store *store);
/* It is away, and waited for: who is to know of that is told when it is time. */
void store_waits(struct store *store, const struct err *why);

struct tx {
	struct store *store;
	bool write;
	bool changed; /* a statement that is to change something was run */
	bool failed;  /* the engine did: what is left of the transaction is its secret */
	int64_t notes[TX_NOTES];
};

/* What an engine says. */
int tx_said(struct tx *tx, int rc);
/* As store_write, by whoever of the store's group is at it: 1; 0: it did not happen, and is to be done by itself. */
int store_together(struct store *store, store_fn *fn, void *context, struct err *err) ATTR_MUSTUSE;
/* How many wait until it is their turn, or somebody does it for them. */
size_t store_group_waiting(struct store_group *group);
/* How long a transaction may have taken for another to be done in it (20 ms), while nobody uses the group. */
void store_group_limit(struct store_group *group, int64_t ms);
/* How long each waits until somebody begins with what it came with (STORE_BUSY_MS), while nobody uses the group. */
void store_group_patience(struct store_group *group, int64_t ms);

/* Whether it is an INSERT of one row, whatever it meets. */
bool sql_adds(enum sql sql);
/* A store_fn: from now on it is a store of this version. */
int store_versioned(struct tx *tx, void *context, struct err *err) ATTR_MUSTUSE;

/*
 * The fair lock of writers: a turnstile of two files beside the store
 * (path-turn, path-write), taken with flock, so that the kernel lets go when a
 * process dies and waiting ones are served about in order. The write file holds
 * who has it. lock_take waits at most ms: E_STORE_BUSY.
 */
struct lock *lock_new(const char *path);
void lock_free(struct lock **lock);
int lock_take(struct lock *lock, int64_t ms, struct err *err) ATTR_MUSTUSE;
void lock_drop(struct lock *lock);
/* Under the lock: those who watch it are told that something was kept. */
void lock_tell(const struct lock *lock);
/* A descriptor, the caller's, that is readable when lock_tell was called by anybody since it was last read, or for no reason. -1: nobody has taken the lock ever, or no more may watch. */
int lock_watch(const struct lock *lock) ATTR_MUSTUSE;

/* The VFS to open SQLite with, by its name. */
const char *wal_vfs(void);
/* Around COMMIT: the log is written in one stroke. */
struct sqlite3;
void wal_gather(struct sqlite3 *db, bool gathers);
/* From which length on a commit writes the log back; bulk: a greater one. Between transactions: now, as far as it can be. */
void wal_limit(struct sqlite3 *db, bool bulk);
void wal_write_back(struct sqlite3 *db);

#endif

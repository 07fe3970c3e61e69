#include "store/store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/priv.h"

static int
check_version(struct store *store, unsigned flags, struct err *err);

/* RFC 3986, 3.1; of one letter it may be a path. */
static bool
has_scheme(const char *url)
{
	size_t n = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return n > 1 && url[n] == ':';
}

/* NULL: this program has none for it. */
static const struct engine *
engine_of(const char *url)
{
	for (size_t i = 0; store_engines[i]; i++)
		for (const char *const *s = store_engines[i]->schemes; *s; s++)
			if (strncmp(url, *s, strlen(*s)) == 0)
				return store_engines[i];
	/* "what:" is no path: a slip there would make a file of that name. */
	return has_scheme(url) ? NULL : store_engines[0];
}

/* Of a URL, cut; the rest may hold a password. */
static const char *
scheme(const char *url, char kind[24])
{
	snprintf(kind, 24, "%.*s", (int)strcspn(url, ":"), url);
	return kind;
}

int
store_open(const char *url, unsigned flags, struct store **store_r, struct err *err)
{
	const struct store_patience none = { 0 };

	if (store_open_patiently(url, flags, &none, store_r, err) < 0)
		return -1;
	(*store_r)->patience.ms = STORE_AWAY_MS;
	return 0;
}

int
store_open_patiently(const char *url, unsigned flags, const struct store_patience *patience, struct store **store_r, struct err *err)
{
	const struct engine *engine = engine_of(url);
	struct store *store;
	char kind[24];

	if (!engine)
		return err_set(err, E_NO_ENGINE, "kind", scheme(url, kind), NULL);
	store = xcalloc(1, sizeof(*store));
	store->engine = engine;
	store->began = clock_monotonic();
	store->patience = *patience;
	if (engine->open(store, url, flags, err) < 0 || check_version(store, flags, err) < 0) {
		store_close(&store);
		return -1;
	}
	*store_r = store;
	return 0;
}

void
store_close(struct store **store)
{
	if (!*store)
		return;
	(*store)->engine->close(*store);
	lock_free(&(*store)->lock);
	for (size_t i = 0; i < SQL_COUNT; i++)
		free((*store)->map[i].fields);
	free((*store)->name);
	free((*store)->path);
	free(*store);
	*store = NULL;
}

const char *
store_path(const struct store *store)
{
	return store->path;
}

int
store_verify(struct store *store, struct err *err)
{
	return store->engine->verify(store, err);
}

int64_t
store_change(struct tx *tx)
{
	const struct engine *e = tx->store->engine;

	return e->change ? e->change(tx->store) : -1;
}

void
store_wait(struct store *store, int fd, int64_t ms)
{
	store->engine->wait(store, fd, ms);
}

void
store_bulk(struct store *store, bool on)
{
	if (store->engine->bulk)
		store->engine->bulk(store, on);
}

void
store_until(struct store *store, int64_t until)
{
	store->until = until;
}

bool
store_hurries(const struct store *store)
{
	return store->patience.hurry && atomic_load(store->patience.hurry);
}

static int64_t
gives_up_at(const struct store *store)
{
	int64_t at = store->began + store->patience.ms;

	return store->until && store->until < at ? store->until : at;
}

bool
store_gives_up(const struct store *store)
{
	return store_hurries(store) || clock_monotonic() > gives_up_at(store);
}

void
store_waits(struct store *store, const struct err *why)
{
	int64_t now = clock_monotonic();

	if (store->told || !store->patience.told || now - store->began < STORE_TELL_MS)
		return;
	store->told = true;
	store->patience.told(why, gives_up_at(store) - now);
}

static int
transaction(struct store *store, bool write, store_fn *fn, void *context, struct err *err)
{
	struct tx tx = { .store = store, .write = write };

	if (store->engine->begin(store, write, err) < 0)
		return -1;
	if (fn(&tx, context, err) < 0) {
		store->engine->rollback(store);
		return -1;
	}
	if (write)
		return store->engine->commit(store, err);
	store->engine->rollback(store);
	return 0;
}

static void
begin_operation(struct store *store)
{
	if (store->engine->again)
		store->began = clock_monotonic();
}

/* What the transaction said went wrong counts only where it is not run again. */
static int
run_tries(struct store *store, bool write, store_fn *fn, void *context, struct err *err)
{
	struct err found;
	int tries = 0;

	do {
		found = (struct err){ 0 };
		if (transaction(store, write, fn, context, &found) == 0)
			return 0;
	} while (store->engine->again && store->engine->again(store, ++tries));
	err_copy(err, &found);
	return -1;
}

int64_t *
tx_notes(struct tx *tx)
{
	return tx->notes;
}

int
store_read(struct store *store, store_fn *fn, void *context, struct err *err)
{
	begin_operation(store);
	return run_tries(store, false, fn, context, err);
}

int
store_write(struct store *store, store_fn *fn, void *context, struct err *err)
{
	int rc;

	begin_operation(store);
	rc = store->group ? store_together(store, fn, context, err) : 0;
	if (rc)
		return rc < 0 ? -1 : 0;
	return run_tries(store, true, fn, context, err);
}

int
store_try(struct store *store, store_fn *fn, void *context, struct err *err)
{
	begin_operation(store);
	return run_tries(store, true, fn, context, err);
}

void
store_join(struct store *store, struct store_group *group)
{
	store->group = group;
}

/* The schema and its version. */

static int
run_schema(struct store *store, int64_t from, struct err *err)
{
	struct arena *arena = arena_new();
	const char *text;
	int rc = 0;

	for (const char *const *own = store->engine->own; from == 0 && own && *own && rc == 0; own++)
		rc = store->engine->script(store, *own, err);
	for (size_t i = 0; rc == 0 && (text = schema_text_for(arena, store->engine->name, i)); i++)
		if (schema_version(i) > from)
			rc = store->engine->script(store, text, err);
	arena_free(&arena);
	return rc;
}

static int
meta_int(struct tx *tx, const char *key, int64_t *out_r, struct err *err)
{
	struct arena *arena = arena_new();
	const char *text = NULL;
	int rc = sql_text(tx, arena, SQL_META_GET, ARGS(V_TEXT(key)), &text, err);

	if (rc > 0)
		*out_r = strtoll(text, NULL, 10);
	arena_free(&arena);
	return rc;
}

/* The store's version, as far as it concerns us: one that is newer but may be read counts as ours. 0: nothing there; UNFINISHED: a copy with our tables. */
#define UNFINISHED (-1)
static int
version_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t exists = 0, min_reader = 0, *version = context;
	int found;

	*version = 0;
	if (sql_int(tx, SQL_META_EXISTS, NO_ARGS, &exists, err) < 0)
		return -1;
	if (!exists)
		return 0;
	found = meta_int(tx, "version", version, err);
	if (found < 0 || meta_int(tx, "min_reader", &min_reader, err) < 0)
		return -1;
	if (found && *version == 0) {
		*version = UNFINISHED;
		return min_reader == STORE_VERSION ? 0 : err_set(err, E_COPY_UNFINISHED, "path", tx->store->name, NULL);
	}
	if (min_reader > STORE_VERSION)
		*version = min_reader;
	else if (*version > STORE_VERSION)
		*version = STORE_VERSION;
	return 0;
}

int
store_versioned(struct tx *tx, void *context, struct err *err)
{
	char now[24];

	(void)context;
	snprintf(now, sizeof(now), "%d", STORE_VERSION);
	if (sql_run(tx, SQL_META_SET, ARGS(V_TEXT("version"), V_TEXT(now)), err) < 0 ||
	    sql_run(tx, SQL_META_SET, ARGS(V_TEXT("min_reader"), V_TEXT(now)), err) < 0)
		return -1;
	return 0;
}

/* Making a store is bringing one of version 0 up to date. */
static int
upgrade_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t from, stranger = 0;

	(void)context;
	/* Another process may have done it while we waited for the lock. */
	if (version_fn(tx, &from, err) < 0)
		return -1;
	if (from == UNFINISHED)
		return err_set(err, E_COPY_UNFINISHED, "path", tx->store->name, NULL);
	if (from >= STORE_VERSION)
		return 0;
	/* Somebody else's database is not made ours. */
	if (from == 0 && sql_int(tx, SQL_META_STRANGER, NO_ARGS, &stranger, err) < 0)
		return -1;
	if (stranger)
		return err_set(err, E_NOT_A_STORE, "path", tx->store->name, NULL);
	if (run_schema(tx->store, from, err) < 0)
		return -1;
	return store_versioned(tx, NULL, err);
}

static int
version_error(const struct store *store, enum err_code code, int64_t found, struct err *err)
{
	char have[24], know[24];

	snprintf(have, sizeof(have), "%" PRId64, found);
	snprintf(know, sizeof(know), "%d", STORE_VERSION);
	return err_set(err, code, "path", store->name, "found", have, "known", know, NULL);
}

static int
check_version(struct store *store, unsigned flags, struct err *err)
{
	int64_t version = 0;

	if (store_read(store, version_fn, &version, err) < 0)
		return -1;
	if (version == UNFINISHED)
		return flags & STORE_COPY ? 0 : err_set(err, E_COPY_UNFINISHED, "path", store->name, NULL);
	if (version > STORE_VERSION)
		return version_error(store, E_STORE_NEWER, version, err);
	if (version == STORE_VERSION)
		return 0;
	if (!(flags & STORE_CREATE))
		return version ? version_error(store, E_STORE_OLDER, version, err)
			       : err_set(err, E_NOT_A_STORE, "path", store->name, NULL);
	return store_write(store, upgrade_fn, NULL, err);
}

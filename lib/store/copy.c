/*
 * A store copied whole into another, of any engine: table by table in the order
 * of their keys, a page a transaction, so that neither side is held for long.
 * Then both are told apart by counts and digests. Until all is well the copy has
 * the version 0, which nobody opens but who copies anew: what was broken off is
 * removed then. Whose it is, is written there; who has lost it to another, who
 * began meanwhile, goes no further.
 *
 * Text that is not UTF-8, which SQLite alone has room for, becomes so: U+FFFD
 * stands for what was wrong. Not in keys, by which both are compared: such a row
 * is left out where nobody can ask for it any more, else it is named.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "store/priv.h"

#define PAGE_ROWS 500
/* Of tables whose rows may be large. */
#define PAGE_ROWS_LARGE 8

struct page {
	VEC(struct value)
	values;
};

struct table {
	const char *name;
	const char *columns; /* "a, b" */
	const char *key;     /* likewise */
	size_t columns_n, key_n;
	int page;
};

#define DIGEST_ALIGN 64 /* libsodium's; under a sanitizer the stack is aligned to less */
struct side {
	struct store *store;
	int64_t rows;
	unsigned char digest[sizeof(crypto_generichash_state) + DIGEST_ALIGN];
};

struct copy {
	struct side from, to;
	struct table table;
	struct page rows;
	struct arena *arena, *other; /* of the page at hand, and of the one before */
	char whose[33];
};

/* Tables. */

/* "PRIMARY KEY (a, b)" of the table's text; else the first column is it. */
static const char *
find_key(struct arena *arena, const char *text)
{
	const char *key = strstr(text, "PRIMARY KEY ("), *end;

	if (key) {
		key += strlen("PRIMARY KEY (");
		end = strchr(key, ')');
	} else {
		key = strchr(text, '(') + 1;
		end = strchr(key, ' ');
	}
	return arena_memdup(arena, key, (size_t)(end - key));
}

static size_t
count_names(const char *names)
{
	size_t n = 1;

	for (const char *p = names; (p = strchr(p, ',')); p++)
		n++;
	return n;
}

/* Which of the columns is that part of the key. */
static size_t
place_of(const struct table *t, size_t key)
{
	const char *name = t->key, *p = t->columns;
	size_t size, i = 0;

	for (; key > 0; key--)
		name = strchr(name, ',') + 2;
	size = strcspn(name, ",");
	for (; strcspn(p, ",") != size || strncmp(p, name, size) != 0; i++)
		p = strchr(p, ',') + 2;
	return i;
}

static const char *
parameters(struct arena *arena, const char *engine, size_t n)
{
	const char *text = "";

	for (size_t i = 1; i <= n; i++)
		text = arena_printf(arena, "%s%s%c%zu", text, i > 1 ? ", " : "", strcmp(engine, "sqlite") == 0 ? '?' : '$', i);
	return text;
}

static int
run_to_end(struct store *store, struct cursor *c, struct err *err)
{
	int rc;

	while ((rc = store->engine->step(store, c, err)) > 0)
		;
	return rc;
}

/* What the columns are called, as the source has them. */
static int
find_columns(struct copy *c, struct arena *arena, struct err *err)
{
	struct store *store = c->from.store;
	const struct engine *e = store->engine;
	struct cursor *cursor;
	const char *names = "";
	int rc;

	if (e->prepare_text(store, arena_printf(arena, "SELECT * FROM %s WHERE 1 = 0", c->table.name), &cursor, err) < 0)
		return -1;
	rc = run_to_end(store, cursor, err);
	if (rc == 0) {
		c->table.columns_n = e->columns(cursor);
		for (size_t i = 0; i < c->table.columns_n; i++)
			names = arena_printf(arena, "%s%s%s", names, i ? ", " : "", e->column_name(cursor, i));
		c->table.columns = names;
	}
	e->forget(store, &cursor);
	return rc;
}

/* Pages. */

static crypto_generichash_state *
digest_of(struct side *side)
{
	uintptr_t at = (uintptr_t)side->digest;

	return (void *)(side->digest + (DIGEST_ALIGN - at % DIGEST_ALIGN) % DIGEST_ALIGN);
}

static void
digest_value(crypto_generichash_state *digest, const struct value *v)
{
	char head[64];
	int n = v->type == VALUE_INT    ? snprintf(head, sizeof(head), "i%" PRId64 ";", v->n)
		: v->type == VALUE_REAL ? snprintf(head, sizeof(head), "r%.17g;", v->d)
		: v->type == VALUE_NULL ? snprintf(head, sizeof(head), "n;")
					: snprintf(head, sizeof(head), "%c%zu:", v->type == VALUE_TEXT ? 't' : 'b', v->size);

	crypto_generichash_update(digest, (const unsigned char *)head, (unsigned long long)n);
	if ((v->type == VALUE_TEXT || v->type == VALUE_BLOB) && v->size)
		crypto_generichash_update(digest, v->p, v->size);
}

/* Keys of requests, which contacts and commands once chose freely; none is taken now that is not UTF-8. */
static const char *const left_out[] = { "idempotency" };

static bool
is_sound(const struct value *v)
{
	return v->type != VALUE_TEXT || utf8_valid(v->p, v->size) == v->size;
}

static bool
is_key(const struct table *t, size_t column)
{
	for (size_t i = 0; i < t->key_n; i++)
		if (place_of(t, i) == column)
			return true;
	return false;
}

/* Its key alone may be unsound: all else is repaired. */
static const struct value *
unsound_key(const struct copy *c, size_t at)
{
	for (size_t i = at; i < at + c->table.columns_n; i++)
		if (!is_sound(&c->rows.values.v[i]))
			return &c->rows.values.v[i];
	return NULL;
}

static struct value
keep_value(struct copy *c, size_t column, struct value v)
{
	if (!is_sound(&v) && !is_key(&c->table, column))
		return V_TEXT(utf8_repair(c->arena, v.p, v.size, NULL));
	if (v.type == VALUE_TEXT || v.type == VALUE_BLOB)
		v.p = arena_memdup(c->arena, v.p, v.size);
	return v;
}

static int
keep_row(struct copy *c, struct side *side, struct cursor *cursor, struct err *err)
{
	size_t at = c->rows.values.n;
	const struct value *key;

	for (size_t i = 0; i < c->table.columns_n; i++)
		vec_push(c->arena, &c->rows.values, keep_value(c, i, side->store->engine->column(cursor, i)));
	key = unsound_key(c, at);
	for (size_t i = 0; key && i < COUNT_OF(left_out); i++)
		if (strcmp(left_out[i], c->table.name) == 0)
			return 0;
	if (key)
		return err_set(err, E_COPY_TEXT, "path", side->store->name, "table", c->table.name, "value", utf8_repair(c->arena, key->p, key->size, NULL), NULL);
	for (size_t i = at; i < c->rows.values.n; i++)
		digest_value(digest_of(side), &c->rows.values.v[i]);
	side->rows++;
	return 0;
}

/* Which version a store has, and whose copy it is, is no part of what it holds. */
static const char *
page_text(const struct copy *c, const struct side *side, bool first)
{
	const struct table *t = &c->table;
	const char *engine = side->store->engine->name, *where = strcmp(t->name, "meta") == 0 ? "key NOT IN ('version', 'min_reader', 'copy')" : "1 = 1";

	return first ? arena_printf(c->arena, "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d", t->columns, t->name, where, t->key, t->page)
		     : arena_printf(c->arena, "SELECT %s FROM %s WHERE %s AND (%s) > (%s) ORDER BY %s LIMIT %d", t->columns, t->name, where, t->key,
				    parameters(c->arena, engine, t->key_n), t->key, t->page);
}

/* The next page, behind the last row of the one at hand; no rows: that was all. */
static int
read_page(struct copy *c, struct side *side, struct err *err)
{
	const struct engine *e = side->store->engine;
	const struct page last = c->rows;
	struct arena *before = c->arena;
	struct cursor *cursor;
	int rc = 0;

	c->arena = c->other;
	c->other = before;
	arena_reset(c->arena);
	c->rows = (struct page){ 0 };
	if (e->prepare_text(side->store, page_text(c, side, last.values.n == 0), &cursor, err) < 0)
		return -1;
	for (size_t i = 0; last.values.n && rc == 0 && i < c->table.key_n; i++)
		rc = e->bind(side->store, cursor, i, &last.values.v[last.values.n - c->table.columns_n + place_of(&c->table, i)], err);
	while (rc == 0 && (rc = e->step(side->store, cursor, err)) > 0)
		rc = keep_row(c, side, cursor, err);
	e->forget(side->store, &cursor);
	return rc;
}

/* 0, or another has begun to copy there. */
static int
check_whose(struct copy *c, struct tx *tx, struct err *err)
{
	const char *whose = NULL;

	if (sql_text(tx, c->arena, SQL_META_GET, ARGS(V_TEXT("copy")), &whose, err) < 0)
		return -1;
	return whose && strcmp(whose, c->whose) == 0 ? 0 : err_set(err, E_COPY_OVERTAKEN, "path", tx->store->name, NULL);
}

static int
insert_fn(struct tx *tx, void *context, struct err *err)
{
	struct copy *c = context;
	const struct engine *e = tx->store->engine;
	const struct table *t = &c->table;
	const char *text = arena_printf(c->arena, "INSERT INTO %s (%s) VALUES (%s)", t->name, t->columns, parameters(c->arena, e->name, t->columns_n));
	struct cursor *cursor;
	int rc = 0;

	if (check_whose(c, tx, err) < 0 || e->prepare_text(tx->store, text, &cursor, err) < 0)
		return -1;
	for (size_t at = 0; rc == 0 && at < c->rows.values.n; at += t->columns_n) {
		if (unsound_key(c, at))
			continue;
		for (size_t i = 0; rc == 0 && i < t->columns_n; i++)
			rc = e->bind(tx->store, cursor, i, &c->rows.values.v[at + i], err);
		if (rc == 0)
			rc = e->post ? e->post(tx->store, cursor, err) : run_to_end(tx->store, cursor, err);
		e->reset(cursor);
	}
	e->forget(tx->store, &cursor);
	return rc;
}

/* One side of a table from its beginning to its end: counted and digested, and put into the other side or not. */
static int
go_through(struct copy *c, struct side *side, bool put, struct err *err)
{
	crypto_generichash_init(digest_of(side), NULL, 0, 16);
	side->rows = 0;
	c->rows = (struct page){ 0 };
	do {
		if (read_page(c, side, err) < 0 || (put && c->rows.values.n && store_write(c->to.store, insert_fn, c, err) < 0))
			return -1;
	} while (c->rows.values.n);
	return 0;
}

static const char *
finish(struct arena *arena, struct side *side)
{
	unsigned char hash[16];
	char hex[sizeof(hash) * 2 + 1];

	crypto_generichash_final(digest_of(side), hash, sizeof(hash));
	return arena_strdup(arena, sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash)));
}

static int
copy_table(struct copy *c, struct arena *arena, store_copied_fn *copied, void *context, struct err *err)
{
	struct store *to = c->to.store;
	const char *digest, *there;
	int rc;

	if (find_columns(c, arena, err) < 0 || go_through(c, &c->from, true, err) < 0)
		return -1;
	digest = finish(arena, &c->from);
	if (to->engine->begin(to, false, err) < 0)
		return -1;
	rc = go_through(c, &c->to, false, err);
	to->engine->rollback(to);
	if (rc < 0)
		return -1;
	there = finish(arena, &c->to);
	if (c->from.rows != c->to.rows || strcmp(digest, there) != 0)
		return err_set(err, E_COPY_DIFFERS, "path", to->name, "table", c->table.name, NULL);
	return copied(context, c->table.name, c->from.rows, digest, err);
}

static int
copy_tables(struct copy *c, store_copied_fn *copied, void *context, struct err *err)
{
	struct arena *arena = arena_new();
	const char *text;
	int rc = 0;

	for (size_t i = 0; rc == 0 && (text = schema_text_for(arena, "sqlite", i)); i++) {
		const char *name = schema_creates(arena, i);

		if (!name)
			continue;
		c->table = (struct table){ .name = name, .key = find_key(arena, text), .page = strstr(text, " BLOB") ? PAGE_ROWS_LARGE : PAGE_ROWS };
		c->table.key_n = count_names(c->table.key);
		rc = copy_table(c, arena, copied, context, err);
	}
	arena_free(&arena);
	return rc;
}

/* What a new store holds of itself goes; anything else is somebody's. */
static const char *const own_rows[] = { "meta", "template", "library", "due" };

static bool
is_own(const char *table)
{
	for (size_t i = 0; i < COUNT_OF(own_rows); i++)
		if (strcmp(own_rows[i], table) == 0)
			return true;
	return false;
}

static int
has_rows(struct store *store, struct arena *arena, const char *table, struct err *err)
{
	struct cursor *cursor;
	int rc;

	if (store->engine->prepare_text(store, arena_printf(arena, "SELECT 1 FROM %s LIMIT 1", table), &cursor, err) < 0)
		return -1;
	rc = store->engine->step(store, cursor, err);
	store->engine->forget(store, &cursor);
	return rc;
}

/* 1: what is there is a copy that was broken off. */
static int
is_unfinished(struct tx *tx, struct arena *arena, struct err *err)
{
	const char *version = NULL;

	if (sql_text(tx, arena, SQL_META_GET, ARGS(V_TEXT("version")), &version, err) < 0)
		return -1;
	return version && strcmp(version, "0") == 0;
}

static int
clear_tables(struct tx *tx, struct arena *arena, struct err *err)
{
	struct store *store = tx->store;
	int unfinished = is_unfinished(tx, arena, err), rc = unfinished;
	const char *table;

	for (size_t i = 0; rc >= 0 && (table = schema_table(arena, i)); i++)
		if (unfinished || is_own(table))
			rc = store->engine->script(store, arena_printf(arena, "DELETE FROM %s", table), err);
		else if ((rc = has_rows(store, arena, table, err)) > 0)
			rc = err_set(err, E_STORE_NOT_EMPTY, "path", store->name, NULL);
	if (rc >= 0 && store->engine->emptied)
		rc = store->engine->script(store, store->engine->emptied, err);
	return rc < 0 ? -1 : 0;
}

/* It is ours from now on, and no store. */
static int
clear_fn(struct tx *tx, void *context, struct err *err)
{
	struct copy *c = context;
	struct arena *arena = arena_new();
	int rc = clear_tables(tx, arena, err);

	arena_free(&arena);
	if (rc < 0 || store_versioned(tx, NULL, err) < 0)
		return -1;
	if (sql_run(tx, SQL_META_SET, ARGS(V_TEXT("version"), V_TEXT("0")), err) < 0 ||
	    sql_run(tx, SQL_META_SET, ARGS(V_TEXT("copy"), V_TEXT(c->whose)), err) < 0)
		return -1;
	return 0;
}

static int
finished_fn(struct tx *tx, void *context, struct err *err)
{
	if (check_whose(context, tx, err) < 0 || sql_run(tx, SQL_META_REMOVE, ARGS(V_TEXT("copy")), err) < 0)
		return -1;
	return store_versioned(tx, NULL, err);
}

static int
last_fn(struct tx *tx, void *context, struct err *err)
{
	return sql_int(tx, SQL_EVENT_LAST, NO_ARGS, context, err) < 0 ? -1 : 0;
}

/* Whether something has happened to the source since the copy began. */
static int
check_still(struct copy *c, int64_t before, struct err *err)
{
	int64_t after = 0;

	if (store_read(c->from.store, last_fn, &after, err) < 0)
		return -1;
	return before == after ? 0 : err_set(err, E_COPY_OVERTAKEN, "path", c->from.store->name, NULL);
}

static int
copy_stores(struct copy *c, store_copied_fn *copied, void *context, struct err *err)
{
	struct store *from = c->from.store;
	unsigned char whose[16];
	int64_t last = 0;
	int rc;

	rand_bytes(whose, sizeof(whose));
	sodium_bin2hex(c->whose, sizeof(c->whose), whose, sizeof(whose));
	if (store_write(c->to.store, clear_fn, c, err) < 0 || store_read(from, last_fn, &last, err) < 0 || from->engine->begin(from, false, err) < 0)
		return -1;
	rc = copy_tables(c, copied, context, err);
	from->engine->rollback(from);
	if (rc < 0 || check_still(c, last, err) < 0)
		return -1;
	return store_write(c->to.store, finished_fn, c, err);
}

int
store_copy(const char *from, const char *to, store_copied_fn *copied, void *context, struct err *err)
{
	struct copy c = { 0 };
	int rc = -1;

	if (store_open(from, 0, &c.from.store, err) < 0)
		return -1;
	if (store_open(to, STORE_CREATE | STORE_COPY, &c.to.store, err) == 0) {
		c.arena = arena_new();
		c.other = arena_new();
		rc = copy_stores(&c, copied, context, err);
		arena_free(&c.arena);
		arena_free(&c.other);
	}
	store_close(&c.to.store);
	store_close(&c.from.store);
	return rc;
}

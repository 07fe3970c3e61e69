/*
 * Statements of the catalogue, by any engine: values and records in, rows out.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/priv.h"

struct value
sql_text_value(const char *text)
{
	if (!text || text == text_null)
		return V_NULL;
	return (struct value){ .type = VALUE_TEXT, .p = text, .size = strlen(text) };
}

int
tx_said(struct tx *tx, int rc)
{
	tx->failed = tx->failed || rc < 0;
	return rc;
}

static int
start(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct cursor **cursor_r, struct err *err)
{
	const struct engine *e = tx->store->engine;

	/* It may be rolled back by now: what is changed would be kept. */
	if (tx->write && tx->failed)
		return err_set(err, E_IO, "path", tx->store->name, "reason", "the transaction has failed", NULL);
	if (tx_said(tx, e->prepare(tx->store, sql, cursor_r, err)) < 0)
		return -1;
	if (e->parameters(*cursor_r) != n)
		return err_set(err, E_BUG, "what", sql_name(sql), NULL);
	for (size_t i = 0; i < n; i++)
		if (tx_said(tx, e->bind(tx->store, *cursor_r, i, &args[i], err)) < 0) {
			e->reset(*cursor_r);
			return -1;
		}
	return 0;
}

int
sql_post(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc;

	if (!e->post)
		return sql_run(tx, sql, args, n, err) < 0 ? -1 : 0;
	if (start(tx, sql, args, n, &c, err) < 0)
		return -1;
	tx->changed = true;
	rc = tx_said(tx, e->post(tx->store, c, err));
	e->reset(c);
	return rc;
}

int
sql_must(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc;

	if (!e->must)
		return sql_run(tx, sql, args, n, err);
	if (start(tx, sql, args, n, &c, err) < 0)
		return -1;
	tx->changed = true;
	rc = tx_said(tx, e->must(tx->store, c, err));
	e->reset(c);
	return rc < 0 ? -1 : 1;
}

int
sql_ahead(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc;

	if (!e->ahead)
		return 0;
	if (start(tx, sql, args, n, &c, err) < 0)
		return -1;
	rc = tx_said(tx, e->ahead(tx->store, c, err));
	e->reset(c);
	return rc;
}

int
sql_rare(struct tx *tx, const struct rare *v, size_t n, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *cursors[SQL_RARE_MAX];
	size_t i = 0;
	int rc = 0;

	if (!e->rare || !n)
		return 0;
	while (i < n && i < COUNT_OF(cursors) && (rc = start(tx, v[i].sql, v[i].values, v[i].n, &cursors[i], err)) == 0)
		i++;
	if (rc == 0)
		rc = tx_said(tx, e->rare(tx->store, cursors, i, err));
	while (i-- > 0)
		e->reset(cursors[i]);
	return rc;
}

int
sql_run(struct tx *tx, enum sql sql, const struct value *args, size_t n, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc;

	if (start(tx, sql, args, n, &c, err) < 0)
		return -1;
	tx->changed = true;
	while ((rc = tx_said(tx, e->step(tx->store, c, err))) > 0)
		;
	if (rc == 0)
		rc = e->changes(tx->store);
	e->reset(c);
	return rc;
}

static struct value
field_value(const struct field *f, const void *p)
{
	const struct bytes *bytes;
	int64_t n;
	double d;

	if (!field_present(f, p))
		return V_NULL;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_TARGET:
		return V_TEXT(field_text(f, p));
	case FIELD_NAME:
		n = field_int(f, p);
		return n == INT_NULL ? V_NULL : V_TEXT(names_get(f->names, (int)n));
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_DURATION:
		n = field_int(f, p);
		return n == INT_NULL ? V_NULL : V_INT(n);
	case FIELD_REAL:
		memcpy(&d, (const char *)p + f->offset, sizeof(d));
		return V_REAL(d);
	case FIELD_BYTES:
		bytes = field_const(f, p);
		return V_BLOB(bytes->p, bytes->n);
	case FIELD_TEXTS:
	case FIELD_PAIRS:
	case FIELD_RECORDS:
		break;
	}
	abort();
}

#define FIELDS_MAX 48

static int
record_values(const struct record *record, const void *p, struct value args[FIELDS_MAX], struct err *err)
{
	if (record->n > FIELDS_MAX)
		return err_set(err, E_BUG, "what", record->name, NULL);
	for (size_t i = 0; i < record->n; i++)
		args[i] = field_value(&record->fields[i], p);
	return 0;
}

int
sql_put_must(struct tx *tx, enum sql sql, const struct record *record, const void *p, struct err *err)
{
	struct value args[FIELDS_MAX];

	return record_values(record, p, args, err) < 0 ? -1 : sql_must(tx, sql, args, record->n, err);
}

int
sql_put(struct tx *tx, enum sql sql, const struct record *record, const void *p, struct err *err)
{
	struct value args[FIELDS_MAX];

	if (record_values(record, p, args, err) < 0)
		return -1;
	/* How many is known. */
	return sql_adds(sql) ? sql_post(tx, sql, args, record->n, err) < 0 ? -1 : 1 : sql_run(tx, sql, args, record->n, err);
}

static const struct mapping *
map_columns(struct tx *tx, enum sql sql, struct cursor *c, const struct record *record)
{
	const struct engine *e = tx->store->engine;
	struct mapping *m = &tx->store->map[sql];

	if (m->record == record)
		return m;
	m->n = e->columns(c);
	m->fields = xrealloc(m->fields, m->n, sizeof(*m->fields));
	for (size_t i = 0; i < m->n; i++)
		m->fields[i] = record_field(record, e->column_name(c, i));
	m->record = record;
	return m;
}

static int
take_column(struct arena *arena, const struct field *f, const struct value *v, void *out, struct err *err)
{
	void *to = field_at(f, out);
	const char *text;

	if (v->type == VALUE_NULL)
		return 0;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_TARGET:
		*(const char **)to = v->type == VALUE_INT ? arena_printf(arena, "%" PRId64, v->n) : arena_memdup(arena, v->p, v->size);
		return 0;
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_DURATION:
		*(int64_t *)to = v->type == VALUE_REAL ? (int64_t)v->d : v->n;
		return 0;
	case FIELD_NAME:
		text = arena_memdup(arena, v->p, v->size);
		*(int64_t *)to = names_find(f->names, text);
		return *(int64_t *)to < 0 ? err_set(err, E_BUG, "what", text, NULL) : 0;
	case FIELD_REAL:
		*(double *)to = v->type == VALUE_INT ? (double)v->n : v->d;
		return 0;
	case FIELD_BYTES:
		*(struct bytes *)to = (struct bytes){ arena_memdup(arena, v->p, v->size), v->size };
		return 0;
	case FIELD_TEXTS:
	case FIELD_PAIRS:
	case FIELD_RECORDS:
		break;
	}
	return err_set(err, E_BUG, "what", f->name, NULL);
}

static int
take_row(struct tx *tx, struct arena *arena, enum sql sql, struct cursor *c, const struct record *record, void *out, struct err *err)
{
	const struct mapping *m = map_columns(tx, sql, c, record);

	record_init(record, out);
	for (size_t i = 0; i < m->n; i++) {
		struct value v = tx->store->engine->column(c, i);

		if (!m->fields[i])
			return err_set(err, E_BUG, "what", tx->store->engine->column_name(c, i), NULL);
		if (take_column(arena, m->fields[i], &v, out, err) < 0)
			return -1;
	}
	return 0;
}

int
sql_one(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n,
	const struct record *record, void *out, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc;

	if (start(tx, sql, args, n, &c, err) < 0)
		return -1;
	rc = tx_said(tx, e->step(tx->store, c, err));
	if (rc > 0 && take_row(tx, arena, sql, c, record, out, err) < 0)
		rc = -1;
	e->reset(c);
	return rc;
}

int
sql_all(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n,
	const struct record *record, struct records *out_r, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	size_t cap = 0;
	int rc;

	*out_r = (struct records){ NULL, 0 };
	if (start(tx, sql, args, n, &c, err) < 0)
		return -1;
	while ((rc = tx_said(tx, e->step(tx->store, c, err))) > 0) {
		if (out_r->n == cap)
			out_r->v = arena_grow(arena, out_r->v, &cap, record->size);
		if (take_row(tx, arena, sql, c, record, (char *)out_r->v + out_r->n * record->size, err) < 0) {
			rc = -1;
			break;
		}
		out_r->n++;
	}
	e->reset(c);
	return rc;
}

/* What becomes of the first column: of the first row, or of all. */
struct taker {
	void (*take)(struct arena *arena, const struct value *v, void *out);
	void *out;
	bool all;
};

static int
first_column(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n, const struct taker *taker, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc, found = 0;

	if (start(tx, sql, args, n, &c, err) < 0)
		return -1;
	while ((rc = tx_said(tx, e->step(tx->store, c, err))) > 0) {
		struct value v = e->column(c, 0);

		if (v.type != VALUE_NULL) {
			taker->take(arena, &v, taker->out);
			found = 1;
		}
		if (!taker->all)
			break;
	}
	e->reset(c);
	return rc < 0 ? -1 : found;
}

static void
take_int(struct arena *arena, const struct value *v, void *out)
{
	(void)arena;
	*(int64_t *)out = v->type == VALUE_REAL ? (int64_t)v->d : v->n;
}

static void
take_text(struct arena *arena, const struct value *v, void *out)
{
	*(const char **)out = v->type == VALUE_INT ? arena_printf(arena, "%" PRId64, v->n) : arena_memdup(arena, v->p, v->size);
}

static void
take_blob(struct arena *arena, const struct value *v, void *out)
{
	*(struct bytes *)out = (struct bytes){ arena_memdup(arena, v->p, v->size), v->size };
}

static void
take_texts(struct arena *arena, const struct value *v, void *out)
{
	const char *text;

	take_text(arena, v, &text);
	texts_add(arena, out, text);
}

int
sql_int(struct tx *tx, enum sql sql, const struct value *args, size_t n, int64_t *out_r, struct err *err)
{
	return first_column(tx, NULL, sql, args, n, &(struct taker){ take_int, out_r, false }, err);
}

int
sql_text(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n, const char **out_r, struct err *err)
{
	return first_column(tx, arena, sql, args, n, &(struct taker){ take_text, out_r, false }, err);
}

int
sql_blob(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n,
	 const void **out_r, size_t *size_r, struct err *err)
{
	struct bytes b = { NULL, 0 };
	int rc = first_column(tx, arena, sql, args, n, &(struct taker){ take_blob, &b, false }, err);

	*out_r = b.p;
	*size_r = b.n;
	return rc;
}

int
sql_texts(struct tx *tx, struct arena *arena, enum sql sql, const struct value *args, size_t n, struct texts *out_r, struct err *err)
{
	*out_r = (struct texts){ NULL, 0, 0 };
	return first_column(tx, arena, sql, args, n, &(struct taker){ take_texts, out_r, true }, err) < 0 ? -1 : 0;
}

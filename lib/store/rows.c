/*
 * Rows of a table as texts, for a store that keeps a part of another one.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/priv.h"

static bool
in_list(const char *list, const char *name)
{
	size_t size = strlen(name);

	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == size && strncmp(p, name, size) == 0)
			return true;
	return false;
}

static const char *
text_of(struct arena *arena, const struct value *v)
{
	switch (v->type) {
	case VALUE_INT:
		return arena_printf(arena, "%" PRId64, v->n);
	case VALUE_REAL:
		return arena_printf(arena, "%.17g", v->d);
	case VALUE_TEXT:
		return arena_memdup(arena, v->p, v->size);
	case VALUE_NULL:
	case VALUE_BLOB:
		break;
	}
	return NULL;
}

static void
take(struct tx *tx, struct arena *arena, struct cursor *c, const char *without, struct row_texts *out)
{
	const struct engine *e = tx->store->engine;
	struct pairs row = { NULL, 0, 0 };

	for (size_t i = 0; i < e->columns(c); i++) {
		const char *name = e->column_name(c, i), *text;
		struct value v = e->column(c, i);

		text = in_list(without, name) ? NULL : text_of(arena, &v);
		if (text)
			pairs_add(arena, &row, arena_strdup(arena, name), text);
	}
	vec_push(arena, out, row);
}

int
sql_rows(struct tx *tx, struct arena *arena, const struct rows_of *of, const char *value, struct row_texts *out, struct err *err)
{
	const struct engine *e = tx->store->engine;
	const char *parameter = strcmp(e->name, "sqlite") == 0 ? "?1" : "$1";
	const char *text = of->column ? arena_printf(arena, "SELECT * FROM %s WHERE %s = %s", of->table, of->column, parameter)
				      : arena_printf(arena, "SELECT * FROM %s", of->table);
	struct value v = V_TEXT(value);
	struct cursor *c;
	int rc = 0;

	*out = (struct row_texts){ NULL, 0, 0 };
	if (tx_said(tx, e->prepare_text(tx->store, text, &c, err)) < 0)
		return -1;
	if (of->column)
		rc = tx_said(tx, e->bind(tx->store, c, 0, &v, err));
	while (rc == 0 && (rc = tx_said(tx, e->step(tx->store, c, err))) > 0) {
		take(tx, arena, c, of->without, out);
		rc = 0;
	}
	e->forget(tx->store, &c);
	return rc;
}

static int
run_text(struct tx *tx, const char *text, const struct value *args, size_t n, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc = 0;

	tx->changed = true;
	if (tx_said(tx, e->prepare_text(tx->store, text, &c, err)) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = tx_said(tx, e->bind(tx->store, c, i, &args[i], err));
	while (rc == 0 && (rc = tx_said(tx, e->step(tx->store, c, err))) > 0)
		rc = 0;
	e->forget(tx->store, &c);
	return rc;
}

int
sql_rows_drop(struct tx *tx, struct arena *arena, const struct rows_of *of, const char *value, struct err *err)
{
	const char *parameter = strcmp(tx->store->engine->name, "sqlite") == 0 ? "?1" : "$1";

	if (!of->column)
		return run_text(tx, arena_printf(arena, "DELETE FROM %s", of->table), NULL, 0, err);
	return run_text(tx, arena_printf(arena, "DELETE FROM %s WHERE %s = %s", of->table, of->column, parameter), ARGS(V_TEXT(value)), err);
}

/* Of the columns that the row has those that the table has, too; the rest is of another version. */
static int
known_columns(struct tx *tx, struct arena *arena, const char *table, const struct pairs *row, struct pairs *out, struct err *err)
{
	const struct engine *e = tx->store->engine;
	struct cursor *c;
	int rc;

	if (tx_said(tx, e->prepare_text(tx->store, arena_printf(arena, "SELECT * FROM %s WHERE 1 = 0", table), &c, err)) < 0)
		return -1;
	rc = tx_said(tx, e->step(tx->store, c, err));
	for (size_t i = 0; rc >= 0 && i < e->columns(c); i++) {
		const char *value = pairs_get(row, e->column_name(c, i));

		if (value)
			pairs_add(arena, out, arena_strdup(arena, e->column_name(c, i)), value);
	}
	e->forget(tx->store, &c);
	return rc < 0 ? -1 : 0;
}

int
sql_row_add(struct tx *tx, struct arena *arena, const struct rows_of *of, const struct pairs *row, struct err *err)
{
	const char *names = "", *places = "", *mark = strcmp(tx->store->engine->name, "sqlite") == 0 ? "?" : "$";
	struct pairs known = { NULL, 0, 0 };
	struct value *args;

	if (known_columns(tx, arena, of->table, row, &known, err) < 0)
		return -1;
	args = arena_alloc(arena, (known.n + 1) * sizeof(*args));
	for (size_t i = 0; i < known.n; i++) {
		names = arena_printf(arena, "%s%s%s", names, i ? ", " : "", known.v[i].key);
		places = arena_printf(arena, "%s%s%s%zu", places, i ? ", " : "", mark, i + 1);
		args[i] = V_TEXT(known.v[i].value);
	}
	return run_text(tx, arena_printf(arena, "INSERT INTO %s (%s) VALUES (%s)", of->table, names, places), args, known.n, err);
}

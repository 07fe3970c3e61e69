/*
 * Statements of the PostgreSQL engine. Parameters go as text, bytes as they
 * are; the server knows the types. Results come as text.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/postgresql.h"

/* A larger answer is not kept: a library that is read whole. */
#define ANSWER_BYTES ((size_t)32 << 10)

/* Of pg_type; the same in every database. */
enum { TYPE_BOOL = 16,
       TYPE_BYTEA = 17,
       TYPE_INT8 = 20,
       TYPE_INT2 = 21,
       TYPE_INT4 = 23,
       TYPE_FLOAT4 = 700,
       TYPE_FLOAT8 = 701,
       TYPE_NUMERIC = 1700 };

static struct statement *
of(struct cursor *cursor)
{
	return (struct statement *)cursor;
}

/* The number of the last parameter. */
static size_t
count_parameters(const char *text)
{
	size_t n = 0;

	for (const char *p = text; (p = strchr(p, '$')); p++)
		if (isdigit((unsigned char)p[1]) && strtoul(p + 1, NULL, 10) > n)
			n = strtoul(p + 1, NULL, 10);
	return n;
}

void
pg_statement_init(struct statement *s, const char *text)
{
	s->text = xstrdup(text);
	s->n = count_parameters(text);
	s->values = xcalloc(s->n + 1, sizeof(*s->values));
	s->sizes = xcalloc(s->n + 1, sizeof(*s->sizes));
	s->formats = xcalloc(s->n + 1, sizeof(*s->formats));
	s->numbers = xcalloc(s->n + 1, sizeof(*s->numbers));
}

void
pg_statement_release(struct statement *s)
{
	pg_reset((struct cursor *)s);
	PQfreemem(s->bytes);
	free(s->text);
	free((void *)s->values);
	free(s->sizes);
	free(s->formats);
	free(s->numbers);
	if (s->must)
		pg_statement_release(s->must);
	free(s->must);
	*s = (struct statement){ 0 };
}

/* Prepared ahead of its first use, too: an error comes with what is asked next. */
static int
prepare_here(struct store *store, struct statement *s, struct err *err)
{
	struct pg *pg = pg_of(store);

	if (s->link == pg->link)
		return 0;
	pg_drain(store);
	if (!PQsendPrepare(pg->conn, s->name, s->text, 0, NULL))
		return pg_fail(store, NULL, err);
	pg->sent++;
	s->link = pg->link;
	return 0;
}

int
pg_prepare(struct store *store, enum sql sql, struct cursor **cursor_r, struct err *err)
{
	struct pg *pg = pg_of(store);
	struct statement *s = &pg->statement[sql];
	struct arena *arena;

	(void)err;
	if (!s->text) {
		arena = arena_new();
		pg_statement_init(s, sql_text_for(arena, "postgresql", sql));
		snprintf(s->name, sizeof(s->name), "s%d", (int)sql);
		answers_about(pg, s);
		arena_free(&arena);
	}
	*cursor_r = (struct cursor *)s;
	return 0;
}

int
pg_prepare_text(struct store *store, const char *text, struct cursor **cursor_r, struct err *err)
{
	struct statement *s = xcalloc(1, sizeof(*s));

	(void)err;
	pg_statement_init(s, text);
	snprintf(s->name, sizeof(s->name), "t%u", ++pg_of(store)->texts);
	answers_about(pg_of(store), s);
	/* Of whoever copies a store: asked once. */
	s->asks = false;
	*cursor_r = (struct cursor *)s;
	return 0;
}

void
pg_forget(struct store *store, struct cursor **cursor)
{
	(void)store;
	if (!*cursor)
		return;
	pg_statement_release(of(*cursor));
	free(of(*cursor));
	*cursor = NULL;
}

int
pg_bind(struct store *store, struct cursor *cursor, size_t i, const struct value *v, struct err *err)
{
	struct statement *s = of(cursor);

	(void)store, (void)err;
	s->formats[i] = v->type == VALUE_BLOB;
	s->sizes[i] = (int)v->size;
	s->values[i] = s->numbers[i];
	switch (v->type) {
	case VALUE_NULL:
		s->values[i] = NULL;
		break;
	case VALUE_INT:
		snprintf(s->numbers[i], sizeof(s->numbers[i]), "%" PRId64, v->n);
		break;
	case VALUE_REAL:
		snprintf(s->numbers[i], sizeof(s->numbers[i]), "%.17g", v->d);
		break;
	case VALUE_TEXT:
		s->values[i] = v->p;
		break;
	case VALUE_BLOB:
		s->values[i] = v->size ? v->p : "";
		break;
	}
	return 0;
}

int
pg_statement_send(struct store *store, struct statement *s, struct err *err)
{
	struct pg *pg = pg_of(store);

	pg_drain(store);
	if (prepare_here(store, s, err) < 0)
		return -1;
	if (!PQsendQueryPrepared(pg->conn, s->name, (int)s->n, s->values, s->sizes, s->formats, 0))
		return pg_fail(store, NULL, err);
	pg->sent++;
	if (s->writes)
		answers_changed(pg, s);
	return 0;
}

/* The same, for an answer that is kept. */
static int
ask(struct store *store, struct statement *s, struct answer **answer_r, struct err *err)
{
	if (pg_statement_send(store, s, err) < 0)
		return -1;
	*answer_r = answers_add(pg_of(store), s, -1);
	return 0;
}

static int
answer(struct store *store, struct statement *s, struct err *err)
{
	struct pg *pg = pg_of(store);
	struct answer *a = answers_find(pg, s);

	/* Whether the site is still what it was comes with the first round trip; of what was asked in part, perhaps that there is something. */
	if (a && ((a->part >= 0 && a->number >= 0) || (s->site && !pg->answers.told))) {
		if (pg_collect(store, NULL, err) < 0)
			return -1;
		a = answers_find(pg, s);
	}
	if (!a && ask(store, s, &a, err) < 0)
		return -1;
	if (a->number >= 0 && pg_collect(store, NULL, err) < 0)
		return -1;
	s->result = a->result;
	s->borrowed = PQresultMemorySize(a->result) < ANSWER_BYTES;
	if (!s->borrowed)
		answers_drop(pg, a);
	s->row = 0;
	return PQntuples(s->result) > 0;
}

int
pg_step(struct store *store, struct cursor *cursor, struct err *err)
{
	struct statement *s = of(cursor);
	struct pg *pg = pg_of(store);

	if (s->result)
		return ++s->row < PQntuples(s->result);
	if (s->asks)
		return answer(store, s, err);
	if (pg_statement_send(store, s, err) < 0 || pg_collect(store, &s->result, err) < 0)
		return -1;
	s->row = 0;
	pg->changes = (int)strtol(PQcmdTuples(s->result), NULL, 10);
	if (PQresultStatus(s->result) == PGRES_COMMAND_OK)
		pg->changed = pg->changed || pg->changes > 0;
	return PQntuples(s->result) > 0;
}

int
pg_post(struct store *store, struct cursor *cursor, struct err *err)
{
	struct statement *s = of(cursor);
	const struct answer *a = s->rare ? answers_find(pg_of(store), s) : NULL;

	/* There is nothing that it would remove. */
	if (a && a->number < 0)
		return 0;
	pg_of(store)->changed = true;
	return pg_statement_send(store, s, err);
}

/*
 * "... WHERE its key AND what has to be so": where that is not so of the row, which
 * whoever changes it has just read, it divides by 0, and the server refuses (22012).
 */
static struct statement *
must_of(struct statement *s)
{
	static const char where[] = " WHERE ", and[] = " AND ";
	const char *key = strstr(s->text, where), *rest = key ? strstr(key, and) : NULL;
	struct arena *arena;

	if (!rest)
		abort();
	if (!s->must) {
		arena = arena_new();
		s->must = xcalloc(1, sizeof(*s->must));
		pg_statement_init(s->must, arena_printf(arena, "%.*s AND 1 / CASE WHEN %s THEN 1 ELSE 0 END = 1", (int)(rest - s->text), s->text, rest + sizeof(and) - 1));
		snprintf(s->must->name, sizeof(s->must->name), "m%.24s", s->name);
		arena_free(&arena);
	}
	return s->must;
}

int
pg_must(struct store *store, struct cursor *cursor, struct err *err)
{
	struct pg *pg = pg_of(store);
	struct statement *s = of(cursor), *must = must_of(s);

	pg->changed = true;
	for (size_t i = 0; i < s->n; i++) {
		must->values[i] = s->values[i];
		must->sizes[i] = s->sizes[i];
		must->formats[i] = s->formats[i];
	}
	if (pg_statement_send(store, must, err) < 0)
		return -1;
	answers_changed(pg, s);
	return 0;
}

int
pg_ahead(struct store *store, struct cursor *cursor, struct err *err)
{
	struct statement *s = of(cursor);
	struct answer *a;

	if (!s->asks)
		return 0;
	return answers_find(pg_of(store), s) || ask(store, s, &a, err) == 0 ? 1 : -1;
}

void
pg_reset(struct cursor *cursor)
{
	struct statement *s = of(cursor);

	if (!s->borrowed)
		PQclear(s->result);
	s->result = NULL;
	s->borrowed = false;
}

size_t
pg_columns(struct cursor *cursor)
{
	return (size_t)PQnfields(of(cursor)->result);
}

const char *
pg_column_name(struct cursor *cursor, size_t i)
{
	return PQfname(of(cursor)->result, (int)i);
}

static struct value
bytes_value(struct statement *s, const char *text)
{
	size_t size;

	PQfreemem(s->bytes);
	s->bytes = PQunescapeBytea((const unsigned char *)text, &size);
	if (!s->bytes)
		abort();
	return V_BLOB(s->bytes, size);
}

struct value
pg_column(struct cursor *cursor, size_t i)
{
	struct statement *s = of(cursor);
	const char *text = PQgetvalue(s->result, s->row, (int)i);

	if (PQgetisnull(s->result, s->row, (int)i))
		return V_NULL;
	switch (PQftype(s->result, (int)i)) {
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
		return V_INT(strtoll(text, NULL, 10));
	case TYPE_BOOL:
		return V_INT(*text == 't');
	case TYPE_FLOAT4:
	case TYPE_FLOAT8:
	case TYPE_NUMERIC:
		return V_REAL(strtod(text, NULL));
	case TYPE_BYTEA:
		return bytes_value(s, text);
	default:
		return (struct value){ .type = VALUE_TEXT, .p = text, .size = (size_t)PQgetlength(s->result, s->row, (int)i) };
	}
}

size_t
pg_parameters(struct cursor *cursor)
{
	return of(cursor)->n;
}

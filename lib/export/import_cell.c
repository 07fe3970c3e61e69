/* Texts of CSV and of front matters into the fields of an item. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/near.h"
#include "export/import_priv.h"

static int
bad(const struct import_cell *cell, const char *what, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", cell->where, "name", cell->key, "what", what, NULL);
}

/* What stands in the record for whoever fills it, and nobody writes. */
static bool
is_inner(const struct field *f)
{
	return f->flags & FIELD_INTERNAL;
}

static int
unknown(const struct record *record, const struct import_cell *cell, struct err *err)
{
	struct near near = { .word = cell->key };

	for (size_t i = 0; i < record->n; i++)
		if (!is_inner(&record->fields[i]))
			near_try(&near, record->fields[i].name);
	bad(cell, near.best ? N_("no such field; did you mean {near}?") : N_("no such field"), err);
	if (near.best)
		err_arg(err, "near", near.best);
	return -1;
}

/* "forms/claim.pdf", or "claim.pdf;type=application/pdf" where the name does not tell. */
static struct import_attachment
attachment_of(struct arena *arena, const char *text)
{
	static const char type[] = ";type=";
	const char *semicolon = strstr(text, type), *slash;
	struct import_attachment a = { 0 };

	a.file = semicolon ? arena_memdup(arena, text, (size_t)(semicolon - text)) : arena_strdup(arena, text);
	a.type = semicolon ? arena_strdup(arena, semicolon + sizeof(type) - 1) : NULL;
	slash = strrchr(a.file, '/');
	a.name = slash ? slash + 1 : a.file;
	return a;
}

static void
set_attachments(struct arena *arena, const struct field *f, void *item, const struct texts *values)
{
	struct import_attachment *v = arena_alloc(arena, (values->n + 1) * sizeof(*v));

	for (size_t i = 0; i < values->n; i++)
		v[i] = attachment_of(arena, values->v[i]);
	*(struct records *)field_at(f, item) = (struct records){ v, values->n };
}

static void
set_texts(struct arena *arena, const struct field *f, void *item, const struct texts *values)
{
	struct texts *to = field_at(f, item);

	/* A list without items is there, too. */
	*to = (struct texts){ arena_alloc(arena, sizeof(*to->v)), 0, 1 };
	for (size_t i = 0; i < values->n; i++)
		texts_add(arena, to, arena_strdup(arena, values->v[i]));
}

static int
set_text(struct arena *arena, const struct field *f, void *item, const struct import_cell *cell, struct err *err)
{
	const struct field_context context = { arena, clock_now(), "UTC" };
	const char *text = cell->values->v[0];
	struct err inner = { 0 };

	if (field_parse(f, item, text, &context, &inner) == 0)
		return 0;
	if (err_get(&inner, "expected"))
		return err_set(err, E_BAD_FIELD, "where", cell->where, "name", cell->key, "what", N_("'{value}' is not {expected}"), "value", text, "expected",
			       err_get(&inner, "expected"), NULL);
	return bad(cell, arena_printf(arena, "'%s': %s", text, err_name(inner.code)), err);
}

bool
import_is_list(const struct record *record, const char *key)
{
	const struct field *f = record_field(record, key);

	return f && (f->type == FIELD_TEXTS || f->type == FIELD_RECORDS);
}

int
import_set(struct arena *arena, const struct record *record, void *item, const struct import_cell *cell, struct err *err)
{
	const struct field *f = record_field(record, cell->key);

	if (!f || is_inner(f))
		return unknown(record, cell, err);
	if (f->type == FIELD_RECORDS)
		set_attachments(arena, f, item, cell->values);
	else if (f->type == FIELD_TEXTS)
		set_texts(arena, f, item, cell->values);
	else if (cell->list)
		return bad(cell, N_("is a list"), err);
	else if (cell->values->n)
		return set_text(arena, f, item, cell, err);
	else
		field_set_null(f, item);
	return 0;
}

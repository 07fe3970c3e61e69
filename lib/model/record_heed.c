/*
 * What the nulls of a request say.
 */
#include "base/arena.h"
#include "base/err.h"
#include "model/priv.h"

static bool
is_null(const struct field *f, const void *p)
{
	if (f->flags & FIELD_NULLS)
		return false;
	if (field_layout(f->type) == AS_TEXT)
		return field_text(f, p) == text_null;
	return field_layout(f->type) == AS_INT && field_int(f, p) == INT_NULL;
}

static const void *
element(const struct field *f, const struct records *records, size_t i)
{
	return (const char *)records->v + i * f->sub->size;
}

/* Most have none, and are left where they are. */
static bool
has_nulls(const struct record *record, const void *p)
{
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];
		const struct records *records = field_const(f, p);

		if (is_null(f, p))
			return true;
		for (size_t k = 0; f->type == FIELD_RECORDS && !(f->flags & FIELD_NULLS) && k < records->n; k++)
			if (has_nulls(f->sub, element(f, records, k)))
				return true;
	}
	return false;
}

static int heed(struct arena *arena, const struct record *record, void *p, struct err *err);

static int
heed_records(struct arena *arena, const struct field *f, struct records *records, struct err *err)
{
	char *v;

	if (!records->n || (f->flags & FIELD_NULLS))
		return 0;
	v = arena_memdup(arena, records->v, records->n * f->sub->size);
	records->v = v;
	for (size_t i = 0; i < records->n; i++)
		if (heed(arena, f->sub, v + i * f->sub->size, err) < 0)
			return -1;
	return 0;
}

static int
heed(struct arena *arena, const struct record *record, void *p, struct err *err)
{
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (f->type == FIELD_RECORDS && heed_records(arena, f, field_at(f, p), err) < 0)
			return -1;
		if (!is_null(f, p))
			continue;
		if (f->flags & FIELD_REQUIRED)
			return err_set(err, E_BAD_FIELD, "where", record->name, "name", f->name, "what", N_("is missing"), NULL);
		if (field_layout(f->type) == AS_TEXT)
			*(const char **)field_at(f, p) = NULL;
		else
			*(int64_t *)field_at(f, p) = INT_ABSENT;
	}
	return 0;
}

int
record_heed(struct arena *arena, const struct record *record, const void **p, struct err *err)
{
	void *copy;

	if (!has_nulls(record, *p))
		return 0;
	copy = arena_memdup(arena, *p, record->size);
	*p = copy;
	return heed(arena, record, copy, err);
}

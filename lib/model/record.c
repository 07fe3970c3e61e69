#include "model/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/priv.h"
#include "model/target.h"

const char text_null[] = "";

void
texts_add(struct arena *arena, struct texts *texts, const char *text)
{
	vec_push(arena, texts, arena_strdup(arena, text));
}

bool
texts_has(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->n; i++)
		if (strcmp(texts->v[i], text) == 0)
			return true;
	return false;
}

int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
texts_sort(struct texts *texts)
{
	size_t kept = 0;

	if (texts->n)
		qsort(texts->v, texts->n, sizeof(*texts->v), by_text);
	for (size_t i = 0; i < texts->n; i++)
		if (kept == 0 || strcmp(texts->v[kept - 1], texts->v[i]) != 0)
			texts->v[kept++] = texts->v[i];
	texts->n = kept;
}

bool
texts_find(const struct texts *sorted, const char *text)
{
	return sorted->n && bsearch(&text, sorted->v, sorted->n, sizeof(*sorted->v), by_text);
}

const char *
texts_join(struct arena *arena, const struct texts *texts, const char *between)
{
	const char *joined = "";

	for (size_t i = 0; i < texts->n; i++)
		joined = arena_printf(arena, "%s%s%s", joined, i ? between : "", texts->v[i]);
	return joined;
}

void
pairs_add(struct arena *arena, struct pairs *pairs, const char *key, const char *value)
{
	struct pair pair = { arena_strdup(arena, key), arena_strdup(arena, value) };

	vec_push(arena, pairs, pair);
}

const char *
pairs_get(const struct pairs *pairs, const char *key)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->v[i].key, key) == 0)
			return pairs->v[i].value;
	return NULL;
}

const void *
field_const(const struct field *field, const void *p)
{
	return (const char *)p + field->offset;
}

void *
field_at(const struct field *field, void *p)
{
	return (char *)p + field->offset;
}

const char *
field_text(const struct field *field, const void *p)
{
	return *(const char *const *)field_const(field, p);
}

int64_t
field_int(const struct field *field, const void *p)
{
	return *(const int64_t *)field_const(field, p);
}

enum layout
field_layout(enum field_type type)
{
	switch (type) {
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_TARGET:
		return AS_TEXT;
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_DURATION:
	case FIELD_NAME:
		return AS_INT;
	case FIELD_REAL:
		return AS_REAL;
	case FIELD_BYTES:
		return AS_BYTES;
	case FIELD_TEXTS:
		return AS_TEXTS;
	case FIELD_PAIRS:
		return AS_PAIRS;
	case FIELD_RECORDS:
		return AS_RECORDS;
	}
	abort();
}

void
record_init(const struct record *record, void *p)
{
	memset(p, 0, record->size);
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (field_layout(f->type) == AS_INT)
			*(int64_t *)field_at(f, p) = INT_ABSENT;
		else if (field_layout(f->type) == AS_REAL)
			*(double *)field_at(f, p) = REAL_ABSENT;
	}
}

void *
record_new(struct arena *arena, const struct record *record)
{
	void *p = arena_alloc(arena, record->size);

	record_init(record, p);
	return p;
}

void
record_overlay(const struct record *record, void *to, const void *from)
{
	static const size_t sizes[] = {
		[AS_TEXT] = sizeof(const char *),
		[AS_INT] = sizeof(int64_t),
		[AS_REAL] = sizeof(double),
		[AS_BYTES] = sizeof(struct bytes),
		[AS_TEXTS] = sizeof(struct texts),
		[AS_PAIRS] = sizeof(struct pairs),
		[AS_RECORDS] = sizeof(struct records),
	};

	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (!field_present(f, from))
			continue;
		memcpy(field_at(f, to), field_const(f, from), sizes[field_layout(f->type)]);
		if (field_layout(f->type) == AS_TEXT && field_text(f, from) == text_null)
			*(const char **)field_at(f, to) = NULL;
		else if (field_layout(f->type) == AS_INT && field_int(f, from) == INT_NULL)
			*(int64_t *)field_at(f, to) = INT_ABSENT;
	}
}

const struct field *
record_field(const struct record *record, const char *name)
{
	for (size_t i = 0; i < record->n; i++)
		if (strcmp(record->fields[i].name, name) == 0)
			return &record->fields[i];
	return NULL;
}

static const struct field *
must_have(const struct record *record, const char *name)
{
	const struct field *f = record_field(record, name);

	if (!f)
		abort();
	return f;
}

void
record_set_text(const struct record *record, void *p, const char *name, const char *value)
{
	*(const char **)field_at(must_have(record, name), p) = value;
}

void
record_set_int(const struct record *record, void *p, const char *name, int64_t value)
{
	*(int64_t *)field_at(must_have(record, name), p) = value;
}

const char *
record_text(const struct record *record, const void *p, const char *name)
{
	return field_text(must_have(record, name), p);
}

int64_t
record_int(const struct record *record, const void *p, const char *name)
{
	return field_int(must_have(record, name), p);
}

void
field_set_null(const struct field *f, void *p)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_TARGET:
		*(const char **)field_at(f, p) = text_null;
		break;
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_DURATION:
	case FIELD_NAME:
		*(int64_t *)field_at(f, p) = INT_NULL;
		break;
	case FIELD_REAL:
	case FIELD_BYTES:
	case FIELD_TEXTS:
	case FIELD_PAIRS:
	case FIELD_RECORDS:
		break;
	}
}

bool
field_present(const struct field *field, const void *p)
{
	switch (field_layout(field->type)) {
	case AS_TEXT:
		return field_text(field, p) != NULL;
	case AS_INT:
		return field_int(field, p) != INT_ABSENT;
	case AS_REAL:
		return !isnan(*(const double *)field_const(field, p));
	case AS_BYTES:
		return ((const struct bytes *)field_const(field, p))->p != NULL;
	case AS_TEXTS:
		return ((const struct texts *)field_const(field, p))->v != NULL;
	case AS_PAIRS:
		return ((const struct pairs *)field_const(field, p))->v != NULL;
	case AS_RECORDS:
		return ((const struct records *)field_const(field, p))->v != NULL;
	}
	return false;
}

static int
bad_value(const struct field *field, const char *text, const char *expected, struct err *err)
{
	return err_set(err, E_BAD_VALUE, "name", field->name, "value", text, "expected", expected, NULL);
}

/* The C library would take blanks and hexadecimal, too. */
static bool
is_number(const char *text, const char *characters)
{
	return *text && !text[strspn(text, characters)];
}

static int
parse_int(const struct field *field, const char *text, int64_t *n_r, struct err *err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || !is_number(text, "+-0123456789") || *end || n > INT_EXACT || n < -INT_EXACT)
		return bad_value(field, text, N_("a whole number"), err);
	*n_r = n;
	return 0;
}

static int
parse_bool(const struct field *field, const char *text, int64_t *n_r, struct err *err)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		if (strcmp(text, yes[i]) != 0 && strcmp(text, no[i]) != 0)
			continue;
		*n_r = strcmp(text, yes[i]) == 0;
		return 0;
	}
	return bad_value(field, text, N_("true or false"), err);
}

static int
parse_name(const struct field *field, const char *text, const struct field_context *context, int64_t *n_r, struct err *err)
{
	*n_r = names_find(field->names, text);
	if (*n_r < 0)
		return bad_value(field, text, field_value_name(context->arena, field), err);
	return 0;
}

static int
parse_whole(const struct field *field, int64_t *n, const char *text, const struct field_context *context, struct err *err)
{
	switch (field->type) {
	case FIELD_BOOL:
		return parse_bool(field, text, n, err);
	case FIELD_TIME:
		return time_parse(text, context->now, context->zone, n, err);
	case FIELD_DURATION:
		return duration_parse(text, n, err);
	case FIELD_NAME:
		return parse_name(field, text, context, n, err);
	case FIELD_INT:
		return parse_int(field, text, n, err);
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_TARGET:
	case FIELD_REAL:
	case FIELD_BYTES:
	case FIELD_TEXTS:
	case FIELD_PAIRS:
	case FIELD_RECORDS:
		break;
	}
	return err_set(err, E_BUG, "what", field->name, NULL);
}

static int
parse_pair(const struct field *field, struct pairs *pairs, const char *text, struct arena *arena, struct err *err)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		return bad_value(field, text, "KEY=VALUE", err);
	pairs_add(arena, pairs, arena_memdup(arena, text, (size_t)(equals - text)), equals + 1);
	return 0;
}

int
field_parse(const struct field *field, void *p, const char *text, const struct field_context *context, struct err *err)
{
	void *to = field_at(field, p);
	struct target target;
	char *end;

	switch (field_layout(field->type)) {
	case AS_TEXT:
		if (field->type == FIELD_TARGET && target_parse(text, &target, err) < 0)
			return -1;
		*(const char **)to = arena_strdup(context->arena, text);
		return 0;
	case AS_INT:
		return parse_whole(field, to, text, context, err);
	case AS_REAL:
		*(double *)to = strtod(text, &end);
		return is_number(text, "+-.0123456789eE") && !*end && isfinite(*(double *)to) ? 0 : bad_value(field, text, N_("a number"), err);
	case AS_TEXTS:
		texts_add(context->arena, to, text);
		return 0;
	case AS_PAIRS:
		return parse_pair(field, to, text, context->arena, err);
	case AS_BYTES:
	case AS_RECORDS:
		break;
	}
	return err_set(err, E_BUG, "what", field->name, NULL);
}

static const char *
format_int(struct arena *arena, const struct field *field, int64_t n)
{
	char text[TIME_TEXT];

	if (n == INT_NULL)
		return "";
	if (field->type == FIELD_BOOL)
		return n ? "yes" : "no";
	if (field->type == FIELD_TIME)
		return arena_strdup(arena, time_format(n, text));
	if (field->type == FIELD_DURATION)
		return duration_format(arena, n);
	if (field->type == FIELD_NAME)
		return names_get(field->names, (int)n);
	return arena_printf(arena, "%lld", (long long)n);
}

static const char *
format_list(struct arena *arena, const struct field *field, const void *p)
{
	const char *text = "";

	if (field->type == FIELD_TEXTS)
		return texts_join(arena, field_const(field, p), ",");
	if (field->type == FIELD_PAIRS) {
		const struct pairs *t = field_const(field, p);

		for (size_t i = 0; i < t->n; i++)
			text = arena_printf(arena, "%s%s%s=%s", text, i ? "," : "", t->v[i].key, t->v[i].value);
	}
	return text;
}

const char *
field_format(struct arena *arena, const struct field *field, const void *p)
{
	if (!field_present(field, p))
		return "";
	switch (field_layout(field->type)) {
	case AS_TEXT:
		return field_text(field, p);
	case AS_INT:
		return format_int(arena, field, field_int(field, p));
	case AS_REAL:
		return arena_printf(arena, "%.12g", *(const double *)field_const(field, p));
	case AS_BYTES:
		return arena_printf(arena, "%zu", ((const struct bytes *)field_const(field, p))->n);
	case AS_TEXTS:
	case AS_PAIRS:
	case AS_RECORDS:
		return format_list(arena, field, p);
	}
	return "";
}

const char *
field_value_name(struct arena *arena, const struct field *field)
{
	static const char *const kinds[] = {
		[FIELD_TEXT] = "TEXT",
		[FIELD_ID] = "ID",
		[FIELD_TARGET] = "TARGET",
		[FIELD_INT] = "N",
		[FIELD_BOOL] = "true|false",
		[FIELD_TIME] = "TIME",
		[FIELD_DURATION] = "DURATION",
		[FIELD_REAL] = "NUMBER",
		[FIELD_TEXTS] = "TEXT",
		[FIELD_PAIRS] = "KEY=VALUE",
	};
	const char *text = "";

	if (field->value)
		return field->value;
	if (field->type != FIELD_NAME)
		return kinds[field->type] ? kinds[field->type] : "";
	for (size_t i = 0; i < field->names->n; i++)
		if (field->names->v[i].name[0])
			text = arena_printf(arena, "%s%s%s", text, *text ? "|" : "", field->names->v[i].name);
	return text;
}

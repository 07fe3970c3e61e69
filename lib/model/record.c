#include "model/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "model/target.h"

const char text_null[] = "";

void
texts_add(struct arena *arena, struct texts *texts, const char *text)
{
	vec_push(arena, texts, arena_strdup(arena, text));
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

void *
field_at(const struct field *field, void *p)
{
	return (char *)p + field->offset;
}

static const void *
at(const struct field *field, const void *p)
{
	return (const char *)p + field->offset;
}

const char *
field_text(const struct field *field, const void *p)
{
	return *(const char *const *)at(field, p);
}

int64_t
field_int(const struct field *field, const void *p)
{
	return *(const int64_t *)at(field, p);
}

/* How a type is laid out: the six C types of the header. */
static enum layout { AS_TEXT,
		     AS_INT,
		     AS_REAL,
		     AS_TEXTS,
		     AS_PAIRS,
		     AS_RECORDS }
layout(enum field_type type)
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

		if (layout(f->type) == AS_INT)
			*(int64_t *)field_at(f, p) = INT_ABSENT;
		else if (layout(f->type) == AS_REAL)
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
		[AS_TEXTS] = sizeof(struct texts),
		[AS_PAIRS] = sizeof(struct pairs),
		[AS_RECORDS] = sizeof(struct records),
	};

	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (!field_present(f, from))
			continue;
		memcpy(field_at(f, to), at(f, from), sizes[layout(f->type)]);
		if (layout(f->type) == AS_TEXT && field_text(f, from) == text_null)
			*(const char **)field_at(f, to) = NULL;
		else if (layout(f->type) == AS_INT && field_int(f, from) == INT_NULL)
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

bool
field_present(const struct field *field, const void *p)
{
	switch (layout(field->type)) {
	case AS_TEXT:
		return field_text(field, p) != NULL;
	case AS_INT:
		return field_int(field, p) != INT_ABSENT;
	case AS_REAL:
		return !isnan(*(const double *)at(field, p));
	case AS_TEXTS:
		return ((const struct texts *)at(field, p))->v != NULL;
	case AS_PAIRS:
		return ((const struct pairs *)at(field, p))->v != NULL;
	case AS_RECORDS:
		return ((const struct records *)at(field, p))->v != NULL;
	}
	return false;
}

static int
bad_value(const struct field *field, const char *text, const char *expected, struct err *err)
{
	return err_set(err, E_BAD_VALUE, "name", field->name, "value", text, "expected", expected, NULL);
}

static int
parse_int(const struct field *field, const char *text, int64_t *n_r, struct err *err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || end == text || *end || n > INT_EXACT || n < -INT_EXACT)
		return bad_value(field, text, "a whole number", err);
	*n_r = n;
	return 0;
}

static int
parse_bool(const struct field *field, const char *text, int64_t *n_r, struct err *err)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		if (strcmp(text, yes[i]) == 0)
			return *n_r = 1, 0;
		if (strcmp(text, no[i]) == 0)
			return *n_r = 0, 0;
	}
	return bad_value(field, text, "true or false", err);
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

	switch (layout(field->type)) {
	case AS_TEXT:
		if (field->type == FIELD_TARGET && target_parse(text, &target, err) < 0)
			return -1;
		*(const char **)to = arena_strdup(context->arena, text);
		return 0;
	case AS_INT:
		return parse_whole(field, to, text, context, err);
	case AS_REAL:
		*(double *)to = strtod(text, &end);
		return *text && !*end && isfinite(*(double *)to) ? 0 : bad_value(field, text, "a number", err);
	case AS_TEXTS:
		texts_add(context->arena, to, text);
		return 0;
	case AS_PAIRS:
		return parse_pair(field, to, text, context->arena, err);
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

	if (field->type == FIELD_TEXTS) {
		const struct texts *t = at(field, p);

		for (size_t i = 0; i < t->n; i++)
			text = arena_printf(arena, "%s%s%s", text, i ? "," : "", t->v[i]);
	} else if (field->type == FIELD_PAIRS) {
		const struct pairs *t = at(field, p);

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
	switch (layout(field->type)) {
	case AS_TEXT:
		return field_text(field, p);
	case AS_INT:
		return format_int(arena, field, field_int(field, p));
	case AS_REAL:
		return arena_printf(arena, "%.12g", *(const double *)at(field, p));
	case AS_TEXTS:
	case AS_PAIRS:
	case AS_RECORDS:
		return format_list(arena, field, p);
	}
	return "";
}

static void
json_whole(const struct field *field, int64_t n, struct json *json)
{
	char text[TIME_TEXT];

	if (n == INT_NULL)
		json_null(json);
	else if (field->type == FIELD_BOOL)
		json_bool(json, n != 0);
	else if (field->type == FIELD_TIME)
		json_str(json, time_format(n, text));
	else if (field->type == FIELD_NAME)
		json_str(json, names_get(field->names, (int)n));
	else
		json_int(json, n);
}

static void
json_list(const struct field *field, const void *p, struct json *json)
{
	if (field->type == FIELD_PAIRS) {
		const struct pairs *t = at(field, p);

		json_object(json);
		for (size_t i = 0; i < t->n; i++) {
			json_key(json, t->v[i].key);
			if (field->flags & FIELD_NUMBERS)
				json_raw(json, t->v[i].value);
			else
				json_str(json, t->v[i].value);
		}
		json_end_object(json);
		return;
	}
	json_array(json);
	if (field->type == FIELD_TEXTS) {
		const struct texts *t = at(field, p);

		for (size_t i = 0; i < t->n; i++)
			json_str(json, t->v[i]);
	} else {
		const struct records *t = at(field, p);

		for (size_t i = 0; i < t->n; i++)
			record_json(field->sub, (const char *)t->v + i * field->sub->size, json);
	}
	json_end_array(json);
}

void
record_json(const struct record *record, const void *p, struct json *json)
{
	json_object(json);
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if ((f->flags & FIELD_SECRET) || !field_present(f, p))
			continue;
		json_key(json, f->name);
		switch (layout(f->type)) {
		case AS_TEXT:
			json_str(json, field_text(f, p) == text_null ? NULL : field_text(f, p));
			break;
		case AS_INT:
			json_whole(f, field_int(f, p), json);
			break;
		case AS_REAL:
			json_real(json, *(const double *)at(f, p));
			break;
		case AS_TEXTS:
		case AS_PAIRS:
		case AS_RECORDS:
			json_list(f, p, json);
			break;
		}
	}
	json_end_object(json);
}

/* The JSON Schema of one field's value; null is always allowed where a field may be absent. */
static void
schema_value(const struct field *field, struct json *j)
{
	static const struct {
		const char *type, *format;
	} kinds[] = {
		[FIELD_TEXT] = { "string", NULL },
		[FIELD_ID] = { "string", NULL },
		[FIELD_TARGET] = { "string", NULL },
		[FIELD_INT] = { "integer", NULL },
		[FIELD_BOOL] = { "boolean", NULL },
		[FIELD_TIME] = { "string", "date-time" },
		[FIELD_DURATION] = { "integer", NULL },
		[FIELD_NAME] = { "string", NULL },
		[FIELD_REAL] = { "number", NULL },
		[FIELD_TEXTS] = { "array", NULL },
		[FIELD_PAIRS] = { "object", NULL },
		[FIELD_RECORDS] = { "array", NULL },
	};

	json_key(j, "type");
	json_str(j, kinds[field->type].type);
	if (kinds[field->type].format) {
		json_key(j, "format");
		json_str(j, kinds[field->type].format);
	}
	if (field->type == FIELD_DURATION) {
		json_key(j, "$comment");
		json_str(j, "milliseconds; on input also a text such as \"15m\"");
	}
}

static void schema_object(const struct record *record, struct json *j);

static void
schema_parts(const struct field *field, struct json *j)
{
	if (field->type == FIELD_NAME) {
		json_key(j, "enum");
		json_array(j);
		for (size_t i = 0; i < field->names->n; i++)
			json_str(j, field->names->v[i].name);
		json_end_array(j);
	} else if (field->type == FIELD_TEXTS || field->type == FIELD_RECORDS) {
		json_key(j, "items");
		json_object(j);
		if (field->sub) {
			schema_object(field->sub, j);
		} else {
			json_key(j, "type");
			json_str(j, "string");
		}
		json_end_object(j);
	} else if (field->type == FIELD_ID) {
		json_key(j, "pattern");
		json_str(j, "^[0-9A-HJKMNP-TV-Z]{26}$");
	}
}

static void
schema_object(const struct record *record, struct json *j)
{
	json_key(j, "title");
	json_str(j, record->name);
	json_key(j, "type");
	json_str(j, "object");
	json_key(j, "properties");
	json_object(j);
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		json_key(j, f->name);
		json_object(j);
		schema_value(f, j);
		schema_parts(f, j);
		json_key(j, "description");
		json_str(j, f->doc);
		json_end_object(j);
	}
	json_end_object(j);
	json_key(j, "required");
	json_array(j);
	for (size_t i = 0; i < record->n; i++)
		if (record->fields[i].flags & FIELD_REQUIRED)
			json_str(j, record->fields[i].name);
	json_end_array(j);
}

void
record_schema(const struct record *record, struct buf *out)
{
	struct json j = json_writer(out);

	json_object(&j);
	json_key(&j, "$schema");
	json_str(&j, "https://json-schema.org/draft/2020-12/schema");
	if (record->doc) {
		json_key(&j, "description");
		json_str(&j, record->doc);
	}
	schema_object(record, &j);
	json_end_object(&j);
}

const char *
field_value_name(struct arena *arena, const struct field *field)
{
	static const char *const kinds[] = {
		[FIELD_TEXT] = "TEXT",
		[FIELD_ID] = "ID",
		[FIELD_TARGET] = "TARGET",
		[FIELD_INT] = "N",
		[FIELD_BOOL] = "",
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

#include "model/record_read.h"

#include <cjson/cJSON.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/near.h"
#include "model/id.h"

struct place {
	struct arena *arena;
	const char *where; /* "F.json", "F.jsonl:3", "F.json: agents[2]" */
	enum { FOR_PEOPLE,
	       EXACT,
	       NEWER } how;
};

static int
bad(const struct place *place, const char *name, const char *what, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", place->where, "name", name, "what", what, NULL);
}

static int read_object(const struct place *place, const cJSON *object, const struct record *record, void *p, struct err *err);

/* A text by the rules of the command line; its errors become ours. */
static int
read_text(const struct place *place, const struct field *f, const char *text, void *p, struct err *err)
{
	const struct field_context context = { place->arena, clock_now(), "UTC" };
	struct err inner = { 0 };
	char id[ID_SIZE];

	if (f->type == FIELD_ID && place->how == FOR_PEOPLE) {
		if (!id_parse(text, id))
			return bad(place, f->name, N_("is not an id"), err);
		text = id;
	}
	if (field_parse(f, p, text, &context, &inner) == 0)
		return 0;
	if (err_get(&inner, "expected"))
		return err_set(err, E_BAD_FIELD, "where", place->where, "name", f->name, "what", N_("'{value}' is not {expected}"), "value", text, "expected",
			       err_get(&inner, "expected"), NULL);
	*err = (struct err){ 0 };
	return bad(place, f->name, arena_printf(place->arena, "'%s': %s", text, err_name(inner.code)), err);
}

static int
read_number(const struct place *place, const struct field *f, double number, void *p, struct err *err)
{
	if (f->type == FIELD_REAL) {
		*(double *)field_at(f, p) = number;
		return 0;
	}
	if (f->type != FIELD_INT && f->type != FIELD_DURATION)
		return bad(place, f->name, N_("is not a string"), err);
	if (number < -(double)INT_EXACT || number > (double)INT_EXACT || number != (double)(int64_t)number)
		return bad(place, f->name, N_("is not a whole number"), err);
	if (f->type == FIELD_DURATION && number < 0)
		return bad(place, f->name, N_("is negative"), err);
	*(int64_t *)field_at(f, p) = (int64_t)number;
	return 0;
}

static int
read_texts(const struct place *place, const struct field *f, const cJSON *value, struct texts *out, struct err *err)
{
	const cJSON *item;

	*out = (struct texts){ NULL, 0, 0 };
	if (cJSON_IsString(value)) {
		texts_add(place->arena, out, value->valuestring);
		return 0;
	}
	if (!cJSON_IsArray(value))
		return bad(place, f->name, N_("is not a list of strings"), err);
	out->v = arena_alloc(place->arena, sizeof(*out->v));
	out->cap = 1;
	cJSON_ArrayForEach(item, value)
	{
		if (!cJSON_IsString(item))
			return bad(place, f->name, N_("is not a list of strings"), err);
		texts_add(place->arena, out, item->valuestring);
	}
	return 0;
}

static const char *
number_text(struct arena *arena, double number)
{
	struct buf out = BUF_INIT;
	struct json json = json_writer(&out);
	const char *text;

	json_real(&json, number);
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

static const char *
plain_text(struct arena *arena, const cJSON *value)
{
	if (cJSON_IsString(value))
		return value->valuestring;
	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? "true" : "false";
	if (cJSON_IsNull(value))
		return "";
	return cJSON_IsNumber(value) ? number_text(arena, value->valuedouble) : NULL;
}

static int
read_pairs(const struct place *place, const struct field *f, const cJSON *value, struct pairs *out, struct err *err)
{
	const cJSON *item;

	*out = (struct pairs){ NULL, 0, 0 };
	if (!cJSON_IsObject(value))
		return bad(place, f->name, N_("is not an object"), err);
	out->v = arena_alloc(place->arena, sizeof(*out->v));
	out->cap = 1;
	cJSON_ArrayForEach(item, value)
	{
		const char *text = plain_text(place->arena, item);

		if (!text)
			return bad(place, arena_printf(place->arena, "%s.%s", f->name, item->string), N_("is not a string, a number, true or false"), err);
		pairs_add(place->arena, out, item->string, text);
	}
	return 0;
}

static int
read_bytes(const struct place *place, const struct field *f, const cJSON *value, struct bytes *out, struct err *err)
{
	const char *text = cJSON_IsString(value) ? value->valuestring : NULL;
	size_t size = text ? strlen(text) : 0;
	unsigned char *p = arena_alloc(place->arena, size / 4 * 3 + 1);

	if (!text)
		return bad(place, f->name, N_("is not a string"), err);
	if (sodium_base642bin(p, size / 4 * 3 + 1, text, size, NULL, &out->n, NULL, sodium_base64_VARIANT_ORIGINAL) < 0)
		return bad(place, f->name, N_("is not base64"), err);
	out->p = p;
	return 0;
}

static int
read_records(const struct place *place, const struct field *f, const cJSON *value, struct records *out, struct err *err)
{
	size_t n = 0, count = cJSON_IsArray(value) ? (size_t)cJSON_GetArraySize(value) : 0;
	const cJSON *item;
	char *v = arena_alloc(place->arena, count ? count * f->sub->size : 1);

	if (!cJSON_IsArray(value))
		return bad(place, f->name, N_("is not a list"), err);
	cJSON_ArrayForEach(item, value)
	{
		const char *colon = strstr(place->where, ": ") ? "." : ": ";
		struct place inner = { place->arena, arena_printf(place->arena, "%s%s%s[%zu]", place->where, colon, f->name, n), place->how };

		if (read_object(&inner, item, f->sub, v + n++ * f->sub->size, err) < 0)
			return -1;
	}
	out->v = v;
	out->n = count;
	return 0;
}

static int
read_value(const struct place *place, const struct field *f, const cJSON *value, void *p, struct err *err)
{
	if (cJSON_IsNull(value))
		return field_set_null(f, p), 0;
	if (f->type == FIELD_BYTES)
		return read_bytes(place, f, value, field_at(f, p), err);
	if (f->type == FIELD_TEXTS)
		return read_texts(place, f, value, field_at(f, p), err);
	if (f->type == FIELD_PAIRS)
		return read_pairs(place, f, value, field_at(f, p), err);
	if (f->type == FIELD_RECORDS)
		return read_records(place, f, value, field_at(f, p), err);
	if (f->type == FIELD_BOOL) {
		*(int64_t *)field_at(f, p) = cJSON_IsTrue(value);
		return cJSON_IsBool(value) ? 0 : bad(place, f->name, N_("is neither true nor false"), err);
	}
	if (cJSON_IsNumber(value))
		return read_number(place, f, value->valuedouble, p, err);
	if (cJSON_IsString(value) && f->type != FIELD_INT && f->type != FIELD_REAL)
		return read_text(place, f, value->valuestring, p, err);
	return bad(place, f->name, f->type == FIELD_INT || f->type == FIELD_REAL ? N_("is not a number") : N_("is not a string"), err);
}

/* What the table does not know, as one JSON object in the field "extra". */
static void
keep_extra(const struct place *place, const cJSON *unknown, const struct field *extra, void *p)
{
	char *text;

	if (!unknown->child)
		return;
	text = cJSON_PrintUnformatted(unknown);
	if (!text)
		abort();
	*(const char **)field_at(extra, p) = arena_strdup(place->arena, text);
	cJSON_free(text);
}

static int
unknown_key(const struct place *place, const struct record *record, const char *key, struct err *err)
{
	struct near near = { .word = key };

	for (size_t i = 0; i < record->n; i++)
		near_try(&near, record->fields[i].name);
	bad(place, key, near.best ? N_("no such field; did you mean {near}?") : N_("no such field"), err);
	if (near.best)
		err_arg(err, "near", near.best);
	return -1;
}

static int
read_members(const struct place *place, const cJSON *object, const struct record *record, void *p, cJSON *unknown, const struct field *extra,
	     struct err *err)
{
	cJSON *item;

	cJSON_ArrayForEach(item, object)
	{
		const struct field *f = record_field(record, item->string);

		if (f && f != extra) {
			if (read_value(place, f, item, p, err) < 0)
				return -1;
		} else if (!extra) {
			if (place->how != NEWER)
				return unknown_key(place, record, item->string, err);
		} else if (!cJSON_AddItemReferenceToObject(unknown, item->string, item)) {
			abort();
		}
	}
	return 0;
}

static int
read_object(const struct place *place, const cJSON *object, const struct record *record, void *p, struct err *err)
{
	const struct field *extra = record_field(record, "extra");
	cJSON *unknown;
	int rc;

	record_init(record, p);
	if (!cJSON_IsObject(object))
		return bad(place, record->name, N_("is not an object"), err);
	if (extra && (extra->type != FIELD_TEXT || place->how != FOR_PEOPLE))
		extra = NULL;
	unknown = cJSON_CreateObject();
	if (!unknown)
		abort();
	rc = read_members(place, object, record, p, unknown, extra, err);
	if (rc == 0 && extra)
		keep_extra(place, unknown, extra, p);
	cJSON_Delete(unknown);
	for (size_t i = 0; rc == 0 && place->how != NEWER && i < record->n; i++)
		if ((record->fields[i].flags & FIELD_REQUIRED) && !field_present(&record->fields[i], p))
			return bad(place, record->fields[i].name, N_("is missing"), err);
	return rc;
}

static int
parse(const char *name, const char *text, size_t size, cJSON **json_r, struct err *err)
{
	if (json_check(name, text, size, NULL, err) < 0)
		return -1;
	*json_r = cJSON_ParseWithLength(text, size);
	return *json_r ? 0 : err_set(err, E_BAD_JSON, "where", name, "what", N_("not understood"), NULL);
}

/* What is wrong in a line that was checked alone stands in that line of the whole: "F:1:17" is "F:3:17". */
static int
bad_line(const struct place *place, struct err *err)
{
	const char *where = err_get(err, "where"), *what = err_get(err, "what"), *column = where ? strrchr(where, ':') : NULL;

	if (err->code != E_BAD_JSON || !column)
		return -1;
	where = arena_printf(place->arena, "%s%s", place->where, column);
	return err_set(err, E_BAD_JSON, "where", where, "what", arena_strdup(place->arena, what), NULL);
}

static int
read_lines(struct arena *arena, const struct json_source *source, const struct record *record, struct records *out, struct err *err)
{
	const char *text = source->text, *end = text + source->size;
	size_t count = 1, line = source->lines - 1;

	for (const char *p = text; p < end; p++)
		count += *p == '\n';
	out->v = arena_alloc(arena, count * record->size);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text)), *stop = newline ? newline : end;
		struct place place = { arena, arena_printf(arena, "%s:%zu", source->name, ++line), FOR_PEOPLE };
		cJSON *json;
		int rc;

		if (strspn(text, " \t\r") < (size_t)(stop - text)) {
			if (parse(source->name, text, (size_t)(stop - text), &json, err) < 0)
				return bad_line(&place, err);
			rc = read_object(&place, json, record, (char *)out->v + out->n++ * record->size, err);
			cJSON_Delete(json);
			if (rc < 0)
				return -1;
		}
		text = stop + 1;
	}
	return 0;
}

int
records_read(struct arena *arena, const struct json_source *source, const struct record *record, struct records *out, struct err *err)
{
	const struct field whole = { .name = "", .type = FIELD_RECORDS, .sub = record };
	const struct place place = { arena, source->name, FOR_PEOPLE };
	cJSON *json;
	int rc;

	*out = (struct records){ NULL, 0 };
	if (source->lines)
		return read_lines(arena, source, record, out, err);
	if (parse(source->name, source->text, source->size, &json, err) < 0)
		return -1;
	if (cJSON_IsArray(json)) {
		rc = read_records(&place, &whole, json, out, err);
	} else {
		out->v = arena_alloc(arena, record->size);
		out->n = 1;
		rc = read_object(&place, json, record, out->v, err);
	}
	cJSON_Delete(json);
	return rc;
}

int
record_read(struct arena *arena, const struct json_source *source, enum record_from from, const struct record *record, void *p, struct err *err)
{
	const struct place place = { arena, source->name, from == FROM_SERVER ? NEWER : EXACT };
	cJSON *json;
	int rc;

	if (parse(source->name, source->text, source->size, &json, err) < 0)
		return -1;
	rc = read_object(&place, json, record, p, err);
	cJSON_Delete(json);
	return rc;
}

/*
 * Records as JSON, and their JSON Schema.
 */
#include <sodium.h>

#include "base/buf.h"
#include "base/json.h"
#include "model/priv.h"

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
json_bytes(const struct bytes *bytes, struct json *json)
{
	enum { STEP = 3000 };
	char text[STEP / 3 * 4 + 1];
	const unsigned char *p = bytes->p;

	json_raw(json, "\"");
	for (size_t at = 0; at < bytes->n; at += STEP) {
		size_t n = bytes->n - at < STEP ? bytes->n - at : STEP;

		buf_str(json->out, sodium_bin2base64(text, sizeof(text), p + at, n, sodium_base64_VARIANT_ORIGINAL));
	}
	buf_char(json->out, '"');
}

static void write_record(const struct record *record, const void *p, bool secrets, struct json *json);

static void
json_list(const struct field *field, const void *p, bool secrets, struct json *json)
{
	if (field->type == FIELD_PAIRS) {
		const struct pairs *t = field_const(field, p);

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
		const struct texts *t = field_const(field, p);

		for (size_t i = 0; i < t->n; i++)
			json_str(json, t->v[i]);
	} else {
		const struct records *t = field_const(field, p);

		for (size_t i = 0; i < t->n; i++)
			write_record(field->sub, (const char *)t->v + i * field->sub->size, secrets, json);
	}
	json_end_array(json);
}

static void
write_record(const struct record *record, const void *p, bool secrets, struct json *json)
{
	json_object(json);
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (((f->flags & FIELD_SECRET) && !secrets) || !field_present(f, p))
			continue;
		json_key(json, f->name);
		switch (field_layout(f->type)) {
		case AS_TEXT:
			json_str(json, field_text(f, p) == text_null ? NULL : field_text(f, p));
			break;
		case AS_INT:
			json_whole(f, field_int(f, p), json);
			break;
		case AS_REAL:
			json_real(json, *(const double *)field_const(f, p));
			break;
		case AS_BYTES:
			json_bytes(field_const(f, p), json);
			break;
		case AS_TEXTS:
		case AS_PAIRS:
		case AS_RECORDS:
			json_list(f, p, secrets, json);
			break;
		}
	}
	json_end_object(json);
}

void
record_json(const struct record *record, const void *p, struct json *json)
{
	write_record(record, p, false, json);
}

void
record_json_whole(const struct record *record, const void *p, struct json *json)
{
	write_record(record, p, true, json);
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
		[FIELD_BYTES] = { "string", NULL },
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
	} else if (field->type == FIELD_BYTES) {
		json_key(j, "contentEncoding");
		json_str(j, "base64");
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

		if (f->flags & FIELD_INTERNAL)
			continue;
		json_key(j, f->name);
		json_object(j);
		schema_value(f, j);
		schema_parts(f, j);
		if (f->doc) {
			json_key(j, "description");
			json_str(j, f->doc);
		}
		json_end_object(j);
	}
	json_end_object(j);
	json_key(j, "required");
	json_array(j);
	for (size_t i = 0; i < record->n; i++)
		if ((record->fields[i].flags & FIELD_REQUIRED) && !(record->fields[i].flags & FIELD_INTERNAL))
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

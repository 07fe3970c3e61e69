/*
 * record.h - plain structs that describe their own fields.
 *
 * One table of fields per struct; SQL rows, JSON, JSON Schema, terminal
 * tables, options, help and completions are read off it. Members have one of
 * seven C types, checked when the table is compiled:
 *
 *	const char *       text, ids, targets; NULL is absent, text_null is null
 *	int64_t            whole numbers within +-(2^53-1), booleans, times,
 *	                   durations (ms), values of an enumeration; INT_ABSENT, INT_NULL
 *	double             REAL_ABSENT is NaN
 *	struct bytes       absent when p is NULL; base64 (RFC 4648) in JSON, never shown
 *	struct texts       absent when v is NULL, empty when n is 0
 *	struct pairs       likewise; keys in the order given
 *	struct records     likewise; elements of the sub-record's struct
 *
 * record_init makes every field absent. Strings belong to the arena given.
 */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "model/names.h"

struct arena;
struct buf;
struct err;
struct json;

extern const char text_null[];
#define INT_ABSENT INT64_MIN
#define INT_NULL (INT64_MIN + 1)
#define INT_EXACT INT64_C(9007199254740991) /* 2^53 - 1 */
#define REAL_ABSENT ((double)NAN)

struct bytes {
	const void *p;
	size_t n;
};

struct texts {
	const char **v;
	size_t n, cap;
};

struct pairs {
	struct pair {
		const char *key, *value;
	} * v;
	size_t n, cap;
};

struct records {
	void *v;
	size_t n;
};

enum field_type {
	FIELD_TEXT,
	FIELD_ID,
	FIELD_TARGET,
	FIELD_INT,
	FIELD_BOOL,
	FIELD_TIME,
	FIELD_DURATION,
	FIELD_NAME, /* of an enumeration */
	FIELD_REAL,
	FIELD_BYTES,
	FIELD_TEXTS,
	FIELD_PAIRS,
	FIELD_RECORDS,
};

enum field_flags {
	/* The caller must give it. */
	FIELD_REQUIRED = 1 << 0,
	/* Never printed or logged. */
	FIELD_SECRET = 1 << 1,
	/* About a person: gone when the contact is erased. */
	FIELD_PERSONAL = 1 << 2,
	/* A column of the text output, in the order of the table. */
	FIELD_COLUMN = 1 << 3,
	/* Not an option of the command line: filled by the command or the operand. */
	FIELD_NO_OPTION = 1 << 4,
	/* A text that leaves or stays: --text, --file and their kin. */
	FIELD_BODY = 1 << 5,
	/* The id that operands fill. */
	FIELD_OPERAND = 1 << 6,
	/* The option may stand without a value. */
	FIELD_OPTIONAL_VALUE = 1 << 7,
	/* Pairs whose values are whole numbers in JSON. */
	FIELD_NUMBERS = 1 << 8,
	/* Ours alone: in no schema. */
	FIELD_INTERNAL = 1 << 9,
	/* A null takes away what is there, in it and in all that lies within; of other fields it says nothing (record_heed). */
	FIELD_NULLS = 1 << 10,
};

struct record;

struct field {
	const char *name; /* as in JSON and SQL; the option has '-' for '_' */
	size_t offset;
	enum field_type type;
	unsigned flags;
	const char *doc; /* a line for help, schema and man page */
	const struct names *names;
	const struct record *sub;
	const char *value; /* what help calls the value: "TEXT" */
};

struct record {
	const char *name;
	const char *doc;
	size_t size;
	const struct field *fields;
	size_t n;
};

#define FIELD_CHECK(S, m, type) ((size_t)0 * _Generic(((S *)0)->m, type : 1))
#define FIELD_ROW(S, m, kind, ctype, fl, text) .name = #m, .type = kind, .offset = offsetof(S, m) + FIELD_CHECK(S, m, ctype), .flags = (fl), .doc = text

#define TEXT_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_TEXT, const char *, fl, text) \
	}
#define TEXT_FIELD_AS(S, m, val, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_TEXT, const char *, fl, text), .value = val \
	}
#define ID_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_ID, const char *, fl, text) \
	}
/* val: "CONTACT" for an id that is not an interaction's. */
#define ID_FIELD_AS(S, m, val, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_ID, const char *, fl, text), .value = val \
	}
#define TARGET_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_TARGET, const char *, fl, text) \
	}
#define INT_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_INT, int64_t, fl, text) \
	}
#define BOOL_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_BOOL, int64_t, fl, text) \
	}
#define TIME_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_TIME, int64_t, fl, text) \
	}
#define DURATION_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_DURATION, int64_t, fl, text) \
	}
/* For a name that C keeps for itself: the member lasts is "for". */
#define DURATION_FIELD_CALLED(S, m, title, fl, text) \
	{ \
		.name = title, .type = FIELD_DURATION, .offset = offsetof(S, m) + FIELD_CHECK(S, m, int64_t), .flags = (fl), .doc = text \
	}
#define NAME_FIELD(S, m, table, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_NAME, int64_t, fl, text), .names = &(table) \
	}
#define TEXT_FIELD_CALLED(S, m, title, val, fl, text) \
	{ \
		.name = title, .type = FIELD_TEXT, .offset = offsetof(S, m) + FIELD_CHECK(S, m, const char *), .flags = (fl), .doc = text, .value = val \
	}
#define TIME_FIELD_CALLED(S, m, title, fl, text) \
	{ \
		.name = title, .type = FIELD_TIME, .offset = offsetof(S, m) + FIELD_CHECK(S, m, int64_t), .flags = (fl), .doc = text \
	}
#define INT_FIELD_CALLED(S, m, title, fl, text) \
	{ \
		.name = title, .type = FIELD_INT, .offset = offsetof(S, m) + FIELD_CHECK(S, m, int64_t), .flags = (fl), .doc = text \
	}
#define ID_FIELD_CALLED(S, m, title, fl, text) \
	{ \
		.name = title, .type = FIELD_ID, .offset = offsetof(S, m) + FIELD_CHECK(S, m, const char *), .flags = (fl), .doc = text \
	}
#define TEXTS_FIELD_CALLED(S, m, title, val, fl, text) \
	{ \
		.name = title, .type = FIELD_TEXTS, .offset = offsetof(S, m) + FIELD_CHECK(S, m, struct texts), .flags = (fl), .doc = text, .value = val \
	}
#define NAME_FIELD_CALLED(S, m, title, table, fl, text) \
	{ \
		.name = title, .type = FIELD_NAME, .offset = offsetof(S, m) + FIELD_CHECK(S, m, int64_t), .flags = (fl), .doc = text, .names = &(table) \
	}
#define REAL_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_REAL, double, fl, text) \
	}
#define BYTES_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_BYTES, struct bytes, fl, text) \
	}
#define TEXTS_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_TEXTS, struct texts, fl, text) \
	}
#define TEXTS_FIELD_AS(S, m, val, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_TEXTS, struct texts, fl, text), .value = val \
	}
#define PAIRS_FIELD(S, m, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_PAIRS, struct pairs, fl, text) \
	}
#define RECORDS_FIELD(S, m, table, fl, text) \
	{ \
		FIELD_ROW(S, m, FIELD_RECORDS, struct records, fl, text), .sub = &(table) \
	}

/* RECORD(rec_note, struct note, "note", "doc", fields...) defines the table. */
#define RECORD(variable, S, title, text, ...) \
	static const struct field variable##_fields[] = { __VA_ARGS__ }; \
	const struct record variable = { title, text, sizeof(S), variable##_fields, COUNT_OF(variable##_fields) };

void record_init(const struct record *record, void *p);
void *record_new(struct arena *arena, const struct record *record) ATTR_MUSTUSE;
/* Fields present in from replace those of to; a null makes one absent. */
void record_overlay(const struct record *record, void *to, const void *from);
/*
 * What a request says: where a null says nothing, *p becomes a copy in which it is
 * absent; so who looks at a whole number meets no INT_NULL but in FIELD_NULLS.
 * E_BAD_FIELD for one that is required.
 */
int record_heed(struct arena *arena, const struct record *record, const void **p, struct err *err) ATTR_MUSTUSE;
/* NULL when there is none of that name. */
const struct field *record_field(const struct record *record, const char *name);

/* By name, for who knows a record only by its table; a name that it lacks is a bug and aborts. */
void record_set_text(const struct record *record, void *p, const char *name, const char *value);
void record_set_int(const struct record *record, void *p, const char *name, int64_t value);
const char *record_text(const struct record *record, const void *p, const char *name);
int64_t record_int(const struct record *record, const void *p, const char *name);

const char *field_text(const struct field *field, const void *p);
int64_t field_int(const struct field *field, const void *p);
void *field_at(const struct field *field, void *p);
const void *field_const(const struct field *field, const void *p);
bool field_present(const struct field *field, const void *p);

/* Says that it is to be nothing; of what cannot say so (lists, real numbers) it stays absent. */
void field_set_null(const struct field *field, void *p);

/* What an option or a cell says becomes the field's value; lists append. E_BAD_VALUE and kin. */
struct field_context {
	struct arena *arena;
	time_ms now;
	const char *zone;
};
int field_parse(const struct field *field, void *p, const char *text, const struct field_context *context, struct err *err) ATTR_MUSTUSE;
/* One cell of text output: "" when absent, lists joined by commas, of bytes how many there are. */
const char *field_format(struct arena *arena, const struct field *field, const void *p);

/* The record as a JSON object; absent and secret fields are left out. */
void record_json(const struct record *record, const void *p, struct json *json);
/* The same with its secrets: for the other end of a connection, never for a log. */
void record_json_whole(const struct record *record, const void *p, struct json *json);
/* Its JSON Schema (draft 2020-12). */
void record_schema(const struct record *record, struct buf *out);
/* "TEXT", "TIME", "queued|offered|...": what stands behind an option in help. */
const char *field_value_name(struct arena *arena, const struct field *field);

void texts_add(struct arena *arena, struct texts *texts, const char *text);
bool texts_has(const struct texts *texts, const char *text);
/* By their bytes; each stays once. */
void texts_sort(struct texts *texts);
/* The same as texts_has, of sorted ones. */
bool texts_find(const struct texts *sorted, const char *text);
/* That order for qsort and bsearch: of texts, and of structs that begin with one. */
int by_text(const void *a, const void *b);
/* "" where there are none. */
const char *texts_join(struct arena *arena, const struct texts *texts, const char *between);
void pairs_add(struct arena *arena, struct pairs *pairs, const char *key, const char *value);
/* The value of a key, or NULL. */
const char *pairs_get(const struct pairs *pairs, const char *key);

#endif

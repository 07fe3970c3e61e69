/*
 * record_read.h - JSON into records by their table of fields: first the strict
 * check of base/json.h, then the parser, then each member.
 *
 * What people write is read with courtesy: durations may be "15m", lists a
 * single string, and unknown keys go to a text field "extra", as one JSON
 * object, where the record has one. What our programs write to each other
 * (record_json_whole) is read as it stands.
 *
 * Needs cJSON: not for the light program. Errors: E_BAD_JSON, E_BAD_FIELD with
 * the place: "F.json: agents[2]", "F.jsonl:3".
 */
#ifndef MODEL_RECORD_READ_H
#define MODEL_RECORD_READ_H

#include <stddef.h>

#include "base/attr.h"
#include "model/record.h"

struct arena;
struct err;

struct json_source {
	const char *name; /* for messages */
	const char *text;
	size_t size;
	size_t lines; /* lines: one object a line, this is the number of the first; 0: one object, or an array of them */
};

int records_read(struct arena *arena, const struct json_source *source, const struct record *record, struct records *out, struct err *err) ATTR_MUSTUSE;

enum record_from {
	/* A request: every field is known, what is required is there. */
	FROM_CLIENT,
	/* An answer, perhaps of a newer server: fields not known here are passed over. */
	FROM_SERVER,
};

/* One object into p; strings live in the arena. Ids are looked at by who uses them. */
int record_read(struct arena *arena, const struct json_source *source, enum record_from from, const struct record *record, void *p,
		struct err *err) ATTR_MUSTUSE;

#endif

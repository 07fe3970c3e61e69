/*
 * json.h - writing JSON, and the strict check that stands before the parser.
 *
 * The writer builds one value in a buf; it escapes what RFC 8259 demands, and
 * U+2028, U+2029, DEL and C1 controls beside; invalid UTF-8 becomes U+FFFD. Commas
 * are its business. Keys are given by the caller and are plain ASCII.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

struct arena;
struct err;

struct json {
	struct buf *out;
	unsigned depth;
	bool comma;
};

/* Starts a value at the end of out. */
struct json json_writer(struct buf *out);
void json_object(struct json *j);
void json_end_object(struct json *j);
void json_array(struct json *j);
void json_end_array(struct json *j);
void json_key(struct json *j, const char *key);
/* NULL writes null. */
void json_str(struct json *j, const char *s);
void json_int(struct json *j, int64_t n);
void json_bool(struct json *j, bool b);
void json_null(struct json *j);
/* The shortest decimal that reads back the same; null when it is not finite. */
void json_real(struct json *j, double d);
/* A value that is JSON already. */
void json_raw(struct json *j, const char *value);

/* A member of an object: the key without its quotes, still escaped, and the value as it stands there. */
struct json_member {
	const char *key, *value;
	size_t key_size, size;
};

/*
 * The next member of a well-formed object; false behind the last. *p is the
 * object at first, and is moved on.
 */
bool json_next(const char **p, struct json_member *member);

/* What a well-formed string says: value and size are those of a member. */
const char *json_text(struct arena *arena, const char *value, size_t size);

struct json_limits {
	size_t bytes;   /* of the whole text */
	unsigned depth; /* of nesting */
	size_t values;  /* of all kinds, keys included */
};

extern const struct json_limits json_default_limits; /* 64 MiB, 64, 4 million */

/*
 * Is text one JSON value by RFC 8259 and nothing behind it, with: valid UTF-8,
 * no NUL and no \u0000, no lone surrogates, no duplicate keys in an object
 * (compared after unescaping), integers within +-(2^53-1) and other numbers
 * finite, and within the limits? E_BAD_JSON with where ("name:3:17", line and
 * byte column) and what. name is for messages; limits may be NULL: the default
 * ones. No limits allow a depth beyond 512.
 */
int json_check(const char *name, const char *text, size_t size, const struct json_limits *limits, struct err *err) ATTR_MUSTUSE;

#endif

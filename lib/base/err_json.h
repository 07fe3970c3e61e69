/*
 * err_json.h - errors in words, and as JSON from one program to another.
 *
 * What crosses is the code and the arguments: the other side words them, in
 * its user's language.
 */
#ifndef BASE_ERR_JSON_H
#define BASE_ERR_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct arena;
struct json;

/*
 * A template with its {names} replaced by arguments; NULL when one is missing.
 * "what", "expected" and "fault" are sentences of ours: they may have {names} of
 * other arguments, and are translated as they stand.
 * command stands for {command} where no argument does, text for what may be
 * translated; both may be NULL.
 */
const char *err_expand(struct arena *arena, const char *template, const struct err *err, const char *command,
		       const char *(*text)(const char *english));

/* An object: "code", "class", "args" (texts by name), "message" (English). */
void err_json(const struct err *err, struct json *json);
/*
 * Such an object becomes an error again; text has passed json_check, names of
 * arguments live in the arena. False: it is none, or its code is not known here.
 */
bool err_from_json(struct arena *arena, const char *text, struct err *err) ATTR_MUSTUSE;

#endif

/*
 * id.h - ids: ULIDs, 26 characters of Crockford's base 32, upper case: 48 bits
 * of milliseconds, then 80 random bits (https://github.com/ulid/spec). Made by
 * the client, so that a call that is tried again is the same call.
 */
#ifndef MODEL_ID_H
#define MODEL_ID_H

#include <stdbool.h>

#include "base/clock.h"

#define ID_SIZE 27 /* with the NUL */
#define ID_LEN 26
#define ID_END_MIN 6   /* the shortest end of an id that people may type */
#define ID_END_SHOWN 8 /* what tables show */

struct arena;

/* Ids made in one process in one millisecond still rise. */
const char *id_new(struct arena *arena, time_ms now);
/* True when text is an id; lower case and the letters i, l, o are taken as meant. Normal form in out. */
bool id_parse(const char *text, char out[ID_SIZE]);
/* True when text may be the end of an id: 6 to 25 such characters; out is upper case. */
bool id_end_parse(const char *text, char out[ID_SIZE]);
/* The id read backwards: the indexed column that finds ends of ids. */
void id_reverse(const char *id, char out[ID_SIZE]);
time_ms id_time(const char *id);
/* Ids made at this time or later are not below it; earlier ones are. */
void id_least(time_ms at, char out[ID_SIZE]);

#endif

/*
 * event_name.h - the names of events, noun and verb, by the table events.def.
 * Any thread.
 */
#ifndef MODEL_EVENT_NAME_H
#define MODEL_EVENT_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

extern const char *const event_names[];
extern const size_t event_names_n;

/* "offer" and "offer.created" stand for the event offer.created. */
bool event_is(const char *pattern, const char *event);
/* Is there an event that it stands for? Else -1, E_BAD_VALUE of that name (of an option, of a field). */
int event_check(const char *name, const char *pattern, struct err *err);

#endif

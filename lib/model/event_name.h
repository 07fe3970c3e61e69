/*
 * event_name.h - the names of events, noun and verb, by the table events.def.
 * Any thread; nothing is allocated.
 */
#ifndef MODEL_EVENT_NAME_H
#define MODEL_EVENT_NAME_H

#include <stdbool.h>
#include <stddef.h>

extern const char *const event_names[];
extern const size_t event_names_n;

/* "offer" and "offer.created" stand for the event offer.created. */
bool event_is(const char *pattern, const char *event);
/* Is there an event that it stands for? */
bool event_known(const char *pattern);

#endif

/*
 * contact.h - what the files about contacts' pages share.
 */
#ifndef API_CONTACT_H
#define API_CONTACT_H

#include "api/api.h"

/* A contact's request of an operation: the session and the page that asks, from the headers. */
struct request contact_request(const struct api_request *request, const struct op *op, const void *in);
/* Answers with the code of an error alone; 0. */
int contact_error(struct api_request *request, struct api_answer *answer, const struct err *err);
/* The page that asks may read the answer. */
void contact_allow(struct api_request *request, struct api_answer *answer);
/* In hexadecimal, of 16 bytes. */
const char *contact_hash(struct arena *arena, const char *text);

/* contact_page.c: the pages and what they load; contact_stream.c; hook.c. */
api_fn page_route, file_route, stream_route, hook_route;

#endif

/*
 * http.h - requests to one server, by libcurl, on a kept connection.
 */
#ifndef REMOTE_HTTP_H
#define REMOTE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct desk_options;
struct err;
struct http;

/*
 * url: "https://HOST[:PORT][/PREFIX]", or http: to this machine, or where
 * options say so. Nothing is sent yet. options are borrowed until it is closed.
 * Errors: E_BAD_CONFIG.
 */
int http_open(const char *url, const struct desk_options *options, struct http **http_r, struct err *err) ATTR_MUSTUSE;
/* Accepts a pointer to NULL; sets *http to NULL. */
void http_close(struct http **http);
/* "desk.example.org:8443", for messages. */
const char *http_peer(const struct http *http);

struct http_request {
	const char *path;          /* "/v1/ixn.accept" */
	const char *agent, *token; /* NULL: nobody asks */
	const char *key;           /* Idempotency-Key, or NULL */
	const char *seen;          /* IXN-Seen, or NULL */
	const char *body;          /* NULL: a GET */
	size_t size;               /* of the body */
	int64_t ms;                /* all of it may take so long; 0: as long as it takes */
};

struct http_answer {
	long status;
	const char *body; /* in the arena, a NUL behind it */
	size_t size;
	int64_t retry_after; /* ms; -1: not said */
	const char *type;    /* Content-Type, or NULL */
	bool measured;       /* it said where it ends: it is there to its end */
	const char *version; /* of the server, or NULL */
};

/*
 * One exchange, once. -1: there is no answer. Errors: E_UNREACHABLE (it did not
 * get through), E_TLS_REFUSED, E_CUT (it may have got through), E_TOO_LARGE.
 */
int http_exchange(struct http *http, const struct http_request *request, struct arena *arena, struct http_answer *answer, struct err *err) ATTR_MUSTUSE;

/*
 * The server's events: whether something may have changed. Begins at the first
 * call, which returns when the stream stands (2 s at most). Then sleeps until
 * an event comes, fd (-1: none) can be read, a signal came; at most ms.
 */
void http_wait_event(struct http *http, const char *agent, const char *token, int fd, int64_t ms);

#endif

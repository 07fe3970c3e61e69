/*
 * api.h - the operations of the desk, and the contacts' pages, over HTTP.
 *
 * api_serve runs the server until it is told to stop. Threads: a few wait for
 * the network and answer what only reads and is soon read; workers, each with
 * a desk of its own, do what may block; one watches the store, settles what
 * falls due, and wakes the streams concerned.
 *
 * A route is a row of a table: a function that reads a request and fills an
 * answer. It runs on any thread, with a desk and an arena of its own for the
 * time of the call.
 */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "desk/desk.h"

struct err;

/* The server. */

struct api_settings {
	const char *store;
	const struct desk_options *desk; /* no agent in it */
	const char *listen;              /* "HOST:PORT"; port 0: any */
	int inherited;                   /* a socket that listens already, or -1 */
	const char *certificate, *key;   /* PEM files; NULL: plain HTTP */
	int64_t threads, workers;
	int64_t connections, per_address;
	int64_t body, timeout_ms; /* the largest request; the longest that a connection may be idle */
	int64_t requests;         /* a minute and address, of whoever has no session; 0: any */
	FILE *log;                /* a line of JSON for each request; NULL: none */
	bool anywhere;            /* plain HTTP on other addresses than this machine's own, too */
	const char *proxies;      /* "ADDRESS,...": believed when they say for whom they ask; or NULL */
	/* Told once, when connections are taken. */
	void (*ready)(const char *url);
	/* Asked when the descriptor that was given can be read: true to go on, with the certificate read anew. NULL: it is to end. */
	bool (*goes_on)(int fd);
	/* Told why that is not shown; the one before is. */
	void (*complain)(const struct err *err);
};

/* Serves until a descriptor can be read, and it is not to go on; then no connection is taken any more, what runs is finished, streams end. */
int api_serve(const struct api_settings *settings, int stop, struct err *err) ATTR_MUSTUSE;
/* A key and a certificate signed by it, for loopback: DIR/key.pem, DIR/cert.pem; nothing there is replaced. E_CANNOT_CREATE. */
int api_make_certificate(struct arena *arena, const char *dir, struct err *err) ATTR_MUSTUSE;

/* Routes. */

struct api_request {
	const char *method, *path;
	const char *rest; /* of the path, behind the route's prefix */
	const char *body; /* ends in a NUL that size does not count */
	size_t size;
	const char *address; /* who asks, without a port */
	struct arena *arena;
	struct desk *desk;
	struct api_server *server;
	struct api_exchange *exchange;
};

/* NULL where there is none. */
const char *api_header(const struct api_request *request, const char *name);
const char *api_query(const struct api_request *request, const char *name);

/*
 * An event stream that stays open. next writes what there is by now to out
 * ("event: ...\ndata: ...\n\n"), nothing where there is nothing, and gives -1
 * when it is over. Called at first, whenever an event may concern it, and
 * after `every` ms; on any thread, never on two at a time. 1: there is more
 * already, or the store cannot be read now: it is asked again soon.
 */
struct api_stream {
	int (*next)(struct api_stream *stream, struct desk *desk, struct arena *arena, struct buf *out);
	void (*free)(struct api_stream *stream);
	int64_t every;
	/* Whose events concern it; both NULL: nobody's but the clock. */
	char *ixn, *agent;
};

struct api_pair {
	const char *name, *value;
};

struct api_answer {
	int status; /* 200 */
	const char *type;
	/* Taken by the server. */
	struct buf body;
	/* Of constant bytes, instead of body. */
	const void *file;
	size_t file_size;
	VEC(struct api_pair)
	headers;
	/* Holds one: never packed. */
	bool secret;
	/* Instead of a body: freed by the server. */
	struct api_stream *stream;
};

void api_answer_header(struct api_request *request, struct api_answer *answer, const char *name, const char *value);

/* -1: err becomes the answer, as JSON under the status of its class. */
typedef int api_fn(struct api_request *request, struct api_answer *answer, struct err *err);

enum api_route_flags {
	/* path is only the beginning of it. */
	API_PREFIX = 1 << 0,
	/* Needs no desk and blocks nobody. */
	API_PLAIN = 1 << 1,
	/* May be asked for as often as one likes. */
	API_FREE = 1 << 2,
	/* The same from this machine; others are counted apart from all else that they ask for. */
	API_WATCH = 1 << 3,
	/* Agents ask, by a token: one that is good is held up by no limit of strangers. */
	API_AGENTS = 1 << 4,
};

/* As large as the server takes at all. */
#define API_BODY_ANY SIZE_MAX

struct api_route {
	const char *method, *path;
	unsigned flags;
	size_t body; /* the largest request; 0: none is taken */
	api_fn *fn;
};

/* Tables of them, each ending in a row without a path; the first that fits. */
extern const struct api_route *const api_routes[];
extern const struct api_route contact_routes[];

#endif

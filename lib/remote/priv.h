/*
 * priv.h - a desk far away, as the files of the carrier share it.
 */
#ifndef REMOTE_PRIV_H
#define REMOTE_PRIV_H

#include "base/arena.h"
#include "base/err.h"
#include "desk/carrier.h"
#include "desk/mirror.h"
#include "remote/http.h"

/* Times here are those of clock_monotonic(). */
struct remote {
	struct desk desk;
	struct desk_options options;
	struct http *http;
	char *folder;
	char *path;          /* of the agent's mirror; NULL: none */
	struct desk *mirror; /* once it is open */
	bool told;           /* that the mirror answers */
	bool content;        /* a call that fails can go by what is on this machine: it is not tried for long */
	bool test;
	/* The server was found away: why, until when nobody looks again, and how long (ms) it had been tried. */
	struct err why;
	int64_t away_until, waited;
	bool reached;  /* it has answered in the last exchange, if only that it is busy */
	bool answered; /* it has answered the agent, who has not logged out since */
	bool changed;  /* it has changed something for the agent */
	bool refused;  /* some of what waited: the mirror is to show why */
	/* Nothing waits to be sent any more; else why, and until when that is not tried again. */
	bool emptied;
	struct err stuck_why;
	int64_t stuck_until;
	int64_t limit;    /* ms that a call may take by all means; 0: as long as it takes */
	int64_t patience; /* ms that the call at hand goes on trying */
	int64_t until;    /* when every call gives up; 0: never mind */
};

/* Asks the server itself, by remote_exchange. Errors: the operation's, the server's, and those of remote_exchange and remote_answer. */
int remote_ask(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err) ATTR_MUSTUSE;
/*
 * A request, made again while the server is busy or cannot be reached, for
 * request->ms or else as patiently as r is. 0: *answer, whatever its status
 * says. Errors: those of http_exchange.
 */
int remote_exchange(struct remote *r, const struct http_request *request, struct arena *arena, struct http_answer *answer, struct err *err) ATTR_MUSTUSE;
struct answered {
	VEC(const void *)
	records;
};
/* The records of an answer to op, or the error that it tells. E_PROTOCOL, E_VERSION: no server of ours says that, or not all of it came. */
int remote_answer(const struct remote *r, const struct op *op, struct arena *arena, const struct http_answer *answer, struct answered *out, struct err *err) ATTR_MUSTUSE;
/* This error says that nobody answers. */
bool remote_is_away(const struct err *err);
/* The body of a request: its record as JSON, valid until out changes. */
const char *remote_body(const struct request *request, struct buf *out);

/* library.c: those of carrier.h */
int remote_library_build(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err);
int remote_library_behind(struct desk *desk, const char *path, size_t *n_r, struct err *err);
int remote_library_follow(struct desk *desk, const char *path, struct err *err);

/* mirror.c */
/* Opens the mirror, where it is not open; make: and makes it, where it is not there. E_NO_STORE. */
int mirror_get(struct remote *r, bool make, struct err *err) ATTR_MUSTUSE;
/* The lock under which one process at a time fills the mirror or sends what waits, after ms at most: a descriptor, closed to let go. E_LOCKED, E_CANNOT_CREATE. */
int mirror_lock(const struct remote *r, int64_t ms, struct err *err) ATTR_MUSTUSE;
/* Whether the mirror may answer this, or keep it to be sent later. */
bool mirror_may(const struct remote *r, const struct request *request);
/* Does that instead of the server. err holds why the server cannot, and stays so where the mirror cannot either. */
int mirror_answer(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err) ATTR_MUSTUSE;
/* Brings it up to date, under the lock. */
int mirror_pull(struct remote *r, struct err *err) ATTR_MUSTUSE;
/* The same by the way, where it is time for that and nobody else does it. */
void mirror_follow(struct remote *r);

/* unsent.c */
/*
 * Sends what waits, in order; what cannot be sent waits on. -1: the server is
 * away or the mirror fails; where whole is set, also E_UNSENT_FIRST: something
 * waits on.
 */
int unsent_send(struct remote *r, bool whole, struct err *err) ATTR_MUSTUSE;
/* The operation of ixn-sync: op_mirror_sync. */
int unsent_sync(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err) ATTR_MUSTUSE;

#endif

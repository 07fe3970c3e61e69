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

struct remote {
	struct desk desk;
	struct desk_options options;
	struct http *http;
	char *folder;
	bool test;
	char *path;           /* of the agent's mirror; NULL: none */
	struct desk *mirror;  /* once it is open */
	struct err why;       /* why the server is away, until then by the monotonic clock */
	int64_t away, waited; /* and how patiently that was found out */
	bool answered;        /* it did, to the agent, who has not logged out */
	bool changed;         /* it did something */
	bool told;            /* that the mirror answers */
	bool emptied;         /* what waited was sent */
	/* Why it was not, and until when it is not tried again, by the monotonic clock. */
	struct err first;
	int64_t stuck;
	bool refused;     /* and not all of it was done: the mirror is to show why */
	int64_t limit;    /* ms that a call may take by all means; 0: as long as it takes */
	int64_t patience; /* ms that the call at hand goes on trying */
	int64_t until;    /* by the monotonic clock none does; 0: never mind */
	bool content;     /* with what is on this machine, where the server is away */
	bool reached;     /* the server has answered in the last exchange, if only that it is busy */
};

/* One call, as it is, with all it may take. Errors: those of the operation, of the server, of the way. */
int remote_ask(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err) ATTR_MUSTUSE;
int remote_exchange(struct remote *r, const struct http_request *request, struct arena *arena, struct http_answer *answer, struct err *err) ATTR_MUSTUSE;
/* The records of an answer to op, or the error that it tells. E_PROTOCOL, E_VERSION: it is no answer of a server of ours, or not all of one. */
struct answered {
	VEC(const void *)
	records;
};
int remote_answer(const struct remote *r, const struct op *op, struct arena *arena, const struct http_answer *answer, struct answered *out, struct err *err) ATTR_MUSTUSE;
/* Nobody answers, by this error. */
bool remote_is_away(const struct err *err);
/* The body of a request: its record as JSON. */
const char *remote_body(const struct request *request, struct buf *out);

/* library.c */
int remote_library_build(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err);
int remote_library_behind(struct desk *desk, const char *path, size_t *n_r, struct err *err);
int remote_library_follow(struct desk *desk, const char *path, struct err *err);

/* mirror.c */
/* Opens the mirror, where it is not open. */
int mirror_get(struct remote *r, bool make, struct err *err) ATTR_MUSTUSE;
/* The lock under which one process at a time fills it or sends what waits: a descriptor, -1: another one has it for all that time. */
int mirror_lock(const struct remote *r, int64_t ms);
/* Whether the mirror can answer it, or keep it. */
bool mirror_may(const struct remote *r, const struct request *request);
/* Instead of the server; err says why, and stays so where the mirror cannot. */
int mirror_answer(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err) ATTR_MUSTUSE;
/* Brings it up to date, under the lock. */
int mirror_pull(struct remote *r, struct err *err) ATTR_MUSTUSE;
/* The same by the way, where it is time for that and nobody else does it. */
void mirror_follow(struct remote *r);

/* unsent.c */
/* What waits is sent, in order; where it cannot be, it waits on. -1: the server is away, the mirror fails; or, where all of it must be through (whole), something waits on: E_UNSENT_FIRST. */
int unsent_send(struct remote *r, bool whole, struct err *err) ATTR_MUSTUSE;
/* 'ixn-sync'. */
int unsent_sync(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err) ATTR_MUSTUSE;

#endif

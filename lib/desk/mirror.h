/*
 * mirror.h - the part of a server's store that lies on an agent's own machine:
 * the agent's interactions, their contacts and history, the responses and
 * alerts that the agent sees, and what of the site they are read by. It is a store like any other, beside the session's file, so
 * that the operations marked OP_MIRROR answer from it as the server would. What
 * is asked for while the server is away (OP_WAITS) waits in it.
 *
 * The server's side is the operation mirror.since: what changed, as far as its
 * agent may see it. Which interactions those are is said again each time, so
 * that what is not the agent's any more leaves.
 */
#ifndef DESK_MIRROR_H
#define DESK_MIRROR_H

#include "desk/desk.h"

enum mirror_noun { MIRROR_SITE,
		   MIRROR_IXN,
		   MIRROR_CONTACT,
		   MIRROR_END,
		   MIRROR_RESPONSE,
		   MIRROR_OWN };
/* From where it is asked, as struct request says it. */
#define MIRROR_FROM "mirror"
#define MIRROR_DIGEST 64

struct mirror_since_in {
	int64_t after;         /* how far the mirror is; 0: nothing is there */
	struct texts ixns;     /* the interactions that it has */
	struct pairs contacts; /* and the contacts, with their versions */
	int64_t library, site; /* how far its responses are, 0: there are none; and by which state of the site they were chosen */
	const char *own;       /* the digest of what else is the agent's own, or NULL */
};
/* A row of a table; without one, what it belongs to goes first; or, as MIRROR_END, up to where that goes, whether there is more, and what is gone. */
struct mirror_row {
	int64_t noun;
	const char *id, *table;
	struct pairs row;
	int64_t seq, more;
	struct texts gone;
	int64_t library, site, whole; /* whole: that is all of the library, or (0) the beginning of it */
	const char *own;
};
extern const struct record rec_mirror_since_in, rec_mirror_row;

/* The mirror of one agent. make: where there is none, or an older one. E_NO_STORE and the store's own. */
int mirror_open(const char *path, const struct desk_options *options, bool make, bool test, struct desk **desk_r, struct err *err) ATTR_MUSTUSE;
/* Removes it, unless something is unsent. */
void mirror_remove(const char *path);
/* What it has, as the server is told; all of it lives in the arena. */
int mirror_has(struct desk *mirror, struct arena *arena, struct mirror_since_in *out, struct err *err) ATTR_MUSTUSE;
/* Takes a page of rows over, with its end, in one transaction. E_BAD_FIELD: that is no page. */
int mirror_take(struct desk *mirror, const struct mirror_row *const *rows, size_t n, struct err *err) ATTR_MUSTUSE;
/* How far it is, and as of when. */
struct mirror_state {
	int64_t seq, at;             /* at 0: it was never filled */
	int64_t library, site;       /* as in struct mirror_since_in */
	int64_t whole;               /* all responses are there */
	char own[MIRROR_DIGEST + 1]; /* "": nothing of it is there */
};
int mirror_state(struct desk *mirror, struct mirror_state *state_r, struct err *err) ATTR_MUSTUSE;

/* What waits to be sent, in order, or was refused. */
struct unsent {
	int64_t ord;
	const char *id;
	int64_t at;
	const char *op, *ixn, *key, *input;
	int64_t seq, tried;
	const char *refused; /* as err_json has it */
};
/* Whether there may be any: looks at one name, and opens nothing. */
bool unsent_any(const char *path);
int unsent_add(struct desk *mirror, const struct unsent *u, struct err *err) ATTR_MUSTUSE;
/* The next to be sent behind an ord: 1, none: 0. */
int unsent_next(struct desk *mirror, struct arena *arena, int64_t after, struct unsent *u, struct err *err) ATTR_MUSTUSE;
int unsent_all(struct desk *mirror, struct arena *arena, struct records *out, struct err *err) ATTR_MUSTUSE;
/* Steps of one: first tried at this time; refused, as JSON; to be sent again, seen up to seq; over. */
int unsent_tried(struct desk *mirror, int64_t ord, time_ms at, struct err *err) ATTR_MUSTUSE;
int unsent_refused(struct desk *mirror, int64_t ord, const char *refused, struct err *err) ATTR_MUSTUSE;
int unsent_again(struct desk *mirror, int64_t ord, int64_t seq, struct err *err) ATTR_MUSTUSE;
int unsent_drop(struct desk *mirror, int64_t ord, struct err *err) ATTR_MUSTUSE;
/* Where nothing is left, unsent_any says so from then on. */
int unsent_tidy(struct desk *mirror, struct err *err) ATTR_MUSTUSE;

/*
 * What a person does with a mirror: brings it up to date, sends what waits,
 * looks at it. An operation of the client's side, and no server's: in no table.
 */
struct sync_in {
	int64_t list;
	struct texts retry, drop;
};
struct sync_out {
	const char *id;
	int64_t state;
	const char *command, *ixn;
	int64_t at;
	const char *code, *reason, *input;
};
enum sync_state { SYNC_WAITING,
		  SYNC_SENT,
		  SYNC_REFUSED,
		  SYNC_DROPPED };
extern const struct record rec_sync_in, rec_sync_out;
extern const struct op op_mirror_sync;

#endif

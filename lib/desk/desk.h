/*
 * desk.h - the operations of the desk, and the carrier by which commands
 * reach them.
 *
 * An operation takes one record and gives a stream of records. It is one
 * transaction: it happened completely, or the error says why not and nothing
 * changed. ops.def lists them all; from a row of that table come the local
 * call, the permission check, the audit event, and help, man pages and
 * completions of the commands on top.
 *
 * Commands know only struct desk: which carrier is behind it (this process and
 * a store, or a server far away) is decided by the URL it is opened with. One
 * struct desk belongs to one thread.
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/clock.h"
#include "model/record.h"

struct arena;
struct call;
struct desk;
struct err;
struct store_group;

enum op_flags {
	/* Changes something. */
	OP_WRITE = 1 << 0,
	/* Needs an agent's session: nobody else can stand in for "me". */
	OP_SELF = 1 << 1,
	/* Works without any session even where one is demanded: logging in. */
	OP_ANYONE = 1 << 2,
	/* A field dry_run of its input shows what would change and changes nothing. */
	OP_DRY_RUN = 1 << 3,
	/* Its answer holds a secret, which is never kept: asked again, fn sees call->again, and the kept answer, which it completes. */
	OP_RENEW = 1 << 4,
	/* Changes what it likes, then lets the transaction go: what it learned is its answer. */
	OP_TRIAL = 1 << 5,
	/* Only reads, but shows what will have come of every deadline that has passed: they are settled first, and the transaction is let go. */
	OP_FORESEES = 1 << 6,
	/* Contacts ask for it, by the secret of their session, and nobody else. */
	OP_CONTACT = 1 << 7,
	/* About the library of responses: what was imported is there as a whole before it runs. */
	OP_LIBRARY = 1 << 8,
	/* Only reads what mirrors have (mirror.h): where its server is away, one answers. */
	OP_MIRROR = 1 << 9,
	/* May be done late: where its server is away, it waits in a mirror to be sent. */
	OP_WAITS = 1 << 10,
	/* Only reads, but much: over a network it is kept as an event that it began (a page without, or behind nothing: after; else the first of a day). */
	OP_COPIES = 1 << 11,
	/* Changes something, and may have nothing to say of it: all else that does answers a record at least. */
	OP_MUTE = 1 << 12,
};

/* Who may, as a set of roles; the owner of an embedded store may all. */
#define MAY(role) (1u << (role))
#define MAY_ALL (MAY(ROLE_AGENT) | MAY(ROLE_LEAD) | MAY(ROLE_ADMIN) | MAY(ROLE_SERVICE))
#define MAY_AGENTS (MAY(ROLE_AGENT) | MAY(ROLE_LEAD) | MAY(ROLE_ADMIN))
#define MAY_SERVICES (MAY(ROLE_SERVICE) | MAY(ROLE_ADMIN))
#define MAY_ADMINS MAY(ROLE_ADMIN)

typedef int op_fn(struct call *call, const void *in, struct err *err);

struct op {
	const char *name; /* "ixn.accept" */
	const char *doc;
	unsigned may, flags;
	const struct record *in, *out;
	op_fn *fn;
	/*
	 * What takes long and needs no lock (hashing a password): runs before fn in
	 * a read transaction; what it leaves in call->prepared fn finds there.
	 */
	op_fn *before;
};

#define OP(symbol) extern const struct op op_##symbol;
#include "desk/ops.def"
#undef OP

/* All of them, NULL behind the last. */
extern const struct op *const ops[];

enum desk_mirrored {
	MIRRORED_READ,   /* it answers; n: how old it is, ms */
	MIRRORED_KEPT,   /* a change waits in it */
	MIRRORED_SENT,   /* n of those were done by the server */
	MIRRORED_REFUSED /* n were not, and are kept */
};

struct desk_options {
	/* The session's agent and the token that proves it; NULL: none. */
	const char *agent, *token;
	const char *zone;      /* IANA name for texts that contacts read; "" is TZ */
	const char *language;  /* where a contact's is not known */
	const char *mail_from; /* address and name of outgoing mail, or NULL */
	const char *mail_name;
	const char *mail_reply_to;
	int64_t session_ttl; /* ms that a session lives unused */
	/* Told when the machine's clock is behind the store's last event by more than 5 s. */
	void (*clock_behind)(int64_t ms);
	/* Told how far an operation that takes long has come; may be NULL. */
	void (*progress)(size_t done, size_t n);
	/* Of a server: the folder of what lies beside a store's file; the certificates to check its own by (NULL: the system's); http: to other machines, too. */
	const char *folder, *ca;
	bool plain;
	/* Told of each request and its outcome, without what is in them; may be NULL. */
	void (*trace)(const char *line);
	/* The agent's mirror of it, NULL: none; whether that alone is to be used; and who is told what came of that. */
	const char *mirror;
	bool offline;
	void (*mirrored)(enum desk_mirrored what, int64_t n);
	/* How long a call waits for a database that is away, ms; 0: for STORE_AWAY_MS (store.h). */
	int64_t patience;
	/* Once any thread sets it, nothing is waited for any more; may be NULL. */
	const atomic_bool *hurry;
	/* Told, after some seconds, that a server or its database is away: why, and for how long (ms) it is waited for at most; may be NULL. */
	void (*waits)(const struct err *why, int64_t ms);
	/* What desks of several threads change is written together (store.h); NULL: by each itself. */
	struct store_group *group;
};

/* url: "file:PATH", or what another carrier takes. Strings in options are borrowed while the desk lives. */
int desk_open(const char *url, const struct desk_options *options, struct desk **desk_r, struct err *err) ATTR_MUSTUSE;
void desk_close(struct desk **desk);

/* Called with each record of the answer, after the transaction has ended; -1 stops. */
typedef int emit_fn(void *context, const struct record *record, const void *p, struct err *err);

struct request {
	const struct op *op;
	const void *in;
	/* The same key with the same request does nothing twice and gives the first answer. */
	const char *idempotency_key;
	/* Who asks, and the token that proves it, where that is not the desk's own agent. */
	const char *agent, *token;
	/* The address it came from over a network, where nobody has rights without a session; NULL: from this machine's own user. */
	const char *from;
	/* A contact asks: the secret of the session, "" where there is none yet. origin: of the page that asks, or NULL. */
	const char *contact, *origin;
	/* Only the server itself may answer, no mirror. */
	bool live;
	/* It begins a stream of what happens: kept as an event, too. */
	bool stream;
	/* It was asked for when events were known up to seen: refused where somebody else has changed the same since. */
	bool guarded;
	int64_t seen;
};

/*
 * Runs an operation. Records and strings emitted live in the arena given.
 * Besides the operation's own errors: E_NO_SESSION, E_SESSION_ENDED,
 * E_NOT_PERMITTED, E_KEY_REUSED and those of the store.
 */
int desk_call(struct desk *desk, const struct request *request, struct arena *arena,
	      emit_fn *emit, void *context, struct err *err) ATTR_MUSTUSE;

/* From now on nothing that is away is waited for beyond this time of clock_monotonic(); 0: never mind. */
void desk_until(struct desk *desk, int64_t until);
/* Sleeps until something may have changed, the next due time, or at most ms. */
void desk_wait(struct desk *desk, int64_t ms);
/* The same, or until fd can be read (-1: none). */
void desk_wait_for(struct desk *desk, int fd, int64_t ms);
/* A file beside the store: PATH + suffix; locks of batches and the like. */
const char *desk_beside(struct desk *desk, struct arena *arena, const char *suffix);

/*
 * Makes the store at url, or brings an older one up to date. A test store
 * takes its clock from IXN_CLOCK. desk_is_test says whether one is.
 */
int desk_setup(const char *url, bool test, struct err *err) ATTR_MUSTUSE;
/* Copies a store of this machine or of a database into a new one; told of each table. What store_copy says. */
typedef int desk_copied_fn(void *context, const char *table, int64_t rows, const char *digest, struct err *err);
int desk_copy(const char *from, const char *to, desk_copied_fn *copied, void *context, struct err *err) ATTR_MUSTUSE;
bool desk_is_test(const struct desk *desk);
/* Much is written from now on, between calls; off again when that is done: see store_bulk. */
void desk_bulk(struct desk *desk, bool on);
/* The engine's check of the whole store. */
int desk_verify(struct desk *desk, struct err *err) ATTR_MUSTUSE;

#endif

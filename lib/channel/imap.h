/*
 * imap.h - the mail driver's other half: reads mailboxes of an IMAP server.
 *
 * It knows no store: mails are handed to the caller in batches, while the
 * server already sends the next one, so that a batch can be committed on the
 * way. Nothing here marks a mail as read: imap_fetch peeks, and flags and
 * mailboxes change by imap_store_flags, imap_move and imap_append alone. What
 * a mail is known by is (account, mailbox, UIDVALIDITY, UID).
 *
 * RFC 3501, by libetpan's parser on our verified stream (never on its own
 * transports), with IDLE (2177), UIDPLUS (4315), MOVE (6851), SASL-IR (4959),
 * LITERAL+ and LITERAL- (7888), AUTHENTICATE PLAIN (4616) and XOAUTH2. Nested
 * structures (BODYSTRUCTURE, ENVELOPE), on which that parser can be made to
 * crash, are never asked for.
 *
 * Errors. E_UNREACHABLE, E_TLS_REFUSED, E_PROTOCOL, E_PEER_CLOSED, E_BAD_CONFIG
 * are those of stream.h; after them the session is over: imap_broken() says
 * why, every call fails with the same, and it is good for imap_close() only.
 * So it is after a callback that failed. After a NO it goes on: E_NO_MAILBOX
 * ("mailbox", "peer", "reason"), E_IMAP_LATER (the same may work later:
 * [UNAVAILABLE], [INUSE], [OVERQUOTA], [ALERT] ...) and E_IMAP_REFUSED, both
 * with "peer" and "reason".
 *
 * Ownership: arguments are borrowed for the call. Threads: one session, one
 * thread at a time. Times are in milliseconds.
 */
#ifndef CHANNEL_IMAP_H
#define CHANNEL_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "wire/stream.h"

struct arena;
struct err;
struct imap;

struct imap_timeouts {
	int64_t connect; /* TCP, and TLS again */
	int64_t greeting;
	int64_t command; /* each answer; and each 256 KiB of what is fetched or appended */
	int64_t logout;
};

/* 30 s, 60 s, 120 s, 5 s. */
extern const struct imap_timeouts imap_timeouts;

enum imap_auth {
	IMAP_AUTH_AUTO,    /* PLAIN where it is offered, else LOGIN */
	IMAP_AUTH_LOGIN,   /* the command LOGIN */
	IMAP_AUTH_PLAIN,   /* AUTHENTICATE PLAIN */
	IMAP_AUTH_XOAUTH2, /* password is the access token */
};

struct imap_account {
	const char *host;
	uint16_t port;
	enum stream_tls tls;
	const char *ca_file;         /* NULL: the system's store */
	const char *user, *password; /* NULL user: no login, as a PREAUTH server wants it */
	enum imap_auth auth;
	const struct imap_timeouts *timeouts; /* NULL: imap_timeouts */
};

/*
 * Connects, starts TLS, logs in, asks for the capabilities. NULL and err: what
 * stream_open says; E_TLS_MISSING where STARTTLS is asked for and not
 * offered; E_LOGIN_REFUSED (for a person to put right), E_IMAP_LATER (the
 * server says that it cannot log in anybody now).
 */
struct imap *imap_open(const struct imap_account *account, struct err *err) ATTR_MUSTUSE;
/* LOGOUT when it is not broken. Accepts a pointer to NULL; sets it to NULL. */
void imap_close(struct imap **imap);
/* What goes on while the server is waited for, in any call but imap_open: stream.h. */
void imap_meanwhile(struct imap *session, stream_meanwhile_fn *fn, void *context, int64_t ms);
/* NULL while the session can go on; else why it cannot. */
const struct err *imap_broken(const struct imap *session);
const char *imap_peer(const struct imap *session);
/* "UIDPLUS", "MOVE", "IDLE": of those after the login. Case does not matter. */
bool imap_can(const struct imap *session, const char *capability);

struct imap_box {
	uint32_t uidvalidity, uidnext /* 0: it did not say */, exists;
	bool keywords; /* flags of our own, such as $Fetched, can be stored */
	bool read_only;
};

/* mailbox: UTF-8. examine: nothing in it can be changed. E_NO_MAILBOX; then none is selected. */
int imap_select(struct imap *session, const char *mailbox, bool examine, struct imap_box *box_r, struct err *err) ATTR_MUSTUSE;
/* E_IMAP_REFUSED where it exists already. */
int imap_create(struct imap *session, const char *mailbox, struct err *err) ATTR_MUSTUSE;

struct imap_listed {
	uint32_t uid;
	uint32_t size; /* RFC822.SIZE, in bytes */
};

/*
 * The mails whose UIDs are >= from, in the order of UIDs, the first max of
 * them. Fewer than max: there were no more.
 */
int imap_list(struct imap *session, uint32_t from, size_t max, struct arena *arena, struct imap_listed **v_r, size_t *n_r,
	      struct err *err) ATTR_MUSTUSE;

struct imap_mail {
	uint32_t uid;
	uint32_t size;     /* RFC822.SIZE */
	const char *bytes; /* header and body, lines end in CRLF, NUL behind; valid during the callback */
	size_t bytes_n;
	bool headers_only; /* it was above max_size: bytes is the header alone */
	int64_t received;  /* INTERNALDATE, milliseconds since 1970 UTC; INT64_MIN: not readable */
};

struct imap_batch {
	size_t count;      /* mails of a batch; 0: 200 */
	size_t bytes;      /* of a batch, unless a single mail is larger; 0: 2 MiB */
	uint32_t max_size; /* larger mails come as headers only; 0: no limit */
};

/* Mails in the order of the list, all that are still there. -1 ends the fetch and the session. */
typedef int imap_batch_fn(void *context, const struct imap_mail *mails, size_t n, struct err *err);

/*
 * Fetches what imap_list found, without a mark on the server. While fn has a
 * batch the server sends the next one: at most two are in memory. A mail that
 * was removed meanwhile is left out; batches may be empty of them (n 0: fn is
 * not called).
 */
int imap_fetch(struct imap *session, const struct imap_listed *listed, size_t n, const struct imap_batch *limits,
	       imap_batch_fn *fn, void *context, struct err *err) ATTR_MUSTUSE;

/* Adds flags ("\\Seen $Fetched") to the mails; those that are gone do not matter. */
int imap_store_flags(struct imap *session, const uint32_t *uids, size_t n, const char *flags, struct err *err) ATTR_MUSTUSE;
/*
 * By MOVE, else by COPY, \Deleted and UID EXPUNGE (UIDPLUS). Where the server
 * has neither: E_IMAP_REFUSED, and nothing was copied. E_NO_MAILBOX: to.
 */
int imap_move(struct imap *session, const uint32_t *uids, size_t n, const char *to, struct err *err) ATTR_MUSTUSE;
/* flags: NULL or as above. *uid_r (may be NULL): 0 where the server does not say (UIDPLUS). E_NO_MAILBOX. */
int imap_append(struct imap *session, const char *mailbox, const char *bytes, size_t size, const char *flags, uint32_t *uid_r,
		struct err *err) ATTR_MUSTUSE;

enum imap_idle {
	IMAP_NEWS,    /* mails came since the last imap_list */
	IMAP_QUIET,   /* nothing within the time */
	IMAP_STOPPED, /* stop_fd became readable */
	IMAP_FAILED,  /* err; the session is over */
};

/*
 * Waits for news of the selected mailbox, by IDLE (told anew before 29
 * minutes), or asking by NOOP twice a minute where it is not offered.
 * stop_fd: -1, or ends the wait when it can be read.
 */
enum imap_idle imap_idle(struct imap *session, int64_t ms, int stop_fd, struct err *err) ATTR_MUSTUSE;

#endif

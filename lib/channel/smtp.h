/*
 * smtp.h - the mail driver: hands frozen mails to a submission server.
 *
 * It knows no store: the caller keeps the outbox and commits each result
 * before the next mail. SMTP cannot deliver exactly once (RFC 1047), so there
 * is a fourth outcome, SMTP_UNKNOWN, for a mail whose last byte went out and
 * whose answer never came. Replies decide by their code's first digit alone.
 *
 * RFC 5321, 8BITMIME (6152), SIZE (1870), SMTPUTF8 (6531), STARTTLS (3207),
 * PIPELINING (2920), DSN (3461), AUTH PLAIN and LOGIN (4954), XOAUTH2. A
 * session stays usable until smtp_broken() says otherwise; then it is good for
 * smtp_close() only.
 *
 * Ownership: arguments are borrowed for the call. Threads: one session, one
 * thread at a time. Times are in milliseconds.
 */
#ifndef CHANNEL_SMTP_H
#define CHANNEL_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "wire/stream.h"

struct err;
struct smtp;

struct smtp_timeouts {
	int64_t connect;    /* TCP, and TLS again */
	int64_t greeting;   /* the first line */
	int64_t command;    /* EHLO, AUTH, MAIL, RCPT, RSET */
	int64_t data_start; /* DATA until 354 */
	int64_t data_block; /* each 256 KiB of the content, or a part of it */
	int64_t data_end;   /* the answer to the final dot: long, or duplicates follow */
	int64_t quit;
};

/* Those of RFC 5321, section 4.5.3.2, but 30 s for connecting and 5 s for QUIT. */
extern const struct smtp_timeouts smtp_timeouts;

enum smtp_auth {
	SMTP_AUTH_AUTO, /* PLAIN where it is offered, else LOGIN */
	SMTP_AUTH_PLAIN,
	SMTP_AUTH_LOGIN,
	SMTP_AUTH_XOAUTH2, /* password is the access token */
};

struct smtp_account {
	const char *host;
	uint16_t port;
	enum stream_tls tls;
	const char *ca_file;         /* NULL: the system's store */
	const char *user, *password; /* NULL: no login */
	enum smtp_auth auth;
	const char *helo;                     /* NULL: [127.0.0.1] */
	const struct smtp_timeouts *timeouts; /* NULL: smtp_timeouts */
};

enum smtp_outcome {
	SMTP_ACCEPTED, /* the server answers for it now */
	SMTP_LATER,    /* not accepted; trying again is safe */
	SMTP_REFUSED,  /* not accepted, and never will be */
	SMTP_UNKNOWN,  /* perhaps accepted: for a person to settle */
};

#define SMTP_TEXT 512

struct smtp_result {
	enum smtp_outcome outcome;
	int code;  /* the server's; 0: it said nothing, text is ours */
	bool full; /* SMTP_LATER: the server had taken others, and has no room for more, perhaps; this one is to go with another mail */
	/* Raw, cut to fit, lines separated by '\n'; begins with the enhanced code if there is one. */
	char text[SMTP_TEXT];
};

#define SMTP_NOTIFY_FAILURE 1u
#define SMTP_NOTIFY_DELAY 2u
#define SMTP_NOTIFY_SUCCESS 4u

struct smtp_mail {
	const char *from; /* envelope; "": the null sender */
	const char *const *rcpts;
	size_t rcpts_n;
	const char *bytes; /* header and body, lines end in CRLF */
	size_t size;
	/*
	 * What reports on the mail's delivery shall say it is about (Original-Envelope-Id); NULL:
	 * none are asked for. Where the server offers DSN, failures and delays of each recipient
	 * come back, with the header of the mail. At most 100 characters, printable ASCII.
	 */
	const char *envid;
	unsigned notify; /* of SMTP_NOTIFY_..., with envid; 0: failure and delay */
	/*
	 * May be NULL. Called when the server waits for the content, before its
	 * first byte: from here a crash leaves the mail unknown. -1 gives up: the
	 * connection is dropped, all is SMTP_LATER, and smtp_broken() has err.
	 */
	int (*before_data)(void *ctx, struct err *err);
	void *ctx;
};

/*
 * Connects, says EHLO, starts TLS, logs in. NULL and err: what stream_open
 * says; E_TLS_MISSING where STARTTLS is asked for and not offered;
 * E_LOGIN_REFUSED (stops the account, not the mail); E_SMTP_LATER (4xx);
 * E_UNREACHABLE for a greeting of 5xx; E_BAD_CONFIG: helo.
 */
struct smtp *smtp_open(const struct smtp_account *account, struct err *err) ATTR_MUSTUSE;
/* QUIT when it is not broken. Accepts a pointer to NULL; sets it to NULL. */
void smtp_close(struct smtp **smtp);

/*
 * One transaction; fills results[0 .. rcpts_n - 1], always. Those that took it
 * share the answer to the content, the others have their own. After a failed
 * transaction the session is reset (RSET).
 *
 * It has two halves, so that the caller can commit while the server
 * makes the mail durable: begin(N); commit what became of N - 1 and that N + 1
 * is being sent; finish(N). smtp_begin sends all up to the last dot and does
 * not wait for the answer to it: true while that is owed, then mail and results
 * must live until smtp_finish, which reads it. false: nothing is owed and the
 * results are final. smtp_close while one is owed does not wait for it.
 *
 * next may be NULL; else it is the mail that smtp_begin is given next, which may be
 * announced: where the server can (PIPELINING), its envelope goes right behind the dot
 * (RFC 2920, section 3.1: the end of a content may begin a group), and the server has
 * it at hand when it is through with this one. smtp_announced() tells; then next and
 * its results must live until that smtp_begin, before which only smtp_finish may come,
 * or smtp_close, which then says no QUIT, for the server waits for this content.
 */
bool smtp_begin(struct smtp *smtp, const struct smtp_mail *mail, struct smtp_result *results, const struct smtp_mail *next, struct smtp_result *next_results);
/* Fills results for smtp_begin's mail; does nothing when no answer is owed. */
void smtp_finish(struct smtp *smtp, struct smtp_result *results);
/* The envelope of the next mail is out: smtp_begin for that mail, or smtp_close. */
bool smtp_announced(const struct smtp *smtp);

/* What goes on while the server is waited for, in any call but smtp_open: stream.h. */
void smtp_meanwhile(struct smtp *smtp, stream_meanwhile_fn *fn, void *context, int64_t ms);

/* NULL while the session can go on; else why it cannot. */
const struct err *smtp_broken(const struct smtp *smtp);

#endif

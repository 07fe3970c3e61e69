/*
 * smtp.h - the mail driver: hands frozen mails to a submission server.
 *
 * It knows no store: the caller keeps the outbox and commits each result
 * before the next mail. SMTP cannot deliver exactly once (RFC 1047), so there
 * is a fourth outcome, SMTP_UNKNOWN, for a mail whose last byte went out and
 * whose answer never came. Replies decide by their code's first digit alone.
 *
 * RFC 5321, 8BITMIME (6152), SIZE (1870), SMTPUTF8 (6531), STARTTLS (3207),
 * AUTH PLAIN and LOGIN (4954). A session stays usable until smtp_broken()
 * says otherwise; then it is good for smtp_close() only.
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

struct smtp_account {
	const char *host;
	uint16_t port;
	enum stream_tls tls;
	const char *ca_file;                  /* NULL: the system's store */
	const char *user, *password;          /* NULL: no login */
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
	int code; /* the server's; 0: it said nothing, text is ours */
	/* Raw, cut to fit, lines separated by '\n'; begins with the enhanced code if there is one. */
	char text[SMTP_TEXT];
};

struct smtp_mail {
	const char *from; /* envelope; "": the null sender */
	const char *const *rcpts;
	size_t rcpts_n;
	const char *bytes; /* header and body, lines end in CRLF */
	size_t size;
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
 * says; E_TLS_REFUSED also where STARTTLS is asked for and not offered;
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
 */
void smtp_send(struct smtp *smtp, const struct smtp_mail *mail, struct smtp_result *results);

/* NULL while the session can go on; else why it cannot. */
const struct err *smtp_broken(const struct smtp *smtp);
const char *smtp_peer(const struct smtp *smtp);
/* "accepted", "later", "refused", "unknown". */
const char *smtp_outcome_name(enum smtp_outcome outcome);

#endif

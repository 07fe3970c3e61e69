/*
 * imap_priv.h - what imap.c (sessions), imap_box.c (mailboxes), imap_fetch.c
 * and imap_idle.c share.
 *
 * A command is said (imap_say), then its answer is taken (imap_answer). Two
 * FETCHes may be open at once; what they find and how they end comes in any order.
 */
#ifndef CHANNEL_IMAP_PRIV_H
#define CHANNEL_IMAP_PRIV_H

#include <libetpan/mailimap.h>

#include "base/buf.h"
#include "base/err.h"
#include "channel/imap.h"
#include "wire/imap_guard.h"

/* An answer without mails: capabilities, flags, the expunges of many mails. */
#define ANSWER_MAX ((size_t)4 << 20)
/* What servers take in a line at least, less a good deal (RFC 7162, section 4: 8192). */
#define SET_MAX 7000
#define BLOCK_SIZE 262144
/* Beside mails, only short strings come as literals. */
#define LITERAL_MAX 65536

struct imap {
	struct stream *stream;
	mailimap *session;
	struct imap_guard guard;
	struct imap_timeouts timeouts;
	bool greeted; /* LOGOUT makes sense */
	bool preauth, selected;
	bool broken;
	struct err err;
};

/* Sets why the session is over, unless it was over before; -1. */
int imap_break(struct imap *session, enum err_code code, const char *reason);
/* By the stream's failure, or because the parser could not read it; -1. */
int imap_break_by_stream(struct imap *session);
/* When it is broken: err, -1. */
int imap_check(const struct imap *session, struct err *err) ATTR_MUSTUSE;

/* Sends the tag, line and CRLF under a deadline of its own. The tag, or -1: broken. */
int imap_say(struct imap *session, const char *line) ATTR_MUSTUSE;
enum imap_said {
	IMAP_OK,
	IMAP_NO, /* the session goes on; imap_reason has the text */
	IMAP_BROKEN,
};
/* Takes the answer to tag under the deadline that stands; no other command is open. */
enum imap_said imap_answer(struct imap *session, int tag);
/* The same from the line on that is in the session's stream buffer. */
enum imap_said imap_parse_answer(struct imap *session, int tag);
/* To the end of any command, though expected is likely; which one: *tag_r. */
enum imap_said imap_answer_any(struct imap *session, int expected, int *tag_r);
/* Both. */
enum imap_said imap_talk(struct imap *session, const char *line);
/* Waits for the '+' behind a line said; IMAP_NO: the answer to tag came instead. */
enum imap_said imap_wait_continue(struct imap *session, int tag);
/* The next line, in the session's stream buffer; NULL: broken. */
const char *imap_line(struct imap *session);
/* A line of a command that goes on, under a deadline of its own. */
int imap_send_line(struct imap *session, const char *line) ATTR_MUSTUSE;
/* What the last NO said. */
const char *imap_reason(const struct imap *session);
/* Its code in brackets is this. */
bool imap_code_is(const struct imap *session, const char *code);
/* Of those codes that say: later. */
bool imap_is_later(const struct imap *session);
/* err from a NO, or from what broke the session; -1. mailbox: NULL, or what the command was about. */
int imap_refused(const struct imap *session, enum imap_said said, const char *mailbox, struct err *err);

/* The steps of imap_open (imap_login.c); each does nothing once it is broken. */
void imap_greet(struct imap *session);
void imap_start_tls(struct imap *session);
void imap_log_in(struct imap *session, const struct imap_account *account);

/* The name of a mailbox as a quoted string; E_NO_MAILBOX. */
int imap_quote_mailbox(const struct imap *session, struct buf *line, const char *mailbox, struct err *err) ATTR_MUSTUSE;
/* False: it has characters that cannot stand in one. */
bool imap_quote(struct buf *line, const char *s);
/* As many of the UIDs (one each stride bytes) as fit into a line, "1:3,7"; how many those are. */
size_t imap_set(struct buf *line, const uint32_t *uids, size_t n, size_t stride);

#endif

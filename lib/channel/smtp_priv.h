/*
 * smtp_priv.h - what smtp.c (sessions) and smtp_send.c (transactions) share.
 */
#ifndef CHANNEL_SMTP_PRIV_H
#define CHANNEL_SMTP_PRIV_H

#include <libetpan/mailsmtp.h>

#include "base/buf.h"
#include "base/err.h"
#include "channel/smtp.h"

/* A reply of many lines is some kilobytes at most. */
#define REPLY_MAX 65536

struct smtp {
	struct stream *stream;
	mailsmtp *session;
	struct smtp_timeouts timeouts;
	char *helo;
	/* From the last EHLO. mailesmtp_parse_ehlo loops for ever on "AUTH \t". */
	struct {
		bool eight, utf8, starttls, plain, login, xoauth2, size, pipelining, dsn;
		unsigned long long size_max; /* 0: none given */
	} can;
	/* Between smtp_begin and smtp_finish: whose answer is owed. */
	struct smtp_result *owed;
	size_t owed_n;
	bool broken;
	struct err err;
};

/* Sets why the session is over, unless it was over before. */
void smtp_break(struct smtp *smtp, enum err_code code, const char *reason);
/* By the stream's failure. */
void smtp_break_by_stream(struct smtp *smtp);
/* By the text of the last reply. */
void smtp_break_by_reply(struct smtp *smtp, enum err_code code);

/* Sends line with CRLF, waits ms for the reply; its code, or 0: broken. secret: not to be logged. */
int smtp_talk(struct smtp *smtp, int64_t ms, struct buf *line, bool secret);
/* Sends what may be many lines, under a deadline of ms; -1: broken. */
int smtp_write(struct smtp *smtp, int64_t ms, const struct buf *lines);
/* Under the deadline that stands. 421 ends the session, but is returned. */
int smtp_read_reply(struct smtp *smtp);
/* The text of the last reply, without its last line end. */
void smtp_reply_text(const struct smtp *smtp, char text[SMTP_TEXT]);

#endif

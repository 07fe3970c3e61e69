/*
 * smtp_priv.h - what smtp.c (sessions), smtp_envelope.c and smtp_send.c (transactions) share.
 */
#ifndef CHANNEL_SMTP_PRIV_H
#define CHANNEL_SMTP_PRIV_H

#include <libetpan/mailsmtp.h>

#include "base/buf.h"
#include "base/err.h"
#include "channel/smtp.h"

/* A reply of many lines is some kilobytes at most. */
#define REPLY_MAX 65536

/* A transaction on its way to the content. */
struct smtp_envelope {
	const struct smtp_mail *mail;
	struct smtp_result *results;
	const char *params; /* of MAIL; not looked at once that is written */
	size_t next, read;  /* recipients: to be written, whose reply is to be read */
	size_t taken;
	bool refused; /* MAIL was */
};

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
	/* Announced: the smtp_begin for it reads its replies; mail NULL: none. */
	struct smtp_envelope ahead;
	bool doubtful; /* the mail before it was not taken */
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
/* Under a deadline of ms; 0: broken. */
int smtp_await(struct smtp *smtp, int64_t ms);
/* The text of the last reply, without its last line end. */
void smtp_reply_text(const struct smtp *smtp, char text[SMTP_TEXT]);

/* Until the content is answered, SMTP_ACCEPTED means: this recipient was taken. For these, the last reply, or (code 0) outcome and why the session is over. */
void smtp_settle(const struct smtp *smtp, struct smtp_result *results, size_t n, enum smtp_outcome outcome, int code);
/* What went for the whole mail goes for each recipient that was not decided. */
void smtp_settle_rest(struct smtp *smtp, struct smtp_result *results, size_t n, int code);
/* Begins the results; what MAIL says beside the address. false: no recipient remains, the results are final. */
bool smtp_envelope_check(const struct smtp *smtp, const struct smtp_mail *mail, struct buf *params, struct smtp_result *results);
/* Lines and replies. The code of DATA; 0: it was not said, or broken. */
int smtp_envelope_say(struct smtp *smtp, struct smtp_envelope *envelope);
/* The lines of a new one, to be written in one go; false: they cannot be. */
bool smtp_envelope_lines(struct smtp *smtp, struct smtp_envelope *envelope, struct buf *lines);
/* Its replies. As smtp_envelope_say. */
int smtp_envelope_read(struct smtp *smtp, struct smtp_envelope *envelope);

#endif

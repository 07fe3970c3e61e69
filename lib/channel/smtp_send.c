/* The transactions of smtp.h: one mail, its recipients, what became of each. */
#include <string.h>

#include <libetpan/mailstream_helper.h>

#include "base/buf.h"
#include "base/err.h"
#include "channel/smtp_priv.h"
#include "wire/etpan.h"

#define BLOCK_SIZE 262144

/* 0, or -1 where the content did not go out whole. */
static int
send_content(struct smtp *s, const struct smtp_mail *mail)
{
	size_t size = mail->size;

	/* libetpan ends the text with CRLF of its own. */
	if (size >= 2 && memcmp(mail->bytes + size - 2, "\r\n", 2) == 0)
		size -= 2;
	stream_begin(s->stream, s->timeouts.data_block * (int64_t)(1 + size / BLOCK_SIZE), REPLY_MAX);
	if (mailstream_send_data(s->session->stream, mail->bytes, size, 0, NULL) == -1 ||
	    mailstream_flush(s->session->stream) == -1) {
		smtp_break_by_stream(s);
		return -1;
	}
	return 0;
}

static bool
ready_for_data(struct smtp *s, const struct smtp_mail *mail)
{
	if (!mail->before_data || mail->before_data(mail->ctx, &s->err) == 0)
		return true;
	s->broken = true;
	return false;
}

/* The server waits for a content, and nobody was taken: an empty one, which it is to refuse (RFC 2920, section 3.1). */
static void
send_nothing(struct smtp *s)
{
	struct buf dot = BUF_INIT;

	buf_str(&dot, ".\r\n");
	if (smtp_write(s, s->timeouts.command, &dot) == 0)
		smtp_await(s, s->timeouts.data_end);
	buf_release(&dot);
}

/* From the reply to DATA on; true when the content went out. */
static bool
say_content(struct smtp *s, const struct smtp_envelope *e, int code)
{
	size_t n = e->mail->rcpts_n;

	if (!e->taken) {
		if (code == 354)
			send_nothing(s);
		return false;
	}
	if (code != 354) {
		if (code / 100 == 2)
			smtp_break(s, E_PROTOCOL, "DATA was answered with 2xx");
		smtp_settle(s, e->results, n, SMTP_LATER, code / 100 == 2 ? 0 : code);
		return false;
	}
	if (ready_for_data(s, e->mail) && send_content(s, e->mail) == 0)
		return true;
	smtp_settle(s, e->results, n, SMTP_LATER, 0);
	return false;
}

static void
reset(struct smtp *s)
{
	struct buf line = BUF_INIT;
	int code;

	buf_str(&line, "RSET");
	code = smtp_talk(s, s->timeouts.command, &line, false);
	buf_release(&line);
	if (code && code / 100 != 2)
		smtp_break(s, E_PROTOCOL, "RSET was refused");
}

/* What smtp_ahead sent is answered. false: it is to be said again. */
static bool
say_ahead(struct smtp *s, struct smtp_envelope *e, int *code_r)
{
	bool doubtful = s->doubtful;

	*e = s->ahead;
	s->ahead.mail = NULL;
	s->doubtful = false;
	*code_r = smtp_envelope_read(s, e);
	if (!doubtful || !e->refused || s->broken)
		return true;
	/* Perhaps it was refused for what was left of the mail before. */
	if (*code_r == 354)
		smtp_break(s, E_PROTOCOL, "MAIL was refused, and the content is wanted");
	else
		reset(s);
	return false;
}

/* The code of DATA, as smtp_envelope_say; -1: it cannot be sent, the results say why. */
static int
say(struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results, struct smtp_envelope *e)
{
	struct buf params = BUF_INIT;
	int code = -1;

	if (s->ahead.mail && s->ahead.mail != mail)
		smtp_break(s, E_PROTOCOL, "another mail was announced");
	else if (s->ahead.mail && say_ahead(s, e, &code))
		return code;
	*e = (struct smtp_envelope){ .mail = mail, .results = results };
	if (smtp_envelope_check(s, mail, &params, results)) {
		e->params = buf_get(&params);
		code = smtp_envelope_say(s, e);
		e->params = NULL;
	} else {
		code = -1;
	}
	buf_release(&params);
	return code;
}

/* The content, and the envelope behind it; true when the content went out. */
static bool
say_both(struct smtp *s, const struct smtp_envelope *e, int code, const struct smtp_envelope *ahead, const struct buf *lines)
{
	bool out;

	/* In packets of its own it would be answered so, and each answer would wait to be acknowledged. */
	if (ahead)
		stream_hold(s->stream, true);
	out = say_content(s, e, code);
	if (out && ahead && smtp_write(s, s->timeouts.command, lines) == 0)
		s->ahead = *ahead;
	if (ahead)
		stream_hold(s->stream, false);
	return out;
}

bool
smtp_begin(struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results, const struct smtp_mail *next, struct smtp_result *next_results)
{
	struct smtp_envelope e, ahead = { .mail = next, .results = next_results };
	struct buf lines = BUF_INIT;
	int code;

	smtp_finish(s, s->owed);
	code = say(s, mail, results, &e);
	if (code < 0)
		return false;
	s->owed = say_both(s, &e, code, next && smtp_envelope_lines(s, &ahead, &lines) ? &ahead : NULL, &lines) ? results : NULL;
	s->owed_n = mail->rcpts_n;
	buf_release(&lines);
	if (s->owed)
		return true;
	if (s->broken)
		smtp_settle_rest(s, results, mail->rcpts_n, 0);
	else
		reset(s);
	return false;
}

bool
smtp_announced(const struct smtp *s)
{
	return s->ahead.mail;
}

void
smtp_finish(struct smtp *s, struct smtp_result *results)
{
	int code;

	if (!s->owed)
		return;
	s->owed = NULL;
	code = smtp_await(s, s->timeouts.data_end);
	if (s->ahead.mail && !etpan_buffered(s->session->stream))
		stream_acknowledge(s->stream);
	if (code / 100 == 3) {
		smtp_break(s, E_PROTOCOL, "the content was answered with 3xx");
		code = 0;
	}
	smtp_settle(s, results, s->owed_n, SMTP_UNKNOWN, code);
	if (s->broken)
		smtp_settle_rest(s, results, s->owed_n, 0);
	else if (code / 100 != 2 && s->ahead.mail)
		s->doubtful = true;
	else if (code / 100 != 2)
		reset(s);
}

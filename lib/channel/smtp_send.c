/* The transactions of smtp.h: one mail, its recipients, what became of each. */
#include "channel/smtp.h"

#include <string.h>

#include <libetpan/mailstream_helper.h>

#include "base/buf.h"
#include "base/err.h"
#include "channel/smtp_priv.h"
#include "wire/mime_encode.h"

#define BLOCK_SIZE 262144

/* Until the content is answered, SMTP_ACCEPTED means: this recipient was taken. */

static void
set_result(struct smtp_result *r, enum smtp_outcome outcome, int code, const char *text)
{
	size_t size = strnlen(text, SMTP_TEXT - 1);

	r->outcome = outcome;
	r->code = code;
	memcpy(r->text, text, size);
	r->text[size] = '\0';
}

static void
set_reply(const struct smtp *s, struct smtp_result *r, int code)
{
	static const enum smtp_outcome by_digit[10] = {
		[2] = SMTP_ACCEPTED, [3] = SMTP_LATER, [4] = SMTP_LATER, [5] = SMTP_REFUSED
	};

	r->outcome = by_digit[code / 100 % 10];
	r->code = code;
	smtp_reply_text(s, r->text);
}

/* For those that were taken. */
static void
settle(const struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results, enum smtp_outcome outcome, int code)
{
	const char *reason = err_get(&s->err, "reason");

	for (size_t i = 0; i < mail->rcpts_n; i++) {
		if (results[i].outcome != SMTP_ACCEPTED)
			continue;
		if (code)
			set_reply(s, &results[i], code);
		else
			set_result(&results[i], outcome, 0, reason ? reason : err_name(s->err.code));
	}
}

static void
refuse_all(const struct smtp_mail *mail, struct smtp_result *results, const char *text)
{
	for (size_t i = 0; i < mail->rcpts_n; i++)
		set_result(&results[i], SMTP_REFUSED, 0, text);
}

static bool
has_8bit(const char *s, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)s[i] >= 0x80)
			return true;
	return false;
}

static size_t
header_size(const struct smtp_mail *mail)
{
	const char *end = memmem(mail->bytes, mail->size, "\r\n\r\n", 4);

	return end ? (size_t)(end - mail->bytes) : mail->size;
}

/* What MAIL FROM says beside the address; false: this server cannot take the mail. */
static bool
mail_params(const struct smtp *s, const struct smtp_mail *mail, bool utf8_rcpt, struct buf *params, struct smtp_result *results)
{
	bool eight = has_8bit(mail->bytes, mail->size);
	bool utf8 = has_8bit(mail->from, strlen(mail->from)) || has_8bit(mail->bytes, header_size(mail));
	const char *lack = NULL;

	if (s->can.size_max && mail->size > s->can.size_max)
		lack = "5.3.4 larger than the server takes";
	else if (utf8 && !s->can.utf8)
		lack = "5.6.7 the server offers no SMTPUTF8";
	else if (eight && !s->can.eight)
		lack = "5.6.3 the server offers no 8BITMIME";
	if (lack) {
		refuse_all(mail, results, lack);
		return false;
	}
	if (s->can.size)
		buf_printf(params, " SIZE=%zu", mail->size);
	if (eight)
		buf_str(params, " BODY=8BITMIME");
	if (utf8 || utf8_rcpt)
		buf_str(params, " SMTPUTF8");
	return true;
}

/* Refuses addresses that must not reach the wire; how many remain. */
static size_t
check_addresses(const struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results, bool *utf8_r)
{
	size_t good = 0;

	*utf8_r = false;
	for (size_t i = 0; i < mail->rcpts_n; i++) {
		bool utf8 = false;

		set_result(&results[i], SMTP_LATER, 0, "not tried");
		if (mime_address_check(mail->rcpts[i], &utf8, NULL) < 0) {
			set_result(&results[i], SMTP_REFUSED, 0, "5.1.3 not an address");
		} else if (utf8 && !s->can.utf8) {
			set_result(&results[i], SMTP_REFUSED, 0, "5.6.7 the server offers no SMTPUTF8");
		} else {
			*utf8_r = *utf8_r || utf8;
			good++;
		}
	}
	if (*mail->from && mime_address_check(mail->from, NULL, NULL) < 0) {
		refuse_all(mail, results, "5.1.7 the sender is not an address");
		good = 0;
	}
	return good;
}

/* What went for the whole mail goes for each recipient that was not decided. */
static void
fail_undecided(struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results, int code)
{
	for (size_t i = 0; i < mail->rcpts_n; i++)
		if (results[i].outcome == SMTP_LATER && results[i].code == 0)
			results[i].outcome = SMTP_ACCEPTED;
	settle(s, mail, results, SMTP_LATER, code);
}

static int
say_mail(struct smtp *s, const struct smtp_mail *mail, const char *params)
{
	struct buf line = BUF_INIT;
	int code;

	buf_printf(&line, "MAIL FROM:<%s>%s", mail->from, params);
	code = smtp_talk(s, s->timeouts.command, &line, false);
	buf_release(&line);
	/* These are about the login, not about the mail. */
	if (code == 530 || code == 535 || code == 538)
		smtp_break_by_reply(s, E_LOGIN_REFUSED);
	return code;
}

/* How many were taken. */
static size_t
say_rcpts(struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results)
{
	size_t taken = 0;

	for (size_t i = 0; i < mail->rcpts_n && !s->broken; i++) {
		struct buf line = BUF_INIT;
		int code;

		if (results[i].outcome != SMTP_LATER)
			continue;
		buf_printf(&line, "RCPT TO:<%s>", mail->rcpts[i]);
		code = smtp_talk(s, s->timeouts.command, &line, false);
		buf_release(&line);
		if (code)
			set_reply(s, &results[i], code);
		taken += code / 100 == 2;
	}
	return taken;
}

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

/* From DATA on; true when the mail was accepted. */
static bool
say_data(struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results)
{
	struct buf line = BUF_INIT;
	int code;

	buf_str(&line, "DATA");
	code = s->broken ? 0 : smtp_talk(s, s->timeouts.data_start, &line, false);
	buf_release(&line);
	if (code != 354) {
		if (code / 100 == 2)
			smtp_break(s, E_PROTOCOL, "DATA was answered with 2xx");
		settle(s, mail, results, SMTP_LATER, code / 100 == 2 ? 0 : code);
		return false;
	}
	if (!ready_for_data(s, mail) || send_content(s, mail) < 0) {
		settle(s, mail, results, SMTP_LATER, 0);
		return false;
	}
	stream_begin(s->stream, s->timeouts.data_end, REPLY_MAX);
	code = smtp_read_reply(s);
	if (code / 100 == 3) {
		smtp_break(s, E_PROTOCOL, "the content was answered with 3xx");
		code = 0;
	}
	settle(s, mail, results, SMTP_UNKNOWN, code);
	return code / 100 == 2;
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

void
smtp_send(struct smtp *s, const struct smtp_mail *mail, struct smtp_result *results)
{
	struct buf params = BUF_INIT;
	bool utf8, sent = false;
	int code;

	if (check_addresses(s, mail, results, &utf8) == 0 || !mail_params(s, mail, utf8, &params, results)) {
		buf_release(&params);
		return;
	}
	code = say_mail(s, mail, buf_get(&params));
	buf_release(&params);
	if (s->broken || code / 100 != 2)
		fail_undecided(s, mail, results, code == 530 || code == 535 || code == 538 ? 0 : code);
	else if (say_rcpts(s, mail, results) > 0)
		sent = say_data(s, mail, results);
	if (s->broken)
		fail_undecided(s, mail, results, 0);
	else if (!sent)
		reset(s);
}

/* The envelopes of smtp.h: what may reach the wire, the lines of it, and what each reply to them says. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "channel/smtp_priv.h"
#include "wire/mime_encode.h"

#define ENVID_MAX 100
/* Recipients written before replies are read: some kilobytes either way. */
#define GROUP_MAX 100

/* Until the content is answered, SMTP_ACCEPTED means: this recipient was taken. */

static void
set_result(struct smtp_result *r, enum smtp_outcome outcome, int code, const char *text)
{
	size_t size = strnlen(text, SMTP_TEXT - 1);

	r->outcome = outcome;
	r->code = code;
	r->full = false;
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

void
smtp_settle(const struct smtp *s, struct smtp_result *results, size_t n, enum smtp_outcome outcome, int code)
{
	const char *reason = err_get(&s->err, "reason");

	for (size_t i = 0; i < n; i++) {
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
	uint64_t eight, bits = 0;
	size_t i = 0;

	for (; i + sizeof(eight) <= size; i += sizeof(eight)) {
		memcpy(&eight, s + i, sizeof(eight));
		bits |= eight;
	}
	for (; i < size; i++)
		bits |= (unsigned char)s[i];
	return bits & 0x8080808080808080u;
}

static size_t
header_size(const struct smtp_mail *mail)
{
	const char *end = memmem(mail->bytes, mail->size, "\r\n\r\n", 4);

	return end ? (size_t)(end - mail->bytes) : mail->size;
}

/* RFC 3461, section 4. */
static void
xtext(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text > ' ' && *text <= '~' && *text != '+' && *text != '=')
			buf_char(out, *text);
		else
			buf_printf(out, "+%02X", (unsigned)(unsigned char)*text);
	}
}

static bool
wants_reports(const struct smtp *s, const struct smtp_mail *mail)
{
	const char *at = mail->envid;

	if (!at || !*at || !s->can.dsn || strlen(at) > ENVID_MAX)
		return false;
	while (*at >= ' ' && *at <= '~')
		at++;
	return !*at;
}

static void
rcpt_line(const struct smtp *s, const struct smtp_mail *mail, size_t i, struct buf *line)
{
	static const char *const names[] = { "FAILURE", "DELAY", "SUCCESS" };
	unsigned notify = mail->notify ? mail->notify : SMTP_NOTIFY_FAILURE | SMTP_NOTIFY_DELAY;
	const char *mark = " NOTIFY=";

	buf_printf(line, "RCPT TO:<%s>", mail->rcpts[i]);
	if (!wants_reports(s, mail))
		return;
	for (size_t k = 0; k < COUNT_OF(names); k++) {
		if (notify & 1u << k) {
			buf_printf(line, "%s%s", mark, names[k]);
			mark = ",";
		}
	}
	/* Beyond ASCII it has another type (RFC 6533), which few servers take. */
	if (!has_8bit(mail->rcpts[i], strlen(mail->rcpts[i]))) {
		buf_str(line, " ORCPT=rfc822;");
		xtext(line, mail->rcpts[i]);
	}
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
	if (wants_reports(s, mail)) {
		buf_str(params, " RET=HDRS ENVID=");
		xtext(params, mail->envid);
	}
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

void
smtp_settle_rest(struct smtp *s, struct smtp_result *results, size_t n, int code)
{
	for (size_t i = 0; i < n; i++)
		if (results[i].outcome == SMTP_LATER && results[i].code == 0)
			results[i].outcome = SMTP_ACCEPTED;
	smtp_settle(s, results, n, SMTP_LATER, code);
}

bool
smtp_envelope_check(const struct smtp *s, const struct smtp_mail *mail, struct buf *params, struct smtp_result *results)
{
	bool utf8;

	return check_addresses(s, mail, results, &utf8) > 0 && mail_params(s, mail, utf8, params, results);
}

/* The reply to MAIL, when it was read. */
static void
take_mail(struct smtp *s, struct smtp_envelope *e, int code)
{
	/* These are about the login, not about the mail. */
	bool login = code == 530 || code == 535 || code == 538;

	if (login)
		smtp_break_by_reply(s, E_LOGIN_REFUSED);
	e->refused = s->broken || code / 100 != 2;
	if (e->refused)
		smtp_settle_rest(s, e->results, e->mail->rcpts_n, login ? 0 : code);
}

/*
 * Too many recipients for one mail, be it as 552 for 452 (RFC 5321, section 4.5.3.1.10). Both codes say other things, too,
 * that a box or a disk is full: whoever is asked for alone then hears it again, and there it counts.
 */
static bool
is_full(const struct smtp_envelope *e, int code)
{
	return e->taken && (code == 452 || code == 552);
}

static void
take_rcpt(struct smtp *s, struct smtp_envelope *e, int code)
{
	struct smtp_result *r = &e->results[e->read];

	if (code && !e->refused)
		set_reply(s, r, code);
	if (is_full(e, code)) {
		r->outcome = SMTP_LATER;
		r->full = true;
	}
	e->taken += !e->refused && code / 100 == 2;
}

/* The next recipient whose address is good, from i on. */
static size_t
good_rcpt(const struct smtp_envelope *e, size_t i)
{
	while (i < e->mail->rcpts_n && e->results[i].outcome == SMTP_REFUSED && e->results[i].code == 0)
		i++;
	return i;
}

static void
mail_line(const struct smtp_envelope *e, struct buf *line)
{
	buf_printf(line, "MAIL FROM:<%s>%s", e->mail->from, e->params);
}

/* One line, one reply. The code of DATA; 0: it was not said, or broken. */
static int
say_each(struct smtp *s, struct smtp_envelope *e)
{
	struct buf line = BUF_INIT;
	int code = 0;

	mail_line(e, &line);
	take_mail(s, e, smtp_talk(s, s->timeouts.command, &line, false));
	for (e->read = good_rcpt(e, 0); !e->refused && e->read < e->mail->rcpts_n && !s->broken; e->read = good_rcpt(e, e->read + 1)) {
		buf_reset(&line);
		rcpt_line(s, e->mail, e->read, &line);
		take_rcpt(s, e, smtp_talk(s, s->timeouts.command, &line, false));
	}
	if (e->taken && !s->broken) {
		buf_reset(&line);
		buf_str(&line, "DATA");
		code = smtp_talk(s, s->timeouts.data_start, &line, false);
	}
	buf_release(&line);
	return code;
}

/* As many lines as surely fit where they wait, lest both ends wait for each other (RFC 2920, section 3.1). */
static bool
add_group(struct smtp *s, struct smtp_envelope *e, struct buf *lines)
{
	bool last;

	if (e->next == 0) {
		mail_line(e, lines);
		buf_str(lines, "\r\n");
	}
	e->next = good_rcpt(e, e->next);
	for (size_t n = 0; n < GROUP_MAX && e->next < e->mail->rcpts_n; n++, e->next = good_rcpt(e, e->next + 1)) {
		rcpt_line(s, e->mail, e->next, lines);
		buf_str(lines, "\r\n");
	}
	last = e->next == e->mail->rcpts_n;
	if (last)
		buf_str(lines, "DATA\r\n");
	return last;
}

static bool
write_group(struct smtp *s, struct smtp_envelope *e)
{
	struct buf lines = BUF_INIT;
	bool last = add_group(s, e, &lines);

	smtp_write(s, s->timeouts.command, &lines);
	buf_release(&lines);
	return last;
}

/* The replies to what was written of it. */
static void
read_group(struct smtp *s, struct smtp_envelope *e, bool first)
{
	if (first) {
		e->read = good_rcpt(e, 0);
		if (!s->broken)
			take_mail(s, e, smtp_await(s, s->timeouts.command));
	}
	for (; e->read < e->next && !s->broken; e->read = good_rcpt(e, e->read + 1))
		take_rcpt(s, e, smtp_await(s, s->timeouts.command));
}

/* PIPELINING: all lines, then all replies. As say_each. */
static int
say_all(struct smtp *s, struct smtp_envelope *e)
{
	bool last = false, first = true;

	while (!last && !s->broken && !e->refused) {
		last = write_group(s, e);
		read_group(s, e, first);
		first = false;
	}
	return last ? smtp_await(s, s->timeouts.data_start) : 0;
}

int
smtp_envelope_say(struct smtp *s, struct smtp_envelope *e)
{
	if (s->broken)
		return 0;
	return s->can.pipelining ? say_all(s, e) : say_each(s, e);
}

bool
smtp_envelope_lines(struct smtp *s, struct smtp_envelope *e, struct buf *lines)
{
	struct buf params = BUF_INIT;
	bool all = false;

	if (s->can.pipelining && e->mail->rcpts_n <= GROUP_MAX && smtp_envelope_check(s, e->mail, &params, e->results)) {
		e->params = buf_get(&params);
		all = add_group(s, e, lines);
		e->params = NULL;
	}
	buf_release(&params);
	return all;
}

int
smtp_envelope_read(struct smtp *s, struct smtp_envelope *e)
{
	read_group(s, e, true);
	return smtp_await(s, s->timeouts.data_start);
}

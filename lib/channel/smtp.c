#include "channel/smtp.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libetpan/mailsmtp.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "channel/smtp_priv.h"
#include "wire/etpan.h"
#include "wire/mime_encode.h"

/* Exported by libetpan, missing in its headers. */
int mailsmtp_send_command(mailsmtp *session, char *command);
int mailsmtp_send_command_private(mailsmtp *session, char *command);
int mailsmtp_read_response(mailsmtp *session);

const struct smtp_timeouts smtp_timeouts = {
	.connect = 30000,
	.greeting = 300000,
	.command = 300000,
	.data_start = 120000,
	.data_block = 180000,
	.data_end = 600000,
	.quit = 5000,
};

/* Talking */

void
smtp_break(struct smtp *s, enum err_code code, const char *reason)
{
	if (!s->broken)
		err_set(&s->err, code, "peer", stream_peer(s->stream), "reason", reason, NULL);
	s->broken = true;
}

void
smtp_break_by_stream(struct smtp *s)
{
	if (stream_failure(s->stream))
		err_copy(&s->err, stream_failure(s->stream));
	else
		smtp_break(s, E_PROTOCOL, "it could not be read");
	s->broken = true;
}

void
smtp_reply_text(const struct smtp *s, char text[SMTP_TEXT])
{
	const char *reply = s->session->response ? s->session->response : "";
	size_t size = strlen(reply);

	while (size && reply[size - 1] == '\n')
		size--;
	if (size >= SMTP_TEXT)
		size = SMTP_TEXT - 1;
	memcpy(text, reply, size);
	text[size] = '\0';
}

void
smtp_break_by_reply(struct smtp *s, enum err_code code)
{
	char text[SMTP_TEXT];

	smtp_reply_text(s, text);
	smtp_break(s, code, text);
}

/* Under the deadline that stands. 421 ends the session, but is returned. */
static int
read_reply(struct smtp *s)
{
	int code = mailsmtp_read_response(s->session);

	if (stream_failure(s->stream)) {
		smtp_break_by_stream(s);
		return 0;
	}
	if (code < 200 || code > 599) {
		smtp_break(s, E_PROTOCOL, "a reply without a code");
		return 0;
	}
	if (code == 421)
		smtp_break_by_reply(s, E_SMTP_LATER);
	return code;
}

int
smtp_await(struct smtp *s, int64_t ms)
{
	if (s->broken)
		return 0;
	stream_begin(s->stream, ms, REPLY_MAX);
	return read_reply(s);
}

int
smtp_talk(struct smtp *s, int64_t ms, struct buf *line, bool secret)
{
	int n;

	if (s->broken)
		return 0;
	buf_str(line, "\r\n");
	stream_begin(s->stream, ms, REPLY_MAX);
	n = secret ? mailsmtp_send_command_private(s->session, line->p) : mailsmtp_send_command(s->session, line->p);
	if (n == -1) {
		smtp_break_by_stream(s);
		return 0;
	}
	return read_reply(s);
}

int
smtp_write(struct smtp *s, int64_t ms, const struct buf *lines)
{
	if (s->broken)
		return -1;
	stream_begin(s->stream, ms, REPLY_MAX);
	if (mailstream_write(s->session->stream, buf_get(lines), lines->n) == -1 || mailstream_flush(s->session->stream) == -1) {
		smtp_break_by_stream(s);
		return -1;
	}
	return 0;
}

static int
talk(struct smtp *s, const char *verb, const char *rest)
{
	struct buf line = BUF_INIT;
	int code;

	buf_printf(&line, "%s%s", verb, rest);
	code = smtp_talk(s, s->timeouts.command, &line, false);
	buf_release(&line);
	return code;
}

/* Opening */

static bool
word_is(const char **at, const char *word)
{
	size_t size = strlen(word);

	if (strncasecmp(*at, word, size) != 0 || !strchr(" =\r\n", (*at)[size]))
		return false;
	*at += size;
	return true;
}

static void
parse_auth(struct smtp *s, const char *at)
{
	while (*at && *at != '\n') {
		s->can.plain |= word_is(&at, "PLAIN");
		s->can.login |= word_is(&at, "LOGIN");
		s->can.xoauth2 |= word_is(&at, "XOAUTH2");
		at += strcspn(at, " =\n");
		at += strspn(at, " =");
	}
}

/* The reply to EHLO; its first line only greets. */
static void
parse_ehlo(struct smtp *s)
{
	const char *at = s->session->response;

	memset(&s->can, 0, sizeof(s->can));
	while ((at = strchr(at, '\n'))) {
		at++;
		if (word_is(&at, "8BITMIME")) {
			s->can.eight = true;
		} else if (word_is(&at, "SMTPUTF8")) {
			s->can.utf8 = true;
		} else if (word_is(&at, "PIPELINING")) {
			s->can.pipelining = true;
		} else if (word_is(&at, "DSN")) {
			s->can.dsn = true;
		} else if (word_is(&at, "STARTTLS")) {
			s->can.starttls = true;
		} else if (word_is(&at, "AUTH")) {
			parse_auth(s, at + strspn(at, " ="));
		} else if (word_is(&at, "SIZE")) {
			s->can.size = true;
			s->can.size_max = strtoull(at, NULL, 10);
		}
	}
}

static void
hello(struct smtp *s)
{
	int code = talk(s, "EHLO ", s->helo);

	if (code / 100 == 2)
		parse_ehlo(s);
	else if (code)
		smtp_break_by_reply(s, code / 100 == 4 ? E_SMTP_LATER : E_PROTOCOL);
}

static void
greet(struct smtp *s)
{
	int code;

	stream_begin(s->stream, s->timeouts.greeting, REPLY_MAX);
	code = read_reply(s);
	if (code && code != 220)
		smtp_break_by_reply(s, code / 100 == 4 ? E_SMTP_LATER : E_UNREACHABLE);
	hello(s);
}

static void
start_tls(struct smtp *s)
{
	int code;

	if (s->broken)
		return;
	if (!s->can.starttls) {
		smtp_break(s, E_TLS_MISSING, "it offers no STARTTLS");
		return;
	}
	code = talk(s, "STARTTLS", "");
	if (code && code != 220)
		smtp_break_by_reply(s, code / 100 == 4 ? E_SMTP_LATER : E_TLS_MISSING);
	if (s->broken)
		return;
	if (stream_starttls(s->stream, etpan_buffered(s->session->stream), s->timeouts.connect, NULL) < 0)
		smtp_break_by_stream(s);
	/* What was offered in clear does not count (RFC 3207, section 4.2). */
	hello(s);
}

/* One line of an AUTH exchange. */
static int
talk_secret(struct smtp *s, const char *verb, const void *data, size_t size)
{
	struct buf line = BUF_INIT;
	int code;

	buf_str(&line, verb);
	mime_base64(&line, data, size);
	code = smtp_talk(s, s->timeouts.command, &line, true);
	mem_wipe(line.p, line.n);
	mem_wipe(s->session->stream->write_buffer, s->session->stream->buffer_max_size);
	buf_release(&line);
	return code;
}

static int
auth_plain(struct smtp *s, const struct smtp_account *account)
{
	size_t user = strlen(account->user), password = strlen(account->password);
	size_t size = user + password + 2;
	char *data = xcalloc(size, 1);
	int code;

	memcpy(data + 1, account->user, user);
	memcpy(data + 2 + user, account->password, password);
	code = talk_secret(s, "AUTH PLAIN ", data, size);
	mem_wipe(data, size);
	free(data);
	return code;
}

static int
auth_login(struct smtp *s, const struct smtp_account *account)
{
	int code = talk(s, "AUTH LOGIN", "");

	if (code == 334)
		code = talk_secret(s, "", account->user, strlen(account->user));
	if (code == 334)
		code = talk_secret(s, "", account->password, strlen(account->password));
	return code;
}

static int
auth_xoauth2(struct smtp *s, const struct smtp_account *account)
{
	struct buf data = BUF_INIT;
	int code;

	buf_printf(&data, "user=%s\001auth=Bearer %s\001\001", account->user, account->password);
	code = talk_secret(s, "AUTH XOAUTH2 ", data.p, data.n);
	mem_wipe(data.p, data.cap);
	buf_release(&data);
	/* It says in JSON what it dislikes, and wants an empty line before it refuses. */
	return code == 334 ? talk(s, "", "") : code;
}

/* The mechanism to use; AUTO: none of ours is offered. */
static enum smtp_auth
choose_auth(const struct smtp *s, enum smtp_auth asked)
{
	const bool offered[] = {
		[SMTP_AUTH_PLAIN] = s->can.plain,
		[SMTP_AUTH_LOGIN] = s->can.login,
		[SMTP_AUTH_XOAUTH2] = s->can.xoauth2,
	};

	if (asked == SMTP_AUTH_AUTO)
		asked = s->can.plain ? SMTP_AUTH_PLAIN : SMTP_AUTH_LOGIN;
	return offered[asked] ? asked : SMTP_AUTH_AUTO;
}

/* By hand: Cyrus SASL would need its plug-ins, and libetpan cuts the line at 513 bytes. */
static void
log_in(struct smtp *s, const struct smtp_account *account)
{
	static int (*const ways[])(struct smtp *, const struct smtp_account *) = {
		[SMTP_AUTH_PLAIN] = auth_plain,
		[SMTP_AUTH_LOGIN] = auth_login,
		[SMTP_AUTH_XOAUTH2] = auth_xoauth2,
	};
	static const char *const lacks[] = {
		[SMTP_AUTH_AUTO] = "it offers neither AUTH PLAIN nor AUTH LOGIN",
		[SMTP_AUTH_PLAIN] = "it offers no AUTH PLAIN",
		[SMTP_AUTH_LOGIN] = "it offers no AUTH LOGIN",
		[SMTP_AUTH_XOAUTH2] = "it offers no AUTH XOAUTH2",
	};
	enum smtp_auth auth;
	int code;

	if (s->broken || !account->user)
		return;
	auth = choose_auth(s, account->auth);
	if (!account->password)
		smtp_break(s, E_LOGIN_REFUSED, "there is no password");
	else if (!stream_takes_secrets(s->stream))
		smtp_break(s, E_TLS_MISSING, "a password does not go out in clear");
	else if (auth == SMTP_AUTH_AUTO)
		smtp_break(s, E_LOGIN_REFUSED, lacks[account->auth]);
	if (s->broken)
		return;
	code = ways[auth](s, account);
	if (code && code != 235)
		smtp_break_by_reply(s, code / 100 == 4 ? E_SMTP_LATER : E_LOGIN_REFUSED);
}

static bool
is_helo(const char *s)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]";
	size_t size = strspn(s, set);

	return size > 0 && size <= 255 && !s[size];
}

struct smtp *
smtp_open(const struct smtp_account *account, struct err *err)
{
	const struct smtp_timeouts *t = account->timeouts ? account->timeouts : &smtp_timeouts;
	const struct stream_target target = { account->host, account->port, account->tls, account->ca_file, t->connect };
	const char *helo = account->helo ? account->helo : "[127.0.0.1]";
	struct stream *stream;
	struct smtp *s;

	if (!is_helo(helo)) {
		err_set(err, E_BAD_CONFIG, "where", account->host, "what", "helo is not a host name", NULL);
		return NULL;
	}
	stream = stream_open(&target, err);
	if (!stream)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->stream = stream;
	s->timeouts = *t;
	s->helo = xstrdup(helo);
	s->session = mailsmtp_new(0, NULL);
	if (!s->session)
		abort();
	s->session->stream = etpan_mailstream(stream);
	greet(s);
	if (account->tls == STREAM_TLS_STARTTLS)
		start_tls(s);
	log_in(s, account);
	if (s->broken) {
		err_copy(err, &s->err);
		smtp_close(&s);
	}
	return s;
}

void
smtp_close(struct smtp **smtp)
{
	struct smtp *s = *smtp;
	struct buf line = BUF_INIT;

	if (!s)
		return;
	buf_str(&line, "QUIT");
	/* Behind an envelope it would be content. */
	if (!s->owed && !s->ahead.mail)
		smtp_talk(s, s->timeouts.quit, &line, false);
	buf_release(&line);
	mailstream_close(s->session->stream);
	s->session->stream = NULL; /* or mailsmtp_free would say QUIT */
	mailsmtp_free(s->session);
	stream_close(&s->stream);
	free(s->helo);
	free(s);
	*smtp = NULL;
}

const struct err *
smtp_broken(const struct smtp *s)
{
	return s->broken ? &s->err : NULL;
}

void
smtp_meanwhile(struct smtp *s, stream_meanwhile_fn *fn, void *context, int64_t ms)
{
	stream_meanwhile(s->stream, fn, context, ms);
}

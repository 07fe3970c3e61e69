/*
 * smtp-client - lib/channel/smtp.h at the end of a shell script:
 *
 *   smtp-client port=N [host=H] [tls=implicit|starttls|local|none] [ca=FILE]
 *      [user=U password=P] [helo=H] [from=A] [to=A]... [file=PATH] [fill=BYTES]
 *      [utf8=1] [mails=N] [timeout=MS] [stop=1] [auth=auto|plain|login|xoauth2]
 *      [envid=ID] [notify=BITS] [begin=FILE] [ahead=A] [leave=1] [other=1]
 *
 * Prints "open ok" or "open CODE REASON"; per mail "data" where the content is
 * about to go, "rcpt ADDRESS OUTCOME CODE TEXT" each; at the end "usable" or
 * "broken CODE REASON", and "ms N" for the whole. fill: so many bytes of body.
 * stop: before_data says no. begin: smtp_begin, then "pending", FILE is removed, then
 * smtp_finish. ahead: each mail but the first goes to A, and is announced with the one before; leave:
 * the last one is announced, and not begun; other: not it, but another. quiet=1: no line per mail. Exits 0, 1 when it could not open.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "channel/smtp.h"
#include "wire/mime.h"

#define RCPTS 16

struct options {
	struct smtp_account account;
	struct smtp_timeouts timeouts;
	const char *from, *file, *envid, *begin, *ahead, *rcpts[RCPTS];
	size_t rcpts_n, fill;
	long mails;
	unsigned notify;
	bool stop, utf8, quiet, leave, other;
};

static void
print_err(const char *what, const struct err *err)
{
	const char *reason = err_get(err, "reason");

	if (!reason)
		reason = err_get(err, "what");
	printf("%s %s %s\n", what, err_name(err->code), reason ? reason : "-");
}

static int
before_data(void *ctx, struct err *err)
{
	const struct options *o = ctx;

	if (!o->quiet)
		puts("data");
	if (o->stop)
		return err_set(err, E_TEMP, "what", "the test says no", NULL);
	return 0;
}

static enum stream_tls
parse_tls(const char *s)
{
	static const char *const names[] = {
		[STREAM_TLS_IMPLICIT] = "implicit",
		[STREAM_TLS_STARTTLS] = "starttls",
		[STREAM_TLS_LOCAL] = "local",
		[STREAM_TLS_NONE] = "none",
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(names[i], s) == 0)
			return (enum stream_tls)i;
	fprintf(stderr, "smtp-client: tls=%s?\n", s);
	exit(64);
}

static enum smtp_auth
parse_auth(const char *s)
{
	static const char *const names[] = { "auto", "plain", "login", "xoauth2" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(names[i], s) == 0)
			return (enum smtp_auth)i;
	exit(64);
}

static void
set_timeouts(struct options *o, int64_t ms)
{
	o->timeouts = (struct smtp_timeouts){ ms, ms, ms, ms, ms, ms, ms };
	o->account.timeouts = &o->timeouts;
}

static bool
set_string(struct options *o, const char *key, const char *value)
{
	const struct {
		const char *key, **value;
	} table[] = {
		{ "host", &o->account.host },
		{ "ca", &o->account.ca_file },
		{ "user", &o->account.user },
		{ "password", &o->account.password },
		{ "helo", &o->account.helo },
		{ "from", &o->from },
		{ "file", &o->file },
		{ "envid", &o->envid },
		{ "begin", &o->begin },
		{ "ahead", &o->ahead },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		if (strcmp(table[i].key, key) == 0) {
			*table[i].value = value;
			return true;
		}
	}
	return false;
}

static void
set_option(struct options *o, char *arg)
{
	char *value = strchr(arg, '=');
	long n;

	if (!value)
		exit(64);
	*value++ = '\0';
	n = strtol(value, NULL, 10);
	if (set_string(o, arg, value))
		return;
	if (strcmp(arg, "port") == 0)
		o->account.port = (uint16_t)n;
	else if (strcmp(arg, "tls") == 0)
		o->account.tls = parse_tls(value);
	else if (strcmp(arg, "auth") == 0)
		o->account.auth = parse_auth(value);
	else if (strcmp(arg, "notify") == 0)
		o->notify = (unsigned)n;
	else if (strcmp(arg, "quiet") == 0)
		o->quiet = true;
	else if (strcmp(arg, "to") == 0 && o->rcpts_n < RCPTS)
		o->rcpts[o->rcpts_n++] = value;
	else if (strcmp(arg, "fill") == 0)
		o->fill = (size_t)n;
	else if (strcmp(arg, "mails") == 0)
		o->mails = n;
	else if (strcmp(arg, "timeout") == 0)
		set_timeouts(o, n);
	else if (strcmp(arg, "stop") == 0)
		o->stop = true;
	else if (strcmp(arg, "utf8") == 0)
		o->utf8 = true;
	else if (strcmp(arg, "leave") == 0)
		o->leave = true;
	else if (strcmp(arg, "other") == 0)
		o->other = true;
	else
		exit(64);
}

static void
fill_text(struct buf *text, size_t size)
{
	while (text->n < size)
		buf_str(text, ".0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n");
}

static void
build(const struct options *o, struct buf *out)
{
	static const char data[] = "%PDF-1.4\n";
	const struct mime_attachment file = { "r\xc3\xa9sum\xc3\xa9.pdf", "application/pdf", data, sizeof(data) - 1 };
	const struct mime_address to = { "Zo\xc3\xab \xe2\x82\xac", o->utf8 ? "zo\xc3\xab@example.net" : "zoe@example.net" };
	struct buf text = BUF_INIT;
	struct mime_mail mail = {
		.from = { "Support, Paris", "support@example.org" },
		.to = &to,
		.to_n = 1,
		.subject = "Votre commande n\xc2\xb0 17",
		.date = "Sat, 21 Nov 2026 10:30:00 +0100",
		.message_id = "01J9@example.org",
		.html = "<p>Bonjour</p>\n",
		.attachments = &file,
		.attachments_n = 1,
	};
	struct err err = { 0 };

	buf_str(&text, "Bonjour \xc3\xa0 vous \n.\n..two\nFrom here\n-- \nSupport\n");
	fill_text(&text, o->fill);
	mail.text = buf_get(&text);
	if (mime_build(&mail, out, &err) < 0) {
		print_err("build", &err);
		exit(1);
	}
	buf_release(&text);
}

static void
read_mail(const char *path, struct buf *out)
{
	struct arena *arena = arena_new();
	const char *data;
	size_t size;
	struct err err = { 0 };

	if (file_read(arena, path, (size_t)1 << 30, &data, &size, &err) < 0) {
		print_err("file", &err);
		exit(1);
	}
	buf_add(out, data, size);
	arena_free(&arena);
}

static struct smtp_mail
mail_of(struct options *o, const struct buf *bytes)
{
	return (struct smtp_mail){
		.from = o->from,
		.rcpts = o->rcpts,
		.rcpts_n = o->rcpts_n,
		.bytes = buf_get(bytes),
		.size = bytes->n,
		.envid = o->envid,
		.notify = o->notify,
		.before_data = before_data,
		.ctx = o,
	};
}

static void
print_results(const struct smtp_mail *mail, const struct smtp_result *results)
{
	static const char *const outcomes[] = { [SMTP_ACCEPTED] = "accepted", [SMTP_LATER] = "later", [SMTP_REFUSED] = "refused", [SMTP_UNKNOWN] = "unknown" };

	for (size_t i = 0; i < mail->rcpts_n; i++)
		printf("rcpt %s %s %d %.*s\n", mail->rcpts[i], outcomes[results[i].outcome], results[i].code,
		       (int)strcspn(results[i].text, "\n"), results[i].text);
}

/* One behind the other, each announced with the one before. */
static void
send_row(struct smtp *smtp, struct options *o, const struct buf *bytes)
{
	struct smtp_mail mails[2] = { mail_of(o, bytes), mail_of(o, bytes) }, other = mail_of(o, bytes);
	struct smtp_result results[2][RCPTS];

	for (long i = 0; i < o->mails && !smtp_broken(smtp); i++) {
		bool last = i + 1 == o->mails, out;
		size_t at = i % 2, next = 1 - at;

		if (last && o->leave)
			return;
		if (last && o->other) {
			smtp_begin(smtp, &other, results[next], NULL, NULL);
			print_results(&other, results[next]);
			return;
		}
		mails[next].rcpts = &o->ahead;
		mails[next].rcpts_n = 1;
		out = smtp_begin(smtp, &mails[at], results[at], last ? NULL : &mails[next], results[next]);
		printf("%s%s\n", out ? "pending" : "decided", smtp_announced(smtp) ? ", announced" : "");
		smtp_finish(smtp, results[at]);
		print_results(&mails[at], results[at]);
	}
}

static void
send_one(struct smtp *smtp, struct options *o, const struct buf *bytes)
{
	struct smtp_result results[RCPTS];
	const struct smtp_mail mail = mail_of(o, bytes);
	bool pending = smtp_begin(smtp, &mail, results, NULL, NULL);

	if (o->begin) {
		puts(pending ? "pending" : "decided");
		unlink(o->begin);
	}
	smtp_finish(smtp, results);
	if (!o->quiet)
		print_results(&mail, results);
}

int
main(int argc, char **argv)
{
	struct options o = { .account = { .host = "localhost", .tls = STREAM_TLS_LOCAL }, .from = "support@example.org", .mails = 1 };
	struct buf bytes = BUF_INIT;
	struct err err = { 0 };
	struct smtp *smtp;
	int64_t start = clock_monotonic();

	for (int i = 1; i < argc; i++)
		set_option(&o, argv[i]);
	if (o.file)
		read_mail(o.file, &bytes);
	else
		build(&o, &bytes);
	smtp = smtp_open(&o.account, &err);
	if (smtp)
		puts("open ok");
	else
		print_err("open", &err);
	if (smtp && o.ahead)
		send_row(smtp, &o, &bytes);
	for (long i = 0; smtp && !o.ahead && i < o.mails && !smtp_broken(smtp); i++)
		send_one(smtp, &o, &bytes);
	if (smtp && smtp_broken(smtp))
		print_err("broken", smtp_broken(smtp));
	else if (smtp)
		puts("usable");
	buf_release(&bytes);
	argc = smtp ? 0 : 1;
	smtp_close(&smtp);
	printf("ms %" PRId64 "\n", clock_monotonic() - start);
	return argc;
}

#include "jobs/outbox.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/lockfile.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "wire/mime.h"

#define PER_CONNECTION 100
/* Mails in a row that broke their connection: the peer is to blame, or the way to it. */
#define BROKEN_MAX 2
/* The store waits 10 s at each; what is known of a mail is worth a minute. */
#define RESULT_TRIES 6
#define LANGUAGE_MAX 35 /* RFC 5646, section 4.4.1 */

struct run {
	struct desk *desk;
	const struct outbox_settings *settings;
	outbox_report_fn *report;
	void *context;
	struct arena *arena, *each; /* of the run, of the mail at hand */
	struct outbox_totals *totals;
	int64_t epoch;
	struct smtp *smtp;
	size_t on_connection; /* mails so far */
	int broken;           /* in a row */
	const struct outbox_claim *mail;
	bool desk_refused; /* the content was not to go: see before_data */
};

/* Calls to the desk. */

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)err;
	*(const void **)context = p;
	return 0;
}

/* *out_r: the last answer, or NULL. */
static int
call(struct run *r, const struct op *op, const void *in, struct arena *arena, const void **out_r, struct err *err)
{
	const struct request request = { .op = op, .in = in };

	*out_r = NULL;
	return desk_call(r->desk, &request, arena, keep, out_r, err);
}

static int
count(struct run *r, const struct mail_out *mail, struct err *err)
{
	if (mail->state == MAIL_SENT)
		r->totals->sent++;
	else if (mail->state == MAIL_FAILED)
		r->totals->failed++;
	else if (mail->state == MAIL_UNKNOWN)
		r->totals->unknown++;
	else
		r->totals->deferred++;
	return r->report ? r->report(r->context, mail, err) : 0;
}

/* Those that wait again are sent by this run; it has nothing to say about them yet. */
static int
healed(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct mail_out *mail = p;

	(void)record;
	return mail->state == MAIL_UNKNOWN ? count(context, mail, err) : 0;
}

static int
heal(struct run *r, struct err *err)
{
	const struct outbox_epoch in = { r->epoch };
	const struct request request = { .op = &op_outbox_heal, .in = &in };

	return desk_call(r->desk, &request, r->arena, healed, r, err);
}

/* Tells the desk what became of the mail at hand; a store that is busy is asked again. */
static int
tell(struct run *r, struct mail_recipient *recipients, size_t n, const struct mail_out **mail_r, struct err *err)
{
	const struct outbox_result in = { r->mail->id, r->epoch, { recipients, n } };
	const void *out;
	int rc, tries = 0;

	do
		rc = call(r, &op_outbox_result, &in, r->arena, &out, err);
	while (rc < 0 && err_retryable(err) && ++tries < RESULT_TRIES);
	*mail_r = out;
	return rc;
}

static int
tell_and_count(struct run *r, struct mail_recipient *recipients, size_t n, struct err *err)
{
	const struct mail_out *mail;

	return tell(r, recipients, n, &mail, err) < 0 ? -1 : count(r, mail, err);
}

/* It waits as it did before. If even that fails the next run sees to it. Returns -1. */
static int
give_back(struct run *r)
{
	const struct mail_out *mail;
	struct err ignored = { 0 };
	int rc = tell(r, NULL, 0, &mail, &ignored);

	(void)rc;
	return -1;
}

/* The bytes. */

static bool
is_language(const char *text)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t size = text ? strspn(text, set) : 0;

	return size > 0 && size <= LANGUAGE_MAX && !text[size];
}

static int
build(struct run *r, const char **bytes_r, struct err *err)
{
	const struct outbox_claim *c = r->mail;
	struct mime_address *to = arena_alloc(r->each, c->to.n * sizeof(*to));
	struct mime_header headers[2];
	struct mime_mail mail = {
		.from = { c->sender_name, c->sender },
		.reply_to = { NULL, c->reply_to },
		.to = to,
		.to_n = c->to.n,
		.subject = c->subject,
		.date = c->date,
		.message_id = c->message_id,
		.headers = headers,
		.text = c->text,
		.html = c->html,
	};
	struct buf out = BUF_INIT;
	int rc;

	for (size_t i = 0; i < c->to.n; i++)
		to[i] = (struct mime_address){ NULL, c->to.v[i] };
	/* Nobody wrote it: holiday notices and the like must not answer (RFC 3834). */
	if (c->kind && strcmp(c->kind, "transcript") == 0)
		headers[mail.headers_n++] = (struct mime_header){ "Auto-Submitted", "auto-generated" };
	if (is_language(c->language))
		headers[mail.headers_n++] = (struct mime_header){ "Content-Language", c->language };
	rc = mime_build(&mail, &out, err);
	if (rc == 0)
		*bytes_r = arena_memdup(r->each, buf_get(&out), out.n);
	buf_release(&out);
	return rc;
}

/* 1: the bytes, fixed now or before. 0: it cannot be built, ever; the desk was told. */
static int
bytes(struct run *r, const char **bytes_r, struct err *err)
{
	struct outbox_bytes in = { r->mail->id, r->epoch, NULL };
	struct mail_recipient *recipients;
	struct err wrong = { 0 };
	const void *out;

	if (r->mail->built == 1 || build(r, &in.bytes, &wrong) == 0) {
		if (call(r, &op_outbox_bytes, &in, r->each, &out, err) < 0)
			return -1;
		*bytes_r = ((const struct outbox_bytes *)out)->bytes;
		return 1;
	}
	recipients = arena_alloc(r->each, r->mail->to.n * sizeof(*recipients));
	for (size_t i = 0; i < r->mail->to.n; i++) {
		const char *value = err_get(&wrong, "value"), *what = err_get(&wrong, "what");

		recipients[i] = (struct mail_recipient){ r->mail->to.v[i], MAIL_FAILED, INT_ABSENT, NULL, INT_ABSENT, INT_ABSENT };
		recipients[i].reply = arena_printf(r->each, "%s: %s: %s", err_name(wrong.code), value ? value : err_get(&wrong, "name"), what ? what : "");
	}
	return tell_and_count(r, recipients, r->mail->to.n, err) < 0 ? -1 : 0;
}

/* Sending. */

static void
hang_up(struct run *r)
{
	smtp_close(&r->smtp);
	r->on_connection = 0;
}

static int
connected(struct run *r, struct err *err)
{
	size_t max = r->settings->per_connection ? r->settings->per_connection : PER_CONNECTION;

	if (r->smtp && r->on_connection >= max)
		hang_up(r);
	if (!r->smtp)
		r->smtp = smtp_open(&r->settings->account, err);
	return r->smtp ? 0 : -1;
}

/* The row says so before the first byte is out: from here on a crash leaves it unknown. */
static int
before_data(void *context, struct err *err)
{
	struct run *r = context;
	const struct outbox_step in = { r->mail->id, r->epoch };
	const void *out;
	int rc = call(r, &op_outbox_past_data, &in, r->each, &out, err);

	r->desk_refused = rc < 0;
	return rc;
}

static struct mail_recipient *
outcomes(struct run *r, const struct smtp_result *results)
{
	static const enum mail_state states[] = {
		[SMTP_ACCEPTED] = MAIL_SENT,
		[SMTP_LATER] = MAIL_DEFERRED,
		[SMTP_REFUSED] = MAIL_FAILED,
		[SMTP_UNKNOWN] = MAIL_UNKNOWN,
	};
	size_t n = r->mail->to.n;
	struct mail_recipient *out = arena_alloc(r->each, n * sizeof(*out));

	for (size_t i = 0; i < n; i++)
		out[i] = (struct mail_recipient){
			.address = r->mail->to.v[i],
			.state = states[results[i].outcome],
			.code = results[i].code ? results[i].code : INT_ABSENT,
			.reply = utf8_repair(r->each, results[i].text, strlen(results[i].text), NULL),
			.attempts = INT_ABSENT,
			.next_at = INT_ABSENT,
		};
	return out;
}

static int
transmit(struct run *r, const char *content, struct err *err)
{
	size_t n = r->mail->to.n;
	struct smtp_result *results = arena_alloc(r->each, n * sizeof(*results));
	const struct smtp_mail mail = {
		.from = r->mail->sender,
		.rcpts = r->mail->to.v,
		.rcpts_n = n,
		.bytes = content,
		.size = strlen(content),
		.before_data = before_data,
		.ctx = r,
	};
	const struct err *broken;

	r->desk_refused = false;
	smtp_send(r->smtp, &mail, results);
	r->on_connection++;
	broken = smtp_broken(r->smtp);
	/* Neither is the fault of the mail, and nothing of it is out. */
	if (broken && (r->desk_refused || broken->code == E_LOGIN_REFUSED)) {
		err_copy(err, broken);
		return give_back(r);
	}
	if (tell_and_count(r, outcomes(r, results), n, err) < 0)
		return -1;
	r->broken = broken ? r->broken + 1 : 0;
	if (!broken)
		return 0;
	if (r->broken >= BROKEN_MAX) {
		err_copy(err, broken);
		return -1;
	}
	hang_up(r);
	return 0;
}

/* 1: one mail was dealt with, 0: none is due. */
static int
next(struct run *r, struct err *err)
{
	const struct outbox_epoch in = { r->epoch };
	const char *content;
	const void *claim;
	int rc;

	if (call(r, &op_outbox_claim, &in, r->each, &claim, err) < 0)
		return -1;
	if (!claim)
		return 0;
	r->mail = claim;
	rc = bytes(r, &content, err);
	if (rc <= 0)
		return rc < 0 ? -1 : 1;
	if (connected(r, err) < 0)
		return give_back(r);
	return transmit(r, content, err) < 0 ? -1 : 1;
}

static bool
may_go_on(const struct run *r, int64_t done)
{
	const struct outbox_settings *s = r->settings;

	return (s->limit <= 0 || done < s->limit) && !(s->stop && *s->stop);
}

static int64_t
new_epoch(void)
{
	int64_t epoch;

	rand_bytes(&epoch, sizeof(epoch));
	return (epoch & INT_EXACT) | 1;
}

int
outbox_run(struct desk *desk, const struct outbox_settings *settings, outbox_report_fn *report, void *context,
	   struct arena *arena, struct outbox_totals *totals, struct err *err)
{
	struct run r = { .desk = desk, .settings = settings, .report = report, .context = context, .arena = arena, .totals = totals };
	int lock = lockfile_take(desk_beside(desk, arena, "-outbox"), "outbox-send", settings->lock_wait_ms, err), rc;

	*totals = (struct outbox_totals){ 0 };
	if (lock < 0)
		return -1;
	r.epoch = new_epoch();
	r.each = arena_new();
	rc = heal(&r, err) < 0 ? -1 : 1;
	for (int64_t done = 0; rc > 0 && may_go_on(&r, done); done++) {
		arena_reset(r.each);
		rc = next(&r, err);
	}
	hang_up(&r);
	arena_free(&r.each);
	close(lock);
	return rc < 0 ? -1 : 0;
}

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/full/account.h"
#include "desk/outbox.h"
#include "jobs/outbox.h"

/* With --follow: after a run that could not go on, and for another one to end. */
#define PAUSE_MS (60 * MS_SECOND)
#define WAIT_MS MS_SECOND
/* So long an account is left alone whose login was refused: one that is refused often is locked, and somebody may have put it right. */
#define BARRED_MS MS_HOUR

struct in {
	struct texts mailboxes;
	int64_t lock_wait, limit, follow;
};
static const struct field in_fields[] = {
	TEXTS_FIELD_AS(struct in, mailboxes, "MAILBOX", FIELD_OPERAND | FIELD_NO_OPTION, N_("only mails of these mailboxes")),
	DURATION_FIELD(struct in, lock_wait, 0, N_("wait so long for another outbox-send to end (0s; with --follow 60s)")),
	INT_FIELD(struct in, limit, 0, N_("send at most so many mails")),
	BOOL_FIELD(struct in, follow, 0, N_("go on, and send what comes, until interrupted")),
};
static const struct record rec_in = { "outbox-send", N_("How to send."), sizeof(struct in), in_fields, COUNT_OF(in_fields) };
/* No operation of the desk, but a batch of them: here for its records. */
static const struct op op_send = { "outbox.send", N_("sends what is to leave"), MAY_SERVICES, 0, &rec_in, &rec_mail_out, NULL, NULL };

static volatile sig_atomic_t stop;

/* The mail at hand is finished first. */
static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	/* Not reset: timeout(1) sends it twice. */
	sigaction(SIGTERM, &action, NULL);
	/* Who types it again does not want to wait. */
	action.sa_flags |= (int)SA_RESETHAND;
	sigaction(SIGINT, &action, NULL);
}

/* Reports. */

static const char *
local_time(struct cli *cli, time_ms at)
{
	return at == INT_ABSENT ? "" : time_format_local(cli->arena, at, cli_zone(cli), "%Y-%m-%d %H:%M");
}

static enum err_code
code_of(enum mail_state state)
{
	if (state == MAIL_FAILED)
		return E_MAIL_REFUSED;
	if (state == MAIL_DEFERRED)
		return E_MAIL_LATER;
	return state == MAIL_UNKNOWN ? E_MAIL_UNKNOWN : E_OK;
}

static int
report(void *context, const struct mail_out *mail, struct err *err)
{
	struct cli *cli = context;

	if (cli_print(cli, &rec_mail_out, mail, err) < 0)
		return -1;
	for (size_t i = 0; i < mail->recipients.n; i++) {
		const struct mail_recipient *r = (struct mail_recipient *)mail->recipients.v + i;
		enum err_code code = code_of((enum mail_state)r->state);
		struct err why = { 0 };

		if (code == E_OK)
			continue;
		err_set(&why, code, "id", mail->id, "address", r->address, "state", names_get(&mail_states, (int)r->state), "at",
			local_time(cli, r->next_at), "reason", r->reply ? r->reply : "", NULL);
		if (code == E_MAIL_UNKNOWN)
			err_arg(&why, "can", arena_printf(cli->arena, "outbox-retry %s\noutbox-drop %s", mail->id, mail->id));
		cli_fail(cli, &why, mail->id);
	}
	return 0;
}

static void
summarize(struct cli *cli, const struct outbox_totals *t)
{
	if (t->sent + t->deferred + t->failed + t->unknown > 0)
		cli_say(cli, cli_text(N_("%zu sent, %zu deferred, %zu failed, %zu unknown")), t->sent, t->deferred, t->failed, t->unknown);
}

/* It is sent all the same. */
static int
copy_failed(void *context, const struct mail_out *mail, struct err *err)
{
	bool over = mail->copy && strcmp(mail->copy, "failed") == 0;
	struct cli *cli = context;
	struct err why = { 0 };

	(void)err;
	err_set(&why, over ? E_COPY_FAILED : E_COPY_LATER, "id", mail->id, "reason", mail->copy_reply ? mail->copy_reply : "", "at", local_time(cli, mail->copy_next_at), NULL);
	cli_fail(cli, &why, mail->id);
	return 0;
}

/* Runs. */

struct barred {
	const char *mailbox;
	bool copies; /* only these: it was the server of the folder */
	time_ms until;
};

/* What goes on in all of a run, over the accounts that have something to do. */
struct sending {
	struct cli *cli;
	struct arena *arena;      /* of the process: cli->arena is that of a run */
	int64_t lock_wait, limit; /* limit 0: all */
	struct outbox_totals totals;
	VEC(struct barred)
	barred;         /* accounts that trying again at once would not help, or would harm */
	bool refused;   /* one of them, and not only its copies */
	bool went_well; /* some account did, at some time */
	bool failed;    /* something did in this run */
	enum err_class last;
};

static bool
is_wanted(const struct sending *s, const char *mailbox)
{
	for (int i = 0; i < s->cli->operands_n; i++)
		if (strcmp(s->cli->operands[i], mailbox) == 0)
			return true;
	return s->cli->operands_n == 0;
}

/* Trying again could help, and does no harm: a login refused often is locked. */
static bool
may_pass(const struct err *err)
{
	return err_retryable(err) && err->code != E_LOGIN_REFUSED && err->code != E_TLS_REFUSED && err->code != E_TLS_MISSING;
}

static void
bar(struct sending *s, const char *mailbox, bool copies)
{
	s->refused |= !copies;
	vec_push(s->arena, &s->barred, ((struct barred){ arena_strdup(s->arena, mailbox), copies, clock_now() + BARRED_MS }));
}

/* Nobody is for longer, even where the clock was set back. */
static bool
is_barred(const struct sending *s, const char *mailbox, bool copies)
{
	for (size_t i = 0; i < s->barred.n; i++) {
		const struct barred *b = s->barred.v + i;
		time_ms left = b->until - clock_now();

		if (strcmp(b->mailbox, mailbox) == 0 && (copies || !b->copies) && left > 0 && left <= BARRED_MS)
			return true;
	}
	return false;
}

/* One account's fault is no other's. -1: nobody reads what we print. */
static int
went_wrong(struct sending *s, const char *mailbox, bool copies, const struct err *err)
{
	if (err->code == E_OK)
		return -1;
	if (!may_pass(err))
		bar(s, mailbox, copies);
	s->failed = true;
	s->last = err_class(err);
	cli_fail(s->cli, err, NULL);
	return 0;
}

static int
send_box(struct sending *s, const struct outbox_box *box, struct err *err)
{
	struct outbox_settings settings = { .mailbox = box->mailbox, .lock_wait_ms = s->lock_wait, .stop = &stop, .plain = box->plain };

	if (box->due == 0)
		return 0;
	if (s->limit > 0 && (size_t)s->limit <= s->totals.tried)
		return 0;
	settings.limit = s->limit > 0 ? s->limit - (int64_t)s->totals.tried : 0;
	if (smtp_account_read(s->cli, *box->mailbox ? box->mailbox : NULL, &settings.account, err) < 0)
		return -1;
	return outbox_run(s->cli->desk, &settings, report, s->cli, s->cli->arena, &s->totals, err);
}

static int
copy_box(struct sending *s, const struct outbox_box *box, struct err *err)
{
	struct outbox_copy_settings settings = { .mailbox = box->mailbox, .lock_wait_ms = s->lock_wait, .stop = &stop, .unknown = report };
	struct err why = { 0 };
	const char *peer, *reason;

	if (box->copies == 0)
		return 0;
	if (imap_account_read(s->cli, box->mailbox, &settings.account, &why) == 0 &&
	    outbox_copy_run(s->cli->desk, &settings, copy_failed, s->cli, &why) == 0)
		return 0;
	if (why.code == E_OK || why.code == E_LOCKED || err_class(&why) == ERR_CONFIG) {
		err_copy(err, &why);
		return -1;
	}
	/* The mails are sent: what went wrong is no reason to stop sending. */
	if (!may_pass(&why))
		bar(s, box->mailbox, true);
	peer = err_get(&why, "peer");
	reason = err_get(&why, "reason");
	return err_set(err, E_COPIES_LATER, "mailbox", box->mailbox, "peer", peer ? peer : "IMAP", "reason", reason ? reason : err_name(why.code), NULL);
}

typedef int box_fn(struct sending *s, const struct outbox_box *box, struct err *err);

/* Each account that has something to do; -1: there is no way on. */
static int
each_box(struct sending *s, box_fn *fn)
{
	struct records boxes;
	struct err err = { 0 };
	bool copies = fn == copy_box;

	if (outbox_boxes(s->cli->desk, s->cli->arena, &boxes, &err) < 0) {
		int rc = went_wrong(s, "", false, &err);

		(void)rc;
		return -1;
	}
	for (size_t i = 0; i < boxes.n && !stop; i++) {
		const struct outbox_box *box = (struct outbox_box *)boxes.v + i;

		err.code = E_OK;
		if (!is_wanted(s, box->mailbox) || is_barred(s, box->mailbox, copies))
			continue;
		if (fn(s, box, &err) == 0)
			s->went_well = true;
		else if (went_wrong(s, box->mailbox, copies, &err) < 0)
			return -1;
	}
	return 0;
}

static void
run_once(struct sending *s)
{
	int rc;

	s->totals = (struct outbox_totals){ 0 };
	s->failed = false;
	rc = each_box(s, send_box);
	cli_flush(s->cli);
	if (rc == 0)
		rc = each_box(s, copy_box);
	s->failed |= rc < 0;
	summarize(s->cli, &s->totals);
}

/* Told to stop it has done well, whatever became of single mails: 0. */
static int
follow(struct sending *s)
{
	struct cli *cli = s->cli;
	struct arena *each = arena_new();

	cli->arena = each;
	while (!stop) {
		run_once(s);
		arena_reset(each);
		if (s->refused && !s->went_well)
			break;
		for (int64_t left = PAUSE_MS; s->failed && left > 0 && !stop; left -= WAIT_MS)
			poll(NULL, 0, (int)WAIT_MS);
		if (!stop)
			desk_wait(cli->desk, WAIT_MS);
	}
	cli->arena = s->arena;
	arena_free(&each);
	if (stop)
		cli->worst = 0;
	return stop ? 0 : (int)s->last;
}

static int
dry_one(struct cli *cli, const char *mailbox, int64_t limit, struct err *err)
{
	struct outbox_in *in = record_new(cli->arena, &rec_outbox_in);

	in->due = 1;
	in->mailbox = mailbox;
	in->limit = limit > 0 ? limit : INT_EXACT;
	return cli_call(cli, &op_outbox_list, in, cli_print, cli, err);
}

static int
run_dry(struct cli *cli, int64_t limit)
{
	struct err err = { 0 };
	int rc = cli->operands_n ? 0 : dry_one(cli, NULL, limit, &err);

	for (int i = 0; i < cli->operands_n && rc == 0; i++)
		rc = dry_one(cli, cli->operands[i], limit, &err);
	return rc < 0 && err.code != E_OK ? cli_fail(cli, &err, NULL) : cli->worst;
}

static int
has_host(void *context, const char *key, const char *value, const char *origin, struct err *err)
{
	size_t n = strlen(key);

	(void)value, (void)origin, (void)err;
	*(bool *)context |= n > 5 && strcmp(key + n - 5, ".host") == 0;
	return 0;
}

/* Said even where nothing is due: that no server is configured. */
static int
check_config(struct cli *cli, struct err *err)
{
	struct smtp_account account;
	bool some = cli_config(cli, "smtp.host", NULL) != NULL;

	if (!some && cli_config_each(cli, "smtp", has_host, &some, err) < 0)
		return -1;
	return some ? 0 : smtp_account_read(cli, NULL, &account, err);
}

static int
skip(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)context, (void)record, (void)p, (void)err;
	return 0;
}

/* Of a name that is mistyped nothing would ever be due. */
static int
check_names(struct cli *cli, struct err *err)
{
	for (int i = 0; i < cli->operands_n; i++) {
		struct outbox_in *in = record_new(cli->arena, &rec_outbox_in);

		in->mailbox = cli->operands[i];
		in->limit = 1;
		if (cli_call(cli, &op_outbox_list, in, skip, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static int
run(struct cli *cli)
{
	const struct in *in = cli->in;
	struct sending s = { .cli = cli, .arena = cli->arena, .lock_wait = in->follow == 1 ? PAUSE_MS : 0, .limit = in->limit == INT_ABSENT ? 0 : in->limit };
	struct err err = { 0 };

	if (in->lock_wait != INT_ABSENT)
		s.lock_wait = in->lock_wait;
	if (in->limit != INT_ABSENT && in->limit < 1) {
		err_set(&err, E_BAD_VALUE, "name", "--limit", "value", arena_printf(cli->arena, "%lld", (long long)in->limit), "expected", N_("a number above 0"), NULL);
		return cli_fail(cli, &err, NULL);
	}
	if (cli->dry_run)
		return run_dry(cli, s.limit);
	if (check_config(cli, &err) < 0 || check_names(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	catch_signals();
	if (in->follow == 1)
		return follow(&s);
	run_once(&s);
	return cli->worst;
}

const struct command cmd_outbox_send = {
	.name = "outbox-send",
	.summary = N_("sends what is to leave"),
	.about = N_("Sends the mails that are due, one after the other, and prints each with its state. A mail of a mailbox goes by the server of [smtp.NAME] in the configuration, "
		    "where the keys of [smtp] stand for those that it lacks; others go by [smtp]. With names of mailboxes only theirs are sent. "
		    "For cron, or with --follow for a service. It may be interrupted or killed at any time: no mail is lost, and none goes twice by itself.\n\n"
		    "A mail that the server puts off is deferred: it is tried again after 1, 5, 15 and 60 minutes, then every 4 hours, and has failed after 48 hours. "
		    "One that it refuses has failed at once. Where the connection was cut after everything had been sent, or the program was killed then, "
		    "nobody can tell whether the mail arrived: it is unknown, is never sent again by itself, and waits for outbox-retry or outbox-drop. "
		    "A program that is killed leaves two such mails of an account at most: the one whose answer was awaited, and the one beside it. "
		    "When the server cannot be reached or refuses the login, the mails of that account wait as they did, and that counts as no try; "
		    "with --follow an account whose login is refused is tried again after an hour.\n\n"
		    "Where a mailbox says so (sent: append), a copy of each of its mails is put into its folder of sent mails, once, by the server of [imap.NAME]. "
		    "That a copy could not be kept changes nothing for the mail; what the server refuses is tried again after the same waits, and has failed after 48 hours: "
		    "outbox-list shows it, outbox-retry and outbox-drop settle it.\n\n"
		    "Exit status: 0 all that was due is sent; 65 some were refused, or copies of them are given up; 66 no such mailbox; 75 some were deferred, some copies could not be kept, or another outbox-send is running; "
		    "79 some are unknown; 69 the server cannot be reached, or refused the login or is refused for its certificate; 80 several of these. "
		    "With --follow: 0 when it is told to stop by SIGINT or SIGTERM, which lets it finish the mail at hand."),
	.task = TASK_CHANNEL,
	.flags = CMD_DRY_RUN,
	.op = &op_send,
	.operand = "[MAILBOX...]",
	.examples = {
		{ "outbox-send", N_("send what is due") },
		{ "outbox-send --quiet --lock-wait 10s", N_("the same for cron: only what went wrong is said") },
		{ "outbox-send support billing", N_("only mails of these mailboxes") },
		{ "outbox-send --dry-run", N_("what would be sent now") },
		{ "outbox-send --follow", N_("send what comes, until interrupted") },
	},
	.run = run,
	.see = "outbox-list, outbox-retry, outbox-drop, transcript-send",
};

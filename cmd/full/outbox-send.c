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

struct in {
	int64_t lock_wait, limit, follow;
};
static const struct field in_fields[] = {
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
	struct err ignored = { 0 };
	const char *text;
	char utc[TIME_TEXT];

	if (at == INT_ABSENT || time_format_zone(cli->arena, at, cli_zone(cli), "%Y-%m-%d %H:%M", &text, &ignored) < 0)
		return arena_strdup(cli->arena, at == INT_ABSENT ? "" : time_format(at, utc));
	return text;
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

/* Runs. */

static int
run_once(struct cli *cli, const struct outbox_settings *settings, struct err *err)
{
	struct outbox_totals totals;
	int rc = outbox_run(cli->desk, settings, report, cli, cli->arena, &totals, err);

	cli_flush(cli);
	if (rc < 0 && err->code != E_OK)
		cli_fail(cli, err, NULL);
	summarize(cli, &totals);
	return rc;
}

/* Trying again could help, and does no harm: a login refused often is locked. */
static bool
may_pass(const struct err *err)
{
	return err_retryable(err) && err->code != E_LOGIN_REFUSED && err->code != E_TLS_REFUSED;
}

/* Told to stop it has done well, whatever became of single mails: 0. */
static int
follow(struct cli *cli, const struct outbox_settings *settings)
{
	struct arena *keep = cli->arena, *each = arena_new();
	struct err err = { 0 };

	cli->arena = each;
	while (!stop) {
		int rc;

		err.code = E_OK;
		rc = run_once(cli, settings, &err);
		arena_reset(each);
		if (rc < 0 && !may_pass(&err))
			break;
		for (int64_t left = PAUSE_MS; rc < 0 && left > 0 && !stop; left -= WAIT_MS)
			poll(NULL, 0, (int)WAIT_MS);
		if (!stop)
			desk_wait(cli->desk, WAIT_MS);
	}
	cli->arena = keep;
	arena_free(&each);
	return stop ? 0 : (int)err_class(&err);
}

static int
run_dry(struct cli *cli, int64_t limit, struct err *err)
{
	struct outbox_in *in = record_new(cli->arena, &rec_outbox_in);

	in->due = 1;
	in->limit = limit > 0 ? limit : INT_EXACT;
	return cli_call(cli, &op_outbox_list, in, cli_print, cli, err);
}

static int
run(struct cli *cli)
{
	const struct in *in = cli->in;
	struct outbox_settings settings = {
		.lock_wait_ms = in->follow == 1 ? PAUSE_MS : 0,
		.limit = in->limit == INT_ABSENT ? 0 : in->limit,
		.stop = &stop,
	};
	struct err err = { 0 };

	if (in->lock_wait != INT_ABSENT)
		settings.lock_wait_ms = in->lock_wait;
	if (in->limit != INT_ABSENT && in->limit < 1) {
		err_set(&err, E_BAD_VALUE, "name", "--limit", "value", arena_printf(cli->arena, "%lld", (long long)in->limit), "expected", N_("a number above 0"), NULL);
		return cli_fail(cli, &err, NULL);
	}
	if (cli->dry_run)
		return run_dry(cli, settings.limit, &err) < 0 && err.code != E_OK ? cli_fail(cli, &err, NULL) : cli->worst;
	if (smtp_account_read(cli, &settings.account, &err) < 0)
		return cli_fail(cli, &err, NULL);
	catch_signals();
	if (in->follow == 1)
		return follow(cli, &settings);
	run_once(cli, &settings, &err);
	return cli->worst;
}

const struct command cmd_outbox_send = {
	.name = "outbox-send",
	.summary = N_("sends what is to leave"),
	.about = N_("Sends the mails that are due to the server of the configuration (smtp.host and its kin), one after the other, and prints each with its state. "
		    "For cron, or with --follow for a service. It may be interrupted or killed at any time: no mail is lost, and none goes twice by itself.\n\n"
		    "A mail that the server puts off is deferred: it is tried again after 1, 5, 15 and 60 minutes, then every 4 hours, and has failed after 48 hours. "
		    "One that it refuses has failed at once. Where the connection was cut after everything had been sent, or the program was killed then, "
		    "nobody can tell whether the mail arrived: it is unknown, is never sent again by itself, and waits for outbox-retry or outbox-drop. "
		    "When the server cannot be reached or refuses the login, the mails wait as they did, and that counts as no try.\n\n"
		    "Exit status: 0 all that was due is sent; 65 some were refused; 75 some were deferred, or another outbox-send is running; "
		    "79 some are unknown; 69 the server cannot be reached, or refused the login or is refused for its certificate; 80 several of these. "
		    "With --follow: 0 when it is told to stop by SIGINT or SIGTERM, which lets it finish the mail at hand."),
	.task = TASK_CHANNEL,
	.flags = CMD_DRY_RUN,
	.op = &op_send,
	.examples = {
		{ "outbox-send", N_("send what is due") },
		{ "outbox-send --quiet --lock-wait 10s", N_("the same for cron: only what went wrong is said") },
		{ "outbox-send --dry-run", N_("what would be sent now") },
		{ "outbox-send --follow", N_("send what comes, until interrupted") },
	},
	.run = run,
	.see = "outbox-list, outbox-retry, outbox-drop, transcript-send",
};

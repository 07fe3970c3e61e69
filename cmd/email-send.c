
#include "cmd/cmd.h"

/* The outbox is looked at so often at least: a sender may be another's process. */
#define LOOK_MS 1000

struct extra {
	int64_t wait;
};
RECORD(rec_email_send_extra, struct extra, "email-send", NULL,
       DURATION_FIELD(struct extra, wait, 0, N_("wait so long until outbox-send has sent it")))

struct sent {
	struct cli *cli;
	const struct record *record;
	void *p;
};

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct sent *sent = context;

	(void)err;
	sent->record = record;
	sent->p = arena_memdup(sent->cli->arena, p, record->size);
	return 0;
}

static int
state_now(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	*(int64_t *)context = record_int(record, p, "state");
	return 0;
}

static bool
is_under_way(int64_t state)
{
	return state == MAIL_QUEUED || state == MAIL_SENDING || state == MAIL_DEFERRED;
}

/* Until it is settled, or the time is over. */
static int
wait_for(struct cli *cli, const char *id, int64_t ms, int64_t *state_r, struct err *err)
{
	struct cli_wait wait = cli_wait_begin(cli, ms);

	for (;;) {
		int64_t left;

		if (cli_call(cli, &op_email_draft, &id, state_now, state_r, err) < 0)
			return -1;
		left = cli_wait_left(&wait);
		if (!is_under_way(*state_r) || !left)
			return 0;
		desk_wait(cli->desk, left < LOOK_MS ? left : LOOK_MS);
	}
}

static int
told(struct cli *cli, const char *id, int64_t state, int64_t wait, struct err *err)
{
	if (state == MAIL_SENT || state == MAIL_FOR_REVIEW)
		return 0;
	if (is_under_way(state))
		return err_set(err, E_UNSENT_YET, "id", id, "state", names_get(&mail_states, (int)state), "time", duration_format(cli->arena, wait), NULL);
	return err_set(err, E_MAIL_STATE, "id", id, "state", names_get(&mail_states, (int)state), NULL);
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;
	struct sent sent = { cli, NULL, NULL };
	int64_t state;

	record_set_text(cli->command->op->in, cli->in, "id", id);
	if (cli_call(cli, cli->command->op, cli->in, keep, &sent, err) < 0)
		return -1;
	state = record_int(sent.record, sent.p, "state");
	if (extra->wait > 0 && is_under_way(state)) {
		int rc = wait_for(cli, record_text(sent.record, sent.p, "id"), extra->wait, &state, err);

		desk_until(cli->desk, 0);
		if (rc < 0)
			return -1;
		record_set_int(sent.record, sent.p, "state", state);
		if (cli_print(cli, sent.record, sent.p, err) < 0)
			return -1;
		return told(cli, record_text(sent.record, sent.p, "id"), state, extra->wait, err);
	}
	return cli_print(cli, sent.record, sent.p, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_email_send = {
	.name = "email-send",
	.summary = N_("sends a draft"),
	.about = N_("It goes to the outbox, from where outbox-send sends it: its state is queued; or, where the site's rules want that, to those who review it first: for-review. "
		    "Its recipients, its text and its files are as they are now; nothing changes them any more without email-review being told.\n\n"
		    "What it answers is done with that, unless it is a first answer (--interim); where a disposition is still to be given to that, it is refused. "
		    "--wait stays until it has been sent: exit status 75 when that takes longer, 79 when it failed or nobody knows. One that failed for good comes back to your workbin, and an alert says so."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_email_send,
	.extra = &rec_email_send_extra,
	.operand = "ID",
	.examples = {
		{ "email-send @", N_("the current draft") },
		{ "email-send ID --interim", N_("what it answers stays open") },
		{ "email-send ID --wait 1m", N_("and see it sent") },
	},
	.run = run,
	.see = "email-edit, email-review, outbox-send, outbox-list",
};

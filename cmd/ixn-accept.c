#include "cmd/cmd.h"

struct extra {
	int64_t wait;
};
RECORD(rec_ixn_accept_extra, struct extra, "ixn-accept", NULL,
       DURATION_FIELD(struct extra, wait, 0, N_("wait so long for an offer")))

struct taken {
	struct cli *cli;
	int n;
};

static int
take(void *context, const struct record *record, const void *p, struct err *err)
{
	struct taken *taken = context;

	taken->n++;
	cli_set_current(taken->cli, record_text(record, p, "id"));
	return cli_print(taken->cli, record, p, err);
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;
	bool waits = extra->wait != INT_ABSENT && extra->wait > 0;
	struct cli_wait wait = cli_wait_begin(cli, extra->wait);
	struct taken taken = { cli, 0 };

	record_set_text(cli->command->op->in, cli->in, "id", id);
	for (;;) {
		int64_t left;

		if (cli_call(cli, &op_ixn_accept, cli->in, take, &taken, err) < 0)
			return -1;
		if (taken.n)
			return 0;
		left = waits ? cli_wait_left(&wait) : 0;
		if (!left)
			break;
		desk_wait(cli->desk, left);
	}
	if (!waits)
		return err_set(err, E_NO_OFFER, NULL);
	return err_set(err, E_TIMED_OUT, "time", duration_format(cli->arena, extra->wait), NULL);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_ixn_accept = {
	.name = "ixn-accept",
	.summary = N_("takes an offer"),
	.about = N_("Without an id the oldest open offer is taken. An offer may also be to be consulted, to join as in a conference, or to follow: the field purpose of ixn-show says so, and the interaction stays with the agent who has it. It becomes the current interaction, '@' of other commands. Exit status 1 says that there was none."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_OPTIONAL_OPERAND | CMD_SETS_CURRENT,
	.op = &op_ixn_accept,
	.extra = &rec_ixn_accept_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-accept", N_("take the oldest offer") },
		{ "id=$(ixn-accept --wait 60s --ids)", N_("wait up to a minute for one, and keep its id") },
	},
	.run = run,
	.see = "ixn-reject, ixn-show, ixn-done",
};

#include "cmd/cmd.h"

struct extra {
	int64_t choices;
};
RECORD(rec_ixn_done_extra, struct extra, "ixn-done", NULL,
       BOOL_FIELD(struct extra, choices, 0, N_("show what may be chosen, change nothing")))

static bool
reads(struct cli *cli)
{
	return ((const struct extra *)cli->extra)->choices == 1;
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	record_set_text(cli->command->op->in, cli->in, "id", id);
	if (reads(cli))
		return cli_call(cli, &op_ixn_choices, &id, NULL, NULL, err);
	return cli_call(cli, &op_ixn_done, cli->in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const choices_shown[] = { &op_ixn_choices, NULL };

const struct command cmd_ixn_done = {
	.name = "ixn-done",
	.summary = N_("marks an interaction done"),
	.about = N_("Saves its outcome, ends the agent's ownership and frees capacity. Refused while the contact is connected (chat-end first) and where a disposition is mandatory. "
		    "Where the site has a workflow for the queue, it goes on to one of its queues (--queue) or leaves it (--stop); a choice that is missing is refused with status 79 and changes nothing."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_ixn_done,
	.also = choices_shown,
	.extra = &rec_ixn_done_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-done @ --disposition solved", N_("with its outcome") },
		{ "ixn-done @ --stop --transcript", N_("leave the workflow, mail the transcript") },
		{ "ixn-done @ --choices", N_("what may be chosen") },
	},
	.run = run,
	.reads = reads,
	.see = "chat-end, ixn-disposition, transcript-send",
};

#include "cmd/cmd.h"

static int
take(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;

	cli_set_current(cli, record_text(record, p, "id"));
	return cli_print(cli, record, p, err);
}

static int
run(struct cli *cli)
{
	struct err err = { 0 };

	if (cli_call(cli, &op_chat_start, cli->in, take, cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	cli_flush(cli);
	return cli->worst;
}

const struct command cmd_chat_start = {
	.name = "chat-start",
	.summary = N_("begins a chat with a colleague"),
	.about = N_("An interaction without a contact. It is yours and counts as your work; the colleague is offered to join, as to a conference, and others may be brought in with ixn-conference. "
		    "No contact ever sees it, and it has no transcript to be mailed. Either side ends it with chat-end; you mark it done."),
	.task = TASK_CHANNEL,
	.op = &op_chat_start,
	.examples = {
		{ "chat-start --to agent:bob --text 'lunch?'", N_("write to a colleague") },
		{ "id=$(chat-start --to lead:support --ids)", N_("to a lead, keeping its id") },
	},
	.run = run,
	.see = "chat-send, chat-tail, chat-end, ixn-conference",
};

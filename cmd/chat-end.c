#include "cmd/cmd.h"

static bool
as_contact(struct cli *cli)
{
	return record_int(cli->command->op->in, cli->in, "as_contact") == 1;
}

const struct command cmd_chat_end = {
	.name = "chat-end",
	.summary = N_("ends a chat session"),
	.about = N_("The interaction stays with the agent, to be finished with ixn-done. Ending what has ended is no error."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_chat_end,
	.operand = "ID",
	.examples = {
		{ "chat-end @", N_("end the current chat") },
		{ "chat-end ID --as-contact", N_("as the contact leaves, for gateways and tests") },
	},
	.as_owner = as_contact,
	.see = "ixn-done, chat-send",
};

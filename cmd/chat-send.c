#include "cmd/cmd.h"

static bool
as_contact(struct cli *cli)
{
	return record_int(cli->command->op->in, cli->in, "as_contact") == 1;
}

const struct command cmd_chat_send = {
	.name = "chat-send",
	.summary = N_("says something in a chat"),
	.about = N_("The contact sees what is visible to all, under the alias of the agent. A pushed page opens for the contact; only http and https go through."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_chat_send,
	.operand = "ID",
	.examples = {
		{ "chat-send @ --text 'Good morning, how can I help?'", N_("to the contact") },
		{ "chat-send @ --visible agents --text 'she called yesterday'", N_("to colleagues only") },
		{ "chat-send @ --url https://www.example.org/track", N_("open a page for the contact") },
	},
	.as_owner = as_contact,
	.see = "chat-tail, chat-end",
};

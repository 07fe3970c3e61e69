#include "cmd/cmd.h"

const struct command cmd_ixn_conference = {
	.name = "ixn-conference",
	.summary = N_("brings colleagues into a chat, seen by the contact"),
	.about = N_("The colleague is offered to join and does so with ixn-accept; the contact is told who joins and who leaves, by alias. There may be several. They speak with chat-send, and leave with --end; "
		    "the chat goes on with the agent who has it. When it is handed over they stay, when it ends or is put aside they leave."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_ixn_conference,
	.operand = "ID",
	.examples = {
		{ "ixn-conference @ --to lead:support", N_("ask a lead to join") },
		{ "ixn-conference @ --complete", N_("the colleague who is consulted joins") },
		{ "ixn-conference @ --remove agent:bob", N_("without bob again") },
		{ "ixn-conference @ --end", N_("all colleagues leave; or, as one of them, you do") },
	},
	.see = "ixn-consult, ixn-accept, ixn-show, ixn-transfer",
};

#include "cmd/cmd.h"

const struct command cmd_ixn_consult = {
	.name = "ixn-consult",
	.summary = N_("asks a colleague for advice, unseen by the contact"),
	.about = N_("The colleague is offered the consult and takes it with ixn-accept; the interaction stays yours. A colleague who declines, or does not answer, changes nothing.\n\n"
		    "Who is consulted sees the interaction whole, as it goes on; what you say to each other goes by 'chat-send --visible agents' and is never for the contact, nor in the transcript. "
		    "One colleague at a time. Then 'ixn-transfer --complete' hands the interaction over, 'ixn-conference --complete' brings the colleague in, "
		    "--end ends the consult, for either of you. It also ends when you hand over, put aside or end the interaction."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_ixn_consult,
	.operand = "ID",
	.examples = {
		{ "ixn-consult @ --to agent:bob --note 'may I give her a refund?'", N_("ask a colleague") },
		{ "ixn-consult @ --to 'skill:french>=3'", N_("ask whoever is free and knows") },
		{ "ixn-consult @ --end", N_("thank you") },
	},
	.see = "ixn-accept, chat-send, ixn-transfer, ixn-conference",
};

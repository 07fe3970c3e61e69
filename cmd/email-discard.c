#include "cmd/cmd.h"

const struct command cmd_email_discard = {
	.name = "email-discard",
	.summary = N_("gives up a draft"),
	.about = N_("It is sent to nobody, and its interaction is done; that it was there stays in the history. What it answers stays open. Only drafts are discarded, never what came."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS,
	.op = &op_email_discard,
	.operand = "ID",
	.examples = {
		{ "email-discard ID", N_("by who has it open, or whose workbin it lies in") },
		{ "ixn-list --workbin drafts --older-than 30d --ids | email-discard -", N_("old ones") },
	},
	.see = "email-save, email-edit",
};

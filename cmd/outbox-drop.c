#include "cmd/cmd.h"

const struct command cmd_outbox_drop = {
	.name = "outbox-drop",
	.summary = N_("gives up a mail"),
	.about = N_("It is kept, marked dropped, and is not sent any more. Of a mail that is sent its copy for the folder of sent mails is given up, where that waits or has failed."),
	.task = TASK_CHANNEL,
	.flags = CMD_MAIL_IDS,
	.op = &op_outbox_drop,
	.operand = "ID",
	.examples = {
		{ "outbox-drop ID", N_("give up this mail") },
		{ "outbox-list --state unknown --ids | outbox-drop -", N_("take all unknown ones as arrived") },
	},
	.see = "outbox-list, outbox-retry",
};

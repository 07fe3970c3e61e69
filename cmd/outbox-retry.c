#include "cmd/cmd.h"

const struct command cmd_outbox_retry = {
	.name = "outbox-retry",
	.summary = N_("sends a mail again"),
	.about = N_("For mails that are unknown, failed or deferred. Recipients who have it already are left alone. It leaves with the next outbox-send. "
		    "Of a mail that is sent its copy for the folder of sent mails is tried again, where that waits or has failed; with --copy never anything else."),
	.task = TASK_CHANNEL,
	.flags = CMD_MAIL_IDS,
	.op = &op_outbox_retry,
	.operand = "ID",
	.examples = {
		{ "outbox-retry ID", N_("try this mail again") },
		{ "outbox-list --state failed --ids | outbox-retry -", N_("try all that failed again") },
		{ "outbox-list --copy failed --ids | outbox-retry --copy -", N_("try copies of sent mails again that failed") },
	},
	.see = "outbox-list, outbox-drop",
};

#include "cmd/cmd.h"

const struct command cmd_outbox_list = {
	.name = "outbox-list",
	.summary = N_("lists what is to leave"),
	.about = N_("Mails that are not sent yet, or need a person: unknown means that the connection was cut after everything had been sent, so only a person can tell whether it arrived. "
		    "So do sent ones of which no copy could be put into the folder of sent mails."),
	.task = TASK_CHANNEL,
	.flags = CMD_LIST,
	.op = &op_outbox_list,
	.examples = {
		{ "outbox-list", N_("what has not left yet") },
		{ "outbox-list --state unknown --ids", N_("what a person must settle") },
		{ "outbox-list --copy failed,deferred --fields id,copy,copy_reply", N_("copies of sent mails that could not be kept, and why") },
	},
	.see = "outbox-send, outbox-retry, outbox-drop",
};

#include "cmd/cmd.h"

const struct command cmd_cobrowse_end = {
	.name = "cobrowse-end",
	.summary = N_("no longer sees a contact's pages"),
	.about = N_("It ends by itself when the chat does, or goes on to somebody else. Ending what has ended is no error."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_cobrowse_end,
	.operand = "ID",
	.examples = {
		{ "cobrowse-end @", N_("of the current chat") },
		{ "cobrowse-end ID", N_("of this one") },
	},
	.see = "cobrowse-join, cobrowse-show",
};

#include "cmd/cmd.h"

const struct command cmd_cobrowse_join = {
	.name = "cobrowse-join",
	.summary = N_("sees the pages that a contact shows"),
	.about = N_("The contact starts it on the page, and either side ends it. What has ended cannot be joined again: the contact starts it anew. "
		    "Only pages of the websites that the site lists are shown, and no more of them than where they are."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_cobrowse_join,
	.operand = "ID",
	.examples = {
		{ "cobrowse-join @", N_("from now on") },
		{ "cobrowse-join ID --json", N_("for a program") },
	},
	.see = "cobrowse-show, cobrowse-propose, cobrowse-end, chat-send",
};

#include "cmd/cmd.h"

const struct command cmd_cobrowse_propose = {
	.name = "cobrowse-propose",
	.summary = N_("proposes a page to a contact who shows pages"),
	.about = N_("The contact is asked, and goes there or stays. It must be a page of the websites that the site lists; another one is pushed with 'chat-send --url'."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_cobrowse_propose,
	.operand = "ID",
	.examples = {
		{ "cobrowse-propose @ --url https://www.example.org/returns", N_("shall we go there?") },
		{ "cobrowse-propose ID --url https://www.example.org/pay --json", N_("for a program") },
	},
	.see = "cobrowse-join, cobrowse-show, chat-send",
};

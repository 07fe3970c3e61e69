#include "cmd/cmd.h"

const struct command cmd_alert_list = {
	.name = "alert-list",
	.summary = N_("lists alerts"),
	.about = N_("Lists those that concern me and still stand, the most urgent first, then the newest. With --ixn an author and a lead see those for others, too; "
		    "who acts as the owner of the store sees all that stand."),
	.task = TASK_SESSION,
	.flags = CMD_LIST,
	.op = &op_alert_list,
	.examples = {
		{ "alert-list", N_("what I should know now") },
		{ "alert-list --ixn @ --level warning", N_("about the current interaction, warnings and worse") },
		{ "alert-list --all --json", N_("all that were ever posted, as a lead") },
	},
	.see = "alert-post, ixn-show",
};

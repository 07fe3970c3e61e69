#include "cmd/cmd.h"

const struct command cmd_contact_unmerge = {
	.name = "contact-unmerge",
	.summary = N_("takes a merge of contacts back"),
	.about = N_("Both are as they were, and each has what arrived at its own addresses meanwhile."),
	.task = TASK_LIBRARY,
	.flags = CMD_CONTACT_IDS,
	.op = &op_contact_unmerge,
	.operand = "CONTACT",
	.examples = {
		{ "contact-unmerge CONTACT", N_("the contact that was merged into another") },
		{ "contact-show OTHER --json | jq -r '.merged[]' | contact-unmerge -", N_("all that were merged into OTHER") },
	},
	.see = "contact-merge, contact-show",
};

#include "cmd/cmd.h"

const struct command cmd_contact_merge = {
	.name = "contact-merge",
	.summary = N_("says that two contacts are one person"),
	.about = N_("Their histories and addresses are shown together, under the contact that stays. Nothing is moved: contact-unmerge restores both exactly, "
		    "each with what arrived at its own addresses meanwhile."),
	.task = TASK_LIBRARY,
	.flags = CMD_CONTACT_IDS,
	.op = &op_contact_merge,
	.operand = "CONTACT",
	.examples = {
		{ "contact-merge CONTACT --into OTHER", N_("OTHER stays") },
		{ "contact-merge CONTACT ANOTHER --into OTHER", N_("both of them") },
	},
	.see = "contact-unmerge, contact-show",
};

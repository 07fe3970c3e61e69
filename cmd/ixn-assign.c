#include "cmd/cmd.h"

const struct command cmd_ixn_assign = {
	.name = "ixn-assign",
	.summary = N_("gives an interaction to another contact"),
	.about = N_("Where it was recognised wrongly, or several contacts share the address (ixn-show lists them as matches), or nobody was known. Until it is marked done."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_ixn_assign,
	.operand = "ID",
	.examples = {
		{ "ixn-assign @ --contact CONTACT", N_("to a contact that is known") },
		{ "ixn-assign ID --contact \"$(contact-add --name Ann --ids)\"", N_("to a new one") },
	},
	.see = "ixn-show, contact-merge",
};

#include "cmd/cmd.h"

const struct command cmd_email_save = {
	.name = "email-save",
	.summary = N_("puts a draft into a workbin"),
	.about = N_("Nobody has it open then. ixn-take opens it again, on this machine or another, by its author, by a lead, or by any agent of the team whose workbin it is; a second one is told who has it."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_email_save,
	.operand = "ID",
	.examples = {
		{ "email-save @", N_("for later, in your own workbin") },
		{ "email-save ID --in workbin:team-drafts --note 'please finish'", N_("for a colleague") },
	},
	.see = "ixn-take, ixn-list, email-edit, email-discard",
};

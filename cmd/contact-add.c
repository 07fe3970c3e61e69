#include "cmd/cmd.h"

const struct command cmd_contact_add = {
	.name = "contact-add",
	.summary = N_("makes a contact"),
	.about = N_("Interactions that come from one of its addresses are its own. Several contacts may share an address: the setting contacts.several says whose an interaction is then."),
	.task = TASK_LIBRARY,
	.flags = CMD_AS_OWNER,
	.op = &op_contact_add,
	.examples = {
		{ "contact-add --name 'Ann Smith' --address ann@example.org --address +33140506070", N_("with a mail address and a number") },
		{ "contact-add --name 'Ann Smith' --language fr --ids", N_("only the new id") },
	},
	.see = "contact-show, contact-merge",
};

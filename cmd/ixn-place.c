#include "cmd/cmd.h"

const struct command cmd_ixn_place = {
	.name = "ixn-place",
	.summary = N_("puts an interaction aside"),
	.about = N_("Into a workbin it lies there, and its agent is free for others, until it is taken out with ixn-take; in a personal workbin each agent has a drawer. "
		    "Into a queue it waits with the age it has, and is not offered at once to the one who put it there. Consults, conferences and what else hangs on it end.\n\n"
		    "A chat may be put aside while the contact is connected: what the contact writes still arrives, and nobody answers until it is taken out.\n\n"
		    "Where the site has a workflow, it binds Mark Done; ixn-place may use any queue. What was taken from a workbin needs no more than its name to be put back where it was, "
		    "and goes back there by itself when the session ends."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_ixn_place,
	.operand = "ID",
	.examples = {
		{ "ixn-place @ --in workbin:later --note 'waits for the supplier'", N_("into my drawer, with the reason") },
		{ "ixn-place @ --in queue:billing", N_("back into a queue, with its age") },
		{ "ixn-list --workbin later --of bob --ids | ixn-place - --in workbin:later --of carol", N_("as a lead: all from one drawer into another") },
	},
	.see = "ixn-take, ixn-list, ixn-transfer",
};

#include "cmd/cmd.h"

const struct command cmd_ixn_take = {
	.name = "ixn-take",
	.summary = N_("takes an interaction out of a workbin or a queue"),
	.about = N_("It is mine then, and nobody else's: who comes too late is told, with status 79, who has it. It takes a session on its medium and room for it, and none of being ready.\n\n"
		    "Out of a workbin: my own drawer, one of my team's workbins, or a shared one. Out of a queue: where the site lets agents choose (pull). "
		    "A lead takes out of the drawers of the agents led, out of any queue, and from an agent with --from."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_SETS_CURRENT,
	.op = &op_ixn_take,
	.operand = "ID",
	.examples = {
		{ "ixn-take ID", N_("out of the workbin where it lies") },
		{ "ixn-list --queue mail --limit 1 --ids | ixn-take -", N_("the oldest of a queue where agents choose") },
		{ "ixn-take ID --from bob", N_("as a lead, from an agent") },
	},
	.see = "ixn-place, ixn-list, ixn-accept",
};

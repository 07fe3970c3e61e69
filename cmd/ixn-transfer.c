#include "cmd/cmd.h"

const struct command cmd_ixn_transfer = {
	.name = "ixn-transfer",
	.summary = N_("hands an interaction over at once"),
	.about = N_("To a queue, an agent, a lead or a skill. The contact stays connected; data, notes and messages go along. What an agent refuses or misses goes to the queue with its age."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_ixn_transfer,
	.operand = "ID",
	.examples = {
		{ "ixn-transfer @ --to queue:billing --note 'asks about an invoice'", N_("to a queue, with the reason") },
		{ "ixn-transfer @ --to agent:bob", N_("to a colleague") },
	},
	.see = "ixn-accept, ixn-note",
};

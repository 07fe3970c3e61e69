#include "cmd/cmd.h"

const struct command cmd_ixn_transfer = {
	.name = "ixn-transfer",
	.summary = N_("hands an interaction over at once"),
	.about = N_("To a queue, an agent, a lead, somebody of a team, or a skill. The contact stays connected; data, notes and messages go along. What an agent refuses or misses goes to the queue with its age.\n\n"
		    "An agent or lead who is logged in may be busy: it waits for that one alone. Of a team somebody who is free is meant. "
		    "With --if-unavailable only who can take it now is a target (an agent who is ready and has room, a queue that is open and that somebody serves); "
		    "else the transfer is refused (fail), or it waits in the agent's first queue or its own (queue), or in the queue's fallback (fallback).\n\n"
		    "A colleague who is consulted has it at once with --complete; so does one in conference to whom it is handed over."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_ixn_transfer,
	.operand = "ID",
	.examples = {
		{ "ixn-transfer @ --to queue:billing --note 'asks about an invoice'", N_("to a queue, with the reason") },
		{ "ixn-transfer @ --to agent:bob", N_("to a colleague") },
		{ "ixn-transfer @ --to agent:bob --if-unavailable queue", N_("or, while he is away, to the queue that he serves") },
		{ "ixn-transfer @ --complete", N_("to the colleague who is consulted") },
	},
	.see = "ixn-accept, ixn-note, ixn-consult",
};

#include "cmd/cmd.h"

const struct command cmd_ixn_reject = {
	.name = "ixn-reject",
	.summary = N_("declines an offer"),
	.about = N_("The interaction goes back to its queue with its age and is offered to somebody else. For a while (the exclusion time of the queue) it is not offered here again. Declining to be consulted, to join or to follow changes nothing but that."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_OPTIONAL_OPERAND | CMD_EMPTY_FAILS,
	.op = &op_ixn_reject,
	.operand = "ID",
	.examples = {
		{ "ixn-reject @offer", N_("decline the one open offer") },
		{ "ixn-reject @offer --reason busy", N_("and say why") },
	},
	.empty_code = E_NO_OFFER,
	.see = "ixn-accept",
};

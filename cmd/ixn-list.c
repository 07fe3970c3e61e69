#include "cmd/cmd.h"

const struct command cmd_ixn_list = {
	.name = "ixn-list",
	.summary = N_("lists interactions"),
	.about = N_("Lists mine that are not done. --offers lists what I am offered, --queue what waits or is worked on in a queue, --all everything."),
	.task = TASK_IXN,
	.flags = CMD_LIST,
	.op = &op_ixn_list,
	.examples = {
		{ "ixn-list", N_("my interactions") },
		{ "ixn-list --offers", N_("what I am offered") },
		{ "ixn-list --queue billing --older-than 10m --ids", N_("what has waited in a queue for ten minutes, as ids for a pipe") },
	},
	.see = "ixn-show, ixn-accept",
};

#include "cmd/cmd.h"

const struct command cmd_agent_list = {
	.name = "agent-list",
	.summary = N_("presence, load and skills of agents"),
	.about = N_("The state is ready where any medium is, not-ready where none is, logged-out without a session."),
	.task = TASK_SESSION,
	.flags = CMD_LIST,
	.op = &op_agent_list,
	.examples = {
		{ "agent-list", N_("every agent") },
		{ "agent-list --team support", N_("the agents of a team") },
	},
	.see = "agent-login, agent-state",
};

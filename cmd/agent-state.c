#include "cmd/cmd.h"

/* Without a state it only shows. */
static int
one(struct cli *cli, const char *operand, struct err *err)
{
	const struct record *in = cli->command->op->in;

	if (!operand)
		return cli_call(cli, &op_agent_presence, cli->in, NULL, NULL, err);
	if (cli_set(cli, in, cli->in, "state", operand, err) < 0)
		return -1;
	return cli_call(cli, &op_agent_state, cli->in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_agent_state = {
	.name = "agent-state",
	.summary = N_("shows or sets presence"),
	.about = N_("Presence is per medium. Without a state it is shown. A lead sets that of another agent with --of; the event log keeps who did it.\n\n"
		    "With --after-current media on which there is work in hand keep their state, and take nothing new, until the last of it is done and its after-call work is over; "
		    "the others change at once. What is asked for later replaces it: 'agent-state ready' takes it back.\n\n"
		    "With --for the agent is ready again after that time, which with --after-current begins when the state does. "
		    "In a queue with wrap_up the end of an interaction leads to after-work until that time is over or the last one is marked done; "
		    "'agent-state ready' ends it at once."),
	.task = TASK_SESSION,
	.flags = CMD_ONE_OPERAND | CMD_OPTIONAL_OPERAND,
	.op = &op_agent_state,
	.operand = "ready|not-ready|after-work",
	.examples = {
		{ "agent-state ready", N_("take interactions") },
		{ "agent-state not-ready --media email --reason lunch", N_("no mail for now") },
		{ "agent-state not-ready --after-current --reason lunch --for 30m", N_("lunch, once the present chats are done") },
		{ "agent-state", N_("show the state of each medium") },
	},
	.run = run,
	.see = "agent-login, agent-list",
};

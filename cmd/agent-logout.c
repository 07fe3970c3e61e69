#include "cmd/cmd.h"

static int
forget_session(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;

	if (!record_text(cli->command->op->in, cli->in, "of") && !record_text(cli->command->op->in, cli->in, "device"))
		cli_session_forget(cli, record_text(record, p, "agent"));
	return cli_print(cli, record, p, err);
}

static int
run(struct cli *cli)
{
	struct err err = { 0 };

	if (cli_call(cli, &op_session_logout, cli->in, forget_session, cli, &err) < 0) {
		/* Killed before the file was gone, or ended by time: what it proves is over. */
		if (err.code == E_SESSION_ENDED)
			cli_session_forget(cli, err_get(&err, "name"));
		return cli_fail(cli, &err, NULL);
	}
	cli_flush(cli);
	return cli->worst;
}

const struct command cmd_agent_logout = {
	.name = "agent-logout",
	.summary = N_("closes an agent's session"),
	.about = N_("Refused while interactions are open, unless --requeue puts them back in their queues with their age. Offers that are open go to somebody else."),
	.task = TASK_SESSION,
	.op = &op_session_logout,
	.examples = {
		{ "agent-logout", N_("log out") },
		{ "agent-logout --requeue", N_("and leave what is open to others") },
		{ "agent-logout --device laptop", N_("a laptop was lost: what it has proves nothing any more") },
	},
	.run = run,
	.see = "agent-login",
};

#include <string.h>

#include "cmd/cmd.h"
#include "model/id.h"

struct extra {
	int64_t list;
};
RECORD(rec_team_monitor_extra, struct extra, "team-monitor", NULL,
       BOOL_FIELD(struct extra, list, 0, N_("show who follows whom, change nothing")))

static bool
reads(struct cli *cli)
{
	return ((const struct extra *)cli->extra)->list == 1;
}

/* What looks like an id, or the end of one, and is no agent's name in lower case, is an interaction. */
static bool
is_id(const char *operand)
{
	char id[ID_SIZE];

	return operand[0] == '@' || id_parse(operand, id) || (id_end_parse(operand, id) && strpbrk(operand, "0123456789"));
}

static int
one(struct cli *cli, const char *operand, struct err *err)
{
	const struct record *in = cli->command->op->in;
	const char *id;

	if (reads(cli)) {
		void *which = record_new(cli->arena, op_team_monitors.in);

		record_set_text(op_team_monitors.in, which, "agent", operand);
		return cli_call(cli, &op_team_monitors, which, NULL, NULL, err);
	}
	if (operand && is_id(operand)) {
		if (cli_resolve(cli, operand, &id, err) < 0)
			return -1;
		record_set_text(in, cli->in, "id", id);
	} else {
		record_set_text(in, cli->in, "agent", operand);
	}
	return cli_call(cli, cli->command->op, cli->in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const monitors_shown[] = { &op_team_monitors, NULL };

const struct command cmd_team_monitor = {
	.name = "team-monitor",
	.summary = N_("follows an agent's work, as a lead"),
	.about = N_("Listening is seen by nobody; what a coach says (chat-send --visible agent:NAME) is for the agent alone; who barges in speaks to all, and is seen to join. "
		    "The mode may be changed at any time. With --next each interaction that the agent begins is offered: accept it with ixn-accept.\n\n"
		    "One agent at a time, of a team that you lead. When the interaction is handed over you stay with it, or with the agent, as the site has settled (monitor.follow). "
		    "ixn-show --part participants keeps who followed when, and how."),
	.task = TASK_SESSION,
	.flags = CMD_ONE_OPERAND | CMD_OPTIONAL_OPERAND,
	.op = &op_team_monitor,
	.also = monitors_shown,
	.extra = &rec_team_monitor_extra,
	.operand = "AGENT|ID",
	.examples = {
		{ "team-monitor alice --mode listen", N_("what alice has in hand") },
		{ "team-monitor alice --mode coach --next", N_("whatever she takes next") },
		{ "team-monitor --mode off", N_("no more") },
	},
	.run = run,
	.reads = reads,
	.see = "chat-tail, chat-send, ixn-accept",
};

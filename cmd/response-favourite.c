#include "cmd/cmd.h"

static int
one(struct cli *cli, const char *typed, struct err *err)
{
	struct choice choice;

	if (cli_response(cli, typed, NULL, &choice, err) < 0)
		return -1;
	record_set_text(cli->command->op->in, cli->in, "id", choice.name);
	return cli_call(cli, cli->command->op, cli->in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_response_favourite = {
	.name = "response-favourite",
	.summary = N_("puts a response among my favourites"),
	.about = N_("Favourites are an agent's own and hold for all media. 'response-list --favourites' lists them, response-search ranks them higher, and finds among them alone with --favourites."),
	.task = TASK_LIBRARY,
	.op = &op_response_favourite,
	.operand = "RESPONSE",
	.examples = {
		{ "response-favourite refund", N_("one more favourite") },
		{ "response-favourite refund --remove", N_("one less") },
	},
	.run = run,
	.see = "response-list, response-search",
};

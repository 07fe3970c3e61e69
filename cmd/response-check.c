#include <string.h>

#include "cmd/cmd.h"

struct visit {
	struct cli *cli;
	size_t faults, remarks;
};

static int
found(void *context, const struct record *record, const void *p, struct err *err)
{
	struct visit *v = context;
	void *copy = arena_memdup(v->cli->arena, p, record->size);
	const char *severity = record_text(record, p, "severity");

	if (severity && strcmp(severity, "fault") == 0)
		v->faults++;
	else
		v->remarks++;
	record_set_text(record, copy, "text", cli_finding(v->cli, record, p));
	return cli_print(v->cli, record, copy, err);
}

static int
run(struct cli *cli)
{
	struct visit v = { .cli = cli };
	struct err err = { 0 };

	if (cli_call(cli, cli->command->op, cli->in, found, &v, &err) < 0)
		return cli_fail(cli, &err, NULL);
	cli_flush(cli);
	cli_say(cli, cli_text(N_("%zu faults, %zu remarks")), v.faults, v.remarks);
	if (!v.faults)
		return cli->worst;
	err_set(&err, E_LIBRARY_FAULTS, "count", arena_printf(cli->arena, "%zu", v.faults), NULL);
	return cli_fail(cli, &err, NULL);
}

const struct command cmd_response_check = {
	.name = "response-check",
	.summary = N_("looks through the library for what is wrong, or useless"),
	.about = N_("Fills in each response in its language, as for a contact of whom everything is known, and finds field codes that are wrong, what has expired or can never be used, "
		    "and shortcuts that mean another response. Remarks are made of what was never sent in 90 days, of responses that say nearly the same, of empty categories, and of shortcuts "
		    "such as hello-fr that lack a language which others of their kind have.\n\n"
		    "Status 0 when there is no fault, 79 when there is; remarks do not count."),
	.task = TASK_LIBRARY,
	.flags = CMD_AS_OWNER,
	.op = &op_response_check,
	.examples = {
		{ "response-check", N_("all of the library") },
		{ "response-check --language fr --check field-code --check value", N_("the field codes of what is in French") },
		{ "response-check --quiet >/dev/null || mail -s library editors", N_("for cron") },
	},
	.run = run,
	.see = "response-list, response-edit, response-import",
};

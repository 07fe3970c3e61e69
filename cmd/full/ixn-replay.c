/*
 * ixn-replay: a past period through the rules of the store, and through others.
 */
#include "cmd/cmd.h"
#include "cmd/full/site_file.h"
#include "desk/site.h"

struct extra {
	const char *load;
	int64_t replace;
};
#define X struct extra
RECORD(rec_ixn_replay_extra, X, "ixn-replay", NULL,
       TEXT_FIELD_AS(X, load, "FILE", 0, N_("try this site, merged as ixn-setup --load would; '-' is standard input")),
       BOOL_FIELD(X, replace, 0, N_("with --load: without what the file does not have, in the sections it has")))
#undef X

struct shown {
	struct cli *cli;
	size_t n;
};

static int
show(void *context, const struct record *record, const void *p, struct err *err)
{
	struct shown *shown = context;

	shown->n++;
	return cli_print(shown->cli, record, p, err);
}

static int
read_site(struct cli *cli, const struct extra *extra, struct err *err)
{
	struct records *sites = field_at(record_field(cli->command->op->in, "site"), cli->in);
	struct site *site;

	if (!extra->load)
		return extra->replace == 1 ? err_set(err, E_USAGE, "what", N_("--replace goes with --load"), "command", "ixn-replay", NULL) : 0;
	if (site_file_read(cli, extra->load, &site, err) < 0)
		return -1;
	site->replace = extra->replace;
	*sites = (struct records){ site, 1 };
	return 0;
}

static int
run(struct cli *cli)
{
	struct shown shown = { cli, 0 };
	struct err err = { 0 };
	int status;

	if (read_site(cli, cli->extra, &err) < 0)
		return cli_fail(cli, &err, NULL);
	status = cli_open_desk(cli);
	if (status)
		return status;
	if (cli_call(cli, &op_ixn_replay, cli->in, show, &shown, &err) < 0)
		cli_fail(cli, &err, NULL);
	else if (!shown.n)
		cli_say(cli, "%s", cli_text(N_("nothing arrived in that period")));
	cli_flush(cli);
	return cli->worst;
}

const struct command cmd_ixn_replay = {
	.name = "ixn-replay",
	.summary = N_("tries other rules or another staff on a past period"),
	.about = N_("Runs the interactions that arrived in a past period once more, through the rules of the store and, with --load, through those of a site that is not "
		    "loaded: nothing is changed. A queue has a line for each run: as it was recorded, with the present rules, with the new ones.\n\n"
		    "Contacts come when they came and leave when they left; an interaction keeps its handling time, whoever has it, and an agent's answer takes as "
		    "long. What was never handled takes the median of its queue. Nobody declines an offer or misses one; what is pulled from a queue that does not "
		    "push is taken to be pulled as it would be pushed. What had come before the period is worked off, but not counted.\n\n"
		    "Agents are there when they were. Those whom only the new site has are there all the time, those whom a site no longer has are not."),
	.task = TASK_SITE,
	.flags = CMD_AS_OWNER,
	.op = &op_ixn_replay,
	.extra = &rec_ixn_replay_extra,
	.examples = {
		{ "ixn-replay --since yesterday --until today --load new.json", N_("yesterday with the rules of another site") },
		{ "ixn-replay --since -7d --staff site --within 30s", N_("the last week, had all agents been there") },
		{ "ixn-replay --since -1d --load new.json --fields queue,run,p90", N_("one figure of each run, for a script") },
	},
	.run = run,
	.see = "ixn-setup, ixn-list",
};

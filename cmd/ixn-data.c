#include <string.h>

#include "cmd/cmd.h"

struct extra {
	struct texts get;
};
RECORD(rec_ixn_data_extra, struct extra, "ixn-data", NULL,
       TEXTS_FIELD_AS(struct extra, get, "KEY", 0, N_("print the value of this key; may be given again")))

struct wanted {
	struct cli *cli;
	const struct texts *keys;
	size_t found;
};

static int
pick(void *context, const struct record *record, const void *p, struct err *err)
{
	struct wanted *w = context;

	for (size_t i = 0; i < w->keys->n; i++) {
		if (strcmp(w->keys->v[i], record_text(record, p, "key")) != 0)
			continue;
		w->found++;
		if (!w->cli->fields)
			w->cli->fields = "value";
		return cli_print(w->cli, record, p, err);
	}
	return 0;
}

static bool
reads(struct cli *cli)
{
	const struct record *in = cli->command->op->in;

	return !field_present(record_field(in, "set"), cli->in) && !field_present(record_field(in, "unset"), cli->in);
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;
	const struct record *in = cli->command->op->in;
	struct wanted wanted = { cli, &extra->get, 0 };

	record_set_text(in, cli->in, "id", id);
	if (!reads(cli))
		return cli_call(cli, &op_ixn_data, cli->in, NULL, NULL, err);
	if (!extra->get.n)
		return cli_call(cli, &op_ixn_values, &id, NULL, NULL, err);
	if (cli_call(cli, &op_ixn_values, &id, pick, &wanted, err) < 0)
		return -1;
	return wanted.found ? 0 : err_set(err, E_NOTHING_FOUND, NULL);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const values_shown[] = { &op_ixn_values, NULL };

const struct command cmd_ixn_data = {
	.name = "ixn-data",
	.summary = N_("shows or changes attached data"),
	.about = N_("Attached data travels with the interaction. The site may display some keys only, in an order of its own (data_display); the others are kept all the same. "
		    "Custom data may be changed, never added or removed."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_ixn_data,
	.also = values_shown,
	.extra = &rec_ixn_data_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-data @ --set order=1234 --set priority=high", N_("attach data") },
		{ "ixn-data @ --get order", N_("print one value") },
		{ "ixn-data @", N_("list all") },
	},
	.run = run,
	.reads = reads,
	.see = "ixn-show",
};

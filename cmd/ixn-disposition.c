#include "cmd/cmd.h"

struct extra {
	int64_t list;
};
RECORD(rec_ixn_disposition_extra, struct extra, "ixn-disposition", NULL,
       BOOL_FIELD(struct extra, list, 0, N_("list the codes of the site")))

static int
one(struct cli *cli, const char *id, struct err *err)
{
	record_set_text(cli->command->op->in, cli->in, "id", id);
	return cli_call(cli, &op_ixn_disposition, cli->in, NULL, NULL, err);
}

static bool
reads(struct cli *cli)
{
	return ((const struct extra *)cli->extra)->list == 1;
}

static int
run(struct cli *cli)
{
	struct err err = { 0 };
	void *in;

	if (!reads(cli))
		return cli_each(cli, one);
	in = record_new(cli->arena, op_name_list.in);
	record_set_text(op_name_list.in, in, "kind", "disposition");
	if (cli_call(cli, &op_name_list, in, NULL, NULL, &err) < 0)
		return cli_fail(cli, &err, NULL);
	cli_flush(cli);
	return cli->worst;
}

static const struct op *const codes_listed[] = { &op_name_list, NULL };

const struct command cmd_ixn_disposition = {
	.name = "ixn-disposition",
	.summary = N_("sets the outcome"),
	.about = N_("Codes can be set and cleared while the interaction is open and after the contact has left, until Mark Done."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_ixn_disposition,
	.also = codes_listed,
	.extra = &rec_ixn_disposition_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-disposition @ --set solved", N_("set a code") },
		{ "ixn-disposition --list", N_("list the codes") },
	},
	.run = run,
	.reads = reads,
	.see = "ixn-done",
};

#include <string.h>

#include "cmd/cmd.h"

struct extra {
	int64_t list;
};
RECORD(rec_ixn_disposition_extra, struct extra, "ixn-disposition", NULL,
       BOOL_FIELD(struct extra, list, 0, N_("list the codes that it may have, as a tree; those of the site without an interaction")))

static bool
reads(struct cli *cli)
{
	return ((const struct extra *)cli->extra)->list == 1;
}

/* To people the tree is shown by how far its codes stand to the right. */
static int
indent(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	int depth = (int)record_int(record, p, "depth");
	void *shown = arena_memdup(cli->arena, p, record->size);

	if (cli_to_people(cli))
		record_set_text(record, shown, "name", arena_printf(cli->arena, "%*s%s", 2 * depth, "", record_text(record, p, "name")));
	return cli_print(cli, record, shown, err);
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	if (reads(cli))
		return cli_call(cli, &op_disposition_list, &id, indent, cli, err);
	record_set_text(cli->command->op->in, cli->in, "id", id);
	return cli_call(cli, &op_ixn_disposition, cli->in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	/* No id given, and none is current: the whole tree. */
	if (reads(cli) && cli->operands_n == 1 && strcmp(cli->operands[0], "@") == 0 && !cli_current(cli))
		cli->operands_n = 0;
	return cli_each(cli, one);
}

static const struct op *const codes_listed[] = { &op_disposition_list, NULL };

const struct command cmd_ixn_disposition = {
	.name = "ixn-disposition",
	.summary = N_("sets the outcome"),
	.about = N_("Codes can be set and cleared while the interaction is open and after the contact has left, until Mark Done. --list shows the tree of those that are legal for its medium; "
		    "without an interaction, and where none is current, the whole tree of the site. A folder only holds others."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_ixn_disposition,
	.also = codes_listed,
	.extra = &rec_ixn_disposition_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-disposition @ --set solved", N_("set a code") },
		{ "ixn-disposition @ --list", N_("list the codes that it may have") },
	},
	.run = run,
	.reads = reads,
	.see = "ixn-done",
};

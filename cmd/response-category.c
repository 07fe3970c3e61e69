#include "cmd/cmd.h"

/* Without a change the tree is shown. */
static bool
reads(struct cli *cli)
{
	const struct record *in = cli->command->op->in;

	for (size_t i = 0; i < in->n; i++)
		if (field_present(&in->fields[i], cli->in))
			return false;
	return true;
}

/* To people the tree is shown by how far its names stand to the right. */
static int
indent(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	void *shown = arena_memdup(cli->arena, p, record->size);

	if (cli_to_people(cli) && !cli->fields)
		record_set_text(record, shown, "path", arena_printf(cli->arena, "%*s%s", 2 * (int)record_int(record, p, "depth"), "", record_text(record, p, "name")));
	return cli_print(cli, record, shown, err);
}

static int
one(struct cli *cli, const char *path, struct err *err)
{
	if (reads(cli))
		return cli_call(cli, &op_category_list, &path, indent, cli, err);
	if (path)
		return err_set(err, E_EXTRA_OPERAND, "value", path, NULL);
	return cli_call(cli, cli->command->op, cli->in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const shown[] = { &op_category_list, NULL };

const struct command cmd_response_category = {
	.name = "response-category",
	.summary = N_("shows the tree of categories, or changes it"),
	.about = N_("Each standard response lies in one category. A category is named by its path, as in Billing/Refunds; case and accents make no difference. "
		    "Names have letters, digits, hyphens, underscores and spaces. A root is of one language, and what lies below it speaks that. "
		    "Categories are also made by response-edit and response-import, where they are named.\n\n"
		    "What lies below a category goes along when it is moved or renamed. Who leads changes the tree."),
	.task = TASK_LIBRARY,
	.flags = CMD_OPTIONAL_OPERAND,
	.op = &op_category_edit,
	.also = shown,
	.operand = "[PATH]",
	.examples = {
		{ "response-category", N_("the whole tree, with how many responses each holds") },
		{ "response-category --add Facturation --language fr", N_("a root of a language") },
		{ "response-category --move Billing/Refunds --to Returns", N_("Returns/Refunds from now on") },
		{ "response-category --remove Returns --recursive", N_("with all that is in it") },
	},
	.run = run,
	.reads = reads,
	.see = "response-list, response-edit",
};

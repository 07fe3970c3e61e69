#include <string.h>

#include "cmd/cmd.h"

#define LIMIT 200

struct extra {
	int64_t tree;
};
RECORD(rec_response_list_extra, struct extra, "response-list", NULL,
       BOOL_FIELD(struct extra, tree, 0, N_("on a terminal: each below its category, by how far it stands to the right")))

struct tree {
	struct cli *cli;
	const char *category; /* of the line before */
	int64_t left;
};

static int
indented(struct tree *tree, const struct record *record, void *line, int depth, const char *name, struct err *err)
{
	record_set_text(record, line, "name", arena_printf(tree->cli->arena, "%*s%s", 2 * depth, "", name));
	return cli_print(tree->cli, record, line, err);
}

/* How much of a path stands there already: whole names that the line before began with. */
static size_t
shown_of(const char *before, const char *path)
{
	size_t shown = 0;

	for (size_t i = 0;; i++) {
		bool ends = path[i] == '/' || !path[i];

		if (ends && (before[i] == '/' || !before[i]))
			shown = path[i] ? i + 1 : i;
		if (!path[i] || before[i] != path[i])
			return shown;
	}
}

/* A line for each category that is new, then the response without its path. */
static int
line(void *context, const struct record *record, const void *p, struct err *err)
{
	struct tree *tree = context;
	struct arena *arena = tree->cli->arena;
	const char *path = record_text(record, p, "category"), *rest;
	void *copy = arena_memdup(arena, p, record->size);
	int depth = 0;

	if (tree->left-- <= 0)
		return 0;
	path = path ? path : "";
	rest = path + shown_of(tree->category, path);
	for (const char *s = path; s < rest; s++)
		depth += *s == '/';
	for (size_t size; *rest; rest += size + (rest[size] == '/')) {
		void *heading = record_new(arena, record);

		size = strcspn(rest, "/");
		if (indented(tree, record, heading, depth++, arena_printf(arena, "%.*s/", (int)size, rest), err) < 0)
			return -1;
	}
	for (const char *s = depth ? "" : path; *s; s++)
		depth += *s == '/';
	tree->category = arena_strdup(arena, path);
	record_set_text(record, copy, "category", NULL);
	return indented(tree, record, copy, depth, record_text(record, p, "name"), err);
}

static int
show_tree(struct cli *cli, const char *operand, struct err *err)
{
	const struct record *in = cli->command->op->in;
	int64_t limit = record_int(in, cli->in, "limit");
	struct tree tree = { cli, "", limit };

	(void)operand;
	if (cli_call(cli, cli->command->op, cli->in, line, &tree, err) < 0)
		return -1;
	cli_flush(cli);
	if (tree.left < 0)
		cli_say(cli, cli_text(N_("only the first %lld are shown; --limit shows more")), (long long)limit);
	return 0;
}

static int
run(struct cli *cli)
{
	const struct record *in = cli->command->op->in;

	if (((const struct extra *)cli->extra)->tree != 1 || !cli_to_people(cli))
		return cli_operation(cli);
	if (record_int(in, cli->in, "limit") == INT_ABSENT)
		record_set_int(in, cli->in, "limit", LIMIT);
	return cli_each(cli, show_tree);
}

const struct command cmd_response_list = {
	.name = "response-list",
	.summary = N_("lists standard responses"),
	.about = N_("In the order of the tree: by category, then by name. Those that you may see and use now; --all shows the others, too, --state those of one state. "
		    "To find one by its words there is response-search."),
	.task = TASK_LIBRARY,
	.flags = CMD_LIST,
	.op = &op_response_list,
	.extra = &rec_response_list_extra,
	.examples = {
		{ "response-list --tree --category Billing", N_("a part of the tree") },
		{ "response-list --favourites", N_("my favourites") },
		{ "response-list --state unapproved", N_("what waits for approval") },
		{ "response-list --state removed --ids", N_("what could be restored") },
	},
	.run = run,
	.limit = LIMIT,
	.see = "response-search, response-show, response-category",
};

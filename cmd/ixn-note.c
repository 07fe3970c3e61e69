#include <string.h>

#include "cmd/cmd.h"

struct extra {
	int64_t show, edit;
};
RECORD(rec_ixn_note_extra, struct extra, "ixn-note", NULL,
       BOOL_FIELD(struct extra, show, 0, N_("show what the notepad holds")),
       BOOL_FIELD(struct extra, edit, 0, N_("change the whole notepad in an editor; with --response, its text")))

struct notes {
	struct cli *cli;
	const char **text;
};

static int
join(void *context, const struct record *record, const void *p, struct err *err)
{
	const char **text = ((struct notes *)context)->text;

	(void)err;
	*text = arena_printf(((struct notes *)context)->cli->arena, "%s%s\n", *text, record_text(record, p, "text"));
	return 0;
}

/* The notepad as a whole. */
static int
edit(struct cli *cli, const char *id, struct err *err)
{
	const struct record *in = cli->command->op->in;
	const char *old = "", *text;
	struct notes notes = { cli, &old };

	if (cli_call(cli, &op_ixn_notes, &id, join, &notes, err) < 0 || cli_edit(cli, old, &text, err) < 0)
		return -1;
	if (strcmp(old, text) == 0)
		return 0;
	record_set_text(in, cli->in, "text", text);
	record_set_int(in, cli->in, "replace", 1);
	return cli_call(cli, &op_ixn_note, cli->in, NULL, NULL, err);
}

static bool
reads(struct cli *cli)
{
	const struct record *in = cli->command->op->in;
	const struct extra *extra = cli->extra;

	return extra->edit != 1 && (extra->show == 1 || (!record_text(in, cli->in, "text") && !record_text(in, cli->in, "response")));
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;

	record_set_text(cli->command->op->in, cli->in, "id", id);
	if (record_text(cli->command->op->in, cli->in, "response"))
		return cli_send(cli, id, "text", extra->edit == 1, err);
	if (extra->edit == 1)
		return edit(cli, id, err);
	if (!reads(cli))
		return cli_call(cli, &op_ixn_note, cli->in, NULL, NULL, err);
	return cli_call(cli, &op_ixn_notes, &id, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const notes_shown[] = { &op_ixn_notes, NULL };

const struct command cmd_ixn_note = {
	.name = "ixn-note",
	.summary = N_("writes in the notepad, or shows it"),
	.about = N_("The notepad goes along when the interaction is handed over, stands in the history, and is frozen at Mark Done. Without a text it is shown."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_ixn_note,
	.also = notes_shown,
	.extra = &rec_ixn_note_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-note @ --text 'promised to call back'", N_("add a note") },
		{ "ixn-note @ --show", N_("read them") },
	},
	.run = run,
	.reads = reads,
	.see = "ixn-show, ixn-transfer",
};

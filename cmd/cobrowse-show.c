#include <string.h>

#include "cmd/cmd.h"

struct extra {
	int64_t follow;
};
RECORD(rec_cobrowse_show_extra, struct extra, "cobrowse-show", NULL,
       BOOL_FIELD(struct extra, follow, 0, N_("go on, page after page, until it ends")))

struct shown {
	struct cli *cli;
	int64_t seq;
	const char *state;
	bool follow, ended;
};

/* Only what is news. */
static int
print(void *context, const struct record *record, const void *p, struct err *err)
{
	struct shown *s = context;
	const char *state = cli_get(s->cli, record, p, "state");

	if (!state)
		return cli_unsaid(s->cli, "a page without a state", err);
	s->ended = strcmp(state, "ended") == 0;
	if (s->follow && s->state && strcmp(s->state, state) == 0 && record_int(record, p, "seq") == s->seq)
		return 0;
	s->seq = record_int(record, p, "seq");
	s->state = s->ended ? "ended" : (strcmp(state, "active") == 0 ? "active" : "waiting");
	return cli_print(s->cli, record, p, err);
}

static int
look_again(struct cli *cli, void *context, struct err *err)
{
	struct shown *s = context;

	if (cli_call(cli, cli->command->op, cli->in, print, s, err) < 0)
		return -1;
	return s->follow && !s->ended;
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	struct shown s = { .cli = cli, .follow = ((const struct extra *)cli->extra)->follow == 1 };

	record_set_text(cli->command->op->in, cli->in, "id", id);
	return cli_follow(cli, look_again, &s, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_cobrowse_show = {
	.name = "cobrowse-show",
	.summary = N_("shows the page where a contact is"),
	.about = N_("Where the contact is can be seen once an agent has joined; before that, and when it has ended, only that it waits, or is over."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_cobrowse_show,
	.extra = &rec_cobrowse_show_extra,
	.operand = "ID",
	.examples = {
		{ "cobrowse-show @", N_("where the contact is now") },
		{ "cobrowse-show @ --follow --json", N_("page after page, for a program") },
	},
	.run = run,
	.see = "cobrowse-join, cobrowse-propose, cobrowse-end",
};

#include "cmd/cmd.h"

struct extra {
	int64_t follow;
};
RECORD(rec_chat_tail_extra, struct extra, "chat-tail", NULL,
       BOOL_FIELD(struct extra, follow, 0, N_("go on until the session ends")))

struct tail {
	struct cli *cli;
	const char *id;
	int64_t after, online;
};

static int
print(void *context, const struct record *record, const void *p, struct err *err)
{
	struct tail *t = context;

	t->after = record_int(record, p, "seq");
	return cli_print(t->cli, record, p, err);
}

static int
look(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	((struct tail *)context)->online = record_int(record, p, "online");
	return 0;
}

static int
look_again(struct cli *cli, void *context, struct err *err)
{
	const struct extra *extra = cli->extra;
	struct tail *t = context;

	/* Whether the session goes on is asked first: what was said last is fetched after it. */
	if (cli_call(cli, &op_ixn_show, &t->id, look, t, err) < 0)
		return -1;
	record_set_int(cli->command->op->in, cli->in, "after", t->after);
	if (cli_call(cli, &op_chat_tail, cli->in, print, t, err) < 0)
		return -1;
	return extra->follow == 1 && t->online;
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	struct tail t = { cli, id, record_int(cli->command->op->in, cli->in, "after"), 0 };

	record_set_text(cli->command->op->in, cli->in, "id", id);
	cli->live = ((const struct extra *)cli->extra)->follow == 1;
	if (t.after == INT_ABSENT)
		t.after = 0;
	return cli_follow(cli, look_again, &t, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_chat_tail = {
	.name = "chat-tail",
	.summary = N_("reads the messages of a chat"),
	.about = N_("With --follow messages are printed as they come, until the session ends."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_chat_tail,
	.extra = &rec_chat_tail_extra,
	.operand = "ID",
	.examples = {
		{ "chat-tail @", N_("what was said") },
		{ "chat-tail @ --follow --json", N_("as it is said, for a program") },
	},
	.run = run,
	.see = "chat-send, ixn-watch",
};

#include "cmd/cmd.h"

struct extra {
	int64_t edit;
};
RECORD(rec_transcript_send_extra, struct extra, "transcript-send", NULL,
       BOOL_FIELD(struct extra, edit, 0, N_("change the cover note in an editor before it is sent")))

static int
one(struct cli *cli, const char *id, struct err *err)
{
	return cli_send(cli, id, "note", ((const struct extra *)cli->extra)->edit == 1, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_transcript_send = {
	.name = "transcript-send",
	.summary = N_("mails the transcript"),
	.about = N_("The mail is made at once and leaves with the next outbox-send. It holds what the contact could see, under the aliases of agents. Who got which transcript when stands in the history."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_transcript_send,
	.extra = &rec_transcript_send_extra,
	.operand = "ID",
	.examples = {
		{ "transcript-send @", N_("to the contact's own address") },
		{ "transcript-send @ --to ann@example.org --note 'As promised.'", N_("to another one, with a cover note") },
	},
	.run = run,
	.see = "transcript-show, outbox-send",
};

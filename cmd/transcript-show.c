#include <stdio.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cmd/cmd.h"

/* A transcript is a text, not a table: it is printed as it is. */
static int
print(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	bool html = record_int(cli->command->op->in, cli->in, "html") == 1;
	const char *text = record_text(record, p, html ? "html" : "text");
	struct buf out = BUF_INIT;

	if (cli->json || cli->fields)
		return cli_print(cli, record, p, err);
	if (!text)
		return cli_unsaid(cli, "a transcript without its text", err);
	utf8_sanitize(&out, text, true);
	fputs(buf_get(&out), stdout);
	buf_release(&out);
	return 0;
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	record_set_text(cli->command->op->in, cli->in, "id", id);
	return cli_call(cli, &op_transcript_show, cli->in, print, cli, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_transcript_show = {
	.name = "transcript-show",
	.summary = N_("shows what the contact could see"),
	.about = N_("With --internal also what was said among agents, marked (*)."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_transcript_show,
	.operand = "ID",
	.examples = {
		{ "transcript-show @", N_("the transcript as the contact would get it") },
		{ "transcript-show @ --html >transcript.html", N_("as a page") },
	},
	.run = run,
	.see = "transcript-send, chat-tail",
};

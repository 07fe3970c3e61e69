#include "cmd/cmd.h"

struct extra {
	int64_t edit;
};
RECORD(rec_chat_send_extra, struct extra, "chat-send", NULL,
       BOOL_FIELD(struct extra, edit, 0, N_("change the text in an editor before it is sent")))

static bool
as_contact(struct cli *cli)
{
	return record_int(cli->command->op->in, cli->in, "as_contact") == 1;
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	return cli_send(cli, id, "text", ((const struct extra *)cli->extra)->edit == 1, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_chat_send = {
	.name = "chat-send",
	.summary = N_("says something in a chat"),
	.about = N_("The contact sees what is visible to all, under the alias of the agent. A pushed page opens for the contact; only http and https go through.\n\n"
		    "A standard response must be for you, valid now and for this medium; its field codes are filled in, see ixn-field-codes(7). That it was sent, made to fit or not, is remembered: the next search knows."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_chat_send,
	.extra = &rec_chat_send_extra,
	.operand = "ID",
	.examples = {
		{ "chat-send @ --text 'Good morning, how can I help?'", N_("to the contact") },
		{ "chat-send @ --response '#1'", N_("the first response of the last search") },
		{ "chat-send @ --visible agents --text 'she called yesterday'", N_("to colleagues only") },
		{ "chat-send @ --url https://www.example.org/track", N_("open a page for the contact") },
	},
	.run = run,
	.as_owner = as_contact,
	.see = "chat-tail, chat-end, response-search",
};

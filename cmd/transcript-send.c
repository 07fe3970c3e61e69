#include "cmd/cmd.h"

const struct command cmd_transcript_send = {
	.name = "transcript-send",
	.summary = N_("mails the transcript"),
	.about = N_("The mail is made at once and leaves with the next outbox-send. It holds what the contact could see, under the aliases of agents. Who got which transcript when stands in the history."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_transcript_send,
	.operand = "ID",
	.examples = {
		{ "transcript-send @", N_("to the contact's own address") },
		{ "transcript-send @ --to ann@example.org --note 'As promised.'", N_("to another one, with a cover note") },
	},
	.see = "transcript-show, outbox-send",
};

#include "cmd/draft.h"

DRAFT_EXTRA(rec_email_forward_extra, "email-forward")

static int
run(struct cli *cli)
{
	return cli_each(cli, draft_make_of);
}

const struct command cmd_email_forward = {
	.name = "email-forward",
	.summary = N_("begins to hand a mail on to somebody outside"),
	.about = N_("A draft that quotes the mail and has its files. What its recipient answers comes back to the interaction, and to the agent who has it; the contact's own mail stays with you all the while.\n\n"
		    "To hand the interaction itself to a colleague, a team or a queue is ixn-transfer."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_email_forward,
	.extra = &rec_email_forward_extra,
	.operand = "ID",
	.examples = {
		{ "email-forward @ --to mailto:expert@example.net --text 'What do you think?' --send", N_("ask somebody outside") },
		{ "email-forward ID --to contact:ID --no-attachments", N_("to a contact, without the files") },
	},
	.run = run,
	.see = "email-edit, email-send, ixn-transfer, ixn-consult",
};

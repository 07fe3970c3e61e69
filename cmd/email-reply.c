#include "cmd/draft.h"

DRAFT_EXTRA(rec_email_reply_extra, "email-reply")

static int
run(struct cli *cli)
{
	return cli_each(cli, draft_make_of);
}

const struct command cmd_email_reply = {
	.name = "email-reply",
	.summary = N_("begins an answer to a mail"),
	.about = N_("To where its sender wants answers; with --all to all who got it, without the site's own addresses, or where the mail says that answers to all go; with --list to the mailing list. "
		    "The subject has Re: before it, once; what is answered is quoted, introduced in the language of the mail, and the mailbox's signature ends it.\n\n"
		    "The draft's id comes first in what is printed, then its state. The mail stays yours while you write; it is done when the answer is sent, unless that is --interim. "
		    "You write one answer to a mail at a time: a second is refused as long as the first is neither sent nor discarded."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_email_reply,
	.extra = &rec_email_reply_extra,
	.operand = "ID",
	.examples = {
		{ "email-reply @ --edit", N_("an answer to the current mail, written in an editor") },
		{ "email-reply ID --all --text 'Thank you, all of you.' --send", N_("to all, at once") },
		{ "email-reply @ --response '#1' --attach form.pdf", N_("by the first response of the last search, with a file") },
		{ "email-reply @ --text 'We are looking into it.' --send --interim", N_("a first answer; the mail stays open") },
	},
	.run = run,
	.see = "email-edit, email-send, email-save, email-forward, response-search",
};

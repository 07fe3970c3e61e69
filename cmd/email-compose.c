#include "cmd/draft.h"

DRAFT_EXTRA(rec_email_compose_extra, "email-compose")

static int
run(struct cli *cli)
{
	const struct record *in = cli->command->op->in;
	const char *about = record_text(in, cli->in, "ixn");
	struct err err = { 0 };

	if (about && cli_resolve(cli, about, &about, &err) < 0)
		return cli_fail(cli, &err, about);
	record_set_text(in, cli->in, "ixn", about);
	if (draft_make(cli, NULL, about, &err) < 0)
		return cli_fail(cli, &err, NULL);
	cli_flush(cli);
	return cli->worst;
}

const struct command cmd_email_compose = {
	.name = "email-compose",
	.summary = N_("begins a mail"),
	.about = N_("To a contact, to an address that is typed, or with --ixn about an interaction: to its contact, in its conversation. It is a draft of yours, until email-send sends it; --send does so at once. "
		    "The draft's id comes first in what is printed, then its state.\n\n"
		    "It is from the mailbox of the site that you may write from; --from chooses where there are several. Behind the text stands its signature in the language of the contact. "
		    "A standard response fills its field codes from the interaction, brings its files along, and counts as used when the mail is sent.\n\n"
		    "Files are 20 at most, and 25 MiB together."),
	.task = TASK_CHANNEL,
	.op = &op_email_compose,
	.extra = &rec_email_compose_extra,
	.examples = {
		{ "email-compose --to 'Ann <ann@example.org>' --subject 'Your order' --file letter.txt --attach invoice.pdf", N_("a draft with a file") },
		{ "email-compose --ixn @ --subject 'As we said' --response summary --send", N_("to the contact of the current interaction, at once") },
		{ "email-compose --to contact:ID --from billing --edit", N_("to a contact, written in an editor") },
	},
	.run = run,
	.see = "email-edit, email-send, email-save, email-discard",
};

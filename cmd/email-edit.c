#include "cmd/draft.h"

DRAFT_EXTRA(rec_email_edit_extra, "email-edit")

static int
run(struct cli *cli)
{
	return cli_each(cli, draft_change);
}

const struct command cmd_email_edit = {
	.name = "email-edit",
	.summary = N_("changes a draft"),
	.about = N_("What is given replaces what was there, the rest stays. Only who has the draft open may: one that lies in a workbin is taken out with ixn-take first, and is nobody else's then.\n\n"
		    "A draft that reviewers have seen keeps how it was before each change; whatever they approved of it they approve anew."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_email_edit,
	.extra = &rec_email_edit_extra,
	.operand = "ID",
	.examples = {
		{ "email-edit ID --edit", N_("its text, in an editor") },
		{ "email-edit ID --add-cc boss@example.org --remove-to ann@example.org --subject 'Refund'", N_("whom it goes to, and its subject") },
		{ "email-edit ID --detach old.pdf --attach new.pdf", N_("another file") },
	},
	.run = run,
	.see = "email-send, email-save, ixn-take, ixn-show",
};

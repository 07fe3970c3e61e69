#include "cmd/cmd.h"

struct extra {
	int64_t open, list;
};
RECORD(rec_ixn_site_extra, struct extra, "ixn-site", NULL,
       BOOL_FIELD(struct extra, open, 0, N_("open the page, with the command that the configuration names (browser)")),
       BOOL_FIELD(struct extra, list, 0, N_("list the websites")))

static int
open_page(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	const char *browser = cli_config(cli, "browser", NULL);

	if (cli_print(cli, record, p, err) < 0)
		return -1;
	cli_flush(cli);
	if (!cli_program(browser, record_text(record, p, "url")))
		return err_set(err, E_NO_FILE, "path", browser, "reason", "it failed; the page was not opened", NULL);
	return 0;
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;

	if (extra->list == 1)
		return cli_call(cli, &op_website_list, record_new(cli->arena, op_website_list.in), NULL, NULL, err);
	record_set_text(cli->command->op->in, cli->in, "id", id);
	return cli_call(cli, &op_website_url, cli->in, extra->open == 1 ? open_page : NULL, cli, err);
}

static int
run(struct cli *cli)
{
	if (((const struct extra *)cli->extra)->list == 1)
		cli->operands_n = 0;
	return cli_each(cli, one);
}

static const struct op *const sites_listed[] = { &op_website_list, NULL };

const struct command cmd_ixn_site = {
	.name = "ixn-site",
	.summary = N_("the URL of an external website for an interaction"),
	.about = N_("The site's URL has field codes: $Contact.Id$, $Contact.FullName$, $Contact.PrimaryEmailAddress$, $Contact.PrimaryPhoneNumber$, $Contact.Language$, "
		    "$Agent.Name$, $Agent.Alias$, $Interaction.Id$, $Interaction.Subject$, $Interaction.Queue$, $Interaction.Medium$, $Interaction.ExternalId$, "
		    "$Interaction.Conversation$ and $Data.KEY$, and whatever else ixn-field-codes(7) lists; $A|B$ is the first that has a value, $$ a dollar. Scheme and host have none.\n\n"
		    "Values are escaped whole, whatever contacts wrote. Where none of a code's alternatives has a value the URL is refused, unless --missing empty or keep is given."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_website_url,
	.also = sites_listed,
	.extra = &rec_ixn_site_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-site @ --name crm", N_("print the URL of the page about this contact") },
		{ "ixn-site @ --name crm --open", N_("open it") },
		{ "ixn-site --list", N_("the websites there are") },
	},
	.run = run,
	.see = "ixn-show, ixn-data",
};

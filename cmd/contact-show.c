#include <string.h>

#include "cmd/cmd.h"

struct extra {
	int64_t phones, emails;
};
RECORD(rec_contact_show_extra, struct extra, "contact-show", NULL,
       BOOL_FIELD(struct extra, phones, 0, N_("only the telephone numbers, one a line")),
       BOOL_FIELD(struct extra, emails, 0, N_("only the mail addresses, one a line")))

struct address {
	const char *id, *address;
};
RECORD(rec_contact_show_address, struct address, "address", N_("An address of a contact."),
       ID_FIELD(struct address, id, 0, N_("the contact")),
       TEXT_FIELD(struct address, address, FIELD_COLUMN | FIELD_PERSONAL, N_("the address")))

static int
addresses(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	const struct extra *extra = cli->extra;
	const struct texts *all = field_const(record_field(record, "addresses"), p);

	for (size_t i = 0; i < all->n; i++) {
		struct address out = { record_text(record, p, "id"), strchr(all->v[i], ':') + 1 };
		bool mail = strncmp(all->v[i], "mailto:", 7) == 0, phone = strncmp(all->v[i], "tel:", 4) == 0 || strncmp(all->v[i], "sms:", 4) == 0;

		if (((mail && extra->emails == 1) || (phone && extra->phones == 1)) && cli_print(cli, &rec_contact_show_address, &out, err) < 0)
			return -1;
	}
	return 0;
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;

	record_set_text(cli->command->op->in, cli->in, "id", id);
	return cli_call(cli, cli->command->op, cli->in, extra->phones == 1 || extra->emails == 1 ? addresses : NULL, cli, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_contact_show = {
	.name = "contact-show",
	.summary = N_("shows a contact"),
	.about = N_("With its addresses, and those of the contacts that were merged into it."),
	.task = TASK_LIBRARY,
	.flags = CMD_CONTACT_IDS | CMD_CARD,
	.op = &op_contact_show,
	.extra = &rec_contact_show_extra,
	.operand = "CONTACT",
	.examples = {
		{ "contact-show CONTACT", N_("name, language, addresses") },
		{ "contact-show CONTACT --phones", N_("the telephone numbers alone") },
	},
	.run = run,
	.see = "contact-merge, ixn-list",
};

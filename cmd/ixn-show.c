#include <string.h>

#include "cmd/cmd.h"
#include "wire/extract.h"

struct extra {
	const char *part;
	int64_t phones, urls;
};
RECORD(rec_ixn_show_extra, struct extra, "ixn-show", NULL,
       TEXT_FIELD_AS(struct extra, part, "data|notes|messages|history|offers", 0, N_("show this part")),
       BOOL_FIELD(struct extra, phones, 0, N_("the telephone numbers found in what was said")),
       BOOL_FIELD(struct extra, urls, 0, N_("the URLs found in what was said")))

struct found {
	const char *value, *ixn;
	int64_t seq;
};
RECORD(rec_found, struct found, "found", N_("Something found in a message."),
       TEXT_FIELD(struct found, value, FIELD_COLUMN | FIELD_PERSONAL, N_("the number or URL")),
       INT_FIELD(struct found, seq, FIELD_COLUMN, N_("number of the message")),
       ID_FIELD(struct found, ixn, 0, N_("the interaction")))

/* What was found, each once. */
struct search {
	struct cli *cli;
	bool phones;
	int64_t seq;
	const char *ixn;
	struct texts met;
	int rc;
	struct err *err;
};

static void
keep(void *context, const char *s, size_t n)
{
	struct search *search = context;
	struct found found = { arena_memdup(search->cli->arena, s, n), search->ixn, search->seq };

	for (size_t i = 0; i < search->met.n; i++)
		if (strcmp(search->met.v[i], found.value) == 0)
			return;
	texts_add(search->cli->arena, &search->met, found.value);
	if (search->rc == 0)
		search->rc = cli_print(search->cli, &rec_found, &found, search->err);
}

static int
search_message(void *context, const struct record *record, const void *p, struct err *err)
{
	struct search *search = context;
	const char *text = record_text(record, p, "text");

	search->seq = record_int(record, p, "seq");
	if ((search->phones ? extract_phones : extract_urls)(text, strlen(text), keep, search, err) < 0)
		return -1;
	return search->rc;
}

static int
print_part(struct cli *cli, const char *part, const char *id, struct err *err)
{
	static const struct {
		const char *name;
		const struct op *op;
	} parts[] = { { "data", &op_ixn_values }, { "notes", &op_ixn_notes }, { "messages", &op_chat_tail }, { "history", &op_event_list }, { "offers", &op_ixn_offers } };
	const struct field *field;
	void *in;

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (strcmp(parts[i].name, part) != 0)
			continue;
		in = record_new(cli->arena, parts[i].op->in);
		field = record_field(parts[i].op->in, "id");
		if (field)
			record_set_text(parts[i].op->in, in, "id", id);
		else
			texts_add(cli->arena, field_at(record_field(parts[i].op->in, "ixn"), in), id);
		return cli_call(cli, parts[i].op, in, NULL, NULL, err);
	}
	return err_set(err, E_BAD_VALUE, "name", "part", "value", part, "expected", "data, notes, messages, history or offers", NULL);
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;
	struct search search = { .cli = cli, .phones = extra->phones == 1, .ixn = id, .err = err };
	void *in;

	if (extra->part)
		return print_part(cli, extra->part, id, err);
	if (extra->phones != 1 && extra->urls != 1)
		return cli_call(cli, &op_ixn_show, &id, NULL, NULL, err);
	in = record_new(cli->arena, op_chat_tail.in);
	record_set_text(op_chat_tail.in, in, "id", id);
	return cli_call(cli, &op_chat_tail, in, search_message, &search, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const parts_shown[] = { &op_ixn_values, &op_ixn_notes, &op_chat_tail, &op_event_list, &op_ixn_offers, NULL };

const struct command cmd_ixn_show = {
	.name = "ixn-show",
	.summary = N_("shows an interaction"),
	.about = N_("With --json everything: contact, origin, elapsed time, the data that the site displays, dispositions, and the commands possible now. "
		    "--part shows the data with hidden keys, the notepad, the messages, the offers or the history."),
	.task = TASK_IXN,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT | CMD_CARD,
	.op = &op_ixn_show,
	.also = parts_shown,
	.extra = &rec_ixn_show_extra,
	.operand = "ID",
	.examples = {
		{ "ixn-show @", N_("the current interaction") },
		{ "ixn-show ID --json --fields id,data,can", N_("some fields, for a program") },
		{ "ixn-show ID --part history", N_("what happened to it") },
	},
	.run = run,
	.see = "ixn-list, ixn-data, chat-tail",
};

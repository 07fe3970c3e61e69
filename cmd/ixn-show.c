#include <string.h>

#include "cmd/mail_part.h"
#include "cmd/priv.h"
#include "wire/extract.h"

struct extra {
	const char *part, *output;
	int64_t force, phones, urls, why;
};
RECORD(rec_ixn_show_extra, struct extra, "ixn-show", NULL,
       TEXT_FIELD_AS(struct extra, part, "data|notes|participants|messages|history|offers|alerts|draft|text|fresh|html|headers|raw|attachments|attachment:N", 0, N_("show this part")),
       TEXT_FIELD_AS(struct extra, output, "FILE", 0, N_("write a part of a mail to this file; - is standard output")),
       BOOL_FIELD(struct extra, force, 0, N_("replace the file")),
       BOOL_FIELD(struct extra, phones, 0, N_("the telephone numbers found in what was said")),
       BOOL_FIELD(struct extra, urls, 0, N_("the URLs found in what was said")),
       BOOL_FIELD(struct extra, why, 0, N_("why it went where it went, or waits where it waits: the routing decision, and what comes")))

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

	if (texts_has(&search->met, found.value))
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

/* An event without a name is one that is not for us; it only moves cursors. */
static int
happened(void *context, const struct record *record, const void *p, struct err *err)
{
	return record_text(record, p, "event") ? cli_print(context, record, p, err) : 0;
}

static int
print_part(struct cli *cli, const char *part, const char *id, struct err *err)
{
	static const struct {
		const char *name;
		const struct op *op;
	} parts[] = {
		{ "data", &op_ixn_values },
		{ "notes", &op_ixn_notes },
		{ "participants", &op_ixn_participants },
		{ "messages", &op_chat_tail },
		{ "history", &op_event_list },
		{ "offers", &op_ixn_offers },
		{ "alerts", &op_alert_list },
		{ "draft", &op_email_draft },
	};
	const struct field *field;
	void *in;

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (strcmp(parts[i].name, part) != 0)
			continue;
		in = record_new(cli->arena, parts[i].op->in);
		field = record_field(parts[i].op->in, "id");
		field = field ? field : record_field(parts[i].op->in, "ixn");
		if (field->type == FIELD_TEXTS)
			texts_add(cli->arena, field_at(field, in), id);
		else
			record_set_text(parts[i].op->in, in, field->name, id);
		return cli_call(cli, parts[i].op, in, parts[i].op == &op_event_list ? happened : NULL, cli, err);
	}
	return err_set(err, E_BAD_VALUE, "name", "part", "value", part, "expected", N_("data, notes, participants, messages, history, offers, alerts, draft, text, fresh, html, headers, raw, attachments or attachment:N"), NULL);
}

static const struct pairs *
pairs_of(const struct record *record, const void *p, const char *name)
{
	return field_const(record_field(record, name), p);
}

/* To people data is shown in the site's words; programs get keys and values, and the words beside. */
static int
show_data(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	const struct pairs *data = pairs_of(record, p, "data"), *labels = pairs_of(record, p, "data_labels"), *texts = pairs_of(record, p, "data_texts");
	struct pairs shown = { NULL, 0, 0 };
	void *copy = arena_memdup(cli->arena, p, record->size);

	if (!cli_to_people(cli))
		return cli_print(cli, record, p, err);
	for (size_t i = 0; i < data->n; i++) {
		const char *label = pairs_get(labels, data->v[i].key), *text = pairs_get(texts, data->v[i].key);

		pairs_add(cli->arena, &shown, label ? label : data->v[i].key, text ? text : data->v[i].value);
	}
	*(struct pairs *)field_at(record_field(record, "data"), copy) = shown;
	*(struct pairs *)field_at(record_field(record, "data_labels"), copy) = (struct pairs){ NULL, 0, 0 };
	*(struct pairs *)field_at(record_field(record, "data_texts"), copy) = (struct pairs){ NULL, 0, 0 };
	return cli_print(cli, record, copy, err);
}

static int
print_why(struct cli *cli, const char *id, struct err *err)
{
	struct why_shown shown = { .arena = cli->arena };

	if (!cli_to_people(cli))
		return cli_call(cli, &op_ixn_why, &id, NULL, NULL, err);
	return cli_call(cli, &op_ixn_why, &id, why_keep, &shown, err) < 0 ? -1 : why_print(cli, &shown, err);
}

static int
one(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;
	struct search search = { .cli = cli, .phones = extra->phones == 1, .ixn = id, .err = err };
	void *in;

	if (extra->part && mail_part_known(extra->part))
		return mail_part_write(cli, id, &(struct mail_part_out){ extra->part, extra->output, extra->force == 1 }, err);
	if (extra->part)
		return print_part(cli, extra->part, id, err);
	if (extra->why == 1)
		return print_why(cli, id, err);
	if (extra->phones != 1 && extra->urls != 1)
		return cli_call(cli, &op_ixn_show, &id, show_data, cli, err);
	in = record_new(cli->arena, op_chat_tail.in);
	record_set_text(op_chat_tail.in, in, "id", id);
	return cli_call(cli, &op_chat_tail, in, search_message, &search, err);
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;

	if (extra->part && strcmp(extra->part, "html") == 0 && !program.mail_html)
		return program_exec(cli, "ixn-full");
	return cli_each(cli, one);
}

static const struct op *const parts_shown[] = {
	&op_ixn_values, &op_ixn_notes, &op_ixn_participants, &op_chat_tail, &op_event_list, &op_ixn_offers,
	&op_alert_list, &op_email_draft, &op_email_parts, &op_email_bytes, &op_ixn_why, NULL
};

const struct command cmd_ixn_show = {
	.name = "ixn-show",
	.summary = N_("shows an interaction"),
	.about = N_("With --json everything: contact, origin, elapsed time, the data that the site displays, dispositions, and the commands possible now. "
		    "--part shows the data with hidden keys, the notepad, who takes or took part, the messages, the offers, the history, the alerts about it, or the draft of a mail as it stands.\n\n"
		    "Of a mail also its text, fresh (what its writer wrote, without what it quotes), html, its headers, raw (the bytes as they came), and its attachments; "
		    "attachment:1 -o FILE writes the first of them. HTML of strangers is written as it stands: whatever shows it has to make it harmless.\n\n"
		    "--why tells how it came to be where it is: what queues did with it, who was offered it and why this agent and not another. Of one that waits it "
		    "tells for every agent why it is not offered to that one now, its place, and what will change by itself, and when. Deadlines that have passed "
		    "count as settled."),
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
		{ "ixn-show ID --why", N_("why nobody has it yet, or why this agent has it") },
	},
	.run = run,
	.see = "ixn-list, ixn-data, chat-tail",
};

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cmd/cmd.h"

struct extra {
	int64_t text, html, versions;
	const char *attachment, *output;
	int64_t force;
};
RECORD(rec_response_show_extra, struct extra, "response-show", NULL,
       BOOL_FIELD(struct extra, text, 0, N_("its text alone, as it is")),
       BOOL_FIELD(struct extra, html, 0, N_("its HTML alone, as it is")),
       BOOL_FIELD(struct extra, versions, 0, N_("list its versions")),
       TEXT_FIELD_AS(struct extra, attachment, "NAME", 0, N_("write this file that goes along with it")),
       TEXT_FIELD_AS(struct extra, output, "FILE", 0, N_("with --attachment: to this file; - is standard output")),
       BOOL_FIELD(struct extra, force, 0, N_("replace the file")))

/* On a terminal what could do harm there is shown as a substitute, else it is as it stands. */
static void
put_text(struct cli *cli, const char *text)
{
	struct buf out = BUF_INIT;

	if (cli_to_people(cli))
		utf8_sanitize(&out, text, true);
	else
		buf_str(&out, text);
	if (out.n && buf_get(&out)[out.n - 1] != '\n')
		buf_char(&out, '\n');
	fwrite(buf_get(&out), 1, out.n, stdout);
	buf_release(&out);
}

/* A text is no table, and has lines: alone where it is asked for so, to people below the card. */
static int
print(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	const struct extra *extra = cli->extra;
	const char *text = record_text(record, p, extra->html == 1 ? "html" : "text");
	bool alone = extra->text == 1 || extra->html == 1;
	void *card;

	if (cli->json || cli->fields || (!alone && !cli_to_people(cli)))
		return cli_print(cli, record, p, err);
	if (!alone) {
		card = arena_memdup(cli->arena, p, record->size);
		record_set_text(record, card, "text", NULL);
		if (cli_print(cli, record, card, err) < 0)
			return -1;
		cli_flush(cli);
	}
	if (text && !alone)
		fputc('\n', stdout);
	put_text(cli, text ? text : "");
	return 0;
}

static int
write_file(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	const struct extra *extra = cli->extra;
	const char *data = record_text(record, p, "data");
	size_t room = data ? strlen(data) / 4 * 3 + 3 : 0, size = 0;
	unsigned char *bytes = arena_alloc(cli->arena, room);

	if (!data)
		return cli_unsaid(cli, "a file without its bytes", err);
	if (sodium_base642bin(bytes, room, data, strlen(data), NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return err_set(err, E_BUG, "what", "an attachment is not base64", NULL);
	return file_write(extra->output, bytes, size, extra->force == 1, false, err);
}

static int
attachment(struct cli *cli, const char *id, struct err *err)
{
	const struct extra *extra = cli->extra;
	const struct op *op = &op_response_attachment;
	void *in = record_new(cli->arena, op->in);

	/* The name is somebody else's: it never says where to write. */
	if (!extra->output)
		return err_set(err, E_MISSING_OPERAND, "what", "--output", "command", "response-show", NULL);
	record_set_text(op->in, in, "id", id);
	record_set_text(op->in, in, "name", extra->attachment);
	record_set_int(op->in, in, "version", record_int(cli->command->op->in, cli->in, "version"));
	return cli_call(cli, op, in, write_file, cli, err);
}

static int
one(struct cli *cli, const char *typed, struct err *err)
{
	const struct record *in = cli->command->op->in;
	const struct extra *extra = cli->extra;
	const char *ixn = record_text(in, cli->in, "for");
	struct choice choice;

	if ((ixn && cli_resolve(cli, ixn, &ixn, err) < 0) || cli_response(cli, typed, ixn, &choice, err) < 0)
		return -1;
	record_set_text(in, cli->in, "for", ixn);
	record_set_text(in, cli->in, "id", choice.name);
	if (extra->attachment)
		return attachment(cli, choice.name, err);
	if (extra->versions == 1)
		return cli_call(cli, &op_response_versions, &choice.name, NULL, NULL, err);
	return cli_call(cli, cli->command->op, cli->in, print, cli, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const shown[] = { &op_response_versions, NULL };

const struct command cmd_response_show = {
	.name = "response-show",
	.summary = N_("shows a standard response"),
	.about = N_("By its id, its shortcut, or #N of the last search. With --for its field codes are filled in for an interaction, as they would be if it were sent there now; "
		    "one that could not be sent there (expired, not approved, for other media) is refused. Without it field codes are shown as they stand.\n\n"
		    "--text writes the text alone, for another command. A file that goes along is written with --attachment NAME -o FILE."),
	.task = TASK_LIBRARY,
	.flags = CMD_CARD,
	.op = &op_response_show,
	.also = shown,
	.extra = &rec_response_show_extra,
	.operand = "RESPONSE",
	.examples = {
		{ "response-show refund", N_("all about it") },
		{ "response-show '#2' --for @ --text", N_("the second of the last search, filled in for the current interaction") },
		{ "response-show refund --attachment form.pdf -o form.pdf", N_("a file that goes along with it") },
		{ "response-show refund --versions", N_("how it came about") },
	},
	.run = run,
	.see = "response-search, response-edit, chat-send",
};

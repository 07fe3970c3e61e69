#include <sodium.h>
#include <string.h>

#include "base/file.h"
#include "cmd/cmd.h"

/* More is not even read; how large an attachment may be is for the desk to say. */
#define READ_MAX ((size_t)16 << 20)

struct extra {
	const char *html_file;
	struct texts attach;
	int64_t edit;
};
RECORD(rec_response_edit_extra, struct extra, "response-edit", NULL,
       TEXT_FIELD_AS(struct extra, html_file, "FILE", 0, N_("read its HTML from this file; - is standard input")),
       TEXTS_FIELD_AS(struct extra, attach, "FILE", 0, N_("this file goes along with it; may be given again")),
       BOOL_FIELD(struct extra, edit, 0, N_("change its text in an editor")))

/* What the operation takes: name, type and bytes of a file. */
struct file {
	const char *name, *type, *data;
};

static int
read_attachment(struct cli *cli, const char *path, struct file *file, struct err *err)
{
	const char *data, *slash = strrchr(path, '/');
	size_t size, room;
	char *text;

	if (file_read(cli->arena, path, READ_MAX, &data, &size, err) < 0)
		return -1;
	room = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
	text = arena_alloc(cli->arena, room);
	*file = (struct file){ slash ? slash + 1 : path, NULL, sodium_bin2base64(text, room, (const unsigned char *)data, size, sodium_base64_VARIANT_ORIGINAL) };
	return 0;
}

static int
read_files(struct cli *cli, struct err *err)
{
	const struct record *in = cli->command->op->in;
	const struct extra *extra = cli->extra;
	struct file *files = arena_alloc(cli->arena, (extra->attach.n + 1) * sizeof(*files));
	const char *html;

	if (extra->html_file) {
		if (record_text(in, cli->in, "html"))
			return err_set(err, E_USAGE, "what", N_("--html or --html-file, not both"), NULL);
		if (cli_read_file(cli, extra->html_file, &html, err) < 0)
			return -1;
		record_set_text(in, cli->in, "html", html);
	}
	for (size_t i = 0; i < extra->attach.n; i++)
		if (read_attachment(cli, extra->attach.v[i], &files[i], err) < 0)
			return -1;
	if (extra->attach.n)
		*(struct records *)field_at(record_field(in, "attach"), cli->in) = (struct records){ files, extra->attach.n };
	return 0;
}

struct seen {
	const char *text;
	int64_t version;
};

static int
look(void *context, const struct record *record, const void *p, struct err *err)
{
	struct seen *seen = context;

	(void)err;
	*seen = (struct seen){ record_text(record, p, "text"), record_int(record, p, "version") };
	return 0;
}

/* The version that was looked at is named, so that what a colleague wrote meanwhile is not lost. */
static int
edit(struct cli *cli, const char *id, struct err *err)
{
	const struct record *in = cli->command->op->in;
	const struct op *show = &op_response_show;
	struct seen seen = { "", INT_ABSENT };
	void *which = record_new(cli->arena, show->in);
	const char *text;

	record_set_text(show->in, which, "id", id);
	if ((id && cli_call(cli, show, which, look, &seen, err) < 0) || cli_edit(cli, seen.text ? seen.text : "", &text, err) < 0)
		return -1;
	if (strcmp(seen.text ? seen.text : "", text) == 0)
		return 0;
	record_set_text(in, cli->in, "text", text);
	if (record_int(in, cli->in, "version") == INT_ABSENT)
		record_set_int(in, cli->in, "version", seen.version);
	return cli_call(cli, cli->command->op, cli->in, NULL, NULL, err);
}

/* Whether anything but the id is given: what changes nothing is a slip. */
static bool
says_something(struct cli *cli)
{
	const struct record *in = cli->command->op->in;

	for (size_t i = 0; i < in->n; i++)
		if (!(in->fields[i].flags & FIELD_OPERAND) && strcmp(in->fields[i].name, "version") != 0 && field_present(&in->fields[i], cli->in))
			return true;
	return false;
}

static int
one(struct cli *cli, const char *typed, struct err *err)
{
	const struct extra *extra = cli->extra;
	struct choice choice = { NULL, 0, { NULL, 0, 0 } };

	if (typed && cli_response(cli, typed, NULL, &choice, err) < 0)
		return -1;
	record_set_text(cli->command->op->in, cli->in, "id", choice.name);
	if (extra->edit == 1)
		return edit(cli, choice.name, err);
	if (!says_something(cli))
		return err_set(err, E_MISSING_OPERAND, "what", N_("--text, --name or another change"), "command", "response-edit", NULL);
	return cli_call(cli, cli->command->op, cli->in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	struct err err = { 0 };

	return read_files(cli, &err) < 0 ? cli_fail(cli, &err, NULL) : cli_each(cli, one);
}

const struct command cmd_response_edit = {
	.name = "response-edit",
	.summary = N_("writes a standard response, or changes one"),
	.about = N_("Without a response it is a new one, and yours. What is given replaces what was there, the rest stays. Each change keeps the version before it: "
		    "response-show --versions lists them, --restore brings one back, a removed response too.\n\n"
		    "Who leads may change all; an agent what is the agent's own, and what an agent writes is not approved: nobody else can use it before somebody who leads says --approved. "
		    "Of acknowledgements and autoresponses one in each category is active: when another becomes so, that one is active no more, and is named in the answer.\n\n"
		    "A root category is of one language, that of the first response in it which says one. Without a category a response lies in the root that is named after its language. "
		    "--version N refuses the change when somebody else has made another meanwhile; --edit does so by itself. "
		    "A text has 1 MiB at most, an attachment 10 MiB, a response 20 of them."),
	.task = TASK_LIBRARY,
	.flags = CMD_OPTIONAL_OPERAND,
	.op = &op_response_edit,
	.extra = &rec_response_edit_extra,
	.operand = "[RESPONSE]",
	.examples = {
		{ "response-edit --name 'Refund sent' --category Billing/Refunds --language en --shortcut refund --file refund.txt", N_("a new one") },
		{ "response-edit refund --attach form.pdf --expires 2027-01-01", N_("a file that goes along, and an end") },
		{ "response-edit refund --approved", N_("who leads approves it") },
		{ "response-edit refund --restore 3", N_("as its third version was") },
	},
	.run = run,
	.see = "response-show, response-list, response-category",
};

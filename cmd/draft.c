#include "cmd/draft.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"

/* More is not even read; how large a file may be is for the desk to say. */
#define READ_MAX ((size_t)32 << 20)

/* What an operation answered: the last record of it. */
struct kept {
	struct cli *cli;
	const struct record *record;
	void *p;
};

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct kept *kept = context;

	(void)err;
	kept->record = record;
	kept->p = arena_memdup(kept->cli->arena, p, record->size);
	return 0;
}

/* What the operation takes: name, type and bytes of a file. */
struct file {
	const char *name, *type;
	struct bytes data;
};

static int
read_files(struct cli *cli, void *in, struct err *err)
{
	const struct draft_extra *extra = cli->extra;
	struct file *files = arena_alloc(cli->arena, (extra->attach.n + 1) * sizeof(*files));

	for (size_t i = 0; i < extra->attach.n; i++) {
		const char *path = extra->attach.v[i], *slash = strrchr(path, '/'), *data;
		size_t size;

		if (file_read(cli->arena, path, READ_MAX, &data, &size, err) < 0)
			return -1;
		files[i] = (struct file){ slash ? slash + 1 : path, NULL, { data, size } };
	}
	if (extra->attach.n)
		*(struct records *)field_at(record_field(cli->command->op->in, "attach"), in) = (struct records){ files, extra->attach.n };
	return 0;
}

/* What the options say, for one draft. */
static void *
input(struct cli *cli, const char *id, const char *about, struct err *err)
{
	const struct record *record = cli->command->op->in;
	void *in = arena_memdup(cli->arena, cli->in, record->size);

	if (id)
		record_set_text(record, in, "id", id);
	return read_files(cli, in, err) < 0 || cli_response_in(cli, in, about, err) < 0 ? NULL : in;
}

/* As it is kept, changed by the user: NULL, it is as it was. */
static int
edit_text(struct cli *cli, const char *id, const char **text_r, int64_t *version_r, struct err *err)
{
	struct kept shown = { cli, NULL, NULL };
	const char *before, *after;

	*text_r = NULL;
	if (cli_call(cli, &op_email_draft, &id, keep, &shown, err) < 0)
		return -1;
	before = record_text(shown.record, shown.p, "text");
	before = before ? before : "";
	*version_r = record_int(shown.record, shown.p, "version");
	if (cli_edit(cli, before, &after, err) < 0)
		return -1;
	if (strcmp(before, after) != 0)
		*text_r = after;
	return 0;
}

static int
edit_new(struct cli *cli, const char *id, struct kept *kept, struct err *err)
{
	const struct record *record = op_email_edit.in;
	void *in = record_new(cli->arena, record);
	const char *text;
	int64_t version;

	if (edit_text(cli, id, &text, &version, err) < 0)
		return -1;
	if (!text)
		return 0;
	record_set_text(record, in, "id", id);
	record_set_text(record, in, "text", text);
	record_set_int(record, in, "version", version);
	return cli_call(cli, &op_email_edit, in, keep, kept, err);
}

static int
send_new(struct cli *cli, const char *id, struct kept *kept, struct err *err)
{
	const struct record *record = op_email_send.in, *from = cli->command->op->in;
	void *in = record_new(cli->arena, record);

	record_set_text(record, in, "id", id);
	if (record_field(from, "interim"))
		record_set_int(record, in, "interim", record_int(from, cli->in, "interim"));
	return cli_call(cli, &op_email_send, in, keep, kept, err);
}

int
draft_make(struct cli *cli, const char *id, const char *about, struct err *err)
{
	const struct draft_extra *extra = cli->extra;
	const struct record *record = cli->command->op->in;
	struct kept kept = { cli, NULL, NULL };
	void *in = input(cli, id, about, err);
	bool send = in && record_int(record, in, "send") == 1;
	const char *draft;
	int rc;

	if (!in)
		return -1;
	if (extra->edit != 1)
		return cli_call(cli, cli->command->op, in, NULL, NULL, err);
	if (!cli_interactive(cli))
		return err_set(err, E_NEEDS_TERMINAL, "what", "--edit", NULL);
	/* It is kept first: whatever becomes of the editor, the draft is there, and its id is told. */
	record_set_int(record, in, "send", INT_ABSENT);
	if (cli_call(cli, cli->command->op, in, keep, &kept, err) < 0)
		return -1;
	draft = record_text(kept.record, kept.p, "id");
	rc = edit_new(cli, draft, &kept, err);
	if (rc == 0 && send)
		rc = send_new(cli, draft, &kept, err);
	if (kept.p && rc < 0) {
		struct err ignored = { 0 };

		cli_print(cli, kept.record, kept.p, &ignored);
		return -1;
	}
	return cli_print(cli, kept.record, kept.p, err);
}

int
draft_make_of(struct cli *cli, const char *id, struct err *err)
{
	return draft_make(cli, id, id, err);
}

int
draft_change(struct cli *cli, const char *id, struct err *err)
{
	const struct draft_extra *extra = cli->extra;
	const struct record *record = cli->command->op->in;
	void *in = input(cli, id, id, err);
	const char *text = NULL;
	int64_t version = INT_ABSENT;

	if (!in)
		return -1;
	if (extra->edit == 1) {
		if (edit_text(cli, id, &text, &version, err) < 0)
			return -1;
		if (text)
			record_set_text(record, in, "text", text);
		if (text && record_int(record, in, "version") == INT_ABSENT)
			record_set_int(record, in, "version", version);
	}
	return cli_call(cli, cli->command->op, in, NULL, NULL, err);
}

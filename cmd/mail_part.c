/*
 * Parts of a mail: its text, its HTML, its header, its bytes, its files.
 */
#include "cmd/mail_part.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cmd/priv.h"

#define ATTACHMENT "attachment:"

struct writing {
	struct cli *cli;
	const char *part, *output;
	bool force;
};

bool
mail_part_known(const char *part)
{
	static const char *const parts[] = { "text", "fresh", "html", "headers", "raw", "attachments" };

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (strcmp(parts[i], part) == 0)
			return true;
	return strncmp(part, ATTACHMENT, sizeof(ATTACHMENT) - 1) == 0;
}

/* On a terminal what could do harm there is shown as a substitute, else it is as it stands. */
static int
show(struct cli *cli, const char *bytes, size_t size, struct err *err)
{
	struct buf out = BUF_INIT;
	int rc;

	if (!cli_to_people(cli))
		return file_write("-", bytes, size, true, false, err);
	utf8_sanitize(&out, arena_memdup(cli->arena, bytes, size), true);
	if (out.n && buf_get(&out)[out.n - 1] != '\n')
		buf_char(&out, '\n');
	rc = file_write("-", buf_get(&out), out.n, true, false, err);
	buf_release(&out);
	return rc;
}

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct bytes *data = field_const(record_field(record, "data"), p);
	const struct writing *w = context;
	const char *bytes = data->p;
	size_t size = data->n;

	if (w->cli->json)
		return cli_print(w->cli, record, p, err);
	if (strcmp(w->part, "html") == 0) {
		bytes = program.mail_html(w->cli->arena, bytes, size);
		if (!bytes)
			return err_set(err, E_NO_MAIL_PART, "value", w->part, NULL);
		size = strlen(bytes);
	}
	if (!w->output)
		return show(w->cli, bytes, size, err);
	return file_write(w->output, bytes, size, w->force, false, err);
}

int
mail_part_write(struct cli *cli, const char *id, const struct mail_part_out *to, struct err *err)
{
	struct writing w = { cli, to->part, to->output, to->force };
	const struct op *op = &op_email_bytes;
	void *in = record_new(cli->arena, op->in);

	if (strcmp(to->part, "attachments") == 0)
		return cli_call(cli, &op_email_parts, &id, NULL, NULL, err);
	/* The name is somebody else's: it never says where to write. */
	if (!to->output && !cli->json && strncmp(to->part, ATTACHMENT, sizeof(ATTACHMENT) - 1) == 0)
		return err_set(err, E_MISSING_OPERAND, "what", "--output", "command", "ixn-show", NULL);
	record_set_text(op->in, in, "id", id);
	record_set_text(op->in, in, "part", strcmp(to->part, "html") == 0 ? "raw" : to->part);
	return cli_call(cli, op, in, keep, &w, err);
}

/*
 * Files that go along with what no agent wrote: those that the response had when
 * the mail was made. An agent's mail has them as parts of its interaction.
 */
#include <string.h>

#include "desk/draft_text.h"
#include "desk/outbox_priv.h"
#include "desk/response_priv.h"

struct file_row {
	const char *name, *type, *digest;
};
RECORD(rec_outbox_file_row, struct file_row, "file", NULL, TEXT_FIELD(struct file_row, name, 0, NULL), TEXT_FIELD(struct file_row, type, 0, NULL),
       TEXT_FIELD(struct file_row, digest, 0, NULL))

int
mail_files_check(const struct records *files, const char *response, struct err *err)
{
	const struct attachment *v = files->v;
	int64_t bytes = 0;

	for (size_t i = 0; i < files->n; i++)
		bytes += v[i].size;
	return bytes > FILES_BYTES ? err_set(err, E_TOO_LARGE, "what", response, "limit", "25 MiB with all files", NULL) : 0;
}

int
mail_attach(struct call *call, const struct mail *mail, const struct records *files, struct err *err)
{
	const struct attachment *v = files->v;

	for (size_t i = 0; i < files->n; i++)
		if (RUN(call, OUTBOX_FILE_NEW, V_TEXT(mail->id), V_INT((int64_t)i), V_TEXT(v[i].name), V_TEXT(v[i].type), V_TEXT(v[i].digest)) < 0)
			return -1;
	return 0;
}

int
outbox_files(struct call *call, const char *mail, struct records *out, struct err *err)
{
	struct outbox_attachment *v;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_OUTBOX_FILES, ARGS(V_TEXT(mail)), &rec_outbox_file_row, &rows, err) < 0)
		return -1;
	v = arena_alloc(call->arena, (rows.n + 1) * sizeof(*v));
	for (size_t i = 0; i < rows.n; i++) {
		const struct file_row *row = (const struct file_row *)rows.v + i;

		v[i].name = row->name;
		v[i].type = row->type;
		if (blob_get(call, row->digest, &v[i].bytes.p, &v[i].bytes.n, err) < 0)
			return -1;
	}
	*out = (struct records){ v, rows.n };
	return 0;
}

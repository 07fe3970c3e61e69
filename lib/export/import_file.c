/* Files of one item, or of one in each line. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/lines.h"
#include "export/front.h"
#include "export/import_priv.h"

/* How far it has come is told every so many lines. */
#define LINES_TOLD 256

void
import_tell(const struct import *import, const struct import_file *file)
{
	struct stat st;
	off_t at = lseek(file->fd, 0, SEEK_CUR);

	if (import->progress && at >= 0 && fstat(file->fd, &st) == 0 && S_ISREG(st.st_mode))
		import->progress(import->context, (size_t)at, (size_t)st.st_size);
}

int
import_refuse(const struct import *import, const struct err *found, struct err *err)
{
	if (found->code != E_IO && import->bad(import->context, found) == 0)
		return 0;
	err_copy(err, found);
	return -1;
}

const char *
import_place(const struct import *import, const struct import_file *file, size_t line)
{
	return arena_printf(import->arena, "%s:%zu", file->name, line);
}

int
import_fill(const struct import_file *file, size_t limit, struct buf *out, bool *end_r, struct err *err)
{
	char some[65536];
	ssize_t n = 1;

	while (n > 0 && out->n <= limit) {
		do
			n = read(file->fd, some, sizeof(some));
		while (n < 0 && errno == EINTR);
		if (n > 0)
			buf_add(out, some, (size_t)n);
	}
	*end_r = n == 0;
	return n < 0 ? err_set(err, E_IO, "path", file->name, "reason", strerror(errno), NULL) : 0;
}

/* JSON Lines. */

static int
json_line(const struct import *import, const struct import_file *file, const char *line, size_t number, struct err *err)
{
	struct err found = { 0 };
	struct records records;

	if (import->json(import, file->name, line, number, &records, &found) < 0)
		return import_refuse(import, &found, err);
	return records.n ? import_hand_on(import, file, records.v, import_place(import, file, number), err) : 0;
}

int
import_jsonl(const struct import *import, const struct import_file *file, struct err *err)
{
	struct lines *lines = lines_new(file->fd, file->name, '\n', IMPORT_ITEM);
	struct err found = { 0 };
	const char *line;
	int rc = 0, got;

	while (rc == 0 && (got = lines_next(lines, &line, &found)) != 0) {
		size_t number = lines_number(lines);

		/* Some programs begin a file with a byte order mark. */
		if (got > 0 && number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0)
			line += 3;
		rc = got < 0 ? import_refuse(import, &found, err) : json_line(import, file, line, number, err);
		if (number % LINES_TOLD == 0)
			import_tell(import, file);
	}
	lines_free(&lines);
	return rc;
}

/* Markdown. */

static int
read_whole(const struct import_file *file, struct buf *out, struct err *err)
{
	bool end;

	if (import_fill(file, IMPORT_ITEM, out, &end, err) < 0)
		return -1;
	return out->n > IMPORT_ITEM ? err_set(err, E_TOO_LARGE, "what", file->name, "limit", "64 MiB", NULL) : 0;
}

static int
front_entry_item(const struct import *import, const struct import_file *file, const struct front *front, const struct front_entry *e, void *item, struct err *err)
{
	struct import_cell cell = { arena_printf(import->arena, "%s:%zu:%zu", file->name, e->line, e->column), e->key, &e->values, e->list };

	/* One item may stand without its brackets. */
	if (import_is_list(import->record, e->key))
		cell.list = true;
	if (strcmp(e->key, "text") == 0 && *front->body)
		return err_set(err, E_BAD_FIELD, "where", cell.where, "name", "text", "what", N_("there is a text below already"), NULL);
	return import_set(import->arena, import->record, item, &cell, err);
}

static int
front_item(const struct import *import, const struct import_file *file, const struct front *front, void *item, struct err *err)
{
	struct texts body = { NULL, 0, 0 };

	for (size_t i = 0; i < front->n; i++)
		if (front_entry_item(import, file, front, &front->v[i], item, err) < 0)
			return -1;
	if (!*front->body)
		return 0;
	texts_add(import->arena, &body, front->body);
	return import_set(import->arena, import->record, item, &(struct import_cell){ import_place(import, file, front->body_line), "text", &body, false }, err);
}

/* What the file's own name and folders say where it does not. */
static void
name_from_file(const struct import *import, const struct import_file *file, struct import_item *item)
{
	const char *slash = strrchr(file->name, '/'), *base = slash ? slash + 1 : file->name, *dot = strrchr(base, '.');

	if (!item->name)
		item->name = arena_memdup(import->arena, base, dot ? (size_t)(dot - base) : strlen(base));
	if (!item->category)
		item->category = arena_strdup(import->arena, file->category);
}

int
import_markdown(const struct import *import, const struct import_file *file, struct err *err)
{
	void *item = record_new(import->arena, import->record);
	struct buf text = BUF_INIT;
	struct err found = { 0 };
	struct front front;
	int rc = -1;

	if (read_whole(file, &text, &found) == 0 && front_parse(import->arena, file->name, buf_get(&text), text.n, &front, &found) == 0)
		rc = front_item(import, file, &front, item, &found);
	buf_release(&text);
	if (rc < 0)
		return import_refuse(import, &found, err);
	if (import->record == &rec_import_item)
		name_from_file(import, file, item);
	return import_hand_on(import, file, item, file->name, err);
}

/* CSV with a header row: its cells are fields of the record. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/err.h"
#include "export/import_priv.h"

#define CHUNK ((size_t)256 << 10)
/* How far it has come is told every so many rows. */
#define ROWS_TOLD 256

struct csv_file {
	const struct import *import;
	const struct import_file *file;
	struct csv_text text;
	struct buf data;
	struct arena *keep; /* the header */
	struct csv_row header;
	size_t rows;
};

/* More of the file behind what is not read yet. */
static int
fill(struct csv_file *f, struct err *err)
{
	size_t left = (size_t)(f->text.end - f->text.p);

	if (left)
		memmove(f->data.p, f->text.p, left);
	f->data.n = left;
	if (left > IMPORT_ITEM)
		return err_set(err, E_BAD_FILE, "where", import_place(f->import, f->file, f->text.line), "what", N_("a row is larger than 64 MiB"), NULL);
	/* As much again as there is: a row that is read over and over costs no more than twice. */
	if (import_fill(f->file, left * 2 + CHUNK, &f->data, &f->text.whole, err) < 0)
		return -1;
	f->text.p = buf_get(&f->data);
	f->text.end = f->text.p + f->data.n;
	return 0;
}

static int
next(struct csv_file *f, struct arena *arena, struct csv_row *row, struct err *err)
{
	int rc;

	while ((rc = csv_row(&f->text, arena, row, err)) == 0 && !f->text.whole)
		if (fill(f, err) < 0)
			return -1;
	return rc;
}

static const char *
place_of(const struct csv_file *f, const struct csv_row *row, size_t i)
{
	return arena_printf(f->import->arena, "%s:%zu:%zu", f->file->name, row->lines[i], row->columns[i]);
}

/* An empty cell: there is no value. Of what every response has nothing is said. */
static bool
is_left_out(const char *key)
{
	static const char *const keys[] = { "id", "name", "usage", "active", "approved", "category", "language" };

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static void
split(struct arena *arena, const char *text, struct texts *out)
{
	while (*text) {
		size_t size = strcspn(text, ",");

		if (size)
			texts_add(arena, out, arena_memdup(arena, text, size));
		text += size + (text[size] == ',');
	}
}

static int
one_cell(struct csv_file *f, const struct csv_row *row, size_t i, void *item, struct err *err)
{
	struct arena *arena = f->import->arena;
	struct texts values = { NULL, 0, 0 };
	struct import_cell cell = { place_of(f, row, i), f->header.cells[i], &values, false };
	const char *text = csv_plain(row->cells[i]);

	if (!*text && is_left_out(cell.key))
		return 0;
	if (import_is_list(f->import->record, cell.key))
		split(arena, text, &values);
	else if (*text)
		texts_add(arena, &values, text);
	return import_set(arena, f->import->record, item, &cell, err);
}

static int
one_item(struct csv_file *f, const struct csv_row *row, struct err *err)
{
	const char *where = import_place(f->import, f->file, row->lines[0]);
	struct arena *arena = f->import->arena;
	void *item = record_new(arena, f->import->record);
	struct err found = { 0 };

	if (row->n != f->header.n) {
		err_set(&found, E_BAD_FILE, "where", where, "what", arena_printf(arena, "%zu cells, where the header has %zu", row->n, f->header.n), NULL);
		return import_refuse(f->import, &found, err);
	}
	for (size_t i = 0; i < row->n; i++)
		if (one_cell(f, row, i, item, &found) < 0)
			return import_refuse(f->import, &found, err);
	return import_hand_on(f->import, f->file, item, where, err);
}

/* The name of a column, in any case and with blanks around. */
static int
one_name(struct csv_file *f, size_t i, struct err *err)
{
	const char *start = f->header.cells[i] + strspn(f->header.cells[i], " ");
	char *key = arena_memdup(f->keep, start, strcspn(start, " "));
	const struct import_cell cell = { place_of(f, &f->header, i), key, &(struct texts){ NULL, 0, 0 }, false };

	for (char *c = key; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 0x20 : *c);
	f->header.cells[i] = key;
	for (size_t k = 0; k < i; k++)
		if (strcmp(f->header.cells[k], key) == 0)
			return err_set(err, E_BAD_FIELD, "where", cell.where, "name", key, "what", N_("the column stands there twice"), NULL);
	/* Into an item that nobody takes: is there such a field? */
	return import_set(f->import->arena, f->import->record, record_new(f->import->arena, f->import->record), &cell, err);
}

static int
header(struct csv_file *f, struct err *err)
{
	int rc = next(f, f->keep, &f->header, err);

	if (rc <= 0)
		return rc;
	for (size_t i = 0; i < f->header.n; i++)
		if (one_name(f, i, err) < 0)
			return -1;
	return 1;
}

static int
rows(struct csv_file *f, struct err *err)
{
	struct err found = { 0 };
	struct csv_row row;
	int rc = 0, got;

	while (rc == 0 && (got = next(f, f->import->arena, &row, &found)) != 0) {
		rc = got < 0 ? import_refuse(f->import, &found, err) : one_item(f, &row, err);
		if (++f->rows % ROWS_TOLD == 0)
			import_tell(f->import, f->file);
	}
	return rc;
}

int
import_csv(const struct import *import, const struct import_file *file, struct err *err)
{
	struct csv_file f = { .import = import, .file = file, .text = { .name = file->name, .line = 1 }, .data = BUF_INIT, .keep = arena_new() };
	struct err found = { 0 };
	int rc = fill(&f, err);

	if (rc == 0) {
		/* Some programs begin a file with a byte order mark. */
		if (f.text.end - f.text.p >= 3 && memcmp(f.text.p, "\xef\xbb\xbf", 3) == 0)
			f.text.p += 3;
		rc = header(&f, &found);
		/* Without its header nothing of it can be read. */
		if (rc < 0)
			rc = import_refuse(import, &found, err);
		else if (rc > 0)
			rc = rows(&f, err);
	}
	buf_release(&f.data);
	arena_free(&f.keep);
	return rc;
}

/* What is read of a front matter, or of CSV, is UTF-8 with its place in the text; written again it says the same, and CSV in pieces says what it says as a whole. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/err.h"
#include "base/utf8.h"
#include "export/front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text)
{
	assert(utf8_valid(text, strlen(text)) == strlen(text));
}

static void
check_again(struct arena *arena, const struct front *front)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	struct front again;

	front_begin(&out);
	for (size_t i = 0; i < front->n; i++) {
		const struct front_entry *e = &front->v[i];

		if (e->list)
			front_list(&out, e->key, &e->values);
		else if (e->values.n)
			front_text(&out, e->key, e->values.v[0]);
		else
			buf_printf(&out, "%s:\n", e->key);
	}
	front_end(&out, front->body);
	assert(front_parse(arena, "again", out.p, out.n, &again, &err) == 0);
	assert(again.n == front->n && strcmp(again.body, front->body) == 0);
	for (size_t i = 0; i < front->n; i++) {
		assert(again.v[i].values.n == front->v[i].values.n);
		for (size_t k = 0; k < again.v[i].values.n; k++)
			assert(strcmp(again.v[i].values.v[k], front->v[i].values.v[k]) == 0);
	}
	buf_release(&out);
}

static void
fuzz_front(struct arena *arena, const char *data, size_t size)
{
	struct err err = { 0 };
	struct front front;

	if (front_parse(arena, "fuzz", data, size, &front, &err) < 0) {
		assert(err.code == E_BAD_FILE && err_get(&err, "where") && err_get(&err, "what"));
		return;
	}
	check_text(front.body);
	for (size_t i = 0; i < front.n; i++) {
		assert(*front.v[i].key && front.v[i].line > 1 && front.v[i].line <= size);
		for (size_t k = 0; k < front.v[i].values.n; k++)
			check_text(front.v[i].values.v[k]);
	}
	check_again(arena, &front);
}

/* All rows, cell by cell, or what is wrong with them. */
static void
rows(struct arena *arena, const char *data, size_t size, size_t step, struct buf *out)
{
	struct csv_text csv = { .name = "fuzz", .p = data, .end = data, .line = 1 };
	struct csv_row row;
	struct err err = { 0 };
	int rc;

	do {
		while ((rc = csv_row(&csv, arena, &row, &err)) == 0 && !csv.whole) {
			csv.end = (size_t)(data + size - csv.end) <= step ? data + size : csv.end + step;
			csv.whole = csv.end == data + size;
		}
		if (rc < 0) {
			assert(err.code == E_BAD_FILE);
			buf_printf(out, "!%s\n", err_get(&err, "where"));
		}
		for (size_t i = 0; rc > 0 && i < row.n; i++) {
			check_text(row.cells[i]);
			assert(row.lines[i] >= 1 && row.lines[i] <= size + 1 && row.columns[i] >= 1);
			buf_printf(out, "%zu %s|", row.lines[i], csv_plain(row.cells[i]));
		}
	} while (rc != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct buf whole = BUF_INIT, pieces = BUF_INIT;

	fuzz_front(arena, (const char *)data, size);
	if (size < 4096) {
		rows(arena, (const char *)data, size, size + 1, &whole);
		rows(arena, (const char *)data, size, 1 + size / 7, &pieces);
		assert(strcmp(buf_get(&whole), buf_get(&pieces)) == 0);
	}
	buf_release(&whole);
	buf_release(&pieces);
	arena_free(&arena);
	return 0;
}

/*
 * CSV that is read: rows, where they are wrong, texts that come piece by piece;
 * and that what is written is read back the same.
 */
#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/err.h"

/* "a|b/c|d/", or "!where what" in place of a row. step: so many bytes more each time. */
static const char *
read_back(struct arena *arena, const char *text, size_t size, size_t step)
{
	struct csv_text csv = { .name = "f", .p = text, .end = text, .line = 1 };
	const char *out = "";

	for (;;) {
		struct csv_row row;
		struct err err = { 0 };
		int rc;

		while ((rc = csv_row(&csv, arena, &row, &err)) == 0 && !csv.whole) {
			csv.end = (size_t)(text + size - csv.end) <= step ? text + size : csv.end + step;
			csv.whole = csv.end == text + size;
		}
		if (rc == 0)
			return out;
		if (rc < 0) {
			out = arena_printf(arena, "%s!%s %s/", out, err_get(&err, "where"), err_get(&err, "what"));
			continue;
		}
		for (size_t i = 0; i < row.n; i++)
			out = arena_printf(arena, "%s%s%s", out, i ? "|" : "", row.cells[i]);
		out = arena_printf(arena, "%s/", out);
	}
}

static void
test_table(struct arena *arena)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "", "", "nothing" },
		{ "a,b\nc,d\n", "a|b/c|d/", "two rows" },
		{ "a,b\r\nc,d", "a|b/c|d/", "CR LF, and none at the end" },
		{ "\n\r\na\n\nb\n", "a/b/", "empty lines" },
		{ "a;b,c\nd;e", "a|b,c/d|e/", "semicolons" },
		{ "a\tb\nd\te", "a|b/d|e/", "TABs" },
		{ "\"a;b\",c\n", "a;b|c/", "a separator is one outside quotes" },
		{ "a,,\n,\n", "a||/|/", "empty cells" },
		{ "\"a\"\"b\",\"\"\n", "a\"b|/", "quotes in quotes" },
		{ "\"a\nb\r\nc\",d\ne,f\n", "a\nb\r\nc|d/e|f/", "lines in quotes" },
		{ "a,b\rc\n", "a|b\rc/", "a CR alone is a byte" },
		{ "a,\"b\nc,d\n", "!f:1:3 a quote is not closed/c|d/", "an open quote" },
		{ "a,\"b\"c\nd,e\n", "!f:1:6 something stands behind a closing quote/d|e/", "something behind a quote" },
		{ "a,b\"c\nd,e\n", "!f:1:4 a quote within a cell that does not begin with one/d|e/", "a quote in a cell" },
		{ "a,\"x\ny\"z\nd,e\n", "!f:2:3 something stands behind a closing quote/d|e/", "the line is that of the mistake" },
		{ "a,b\xff\nc,d\n", "!f:1:4 not valid UTF-8/c|d/", "not UTF-8" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		for (size_t step = 1; step < 80; step += 13)
			is_str(read_back(arena, table[i].text, strlen(table[i].text), step), table[i].want, table[i].what);
	is_str(read_back(arena, "a,\0b\n", 5, 5), "!f:1:3 a NUL/", "a NUL");
}

static void
test_bounds(struct arena *arena)
{
	struct buf text = BUF_INIT;

	for (int i = 0; i < CSV_CELLS; i++)
		buf_char(&text, ',');
	buf_str(&text, "\na,b\n");
	is_str(read_back(arena, text.p, text.n, 4096), "!f:1:1001 too many cells/a|b/", "one cell too many");
	buf_release(&text);
}

static void
test_written(struct arena *arena)
{
	static const char *const texts[] = { "", "a", "a,b", "a;b", "a\tb", "a\"b", "a\nb", "a\r\nb", "=1", "'=1", "''=1", "'a", "'", "+33", "-", "@x", "\xef\xbc\x9d", "'\xef\xbc\x9d", "\tx", "\rx", "\nx" };

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct buf out = BUF_INIT;
		struct csv_row row;
		struct err err = { 0 };
		struct csv_text csv = { .name = "f", .whole = true, .separator = ',', .line = 1 };

		csv_cell(&out, texts[i]);
		buf_str(&out, ",x\r\n");
		csv.p = out.p;
		csv.end = out.p + out.n;
		ok(csv_row(&csv, arena, &row, &err) == 1 && row.n == 2 && strcmp(csv_plain(row.cells[0]), texts[i]) == 0, "cell %zu is read back as it was written", i);
		buf_release(&out);
	}
}

int
main(void)
{
	struct arena *arena = arena_new();

	test_table(arena);
	test_bounds(arena);
	test_written(arena);
	arena_free(&arena);
	return done();
}

/*
 * Lines of any length up to a limit, from whatever pieces they come in.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tap.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/lines.h"

/* A pipe from a child that writes piece bytes at a time. */
static int
feed(const char *data, size_t size, size_t piece)
{
	int ends[2];

	if (pipe(ends) < 0)
		abort();
	if (fork() == 0) {
		close(ends[0]);
		for (size_t at = 0; at < size; at += piece)
			if (write(ends[1], data + at, size - at < piece ? size - at : piece) < 0)
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

/* All lines as "number:line|...", errors as "!code what". */
static void
read_back(struct buf *out, const char *data, size_t size, size_t piece, char separator, size_t limit)
{
	int fd = feed(data, size, piece), rc;
	struct lines *lines = lines_new(fd, "in", separator, limit);
	struct err err = { 0 };
	const char *line;

	buf_reset(out);
	while ((rc = lines_next(lines, &line, &err)) != 0) {
		if (rc > 0)
			buf_printf(out, "%zu:%s|", lines_number(lines), line);
		else
			buf_printf(out, "!%s %s|", err_name(err.code), err_get(&err, err.args[0].name));
	}
	lines_free(&lines);
	ok(lines == NULL, "lines_free sets the pointer to NULL");
	close(fd);
	wait(NULL);
}

static void
test_table(void)
{
#define TEXT(s) s, sizeof(s) - 1
	static const struct {
		const char *data;
		size_t size;
		char separator;
		size_t limit;
		const char *want, *what;
	} table[] = {
		{ TEXT(""), '\n', 100, "", "nothing has no lines" },
		{ TEXT("\n"), '\n', 100, "1:|", "an empty line" },
		{ TEXT("a\nb\n"), '\n', 100, "1:a|2:b|", "two lines" },
		{ TEXT("a\n\nb"), '\n', 100, "1:a|2:|3:b|", "a last line may lack its newline" },
		{ TEXT("a b\0c\nd\0"), '\0', 100, "1:a b|2:c\nd|", "records that end with NUL hold newlines" },
		{ TEXT("abcd\nefghi\njk\n"), '\n', 4, "1:abcd|!too_large in:2|3:jk|", "a line too long is skipped, reading goes on" },
		{ TEXT("abc\nefghi"), '\n', 4, "1:abc|!too_large in:2|", "the last line may be too long too" },
		{ TEXT("a\nb\0c\nd\n"), '\n', 100, "1:a|!bad_utf8 in:2|3:d|", "a line with a NUL is refused, reading goes on" },
		{ TEXT("a\r\n"), '\n', 100, "1:a\r|", "a CR belongs to the line" },
	};
	struct buf got = BUF_INIT;

	for (size_t i = 0; i < COUNT_OF(table); i++)
		for (size_t piece = 1; piece < 100; piece *= 9) {
			read_back(&got, table[i].data, table[i].size, piece, table[i].separator, table[i].limit);
			is_str(buf_get(&got), table[i].want, table[i].what);
		}
	buf_release(&got);
}

static void
test_long(void)
{
	struct buf data = BUF_INIT, got = BUF_INIT, want = BUF_INIT;

	for (int i = 0; i < 300000; i++)
		buf_char(&data, (char)('a' + i % 26));
	buf_printf(&want, "1:%s|2:end|", buf_get(&data));
	buf_str(&data, "\nend\n");
	read_back(&got, data.p, data.n, 5000, '\n', 300000);
	ok(strcmp(buf_get(&got), buf_get(&want)) == 0, "a line longer than any buffer comes whole");
	read_back(&got, data.p, data.n, 5000, '\n', 299999);
	is_str(buf_get(&got), "!too_large in:1|2:end|", "one byte beyond the limit it does not");
	read_back(&got, data.p, data.n, 5000, '\n', 10);
	is_str(buf_get(&got), "!too_large in:1|2:end|", "and is said once, however long it is");
	buf_release(&data);
	buf_release(&got);
	buf_release(&want);
}

static void
test_failure(void)
{
	struct lines *lines = lines_new(-1, "in", '\n', 100);
	struct err err = { 0 };
	const char *line;

	is_int(lines_next(lines, &line, &err), -1, "a descriptor that is none fails");
	is_int(err.code, E_IO, "with E_IO");
	lines_free(&lines);
	lines_free(&lines);
}

int
main(void)
{
	test_table();
	test_long();
	test_failure();
	return done();
}

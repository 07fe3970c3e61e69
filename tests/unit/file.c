/*
 * Files are whole or not there; secrets are private; programs are run.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

static struct arena *arena;

static const char *
content(const char *path)
{
	const char *data;
	size_t size;

	return file_read(arena, path, 1 << 20, &data, &size, NULL) < 0 ? NULL : data;
}

static int
mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : (int)(st.st_mode & 0777);
}

static int
names_in(const char *dir)
{
	const char *listed;
	char *end;

	if (command_secret(arena, arena_printf(arena, "ls -A %s | wc -l", dir), &listed, NULL) < 0)
		return -1;
	return (int)strtol(listed, &end, 10);
}

static void
test_write(void)
{
	struct err err = { 0 };

	is_int(file_write("a", "one", 3, false, true, &err), 0, "a new file");
	is_str(content("a"), "one", "has its content");
	is_int(mode_of("a"), 0600, "and is private");
	is_int(file_write("a", "two", 3, false, false, &err), -1, "an old one is not overwritten");
	is_int(err.code, E_EXISTS, "but exists");
	is_str(content("a"), "one", "and keeps its content");
	chmod("a", 0644);
	is_int(file_write("./a", "two", 3, true, true, &err), 0, "unless it is to be replaced");
	is_str(content("a"), "two", "then it has the new content");
	is_int(mode_of("a"), 0644, "and its old mode");
	is_int(file_write("no/where", "x", 1, true, false, &err), -1, "a folder that is not there");
	is_int(err.code, E_CANNOT_CREATE, "cannot be written to");
	is_int(file_write(".", "x", 1, true, false, &err), -1, "nor can a folder");
	is_int(err.code, E_CANNOT_CREATE, "be a file");
	is_int(file_write("/dev/null", "x", 1, true, true, &err), 0, "a device is written to");
	ok(mode_of("/dev/null") != 0600, "and stays a device");
	is_int(file_write("/dev/full", "x", 1, false, false, &err), -1, "a full one");
	is_int(err.code, E_IO, "says so");
	is_int(file_write("-", "# to standard output\n", 21, false, false, &err), 0, "- is standard output");
	is_int(names_in("."), 1, "no temporary file is left");
}

static void
test_read(void)
{
	struct err err = { 0 };
	const char *data;
	size_t size;

	is_int(file_read(arena, "missing", 10, &data, &size, &err), -1, "a file that is not there");
	is_int(err.code, E_NO_FILE, "is not found");
	is_str(err_get(&err, "path"), "missing", "by its name");
	is_int(file_read(arena, ".", 10, &data, &size, &err), -1, "a folder");
	is_int(err.code, E_IO, "cannot be read");
	is_int(file_read(arena, "a", 3, &data, &size, &err), 0, "a file of just the limit");
	is_int((int64_t)size, 3, "is read whole");
	is_int(file_read(arena, "a", 2, &data, &size, &err), -1, "one larger than the limit");
	is_int(err.code, E_TOO_LARGE, "is too large");
	is_int(file_read(arena, "/dev/zero", 100000, &data, &size, &err), -1, "one without end too");
	is_int(file_read(arena, "/dev/null", 0, &data, &size, &err), 0, "an empty one");
	ok(size == 0 && *data == '\0', "is empty");
}

static void
test_mkdirs(void)
{
	struct err err = { 0 };

	is_int(file_mkdirs("d/e//f/", &err), 0, "folders within folders");
	is_int(mode_of("d/e/f"), 0700, "are private");
	is_int(file_mkdirs("d/e/f", &err), 0, "and may be there already");
	is_int(file_mkdirs("/", &err), 0, "as the root is");
	is_int(file_mkdirs("a/b", &err), -1, "below a file");
	is_int(err.code, E_CANNOT_CREATE, "there are none");
	is_int(file_mkdirs("", &err), -1, "nor is there one without a name");
}

static void
test_secret(void)
{
	static const struct {
		const char *text, *want, *what; /* want NULL: code */
		int mode;
		enum err_code code;
	} table[] = {
		{ "hunter2\n", "hunter2", "a secret without its newline", 0600, E_OK },
		{ " h 2 \r\n", " h 2 ", "blanks belong to it", 0400, E_OK },
		{ "hunter2", "hunter2", "the newline may be missing", 0600, E_OK },
		{ "hunter2\n", NULL, "others may not read it", 0640, E_SECRET_OPEN },
		{ "hunter2\n", NULL, "nor write it", 0602, E_SECRET_OPEN },
		{ "one\ntwo\n", NULL, "it is one line", 0600, E_BAD_CONFIG },
		{ "\n", NULL, "and not empty", 0600, E_BAD_CONFIG },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err = { 0 };
		const char *secret = NULL;
		int rc = file_write("s", table[i].text, strlen(table[i].text), true, false, &err);

		if (rc == 0 && chmod("s", (mode_t)table[i].mode) == 0)
			rc = file_secret(arena, "s", &secret, &err);
		is_str(secret, table[i].want, table[i].what);
		ok(rc == (table[i].want ? 0 : -1) && err.code == table[i].code, "code %s", err_name(table[i].code));
		unlink("s");
	}
}

static void
test_command(void)
{
	static const struct {
		const char *command, *want, *what;
	} table[] = {
		{ "echo hunter2; echo more", "hunter2", "the first line of a program" },
		{ "cat; echo x", "x", "standard input is empty" },
		{ "yes | head -n 10000", "y", "what follows is read and dropped" },
		{ "trap - PIPE; kill -PIPE $$; echo x", NULL, "a broken pipe ends it as it should" },
		{ "echo x; exit 3", NULL, "one that fails" },
		{ "true", NULL, "one that says nothing" },
		{ "printf 'a\\0b\\n'", NULL, "one that says a NUL" },
		{ "yes | head -c 1000000", NULL, "one that says too much" },
		{ "exec 2>/dev/null; no-such-program", NULL, "one that is not there" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err = { 0 };
		const char *secret = NULL;
		int rc = command_secret(arena, table[i].command, &secret, &err);

		is_str(secret, table[i].want, table[i].what);
		ok(rc == 0 ? err.code == E_OK : err.code == E_BAD_CONFIG && err_get(&err, "what"), "%s", rc ? err_get(&err, "what") : "succeeds");
	}
}

int
main(void)
{
	char dir[] = "/tmp/ixn-file-XXXXXX";

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	umask(022);
	arena = arena_new();
	test_write();
	test_read();
	test_mkdirs();
	test_secret();
	test_command();
	ok(unlink("a") == 0 && rmdir("d/e/f") == 0 && rmdir("d/e") == 0 && rmdir("d") == 0 && rmdir(dir) == 0,
	   "nothing else was left");
	arena_free(&arena);
	return done();
}

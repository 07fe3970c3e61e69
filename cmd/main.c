/*
 * The entry of all programs: finds the command by the name we were called
 * by, or by the first argument of ixn, and hands over to another program where
 * that is needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/priv.h"

/* The command line as it came, for another program. */
static char **whole_argv;

const struct command_row *
command_find(const char *name)
{
	for (size_t i = 0; i < command_table_n; i++)
		if (strcmp(command_table[i].name, name) == 0)
			return &command_table[i];
	return NULL;
}

const char *
program_prefix(struct arena *arena)
{
	char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (size <= 0)
		return NULL;
	path[size] = '\0';
	for (int up = program.schemes || program.full ? 3 : 2; up > 0; up--) {
		char *slash = strrchr(path, '/');

		if (!slash)
			return NULL;
		*slash = '\0';
	}
	return arena_strdup(arena, path);
}

int
program_exec(struct cli *cli, const char *name)
{
	const char *prefix = program_prefix(cli->arena);
	const char *path = arena_printf(cli->arena, IXN_PREFIX "/libexec/ixn/%s", name);
	struct err err;

	if (prefix) {
		const char *near = arena_printf(cli->arena, "%s/libexec/ixn/%s", prefix, name);

		execv(near, whole_argv);
		if (errno != ENOENT)
			path = near;
	}
	execv(path, whole_argv);
	err_set(&err, E_NO_FILE, "path", path, "reason", strerror(errno), NULL);
	return cli_fail(cli, &err, NULL);
}

/* Whether url has a scheme of the list. */
static bool
in_schemes(const char *list, const char *url)
{
	size_t size = strcspn(url, ":");

	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == size && strncmp(p, url, size) == 0)
			return true;
	return false;
}

int
program_exec_for(struct cli *cli, const char *url)
{
	static const struct {
		const char *schemes, *program;
	} others[] = { { "https,http", "ixn-remote" }, { "postgresql,postgres", "ixn-server" } };

	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (in_schemes(others[i].schemes, url) && !in_schemes(program.schemes, url))
			return program_exec(cli, others[i].program);
	return 0;
}

int
program_exec_for_store(struct cli *cli)
{
	return program_exec_for(cli, cli_store_url(cli));
}

static int
no_command(struct cli *cli, const char *name)
{
	struct near near = { .word = name };
	struct err err;

	for (size_t i = 0; i < command_table_n; i++) {
		const char *full = command_table[i].name;

		near_try(&near, full);
		if (strncmp(full, "ixn-", 4) == 0)
			near_try(&near, full + 4);
	}
	err_set(&err, E_NO_COMMAND, "name", name, NULL);
	if (near.best)
		err_arg(&err, "near", near.best);
	return cli_fail(cli, &err, NULL);
}

static int
print_version(struct cli *cli, const char *name)
{
	const char *text = arena_printf(cli->arena, "%s (ixn-tools) %s\n", name, IXN_VERSION);

	output_bytes(cli, text, strlen(text));
	return output_close(cli, 0);
}

const char *
command_word(const struct command *verb)
{
	const char *blank = strrchr(verb->name, ' ');

	return blank ? blank + 1 : verb->name;
}

const struct command *
command_verb(const struct command *command, const char *word)
{
	for (const struct command *const *verb = command->verbs; verb && *verb; verb++)
		if (strcmp(command_word(*verb), word) == 0)
			return *verb;
	return NULL;
}

/* A command with verbs does nothing without one. */
static int
no_verb(struct cli *cli, const struct command *command, const char *word)
{
	struct near near = { .word = word ? word : "" };
	const char *all = "";
	struct err err;

	for (const struct command *const *verb = command->verbs; *verb; verb++) {
		near_try(&near, command_word(*verb));
		all = arena_printf(cli->arena, "%s%s%s", all, *all ? ", " : "", command_word(*verb));
	}
	if (!word)
		err_set(&err, E_MISSING_OPERAND, "what", N_("one of {all}"), "all", all, "command", command->name, NULL);
	else if (near.best)
		err_set(&err, E_NO_COMMAND, "name", arena_printf(cli->arena, "%s %s", command->name, word), "near", arena_printf(cli->arena, "%s %s", command->name, near.best), NULL);
	else
		err_set(&err, E_NO_COMMAND, "name", arena_printf(cli->arena, "%s %s", command->name, word), "near", all, NULL);
	return cli_fail(cli, &err, NULL);
}

static int
run_verb(struct cli *cli, const struct command *command, int argc, char **argv)
{
	const struct command *verb = argc > 1 ? command_verb(command, argv[1]) : NULL;
	struct cli *whole = cli_new(cli->arena, command, argc, argv);

	if (verb)
		return cli_run(cli_new(cli->arena, verb, argc - 1, argv + 1));
	for (int i = 1; i < argc; i++)
		whole->json = whole->json || strcmp(argv[i], "--json") == 0;
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return cli_run(cli_new(cli->arena, command, 2, argv));
	return no_verb(whole, command, argc > 1 && argv[1][0] != '-' ? argv[1] : NULL);
}

static int
run_row(struct cli *cli, const struct command_row *row, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return print_version(cli, row->name);
	if (!row->command)
		return program_exec(cli, row->program);
	if (row->command->verbs)
		return run_verb(cli, row->command, argc, argv);
	return cli_run(cli_new(cli->arena, row->command, argc, argv));
}

/* 'ixn accept' is ixn-accept, 'ixn chat-send' is chat-send. */
static const struct command_row *
find_word(struct cli *cli, const char *word)
{
	const struct command_row *row = command_find(word);

	return row ? row : command_find(arena_printf(cli->arena, "ixn-%s", word));
}

static int
run_help(struct cli *cli, const char *word)
{
	const struct command_row *row = find_word(cli, word);
	static char help[] = "--help";
	char *argv[] = { help, help, NULL };

	if (!row)
		return no_command(cli, word);
	if (!row->command)
		return program_exec(cli, row->program);
	return cli_run(cli_new(cli->arena, row->command, 2, argv));
}

static int
run_hidden(struct cli *cli, int argc, char **argv)
{
	if (strcmp(argv[1], "--complete") == 0)
		return complete_run(cli, argc - 2, argv + 2);
	if (!program.document)
		return program_exec(cli, "ixn-full");
	return program.document(argc - 1, argv + 1);
}

/* The program called by its own name. */
static int
run_ixn(struct cli *cli, int argc, char **argv)
{
	const struct command_row *row;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (strcmp(argv[1], "help") == 0 && argc == 2))
		return overview_print(cli);
	if (strcmp(argv[1], "--version") == 0)
		return print_version(cli, "ixn");
	if (strcmp(argv[1], "help") == 0)
		return run_help(cli, argv[2]);
	if (strcmp(argv[1], "--complete") == 0 || strcmp(argv[1], "--mdoc") == 0 || strcmp(argv[1], "--table") == 0)
		return run_hidden(cli, argc, argv);
	row = find_word(cli, argv[1]);
	return row ? run_row(cli, row, argc - 1, argv + 1) : no_command(cli, argv[1]);
}

/* A connection must not become what is closed: what we print would go there. Writing fails as it would. */
static void
keep_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			abort();
}

int
cli_main(int argc, char **argv)
{
	const char *slash, *name;
	struct arena *arena;
	struct cli *cli;
	int status;

	if (argc < 1)
		return ERR_USAGE;
	/* A closed pipe is an error of write then, and the store is closed properly. */
	signal(SIGPIPE, SIG_IGN);
	if (program.schemes)
		keep_descriptors();
	whole_argv = argv;
	slash = strrchr(argv[0], '/');
	name = slash ? slash + 1 : argv[0];
	arena = arena_new();
	cli = cli_new(arena, NULL, argc, argv);
	if (strcmp(name, "ixn") == 0 || strcmp(name, "ixn-remote") == 0 || strcmp(name, "ixn-full") == 0 || strcmp(name, "ixn-server") == 0) {
		status = run_ixn(cli, argc, argv);
	} else {
		const struct command_row *row = command_find(name);

		status = row ? run_row(cli, row, argc, argv) : no_command(cli, name);
	}
	arena_free(&arena);
	return status;
}

int
main(int argc, char **argv)
{
	return cli_main(argc, argv);
}

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/lines.h"
#include "cmd/cmd.h"

#define LINE_MAX_SIZE ((size_t)64 << 20)
/* What is printed is written, and memory given back, after so many lines. */
#define LINES_AT_ONCE 256

struct extra {
	const char *input;
};
RECORD(rec_ixn_create_extra, struct extra, "ixn-create", NULL,
       TEXT_FIELD_AS(struct extra, input, "FILE", 0, N_("JSON Lines, one interaction each; the other options hold where a line says nothing; - is standard input")))

struct import {
	struct cli *cli;
	const char *name, *key;
	size_t done, failed;
};

/* One line: the options, and over them what it says. */
static int
create_line(struct import *import, size_t number, const char *line, struct err *err)
{
	struct cli *cli = import->cli;
	const struct record *in = cli->command->op->in;
	const struct json_source source = { import->name, line, strlen(line), number };
	struct records records;
	void *one = record_new(cli->arena, in);

	if (cli_json_records(cli->arena, &source, in, &records, err) < 0)
		return -1;
	if (records.n == 0)
		return 0;
	record_overlay(in, one, cli->in);
	record_overlay(in, one, records.v);
	if (import->key)
		cli->idempotency_key = arena_printf(cli->arena, "%s %zu", import->key, number);
	if (cli_call(cli, cli->command->op, one, NULL, NULL, err) < 0)
		return -1;
	import->done++;
	return 0;
}

static int
refuse_line(struct import *import, size_t number, const struct err *err)
{
	if (err->code == E_OK)
		return -1;
	import->failed++;
	cli_fail(import->cli, err, arena_printf(import->cli->arena, "%s:%zu", import->name, number));
	/* Where reading itself has failed there is nothing more. */
	return err->code == E_IO ? -1 : 0;
}

static void
create_lines(struct import *import, int fd)
{
	struct cli *cli = import->cli;
	struct arena *keep = cli->arena, *some = arena_new();
	struct lines *lines = lines_new(fd, import->name, '\n', LINE_MAX_SIZE);
	struct err err = { 0 };
	const char *line;
	int rc;

	cli->arena = some;
	while ((rc = lines_next(lines, &line, &err)) != 0) {
		size_t number = lines_number(lines);

		if (rc > 0)
			rc = create_line(import, number, line, &err);
		if (rc < 0 && refuse_line(import, number, &err) < 0)
			break;
		if (number % LINES_AT_ONCE == 0) {
			cli_flush(cli);
			arena_reset(some);
		}
	}
	cli_flush(cli);
	cli->arena = keep;
	arena_free(&some);
	lines_free(&lines);
}

static int
create_file(struct cli *cli, const char *path)
{
	struct import import = { .cli = cli, .name = path, .key = cli->idempotency_key };
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct err err;

	if (fd < 0) {
		err_set(&err, E_NO_FILE, "path", path, "reason", strerror(errno), NULL);
		return cli_fail(cli, &err, NULL);
	}
	create_lines(&import, fd);
	if (fd != STDIN_FILENO)
		close(fd);
	cli_say(cli, cli_text(N_("%zu done, %zu failed")), import.done, import.failed);
	return cli->worst;
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;
	struct err err = { 0 };

	if (extra->input)
		return create_file(cli, extra->input);
	if (cli_call(cli, cli->command->op, cli->in, NULL, NULL, &err) < 0)
		return cli_fail(cli, &err, NULL);
	cli_flush(cli);
	return cli->worst;
}

const struct command cmd_ixn_create = {
	.name = "ixn-create",
	.summary = N_("an inbound interaction arrives"),
	.about = N_("For gateways, web hooks, imports and tests. The contact is recognised by the address, or made. The same --external-id again is the same interaction. "
		    "With --input each line is made on its own: one that cannot be read or is refused is reported with its number and skipped."),
	.task = TASK_IXN,
	.flags = CMD_AS_OWNER,
	.op = &op_ixn_create,
	.extra = &rec_ixn_create_extra,
	.examples = {
		{ "ixn-create --queue orders --from ann@example.org --name Ann --text 'Where is my parcel?'", N_("a chat arrives") },
		{ "ixn-create --queue billing --skill 'french>=2' --data order=1234 --external-id web-77", N_("in a queue, with a skill, data and the id it has elsewhere") },
		{ "ixn-create --input past.jsonl --queue billing --ids", N_("many, from a file; --schema=input says what a line may hold") },
	},
	.run = run,
	.see = "chat-send, ixn-watch",
	.full = "input",
};

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/rand.h"
#include "cmd/cmd.h"

struct extra {
	const char *token_file;
};
RECORD(rec_agent_token_extra, struct extra, "agent-token", NULL,
       TEXT_FIELD_AS(struct extra, token_file, "FILE", 0, N_("write it there, to a file that only its owner may read, and not to standard output")))

/* For IXN_SERVICE_TOKEN_FILE, as it stands. */
static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	const struct extra *extra = cli->extra;
	const char *text = arena_printf(cli->arena, "%s:%s\n", record_text(record, p, "agent"), record_text(record, p, "token"));

	/* A new file of its is nobody else's to read. */
	return file_write(extra->token_file ? extra->token_file : "-", text, strlen(text), false, true, err);
}

static int
one(struct cli *cli, const char *name, struct err *err)
{
	const struct record *in = cli->command->op->in;
	const struct extra *extra = cli->extra;
	char token[RAND_SECRET + 1];
	struct stat st;

	/* Before there is a token that nobody could keep. */
	if (extra->token_file && stat(extra->token_file, &st) == 0)
		return err_set(err, E_EXISTS, "path", extra->token_file, NULL);
	record_set_text(in, cli->in, "of", name);
	/* Asked for again, by a client that got no answer, it is the same. */
	record_set_text(in, cli->in, "token", arena_strdup(cli->arena, rand_secret(token)));
	return cli_call(cli, cli->command->op, cli->in, keep, cli, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_agent_token = {
	.name = "agent-token",
	.summary = N_("gives a service account what it proves itself by"),
	.about = N_("For programs that reach the desk at a server: NAME:TOKEN is printed once, for the file that IXN_SERVICE_TOKEN_FILE names there, and only its hash is kept. "
		    "It is for accounts of the role service, which need no password then; the owner of a store and admins give it. Each device has one: another one takes the place of its own.\n\n"
		    "'agent-list --tokens' lists them, 'agent-logout --of NAME --device DEVICE' takes one back at once. One by which nothing was changed for --lasts ends."),
	.task = TASK_SITE,
	.flags = CMD_ONE_OPERAND,
	.op = &op_token_give,
	.extra = &rec_agent_token_extra,
	.operand = "NAME",
	.examples = {
		{ "agent-token gateway --device web1 --token-file gateway.token", N_("for the gateway on that machine") },
		{ "agent-token backup --lasts 30d", N_("print one that ends when it is not used for a month") },
	},
	.run = run,
	.see = "agent-list, agent-logout, ixn-routerd",
};

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rand.h"
#include "cmd/cmd.h"

struct extra {
	const char *password_file;
};
RECORD(rec_agent_login_extra, struct extra, "agent-login", NULL,
       TEXT_FIELD_AS(struct extra, password_file, "FILE", 0, N_("read the password from this file, which only its owner may read")))

static int
keep_session(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct texts *with = field_const(record_field(record, "place_with"), p);
	const char *agent = record_text(record, p, "agent"), *token = record_text(record, p, "token");
	struct cli *cli = context;

	if (!agent || !token)
		return cli_unsaid(cli, "a session without a token", err);
	if (with->n)
		cli_say(cli, cli_text(N_("the place %s is shared with %s")), record_text(record, p, "place"), cli_get(cli, record, p, "place_with"));
	if (cli_session_save(cli, agent, token, err) < 0)
		return -1;
	return cli_print(cli, record, p, err);
}

static int
ask(struct cli *cli, const char **password_r, struct err *err)
{
	struct termios old, quiet;
	char line[1024];
	bool got;

	if (!cli_interactive(cli))
		return err_set(err, E_NEEDS_TERMINAL, "what", N_("asking for a password"), NULL);
	fprintf(stderr, "%s ", cli_text(N_("Password:")));
	tcgetattr(STDIN_FILENO, &old);
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	got = fgets(line, sizeof(line), stdin) != NULL;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	fputc('\n', stderr);
	if (!got)
		return err_set(err, E_BAD_PASSWORD, NULL);
	line[strcspn(line, "\n")] = '\0';
	*password_r = arena_strdup(cli->arena, line);
	mem_wipe(line, sizeof(line));
	return 0;
}

/* From a file or a program; NULL when neither is given. */
static int
given(struct cli *cli, const char **password_r, struct err *err)
{
	const struct extra *extra = cli->extra;

	*password_r = NULL;
	if (extra->password_file)
		return file_secret(cli->arena, extra->password_file, password_r, err);
	if (cli_config(cli, "password_command", NULL) || cli_config(cli, "password_file", NULL))
		return cli_secret(cli, "password", password_r, err);
	return 0;
}

/* Its name up to the first dot. */
static const char *
this_machine(struct cli *cli)
{
	char name[256];

	if (gethostname(name, sizeof(name)) < 0)
		return "";
	name[sizeof(name) - 1] = '\0';
	return arena_memdup(cli->arena, name, strcspn(name, "."));
}

static int
one(struct cli *cli, const char *name, struct err *err)
{
	const struct record *in = cli->command->op->in;
	const char *password;
	char token[RAND_SECRET + 1];

	record_set_text(in, cli->in, "name", name);
	/* Asked for again, by a client that got no answer, it is the same. */
	record_set_text(in, cli->in, "token", arena_strdup(cli->arena, rand_secret(token)));
	if (!record_text(in, cli->in, "device"))
		record_set_text(in, cli->in, "device", this_machine(cli));
	if (given(cli, &password, err) < 0)
		return -1;
	record_set_text(in, cli->in, "password", password);
	if (cli_call(cli, &op_session_login, cli->in, keep_session, cli, err) == 0)
		return 0;
	/* It has a password and none was given: ask. */
	if (err->code != E_BAD_PASSWORD || password)
		return -1;
	if (!cli_interactive(cli))
		return err_set(err, E_NO_PASSWORD, "name", name, NULL);
	if (ask(cli, &password, err) < 0)
		return -1;
	record_set_text(in, cli->in, "password", password);
	return cli_call(cli, &op_session_login, cli->in, keep_session, cli, err);
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

const struct command cmd_agent_login = {
	.name = "agent-login",
	.summary = N_("opens an agent's session"),
	.about = N_("The password is asked for at a terminal, or read with --password-file or the program that password_command names in the configuration. "
		    "A new login replaces the agent's own old session. A session lives as long as something is changed by it: looking alone keeps nobody logged in, since a screen that was left on looks, too. After session_ttl without a change it ends and what is open goes back to its queues."),
	.task = TASK_SESSION,
	.flags = CMD_ONE_OPERAND,
	.op = &op_session_login,
	.extra = &rec_agent_login_extra,
	.operand = "NAME",
	.examples = {
		{ "agent-login alice --ready", N_("log in and take interactions") },
		{ "agent-login bot --media chat --ready --password-file ~/.bot.pw", N_("a program logs in, for chats only") },
	},
	.run = run,
	.see = "agent-logout, agent-state",
};

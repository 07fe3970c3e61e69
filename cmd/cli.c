/*
 * The runner: options to a record, operands one by one, one call for each, the
 * answers printed, and an exit status that remembers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err_json.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cmd/priv.h"

#define BODY_MAX ((size_t)16 << 20)
#define LIST_LIMIT 200

struct cli *
cli_new(struct arena *arena, const struct command *command, int argc, char **argv)
{
	struct cli *cli = ARENA_NEW(arena, struct cli);

	cli->command = command;
	cli->arena = arena;
	cli->priv = ARENA_NEW(arena, struct cli_priv);
	cli->priv->arena = arena;
	cli->priv->argc = argc;
	cli->priv->argv = argv;
	i18n_init(cli);
	return cli;
}

const char *
cli_name(const struct cli *cli)
{
	return cli->command ? cli->command->name : "ixn";
}

void
cli_remember(struct cli *cli, int status)
{
	bool again = status == ERR_TEMP || status == ERR_UNAVAILABLE;
	bool so_far = cli->worst == ERR_TEMP || cli->worst == ERR_UNAVAILABLE;

	if (status == 0 || status == cli->worst)
		return;
	if (cli->worst == 0)
		cli->worst = status;
	else
		cli->worst = again && so_far ? ERR_TEMP : ERR_MIXED;
}

bool
cli_interactive(const struct cli *cli)
{
	return !cli->no_input && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* For what the desk tells in between: nothing comes with that to say whose desk it is. */
static struct cli *speaking;

static void
clock_behind(int64_t ms)
{
	cli_say(speaking, cli_text(N_("the clock of this machine is %lld s behind the store")), (long long)(ms / MS_SECOND));
}

/* A line that is written over, for who watches what takes long. */
void
cli_progress(size_t done, size_t n)
{
	static int64_t begun, told;
	int64_t now = clock_monotonic();

	if (!speaking || speaking->quiet || !isatty(STDERR_FILENO))
		return;
	begun = begun ? begun : now;
	if (now - begun < MS_SECOND || (done < n && now - told < MS_SECOND / 5))
		return;
	told = now;
	if (done < n)
		fprintf(stderr, "\r%zu %%", done * 100 / n);
	else
		fprintf(stderr, "\r     \r");
	fflush(stderr);
}

static void
trace(const char *line)
{
	cli_say(speaking, "%s", line);
}

/* What has to do with the mirror of a server is for people to know; programs see it by the answer. */
static void
mirrored(enum desk_mirrored what, int64_t n)
{
	struct cli *cli = speaking;
	long long count = n;

	if (what == MIRRORED_READ)
		cli_say(cli, cli_text(N_("without the server: this is what the mirror on this machine has, which is %s old")), duration_format(cli->arena, n < MS_SECOND ? 0 : n - n % MS_SECOND));
	else if (what == MIRRORED_KEPT)
		cli_say(cli, "%s", cli_text(N_("without the server: this is kept on this machine, and sent as soon as it can be")));
	else if (what == MIRRORED_SENT)
		cli_say(cli, cli_text(N_("what was kept on this machine was sent: %lld")), count);
	else
		cli_say(cli, cli_text(N_("what was kept on this machine, the server refused: %lld; 'ixn-sync --list' shows it")), count);
}

static void
waits(const struct err *why, int64_t ms)
{
	struct cli *cli = speaking;
	const char *words = err_expand(cli->arena, cli_text(err_text(why->code)), why, cli_name(cli), cli_text);

	cli_say(cli, cli_text(N_("%s; trying again for %s at most")), words ? words : err_name(why->code), duration_format(cli->arena, ms - ms % MS_SECOND));
}

/* What it takes to reach a server; a file reaches itself. */
static int
server_options(struct cli *cli, struct desk_options *options, struct err *err)
{
	const char *origin, *plain = cli_config(cli, "server.plain", &origin);

	if (!store_is_remote(cli))
		return 0;
	if (strcmp(plain, "yes") != 0 && strcmp(plain, "no") != 0)
		return err_set(err, E_BAD_CONFIG, "where", origin, "what", arena_printf(cli->arena, "server.plain: '%s' is not yes or no", plain), NULL);
	options->folder = session_folder(cli);
	options->ca = cli_config(cli, "server.ca_file", NULL);
	options->plain = strcmp(plain, "yes") == 0;
	options->trace = cli->debug ? trace : NULL;
	options->mirror = session_mirror(cli);
	options->offline = cli->offline;
	options->mirrored = mirrored;
	return 0;
}

static int
session_ttl(struct cli *cli, int64_t *ms_r, struct err *err)
{
	const char *origin, *text = cli_config(cli, "session_ttl", &origin);

	if (duration_parse(text, ms_r, err) == 0 && *ms_r > 0)
		return 0;
	return err_set(err, E_BAD_CONFIG, "where", origin, "what", arena_printf(cli->arena, "session_ttl: '%s' is not a duration above 0", text), NULL);
}

int
cli_desk_options(struct cli *cli, struct desk_options *options, struct err *err)
{
	const char *language;

	if (config_load(cli, err) < 0)
		return -1;
	language = cli_config(cli, "language", NULL);
	*options = (struct desk_options){
		.zone = cli_zone(cli),
		.language = language ? arena_memdup(cli->arena, language, strcspn(language, ":_.")) : "en",
		.mail_from = cli_config(cli, "mail.from", NULL),
		.mail_name = cli_config(cli, "mail.name", NULL),
		.mail_reply_to = cli_config(cli, "mail.reply_to", NULL),
	};
	return session_ttl(cli, &options->session_ttl, err);
}

static int
open_desk(struct cli *cli, struct err *err)
{
	struct desk_options options;

	if (cli_desk_options(cli, &options, err) < 0 || server_options(cli, &options, err) < 0)
		return -1;
	options.agent = cli->priv->session.agent;
	options.token = cli->priv->session.token;
	options.clock_behind = clock_behind;
	options.progress = cli_progress;
	options.waits = waits;
	if (cli->debug)
		cli_say(cli, "%s %s", cli_store_shown(cli), options.agent ? options.agent : "-");
	speaking = cli;
	return desk_open(cli_store_url(cli), &options, &cli->desk, err);
}

int
cli_choose(struct cli *cli, const char **agent_r)
{
	struct err err = { 0 };

	if (config_load(cli, &err) < 0 || session_choose(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	*agent_r = cli->priv->session.agent;
	return 0;
}

int
cli_open_desk(struct cli *cli)
{
	struct err err = { 0 };
	int status;

	if (cli->desk)
		return 0;
	if ((status = program_exec_for_store(cli)) != 0)
		return status;
	if (config_load(cli, &err) < 0 || store_named(cli, &err) < 0 || session_choose(cli, &err) < 0 || open_desk(cli, &err) < 0 || options_late(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	return 0;
}

/* An emit_fn: prints, but no more than the list's limit. */
static int
print_answer(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	struct cli_priv *priv = cli->priv;

	if (priv->limit > 0 && priv->printed >= (size_t)priv->limit) {
		priv->cut = true;
		return 0;
	}
	if (!priv->first && record->n && record->fields[0].type == FIELD_ID)
		priv->first = field_text(&record->fields[0], p);
	priv->printed++;
	return cli_print(cli, record, p, err);
}

int
cli_call(struct cli *cli, const struct op *op, const void *in, emit_fn *emit, void *context, struct err *err)
{
	struct cli_priv *p = cli->priv;
	struct request request = { .op = op, .in = in, .live = cli->live };
	int64_t start = clock_monotonic();
	int rc;

	err->code = E_OK;
	if (!cli->desk)
		return err_set(err, E_BUG, "what", "a call without a store", NULL);
	if ((op->flags & OP_WRITE) && cli->idempotency_key)
		request.idempotency_key = p->item ? arena_printf(cli->arena, "%s %s", cli->idempotency_key, p->item) : cli->idempotency_key;
	p->printed = 0;
	p->first = NULL;
	p->cut = false;
	rc = desk_call(cli->desk, &request, cli->arena, emit ? emit : print_answer, emit ? context : cli, err);
	if (cli->debug)
		cli_say(cli, "%s: %" PRId64 " ms%s%s", op->name, clock_monotonic() - start, rc < 0 ? ", " : "", rc < 0 ? err_name(err->code) : "");
	return rc;
}

int
cli_silent(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)context, (void)record, (void)p, (void)err;
	return 0;
}

/* What an operation was not told is told here, so that both know when a list is cut. */
static int
list_limit(struct cli *cli, struct err *err)
{
	const struct op *op = cli->command->op;
	const struct field *f = record_field(op->in, "limit");

	if (!(cli->command->flags & CMD_LIST) || !f)
		return 0;
	if (!field_present(f, cli->in))
		*(int64_t *)field_at(f, cli->in) = cli->command->limit ? cli->command->limit : LIST_LIMIT;
	cli->priv->limit = field_int(f, cli->in);
	if (cli->priv->limit > 0)
		return 0;
	return err_set(err, E_BAD_VALUE, "name", "--limit", "value", field_format(cli->arena, f, cli->in), "expected", N_("a number above 0"), NULL);
}

static int
set_operand(struct cli *cli, const char *operand, struct err *err)
{
	const struct field *f = operand_field(cli->command);
	const struct field_context context = cli_field_context(cli);

	if (!operand || !f)
		return 0;
	if (field_parse(f, cli->in, operand, &context, err) == 0)
		return 0;
	if (err->code == E_BAD_VALUE && err_get(err, "expected"))
		err_set(err, E_BAD_VALUE, "name", cli->command->operand ? cli->command->operand : f->name, "value", operand, "expected",
			arena_strdup(cli->arena, err_get(err, "expected")), NULL);
	return -1;
}

/* The call that most commands are. */
static int
call_once(struct cli *cli, const char *operand, struct err *err)
{
	const struct command *command = cli->command;
	struct cli_priv *p = cli->priv;

	if (set_operand(cli, operand, err) < 0 || cli_call(cli, command->op, cli->in, NULL, NULL, err) < 0)
		return -1;
	if (p->cut)
		cli_say(cli, cli_text(N_("only the first %lld are shown; --limit shows more")), (long long)p->limit);
	if ((command->flags & CMD_EMPTY_FAILS) && p->printed == 0)
		return err_set(err, command->empty_code, NULL);
	if ((command->flags & CMD_SETS_CURRENT) && !operand && p->first)
		cli_set_current(cli, p->first);
	return 0;
}

/* Words that belong together: one call with all of them. */
static int
call_words(struct cli *cli)
{
	struct err err = { 0 };

	for (int i = 0; i + 1 < cli->operands_n; i++)
		if (set_operand(cli, cli->operands[i], &err) < 0)
			return cli_fail(cli, &err, NULL);
	cli->operands += cli->operands_n - 1;
	cli->operands_n = 1;
	cli->priv->several = false;
	return cli_each(cli, call_once);
}

int
cli_operation(struct cli *cli)
{
	const struct field *f = operand_field(cli->command);
	struct err err = { 0 };

	if (list_limit(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	if (f && f->type == FIELD_TEXTS && cli->operands_n > 1)
		return call_words(cli);
	return cli_each(cli, call_once);
}

static int
run(struct cli *cli)
{
	struct err err = { 0 };
	int status;

	if (operands_check(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	if (!(cli->command->flags & CMD_NO_STORE) && (status = cli_open_desk(cli)) != 0)
		return status;
	if (cli->command->run)
		return cli->command->run(cli);
	if (cli->command->op)
		return cli_operation(cli);
	err_set(&err, E_BUG, "what", "a command without an operation", NULL);
	return cli_fail(cli, &err, NULL);
}

static int
print_schema(struct cli *cli)
{
	const struct op *op = cli->command->op;
	bool input = strcmp(cli->priv->schema, "input") == 0;
	const struct record *record = input ? (op ? op->in : NULL) : output_record(cli->command);
	struct buf out = BUF_INIT;
	struct err err;

	if (!record || (!input && *cli->priv->schema)) {
		err_set(&err, E_USAGE, "what", record ? "--schema or --schema=input" : "no records here", NULL);
		return cli_fail(cli, &err, NULL);
	}
	record_schema(record, &out);
	buf_char(&out, '\n');
	output_bytes(cli, buf_get(&out), out.n);
	buf_release(&out);
	return 0;
}

static int
answer_asked(struct cli *cli)
{
	if (cli->priv->asked == COMMON_SCHEMA)
		return print_schema(cli);
	if (cli->priv->asked == COMMON_HELP)
		help_print(cli);
	else
		printf("%s (ixn-tools) %s\n", cli_name(cli), IXN_VERSION);
	return 0;
}

int
cli_run(struct cli *cli)
{
	int status;

	i18n_init(cli);
	status = options_parse(cli);
	if (status == 0)
		status = cli->priv->asked ? answer_asked(cli) : run(cli);
	/* What is known is shown; bringing a mirror up to date may take a moment. */
	status = output_close(cli, status);
	desk_close(&cli->desk);
	return status;
}

/* For commands. */

int
cli_set(struct cli *cli, const struct record *record, void *p, const char *field, const char *text, struct err *err)
{
	const struct field *f = record_field(record, field);
	const struct field_context context = cli_field_context(cli);

	if (!f)
		return err_set(err, E_BUG, "what", arena_printf(cli->arena, "%s has no field %s", record->name, field), NULL);
	return field_parse(f, p, text, &context, err);
}

const char *
cli_get(struct cli *cli, const struct record *record, const void *p, const char *field)
{
	const struct field *f = record_field(record, field);

	return f && field_present(f, p) ? field_format(cli->arena, f, p) : NULL;
}

int
cli_read_file(struct cli *cli, const char *path, const char **text_r, struct err *err)
{
	const char *data;
	size_t size, valid;

	if (file_read(cli->arena, path, BODY_MAX, &data, &size, err) < 0)
		return -1;
	valid = utf8_valid(data, size);
	if (strlen(data) < valid)
		valid = strlen(data);
	if (valid < size)
		return err_set(err, E_BAD_UTF8, "where", path, "at", arena_printf(cli->arena, "%zu", valid + 1), NULL);
	/* The newline that ends the last line of a file is none of the text. */
	if (size && data[size - 1] == '\n')
		data = arena_memdup(cli->arena, data, size - 1);
	*text_r = data;
	return 0;
}

int
cli_json_records(struct arena *arena, const struct json_source *source, const struct record *record, struct records *out, struct err *err)
{
	if (!program.json_records)
		return err_set(err, E_BUG, "what", "JSON read in the light program", NULL);
	return program.json_records(arena, source, record, out, err);
}

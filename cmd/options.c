/*
 * Options: a table made of the operation's record, those of the command and
 * the common ones; and the command line read by it.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/priv.h"
#include "model/id.h"

static const struct option_row common_rows[] = {
	{ "help", NULL, N_("show this help"), .letter = 'h', .common = COMMON_HELP },
	{ "version", NULL, N_("show the version"), .common = COMMON_VERSION },
	{ "json", NULL, N_("one JSON object a line, errors too"), .common = COMMON_JSON },
	{ "fields", "NAME,...", N_("print these fields; --schema lists them"), .common = COMMON_FIELDS },
	{ "ids", NULL, N_("print the first column only"), .common = COMMON_IDS },
	{ "null", NULL, N_("end each record with NUL instead of a newline"), .letter = '0', .common = COMMON_NULL },
	{ "schema", "input", N_("print the JSON Schema of the output, or of what is read"), .optional_value = true, .common = COMMON_SCHEMA },
	{ "quiet", NULL, N_("say nothing but errors"), .common = COMMON_QUIET },
	{ "debug", NULL, N_("say what is done"), .letter = 'v', .common = COMMON_DEBUG },
	{ "store", "URL", N_("the store, as in file:PATH or https://HOST"), .common = COMMON_STORE },
	{ "agent", "NAME", N_("act as this one of the agents logged in from here"), .common = COMMON_AGENT },
	{ "offline", NULL, N_("do not ask the server: read its mirror on this machine, and keep what may be sent later"), .common = COMMON_OFFLINE },
	{ "no-input", NULL, N_("never ask"), .common = COMMON_NO_INPUT },
	{ "yes", NULL, N_("answer questions with yes"), .common = COMMON_YES },
};
static const struct option_row key_row = { "idempotency-key", "KEY", N_("the same key again does nothing twice and prints the first answer"),
					   .common = COMMON_KEY };
static const struct option_row dry_run_row = { "dry-run", NULL, N_("show what would be done, and change nothing"), .common = COMMON_DRY_RUN };

typedef VEC(struct option_row) row_vec;

const char *
option_name(struct arena *arena, const char *field)
{
	char *name = arena_strdup(arena, field);

	for (char *p = name; *p; p++)
		if (*p == '_')
			*p = '-';
	return name;
}

static bool
in_list(const char *list, const char *word)
{
	size_t size = strlen(word);

	for (const char *p = list; p && *p; p += strcspn(p, ", "), p += strspn(p, ", "))
		if (strncmp(p, word, size) == 0 && (!p[size] || p[size] == ',' || p[size] == ' '))
			return true;
	return false;
}

static bool
is_option(const struct field *f)
{
	return !(f->flags & (FIELD_NO_OPTION | FIELD_OPERAND | FIELD_SECRET)) && f->type != FIELD_RECORDS;
}

static void
add_field(struct arena *arena, row_vec *rows, const struct command *command, const struct field *f, bool extra)
{
	struct option_row row = { .name = option_name(arena, f->name), .doc = f->doc, .field = f, .extra = extra };

	/* A switch, unless it may be said to be off. */
	if (f->type != FIELD_BOOL || (f->flags & FIELD_OPTIONAL_VALUE))
		row.value = field_value_name(arena, f);
	row.repeatable = f->type == FIELD_TEXTS || f->type == FIELD_PAIRS;
	row.optional_value = (f->flags & FIELD_OPTIONAL_VALUE) && row.value;
	row.full = in_list(command->full, row.name);
	if (strcmp(row.name, "output") == 0)
		row.letter = 'o';
	vec_push(arena, rows, row);
	if ((f->flags & FIELD_BODY) && strcmp(f->name, "text") == 0) {
		row = (struct option_row){ "file", "FILE", N_("read the text from this file; - is standard input"), .field = f,
					   .extra = extra, .from_file = true };
		vec_push(arena, rows, row);
	}
}

static void
add_record(struct arena *arena, row_vec *rows, const struct command *command, const struct record *record, bool extra)
{
	for (size_t i = 0; record && i < record->n; i++)
		if (is_option(&record->fields[i]))
			add_field(arena, rows, command, &record->fields[i], extra);
}

/* Can it change anything? */
static bool
writes(const struct command *command)
{
	bool any = command->op && (command->op->flags & OP_WRITE);

	for (const struct op *const *op = command->also; op && *op; op++)
		any = any || ((*op)->flags & OP_WRITE);
	return any;
}

/* Each option of any verb, once. */
static void
add_verbs(struct arena *arena, row_vec *rows, const struct command *command)
{
	for (const struct command *const *verb = command->verbs; *verb; verb++) {
		const struct option_row *own;
		size_t n = command_options(arena, *verb, &own);

		for (size_t i = 0; i < n; i++) {
			bool known = own[i].common && own[i].common != COMMON_DRY_RUN;

			for (size_t k = 0; k < rows->n && !known; k++)
				known = strcmp(rows->v[k].name, own[i].name) == 0;
			if (!known)
				vec_push(arena, rows, own[i]);
		}
	}
}

size_t
command_options(struct arena *arena, const struct command *command, const struct option_row **rows_r)
{
	row_vec rows = { NULL, 0, 0 };

	if (command->verbs)
		add_verbs(arena, &rows, command);
	else
		add_record(arena, &rows, command, command->op ? command->op->in : NULL, false);
	if (!command->verbs)
		add_record(arena, &rows, command, command->extra, true);
	if (command->flags & CMD_DRY_RUN)
		vec_push(arena, &rows, dry_run_row);
	if (writes(command))
		vec_push(arena, &rows, key_row);
	for (size_t i = 0; i < COUNT_OF(common_rows); i++)
		vec_push(arena, &rows, common_rows[i]);
	*rows_r = rows.v;
	return rows.n;
}

/* Reading the command line. */

static int
bad_option(struct cli *cli, const char *word)
{
	struct near near = { .word = arena_memdup(cli->arena, word + 2, strcspn(word + 2, "=")) };
	struct err err;

	for (size_t i = 0; i < cli->priv->rows_n; i++)
		near_try(&near, cli->priv->rows[i].name);
	err_set(&err, E_BAD_OPTION, "name", arena_memdup(cli->arena, word, strcspn(word, "=")), NULL);
	if (near.best)
		err_arg(&err, "near", arena_printf(cli->arena, "--%s", near.best));
	return cli_fail(cli, &err, NULL);
}

/* The option of what getopt_long answered, or NULL. */
static const struct option_row *
row_of(const struct cli *cli, int c)
{
	if (c >= 256 && (size_t)c - 256 < cli->priv->rows_n)
		return &cli->priv->rows[c - 256];
	for (size_t i = 0; c && i < cli->priv->rows_n; i++)
		if (cli->priv->rows[i].letter == c)
			return &cli->priv->rows[i];
	return NULL;
}

/* getopt_long said '?' or ':'. */
static int
refused(struct cli *cli, int c, int letter)
{
	const char *word = cli->priv->argv[optind - 1];
	const struct option_row *row = row_of(cli, letter);
	struct err err;

	if (c == ':') {
		err_set(&err, E_MISSING_ARGUMENT, "name", word, NULL);
	} else if (row) {
		err_set(&err, E_USAGE, "what", N_("{option} takes no value"), "option", arena_printf(cli->arena, "--%s", row->name), NULL);
	} else if (letter) {
		err_set(&err, E_BAD_OPTION, "name", arena_printf(cli->arena, "-%c", letter), NULL);
	} else {
		return bad_option(cli, word);
	}
	return cli_fail(cli, &err, NULL);
}

/* Where a common option that is a switch, or a text, goes; NULL for one that is neither. */
static bool *
switch_of(struct cli *cli, enum common common)
{
	bool *const switches[COMMON_DRY_RUN + 1] = {
		[COMMON_JSON] = &cli->json,
		[COMMON_QUIET] = &cli->quiet,
		[COMMON_OFFLINE] = &cli->offline,
		[COMMON_DEBUG] = &cli->debug,
		[COMMON_NO_INPUT] = &cli->no_input,
		[COMMON_YES] = &cli->yes,
		[COMMON_IDS] = &cli->ids,
		[COMMON_NULL] = &cli->null,
		[COMMON_DRY_RUN] = &cli->dry_run,
	};

	return switches[common];
}

static const char **
text_of(struct cli *cli, enum common common)
{
	const char **const texts[COMMON_DRY_RUN + 1] = {
		[COMMON_STORE] = &cli->store_url,
		[COMMON_AGENT] = &cli->agent,
		[COMMON_FIELDS] = &cli->fields,
		[COMMON_KEY] = &cli->idempotency_key,
	};

	return texts[common];
}

static void
set_common(struct cli *cli, enum common common, const char *value)
{
	if (switch_of(cli, common)) {
		*switch_of(cli, common) = true;
	} else if (text_of(cli, common)) {
		*text_of(cli, common) = value;
	} else {
		/* --help, --version, --schema: the first one is answered. */
		if (common == COMMON_SCHEMA)
			cli->priv->schema = value ? value : "";
		if (!cli->priv->asked)
			cli->priv->asked = common;
	}
}

static struct option *
long_options(struct cli *cli, char letters[64])
{
	const struct cli_priv *p = cli->priv;
	struct option *longs = arena_alloc(cli->arena, (p->rows_n + 1) * sizeof(*longs));
	size_t n = 2;

	/* '-': operands come in their order, as options numbered 1; ':': a missing value is told from the rest. */
	memcpy(letters, "-:", n);
	for (size_t i = 0; i < p->rows_n; i++) {
		const struct option_row *row = &p->rows[i];

		longs[i].name = row->name;
		longs[i].has_arg = !row->value ? no_argument : row->optional_value ? optional_argument
										   : required_argument;
		longs[i].val = 256 + (int)i;
		if (!row->letter || n > 60)
			continue;
		letters[n++] = row->letter;
		if (row->value)
			letters[n++] = ':';
	}
	letters[n] = '\0';
	return longs;
}

/* Sorts the words into cli->priv->given and operands. */
static int
read_words(struct cli *cli)
{
	VEC(const char *)
	operands = { NULL, 0, 0 };
	struct cli_priv *p = cli->priv;
	char letters[64];
	struct option *longs = long_options(cli, letters);
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt_long(p->argc, p->argv, letters, longs, NULL)) != -1) {
		struct given given = { NULL, optarg };

		if (c == '?' || c == ':')
			return refused(cli, c, optopt);
		if (c == 1) {
			vec_push(cli->arena, &operands, given.value);
			continue;
		}
		given.row = row_of(cli, c);
		if (!given.row)
			return refused(cli, '?', c);
		if (given.row->full && !program.full)
			return program_exec(cli, "ixn-full");
		if (given.row->field)
			vec_push(cli->arena, &p->given, given);
		else
			set_common(cli, (enum common)given.row->common, given.value);
	}
	for (int i = optind; i < p->argc; i++)
		vec_push(cli->arena, &operands, (const char *)p->argv[i]);
	cli->operands = operands.v;
	cli->operands_n = (int)operands.n;
	return 0;
}

struct field_context
cli_field_context(struct cli *cli)
{
	return (struct field_context){ cli->arena, clock_now(), cli_zone(cli) };
}

/* A field's error names the option that the user typed. */
static void
name_option(struct cli *cli, const struct given *given, struct err *err)
{
	const char *value = err_get(err, "value"), *expected = err_get(err, "expected");

	if (err->code != E_BAD_VALUE || !value || !expected)
		return;
	value = arena_strdup(cli->arena, value);
	expected = arena_strdup(cli->arena, expected);
	err_set(err, E_BAD_VALUE, "name", arena_printf(cli->arena, "--%s", given->row->name), "value", value, "expected", expected, NULL);
}

/* Instead of a target, by a person; a script writes it whole. */
static bool
bare_word(const struct field *f, const char *text)
{
	return f->type == FIELD_TARGET && *text && !strchr(text, ':') && isatty(STDIN_FILENO);
}

static int
apply(struct cli *cli, const struct given *given, struct err *err)
{
	const struct field *f = given->row->field;
	void *base = given->row->extra ? cli->extra : cli->in;
	const struct field_context context = cli_field_context(cli);
	const char *text = given->value;

	if (given->row->from_file) {
		if (cli_read_file(cli, given->value, &text, err) < 0)
			return -1;
	} else if (!text) {
		text = f->type == FIELD_BOOL ? "true" : "";
	}
	/* A name alone is looked up when there is a store to ask. */
	if (text && bare_word(f, text) && !cli->desk) {
		*(const char **)field_at(f, base) = text;
		return 0;
	}
	if (field_parse(f, base, text, &context, err) == 0)
		return 0;
	name_option(cli, given, err);
	return -1;
}

/* --text and --file give the same field: one of them. */
static int
check_bodies(struct cli *cli, struct err *err)
{
	const struct given *body = NULL;

	for (size_t i = 0; i < cli->priv->given.n; i++) {
		const struct given *g = &cli->priv->given.v[i];

		if (!(g->row->field->flags & FIELD_BODY))
			continue;
		if (body && body->row != g->row && body->row->field == g->row->field)
			return err_set(err, E_USAGE, "what", N_("--{option} or --{other}, not both"), "option", body->row->name, "other", g->row->name, NULL);
		if (g->row->from_file)
			for (int k = 0; strcmp(g->value, "-") == 0 && k < cli->operands_n; k++)
				if (strcmp(cli->operands[k], "-") == 0)
					return err_set(err, E_USAGE, "what", N_("standard input cannot be both the text and the ids"), NULL);
		body = g;
	}
	return 0;
}

static int
check_required(struct cli *cli, const struct record *record, const void *p, struct err *err)
{
	for (size_t i = 0; record && i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (!(f->flags & FIELD_REQUIRED) || !is_option(f) || field_present(f, p))
			continue;
		return err_set(err, E_MISSING_OPERAND, "what",
			       arena_printf(cli->arena, "--%s%s", option_name(cli->arena, f->name), f->flags & FIELD_BODY ? N_(" or --file") : ""), NULL);
	}
	return 0;
}

static int
fill(struct cli *cli, struct err *err)
{
	const struct command *command = cli->command;
	const struct record *in = command->op ? command->op->in : NULL;

	if (in)
		cli->in = record_new(cli->arena, in);
	if (command->extra)
		cli->extra = record_new(cli->arena, command->extra);
	if (check_bodies(cli, err) < 0)
		return -1;
	for (size_t i = 0; i < cli->priv->given.n; i++)
		if (apply(cli, &cli->priv->given.v[i], err) < 0)
			return -1;
	if (cli->idempotency_key && !*cli->idempotency_key)
		return err_set(err, E_BAD_VALUE, "name", "--idempotency-key", "value", "", "expected", N_("a key"), NULL);
	if (cli->fields && output_check_fields(cli, err) < 0)
		return -1;
	if (check_required(cli, in, cli->in, err) < 0)
		return -1;
	return check_required(cli, command->extra, cli->extra, err);
}

int
options_parse(struct cli *cli)
{
	struct cli_priv *p = cli->priv;
	struct err err;
	int status;

	p->rows_n = command_options(cli->arena, cli->command, &p->rows);
	/* An error may stand before the option that says how to print it. */
	for (int i = 1; i < p->argc && strcmp(p->argv[i], "--") != 0; i++)
		if (strcmp(p->argv[i], "--json") == 0)
			cli->json = true;
	status = read_words(cli);
	if (status || p->asked)
		return status;
	/* Before anything is read that could not be read again. */
	if (!(cli->command->flags & CMD_NO_STORE) && (status = program_exec_for_store(cli)) != 0)
		return status;
	if (fill(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	return 0;
}

int
options_late(struct cli *cli, struct err *err)
{
	const char *clock = getenv("IXN_CLOCK");

	for (size_t i = 0; i < cli->priv->given.n; i++) {
		struct given *g = &cli->priv->given.v[i];
		const struct field *f = g->row->field;

		if (f->type == FIELD_TIME && clock && *clock && apply(cli, g, err) < 0)
			return -1;
		if (bare_word(f, g->value) && (resolve_word(cli, g->value, &g->value, err) < 0 || apply(cli, g, err) < 0))
			return -1;
		if (f->type == FIELD_ID && (resolve_option(cli, f, g->value, &g->value, err) < 0 || apply(cli, g, err) < 0))
			return -1;
	}
	return 0;
}

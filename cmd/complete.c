/*
 * 'ixn --complete COMMAND WORDS...': what the shells' scripts ask for. The
 * last word is the one being typed. One candidate a line, then TAB and a
 * description. Silent whatever goes wrong.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cmd/priv.h"
#include "model/event_name.h"
#include "model/target.h"

struct completion {
	struct cli *cli;
	const char *word;   /* being typed */
	const char *before; /* put before each candidate: "queue:" */
};

static void
offer(const struct completion *c, const char *text, const char *doc)
{
	const char *whole = arena_printf(c->cli->arena, "%s%s", c->before, text);
	struct buf out = BUF_INIT;

	if (strncmp(whole, c->word, strlen(c->word)) != 0 || strpbrk(whole, "\t\n"))
		return;
	utf8_sanitize(&out, whole, false);
	buf_char(&out, '\t');
	utf8_sanitize(&out, doc ? doc : "", false);
	puts(buf_get(&out));
	buf_release(&out);
}

static int
emit_name(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct completion *c = context;
	const char *name = cli_get(c->cli, record, p, "name");

	(void)err;
	if (name)
		offer(c, name, cli_get(c->cli, record, p, "doc"));
	return 0;
}

static int
emit_ixn(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct completion *c = context;
	const char *id = cli_get(c->cli, record, p, "id"), *name = cli_get(c->cli, record, p, "name"), *subject = cli_get(c->cli, record, p, "subject");

	(void)err;
	if (id)
		offer(c, id, arena_printf(c->cli->arena, "%s%s%s", name ? name : "", name && subject ? ": " : "", subject ? subject : ""));
	return 0;
}

static void
call_with(const struct completion *c, const struct op *op, const char *field, const char *value, emit_fn *emit)
{
	void *in = record_new(c->cli->arena, op->in);
	struct completion context = *c;
	struct err err = { 0 };

	if (cli_open_desk(c->cli) != 0 || (field && cli_set(c->cli, op->in, in, field, value, &err) < 0))
		return;
	if (cli_call(c->cli, op, in, emit, &context, &err) < 0)
		return;
}

static void
offer_ids(struct completion *c)
{
	if (c->cli->command->flags & CMD_MAIL_IDS) {
		call_with(c, &op_outbox_list, NULL, NULL, emit_ixn);
		return;
	}
	/* Contacts are too many to be listed. */
	if (c->cli->command->flags & CMD_CONTACT_IDS)
		return;
	call_with(c, &op_ixn_list, NULL, NULL, emit_ixn);
	call_with(c, &op_ixn_list, "offers", "true", emit_ixn);
	offer(c, "@", cli_text(N_("the current interaction")));
	offer(c, "@offer", cli_text(N_("the one open offer")));
}

/* Names of one kind, behind "queue:" where they are targets. */
static void
offer_kind(struct completion *c, const char *kind, bool target)
{
	c->before = target ? arena_printf(c->cli->arena, "%s:", kind) : "";
	if (!target || strncmp(c->word, c->before, strlen(c->before)) == 0)
		call_with(c, &op_name_list, "kind", kind, emit_name);
	c->before = "";
}

static void
offer_targets(struct completion *c)
{
	static const char *const kinds[] = { "agent", "queue", "team", "workbin" };

	if (!strchr(c->word, ':'))
		for (size_t i = 0; i < target_kinds.n; i++)
			if (target_kinds.v[i].name[0])
				offer(c, arena_printf(c->cli->arena, "%s:", target_kinds.v[i].name), cli_text(target_kinds.v[i].doc));
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		offer_kind(c, kinds[i], true);
}

static void
offer_names(const struct completion *c, const struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->v[i].name[0])
			offer(c, names->v[i].name, cli_text(names->v[i].doc));
}

/* Values that are listed in the option's own text: "created|-created"; what stands there in capitals stands for others. */
static void
offer_listed(struct completion *c, const char *values)
{
	while (*values) {
		size_t size = strcspn(values, "|");
		const char *value = arena_memdup(c->cli->arena, values, size);

		if (strcmp(value, "TARGET") == 0)
			offer_targets(c);
		else if (value[0] < 'A' || value[0] > 'Z')
			offer(c, value, NULL);
		values += size + (values[size] == '|');
	}
}

static void
offer_events(const struct completion *c)
{
	for (size_t i = 0; i < event_names_n; i++)
		offer(c, event_names[i], NULL);
}

/* The states of what the command lists. */
static void
offer_own_states(const struct completion *c, const struct field *f)
{
	const struct record *record = output_record(c->cli->command);
	const struct field *shown = record ? record_field(record, f->name) : NULL;

	if (shown && shown->type == FIELD_NAME)
		offer_names(c, shown->names);
}

/* One more behind the commas. */
static void
offer_fields(struct completion *c)
{
	const struct record *record = output_record(c->cli->command);
	const char *comma = strrchr(c->word, ',');

	c->before = comma ? arena_memdup(c->cli->arena, c->word, (size_t)(comma + 1 - c->word)) : "";
	for (size_t i = 0; record && i < record->n; i++)
		if (!(record->fields[i].flags & FIELD_SECRET))
			offer(c, record->fields[i].name, record->fields[i].doc ? cli_text(record->fields[i].doc) : NULL);
	c->before = "";
}

static void
offer_values(struct completion *c, const struct option_row *row)
{
	static const struct {
		const char *value, *kind;
	} kinds[] = { { "QUEUE", "queue" }, { "AGENT", "agent" }, { "TEAM", "team" }, { "CODE", "disposition" }, { "WORKBIN", "workbin" }, { "SITE", "website" }, { "MAILBOX", "mailbox" } };
	const struct field *f = row->field;

	if (!row->value)
		return;
	if (row->common == COMMON_AGENT)
		offer_kind(c, "agent", false);
	else if (row->common == COMMON_FIELDS)
		offer_fields(c);
	else if (!f || row->from_file)
		return;
	else if (f->type == FIELD_NAME)
		offer_names(c, f->names);
	else if (f->type == FIELD_TARGET)
		offer_targets(c);
	else if (f->type == FIELD_ID || strcmp(f->name, "ixn") == 0)
		offer_ids(c);
	else if (strcmp(row->value, "STATE,...") == 0)
		offer_own_states(c, f);
	else if (strcmp(row->value, "EVENT") == 0)
		offer_events(c);
	else if (strchr(row->value, '|'))
		offer_listed(c, row->value);
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(row->value, kinds[i].value) == 0)
			offer_kind(c, kinds[i].kind, false);
}

static const struct option_row *
option_of(const struct option_row *rows, size_t n, const char *word)
{
	size_t size = strcspn(word, "=");

	for (size_t i = 0; strncmp(word, "--", 2) == 0 && i < n; i++)
		if (strlen(rows[i].name) == size - 2 && strncmp(rows[i].name, word + 2, size - 2) == 0)
			return &rows[i];
	return NULL;
}

static void
offer_operands(struct completion *c)
{
	const struct field *f = operand_field(c->cli->command);
	const char *operand = c->cli->command->operand;

	if (c->cli->command->flags & CMD_ANY_IDS)
		offer_ids(c);
	else if (operand && strchr(operand, '|') && operand[0] >= 'a')
		offer_listed(c, operand);
	else if (f && f->type == FIELD_NAME)
		offer_names(c, f->names);
	else if (strncmp(c->cli->command->name, "agent-", 6) == 0 && f)
		offer_kind(c, "agent", false);
	else if (operand && strstr(operand, "MAILBOX"))
		offer_kind(c, "mailbox", false);
}

static void
complete_words(struct completion *c, int argc, char **argv)
{
	const struct option_row *rows, *row;
	size_t n = command_options(c->cli->arena, c->cli->command, &rows);
	const char *equals = strchr(c->word, '=');

	if (c->cli->command->verbs && argc == 2 && c->word[0] != '-') {
		for (const struct command *const *verb = c->cli->command->verbs; *verb; verb++)
			offer(c, command_word(*verb), cli_text((*verb)->summary));
		return;
	}
	row = argc > 1 ? option_of(rows, n, argv[argc - 2]) : NULL;
	if (row && row->value && !row->optional_value && !strchr(argv[argc - 2], '=')) {
		offer_values(c, row);
	} else if (equals && (row = option_of(rows, n, c->word))) {
		c->before = "";
		c->word = equals + 1;
		offer_values(c, row);
	} else if (c->word[0] == '-') {
		for (size_t i = 0; i < n; i++)
			offer(c, arena_printf(c->cli->arena, "--%s", rows[i].name), rows[i].doc ? cli_text(rows[i].doc) : "");
	} else {
		offer_operands(c);
	}
}

static void
complete_commands(struct completion *c)
{
	for (size_t i = 0; i < command_table_n; i++) {
		const struct command *command = command_table[i].command;
		const char *name = command_table[i].name;

		offer(c, name, command ? cli_text(command->summary) : "");
		if (strncmp(name, "ixn-", 4) == 0)
			offer(c, name + 4, command ? cli_text(command->summary) : "");
	}
}

/* The store and the agent that the words choose. */
static void
take_options(struct cli *cli, int argc, char **argv)
{
	for (int i = 1; i + 2 < argc; i++) {
		if (strcmp(argv[i], "--store") == 0)
			cli->store_url = argv[i + 1];
		else if (strcmp(argv[i], "--agent") == 0)
			cli->agent = argv[i + 1];
	}
}

/* An invocation of the command whose options are not there yet. */
static struct cli *
unfinished(struct cli *cli, const struct command *command, int argc, char **argv)
{
	struct cli *made = cli_new(cli->arena, command, argc, argv);

	if (command->op)
		made->in = record_new(cli->arena, command->op->in);
	if (command->extra)
		made->extra = record_new(cli->arena, command->extra);
	made->quiet = true;
	take_options(made, argc, argv);
	return made;
}

int
complete_run(struct cli *cli, int argc, char **argv)
{
	struct completion c = { cli, argc > 0 ? argv[argc - 1] : "", "" };
	const struct command_row *row = argc > 1 ? command_find(argv[0]) : NULL;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDERR_FILENO);
	if (null >= 0)
		close(null);
	if (!row && argc > 2 && strcmp(argv[0], "ixn") == 0) {
		row = command_find(argv[1]);
		row = row ? row : command_find(arena_printf(cli->arena, "ixn-%s", argv[1]));
		argc--;
		argv++;
	}
	if (row && !row->command)
		return program_exec(cli, row->program);
	if (row) {
		const struct command *verb = argc > 2 ? command_verb(row->command, argv[1]) : NULL;

		c.cli = unfinished(cli, verb ? verb : row->command, argc - (verb != NULL), argv + (verb != NULL));
		complete_words(&c, argc - (verb != NULL), argv + (verb != NULL));
		desk_close(&c.cli->desk);
	} else {
		complete_commands(&c);
	}
	return 0;
}

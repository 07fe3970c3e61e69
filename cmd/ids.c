/*
 * Operands: ids and their ends, '@', '@offer', '-'; one call for each.
 */
#include <string.h>
#include <unistd.h>

#include "base/lines.h"
#include "cmd/priv.h"
#include "model/id.h"

#define LINE_MAX_SIZE 65536

const struct field *
operand_field(const struct command *command)
{
	const struct record *in = command->op ? command->op->in : NULL;

	for (size_t i = 0; in && i < in->n; i++)
		if (in->fields[i].flags & FIELD_OPERAND)
			return &in->fields[i];
	return NULL;
}

static bool
takes_ids(const struct cli *cli)
{
	return cli->command->flags & CMD_ANY_IDS;
}

bool
changes(struct cli *cli)
{
	const struct command *command = cli->command;

	return command->op && (command->op->flags & OP_WRITE) && !(command->reads && command->reads(cli));
}

/* What stands in brackets in the usage may be left out. */
static bool
wants_operand(const struct command *command)
{
	if (command->flags & (CMD_ANY_IDS | CMD_ONE_OPERAND))
		return !(command->flags & CMD_OPTIONAL_OPERAND);
	return command->operand && command->operand[0] != '[' && !(command->flags & CMD_OPTIONAL_OPERAND);
}

static int
none_given(struct cli *cli, struct err *err)
{
	if ((cli->command->flags & CMD_DEFAULT_CURRENT) && (!changes(cli) || isatty(STDIN_FILENO))) {
		cli->operands = arena_alloc(cli->arena, sizeof(*cli->operands));
		cli->operands[0] = "@";
		cli->operands_n = 1;
		return 0;
	}
	if (!wants_operand(cli->command))
		return 0;
	return err_set(err, E_MISSING_OPERAND, "what", cli->command->operand ? cli->command->operand : "ID", NULL);
}

int
operands_check(struct cli *cli, struct err *err)
{
	unsigned flags = cli->command->flags;
	bool several = cli->operands_n > 1;

	for (int i = 0; i < cli->operands_n; i++) {
		if (!*cli->operands[i])
			return err_set(err, E_EMPTY_OPERAND, NULL);
		several |= takes_ids(cli) && strcmp(cli->operands[i], "-") == 0;
	}
	cli->priv->several = several;
	if (cli->operands_n == 0)
		return none_given(cli, err);
	if (!cli->command->operand && !operand_field(cli->command))
		return err_set(err, E_EXTRA_OPERAND, "value", cli->operands[0], NULL);
	if ((flags & CMD_ONE_OPERAND) && cli->operands_n > 1)
		return err_set(err, E_EXTRA_OPERAND, "value", cli->operands[1], NULL);
	return 0;
}

/* Resolving. */

static int
collect(void *context, const struct record *record, const void *p, struct err *err)
{
	void **pair = context;
	const struct field *f = record_field(record, "id");
	const char *id = f ? field_text(f, p) : NULL;

	(void)err;
	if (id)
		texts_add(pair[0], pair[1], id);
	return 0;
}

/* The ids of what an operation answers, with one field of its record set. */
static int
ids_of(struct cli *cli, const struct op *op, const char *field, const char *value, const char *noun, struct texts *out, struct err *err)
{
	void *in = record_new(cli->arena, op->in);
	void *context[] = { cli->arena, out };

	*out = (struct texts){ NULL, 0, 0 };
	if (field && cli_set(cli, op->in, in, field, value, err) < 0)
		return -1;
	if (noun && cli_set(cli, op->in, in, "noun", noun, err) < 0)
		return -1;
	return cli_call(cli, op, in, collect, context, err);
}

/* The current interaction, if it is still ours; never another in its place. */
static int
resolve_current(struct cli *cli, const char **id_r, struct err *err)
{
	const char *current = cli_current(cli);
	struct texts mine;

	if (ids_of(cli, &op_ixn_list, NULL, NULL, NULL, &mine, err) < 0)
		return -1;
	if (current && texts_has(&mine, current)) {
		*id_r = current;
		return 0;
	}
	err_set(err, E_NOT_CURRENT, NULL);
	if (mine.n)
		err_arg(err, "choices", texts_join(cli->arena, &mine, "\n"));
	return -1;
}

static int
resolve_offer(struct cli *cli, const char **id_r, struct err *err)
{
	struct texts offers;

	if (ids_of(cli, &op_ixn_list, "offers", "true", NULL, &offers, err) < 0)
		return -1;
	if (offers.n == 0)
		return err_set(err, E_NO_OFFER, NULL);
	if (offers.n > 1)
		return err_set(err, E_AMBIGUOUS_TARGET, "value", "@offer", "choices", texts_join(cli->arena, &offers, "\n"), NULL);
	*id_r = offers.v[0];
	return 0;
}

/* What an id may name. */
static const struct noun {
	unsigned flag;
	const char *name, *value;
	enum err_code missing;
} nouns[] = {
	{ CMD_IXN_IDS, "interaction", "ID", E_NO_IXN },
	{ CMD_MAIL_IDS, "mail", "MAIL", E_NO_MAIL },
	{ CMD_CONTACT_IDS, "contact", "CONTACT", E_NO_CONTACT },
};

static int
resolve_end(struct cli *cli, const struct noun *noun, const char *end, const char **id_r, struct err *err)
{
	struct texts found;

	if (ids_of(cli, &op_ixn_find, "end", end, noun->name, &found, err) < 0)
		return -1;
	if (found.n == 0)
		return err_set(err, noun->missing, "id", end, NULL);
	if (found.n > 1)
		return err_set(err, E_AMBIGUOUS_ID, "value", end, "choices", texts_join(cli->arena, &found, "\n"), NULL);
	if (changes(cli) && !isatty(STDIN_FILENO))
		return err_set(err, E_NEED_WHOLE_ID, "value", end, "id", found.v[0], NULL);
	*id_r = found.v[0];
	return 0;
}

static int
resolve(struct cli *cli, const struct noun *noun, const char *operand, const char **id_r, struct err *err)
{
	char id[ID_SIZE];

	if (noun->flag == CMD_CONTACT_IDS && strncmp(operand, "contact:", 8) == 0)
		operand += 8;
	if (id_parse(operand, id)) {
		*id_r = arena_strdup(cli->arena, id);
		return 0;
	}
	if (noun->flag == CMD_IXN_IDS && strcmp(operand, "@") == 0)
		return resolve_current(cli, id_r, err);
	if (noun->flag == CMD_IXN_IDS && strcmp(operand, "@offer") == 0)
		return resolve_offer(cli, id_r, err);
	if (id_end_parse(operand, id))
		return resolve_end(cli, noun, operand, id_r, err);
	return err_set(err, E_BAD_ID, "value", operand, NULL);
}

int
cli_resolve(struct cli *cli, const char *operand, const char **id_r, struct err *err)
{
	const struct noun *noun = &nouns[0];

	for (size_t i = 0; i < COUNT_OF(nouns); i++)
		if (cli->command->flags & nouns[i].flag)
			noun = &nouns[i];
	return resolve(cli, noun, operand, id_r, err);
}

int
resolve_option(struct cli *cli, const struct field *field, const char *value, const char **id_r, struct err *err)
{
	const struct noun *noun = &nouns[0];

	for (size_t i = 0; field->value && i < COUNT_OF(nouns); i++)
		if (strcmp(field->value, nouns[i].value) == 0)
			noun = &nouns[i];
	return resolve(cli, noun, value, id_r, err);
}

/* Targets. */

struct word {
	struct cli *cli;
	struct texts hits;
	bool exact; /* the first is what the word says, and the second is not */
};

static int
collect_hit(void *context, const struct record *record, const void *p, struct err *err)
{
	struct word *w = context;
	bool exact = strcmp(cli_get(w->cli, record, p, "match"), "exact") == 0;

	(void)err;
	w->exact = w->hits.n == 0 ? exact : w->exact && (w->hits.n > 1 || !exact);
	texts_add(w->cli->arena, &w->hits, cli_get(w->cli, record, p, "target"));
	return 0;
}

/* What the command does with a target: its name says so, as in ixn-transfer and chat-start. NULL: no action of team-find. */
static const char *
action_of(struct cli *cli)
{
	const char *name = cli->command->name, *dash = strchr(name, '-');
	const char *noun = arena_memdup(cli->arena, name, strcspn(name, "-"));

	if (dash && names_find(&actions, dash + 1) >= 0)
		return dash + 1;
	return names_find(&actions, noun) >= 0 ? noun : NULL;
}

int
resolve_word(struct cli *cli, const char *word, const char **target_r, struct err *err)
{
	void *in = record_new(cli->arena, op_team_find.in);
	struct word w = { .cli = cli };
	const char *action = action_of(cli);

	if (cli_set(cli, op_team_find.in, in, "words", word, err) < 0 || cli_set(cli, op_team_find.in, in, "limit", "20", err) < 0 ||
	    (action && cli_set(cli, op_team_find.in, in, "for", action, err) < 0) ||
	    cli_call(cli, &op_team_find, in, collect_hit, &w, err) < 0)
		return -1;
	if (w.hits.n == 0)
		return err_set(err, E_BAD_TARGET, "value", word, NULL);
	if (w.hits.n > 1 && !w.exact)
		return err_set(err, E_AMBIGUOUS_TARGET, "value", word, "choices", texts_join(cli->arena, &w.hits, "\n"), NULL);
	*target_r = w.hits.v[0];
	return 0;
}

/* One by one. */

typedef int one_fn(struct cli *cli, const char *operand, struct err *err);

/* -1: nobody reads any more. */
static int
do_one(struct cli *cli, const char *operand, one_fn *one)
{
	const char *id = operand;
	struct err err = { 0 };

	if (operand && takes_ids(cli) && cli_resolve(cli, operand, &id, &err) < 0) {
		cli_fail(cli, &err, operand);
		return 0;
	}
	cli->priv->item = cli->priv->several ? id : NULL;
	if (one(cli, id, &err) < 0) {
		if (cli->priv->closed)
			return -1;
		cli_fail(cli, &err, cli->priv->several ? operand : NULL);
	} else if (operand && takes_ids(cli)) {
		cli->priv->named = id;
	}
	return 0;
}

/* The first column of each line, so that what a list printed can be given whole. */
static void
do_stdin(struct cli *cli, one_fn *one)
{
	struct lines *lines = lines_new(STDIN_FILENO, "-", '\n', LINE_MAX_SIZE);
	struct err err = { 0 };
	const char *line;
	int rc;

	while ((rc = lines_next(lines, &line, &err)) != 0) {
		const char *word;

		if (rc < 0) {
			cli_fail(cli, &err, NULL);
			if (err.code == E_IO)
				break;
			continue;
		}
		line += strspn(line, " \t");
		word = arena_memdup(cli->arena, line, strcspn(line, " \t\r"));
		if (*word && do_one(cli, word, one) < 0)
			break;
	}
	lines_free(&lines);
}

int
cli_each(struct cli *cli, one_fn *one)
{
	if (cli->operands_n == 0)
		do_one(cli, NULL, one);
	for (int i = 0; i < cli->operands_n && !cli->priv->closed; i++) {
		if (takes_ids(cli) && strcmp(cli->operands[i], "-") == 0)
			do_stdin(cli, one);
		else if (do_one(cli, cli->operands[i], one) < 0)
			break;
	}
	cli->priv->item = NULL;
	if ((cli->command->flags & CMD_SETS_CURRENT) && cli->priv->named)
		cli_set_current(cli, cli->priv->named);
	cli_flush(cli);
	return cli->worst;
}

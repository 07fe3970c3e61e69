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
	return cli->command->flags & (CMD_IXN_IDS | CMD_MAIL_IDS);
}

bool
changes(struct cli *cli)
{
	const struct command *command = cli->command;

	return command->op && (command->op->flags & OP_WRITE) && !(command->reads && command->reads(cli));
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
	if ((cli->command->flags & CMD_OPTIONAL_OPERAND) || (!takes_ids(cli) && !(cli->command->flags & CMD_ONE_OPERAND)))
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

static const char *
join(struct arena *arena, const struct texts *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->n; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "\n" : "", list->v[i]);
	return text;
}

/* The current interaction, if it is still ours; never another in its place. */
static int
resolve_current(struct cli *cli, const char **id_r, struct err *err)
{
	const char *current = cli_current(cli);
	struct texts mine;

	if (ids_of(cli, &op_ixn_list, NULL, NULL, NULL, &mine, err) < 0)
		return -1;
	for (size_t i = 0; current && i < mine.n; i++)
		if (strcmp(mine.v[i], current) == 0)
			return *id_r = current, 0;
	err_set(err, E_NOT_CURRENT, NULL);
	if (mine.n)
		err_arg(err, "choices", join(cli->arena, &mine));
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
		return err_set(err, E_AMBIGUOUS_TARGET, "value", "@offer", "choices", join(cli->arena, &offers), NULL);
	*id_r = offers.v[0];
	return 0;
}

static int
resolve_end(struct cli *cli, const char *end, const char **id_r, struct err *err)
{
	bool mail = cli->command->flags & CMD_MAIL_IDS;
	struct texts found;

	if (ids_of(cli, &op_ixn_find, "end", end, mail ? "mail" : "interaction", &found, err) < 0)
		return -1;
	if (found.n == 0)
		return err_set(err, mail ? E_NO_MAIL : E_NO_IXN, "id", end, NULL);
	if (found.n > 1)
		return err_set(err, E_AMBIGUOUS_ID, "value", end, "choices", join(cli->arena, &found), NULL);
	if (changes(cli) && !isatty(STDIN_FILENO))
		return err_set(err, E_NEED_WHOLE_ID, "value", end, "id", found.v[0], NULL);
	*id_r = found.v[0];
	return 0;
}

int
cli_resolve(struct cli *cli, const char *operand, const char **id_r, struct err *err)
{
	char id[ID_SIZE];

	if (id_parse(operand, id)) {
		*id_r = arena_strdup(cli->arena, id);
		return 0;
	}
	if (strcmp(operand, "@") == 0)
		return resolve_current(cli, id_r, err);
	if (strcmp(operand, "@offer") == 0)
		return resolve_offer(cli, id_r, err);
	if (id_end_parse(operand, id))
		return resolve_end(cli, operand, id_r, err);
	return err_set(err, E_BAD_ID, "value", operand, NULL);
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

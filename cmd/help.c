/*
 * --help: the summary, the examples, then everything else.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cmd/priv.h"

#define LEFT_MAX 30

static void
pad(struct buf *out, int from, int to)
{
	for (; from < to; from++)
		buf_char(out, ' ');
}

static void
add_examples(struct cli *cli, struct buf *out)
{
	const struct command *c = cli->command;
	int widest = 0;

	buf_printf(out, "%s\n", cli_text(N_("Examples:")));
	for (size_t i = 0; i < COUNT_OF(c->examples) && c->examples[i].line; i++) {
		int width = utf8_width(c->examples[i].line);

		widest = width > widest ? width : widest;
	}
	for (size_t i = 0; i < COUNT_OF(c->examples) && c->examples[i].line; i++) {
		buf_printf(out, "  %s", c->examples[i].line);
		pad(out, utf8_width(c->examples[i].line), widest + 2);
		buf_printf(out, "%s\n", cli_text(c->examples[i].doc));
	}
}

/* "-h, --help", "    --text TEXT", "    --schema[=input]". */
static const char *
left_side(struct arena *arena, const struct option_row *row)
{
	const char *letter = row->letter ? arena_printf(arena, "-%c, ", row->letter) : "    ";

	if (!row->value)
		return arena_printf(arena, "  %s--%s", letter, row->name);
	return arena_printf(arena, row->optional_value ? "  %s--%s[=%s]" : "  %s--%s %s", letter, row->name, row->value);
}

static void
add_option(struct cli *cli, struct buf *out, const struct option_row *row)
{
	const char *left = left_side(cli->arena, row);
	int width = utf8_width(left);

	buf_str(out, left);
	if (width >= LEFT_MAX) {
		buf_char(out, '\n');
		width = 0;
	}
	pad(out, width, LEFT_MAX);
	buf_str(out, row->doc ? cli_text(row->doc) : "");
	if (row->field && (row->field->flags & FIELD_REQUIRED))
		buf_printf(out, " (%s)", cli_text(N_("required")));
	buf_char(out, '\n');
}

static void
add_verbs(struct cli *cli, struct buf *out)
{
	for (const struct command *const *verb = cli->command->verbs; verb && *verb; verb++) {
		const char *operand = usage_operand(cli->arena, *verb);
		int width;

		if (verb == cli->command->verbs)
			buf_char(out, '\n');
		width = 2 + utf8_width(command_word(*verb)) + (*operand ? 1 : 0) + utf8_width(operand);
		buf_printf(out, "  %s%s%s", command_word(*verb), *operand ? " " : "", operand);
		pad(out, width, LEFT_MAX);
		buf_printf(out, "%s\n", cli_text((*verb)->summary));
	}
}

static void
add_options(struct cli *cli, struct buf *out)
{
	const struct option_row *rows;
	size_t n = command_options(cli->arena, cli->command, &rows);

	for (size_t i = 0; i < n; i++) {
		if (rows[i].common == COMMON_HELP)
			buf_printf(out, "\n%s\n", cli_text(N_("Options of every command:")));
		else if (i == 0)
			buf_printf(out, "\n%s\n", cli_text(N_("Options:")));
		add_option(cli, out, &rows[i]);
	}
}

/* "ixn-done, ixn-targets(7)": without a section it is 1. */
static void
add_see(struct buf *out, const char *see)
{
	for (const char *p = see; p && *p; p += strspn(p, ", ")) {
		size_t size = strcspn(p, ", ");
		bool section = memchr(p, '(', size) != NULL;

		buf_printf(out, ", %.*s%s", (int)size, p, section ? "" : "(1)");
		p += size;
	}
}

const char *
usage_operand(struct arena *arena, const struct command *c)
{
	bool ids = c->flags & CMD_ANY_IDS, optional = c->flags & (CMD_OPTIONAL_OPERAND | CMD_DEFAULT_CURRENT);

	if (!c->operand)
		return "";
	if (c->operand[0] == '[' || (!ids && !optional))
		return c->operand;
	return arena_printf(arena, "%s%s%s%s", optional ? "[" : "", c->operand, ids ? "..." : "", optional ? "]" : "");
}

static const char statuses[] = N_("Exit status: 0 done, 1 nothing, 64 usage, 66 not found, 75 try again, 77 no session, 79 the state "
				  "does not allow it; see ixn-exit(7).");
/* What its page says more precisely is not said here otherwise. */
static const char own_statuses[] = N_("Exit status: 0 done; what the others mean here its manual page says; see ixn-exit(7), too.");

void
help_print(struct cli *cli)
{
	const struct command *c = cli->command;
	const char *operand = usage_operand(cli->arena, c);
	struct buf out = BUF_INIT;

	buf_printf(&out, "%s: %s\n\n", c->name, cli_text(c->summary));
	add_examples(cli, &out);
	buf_printf(&out, "\n%s %s [%s]%s%s\n", cli_text(N_("Usage:")), c->name, cli_text(N_("OPTION...")), *operand ? " " : "", operand);
	add_verbs(cli, &out);
	add_options(cli, &out);
	buf_printf(&out, "\n%s\n", cli_text(c->about && strstr(c->about, "Exit status:") ? own_statuses : statuses));
	buf_printf(&out, "%s %s(1)", cli_text(N_("See also:")), c->name);
	add_see(&out, c->see);
	buf_char(&out, '\n');
	output_bytes(cli, buf_get(&out), out.n);
	buf_release(&out);
}

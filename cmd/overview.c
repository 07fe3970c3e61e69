/*
 * 'ixn' alone: all commands by task.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/priv.h"

#define NAME_WIDTH 22

#define TITLE(value, title) title,
static const char *const titles[] = { TASKS(TITLE) };

static void
add_task(struct buf *out, enum task task)
{
	bool any = false;

	for (size_t i = 0; i < command_table_n; i++) {
		const struct command *c = command_table[i].command;

		if (c->task != task)
			continue;
		if (!any)
			buf_printf(out, "\n%s\n", cli_text(titles[task]));
		any = true;
		buf_printf(out, "  %-*s%s\n", NAME_WIDTH, c->name, cli_text(c->summary));
	}
}

int
overview_print(struct cli *cli)
{
	struct buf out = BUF_INIT;

	/* Only a program that has them knows what its commands do. */
	for (size_t i = 0; i < command_table_n; i++)
		if (!command_table[i].command)
			return program_exec(cli, command_table[i].program);
	buf_printf(&out, "%s\n", cli_text(N_("The contact-centre agent desk as Unix commands. 'ixn accept' is 'ixn-accept'.")));
	for (size_t i = 0; i < COUNT_OF(titles); i++)
		add_task(&out, (enum task)i);
	buf_printf(&out, "\n%s\n", cli_text(N_("'COMMAND --help' begins with examples; 'man 7 ixn' is a chat from login to done.")));
	output_bytes(cli, buf_get(&out), out.n);
	buf_release(&out);
	return output_close(cli, 0);
}

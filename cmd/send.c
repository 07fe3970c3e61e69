/*
 * Standard responses where text is sent.
 */
#include <string.h>

#include "base/arena.h"
#include "cmd/cmd.h"

/* What a response says for an interaction, and how many files it has. */
struct rendered {
	const char *text;
	int64_t files;
};

static int
take(void *context, const struct record *record, const void *p, struct err *err)
{
	struct rendered *r = context;

	(void)err;
	r->text = record_text(record, p, "text");
	r->files = record_int(record, p, "attachments");
	return 0;
}

static int
render(struct cli *cli, const void *in, const char *id, struct rendered *out, struct err *err)
{
	const struct record *from = cli->command->op->in, *to = op_response_render.in;
	void *asked = record_new(cli->arena, to);

	record_set_text(to, asked, "id", id);
	record_set_text(to, asked, "response", record_text(from, in, "response"));
	record_set_int(to, asked, "missing", record_int(from, in, "missing"));
	return cli_call(cli, &op_response_render, asked, take, out, err);
}

/* Editors end the last line where it was not ended. */
static const char *
unended(struct arena *arena, const char *before, const char *after)
{
	size_t was = strlen(before), is = strlen(after);

	return is && after[is - 1] == '\n' && !(was && before[was - 1] == '\n') ? arena_memdup(arena, after, is - 1) : after;
}

static int
change(struct cli *cli, void *in, const char *name, const char *text, struct err *err)
{
	const char *before = text ? text : "", *changed;

	if (cli_edit(cli, before, &changed, err) < 0)
		return -1;
	changed = unended(cli->arena, before, changed);
	if (!*changed)
		return err_set(err, E_USAGE, "what", N_("nothing is left of the text; it was not sent"), "command", cli->command->name, NULL);
	record_set_text(cli->command->op->in, in, name, changed);
	return 0;
}

int
cli_send(struct cli *cli, const char *id, const char *name, bool edit, struct err *err)
{
	const struct record *record = cli->command->op->in;
	/* Each interaction has its own. */
	void *in = arena_memdup(cli->arena, cli->in, record->size);
	struct rendered r = { record_text(record, in, name), 0 };
	struct err ignored = { 0 };

	record_set_text(record, in, "id", id);
	if (record_text(record, in, "response")) {
		const char *given = r.text;

		/* Whether it may be sent at all is for the operation to say. */
		if (cli_response_in(cli, in, id, err) < 0 || (render(cli, in, id, &r, edit && !given ? err : &ignored) < 0 && edit && !given))
			return -1;
		r.text = given ? given : r.text;
	}
	if ((edit && change(cli, in, name, r.text, err) < 0) || cli_call(cli, cli->command->op, in, NULL, NULL, err) < 0)
		return -1;
	if (r.files > 0)
		cli_say(cli, cli_text(N_("%s: files that belong to the response are not sent along: %lld")), record_text(record, in, "response"), (long long)r.files);
	return 0;
}

/*
 * response-export: the library as response-import takes it.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "export/export.h"

struct extra {
	const char *format, *output;
	int64_t force;
};
#define X struct extra
RECORD(rec_response_export_extra, X, "response-export", NULL,
       TEXT_FIELD_AS(X, format, "FORMAT", 0, N_("jsonl, csv or markdown; as the name of the output says when left out")),
       TEXT_FIELD_AS(X, output, "FILE", 0, N_("to this file, folder or archive (.tar.gz, .tar.zst, .zip); - is standard output, and what is meant when left out")),
       BOOL_FIELD(X, force, 0, N_("replace what is there")))
#undef X

struct exporting {
	struct cli *cli;
	struct export *export;
	const char *after;
	size_t n;
};

static int
item(void *context, const struct record *record, const void *p, struct err *err)
{
	const char *id = record_text(record, p, "id");
	struct exporting *ex = context;

	/* Each lies behind the one before: else there would be no end of them. */
	if (!id || !record_text(record, p, "name") || (ex->after && strcmp(id, ex->after) <= 0))
		return cli_unsaid(ex->cli, "a response that is not the next", err);
	ex->n++;
	ex->after = id;
	return export_item(ex->export, ex->cli->arena, p, err);
}

/* Page by page: nobody waits for it, and it takes no more memory than a page. */
static int
pages(struct exporting *ex, struct err *err)
{
	const struct op *op = ex->cli->command->op;
	struct arena *keep = ex->cli->arena, *some = arena_new(), *other = arena_new();
	size_t before;
	int rc;

	do {
		struct arena *last = ex->cli->arena == some ? other : some;

		before = ex->n;
		record_set_text(op->in, ex->cli->in, "after", ex->after);
		ex->cli->arena = last;
		rc = cli_call(ex->cli, op, ex->cli->in, item, ex, err);
		arena_reset(last == some ? other : some);
	} while (rc == 0 && ex->n > before);
	ex->cli->arena = keep;
	arena_free(&some);
	arena_free(&other);
	return rc;
}

static int
write_all(struct exporting *ex, struct err *err)
{
	size_t left_out;

	if (pages(ex, err) < 0 || export_end(ex->export, err) < 0)
		return -1;
	left_out = export_left_out(ex->export);
	if (left_out)
		cli_say(ex->cli, cli_text(N_("%zu attachments are left out: CSV holds them only in an archive")), left_out);
	cli_say(ex->cli, cli_text(N_("%zu responses")), ex->n);
	return 0;
}

static int
format_named(const char *name, const char *path, enum export_format *format_r, struct err *err)
{
	static const char *const names[] = { [EXPORT_JSONL] = "jsonl", [EXPORT_CSV] = "csv", [EXPORT_MARKDOWN] = "markdown" };

	*format_r = export_format_of(path);
	for (size_t i = 0; name && i < COUNT_OF(names); i++)
		if (strcmp(name, names[i]) == 0) {
			*format_r = (enum export_format)i;
			return 0;
		}
	return name ? err_set(err, E_BAD_VALUE, "name", "format", "value", name, "expected", N_("jsonl, csv or markdown"), NULL) : 0;
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;
	const char *path = extra->output ? extra->output : "-";
	struct exporting ex = { .cli = cli };
	enum export_format format;
	struct err err = { 0 };
	int rc = format_named(extra->format, path, &format, &err);

	if (rc == 0) {
		ex.export = export_new(path, format, extra->force == 1, &err);
		rc = ex.export ? write_all(&ex, &err) : -1;
	}
	export_free(&ex.export);
	return rc < 0 ? cli_fail(cli, &err, NULL) : cli->worst;
}

const struct command cmd_response_export = {
	.name = "response-export",
	.summary = N_("writes the library to a file, a folder or an archive"),
	.about = N_("Writes standard responses as response-import reads them: imported again they change nothing. A folder has a file of Markdown for each response, in folders for the categories, "
		    "and beside it what goes along with it. JSON Lines hold attachments in base64; CSV has a place for them only in an archive. ixn-formats(5) has the fields.\n\n"
		    "The responses stand in the order of their ids, and the same library gives the same bytes. What is written has its name only once it is whole. "
		    "Former versions, favourites and uses are not written."),
	.task = TASK_LIBRARY,
	.flags = CMD_AS_OWNER,
	.op = &op_response_dump,
	.extra = &rec_response_export_extra,
	.examples = {
		{ "response-export -o library.jsonl", N_("all of it, in JSON Lines") },
		{ "response-export --category Clients --format markdown -o answers", N_("a part of the tree, as a folder to be edited and kept in git") },
		{ "response-export -o library.tar.gz", N_("the same as an archive") },
	},
	.run = run,
	.see = "response-import, response-check",
};

/*
 * response-import: files become items, items are staged piece by piece, then all
 * of them are imported at once, or none.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "export/import.h"
#include "model/id.h"

/* So many wrong ones are told, then no more is read. */
#define BAD_MAX 20
/* Handed to the desk at a time; it takes as many of them as it can without keeping others waiting. */
#define CHUNK_ITEMS 128
#define CHUNK_BYTES ((size_t)1 << 20)
#define PAGE_ROWS 500

struct extra {
	const char *uses, *format, *category, *language;
};
#define X struct extra
RECORD(rec_response_import_extra, X, "response-import", NULL,
       TEXT_FIELD_AS(X, uses, "FILE", 0, N_("answers of the past, JSON Lines of text, response, at and id: the ranking learns from them as if they had been sent here")),
       TEXT_FIELD_AS(X, format, "FORMAT", 0, N_("what the files are, whatever they are called: jsonl, csv, markdown or archive")),
       TEXT_FIELD_AS(X, category, "PATH", 0, N_("where what names no category is put")),
       TEXT_FIELD_AS(X, language, "LANGUAGE", 0, N_("the language of what names none")))
#undef X

struct importing {
	struct cli *cli;
	const char *batch;
	struct import import;
	/* What is read and not staged yet, in an arena of its own. */
	struct arena *arena;
	char *v;
	size_t n, bytes;
	size_t failed;
	/* The answer to the call in progress. */
	int64_t items, uses, done, total;
	const void *decided;
};

/* Once something is wrong nothing is kept any more, but the rest is looked at. */
static int
refused(struct importing *im, const struct err *err, const char *item)
{
	struct err copy;

	err_copy(&copy, err);
	cli_fail(im->cli, &copy, item);
	return ++im->failed < BAD_MAX ? 0 : -1;
}

static int
bad(void *context, const struct err *err)
{
	return refused(context, err, NULL);
}

static int
staged(void *context, const struct record *record, const void *p, struct err *err)
{
	struct importing *im = context;
	int64_t items = record_int(record, p, "items"), uses = record_int(record, p, "uses");

	if (items < 0 || uses < 0 || items > (int64_t)im->n || uses > (int64_t)im->n || items + uses == 0)
		return cli_unsaid(im->cli, "an import that does not say how far it is", err);
	im->items = items;
	im->uses = uses;
	return 0;
}

static int
stage(struct importing *im, const char *first, size_t n, struct err *err)
{
	bool uses = im->import.record == &rec_import_use;
	void *in = record_new(im->arena, op_import_stage.in);

	im->items = im->uses = 0;
	record_set_text(op_import_stage.in, in, "batch", im->batch);
	record_set_int(op_import_stage.in, in, "dry_run", im->failed > 0);
	*(struct records *)field_at(record_field(op_import_stage.in, uses ? "uses" : "items"), in) = (struct records){ arena_memdup(im->arena, first, n * im->import.record->size), n };
	return cli_call(im->cli, &op_import_stage, in, staged, im, err);
}

/* What the desk refuses as a whole may be one of several: then they go one by one. */
static int
flush(struct importing *im, struct err *err)
{
	const struct record *record = im->import.record;
	size_t at = 0, most = im->n;
	int rc = 0;

	while (rc == 0 && at < im->n) {
		const char *first = im->v + at * record->size;
		struct err found = { 0 };

		if (stage(im, first, most < im->n - at ? most : im->n - at, &found) == 0) {
			at += (size_t)(im->items + im->uses);
			continue;
		}
		if (err_class(&found) != ERR_INPUT) {
			err_copy(err, &found);
			rc = -1;
		} else if (most > 1) {
			most = 1;
		} else {
			rc = refused(im, &found, err_get(&found, "where") ? NULL : record_text(record, first, "where"));
			at++;
		}
	}
	im->n = im->bytes = 0;
	im->v = NULL;
	arena_reset(im->arena);
	return rc;
}

static size_t
size_of(const struct record *record, const void *item)
{
	size_t size = 0;

	for (size_t i = 0; i < record->n; i++)
		if (record->fields[i].type == FIELD_TEXT && field_text(&record->fields[i], item))
			size += strlen(field_text(&record->fields[i], item));
		else if (record->fields[i].type == FIELD_RECORDS)
			for (size_t k = 0; k < ((const struct records *)field_const(&record->fields[i], item))->n; k++)
				size += size_of(record->fields[i].sub, (const char *)((const struct records *)field_const(&record->fields[i], item))->v + k * record->fields[i].sub->size);
	return size;
}

static int
take(void *context, void *item, struct err *err)
{
	struct importing *im = context;
	const struct record *record = im->import.record;
	const struct extra *extra = im->cli->extra;

	if (record == &rec_import_item) {
		struct import_item *i = item;

		i->fresh = id_new(im->arena, clock_now());
		i->category = i->category ? i->category : extra->category;
		i->language = i->language ? i->language : extra->language;
	}
	if (!im->v)
		im->v = arena_alloc(im->arena, CHUNK_ITEMS * record->size);
	memcpy(im->v + im->n++ * record->size, item, record->size);
	im->bytes += size_of(record, item);
	return im->n < CHUNK_ITEMS && im->bytes < CHUNK_BYTES ? 0 : flush(im, err);
}

static int
read_json(const struct import *import, const char *name, const char *text, size_t line, struct records *out, struct err *err)
{
	return cli_json_records(import->arena, &(struct json_source){ name, text, strlen(text), line }, import->record, out, err);
}

static void
progress(void *context, size_t done, size_t n)
{
	(void)context;
	cli_progress(done, n);
}

static int
read_file(struct importing *im, const char *path, const struct record *record, enum import_format format, struct err *err)
{
	im->import = (struct import){ im->arena, record, read_json, take, bad, progress, im };
	if (import_read(&im->import, path, format, err) < 0)
		return -1;
	cli_progress(1, 1);
	return flush(im, err);
}

/* A file that cannot be read is one more thing that is wrong; where too much is, no more is read. */
static int
read_all(struct importing *im, enum import_format format, struct err *err)
{
	const struct extra *extra = im->cli->extra;
	int rc = 0;

	for (int i = 0; rc == 0 && i < im->cli->operands_n; i++)
		rc = read_file(im, im->cli->operands[i], &rec_import_item, format, err);
	if (rc == 0 && extra->uses)
		rc = read_file(im, extra->uses, &rec_import_use, IMPORT_JSONL, err);
	return rc;
}

/* The steps of the desk. */

static void *
batch_in(struct importing *im, const struct op *op)
{
	void *in = record_new(im->arena, op->in);

	record_set_text(op->in, in, "batch", im->batch);
	return in;
}

static int
clash(void *context, const struct record *record, const void *p, struct err *err)
{
	struct importing *im = context;
	struct err found = { 0 };

	(void)err;
	if (err_set(&found, E_BAD_FIELD, "where", record_text(record, p, "place"), "name", record_text(record, p, "name"), "what",
		    arena_printf(im->arena, cli_text(N_("'%s' stands at %s, too")), record_text(record, p, "value"), record_text(record, p, "other")), NULL) < 0)
		refused(im, &found, NULL);
	return 0;
}

static int
left(void *context, const struct record *record, const void *p, struct err *err)
{
	struct importing *im = context;

	(void)err;
	im->done = record_int(record, p, "done");
	im->total = record_int(record, p, "total");
	return 0;
}

/* Piece by piece until nothing is left. */
static int
all_of(struct importing *im, const struct op *op, struct err *err)
{
	int rc;

	do {
		im->done = im->total = 0;
		rc = cli_call(im->cli, op, batch_in(im, op), left, im, err);
		if (im->total)
			cli_progress((size_t)im->done, (size_t)im->total);
		arena_reset(im->arena);
	} while (rc == 0 && im->done < im->total);
	return rc;
}

static int
decided(void *context, const struct record *record, const void *p, struct err *err)
{
	struct importing *im = context;

	(void)err;
	im->decided = arena_memdup(im->arena, p, record->size);
	return 0;
}

static int
row(void *context, const struct record *record, const void *p, struct err *err)
{
	struct importing *im = context;

	im->done = record_int(record, p, "ord");
	im->total++;
	return cli_print(im->cli, record, p, err);
}

/* What becomes of each; what stays as it is says nothing where much is asked for. */
static int
print_rows(struct importing *im, struct err *err)
{
	int rc = 0;

	im->done = 0;
	do {
		void *in = batch_in(im, &op_import_rows);

		record_set_int(op_import_rows.in, in, "after", im->done);
		record_set_int(op_import_rows.in, in, "limit", PAGE_ROWS);
		im->total = 0;
		rc = cli_call(im->cli, &op_import_rows, in, row, im, err);
		cli_flush(im->cli);
		arena_reset(im->arena);
	} while (rc == 0 && im->total == PAGE_ROWS);
	return rc;
}

static void
tell(struct importing *im)
{
	const struct record *record = op_import_decide.out;
	const void *p = im->decided;

	cli_say(im->cli, cli_text(im->cli->dry_run ? N_("%lld would be added, %lld changed; %lld stay as they are") : N_("%lld added, %lld changed; %lld stay as they are")),
		(long long)record_int(record, p, "added"), (long long)record_int(record, p, "changed"), (long long)record_int(record, p, "same"));
	if (record_int(record, p, "uses") || record_int(record, p, "doubles"))
		cli_say(im->cli, cli_text(N_("answers of the past: %lld new, %lld known already")), (long long)record_int(record, p, "uses"), (long long)record_int(record, p, "doubles"));
}

static int
finish(struct importing *im, struct err *err)
{
	void *in;

	if (im->failed == 0 && cli_call(im->cli, &op_import_clashes, batch_in(im, &op_import_clashes), clash, im, err) < 0)
		return -1;
	if (im->failed) {
		cli_say(im->cli, "%s", cli_text(N_("nothing was imported")));
		return all_of(im, &op_import_clear, err);
	}
	in = batch_in(im, &op_import_decide);
	record_set_int(op_import_decide.in, in, "dry_run", im->cli->dry_run);
	if (cli_call(im->cli, &op_import_decide, in, decided, im, err) < 0)
		return -1;
	tell(im);
	if (!im->cli->dry_run && all_of(im, &op_import_move, err) < 0)
		return -1;
	if (print_rows(im, err) < 0)
		return err->code == E_OK ? 0 : -1;
	return all_of(im, &op_import_clear, err);
}

static int
format_named(const char *name, enum import_format *format_r, struct err *err)
{
	static const char *const names[] = { [IMPORT_ANY] = "any", [IMPORT_JSONL] = "jsonl", [IMPORT_CSV] = "csv", [IMPORT_MARKDOWN] = "markdown", [IMPORT_ARCHIVE] = "archive" };

	*format_r = IMPORT_ANY;
	for (size_t i = 0; name && i < COUNT_OF(names); i++)
		if (strcmp(name, names[i]) == 0) {
			*format_r = (enum import_format)i;
			return 0;
		}
	return name ? err_set(err, E_BAD_VALUE, "name", "format", "value", name, "expected", N_("jsonl, csv, markdown or archive"), NULL) : 0;
}

static int
import_files(struct importing *im, enum import_format format, struct err *err)
{
	struct err found = { 0 }, ignored = { 0 };

	if (read_all(im, format, &found) < 0) {
		/* Told already, where too much was wrong. */
		if (im->failed < BAD_MAX) {
			im->failed++;
			cli_fail(im->cli, &found, NULL);
		}
	}
	arena_reset(im->arena);
	if (finish(im, err) == 0)
		return 0;
	/* What was staged is of no use any more. */
	if (err->code != E_OK && all_of(im, &op_import_clear, &ignored) < 0)
		ignored.code = E_OK;
	return -1;
}

static int
run(struct cli *cli)
{
	struct importing im = { .cli = cli, .arena = arena_new() };
	const struct extra *extra = cli->extra;
	struct arena *keep = cli->arena;
	enum import_format format;
	struct err err = { 0 };
	int status;

	if (!cli->operands_n && !extra->uses)
		err_set(&err, E_MISSING_OPERAND, "what", "FILE", "command", cli->command->name, NULL);
	else if (format_named(extra->format, &format, &err) == 0) {
		status = cli_open_desk(cli);
		if (status) {
			arena_free(&im.arena);
			return status;
		}
		im.batch = id_new(keep, clock_now());
		cli->arena = im.arena;
		if (import_files(&im, format, &err) == 0)
			err.code = E_OK;
		cli->arena = keep;
	}
	if (err.code != E_OK)
		cli_fail(cli, &err, NULL);
	arena_free(&im.arena);
	return cli->worst;
}

const struct command cmd_response_import = {
	.name = "response-import",
	.summary = N_("imports standard responses, and answers of the past"),
	.about = N_("Takes JSON Lines, CSV with a header, Markdown with front matter, folders of these, and archives of these (.tar.gz, .tar.zst, .zip); '-' is standard input. "
		    "ixn-formats(5) has the fields. Categories are made where they are not there.\n\n"
		    "A response is known by its id; without one by its shortcut; without that by its category and name. What a file leaves out stays as it is, and what it says once more changes nothing: "
		    "the same file again adds nothing.\n\n"
		    "All or nothing: where anything is wrong, each of the first 20 mistakes is told with its place, and nothing is imported. Else all of it is there at one moment, "
		    "however much it is: nobody is shown a part of it, and nothing can lose it from then on; a search finds it within moments. "
		    "It is written in small pieces, so that nobody who works meanwhile is kept waiting; only who asks for "
		    "the library right then waits until all of it is in its place. With --dry-run what would become of each response is shown, and nothing is changed."),
	.task = TASK_LIBRARY,
	.flags = CMD_AS_OWNER | CMD_DRY_RUN,
	.op = &op_import_stage,
	.out = &rec_import_row,
	.extra = &rec_response_import_extra,
	.operand = "[FILE...]",
	.examples = {
		{ "response-import library.jsonl", N_("a library in JSON Lines") },
		{ "response-import --dry-run answers/", N_("what a folder of Markdown would change") },
		{ "response-import --language fr --category Clients reponses.csv", N_("a table whose rows say neither") },
		{ "response-import --uses past.jsonl", N_("what was answered so far, for the ranking") },
	},
	.run = run,
	.see = "response-export, response-check, response-list",
};

#include "cmd/finder.h"
#include "desk/library.h"

struct extra {
	int64_t check;
};
RECORD(rec_response_index_extra, struct extra, "response-index", NULL,
       BOOL_FIELD(struct extra, check, 0, N_("make nothing; say whether the index is sound and lacks nothing")))

struct state {
	const char *path;
	int64_t responses, uses, logged, bytes, took, seq;
};
#define X struct state
RECORD(rec_response_index, X, "index", N_("The index of the library."),
       TEXT_FIELD(X, path, FIELD_COLUMN, N_("its file")),
       INT_FIELD(X, responses, FIELD_COLUMN, N_("how many responses it holds")),
       INT_FIELD(X, uses, FIELD_COLUMN, N_("from how many uses it has learned")),
       INT_FIELD(X, logged, FIELD_COLUMN, N_("how many of both are in its log")),
       INT_FIELD(X, bytes, FIELD_COLUMN, N_("its size, the log counted")),
       DURATION_FIELD(X, took, FIELD_COLUMN, N_("how long it took to make")),
       INT_FIELD(X, seq, 0, N_("the last change of the library that it holds")))
#undef X

static int
print(struct finder *finder, int64_t took, struct err *err)
{
	struct search_size size;
	struct state state;

	search_size(finder->search, &size);
	state = (struct state){ finder->path, (int64_t)size.responses, (int64_t)size.uses, (int64_t)size.logged, size.bytes, took, size.seq };
	return cli_print(finder->cli, &rec_response_index, &state, err);
}

/* Every sum of it, and what the store has behind it. */
static int
check(struct finder *finder, struct err *err)
{
	size_t behind;

	if (search_open(finder->path, &finder->search, err) < 0 || search_verify(finder->search, err) < 0 ||
	    library_behind(finder->cli->desk, finder->path, &behind, err) < 0 || print(finder, INT_ABSENT, err) < 0)
		return -1;
	if (!behind)
		return 0;
	return err_set(err, E_INDEX_BEHIND, "path", finder->path, "count", arena_printf(finder->cli->arena, "%zu", behind), NULL);
}

static int
make(struct finder *finder, struct err *err)
{
	int64_t start = clock_monotonic();

	if (finder_rebuild(finder, err) < 0 || search_open(finder->path, &finder->search, err) < 0)
		return -1;
	return print(finder, clock_monotonic() - start, err);
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;
	struct finder finder = { .cli = cli, .path = finder_path(cli) };
	struct err err = { 0 };
	int rc;

	if (!finder.path)
		return cli->worst;
	rc = extra->check == 1 ? check(&finder, &err) : make(&finder, &err);

	finder_close(&finder);
	cli_flush(cli);
	return rc < 0 ? cli_fail(cli, &err, NULL) : cli->worst;
}

const struct command cmd_response_index = {
	.name = "response-index",
	.summary = N_("makes the index of standard responses anew from the store"),
	.about = N_("The index is a file beside the store, and a log of what came after it; both are derived, and to lose them loses nothing. Whatever changes the library, and each use of a response, "
		    "is written to the log at once. Where the log has grown beyond 64 KiB and a tenth of the index, the two are merged: by the change that finds it so as long as that takes a moment (both together 4 MiB), "
		    "or where the log has outgrown the index itself; else by this command, best run at night.\n\n"
		    "Who searches meanwhile has the index before; the new one takes its place when it is whole.\n\n"
		    "With --check nothing is made: status 74 where the index is missing or damaged, 79 where it lacks changes that the store has, as behind a crash."),
	.task = TASK_LIBRARY,
	.flags = CMD_OWNER | CMD_CARD,
	.out = &rec_response_index,
	.extra = &rec_response_index_extra,
	.examples = {
		{ "response-index", N_("make it anew") },
		{ "response-index --check", N_("is it sound?") },
	},
	.run = run,
	.see = "response-search, response-import, response-check",
};

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "cmd/cmd.h"

struct extra {
	int64_t watch, timeout, tokens;
};
RECORD(rec_agent_list_extra, struct extra, "agent-list", NULL,
       BOOL_FIELD(struct extra, watch, 0, N_("go on: shown anew on a terminal, in a pipe a line for each agent that changed")),
       DURATION_FIELD(struct extra, timeout, 0, N_("stop watching after so long")),
       BOOL_FIELD(struct extra, tokens, 0, N_("the devices from which one is logged in; an admin sees those of all")))

/* One look at the list: each agent, and all that is known of it as text, to see what changed. */
struct look {
	struct arena *arena;
	struct row {
		const struct record *record;
		const void *p;
		const char *text;
	} * v;
	size_t n, cap;
};

static int
take(void *context, const struct record *record, const void *p, struct err *err)
{
	struct look *look = context;
	struct buf text = BUF_INIT;
	struct json json = json_writer(&text);

	(void)err;
	record_json(record, p, &json);
	vec_push(look->arena, look, ((struct row){ record, p, arena_strdup(look->arena, buf_get(&text)) }));
	buf_release(&text);
	return 0;
}

/* The agents stay the same and in their order unless the site changes: then all are news. */
static bool
changed(const struct look *now, const struct look *before, size_t i)
{
	return now->n != before->n || strcmp(now->v[i].text, before->v[i].text) != 0;
}

static int
show(struct cli *cli, const struct look *now, const struct look *before, struct err *err)
{
	size_t news = 0;
	bool all;

	for (size_t i = 0; i < now->n; i++)
		news += changed(now, before, i);
	all = news && cli_clear(cli);
	for (size_t i = 0; i < now->n; i++)
		if ((all || changed(now, before, i)) && cli_print(cli, now->v[i].record, now->v[i].p, err) < 0)
			return -1;
	cli_flush(cli);
	return 0;
}

/* The look before is kept while the next one is taken. */
static int
watch(struct cli *cli, struct look looks[2], struct err *err)
{
	const struct extra *extra = cli->extra;
	struct cli_wait wait = cli_wait_begin(cli, extra->timeout);

	/* From here on the store is watched: nothing can happen between looking and waiting. */
	desk_wait(cli->desk, 0);
	for (int turn = 0;; turn = !turn) {
		struct look *now = &looks[turn];
		int64_t left;

		arena_reset(now->arena);
		*now = (struct look){ .arena = now->arena };
		cli->arena = now->arena;
		if (cli_call(cli, cli->command->op, cli->in, take, now, err) < 0 || show(cli, now, &looks[!turn], err) < 0)
			return -1;
		left = cli_wait_left(&wait);
		if (!left)
			return 0;
		desk_wait(cli->desk, left);
	}
}

static int
one(struct cli *cli, const char *operand, struct err *err)
{
	const struct extra *extra = cli->extra;
	struct look looks[2] = { { 0 }, { 0 } };
	struct arena *keep = cli->arena;
	int rc;

	(void)operand;
	if (extra->tokens == 1)
		return cli_call(cli, &op_token_list, record_new(cli->arena, op_token_list.in), NULL, NULL, err);
	if (extra->watch != 1)
		return cli_call(cli, cli->command->op, cli->in, NULL, NULL, err);
	looks[0].arena = arena_new();
	looks[1].arena = arena_new();
	rc = watch(cli, looks, err);
	cli->arena = keep;
	arena_free(&looks[0].arena);
	arena_free(&looks[1].arena);
	return rc;
}

static int
run(struct cli *cli)
{
	return cli_each(cli, one);
}

static const struct op *const also[] = { &op_token_list, NULL };

const struct command cmd_agent_list = {
	.name = "agent-list",
	.summary = N_("presence, load and skills of agents"),
	.about = N_("The state is ready where any medium is, not-ready where none is, logged-out without a session; presence tells whether it is all of them or only some. "
		    "With --watch it is shown again whenever something changes."),
	.task = TASK_SESSION,
	.flags = CMD_LIST,
	.op = &op_agent_list,
	.also = also,
	.extra = &rec_agent_list_extra,
	.examples = {
		{ "agent-list", N_("every agent") },
		{ "agent-list --team support", N_("the agents of a team") },
		{ "agent-list --watch --json --fields agent,presence", N_("for a program: who becomes ready, who does not") },
	},
	.run = run,
	.see = "agent-login, agent-state",
};

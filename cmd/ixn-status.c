#include <string.h>

#include "cmd/cmd.h"

struct status {
	const char *store, *agent;
	struct texts presence, offers, open, workbins;
	const char *current;
	struct texts next;
};
#define X struct status
RECORD(rec_status, X, "status", N_("Where one stands."),
       TEXT_FIELD(X, store, FIELD_COLUMN, N_("the store")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("who is logged in from here")),
       TEXTS_FIELD(X, presence, FIELD_COLUMN, N_("each medium and its state")),
       TEXTS_FIELD(X, offers, FIELD_COLUMN, N_("interactions offered")),
       TEXTS_FIELD(X, open, FIELD_COLUMN, N_("interactions that are open")),
       TEXTS_FIELD(X, workbins, FIELD_COLUMN, N_("workbins, and how many interactions lie in each for me")),
       TEXT_FIELD(X, current, FIELD_COLUMN, N_("the current interaction, '@'")),
       TEXTS_FIELD(X, next, FIELD_COLUMN, N_("what can be done next")))
#undef X

struct gather {
	struct cli *cli;
	struct texts *to;
};

static int
take_id(void *context, const struct record *record, const void *p, struct err *err)
{
	struct gather *g = context;

	(void)err;
	texts_add(g->cli->arena, g->to, record_text(record, p, "id"));
	return 0;
}

static int
take_presence(void *context, const struct record *record, const void *p, struct err *err)
{
	struct gather *g = context;

	(void)err;
	texts_add(g->cli->arena, g->to, arena_printf(g->cli->arena, "%s:%s", record_text(record, p, "medium"), names_get(&agent_states, (int)record_int(record, p, "state"))));
	return 0;
}

static int
take_workbin(void *context, const struct record *record, const void *p, struct err *err)
{
	struct gather *g = context;

	(void)err;
	if (record_int(record, p, "count") == INT_ABSENT)
		return 0;
	texts_add(g->cli->arena, g->to, arena_printf(g->cli->arena, "%s:%d", record_text(record, p, "name"), (int)record_int(record, p, "count")));
	return 0;
}

static int
gather(struct cli *cli, const struct op *op, const char *flag, emit_fn *take, struct texts *to, struct err *err)
{
	void *in = record_new(cli->arena, op->in);
	struct gather g = { cli, to };

	if (flag)
		record_set_int(op->in, in, flag, 1);
	return cli_call(cli, op, in, take, &g, err);
}

/* The same of what only the server itself knows: where that is away, the rest is shown without. */
static int
gather_live(struct cli *cli, const struct op *op, emit_fn *take, struct texts *to, struct err *err)
{
	if (gather(cli, op, NULL, take, to, err) == 0)
		return 0;
	if (err->code == E_OK || err_class(err) != ERR_UNAVAILABLE)
		return -1;
	err->code = E_OK;
	return 0;
}

/* The next commands: of what is current, else of the state as a whole. */
static int
advise(struct cli *cli, struct status *s, struct err *err)
{
	struct arena *arena = cli->arena;

	if (s->offers.n)
		texts_add(arena, &s->next, "ixn-accept");
	if (s->current)
		texts_add(arena, &s->next, "ixn-show @");
	if (!s->next.n && s->open.n)
		texts_add(arena, &s->next, arena_printf(arena, "ixn-show %s", s->open.v[0]));
	if (!s->next.n)
		texts_add(arena, &s->next, "ixn-accept --wait 60s");
	(void)err;
	return 0;
}

static int
session_status(struct cli *cli, struct status *s, struct err *err)
{
	if (gather_live(cli, &op_agent_presence, take_presence, &s->presence, err) < 0 ||
	    gather(cli, &op_ixn_list, "offers", take_id, &s->offers, err) < 0 || gather(cli, &op_ixn_list, NULL, take_id, &s->open, err) < 0 ||
	    gather_live(cli, &op_workbin_list, take_workbin, &s->workbins, err) < 0)
		return -1;
	s->current = cli_current(cli);
	/* As '@' is taken: what is over, or another's by now, is not current. */
	if (s->current && !texts_has(&s->open, s->current))
		s->current = NULL;
	return advise(cli, s, err);
}

static int
run(struct cli *cli)
{
	struct texts sessions = cli_sessions(cli);
	struct status *s = record_new(cli->arena, &rec_status);
	const char *agent = cli->agent ? cli->agent : cli_config(cli, "agent", NULL);
	struct err err = { 0 };

	s->store = cli_store_shown(cli);
	for (size_t i = 0; i < sessions.n; i++)
		s->agent = s->agent ? arena_printf(cli->arena, "%s,%s", s->agent, sessions.v[i]) : sessions.v[i];
	if (agent && *agent)
		s->agent = agent;
	if (!s->agent)
		texts_add(cli->arena, &s->next, "agent-login NAME --ready");
	else if (!(agent && *agent) && sessions.n > 1)
		texts_add(cli->arena, &s->next, "ixn-status --agent NAME");
	else if (session_status(cli, s, &err) < 0)
		return cli_fail(cli, &err, NULL);
	if (cli_print(cli, &rec_status, s, &err) < 0)
		return cli_fail(cli, &err, NULL);
	cli_flush(cli);
	return cli->worst;
}

const struct command cmd_ixn_status = {
	.name = "ixn-status",
	.summary = N_("which store, who is logged in, what is open, what comes next"),
	.about = N_("A look around, for people and for prompts of shells."),
	.task = TASK_SESSION,
	.flags = CMD_CARD,
	.out = &rec_status,
	.examples = {
		{ "ixn-status", N_("where I stand") },
		{ "ixn-status --agent bob --json", N_("where bob stands, for a program") },
	},
	.run = run,
	.see = "ixn, agent-login, ixn-list",
};

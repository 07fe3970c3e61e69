/*
 * Workbins: where interactions lie that are nobody's current work, to be taken
 * in any order. A personal one has a drawer for each agent: its keeper.
 */
#include <string.h>

#include "desk/site_priv.h"

struct workbin {
	const char *name, *label;
	int64_t kind;
	const char *team;
	int64_t read_only;
	const char *extra;
	int64_t ord;
};
RECORD(rec_workbin, struct workbin, "workbin", NULL,
       TEXT_FIELD(struct workbin, name, 0, NULL),
       TEXT_FIELD(struct workbin, label, 0, NULL),
       NAME_FIELD(struct workbin, kind, workbin_kinds, 0, NULL),
       TEXT_FIELD(struct workbin, team, 0, NULL),
       BOOL_FIELD(struct workbin, read_only, 0, NULL),
       TEXT_FIELD(struct workbin, extra, 0, NULL),
       INT_FIELD(struct workbin, ord, 0, NULL))

static int
find(struct call *call, const char *name, struct workbin *bin, struct err *err)
{
	int rc = sql_one(call->tx, call->arena, SQL_WORKBIN_GET, ARGS(V_TEXT(name)), &rec_workbin, bin, err);

	if (rc > 0 && bin->kind == INT_ABSENT)
		bin->kind = WORKBIN_PERSONAL;
	return rc;
}

/* Whose it is. */

static bool
is_me(const struct call *call, const char *agent)
{
	return agent && call->actor.name && strcmp(agent, call->actor.name) == 0;
}

/* Neither an agent nor a lead: bound by no team. */
static bool
unbound(const struct call *call)
{
	return call->actor.kind != ACTOR_AGENT || call->actor.role == ROLE_ADMIN || call->actor.role == ROLE_SERVICE;
}

static bool
in_team(struct call *call, const struct workbin *bin, enum sql sql)
{
	struct err ignored = { 0 };
	int64_t one;

	return sql_int(call->tx, sql, ARGS(V_TEXT(call->actor.name), V_TEXT(bin->team)), &one, &ignored) > 0;
}

/* May the actor take what lies there in nobody's drawer? */
static bool
is_open(struct call *call, const struct workbin *bin)
{
	if (unbound(call) || bin->kind == WORKBIN_SHARED)
		return true;
	return bin->kind == WORKBIN_TEAM ? in_team(call, bin, SQL_TEAM_MINE) : call_may_lead(call);
}

/* Does the actor lead those whose it is? */
static bool
leads(struct call *call, const struct workbin *bin, const char *keeper)
{
	if (bin->kind == WORKBIN_PERSONAL)
		return call_leads(call, keeper);
	return unbound(call) || (call_may_lead(call) && (bin->kind == WORKBIN_SHARED || in_team(call, bin, SQL_TEAM_LED)));
}

bool
workbin_mine(struct call *call, const char *name, const char *keeper)
{
	struct err ignored = { 0 };
	struct workbin bin;

	if (keeper)
		return is_me(call, keeper) || call_leads(call, keeper);
	/* One that the site no longer has is emptied by who leads. */
	return find(call, name, &bin, &ignored) > 0 ? is_open(call, &bin) : call_may_lead(call);
}

/* Putting there. */

int
workbin_put(struct call *call, struct ixn *ixn, const char *name, const char *keeper, time_ms at, struct err *err)
{
	const char *from = ixn->agent;

	if (ixn_release(call, ixn, at, END_PARKED, err) < 0)
		return -1;
	ixn->workbin = name;
	ixn->keeper = keeper;
	ixn->reserved = NULL;
	return verb_happen(call, ixn, VERB_PARK, at, from, arena_printf(call->arena, "workbin:%s", name), keeper, err);
}

int
workbin_return(struct call *call, struct ixn *ixn, time_ms at, struct err *err)
{
	struct workbin bin;
	int rc = ixn->workbin ? find(call, ixn->workbin, &bin, err) : 0;

	if (rc <= 0)
		return rc;
	return workbin_put(call, ixn, ixn->workbin, ixn->keeper, at, err) < 0 ? -1 : 1;
}

/* The drawer: what came from this workbin goes back where it was; else it is one's own. */
static int
drawer_of(struct call *call, const struct workbin *bin, const struct ixn *ixn, const char *of, const char **keeper_r, struct err *err)
{
	bool back = ixn->workbin && strcmp(ixn->workbin, bin->name) == 0 && ixn->keeper;
	struct agent *agent;

	*keeper_r = NULL;
	if (bin->kind != WORKBIN_PERSONAL)
		return of ? err_set(err, E_USAGE, "what", N_("--of goes with a personal workbin"), "command", "ixn-place", NULL) : 0;
	*keeper_r = of ? of : (back ? ixn->keeper : call->actor.name);
	if (!*keeper_r)
		return err_set(err, E_MISSING_OPERAND, "what", "--of", "command", "ixn-place", NULL);
	return is_me(call, *keeper_r) ? 0 : agent_get(call, *keeper_r, &agent, err);
}

static int
may_put(struct call *call, const struct workbin *bin, const char *keeper, struct err *err)
{
	if (leads(call, bin, keeper))
		return 0;
	if (bin->read_only == 1)
		return err_set(err, E_WORKBIN_READ_ONLY, "name", bin->name, "who", call->actor.name, NULL);
	if (bin->kind == WORKBIN_PERSONAL)
		return is_me(call, keeper) ? 0 : call_must_lead(call, keeper, err);
	return is_open(call, bin) ? 0 : err_set(err, E_WORKBIN_CLOSED, "name", bin->name, "who", call->actor.name, NULL);
}

int
workbin_admits(struct call *call, const struct ixn *ixn, const char *name, const char *of, const char **keeper_r, struct err *err)
{
	struct workbin bin;
	int rc = find(call, name, &bin, err);

	if (rc == 0)
		return err_set(err, E_NO_WORKBIN, "name", name, NULL);
	return rc < 0 || drawer_of(call, &bin, ixn, of, keeper_r, err) < 0 ? -1 : may_put(call, &bin, *keeper_r, err);
}

/* Looking around. */

struct bin_out {
	const char *name, *label;
	int64_t kind;
	const char *team;
	int64_t read_only, count, oldest;
};
#define X struct bin_out
RECORD(rec_bin_out, X, "workbin", N_("A workbin that is open to the one who asks."),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, label, FIELD_COLUMN, N_("what people read")),
       NAME_FIELD(X, kind, workbin_kinds, FIELD_COLUMN, N_("personal, team or shared")),
       TEXT_FIELD(X, team, 0, N_("whose it is")),
       BOOL_FIELD(X, read_only, 0, N_("agents only take from it")),
       INT_FIELD(X, count, FIELD_COLUMN, N_("how many interactions lie there for the one who asks")),
       TIME_FIELD(X, oldest, FIELD_COLUMN, N_("when the oldest of them arrived")))
#undef X

struct bins_in {
	const char *name;
};
RECORD(rec_bins_in, struct bins_in, "workbins", N_("Which workbins."),
       TEXT_FIELD_AS(struct bins_in, name, "WORKBIN", 0, N_("this one; all that are open to me when left out")))

struct drawer {
	const char *keeper;
	int64_t n, oldest;
};
RECORD(rec_drawer, struct drawer, "drawer", NULL, TEXT_FIELD(struct drawer, keeper, 0, NULL), INT_FIELD(struct drawer, n, 0, NULL), TIME_FIELD(struct drawer, oldest, 0, NULL))

static int
count(struct call *call, const struct workbin *bin, struct bin_out *out, struct err *err)
{
	struct records drawers;

	*out = (struct bin_out){ bin->name, bin->label, bin->kind, bin->team, bin->read_only == 1, 0, INT_ABSENT };
	/* A mirror has what lies in one's own drawer, and nothing of what others may take. */
	if (call_in_mirror(call) && (bin->kind != WORKBIN_PERSONAL || call_may_lead(call))) {
		out->count = INT_ABSENT;
		return 0;
	}
	if (sql_all(call->tx, call->arena, SQL_WORKBIN_COUNTS, ARGS(V_TEXT(bin->name)), &rec_drawer, &drawers, err) < 0)
		return -1;
	for (size_t i = 0; i < drawers.n; i++) {
		const struct drawer *d = (struct drawer *)drawers.v + i;

		if (!workbin_mine(call, bin->name, d->keeper))
			continue;
		out->count += d->n;
		if (out->oldest == INT_ABSENT || d->oldest < out->oldest)
			out->oldest = d->oldest;
	}
	return 0;
}

static int
bins_fn(struct call *call, const void *input, struct err *err)
{
	const struct bins_in *in = input;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_WORKBINS, NO_ARGS, &rec_workbin, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct workbin *bin = (struct workbin *)rows.v + i;

		if (bin->kind == INT_ABSENT)
			bin->kind = WORKBIN_PERSONAL;
		if ((in->name && strcmp(in->name, bin->name) != 0) || (bin->kind == WORKBIN_TEAM && !is_open(call, bin)))
			continue;
		if (count(call, bin, call_answer(call), err) < 0)
			return -1;
	}
	return 0;
}

const struct op op_workbin_list = { "workbin.list", N_("workbins, and how many lie in each"), MAY_ALL, OP_MIRROR, &rec_bins_in, &rec_bin_out, bins_fn, NULL };

/* Loading: items of the site. */

int
workbin_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_workbin *w = item;
	struct workbin row;
	int rc = sql_one(call->tx, call->arena, SQL_WORKBIN_GET, ARGS(V_TEXT(name)), &rec_workbin, &row, err);

	if (rc > 0)
		*w = (struct site_workbin){ row.name, row.label, row.kind, row.team, row.read_only, row.extra };
	return rc;
}

int
workbin_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_workbin *w = item;

	if (w->kind == WORKBIN_TEAM && !w->team)
		return site_bad(l, w->name, N_("is for a team, but which? team is missing"), err);
	return w->kind != WORKBIN_TEAM && w->team ? site_bad(l, w->name, N_("has a team, but its kind is not team"), err) : 0;
}

int
workbin_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_workbin *w = item;
	struct workbin row = { w->name, w->label, w->kind, w->team, w->read_only, w->extra, l->ord };

	return sql_put(l->call->tx, SQL_WORKBIN_PUT, &rec_workbin, &row, err) < 0 ? -1 : 0;
}

/* Teams may stand behind them in the file. */
int
workbin_whole_check(struct loading *l, struct err *err)
{
	struct records rows;

	l->section = "workbins";
	if (sql_all(l->call->tx, l->call->arena, SQL_WORKBINS, NO_ARGS, &rec_workbin, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct workbin *bin = (struct workbin *)rows.v + i;
		int64_t known = 0;

		if (bin->team && sql_int(l->call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(bin->team)), &known, err) < 0)
			return -1;
		if (bin->team && !known)
			return site_bad_of(l, bin->name, N_("there is no team '{value}'"), bin->team, NULL, err);
	}
	return 0;
}

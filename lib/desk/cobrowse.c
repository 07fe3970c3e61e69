/*
 * Co-navigation: a contact shows an agent which pages of the site it is on, and
 * the agent may propose another. Only the contact starts it, it is idle until an
 * agent joins, either side ends it, and what has ended is never joined again:
 * the contact starts a new one.
 */
#include <string.h>

#include "desk/site_priv.h"
#include "desk/web_priv.h"
#include "wire/extract.h"

#define TITLE_MAX 300

#define STATES(X) \
	X(COBROWSE_WAITING, "waiting", N_("started by the contact; no agent has joined")) \
	X(COBROWSE_ACTIVE, "active", N_("an agent sees the pages")) \
	X(COBROWSE_ENDED, "ended", N_("over: the contact may start a new one"))
#define STATE_NAME(value, name, doc) { name, doc },
static const struct name state_names[] = { STATES(STATE_NAME) };
const struct names cobrowse_states = { "state of co-navigation", state_names, COUNT_OF(state_names) };

#define X struct cobrowse
RECORD(rec_cobrowse, X, "cobrowse", N_("Co-navigation."),
       ID_FIELD(X, id, 0, N_("its own id")),
       ID_FIELD(X, ixn, FIELD_COLUMN, N_("the interaction")),
       NAME_FIELD(X, state, cobrowse_states, FIELD_COLUMN, N_("waiting, active or ended")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("who joined")),
       TEXT_FIELD(X, url, FIELD_COLUMN | FIELD_PERSONAL, N_("the page where the contact is")),
       TEXT_FIELD(X, title, FIELD_COLUMN | FIELD_PERSONAL, N_("its title")),
       TEXT_FIELD(X, proposed, FIELD_PERSONAL, N_("the page proposed last")),
       INT_FIELD(X, seq, 0, N_("counts what was shown and proposed")),
       TIME_FIELD(X, started, 0, N_("when the contact started it")),
       TIME_FIELD(X, joined, 0, N_("when the agent joined")),
       TIME_FIELD(X, ended, 0, N_("when it ended")))
#undef X

int
cobrowse_last(struct call *call, const char *ixn, struct cobrowse *c, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_COBROWSE_LAST, ARGS(V_TEXT(ixn)), &rec_cobrowse, c, err);
}

static int
tell(struct call *call, const struct cobrowse *c, const char *event, time_ms at, struct err *err)
{
	if (sql_put(call->tx, SQL_COBROWSE_PUT, &rec_cobrowse, c, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .at = at, .event = event, .ixn = c->ixn, .agent = c->agent, .ref = c->id, .state = names_get(&cobrowse_states, (int)c->state) }, err);
}

static int
end(struct call *call, struct cobrowse *c, time_ms at, struct err *err)
{
	c->state = COBROWSE_ENDED;
	c->ended = at;
	c->proposed = NULL;
	return tell(call, c, "cobrowse.ended", at, err);
}

int
cobrowse_gone(struct call *call, const char *ixn, time_ms at, struct err *err)
{
	struct cobrowse c;
	int rc = cobrowse_last(call, ixn, &c, err);

	return rc <= 0 || c.state == COBROWSE_ENDED ? (rc < 0 ? -1 : 0) : end(call, &c, at, err);
}

/* E_COBROWSE_STATE: none, waiting, active, ended. */
static int
refuse(const char *ixn, const struct cobrowse *c, struct err *err)
{
	return err_set(err, E_COBROWSE_STATE, "id", ixn, "state", c ? names_get(&cobrowse_states, (int)c->state) : "not started", NULL);
}

/* The contact's side. */

struct view_in {
	const char *url, *title;
};
RECORD(rec_web_view_in, struct view_in, "web-view", N_("A page that the contact is on."),
       TEXT_FIELD(struct view_in, url, FIELD_REQUIRED | FIELD_PERSONAL, N_("its URL")),
       TEXT_FIELD(struct view_in, title, FIELD_PERSONAL, N_("its title")))

struct shown_out {
	int64_t state;
};
RECORD(rec_web_shown, struct shown_out, "cobrowse", N_("How co-navigation stands."), NAME_FIELD(struct shown_out, state, cobrowse_states, 0, N_("waiting, active or ended")))

/* What stands behind # is for the page alone. */
static int
page_of(struct call *call, const struct view_in *in, struct cobrowse *c, struct err *err)
{
	struct site_web web;

	if (web_find(call, call->web->web, &web, err) < 0)
		return -1;
	if (web.cobrowse != 1)
		return err_set(err, E_NOT_OFFERED, "what", N_("co-navigation"), NULL);
	if (!in->url || !url_pushable(in->url) || !web_within(&web.origins, in->url))
		return err_set(err, E_PAGE_OUTSIDE, "value", in->url ? in->url : "", NULL);
	if (text_check("title", in->title, TITLE_MAX, err) < 0)
		return -1;
	c->url = arena_memdup(call->arena, in->url, strcspn(in->url, "#"));
	c->title = in->title;
	return 0;
}

static int
view_fn(struct call *call, const void *input, struct err *err)
{
	struct shown_out *out = call_answer(call);
	struct cobrowse c;
	struct ixn *ixn;
	int rc;

	if (web_ixn(call, &ixn, err) < 0 || (rc = cobrowse_last(call, ixn->id, &c, err)) < 0)
		return -1;
	if (!rc || c.state == COBROWSE_ENDED)
		return refuse(ixn->id, rc ? &c : NULL, err);
	if (page_of(call, input, &c, err) < 0)
		return -1;
	c.seq++;
	out->state = c.state;
	return tell(call, &c, "cobrowse.page", call->now, err);
}

const struct op op_web_view = { "web.view", N_("a contact has gone to another page"), 0, OP_WRITE | OP_CONTACT, &rec_web_view_in, &rec_web_shown, view_fn, NULL };

struct cobrowse_in {
	const char *url, *title;
	int64_t end;
};
RECORD(rec_web_cobrowse_in, struct cobrowse_in, "web-cobrowse", N_("A contact shows pages, or no longer."),
       TEXT_FIELD(struct cobrowse_in, url, FIELD_PERSONAL, N_("the page that it begins with")),
       TEXT_FIELD(struct cobrowse_in, title, FIELD_PERSONAL, N_("its title")),
       BOOL_FIELD(struct cobrowse_in, end, 0, N_("no longer")))

static int
start(struct call *call, struct ixn *ixn, const struct cobrowse_in *in, struct cobrowse *c, struct err *err)
{
	const struct view_in page = { in->url, in->title };

	if (!ixn->online)
		return verb_refuse(call, ixn, VERB_SEND, err);
	*c = (struct cobrowse){ .id = id_new(call->arena, call->now), .ixn = ixn->id, .state = COBROWSE_WAITING, .started = call->now, .joined = INT_ABSENT, .ended = INT_ABSENT };
	return page_of(call, &page, c, err) < 0 ? -1 : tell(call, c, "cobrowse.started", call->now, err);
}

/* Started where it goes on already: as it is. */
static int
cobrowse_fn(struct call *call, const void *input, struct err *err)
{
	const struct cobrowse_in *in = input;
	struct shown_out *out = call_answer(call);
	struct cobrowse c;
	struct ixn *ixn;
	bool on;
	int rc;

	if (web_ixn(call, &ixn, err) < 0 || (rc = cobrowse_last(call, ixn->id, &c, err)) < 0)
		return -1;
	on = rc > 0 && c.state != COBROWSE_ENDED;
	if (in->end != 1 && !on && start(call, ixn, in, &c, err) < 0)
		return -1;
	if (in->end == 1 && !on)
		return refuse(ixn->id, rc ? &c : NULL, err);
	if (in->end == 1 && end(call, &c, call->now, err) < 0)
		return -1;
	out->state = c.state;
	return 0;
}

const struct op op_web_cobrowse = { "web.cobrowse", N_("a contact shows pages, or no longer"), 0, OP_WRITE | OP_CONTACT, &rec_web_cobrowse_in, &rec_web_shown, cobrowse_fn, NULL };

/* The agent's side. */

/* The interaction, to whom it belongs; and how co-navigation stands there: 1, or 0 where there was none. */
static int
of_agent(struct call *call, const char *id, struct ixn **ixn_r, struct cobrowse *c, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, ixn_r, err) < 0)
		return -1;
	ixn = *ixn_r;
	if (call->actor.name && (!ixn->agent || strcmp(ixn->agent, call->actor.name) != 0) && !call_leads(call, ixn->agent ? ixn->agent : ""))
		return err_set(err, E_NOT_YOURS, "id", ixn->id, "holder", ixn->agent ? ixn->agent : "nobody", NULL);
	return cobrowse_last(call, ixn->id, c, err);
}

static int
joined(struct call *call, const char *id, struct cobrowse *c, struct err *err)
{
	struct ixn *ixn;
	int rc = of_agent(call, id, &ixn, c, err);

	if (rc < 0)
		return -1;
	return rc && c->state == COBROWSE_ACTIVE ? 0 : refuse(ixn->id, rc ? c : NULL, err);
}

static int
answer(struct call *call, const struct cobrowse *c)
{
	struct cobrowse *out = call_answer(call);

	*out = *c;
	return 0;
}

static int
join_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct cobrowse c;
	struct ixn *ixn;
	int rc = of_agent(call, in->id, &ixn, &c, err);

	if (rc < 0)
		return -1;
	if (!rc || c.state != COBROWSE_WAITING)
		return refuse(ixn->id, rc ? &c : NULL, err);
	c.state = COBROWSE_ACTIVE;
	c.agent = call_self(call);
	c.joined = call->now;
	return tell(call, &c, "cobrowse.joined", call->now, err) < 0 ? -1 : answer(call, &c);
}

const struct op op_cobrowse_join = { "cobrowse.join", N_("sees the pages that a contact shows"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_id_in, &rec_cobrowse, join_fn, NULL };

/* Where the contact is shows only once somebody has joined. */
static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct cobrowse c;
	struct ixn *ixn;
	int rc = of_agent(call, in->id, &ixn, &c, err);

	if (rc <= 0)
		return rc < 0 ? -1 : refuse(ixn->id, NULL, err);
	if (c.state != COBROWSE_ACTIVE)
		c.url = c.title = NULL;
	return answer(call, &c);
}

const struct op op_cobrowse_show = { "cobrowse.show", N_("the page where a contact is"), MAY_AGENTS, 0, &rec_id_in, &rec_cobrowse, show_fn, NULL };

struct propose_in {
	const char *id, *url;
};
RECORD(rec_propose_in, struct propose_in, "cobrowse-propose", N_("A page to go to."),
       ID_FIELD(struct propose_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD_AS(struct propose_in, url, "URL", FIELD_REQUIRED | FIELD_PERSONAL, N_("the page, of the same websites")))

static int
propose_fn(struct call *call, const void *input, struct err *err)
{
	const struct propose_in *in = input;
	struct site_web web;
	struct cobrowse c;
	const char *site = "";

	if (joined(call, in->id, &c, err) < 0 || sql_text(call->tx, call->arena, SQL_WEB_OF_IXN, ARGS(V_TEXT(c.ixn)), &site, err) < 0 || web_find(call, site, &web, err) < 0)
		return -1;
	if (!in->url || !url_pushable(in->url) || !web_within(&web.origins, in->url))
		return err_set(err, E_PAGE_OUTSIDE, "value", in->url ? in->url : "", NULL);
	c.proposed = in->url;
	c.seq++;
	return tell(call, &c, "cobrowse.proposed", call->now, err) < 0 ? -1 : answer(call, &c);
}

const struct op op_cobrowse_propose = { "cobrowse.propose", N_("proposes a page to a contact"), MAY_AGENTS, OP_WRITE, &rec_propose_in, &rec_cobrowse, propose_fn, NULL };

static int
end_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct cobrowse c;
	struct ixn *ixn;
	int rc = of_agent(call, in->id, &ixn, &c, err);

	if (rc <= 0)
		return rc < 0 ? -1 : refuse(ixn->id, NULL, err);
	if (c.state != COBROWSE_ENDED && end(call, &c, call->now, err) < 0)
		return -1;
	return answer(call, &c);
}

const struct op op_cobrowse_end = { "cobrowse.end", N_("ends co-navigation"), MAY_AGENTS, OP_WRITE, &rec_id_in, &rec_cobrowse, end_fn, NULL };

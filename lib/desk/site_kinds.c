/*
 * Each kind of item of a site: how it is read, checked, written, removed, listed.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/site_priv.h"
#include "routing/routing.h"
#include "routing/skills.h"

/* Checks. */

int
site_bad(struct loading *l, const char *name, const char *what, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", l->section, "name", name, "what", what, NULL);
}

int
site_bad_of(struct loading *l, const char *name, const char *what, const char *value, const char *other, struct err *err)
{
	int rc = site_bad(l, name, what, err);

	err_arg(err, "value", value);
	if (other)
		err_arg(err, "other", other);
	return rc;
}

int
site_bad_rule(struct loading *l, const char *name, struct err *err)
{
	struct err inner;

	err_copy(&inner, err);
	return err_set(err, E_BAD_RULE, "where", l->section, "name", name, "value", err_get(&inner, "value"), "what", err_get(&inner, "what"), "at",
		       err_get(&inner, "at"), NULL);
}

int
site_check_name(struct loading *l, const char *name, struct err *err)
{
	const char *what = name_wrong(name);

	return what ? site_bad(l, name && *name ? name : "name", what, err) : 0;
}

static int
check_levels(struct loading *l, const struct pairs *pairs, int64_t max, struct err *err)
{
	char *end;

	for (size_t i = 0; i < pairs->n; i++) {
		long long n = strtoll(pairs->v[i].value, &end, 10);

		/* As JSON writes numbers, for they are dumped so. */
		if (end == pairs->v[i].value || *end || n < 0 || n > max || (pairs->v[i].value[0] == '0' && pairs->v[i].value[1]))
			return site_bad(l, pairs->v[i].key, N_("is not a whole number in range"), err);
	}
	return 0;
}

static int
check_agent(struct loading *l, const void *item, struct err *err)
{
	const struct site_agent *a = item;

	for (size_t i = 0; i < a->skills.n; i++)
		if (!skills_name_valid(a->skills.v[i].key))
			return site_bad(l, a->skills.v[i].key, N_("cannot be the name of a skill"), err);
	if (a->password_hash && strncmp(a->password_hash, "$argon2id$", 10) != 0)
		return err_set(err, E_DIGEST, "where", a->name, NULL);
	if (a->capacity.n && a->capacity_rule)
		return site_bad(l, a->name, N_("has both capacity and capacity_rule"), err);
	if (a->capacity.n > ROUTING_MEDIA)
		return site_bad(l, a->name, N_("has capacities for too many media"), err);
	return check_levels(l, &a->skills, 1000000, err) < 0 ? -1 : check_levels(l, &a->capacity, 10000, err);
}

int64_t
site_or(int64_t n, int64_t otherwise)
{
	return n == INT_ABSENT || n == INT_NULL ? otherwise : n;
}

static int
check_none(struct loading *l, const void *item, struct err *err)
{
	(void)l, (void)item, (void)err;
	return 0;
}

/* Agents. */

static const struct record rec_pair_row;
struct pair_row {
	const char *key, *value;
};
static const struct field pair_fields[] = { TEXT_FIELD(struct pair_row, key, 0, NULL), TEXT_FIELD(struct pair_row, value, 0, NULL) };
static const struct record rec_pair_row = { "pair", NULL, sizeof(struct pair_row), pair_fields, COUNT_OF(pair_fields) };

static int
get_pairs(struct call *call, enum sql sql, const char *name, struct pairs *out, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(name)), &rec_pair_row, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		pairs_add(call->arena, out, ((struct pair_row *)rows.v)[i].key, ((struct pair_row *)rows.v)[i].value);
	return 0;
}

void
site_list(struct arena *arena, const char *text, struct texts *out)
{
	list_split(arena, text, out);
	if (text && !out->v)
		out->v = arena_alloc(arena, sizeof(*out->v));
}

static int
get_agent(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_agent *a = item;
	struct agent row;
	int rc = sql_one(call->tx, call->arena, SQL_AGENT_GET, ARGS(V_TEXT(name)), &rec_agent_row, &row, err);

	if (rc <= 0)
		return rc;
	a->name = row.name;
	a->alias = row.alias;
	a->role = row.role;
	a->password_hash = row.password_hash;
	a->place = row.place;
	a->capacity_rule = row.capacity_rule;
	a->extra = row.extra;
	site_list(call->arena, row.media, &a->media);
	site_list(call->arena, row.queues, &a->queues);
	if (get_pairs(call, SQL_SKILLS_OF, name, &a->skills, err) < 0 || get_pairs(call, SQL_CAPACITIES_OF, name, &a->capacity, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_TEAMS_OF, ARGS(V_TEXT(name)), &a->teams, err) < 0)
		return -1;
	return 1;
}

/* Who leads a team because the team says so, and not by its own role, goes on with it. */
static int
teams_led(struct call *call, const char *name, struct texts *out, struct err *err)
{
	struct agent row;
	int rc = sql_one(call->tx, call->arena, SQL_AGENT_GET, ARGS(V_TEXT(name)), &rec_agent_row, &row, err);

	*out = (struct texts){ 0 };
	return rc <= 0 || row.role == ROLE_LEAD ? rc : sql_texts(call->tx, call->arena, SQL_TEAMS_LED, ARGS(V_TEXT(name)), out, err);
}

static int
put_agent(struct loading *l, const void *item, struct err *err)
{
	const struct site_agent *a = item;
	struct call *call = l->call;
	struct texts led;
	struct agent row = { a->name, a->alias, a->role == INT_ABSENT ? ROLE_AGENT : a->role, a->password_hash, list_join(call->arena, &a->media),
			     list_join(call->arena, &a->queues), a->place, a->capacity_rule, a->extra, l->ord, call->now };

	if (teams_led(call, a->name, &led, err) < 0 || sql_put(call->tx, SQL_AGENT_PUT, &rec_agent_row, &row, err) < 0 || RUN(call, SKILLS_CLEAR, V_TEXT(a->name)) < 0 ||
	    RUN(call, CAPACITY_CLEAR, V_TEXT(a->name)) < 0 || RUN(call, TEAMS_CLEAR, V_TEXT(a->name)) < 0)
		return -1;
	for (size_t i = 0; i < a->skills.n; i++)
		if (RUN(call, SKILL_PUT, V_TEXT(a->name), V_TEXT(a->skills.v[i].key), V_INT(strtoll(a->skills.v[i].value, NULL, 10))) < 0)
			return -1;
	for (size_t i = 0; i < a->capacity.n; i++)
		if (RUN(call, CAPACITY_PUT, V_TEXT(a->name), V_TEXT(a->capacity.v[i].key), V_INT(strtoll(a->capacity.v[i].value, NULL, 10))) < 0)
			return -1;
	for (size_t i = 0; i < a->teams.n; i++)
		if (RUN(call, TEAM_ENSURE, V_TEXT(a->teams.v[i])) < 0 ||
		    RUN(call, MEMBER_PUT, V_TEXT(a->teams.v[i]), V_TEXT(a->name), V_INT(a->role == ROLE_LEAD || texts_has(&led, a->teams.v[i]))) < 0)
			return -1;
	return 0;
}

/* Teams. */

struct extra_row {
	const char *a, *b, *c, *d;
	int64_t n;
};
RECORD(rec_extra_row, struct extra_row, "row", NULL, TEXT_FIELD(struct extra_row, a, 0, NULL), TEXT_FIELD(struct extra_row, b, 0, NULL),
       TEXT_FIELD(struct extra_row, c, 0, NULL), TEXT_FIELD(struct extra_row, d, 0, NULL), INT_FIELD(struct extra_row, n, 0, NULL))

static int
get_row(struct call *call, enum sql sql, const char *name, struct extra_row *row, struct err *err)
{
	return sql_one(call->tx, call->arena, sql, ARGS(V_TEXT(name)), &rec_extra_row, row, err);
}

static int
get_team(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_team *t = item;
	struct extra_row row;
	int rc = get_row(call, SQL_TEAM_GET, name, &row, err);

	if (rc <= 0)
		return rc;
	t->name = row.a;
	t->extra = row.b;
	if (sql_texts(call->tx, call->arena, SQL_TEAM_AGENTS, ARGS(V_TEXT(name), V_INT(1)), &t->leads, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_TEAM_AGENTS, ARGS(V_TEXT(name), V_INT(0)), &t->members, err) < 0)
		return -1;
	return 1;
}

static int
put_members(struct call *call, const char *team, const struct texts *agents, bool lead, struct err *err)
{
	struct agent *agent;

	if (!agents->v)
		return 0;
	if (RUN(call, MEMBERS_CLEAR, V_TEXT(team), V_INT(lead)) < 0)
		return -1;
	for (size_t i = 0; i < agents->n; i++)
		if (agent_get(call, agents->v[i], &agent, err) < 0 || RUN(call, MEMBER_PUT, V_TEXT(team), V_TEXT(agents->v[i]), V_INT(lead)) < 0)
			return -1;
	return 0;
}

static int
put_team(struct loading *l, const void *item, struct err *err)
{
	const struct site_team *t = item;

	if (RUN(l->call, TEAM_PUT, V_TEXT(t->name), V_TEXT(t->extra), V_INT(l->ord)) < 0)
		return -1;
	return put_members(l->call, t->name, &t->leads, true, err) < 0 ? -1 : put_members(l->call, t->name, &t->members, false, err);
}

/* Nodes of the workflow. */

static int
get_node(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_node *w = item;
	struct extra_row row;
	int rc = get_row(call, SQL_NODE_GET, name, &row, err);

	if (rc <= 0)
		return rc;
	w->name = row.a;
	site_list(call->arena, row.b, &w->next);
	w->stop = row.n;
	w->extra = row.c;
	return 1;
}

static int
check_node(struct loading *l, const void *item, struct err *err)
{
	const struct site_node *w = item;
	struct queue *queue;

	if (queue_get(l->call, w->name, &queue, err) < 0)
		return -1;
	for (size_t i = 0; i < w->next.n; i++)
		if (queue_get(l->call, w->next.v[i], &queue, err) < 0)
			return -1;
	if (!w->next.n && w->stop == 0)
		return site_bad(l, w->name, N_("has neither a next queue nor a stop: nothing could ever be done"), err);
	return 0;
}

static int
put_node(struct loading *l, const void *item, struct err *err)
{
	const struct site_node *w = item;
	const char *next = list_join(l->call->arena, &w->next);

	return RUN(l->call, NODE_PUT, V_TEXT(w->name), V_TEXT(next ? next : ""), V_INT(site_or(w->stop, 1)), V_TEXT(w->extra), V_INT(l->ord)) < 0 ? -1 : 0;
}

static int
get_setting(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_setting *s = item;

	s->name = name;
	return sql_text(call->tx, call->arena, SQL_SETTING_GET, ARGS(V_TEXT(name)), &s->value, err);
}

static int
check_setting(struct loading *l, const void *item, struct err *err)
{
	const struct site_setting *s = item;
	const char *what;

	return s->value && setting_check(s->name, s->value, &what) < 0 ? site_bad(l, s->name, what, err) : 0;
}

static int
put_setting(struct loading *l, const void *item, struct err *err)
{
	const struct site_setting *s = item;
	struct call *call = l->call;

	return (s->value ? RUN(call, SETTING_PUT, V_TEXT(s->name), V_TEXT(s->value)) : RUN(call, SETTING_REMOVE, V_TEXT(s->name))) < 0 ? -1 : 0;
}

const struct kind site_kinds[] = {
	{ "queues", &rec_site_queue, queue_item_get, queue_item_put, queue_item_check, SQL_QUEUE_REMOVE, SQL_QUEUE_NAMES },
	{ "capacities", &rec_site_capacity, site_get_capacity, site_put_capacity, site_check_capacity, SQL_CAPACITY_RULE_REMOVE, SQL_CAPACITY_RULE_NAMES },
	{ "agents", &rec_site_agent, get_agent, put_agent, check_agent, SQL_AGENT_REMOVE, SQL_AGENT_NAMES },
	{ "teams", &rec_site_team, get_team, put_team, check_none, SQL_TEAM_REMOVE, SQL_TEAM_NAMES },
	{ "dispositions", &rec_site_disposition, disposition_item_get, disposition_item_put, check_none, SQL_DISPOSITION_REMOVE, SQL_DISPOSITION_CODES },
	{ "workbins", &rec_site_workbin, workbin_item_get, workbin_item_put, workbin_item_check, SQL_WORKBIN_REMOVE, SQL_WORKBIN_NAMES },
	{ "sites", &rec_site_website, website_item_get, website_item_put, website_item_check, SQL_WEBSITE_REMOVE, SQL_WEBSITE_NAMES },
	{ "field_codes", &rec_site_field_code, field_item_get, field_item_put, field_item_check, SQL_ITEM_REMOVE, SQL_ITEM_NAMES },
	{ "data_display", &rec_site_data, display_item_get, data_item_put, data_item_check, SQL_DISPLAY_REMOVE, SQL_DISPLAY_NAMES },
	{ "custom_data", &rec_site_data, custom_item_get, data_item_put, data_item_check, SQL_CUSTOM_REMOVE, SQL_CUSTOM_NAMES },
	{ "workflow", &rec_site_node, get_node, put_node, check_node, SQL_NODE_REMOVE, SQL_NODE_NAMES },
	{ "hours", &rec_site_hours, hours_item_get, hours_item_put, hours_item_check, SQL_HOURS_REMOVE, SQL_HOURS_NAMES },
	{ "settings", &rec_site_setting, get_setting, put_setting, check_setting, SQL_SETTING_REMOVE, SQL_SETTING_NAMES },
	{ "policy", &rec_site_policy, policy_item_get, policy_item_put, policy_item_check, SQL_POLICY_REMOVE, SQL_POLICY_NAMES },
	{ "web", &rec_site_web, web_item_get, web_item_put, web_item_check, SQL_WEB_REMOVE, SQL_WEB_NAMES },
	{ "mailboxes", &rec_site_mailbox, mailbox_item_get, mailbox_item_put, mailbox_item_check, SQL_MAILBOX_REMOVE, SQL_MAILBOX_NAMES },
	{ "gateways", &rec_site_gateway, gateway_item_get, gateway_item_put, gateway_item_check, SQL_GATEWAY_REMOVE, SQL_GATEWAY_NAMES },
	{ "review", &rec_site_review, review_item_get, review_item_put, review_item_check, SQL_REVIEW_RULE_REMOVE, SQL_REVIEW_RULE_NAMES },
};

const size_t site_kinds_n = COUNT_OF(site_kinds);

int (*const site_whole[])(struct loading *l, struct err *err) = { site_check_capacity_rules, policy_whole_check, disposition_whole_check, workbin_whole_check, queue_whole_check, field_whole_check, web_whole_check, mailbox_whole_check, review_whole_check, NULL };

const char *
site_store_key(struct call *call, const struct kind *k, const char *name)
{
	return k->names == SQL_ITEM_NAMES ? arena_printf(call->arena, "%s/%s", k->section, name) : name;
}

int
site_names(struct call *call, const struct kind *k, struct texts *out, struct err *err)
{
	if (k->names == SQL_ITEM_NAMES)
		return sql_texts(call->tx, call->arena, k->names, ARGS(V_TEXT(k->section)), out, err);
	return sql_texts(call->tx, call->arena, k->names, NO_ARGS, out, err);
}

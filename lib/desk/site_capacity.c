/*
 * Capacities: how much the agents who name one may have at once.
 */
#include <string.h>

#include "desk/site_priv.h"
#include "routing/routing.h"
#include "routing/skills.h"

int
site_get_capacity(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_capacity *c = item;
	int rc = sql_one(call->tx, call->arena, SQL_CAPACITY_RULE_GET, ARGS(V_TEXT(name)), &rec_site_capacity, c, err);

	if (rc <= 0)
		return rc;
	return sql_all(call->tx, call->arena, SQL_CAPACITY_MEDIA_OF, ARGS(V_TEXT(name)), &rec_site_capacity_medium, &c->media, err) < 0 ? -1 : 1;
}

static bool
given(int64_t n)
{
	return n != INT_ABSENT && n != INT_NULL;
}

int
site_put_capacity(struct loading *l, const void *item, struct err *err)
{
	const struct site_capacity *c = item;
	struct call *call = l->call;

	if (RUN(call, CAPACITY_RULE_PUT, V_TEXT(c->name), V_TEXT(c->extra), V_INT(l->ord)) < 0 || RUN(call, CAPACITY_MEDIA_CLEAR, V_TEXT(c->name)) < 0)
		return -1;
	for (size_t i = 0; i < c->media.n; i++) {
		const struct site_capacity_medium *m = (struct site_capacity_medium *)c->media.v + i;

		if (RUN(call, CAPACITY_MEDIUM_PUT, V_TEXT(c->name), V_TEXT(m->name), given(m->max) ? V_INT(m->max) : V_NULL,
			V_TEXT(m->unless == text_null ? NULL : m->unless), given(m->takes) ? V_INT(m->takes) : V_NULL,
			given(m->needs) ? V_INT(m->needs) : V_NULL, V_INT((int64_t)i)) < 0)
			return -1;
	}
	return 0;
}

/* "office.chat.max" */
static int
bad(struct loading *l, const struct site_capacity *c, const struct site_capacity_medium *m, const char *field, const char *what, struct err *err)
{
	return site_bad(l, arena_printf(l->call->arena, "%s.%s%s", c->name, m->name, field), what, err);
}

/* Is it so whenever there is none of that medium? Then there never is one. */
static bool
shuts_out(struct call *call, const char *unless, const char *medium, const struct skills *expr)
{
	const struct skills *any = expr;

	/* A medium that is no word of that language cannot be named: then always is asked for. */
	if (skills_parse(call->arena, arena_printf(call->arena, "(%s) | %s", unless, medium), &any, NULL) < 0)
		any = expr;
	return skills_always(any);
}

static int
check_unless(struct loading *l, const struct site_capacity *c, const struct site_capacity_medium *m, const struct skills **expr_r, struct err *err)
{
	if (skills_parse(l->call->arena, m->unless, expr_r, err) < 0)
		return site_bad_rule(l, arena_printf(l->call->arena, "%s.%s.unless", c->name, m->name), err);
	if (!skills_satisfiable(*expr_r))
		return bad(l, c, m, ".unless", N_("can never be so"), err);
	if (shuts_out(l->call, m->unless, m->name, *expr_r))
		return bad(l, c, m, ".unless", N_("would never let one through"), err);
	return 0;
}

static int
check_numbers(struct loading *l, const struct site_capacity *c, const struct site_capacity_medium *m, struct err *err)
{
	if (given(m->max) && (m->max < 0 || m->max >= ROUTING_ROOM_MAX))
		return bad(l, c, m, ".max", N_("is not between 0 and 9999"), err);
	if (given(m->takes) && (m->takes < 0 || m->takes > 100))
		return bad(l, c, m, ".takes", N_("is no percentage between 0 and 100"), err);
	if (given(m->needs) && (m->needs < 0 || m->needs > 100))
		return bad(l, c, m, ".needs", N_("is no percentage between 0 and 100"), err);
	return 0;
}

static int
check_medium(struct loading *l, const struct site_capacity *c, size_t at, struct capacity *rules, struct err *err)
{
	static const struct load idle;
	const struct site_capacity_medium *media = c->media.v, *m = &media[at];
	struct capacity_rule *rule = &rules->rule[at];

	if (site_check_name(l, m->name, err) < 0 || check_numbers(l, c, m, err) < 0)
		return -1;
	for (size_t i = 0; i < at; i++)
		if (strcmp(media[i].name, m->name) == 0)
			return bad(l, c, m, "", N_("stands there twice"), err);
	*rule = (struct capacity_rule){ m->name, given(m->max) ? (int)m->max : -1, NULL, given(m->takes) ? (int)m->takes : 0, 0 };
	rule->needs = given(m->needs) ? (int)m->needs : rule->takes;
	rules->n = at + 1;
	if (m->unless && m->unless != text_null && check_unless(l, c, m, &rule->unless, err) < 0)
		return -1;
	if (routing_room(rules, &idle, m->name) == ROUTING_ROOM_MAX)
		return bad(l, c, m, "", N_("has no limit: give max or takes"), err);
	return 0;
}

int
site_check_capacity(struct loading *l, const void *item, struct err *err)
{
	const struct site_capacity *c = item;
	struct capacity rules = { 0 };

	/* Without rules it would be one call. */
	if (!c->media.n)
		return site_bad(l, c->name, N_("has no media"), err);
	if (c->media.n > ROUTING_MEDIA)
		return site_bad(l, c->name, N_("has too many media (16 at most)"), err);
	for (size_t i = 0; i < c->media.n; i++)
		if (check_medium(l, c, i, &rules, err) < 0)
			return -1;
	return 0;
}

struct missing {
	const char *key, *value;
};
RECORD(rec_missing, struct missing, "missing", NULL, TEXT_FIELD(struct missing, key, 0, NULL), TEXT_FIELD(struct missing, value, 0, NULL))

int
site_check_capacity_rules(struct loading *l, struct err *err)
{
	struct call *call = l->call;
	struct missing missing;
	int rc = sql_one(call->tx, call->arena, SQL_CAPACITY_RULE_MISSING, NO_ARGS, &rec_missing, &missing, err);

	if (rc <= 0)
		return rc;
	l->section = "agents";
	return site_bad(l, arena_printf(call->arena, "%s: capacity_rule '%s'", missing.key, missing.value), N_("is no item of capacities"), err);
}

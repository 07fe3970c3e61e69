/*
 * Who may do what with whom: ordered rules of the site. The first whose role,
 * verb and target all match decides; where none does, it is allowed.
 * Administrators, services and the owner of the store are bound by none.
 */
#include <string.h>

#include "base/glob.h"
#include "desk/site_priv.h"
#include "routing/skills.h"

struct rule_row {
	const char *name, *roles, *verbs, *targets;
	int64_t allow;
	const char *extra;
	int64_t ord;
};
RECORD(rec_rule_row, struct rule_row, "policy", NULL,
       TEXT_FIELD(struct rule_row, name, 0, NULL),
       TEXT_FIELD(struct rule_row, roles, 0, NULL),
       TEXT_FIELD(struct rule_row, verbs, 0, NULL),
       TEXT_FIELD(struct rule_row, targets, 0, NULL),
       BOOL_FIELD(struct rule_row, allow, 0, NULL),
       TEXT_FIELD(struct rule_row, extra, 0, NULL),
       INT_FIELD(struct rule_row, ord, 0, NULL))

struct rule {
	const char *name;
	struct texts roles, verbs, targets;
	bool allow;
};

struct policy {
	struct rule *rule;
	size_t n;
};

static int
policy_read(struct call *call, const struct policy **policy_r, struct err *err)
{
	struct policy *policy = ARENA_NEW(call->arena, struct policy);
	struct records rows;

	*policy_r = policy;
	if (sql_all(call->tx, call->arena, SQL_POLICIES, NO_ARGS, &rec_rule_row, &rows, err) < 0)
		return -1;
	policy->rule = arena_alloc(call->arena, (rows.n + 1) * sizeof(*policy->rule));
	for (; policy->n < rows.n; policy->n++) {
		const struct rule_row *row = (struct rule_row *)rows.v + policy->n;
		struct rule *rule = &policy->rule[policy->n];

		rule->name = row->name;
		rule->allow = row->allow == 1;
		list_split(call->arena, row->roles, &rule->roles);
		list_split(call->arena, row->verbs, &rule->verbs);
		list_split(call->arena, row->targets, &rule->targets);
	}
	return 0;
}

/* What is one's own: agent:@team, lead:@team, team:@team, queue:@mine. */

static int
of_my_team(struct call *call, const char *agent, struct err *err)
{
	int64_t one;

	return sql_int(call->tx, SQL_TEAM_MATES, ARGS(V_TEXT(call_self(call)), V_TEXT(agent)), &one, err);
}

static int
my_team(struct call *call, const char *team, struct err *err)
{
	int64_t one;

	return sql_int(call->tx, SQL_TEAM_MINE, ARGS(V_TEXT(call_self(call)), V_TEXT(team)), &one, err);
}

static int
my_queue(struct call *call, const char *queue, struct err *err)
{
	struct agent *agent;

	if (agent_get(call, call_self(call), &agent, err) < 0)
		return -1;
	return !agent->queues || list_has(agent->queues, queue);
}

static const struct own {
	enum target_kind kind;
	const char *word;
	int (*mine)(struct call *call, const char *value, struct err *err);
} owns[] = {
	{ TARGET_AGENT, "@team", of_my_team },
	{ TARGET_LEAD, "@team", my_team },
	{ TARGET_TEAM, "@team", my_team },
	{ TARGET_QUEUE, "@mine", my_queue },
};

static const struct own *
own_find(enum target_kind kind, const char *word)
{
	for (size_t i = 0; i < COUNT_OF(owns); i++)
		if (owns[i].kind == kind && strcmp(owns[i].word, word) == 0)
			return &owns[i];
	return NULL;
}

/* Matching. */

static bool
is_address(enum target_kind kind)
{
	return kind >= TARGET_MAILTO && kind < TARGET_OTHER;
}

const char *
target_skills(struct call *call, const struct target *target)
{
	size_t size = strlen(target->value);

	if (size < 2 || target->value[0] != '"' || target->value[size - 1] != '"')
		return target->value;
	return arena_memdup(call->arena, target->value + 1, size - 2);
}

/*
 * Of a skill expression each name counts: a rule that forbids matches where any
 * of them does, one that allows where all do. Else one alternative more would
 * lead around either.
 */
static bool
skill_matches(struct call *call, const struct rule *rule, const char *glob, const char *text)
{
	const struct skills *expr;
	struct err ignored = { 0 };
	const char *name;

	if (skills_parse(call->arena, text, &expr, &ignored) < 0)
		return !rule->allow;
	for (size_t i = 0; (name = skills_name(expr, i)); i++)
		if (glob_match(glob, name, GLOB_FOLD) != rule->allow)
			return !rule->allow;
	return rule->allow;
}

/* What a pattern is held against: addresses as they are compared. */
static const char *
subject(struct call *call, const struct target *target)
{
	const char *normal = is_address(target->kind) ? address_normalize(call->arena, target->scheme, target->value) : NULL;

	return normal ? normal : target->value;
}

/* 1, 0, -1. */
static int
target_matches(struct call *call, const struct rule *rule, const char *pattern, const struct target *target, struct err *err)
{
	const char *glob = strchr(pattern, ':') + 1;
	const struct own *own;

	if (strncmp(pattern, target->scheme, (size_t)(glob - 1 - pattern)) != 0 || target->scheme[glob - 1 - pattern])
		return 0;
	own = own_find(target->kind, glob);
	if (own)
		return own->mine(call, target->value, err);
	if (target->kind == TARGET_SKILL)
		return skill_matches(call, rule, glob, target_skills(call, target));
	return glob_match(glob, subject(call, target), is_address(target->kind) ? GLOB_FOLD : 0);
}

static bool
among(const struct texts *list, const char *word)
{
	return !list->n || texts_has(list, word);
}

static int
rule_matches(struct call *call, const struct rule *rule, const char *verb, const struct target *target, struct err *err)
{
	int rc = !rule->targets.n;

	if (!among(&rule->roles, names_get(&roles, (int)call->actor.role)) || !among(&rule->verbs, verb))
		return 0;
	for (size_t i = 0; rc == 0 && i < rule->targets.n; i++)
		rc = target_matches(call, rule, rule->targets.v[i], target, err);
	return rc;
}

/* The rules, read once; 0 where they do not bind the actor. */
static int
binding(struct call *call, struct err *err)
{
	if (call->actor.kind != ACTOR_AGENT || (call->actor.role != ROLE_AGENT && call->actor.role != ROLE_LEAD))
		return 0;
	if (!call->policy && policy_read(call, &call->policy, err) < 0)
		return -1;
	return 1;
}

bool
policy_forbids(struct call *call, const char *verb)
{
	struct err ignored = { 0 };

	if (binding(call, &ignored) <= 0)
		return false;
	for (size_t i = 0; i < call->policy->n; i++) {
		const struct rule *rule = &call->policy->rule[i];

		if (!rule->allow && among(&rule->verbs, verb) && among(&rule->roles, names_get(&roles, (int)call->actor.role)))
			return true;
	}
	return false;
}

/* The rule that decides; NULL where none does. */
static int
deciding(struct call *call, const char *verb, const struct target *target, const struct rule **rule_r, struct err *err)
{
	int bound = binding(call, err);

	*rule_r = NULL;
	for (size_t i = 0; bound > 0 && !*rule_r && i < call->policy->n; i++) {
		int rc = rule_matches(call, &call->policy->rule[i], verb, target, err);

		if (rc < 0)
			return -1;
		if (rc > 0)
			*rule_r = &call->policy->rule[i];
	}
	return bound < 0 ? -1 : 0;
}

int
policy_allows(struct call *call, const char *verb, const struct target *target, struct err *err)
{
	const struct rule *rule;

	if (deciding(call, verb, target, &rule, err) < 0)
		return -1;
	return !rule || rule->allow;
}

int
policy_check(struct call *call, const char *verb, const char *text, const struct target *target, struct err *err)
{
	const struct rule *rule;

	if (deciding(call, verb, target, &rule, err) < 0)
		return -1;
	if (!rule || rule->allow)
		return 0;
	return err_set(err, E_NOT_ALLOWED, "who", call->actor.name, "verb", verb, "value", text, "rule", rule->name, NULL);
}

int
policy_check_agent(struct call *call, const char *verb, const char *agent, struct err *err)
{
	const char *text = arena_printf(call->arena, "agent:%s", agent);
	struct target target;

	return target_parse(text, &target, err) < 0 ? -1 : policy_check(call, verb, text, &target, err);
}

/* Loading: items of the site. */

static int
bad(struct loading *l, const struct site_policy *p, const char *what, const char *value, struct err *err)
{
	return site_bad(l, arena_printf(l->call->arena, "%s: '%s'", p->name, value), what, err);
}

static int
check_target(struct loading *l, const struct site_policy *p, const char *pattern, struct err *err)
{
	struct target target;
	struct err ignored = { 0 };

	/* Lists stand in one column. */
	if (strchr(pattern, ',') || target_parse(pattern, &target, &ignored) < 0)
		return bad(l, p, N_("is no pattern: one looks like agent:* or mailto:*@example.org"), pattern, err);
	if (target.kind == TARGET_OTHER || strncmp(pattern, target.scheme, strlen(target.scheme)) != 0)
		return bad(l, p, N_("begins with no kind of target; see ixn-targets(7)"), pattern, err);
	if (target.value[0] == '@' && !own_find(target.kind, target.value))
		return bad(l, p, N_("is no pattern: of one's own are agent:@team, lead:@team, team:@team and queue:@mine"), pattern, err);
	return 0;
}

int
policy_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_policy *p = item;

	for (size_t i = 0; i < p->roles.n; i++)
		if (strcmp(p->roles.v[i], "agent") != 0 && strcmp(p->roles.v[i], "lead") != 0)
			return bad(l, p, N_("is no role that a rule can bind: agent or lead"), p->roles.v[i], err);
	for (size_t i = 0; i < p->verbs.n; i++)
		if (names_find(&actions, p->verbs.v[i]) < 0)
			return bad(l, p, N_("is no verb: transfer, consult, conference, place, chat, monitor, mail, call or find"), p->verbs.v[i], err);
	for (size_t i = 0; i < p->targets.n; i++)
		if (check_target(l, p, p->targets.v[i], err) < 0)
			return -1;
	return 0;
}

int
policy_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_policy *p = item;
	struct rule_row row;
	int rc = sql_one(call->tx, call->arena, SQL_POLICY_GET, ARGS(V_TEXT(name)), &rec_rule_row, &row, err);

	if (rc <= 0)
		return rc;
	p->name = row.name;
	p->allow = row.allow;
	p->extra = row.extra;
	site_list(call->arena, row.roles, &p->roles);
	site_list(call->arena, row.verbs, &p->verbs);
	site_list(call->arena, row.targets, &p->targets);
	return 1;
}

/* Order. */

static size_t
place_of(const struct texts *names, const char *name)
{
	size_t i = 0;

	while (i < names->n && strcmp(names->v[i], name) != 0)
		i++;
	return i;
}

/* Names of the one that are in the other, too. */
static void
common(struct loading *l, const struct texts *of, const struct texts *in, struct texts *out)
{
	*out = (struct texts){ NULL, 0, 0 };
	for (size_t i = 0; i < of->n; i++)
		if (place_of(in, of->v[i]) < in->n)
			texts_add(l->call->arena, out, of->v[i]);
}

/* Their order is that of a file that has them all; else each keeps its place, and a new one is the last. */
static int
place(struct loading *l, const char *name, int64_t *ord_r, struct err *err)
{
	const struct records *items = &l->site->policy;
	struct texts file = { NULL, 0, 0 }, stay, come;
	int64_t last = -1;

	if (l->ord == 0 && sql_texts(l->call->tx, l->call->arena, SQL_POLICY_NAMES, NO_ARGS, &l->rules, err) < 0)
		return -1;
	for (size_t i = 0; i < items->n; i++)
		texts_add(l->call->arena, &file, ((const struct site_policy *)items->v)[i].name);
	common(l, &l->rules, &file, &stay);
	common(l, &file, &l->rules, &come);
	if (l->site->replace == 1 || stay.n == l->rules.n) {
		*ord_r = l->ord;
		l->moved = place_of(&stay, name) != place_of(&come, name);
		return 0;
	}
	if (place_of(&stay, name) < stay.n)
		return 0;
	if (sql_int(l->call->tx, SQL_POLICY_LAST, NO_ARGS, &last, err) < 0)
		return -1;
	*ord_r = last + 1;
	return 0;
}

int
policy_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_policy *p = item;
	struct arena *arena = l->call->arena;
	struct rule_row row;

	if (sql_one(l->call->tx, arena, SQL_POLICY_GET, ARGS(V_TEXT(p->name)), &rec_rule_row, &row, err) < 0 || place(l, p->name, &row.ord, err) < 0)
		return -1;
	row = (struct rule_row){ p->name, list_join(arena, &p->roles), list_join(arena, &p->verbs), list_join(arena, &p->targets),
				 p->allow == 1, p->extra, row.ord };
	return sql_put(l->call->tx, SQL_POLICY_PUT, &rec_rule_row, &row, err) < 0 ? -1 : 0;
}

/* What an earlier rule covers wholly is never reached. */

static bool
words_cover(const struct texts *wide, const struct texts *narrow, const struct names *all)
{
	if (!wide->n)
		return true;
	for (size_t i = 0; i < (narrow->n ? narrow->n : all->n); i++)
		if (!among(wide, narrow->n ? narrow->v[i] : all->v[i].name))
			return false;
	return true;
}

static bool
target_covers(const struct rule *before, const char *wide, const struct rule *rule, const char *narrow)
{
	struct err ignored = { 0 };
	struct target w, n;

	if (target_parse(wide, &w, &ignored) < 0 || target_parse(narrow, &n, &ignored) < 0 || w.kind != n.kind)
		return false;
	if (!w.value[strspn(w.value, "*")])
		return true;
	/* One that allows wants each skill to match, one that forbids any. */
	if (w.kind == TARGET_SKILL && before->allow && !rule->allow)
		return false;
	if (w.value[0] == '@' || n.value[0] == '@')
		return strcmp(w.value, n.value) == 0;
	return glob_covers(w.value, n.value, is_address(w.kind) || w.kind == TARGET_SKILL ? GLOB_FOLD : 0);
}

static bool
rule_covers(const struct rule *before, const struct rule *rule)
{
	static const struct name bound_v[] = { { "agent", NULL }, { "lead", NULL } };
	static const struct names bound = { "role", bound_v, COUNT_OF(bound_v) };

	if (!words_cover(&before->roles, &rule->roles, &bound) || !words_cover(&before->verbs, &rule->verbs, &actions))
		return false;
	for (size_t i = 0; before->targets.n && i < rule->targets.n; i++) {
		bool covered = false;

		for (size_t k = 0; !covered && k < before->targets.n; k++)
			covered = target_covers(before, before->targets.v[k], rule, rule->targets.v[i]);
		if (!covered)
			return false;
	}
	return rule->targets.n || !before->targets.n;
}

/* A rule about whom the site does not have is mistyped, or left behind. 1, 0, -1. */
static int
target_known(struct call *call, const char *pattern, struct err *err)
{
	static const struct {
		enum target_kind kind;
		enum sql sql;
	} known[] = { { TARGET_AGENT, SQL_AGENT_KNOWN }, { TARGET_QUEUE, SQL_QUEUE_KNOWN }, { TARGET_TEAM, SQL_TEAM_KNOWN }, { TARGET_LEAD, SQL_TEAM_KNOWN }, { TARGET_WORKBIN, SQL_WORKBIN_KNOWN } };
	struct target target;
	int64_t one;

	if (target_parse(pattern, &target, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (known[i].kind == target.kind && glob_plain(target.value) && target.value[0] != '@')
			return sql_int(call->tx, known[i].sql, ARGS(V_TEXT(target.value)), &one, err);
	return 1;
}

static int
check_rule(struct loading *l, const struct policy *policy, size_t at, struct err *err)
{
	const struct rule *rule = &policy->rule[at];
	struct arena *arena = l->call->arena;

	for (size_t i = 0; i < at; i++)
		if (rule_covers(&policy->rule[i], rule))
			return site_bad(l, arena_printf(arena, "%s: '%s'", rule->name, policy->rule[i].name), N_("stands before it and covers it wholly: it is never reached"), err);
	for (size_t i = 0; i < rule->targets.n; i++) {
		int rc = target_known(l->call, rule->targets.v[i], err);

		if (rc <= 0)
			return rc < 0 ? -1 : site_bad(l, arena_printf(arena, "%s: '%s'", rule->name, rule->targets.v[i]), N_("the site has none of that name"), err);
	}
	return 0;
}

int
policy_whole_check(struct loading *l, struct err *err)
{
	const struct policy *policy;

	l->section = "policy";
	if (policy_read(l->call, &policy, err) < 0)
		return -1;
	for (size_t i = 0; i < policy->n; i++)
		if (check_rule(l, policy, i, err) < 0)
			return -1;
	return 0;
}

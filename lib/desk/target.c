/*
 * Whom a target means now: the colleague to be asked.
 */
#include <string.h>

#include "desk/priv.h"
#include "routing/skills.h"

/* The agent on a medium; NULL for one who is not logged in for it. */
static int
on_medium(struct call *call, const char *agent, const char *medium, const struct presence **presence_r, struct err *err)
{
	struct records media;

	*presence_r = NULL;
	if (presence_all(call, agent, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < media.n; i++)
		if (strcmp(((struct presence *)media.v)[i].medium, medium) == 0)
			*presence_r = (struct presence *)media.v + i;
	return 0;
}

int
agent_room(struct call *call, const char *agent, const char *medium, struct err *err)
{
	const struct presence *p;

	if (on_medium(call, agent, medium, &p, err) < 0)
		return -1;
	if (!p)
		return err_set(err, E_NOT_ON_MEDIUM, "name", agent, "medium", medium, NULL);
	return p->room > 0 ? 0 : err_set(err, E_NO_ROOM, "name", agent, "medium", medium, NULL);
}

int
agent_free(struct call *call, const char *agent, const char *medium, bool *free_r, struct err *err)
{
	const struct presence *p;

	if (on_medium(call, agent, medium, &p, err) < 0)
		return -1;
	*free_r = p && p->free;
	return 0;
}

struct skill_row {
	const char *key;
	int64_t value;
};
RECORD(rec_skill_held, struct skill_row, "skill", NULL, TEXT_FIELD(struct skill_row, key, 0, NULL), INT_FIELD(struct skill_row, value, 0, NULL))

int
agent_skilled(struct call *call, const char *agent, const struct skills *expr, struct err *err)
{
	struct records rows;
	struct skill *skills;

	if (sql_all(call->tx, call->arena, SQL_SKILLS_OF, ARGS(V_TEXT(agent)), &rec_skill_held, &rows, err) < 0)
		return -1;
	skills = arena_alloc(call->arena, (rows.n + 1) * sizeof(*skills));
	for (size_t i = 0; i < rows.n; i++)
		skills[i] = (struct skill){ ((struct skill_row *)rows.v)[i].key, (int)((struct skill_row *)rows.v)[i].value };
	return skills_match(expr, skills, rows.n, NULL);
}

int
agent_present(struct call *call, const char *name, const char *target, struct err *err)
{
	struct agent *agent;
	int64_t since;
	int rc;

	if (agent_get(call, name, &agent, err) < 0)
		return -1;
	rc = sql_int(call->tx, SQL_SESSION_SINCE, ARGS(V_TEXT(name)), &since, err);
	return rc < 0 ? -1 : (rc ? 0 : err_set(err, E_TARGET_AWAY, "value", target, NULL));
}

int
team_best(struct call *call, const struct ixn *ixn, const struct target *target, bool beside, const char **agent_r, struct err *err)
{
	const char *team = target->value;
	int64_t known = 0;

	if (sql_int(call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(team)), &known, err) < 0)
		return -1;
	if (!known)
		return err_set(err, E_NO_TEAM, "name", team, NULL);
	return sql_text(call->tx, call->arena, SQL_TEAM_BEST,
			ARGS(V_TEXT(team), V_TEXT(ixn->medium), V_INT(target->kind == TARGET_LEAD), V_TEXT(call->actor.name), V_TEXT(ixn->agent), V_TEXT(beside ? NULL : ixn->id)),
			agent_r, err);
}

int
target_lane(struct call *call, const struct ixn *ixn, const struct target *target, struct ixn *there, struct err *err)
{
	const struct skills *expr;
	struct queue *queue;

	*there = *ixn;
	if (target->kind == TARGET_QUEUE) {
		if (queue_get(call, target->value, &queue, err) < 0)
			return -1;
		there->queue = queue->name;
		there->skills = "";
		return 0;
	}
	if (skills_parse(call->arena, target_skills(call, target), &expr, err) < 0)
		return -1;
	there->skills = skills_canonical(call->arena, expr);
	return 0;
}

/* Whom each kind means. */

typedef int pick_fn(struct call *call, const struct ixn *ixn, const struct target *target, const char *to, const char **agent_r, struct err *err);

static int
pick_agent(struct call *call, const struct ixn *ixn, const struct target *target, const char *to, const char **agent_r, struct err *err)
{
	(void)ixn;
	return agent_present(call, *agent_r = target->value, to, err);
}

/* A lead may be asked though not ready; of a team, somebody who is free. */
static int
pick_in_team(struct call *call, const struct ixn *ixn, const struct target *target, const char *to, const char **agent_r, struct err *err)
{
	int rc = team_best(call, ixn, target, false, agent_r, err);
	bool is_free = true;

	if (rc < 0 || (rc > 0 && target->kind == TARGET_TEAM && agent_free(call, *agent_r, ixn->medium, &is_free, err) < 0))
		return -1;
	return rc && is_free ? 0 : err_set(err, E_TARGET_AWAY, "value", to, NULL);
}

static int
pick_in_queue(struct call *call, const struct ixn *ixn, const struct target *target, const char *to, const char **agent_r, struct err *err)
{
	struct ixn there;
	int rc = target_lane(call, ixn, target, &there, err);

	if (rc < 0 || route_enter(call, &there, NULL, err) < 0 || (rc = route_best(call, &there, agent_r, err)) < 0)
		return -1;
	return rc ? 0 : err_set(err, E_TARGET_AWAY, "value", to, NULL);
}

/* Who knows may serve whatever queues. */
static int
pick_skilled(struct call *call, const struct ixn *ixn, const struct target *target, const char *to, const char **agent_r, struct err *err)
{
	const struct skills *expr;
	struct texts agents;
	int rc = 0, has = 0;

	if (skills_parse(call->arena, target_skills(call, target), &expr, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_FREE_FOR, ARGS(V_TEXT(ixn->medium)), &agents, err) < 0)
		return -1;
	for (size_t i = 0; i < agents.n && !has; i++) {
		*agent_r = agents.v[i];
		rc = ixn->agent && strcmp(ixn->agent, *agent_r) == 0 ? 1 : party_has(call, ixn->id, *agent_r, err);
		if (rc < 0 || (rc == 0 && (has = agent_skilled(call, *agent_r, expr, err)) < 0))
			return -1;
	}
	return has ? 0 : err_set(err, E_TARGET_AWAY, "value", to, NULL);
}

static const struct {
	enum target_kind kind;
	bool direct; /* names people */
	pick_fn *pick;
} picks[] = {
	{ TARGET_AGENT, true, pick_agent },
	{ TARGET_LEAD, true, pick_in_team },
	{ TARGET_TEAM, false, pick_in_team },
	{ TARGET_QUEUE, false, pick_in_queue },
	{ TARGET_SKILL, false, pick_skilled },
};

static pick_fn *
pick_of(const struct target *target, bool direct)
{
	for (size_t i = 0; i < COUNT_OF(picks); i++)
		if (picks[i].kind == target->kind && (picks[i].direct || !direct))
			return picks[i].pick;
	return NULL;
}

static int
check_colleague(struct call *call, const struct ixn *ixn, const char *agent, const char *to, struct err *err)
{
	int rc = party_has(call, ixn->id, agent, err);

	if (rc < 0)
		return -1;
	if (rc > 0 || (ixn->agent && strcmp(ixn->agent, agent) == 0))
		return err_set(err, E_NOT_A_CHOICE, "id", ixn->id, "value", to, "choices", "a target that does not have it already", NULL);
	return agent_room(call, agent, ixn->medium, err);
}

int
target_colleague(struct call *call, const struct ixn *ixn, const struct asking *asking, const char *to, const char **agent_r, struct err *err)
{
	struct target target;
	pick_fn *pick;

	if (target_parse(to, &target, err) < 0)
		return -1;
	pick = pick_of(&target, asking->direct);
	if (!pick)
		return err_set(err, E_TARGET_KIND, "verb", asking->command, "value", to, "instead", asking->direct ? "agent: or lead:" : "agent:, lead:, team:, queue: or skill:", NULL);
	if (policy_check(call, asking->action, to, &target, err) < 0 || pick(call, ixn, &target, to, agent_r, err) < 0)
		return -1;
	return check_colleague(call, ixn, *agent_r, to, err) < 0 ? -1 : recent_add(call, to, err);
}

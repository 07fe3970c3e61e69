/*
 * Alerts: messages to agents, about an interaction or about nothing in
 * particular, that stand until a time.
 */
#include <string.h>

#include "desk/priv.h"
#include "routing/skills.h"

#define ALERT_TEXT_MAX ((size_t)4 << 10)
#define ALERT_STANDS MS_DAY

struct alert {
	const char *id, *rid, *ixn, *target;
	int64_t level;
	const char *text, *author;
	int64_t created, until;
};
RECORD(rec_alert_row, struct alert, "alert", NULL,
       ID_FIELD(struct alert, id, 0, NULL),
       TEXT_FIELD(struct alert, rid, 0, NULL),
       ID_FIELD(struct alert, ixn, 0, NULL),
       TEXT_FIELD(struct alert, target, 0, NULL),
       NAME_FIELD(struct alert, level, alert_levels, 0, NULL),
       TEXT_FIELD(struct alert, text, FIELD_PERSONAL, NULL),
       TEXT_FIELD(struct alert, author, 0, NULL),
       TIME_FIELD(struct alert, created, 0, NULL),
       TIME_FIELD(struct alert, until, 0, NULL))

/* Whom it goes to: is there such a one, and is the agent who acts among them? */

static int
i_fulfil(struct call *call, const char *text, struct err *err)
{
	const struct skills *expr;

	return skills_parse(call->arena, text, &expr, err) < 0 ? -1 : agent_skilled(call, call_self(call), expr, err);
}

static int
agent_known(struct call *call, const char *name, struct err *err)
{
	struct agent *agent;

	return agent_get(call, name, &agent, err);
}

static int
agent_is_me(struct call *call, const char *name, struct err *err)
{
	(void)err;
	return strcmp(call_self(call), name) == 0;
}

static int
team_known(struct call *call, const char *name, struct err *err)
{
	int64_t known = 0;

	if (sql_int(call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(name)), &known, err) < 0)
		return -1;
	return known ? 0 : err_set(err, E_NO_TEAM, "name", name, NULL);
}

static int
team_is_mine(struct call *call, const char *name, struct err *err)
{
	int64_t one;

	return sql_int(call->tx, SQL_TEAM_MINE, ARGS(V_TEXT(call_self(call)), V_TEXT(name)), &one, err);
}

static int
team_is_led(struct call *call, const char *name, struct err *err)
{
	int64_t one;

	return sql_int(call->tx, SQL_TEAM_LED, ARGS(V_TEXT(call_self(call)), V_TEXT(name)), &one, err);
}

static int
queue_known(struct call *call, const char *name, struct err *err)
{
	struct queue *queue;

	return queue_get(call, name, &queue, err);
}

/* Who may have what waits there. */
static int
queue_is_served(struct call *call, const char *name, struct err *err)
{
	struct agent *agent;
	struct queue *queue;

	if (agent_get(call, call_self(call), &agent, err) < 0)
		return -1;
	if (agent->queues && !list_has(agent->queues, name))
		return 0;
	if (queue_get(call, name, &queue, err) < 0)
		return err->code == E_NO_QUEUE ? 0 : -1; /* the site has it no longer */
	return i_fulfil(call, queue->skills, err);
}

static int
skills_known(struct call *call, const char *text, struct err *err)
{
	const struct skills *expr;

	return skills_parse(call->arena, text, &expr, err);
}

static const struct addressee {
	enum target_kind kind;
	int (*known)(struct call *call, const char *value, struct err *err);
	int (*is_me)(struct call *call, const char *value, struct err *err);
} addressees[] = {
	{ TARGET_AGENT, agent_known, agent_is_me },
	{ TARGET_TEAM, team_known, team_is_mine },
	{ TARGET_LEAD, team_known, team_is_led },
	{ TARGET_QUEUE, queue_known, queue_is_served },
	{ TARGET_SKILL, skills_known, i_fulfil },
};

/* NULL: an alert does not go to such. */
static const struct addressee *
addressee_of(struct call *call, const char *text, struct target *target, struct err *err)
{
	if (target_parse(text, target, err) < 0)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(addressees); i++)
		if (addressees[i].kind == target->kind) {
			target->value = target->kind == TARGET_SKILL ? target_skills(call, target) : target->value;
			return &addressees[i];
		}
	err_fill(err, E_TARGET_KIND, "verb", "alert-post", "value", text, "instead", "agent:, team:, lead:, queue: or skill:", NULL);
	return NULL;
}

/* Whether an alert for this target (NULL: for everybody) concerns the actor: 1 or 0. Who is no agent looks after all. */
static int
concerns(struct call *call, const char *text, struct err *err)
{
	const struct addressee *addressee;
	struct target target;

	if (!text || call->actor.kind != ACTOR_AGENT)
		return 1;
	addressee = addressee_of(call, text, &target, err);
	return addressee ? addressee->is_me(call, target.value, err) : -1;
}

int
alert_for(struct call *call, const char *target, const char *author, struct err *err)
{
	const char *me = call->actor.name;

	if (call_may_lead(call) || (me && author && strcmp(me, author) == 0))
		return 1;
	return concerns(call, target, err);
}

/* Posting. */

struct post_in {
	const char *ixn, *to, *text;
	int64_t level, until;
};
#define X struct post_in
RECORD(rec_post_in, X, "alert-post", N_("An alert."),
       ID_FIELD(X, ixn, 0, N_("about this interaction")),
       TARGET_FIELD(X, to, 0, N_("for whom: agent:, team:, lead:, queue: (who serves it) or skill:; everybody without it")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_REQUIRED | FIELD_PERSONAL, N_("what it says")),
       NAME_FIELD(X, level, alert_levels, 0, N_("how urgent it is (info)")),
       TIME_FIELD(X, until, 0, N_("until when it stands (for a day)")))
#undef X

struct alert_out {
	const char *id;
	int64_t level, at, until;
	const char *target, *ixn, *author, *text;
};
#define X struct alert_out
RECORD(rec_alert_out, X, "alert", N_("An alert."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the alert")),
       NAME_FIELD(X, level, alert_levels, FIELD_COLUMN, N_("how urgent it is")),
       TIME_FIELD(X, at, FIELD_COLUMN, N_("when it was posted")),
       TIME_FIELD(X, until, FIELD_COLUMN, N_("until when it stands")),
       TEXT_FIELD(X, target, FIELD_COLUMN, N_("for whom; for everybody when absent")),
       ID_FIELD(X, ixn, FIELD_COLUMN, N_("the interaction that it is about")),
       TEXT_FIELD(X, author, FIELD_COLUMN, N_("the agent who posted it")),
       TEXT_FIELD(X, text, FIELD_COLUMN | FIELD_PERSONAL, N_("what it says")))
#undef X

/* Who does not lead speaks to colleagues of an own team, to its leads, and to who has the interaction. */
static int
may_post(struct call *call, const struct target *target, const struct ixn *ixn, struct err *err)
{
	int64_t one;
	int rc = 0;

	if (call_may_lead(call))
		return 0;
	if (target && target->kind == TARGET_AGENT)
		rc = strcmp(target->value, call_self(call)) == 0 || (ixn && ixn->agent && strcmp(target->value, ixn->agent) == 0)
			     ? 1
			     : sql_int(call->tx, SQL_TEAM_MATES, ARGS(V_TEXT(call_self(call)), V_TEXT(target->value)), &one, err);
	else if (target && target->kind == TARGET_LEAD)
		rc = team_is_mine(call, target->value, err);
	return rc == 0 ? err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "lead", NULL) : (rc < 0 ? -1 : 0);
}

static int
post_check(struct call *call, const struct post_in *in, struct err *err)
{
	char until[TIME_TEXT];

	if (!*in->text)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--text or --file"), "command", "alert-post", NULL);
	if (in->until != INT_ABSENT && in->until <= call->now)
		return err_set(err, E_BAD_VALUE, "name", "until", "value", time_format(in->until, until), "expected", N_("a time to come"), NULL);
	return text_check("text", in->text, ALERT_TEXT_MAX, err);
}

/* The target as it is kept; *agent_r where it is one agent. An agent's alert about an interaction goes to who has it. */
static int
post_target(struct call *call, const char *to, const struct ixn *ixn, struct alert *alert, const char **agent_r, struct err *err)
{
	const struct addressee *addressee;
	struct target target;

	*agent_r = NULL;
	if (!to && ixn && ixn->agent && !call_may_lead(call))
		to = arena_printf(call->arena, "agent:%s", ixn->agent);
	if (!to)
		return may_post(call, NULL, ixn, err);
	addressee = addressee_of(call, to, &target, err);
	if (!addressee || addressee->known(call, target.value, err) < 0 || may_post(call, &target, ixn, err) < 0)
		return -1;
	alert->target = arena_printf(call->arena, "%s:%s", target.scheme, target.value);
	*agent_r = target.kind == TARGET_AGENT ? target.value : NULL;
	return 0;
}

/* agent: where it is for one alone. */
static int
alert_put(struct call *call, struct alert *alert, const char *agent, struct err *err)
{
	char rid[ID_SIZE];

	alert->id = id_new(call->arena, call->now);
	id_reverse(alert->id, rid);
	alert->rid = arena_strdup(call->arena, rid);
	alert->author = call->actor.name;
	alert->created = call->now;
	if (alert->until == INT_ABSENT)
		alert->until = call->now + ALERT_STANDS;
	if (sql_put(call->tx, SQL_ALERT_NEW, &rec_alert_row, alert, err) < 0 || due_set(call, "alert", alert->id, alert->until, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "alert.posted", .ixn = alert->ixn, .agent = agent, .ref = alert->id }, err);
}

int
alert_raise(struct call *call, const char *target, const char *ixn, enum alert_level level, const char *text, struct err *err)
{
	struct alert *alert = record_new(call->arena, &rec_alert_row);

	alert->target = target;
	alert->ixn = ixn;
	alert->level = level;
	alert->text = text;
	return alert_put(call, alert, strncmp(target, "agent:", 6) == 0 ? target + 6 : NULL, err);
}

int
alert_agent(struct call *call, const char *agent, const char *ixn, enum alert_level level, const char *text, struct err *err)
{
	return alert_raise(call, arena_printf(call->arena, "agent:%s", agent), ixn, level, text, err);
}

static int
post_fn(struct call *call, const void *input, struct err *err)
{
	const struct post_in *in = input;
	struct alert *alert = record_new(call->arena, &rec_alert_row);
	struct alert_out *out;
	struct ixn *ixn = NULL;
	const char *agent;

	if (post_check(call, in, err) < 0 || (in->ixn && ixn_get(call, in->ixn, &ixn, err) < 0) || post_target(call, in->to, ixn, alert, &agent, err) < 0)
		return -1;
	alert->ixn = ixn ? ixn->id : NULL;
	alert->level = in->level == INT_ABSENT ? ALERT_INFO : in->level;
	alert->text = in->text;
	alert->until = in->until;
	if (alert_put(call, alert, agent, err) < 0)
		return -1;
	out = call_answer(call);
	*out = (struct alert_out){ alert->id, alert->level, alert->created, alert->until, alert->target, alert->ixn, alert->author, NULL };
	return 0;
}

const struct op op_alert_post = { "alert.post", N_("posts an alert"), MAY_ALL, OP_WRITE, &rec_post_in, &rec_alert_out, post_fn, NULL };

int
alert_expire(struct call *call, const char *id, time_ms at, struct err *err)
{
	struct alert alert;
	int rc = sql_one(call->tx, call->arena, SQL_ALERT_GET, ARGS(V_TEXT(id)), &rec_alert_row, &alert, err);

	return rc <= 0 ? rc : event_add(call, &(struct event){ .at = at, .event = "alert.expired", .ixn = alert.ixn, .ref = alert.id }, err);
}

/* Reading. */

struct list_in {
	const char *ixn;
	int64_t level, all, limit;
};
#define X struct list_in
RECORD(rec_alert_list_in, X, "alert-list", N_("Which alerts; those that concern me and stand, unless something else is said."),
       ID_FIELD(X, ixn, 0, N_("about this interaction")),
       NAME_FIELD(X, level, alert_levels, 0, N_("of this level or more urgent ones")),
       BOOL_FIELD(X, all, 0, N_("for whomever they are, and past ones too: for leads")),
       INT_FIELD(X, limit, 0, N_("at most so many (200)")))
#undef X

/* About an interaction that was named also what one may read without being meant. */
static int
is_listed(struct call *call, const struct list_in *in, const struct alert_out *alert, struct err *err)
{
	if (in->level != INT_ABSENT && alert->level < in->level)
		return 0;
	if (in->all == 1)
		return 1;
	return in->ixn ? alert_for(call, alert->target, alert->author, err) : concerns(call, alert->target, err);
}

static int
list_fn(struct call *call, const void *input, struct err *err)
{
	const struct list_in *in = input;
	int64_t limit = in->limit > 0 ? in->limit : 200, after = in->all == 1 ? 0 : call->now;
	struct ixn *ixn = NULL;
	struct records rows;

	if (in->all == 1 && !call_may_lead(call))
		return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "lead", NULL);
	if (in->all == 1 && call_in_mirror(call))
		return err_set(err, E_NEEDS_SERVER, NULL);
	if ((in->ixn && ixn_get(call, in->ixn, &ixn, err) < 0) ||
	    sql_all(call->tx, call->arena, ixn ? SQL_ALERTS_OF_IXN : SQL_ALERTS, ARGS(V_INT(after), V_TEXT(ixn ? ixn->id : "")), &rec_alert_out, &rows, err) < 0)
		return -1;
	/* One more than asked for tells the command that the list was cut. */
	for (size_t i = 0; i < rows.n && call->answer.n <= (size_t)limit; i++) {
		const struct alert_out *alert = (struct alert_out *)rows.v + i;
		int rc = is_listed(call, in, alert, err);

		if (rc < 0)
			return -1;
		if (rc)
			call_emit(call, alert);
	}
	return 0;
}

const struct op op_alert_list = { "alert.list", N_("lists alerts"), MAY_ALL, OP_MIRROR, &rec_alert_list_in, &rec_alert_out, list_fn, NULL };

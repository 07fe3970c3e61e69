/*
 * What team-find says of a target: its name, who is there, and what may be done
 * with it by policy, role, medium and presence.
 */
#include <string.h>

#include "desk/find_priv.h"
#include "desk/route_priv.h"
#include "routing/skills.h"

/* Of what waits in a queue this many are counted. */
#define WAITING_MAX 100
/* Of the members of a team this many are looked at. */
#define MEMBERS_MAX 200

#define MATCHES(X) \
	X(MATCH_EXACT, "exact", NULL) \
	X(MATCH_BEGINS_WORD, "begins-word", NULL) \
	X(MATCH_BEGINS, "begins", NULL) \
	X(MATCH_WORDS, "words", NULL) \
	X(MATCH_PREFIXES, "prefixes", NULL)
#define ROW(value, name, doc) [value] = { name, doc },
static const struct name matches_v[] = { MATCHES(ROW) };
static const struct names matches = { "match", matches_v, COUNT_OF(matches_v) };

#define PRESENCES(X) \
	X(PRESENCE_LOGGED_OUT, "logged-out", NULL) \
	X(PRESENCE_NOT_READY, "not-ready", NULL) \
	X(PRESENCE_READY, "ready", NULL) \
	X(PRESENCE_CLOSED, "closed", NULL) \
	X(PRESENCE_OPEN, "open", NULL)
#define VALUE(value, name, doc) value,
enum { PRESENCES(VALUE) };
static const struct name presences_v[] = { PRESENCES(ROW) };
static const struct names presences = { "presence", presences_v, COUNT_OF(presences_v) };

#define X struct found
RECORD(rec_team_hit, X, "hit", N_("Somebody or something to turn to."),
       TEXT_FIELD(X, target, FIELD_COLUMN | FIELD_PERSONAL, N_("what --to takes")),
       NAME_FIELD(X, kind, target_kinds, FIELD_COLUMN, N_("its kind")),
       TEXT_FIELD(X, name, FIELD_COLUMN | FIELD_PERSONAL, N_("what people call it")),
       NAME_FIELD(X, presence, presences, FIELD_COLUMN, N_("of agents, leads and teams: ready where anybody is on any medium, not-ready or logged-out; of queues: open or closed")),
       TEXTS_FIELD(X, actions, FIELD_COLUMN, N_("what may be done with it")),
       INT_FIELD(X, waiting, 0, N_("of queues: how many wait, counted up to 100")),
       BOOL_FIELD(X, favourite, 0, N_("one of the favourites")),
       BOOL_FIELD(X, recent, 0, N_("dealt with lately")),
       NAME_FIELD(X, match, matches, 0, N_("how well it fits the words")))
#undef X

/* Targets. */

static int
canonical_skill(struct call *call, struct target *target, const char **value_r, struct err *err)
{
	const struct skills *expr;

	if (skills_parse(call->arena, target_skills(call, target), &expr, err) < 0)
		return -1;
	*value_r = skills_canonical(call->arena, expr);
	return 0;
}

static int
canonical_contact(struct call *call, const struct target *target, const char **value_r, struct err *err)
{
	char id[ID_SIZE];

	if (!id_parse(target->value, id))
		return err_set(err, E_BAD_ID, "value", target->value, NULL);
	*value_r = arena_strdup(call->arena, id);
	return 0;
}

int
target_canonical(struct call *call, const char *text, struct target *target, const char **text_r, struct err *err)
{
	if (target_parse(text, target, err) < 0)
		return -1;
	if (target->kind == TARGET_SKILL && canonical_skill(call, target, &target->value, err) < 0)
		return -1;
	if (target->kind == TARGET_CONTACT && canonical_contact(call, target, &target->value, err) < 0)
		return -1;
	if (target->kind >= TARGET_MAILTO) {
		const char *normal = address_normalize(call->arena, target->scheme, target->value);

		if (!normal)
			return err_set(err, E_BAD_ADDRESS, "value", target->value, "what", target->scheme, NULL);
		target->value = normal;
	}
	*text_r = arena_printf(call->arena, "%s:%s", target->scheme, target->value);
	target->value = *text_r + strlen(target->scheme) + 1;
	return 0;
}

/* Who is there. */

/*
 * Who is there but the one who acts: anybody; beside the one who has the
 * interaction, somebody on its medium, with room for it, who would take it now.
 */
struct there {
	int64_t presence; /* of the best of all; absent for what is no person */
	bool any, medium, room, free;
	bool chat; /* with room for a chat */
};

static bool
is(const char *agent, const char *other)
{
	return agent && other && strcmp(agent, other) == 0;
}

static void
count_in(struct call *call, const struct ixn *ixn, const struct presence *p, struct there *there)
{
	int64_t now = p->state == AGENT_READY ? PRESENCE_READY : PRESENCE_NOT_READY;

	there->presence = now > there->presence ? now : there->presence;
	if (is(p->agent, call->actor.name))
		return;
	there->any = true;
	there->chat = there->chat || (p->room > 0 && strcmp(p->medium, "chat") == 0);
	if (ixn && (is(p->agent, ixn->agent) || strcmp(ixn->medium, p->medium) != 0))
		return;
	there->medium = true;
	there->room = there->room || p->room > 0;
	there->free = there->free || p->free == 1;
}

static int
look_around(struct call *call, const struct ixn *ixn, enum sql sql, const char *name, struct there *there, struct err *err)
{
	struct records media;

	there->presence = PRESENCE_LOGGED_OUT;
	if (sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(name), V_INT(call->now), V_INT(MEMBERS_MAX)), &rec_presence, &media, err) < 0 ||
	    presence_now(call, sql == SQL_PRESENCE_OF_AGENT ? name : NULL, &media, err) < 0)
		return -1;
	for (size_t i = 0; i < media.n; i++)
		count_in(call, ixn, (struct presence *)media.v + i, there);
	return 0;
}

/* Names and presence, kind by kind. */

typedef int describe_fn(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err);

static int
describe_agent(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err)
{
	struct agent *agent;

	if (agent_get(call, target->value, &agent, err) < 0)
		return -1;
	found->name = agent->alias ? agent->alias : agent->name;
	return look_around(call, ixn, SQL_PRESENCE_OF_AGENT, agent->name, there, err);
}

static int
describe_team(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err)
{
	bool leads = target->kind == TARGET_LEAD;
	int64_t one = 0;

	found->name = target->value;
	if (sql_int(call->tx, leads ? SQL_TEAM_HAS_LEAD : SQL_TEAM_KNOWN, ARGS(V_TEXT(target->value)), &one, err) < 0)
		return -1;
	if (!one)
		return err_set(err, E_NO_TEAM, "name", target->value, NULL);
	return look_around(call, ixn, leads ? SQL_PRESENCE_OF_LEADS : SQL_PRESENCE_OF_TEAM, target->value, there, err);
}

static int
describe_queue(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err)
{
	struct queue *queue;
	bool open;

	(void)ixn;
	if (queue_get(call, target->value, &queue, err) < 0 || queue_open_at(call, queue, call->now, &open, err) < 0)
		return -1;
	found->name = queue->name;
	there->presence = open ? PRESENCE_OPEN : PRESENCE_CLOSED;
	return sql_int(call->tx, SQL_WAITING_IN, ARGS(V_TEXT(queue->name), V_INT(WAITING_MAX)), &found->waiting, err) < 0 ? -1 : 0;
}

static int
describe_workbin(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err)
{
	int rc = sql_text(call->tx, call->arena, SQL_WORKBIN_LABEL, ARGS(V_TEXT(target->value)), &found->name, err);

	(void)ixn, (void)there;
	return rc == 0 ? err_set(err, E_NO_WORKBIN, "name", target->value, NULL) : (rc < 0 ? -1 : 0);
}

static int
describe_contact(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err)
{
	struct contact *contact;

	(void)ixn, (void)there;
	if (contact_get(call, target->value, &contact, err) < 0)
		return -1;
	found->name = contact->name;
	return 0;
}

/* An address: of whom, where only one contact has it. */
static int
describe_address(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err)
{
	struct contact *contact;
	struct texts contacts;

	(void)ixn, (void)there;
	if (contact_matches(call, target->scheme, target->value, &contacts, err) < 0)
		return -1;
	if (contacts.n != 1)
		return 0;
	if (contact_get(call, contacts.v[0], &contact, err) < 0)
		return -1;
	found->name = contact->name;
	return 0;
}

static int
describe_skill(struct call *call, const struct ixn *ixn, const struct target *target, struct found *found, struct there *there, struct err *err)
{
	(void)call, (void)ixn, (void)there, (void)err;
	found->name = target->value;
	return 0;
}

static describe_fn *const describe[TARGET_OTHER + 1] = {
	[TARGET_AGENT] = describe_agent,
	[TARGET_QUEUE] = describe_queue,
	[TARGET_TEAM] = describe_team,
	[TARGET_LEAD] = describe_team,
	[TARGET_SKILL] = describe_skill,
	[TARGET_WORKBIN] = describe_workbin,
	[TARGET_CONTACT] = describe_contact,
	[TARGET_MAILTO] = describe_address,
	[TARGET_TEL] = describe_address,
	[TARGET_SIP] = describe_address,
	[TARGET_SMS] = describe_address,
	[TARGET_WHATSAPP] = describe_address,
	[TARGET_OTHER] = describe_address,
};

/* Actions: what may be done, as far as who is there decides. 1, 0, -1. */

typedef int may_fn(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err);

static int
may_always(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	(void)call, (void)ixn, (void)target, (void)there, (void)err;
	return 1;
}

static int
may_chat(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	(void)call, (void)ixn, (void)target, (void)err;
	return there->chat;
}

static int
may_hand(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	(void)call, (void)ixn, (void)err;
	return target->kind == TARGET_TEAM ? there->free : there->medium;
}

static int
may_ask(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	int rc;

	if (target->kind == TARGET_TEAM)
		return there->free;
	if (!there->room || !ixn || target->kind != TARGET_AGENT)
		return there->room;
	rc = party_has(call, ixn->id, target->value, err);
	return rc < 0 ? -1 : !rc;
}

/* Of a queue, or with a skill: whoever is free. Of an expression that is for routing to find out. */
static int
may_find(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	bool queue = target->kind == TARGET_QUEUE;
	int64_t one;

	(void)there;
	if (!queue && !skills_name_valid(target->value))
		return 1;
	return sql_int(call->tx, queue ? SQL_FREE_IN_QUEUE : SQL_FREE_WITH_SKILL,
		       ARGS(V_TEXT(target->value), V_TEXT(ixn ? ixn->medium : NULL), V_TEXT(call->actor.name), V_TEXT(ixn ? ixn->agent : NULL)), &one, err);
}

static int
may_put(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	const struct ixn nothing = { 0 };
	struct err why = { 0 };
	const char *keeper;

	(void)there, (void)err;
	return workbin_admits(call, ixn ? ixn : &nothing, target->value, NULL, &keeper, &why) == 0;
}

static int
may_follow(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	(void)err;
	if (is(target->value, call->actor.name) || (ixn && !is(target->value, ixn->agent)))
		return 0;
	return there->presence != PRESENCE_LOGGED_OUT && call_leads(call, target->value);
}

static int
has_address(struct call *call, const struct target *target, const char *scheme, struct err *err)
{
	const char *address;

	if (target->kind != TARGET_CONTACT)
		return 1;
	return contact_address(call, target->value, scheme, &address, err) < 0 ? -1 : address != NULL;
}

static int
may_mail(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	(void)ixn, (void)there;
	return has_address(call, target, "mailto", err);
}

static int
may_call(struct call *call, const struct ixn *ixn, const struct target *target, const struct there *there, struct err *err)
{
	(void)ixn;
	return target->kind == TARGET_AGENT ? there->any : has_address(call, target, "tel", err);
}

#define KIND(kind) (1u << TARGET_##kind)
#define COLLEAGUES (KIND(AGENT) | KIND(LEAD) | KIND(TEAM))

/* The operation is that of the command; one that this release lacks is never offered. */
static const struct chance {
	enum action action;
	const char *op;
	unsigned kinds;
	enum verb verb; /* VERB_COUNT: of no interaction */
	may_fn *may;
} table[] = {
	{ ACTION_TRANSFER, "ixn.transfer", COLLEAGUES, VERB_TRANSFER, may_hand },
	{ ACTION_TRANSFER, "ixn.transfer", KIND(QUEUE) | KIND(SKILL), VERB_TRANSFER, may_always },
	{ ACTION_CONSULT, "ixn.consult", COLLEAGUES, VERB_CONSULT, may_ask },
	{ ACTION_CONSULT, "ixn.consult", KIND(QUEUE) | KIND(SKILL), VERB_CONSULT, may_find },
	{ ACTION_CONFERENCE, "ixn.conference", COLLEAGUES, VERB_CONFERENCE, may_ask },
	{ ACTION_CONFERENCE, "ixn.conference", KIND(QUEUE) | KIND(SKILL), VERB_CONFERENCE, may_find },
	{ ACTION_PLACE, "ixn.place", KIND(QUEUE), VERB_REQUEUE, may_always },
	{ ACTION_PLACE, "ixn.place", KIND(WORKBIN), VERB_PARK, may_put },
	{ ACTION_CHAT, "chat.start", KIND(AGENT) | KIND(LEAD), VERB_COUNT, may_chat },
	{ ACTION_MONITOR, "team.monitor", KIND(AGENT), VERB_MONITOR, may_follow },
	{ ACTION_MAIL, "email.compose", KIND(MAILTO) | KIND(CONTACT), VERB_COUNT, may_mail },
	{ ACTION_CALL, "call.dial", KIND(TEL) | KIND(SIP) | KIND(AGENT) | KIND(CONTACT), VERB_COUNT, may_call },
};

unsigned
chances_kinds(enum action action)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (table[i].action == action)
			kinds |= table[i].kinds;
	return kinds;
}

/* Is there such a command, for the one who acts? */
static bool
offered(const struct call *call, const char *op)
{
	for (size_t i = 0; ops[i]; i++) {
		if (strcmp(ops[i]->name, op) != 0)
			continue;
		return call->actor.kind == ACTOR_AGENT ? (ops[i]->may & MAY(call->actor.role)) != 0 : !(ops[i]->flags & OP_SELF);
	}
	return false;
}

int
chances_read(struct call *call, const struct ixn *ixn, struct chances *chances_r, struct err *err)
{
	*chances_r = (struct chances){ ixn, 0 };
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err why = { 0 };

		if (!offered(call, table[i].op))
			continue;
		if (!ixn || table[i].verb == VERB_COUNT || verb_check(call, ixn, table[i].verb, &why) == 0) {
			chances_r->possible |= 1u << i;
		} else if (err_class(&why) != ERR_STATE && err_class(&why) != ERR_DENIED) {
			err_copy(err, &why);
			return -1;
		}
	}
	return 0;
}

static int
find_actions(struct call *call, const struct chances *chances, const struct target *target, const struct there *there, struct found *found, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const char *name = names_get(&actions, (int)table[i].action);
		int rc;

		if (!(chances->possible & 1u << i) || !(table[i].kinds & 1u << target->kind))
			continue;
		rc = table[i].may(call, chances->ixn, target, there, err);
		if (rc > 0)
			rc = policy_allows(call, name, target, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			texts_add(call->arena, &found->actions, name);
	}
	return 0;
}

int
found_describe(struct call *call, const struct chances *chances, const struct target *target, struct found *found, struct err *err)
{
	struct there there = { .presence = INT_ABSENT };

	if (describe[target->kind](call, chances->ixn, target, found, &there, err) < 0)
		return -1;
	found->kind = target->kind;
	found->presence = there.presence;
	return find_actions(call, chances, target, &there, found, err);
}

int
found_text(struct call *call, const struct target *target, const char *name, const char **text_r, struct err *err)
{
	const char *const names[] = { target->value, name };
	struct match_labels labels = { .names = names, .names_n = name && strcmp(name, target->value) != 0 ? 2 : 1 };

	if (target->kind == TARGET_CONTACT)
		return words_of_contact(call, target->value, text_r, err);
	if (target->kind >= TARGET_MAILTO)
		labels = (struct match_labels){ .names = &name, .addresses = &target->value, .names_n = 1, .addresses_n = 1 };
	*text_r = match_text(call->arena, &labels);
	return 0;
}

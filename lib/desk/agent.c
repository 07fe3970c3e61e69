/*
 * Agents: sessions, presence per medium, and who acts.
 */
#include <sodium.h>
#include <string.h>

#include "base/rand.h"
#include "desk/priv.h"
#include "routing/routing.h"

/* A session's last use is written down when it is so old: a command a second must not write each time. */
#define SEEN_STEP(ttl) ((ttl) < 60 * MS_MINUTE ? (ttl) / 60 : MS_MINUTE)

RECORD(rec_agent_row, struct agent, "agent", NULL,
       TEXT_FIELD(struct agent, name, 0, NULL),
       TEXT_FIELD(struct agent, alias, 0, NULL),
       NAME_FIELD(struct agent, role, roles, 0, NULL),
       TEXT_FIELD(struct agent, password_hash, FIELD_SECRET, NULL),
       TEXT_FIELD(struct agent, media, 0, NULL),
       TEXT_FIELD(struct agent, queues, 0, NULL),
       TEXT_FIELD(struct agent, place, 0, NULL),
       TEXT_FIELD(struct agent, extra, 0, NULL),
       INT_FIELD(struct agent, ord, 0, NULL))

RECORD(rec_presence, struct presence, "presence", N_("An agent on one medium."),
       TEXT_FIELD(struct presence, agent, FIELD_COLUMN, N_("name of the agent")),
       TEXT_FIELD(struct presence, medium, FIELD_COLUMN, N_("medium")),
       NAME_FIELD(struct presence, state, agent_states, FIELD_COLUMN, N_("state on this medium")),
       TEXT_FIELD(struct presence, reason, FIELD_COLUMN, N_("reason given, or no-answer")),
       TEXT_FIELD(struct presence, cause, 0, N_("what set it: agent, supervisor, rona, login, timeout")),
       TIME_FIELD(struct presence, since, FIELD_COLUMN, N_("since when")),
       TIME_FIELD(struct presence, idle_since, 0, N_("when an interaction of this medium was last finished")),
       INT_FIELD(struct presence, load, FIELD_COLUMN, N_("interactions offered or held")),
       INT_FIELD(struct presence, room, FIELD_COLUMN, N_("how many more there is room for")),
       BOOL_FIELD(struct presence, free, 0, N_("ready, with room")))

struct session {
	const char *agent, *token_hash, *place;
	int64_t since, seen, ttl;
};
RECORD(rec_session, struct session, "session", NULL,
       TEXT_FIELD(struct session, agent, 0, NULL),
       TEXT_FIELD(struct session, token_hash, FIELD_SECRET, NULL),
       TEXT_FIELD(struct session, place, 0, NULL),
       TIME_FIELD(struct session, since, 0, NULL),
       TIME_FIELD(struct session, seen, 0, NULL),
       DURATION_FIELD(struct session, ttl, 0, NULL))

int
agent_get(struct call *call, const char *name, struct agent **agent_r, struct err *err)
{
	struct agent *agent = ARENA_NEW(call->arena, struct agent);
	int rc = sql_one(call->tx, call->arena, SQL_AGENT_GET, ARGS(V_TEXT(name)), &rec_agent_row, agent, err);

	if (rc == 0)
		return err_set(err, E_NO_AGENT, "name", name, NULL);
	*agent_r = agent;
	return rc < 0 ? -1 : 0;
}

const char *
agent_shown(struct call *call, const char *name)
{
	struct err ignored = { 0 };
	struct agent *agent;

	if (!name || agent_get(call, name, &agent, &ignored) < 0 || !agent->alias)
		return "Agent";
	return agent->alias;
}

bool
call_leads(struct call *call, const char *agent)
{
	struct err ignored = { 0 };
	int64_t leads = 0;

	if (!call_may_lead(call))
		return false;
	if (call->actor.kind != ACTOR_AGENT || call->actor.role != ROLE_LEAD)
		return true;
	return sql_int(call->tx, SQL_LEADS, ARGS(V_TEXT(call->actor.name), V_TEXT(agent)), &leads, &ignored) > 0;
}

int
call_must_lead(struct call *call, const char *agent, struct err *err)
{
	if (call_leads(call, agent))
		return 0;
	return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "lead", NULL);
}

static const char *
token_hash(struct arena *arena, const char *token)
{
	unsigned char hash[32];
	char *hex = arena_alloc(arena, sizeof(hash) * 2 + 1);

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)token, strlen(token), NULL, 0);
	return sodium_bin2hex(hex, sizeof(hash) * 2 + 1, hash, sizeof(hash));
}

static int
session_touch(struct call *call, const struct session *session, struct err *err)
{
	if (!(call->op->flags & OP_WRITE) || call->now - session->seen < SEEN_STEP(session->ttl))
		return 0;
	if (RUN(call, SESSION_SEEN, V_TEXT(session->agent), V_INT(call->now)) < 0)
		return -1;
	return due_set(call, "session", session->agent, call->now + session->ttl, err);
}

int
actor_find(struct call *call, struct err *err)
{
	const struct desk_options *o = &call->desk->options;
	struct session session;
	struct agent *agent;
	int rc;

	call->actor = (struct actor){ ACTOR_OWNER, NULL, ROLE_ADMIN };
	if (!o->agent)
		return call->op->flags & OP_SELF ? err_set(err, E_NO_SESSION, NULL) : 0;
	if (call->op->flags & OP_ANYONE)
		return 0;
	rc = sql_one(call->tx, call->arena, SQL_SESSION_GET, ARGS(V_TEXT(o->agent)), &rec_session, &session, err);
	if (rc < 0)
		return -1;
	if (rc == 0 || strcmp(session.token_hash, token_hash(call->arena, o->token)) != 0 || session.seen + session.ttl <= call->now)
		return err_set(err, E_SESSION_ENDED, "name", o->agent, NULL);
	if (agent_get(call, o->agent, &agent, err) < 0)
		return -1;
	call->actor = (struct actor){ ACTOR_AGENT, agent->name, (enum role)agent->role };
	return session_touch(call, &session, err);
}

int
actor_permitted(struct call *call, struct err *err)
{
	const char *least = "admin";

	if (call->actor.kind != ACTOR_AGENT || (call->op->may & MAY(call->actor.role)))
		return 0;
	for (size_t i = 0; i < roles.n; i++)
		if (call->op->may & MAY(i)) {
			least = roles.v[i].name;
			break;
		}
	return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", least, NULL);
}

/* Load and room. */

struct limit {
	const char *medium;
	int64_t max;
};
RECORD(rec_limit, struct limit, "limit", NULL, TEXT_FIELD(struct limit, medium, 0, NULL), INT_FIELD(struct limit, max, 0, NULL))

int
presence_all(struct call *call, const char *agent, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_PRESENCE_OF, ARGS(V_TEXT(agent)), &rec_presence, out, err);
}

static int64_t
count_of(const struct load *load, const char *medium)
{
	int64_t count = 0;

	for (size_t i = 0; i < load->n; i++)
		if (strcmp(load->of[i].medium, medium) == 0)
			count += load->of[i].count;
	return count;
}

int
agent_refresh(struct call *call, const char *agent, struct err *err)
{
	struct records media, limits, loads;
	struct capacity capacity = { 0 };
	struct load load = { 0 };

	if (presence_all(call, agent, &media, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_CAPACITY_OF, ARGS(V_TEXT(agent)), &rec_limit, &limits, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_LOAD_OF, ARGS(V_TEXT(agent)), &rec_limit, &loads, err) < 0)
		return -1;
	for (size_t i = 0; i < limits.n && i < ROUTING_MEDIA; i++)
		capacity.rule[capacity.n++] = (struct capacity_rule){ ((struct limit *)limits.v)[i].medium, (int)((struct limit *)limits.v)[i].max };
	for (size_t i = 0; i < loads.n && i < ROUTING_MEDIA; i++, load.n++) {
		load.of[i].medium = ((struct limit *)loads.v)[i].medium;
		load.of[i].count = (int)((struct limit *)loads.v)[i].max;
	}
	for (size_t i = 0; i < media.n; i++) {
		const struct presence *p = (struct presence *)media.v + i;
		int64_t has = count_of(&load, p->medium), room = routing_room(&capacity, &load, p->medium);
		int64_t is_free = p->state == AGENT_READY && room > 0;

		if (has == p->load && room == p->room && is_free == p->free)
			continue;
		if (RUN(call, PRESENCE_LOAD, V_TEXT(agent), V_TEXT(p->medium), V_INT(has), V_INT(room), V_INT(is_free)) < 0)
			return -1;
	}
	return 0;
}

int
agent_set_state(struct call *call, const char *agent, const char *medium, enum agent_state state, time_ms at,
		const char *reason, const char *cause, struct err *err)
{
	struct event event = { .at = at, .event = "agent.state", .agent = agent, .ref = medium, .state = names_get(&agent_states, (int)state) };
	int rc = RUN(call, PRESENCE_STATE, V_TEXT(agent), V_TEXT(medium), V_TEXT(names_get(&agent_states, (int)state)), V_TEXT(reason),
		     V_TEXT(cause), V_INT(at));

	if (rc <= 0)
		return rc;
	event.reason = reason ? arena_printf(call->arena, "%s:%s", cause, reason) : cause;
	return event_add(call, &event, err);
}

/* Logging in and out. */

struct login_in {
	const char *name, *password;
	struct texts media;
	const char *place;
	int64_t ready;
};
RECORD(rec_login_in, struct login_in, "login", N_("Opens a session."),
       TEXT_FIELD(struct login_in, name, FIELD_REQUIRED | FIELD_OPERAND, N_("the agent's name")),
       TEXT_FIELD(struct login_in, password, FIELD_SECRET | FIELD_NO_OPTION, N_("the password")),
       TEXTS_FIELD_AS(struct login_in, media, "MEDIUM,...", 0, N_("work on these media only, as in chat,email")),
       TEXT_FIELD(struct login_in, place, 0, N_("the extension or desk the agent sits at")),
       BOOL_FIELD(struct login_in, ready, 0, N_("take interactions at once")))

struct login_out {
	const char *agent;
	int64_t state;
	const char *media, *place, *token;
	int64_t since;
};
RECORD(rec_login_out, struct login_out, "session", N_("A session that was opened."),
       TEXT_FIELD(struct login_out, agent, FIELD_COLUMN, N_("name of the agent")),
       NAME_FIELD(struct login_out, state, agent_states, FIELD_COLUMN, N_("ready or not-ready")),
       TEXT_FIELD(struct login_out, media, FIELD_COLUMN, N_("the media, joined by commas")),
       TEXT_FIELD(struct login_out, place, FIELD_COLUMN, N_("extension or desk")),
       TEXT_FIELD(struct login_out, token, FIELD_SECRET, N_("proves the session; kept in the session file")),
       TIME_FIELD(struct login_out, since, 0, N_("when it was opened")))

/* A hash that no password fits: an unknown name takes as long to refuse as a wrong password. */
#define NO_HASH "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static int
login_before(struct call *call, const void *input, struct err *err)
{
	const struct login_in *in = input;
	struct err ignored = { 0 };
	struct agent *agent = NULL;
	const char *hash = NO_HASH;

	if (agent_get(call, in->name, &agent, &ignored) < 0 && ignored.code != E_NO_AGENT) {
		err_copy(err, &ignored);
		return -1;
	}
	if (agent && agent->password_hash)
		hash = agent->password_hash;
	/* An account without a password is open to whoever may read the file anyway; servers refuse it. */
	if (agent && !agent->password_hash)
		return 0;
	if (!in->password || crypto_pwhash_str_verify(hash, in->password, strlen(in->password)) != 0)
		return err_set(err, E_BAD_PASSWORD, NULL);
	call->prepared = arena_strdup(call->arena, hash);
	return 0;
}

static const char *
new_token(struct arena *arena)
{
	unsigned char bytes[32];
	char *hex = arena_alloc(arena, sizeof(bytes) * 2 + 1);

	rand_bytes(bytes, sizeof(bytes));
	return sodium_bin2hex(hex, sizeof(bytes) * 2 + 1, bytes, sizeof(bytes));
}

/* The media asked for, else the agent's own, else those of the capacity rule, else voice. */
static int
login_media(struct call *call, const struct login_in *in, const struct agent *agent, struct texts *out, struct err *err)
{
	struct records limits;

	*out = (struct texts){ NULL, 0, 0 };
	for (size_t i = 0; i < in->media.n; i++) {
		struct texts some;

		list_split(call->arena, in->media.v[i], &some);
		for (size_t k = 0; k < some.n; k++)
			texts_add(call->arena, out, some.v[k]);
	}
	if (!out->n)
		list_split(call->arena, agent->media, out);
	if (out->n)
		return 0;
	if (sql_all(call->tx, call->arena, SQL_CAPACITY_OF, ARGS(V_TEXT(agent->name)), &rec_limit, &limits, err) < 0)
		return -1;
	for (size_t i = 0; i < limits.n; i++)
		texts_add(call->arena, out, ((struct limit *)limits.v)[i].medium);
	if (!out->n)
		texts_add(call->arena, out, "voice");
	return 0;
}

static int
login_presence(struct call *call, const struct agent *agent, const struct texts *media, bool ready, struct err *err)
{
	const char *state = names_get(&agent_states, ready ? AGENT_READY : AGENT_NOT_READY);

	if (RUN(call, PRESENCE_CLEAR, V_TEXT(agent->name)) < 0)
		return -1;
	for (size_t i = 0; i < media->n; i++) {
		if (RUN(call, PRESENCE_NEW, V_TEXT(agent->name), V_TEXT(media->v[i]), V_TEXT(state), V_TEXT("login"), V_INT(call->now)) < 0 ||
		    event_add(call, &(struct event){ .event = "agent.state", .agent = agent->name, .ref = media->v[i], .state = state, .reason = "login" }, err) < 0)
			return -1;
	}
	return 0;
}

/* Who asks again may have died before the token reached its file: the session that was opened then gets a new one. */
static int
login_renew(struct call *call, struct login_out *out, struct err *err)
{
	int rc;

	out->token = new_token(call->arena);
	rc = RUN(call, SESSION_RENEW, V_TEXT(out->agent), V_INT(out->since), V_TEXT(token_hash(call->arena, out->token)));
	return rc == 0 ? err_set(err, E_SESSION_ENDED, "name", out->agent, NULL) : rc;
}

static int
login_fn(struct call *call, const void *input, struct err *err)
{
	const struct login_in *in = input;
	struct login_out *out = call->again ? call->kept : call_answer(call);
	struct texts media;
	struct agent *agent;
	bool ready = in->ready == 1;

	if (agent_get(call, in->name, &agent, err) < 0)
		return -1;
	/* The password changed while we checked the old one. */
	if (agent->password_hash && (!call->prepared || strcmp(agent->password_hash, call->prepared) != 0))
		return err_set(err, E_BAD_PASSWORD, NULL);
	if (call->again)
		return login_renew(call, out, err);
	if (login_media(call, in, agent, &media, err) < 0)
		return -1;
	*out = (struct login_out){ agent->name, ready ? AGENT_READY : AGENT_NOT_READY, list_join(call->arena, &media), in->place,
				   new_token(call->arena), call->now };
	call->actor = (struct actor){ ACTOR_AGENT, agent->name, (enum role)agent->role };
	if (RUN(call, SESSION_PUT, V_TEXT(agent->name), V_TEXT(token_hash(call->arena, out->token)), V_TEXT(in->place), V_INT(call->now),
		V_INT(call->desk->options.session_ttl)) < 0 ||
	    due_set(call, "session", agent->name, call->now + call->desk->options.session_ttl, err) < 0 ||
	    event_add(call, &(struct event){ .event = "agent.login", .agent = agent->name }, err) < 0 ||
	    login_presence(call, agent, &media, ready, err) < 0 || agent_refresh(call, agent->name, err) < 0)
		return -1;
	return ready ? route_agent(call, agent->name, err) : 0;
}

const struct op op_session_login = {
	"session.login", N_("opens a session"), MAY_ALL, OP_WRITE | OP_ANYONE | OP_RENEW, &rec_login_in, &rec_login_out, login_fn, login_before
};

struct logout_in {
	int64_t requeue;
	const char *of;
};
RECORD(rec_logout_in, struct logout_in, "logout", N_("Closes a session."),
       BOOL_FIELD(struct logout_in, requeue, 0, N_("put the interactions that are open back in their queues, with their age")),
       TEXT_FIELD_AS(struct logout_in, of, "AGENT", 0, N_("log off another agent, as a lead")))

static int
open_ixns(struct call *call, const char *agent, struct texts *out, struct err *err)
{
	return sql_texts(call->tx, call->arena, SQL_IXN_OF_AGENT, ARGS(V_TEXT(agent)), out, err);
}

static int
requeue_all(struct call *call, const char *agent, const struct texts *ids, time_ms at, struct err *err)
{
	for (size_t i = 0; i < ids->n; i++) {
		struct ixn *ixn;

		if (ixn_get(call, ids->v[i], &ixn, err) < 0 || ixn_release(call, ixn, at, END_TRANSFERRED, err) < 0 ||
		    route_enter(call, ixn, NULL, err) < 0 ||
		    verb_happen(call, ixn, VERB_REQUEUE, at, agent, NULL, "logout", err) < 0 || route_ixn(call, ixn, err) < 0)
			return -1;
	}
	return 0;
}

int
session_end(struct call *call, const char *agent, time_ms at, const char *cause, struct err *err)
{
	struct texts open;
	struct records offers;

	/* No new offer may find the way here meanwhile. */
	if (RUN(call, PRESENCE_CLEAR, V_TEXT(agent)) < 0 || open_ixns(call, agent, &open, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_OFFERS_OF, ARGS(V_TEXT(agent)), &rec_offer_row, &offers, err) < 0)
		return -1;
	for (size_t i = 0; i < offers.n; i++)
		if (offer_return(call, (struct offer *)offers.v + i, OFFER_WITHDRAWN, at, cause, err) < 0)
			return -1;
	if (requeue_all(call, agent, &open, at, err) < 0 || RUN(call, SESSION_DELETE, V_TEXT(agent)) < 0 || due_clear(call, "session", agent, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .at = at, .event = "agent.logout", .agent = agent, .reason = cause }, err);
}

/* The agent meant by --of, else the one who acts, and logged in; by default agents act on themselves. */
int
agent_whose(struct call *call, const char *of, const char **agent_r, const char **cause_r, struct err *err)
{
	bool self = !of || (call->actor.name && strcmp(of, call->actor.name) == 0);
	struct agent *agent;
	int64_t since;
	int rc;

	*agent_r = of ? of : call_self(call);
	*cause_r = self ? "agent" : "supervisor";
	if (!*agent_r)
		return err_set(err, E_NO_SESSION, NULL);
	if (agent_get(call, *agent_r, &agent, err) < 0 || (!self && call_must_lead(call, *agent_r, err) < 0))
		return -1;
	rc = sql_int(call->tx, SQL_SESSION_SINCE, ARGS(V_TEXT(*agent_r)), &since, err);
	if (rc == 0)
		return err_set(err, E_NOT_LOGGED_IN, "name", *agent_r, NULL);
	return rc < 0 ? -1 : 0;
}

static int
logout_fn(struct call *call, const void *input, struct err *err)
{
	const struct logout_in *in = input;
	struct presence *out = call_answer(call);
	const char *agent, *cause;
	struct texts open;

	if (agent_whose(call, in->of, &agent, &cause, err) < 0 || open_ixns(call, agent, &open, err) < 0)
		return -1;
	if (open.n && in->requeue != 1)
		return err_set(err, E_STILL_OPEN, "choices", list_join(call->arena, &open), NULL);
	out->agent = agent;
	out->state = AGENT_LOGGED_OUT;
	out->since = call->now;
	return session_end(call, agent, call->now, cause, err);
}

const struct op op_session_logout = { "session.logout", N_("closes a session"), MAY_ALL, OP_WRITE, &rec_logout_in, &rec_presence, logout_fn, NULL };

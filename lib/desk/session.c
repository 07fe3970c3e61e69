/*
 * Sessions: logging in and out, and who acts.
 */
#include <sodium.h>
#include <string.h>

#include "base/rand.h"
#include "desk/priv.h"

/* A session's last use is written down when it is so old: a command a second must not write each time. */
#define SEEN_STEP(ttl) ((ttl) < 60 * MS_MINUTE ? (ttl) / 60 : MS_MINUTE)

struct session {
	const char *agent, *place;
	int64_t since, seen, ttl;
	const char *device; /* of the token that proves it */
	int64_t used, own;  /* how long that lives unused, where there need be no session */
};
RECORD(rec_session, struct session, "session", NULL,
       TEXT_FIELD(struct session, agent, 0, NULL),
       TEXT_FIELD(struct session, place, 0, NULL),
       TIME_FIELD(struct session, since, 0, NULL),
       TIME_FIELD(struct session, seen, 0, NULL),
       DURATION_FIELD(struct session, ttl, 0, NULL),
       TEXT_FIELD(struct session, device, 0, NULL),
       TIME_FIELD(struct session, used, 0, NULL),
       DURATION_FIELD(struct session, own, 0, NULL))

/* Who acts. */

const char *
secret_hash(struct arena *arena, const char *secret)
{
	unsigned char hash[32];
	char *hex = arena_alloc(arena, sizeof(hash) * 2 + 1);

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)secret, strlen(secret), NULL, 0);
	return sodium_bin2hex(hex, sizeof(hash) * 2 + 1, hash, sizeof(hash));
}

/* Several may have known it from before one of them wrote it down: not many. */
int64_t
session_when(const struct call *call)
{
	int64_t step = SEEN_STEP(call->desk->options.session_ttl) / 4;

	return call->now / (step ? step : 1);
}

static int
session_touch(struct call *call, const struct session *session, struct err *err)
{
	if (!(call->op->flags & OP_WRITE) || call->prepares)
		return 0;
	if (call->now - session->used >= SEEN_STEP(session->ttl) && RUN(call, TOKEN_USED, V_TEXT(session->agent), V_TEXT(session->device), V_INT(call->now)) < 0)
		return -1;
	if (session->own != INT_ABSENT || call->now - session->seen < SEEN_STEP(session->ttl))
		return 0;
	if (RUN(call, SESSION_SEEN, V_TEXT(session->agent), V_INT(call->now)) < 0)
		return -1;
	return due_set(call, "session", session->agent, call->now + session->ttl, err);
}

static int
ended(const struct call *call, struct err *err)
{
	return err_set(err, E_SESSION_ENDED, "name", call->agent, NULL);
}

static bool
lives(const struct call *call, int64_t used, int64_t seen, int64_t ttl)
{
	return used + ttl > call->now && seen + ttl > call->now;
}

static int
session_get(struct call *call, const char *hash, int64_t when, struct session *session, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_SESSION_GET, ARGS(V_TEXT(call->agent), V_TEXT(hash), V_INT(when)), &rec_session, session, err);
}

/* By the token: who it is, or E_SESSION_ENDED. */
static int
prove(struct call *call, struct err *err)
{
	const char *hash = secret_hash(call->arena, call->token);
	struct session session;
	struct agent *agent;
	struct proof proof;
	int rc;

	if (proof_find(call, hash, &proof)) {
		call->actor = (struct actor){ ACTOR_AGENT, call->agent, (enum role)proof.role };
		return lives(call, proof.used, proof.seen, proof.ttl) ? 0 : ended(call, err);
	}
	rc = session_get(call, hash, session_when(call), &session, err);
	/* It may have been used since, elsewhere. */
	if (rc > 0 && !lives(call, session.used, session.seen, session.ttl))
		rc = session_get(call, hash, call->now, &session, err);
	if (rc <= 0 || !lives(call, session.used, session.seen, session.ttl))
		return rc < 0 ? -1 : ended(call, err);
	if (agent_get(call, call->agent, &agent, err) < 0)
		return -1;
	/* It was given to a program, and is nobody else's. */
	if (session.own != INT_ABSENT && agent->role != ROLE_SERVICE)
		return ended(call, err);
	call->actor = (struct actor){ ACTOR_AGENT, agent->name, (enum role)agent->role };
	proof_keep(call, hash, &(struct proof){ .role = agent->role, .used = session.used, .seen = session.seen, .ttl = session.ttl });
	return session_touch(call, &session, err);
}

int
actor_find(struct call *call, struct err *err)
{
	if (call->contact)
		return web_actor(call, err);
	/* Whoever asks over a network does not own the store's file. */
	call->actor = (struct actor){ call->from ? ACTOR_NOBODY : ACTOR_OWNER, NULL, call->from ? ROLE_AGENT : ROLE_ADMIN };
	if (!call->agent && call->from && !(call->op->flags & OP_ANYONE))
		return err_set(err, E_NO_SESSION, NULL);
	if (!call->agent)
		return call->op->flags & OP_SELF ? err_set(err, E_NO_SESSION, NULL) : 0;
	if (call->op->flags & OP_ANYONE)
		return 0;
	return prove(call, err);
}

int
actor_permitted(struct call *call, struct err *err)
{
	const char *least = "admin";

	if ((call->actor.kind == ACTOR_CONTACT) != ((call->op->flags & OP_CONTACT) != 0))
		return err_set(err, E_CONTACTS_ONLY, "what", call->op->name, NULL);
	if (call->actor.kind == ACTOR_CONTACT)
		return 0;
	if (call->actor.kind == ACTOR_NOBODY)
		return call->op->flags & OP_ANYONE ? 0 : err_set(err, E_NO_SESSION, NULL);
	if (call->actor.kind != ACTOR_AGENT || (call->op->may & MAY(call->actor.role)))
		return 0;
	for (size_t i = 0; i < roles.n; i++)
		if (call->op->may & MAY(i)) {
			least = roles.v[i].name;
			break;
		}
	return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", least, NULL);
}

/* Logging in and out. */

struct login_in {
	const char *name, *password;
	struct texts media;
	const char *place, *device, *token;
	int64_t ready;
};
RECORD(rec_login_in, struct login_in, "login", N_("Opens a session."),
       TEXT_FIELD(struct login_in, name, FIELD_REQUIRED | FIELD_OPERAND, N_("the agent's name")),
       TEXT_FIELD(struct login_in, password, FIELD_SECRET | FIELD_NO_OPTION, N_("the password")),
       TEXTS_FIELD_AS(struct login_in, media, "MEDIUM,...", 0, N_("work on these media only, as in chat,email")),
       TEXT_FIELD(struct login_in, place, 0, N_("the extension or desk the agent sits at; the site's when left out")),
       TEXT_FIELD(struct login_in, device, 0, N_("the device it is for, each of which has a token of its own; this machine's name when left out")),
       TEXT_FIELD(struct login_in, token, FIELD_SECRET | FIELD_NO_OPTION, N_("what is to prove the session: 64 hexadecimal digits by chance, the same where it is asked for again; made when left out")),
       BOOL_FIELD(struct login_in, ready, 0, N_("take interactions at once")))

struct login_out {
	const char *agent;
	int64_t state;
	const char *media, *place, *token;
	int64_t since;
	struct texts place_with;
};
RECORD(rec_login_out, struct login_out, "session", N_("A session that was opened."),
       TEXT_FIELD(struct login_out, agent, FIELD_COLUMN, N_("name of the agent")),
       NAME_FIELD(struct login_out, state, agent_states, FIELD_COLUMN, N_("ready or not-ready")),
       TEXT_FIELD(struct login_out, media, FIELD_COLUMN, N_("the media, joined by commas")),
       TEXT_FIELD(struct login_out, place, FIELD_COLUMN, N_("extension or desk")),
       TEXT_FIELD(struct login_out, token, FIELD_SECRET, N_("proves the session; kept in the session file")),
       TIME_FIELD(struct login_out, since, 0, N_("when it was opened")),
       TEXTS_FIELD(struct login_out, place_with, 0, N_("who else is logged in at this place")))

/* A hash that no password fits: an unknown name takes as long to refuse as a wrong password. */
#define NO_HASH "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static int
login_refused(struct call *call, const void *input, struct err *err)
{
	return guess_wrong(call, ((const struct login_in *)input)->name, err);
}

static int
login_before(struct call *call, const void *input, struct err *err)
{
	const struct login_in *in = input;
	struct err ignored = { 0 };
	struct agent *agent = NULL;
	const char *hash = NO_HASH;

	if (guess_admit(call, in->name, err) < 0)
		return -1;
	if (agent_get(call, in->name, &agent, &ignored) < 0 && ignored.code != E_NO_AGENT) {
		err_copy(err, &ignored);
		return -1;
	}
	if (agent && agent->password_hash)
		hash = agent->password_hash;
	/* An account without a password is open to whoever may read the file anyway; over a network it is shut. */
	if (agent && !agent->password_hash && !call->from)
		return 0;
	if (!in->password || crypto_pwhash_str_verify(hash, in->password, strlen(in->password)) != 0) {
		call->refused = call->from ? login_refused : NULL;
		return err_set(err, E_BAD_PASSWORD, NULL);
	}
	call->prepared = arena_strdup(call->arena, hash);
	return 0;
}

const char *
secret_new(struct arena *arena)
{
	char secret[RAND_SECRET + 1];

	return arena_strdup(arena, rand_secret(secret));
}

int
secret_brought(struct call *call, const char *name, const char *brought, const char **secret_r, struct err *err)
{
	*secret_r = brought ? brought : secret_new(call->arena);
	return rand_is_secret(*secret_r) ? 0 : err_set(err, E_BAD_FIELD, "where", call->op->name, "name", name, "what", N_("is not 64 hexadecimal digits"), NULL);
}

/* The media asked for, else the agent's own, else those of the capacity rule, else voice. */
static int
login_media(struct call *call, const struct login_in *in, const struct agent *agent, struct texts *out, struct err *err)
{
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
	if (sql_texts(call->tx, call->arena, SQL_CAPACITY_OF, ARGS(V_TEXT(agent->name)), out, err) < 0)
		return -1;
	if (!out->n)
		texts_add(call->arena, out, "voice");
	return 0;
}

/* Who asks again may have died before the token reached its file: the session that was opened then gets a new one. */
static int
login_renew(struct call *call, struct login_out *out, const char *device, const char *token, struct err *err)
{
	int rc;

	out->token = token;
	rc = CHANGE(call, TOKEN_RENEW, V_TEXT(out->agent), V_TEXT(device), V_INT(out->since), V_TEXT(secret_hash(call->arena, out->token)));
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
	const char *device = in->device ? in->device : "", *token;

	if (agent_get(call, in->name, &agent, err) < 0 || word_check("device", device, err) < 0 || secret_brought(call, "token", in->token, &token, err) < 0)
		return -1;
	/* The password changed while we checked the old one. */
	if ((agent->password_hash || call->from) && (!call->prepared || !agent->password_hash || strcmp(agent->password_hash, call->prepared) != 0))
		return err_set(err, E_BAD_PASSWORD, NULL);
	if (call->again)
		return login_renew(call, out, device, token, err);
	if (login_media(call, in, agent, &media, err) < 0)
		return -1;
	*out = (struct login_out){ agent->name, ready ? AGENT_READY : AGENT_NOT_READY, list_join(call->arena, &media), in->place ? in->place : agent->place, token, call->now, { NULL, 0, 0 } };
	call->actor = (struct actor){ ACTOR_AGENT, agent->name, (enum role)agent->role };
	if (guess_right(call, agent->name, err) < 0 || RUN(call, SESSION_PUT, V_TEXT(agent->name), V_TEXT(out->place), V_INT(call->now), V_INT(call->desk->options.session_ttl)) < 0 ||
	    token_give(call, agent->name, device, out->token, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_SESSIONS_AT, ARGS(V_TEXT(out->place), V_TEXT(agent->name), V_INT(call->now)), &out->place_with, err) < 0 ||
	    due_set(call, "session", agent->name, call->now + call->desk->options.session_ttl, err) < 0 ||
	    event_add(call, &(struct event){ .event = "agent.login", .agent = agent->name, .ref = *device ? device : NULL }, err) < 0 ||
	    presence_begin(call, agent->name, &media, ready ? AGENT_READY : AGENT_NOT_READY, err) < 0 || agent_refresh(call, agent->name, err) < 0)
		return -1;
	return ready ? route_agent(call, agent->name, err) : 0;
}

const struct op op_session_login = {
	"session.login", N_("opens a session"), MAY_ALL, OP_WRITE | OP_ANYONE | OP_RENEW, &rec_login_in, &rec_login_out, login_fn, login_before
};

struct logout_in {
	int64_t requeue;
	const char *of, *device;
};
RECORD(rec_logout_in, struct logout_in, "logout", N_("Closes a session."),
       BOOL_FIELD(struct logout_in, requeue, 0, N_("put the interactions that are open back in their queues, with their age, and into the workbins they were taken from")),
       TEXT_FIELD_AS(struct logout_in, of, "AGENT", 0, N_("log off another agent, as a lead")),
       TEXT_FIELD(struct logout_in, device, 0, N_("only take back the token of this device, as 'agent-list --tokens' tells it; the session goes on")))

static int
open_ixns(struct call *call, const char *agent, struct texts *out, struct err *err)
{
	return sql_texts(call->tx, call->arena, SQL_IXN_OF_AGENT, ARGS(V_TEXT(agent)), out, err);
}

int
ixn_put_back(struct call *call, struct ixn *ixn, time_ms at, const char *reason, struct err *err)
{
	const char *agent = ixn->agent;
	int rc;

	if (ixn_is_draft(ixn))
		rc = draft_put_back(call, ixn, at, err);
	else
		rc = ixn->direction == INTERNAL && agent ? internal_end(call, ixn, at, err) : workbin_return(call, ixn, at, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (ixn_release(call, ixn, at, END_TRANSFERRED, err) < 0 || route_enter(call, ixn, NULL, err) < 0 ||
	    verb_happen(call, ixn, VERB_REQUEUE, at, agent, NULL, reason, err) < 0)
		return -1;
	return route_ixn(call, ixn, err);
}

static int
requeue_all(struct call *call, const struct texts *ids, time_ms at, struct err *err)
{
	for (size_t i = 0; i < ids->n; i++) {
		struct ixn *ixn;

		if (ixn_get(call, ids->v[i], &ixn, err) < 0 || ixn_put_back(call, ixn, at, "logout", err) < 0)
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
	if (presence_end(call, agent, at, cause, err) < 0 || open_ixns(call, agent, &open, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_OFFERS_OF, ARGS(V_TEXT(agent)), &rec_offer_row, &offers, err) < 0)
		return -1;
	for (size_t i = 0; i < offers.n; i++)
		if (offer_return(call, (struct offer *)offers.v + i, OFFER_WITHDRAWN, at, cause, err) < 0)
			return -1;
	if (route_unreserve(call, agent, NULL, at, "logged-out", err) < 0)
		return -1;
	if (monitor_gone(call, agent, at, err) < 0 || party_gone(call, agent, at, err) < 0 || requeue_all(call, &open, at, err) < 0 || RUN(call, SESSION_DELETE, V_TEXT(agent)) < 0 || RUN(call, TOKENS_CLEAR, V_TEXT(agent)) < 0 ||
	    due_clear(call, "session", agent, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .at = at, .event = "agent.logout", .agent = agent, .reason = cause }, err);
}

/* Where it is the agent's own doing, the device on which it was done stays. */
static int
revoke_others(struct call *call, const char *agent, struct err *err)
{
	struct texts devices;

	if (sql_texts(call->tx, call->arena, SQL_TOKENS_OTHER, ARGS(V_TEXT(agent), V_TEXT(secret_hash(call->arena, call->token))), &devices, err) < 0)
		return -1;
	for (size_t i = 0; i < devices.n; i++)
		if (token_revoke(call, agent, devices.v[i], err) < 0)
			return -1;
	return 0;
}

int
session_shut(struct call *call, const char *agent, struct err *err)
{
	int64_t since;
	int rc;

	if (call->actor.name && strcmp(call->actor.name, agent) == 0)
		return revoke_others(call, agent, err);
	rc = sql_int(call->tx, SQL_SESSION_SINCE, ARGS(V_TEXT(agent)), &since, err);
	return rc > 0 ? session_end(call, agent, call->now, "password", err) : rc;
}

static int
logout_fn(struct call *call, const void *input, struct err *err)
{
	const struct logout_in *in = input;
	struct presence *out = call_answer(call);
	const char *agent = NULL, *cause = NULL;
	struct texts open;

	/* What a program was given needs no session, nor does taking it back. */
	if ((in->device ? agent_meant : agent_whose)(call, in->of, &agent, &cause, err) < 0)
		return -1;
	out->agent = agent;
	out->since = call->now;
	if (in->device)
		return token_revoke(call, agent, in->device, err);
	if (sql_texts(call->tx, call->arena, SQL_IXN_OPEN, ARGS(V_TEXT(agent)), &open, err) < 0)
		return -1;
	if (open.n && in->requeue != 1)
		return err_set(err, E_STILL_OPEN, "choices", list_join(call->arena, &open), NULL);
	out->state = AGENT_LOGGED_OUT;
	return session_end(call, agent, call->now, cause, err);
}

const struct op op_session_logout = { "session.logout", N_("closes a session"), MAY_ALL, OP_WRITE, &rec_logout_in, &rec_presence, logout_fn, NULL };

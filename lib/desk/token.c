/*
 * Tokens: what proves a session, one for each device that an agent is logged
 * in from. Only their hashes are kept.
 */
#include <string.h>

#include "desk/priv.h"

#define LASTS (365 * MS_DAY)
#define LASTS_MAX (3650 * MS_DAY)

struct tokens_in {
	const char *of;
};
RECORD(rec_tokens_in, struct tokens_in, "tokens", N_("Whose tokens."),
       TEXT_FIELD_AS(struct tokens_in, of, "AGENT", 0, N_("of this agent; an admin without it sees all")))

#define X struct token_out
X
{
	const char *agent, *device;
	int64_t since, used, expires;
	const char *address;
};
RECORD(rec_token_out, X, "token", N_("What proves the session of an agent on a device."),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("name of the agent")),
       TEXT_FIELD(X, device, FIELD_COLUMN, N_("the device it was given to")),
       TIME_FIELD(X, since, FIELD_COLUMN, N_("when it was given")),
       TIME_FIELD(X, used, FIELD_COLUMN, N_("when something was last changed by it")),
       TIME_FIELD(X, expires, FIELD_COLUMN, N_("when it ends if nothing more is")),
       TEXT_FIELD(X, address, FIELD_PERSONAL, N_("the address it was asked for from; none on this machine")))
#undef X

/* An agent's own are its own, and an admin's business. */
static int
token_list_fn(struct call *call, const void *input, struct err *err)
{
	const struct tokens_in *in = input;
	const char *self = call_self(call), *of = in->of;
	bool admin = call->actor.kind != ACTOR_AGENT || call->actor.role == ROLE_ADMIN;
	struct records rows;

	if (!of && !admin)
		of = self;
	if (of && !admin && strcmp(of, self) != 0)
		return err_set(err, E_NOT_PERMITTED, "who", self, "role", "admin", NULL);
	if (sql_all(call->tx, call->arena, SQL_TOKENS, ARGS(V_TEXT(of), V_INT(call->now)), &rec_token_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (struct token_out *)rows.v + i);
	return 0;
}

const struct op op_token_list = { "token.list", N_("lists what proves sessions, by device"), MAY_ALL, 0, &rec_tokens_in, &rec_token_out, token_list_fn, NULL };

static int
put(struct call *call, const char *agent, const char *device, const char *token, struct value ttl, struct err *err)
{
	return RUN(call, TOKEN_PUT, V_TEXT(agent), V_TEXT(device), V_TEXT(secret_hash(call->arena, token)), V_INT(call->now), V_TEXT(call->from), ttl) < 0 ? -1 : 0;
}

int
token_give(struct call *call, const char *agent, const char *device, const char *token, struct err *err)
{
	return put(call, agent, device, token, V_NULL, err);
}

/* Of service accounts, which have no password to type. */

struct give_in {
	const char *of, *device, *token;
	int64_t lasts;
};
RECORD(rec_give_in, struct give_in, "token-give", N_("A token for a program."),
       TEXT_FIELD_AS(struct give_in, of, "NAME", FIELD_REQUIRED | FIELD_OPERAND, N_("the service account")),
       TEXT_FIELD(struct give_in, device, 0, N_("what it is for: the machine or the program (service)")),
       TEXT_FIELD(struct give_in, token, FIELD_SECRET | FIELD_NO_OPTION, N_("what it is to be: 64 hexadecimal digits by chance, the same where it is asked for again; made when left out")),
       DURATION_FIELD(struct give_in, lasts, 0, N_("it ends when nothing was changed by it for so long (365d)")))

struct give_out {
	const char *agent, *device, *token;
	int64_t since, expires;
};
RECORD(rec_give_out, struct give_out, "token", N_("A token that was given."),
       TEXT_FIELD(struct give_out, agent, FIELD_COLUMN, N_("name of the service account")),
       TEXT_FIELD(struct give_out, device, FIELD_COLUMN, N_("what it is for")),
       TEXT_FIELD(struct give_out, token, FIELD_SECRET, N_("proves the account; told once")),
       TIME_FIELD(struct give_out, since, FIELD_COLUMN, N_("when it was given")),
       TIME_FIELD(struct give_out, expires, FIELD_COLUMN, N_("when it ends if nothing is changed by it")))

static int
give_check(struct call *call, const struct give_in *in, const char *device, struct err *err)
{
	struct agent *agent;

	if (agent_get(call, in->of, &agent, err) < 0 || word_check("device", device, err) < 0)
		return -1;
	if (agent->role != ROLE_SERVICE)
		return err_set(err, E_BAD_VALUE, "name", "of", "value", in->of, "expected", N_("an account of the role service"), NULL);
	if (in->lasts != INT_ABSENT && (in->lasts < MS_MINUTE || in->lasts > LASTS_MAX))
		return err_set(err, E_BAD_VALUE, "name", "lasts", "value", in->lasts < MS_MINUTE ? "that" : "so long", "expected", N_("between a minute and ten years"), NULL);
	return 0;
}

/* The first answer was lost: what it gave is replaced. */
static int
give_again(struct call *call, struct give_out *out, const char *token, struct err *err)
{
	int rc;

	out->token = token;
	rc = CHANGE(call, TOKEN_RENEW, V_TEXT(out->agent), V_TEXT(out->device), V_INT(out->since), V_TEXT(secret_hash(call->arena, out->token)));
	return rc == 0 ? err_set(err, E_NO_DEVICE, "name", out->agent, "value", out->device, NULL) : rc;
}

/* It needs no session: that is for who may have work in hand. */
static int
give_fn(struct call *call, const void *input, struct err *err)
{
	const struct give_in *in = input;
	const char *device = in->device ? in->device : "service", *token;
	struct give_out *out = call->again ? call->kept : call_answer(call);
	int64_t ttl = in->lasts == INT_ABSENT ? LASTS : in->lasts;

	if (secret_brought(call, "token", in->token, &token, err) < 0)
		return -1;
	if (call->again)
		return give_again(call, out, token, err);
	if (give_check(call, in, device, err) < 0)
		return -1;
	*out = (struct give_out){ in->of, device, token, call->now, call->now + ttl };
	if (put(call, in->of, device, out->token, V_INT(ttl), err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "agent.given", .agent = in->of, .ref = device }, err);
}

const struct op op_token_give = {
	"token.give", N_("gives a service account a token"), MAY_ADMINS, OP_WRITE | OP_RENEW, &rec_give_in, &rec_give_out, give_fn, NULL
};

int
token_revoke(struct call *call, const char *agent, const char *device, struct err *err)
{
	int rc = CHANGE(call, TOKEN_DELETE, V_TEXT(agent), V_TEXT(device));

	if (rc == 0)
		return err_set(err, E_NO_DEVICE, "name", agent, "value", device, NULL);
	return rc < 0 ? -1 : event_add(call, &(struct event){ .event = "agent.revoked", .agent = agent, .ref = device }, err);
}

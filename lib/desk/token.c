/*
 * Tokens: what proves a session, one for each device that an agent is logged
 * in from. Only their hashes are kept.
 */
#include <string.h>

#include "desk/priv.h"

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

int
token_give(struct call *call, const char *agent, const char *device, const char *token, struct err *err)
{
	return RUN(call, TOKEN_PUT, V_TEXT(agent), V_TEXT(device), V_TEXT(secret_hash(call->arena, token)), V_INT(call->now), V_TEXT(call->from)) < 0 ? -1 : 0;
}

int
token_revoke(struct call *call, const char *agent, const char *device, struct err *err)
{
	int rc = CHANGE(call, TOKEN_DELETE, V_TEXT(agent), V_TEXT(device));

	if (rc == 0)
		return err_set(err, E_NO_DEVICE, "name", agent, "value", device, NULL);
	return rc < 0 ? -1 : event_add(call, &(struct event){ .event = "agent.revoked", .agent = agent, .ref = device }, err);
}

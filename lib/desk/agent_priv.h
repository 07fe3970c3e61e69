/*
 * agent_priv.h - agents: what they have and may, where they are present, and how
 * they prove who they are.
 */
#ifndef DESK_AGENT_PRIV_H
#define DESK_AGENT_PRIV_H

#include "desk/call_priv.h"

/* agents (agent.c) */

struct agent {
	const char *name, *alias;
	int64_t role;
	const char *password_hash, *media, *queues, *place, *capacity_rule, *extra;
	int64_t ord;
	int64_t since; /* when the site first had it; absent: before that was noted */
};
extern const struct record rec_agent_row;
int agent_get(struct call *call, const char *name, struct agent **agent_r, struct err *err);
/* What contacts see of an agent: the alias, else a neutral word, never the login. */
const char *agent_shown(struct call *call, const char *name);
/* How much the site lets an agent have at once. */
struct capacity;
struct load;
int agent_capacity(struct call *call, const char *agent, struct capacity *out, struct err *err);
/* What an agent has in hand. */
int agent_load(struct call *call, const char *agent, struct load *out, struct err *err);
/* Load, room and whether each medium is free, worked out anew after any change; what waited for the work in hand to be done begins. */
int agent_refresh(struct call *call, const char *agent, struct err *err);
/* The same of one who had it, or was asked to take it, and has room for another; NULL is nobody. */
int agent_freed(struct call *call, const char *agent, struct err *err);
/*
 * The same in two steps, for who knows what the change will be: what the agent has beside an interaction (NULL: all)
 * is read before that is changed; takes: from then on the agent has it, too; finishes: has been idle since, of its medium.
 */
struct held;
int agent_held(struct call *call, const char *agent, const struct ixn *ixn, struct held **held_r, struct err *err);
void agent_finishes(struct held *held, const struct ixn *ixn, time_ms at);
void agent_takes(struct held *held, const struct ixn *ixn);
int agent_settle(struct call *call, struct held *held, struct err *err);
/* Ends a session (logout, time to live): media logged out, its offers withdrawn. */
int session_end(struct call *call, const char *agent, time_ms at, const char *cause, struct err *err);
/* Another password proves who it is: the session that the one before opened ends, or, where it is the actor's own, its other devices' tokens. */
int session_shut(struct call *call, const char *agent, struct err *err);

/* presence per medium (presence.c) */

/* What nobody handles any more goes back to where it came from: its workbin, its queue with its age. */
int ixn_put_back(struct call *call, struct ixn *ixn, time_ms at, const char *reason, struct err *err);
/* The media a session works on, with what it has of each. */
struct presence {
	const char *agent;
	const char *medium;
	int64_t state;
	const char *reason, *cause;
	int64_t since, idle_since, load, room, free;
	/* The state asked for once the work in hand is done, and for how long. */
	int64_t pending;
	const char *pending_reason;
	int64_t pending_for;
	/* When the present state ends, and what follows. */
	int64_t until, follows;
	const char *follows_reason;
};
extern const struct record rec_presence;
/* Of all media that an agent is logged in for. */
int presence_all(struct call *call, const char *agent, struct records *out, struct err *err);
struct wish {
	enum agent_state state;
	const char *reason;
	int64_t lasts; /* INT_ABSENT: until something else is said */
	bool deferred; /* once the work in hand is done; at once where there is none */
	const char *cause;
};
/* Whatever was asked for before is forgotten. The load is for the caller to refresh. */
int presence_ask(struct call *call, struct presence *p, const struct wish *wish, struct err *err);
/* An offer was not answered. */
int presence_missed(struct call *call, const char *agent, const char *medium, time_ms at, struct err *err);
/* An interaction has ended that its agent is still to finish: after-call work where its queue gives time for it. */
int presence_wraps(struct call *call, const struct ixn *ixn, time_ms at, struct err *err);
/* The deadline of a state has come; id is "agent/medium". */
int presence_due(struct call *call, const char *id, time_ms at, struct err *err);
/* Changes that wait for nothing but the work in hand; before load and room are worked out. */
int presence_review(struct call *call, struct records *media, struct err *err);
int presence_begin(struct call *call, const char *agent, const struct texts *media, enum agent_state state, struct err *err);
/* The session ended; cause is that of agent.logout. */
int presence_end(struct call *call, const char *agent, time_ms at, const char *cause, struct err *err);
/* A read settles nothing, but shows what has come of deadlines by now. agent: NULL for rows of several. */
int presence_now(struct call *call, const char *agent, struct records *media, struct err *err);

/* The agent meant by --of, else the one who acts, who must be logged in; cause is agent or supervisor. E_NO_AGENT, E_NOT_LOGGED_IN, E_NOT_PERMITTED. */
int agent_whose(struct call *call, const char *of, const char **agent_r, const char **cause_r, struct err *err);
/* The same, logged in or not. */
int agent_meant(struct call *call, const char *of, const char **agent_r, const char **cause_r, struct err *err);
/* A secret of 32 random bytes, and what is kept of it. */
const char *secret_new(struct arena *arena);
const char *secret_hash(struct arena *arena, const char *secret);
/*
 * Whoever may ask twice brings the secret along: a request that was cut, and runs late, then takes nothing
 * from the one that came after it. NULL: a new one. E_BAD_FIELD, by the name of the field.
 */
int secret_brought(struct call *call, const char *name, const char *brought, const char **secret_r, struct err *err);
/* As of when a session is asked for: another one only now and then, so that what is known of it need not be asked each time. */
int64_t session_when(const struct call *call);

/* tokens (token.c) */

/* The one that the device had before is worth nothing any more. */
int token_give(struct call *call, const char *agent, const char *device, const char *token, struct err *err);
/* E_NO_DEVICE. */
int token_revoke(struct call *call, const char *agent, const char *device, struct err *err);

/* wrong passwords (guess.c) */

/* E_WAIT_LOGIN. */
int guess_admit(struct call *call, const char *name, struct err *err);
int guess_wrong(struct call *call, const char *name, struct err *err);
int guess_right(struct call *call, const char *name, struct err *err);
int guess_forget(struct call *call, const char *key, struct err *err);
/* Who acts, from the options of the desk; E_NO_SESSION, E_SESSION_ENDED. */
int actor_find(struct call *call, struct err *err);
int actor_permitted(struct call *call, struct err *err);

#endif

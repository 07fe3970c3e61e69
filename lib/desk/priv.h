/*
 * priv.h - what the files of the desk share: the call in progress, the row of
 * an interaction, and the steps that several operations take.
 *
 * Lock order, for engines that lock rows: agents by name, then the interaction.
 */
#ifndef DESK_PRIV_H
#define DESK_PRIV_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/carrier.h"
#include "model/id.h"
#include "model/names.h"
#include "model/record.h"
#include "model/target.h"
#include "store/store.h"

enum actor_kind { ACTOR_OWNER, /* of the embedded store's file: may all, is nobody */
		  ACTOR_AGENT,
		  ACTOR_SYSTEM,
		  ACTOR_NOBODY, /* over a network, without a session: may what anyone may */
		  ACTOR_CONTACT /* whose session is call->web */ };

struct skills;
struct slice;
struct web_session;

struct actor {
	enum actor_kind kind;
	const char *name; /* of the agent; NULL otherwise */
	enum role role;
};

struct call {
	struct local *desk;
	struct tx *tx;
	struct arena *arena;
	time_ms now;
	time_ms soon; /* what is due until then is looked for: a little more than now, which may grow */
	struct actor actor;
	const char *agent, *token;     /* who says to act, before it is proved */
	const char *from;              /* the address it came from over a network, or NULL */
	const char *contact, *origin;  /* the same of a contact, and the site whose page asks */
	const struct web_session *web; /* of a contact who has one */
	const struct op *op;
	void *prepared;
	/*
	 * Set by an operation for what takes long and needs no store: runs when
	 * the transaction has ended, on what prepared holds, and gives the answer.
	 */
	op_fn *after;
	/* Set by an operation that refuses: what is kept all the same, in a transaction of its own. */
	op_fn *refused;
	/* Done and answered before, under the same key: only with OP_RENEW. */
	bool again;
	/* Deadlines had passed that nothing had settled: all is seen as it will be then. Only with OP_FORESEES. */
	bool foreseen;
	void *kept; /* the first record of the answer given again */
	/* Agents who have room again, for route_freed. */
	struct texts freed;
	/* What there is time for of imports: one slice in each transaction, whoever takes it. */
	struct slice *slice;
	/* How many seqs of the library were drawn: its index follows when all is committed. */
	size_t library;
	/* The site's rules about targets, read once. */
	const struct policy *policy;
	/* The queue that was met last. */
	const struct queue *queue;
	VEC(const void *)
	answer;
};

/* The local carrier's. */
struct local {
	struct desk desk;
	struct store *store;
	struct desk_options options;
	bool test;
	struct kept *kept; /* expressions met before (expression.c) */
	/*
	 * The number of the last event, in the transaction at hand: one writer at a
	 * time, so that whoever sees a number sees all before it, and none is left out.
	 */
	int64_t seq;
	struct proofs *proofs; /* and sessions (proof.c) */
};

/* NULL where another carrier opened it. */
struct local *desk_local(struct desk *desk);

/* Begins with the log as it is: the time never runs behind what has happened, so that intervals tile. */
int call_time(struct call *call, struct err *err);
/* One more record of the answer, of op->out; p must live in the call's arena. */
void call_emit(struct call *call, const void *p);
/*
 * An expression over skills or media, parsed once for as long as the desk is
 * open; valid until the call ends. E_BAD_SKILLS.
 */
struct expression {
	const char *text, *canonical;
	const struct skills *expr;
	struct expression *next;
};
int expression_get(struct call *call, const char *text, const struct expression **out_r, struct err *err);
/* Between two calls: begins anew where there are too many. */
void expressions_bound(struct local *desk);
void expressions_free(struct local *desk);

/* A session that was proved before, as the store still has it (proof.c). */
struct proof {
	int64_t change, role, used, seen, ttl;
	char agent[64], hash[65];
};
/* By the agent who asks, and the hash of the token. */
bool proof_find(struct call *call, const char *hash, struct proof *proof_r);
/* role, used, seen, ttl. */
void proof_keep(struct call *call, const char *hash, const struct proof *proof);
void proofs_free(struct local *desk);

/* A new record of op->out, all absent, already emitted: fill it. */
void *call_answer(struct call *call);
/* The agent who acts: only where the operation is OP_SELF. */
const char *call_self(const struct call *call);
/* True for leads, admins, services and the owner of the store. */
bool call_may_lead(const struct call *call);
/* Whether the actor may act for this agent: a lead for the members of the teams led, and for who is in no team; admins, services and the owner for all. */
bool call_leads(struct call *call, const char *agent);
/* The same as a refusal: E_NOT_PERMITTED. */
int call_must_lead(struct call *call, const char *agent, struct err *err);

/* Whether this was asked before, with this key, and is answered already: 1 (idempotency.c). hash_r: of the request, to be kept with its answer. E_KEY_REUSED. */
int idempotency_find(struct call *call, const char *actor, const char *key, const void *in, const char **hash_r, struct err *err);
int idempotency_keep(struct call *call, const char *actor, const char *key, const char *hash, struct err *err);

/* E_MOVED: somebody else has changed behind the event seen what the call would overwrite (rival.c). */
int rival_check(struct call *call, const void *in, int64_t seen, struct err *err);

/* A change: 0 or -1. Where it matters how many rows it has changed: CHANGE. */
#define RUN(call, sql, ...) sql_post((call)->tx, SQL_##sql, ARGS(__VA_ARGS__), err)
#define CHANGE(call, sql, ...) sql_run((call)->tx, SQL_##sql, ARGS(__VA_ARGS__), err)
/* What the rows as they were read say will change one: 1, or 0 and -1 where it has not. */
#define MUST(call, sql, ...) sql_must((call)->tx, SQL_##sql, ARGS(__VA_ARGS__), err)
/* It is asked next, with other things. */
#define AHEAD(call, sql, ...) sql_ahead((call)->tx, SQL_##sql, ARGS(__VA_ARGS__), err)
/* What an operation surely asks for, by its input, is sent with the beginning of its transaction (ahead.c). */
int call_ahead(struct call *call, const void *in, struct err *err);

/* interaction rows */

struct ixn {
	const char *id, *rid;
	int64_t version;
	const char *medium;
	int64_t state, online;
	const char *contact, *name, *scheme, *address, *subject, *language, *queue, *origin_queue, *skills;
	int64_t lane, priority, sort_key;
	const char *agent, *external_id, *conversation;
	int64_t seq;
	const char *transcript;
	int64_t created, queued, offered, answered, ended, done, reason;
	int64_t direction;
	const char *reserved; /* why it waits for one agent alone: transfer or last-agent */
	int64_t widened;
	const char *workbin, *keeper;
	int64_t contact_spoke, agent_spoke, warnings;
	int64_t entered; /* when it came to the queue that it is in */
	/* Not of the row: it has just been put in a lane, and the rules of the queue have yet to be applied. */
	bool arriving;
	/* Nor this: there is no row yet. */
	bool fresh;
	/* Nor these: the queue in its row; whom it was offered to just now. */
	const char *lies, *asked;
};
extern const struct record rec_ixn_row;

/* E_NO_IXN, E_BAD_ID. */
int ixn_get(struct call *call, const char *id, struct ixn **ixn_r, struct err *err);
/* A new one, that waits; nothing is saved. */
struct ixn *ixn_new(struct call *call, const char *medium);
/* Makes the row of a new one, where nothing has saved it yet. */
int ixn_keep(struct call *call, struct ixn *ixn, struct err *err);
/* Writes the row back if its version is still the one read, and raises it; E_TAKEN. */
int ixn_save(struct call *call, struct ixn *ixn, struct err *err);

/* What comes: ixn-create's input. */
struct create_in {
	const char *media, *from, *name, *subject, *text, *queue, *to;
	struct texts skill;
	int64_t priority;
	struct pairs data, custom_data;
	const char *language, *external_id;
	int64_t transcript;
	const char *contact;
};
extern const struct record rec_create_in;
/* One arrives, and waits in no lane before from; with an external id that is known it is the one that came before. */
int ixn_create(struct call *call, const struct create_in *in, time_ms from, struct ixn **ixn_r, struct err *err);
/* It enters its queue at a time (callback.c). */
int ixn_hold(struct call *call, struct ixn *ixn, time_ms until, struct err *err);
/* That time has come. */
int callback_due(struct call *call, const char *id, time_ms at, struct err *err);

/* verbs */

enum verb { VERB_OFFER,
	    VERB_ACCEPT,
	    VERB_REJECT,
	    VERB_EXPIRE,
	    VERB_WITHDRAW,
	    VERB_SEND,
	    VERB_END,
	    VERB_TRANSFER,
	    VERB_REQUEUE,
	    VERB_NOTE,
	    VERB_DISPOSITION,
	    VERB_DONE,
	    VERB_TRANSCRIPT,
	    VERB_TAKE,
	    VERB_PARK,
	    VERB_ASSIGN,
	    VERB_MONITOR,
	    VERB_CONSULT,
	    VERB_CONSULT_START,
	    VERB_CONSULT_END,
	    VERB_COMPLETE,
	    VERB_MERGE,
	    VERB_CONFERENCE,
	    VERB_JOIN,
	    VERB_LEAVE,
	    VERB_OVERFLOW,
	    VERB_WIDEN,
	    VERB_RESERVE,
	    VERB_RELEASE,
	    VERB_COUNT };

struct verb_row {
	enum ixn_state state;
	enum verb verb;
	enum guard { GUARD_NONE,
		     GUARD_ONLINE,
		     GUARD_OFFLINE,
		     GUARD_HOLDER,
		     GUARD_LEAD,
		     GUARD_CONTACT,
		     GUARD_OFFER,
		     /* Who has it, or takes part in it. */
		     GUARD_PARTY,
		     /* There is a consult, or a conference: who has it, and the colleague. */
		     GUARD_CONSULT,
		     GUARD_CONFERENCE,
		     /* Whose workbin it lies in. */
		     GUARD_KEEPER,
		     /* Agents where the queue lets them choose. */
		     GUARD_PULL } guard;
	enum ixn_state next;
	const char *event, *command;
};
extern const struct verb_row verbs[];
extern const size_t verbs_n;
extern const char *const verb_names[VERB_COUNT];

/* Whether the actor may do this now: E_STATE with what can be done, E_NOT_YOURS, E_STILL_CONNECTED. */
int verb_check(struct call *call, const struct ixn *ixn, enum verb verb, struct err *err);
/* E_STATE, with what can be done. */
int verb_refuse(struct call *call, const struct ixn *ixn, enum verb verb, struct err *err);
/* verb_check, then the state moves and the event is written (ref and reason may be NULL); the row is saved. */
int verb_do(struct call *call, struct ixn *ixn, enum verb verb, const char *agent, const char *ref, const char *reason, struct err *err);
/* As verb_do for what happens by itself: no check of who acts, at a time of its own. */
int verb_happen(struct call *call, struct ixn *ixn, enum verb verb, time_ms at, const char *agent, const char *ref, const char *reason, struct err *err);
/* The commands possible now, one a line; "" for none. */
const char *verb_can(struct call *call, const struct ixn *ixn);

/* events and due work */

struct event {
	time_ms at; /* 0: now */
	const char *event, *ixn, *agent, *ref, *state, *reason;
	int64_t version;
};
int event_add(struct call *call, const struct event *event, struct err *err);
int due_set(struct call *call, const char *kind, const char *id, time_ms at, struct err *err);
int due_clear(struct call *call, const char *kind, const char *id, struct err *err);
/* Settles at most 64 items whose time has come. */
int due_settle(struct call *call, struct err *err);

/* agents (agent.c) */

struct agent {
	const char *name, *alias;
	int64_t role;
	const char *password_hash, *media, *queues, *place, *capacity_rule, *extra;
	int64_t ord;
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
/* Ends a session (logout, time to live): media logged out, its offers withdrawn. */
int session_end(struct call *call, const char *agent, time_ms at, const char *cause, struct err *err);

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

/* routing (route.c) */

struct queue {
	const char *name, *skills;
	int64_t priority;
	double ageing;
	int64_t rona, offer_timeout, exclusion, transcript, pull;
	const char *selection;
	int64_t push, auto_answer;
	const char *overflow_to;
	int64_t overflow_after, overflow_length, overflow_nobody;
	const char *hours;
	int64_t closed;
	const char *closed_to;
	int64_t last_agent, last_agent_wait, wrap_up, waiting_late, waiting_overdue;
	int64_t inactivity_warning, inactivity_warning2, inactivity_close;
	const char *fallback, *extra;
	int64_t ord;
};
/* What a queue asks for once something has waited so long. */
struct widen {
	int64_t after;
	const char *skills;
};
extern const struct record rec_widen;
extern const struct record rec_queue_row;
int queue_get(struct call *call, const char *name, struct queue **queue_r, struct err *err);
/* The queue of an interaction; the defaults for what is in none. */
int queue_of(struct call *call, const struct ixn *ixn, const struct queue **queue_r, struct err *err);
/*
 * Puts a queued interaction, newly come, in the lane of its queue, skills and
 * medium (agent: that agent's own lane). Saves nothing; when the row is saved,
 * route_ixn applies what its queue says about what comes.
 */
int route_enter(struct call *call, struct ixn *ixn, const char *agent, struct err *err);
/* Offers a queued interaction to the best agent who is free, if any. Its queue may send on or end what has just come: look at the row. */
int route_ixn(struct call *call, struct ixn *ixn, struct err *err);
/* The best agent who is free for it and takes no part in it, nothing more: 1, nobody: 0. */
int route_best(struct call *call, const struct ixn *ixn, const char **agent_r, struct err *err);
/* Whether the queue where it would wait is open, and somebody who serves it is logged in. */
int route_takes(struct call *call, const struct ixn *ixn, bool *takes_r, struct err *err);
/* Offers waiting interactions to an agent as long as one is free for them. */
int route_agent(struct call *call, const char *agent, struct err *err);
/* After the site changed: who serves which lane, what is open; what waits in these queues enters anew, with its age. */
int route_rebuild(struct call *call, const struct texts *queues, struct err *err);
/* It waits for nobody any more, anywhere: no deadline and no exclusion is left. */
int route_forget(struct call *call, const char *ixn, struct err *err);
/* What waited for an agent as the one who served the contact last goes to its queue; medium: NULL for all. */
int route_unreserve(struct call *call, const char *agent, const char *medium, time_ms at, const char *reason, struct err *err);
/* An agent has room again, and is looked at when all else of the operation is done. */
void call_freed(struct call *call, const char *agent);
int route_freed(struct call *call, struct err *err);
/* The time in which nobody may be offered it again is over for somebody. */
int route_again(struct call *call, const char *id, struct err *err);
/* Deadlines of the rules of a queue, and of its hours: id is the interaction, the calendar or the queue. */
int route_overflow(struct call *call, const char *id, time_ms at, struct err *err);
int route_widen(struct call *call, const char *id, time_ms at, struct err *err);
int route_wait_over(struct call *call, const char *id, time_ms at, struct err *err);
int route_hours(struct call *call, const char *id, time_ms at, struct err *err);
int route_drain(struct call *call, const char *queue, struct err *err);

struct offer {
	const char *id, *ixn, *agent;
	int64_t purpose, state, created, expires, ended;
	const char *reason, *why, *asker, *mode;
};
extern const struct record rec_offer_row;
/* The pending offer of an interaction: 1, none: 0. */
int offer_of(struct call *call, const char *ixn, struct offer *offer_r, struct err *err);
/* Ends a pending offer in a state of its own; E_OFFER_GONE when it is no longer pending. */
int offer_close(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err);
/* Takes back the pending offer of an interaction that leaves its place: agent_r had it, NULL when there was none. */
int offer_withdraw(struct call *call, const struct ixn *ixn, const char *reason, const char **agent_r, struct err *err);
/* Rejected, expired or withdrawn: back to where it waits, with its age. */
int offer_return(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err);
int offer_expire(struct call *call, const char *id, time_ms at, struct err *err);
/* The agent who is offered it has it from now on; who may accept is for the caller to check. */
int offer_accept(struct call *call, struct ixn *ixn, const struct offer *offer, struct err *err);

/* offers that leave the interaction where it is: to be consulted, to join, to follow (aside.c) */

bool offer_is_aside(const struct offer *offer);
/* Asks an agent to take part; asker and mode may be NULL. */
int offer_aside(struct call *call, const struct ixn *ixn, const char *agent, enum offer_purpose purpose, const char *asker, const char *mode, struct err *err);
int aside_accept(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
/* Rejected, expired, or withdrawn because the session of its agent ended. */
int aside_return(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, const char *reason, struct err *err);
/* Taken back by who asked, or because the interaction moves on. */
int aside_withdraw(struct call *call, const struct offer *offer, time_ms at, const char *reason, struct err *err);

/* Whether the actor may take it out of its queue: the queue lets agents choose, and this one serves it; who leads may always. */
bool queue_pulls(struct call *call, const struct ixn *ixn);

/* workbins (workbin.c) */

/* May the actor take what lies there in this agent's drawer (keeper NULL: in nobody's)? */
bool workbin_mine(struct call *call, const char *name, const char *keeper);
/*
 * May the actor put it there? keeper_r is whose drawer it gets into (of: the
 * agent named, or NULL), NULL where there are none. E_NO_WORKBIN, E_WORKBIN_CLOSED,
 * E_WORKBIN_READ_ONLY, E_NOT_PERMITTED.
 */
int workbin_admits(struct call *call, const struct ixn *ixn, const char *name, const char *of, const char **keeper_r, struct err *err);
/* Parked there: the agent who had it is released; whose load that was is for the caller to refresh. */
int workbin_put(struct call *call, struct ixn *ixn, const char *name, const char *keeper, time_ms at, struct err *err);
/* Back where it was taken from: 1; it came from no workbin of the site: 0. */
int workbin_return(struct call *call, struct ixn *ixn, time_ms at, struct err *err);

/* attached and custom data (data.c) */

struct datum {
	const char *ixn, *key, *value, *label;
	int64_t custom, shown;
	const char *text;
	int64_t type, editable;
};
extern const struct record rec_datum;
/* All data of an interaction, what the site displays first, in its order. */
int data_read(struct call *call, const char *ixn, struct records *out, struct err *err);

/* dispositions (disposition.c) */

/* Adds codes to those of an interaction: E_NO_CODE, E_CODE_BARRED. */
int dispositions_set(struct call *call, const struct ixn *ixn, const struct texts *codes, struct err *err);
/* The codes that the actor may set for a medium, in the order of the tree. */
int disposition_choices(struct call *call, const char *medium, struct texts *codes, struct err *err);

/* agents beside the one who has it (party.c) */

struct party {
	const char *ixn, *agent;
	int64_t role, mode, since, until;
};
extern const struct record rec_party;
/* Those who take part now. */
int party_all(struct call *call, const char *ixn, struct records *out, struct err *err);
/* What an agent takes part in it as: 1, not at all: 0. */
int party_get(struct call *call, const char *ixn, const char *agent, struct party *party_r, struct err *err);
/* mode: of a monitor, else INT_ABSENT. Their load is for the caller to refresh. */
int party_join(struct call *call, const char *ixn, const char *agent, enum party_role role, int64_t mode, struct err *err);
int party_leave(struct call *call, const char *ixn, const char *agent, time_ms at, struct err *err);
/* Who is there in a role, or asked to be: 1, nobody: 0. */
int party_beside(struct call *call, const char *ixn, enum party_role role, const char **agent_r, struct err *err);
/* Takes part (not as one who follows), or is asked to: 1, neither: 0. */
int party_has(struct call *call, const char *ixn, const char *agent, struct err *err);
/* A colleague leaves, whose load is worked out and who is told of to the contact where that is seen; the caller writes the event. */
int party_part(struct call *call, struct ixn *ixn, const struct party *party, time_ms at, struct err *err);
/* The interaction is about to move so: whoever cannot go with it leaves, invitations are taken back. */
int party_moves(struct call *call, struct ixn *ixn, const struct verb_row *row, time_ms at, struct err *err);
/* The session of an agent ends. */
int party_gone(struct call *call, const char *agent, time_ms at, struct err *err);

/* whom a target means now (target.c) */

struct asking {
	/* For the rules of the site, and for messages. */
	const char *action, *command;
	/* Only who is named, not whoever is free. */
	bool direct;
};
/* The colleague to be asked: logged in, with room, without a part in it. E_TARGET_KIND, E_TARGET_AWAY, E_NO_ROOM, E_NOT_A_CHOICE, E_NOT_ALLOWED. */
int target_colleague(struct call *call, const struct ixn *ixn, const struct asking *asking, const char *to, const char **agent_r, struct err *err);
/* The interaction as it would wait in a queue, or with other skills. */
int target_lane(struct call *call, const struct ixn *ixn, const struct target *target, struct ixn *there, struct err *err);
/* Of a team, or of its leads, who is logged in: one who is free before one who is not, the longest idle first: 1, nobody: 0. beside: who takes part counts, too. E_NO_TEAM. */
int team_best(struct call *call, const struct ixn *ixn, const struct target *target, bool beside, const char **agent_r, struct err *err);
/* Whether an agent's skills fulfil an expression: 1 or 0. */
int agent_skilled(struct call *call, const char *agent, const struct skills *expr, struct err *err);
/* E_NO_AGENT, and E_TARGET_AWAY for one who is not logged in. */
int agent_present(struct call *call, const char *name, const char *target, struct err *err);
/* E_NO_ROOM, E_NOT_ON_MEDIUM. */
int agent_room(struct call *call, const char *agent, const char *medium, struct err *err);
/* Whether an agent is ready for a medium and has room. */
int agent_free(struct call *call, const char *agent, const char *medium, bool *free_r, struct err *err);

/* colleagues consulted, and in conference (consult.c, conference.c) */

int consult_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
int conference_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
/* The colleague who is consulted: 1, nobody: 0. */
int consult_find(struct call *call, const struct ixn *ixn, struct party *party_r, struct err *err);
/* The same, where there must be one for this verb: E_NOT_CONNECTED while the colleague is only asked, E_STATE. */
int consult_connected(struct call *call, const struct ixn *ixn, enum verb verb, struct party *party_r, struct err *err);
/* Asks a colleague to join. */
int conference_invite(struct call *call, struct ixn *ixn, const struct asking *asking, const char *to, struct err *err);
/* The pending invitation of a purpose, of any agent or of this one: 1, none: 0. */
int invitation_find(struct call *call, const char *ixn, enum offer_purpose purpose, const char *agent, struct offer *offer_r, struct err *err);

/* chats between agents (internal.c) */

/* The session of who has it ends: nobody else could take it. 1: it is done. */
int internal_end(struct call *call, struct ixn *ixn, time_ms at, struct err *err);

/* what is shown over a network (sight.c) */

/* E_NO_IXN for an id among the input that the actor may not see. */
int sight_input(struct call *call, const void *in, struct err *err);
/* Whether the actor may see an answer: 1 or 0. For lists that count. */
int sight_answer(struct call *call, const void *p, struct err *err);
/* Answers that the actor may not see are left out. */
int sight_answers(struct call *call, struct err *err);
/* Whether the actor may hear of what happens to an interaction or, without one, to an agent: 1 or 0. */
int sight_event(struct call *call, const char *ixn, const char *agent, struct err *err);

/* who may do what with whom (policy.c) */

/* E_NOT_ALLOWED where a rule of the site forbids it to the actor. verb: a name of actions; text: the target as it was typed. */
int policy_check(struct call *call, const char *verb, const char *text, const struct target *target, struct err *err);
/* The same of an agent by name. */
int policy_check_agent(struct call *call, const char *verb, const char *agent, struct err *err);
/* The same as a question: 1 allowed, 0 not. */
int policy_allows(struct call *call, const char *verb, const struct target *target, struct err *err);
/* Whether any rule could forbid it to the actor. */
bool policy_forbids(struct call *call, const char *verb);
/* The expression of a skill target: skill:"french>=3" is how it is written where no shell has taken the quotes. */
const char *target_skills(struct call *call, const struct target *target);

/* leads who follow (monitor.c) */

/* An agent begins to handle it: who follows the agent is asked, who follows the interaction goes with it. */
int monitor_began(struct call *call, struct ixn *ixn, const char *agent, struct err *err);
/* What a verb that was done means for those who follow. */
int monitor_moves(struct call *call, struct ixn *ixn, const struct verb_row *row, time_ms at, struct err *err);
/* The session of a lead, or of somebody followed, ends. */
int monitor_gone(struct call *call, const char *agent, time_ms at, struct err *err);
/* A lead is to take another part in it. */
int monitor_stops(struct call *call, const char *lead, struct ixn *ixn, struct err *err);
/* A lead accepts to follow the interaction that was begun. */
int monitor_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
/* Whether one who follows may say this; *visible_r is to whom it goes when nothing is said. E_MONITOR_MODE. */
int monitor_speaks(const struct ixn *ixn, const struct party *party, const char **visible_r, struct err *err);

/* names and addresses, found by words (words.c) */

/* What a contact is found by, as the store has it now: forgotten before a change of its name or addresses, learnt behind it. */
int words_learn(struct call *call, const char *contact, struct err *err);
int words_forget(struct call *call, const char *contact, struct err *err);
/* The names of the site, all anew. */
int words_site(struct call *call, struct err *err);

/* whom one deals with (favourites.c) */

/* Remembers whom the actor dealt with, as many as the site keeps. */
int recent_add(struct call *call, const char *target, struct err *err);

/* what the site has settled once for all (settings.c, settings.def) */

/* The value of a setting; its default where the site says nothing. */
int setting_get(struct call *call, const char *name, const char **value_r, struct err *err);
/* E_BAD_FIELD: no such setting, or no such value of it. */
int setting_check(const char *name, const char *value, const char **what_r);

/* interactions (ixn.c, handle.c), chats, contacts, transcripts */

/* What every change answers: ids, states and names of the site; no personal data. */
struct change {
	const char *id;
	int64_t state;
	const char *medium, *queue, *agent;
	int64_t seq, version;
	const char *reason;
};
extern const struct record rec_change;
struct change *change_answer(struct call *call, const struct ixn *ixn);

struct id_in {
	const char *id;
};
extern const struct record rec_id_in;

int segment_open(struct call *call, struct ixn *ixn, const char *agent, struct err *err);
/* The agent is idle since then. */
int segment_close(struct call *call, const char *ixn, const char *agent, time_ms at, enum end_reason reason, struct err *err);
/* Leaves the agent who has it: segment, load; the row is not saved. */
int ixn_release(struct call *call, struct ixn *ixn, time_ms at, enum end_reason reason, struct err *err);
/* An agent has it from now on: the verb happens, answered or taken. */
int ixn_begin(struct call *call, struct ixn *ixn, enum verb verb, const char *agent, const char *ref, const char *reason, struct err *err);
#define NOTE_MAX ((size_t)1 << 20)
int note_add(struct call *call, const char *ixn, const char *text, struct err *err);

struct message {
	const char *ixn;
	int64_t seq, at, role;
	const char *author, *name, *visible, *text, *url;
};
extern const struct record rec_message_row;
/* What is said to one agent alone is for that agent, its sender and those who lead. */
bool message_for(const struct call *call, const char *visible, const char *sender);
/* The next message of a chat, said now where it has no time; raises ixn->seq, saves nothing. */
int message_add(struct call *call, struct ixn *ixn, struct message *message, struct err *err);

/* The one who acts says this along with something else; saves nothing. */
int message_own(struct call *call, struct ixn *ixn, const char *text, const char *visible, struct err *err);

/* Words that contacts read: a template in the language, its main language, the site's, English; "" where there is none. */
const char *template_text(struct call *call, const char *language, const char *name);
/* A message of the desk itself, for all: a template in the contact's language, {} in it becomes what (may be NULL). The row is saved. */
int message_system(struct call *call, struct ixn *ixn, const char *template, const char *what, time_ms at, struct err *err);

/* contacts on the web (web.c, cobrowse.c) */

/* Who asks, by the secret of a session; E_SESSION_ENDED. */
int web_actor(struct call *call, struct err *err);
/* Under which name the keys of a contact's requests are kept. */
const char *web_key(const struct call *call);
/* The time of a session is over for good. */
int web_forget(struct call *call, const char *hash, struct err *err);
/* The pages that a contact shows end with the conversation. */
int cobrowse_gone(struct call *call, const char *ixn, time_ms at, struct err *err);

/* alerts (alert.c) */

/* Whether the actor may read it, being meant, its author, or one who leads: 1 or 0. Target NULL: it is for everybody. */
int alert_for(struct call *call, const char *target, const char *author, struct err *err);
/* Its time is over. */
int alert_expire(struct call *call, const char *id, time_ms at, struct err *err);

/* Somebody says this; the row is saved. Who may is for the caller to check. */
int chat_say(struct call *call, struct ixn *ixn, struct message *message, struct err *err);
/* The contact leaves, or an agent ends it, whoever has it or nobody yet. */
int chat_leave(struct call *call, struct ixn *ixn, const char *by, struct err *err);
/* Ends the session of a chat that an agent has: by contact, agent or system. */
int chat_close(struct call *call, struct ixn *ixn, time_ms at, const char *by, const char *reason, struct err *err);

/* the clocks of a chat (chat_timer.c) */

/* Somebody said something that the contact can see. Saves nothing, as the next. */
void chat_spoke(struct ixn *ixn, enum message_role role, time_ms at);
/* It has just moved: whether its clocks are to be set anew. */
bool chat_stirs(struct ixn *ixn, enum ixn_state from, enum verb verb, time_ms at);
/* Sets its clocks, or stops them where nobody is to wait. */
int chat_timers(struct call *call, const struct ixn *ixn, time_ms at, struct err *err);
/* Somebody is typing: the silence begins anew. */
int chat_typing(struct call *call, const struct ixn *ixn, struct err *err);
int chat_waiting_due(struct call *call, const char *id, time_ms at, struct err *err);
int chat_inactive_due(struct call *call, const char *id, time_ms at, struct err *err);
struct chat_wait {
	int64_t side, since, level; /* INT_ABSENT: nobody waits */
};
/* As of now: who waits; a row whose session a silence has closed though nobody has settled it changes so. */
int chat_now(struct call *call, struct ixn *ixn, struct chat_wait *wait, struct err *err);

struct contact {
	const char *id, *rid;
	int64_t version;
	const char *name, *language;
	int64_t created;
	const char *merged; /* the contact it was merged into */
};
extern const struct record rec_contact_row;
/* E_NO_CONTACT, E_BAD_ID. */
int contact_get(struct call *call, const char *id, struct contact **contact_r, struct err *err);
/* Who somebody is by now: the contact itself, or the one it was merged into. */
int contact_head(struct call *call, const char *id, const char **head_r, struct err *err);
/* The contact of an address, made when there is none; of several, the one that the site's setting says. matches_r: how many fit. */
int contact_recognize(struct call *call, const char *scheme, const char *address, const char *name, const char *language,
		      struct contact **contact_r, size_t *matches_r, struct err *err);
/* Everybody who has an address by now. */
int contact_matches(struct call *call, const char *scheme, const char *address, struct texts *out, struct err *err);
/* "a@b.fr", "+33 1...", "sip:bob@host" become a scheme and an address. E_BAD_ADDRESS. */
int address_split(struct call *call, const char *text, const char **scheme_r, const char **address_r, struct err *err);
/* The address of a contact of a scheme, the primary one first, those of whoever was merged into it last; NULL when it has none. */
int contact_address(struct call *call, const char *contact, const char *scheme, const char **address_r, struct err *err);

/* Queues the transcript of an interaction as a mail; NULL to means the contact's address. E_NO_ADDRESS, E_NO_BACKEND. */
int transcript_queue(struct call *call, struct ixn *ixn, const char *to, const char *note, const char **mail_r, struct err *err);

/* What a change of an outgoing mail answers. */
struct mail_change {
	const char *id;
	int64_t state;
	const char *ixn;
	int64_t attempts;
};
extern const struct record rec_mail_change;

/* A mail as it is fixed when it is made. */
struct mail {
	const char *id, *rid;
	int64_t version;
	const char *kind, *ixn, *contact, *agent;
	int64_t state;
	const char *sender, *sender_name, *reply_to, *subject, *message_id, *date, *language, *text, *html;
	int64_t created, ended, epoch, past_data;
};
/* Fills in id, Message-ID, Date and sender, and queues it for its recipients. E_NO_BACKEND without mail.from. */
int mail_queue(struct call *call, struct mail *mail, const struct texts *to, struct err *err);

/* Text from outside that is to be kept: valid UTF-8, no NUL, at most this much. */
#define TEXT_MAX ((size_t)16 << 20)
int text_check(const char *name, const char *text, size_t limit, struct err *err);

/* A word that stands in events and answers: as above, 64 bytes at most, without controls. */
int word_check(const char *name, const char *word, struct err *err);

/* Each of the words is the name of a row of a table, whose rows begin by it: E_BAD_VALUE with all that are known. */
int words_known(struct call *call, const char *name, const struct texts *words, const void *table, size_t row_size, size_t rows, struct err *err);

/* Lists in one column: "a,b"; NULL is absent. */
void list_split(struct arena *arena, const char *text, struct texts *out);
const char *list_join(struct arena *arena, const struct texts *list);
bool list_has(const char *list, const char *word);

#endif

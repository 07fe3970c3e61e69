/*
 * call_priv.h - the call in progress, the row of an interaction, what can be done
 * with it, its events, and what is due.
 *
 * Lock order, for engines that lock rows: agents by name, then the interaction.
 */
#ifndef DESK_CALL_PRIV_H
#define DESK_CALL_PRIV_H

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
	/* It is prepared (op->before): nothing can be written yet. */
	bool prepares;
	void *prepared;
	/* Set by what prepares it: a secret of the request is not the one that the store knows. What was asked before, under the same key, made it so. */
	bool other_secret;
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
	/* Who is free first in this lane has been asked about ahead; id 0: nobody was (ahead.c). */
	struct lane_met {
		char medium[16], queue[48];
		int64_t id;
	} first;
	/* Agents who have room again, for route_freed. */
	struct texts freed;
	/* What there is time for of imports: one slice in each transaction, whoever takes it. */
	struct slice *slice;
	/* How many seqs of the library were drawn: its index follows when all is committed. */
	size_t library;
	/* The site's rules about targets, read once. */
	const struct policy *policy;
	/* Who is free for mails again: is one to be reviewed? */
	struct texts reviewers;
	/* Its mailboxes, likewise. */
	const struct records *mailboxes;
	/* The queue that was met last. */
	const struct queue *queue;
	VEC(const void *)
	answer;
};

/*
 * What is known in a transaction (tx_notes): whether the rest is; the number of
 * the last event, which one writer at a time gives, so that whoever sees a
 * number sees all before it, and none is left out; its time, and that of
 * whichever is the latest, since what is settled late has its own time; until
 * when nothing falls due.
 */
enum note { NOTE_KNOWN,
	    NOTE_SEQ,
	    NOTE_NEWEST,
	    NOTE_LATEST,
	    NOTE_QUIET };
_Static_assert(NOTE_QUIET < TX_NOTES, "a transaction has room for them");

/* The local carrier's. */
struct local {
	struct desk desk;
	struct store *store;
	struct desk_options options;
	bool test;
	struct kept *kept;     /* expressions met before (expression.c) */
	struct proofs *proofs; /* and sessions (proof.c) */
	/* The lanes where what came to a queue waited first (ahead.c). */
	struct lane_met lanes[16];
};

/* NULL where another carrier opened it. */
struct local *desk_local(struct desk *desk);
/* A mirror answers: what only the server knows is left out, or asked of it (E_NEEDS_SERVER). */
bool call_in_mirror(const struct call *call);
/* copied.c: whether it is to be kept that a request takes much away over a network; and the event that says so. */
int copied_due(struct call *call, const struct request *request, bool *due_r, struct err *err);
int copied_event(struct call *call, struct err *err);

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
/* What is new in a queue, and has no skills of its own, waits in this lane. */
void lane_met(struct call *call, const char *medium, const char *queue, int64_t id);

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
	    /* A mail that is reviewed, and what it answers. */
	    VERB_SUBMIT,
	    VERB_APPROVE,
	    VERB_REFUSE,
	    VERB_REVISE,
	    VERB_RECALL,
	    VERB_GIVE_BACK,
	    VERB_RETURN,
	    VERB_PREVIEW,
	    VERB_RESUME,
	    /* A mail that is answered, and the draft of the answer. */
	    VERB_REPLY,
	    VERB_FORWARD,
	    VERB_FOLLOW,
	    VERB_EDIT,
	    VERB_ISSUE,
	    VERB_DISCARD,
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
		     GUARD_PULL,
		     /* Who reviews it; the author of the mail. */
		     GUARD_REVIEWER,
		     GUARD_AUTHOR,
		     /* Who has it open, and nobody else: a lead takes it first. */
		     GUARD_OPENER } guard;
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
/* A mail that an agent writes. */
bool ixn_is_draft(const struct ixn *ixn);
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

/* Text from outside that is to be kept: valid UTF-8, no NUL, at most this much. */
#define TEXT_MAX ((size_t)16 << 20)
int text_check(const char *name, const char *text, size_t limit, struct err *err);

/* A word that stands in events and answers: as above, 64 bytes at most, without controls. */
int word_check(const char *name, const char *word, struct err *err);

/* What is wrong with a name of the site (an agent's, a queue's), for a message; NULL: nothing, it may be one. */
const char *name_wrong(const char *name);

/* Each of the words is the name of a row of a table, whose rows begin by it: E_BAD_VALUE with all that are known. */
int words_known(struct call *call, const char *name, const struct texts *words, const void *table, size_t row_size, size_t rows, struct err *err);

/* Lists in one column: "a,b"; NULL is absent. */
void list_split(struct arena *arena, const char *text, struct texts *out);
const char *list_join(struct arena *arena, const struct texts *list);
bool list_has(const char *list, const char *word);

#endif

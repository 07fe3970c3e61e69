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
#include "desk/desk.h"
#include "model/id.h"
#include "model/names.h"
#include "model/record.h"
#include "model/target.h"
#include "store/store.h"

enum actor_kind { ACTOR_OWNER, /* of the embedded store's file: may all, is nobody */
		  ACTOR_AGENT,
		  ACTOR_SYSTEM };

struct actor {
	enum actor_kind kind;
	const char *name; /* of the agent; NULL otherwise */
	enum role role;
};

struct call {
	struct desk *desk;
	struct tx *tx;
	struct arena *arena;
	time_ms now;
	struct actor actor;
	const struct op *op;
	void *prepared;
	/* Done and answered before, under the same key: only with OP_RENEW. */
	bool again;
	void *kept; /* the first record of the answer given again */
	VEC(const void *)
	answer;
};

struct desk {
	struct store *store;
	struct desk_options options;
	bool test;
};

/* One more record of the answer, of op->out; p must live in the call's arena. */
void call_emit(struct call *call, const void *p);
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

#define RUN(call, sql, ...) sql_run((call)->tx, SQL_##sql, ARGS(__VA_ARGS__), err)

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
};
extern const struct record rec_ixn_row;

/* E_NO_IXN, E_BAD_ID. */
int ixn_get(struct call *call, const char *id, struct ixn **ixn_r, struct err *err);
/* Writes the row back if its version is still the one read, and raises it; E_TAKEN. */
int ixn_save(struct call *call, struct ixn *ixn, struct err *err);

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
	    VERB_CONFERENCE,
	    VERB_CONFERENCE_END,
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
	const char *password_hash, *media, *queues, *place, *extra;
	int64_t ord;
};
extern const struct record rec_agent_row;
int agent_get(struct call *call, const char *name, struct agent **agent_r, struct err *err);
/* What contacts see of an agent: the alias, else a neutral word, never the login. */
const char *agent_shown(struct call *call, const char *name);
/* Load, room and whether each medium is free, worked out anew after any change. */
int agent_refresh(struct call *call, const char *agent, struct err *err);
int agent_set_state(struct call *call, const char *agent, const char *medium, enum agent_state state, time_ms at,
		    const char *reason, const char *cause, struct err *err);
/* Ends a session (logout, time to live): media logged out, its offers withdrawn. */
int session_end(struct call *call, const char *agent, time_ms at, const char *cause, struct err *err);
/* The media a session works on, with what it has of each. */
struct presence {
	const char *agent;
	const char *medium;
	int64_t state;
	const char *reason, *cause;
	int64_t since, idle_since, load, room, free;
};
extern const struct record rec_presence;
/* Of all media that an agent is logged in for. */
int presence_all(struct call *call, const char *agent, struct records *out, struct err *err);
/* The agent meant by --of, else the one who acts, who must be logged in; cause is agent or supervisor. E_NO_AGENT, E_NOT_LOGGED_IN, E_NOT_PERMITTED. */
int agent_whose(struct call *call, const char *of, const char **agent_r, const char **cause_r, struct err *err);
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
/* Puts a queued interaction in the lane of its queue, skills and medium (agent: that agent's own lane). Saves nothing. */
int route_enter(struct call *call, struct ixn *ixn, const char *agent, struct err *err);
/* Offers a queued interaction to the best agent who is free, if any. */
int route_ixn(struct call *call, struct ixn *ixn, struct err *err);
/* Offers waiting interactions to an agent as long as one is free for them. */
int route_agent(struct call *call, const char *agent, struct err *err);
/* A queue's skills, priority or pace are others now: what waits in it enters anew, with its age. */
int route_reenter(struct call *call, const char *queue, struct err *err);
/* Works out which agents serve which lanes, after the site changed. */
int route_rebuild(struct call *call, struct err *err);
/* The time in which nobody may be offered it again is over for somebody. */
int route_again(struct call *call, const char *id, struct err *err);

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

/* Whether the actor may take it out of its queue: the queue lets agents choose, and this one serves it; who leads may always. */
bool queue_pulls(struct call *call, const struct ixn *ixn);

/* workbins (workbin.c) */

/* Whether the actor may open what lies in a workbin that is nobody's own. */
bool workbin_open_to_me(struct call *call, const char *name);

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

int segment_open(struct call *call, const char *ixn, const char *agent, struct err *err);
/* The agent is idle since then. */
int segment_close(struct call *call, const char *ixn, const char *agent, time_ms at, enum end_reason reason, struct err *err);
/* Leaves the agent who has it: segment, load; the row is not saved. */
int ixn_release(struct call *call, struct ixn *ixn, time_ms at, enum end_reason reason, struct err *err);
int note_add(struct call *call, const char *ixn, const char *text, struct err *err);

struct message {
	const char *ixn;
	int64_t seq, at, role;
	const char *author, *name, *visible, *text, *url;
};
extern const struct record rec_message_row;
/* What is said to one agent alone is for that agent, its sender and those who lead. */
bool message_for(const struct call *call, const char *visible, const char *sender);
/* The next message of a chat; raises ixn->seq, saves nothing. */
int message_add(struct call *call, struct ixn *ixn, struct message *message, struct err *err);

struct contact {
	const char *id, *rid;
	int64_t version;
	const char *name, *language;
	int64_t created;
};
extern const struct record rec_contact_row;
/* The contact of an address, made when there is none; several: the one made first. */
int contact_recognize(struct call *call, const char *scheme, const char *address, const char *name, const char *language,
		      const char **contact_r, struct err *err);
/* Its address of a scheme, the primary one first; NULL when it has none. */
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

/* Lists in one column: "a,b"; NULL is absent. */
void list_split(struct arena *arena, const char *text, struct texts *out);
const char *list_join(struct arena *arena, const struct texts *list);
bool list_has(const char *list, const char *word);

#endif

/*
 * talk_priv.h - contacts, and what is said with them: messages, chats and their
 * clocks, templates, mails.
 */
#ifndef DESK_TALK_PRIV_H
#define DESK_TALK_PRIV_H

#include "desk/party_priv.h"

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
/* Nobody's time is counted any more; close: and the agent is idle since then. */
int segment_end(struct call *call, const char *ixn, const char *agent, time_ms at, enum end_reason reason, struct err *err);
int segment_close(struct call *call, const char *ixn, const char *agent, time_ms at, enum end_reason reason, struct err *err);
/* Leaves the agent who has it: segment, load; the row is not saved. */
int ixn_release(struct call *call, struct ixn *ixn, time_ms at, enum end_reason reason, struct err *err);
/* An agent has it from now on: the verb happens, answered or taken. */
int ixn_begin(struct call *call, struct ixn *ixn, enum verb verb, const char *agent, const char *ref, const char *reason, struct err *err);
/* Whether it could be marked done as it is, leaving the workflow: E_NEED_DISPOSITION, E_NOT_A_CHOICE. And doing so, because of what ref names; who had it is freed. */
int done_ready(struct call *call, const struct ixn *ixn, struct err *err);
int done_follow(struct call *call, struct ixn *ixn, const char *ref, struct err *err);
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
/* The desk tells an agent something; ixn: what it is about, or NULL. It stands for a day. */
int alert_raise(struct call *call, const char *target, const char *ixn, enum alert_level level, const char *text, struct err *err);
int alert_agent(struct call *call, const char *agent, const char *ixn, enum alert_level level, const char *text, struct err *err);
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
	const char *copy;
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
	const char *mailbox, *in_reply_to, *refs; /* the account it goes by, NULL: that of [smtp]; ids without <>, refs parted by blanks */
	const char *envelope, *auto_submitted;    /* NULL: the sender; "" for <> */
	const char *copy;                         /* NULL, due, begun, kept, failed: in the folder of sent mails */
};
/* Fills in id, Message-ID, Date and sender, and queues it for its recipients. E_NO_BACKEND without mail.from. */
int mail_queue(struct call *call, struct mail *mail, const struct texts *to, struct err *err);

#endif

/*
 * take_priv.h - what the files share that take mails in: rules of a mailbox,
 * conversations, reports, answers by themselves.
 */
#ifndef DESK_TAKE_PRIV_H
#define DESK_TAKE_PRIV_H

#include "desk/mail.h"
#include "desk/mail_priv.h"

/* mailboxes (site_mail.c) */

/* Its rules, in order: struct site_mail_rule. */
int mailbox_rules(struct call *call, const char *mailbox, struct records *out, struct err *err);
/* The key of signed addresses: 1; there is none yet and none is to be made: 0. */
int mailbox_token_key(struct call *call, bool make, const char **key_r, struct err *err);

/* By name; E_NO_SITE_MAILBOX, E_NO_QUEUE_OF_MAILBOX where its mail is not fetched. */
int mailbox_fetched(struct call *call, const char *name, struct mailbox **mailbox_r, struct err *err);

/* How far a mailbox was fetched: 1, never yet: 0 (mail.c). */
struct fetch_box {
	const char *mailbox, *folder;
	int64_t uidvalidity, uid, at;
};
extern const struct record rec_fetch_box;
int fetch_box_get(struct call *call, const char *mailbox, struct fetch_box *box_r, struct err *err);

/* rules (screening.c) */

/* Is it a pattern? E_BAD_PATTERN with "value", "what", "at". */
int screening_check(struct arena *arena, const char *text, struct err *err);
/* Can a rule look there? */
bool screening_header(const char *name);

/* What the rules say of a mail; NULL, INT_ABSENT: nothing. */
struct screened {
	const char *queue, *skills, *language, *discard; /* discard: why nothing is made of it */
	int64_t priority;
	struct pairs data;
	struct texts matched, gave_up; /* names of rules */
};
struct screen;
/* The rules (struct site_mail_rule) are borrowed, their patterns have been checked. */
struct screen *screen_new(const struct records *rules);
void screen_free(struct screen **screen);
/* Results live in the arena, or are the rules' own. */
void screen_run(struct screen *screen, const struct mail_fetched *mail, struct arena *arena, struct screened *out);

/* conversations (thread.c) */

/* What a mail goes on with. */
struct thread {
	enum fetch_outcome outcome; /* kept: with nothing; threaded, returned */
	const char *conversation;   /* of threaded */
	const char *parent;         /* of returned: the interaction that was forwarded */
	const char *author;         /* and who forwarded it */
};
/* sender: the address it is from; contact: who that is; either may be NULL. tokens: signed addresses are looked for. */
int thread_find(struct call *call, const struct mailbox *mailbox, const struct mail_fetched *mail, const char *sender, const char *contact, struct thread *out, struct err *err);

/* reports (report.c) */

/* Ties what a report says to the mail that it is about: 1, *ixn_r: of that mail, or NULL; it fits none: 0. */
int report_take(struct call *call, const struct mail_fetched *mail, const char **ixn_r, struct err *err);

#endif

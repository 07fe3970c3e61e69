/*
 * mail_priv.h - what the files about mail share: mailboxes of the site, the mail
 * of an interaction, drafts, what review wants of them, what is made of them.
 *
 * A mail that came is an inbound interaction with a row email; its text is
 * message 1. A draft is an outbound interaction with a row email that has a
 * state; what it answers is its parent. What is sent of it is a row of the outbox.
 */
#ifndef DESK_MAIL_PRIV_H
#define DESK_MAIL_PRIV_H

#include "desk/priv.h"
#include "desk/site.h"

/* mailboxes (site_mail.c) */

struct mailbox {
	const char *name, *label, *address, *sender_name, *addresses; /* addresses: a list in one column */
	const char *queue, *folder;
	int64_t after;
	const char *move_to;
	int64_t max_size, duplicates, token;
	const char *acknowledgement, *autoresponse;
	int64_t auto_limit, sent;
	const char *sent_folder, *teams, *extra;
	int64_t ord;
};
/* By name; E_NO_SITE_MAILBOX. What the site does not say holds its default. */
int mailbox_get(struct call *call, const char *name, struct mailbox **mailbox_r, struct err *err);
/* The one whose address it is, or one of its further addresses (domain without case): 1, none: 0. */
int mailbox_of(struct call *call, const char *address, struct mailbox **mailbox_r, struct err *err);
/* Whether an address is one of the site's own: of a mailbox, or mail.from: 1 or 0. */
int mailbox_own(struct call *call, const char *address, struct err *err);
/* All of them. */
int mailbox_all(struct call *call, struct records *out, struct err *err);
/* The signature in a language, or its main language, or the mailbox's first one; NULL: none. */
int mailbox_signature(struct call *call, const struct mailbox *mailbox, const char *language, const char **text_r, struct err *err);
/* The address with a signed token of an interaction, where the mailbox wants one; else the address. */
int mailbox_token_address(struct call *call, const struct mailbox *mailbox, const char *ixn, const char **address_r, struct err *err);

/* the mail of an interaction (email.c) */

struct email {
	const char *ixn;
	int64_t version;
	const char *mailbox;
	int64_t state;                               /* enum mail_state of a draft; INT_ABSENT: it came */
	int64_t kind;                                /* enum email_kind */
	const char *message_id, *in_reply_to, *refs; /* ids without <>, refs parted by blanks */
	const char *sender, *sender_name, *reply_to;
	int64_t date;
	const char *digest;
	int64_t size;
	const char *note;
	const char *parent, *author, *text, *html, *quote;
	int64_t interim, cycle, stage;
	const char *approved, *outbox;
};
extern const struct record rec_email_row;
/* The mail of an interaction: 1, it has none: 0. */
int email_find(struct call *call, const char *ixn, struct email *email_r, struct err *err);
/* E_NO_EMAIL where it has none. */
int email_get(struct call *call, const char *ixn, struct email **email_r, struct err *err);
int email_new(struct call *call, const struct email *email, struct err *err);
/* If its version is the one read, which is raised: E_TAKEN. */
int email_save(struct call *call, struct email *email, struct err *err);

struct email_address {
	const char *ixn, *kind; /* from, reply-to, to, cc, bcc */
	int64_t ord;
	const char *address, *name;
};
extern const struct record rec_email_address;
/* Of one kind, or (NULL) of all. */
int email_addresses(struct call *call, const char *ixn, const char *kind, struct records *out, struct err *err);
int email_address_add(struct call *call, const struct email_address *address, struct err *err);
int email_addresses_clear(struct call *call, const char *ixn, const char *kind, struct err *err);

struct email_part {
	const char *ixn;
	int64_t ord; /* attachment:N */
	const char *name, *type;
	int64_t size;
	const char *digest;
	int64_t start, length; /* within the bytes of the mail; INT_ABSENT: a blob of its own */
	const char *encoding;  /* base64, quoted-printable, or NULL: as it stands there */
};
extern const struct record rec_email_part;
int email_parts(struct call *call, const char *ixn, struct records *out, struct err *err);
int email_part_add(struct call *call, const struct email_part *part, struct err *err);
/* The bytes of a mail as it came, by their digest. E_STORE_DAMAGED. */
int email_raw(struct call *call, const char *digest, struct bytes *bytes_r, struct err *err);
/* The bytes of a part, whichever way it is kept. E_STORE_DAMAGED. */
int email_part_bytes(struct call *call, const struct email_part *part, const void **bytes_r, size_t *size_r, struct err *err);
/* What a person wrote of the mail that came, without what it quotes. */
int email_fresh(struct call *call, const char *ixn, const char **text_r, struct err *err);

/* What is shown of the mail of an interaction beside what every interaction has (email_show.c). */
struct mail_shown {
	const char *mailbox;
	int64_t kind; /* enum email_kind */
	struct texts to, cc;
	int64_t date;
	const char *message_id, *parent;
	int64_t attachments, size;
	const char *note;
	int64_t state; /* of a draft */
	struct texts bcc;
	const char *author, *text, *outbox, *copy, *copy_reply;
};
#define MAIL_SHOWN_FIELDS(S) \
	TEXT_FIELD_CALLED(S, mail.mailbox, "mailbox", NULL, 0, N_("of a mail: the mailbox it came to, or is sent from")), \
		NAME_FIELD_CALLED(S, mail.kind, "kind", email_kinds, 0, N_("of a mail: who wrote it, or what it is")), \
		TEXTS_FIELD_CALLED(S, mail.to, "to", NULL, FIELD_PERSONAL, N_("of a mail: to whom")), \
		TEXTS_FIELD_CALLED(S, mail.cc, "cc", NULL, FIELD_PERSONAL, N_("of a mail: to whom in copy")), \
		TIME_FIELD_CALLED(S, mail.date, "date", 0, N_("of a mail: when it was written, as it says")), \
		TEXT_FIELD_CALLED(S, mail.message_id, "message_id", NULL, 0, N_("of a mail: its Message-ID")), \
		TEXT_FIELD_CALLED(S, mail.parent, "parent", NULL, 0, N_("of a mail: the interaction that it answers or forwards")), \
		INT_FIELD_CALLED(S, mail.attachments, "attachments", 0, N_("of a mail: how many files came or go along")), \
		INT_FIELD_CALLED(S, mail.size, "size", 0, N_("of a mail that came: its size in bytes")), \
		TEXT_FIELD_CALLED(S, mail.note, "note", NULL, 0, N_("of a mail that came: why it was not read as it should")), \
		NAME_FIELD_CALLED(S, mail.state, "mail_state", mail_states, 0, N_("of a draft: its state")), \
		TEXTS_FIELD_CALLED(S, mail.bcc, "bcc", NULL, FIELD_PERSONAL, N_("of a draft: copies that nobody else sees")), \
		TEXT_FIELD_CALLED(S, mail.author, "author", NULL, 0, N_("of a draft: who wrote it")), \
		TEXT_FIELD_CALLED(S, mail.text, "text", NULL, FIELD_PERSONAL, N_("of a draft: what it says, without what it quotes; --part draft shows that, too")), \
		TEXT_FIELD_CALLED(S, mail.outbox, "outbox", NULL, 0, N_("of a draft: the outgoing mail that was made of it")), \
		TEXT_FIELD_CALLED(S, mail.copy, "copy", NULL, 0, N_("of a draft: the copy of what was sent, as outbox-list has it")), \
		TEXT_FIELD_CALLED(S, mail.copy_reply, "copy_reply", NULL, FIELD_PERSONAL, N_("of a draft: why no copy could be kept"))
/* Fills it in where there is a mail. */
int email_shown(struct call *call, const char *ixn, struct mail_shown *out, struct err *err);

/* drafts (draft.c, draft_send.c): the helper-functions that review needs */

/* SHA-256 in hex over all that is sent of it: from, recipients, subject, text, html, quote, attachments. */
int draft_digest(struct call *call, const struct ixn *ixn, const struct email *email, const char **digest_r, struct err *err);
/* What the contact will read: text, with quote behind it. */
const char *draft_whole_text(struct call *call, const struct email *email);
/*
 * Out of the desk's hands: the outbox gets it, its interaction is done, what it
 * answers is done, too, unless it is an interim answer; saves both. The agent's
 * load is worked out. By the author's send where nothing is reviewed, by the last approval.
 */
int draft_release(struct call *call, struct ixn *ixn, struct email *email, struct err *err);
/* Keeps how it is before a change, as a version: who changes it behind its first submission. */
int draft_keep_version(struct call *call, const struct ixn *ixn, const struct email *email, struct err *err);

/* review (review.c): what drafts need of it */

/*
 * The author sends it: 1 where it is reviewed first (then it is in review, its
 * state for-review, the interaction saved and the agent's load worked out), 0
 * where it may go.
 */
int review_submit(struct call *call, struct ixn *ixn, struct email *email, struct err *err);
/* A draft that was rejected, or is edited while it waits, loses what was approved of it. */
int review_void(struct call *call, struct email *email, struct err *err);
/* Another agent's answer to the same interaction is in review, which that waits for, too: 1 or 0. */
int review_other(struct call *call, const struct email *email, struct err *err);
/* What was said when it was rejected last; NULL: nothing. */
int review_remark(struct call *call, const char *ixn, const char **remark_r, struct err *err);
/* An offer to review was accepted (review_stage.c). */
int review_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
/* Its time has come to be passed to others. */
int review_due(struct call *call, const char *ixn, time_ms at, struct err *err);

/* answers by themselves (auto_reply.c), reports (report.c): what taking a mail needs */

int auto_reply(struct call *call, const struct mailbox *mailbox, const struct ixn *ixn, const struct email *email, struct err *err);

/* the outbox (outbox.c) */

/* What an agent's mail has beside what mail_queue fills in. All NULL: a mail of the site itself, as a transcript is. */
struct mail_extra {
	const char *mailbox; /* by whose account it goes */
	const char *in_reply_to, *refs;
	const char *message_id;                      /* fixed before, NULL: one is made */
	const char *auto_submitted;                  /* "auto-replied", "auto-generated", NULL */
	const char *envelope;                        /* sender of the envelope where it is another; "" for <> */
	const char *sender, *sender_name, *reply_to; /* of the header; sender NULL: those of the configuration */
};
/* An address is a recipient once: the first of the list counts. Those of kind bcc stand in no header. */
struct mail_to {
	const char *address, *name, *kind; /* kind: to (NULL), cc, bcc */
};
/*
 * As mail_queue. Attachments are the parts of the mail's interaction (email_part)
 * when its kind is MAIL_KIND_AGENT. mail->agent: the author where it is not who calls.
 */
#define MAIL_KIND_AGENT "email"
int mail_queue_to(struct call *call, struct mail *mail, const struct mail_extra *extra, const struct mail_to *to, size_t n, struct err *err);
/* The files of a mail, all together. */
#define FILES_BYTES ((int64_t)25 << 20)
/* Files of a response (struct attachment) as they are now, for a mail of another kind: are they too large (E_TOO_LARGE)? They go along (outbox_files.c). */
int mail_files_check(const struct records *files, const char *response, struct err *err);
int mail_attach(struct call *call, const struct mail *mail, const struct records *files, struct err *err);
/*
 * The outbox has moved a mail of that kind (draft_send.c): its draft follows.
 * Called at the end of each change of state, and before one is sent again (E_MAIL_EDITED).
 */
int draft_follow(struct call *call, const struct mail *mail, struct err *err);

#endif

/*
 * draft_priv.h - what the files about drafts share: what an agent says of one,
 * and one in the making.
 */
#ifndef DESK_DRAFT_PRIV_H
#define DESK_DRAFT_PRIV_H

#include "desk/draft_text.h"
#include "desk/mail_priv.h"
#include "desk/response_priv.h"

#define SUBJECT_BYTES 998
#define RECIPIENTS_MAX 200
#define FILES_MAX 20

/* What email-compose, email-reply and email-forward take; each leaves out some. */
struct draft_in {
	const char *id, *ixn; /* what it answers or hands on; what it is about */
	const char *draft;    /* the id that it is to have, where a mirror gave it one; NULL: a new one */
	struct texts to, cc, bcc;
	const char *from, *subject, *text;
	struct chosen chosen;
	struct records attach; /* struct draft_file_in */
	const char *signature;
	int64_t no_signature, all, list, no_quote, no_attachments, send, interim;
};

struct draft_file_in {
	const char *name, *type;
	struct bytes data;
};
extern const struct record rec_draft_file_in;

/* What a change of a draft answers: ids, states and names of the site. */
struct draft_out {
	const char *id;
	int64_t state, ixn_state;
	const char *parent, *mailbox, *agent, *workbin, *outbox;
	int64_t attachments, cycle, version;
};
extern const struct record rec_draft_out;
int draft_answer(struct call *call, const struct ixn *ixn, const struct email *email, struct err *err);

/* A draft with all that belongs to it. */
struct draft {
	struct ixn *ixn;
	struct email *email;
	struct draft_people to, cc, bcc;
};
/* E_NO_EMAIL for what is no draft. */
int draft_get(struct call *call, const char *id, struct draft *draft_r, struct err *err);

/* whom it goes to (draft_recipients.c) */

/* What an agent types: an address with or without a name, mailto:, contact:ID. E_BAD_ADDRESS, E_NO_ADDRESS. */
int draft_person(struct call *call, const char *text, struct draft_person *person_r, struct err *err);
/* Adds all of them, to whom the actor may write. E_NOT_ALLOWED. */
int draft_persons(struct call *call, const struct texts *texts, struct draft_people *people, struct err *err);
/* As they are kept, and keeping them. E_TOO_LARGE. */
int draft_people_read(struct call *call, const char *ixn, struct draft *draft, struct err *err);
int draft_people_keep(struct call *call, const struct draft *draft, struct err *err);
/* Whom an answer goes to. E_NO_ADDRESS. */
int draft_people_of(struct call *call, const struct ixn *parent, const struct email *mail, enum draft_scope scope, struct draft *draft, struct err *err);

/* who writes it (draft_from.c) */

/* The mailbox wanted (a name, an address, or NULL), else that of what is answered, else the only one. E_NO_SITE_MAILBOX, E_MAILBOX_CLOSED, E_MISSING_OPERAND, E_NO_BACKEND. */
int draft_from(struct call *call, const char *wanted, const struct email *parent, struct draft *draft, struct err *err);
/* The signature of its mailbox in a language (NULL: that of the draft); NULL: none. */
int draft_signature(struct call *call, const struct draft *draft, const char *language, const char **text_r, struct err *err);

/* what stands behind its text (draft_quote.c) */

/* What it quotes, behind its introduction in the language of the draft. */
int draft_quote(struct call *call, const struct ixn *parent, const struct email *mail, const struct draft *draft, const char **introduction_r, const char **quoted_r, struct err *err);
/* What is sent as HTML; NULL: text alone. */
const char *draft_whole_html(struct call *call, const struct email *email);

/* its files (draft_files.c) */

int draft_attach(struct call *call, const char *ixn, const struct records *files, struct err *err);
/* By name. E_NO_MAIL_PART. */
int draft_detach(struct call *call, const char *ixn, const char *name, struct err *err);
/* Those of a response, of a mail. */
int draft_attach_response(struct call *call, const char *ixn, const struct response *response, struct err *err);
int draft_attach_mail(struct call *call, const char *ixn, const char *mail, struct err *err);

/* the text of a draft (draft_write.c) */

/* What is sent of a response, or given, becomes its text, with the files of the response; the response is remembered until it is sent. about: whom field codes ask. */
int draft_write(struct call *call, struct draft *draft, const struct chosen *chosen, const char *given, const struct ixn *about, struct err *err);
/* It is sent: the responses that are in it are kept as used. */
int draft_used(struct call *call, const struct draft *draft, struct err *err);

/* sending it (draft_send.c) */

int draft_send(struct call *call, struct draft *draft, bool interim, struct err *err);

/* where it lies (draft_keep.c) */

/* The workbin for drafts: the site's "drafts", else its first personal one: 1; none: 0. */
int draft_bin(struct call *call, const char **name_r, struct err *err);

#endif

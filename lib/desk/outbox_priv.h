/*
 * outbox_priv.h - what the files of the outbox share.
 */
#ifndef DESK_OUTBOX_PRIV_H
#define DESK_OUTBOX_PRIV_H

#include "desk/mail_priv.h"
#include "desk/outbox.h"

extern const struct record rec_mail;

/* By a whole id. E_BAD_ID, E_NO_MAIL. */
int mail_get(struct call *call, const char *id, struct mail **mail_r, struct err *err);
/* Its event, named by its state. */
int mail_event(struct call *call, const struct mail *mail, const char *reason, struct err *err);
/* The row moves on if its version is the one read (E_TAKEN), and the draft it was with it. */
int mail_move(struct call *call, struct mail *mail, enum mail_state state, struct err *err);
/* As it is listed, with its recipients. */
int mail_out_fill(struct call *call, const struct mail *mail, struct mail_out *out, struct err *err);

/* Back-off of what was put off so often (1: once): of mails, and of copies of them. */
time_ms outbox_next_try(int64_t attempts, time_ms now);
/* Since when it should have gone: it has failed now. */
bool outbox_gives_up(int64_t attempts, time_ms since, time_ms now);

/* The run holds the account still; E_TAKEN with what it was to do that with (outbox_run.c). */
int outbox_held(struct call *call, const char *mailbox, int64_t epoch, const char *id, struct err *err);

/* copies (outbox_copy.c) */

/* Why a copy could not be kept last, its tries, and the place where one began that may be there (NULL: none is). */
struct copy_tries {
	const char *state, *reply, *place;
	int64_t attempts, next_at;
};
int copy_tries(struct call *call, const char *mail, struct copy_tries *out, struct err *err);
/* What a person may settle: it failed, or waits for another try. */
bool copy_is_undone(const char *copy);
/* A person has it tried again, or gives it up: 1, or 0 where there is none to do that with. */
int copy_again(struct call *call, struct mail *mail, struct err *err);
int copy_drop(struct call *call, struct mail *mail, struct err *err);

/* Files of what no agent wrote: struct outbox_attachment, with their bytes (outbox_files.c). */
int outbox_files(struct call *call, const char *mail, struct records *out, struct err *err);

#endif

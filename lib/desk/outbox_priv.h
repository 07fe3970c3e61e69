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

#endif

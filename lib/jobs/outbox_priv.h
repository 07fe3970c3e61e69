/*
 * outbox_priv.h - what the files of the outbox's jobs share.
 */
#ifndef JOBS_OUTBOX_PRIV_H
#define JOBS_OUTBOX_PRIV_H

#include "jobs/outbox.h"

struct arena;

#define OUTBOX_MACHINE 65
#define OUTBOX_PLACE 32

/* One call of the desk; *out_r: the last answer, or NULL. */
int outbox_call(struct desk *desk, const struct op *op, const void *in, struct arena *arena, const void **out_r, struct err *err) ATTR_MUSTUSE;

/* A run's turn at an account: its lock on this machine, and the account at the desk. */
struct outbox_turn {
	struct desk *desk;
	int lock; /* a descriptor, or -1 */
	bool held;
	struct outbox_epoch run;
	char machine[OUTBOX_MACHINE], place[OUTBOX_PLACE + 1];
};

/* Takes the turn, at most wait_ms later; mailbox is borrowed until the end. healed is given each mail (rec_mail_out) that an earlier run left. -1: E_LOCKED, and what desk_call says. */
int outbox_begin(struct outbox_turn *turn, struct desk *desk, const char *mailbox, int64_t wait_ms, emit_fn *healed, void *context, struct err *err) ATTR_MUSTUSE;
/* Renews the lease; to be called each OUTBOX_TELL_MS, by what waits for a server. turn: a struct outbox_turn. */
void outbox_go_on(void *turn);
/* Gives it back. To be called once after outbox_begin, whatever that said. */
void outbox_end(struct outbox_turn *turn);
/* What became of each recipient, as the desk is told it; rest_r is set where some are to go by themselves, at once. */
struct mail_recipient *outbox_outcomes(const struct outbox_next *mail, const struct smtp_result *results, struct arena *arena, bool *rest_r);
/* The bytes of a mail, once and for all. -1: it cannot be built, ever, and err says why. */
int outbox_build(const struct outbox_next *mail, struct arena *arena, struct bytes *bytes_r, struct err *err) ATTR_MUSTUSE;

#endif

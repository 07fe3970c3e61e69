/*
 * outbox_priv.h - what the files of the outbox's jobs share.
 */
#ifndef JOBS_OUTBOX_PRIV_H
#define JOBS_OUTBOX_PRIV_H

#include "jobs/outbox.h"

struct arena;

/* One call of the desk; *out_r: the last answer, or NULL. */
int outbox_call(struct desk *desk, const struct op *op, const void *in, struct arena *arena, const void **out_r, struct err *err);
/* The account's lock; a descriptor, or -1. */
int outbox_lock(struct desk *desk, const char *mailbox, int64_t wait_ms, struct err *err);
/* What became of each recipient, as the desk is told it; rest_r is set where some are to go by themselves, at once. */
struct mail_recipient *outbox_outcomes(const struct outbox_next *mail, const struct smtp_result *results, struct arena *arena, bool *rest_r);
/* The bytes of a mail, once and for all. -1: it cannot be built, ever, and err says why. */
int outbox_build(const struct outbox_next *mail, struct arena *arena, struct bytes *bytes_r, struct err *err);

#endif

/*
 * outbox.h - the records by which a job and the outbox talk (lib/jobs/outbox.c
 * sends mail), and those of its list.
 *
 * A run of the sender: outbox.heal once, under the account's lock; then for
 * each mail outbox.claim, outbox.bytes, outbox.past-data when the peer waits
 * for the content, outbox.result. Each is one transaction, so that a run can
 * be cut anywhere; the epoch, a number of this run alone, keeps one that was
 * thought dead from going on: E_TAKEN.
 */
#ifndef DESK_OUTBOX_H
#define DESK_OUTBOX_H

#include "model/record.h"

struct mail_recipient {
	const char *address;
	int64_t state, code; /* enum mail_state; the server's code or INT_ABSENT */
	const char *reply;
	int64_t attempts, next_at;
};

/* A mail as it is listed; what healing and results answer. */
struct mail_out {
	const char *id;
	int64_t state;
	const char *ixn;
	struct texts to;
	const char *subject, *kind, *agent, *message_id, *reply;
	int64_t created, ended, attempts, next_at;
	struct records recipients; /* struct mail_recipient */
};

struct outbox_in {
	const char *state;
	const char *ixn;
	int64_t due, limit;
};

struct outbox_epoch {
	int64_t epoch;
};

struct outbox_claim {
	const char *id, *kind, *ixn, *sender, *sender_name, *reply_to, *subject, *message_id, *date, *language, *text, *html;
	struct texts to;
	int64_t built;
};

/* bytes NULL: only read what was fixed before. */
struct outbox_bytes {
	const char *id;
	int64_t epoch;
	const char *bytes;
};

struct outbox_step {
	const char *id;
	int64_t epoch;
};

/* No recipients: nothing was tried, the mail waits as it did before. */
struct outbox_result {
	const char *id;
	int64_t epoch;
	struct records recipients; /* struct mail_recipient */
};

extern const struct record rec_mail_recipient, rec_mail_out, rec_outbox_in, rec_outbox_epoch, rec_outbox_claim, rec_outbox_bytes, rec_outbox_step,
	rec_outbox_result;

#endif

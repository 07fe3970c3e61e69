/*
 * outbox.h - the records by which a job and the outbox talk (lib/jobs/outbox.c
 * sends mail), and those of its list.
 *
 * A mail goes by an account: that of its mailbox, or ("") the one of the
 * configuration. outbox.boxes names those that have something to do. A run of
 * the sender holds the account's lock on its machine, and by outbox.heal the
 * account, of all machines; then outbox.next reads the next mail, outbox.step takes it with its bytes, tells what became of
 * former ones and reads the one behind it, all in one transaction, so that a run
 * can be cut anywhere. A mail
 * taken with past set, or for which outbox.past-data was called, is unknown when
 * the run dies. The epoch, a number of this run alone, keeps one that was
 * thought dead from going on: E_TAKEN.
 *
 * An account that is held is another machine's for OUTBOX_HELD_MS (E_TAKEN): outbox.heal
 * again, each OUTBOX_TELL_MS, goes on, and with done set gives it back. Who comes from the
 * place of the same lock, which is its own then, takes over at once: that run died.
 *
 * Copies for the folder of sent mails are read by outbox.copy-next and settled
 * by outbox.copied; they never change what the mail itself is. They have the
 * waits of mails, and are given up as mails are.
 */
#ifndef DESK_OUTBOX_H
#define DESK_OUTBOX_H

#include "model/record.h"

struct mail_recipient {
	const char *address, *kind, *name; /* kind: to, cc, bcc */
	int64_t state, code;               /* enum mail_state; the server's code or INT_ABSENT */
	const char *reply;
	int64_t attempts, next_at;
	const char *report; /* what a report said later: delivered, delayed, failed ... */
	int64_t reported;
};

/* A mail as it is listed; what healing and results answer. */
struct mail_out {
	const char *id;
	int64_t state;
	const char *ixn;
	struct texts to;
	const char *subject, *kind, *agent, *mailbox, *message_id, *reply, *copy, *copy_reply;
	int64_t copy_next_at, created, ended, attempts, next_at;
	struct records recipients; /* struct mail_recipient */
};

struct outbox_in {
	const char *state, *ixn, *mailbox, *copy;
	int64_t due, limit;
};

struct outbox_boxes_in {
	int64_t unused;
};

/* An account with something to do. */
struct outbox_box {
	const char *mailbox; /* "": that of the configuration */
	int64_t due, copies; /* mails to send or to settle; copies to keep now */
	const char *plain;   /* the server (HOST:PORT) that is to be told no mail before its time: see struct outbox_step; or NULL */
};

struct outbox_epoch {
	int64_t epoch;
	const char *mailbox;
	const char *machine, *place; /* where its lock is: two runs of one machine and place are never at once; NULL: nowhere */
	int64_t done;                /* it ends: the account is free */
};

/* So long an account is held by a run that says nothing; so often one says so that goes on: once or twice may be lost. */
#define OUTBOX_HELD_MS (5 * MS_MINUTE)
#define OUTBOX_TELL_MS MS_MINUTE

struct outbox_next_in {
	const char *mailbox, *after; /* after: behind this mail; NULL: from the first */
};

struct outbox_attachment {
	const char *name, *type;
	struct bytes bytes;
};

/* What to build a mail of; where that was done before: bytes. */
struct outbox_next {
	const char *id;
	int64_t version;
	const char *kind, *ixn, *sender, *sender_name, *reply_to, *subject, *message_id, *date, *language, *text, *html;
	const char *in_reply_to, *refs, *auto_submitted;
	const char *envelope;       /* its sender; "": the null sender */
	struct records header;      /* struct mail_recipient: all but those of kind bcc */
	struct texts to;            /* of the envelope, still to be served */
	struct records attachments; /* struct outbox_attachment */
	struct bytes bytes;         /* p NULL: not built yet */
};

/* What became of a mail. No recipients: nothing was tried, it waits as it did before. */
struct outbox_result {
	const char *id;
	struct records recipients; /* struct mail_recipient; queued: there was no room for it with the others, and that was no try */
};

struct outbox_step {
	int64_t epoch;
	int64_t next;                /* the next mail is wanted, too, as outbox.next has it */
	const char *mailbox, *after; /* for next */
	struct records results;      /* struct outbox_result */
	/* The mail to take, or NULL; version: as it was read. */
	const char *take;
	int64_t version;
	int64_t past;       /* its content may leave at once */
	struct bytes bytes; /* kept unless some were before */
	/* The server (HOST:PORT) of the account that ended a connection where the next mail was announced: known for a day. Or NULL. */
	const char *plain;
};

struct outbox_stepped {
	int64_t taken;        /* 0: somebody else has changed it */
	struct records mails; /* struct mail_out: of the results */
	struct records next;  /* struct outbox_next: one, or none */
};

struct outbox_mark {
	const char *id;
	int64_t epoch;
};

struct outbox_copy_in {
	const char *mailbox, *after;
};

/* A copy to be put into the folder of sent mails. */
struct outbox_copy {
	const char *id, *message_id, *folder;
	const char *begun; /* it may be there, of a run that died or lost the answer: the place in the folder behind which it would be; else NULL */
	struct bytes bytes;
};

struct outbox_copied {
	const char *id;
	const char *state; /* begun, kept; failed, unseen: begun before, and could not be looked for. The desk says whether it is tried again */
	const char *reply; /* the place, or why it failed */
};

struct outbox_copies {
	struct records copies; /* struct outbox_copied: all settled in one transaction */
	int64_t epoch;         /* of the run that holds the account */
	const char *mailbox;
};

extern const struct record rec_mail_recipient, rec_mail_out, rec_outbox_in, rec_outbox_boxes_in, rec_outbox_box, rec_outbox_epoch, rec_outbox_next_in,
	rec_outbox_attachment, rec_outbox_next, rec_outbox_result, rec_outbox_step, rec_outbox_stepped, rec_outbox_mark, rec_outbox_copy_in,
	rec_outbox_copy, rec_outbox_copied, rec_outbox_copies;

#endif

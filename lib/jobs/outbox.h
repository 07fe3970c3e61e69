/*
 * outbox.h - the batch that sends the outbox by SMTP, and keeps copies by IMAP:
 * joins the desk's rows with lib/channel. What a mail's state becomes is the
 * desk's to say.
 *
 * Mails go by accounts: that of their mailbox, or the one of the configuration.
 * For each there is one run at a time: by a lock beside the store among those of
 * this machine, and by the desk among machines (desk/outbox.h). A run may be
 * killed at any moment: a mail is never lost and never goes twice by itself; one
 * whose fate nobody knows becomes unknown, at the latest when the next run
 * begins. Those are two at most: what became of a mail and that the next is being
 * sent are committed together, while the server makes up its mind about the one
 * between. By then the next one's envelope is out, with the end of that one
 * (smtp_begin); where it turns out that it must not go, the connection ends, for
 * an envelope cannot be taken back.
 *
 * A server that ends the connection where an envelope went out early gets each
 * in its turn from then on, for a day: the desk keeps that with the account.
 *
 * One connection, made when there is something to send, made anew when it
 * broke; two mails in a row that break theirs end the run, and so do a server
 * that cannot be reached and a login that is refused: the mail at hand then
 * waits as it did before, and that was no try.
 */
#ifndef JOBS_OUTBOX_H
#define JOBS_OUTBOX_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "channel/imap.h"
#include "channel/smtp.h"
#include "desk/desk.h"
#include "desk/outbox.h"

struct arena;
struct err;

/* The accounts that have something to do: struct outbox_box. */
int outbox_boxes(struct desk *desk, struct arena *arena, struct records *out, struct err *err) ATTR_MUSTUSE;

struct outbox_settings {
	const char *mailbox; /* "": those that go by the account of the configuration */
	struct smtp_account account;
	int64_t lock_wait_ms;              /* for another run to end */
	size_t per_connection;             /* mails; 0: 100 */
	int64_t limit;                     /* mails of this run; 0: all that are due */
	const char *plain;                 /* as outbox_boxes says it: nothing is announced to that server; or NULL */
	const volatile sig_atomic_t *stop; /* NULL, or looked at between mails: not 0 ends the run */
};

struct outbox_totals {
	size_t sent, deferred, failed, unknown, tried;
};

/* After each mail, with its state as the desk has it; -1 ends the run. The record is borrowed for the call. */
typedef int outbox_report_fn(void *context, const struct mail_out *mail, struct err *err);

/*
 * Sends what is due by one account. 0: all of it was tried, whatever came of it;
 * -1: why the run ended early: E_LOCKED, what smtp_open says, what broke two
 * connections in a row, or an error of the desk. totals, to which is added,
 * holds what was done in both cases.
 */
int outbox_run(struct desk *desk, const struct outbox_settings *settings, outbox_report_fn *report, void *context,
	       struct arena *arena, struct outbox_totals *totals, struct err *err) ATTR_MUSTUSE;

struct outbox_copy_settings {
	const char *mailbox;
	struct imap_account account;
	int64_t lock_wait_ms;
	const volatile sig_atomic_t *stop;
	outbox_report_fn *unknown; /* told of mails that a run left which died, and nobody knows about */
};

/* A mail of which no copy could be kept: copy deferred, or failed where the desk has given up. -1 ends the run. */
typedef int outbox_copy_fn(void *context, const struct mail_out *mail, struct err *err);

/*
 * Puts copies that are due into the folder of sent mails, which is made where it
 * is missing. What the server refuses waits as a deferred mail does. 0, also where single ones failed; -1: E_LOCKED, what
 * imap_open says, what broke the connection, or an error of the desk; what was
 * not reached waits. A copy that a run was at when it died is looked for in the
 * folder first.
 */
int outbox_copy_run(struct desk *desk, const struct outbox_copy_settings *settings, outbox_copy_fn *not_kept, void *context, struct err *err) ATTR_MUSTUSE;

#endif

/*
 * outbox.h - the batch that sends the outbox by SMTP: joins the desk's rows
 * with lib/channel/smtp. What a mail's state becomes is the desk's to say.
 *
 * One run at a time, by a lock beside the store. It may be killed at any
 * moment: a mail is never lost and never goes twice by itself; one whose fate
 * nobody knows becomes unknown, at the latest when the next run begins.
 *
 * One connection, made when there is something to send, made anew when it
 * broke; two mails in a row that break theirs end the run, and so do a server
 * that cannot be reached and a login that is refused: the mail at hand then
 * waits as it did before, and that was no try.
 */
#ifndef JOBS_OUTBOX_H
#define JOBS_OUTBOX_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "channel/smtp.h"
#include "desk/desk.h"
#include "desk/outbox.h"

struct arena;
struct err;

struct outbox_settings {
	struct smtp_account account;
	int64_t lock_wait_ms;              /* for another run to end */
	size_t per_connection;             /* mails; 0: 100 */
	int64_t limit;                     /* mails of this run; 0: all that are due */
	const volatile sig_atomic_t *stop; /* NULL, or looked at between mails: not 0 ends the run */
};

struct outbox_totals {
	size_t sent, deferred, failed, unknown;
};

/* After each mail, with its state as the desk has it; -1 ends the run. The record lives in the run's arena. */
typedef int outbox_report_fn(void *context, const struct mail_out *mail, struct err *err);

/*
 * Sends what is due. 0: all of it was tried, whatever came of it; -1: why the
 * run ended early: E_LOCKED, what smtp_open says, what broke two connections
 * in a row, or an error of the desk. totals holds what was done in both cases.
 */
int outbox_run(struct desk *desk, const struct outbox_settings *settings, outbox_report_fn *report, void *context,
	       struct arena *arena, struct outbox_totals *totals, struct err *err) ATTR_MUSTUSE;

#endif

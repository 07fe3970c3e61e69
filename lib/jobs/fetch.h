/*
 * fetch.h - the job that fetches the mail of one mailbox: joins the desk's
 * operations (desk/mail.h) with lib/channel/imap.
 *
 * Mails are taken in batches, each with the place in the mailbox in one
 * transaction; behind that they are marked or moved at the server. It may be
 * killed at any moment: no mail is lost, none is taken twice. While the store
 * commits a batch the next one is read and another is on its way.
 *
 * One run for a mailbox at a time, by a lock beside the store. On two machines
 * two may run: the second finds what the first has taken.
 *
 * What the server sends is parsed here, by a library that can be made to
 * crash: run it in a process of its own (crew.h) and give it a mark, in memory
 * that both processes see. One run, one thread; it starts another for the store.
 */
#ifndef JOBS_FETCH_H
#define JOBS_FETCH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "channel/imap.h"
#include "desk/desk.h"
#include "desk/mail.h"

struct arena;
struct err;

/* Where a run was when it died; the next one keeps the mails of bad without looking at them. */
#define FETCH_BAD_MAX 16
struct fetch_mark {
	uint32_t uidvalidity, reading; /* reading 0: no mail */
	uint32_t bad[FETCH_BAD_MAX];   /* UIDs */
	uint32_t bad_n;
};

struct fetch_totals {
	int64_t outcomes[FETCH_DISCARDED + 1];
	int64_t listed; /* of a dry run */
};

struct fetch_settings {
	const char *mailbox;
	/* The server, asked at each login: tokens run out. Its errors end the run. */
	int (*account)(void *context, struct arena *arena, struct imap_account *account, struct err *err);
	/* Each mail behind its commit, then NULL when a batch is through. Of a dry run there is no outcome. -1 ends the run. */
	int (*taken)(void *context, const struct mail_taken *mail, struct err *err);
	/* fetch_follow: what went wrong; it is tried again after wait ms. May be NULL. */
	void (*trouble)(void *context, const struct err *err, int64_t wait);
	void *context;
	int64_t lock_wait;                 /* ms, for another run to end */
	int64_t limit;                     /* mails; 0: all */
	bool dry_run;                      /* nothing is changed, here or at the server */
	const volatile sig_atomic_t *stop; /* NULL, or not 0 ends the run behind the batch at hand */
	int stop_fd;                       /* can be read then; -1 */
	struct fetch_mark *mark;           /* may be NULL */
};

/*
 * Fetches what is there. A connection that breaks is made anew once. -1:
 * E_LOCKED, what imap_open says, E_NO_MAILBOX, E_MAILBOX_GONE, an error of the
 * desk, or that mails were taken and could not be marked or moved (the next
 * run tries again). totals holds what was done in both cases.
 */
int fetch_run(struct desk *desk, const struct fetch_settings *settings, struct fetch_totals *totals, struct err *err) ATTR_MUSTUSE;
/*
 * The same, and goes on: waits for news by IDLE, connects again after 1 s to
 * 5 min. 0: it was told to stop. -1: what only a person can mend (a refused
 * login or certificate, configuration, rights).
 */
int fetch_follow(struct desk *desk, const struct fetch_settings *settings, struct fetch_totals *totals, struct err *err) ATTR_MUSTUSE;

#endif

/*
 * fetch_priv.h - what the files of the job share.
 */
#ifndef JOBS_FETCH_PRIV_H
#define JOBS_FETCH_PRIV_H

#include "base/arena.h"
#include "base/err.h"
#include "jobs/fetch.h"

/* A batch on its way into the store (fetch_take.c). */
struct fetch_batch {
	struct arena *arena;
	struct mail_take_in in;
	VEC(const struct mail_taken *)
	answers;
	int rc;
	struct err err;
};

struct fetch_taker;

/* One call of the desk, which is asked again while its store is busy; answers may be NULL. */
int fetch_call(struct desk *desk, const struct op *op, const void *in, struct arena *arena, emit_fn *emit, void *context, struct err *err);

/* A thread that alone calls the desk while it lives. */
struct fetch_taker *fetch_taker_new(struct desk *desk, struct err *err) ATTR_MUSTUSE;
/* Waits for the batch at hand. Accepts a pointer to NULL; sets it to NULL. */
void fetch_taker_free(struct fetch_taker **taker);
/* Takes a batch when the one before has been waited for. */
void fetch_taker_give(struct fetch_taker *taker, struct fetch_batch *batch);
/* The batch that was given, when it is through; NULL: none was. */
struct fetch_batch *fetch_taker_wait(struct fetch_taker *taker);

/* A run (fetch.c). */
struct fetch {
	struct desk *desk;
	const struct fetch_settings *settings;
	struct fetch_totals *totals;
	struct arena *arena, *pass; /* of the session, of one look at the mailbox */
	struct imap *imap;
	const struct mail_box *box;
	struct imap_box selected;
	struct mail_reader *reader;
	struct fetch_taker *taker;
	struct fetch_batch batches[2];
	size_t turn;
	int64_t done;  /* mails of this run */
	bool progress; /* this session has taken something */
	bool stopped;
	bool many; /* the store was told so */
	VEC(uint32_t)
	acts;              /* UIDs to mark or to move */
	struct err undone; /* why they were not */
};

int fetch_begin(struct fetch *f, struct desk *desk, const struct fetch_settings *settings, struct fetch_totals *totals, int *lock_r, struct err *err) ATTR_MUSTUSE;
void fetch_end(struct fetch *f, int lock);
/* All that is there now. 0: also where it was told to stop, and where some could not be marked: undone. */
int fetch_pass(struct fetch *f, struct err *err) ATTR_MUSTUSE;
void fetch_hang_up(struct fetch *f);
/* 0 ms or more later; false: it was told to stop. */
bool fetch_pause(const struct fetch *f, int64_t ms);

#endif

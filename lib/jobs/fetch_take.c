/*
 * The store's half of the job. One mail that the desk will not take must not
 * hold up those behind it: it is given again by itself, then as mere bytes.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "jobs/fetch_priv.h"

/* The store waits 10 s at each. */
#define TRIES 6

int
fetch_call(struct desk *desk, const struct op *op, const void *in, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	const struct request request = { .op = op, .in = in };
	int rc, tries = 0;

	do
		rc = desk_call(desk, &request, arena, emit, context, err);
	while (rc < 0 && err->code == E_STORE_BUSY && ++tries < TRIES);
	return rc;
}

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct fetch_batch *b = context;

	(void)record, (void)err;
	vec_push(b->arena, &b->answers, (const struct mail_taken *)p);
	return 0;
}

static int
give(struct desk *desk, struct fetch_batch *b, struct mail_fetched *mails, size_t n)
{
	struct mail_take_in in = b->in;

	in.mails = (struct records){ mails, n };
	return fetch_call(desk, &op_mail_take, &in, b->arena, keep, b, &b->err);
}

/* It is the mail that is wrong, or us: not the store, not the caller. */
static bool
is_of_mail(const struct err *err)
{
	return err_class(err) == ERR_INPUT || err_class(err) == ERR_USAGE || err_class(err) == ERR_BUG;
}

static void
strip(struct arena *arena, struct mail_fetched *mail, const struct err *why)
{
	const struct mail_fetched was = *mail;

	record_init(&rec_mail_fetched, mail);
	mail->uid = was.uid;
	mail->raw = was.raw;
	mail->digest = was.digest;
	mail->size = was.size;
	mail->received = was.received;
	mail->kind = EMAIL_AUTOMATIC;
	mail->text = "";
	mail->note = arena_printf(arena, "it was kept as it came: %s", err_name(why->code));
}

static void
take(struct desk *desk, struct fetch_batch *b)
{
	struct mail_fetched *mails = b->in.mails.v;

	b->rc = give(desk, b, mails, b->in.mails.n);
	if (b->rc == 0 || !is_of_mail(&b->err))
		return;
	b->answers.n = 0;
	b->rc = 0;
	for (size_t i = 0; i < b->in.mails.n && b->rc == 0; i++) {
		b->rc = give(desk, b, mails + i, 1);
		if (b->rc == 0 || !is_of_mail(&b->err))
			continue;
		strip(b->arena, mails + i, &b->err);
		b->rc = give(desk, b, mails + i, 1);
	}
}

/* The thread. */

struct fetch_taker {
	struct desk *desk;
	pthread_t thread;
	pthread_mutex_t door;
	pthread_cond_t changed;
	struct fetch_batch *batch;
	bool busy, quit;
};

static void *
work(void *context)
{
	struct fetch_taker *t = context;

	pthread_mutex_lock(&t->door);
	while (!t->quit) {
		if (!t->busy) {
			pthread_cond_wait(&t->changed, &t->door);
			continue;
		}
		pthread_mutex_unlock(&t->door);
		take(t->desk, t->batch);
		pthread_mutex_lock(&t->door);
		t->busy = false;
		pthread_cond_broadcast(&t->changed);
	}
	pthread_mutex_unlock(&t->door);
	return NULL;
}

struct fetch_taker *
fetch_taker_new(struct desk *desk, struct err *err)
{
	struct fetch_taker *t = xcalloc(1, sizeof(*t));
	sigset_t ends, mask;
	int rc;

	t->desk = desk;
	pthread_mutex_init(&t->door, NULL);
	pthread_cond_init(&t->changed, NULL);
	/* Those are for who waits for the server; the store's lock needs its alarm here. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &ends, &mask);
	rc = pthread_create(&t->thread, NULL, work, t);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (rc == 0)
		return t;
	free(t);
	err_set(err, E_IO, "path", "a thread", "reason", strerror(rc), NULL);
	return NULL;
}

void
fetch_taker_free(struct fetch_taker **taker)
{
	struct fetch_taker *t = *taker;

	if (!t)
		return;
	fetch_taker_wait(t);
	pthread_mutex_lock(&t->door);
	t->quit = true;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->door);
	pthread_join(t->thread, NULL);
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->door);
	free(t);
	*taker = NULL;
}

void
fetch_taker_give(struct fetch_taker *taker, struct fetch_batch *batch)
{
	pthread_mutex_lock(&taker->door);
	taker->batch = batch;
	taker->busy = true;
	pthread_cond_broadcast(&taker->changed);
	pthread_mutex_unlock(&taker->door);
}

struct fetch_batch *
fetch_taker_wait(struct fetch_taker *taker)
{
	struct fetch_batch *batch;

	pthread_mutex_lock(&taker->door);
	while (taker->busy)
		pthread_cond_wait(&taker->changed, &taker->door);
	batch = taker->batch;
	taker->batch = NULL;
	pthread_mutex_unlock(&taker->door);
	return batch;
}

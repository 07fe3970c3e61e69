/*
 * The workers: threads that run what may block, while the connection sleeps.
 */
#include <signal.h>
#include <stdlib.h>

#include "api/priv.h"
#include "base/mem.h"

/* More than this and whoever comes is told to come again. */
#define WAITING_MAX 1024
/* And so is who comes while one waits so long: all who could see to it are held up, as by a store that does not answer. */
#define STUCK_MS (5 * MS_SECOND)
/* Passwords take 64 MiB each to check: so many threads do what takes long. */
#define LONG_THREADS 2

struct worker {
	struct api_server *server;
	enum lane lane;
};

static struct api_exchange *
next(struct work *work, enum lane lane)
{
	struct api_exchange *x;

	pthread_mutex_lock(&work->door);
	while (!work->first[lane] && !work->ends)
		pthread_cond_wait(&work->more[lane], &work->door);
	x = work->first[lane];
	if (x) {
		work->first[lane] = x->next;
		if (!x->next)
			work->last[lane] = &work->first[lane];
		work->waiting--;
	}
	pthread_mutex_unlock(&work->door);
	return x;
}

static void *
run(void *context)
{
	struct worker *w = context;
	struct api_exchange *x;

	while ((x = next(&w->server->work, w->lane))) {
		http_run(x);
		MHD_resume_connection(x->connection);
	}
	free(w);
	return NULL;
}

static void
start_one(struct api_server *server, enum lane lane)
{
	struct worker *w = xcalloc(1, sizeof(*w));

	w->server = server;
	w->lane = lane;
	if (pthread_create(&server->work.threads[server->work.n++], NULL, run, w) != 0)
		abort();
}

void
work_start(struct api_server *server)
{
	struct work *work = &server->work;
	size_t n = (size_t)server->settings->workers;

	pthread_mutex_init(&work->door, NULL);
	for (size_t i = 0; i < LANES; i++) {
		pthread_cond_init(&work->more[i], NULL);
		work->last[i] = &work->first[i];
	}
	work->threads = xcalloc(n + LONG_THREADS, sizeof(*work->threads));
	for (size_t i = 0; i < n; i++)
		start_one(server, LANE_SHORT);
	for (size_t i = 0; i < LONG_THREADS; i++)
		start_one(server, LANE_LONG);
}

/* Under the door. */
static bool
is_stuck(const struct work *work, enum lane lane)
{
	const struct api_exchange *first = work->first[lane];

	return first && clock_monotonic() - first->waits >= STUCK_MS;
}

int
work_add(struct api_server *server, struct api_exchange *exchange, enum lane lane)
{
	struct work *work = &server->work;

	pthread_mutex_lock(&work->door);
	if (work->waiting >= WAITING_MAX || is_stuck(work, lane)) {
		pthread_mutex_unlock(&work->door);
		return -1;
	}
	work->waiting++;
	exchange->suspended = true;
	exchange->next = NULL;
	exchange->waits = clock_monotonic();
	/* Before a worker can have it, and resume it. */
	MHD_suspend_connection(exchange->connection);
	*work->last[lane] = exchange;
	work->last[lane] = &exchange->next;
	pthread_cond_signal(&work->more[lane]);
	pthread_mutex_unlock(&work->door);
	return 0;
}

void
work_stop(struct api_server *server)
{
	struct work *work = &server->work;

	pthread_mutex_lock(&work->door);
	work->ends = true;
	for (size_t i = 0; i < LANES; i++)
		pthread_cond_broadcast(&work->more[i]);
	pthread_mutex_unlock(&work->door);
	for (size_t i = 0; i < work->n; i++)
		pthread_join(work->threads[i], NULL);
	free(work->threads);
}

size_t
work_waiting(struct api_server *server)
{
	size_t n;

	pthread_mutex_lock(&server->work.door);
	n = server->work.waiting;
	pthread_mutex_unlock(&server->work.door);
	return n;
}

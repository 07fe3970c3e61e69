/*
 * Event streams: thousands of connections that sleep until something happens
 * that concerns them, and the one thread that watches the store for all.
 *
 * A holder stands between a stream and its connection. The watcher fills it,
 * libmicrohttpd's thread empties it; each holds its lock for a moment only.
 * Who does not read is given nothing more until what was given is read.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "api/priv.h"
#include "base/mem.h"
#include "desk/news.h"

/* So often a stream says that it lives. */
#define BEAT_MS (15 * MS_SECOND)
#define BEAT ": \n\n"
#define SWEEP_MS MS_SECOND

struct holder {
	struct holder *next, **link; /* of all, under the server's stream_door */
	struct api_server *server;
	struct MHD_Connection *connection;
	struct api_stream *stream;
	pthread_mutex_t door;
	struct buf out;
	size_t sent;
	atomic_int holds; /* the connection, and the watcher for a moment */
	int64_t at, beat; /* when it is asked again, when it says that it lives */
	bool suspended, over, gone;
};

static void
release(struct holder *h)
{
	if (atomic_fetch_sub(&h->holds, 1) > 1)
		return;
	h->stream->free(h->stream);
	buf_release(&h->out);
	pthread_mutex_destroy(&h->door);
	free(h);
}

/* libmicrohttpd's side. */

static ssize_t
read_stream(void *context, uint64_t at, char *to, size_t max)
{
	struct holder *h = context;
	ssize_t size;
	bool asks;

	(void)at;
	pthread_mutex_lock(&h->door);
	if (h->sent == h->out.n) {
		size = h->over ? MHD_CONTENT_READER_END_OF_STREAM : 0;
		if (!h->over) {
			h->suspended = true;
			MHD_suspend_connection(h->connection);
		}
		pthread_mutex_unlock(&h->door);
		return size;
	}
	size = (ssize_t)(h->out.n - h->sent < max ? h->out.n - h->sent : max);
	memcpy(to, h->out.p + h->sent, (size_t)size);
	h->sent += (size_t)size;
	asks = h->sent == h->out.n;
	if (asks) {
		buf_release(&h->out);
		h->sent = 0;
	}
	asks = asks && h->at == 0;
	pthread_mutex_unlock(&h->door);
	if (asks)
		stream_wake(h->server);
	return size;
}

enum MHD_Result
stream_answer(struct api_exchange *x)
{
	struct api_server *server = x->request.server;
	struct holder *h = xcalloc(1, sizeof(*h));
	struct MHD_Response *response;
	enum MHD_Result rc;

	h->server = server;
	h->connection = x->connection;
	h->stream = x->answer.stream;
	x->answer.stream = NULL;
	h->beat = clock_monotonic() + BEAT_MS;
	pthread_mutex_init(&h->door, NULL);
	atomic_store(&h->holds, 1);
	x->holder = h;
	pthread_mutex_lock(&server->stream_door);
	h->next = server->streams;
	h->link = &server->streams;
	if (h->next)
		h->next->link = &h->next;
	server->streams = h;
	h->over = atomic_load(&server->draining);
	pthread_mutex_unlock(&server->stream_door);
	atomic_fetch_add(&server->streams_n, 1);
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64, read_stream, h, NULL);
	if (!response)
		return MHD_NO;
	x->answer.type = "text/event-stream";
	answer_headers(x, response);
	MHD_add_response_header(response, "X-Accel-Buffering", "no");
	guard_phase(x->guard, PHASE_STREAM, 0);
	rc = MHD_queue_response(x->connection, 200, response);
	MHD_destroy_response(response);
	/* There may be thousands: what the request needed is let go. */
	arena_free(&x->arena);
	stream_wake(server);
	return rc;
}

void
stream_closed(struct api_exchange *x)
{
	struct api_server *server = x->request.server;
	struct holder *h = x->holder;

	pthread_mutex_lock(&server->stream_door);
	*h->link = h->next;
	if (h->next)
		h->next->link = h->link;
	pthread_mutex_unlock(&server->stream_door);
	pthread_mutex_lock(&h->door);
	h->gone = true;
	pthread_mutex_unlock(&h->door);
	atomic_fetch_sub(&server->streams_n, 1);
	x->holder = NULL;
	release(h);
}

/* The watcher's side. */

void
stream_wake(struct api_server *server)
{
	const uint64_t one = 1;

	if (write(server->wake, &one, sizeof(one)) < 0)
		return; /* it is full: awake anyway */
}

/* The connection goes on where it slept; under the holder's lock. */
static void
resume(struct holder *h)
{
	if (!h->suspended || h->gone)
		return;
	h->suspended = false;
	MHD_resume_connection(h->connection);
}

struct watch {
	struct api_server *server;
	struct arena *arena;
	struct desk *desk;
	struct desk_news news;
	int64_t swept;
	VEC(struct holder *)
	asked;
};

static bool
concerns(const struct holder *h, const struct desk_news *news)
{
	if (h->stream->ixn)
		return desk_news_of(&news->ixns, h->stream->ixn);
	return h->stream->agent && (desk_news_of(&news->agents, h->stream->agent) || (news->all && news->any));
}

/* Whom to ask now: nobody where the store is away. What is over, or says only that it lives, is done here. *next_r: when the first of them has to be looked at again. */
static void
choose(struct watch *w, bool away, int64_t now, int64_t *next_r)
{
	pthread_mutex_lock(&w->server->stream_door);
	for (struct holder *h = w->server->streams; h; h = h->next) {
		pthread_mutex_lock(&h->door);
		if (!away && h->out.n == 0 && !h->over && (now >= h->at || concerns(h, &w->news))) {
			atomic_fetch_add(&h->holds, 1);
			vec_push(w->arena, &w->asked, h);
		} else if (h->out.n != 0 && concerns(h, &w->news)) {
			h->at = 0;
		}
		if (now >= h->beat) {
			h->beat = now + BEAT_MS;
			if (h->out.n == 0)
				buf_str(&h->out, BEAT);
			resume(h);
		}
		if (h->at > now && h->at < *next_r)
			*next_r = h->at;
		if (h->beat < *next_r)
			*next_r = h->beat;
		pthread_mutex_unlock(&h->door);
	}
	pthread_mutex_unlock(&w->server->stream_door);
}

/* Nothing to tell though it is to be asked again: it could not read. */
static bool
ask(struct watch *w, struct holder *h, int64_t now)
{
	struct arena *arena = arena_new();
	struct buf out = BUF_INIT;
	int rc = h->stream->next(h->stream, w->desk, arena, &out);
	bool blind = rc > 0 && !out.n;

	pthread_mutex_lock(&h->door);
	/* A beat may stand there. */
	buf_add(&h->out, buf_get(&out), out.n);
	/* It may have been ended meanwhile. */
	h->over = h->over || rc < 0;
	h->at = rc > 0 ? 0 : h->stream->every > 0 ? now + h->stream->every
						  : INT64_MAX;
	if (h->out.n || h->over)
		resume(h);
	pthread_mutex_unlock(&h->door);
	buf_release(&out);
	arena_free(&arena);
	return blind;
}

/* Each of thousands would wait for it. */
static bool
is_away(struct watch *w, struct arena *arena, struct desk_news *news)
{
	struct err err = { 0 };

	if (desk_news(w->desk, arena, news, &err) == 0)
		return false;
	news->all = news->any = true;
	return err_class(&err) == ERR_UNAVAILABLE;
}

static void
ask_all(struct watch *w, int64_t now)
{
	bool away = false;

	for (size_t i = 0; i < w->asked.n; i++) {
		struct holder *h = w->asked.v[i];

		if (away) {
			pthread_mutex_lock(&h->door);
			h->at = 0;
			pthread_mutex_unlock(&h->door);
		} else if (ask(w, h, now)) {
			struct desk_news news = { .seq = w->news.seq };
			struct arena *arena = arena_new();

			away = is_away(w, arena, &news);
			arena_free(&arena);
		}
		release(h);
	}
}

static int64_t
look(struct watch *w)
{
	int64_t now = clock_monotonic(), next = now + SWEEP_MS;
	bool away;

	arena_reset(w->arena);
	w->asked.v = NULL;
	w->asked.n = w->asked.cap = 0;
	away = is_away(w, w->arena, &w->news);
	choose(w, away, now, &next);
	ask_all(w, now);
	if (now - w->swept >= SWEEP_MS) {
		w->swept = now;
		guard_sweep(w->server, atomic_load(&w->server->draining));
	}
	return w->news.more ? 0 : next - now;
}

static void *
watch(void *context)
{
	struct watch w = { .server = context, .arena = arena_new() };
	struct err err = { 0 };

	while (!atomic_load(&w.server->ended)) {
		uint64_t count;
		int64_t ms;

		if (!w.desk && desks_take(w.server, &w.desk, &err) < 0) {
			poll(&(struct pollfd){ w.server->wake, POLLIN, 0 }, 1, SWEEP_MS);
			continue;
		}
		ms = look(&w);
		/* This settles what has fallen due, and sleeps until the next time. */
		if (ms > 0)
			desk_wait_for(w.desk, w.server->wake, ms);
		if (read(w.server->wake, &count, sizeof(count)) < 0)
			continue;
	}
	if (w.desk)
		desks_give(w.server, w.desk, false);
	arena_free(&w.arena);
	return NULL;
}

void
stream_start(struct api_server *server)
{
	pthread_mutex_init(&server->stream_door, NULL);
	server->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (server->wake < 0 || pthread_create(&server->watcher, NULL, watch, server) != 0)
		abort();
}

void
stream_end(struct api_server *server)
{
	pthread_mutex_lock(&server->stream_door);
	for (struct holder *h = server->streams; h; h = h->next) {
		pthread_mutex_lock(&h->door);
		h->over = true;
		resume(h);
		pthread_mutex_unlock(&h->door);
	}
	pthread_mutex_unlock(&server->stream_door);
}

void
stream_stop(struct api_server *server)
{
	atomic_store(&server->ended, true);
	stream_wake(server);
	pthread_join(server->watcher, NULL);
	close(server->wake);
}

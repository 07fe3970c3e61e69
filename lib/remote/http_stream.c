/*
 * The server's events as a bell: what happened is asked for by operations.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "desk/desk.h"
#include "remote/http_priv.h"

/* So long the first call waits for the stream to stand. */
#define BEGIN_MS 2000
#define PAUSE_MS 500
#define PAUSE_MAX_MS 15000
/* So often one looks where the stream stands, in case it lost something; and where it does not. */
#define POLL_MS 5000
#define POLL_WITHOUT_MS 1000
/* The server says something every 15 s. */
#define SILENCE_SECS 45L

static void
stream_end(struct stream *s)
{
	if (s->easy) {
		curl_multi_remove_handle(s->multi, s->easy);
		curl_easy_cleanup(s->easy);
		curl_slist_free_all(s->headers);
	}
	s->easy = NULL;
	s->headers = NULL;
	s->stands = false;
}

void
http_stream_close(struct http *http)
{
	stream_end(&http->stream);
	if (http->stream.multi)
		curl_multi_cleanup(http->stream.multi);
	http->stream.multi = NULL;
}

/* An event has at least one line of data; comments only keep the connection alive. */
static size_t
on_stream(const char *data, size_t one, size_t n, void *context)
{
	struct stream *s = context;

	(void)one;
	for (size_t i = 0; i < n; i++) {
		if (data[i] == '\n')
			s->line_n = 0;
		else if (s->line_n < 5)
			s->line[s->line_n++] = data[i];
		if (s->line_n == 5 && memcmp(s->line, "data:", 5) == 0)
			s->happened = true;
	}
	return n;
}

static void
stream_begin(struct http *http, const char *agent, const char *token)
{
	struct stream *s = &http->stream;
	struct arena *arena = arena_new();

	s->easy = http_handle(http);
	http_header(&s->headers, "Accept: text/event-stream");
	http_say_who(&s->headers, agent, token);
	SET(s->easy, CURLOPT_URL, arena_printf(arena, "%s/v1/events", http->base));
	SET(s->easy, CURLOPT_HTTPHEADER, s->headers);
	SET(s->easy, CURLOPT_WRITEFUNCTION, on_stream);
	SET(s->easy, CURLOPT_WRITEDATA, s);
	SET(s->easy, CURLOPT_FAILONERROR, 1L);
	SET(s->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(s->easy, CURLOPT_LOW_SPEED_TIME, SILENCE_SECS);
	s->line_n = 0;
	if (curl_multi_add_handle(s->multi, s->easy) != CURLM_OK)
		abort();
	arena_free(&arena);
}

/* The more often it ends, the longer until it is asked for again. What happened meanwhile nobody has told. */
static void
stream_ended(struct stream *s)
{
	unsigned char byte;

	stream_end(s);
	rand_bytes(&byte, 1);
	s->pause = s->pause ? s->pause * 2 : PAUSE_MS;
	s->pause = s->pause > PAUSE_MAX_MS ? PAUSE_MAX_MS : s->pause;
	s->again = clock_monotonic() + s->pause / 2 + s->pause * byte / 512;
	s->happened = true;
}

static void
stream_work(struct stream *s)
{
	int running, left;
	long status = 0;
	CURLMsg *message;

	if (!s->easy)
		return;
	curl_multi_perform(s->multi, &running);
	message = curl_multi_info_read(s->multi, &left);
	if (message && message->msg == CURLMSG_DONE) {
		stream_ended(s);
		return;
	}
	curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200 && !s->stands) {
		s->stands = true;
		s->pause = 0;
	}
}

static void
sleep_for(struct stream *s, int fd, int64_t ms)
{
	struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };

	curl_multi_poll(s->multi, &extra, fd >= 0 ? 1 : 0, (int)ms, NULL);
	stream_work(s);
}

void
http_wait_event(struct http *http, const char *agent, const char *token, int fd, int64_t ms)
{
	struct stream *s = &http->stream;
	int64_t start = clock_monotonic(), most;

	if (!s->multi)
		s->multi = curl_multi_init();
	if (!s->multi)
		abort();
	if (!s->easy && start >= s->again && agent)
		stream_begin(http, agent, token);
	stream_work(s);
	while (!s->begun && s->easy && !s->stands && clock_monotonic() - start < BEGIN_MS)
		sleep_for(s, -1, 50);
	s->begun = true;
	most = s->stands ? POLL_MS : POLL_WITHOUT_MS;
	if (!s->happened && ms > 0)
		sleep_for(s, fd, ms < most ? ms : most);
	s->happened = false;
}

/*
 * An agent's stream of events, over a log that goes on without end: in one turn
 * it looks at so much and no more, whether there is anything to show or not.
 */
#include "api/priv.h"

#include "base/mem.h"
#include "desk/desk.h"
#include "tap.h"

/* What events.c asks for, as this test has it. */
#define desk_call fake_call
#define stream_wake fake_wake
#define token_read fake_token
#define api_header fake_header
#define api_query fake_query

static int fake_call(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *each, void *context, struct err *err);
static void fake_wake(struct api_server *server);
static bool fake_token(const struct api_request *request, const char **agent_r, const char **token_r);
static const char *fake_header(const struct api_request *request, const char *name);
static const char *fake_query(const struct api_request *request, const char *name);

/* Its statics call what is defined above. NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "api/events.c"

/* The log: so many rows, all of them hidden or none. */
static int64_t rows, looked;
static bool hidden;
static int woken;

static int
fake_call(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *each, void *context, struct err *err)
{
	int64_t limit = record_int(request->op->in, request->in, "limit"), at = strtoll(record_text(request->op->in, request->in, "after"), NULL, 10), last;

	(void)desk;
	if (limit == INT_ABSENT)
		limit = 1000;
	last = at + limit < rows ? at + limit : rows;
	looked += last - at;
	for (int64_t i = at + 1; i <= last; i++) {
		void *out = record_new(arena, request->op->out);

		/* Of those that are hidden the last moves the cursor. */
		if (hidden && i < last)
			continue;
		record_set_text(request->op->out, out, "seq", arena_printf(arena, "%" PRId64, i));
		if (!hidden)
			record_set_text(request->op->out, out, "event", "chat.message");
		if (each(context, request->op->out, out, err) < 0)
			return -1;
	}
	return 0;
}

static void
fake_wake(struct api_server *server)
{
	(void)server;
	woken++;
}

static bool
fake_token(const struct api_request *request, const char **agent_r, const char **token_r)
{
	(void)request;
	*agent_r = *token_r = "alice";
	return true;
}

static const char *
fake_header(const struct api_request *request, const char *name)
{
	(void)request, (void)name;
	return NULL;
}

static const char *
fake_query(const struct api_request *request, const char *name)
{
	(void)request;
	return strcmp(name, "after") == 0 ? "0" : NULL;
}

static int
turn(struct api_stream *stream, size_t *written_r)
{
	struct arena *arena = arena_new();
	struct buf out = BUF_INIT;
	int rc;

	looked = 0;
	woken = 0;
	rc = stream->next(stream, NULL, arena, &out);
	*written_r = out.n;
	buf_release(&out);
	arena_free(&arena);
	return rc;
}

static void
follow(int64_t n, bool none_seen)
{
	struct api_request request = { .address = "127.0.0.1", .arena = arena_new() };
	struct api_answer answer = { 0 };
	struct err err = { 0 };
	int64_t sum = 0, most = 0;
	int turns = 0, rc, asleep = 0;
	size_t written;

	rows = n;
	hidden = none_seen;
	if (events_route(&request, &answer, &err) < 0)
		return;
	do {
		rc = turn(answer.stream, &written);
		sum += looked;
		most = looked > most ? looked : most;
		/* Nobody would ask again. */
		asleep += rc > 0 && !written && woken == 0;
		turns++;
	} while (rc > 0 && turns < 100000);
	is_int(rc, 0, "it comes to the end");
	is_int(sum, n, "having looked at all");
	ok(most <= 1000, "%" PRId64 " at a time", most);
	ok(n < 1000 || turns >= n / 1000, "in %d turns", turns);
	is_int(asleep, 0, "and is never forgotten in between");
	rows++;
	ok(turn(answer.stream, &written) == 0 && looked == 1 && woken == 0, "what comes then, in one");
	answer.stream->free(answer.stream);
	arena_free(&request.arena);
}

int
main(void)
{
	follow(100000, true);
	follow(100000, false);
	follow(1, true);
	follow(0, false);
	return done();
}

/*
 * GET /v1/events: what happens, as an agent may see it.
 */
#include <stdlib.h>
#include <string.h>

#include "api/priv.h"
#include "base/err_json.h"
#include "base/json.h"
#include "base/mem.h"

/*
 * So many rows of the log are looked at in a turn, whether the agent may see them or not: one thread
 * does that for all streams, and settles what falls due. Who is behind has more turns, each after the others'.
 * In two pages: where the second is empty, as mostly, there is no other turn.
 */
#define PAGE_ROWS 100
#define PAGES 2

extern const struct op op_event_list;

struct events {
	struct api_stream stream;
	struct api_server *server;
	char *token, *address;
	char seq[32];
	bool greeted;
};

struct emission {
	struct events *events;
	struct buf *out;
	size_t n;
};

static int
emit(void *context, const struct record *record, const void *p, struct err *err)
{
	struct emission *e = context;
	const char *seq = record_text(record, p, "seq"), *name = record_text(record, p, "event");
	struct json j;

	(void)err;
	e->n++;
	snprintf(e->events->seq, sizeof(e->events->seq), "%s", seq);
	/* Only how far the log was read. */
	if (!name || !e->out)
		return 0;
	buf_printf(e->out, "id: %s\nevent: %s\ndata: ", seq, name);
	j = json_writer(e->out);
	record_json(record, p, &j);
	buf_str(e->out, "\n\n");
	return 0;
}

/* How many rows of the log were looked at, or -1. */
static int
list(struct events *events, struct desk *desk, struct arena *arena, bool last, bool begins, struct buf *out, struct err *err)
{
	void *in = record_new(arena, op_event_list.in);
	struct emission e = { events, out, 0 };
	const struct request request = { .op = &op_event_list, .in = in, .agent = events->stream.agent, .token = events->token, .from = events->address, .stream = begins };

	if (last)
		record_set_int(op_event_list.in, in, "last", 1);
	else
		record_set_text(op_event_list.in, in, "after", events->seq);
	record_set_int(op_event_list.in, in, "limit", PAGE_ROWS);
	return desk_call(desk, &request, arena, emit, &e, err) < 0 ? -1 : (int)e.n;
}

int
events_prove(struct api_request *request, const char *agent, const char *token, struct err *err)
{
	void *in = record_new(request->arena, op_event_list.in);
	const struct request last = { .op = &op_event_list, .in = in, .agent = agent, .token = token, .from = request->address };

	record_set_int(op_event_list.in, in, "last", 1);
	return desk_call(request->desk, &last, request->arena, NULL, NULL, err);
}

static int
next(struct api_stream *stream, struct desk *desk, struct arena *arena, struct buf *out)
{
	struct events *events = (struct events *)stream;
	struct err err = { 0 };
	struct json j;
	int rc = 1;

	if (!events->greeted)
		buf_str(out, "retry: 1000\n\n");
	events->greeted = true;
	for (int i = 0; i < PAGES && rc > 0; i++)
		rc = list(events, desk, arena, false, false, out, &err);
	/* Nobody reads what was not written, and then asks for more. */
	if (rc > 0 && !out->n)
		stream_wake(events->server);
	if (rc >= 0)
		return rc > 0;
	/* The store will be back; who is no longer logged in will not. */
	if (err_of_store(&err))
		return 1;
	buf_str(out, "event: error\ndata: ");
	j = json_writer(out);
	err_json(&err, &j);
	buf_str(out, "\n\n");
	return -1;
}

static void
events_free(struct api_stream *stream)
{
	struct events *events = (struct events *)stream;

	free(stream->agent);
	free(events->token);
	free(events->address);
	free(events);
}

int
events_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	struct events *events = xcalloc(1, sizeof(*events));
	const char *agent, *token, *after = api_header(request, "Last-Event-ID");
	int rc;

	if (!after)
		after = api_query(request, "after");
	/* Nobody is refused below, by the desk. */
	token_read(request, &agent, &token);
	events->stream = (struct api_stream){ .next = next, .free = events_free, .every = MS_MINUTE, .agent = agent ? xstrdup(agent) : NULL };
	events->server = request->server;
	events->token = agent ? xstrdup(token) : NULL;
	events->address = xstrdup(request->address);
	snprintf(events->seq, sizeof(events->seq), "%s", after ? after : "0");
	if (after && strlen(after) >= sizeof(events->seq))
		rc = err_set(err, E_BAD_VALUE, "name", "after", "value", after, "expected", N_("the seq of an event"), NULL);
	else
		rc = list(events, request->desk, request->arena, !after, true, NULL, err);
	if (rc < 0) {
		events_free(&events->stream);
		return -1;
	}
	/* That reading moved on: the stream begins where it was asked to. */
	if (after)
		snprintf(events->seq, sizeof(events->seq), "%s", after);
	answer->stream = &events->stream;
	return 0;
}

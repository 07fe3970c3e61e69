/*
 * A conversation as the contact's page follows it: each message once, with its
 * number as id; how it stands, whenever that has changed. Whoever comes back
 * with "Last-Event-ID" gets what came since.
 */
#include <stdlib.h>
#include <string.h>

#include "api/contact.h"
#include "api/priv.h"
#include "base/json.h"
#include "base/mem.h"

/* A place in the queue moves without an event of one's own. */
#define EVERY (5 * MS_SECOND)
/* So that nobody between takes silence for the end. */
#define SILENCE (15 * MS_SECOND)

struct following {
	struct api_stream stream;
	char *secret, *origin, *state;
	int64_t seq, written;
};

struct news {
	struct following *f;
	struct buf *out;
	struct arena *arena;
	bool more, over;
};

static void
following_free(struct api_stream *stream)
{
	struct following *f = (struct following *)stream;

	free(f->stream.ixn);
	free(f->secret);
	free(f->origin);
	free(f->state);
	free(f);
}

static const char *
json_of(struct arena *arena, const struct record *record, const void *p)
{
	struct buf text = BUF_INIT;
	struct json json = json_writer(&text);
	const char *kept;

	record_json(record, p, &json);
	kept = arena_strdup(arena, buf_get(&text));
	buf_release(&text);
	return kept;
}

static int
told(void *context, const struct record *record, const void *p, struct err *err)
{
	struct news *n = context;
	const char *json = json_of(n->arena, record, p), *state = field_text(record_field(record, "ixn"), p);
	int64_t seq = record_int(record, p, "seq");

	(void)err;
	if (seq != INT_ABSENT) {
		buf_printf(n->out, "id: %lld\nevent: message\ndata: %s\n\n", (long long)seq, json);
		n->f->seq = seq;
		n->more = true;
		return 0;
	}
	if (!n->f->stream.ixn)
		n->f->stream.ixn = xstrdup(state);
	n->f->stream.every = record_int(record, p, "position") == INT_ABSENT ? SILENCE : EVERY;
	n->over = strcmp(field_format(n->arena, record_field(record, "state"), p), "ended") == 0;
	if (n->f->state && strcmp(n->f->state, json) == 0)
		return 0;
	free(n->f->state);
	n->f->state = xstrdup(json);
	buf_printf(n->out, "event: state\ndata: %s\n\n", json);
	return 0;
}

/* 0, or -1 where it is over; a long history takes several calls. */
static int
fetch(struct following *f, struct desk *desk, struct arena *arena, struct buf *out, struct err *err)
{
	struct news n = { .f = f, .out = out, .arena = arena, .more = true };

	while (n.more) {
		void *in = record_new(arena, op_web_events.in);
		struct request r = { .op = &op_web_events, .in = in, .contact = f->secret, .origin = f->origin };

		n.more = false;
		record_set_int(op_web_events.in, in, "after", f->seq);
		if (desk_call(desk, &r, arena, told, &n, err) < 0)
			return -1;
	}
	return n.over ? -1 : 0;
}

static int
following_next(struct api_stream *stream, struct desk *desk, struct arena *arena, struct buf *out)
{
	struct following *f = (struct following *)stream;
	struct err err = { 0 };
	int rc = fetch(f, desk, arena, out, &err);

	/* The store will be back: asked again soon. The session will not. */
	if (rc < 0 && err_of_store(&err))
		rc = 1;
	else if (rc < 0 && err.code != E_OK)
		buf_printf(out, "event: gone\ndata: {\"code\":\"%s\"}\n\n", err_name(err.code));
	if (rc >= 0 && !out->n && clock_monotonic() - f->written >= SILENCE)
		buf_str(out, ": \n\n");
	if (out->n)
		f->written = clock_monotonic();
	return rc;
}

static int64_t
last_id(const struct api_request *request)
{
	const char *text = api_header(request, "Last-Event-ID");

	return text && *text && strlen(text) < 16 && !text[strspn(text, "0123456789")] ? strtoll(text, NULL, 10) : 0;
}

/* The first look says whose it is, or why not, before anything is streamed. */
int
stream_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	struct request r = contact_request(request, &op_web_events, NULL);
	struct following *f = xcalloc(1, sizeof(*f));
	struct buf unread = BUF_INIT;
	struct err refused = { 0 };

	(void)err;
	f->stream = (struct api_stream){ .next = following_next, .free = following_free, .every = EVERY };
	f->secret = xstrdup(r.contact);
	f->origin = r.origin ? xstrdup(r.origin) : NULL;
	f->seq = last_id(request);
	f->written = clock_monotonic();
	if (fetch(f, request->desk, request->arena, &unread, &refused) < 0 && refused.code != E_OK) {
		following_free(&f->stream);
		buf_release(&unread);
		contact_error(request, answer, &refused);
		if (refused.code != E_BAD_ORIGIN)
			contact_allow(request, answer);
		return 0;
	}
	buf_release(&unread);
	f->seq = last_id(request);
	free(f->state);
	f->state = NULL;
	contact_allow(request, answer);
	answer->type = "text/event-stream";
	answer->stream = &f->stream;
	return 0;
}

/*
 * What takes much away at once, over a network, is kept as an event as changes
 * are: exports, copies on other machines, streams of what happens. Each that
 * begins; and since who asks may say to go on behind anything at all, also the
 * first page of a day, wherever it begins. A mirror that follows by its cursor
 * adds no more than that one: it is known by a key of the day (idempotency).
 */
#include <string.h>

#include "desk/mirror.h"
#include "desk/priv.h"

/* Pages that follow the first belong to it. */
static bool
begins(const struct request *request)
{
	const struct field *after = record_field(request->op->in, "after");
	const char *text = after && after->type == FIELD_TEXT ? field_text(after, request->in) : NULL;
	int64_t n = after && after->type != FIELD_TEXT ? field_int(after, request->in) : 0;
	const struct field *own = record_field(request->op->in, "own");

	/* A mirror that is not whole begins at 0 again, and says what it has. */
	if (own && field_text(own, request->in) && *field_text(own, request->in))
		return false;
	return (!text || !*text) && (n == 0 || n == INT_ABSENT);
}

static bool
copies(const struct request *request)
{
	if (!request->from || strcmp(request->from, MIRROR_FROM) == 0)
		return false;
	return request->stream || (request->op->flags & OP_COPIES);
}

/* By this token, from this address, in this day. */
static const char *
mark_of(struct call *call)
{
	return arena_printf(call->arena, "copied %lld %s %s", (long long)(call->now / MS_DAY), call->from, secret_hash(call->arena, call->token ? call->token : ""));
}

static int
is_marked(struct call *call, struct err *err)
{
	const char *hash;

	return sql_text(call->tx, call->arena, SQL_IDEMPOTENCY_GET, ARGS(V_TEXT(call->actor.name), V_TEXT(call->op->name), V_TEXT(mark_of(call)), V_INT(0)), &hash, err);
}

int
copied_due(struct call *call, const struct request *request, bool *due_r, struct err *err)
{
	int rc = 0;

	*due_r = copies(request);
	if (*due_r && !request->stream && !begins(request))
		rc = is_marked(call, err);
	*due_r = *due_r && rc == 0;
	return rc < 0 ? -1 : 0;
}

int
copied_event(struct call *call, struct err *err)
{
	int rc = call->op->flags & OP_COPIES ? is_marked(call, err) : 1;

	if (rc < 0 || (rc == 0 && idempotency_keep(call, call->actor.name, mark_of(call), "", err) < 0))
		return -1;
	return event_add(call, &(struct event){ .event = "data.copied", .ref = call->op->name }, err);
}

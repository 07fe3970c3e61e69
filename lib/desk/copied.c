/*
 * What takes much away at once, over a network, is kept as an event as changes
 * are: exports, copies on other machines, streams of what happens.
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

bool
copies(const struct request *request)
{
	if (!request->from || strcmp(request->from, MIRROR_FROM) == 0)
		return false;
	return request->stream || ((request->op->flags & OP_COPIES) && begins(request));
}

int
copied_event(struct call *call, struct err *err)
{
	return event_add(call, &(struct event){ .event = "data.copied", .ref = call->op->name }, err);
}

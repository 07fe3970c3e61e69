/*
 * Words that contacts read, for the site to change.
 */
#include <string.h>

#include "desk/priv.h"

const char *
template_text(struct call *call, const char *language, const char *name)
{
	const char *tries[] = { language, NULL, call->desk->options.language, "en" }, *body;
	struct err ignored = { 0 };

	if (language)
		tries[1] = arena_memdup(call->arena, language, strcspn(language, "-_"));
	for (size_t i = 0; i < COUNT_OF(tries); i++)
		if (tries[i] && sql_text(call->tx, call->arena, SQL_TEMPLATE, ARGS(V_TEXT(name), V_TEXT(tries[i])), &body, &ignored) > 0)
			return body;
	return "";
}

int
message_system(struct call *call, struct ixn *ixn, const char *template, const char *what, time_ms at, struct err *err)
{
	const char *text = template_text(call, ixn->language, template), *hole = strstr(text, "{}");
	struct message m = { .role = FROM_SYSTEM, .visible = "all", .text = text, .at = at };

	if (hole)
		m.text = arena_printf(call->arena, "%.*s%s%s", (int)(hole - text), text, what ? what : "", hole + 2);
	if (message_add(call, ixn, &m, err) < 0 || ixn_save(call, ixn, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .at = at, .event = "chat.message", .ixn = ixn->id, .ref = arena_printf(call->arena, "%lld", (long long)m.seq), .version = ixn->version }, err);
}

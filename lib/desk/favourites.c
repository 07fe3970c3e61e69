/*
 * Whom an agent wants on top, and whom it dealt with last.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/find_priv.h"

int
recent_add(struct call *call, const char *target, struct err *err)
{
	const char *keep, *text;
	struct target parsed;

	if (call->actor.kind != ACTOR_AGENT)
		return 0;
	if (target_canonical(call, target, &parsed, &text, err) < 0 || setting_get(call, "team-find.recent", &keep, err) < 0 ||
	    RUN(call, RECENT_PUT, V_TEXT(call->actor.name), V_TEXT(text), V_INT(call->now)) < 0)
		return -1;
	return RUN(call, RECENT_TRIM, V_TEXT(call->actor.name), V_INT(strtoll(keep, NULL, 10))) < 0 ? -1 : 0;
}

int
recents_all(struct call *call, struct texts *out, struct err *err)
{
	return sql_texts(call->tx, call->arena, SQL_RECENTS, ARGS(V_TEXT(call->actor.name)), out, err);
}

int
favourites_all(struct call *call, struct texts *out, struct err *err)
{
	struct texts ours;
	const char *list;

	if (sql_texts(call->tx, call->arena, SQL_FAVOURITES, ARGS(V_TEXT(call->actor.name)), out, err) < 0 ||
	    setting_get(call, "team-find.favourites", &list, err) < 0)
		return -1;
	list_split(call->arena, list, &ours);
	for (size_t i = 0; i < ours.n; i++) {
		struct err ignored = { 0 };
		struct target target;
		const char *text;

		if (target_canonical(call, ours.v[i], &target, &text, &ignored) == 0)
			texts_add(call->arena, out, text);
	}
	return 0;
}

struct favourite_in {
	const char *target;
	int64_t remove;
};
RECORD(rec_favourite_in, struct favourite_in, "favourite", N_("A favourite."),
       TARGET_FIELD(struct favourite_in, target, FIELD_REQUIRED, N_("the target")),
       BOOL_FIELD(struct favourite_in, remove, 0, N_("it is one no longer")))

/* Of an address only the scheme: the log holds nothing about persons. */
static int
tell(struct call *call, const struct target *target, const char *text, const char *what, struct err *err)
{
	return event_add(call, &(struct event){ .event = "favourite.changed", .agent = call_self(call), .ref = target->kind < TARGET_MAILTO ? text : target->scheme, .reason = what }, err);
}

static int
favourite_fn(struct call *call, const void *input, struct err *err)
{
	const struct favourite_in *in = input;
	bool remove = in->remove == 1;
	const struct chances none = { NULL, 0 };
	struct target target;
	struct found *found;
	const char *text;
	int rc;

	if (target_canonical(call, in->target, &target, &text, err) < 0)
		return -1;
	/* Targets may be addresses, which are not kept: asked again, it is told anew. */
	found = call->again ? call->kept : call_answer(call);
	found->target = text;
	found->kind = target.kind;
	found->favourite = !remove;
	/* Whoever has left the site can still be taken off the list. */
	if (!remove && found_describe(call, &none, &target, found, err) < 0)
		return -1;
	if (call->again)
		return 0;
	rc = remove ? CHANGE(call, FAVOURITE_REMOVE, V_TEXT(call_self(call)), V_TEXT(text))
		    : CHANGE(call, FAVOURITE_PUT, V_TEXT(call_self(call)), V_TEXT(text), V_INT(call->now));
	if (rc < 0)
		return -1;
	if (rc == 0 && remove)
		return err_set(err, E_NO_KEY, "what", N_("favourite"), "value", text, NULL);
	return rc ? tell(call, &target, text, remove ? "removed" : "added", err) : 0;
}

const struct op op_team_favourite = { "team.favourite", N_("puts a target among one's favourites, or takes it off"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_RENEW, &rec_favourite_in, &rec_team_hit, favourite_fn, NULL };

/*
 * The text of a draft, and the standard responses that it came from: remembered
 * with it until it is sent, for only then were they used.
 */
#include <string.h>

#include "desk/draft_priv.h"

struct draft_use {
	const char *ixn, *response;
	int64_t rank;
	const char *passed, *given;
};
#define X struct draft_use
RECORD(rec_draft_use, X, "use", NULL, ID_FIELD(X, ixn, 0, NULL), TEXT_FIELD(X, response, 0, NULL), INT_FIELD(X, rank, 0, NULL), TEXT_FIELD(X, passed, 0, NULL),
       TEXT_FIELD(X, given, 0, NULL))
#undef X

static int
remember(struct call *call, const struct draft *draft, const struct chosen *chosen, const struct sending *sending, const char *plain, struct err *err)
{
	const struct draft_use use = { draft->ixn->id, sending->response->id, chosen->rank == INT_ABSENT ? 0 : chosen->rank, list_join(call->arena, &chosen->passed), plain };

	return sql_put(call->tx, SQL_EMAIL_USE_PUT, &rec_draft_use, &use, err) < 0 ? -1 : 0;
}

int
draft_write(struct call *call, struct draft *draft, const struct chosen *chosen, const char *given, const struct ixn *about, struct err *err)
{
	enum missing_policy missing = chosen->missing == INT_ABSENT ? MISSING_FAIL : (enum missing_policy)chosen->missing;
	struct sending sending = { NULL, given, false };
	const char *plain = "";
	struct err ignored = { 0 };

	if (!given && !chosen->response)
		return 0;
	if (chosen->response && response_choose(call, chosen, about, "email", given, &sending, err) < 0)
		return -1;
	if (text_check("text", sending.text, TEXT_MAX, err) < 0)
		return -1;
	draft->email->text = sending.text;
	draft->email->html = NULL;
	if (!sending.response)
		return 0;
	/* Made to fit, its HTML would say something else. */
	if (!sending.edited && response_render(call, sending.response, about, missing, CODE_HTML, &draft->email->html, err) < 0)
		return -1;
	if (sending.edited && response_render(call, sending.response, about, MISSING_KEEP, CODE_PLAIN, &plain, &ignored) < 0)
		plain = "";
	return draft_attach_response(call, draft->ixn->id, sending.response, err) < 0 ? -1 : remember(call, draft, chosen, &sending, sending.edited ? plain : sending.text, err);
}

int
draft_used(struct call *call, const struct draft *draft, struct err *err)
{
	struct ixn *about = draft->ixn;
	struct records uses;

	if (sql_all(call->tx, call->arena, SQL_EMAIL_USES, ARGS(V_TEXT(draft->ixn->id)), &rec_draft_use, &uses, err) < 0 ||
	    (uses.n && draft->email->parent && ixn_get(call, draft->email->parent, &about, err) < 0))
		return -1;
	for (size_t i = 0; i < uses.n; i++) {
		const struct draft_use *use = (const struct draft_use *)uses.v + i;
		bool whole = draft->email->text && *use->given && strstr(draft->email->text, use->given);
		struct texts passed = { NULL, 0, 0 };
		struct err gone = { 0 };
		struct response *response;

		if (use->passed)
			list_split(call->arena, use->passed, &passed);
		/* One that was removed since is learned of no more. */
		if (response_get(call, use->response, &response, &gone) < 0)
			continue;
		if (response_used(call, about, response, !whole, &passed, (int)use->rank, err) < 0)
			return -1;
	}
	return uses.n && RUN(call, EMAIL_USES_CLEAR, V_TEXT(draft->ixn->id)) < 0 ? -1 : 0;
}

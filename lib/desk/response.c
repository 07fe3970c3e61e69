/*
 * Standard responses: the row, who may see it, whether it may be sent, and the
 * seq that each change of the library draws.
 */
#include <string.h>

#include "base/utf8.h"
#include "desk/response_priv.h"

/* What is written, in the order of its statements. */
#define RESPONSE_FIELDS(S) \
	TEXT_FIELD(S, id, 0, NULL), \
		INT_FIELD(S, version, 0, NULL), \
		TEXT_FIELD(S, category, 0, NULL), \
		TEXT_FIELD(S, name, 0, NULL), \
		TEXT_FIELD(S, name_key, 0, NULL), \
		TEXT_FIELD(S, shortcut, 0, NULL), \
		TEXT_FIELD(S, shortcut_key, 0, NULL), \
		TEXT_FIELD(S, description, 0, NULL), \
		TEXT_FIELD(S, text, 0, NULL), \
		TEXT_FIELD(S, html, 0, NULL), \
		TEXT_FIELD(S, language, 0, NULL), \
		TIME_FIELD(S, start, 0, NULL), \
		TIME_FIELD(S, expires, 0, NULL), \
		BOOL_FIELD(S, active, 0, NULL), \
		BOOL_FIELD(S, approved, 0, NULL), \
		NAME_FIELD(S, usage, response_usages, 0, NULL), \
		TEXT_FIELD(S, media, 0, NULL), \
		TEXT_FIELD(S, queues, 0, NULL), \
		TEXT_FIELD(S, teams, 0, NULL), \
		TEXT_FIELD(S, owner, 0, NULL), \
		TEXT_FIELD(S, editor, 0, NULL), \
		TIME_FIELD(S, created, 0, NULL), \
		TIME_FIELD(S, changed, 0, NULL), \
		BOOL_FIELD(S, removed, 0, NULL), \
		INT_FIELD(S, seq, 0, NULL)

RECORD(rec_response_row, struct response, "response", NULL, RESPONSE_FIELDS(struct response))
RECORD(rec_response, struct response, "response", NULL, RESPONSE_FIELDS(struct response), TEXT_FIELD(struct response, path, 0, NULL))

RECORD(rec_response_favourite, struct favourite_row, "favourite", NULL,
       TEXT_FIELD(struct favourite_row, agent, 0, NULL),
       TEXT_FIELD(struct favourite_row, response, 0, NULL),
       TIME_FIELD(struct favourite_row, at, 0, NULL),
       BOOL_FIELD(struct favourite_row, removed, 0, NULL),
       INT_FIELD(struct favourite_row, seq, 0, NULL))

RECORD(rec_use, struct use, "use", NULL,
       INT_FIELD(struct use, number, 0, NULL),
       INT_FIELD(struct use, seq, 0, NULL),
       TIME_FIELD(struct use, at, 0, NULL),
       TEXT_FIELD(struct use, response, 0, NULL),
       TEXT_FIELD(struct use, ixn, 0, NULL),
       TEXT_FIELD(struct use, contact, 0, NULL),
       TEXT_FIELD(struct use, agent, 0, NULL),
       NAME_FIELD(struct use, kind, use_kinds, 0, NULL),
       TEXT_FIELD(struct use, text, FIELD_PERSONAL, NULL),
       TEXT_FIELD(struct use, language, 0, NULL),
       INT_FIELD(struct use, rank, 0, NULL),
       TEXT_FIELD(struct use, external_id, 0, NULL))

int
library_seq(struct call *call, int64_t *seq_r, struct err *err)
{
	call->library++;
	call->library++;
	return sql_run(call->tx, SQL_LIBRARY_DRAW, NO_ARGS, err) < 0 ? -1 : library_last(call, seq_r, err);
}

static int
seq_of(struct call *call, const char *name, int64_t *seq_r, struct err *err)
{
	*seq_r = 0;
	return sql_int(call->tx, SQL_LIBRARY_SEQ, ARGS(V_TEXT(name)), seq_r, err) < 0 ? -1 : 0;
}

int
library_last(struct call *call, int64_t *seq_r, struct err *err)
{
	return seq_of(call, "last", seq_r, err);
}

int
library_site(struct call *call, int64_t *seq_r, struct err *err)
{
	return seq_of(call, "site", seq_r, err);
}

int
library_whole(struct call *call, struct err *err)
{
	const char *id;
	int rc = sql_text(call->tx, call->arena, SQL_IMPORT_PENDING, NO_ARGS, &id, err);

	return rc > 0 ? err_set(err, E_IMPORT_MOVING, NULL) : rc;
}

int
library_people(struct call *call, struct err *err)
{
	int64_t seq;

	return library_seq(call, &seq, err) < 0 || RUN(call, LIBRARY_SITE, V_INT(seq)) < 0 ? -1 : 0;
}

int
response_find(struct call *call, const char *name, struct response **response_r, struct err *err)
{
	struct response *r = ARENA_NEW(call->arena, struct response);
	int rc = 0;

	if (name && *name)
		rc = sql_one(call->tx, call->arena, SQL_RESPONSE_GET, ARGS(V_TEXT(name)), &rec_response, r, err);
	if (rc == 0 && name && *name)
		rc = sql_one(call->tx, call->arena, SQL_RESPONSE_BY_SHORTCUT, ARGS(V_TEXT(utf8_fold(call->arena, name))), &rec_response, r, err);
	*response_r = r;
	if (rc == 0)
		return err_set(err, E_NO_RESPONSE, "name", name ? name : "", NULL);
	return rc < 0 ? -1 : 0;
}

int
response_get(struct call *call, const char *name, struct response **response_r, struct err *err)
{
	if (response_find(call, name, response_r, err) < 0)
		return -1;
	return (*response_r)->removed ? err_set(err, E_NO_RESPONSE, "name", name, NULL) : 0;
}

/* Who may see it. */

int
agent_belongs(struct call *call, const char *agent, struct belongs *out, struct err *err)
{
	struct agent *row;

	*out = (struct belongs){ 0 };
	if (agent_get(call, agent, &row, err) < 0)
		return -1;
	list_split(call->arena, row->queues, &out->queues);
	/* Who serves no queue at all is not one who serves them all. */
	if (row->queues && !out->queues.n)
		texts_add(call->arena, &out->queues, "");
	return sql_texts(call->tx, call->arena, SQL_TEAMS_OF, ARGS(V_TEXT(agent)), &out->teams, err) < 0 ? -1 : 0;
}

static bool
shares(const char *list, const struct texts *names)
{
	for (size_t i = 0; list && i < names->n; i++)
		if (list_has(list, names->v[i]))
			return true;
	return false;
}

bool
response_seen_by(struct call *call, const struct response *r, const struct belongs *belongs)
{
	if (call_may_lead(call) || (!r->queues && !r->teams) || (r->owner && strcmp(r->owner, call->actor.name) == 0))
		return true;
	if (r->queues && !belongs->queues.n)
		return true;
	return shares(r->queues, &belongs->queues) || shares(r->teams, &belongs->teams);
}

static bool
visible(struct call *call, const struct response *response)
{
	struct belongs belongs = { 0 };
	struct err ignored = { 0 };

	if (!call_may_lead(call) && agent_belongs(call, call->actor.name, &belongs, &ignored) < 0)
		return false;
	return response_seen_by(call, response, &belongs);
}

int
response_must_see(struct call *call, const struct response *response, struct err *err)
{
	if (visible(call, response))
		return 0;
	return err_set(err, E_RESPONSE_HIDDEN, "id", response->id, "who", call->actor.name, NULL);
}

/* Whether it may be sent. */

static int
out_of_time(enum err_code code, const struct response *r, time_ms at, struct err *err)
{
	char text[TIME_TEXT];

	return err_set(err, code, "id", r->id, "at", time_format(at, text), NULL);
}

int
response_valid(struct call *call, const struct response *r, const char *medium, time_ms now, struct err *err)
{
	(void)call;
	if (!r->active)
		return err_set(err, E_RESPONSE_NOT_ACTIVE, "id", r->id, NULL);
	if (!r->approved)
		return err_set(err, E_RESPONSE_NOT_APPROVED, "id", r->id, NULL);
	if (r->start != INT_ABSENT && r->start > now)
		return out_of_time(E_RESPONSE_NOT_YET, r, r->start, err);
	if (r->expires != INT_ABSENT && r->expires <= now)
		return out_of_time(E_RESPONSE_EXPIRED, r, r->expires, err);
	if (medium && r->media && !list_has(r->media, medium))
		return err_set(err, E_RESPONSE_MEDIUM, "id", r->id, "medium", medium, NULL);
	return 0;
}

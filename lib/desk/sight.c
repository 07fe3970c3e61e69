/*
 * What agents see over a network: those interactions that are or were theirs,
 * were offered to them, or may become theirs, those whose answers they review,
 * and what came before of the contacts they have. Leads also see those of the
 * agents they lead, and those that nobody has; admins and services see all. To
 * an agent, what it may not see is not there. In an embedded store, whose file
 * can be read anyway, nothing is hidden.
 *
 * It is looked at in one place for all operations: ids that come in, and
 * records that go out, by the table of their fields.
 */
#include <string.h>

#include "desk/news.h"
#include "desk/priv.h"

#define NEWS_ROWS 500

/* Operations that decide by themselves what of an interaction they tell to whom, or look at each answer when they count it. */
static const struct op *const own_rules[] = { &op_event_list, &op_alert_list, &op_ixn_list, &op_outbox_list };

/* The rules: to whom which interactions are shown. */
static const struct {
	enum role role;
	enum sql sql;
	bool all;
} sights[] = {
	{ ROLE_AGENT, SQL_SIGHT_AGENT, false },
	{ ROLE_LEAD, SQL_SIGHT_LEAD, false },
	{ ROLE_ADMIN, SQL_SIGHT_AGENT, true },
	{ ROLE_SERVICE, SQL_SIGHT_AGENT, true },
};

static bool
sees_all(const struct call *call)
{
	if (!call->from || call->actor.kind != ACTOR_AGENT)
		return true;
	for (size_t i = 0; i < COUNT_OF(sights); i++)
		if (sights[i].role == call->actor.role)
			return sights[i].all;
	return false;
}

/* 1: it is an interaction, or a mail of one, that the actor may see; or no such thing: its operation will say so. 0: hidden. */
static int
seen(struct call *call, const char *id, struct err *err)
{
	int64_t sees = 1;

	if (!id || id == text_null)
		return 1;
	for (size_t i = 0; i < COUNT_OF(sights); i++)
		if (sights[i].role == call->actor.role && sql_int(call->tx, sights[i].sql, ARGS(V_TEXT(call->actor.name), V_TEXT(id)), &sees, err) < 0)
			return -1;
	return sees != 0;
}

int
sight_event(struct call *call, const char *ixn, const char *agent, struct err *err)
{
	if (sees_all(call))
		return 1;
	if (ixn)
		return seen(call, ixn, err);
	return !agent || strcmp(agent, call->actor.name) == 0 || call_leads(call, agent);
}

static bool
is_id(const struct field *f)
{
	return f->type == FIELD_ID || (f->type == FIELD_TEXTS && f->value && strcmp(f->value, "ID") == 0);
}

/* Every id of a record: 1 when all may be seen, 0 with the first that may not. */
static int
seen_record(struct call *call, const struct record *record, const void *p, const char **hidden_r, struct err *err)
{
	int rc = 1;

	for (size_t i = 0; rc > 0 && i < record->n; i++) {
		const struct field *f = &record->fields[i];
		const struct texts *list = field_const(f, p);

		if (f->type == FIELD_ID && (rc = seen(call, *hidden_r = field_text(f, p), err)) <= 0)
			break;
		for (size_t k = 0; rc > 0 && is_id(f) && f->type == FIELD_TEXTS && k < list->n; k++)
			rc = seen(call, *hidden_r = list->v[k], err);
	}
	return rc;
}

int
sight_input(struct call *call, const void *in, struct err *err)
{
	const char *hidden = NULL;
	/* An alert may be about what its reader does not see. */
	int rc = sees_all(call) || call->op == &op_alert_list ? 1 : seen_record(call, call->op->in, in, &hidden, err);

	if (rc == 0)
		return err_set(err, E_NO_IXN, "id", hidden, NULL);
	return rc < 0 ? -1 : 0;
}

int
sight_answer(struct call *call, const void *p, struct err *err)
{
	const char *hidden;

	return sees_all(call) ? 1 : seen_record(call, call->op->out, p, &hidden, err);
}

int
sight_answers(struct call *call, struct err *err)
{
	size_t kept = 0;

	if (sees_all(call) || (call->op->flags & OP_WRITE))
		return 0;
	for (size_t i = 0; i < COUNT_OF(own_rules); i++)
		if (own_rules[i] == call->op)
			return 0;
	for (size_t i = 0; i < call->answer.n; i++) {
		int rc = sight_answer(call, call->answer.v[i], err);

		if (rc < 0)
			return -1;
		if (rc > 0)
			call->answer.v[kept++] = call->answer.v[i];
	}
	call->answer.n = kept;
	return 0;
}

/* News. */

struct news {
	int64_t seq;
	const char *event, *ixn, *agent;
};
RECORD(rec_news, struct news, "news", NULL, INT_FIELD(struct news, seq, 0, NULL), TEXT_FIELD(struct news, event, 0, NULL), TEXT_FIELD(struct news, ixn, 0, NULL), TEXT_FIELD(struct news, agent, 0, NULL))

struct reading {
	struct arena *arena;
	struct desk_news *news;
	int64_t seq; /* where it began: it may run again */
};

bool
desk_news_of(const struct texts *list, const char *name)
{
	return texts_find(list, name);
}

static void
add_all(struct arena *arena, struct texts *to, const struct texts *from)
{
	for (size_t i = 0; i < from->n; i++)
		texts_add(arena, to, from->v[i]);
}

static int
news_fn(struct tx *tx, void *context, struct err *err)
{
	struct reading *r = context;
	struct desk_news *news = r->news;
	struct records rows;
	struct texts some;

	*news = (struct desk_news){ .seq = r->seq };
	if (news->seq == 0)
		return sql_int(tx, SQL_EVENT_LAST, NO_ARGS, &news->seq, err) < 0 ? -1 : 0;
	if (sql_all(tx, r->arena, SQL_NEWS, ARGS(V_INT(news->seq), V_INT(NEWS_ROWS)), &rec_news, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct news *n = (const struct news *)rows.v + i;

		news->seq = n->seq;
		news->all = news->all || (!n->ixn && !n->agent) || strncmp(n->event, "alert.", 6) == 0;
		if (n->ixn)
			texts_add(r->arena, &news->ixns, n->ixn);
		if (n->agent)
			texts_add(r->arena, &news->agents, n->agent);
	}
	news->any = rows.n > 0;
	news->more = rows.n == NEWS_ROWS;
	texts_sort(&news->ixns);
	for (size_t i = 0; i < news->ixns.n; i++) {
		if (sql_texts(tx, r->arena, SQL_AUDIENCE, ARGS(V_TEXT(news->ixns.v[i])), &some, err) < 0)
			return -1;
		add_all(r->arena, &news->agents, &some);
	}
	/* Who leads may see anything. */
	if (news->any) {
		if (sql_texts(tx, r->arena, SQL_AUDIENCE_ABOVE, NO_ARGS, &some, err) < 0)
			return -1;
		add_all(r->arena, &news->agents, &some);
	}
	texts_sort(&news->agents);
	return 0;
}

int
desk_news(struct desk *desk, struct arena *arena, struct desk_news *news, struct err *err)
{
	struct reading r = { arena, news, news->seq };

	if (store_read(desk_local(desk)->store, news_fn, &r, err) == 0)
		return 0;
	*news = (struct desk_news){ .seq = r.seq };
	return -1;
}

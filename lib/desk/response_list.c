/*
 * Responses listed in the order of their tree; favourites of agents.
 */
#include <string.h>

#include "desk/response_priv.h"

#define PAGE 500

struct list_in {
	const char *category, *language, *media;
	int64_t usage, state, favourites, all, limit;
};
#define X struct list_in
RECORD(rec_response_list_in, X, "response-list", N_("Which responses: those that you may use now, unless --all or --state."),
       TEXT_FIELD_AS(X, category, "PATH", 0, N_("only of this category, and those below it")),
       TEXT_FIELD_AS(X, language, "LANGUAGE", 0, N_("only of this language; fr is fr-CA, too")),
       TEXT_FIELD_AS(X, media, "MEDIUM", 0, N_("only those for this medium")),
       NAME_FIELD(X, usage, response_usages, 0, N_("only those for this")),
       NAME_FIELD(X, state, response_states, 0, N_("only those that are so; removed ones: the last first")),
       BOOL_FIELD(X, favourites, 0, N_("only my favourites")),
       BOOL_FIELD(X, all, 0, N_("also those that cannot be used now: not active, not approved, not yet, not any more")),
       INT_FIELD(X, limit, 0, N_("at most so many (200)")))
#undef X

struct list_out {
	const char *id;
	int64_t state;
	const char *shortcut, *name, *category, *language;
	int64_t usage, favourite;
	struct texts media, queues, teams;
	const char *owner;
	int64_t start, expires, changed, version;
};
#define X struct list_out
RECORD(rec_response_list_out, X, "response", N_("A response."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       NAME_FIELD(X, state, response_states, FIELD_COLUMN, N_("its state")),
       TEXT_FIELD(X, shortcut, FIELD_COLUMN, N_("a word that stands for it")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, category, FIELD_COLUMN, N_("where it lies, as in Billing/Refunds")),
       TEXT_FIELD(X, language, FIELD_COLUMN, N_("its language")),
       NAME_FIELD(X, usage, response_usages, 0, N_("what it is for")),
       BOOL_FIELD(X, favourite, 0, N_("it is one of my favourites")),
       TEXTS_FIELD(X, media, 0, N_("for these media only")),
       TEXTS_FIELD(X, queues, 0, N_("for agents who serve one of these queues")),
       TEXTS_FIELD(X, teams, 0, N_("and those of one of these teams")),
       TEXT_FIELD(X, owner, 0, N_("the agent who may change it without leading")),
       TIME_FIELD(X, start, 0, N_("not to be used before")),
       TIME_FIELD(X, expires, 0, N_("not to be used from then on")),
       TIME_FIELD(X, changed, 0, N_("when it was changed last")),
       INT_FIELD(X, version, 0, N_("counts its changes")))
#undef X

struct listing {
	struct call *call;
	const struct list_in *in;
	struct texts favourites; /* of the actor, in order */
	struct belongs belongs;
	int64_t left;
};

static bool
is_favourite(const struct listing *l, const char *id)
{
	size_t from = 0, to = l->favourites.n;

	while (from < to) {
		size_t at = (from + to) / 2;
		int way = strcmp(l->favourites.v[at], id);

		if (way == 0)
			return true;
		if (way < 0)
			from = at + 1;
		else
			to = at;
	}
	return false;
}

static bool
wanted(const struct listing *l, const struct response *r)
{
	const struct list_in *in = l->in;
	int64_t state = response_state(r, l->call->now);

	if (in->state != INT_ABSENT ? state != in->state : in->all != 1 && state != RESPONSE_ACTIVE)
		return false;
	if ((in->usage != INT_ABSENT && r->usage != in->usage) || (in->media && r->media && !list_has(r->media, in->media)) ||
	    (in->language && (!r->language || !language_fits(r->language, in->language))))
		return false;
	return (in->favourites != 1 || is_favourite(l, r->id)) && response_seen_by(l->call, r, &l->belongs);
}

static void
answer(struct listing *l, const struct response *r)
{
	struct list_out *out = call_answer(l->call);

	*out = (struct list_out){
		.id = r->id,
		.state = response_state(r, l->call->now),
		.shortcut = r->shortcut,
		.name = r->name,
		.category = r->path,
		.language = r->language,
		.usage = r->usage,
		.favourite = is_favourite(l, r->id) ? 1 : INT_ABSENT,
		.owner = r->owner,
		.start = r->start,
		.expires = r->expires,
		.changed = r->changed,
		.version = r->version,
	};
	list_split(l->call->arena, r->media, &out->media);
	list_split(l->call->arena, r->queues, &out->queues);
	list_split(l->call->arena, r->teams, &out->teams);
	l->left--;
}

static void
answer_rows(struct listing *l, const struct records *rows)
{
	const struct response *v = rows->v;

	for (size_t i = 0; i < rows->n && l->left > 0; i++)
		if (wanted(l, &v[i]))
			answer(l, &v[i]);
}

static int
list_category(struct listing *l, const struct category *category, struct err *err)
{
	const char *name = "", *id = "";
	struct records rows;

	do {
		if (sql_all(l->call->tx, l->call->arena, SQL_RESPONSE_LIST, ARGS(V_TEXT(category->id), V_TEXT(name), V_TEXT(id), V_INT(PAGE)), &rec_response, &rows, err) < 0)
			return -1;
		if (!rows.n)
			return 0;
		answer_rows(l, &rows);
		name = ((const struct response *)rows.v)[rows.n - 1].name_key;
		id = ((const struct response *)rows.v)[rows.n - 1].id;
	} while (l->left > 0);
	return 0;
}

static int
list_removed(struct listing *l, struct err *err)
{
	struct records rows;

	if (sql_all(l->call->tx, l->call->arena, SQL_RESPONSE_REMOVED, ARGS(V_INT(l->left)), &rec_response, &rows, err) < 0)
		return -1;
	answer_rows(l, &rows);
	return 0;
}

static int
list_tree(struct listing *l, struct err *err)
{
	struct category *under = NULL;
	struct records categories;
	const char *from, *to;

	if (l->in->category && category_get(l->call, l->in->category, &under, err) < 0)
		return -1;
	category_bounds(l->call, under, &from, &to);
	if (sql_all(l->call->tx, l->call->arena, SQL_CATEGORY_TREE, ARGS(V_TEXT(from), V_TEXT(to)), &rec_category, &categories, err) < 0)
		return -1;
	for (size_t i = 0; i < categories.n && l->left > 0; i++)
		if (list_category(l, (const struct category *)categories.v + i, err) < 0)
			return -1;
	return 0;
}

static int
list_fn(struct call *call, const void *input, struct err *err)
{
	struct listing l = { .call = call, .in = input };

	/* One more than wanted: whoever prints sees that there are more. */
	l.left = l.in->limit > 0 ? l.in->limit + 1 : INT64_MAX;
	if (l.in->favourites == 1 && !call->actor.name)
		return err_set(err, E_NO_SESSION, NULL);
	if (call->actor.name &&
	    (sql_texts(call->tx, call->arena, SQL_RESPONSE_FAVOURITES_OF, ARGS(V_TEXT(call->actor.name)), &l.favourites, err) < 0 ||
	     agent_belongs(call, call->actor.name, &l.belongs, err) < 0))
		return -1;
	return l.in->state == RESPONSE_REMOVED ? list_removed(&l, err) : list_tree(&l, err);
}

const struct op op_response_list = { "response.list", N_("lists standard responses, in the order of their tree"), MAY_ALL, OP_LIBRARY | OP_MIRROR, &rec_response_list_in, &rec_response_list_out, list_fn, NULL };

/* Favourites. */

struct favourite_in {
	const char *id;
	int64_t remove;
};
RECORD(rec_response_favourite_in, struct favourite_in, "response-favourite", N_("Which response is a favourite."),
       TEXT_FIELD(struct favourite_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the response: its id or shortcut")),
       BOOL_FIELD(struct favourite_in, remove, 0, N_("it is one no more")))

struct favourite_out {
	const char *id;
	int64_t state;
	const char *name;
	int64_t favourite;
};
RECORD(rec_response_favourite_out, struct favourite_out, "favourite", N_("A favourite, or one that was."),
       TEXT_FIELD(struct favourite_out, id, FIELD_COLUMN, N_("the response")),
       NAME_FIELD(struct favourite_out, state, response_states, FIELD_COLUMN, N_("its state")),
       TEXT_FIELD(struct favourite_out, name, FIELD_COLUMN, N_("its name")),
       BOOL_FIELD(struct favourite_out, favourite, FIELD_COLUMN, N_("it is one of my favourites")))

static int
keep_favourite(struct call *call, const struct response *r, bool remove, struct err *err)
{
	const char *me = call_self(call);
	struct favourite_row row = { me, r->id, call->now, remove, 0 }, old;
	int rc = sql_one(call->tx, call->arena, SQL_RESPONSE_FAVOURITE_GET, ARGS(V_TEXT(me), V_TEXT(r->id)), &rec_response_favourite, &old, err);

	if (rc < 0)
		return -1;
	/* Nothing changes. */
	if (rc == 0 ? remove : (old.removed != 0) == remove)
		return 0;
	if (library_seq(call, &row.seq, err) < 0 || sql_put(call->tx, SQL_RESPONSE_FAVOURITE_PUT, &rec_response_favourite, &row, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "response.favourite", .agent = me, .ref = r->id, .reason = remove ? "removed" : "added" }, err);
}

static int
favourite_fn(struct call *call, const void *input, struct err *err)
{
	const struct favourite_in *in = input;
	bool remove = in->remove == 1;
	struct favourite_out *out;
	struct response *r = NULL;

	/* What was removed, or is hidden by now, can still be taken off the list. */
	if ((remove ? response_find : response_get)(call, in->id, &r, err) < 0 || (!remove && response_must_see(call, r, err) < 0) ||
	    keep_favourite(call, r, remove, err) < 0)
		return -1;
	out = call_answer(call);
	*out = (struct favourite_out){ r->id, response_state(r, call->now), r->name, !remove };
	return 0;
}

const struct op op_response_favourite = { "response.favourite", N_("puts a response among one's favourites, or takes it off"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_LIBRARY, &rec_response_favourite_in, &rec_response_favourite_out, favourite_fn, NULL };

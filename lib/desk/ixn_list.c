/*
 * Interactions: finding, listing and showing them.
 */
#include <string.h>

#include "desk/priv.h"

struct find_in {
	const char *end, *noun;
};
RECORD(rec_find_in, struct find_in, "id-find", N_("The end of an id."),
       TEXT_FIELD(struct find_in, end, FIELD_REQUIRED, N_("the last characters of an id")),
       TEXT_FIELD(struct find_in, noun, 0, N_("interaction, contact or mail")))

struct find_out {
	const char *id, *noun;
};
RECORD(rec_find_out, struct find_out, "id", N_("A whole id."),
       ID_FIELD(struct find_out, id, FIELD_COLUMN, N_("the whole id")),
       TEXT_FIELD(struct find_out, noun, FIELD_COLUMN, N_("what it names")))

static int
find_fn(struct call *call, const void *input, struct err *err)
{
	const struct find_in *in = input;
	struct records rows;
	char end[ID_SIZE], rid[ID_SIZE];
	bool mail = in->noun && strcmp(in->noun, "mail") == 0;

	if (!id_end_parse(in->end, end))
		return err_set(err, E_BAD_ID, "value", in->end, NULL);
	id_reverse(end, rid);
	if (sql_all(call->tx, call->arena, mail ? SQL_MAIL_BY_END : SQL_IXN_BY_END,
		    ARGS(V_TEXT(rid), V_TEXT(arena_printf(call->arena, "%s~", rid))), &rec_find_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (struct find_out *)rows.v + i);
	return 0;
}

const struct op op_ixn_find = { "ixn.find", N_("the ids that end so"), MAY_ALL, 0, &rec_find_in, &rec_find_out, find_fn, NULL };

struct list_in {
	int64_t offers, all;
	const char *queue, *state, *media, *contact;
	int64_t since, until, older_than, limit;
	const char *sort, *external_id;
};
#define X struct list_in
RECORD(rec_ixn_list_in, X, "ixn-list", N_("Which interactions; mine that are not done, unless something else is said."),
       BOOL_FIELD(X, offers, 0, N_("what I am offered")),
       BOOL_FIELD(X, all, 0, N_("of everybody, the finished ones too")),
       TEXT_FIELD_AS(X, queue, "QUEUE", 0, N_("open ones of this queue")),
       TEXT_FIELD_AS(X, state, "STATE,...", 0, N_("in these states")),
       TEXT_FIELD_AS(X, media, "MEDIUM,...", 0, N_("of these media")),
       TEXT_FIELD_AS(X, contact, "ID", 0, N_("of this contact, newest first")),
       TIME_FIELD(X, since, 0, N_("created at this time or later")),
       TIME_FIELD(X, until, 0, N_("created before this time")),
       DURATION_FIELD(X, older_than, 0, N_("created at least so long ago")),
       INT_FIELD(X, limit, 0, N_("at most so many (200)")),
       TEXT_FIELD_AS(X, sort, "created|-created", 0, N_("oldest or newest first")),
       TEXT_FIELD_AS(X, external_id, "ID", 0, N_("the one with this external id")))
#undef X

struct ixn_out {
	const char *id;
	int64_t state;
	const char *medium, *queue, *agent, *name, *subject, *from, *contact, *language, *conversation, *external_id, *skills;
	int64_t priority, online, created, queued, answered, ended, done, elapsed;
	const char *origin, *reason, *offer;
	int64_t expires, version;
	struct texts dispositions;
	struct pairs data, hidden;
	struct texts can;
};
#define X struct ixn_out
RECORD(rec_ixn_out, X, "interaction", N_("An interaction."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the interaction")),
       NAME_FIELD(X, state, ixn_states, FIELD_COLUMN, N_("its state")),
       TEXT_FIELD(X, medium, FIELD_COLUMN, N_("its medium")),
       TEXT_FIELD(X, queue, FIELD_COLUMN, N_("its queue")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("the agent who has it, or is offered it")),
       TEXT_FIELD(X, name, FIELD_COLUMN | FIELD_PERSONAL, N_("the contact's name")),
       TEXT_FIELD(X, subject, FIELD_COLUMN | FIELD_PERSONAL, N_("what it is about")),
       TEXT_FIELD(X, from, FIELD_PERSONAL, N_("the contact's address")),
       ID_FIELD(X, contact, 0, N_("the contact")),
       TEXT_FIELD(X, language, 0, N_("the contact's language")),
       ID_FIELD(X, conversation, 0, N_("the conversation it belongs to")),
       TEXT_FIELD(X, external_id, 0, N_("the id it has elsewhere")),
       TEXT_FIELD(X, skills, 0, N_("skills it asks for beside those of its queue")),
       INT_FIELD(X, priority, 0, N_("points of priority")),
       BOOL_FIELD(X, online, 0, N_("the contact is connected")),
       TIME_FIELD(X, created, 0, N_("when it arrived")),
       TIME_FIELD(X, queued, 0, N_("since when it has waited, first queueing")),
       TIME_FIELD(X, answered, 0, N_("when an agent first took it")),
       TIME_FIELD(X, ended, 0, N_("when the contact left")),
       TIME_FIELD(X, done, 0, N_("when it was marked done")),
       DURATION_FIELD(X, elapsed, 0, N_("how long ago it arrived, or how long it took")),
       TEXT_FIELD(X, origin, 0, N_("the queue where it arrived first")),
       TEXT_FIELD(X, reason, 0, N_("how it ended: completed, stopped, abandoned, ...")),
       ID_FIELD(X, offer, 0, N_("the offer that is open")),
       TIME_FIELD(X, expires, 0, N_("until when the offer stands")),
       INT_FIELD(X, version, 0, N_("counts its changes")),
       TEXTS_FIELD(X, dispositions, 0, N_("its dispositions")),
       PAIRS_FIELD(X, data, FIELD_PERSONAL, N_("attached and custom data that the site displays, in its order")),
       PAIRS_FIELD(X, hidden, FIELD_PERSONAL | FIELD_SECRET, N_("data kept but not displayed")),
       TEXTS_FIELD(X, can, 0, N_("the commands possible now")))
#undef X

static struct ixn_out *
ixn_answer(struct call *call, const struct ixn *ixn)
{
	struct ixn_out *out = call_answer(call);

	out->id = ixn->id;
	out->state = ixn->state;
	out->medium = ixn->medium;
	out->queue = ixn->queue;
	out->agent = ixn->agent;
	out->name = ixn->name;
	out->subject = ixn->subject;
	out->from = ixn->address;
	out->contact = ixn->contact;
	out->language = ixn->language;
	out->conversation = ixn->conversation;
	out->external_id = ixn->external_id;
	out->skills = ixn->skills && ixn->skills[0] ? ixn->skills : NULL;
	out->priority = ixn->priority;
	out->online = ixn->online;
	out->created = ixn->created;
	out->queued = ixn->queued;
	out->answered = ixn->answered;
	out->ended = ixn->ended;
	out->done = ixn->done;
	out->elapsed = (ixn->done == INT_ABSENT ? call->now : ixn->done) - ixn->created;
	out->origin = ixn->origin_queue;
	out->reason = ixn->reason == INT_ABSENT ? NULL : names_get(&end_reasons, (int)ixn->reason);
	out->version = ixn->version;
	return out;
}

/* A read settles nothing: an offer whose time is over shows as what it is by now, waiting. */
static int
show_offer(struct call *call, struct ixn_out *out, struct err *err)
{
	struct offer offer;
	int rc;

	if (out->state != IXN_OFFERED)
		return 0;
	rc = offer_of(call, out->id, &offer, err);
	if (rc <= 0)
		return rc;
	if (offer.expires <= call->now) {
		out->state = IXN_QUEUED;
		return 0;
	}
	out->agent = offer.agent;
	out->offer = offer.id;
	out->expires = offer.expires;
	return 0;
}

static bool
wanted(const struct list_in *in, const struct call *call, const struct ixn_out *out)
{
	if (in->state && !list_has(in->state, names_get(&ixn_states, (int)out->state)))
		return false;
	if (in->media && !list_has(in->media, out->medium))
		return false;
	if ((in->since != INT_ABSENT && out->created < in->since) || (in->until != INT_ABSENT && out->created >= in->until))
		return false;
	return in->older_than == INT_ABSENT || out->created <= call->now - in->older_than;
}

/* The statement that finds the rows, and its argument: the first that applies. */
static int
list_statement(struct call *call, const struct list_in *in, enum sql *sql_r, const char **arg_r, struct err *err)
{
	bool down = in->sort && in->sort[0] == '-', plain = in->state || in->all == 1;
	const char *me = call_self(call);
	const struct {
		bool applies;
		enum sql sql;
		const char *arg;
	} ways[] = {
		{ in->external_id, SQL_IXNS_BY_EXTERNAL, in->external_id },
		{ in->contact, SQL_IXNS_OF_CONTACT, in->contact },
		{ in->queue, SQL_IXNS_OF_QUEUE, in->queue },
		{ plain && down, SQL_IXNS_DOWN, "" },
		{ plain, SQL_IXNS, "" },
		{ in->offers == 1, SQL_IXNS_OFFERED, me },
		{ true, SQL_IXNS_MINE, me },
	};
	size_t i = 0;

	if (in->sort && strcmp(in->sort + down, "created") != 0)
		return err_set(err, E_BAD_VALUE, "name", "sort", "value", in->sort, "expected", "created or -created", NULL);
	while (!ways[i].applies)
		i++;
	*sql_r = ways[i].sql;
	*arg_r = ways[i].arg;
	return *arg_r ? 0 : err_set(err, E_NO_SESSION, NULL);
}

#define PAGE 256

static int
list_fn(struct call *call, const void *input, struct err *err)
{
	const struct list_in *in = input;
	int64_t limit = in->limit > 0 ? in->limit : 200, found = 0;
	const char *arg, *after = "";
	struct records rows;
	enum sql sql = SQL_IXNS;

	if (list_statement(call, in, &sql, &arg, err) < 0)
		return -1;
	do {
		if (sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(arg), V_TEXT(after), V_INT(PAGE)), &rec_ixn_row, &rows, err) < 0)
			return -1;
		for (size_t i = 0; i < rows.n && found <= limit; i++) {
			struct ixn_out *out = ixn_answer(call, (struct ixn *)rows.v + i);

			after = out->id;
			if (show_offer(call, out, err) < 0)
				return -1;
			if (wanted(in, call, out))
				found++;
			else
				call->answer.n--;
		}
	} while (rows.n == PAGE && found <= limit);
	/* One more than asked for tells the command that the list was cut. */
	return 0;
}

const struct op op_ixn_list = { "ixn.list", N_("lists interactions"), MAY_ALL, 0, &rec_ixn_list_in, &rec_ixn_out, list_fn, NULL };

struct data_row {
	const char *key, *value, *label;
	int64_t custom, shown;
};
RECORD(rec_data_row, struct data_row, "data", NULL,
       TEXT_FIELD(struct data_row, key, 0, NULL), TEXT_FIELD(struct data_row, value, 0, NULL), TEXT_FIELD(struct data_row, label, 0, NULL),
       BOOL_FIELD(struct data_row, custom, 0, NULL), BOOL_FIELD(struct data_row, shown, 0, NULL))

static int
show_data(struct call *call, struct ixn_out *out, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_DATA_SHOWN, ARGS(V_TEXT(out->id)), &rec_data_row, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct data_row *d = (struct data_row *)rows.v + i;

		pairs_add(call->arena, d->shown ? &out->data : &out->hidden, d->key, d->value);
	}
	return 0;
}

static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct ixn_out *out;
	struct ixn *ixn;
	const char *can;

	if (ixn_get(call, in->id, &ixn, err) < 0)
		return -1;
	out = ixn_answer(call, ixn);
	if (show_offer(call, out, err) < 0 || show_data(call, out, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_DISPOSITIONS_OF, ARGS(V_TEXT(ixn->id)), &out->dispositions, err) < 0)
		return -1;
	ixn->state = out->state;
	for (can = verb_can(call, ixn); *can; can += strcspn(can, "\n"), can += *can == '\n')
		texts_add(call->arena, &out->can, arena_memdup(call->arena, can, strcspn(can, "\n")));
	return 0;
}

const struct op op_ixn_show = { "ixn.show", N_("shows an interaction whole"), MAY_ALL, 0, &rec_id_in, &rec_ixn_out, show_fn, NULL };

struct offer_out {
	const char *id;
	int64_t state;
	const char *agent;
	int64_t purpose, created, expires, ended;
	const char *reason, *why;
};
#define X struct offer_out
RECORD(rec_offer_out, X, "offer", N_("An offer of an interaction."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the offer")),
       NAME_FIELD(X, state, offer_states, FIELD_COLUMN, N_("its state")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("to whom")),
       NAME_FIELD(X, purpose, offer_purposes, FIELD_COLUMN, N_("what for")),
       TIME_FIELD(X, created, FIELD_COLUMN, N_("when it was made")),
       TIME_FIELD(X, expires, FIELD_COLUMN, N_("until when it stands")),
       TIME_FIELD(X, ended, 0, N_("when it ended")),
       TEXT_FIELD(X, reason, FIELD_COLUMN, N_("why it ended")),
       TEXT_FIELD(X, why, 0, N_("the routing decision, as JSON")))
#undef X

static int
offers_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct records rows;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || sql_all(call->tx, call->arena, SQL_OFFERS_OF_IXN, ARGS(V_TEXT(ixn->id)), &rec_offer_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct offer_out *o = (struct offer_out *)rows.v + i;

		if (o->state == OFFER_PENDING && o->expires <= call->now) {
			o->state = OFFER_EXPIRED;
			o->ended = o->expires;
			o->reason = "no-answer";
		}
		call_emit(call, o);
	}
	return 0;
}

const struct op op_ixn_offers = { "ixn.offers", N_("who was offered it, and what became of it"), MAY_ALL, 0, &rec_id_in, &rec_offer_out, offers_fn, NULL };

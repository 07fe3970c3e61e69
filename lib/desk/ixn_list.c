/*
 * Interactions: finding, listing and showing them.
 */
#include <string.h>

#include "desk/mail_priv.h"

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
	static const struct {
		const char *noun;
		enum sql sql;
	} nouns[] = { { "interaction", SQL_IXN_BY_END }, { "mail", SQL_MAIL_BY_END }, { "contact", SQL_CONTACT_BY_END } };
	enum sql sql = SQL_IXN_BY_END;

	if (!id_end_parse(in->end, end))
		return err_set(err, E_BAD_ID, "value", in->end, NULL);
	id_reverse(end, rid);
	for (size_t i = 0; in->noun && i < COUNT_OF(nouns); i++)
		if (strcmp(in->noun, nouns[i].noun) == 0)
			sql = nouns[i].sql;
	if (sql_all(call->tx, call->arena, sql,
		    ARGS(V_TEXT(rid), V_TEXT(arena_printf(call->arena, "%s~", rid))), &rec_find_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (struct find_out *)rows.v + i);
	return 0;
}

const struct op op_ixn_find = { "ixn.find", N_("the ids that end so"), MAY_ALL, OP_MIRROR, &rec_find_in, &rec_find_out, find_fn, NULL };

struct list_in {
	int64_t offers, all;
	const char *queue, *state, *media, *contact;
	int64_t since, until, older_than, limit;
	const char *sort, *external_id;
	int64_t waiting, level;
	const char *workbin, *team, *of;
};
#define X struct list_in
RECORD(rec_ixn_list_in, X, "ixn-list", N_("Which interactions; mine that are not done, unless something else is said."),
       BOOL_FIELD(X, offers, 0, N_("what I am offered")),
       BOOL_FIELD(X, all, 0, N_("of everybody, the finished ones too")),
       TEXT_FIELD_AS(X, queue, "QUEUE", 0, N_("open ones of this queue")),
       TEXT_FIELD_AS(X, state, "STATE,...", 0, N_("in these states; in-progress is any but done")),
       TEXT_FIELD_AS(X, media, "MEDIUM,...", 0, N_("of these media")),
       TEXT_FIELD_AS(X, contact, "ID", 0, N_("of this contact, newest first")),
       TIME_FIELD(X, since, 0, N_("created at this time or later")),
       TIME_FIELD(X, until, 0, N_("created before this time")),
       DURATION_FIELD(X, older_than, 0, N_("created at least so long ago")),
       INT_FIELD(X, limit, 0, N_("at most so many (200)")),
       TEXT_FIELD_AS(X, sort, "created|-created", 0, N_("oldest or newest first")),
       TEXT_FIELD_AS(X, external_id, "ID", 0, N_("the one with this external id")),
       NAME_FIELD(X, waiting, waiting_sides, 0, N_("chats in which this side waits for the other")),
       NAME_FIELD(X, level, waiting_levels, 0, N_("chats in which somebody has waited so long or longer")),
       TEXT_FIELD_AS(X, workbin, "WORKBIN", 0, N_("what lies in this workbin: mine, and that of the agents I lead")),
       TEXT_FIELD_AS(X, team, "TEAM", 0, N_("what the agents of this team have, and what lies in their drawers and its workbins")),
       TEXT_FIELD_AS(X, of, "AGENT", 0, N_("of another agent, as a lead; with --workbin, in that drawer")))
#undef X

struct ixn_out {
	const char *id;
	int64_t state;
	const char *medium, *queue, *agent, *name, *subject, *from, *contact, *language, *conversation, *external_id, *skills;
	int64_t priority, online, created, queued, answered, ended, done, elapsed;
	const char *origin, *reason, *offer;
	int64_t expires, purpose, version;
	const char *workbin, *keeper;
	int64_t direction;
	struct texts dispositions;
	struct pairs data, data_labels, data_texts, hidden;
	struct texts matches;
	int64_t waiting, waiting_since, waiting_level;
	struct mail_shown mail;
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
       NAME_FIELD(X, purpose, offer_purposes, 0, N_("what the offer is for")),
       INT_FIELD(X, version, 0, N_("counts its changes")),
       TEXT_FIELD(X, workbin, FIELD_COLUMN, N_("the workbin where it lies, or was taken from")),
       TEXT_FIELD(X, keeper, FIELD_COLUMN, N_("whose drawer that is")),
       NAME_FIELD(X, direction, directions, 0, N_("inbound, outbound or internal")),
       TEXTS_FIELD(X, dispositions, 0, N_("its dispositions")),
       PAIRS_FIELD(X, data, FIELD_PERSONAL, N_("attached and custom data that the site displays, in its order")),
       PAIRS_FIELD(X, data_labels, 0, N_("what people read for its keys, where the site says it")),
       PAIRS_FIELD(X, data_texts, FIELD_PERSONAL, N_("what people read for its values, where that is something else")),
       PAIRS_FIELD(X, hidden, FIELD_PERSONAL | FIELD_SECRET, N_("data kept but not displayed")),
       TEXTS_FIELD(X, matches, 0, N_("other contacts with this address; ixn-assign gives it to one of them")),
       NAME_FIELD(X, waiting, waiting_sides, 0, N_("of a chat: who waits for the other's word")),
       TIME_FIELD(X, waiting_since, 0, N_("since when")),
       NAME_FIELD(X, waiting_level, waiting_levels, 0, N_("how long that is by the rules of the queue")),
       MAIL_SHOWN_FIELDS(X),
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
	out->direction = ixn->direction;
	out->workbin = ixn->state == IXN_DONE ? NULL : ixn->workbin;
	out->keeper = ixn->state == IXN_DONE ? NULL : ixn->keeper;
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
	out->purpose = offer.purpose;
	return 0;
}

/* What I am asked beside what the interaction itself does: to be consulted, to join, to follow. */
static int
show_invitation(struct call *call, struct ixn_out *out, struct err *err)
{
	struct offer offer;
	int rc;

	if (out->offer || !call->actor.name)
		return 0;
	rc = sql_one(call->tx, call->arena, SQL_OFFER_MINE, ARGS(V_TEXT(out->id), V_TEXT(call->actor.name)), &rec_offer_row, &offer, err);
	if (rc <= 0 || offer.expires <= call->now)
		return rc < 0 ? -1 : 0;
	out->offer = offer.id;
	out->expires = offer.expires;
	out->purpose = offer.purpose;
	return 0;
}

/* An interaction as it is by now, though nobody may have settled it yet. */
static int
answer_now(struct call *call, struct ixn *ixn, struct ixn_out **out_r, struct err *err)
{
	struct chat_wait wait;

	if (chat_now(call, ixn, &wait, err) < 0)
		return -1;
	*out_r = ixn_answer(call, ixn);
	(*out_r)->waiting = wait.side;
	(*out_r)->waiting_since = wait.since;
	(*out_r)->waiting_level = wait.level;
	return show_offer(call, *out_r, err);
}

/* Of a workbin: what lies there for the one who asks, or in the drawer that is meant. */
static bool
lies_there(struct call *call, const struct list_in *in, const struct ixn_out *out)
{
	if (out->state != IXN_PARKED || !out->workbin || strcmp(out->workbin, in->workbin) != 0)
		return false;
	return in->of ? out->keeper && strcmp(out->keeper, in->of) == 0 : workbin_mine(call, out->workbin, out->keeper);
}

static bool
wanted(const struct list_in *in, struct call *call, const struct ixn_out *out)
{
	if ((in->workbin && !lies_there(call, in, out)) || (in->queue && (!out->queue || strcmp(out->queue, in->queue) != 0)))
		return false;
	if (in->state && !list_has(in->state, names_get(&ixn_states, (int)out->state)) &&
	    (out->state == IXN_DONE || !list_has(in->state, "in-progress")))
		return false;
	if ((in->waiting != INT_ABSENT && out->waiting != in->waiting) || (in->level != INT_ABSENT && out->waiting_level < in->level))
		return false;
	if (in->media && !list_has(in->media, out->medium))
		return false;
	if ((in->since != INT_ABSENT && out->created < in->since) || (in->until != INT_ABSENT && out->created >= in->until))
		return false;
	return in->older_than == INT_ABSENT || out->created <= call->now - in->older_than;
}

/* With those who were merged into the contact; the plain statement, which needs no sorting, where there are none. */
static int
contact_statement(struct call *call, enum sql *sql_r, const char **arg_r, struct err *err)
{
	struct contact *contact;
	struct texts merged;

	if (contact_get(call, *arg_r, &contact, err) < 0 || contact_head(call, contact->id, arg_r, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_CONTACT_MERGED, ARGS(V_TEXT(*arg_r)), &merged, err) < 0)
		return -1;
	if (merged.n)
		*sql_r = SQL_IXNS_OF_FAMILY;
	return 0;
}

static int
check_whose(struct call *call, const char *of, struct err *err)
{
	struct agent *agent;

	if (agent_get(call, of, &agent, err) < 0)
		return -1;
	return call_self(call) && strcmp(of, call_self(call)) == 0 ? 0 : call_must_lead(call, of, err);
}

/* The statement that finds the rows, and its argument: the first that applies. */
static int
list_statement(struct call *call, const struct list_in *in, enum sql *sql_r, const char **arg_r, struct err *err)
{
	bool down = in->sort && in->sort[0] == '-', plain = in->state || in->all == 1;
	const char *me = in->of ? in->of : call_self(call);
	const struct {
		bool applies;
		enum sql sql;
		const char *arg;
	} ways[] = {
		{ in->external_id, SQL_IXNS_BY_EXTERNAL, in->external_id },
		{ in->contact, SQL_IXNS_OF_CONTACT, in->contact },
		{ in->workbin, SQL_IXNS_OF_WORKBIN, in->workbin },
		{ in->of && in->offers != 1, SQL_IXNS_MINE, me },
		{ in->queue, SQL_IXNS_OF_QUEUE, in->queue },
		{ in->team, SQL_IXNS_OF_TEAM, in->team },
		{ plain && down, SQL_IXNS_DOWN, "" },
		{ plain, SQL_IXNS, "" },
		{ in->offers == 1, SQL_IXNS_OFFERED, me },
		{ true, SQL_IXNS_MINE, me },
	};
	size_t i = 0;

	if (in->sort && strcmp(in->sort + down, "created") != 0)
		return err_set(err, E_BAD_VALUE, "name", "sort", "value", in->sort, "expected", N_("created or -created"), NULL);
	if (in->of && check_whose(call, in->of, err) < 0)
		return -1;
	while (!ways[i].applies)
		i++;
	*sql_r = ways[i].sql;
	*arg_r = ways[i].arg;
	if (*sql_r == SQL_IXNS_OF_CONTACT)
		return contact_statement(call, sql_r, arg_r, err);
	return *arg_r ? 0 : err_set(err, E_NO_SESSION, NULL);
}

/* Whether it is listed: 1 or 0. */
static int
is_listed(struct call *call, const struct list_in *in, struct ixn_out *out, struct err *err)
{
	int rc;

	if (in->offers == 1 && show_invitation(call, out, err) < 0)
		return -1;
	rc = wanted(in, call, out) ? sight_answer(call, out, err) : 0;
	if (rc > 0 && out->contact && contact_head(call, out->contact, &out->contact, err) < 0)
		return -1;
	return rc;
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
			struct ixn_out *out;
			int rc;

			if (answer_now(call, (struct ixn *)rows.v + i, &out, err) < 0)
				return -1;
			after = out->id;
			rc = is_listed(call, in, out, err);
			if (rc < 0)
				return -1;
			found += rc;
			call->answer.n -= rc == 0;
		}
	} while (rows.n == PAGE && found <= limit);
	/* One more than asked for tells the command that the list was cut. */
	return 0;
}

const struct op op_ixn_list = { "ixn.list", N_("lists interactions"), MAY_ALL, OP_MIRROR, &rec_ixn_list_in, &rec_ixn_out, list_fn, NULL };

static int
show_data(struct call *call, struct ixn_out *out, struct err *err)
{
	struct records rows;

	if (data_read(call, out->id, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct datum *d = (struct datum *)rows.v + i;

		pairs_add(call->arena, d->shown ? &out->data : &out->hidden, d->key, d->value);
		if (d->shown && d->label)
			pairs_add(call->arena, &out->data_labels, d->key, d->label);
		if (d->shown && d->text)
			pairs_add(call->arena, &out->data_texts, d->key, d->text);
	}
	return 0;
}

static int
show_matches(struct call *call, const struct ixn *ixn, struct ixn_out *out, struct err *err)
{
	struct texts all;

	if (ixn->contact && contact_head(call, ixn->contact, &out->contact, err) < 0)
		return -1;
	if (!ixn->address || contact_matches(call, ixn->scheme, ixn->address, &all, err) < 0)
		return ixn->address ? -1 : 0;
	for (size_t i = 0; i < all.n; i++)
		if (!out->contact || strcmp(all.v[i], out->contact) != 0)
			texts_add(call->arena, &out->matches, all.v[i]);
	return 0;
}

static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct ixn_out *out;
	struct ixn *ixn;
	const char *can;

	if (ixn_get(call, in->id, &ixn, err) < 0 || answer_now(call, ixn, &out, err) < 0)
		return -1;
	if ((strcmp(ixn->medium, "email") == 0 && email_shown(call, ixn->id, &out->mail, err) < 0) || show_invitation(call, out, err) < 0 || show_data(call, out, err) < 0 || show_matches(call, ixn, out, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_DISPOSITIONS_OF, ARGS(V_TEXT(ixn->id)), &out->dispositions, err) < 0)
		return -1;
	ixn->state = out->state;
	if (out->offer && ixn->state != IXN_OFFERED) {
		texts_add(call->arena, &out->can, arena_printf(call->arena, "ixn-accept %s", ixn->id));
		texts_add(call->arena, &out->can, arena_printf(call->arena, "ixn-reject %s", ixn->id));
	}
	for (can = verb_can(call, ixn); *can; can += strcspn(can, "\n"), can += *can == '\n')
		texts_add(call->arena, &out->can, arena_memdup(call->arena, can, strcspn(can, "\n")));
	return 0;
}

const struct op op_ixn_show = { "ixn.show", N_("shows an interaction whole"), MAY_ALL, OP_MIRROR, &rec_id_in, &rec_ixn_out, show_fn, NULL };

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
		/* That a lead is asked to follow is for leads to know. */
		if (o->purpose != PURPOSE_MONITOR || call_may_lead(call))
			call_emit(call, o);
	}
	return 0;
}

const struct op op_ixn_offers = { "ixn.offers", N_("who was offered it, and what became of it"), MAY_ALL, OP_MIRROR, &rec_id_in, &rec_offer_out, offers_fn, NULL };

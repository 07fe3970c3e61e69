/*
 * Interactions: the row, making one, listing and showing them.
 */
#include <string.h>

#include "desk/priv.h"
#include "routing/skills.h"

#define SUBJECT_MAX 998
#define WORD_MAX 256

#define X struct ixn
RECORD(rec_ixn_row, X, "interaction", NULL,
       ID_FIELD(X, id, 0, NULL), TEXT_FIELD(X, rid, 0, NULL), INT_FIELD(X, version, 0, NULL), TEXT_FIELD(X, medium, 0, NULL),
       NAME_FIELD(X, state, ixn_states, 0, NULL), BOOL_FIELD(X, online, 0, NULL), ID_FIELD(X, contact, 0, NULL),
       TEXT_FIELD(X, name, 0, NULL), TEXT_FIELD(X, scheme, 0, NULL), TEXT_FIELD(X, address, 0, NULL), TEXT_FIELD(X, subject, 0, NULL),
       TEXT_FIELD(X, language, 0, NULL), TEXT_FIELD(X, queue, 0, NULL), TEXT_FIELD(X, origin_queue, 0, NULL), TEXT_FIELD(X, skills, 0, NULL),
       INT_FIELD(X, lane, 0, NULL), INT_FIELD(X, priority, 0, NULL), INT_FIELD(X, sort_key, 0, NULL), TEXT_FIELD(X, agent, 0, NULL),
       TEXT_FIELD(X, external_id, 0, NULL), TEXT_FIELD(X, conversation, 0, NULL), INT_FIELD(X, seq, 0, NULL), TEXT_FIELD(X, transcript, 0, NULL),
       TIME_FIELD(X, created, 0, NULL), TIME_FIELD(X, queued, 0, NULL), TIME_FIELD(X, offered, 0, NULL), TIME_FIELD(X, answered, 0, NULL),
       TIME_FIELD(X, ended, 0, NULL), TIME_FIELD(X, done, 0, NULL), NAME_FIELD(X, reason, end_reasons, 0, NULL))
#undef X

#define X struct change
RECORD(rec_change, X, "change", N_("An interaction that was changed."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the interaction")),
       NAME_FIELD(X, state, ixn_states, FIELD_COLUMN, N_("its state now")),
       TEXT_FIELD(X, medium, FIELD_COLUMN, N_("its medium")),
       TEXT_FIELD(X, queue, FIELD_COLUMN, N_("its queue")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("the agent who has it, or is offered it")),
       INT_FIELD(X, seq, FIELD_COLUMN, N_("number of the message just sent")),
       INT_FIELD(X, version, 0, N_("counts the changes of the interaction")),
       TEXT_FIELD(X, reason, 0, N_("why it ended")))
#undef X

RECORD(rec_id_in, struct id_in, "interaction", N_("Which interaction."),
       ID_FIELD(struct id_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")))

int
ixn_get(struct call *call, const char *id, struct ixn **ixn_r, struct err *err)
{
	struct ixn *ixn = ARENA_NEW(call->arena, struct ixn);
	char whole[ID_SIZE];
	int rc;

	if (!id || !id_parse(id, whole))
		return err_set(err, E_BAD_ID, "value", id ? id : "", NULL);
	rc = sql_one(call->tx, call->arena, SQL_IXN_GET, ARGS(V_TEXT(whole)), &rec_ixn_row, ixn, err);
	if (rc == 0)
		return err_set(err, E_NO_IXN, "id", id, NULL);
	*ixn_r = ixn;
	return rc < 0 ? -1 : 0;
}

int
ixn_save(struct call *call, struct ixn *ixn, struct err *err)
{
	/* The statement asks for version - 1: the row as it was read. */
	ixn->version++;
	switch (sql_put(call->tx, SQL_IXN_SAVE, &rec_ixn_row, ixn, err)) {
	case -1:
		return -1;
	case 0:
		return err_set(err, E_TAKEN, "id", ixn->id, "holder", "somebody else", NULL);
	default:
		return 0;
	}
}

struct change *
change_answer(struct call *call, const struct ixn *ixn)
{
	struct change *out = call_answer(call);
	struct offer offer;
	struct err ignored = { 0 };

	out->id = ixn->id;
	out->state = ixn->state;
	out->medium = ixn->medium;
	out->queue = ixn->queue;
	out->agent = ixn->agent;
	out->version = ixn->version;
	out->reason = ixn->reason == INT_ABSENT ? NULL : names_get(&end_reasons, (int)ixn->reason);
	if (ixn->state == IXN_OFFERED && offer_of(call, ixn->id, &offer, &ignored) > 0)
		out->agent = offer.agent;
	return out;
}

/* Making one. */

struct create_in {
	const char *media, *from, *name, *subject, *text, *queue, *to;
	struct texts skill;
	int64_t priority;
	struct pairs data, custom_data;
	const char *language, *external_id;
	int64_t transcript;
};
#define X struct create_in
RECORD(rec_create_in, X, "ixn-create", N_("An inbound interaction."),
       TEXT_FIELD_AS(X, media, "MEDIUM", 0, N_("its medium: chat (the default), email, voice, ...")),
       TEXT_FIELD_AS(X, from, "ADDRESS", FIELD_PERSONAL, N_("the contact's address: a mail address, a number, or SCHEME:ADDRESS")),
       TEXT_FIELD(X, name, FIELD_PERSONAL, N_("the contact's name")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("what it is about")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_PERSONAL, N_("what the contact says first")),
       TEXT_FIELD_AS(X, queue, "QUEUE", 0, N_("the queue it waits in")),
       TARGET_FIELD(X, to, 0, N_("the same as a target, or an agent: queue:billing, agent:alice")),
       TEXTS_FIELD_AS(X, skill, "SKILLS", 0, N_("skills it asks for beside those of its queue, as in french>=3")),
       INT_FIELD(X, priority, 0, N_("points; one is worth a minute of waiting")),
       PAIRS_FIELD(X, data, 0, N_("attached data; may be given again")),
       PAIRS_FIELD(X, custom_data, 0, N_("custom data: may be changed later, never added to or removed")),
       TEXT_FIELD_AS(X, language, "LANGUAGE", 0, N_("of the contact, as in fr")),
       TEXT_FIELD_AS(X, external_id, "ID", 0, N_("the id it has elsewhere; the same one again is the same interaction")),
       BOOL_FIELD(X, transcript, 0, N_("the contact asked for the transcript by mail")))
#undef X

/* "a@b.fr", "+33 1...", "sip:bob@host" become a scheme and an address. */
static int
split_address(struct call *call, const char *from, const char **scheme_r, const char **address_r, struct err *err)
{
	struct err ignored = { 0 };
	struct target target;

	if (target_parse(from, &target, &ignored) == 0 && target.kind >= TARGET_MAILTO) {
		*scheme_r = arena_strdup(call->arena, target.scheme);
		*address_r = target.value;
		return 0;
	}
	*scheme_r = address_scheme(from);
	*address_r = from;
	if (*scheme_r)
		return 0;
	return err_set(err, E_BAD_ADDRESS, "value", from, "what", "neither a mail address nor a number nor SCHEME:ADDRESS", NULL);
}

static int
create_contact(struct call *call, const struct create_in *in, struct ixn *ixn, struct err *err)
{
	struct contact contact;
	int rc;

	if (!in->from)
		return 0;
	if (split_address(call, in->from, &ixn->scheme, &ixn->address, err) < 0 ||
	    contact_recognize(call, ixn->scheme, ixn->address, in->name, in->language, &ixn->contact, err) < 0)
		return -1;
	rc = sql_one(call->tx, call->arena, SQL_CONTACT_GET, ARGS(V_TEXT(ixn->contact)), &rec_contact_row, &contact, err);
	if (rc <= 0)
		return rc;
	if (!ixn->name)
		ixn->name = contact.name;
	if (!ixn->language)
		ixn->language = contact.language;
	return 0;
}

/* Where it goes: a queue, or an agent; the only queue of a small site needs no naming. */
static int
create_target(struct call *call, const struct create_in *in, struct ixn *ixn, const char **agent_r, struct err *err)
{
	struct target target;
	struct texts queues;
	struct queue *queue;
	struct agent *agent;

	*agent_r = NULL;
	ixn->queue = in->queue;
	if (in->to) {
		if (target_parse(in->to, &target, err) < 0)
			return -1;
		if (target.kind == TARGET_AGENT)
			return agent_get(call, *agent_r = target.value, &agent, err);
		if (target.kind != TARGET_QUEUE)
			return err_set(err, E_TARGET_KIND, "verb", "ixn-create", "value", in->to, "instead", "queue:NAME or agent:NAME", NULL);
		ixn->queue = target.value;
	}
	if (!ixn->queue) {
		if (sql_texts(call->tx, call->arena, SQL_QUEUE_NAMES, NO_ARGS, &queues, err) < 0)
			return -1;
		if (queues.n != 1)
			return err_set(err, E_USAGE, "what", "which queue? give --queue", "command", "ixn-create", NULL);
		ixn->queue = queues.v[0];
	}
	if (queue_get(call, ixn->queue, &queue, err) < 0)
		return -1;
	if (in->priority == INT_ABSENT)
		ixn->priority = queue->priority;
	if (in->transcript == INT_ABSENT && queue->transcript)
		ixn->transcript = "";
	return 0;
}

/* All of them are asked for. */
static int
create_skills(struct call *call, const struct texts *skill, struct ixn *ixn, struct err *err)
{
	const struct skills *expr;
	const char *text = "";

	for (size_t i = 0; i < skill->n; i++) {
		if (skills_parse(call->arena, skill->v[i], &expr, err) < 0)
			return -1;
		text = arena_printf(call->arena, *text ? "%s & (%s)" : "%s(%s)", text, skill->v[i]);
	}
	if (skills_parse(call->arena, text, &expr, err) < 0)
		return -1;
	ixn->skills = skills_canonical(call->arena, expr);
	return 0;
}

static int
create_data(struct call *call, const char *id, const struct pairs *pairs, bool custom, int64_t *ord, struct err *err)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (text_check(pairs->v[i].key, pairs->v[i].key, WORD_MAX, err) < 0 || text_check(pairs->v[i].key, pairs->v[i].value, TEXT_MAX, err) < 0 ||
		    RUN(call, DATA_SET, V_TEXT(id), V_TEXT(pairs->v[i].key), V_TEXT(pairs->v[i].value), V_INT(custom), V_INT((*ord)++)) < 0)
			return -1;
	return 0;
}

static int
create_check(const struct create_in *in, struct err *err)
{
	if (text_check("name", in->name, WORD_MAX, err) < 0 || text_check("subject", in->subject, SUBJECT_MAX, err) < 0 ||
	    text_check("text", in->text, TEXT_MAX, err) < 0 || text_check("external-id", in->external_id, WORD_MAX, err) < 0 ||
	    text_check("media", in->media, 32, err) < 0 || text_check("from", in->from, 512, err) < 0)
		return -1;
	return 0;
}

/* The interaction that came with this external id before: 1. */
static int
create_again(struct call *call, const char *medium, const char *external_id, struct err *err)
{
	struct ixn *ixn;
	const char *id;
	int rc;

	if (!external_id)
		return 0;
	rc = sql_text(call->tx, call->arena, SQL_IXN_EXTERNAL, ARGS(V_TEXT(medium), V_TEXT(external_id)), &id, err);
	if (rc <= 0)
		return rc;
	if (ixn_get(call, id, &ixn, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 1;
}

static struct ixn *
ixn_new(struct call *call, const struct create_in *in)
{
	struct ixn *ixn = record_new(call->arena, &rec_ixn_row);
	char rid[ID_SIZE];

	ixn->id = id_new(call->arena, call->now);
	id_reverse(ixn->id, rid);
	ixn->rid = arena_strdup(call->arena, rid);
	ixn->version = 1;
	ixn->medium = in->media ? in->media : "chat";
	ixn->state = IXN_QUEUED;
	ixn->online = strcmp(ixn->medium, "chat") == 0;
	ixn->name = in->name;
	ixn->subject = in->subject;
	ixn->language = in->language;
	ixn->skills = "";
	ixn->priority = in->priority == INT_ABSENT ? 0 : in->priority;
	ixn->sort_key = ixn->seq = 0;
	ixn->external_id = in->external_id;
	ixn->conversation = ixn->id;
	ixn->created = call->now;
	ixn->transcript = in->transcript == 1 ? "" : NULL;
	return ixn;
}

static int
create_fn(struct call *call, const void *input, struct err *err)
{
	const struct create_in *in = input;
	struct ixn *ixn = ixn_new(call, in);
	const char *agent;
	int64_t ord = 0;
	int rc = create_again(call, ixn->medium, in->external_id, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (create_check(in, err) < 0 || create_skills(call, &in->skill, ixn, err) < 0 || create_target(call, in, ixn, &agent, err) < 0 || create_contact(call, in, ixn, err) < 0 ||
	    route_enter(call, ixn, agent, err) < 0)
		return -1;
	ixn->origin_queue = ixn->queue;
	if (in->text) {
		struct message m = { .role = FROM_CONTACT, .name = ixn->name, .visible = "all", .text = in->text };

		if (message_add(call, ixn, &m, err) < 0)
			return -1;
	}
	if (sql_put(call->tx, SQL_IXN_NEW, &rec_ixn_row, ixn, err) < 0 || create_data(call, ixn->id, &in->data, false, &ord, err) < 0 ||
	    create_data(call, ixn->id, &in->custom_data, true, &ord, err) < 0 ||
	    event_add(call, &(struct event){ .event = "ixn.created", .ixn = ixn->id, .ref = ixn->contact, .state = "queued", .version = 1 }, err) < 0)
		return -1;
	if (in->text && event_add(call, &(struct event){ .event = "chat.message", .ixn = ixn->id, .ref = "1" }, err) < 0)
		return -1;
	if (route_ixn(call, ixn, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_create = { "ixn.create", N_("an inbound interaction arrives"), MAY_ALL, OP_WRITE, &rec_create_in, &rec_change, create_fn, NULL };

/* Finding, listing and showing. */

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

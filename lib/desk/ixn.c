/*
 * Interactions: the row, and making one.
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
       TIME_FIELD(X, ended, 0, NULL), TIME_FIELD(X, done, 0, NULL), NAME_FIELD(X, reason, end_reasons, 0, NULL),
       NAME_FIELD(X, direction, directions, 0, NULL), TEXT_FIELD(X, reserved, 0, NULL), INT_FIELD(X, widened, 0, NULL),
       TEXT_FIELD(X, workbin, 0, NULL), TEXT_FIELD(X, keeper, 0, NULL), TIME_FIELD(X, contact_spoke, 0, NULL), TIME_FIELD(X, agent_spoke, 0, NULL),
       INT_FIELD(X, warnings, 0, NULL), TIME_FIELD(X, entered, 0, NULL))
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
	ixn->lies = ixn->queue;
	*ixn_r = ixn;
	return rc < 0 ? -1 : 0;
}

int
ixn_keep(struct call *call, struct ixn *ixn, struct err *err)
{
	if (!ixn->fresh)
		return 0;
	ixn->fresh = false;
	ixn->lies = ixn->queue;
	return sql_put(call->tx, SQL_IXN_NEW, &rec_ixn_row, ixn, err) < 0 ? -1 : 0;
}

int
ixn_save(struct call *call, struct ixn *ixn, struct err *err)
{
	bool moved = ixn->done != INT_ABSENT || (ixn->queue ? !ixn->lies || strcmp(ixn->queue, ixn->lies) != 0 : ixn->lies != NULL);
	int rc;

	/* The statements ask for version - 1: the row as it was read. */
	ixn->version++;
	if (ixn->fresh)
		return ixn_keep(call, ixn, err);
	ixn->lies = ixn->queue;
	rc = sql_put_must(call->tx, moved ? SQL_IXN_SAVE_MOVED : SQL_IXN_SAVE, &rec_ixn_row, ixn, err);
	if (rc == 0)
		return err_set(err, E_TAKEN, "id", ixn->id, "holder", "somebody else", NULL);
	return rc < 0 ? -1 : 0;
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
	if (ixn->state == IXN_OFFERED && ixn->asked)
		out->agent = ixn->asked;
	else if (ixn->state == IXN_OFFERED && offer_of(call, ixn->id, &offer, &ignored) > 0)
		out->agent = offer.agent;
	return out;
}

/* Making one. */

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
       BOOL_FIELD(X, transcript, 0, N_("the contact asked for the transcript by mail")),
       ID_FIELD_AS(X, contact, "CONTACT", 0, N_("the contact, whatever the address says")))
#undef X

/* The contact named, else the one whose address it is; several may share it. */
static int
create_contact(struct call *call, const struct create_in *in, struct ixn *ixn, size_t *matches_r, struct err *err)
{
	struct contact *contact;

	*matches_r = 0;
	if (in->from && address_split(call, in->from, &ixn->scheme, &ixn->address, err) < 0)
		return -1;
	if (!in->contact && !in->from)
		return 0;
	if ((in->contact ? contact_get(call, in->contact, &contact, err)
			 : contact_recognize(call, ixn->scheme, ixn->address, in->name, in->language, &contact, matches_r, err)) < 0)
		return -1;
	ixn->contact = contact->id;
	if (!ixn->name)
		ixn->name = contact->name;
	if (!ixn->language)
		ixn->language = contact->language;
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
			return in->queue && queue_get(call, in->queue, &queue, err) < 0 ? -1 : agent_get(call, *agent_r = target.value, &agent, err);
		if (target.kind != TARGET_QUEUE)
			return err_set(err, E_TARGET_KIND, "verb", "ixn-create", "value", in->to, "instead", "queue:NAME or agent:NAME", NULL);
		ixn->queue = target.value;
	}
	if (!ixn->queue) {
		if (sql_texts(call->tx, call->arena, SQL_QUEUE_NAMES, NO_ARGS, &queues, err) < 0)
			return -1;
		if (queues.n != 1)
			return err_set(err, E_USAGE, "what", N_("which queue? give --queue"), "command", "ixn-create", NULL);
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
create_again(struct call *call, const char *medium, const char *external_id, struct ixn **ixn_r, struct err *err)
{
	const char *id;
	int rc;

	if (!external_id)
		return 0;
	rc = sql_text(call->tx, call->arena, SQL_IXN_EXTERNAL, ARGS(V_TEXT(medium), V_TEXT(external_id)), &id, err);
	if (rc <= 0)
		return rc;
	return ixn_get(call, id, ixn_r, err) < 0 ? -1 : 1;
}

struct ixn *
ixn_new(struct call *call, const char *medium)
{
	struct ixn *ixn = record_new(call->arena, &rec_ixn_row);
	char rid[ID_SIZE];

	ixn->id = id_new(call->arena, call->now);
	id_reverse(ixn->id, rid);
	ixn->rid = arena_strdup(call->arena, rid);
	ixn->version = 1;
	ixn->medium = medium;
	ixn->state = IXN_QUEUED;
	ixn->online = strcmp(medium, "chat") == 0;
	ixn->skills = "";
	ixn->priority = ixn->sort_key = ixn->seq = 0;
	ixn->conversation = ixn->id;
	ixn->created = call->now;
	ixn->direction = INBOUND;
	ixn->widened = ixn->warnings = 0;
	ixn->fresh = true;
	return ixn;
}

static struct ixn *
create_row(struct call *call, const struct create_in *in)
{
	struct ixn *ixn = ixn_new(call, in->media ? in->media : "chat");

	ixn->name = in->name;
	ixn->subject = in->subject;
	ixn->language = in->language;
	ixn->priority = in->priority == INT_ABSENT ? 0 : in->priority;
	ixn->external_id = in->external_id;
	ixn->transcript = in->transcript == 1 ? "" : NULL;
	return ixn;
}

/* Its events, and what the contact said first. */
static int
create_told(struct call *call, const struct create_in *in, struct ixn *ixn, size_t matches, struct err *err)
{
	if (in->text) {
		struct message m = { .role = FROM_CONTACT, .name = ixn->name, .visible = "all", .text = in->text };

		if (message_add(call, ixn, &m, err) < 0)
			return -1;
		chat_spoke(ixn, FROM_CONTACT, call->now);
	}
	if (event_add(call, &(struct event){ .event = "ixn.created", .ixn = ixn->id, .ref = ixn->contact, .state = "queued", .reason = ixn->skills[0] ? ixn->skills : NULL, .version = 1 }, err) < 0)
		return -1;
	if (matches > 1 && event_add(call, &(struct event){ .event = "contact.ambiguous", .ixn = ixn->id, .ref = ixn->contact }, err) < 0)
		return -1;
	return in->text ? event_add(call, &(struct event){ .event = "chat.message", .ixn = ixn->id, .ref = "1" }, err) : 0;
}

int
ixn_create(struct call *call, const struct create_in *in, time_ms from, struct ixn **ixn_r, struct err *err)
{
	struct ixn *ixn = *ixn_r = create_row(call, in);
	bool held = from > call->now;
	const char *agent;
	int64_t ord = 0;
	size_t matches;
	int rc = create_again(call, ixn->medium, in->external_id, ixn_r, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (create_check(in, err) < 0 || create_skills(call, &in->skill, ixn, err) < 0 || create_target(call, in, ixn, &agent, err) < 0 || create_contact(call, in, ixn, &matches, err) < 0 ||
	    (!held && route_enter(call, ixn, agent, err) < 0))
		return -1;
	ixn->origin_queue = ixn->queue;
	if (create_data(call, ixn->id, &in->data, false, &ord, err) < 0 || create_data(call, ixn->id, &in->custom_data, true, &ord, err) < 0 ||
	    create_told(call, in, ixn, matches, err) < 0 || (held && ixn_hold(call, ixn, from, err) < 0))
		return -1;
	/* Whom it is offered is mostly known before the row is written. */
	return (!held && route_ixn(call, ixn, err) < 0) || ixn_keep(call, ixn, err) < 0 ? -1 : 0;
}

static int
create_fn(struct call *call, const void *input, struct err *err)
{
	struct ixn *ixn;

	if (ixn_create(call, input, call->now, &ixn, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_create = { "ixn.create", N_("an inbound interaction arrives"), MAY_ALL, OP_WRITE, &rec_create_in, &rec_change, create_fn, NULL };

/*
 * Chat: messages with who may see them, pages pushed, the end of the session.
 */
#include <string.h>

#include "desk/response_priv.h"
#include "wire/extract.h"

RECORD(rec_message_row, struct message, "message", NULL,
       ID_FIELD(struct message, ixn, 0, NULL),
       INT_FIELD(struct message, seq, 0, NULL),
       TIME_FIELD(struct message, at, 0, NULL),
       NAME_FIELD(struct message, role, message_roles, 0, NULL),
       TEXT_FIELD(struct message, author, 0, NULL),
       TEXT_FIELD(struct message, name, FIELD_PERSONAL, NULL),
       TEXT_FIELD(struct message, visible, 0, NULL),
       TEXT_FIELD(struct message, text, FIELD_PERSONAL, NULL),
       TEXT_FIELD(struct message, url, FIELD_PERSONAL, NULL))

bool
message_for(const struct call *call, const char *visible, const char *sender)
{
	const char *me = call->actor.name;

	if (strncmp(visible, "agent:", 6) != 0 || call_may_lead(call))
		return true;
	return me && (strcmp(visible + 6, me) == 0 || (sender && strcmp(sender, me) == 0));
}

int
message_add(struct call *call, struct ixn *ixn, struct message *message, struct err *err)
{
	message->ixn = ixn->id;
	message->seq = ++ixn->seq;
	if (!message->at)
		message->at = call->now;
	if (!message->text)
		message->text = "";
	return sql_put(call->tx, SQL_MESSAGE_ADD, &rec_message_row, message, err) < 0 ? -1 : 0;
}

int
message_own(struct call *call, struct ixn *ixn, const char *text, const char *visible, struct err *err)
{
	struct message m = { .role = FROM_AGENT, .author = call->actor.name, .name = agent_shown(call, call->actor.name), .visible = visible, .text = text };

	if (message_add(call, ixn, &m, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "chat.message", .ixn = ixn->id, .agent = call->actor.name, .ref = arena_printf(call->arena, "%lld", (long long)m.seq) }, err);
}

struct send_in {
	const char *id, *text;
	struct texts url;
	const char *visible;
	struct chosen chosen;
	int64_t as_contact, typing;
};
#define X struct send_in
RECORD(rec_send_in, X, "chat-send", N_("A message."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_PERSONAL, N_("what is said")),
       TEXTS_FIELD_AS(X, url, "URL", FIELD_PERSONAL, N_("open this page (http or https) for the contact; may be given again")),
       CHOSEN_FIELDS(X),
       TEXT_FIELD_AS(X, visible, "all|agents|TARGET", 0, N_("who may see it; the contact sees only all")),
       BOOL_FIELD(X, as_contact, 0, N_("as the contact says it: for gateways and tests, role service")),
       BOOL_FIELD(X, typing, 0, N_("only say that somebody is typing")))
#undef X

static int
check_visible(struct call *call, const char *visible, struct err *err)
{
	struct target target;
	struct agent *agent;

	if (!visible || strcmp(visible, "all") == 0 || strcmp(visible, "agents") == 0)
		return 0;
	if (target_parse(visible, &target, err) < 0 || target.kind != TARGET_AGENT)
		return err_set(err, E_BAD_VALUE, "name", "visible", "value", visible, "expected", N_("all, agents or agent:NAME"), NULL);
	return agent_get(call, target.value, &agent, err);
}

static int
send_check(struct call *call, const struct send_in *in, struct err *err)
{
	if (!in->text && !in->chosen.response && !in->url.n && in->typing != 1)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--text, --file, --response or --url"), "command", "chat-send", NULL);
	if (in->as_contact == 1 && call->actor.kind == ACTOR_AGENT && call->actor.role != ROLE_SERVICE)
		return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "service", NULL);
	if (in->as_contact == 1 && in->visible)
		return err_set(err, E_USAGE, "what", N_("--as-contact and --visible exclude each other: what a contact says is for all"), "command", "chat-send", NULL);
	if (in->as_contact == 1 && in->chosen.response)
		return err_set(err, E_USAGE, "what", N_("--as-contact and --response exclude each other: contacts have no standard responses"), "command", "chat-send", NULL);
	for (size_t i = 0; i < in->url.n; i++)
		if (!url_pushable(in->url.v[i]))
			return err_set(err, E_BAD_URL, "value", in->url.v[i], NULL);
	if (check_visible(call, in->visible, err) < 0)
		return -1;
	return text_check("text", in->text, TEXT_MAX, err);
}

int
chat_say(struct call *call, struct ixn *ixn, struct message *m, struct err *err)
{
	if (message_add(call, ixn, m, err) < 0)
		return -1;
	if (strcmp(m->visible, "all") == 0)
		chat_spoke(ixn, (enum message_role)m->role, m->at);
	return verb_happen(call, ixn, VERB_SEND, call->now, call->actor.name, arena_printf(call->arena, "%lld", (long long)m->seq), NULL, err);
}

static int
send_one(struct call *call, struct ixn *ixn, const struct send_in *in, const char *visible, const char *text, const char *url, struct err *err)
{
	bool contact = in->as_contact == 1;
	struct message m = { .role = contact ? FROM_CONTACT : FROM_AGENT, .visible = visible, .text = text, .url = url };

	m.author = contact ? NULL : call->actor.name;
	m.name = contact ? ixn->name : agent_shown(call, call->actor.name);
	return chat_say(call, ixn, &m, err);
}

/* The contact does not know of a colleague who is consulted. */
static int
consult_speaks(const struct ixn *ixn, const struct party *party, const char **visible_r, struct err *err)
{
	if (!*visible_r)
		*visible_r = "agents";
	return strcmp(*visible_r, "all") != 0 ? 0 : err_set(err, E_NOT_FOR_ALL, "id", ixn->id, "who", party->agent, NULL);
}

/* Who may hear somebody who takes part, and does where nothing is said of it; NULL: all, if it is so wished. */
static int (*const speaks[NAMES_COUNT(PARTY_ROLES)])(const struct ixn *ixn, const struct party *party, const char **visible_r, struct err *err) = {
	[PARTY_CONSULT] = consult_speaks,
	[PARTY_CONFERENCE] = NULL,
	[PARTY_MONITOR] = monitor_speaks,
	[PARTY_REVIEW] = NULL,
};

/* While it waits or is offered only the contact speaks, and who is in conference; without a contact agents among themselves. */
static bool
heard(const struct ixn *ixn, const struct party *party, const char *visible)
{
	if (ixn->state == IXN_QUEUED || ixn->state == IXN_OFFERED || ixn->state == IXN_PARKED)
		return ixn->online && party && party->role == PARTY_CONFERENCE;
	return ixn->online || strcmp(visible, "all") != 0;
}

/* Whether the actor may speak now, and to whom it goes. */
static int
send_allowed(struct call *call, const struct ixn *ixn, const struct send_in *in, const char **visible_r, struct err *err)
{
	struct call as = *call;
	struct party party;
	int rc = 0;

	*visible_r = in->visible;
	if (in->as_contact == 1) {
		*visible_r = "all";
		as.actor = (struct actor){ ACTOR_SYSTEM, NULL, ROLE_SERVICE };
		return verb_check(&as, ixn, VERB_SEND, err);
	}
	if (call->actor.name && (!ixn->agent || strcmp(ixn->agent, call->actor.name) != 0))
		rc = party_get(call, ixn->id, call->actor.name, &party, err);
	if (rc < 0 || (rc > 0 && speaks[party.role] && speaks[party.role](ixn, &party, visible_r, err) < 0))
		return -1;
	if (!*visible_r)
		*visible_r = "all";
	return heard(ixn, rc ? &party : NULL, *visible_r) ? verb_check(call, ixn, VERB_SEND, err) : verb_refuse(call, ixn, VERB_SEND, err);
}

/* The contact sees neither what a colleague unseen says, nor that one types. */
static int
typing(struct call *call, struct ixn *ixn, bool contact, const char *visible, struct err *err)
{
	const char *who = contact ? "contact" : (strcmp(visible, "all") == 0 ? "agent" : "colleague");

	if (event_add(call, &(struct event){ .event = "chat.typing", .ixn = ixn->id, .agent = contact ? NULL : call->actor.name, .ref = who }, err) < 0)
		return -1;
	return strcmp(visible, "all") == 0 ? chat_typing(call, ixn, err) : 0;
}

/* What agents say among themselves answers nobody. */
static int
send_text(struct call *call, struct ixn *ixn, const struct send_in *in, const char *visible, struct err *err)
{
	struct sending sending = { NULL, in->text, false };

	if (in->chosen.response && response_choose(call, &in->chosen, ixn, ixn->medium, in->text, &sending, err) < 0)
		return -1;
	if (!sending.text)
		return 0;
	if (text_check("text", sending.text, TEXT_MAX, err) < 0 || send_one(call, ixn, in, visible, sending.text, NULL, err) < 0)
		return -1;
	return sending.response && strcmp(visible, "all") == 0 ? response_sent(call, &in->chosen, ixn, &sending, err) : 0;
}

static int
send_fn(struct call *call, const void *input, struct err *err)
{
	const struct send_in *in = input;
	const char *visible;
	struct change *out;
	struct ixn *ixn;

	if (send_check(call, in, err) < 0 || ixn_get(call, in->id, &ixn, err) < 0 || send_allowed(call, ixn, in, &visible, err) < 0)
		return -1;
	if (in->typing == 1 && typing(call, ixn, in->as_contact == 1, visible, err) < 0)
		return -1;
	if (in->typing != 1 && send_text(call, ixn, in, visible, err) < 0)
		return -1;
	for (size_t i = 0; i < in->url.n; i++)
		if (send_one(call, ixn, in, visible, "", in->url.v[i], err) < 0)
			return -1;
	out = change_answer(call, ixn);
	out->seq = ixn->seq;
	return 0;
}

const struct op op_chat_send = { "chat.send", N_("says something in a chat"), MAY_ALL, OP_WRITE, &rec_send_in, &rec_change, send_fn, NULL };

struct tail_in {
	const char *id;
	int64_t after, public_only;
};
RECORD(rec_tail_in, struct tail_in, "chat-tail", N_("Which messages."),
       ID_FIELD(struct tail_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       INT_FIELD(struct tail_in, after, 0, N_("only those behind this seq")),
       BOOL_FIELD(struct tail_in, public_only, 0, N_("only what the contact could see")))

struct message_out {
	int64_t seq, at, role;
	const char *author, *sender, *visible, *text, *url, *ixn;
};
#define X struct message_out
RECORD(rec_message_out, X, "message", N_("A message of a chat."),
       INT_FIELD(X, seq, FIELD_COLUMN, N_("its number in the chat")),
       TIME_FIELD(X, at, FIELD_COLUMN, N_("when it was said")),
       NAME_FIELD(X, role, message_roles, FIELD_COLUMN, N_("who speaks: contact, agent or system")),
       TEXT_FIELD(X, author, FIELD_COLUMN | FIELD_PERSONAL, N_("the contact's name, or the agent's alias")),
       TEXT_FIELD(X, sender, FIELD_SECRET | FIELD_INTERNAL, NULL),
       TEXT_FIELD(X, visible, FIELD_COLUMN, N_("all, agents or agent:NAME")),
       TEXT_FIELD(X, text, FIELD_COLUMN | FIELD_PERSONAL, N_("what is said")),
       TEXT_FIELD(X, url, FIELD_COLUMN | FIELD_PERSONAL, N_("the page that opens for the contact")),
       ID_FIELD(X, ixn, 0, N_("the interaction")))
#undef X

static int
tail_fn(struct call *call, const void *input, struct err *err)
{
	const struct tail_in *in = input;
	struct records rows;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_MESSAGES, ARGS(V_TEXT(ixn->id), V_INT(in->after == INT_ABSENT ? 0 : in->after)), &rec_message_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct message_out *m = (struct message_out *)rows.v + i;

		if (message_for(call, m->visible, m->sender) && (in->public_only != 1 || strcmp(m->visible, "all") == 0))
			call_emit(call, m);
	}
	return 0;
}

const struct op op_chat_tail = { "chat.tail", N_("reads the messages of a chat"), MAY_ALL, OP_MIRROR, &rec_tail_in, &rec_message_out, tail_fn, NULL };

struct end_in {
	const char *id;
	int64_t as_contact;
};
RECORD(rec_end_in, struct end_in, "chat-end", N_("Ending a chat session."),
       ID_FIELD(struct end_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       BOOL_FIELD(struct end_in, as_contact, 0, N_("as the contact leaves: for gateways and tests, role service")))

/* The contact left before an agent came: nothing waits any more. */
static int
abandon(struct call *call, struct ixn *ixn, struct err *err)
{
	const char *asked;

	if (offer_withdraw(call, ixn, "abandoned", &asked, err) < 0)
		return -1;
	ixn->online = 0;
	ixn->ended = call->now;
	ixn->reason = END_ABANDONED;
	ixn->done = call->now;
	if (verb_happen(call, ixn, VERB_END, call->now, asked, NULL, "abandoned", err) < 0 ||
	    route_forget(call, ixn->id, err) < 0)
		return -1;
	if (!asked)
		return 0;
	return agent_refresh(call, asked, err) < 0 ? -1 : route_agent(call, asked, err);
}

int
chat_close(struct call *call, struct ixn *ixn, time_ms at, const char *by, const char *reason, struct err *err)
{
	ixn->online = 0;
	ixn->ended = at;
	return verb_happen(call, ixn, VERB_END, at, ixn->agent, by, reason, err);
}

int
chat_leave(struct call *call, struct ixn *ixn, const char *by, struct err *err)
{
	bool waits = ixn->state == IXN_QUEUED || ixn->state == IXN_OFFERED;

	if (verb_check(call, ixn, VERB_END, err) < 0)
		return -1;
	return (waits ? abandon(call, ixn, err) : chat_close(call, ixn, call->now, by, NULL, err)) < 0 ? -1 : route_freed(call, err);
}

static int
end_fn(struct call *call, const void *input, struct err *err)
{
	const struct end_in *in = input;
	bool contact = in->as_contact == 1;
	struct ixn *ixn;

	if (contact && call->actor.kind == ACTOR_AGENT && call->actor.role != ROLE_SERVICE)
		return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "service", NULL);
	if (ixn_get(call, in->id, &ixn, err) < 0)
		return -1;
	if (ixn->online || ixn->ended == INT_ABSENT) {
		if (contact)
			call->actor = (struct actor){ ACTOR_SYSTEM, NULL, ROLE_SERVICE };
		if (chat_leave(call, ixn, contact ? "contact" : "agent", err) < 0)
			return -1;
	}
	change_answer(call, ixn);
	return 0;
}

const struct op op_chat_end = { "chat.end", N_("ends a chat session"), MAY_ALL, OP_WRITE, &rec_end_in, &rec_change, end_fn, NULL };

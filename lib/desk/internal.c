/*
 * Chats between agents: an interaction without a contact and without a queue,
 * of the agent who begins it; the others come as to a conference.
 */
#include "desk/priv.h"

struct start_in {
	const char *to, *text;
};
RECORD(rec_start_in, struct start_in, "chat-start", N_("A chat between agents."),
       TARGET_FIELD(struct start_in, to, 0, N_("with whom: agent: or lead:")),
       TEXT_FIELD(struct start_in, text, FIELD_BODY | FIELD_PERSONAL, N_("what you say first")))

static int
begin(struct call *call, struct ixn *ixn, struct err *err)
{
	ixn->state = IXN_ACTIVE;
	ixn->direction = INTERNAL;
	ixn->agent = call_self(call);
	ixn->answered = call->now;
	if (ixn_keep(call, ixn, err) < 0 ||
	    event_add(call, &(struct event){ .event = "ixn.created", .ixn = ixn->id, .agent = ixn->agent, .state = "active", .version = 1 }, err) < 0)
		return -1;
	return segment_open(call, ixn, ixn->agent, err) < 0 ? -1 : agent_refresh(call, ixn->agent, err);
}

static int
start_fn(struct call *call, const void *input, struct err *err)
{
	static const struct asking asking = { "chat", "chat-start", true };
	const struct start_in *in = input;
	struct ixn *ixn = ixn_new(call, "chat");

	if (!in->to)
		return err_set(err, E_MISSING_OPERAND, "what", "--to", "command", "chat-start", NULL);
	if (text_check("text", in->text, TEXT_MAX, err) < 0 || agent_room(call, call_self(call), ixn->medium, err) < 0 || begin(call, ixn, err) < 0 ||
	    (in->text && message_own(call, ixn, in->text, "all", err) < 0) || conference_invite(call, ixn, &asking, in->to, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_chat_start = { "chat.start", N_("begins a chat between agents"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_start_in, &rec_change, start_fn, NULL };

int
internal_end(struct call *call, struct ixn *ixn, time_ms at, struct err *err)
{
	const char *agent = ixn->agent;

	if (ixn->online && chat_close(call, ixn, at, "agent", "agent.logout", err) < 0)
		return -1;
	ixn->reason = END_STOPPED;
	ixn->done = at;
	if (segment_close(call, ixn->id, agent, at, END_STOPPED, err) < 0)
		return -1;
	return verb_happen(call, ixn, VERB_DONE, at, agent, NULL, names_get(&end_reasons, END_STOPPED), err) < 0 ? -1 : 1;
}

/*
 * Mark Done: the only way to the end of an interaction.
 */
#include <string.h>

#include "desk/priv.h"

/* Mark Done. */

struct done_in {
	const char *id;
	struct texts disposition;
	const char *queue;
	int64_t stop;
	const char *transcript;
	int64_t no_transcript;
	const char *note;
};
RECORD(rec_done_in, struct done_in, "ixn-done", N_("Marking done."),
       ID_FIELD(struct done_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXTS_FIELD_AS(struct done_in, disposition, "CODE", 0, N_("with this code; may be given again")),
       TEXT_FIELD_AS(struct done_in, queue, "QUEUE", 0, N_("goes on to this queue of the workflow")),
       BOOL_FIELD(struct done_in, stop, 0, N_("leaves the workflow")),
       TEXT_FIELD_AS(struct done_in, transcript, "ADDRESS", FIELD_OPTIONAL_VALUE | FIELD_PERSONAL, N_("mail the transcript, to the contact or to this address")),
       BOOL_FIELD(struct done_in, no_transcript, 0, N_("mail no transcript, whatever the default")),
       TEXT_FIELD(struct done_in, note, FIELD_PERSONAL, N_("a cover note in the transcript's mail")))

struct node {
	const char *next;
	int64_t stop;
};
RECORD(rec_node, struct node, "node", NULL, TEXT_FIELD(struct node, next, 0, NULL), BOOL_FIELD(struct node, stop, 0, NULL))

/* The node of the workflow where it is: 0 when the site has none for its queue. */
static int
node_of(struct call *call, const struct ixn *ixn, struct node *node, struct err *err)
{
	*node = (struct node){ "", 1 };
	return ixn->queue ? sql_one(call->tx, call->arena, SQL_WORKFLOW_GET, ARGS(V_TEXT(ixn->queue)), &rec_node, node, err) : 0;
}

static const char *
node_choices(struct call *call, const struct node *node)
{
	const char *text = node->stop ? "--stop" : "";
	struct texts next;

	list_split(call->arena, node->next, &next);
	for (size_t i = 0; i < next.n; i++)
		text = arena_printf(call->arena, "%s%s--queue %s", text, *text ? "\n" : "", next.v[i]);
	return text;
}

static int
check_mandatory(struct call *call, const struct ixn *ixn, struct err *err)
{
	struct texts set, codes;

	/* Between agents nothing is to be counted. */
	if (ixn->direction == INTERNAL)
		return 0;
	if (sql_texts(call->tx, call->arena, SQL_MANDATORY_CODES, ARGS(V_TEXT(ixn->medium)), &codes, err) < 0 ||
	    (codes.n && sql_texts(call->tx, call->arena, SQL_DISPOSITIONS_OF, ARGS(V_TEXT(ixn->id)), &set, err) < 0))
		return -1;
	if (!codes.n || set.n)
		return 0;
	if (disposition_choices(call, ixn->medium, &codes, err) < 0)
		return -1;
	return err_set(err, E_NEED_DISPOSITION, "id", ixn->id, "state", names_get(&ixn_states, (int)ixn->state),
		       "choices", list_join(call->arena, &codes), NULL);
}

/* The choice between the queues of the workflow and stopping. */
static int
check_choice(struct call *call, const struct ixn *ixn, const struct done_in *in, struct err *err)
{
	struct node node;
	int rc = node_of(call, ixn, &node, err);
	const char *choices;

	if (rc < 0)
		return -1;
	choices = node_choices(call, &node);
	if (in->queue && in->stop == 1)
		return err_set(err, E_USAGE, "what", N_("--queue and --stop exclude each other"), "command", "ixn-done", NULL);
	if (in->queue && !list_has(node.next, in->queue))
		return err_set(err, E_NOT_A_CHOICE, "id", ixn->id, "value", in->queue, "choices", choices, NULL);
	if (in->stop == 1 && !node.stop)
		return err_set(err, E_NOT_A_CHOICE, "id", ixn->id, "value", "--stop", "choices", choices, NULL);
	if (rc > 0 && !in->queue && in->stop != 1)
		return err_set(err, E_NEED_CHOICE, "id", ixn->id, "state", names_get(&ixn_states, (int)ixn->state), "choices", choices, NULL);
	return 0;
}

static int
done_transcript(struct call *call, struct ixn *ixn, const struct done_in *in, struct err *err)
{
	const char *to = in->transcript ? in->transcript : ixn->transcript, *mail;

	if (in->no_transcript == 1 || !to)
		return 0;
	if (in->transcript && verb_check(call, ixn, VERB_TRANSCRIPT, err) < 0)
		return -1;
	/* By default it goes out where it can; asked for, it must. */
	if (!in->transcript && !*to) {
		const char *address;

		if (contact_address(call, ixn->contact, "mailto", &address, err) < 0)
			return -1;
		if (!address || !call->desk->options.mail_from)
			return 0;
	}
	if (transcript_queue(call, ixn, *to ? to : NULL, in->note, &mail, err) < 0)
		return -1;
	/* One mail, however many steps of a workflow are still to be marked done. */
	ixn->transcript = NULL;
	return 0;
}

/* On to the next queue of the workflow: a new step of routing begins, with the age it has. */
static int
done_onward(struct call *call, struct ixn *ixn, const char *queue, struct err *err)
{
	const char *from = ixn->agent;

	ixn->queue = queue;
	ixn->skills = "";
	if (ixn_release(call, ixn, call->now, END_COMPLETED, err) < 0 || route_enter(call, ixn, NULL, err) < 0 ||
	    verb_happen(call, ixn, VERB_TRANSFER, call->now, from, arena_printf(call->arena, "queue:%s", queue), "workflow", err) < 0 ||
	    (from && agent_refresh(call, from, err) < 0) || route_ixn(call, ixn, err) < 0)
		return -1;
	return from ? route_agent(call, from, err) : 0;
}

/* The agent may have room for more. Where it was asked ahead, and nothing waits, nobody asks again. */
static int
done_room(struct call *call, struct held *held, const char *agent, bool waiting, struct err *err)
{
	if (agent_settle(call, held, err) < 0)
		return -1;
	if (waiting)
		return route_agent(call, agent, err);
	call_served(call, agent);
	return 0;
}

static int
done_stop(struct call *call, struct ixn *ixn, bool stopped, struct err *err)
{
	const char *from = ixn->agent;
	struct held *held = NULL;
	int waiting = 1;

	ixn->reason = stopped ? END_STOPPED : END_COMPLETED;
	ixn->done = call->now;
	if (from && (agent_held(call, from, ixn, &held, err) < 0 || (waiting = route_waiting(call, from, err)) < 0 || segment_end(call, ixn->id, from, call->now, END_COMPLETED, err) < 0))
		return -1;
	if (held)
		agent_finishes(held, ixn, call->now);
	if (verb_do(call, ixn, VERB_DONE, from, NULL, names_get(&end_reasons, (int)ixn->reason), err) < 0 || route_forget(call, ixn->id, err) < 0)
		return -1;
	return held ? done_room(call, held, from, waiting > 0, err) : 0;
}

int
done_ready(struct call *call, const struct ixn *ixn, struct err *err)
{
	static const struct done_in stop = { .stop = 1 };

	return check_choice(call, ixn, &stop, err) < 0 ? -1 : check_mandatory(call, ixn, err);
}

int
done_follow(struct call *call, struct ixn *ixn, const char *ref, struct err *err)
{
	const char *from = ixn->agent;

	ixn->reason = END_COMPLETED;
	ixn->done = call->now;
	if (segment_close(call, ixn->id, from ? from : "", call->now, END_COMPLETED, err) < 0 ||
	    verb_happen(call, ixn, ixn->state == IXN_REVIEW ? VERB_FOLLOW : VERB_DONE, call->now, from, ref, names_get(&end_reasons, END_COMPLETED), err) < 0 ||
	    route_forget(call, ixn->id, err) < 0)
		return -1;
	return agent_freed(call, from, err);
}

/* A mail that is being answered is not done with before that is sent, or given up. */
static int
check_answered(struct call *call, const struct ixn *ixn, struct err *err)
{
	const char *open;
	int rc = sql_text(call->tx, call->arena, SQL_DRAFT_OPEN_OF, ARGS(V_TEXT(ixn->id)), &open, err);

	return rc > 0 ? err_set(err, E_DRAFT_OPEN, "id", ixn->id, "draft", open, "state", names_get(&ixn_states, (int)ixn->state), NULL) : rc;
}

static int
done_fn(struct call *call, const void *input, struct err *err)
{
	const struct done_in *in = input;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || verb_check(call, ixn, VERB_DONE, err) < 0 || check_answered(call, ixn, err) < 0 || check_choice(call, ixn, in, err) < 0 ||
	    dispositions_set(call, ixn, &in->disposition, err) < 0 || check_mandatory(call, ixn, err) < 0 ||
	    done_transcript(call, ixn, in, err) < 0)
		return -1;
	if (in->disposition.n && event_add(call, &(struct event){ .event = "disposition.set", .ixn = ixn->id, .agent = ixn->agent, .ref = list_join(call->arena, &in->disposition) }, err) < 0)
		return -1;
	if ((in->queue ? done_onward(call, ixn, in->queue, err) : done_stop(call, ixn, in->stop == 1, err)) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_done = { "ixn.done", N_("marks done"), MAY_ALL, OP_WRITE, &rec_done_in, &rec_change, done_fn, NULL };

struct choices_out {
	const char *id;
	struct texts queues;
	int64_t stop, disposition;
	struct texts codes;
	int64_t transcript;
	const char *address;
};
RECORD(rec_choices_out, struct choices_out, "choices", N_("What ixn-done may be told."),
       ID_FIELD(struct choices_out, id, FIELD_COLUMN, N_("the interaction")),
       TEXTS_FIELD(struct choices_out, queues, FIELD_COLUMN, N_("the queues it may go on to")),
       BOOL_FIELD(struct choices_out, stop, FIELD_COLUMN, N_("it may leave the workflow")),
       BOOL_FIELD(struct choices_out, disposition, FIELD_COLUMN, N_("a disposition is still needed")),
       TEXTS_FIELD(struct choices_out, codes, FIELD_COLUMN, N_("the codes of dispositions")),
       BOOL_FIELD(struct choices_out, transcript, FIELD_COLUMN, N_("the transcript is mailed unless --no-transcript is given")),
       TEXT_FIELD(struct choices_out, address, FIELD_COLUMN | FIELD_PERSONAL, N_("where to")))

static int
choices_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct choices_out *out = call_answer(call);
	struct err missing = { 0 };
	struct node node;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || node_of(call, ixn, &node, err) < 0 ||
	    disposition_choices(call, ixn->medium, &out->codes, err) < 0 ||
	    contact_address(call, ixn->contact, "mailto", &out->address, err) < 0)
		return -1;
	out->id = ixn->id;
	list_split(call->arena, node.next, &out->queues);
	out->stop = node.stop;
	out->disposition = check_mandatory(call, ixn, &missing) < 0;
	out->transcript = ixn->transcript != NULL;
	if (ixn->transcript && *ixn->transcript)
		out->address = ixn->transcript;
	return 0;
}

const struct op op_ixn_choices = { "ixn.choices", N_("what may be chosen at Mark Done"), MAY_ALL, 0, &rec_id_in, &rec_choices_out, choices_fn, NULL };

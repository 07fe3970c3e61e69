/*
 * Where a draft lies while nobody writes at it: a workbin, from which who may open
 * it takes it, at whatever desk. And discarding one.
 */
#include <string.h>

#include "desk/draft_priv.h"

/* Where the site has no workbin at all a draft that must lie somewhere lies in one of this name: nothing written is lost. */
#define BIN "drafts"

int
draft_bin(struct call *call, const char **name_r, struct err *err)
{
	return sql_text(call->tx, call->arena, SQL_DRAFT_BIN, ARGS(V_TEXT(BIN)), name_r, err);
}

int
draft_put_back(struct call *call, struct ixn *ixn, time_ms at, struct err *err)
{
	const char *author = ixn->agent ? ixn->agent : ixn->keeper, *name = BIN;
	int rc = workbin_return(call, ixn, at, err);

	if (rc != 0)
		return rc;
	if (draft_bin(call, &name, err) < 0)
		return -1;
	return workbin_put(call, ixn, name, author, at, err) < 0 ? -1 : 1;
}

struct save_in {
	const char *id, *in, *of, *note;
};
RECORD(rec_email_save_in, struct save_in, "email-save", N_("Where a draft is to lie."),
       ID_FIELD(struct save_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the draft")),
       TARGET_FIELD(struct save_in, in, 0, N_("in workbin:NAME; where it was, else in the workbin drafts, else in the first personal one, when left out")),
       TEXT_FIELD_AS(struct save_in, of, "AGENT", 0, N_("in the drawer of another agent, as a lead")),
       TEXT_FIELD(struct save_in, note, FIELD_PERSONAL, N_("a word to whoever opens it; kept in the notepad, never sent")))

static int
save_name(struct call *call, const struct save_in *in, const struct ixn *ixn, const char **name_r, struct err *err)
{
	struct target target;
	int rc;

	*name_r = ixn->workbin;
	if (in->in) {
		if (target_parse(in->in, &target, err) < 0 || policy_check(call, "place", in->in, &target, err) < 0)
			return -1;
		if (target.kind != TARGET_WORKBIN)
			return err_set(err, E_TARGET_KIND, "verb", "email-save", "value", in->in, "instead", "workbin:NAME", NULL);
		*name_r = target.value;
	}
	if (*name_r)
		return 0;
	rc = draft_bin(call, name_r, err);
	return rc == 0 ? err_set(err, E_NO_WORKBIN, "name", BIN, NULL) : rc < 0 ? -1
										: 0;
}

static int
save_fn(struct call *call, const void *input, struct err *err)
{
	const struct save_in *in = input;
	const char *name, *keeper, *from;
	struct draft draft;

	if (draft_get(call, in->id, &draft, err) < 0 || verb_check(call, draft.ixn, VERB_PARK, err) < 0 || save_name(call, in, draft.ixn, &name, err) < 0 ||
	    workbin_admits(call, draft.ixn, name, in->of, &keeper, err) < 0 || (in->note && note_add(call, draft.ixn->id, in->note, err) < 0))
		return -1;
	from = draft.ixn->agent;
	if (workbin_put(call, draft.ixn, name, keeper, call->now, err) < 0 || agent_freed(call, from, err) < 0 || route_freed(call, err) < 0)
		return -1;
	return draft_answer(call, draft.ixn, draft.email, err);
}

const struct op op_email_save = { "email.save", N_("puts a draft into a workbin"), MAY_ALL, OP_WRITE | OP_WAITS, &rec_email_save_in, &rec_draft_out, save_fn, NULL };

RECORD(rec_email_discard_in, struct id_in, "email-discard", N_("Which draft."),
       ID_FIELD(struct id_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the draft")))

/* It is sent to nobody; that it was there stays in the log, and its text with it. */
static int
discard_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct draft draft;
	struct ixn *ixn;
	const char *from;

	if (draft_get(call, in->id, &draft, err) < 0)
		return -1;
	ixn = draft.ixn;
	from = ixn->agent;
	if (verb_check(call, ixn, VERB_DISCARD, err) < 0 || segment_close(call, ixn->id, from ? from : "", call->now, END_STOPPED, err) < 0)
		return -1;
	ixn->reason = END_STOPPED;
	ixn->done = call->now;
	draft.email->state = MAIL_DROPPED;
	if (email_save(call, draft.email, err) < 0 || verb_do(call, ixn, VERB_DISCARD, from, draft.email->parent, names_get(&end_reasons, END_STOPPED), err) < 0 ||
	    route_forget(call, ixn->id, err) < 0 || agent_freed(call, from, err) < 0 || route_freed(call, err) < 0)
		return -1;
	return draft_answer(call, ixn, draft.email, err);
}

const struct op op_email_discard = { "email.discard", N_("gives up a draft"), MAY_ALL, OP_WRITE, &rec_email_discard_in, &rec_draft_out, discard_fn, NULL };

/*
 * Finding what must never be, and putting it right: one transaction an item,
 * looked at once more before anything is changed, each with an event.
 */
#include <string.h>

#include "desk/response_priv.h"

struct finding {
	const char *id, *what;
};
RECORD(rec_finding, struct finding, "finding", NULL, TEXT_FIELD(struct finding, id, 0, NULL), TEXT_FIELD(struct finding, what, 0, NULL))

typedef int fix_fn(struct call *call, const char *id, struct err *err);

/* The fixes. */

static int
put_back(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0)
		return -1;
	/* Offered to nobody: as if the offer had been taken back. */
	if (ixn->state != IXN_OFFERED)
		return ixn_put_back(call, ixn, call->now, "doctor", err);
	ixn->reserved = NULL;
	if (route_enter(call, ixn, NULL, err) < 0 || verb_happen(call, ixn, VERB_WITHDRAW, call->now, NULL, NULL, "doctor", err) < 0)
		return -1;
	return route_ixn(call, ixn, err);
}

static int
withdraw(struct call *call, const char *id, struct err *err)
{
	struct offer offer;
	struct ixn *ixn;

	if (sql_one(call->tx, call->arena, SQL_OFFER_GET, ARGS(V_TEXT(id)), &rec_offer_row, &offer, err) < 0 || ixn_get(call, offer.ixn, &ixn, err) < 0)
		return -1;
	if (ixn->state == IXN_OFFERED || offer_is_aside(&offer))
		return offer_return(call, &offer, OFFER_WITHDRAWN, call->now, "doctor", err);
	if (offer_close(call, &offer, OFFER_WITHDRAWN, call->now, "doctor", err) < 0 || agent_refresh(call, offer.agent, err) < 0)
		return -1;
	return route_agent(call, offer.agent, err);
}

static int
offer_deadline(struct call *call, const char *id, struct err *err)
{
	struct offer offer;

	if (sql_one(call->tx, call->arena, SQL_OFFER_GET, ARGS(V_TEXT(id)), &rec_offer_row, &offer, err) < 0)
		return -1;
	return due_set(call, "offer", id, offer.expires, err);
}

static int
let_go(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	const char *agent;

	if (ixn_get(call, id, &ixn, err) < 0)
		return -1;
	agent = ixn->agent;
	if (ixn_release(call, ixn, call->now, END_ERROR, err) < 0 || ixn_save(call, ixn, err) < 0 || agent_refresh(call, agent, err) < 0)
		return -1;
	return route_agent(call, agent, err);
}

static int
open_segment(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	return ixn_get(call, id, &ixn, err) < 0 ? -1 : (RUN(call, SEGMENT_OPEN, V_TEXT(id), V_TEXT(ixn->agent), V_INT(call->now)) < 0 ? -1 : 0);
}

/* All that stand open but that of who has it. */
static int
close_segments(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;
	struct texts agents;
	bool handled;

	if (ixn_get(call, id, &ixn, err) < 0 || sql_texts(call->tx, call->arena, SQL_SEGMENT_AGENTS, ARGS(V_TEXT(id)), &agents, err) < 0)
		return -1;
	handled = ixn->agent && (ixn->state == IXN_ACTIVE || ixn->state == IXN_CONSULTING || ixn->state == IXN_WRAP);
	for (size_t i = 0; i < agents.n; i++)
		if (!(handled && strcmp(agents.v[i], ixn->agent) == 0) && segment_close(call, id, agents.v[i], call->now, END_ERROR, err) < 0)
			return -1;
	return 0;
}

static int
end_consult(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	return ixn_get(call, id, &ixn, err) < 0 ? -1 : verb_happen(call, ixn, VERB_CONSULT_END, call->now, ixn->agent, NULL, "doctor", err);
}

static int
part_all(struct call *call, const char *id, struct err *err)
{
	struct records all;

	if (party_all(call, id, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const char *agent = ((struct party *)all.v)[i].agent;

		if (party_leave(call, id, agent, call->now, err) < 0 || agent_refresh(call, agent, err) < 0 || route_agent(call, agent, err) < 0)
			return -1;
	}
	return 0;
}

static int
monitor_end(struct call *call, const char *id, struct err *err)
{
	return RUN(call, MONITOR_DELETE, V_TEXT(id)) < 0 ? -1 : 0;
}

static int
presence_drop(struct call *call, const char *id, struct err *err)
{
	return presence_end(call, id, call->now, "doctor", err);
}

static int
session_deadline(struct call *call, const char *id, struct err *err)
{
	return due_set(call, "session", id, call->now + call->desk->options.session_ttl, err);
}

static int
recount(struct call *call, const char *id, struct err *err)
{
	/* Only what differs is written: so that a free that is wrong beside a right load is, too. */
	return RUN(call, PRESENCE_FORGET, V_TEXT(id)) < 0 || agent_refresh(call, id, err) < 0 ? -1 : route_agent(call, id, err);
}

static int
join_lane(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0 || route_enter(call, ixn, NULL, err) < 0 || ixn_save(call, ixn, err) < 0)
		return -1;
	return route_ixn(call, ixn, err);
}

static int
rebuild(struct call *call, const char *id, struct err *err)
{
	struct texts queues = { NULL, 0, 0 };

	(void)id;
	return route_rebuild(call, &queues, err);
}

static int
route_it(struct call *call, const char *id, struct err *err)
{
	return route_again(call, id, err);
}

static int
count_messages(struct call *call, const char *id, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0 || sql_int(call->tx, SQL_MESSAGE_LAST, ARGS(V_TEXT(id)), &ixn->seq, err) < 0)
		return -1;
	return ixn_save(call, ixn, err);
}

static int
unmerge(struct call *call, const char *id, struct err *err)
{
	return RUN(call, CONTACT_UNMERGE, V_TEXT(id)) < 0 ? -1 : 0;
}

static int
drop_exclusions(struct call *call, const char *id, struct err *err)
{
	return RUN(call, EXCLUSION_CLEAR, V_TEXT(id)) < 0 ? -1 : 0;
}

static int
put_in_tree(struct call *call, const char *id, struct err *err)
{
	struct category *category;
	const char *displaced;
	struct response *r;

	if (response_get(call, id, &r, err) < 0 || category_need(call, NULL, r->language, &category, err) < 0)
		return -1;
	r->category = category->id;
	return response_put(call, r, &displaced, err);
}

static int
drop_favourites(struct call *call, const char *id, struct err *err)
{
	struct records stray;
	int64_t seq;

	if (sql_all(call->tx, call->arena, SQL_DOCTOR_FAVOURITE_STRAY, ARGS(V_INT(call->now), V_TEXT(id)), &rec_finding, &stray, err) < 0)
		return -1;
	for (size_t i = 0; i < stray.n; i++)
		if (library_seq(call, &seq, err) < 0 ||
		    RUN(call, RESPONSE_FAVOURITE_PUT, V_TEXT(id), V_TEXT(((struct finding *)stray.v)[i].what), V_INT(call->now), V_INT(1), V_INT(seq)) < 0)
			return -1;
	return 0;
}

static const struct check {
	const char *name;
	bool fault;
	enum sql sql;
	fix_fn *fix;
	const char *text;
} checks[] = {
#define FAULT true
#define WARNING false
#define DOCTOR(name, severity, sql, fix, text) { name, severity, SQL_DOCTOR_##sql, fix, text },
#include "desk/doctor.def"
#undef DOCTOR
#undef WARNING
#undef FAULT
};

/* Finding. */

struct doctor_in {
	struct texts check;
};
RECORD(rec_doctor_in, struct doctor_in, "ixn-doctor", N_("What to look for."),
       TEXTS_FIELD_AS(struct doctor_in, check, "CHECK", 0, N_("only this check; may be given again")))

struct doctor_out {
	const char *check, *id, *severity, *what, *text;
	int64_t fixable;
	const char *state;
};
#define X struct doctor_out
RECORD(rec_doctor_out, X, "finding", N_("Something that must not be."),
       TEXT_FIELD(X, check, FIELD_COLUMN, N_("the check that found it")),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the interaction, offer, agent, contact, mail or queue")),
       TEXT_FIELD(X, severity, FIELD_COLUMN, N_("fault, or warning: nothing is broken")),
       TEXT_FIELD(X, state, FIELD_COLUMN, N_("found, fixed, would-fix, or left to a person")),
       TEXT_FIELD(X, what, 0, N_("what else is concerned")),
       BOOL_FIELD(X, fixable, 0, N_("--fix puts it right")),
       TEXT_FIELD(X, text, FIELD_COLUMN, N_("what it means")))
#undef X

static bool
wanted(const struct texts *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->v[i], name) == 0)
			return true;
	return names->n == 0;
}

static const struct check *
check_named(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(checks); i++)
		if (name && strcmp(checks[i].name, name) == 0)
			return &checks[i];
	return NULL;
}

static int
find(struct call *call, const struct check *check, const char *id, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, check->sql, ARGS(V_INT(call->now), V_TEXT(id)), &rec_finding, out, err);
}

static void
answer(struct call *call, const struct check *check, const struct finding *f, const char *state)
{
	struct doctor_out *out = call_answer(call);

	*out = (struct doctor_out){ check->name, f->id, check->fault ? "fault" : "warning", f->what, check->text, check->fix != NULL, state };
}

static int
doctor_fn(struct call *call, const void *input, struct err *err)
{
	const struct doctor_in *in = input;

	if (words_known(call, "check", &in->check, checks, sizeof(*checks), COUNT_OF(checks), err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(checks); i++) {
		struct records rows;

		if (!wanted(&in->check, checks[i].name))
			continue;
		if (find(call, &checks[i], NULL, &rows, err) < 0)
			return -1;
		for (size_t k = 0; k < rows.n; k++)
			answer(call, &checks[i], (struct finding *)rows.v + k, checks[i].fix ? "found" : "left");
	}
	return 0;
}

const struct op op_doctor_list = { "doctor.list", N_("finds what must not be"), MAY_ALL & ~MAY(ROLE_AGENT), OP_LIBRARY, &rec_doctor_in, &rec_doctor_out, doctor_fn, NULL };

struct fix_in {
	const char *check, *id;
	int64_t dry_run;
};
RECORD(rec_fix_in, struct fix_in, "fix", N_("What to put right."),
       TEXT_FIELD(struct fix_in, check, FIELD_REQUIRED, N_("the check that found it")),
       TEXT_FIELD(struct fix_in, id, FIELD_REQUIRED, N_("and what it found")),
       BOOL_FIELD(struct fix_in, dry_run, FIELD_NO_OPTION | FIELD_INTERNAL, NULL))

/* It may have been put right meanwhile, by whoever: then there is nothing to answer. */
static int
fix_fn_op(struct call *call, const void *input, struct err *err)
{
	const struct fix_in *in = input;
	const struct check *check = check_named(in->check);
	struct records rows;

	if (!check || !check->fix || !in->id)
		return err_set(err, E_BAD_VALUE, "name", "check", "value", in->check ? in->check : "", "expected", N_("one that can be put right"), NULL);
	if (find(call, check, in->id, &rows, err) < 0)
		return -1;
	if (!rows.n)
		return 0;
	answer(call, check, rows.v, in->dry_run == 1 ? "would-fix" : "fixed");
	if (check->fix(call, in->id, err) < 0 || route_freed(call, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "doctor.fixed", .ref = in->id, .reason = check->name }, err);
}

const struct op op_doctor_fix = { "doctor.fix", N_("puts right what must not be"), MAY_ADMINS, OP_WRITE | OP_DRY_RUN | OP_LIBRARY | OP_MUTE, &rec_fix_in, &rec_doctor_out, fix_fn_op, NULL };

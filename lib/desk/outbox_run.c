/*
 * Whose turn it is to send the mails of an account: one run of one machine, of all
 * that share the store. A lock on a machine keeps its own runs apart; here stands which
 * machine it is, and for how long one believes that it lives. See outbox.h.
 */
#include <string.h>

#include "desk/outbox_priv.h"

RECORD(rec_outbox_epoch, struct outbox_epoch, "epoch", N_("A process that sends; it holds the lock of the account."),
       INT_FIELD(struct outbox_epoch, epoch, FIELD_REQUIRED, N_("a number that no other run of the sender has")),
       TEXT_FIELD(struct outbox_epoch, mailbox, 0, N_("the account's mailbox; empty: that of the configuration")),
       TEXT_FIELD(struct outbox_epoch, machine, 0, N_("the machine that it runs on")),
       TEXT_FIELD(struct outbox_epoch, place, 0, N_("that lock, among all of all machines")),
       BOOL_FIELD(struct outbox_epoch, done, 0, N_("it ends, and gives the account back")))

/* A row of outbox_run. */
struct holder {
	int64_t epoch;
	const char *machine, *place;
	int64_t until;
};
RECORD(rec_holder, struct holder, "holder", NULL, INT_FIELD(struct holder, epoch, 0, NULL), TEXT_FIELD(struct holder, machine, 0, NULL), TEXT_FIELD(struct holder, place, 0, NULL),
       TIME_FIELD(struct holder, until, 0, NULL))

static const char *
named(const char *text)
{
	return text ? text : "";
}

/* 1: *holder has it, or had; 0: nobody. */
static int
holder_find(struct call *call, const char *mailbox, struct holder *holder, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_OUTBOX_RUN_GET, ARGS(V_TEXT(named(mailbox))), &rec_holder, holder, err);
}

int
outbox_held(struct call *call, const char *mailbox, int64_t epoch, const char *id, struct err *err)
{
	struct holder holder;
	int rc = holder_find(call, mailbox, &holder, err);

	if (rc < 0 || (rc > 0 && holder.epoch == epoch))
		return rc < 0 ? -1 : 0;
	return err_set(err, E_TAKEN, "id", id, "holder", "another process", NULL);
}

static bool
is_elsewhere(const struct call *call, const struct holder *holder, const struct outbox_epoch *in)
{
	bool ours = strcmp(holder->machine, named(in->machine)) == 0 && strcmp(holder->place, named(in->place)) == 0;

	return !ours && holder->until > call->now;
}

static int
hold(struct call *call, const struct outbox_epoch *in, struct err *err)
{
	struct holder holder;
	int rc = holder_find(call, in->mailbox, &holder, err);

	if (rc > 0 && is_elsewhere(call, &holder, in))
		return err_set(err, E_TAKEN, "id", in->mailbox && *in->mailbox ? in->mailbox : "outbox", "holder", holder.machine, NULL);
	if (rc < 0)
		return -1;
	return RUN(call, OUTBOX_RUN_PUT, V_TEXT(named(in->mailbox)), V_INT(in->epoch), V_TEXT(named(in->machine)), V_TEXT(named(in->place)), V_INT(call->now + OUTBOX_HELD_MS)) < 0 ? -1 : 0;
}

/*
 * What an earlier run left in "sending": it died, for the account is ours. Past
 * the data nobody knows; before it nothing was sent.
 */
static int
heal(struct call *call, const struct outbox_epoch *in, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_MAILS_STUCK, ARGS(V_INT(in->epoch), V_TEXT(named(in->mailbox))), &rec_mail, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct mail *mail = (struct mail *)rows.v + i;
		enum mail_state state = mail->past_data ? MAIL_UNKNOWN : MAIL_QUEUED;

		mail->past_data = 0;
		if (RUN(call, RECIPIENTS_HEAL, V_TEXT(mail->id), V_TEXT(names_get(&mail_states, (int)state))) < 0 ||
		    mail_move(call, mail, state, err) < 0 || mail_event(call, mail, "interrupted", err) < 0 || mail_out_fill(call, mail, call_answer(call), err) < 0)
			return -1;
	}
	return 0;
}

/* In one transaction: who loses the account has lost what it was at, and is told so by its next step. */
static int
heal_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_epoch *in = input;

	if (in->done == 1)
		return RUN(call, OUTBOX_RUN_END, V_TEXT(named(in->mailbox)), V_INT(in->epoch)) < 0 ? -1 : 0;
	return hold(call, in, err) < 0 ? -1 : heal(call, in, err);
}

const struct op op_outbox_heal = { "outbox.heal", N_("holds an account for a sender, and settles what one left that died"), MAY_SERVICES, OP_WRITE | OP_MUTE, &rec_outbox_epoch, &rec_mail_out, heal_fn, NULL };

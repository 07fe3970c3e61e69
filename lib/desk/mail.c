/*
 * What the job that fetches mail is told, and what it tells: the records, how
 * far a mailbox is, what was done at the server.
 */
#include "desk/mail.h"

#include <stdlib.h>
#include <string.h>

#include "desk/site_priv.h"
#include "desk/take_priv.h"

#define PENDING_MAX 1000

RECORD(rec_mail_box_in, struct mail_box_in, "mail-box", N_("Which mailbox."), TEXT_FIELD(struct mail_box_in, mailbox, 0, N_("its name; all that are fetched when left out")))

RECORD(rec_mail_uid, struct mail_uid, "uid", N_("A mail at the server."),
       INT_FIELD(struct mail_uid, uidvalidity, 0, N_("the count of the folder")),
       INT_FIELD(struct mail_uid, uid, 0, N_("the number of the mail in it")))

#define X struct mail_box
RECORD(rec_mail_box, X, "mailbox", N_("A mailbox, and how far it was fetched."),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, address, FIELD_COLUMN, N_("its address")),
       TEXT_FIELD(X, folder, FIELD_COLUMN, N_("the folder that is fetched")),
       NAME_FIELD(X, after, after_policies, 0, N_("what is done at the server with what was fetched")),
       TEXT_FIELD(X, move_to, 0, N_("the folder for after = move")),
       INT_FIELD(X, max_size, 0, N_("of a larger mail only the header is kept")),
       INT_FIELD(X, uidvalidity, 0, N_("the count of the folder, of the last mail that was fetched")),
       INT_FIELD(X, uid, FIELD_COLUMN, N_("its number")),
       RECORDS_FIELD(X, pending, rec_mail_uid, 0, N_("fetched, and not yet marked or moved at the server")))
#undef X

#define X struct mail_address_in
RECORD(rec_mail_address_in, X, "address", N_("An address in the header of a mail."),
       TEXT_FIELD(X, kind, FIELD_REQUIRED, N_("from, sender, reply-to, to or cc")),
       TEXT_FIELD(X, address, FIELD_PERSONAL, N_("the address")),
       TEXT_FIELD(X, name, FIELD_PERSONAL, N_("the name beside it")))
#undef X

#define X struct mail_part_in
RECORD(rec_mail_part_in, X, "part", N_("A file in a mail."),
       TEXT_FIELD(X, name, FIELD_PERSONAL, N_("its name")),
       TEXT_FIELD(X, type, 0, N_("its MIME type")),
       INT_FIELD(X, size, 0, N_("its size in bytes")),
       TEXT_FIELD(X, digest, 0, N_("its SHA-256")),
       INT_FIELD(X, start, 0, N_("where it begins in the mail")),
       INT_FIELD(X, length, 0, N_("how many bytes it takes there")),
       TEXT_FIELD(X, encoding, 0, N_("base64, quoted-printable, or none")))
#undef X

#define X struct mail_report_in
RECORD(rec_mail_report_in, X, "report", N_("What a report says of a recipient."),
       TEXT_FIELD(X, message_id, 0, N_("of the mail that it is about")),
       TEXT_FIELD(X, address, FIELD_PERSONAL, N_("the recipient")),
       TEXT_FIELD(X, action, 0, N_("failed, delayed, delivered, relayed or expanded")),
       TEXT_FIELD(X, status, 0, N_("as in 5.1.1")),
       TEXT_FIELD(X, text, FIELD_PERSONAL | FIELD_BODY, N_("what the server said")))
#undef X

#define X struct mail_fetched
RECORD(rec_mail_fetched, X, "fetched", N_("A mail that has come."),
       INT_FIELD(X, uid, 0, N_("its number in the folder")),
       BYTES_FIELD(X, raw, FIELD_PERSONAL, N_("its bytes as received")),
       TEXT_FIELD(X, digest, 0, N_("their SHA-256")),
       INT_FIELD(X, size, 0, N_("its size at the server")),
       TEXT_FIELD(X, note, FIELD_BODY, N_("why it was not read as it should")),
       TEXT_FIELD(X, message_id, FIELD_BODY, N_("its Message-ID")),
       TEXT_FIELD(X, in_reply_to, FIELD_BODY, N_("the id of what it answers")),
       TEXTS_FIELD(X, refs, 0, N_("the ids of the mails before it")),
       RECORDS_FIELD(X, addresses, rec_mail_address_in, 0, N_("whom it is from and to")),
       TEXT_FIELD(X, return_path, FIELD_BODY | FIELD_PERSONAL, N_("where reports about it go; empty: nowhere")),
       TEXT_FIELD(X, subject, FIELD_BODY | FIELD_PERSONAL, N_("what it is about")),
       TIME_FIELD(X, date, 0, N_("when it says that it was written")),
       TIME_FIELD(X, received, 0, N_("when the server received it")),
       NAME_FIELD(X, kind, email_kinds, 0, N_("who wrote it: personal, automatic, list or report")),
       TEXT_FIELD(X, kind_why, 0, N_("the header that says so")),
       TEXT_FIELD(X, language, 0, N_("the language it is written in")),
       INT_FIELD(X, priority, 0, N_("as its sender wishes: 1 high to 5 low")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_PERSONAL, N_("what a person reads")),
       PAIRS_FIELD(X, headers, FIELD_PERSONAL, N_("its headers, decoded")),
       RECORDS_FIELD(X, parts, rec_mail_part_in, 0, N_("its files")),
       RECORDS_FIELD(X, reports, rec_mail_report_in, 0, N_("what it reports, if it is a report")))
#undef X

#define X struct mail_take_in
RECORD(rec_mail_take_in, X, "mail-take", N_("Mails that have come."),
       TEXT_FIELD(X, mailbox, FIELD_REQUIRED, N_("to which mailbox")),
       INT_FIELD(X, uidvalidity, FIELD_REQUIRED, N_("the count of its folder")),
       RECORDS_FIELD(X, mails, rec_mail_fetched, 0, N_("the mails, in the order of their numbers")))
#undef X

#define X struct mail_taken
RECORD(rec_mail_taken, X, "taken", N_("What became of a mail."),
       ID_FIELD(X, ixn, FIELD_COLUMN, N_("the interaction")),
       NAME_FIELD(X, outcome, fetch_outcomes, FIELD_COLUMN, N_("what became of it")),
       TEXT_FIELD(X, mailbox, FIELD_COLUMN, N_("the mailbox")),
       TEXT_FIELD(X, from, FIELD_COLUMN | FIELD_PERSONAL, N_("who sent it")),
       TEXT_FIELD(X, subject, FIELD_COLUMN | FIELD_PERSONAL, N_("what it is about")),
       TEXT_FIELD(X, queue, FIELD_COLUMN, N_("the queue it waits in")),
       TEXT_FIELD(X, reason, FIELD_COLUMN, N_("why")),
       INT_FIELD(X, uid, 0, N_("its number in the folder")))
#undef X

#define X struct mail_test_in
RECORD(rec_mail_test_in, X, "mail-test", N_("A mail to try the rules of a mailbox on."),
       TEXT_FIELD(X, mailbox, FIELD_REQUIRED, N_("of which mailbox")),
       RECORDS_FIELD(X, mails, rec_mail_fetched, 0, N_("the mail")))
#undef X

#define X struct mail_tested
RECORD(rec_mail_tested, X, "tested", N_("What a rule says of a mail; without a rule, what becomes of the mail."),
       TEXT_FIELD(X, mailbox, FIELD_COLUMN, N_("the mailbox")),
       TEXT_FIELD(X, rule, FIELD_COLUMN, N_("the rule that matches")),
       NAME_FIELD(X, outcome, fetch_outcomes, FIELD_COLUMN, N_("what becomes of it")),
       TEXT_FIELD(X, queue, FIELD_COLUMN, N_("the queue it would wait in")),
       TEXT_FIELD(X, skills, FIELD_COLUMN, N_("the skills it would ask for")),
       INT_FIELD(X, priority, FIELD_COLUMN, N_("its points")),
       TEXT_FIELD(X, language, FIELD_COLUMN, N_("its language")),
       PAIRS_FIELD(X, data, FIELD_COLUMN, N_("its attached data")),
       TEXT_FIELD(X, reason, FIELD_COLUMN, N_("why it is discarded, or what is wrong with the rule")))
#undef X

#define X struct mail_acted_in
RECORD(rec_mail_acted_in, X, "mail-acted", N_("Mails that were marked or moved at the server."),
       TEXT_FIELD(X, mailbox, FIELD_REQUIRED, N_("in which mailbox")),
       INT_FIELD(X, uidvalidity, FIELD_REQUIRED, N_("the count of its folder")),
       TEXTS_FIELD(X, uids, 0, N_("their numbers")))
#undef X

int
fetch_box_get(struct call *call, const char *mailbox, struct fetch_box *box_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_FETCH_BOX_GET, ARGS(V_TEXT(mailbox)), &rec_fetch_box, box_r, err);
}

RECORD(rec_fetch_box, struct fetch_box, "box", NULL, TEXT_FIELD(struct fetch_box, mailbox, 0, NULL), TEXT_FIELD(struct fetch_box, folder, 0, NULL),
       INT_FIELD(struct fetch_box, uidvalidity, 0, NULL), INT_FIELD(struct fetch_box, uid, 0, NULL), TIME_FIELD(struct fetch_box, at, 0, NULL))

int
mailbox_fetched(struct call *call, const char *name, struct mailbox **mailbox_r, struct err *err)
{
	if (mailbox_get(call, name, mailbox_r, err) < 0)
		return -1;
	return (*mailbox_r)->queue ? 0 : err_set(err, E_NO_QUEUE_OF_MAILBOX, "name", name, NULL);
}

static int
tell_box(struct call *call, const struct mailbox *m, struct err *err)
{
	struct mail_box *out = call_answer(call);
	struct fetch_box box;
	int rc = fetch_box_get(call, m->name, &box, err);

	if (rc < 0)
		return -1;
	out->name = m->name;
	out->address = *m->address ? m->address : NULL;
	out->folder = m->folder;
	out->after = m->after;
	out->move_to = m->move_to;
	out->max_size = m->max_size;
	/* Of another folder nothing was fetched yet. */
	if (rc > 0 && strcmp(box.folder, m->folder) == 0) {
		out->uidvalidity = box.uidvalidity;
		out->uid = box.uid;
	}
	if (rc == 0 || out->uidvalidity == INT_ABSENT)
		return 0;
	return sql_all(call->tx, call->arena, SQL_FETCH_PENDING, ARGS(V_TEXT(m->name), V_INT(box.uidvalidity), V_INT(PENDING_MAX)), &rec_mail_uid, &out->pending, err) < 0 ? -1 : 0;
}

static int
box_fn(struct call *call, const void *input, struct err *err)
{
	const struct mail_box_in *in = input;
	struct mailbox *m, *v;
	struct records all;

	if (in->mailbox)
		return mailbox_fetched(call, in->mailbox, &m, err) < 0 ? -1 : tell_box(call, m, err);
	if (mailbox_all(call, &all, err) < 0)
		return -1;
	v = all.v;
	for (size_t i = 0; i < all.n; i++)
		if (v[i].queue && tell_box(call, &v[i], err) < 0)
			return -1;
	return 0;
}

const struct op op_mail_box = { "mail.box", N_("mailboxes, and how far they were fetched"), MAY_SERVICES, 0, &rec_mail_box_in, &rec_mail_box, box_fn, NULL };

static int
acted_fn(struct call *call, const void *input, struct err *err)
{
	const struct mail_acted_in *in = input;

	for (size_t i = 0; i < in->uids.n; i++)
		if (RUN(call, FETCH_ACTED, V_TEXT(in->mailbox), V_INT(in->uidvalidity), V_INT(strtoll(in->uids.v[i], NULL, 10))) < 0)
			return -1;
	return 0;
}

const struct op op_mail_acted = { "mail.acted", N_("mails were marked or moved at the server"), MAY_SERVICES, OP_WRITE | OP_MUTE, &rec_mail_acted_in, &rec_mail_uid, acted_fn, NULL };

/* Trying the rules. */

static const struct site_mail_rule *
rule_named(const struct records *rules, const char *name)
{
	const struct site_mail_rule *v = rules->v;

	for (size_t i = 0; i < rules->n; i++)
		if (strcmp(v[i].name, name) == 0)
			return &v[i];
	return NULL;
}

static void
tell_rules(struct call *call, const struct mailbox *m, const struct records *rules, const struct screened *s)
{
	for (size_t i = 0; i < s->matched.n; i++) {
		const struct site_mail_rule *r = rule_named(rules, s->matched.v[i]);
		struct mail_tested *out = r ? call_answer(call) : NULL;

		if (out)
			*out = (struct mail_tested){ m->name, s->matched.v[i], INT_ABSENT, r->queue, r->skills, r->priority, r->language, r->data, r->discard };
	}
	for (size_t i = 0; i < s->gave_up.n; i++) {
		struct mail_tested *out = call_answer(call);

		out->mailbox = m->name;
		out->rule = s->gave_up.v[i];
		out->reason = "takes too long";
	}
}

static int
test_fn(struct call *call, const void *input, struct err *err)
{
	const struct mail_test_in *in = input;
	const struct mail_fetched *v = in->mails.v;
	struct records rules;
	struct screen *screen;
	struct mailbox *m;

	if (mailbox_get(call, in->mailbox, &m, err) < 0 || mailbox_rules(call, m->name, &rules, err) < 0)
		return -1;
	screen = screen_new(&rules);
	for (size_t i = 0; i < in->mails.n; i++) {
		struct mail_tested *out;
		struct screened s;

		screen_run(screen, &v[i], call->arena, &s);
		tell_rules(call, m, &rules, &s);
		out = call_answer(call);
		*out = (struct mail_tested){ m->name, NULL, s.discard ? FETCH_DISCARDED : FETCH_KEPT, s.queue ? s.queue : m->queue, s.skills, s.priority,
					     s.language ? s.language : v[i].language, s.data, s.discard };
	}
	screen_free(&screen);
	return 0;
}

const struct op op_mail_test_rules = { "mail.test-rules", N_("what the rules of a mailbox would do with a mail"), MAY_SERVICES, 0, &rec_mail_test_in, &rec_mail_tested, test_fn, NULL };

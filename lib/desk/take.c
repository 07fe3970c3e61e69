/*
 * Mails that have come are taken in: each is known again, screened, put into its
 * conversation, kept with its bytes, and waits in a queue. A batch is one
 * transaction, and with it the place in the mailbox.
 */
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/utf8.h"
#include "desk/draft_text.h"
#include "desk/response_priv.h"
#include "desk/route_priv.h"
#include "desk/take_priv.h"
#include "routing/skills.h"

#define NAME_BYTES 256
#define SUBJECT_BYTES 998
#define ID_BYTES 998
#define BATCH_MAX 1000

/* Who wrote to us before in the same batch. */
struct known {
	const char *address;
	struct contact *contact;
};

struct taking {
	struct call *call;
	const struct mail_take_in *in;
	struct mailbox *mailbox;
	struct screen *screen;
	int64_t last; /* the greatest number that was taken before */
	int64_t idle; /* a lane for which nobody was free just now */
	VEC(struct known)
	known;
};

/* One mail, on its way. */
struct arrival {
	const struct mail_fetched *mail;
	struct mail_taken *out;
	const char *digest, *message_id, *subject;
	const char *sender, *sender_name; /* as it stands in the mail; NULL: nobody */
	const char *address;              /* the same, as it is compared; NULL: no mail address */
	const char *reply_to;
	struct contact *contact;
	struct screened screened;
	struct thread thread;
	struct ixn *ixn;
	struct email email;
};

static const char *
cut(struct arena *arena, const char *text, size_t limit)
{
	size_t size = text ? strlen(text) : 0;

	return size <= limit ? text : arena_memdup(arena, text, utf8_valid(text, limit));
}

static const char *
line(struct call *call, const char *text, size_t limit)
{
	return text && *text ? cut(call->arena, draft_line(call->arena, text), limit) : NULL;
}

static const struct mail_address_in *
address_of(const struct mail_fetched *mail, const char *kind)
{
	const struct mail_address_in *v = mail->addresses.v;

	for (size_t i = 0; i < mail->addresses.n; i++)
		if (v[i].kind && strcmp(v[i].kind, kind) == 0 && v[i].address && *v[i].address)
			return &v[i];
	return NULL;
}

/* Whoever read it has worked it out already, and is believed within this process. */
static const char *
digest_of(const struct call *call, const struct mail_fetched *mail)
{
	char *digest;

	if (!call->from && mail->digest && strlen(mail->digest) == DIGEST_HEX - 1)
		return mail->digest;
	digest = arena_alloc(call->arena, DIGEST_HEX);
	digest_hex(mail->raw.p ? mail->raw.p : "", mail->raw.n, digest);
	return digest;
}

static void
arrival_init(const struct taking *t, const struct mail_fetched *mail, struct mail_taken *out, struct arrival *a)
{
	const struct mail_address_in *from = address_of(mail, "from"), *reply = address_of(mail, "reply-to");
	struct call *call = t->call;

	if (!from)
		from = address_of(mail, "sender");
	*a = (struct arrival){ .mail = mail, .out = out, .digest = digest_of(call, mail), .subject = line(call, mail->subject, SUBJECT_BYTES), .message_id = line(call, mail->message_id, ID_BYTES) };
	record_init(&rec_email_row, &a->email);
	if (from) {
		a->sender = line(call, from->address, ID_BYTES);
		a->sender_name = line(call, from->name, NAME_BYTES);
		a->address = address_normalize(call->arena, "mailto", a->sender);
	}
	a->reply_to = reply ? line(call, reply->address, ID_BYTES) : NULL;
	*out = (struct mail_taken){ .uid = mail->uid, .outcome = FETCH_KEPT, .mailbox = t->mailbox->name, .from = a->sender, .subject = a->subject };
}

/* Whether it is there already. */

struct same {
	int64_t uidvalidity, uid;
	const char *message_id, *ixn;
};
RECORD(rec_same, struct same, "same", NULL, INT_FIELD(struct same, uidvalidity, 0, NULL), INT_FIELD(struct same, uid, 0, NULL), TEXT_FIELD(struct same, message_id, 0, NULL),
       ID_FIELD(struct same, ixn, 0, NULL))

/*
 * The same bytes: where the server counts anew, as many as there were are the
 * same ones again; beside each other they are two, unless they have one Message-ID.
 */
static int
same_bytes(struct taking *t, struct arrival *a, struct err *err)
{
	const struct same *v;
	struct records rows;
	size_t now = 0, before = 0, run = 0;

	if (sql_all(t->call->tx, t->call->arena, SQL_FETCH_SAME, ARGS(V_TEXT(a->digest), V_TEXT(t->mailbox->name)), &rec_same, &rows, err) < 0)
		return -1;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++) {
		now += v[i].uidvalidity == t->in->uidvalidity;
		run = i && v[i].uidvalidity == v[i - 1].uidvalidity ? run + 1 : 1;
		if (v[i].uidvalidity != t->in->uidvalidity && run > before)
			before = run;
	}
	if (!rows.n || (now >= before && !(now && a->message_id)))
		return 0;
	a->out->ixn = v[0].ixn;
	return 1;
}

static int
is_duplicate(struct taking *t, struct arrival *a, struct err *err)
{
	struct call *call = t->call;
	const char *ixn = NULL;
	int rc = 0;

	if (a->mail->uid <= t->last)
		rc = sql_text(call->tx, call->arena, SQL_FETCH_KNOWN, ARGS(V_TEXT(t->mailbox->name), V_INT(t->in->uidvalidity), V_INT(a->mail->uid)), &ixn, err);
	if (rc == 0)
		rc = same_bytes(t, a, err);
	if (rc == 0 && t->mailbox->duplicates == DUPLICATES_ONCE && a->message_id)
		rc = sql_text(call->tx, call->arena, SQL_EMAIL_ELSEWHERE, ARGS(V_TEXT(a->message_id), V_TEXT(t->mailbox->name)), &ixn, err);
	if (rc > 0 && ixn && *ixn)
		a->out->ixn = ixn;
	return rc;
}

/* Sent by the desk itself: by its id, its mark, or a program of ours that answers by itself. */
static int
is_own(struct taking *t, const struct arrival *a, struct err *err)
{
	struct call *call = t->call;
	const char *id;
	int rc = a->message_id ? sql_text(call->tx, call->arena, SQL_MAIL_OF_ID, ARGS(V_TEXT(a->message_id)), &id, err) : 0;

	for (size_t i = 0; rc == 0 && i < a->mail->headers.n; i++)
		if (strcasecmp(a->mail->headers.v[i].key, "X-Ixn-Loop") == 0)
			rc = mailbox_own(call, a->mail->headers.v[i].value, err);
	if (rc == 0 && a->address && a->mail->kind == EMAIL_AUTOMATIC)
		rc = mailbox_own(call, a->address, err);
	return rc;
}

/* Who sent it. */

static int
sender_known(struct taking *t, struct arrival *a, struct err *err)
{
	struct call *call = t->call;
	size_t matches;

	if (!a->address)
		return 0;
	for (size_t i = 0; i < t->known.n; i++)
		if (strcmp(t->known.v[i].address, a->address) == 0) {
			a->contact = t->known.v[i].contact;
			return 0;
		}
	if (contact_recognize(call, "mailto", a->address, a->sender_name, a->mail->language, &a->contact, &matches, err) < 0)
		return -1;
	vec_push(call->arena, &t->known, ((struct known){ a->address, a->contact }));
	if (matches > 1)
		return event_add(call, &(struct event){ .event = "contact.ambiguous", .ixn = a->ixn->id, .ref = a->contact->id }, err);
	return 0;
}

/* Keeping it. */

static int
keep_addresses(struct call *call, const struct arrival *a, struct err *err)
{
	const struct mail_address_in *v = a->mail->addresses.v;

	for (size_t i = 0; i < a->mail->addresses.n && i < BATCH_MAX; i++) {
		const struct email_address row = { a->ixn->id, v[i].kind, (int64_t)i, line(call, v[i].address, ID_BYTES), line(call, v[i].name, NAME_BYTES) };

		if (row.address && email_address_add(call, &row, err) < 0)
			return -1;
	}
	return 0;
}

static int
keep_parts(struct call *call, const struct arrival *a, struct err *err)
{
	const struct mail_part_in *v = a->mail->parts.v;

	for (size_t i = 0; i < a->mail->parts.n; i++) {
		const struct email_part row = { a->ixn->id, (int64_t)i + 1, line(call, v[i].name, NAME_BYTES), v[i].type ? v[i].type : "application/octet-stream", v[i].size,
						v[i].digest ? v[i].digest : "", v[i].start, v[i].length, v[i].encoding };

		if (email_part_add(call, &row, err) < 0)
			return -1;
	}
	return 0;
}

static int
keep_mail(struct taking *t, struct arrival *a, struct err *err)
{
	struct call *call = t->call;
	const struct mail_fetched *m = a->mail;
	struct email *e = &a->email;
	const char *refs = "";

	for (size_t i = 0; i < m->refs.n; i++)
		refs = arena_printf(call->arena, "%s%s%s", refs, i ? " " : "", line(call, m->refs.v[i], ID_BYTES));
	e->ixn = a->ixn->id;
	e->mailbox = t->mailbox->name;
	e->kind = m->kind == INT_ABSENT ? EMAIL_PERSONAL : m->kind;
	e->message_id = a->message_id;
	e->in_reply_to = line(call, m->in_reply_to, ID_BYTES);
	e->refs = *refs ? refs : NULL;
	e->sender = a->sender;
	e->sender_name = a->sender_name;
	e->reply_to = a->reply_to;
	e->date = m->date;
	e->digest = a->digest;
	e->size = m->size;
	e->note = line(call, m->note, SUBJECT_BYTES);
	e->parent = a->thread.parent;
	if (blob_put_as(call, a->digest, m->raw.p, m->raw.n, err) < 0 || email_new(call, e, err) < 0)
		return -1;
	return keep_addresses(call, a, err) < 0 ? -1 : keep_parts(call, a, err);
}

static int
mark(struct taking *t, const struct arrival *a, struct err *err)
{
	const struct mail_taken *out = a->out;

	return RUN(t->call, FETCH_ADD, V_TEXT(t->mailbox->name), V_INT(t->in->uidvalidity), V_INT(a->mail->uid), V_TEXT(a->digest), V_TEXT(a->message_id), V_TEXT(out->ixn),
		   V_TEXT(names_get(&fetch_outcomes, (int)out->outcome)), V_TEXT(out->reason), V_INT(t->call->now), V_INT(t->mailbox->after == AFTER_KEEP)) < 0
		       ? -1
		       : 0;
}

static int
keep_text(struct call *call, struct arrival *a, struct ixn *ixn, const struct message *as, struct err *err)
{
	struct message m = *as;

	m.name = a->sender_name ? a->sender_name : a->sender;
	m.text = cut(call->arena, a->mail->text, TEXT_MAX);
	return message_add(call, ixn, &m, err);
}

static int
tell_fetched(struct taking *t, const struct arrival *a, struct err *err)
{
	return event_add(t->call, &(struct event){ .event = "mail.fetched", .ixn = a->ixn->id, .ref = t->mailbox->name, .reason = names_get(&fetch_outcomes, (int)a->out->outcome) }, err);
}

/* A new interaction. */

static int
set_data(struct call *call, const struct arrival *a, struct err *err)
{
	const struct pairs *data = &a->screened.data;

	for (size_t i = 0; i < data->n; i++)
		if (RUN(call, DATA_SET, V_TEXT(a->ixn->id), V_TEXT(data->v[i].key), V_TEXT(data->v[i].value), V_INT(0), V_INT((int64_t)i)) < 0)
			return -1;
	return 0;
}

static int
fill_ixn(struct taking *t, struct arrival *a, struct err *err)
{
	struct ixn *ixn = a->ixn;
	const struct queue *queue;

	ixn->contact = a->contact ? a->contact->id : NULL;
	ixn->name = a->sender_name ? a->sender_name : a->contact ? a->contact->name
								 : NULL;
	ixn->scheme = a->sender ? "mailto" : NULL;
	ixn->address = a->sender;
	ixn->subject = a->subject;
	ixn->language = a->screened.language ? a->screened.language : a->mail->language ? a->mail->language
							      : a->contact              ? a->contact->language
											: NULL;
	ixn->queue = ixn->origin_queue = a->screened.queue ? a->screened.queue : t->mailbox->queue;
	ixn->skills = a->screened.skills ? a->screened.skills : "";
	if (a->thread.conversation)
		ixn->conversation = a->thread.conversation;
	if (queue_of(t->call, ixn, &queue, err) < 0)
		return -1;
	ixn->priority = a->screened.priority == INT_ABSENT ? queue->priority : a->screened.priority;
	return 0;
}

/* Where nobody was free for the one before it nobody is for this one: the rules of its queue alone are applied. */
static int
route(struct taking *t, struct ixn *ixn, struct err *err)
{
	if (rules_arrive(t->call, ixn, t->call->now, err) < 0)
		return -1;
	ixn->arriving = false;
	if (ixn->state != IXN_QUEUED || ixn->lane == t->idle)
		return 0;
	if (route_ixn(t->call, ixn, err) < 0)
		return -1;
	if (ixn->state == IXN_QUEUED)
		t->idle = ixn->lane;
	return 0;
}

static int
keep_ixn(struct taking *t, struct arrival *a, struct err *err)
{
	struct message m = { .role = FROM_CONTACT, .visible = "all" };
	struct call *call = t->call;
	struct ixn *ixn = a->ixn;

	if (fill_ixn(t, a, err) < 0 || route_enter(call, ixn, NULL, err) < 0 || set_data(call, a, err) < 0 || keep_text(call, a, ixn, &m, err) < 0 || keep_mail(t, a, err) < 0 ||
	    event_add(call, &(struct event){ .event = "ixn.created", .ixn = ixn->id, .ref = ixn->contact, .state = "queued", .reason = ixn->skills[0] ? ixn->skills : NULL, .version = 1 }, err) < 0 ||
	    tell_fetched(t, a, err) < 0)
		return -1;
	if (route(t, ixn, err) < 0 || ixn_keep(call, ixn, err) < 0)
		return -1;
	a->out->ixn = ixn->id;
	a->out->queue = ixn->queue;
	return auto_reply(call, t->mailbox, ixn, &a->email, err);
}

/* An answer to what was forwarded: it is read where it was asked, by who asked. */

static int
tell_owner(struct call *call, const struct ixn *parent, const struct thread *thread, struct err *err)
{
	const char *owner = parent->agent ? parent->agent : parent->keeper ? parent->keeper
									   : thread->author;

	if (!owner)
		return 0;
	return alert_agent(call, owner, parent->id, ALERT_INFO, template_text(call, NULL, "alert.returned"), err);
}

static int
keep_returned(struct taking *t, struct arrival *a, struct err *err)
{
	const struct message m = { .role = FROM_SYSTEM, .visible = "agents" };
	struct call *call = t->call;
	struct ixn *ixn = a->ixn, *parent;

	if (ixn_get(call, a->thread.parent, &parent, err) < 0 || fill_ixn(t, a, err) < 0)
		return -1;
	ixn->queue = ixn->origin_queue = NULL;
	/* Who sees the case is to see what was answered about it. */
	ixn->contact = parent->contact;
	ixn->conversation = parent->conversation;
	ixn->state = IXN_DONE;
	ixn->ended = ixn->done = call->now;
	ixn->reason = END_COMPLETED;
	if (keep_text(call, a, ixn, &m, err) < 0 || keep_mail(t, a, err) < 0 || ixn_keep(call, ixn, err) < 0 || tell_fetched(t, a, err) < 0 || keep_text(call, a, parent, &m, err) < 0 ||
	    ixn_save(call, parent, err) < 0)
		return -1;
	a->out->ixn = parent->id;
	a->out->queue = parent->queue;
	if (event_add(call, &(struct event){ .event = "mail.returned", .ixn = parent->id, .agent = parent->agent, .ref = ixn->id, .version = parent->version }, err) < 0)
		return -1;
	return tell_owner(call, parent, &a->thread, err);
}

static int
keep(struct taking *t, struct arrival *a, struct err *err)
{
	a->ixn = ixn_new(t->call, "email");
	if (sender_known(t, a, err) < 0 || thread_find(t->call, t->mailbox, a->mail, a->sender, a->contact ? a->contact->id : NULL, &a->thread, err) < 0)
		return -1;
	a->out->outcome = a->thread.outcome;
	return a->thread.outcome == FETCH_RETURNED ? keep_returned(t, a, err) : keep_ixn(t, a, err);
}

/* What needs no interaction of its own; 1: it was such. */
static int
settled(struct taking *t, struct arrival *a, struct err *err)
{
	int rc = is_duplicate(t, a, err);

	a->out->outcome = FETCH_DUPLICATE;
	if (rc != 0)
		return rc;
	a->out->outcome = FETCH_OWN;
	rc = is_own(t, a, err);
	if (rc != 0)
		return rc;
	if (a->mail->reports.n)
		rc = report_take(t->call, a->mail, &a->out->ixn, err);
	a->out->outcome = FETCH_REPORTED;
	if (rc != 0)
		return rc > 0 && blob_put_as(t->call, a->digest, a->mail->raw.p, a->mail->raw.n, err) < 0 ? -1 : rc;
	screen_run(t->screen, a->mail, t->call->arena, &a->screened);
	a->out->outcome = FETCH_DISCARDED;
	a->out->reason = a->screened.discard;
	return a->screened.discard != NULL;
}

static int
take_one(struct taking *t, const struct mail_fetched *mail, struct err *err)
{
	struct mail_taken *out = call_answer(t->call);
	struct arrival a;
	int rc;

	arrival_init(t, mail, out, &a);
	rc = settled(t, &a, err);
	if (rc < 0 || (rc == 0 && keep(t, &a, err) < 0))
		return -1;
	return mark(t, &a, err);
}

/* How far it is. */
static int
move_on(struct taking *t, struct err *err)
{
	int64_t last = t->last;
	const struct mail_fetched *v = t->in->mails.v;

	for (size_t i = 0; i < t->in->mails.n; i++)
		if (v[i].uid > last)
			last = v[i].uid;
	return RUN(t->call, FETCH_BOX_PUT, V_TEXT(t->mailbox->name), V_TEXT(t->mailbox->folder), V_INT(t->in->uidvalidity), V_INT(last), V_INT(t->call->now)) < 0 ? -1 : 0;
}

static int
take_all(struct taking *t, struct err *err)
{
	const struct mail_fetched *v = t->in->mails.v;
	struct fetch_box box;
	int rc = fetch_box_get(t->call, t->mailbox->name, &box, err);

	if (rc < 0)
		return -1;
	/* Folders count each by itself. */
	t->last = rc > 0 && box.uidvalidity == t->in->uidvalidity && strcmp(box.folder, t->mailbox->folder) == 0 ? box.uid : 0;
	for (size_t i = 0; i < t->in->mails.n; i++)
		if (take_one(t, &v[i], err) < 0)
			return -1;
	return move_on(t, err);
}

static int
take_fn(struct call *call, const void *input, struct err *err)
{
	struct taking t = { .call = call, .in = input, .idle = INT_ABSENT };
	struct records rules;
	int rc;

	if (t.in->mails.n > BATCH_MAX)
		return err_set(err, E_TOO_LARGE, "what", N_("mails"), "limit", "1000 mails", NULL);
	if (mailbox_fetched(call, t.in->mailbox, &t.mailbox, err) < 0 || mailbox_rules(call, t.mailbox->name, &rules, err) < 0)
		return -1;
	t.screen = screen_new(&rules);
	rc = take_all(&t, err);
	screen_free(&t.screen);
	return rc;
}

const struct op op_mail_take = { "mail.take", N_("takes mails in that have come"), MAY_SERVICES, OP_WRITE | OP_MUTE, &rec_mail_take_in, &rec_mail_taken, take_fn, NULL };

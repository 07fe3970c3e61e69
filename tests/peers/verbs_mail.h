/*
 * verbs_mail.h - the mails of verbs.c: what comes to a mailbox, and what becomes
 * of what leaves, by operations of the jobs that no command line has.
 */
#ifndef TESTS_VERBS_MAIL_H
#define TESTS_VERBS_MAIL_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "desk/carrier.h"
#include "desk/mail.h"
#include "desk/outbox.h"
#include "model/names.h"

#define MAILBOX "support"
#define POSTED_MAX 32

/* What mails need of the one who acts. call: 0, or refused. */
struct post {
	struct arena *arena; /* of this verb */
	atomic_long *uid, *epoch;
	unsigned (*draw)(unsigned n);
	int (*call)(const char *op, const void *in, emit_fn *emit, void *context);
	size_t posted_n; /* ever; the last ones are kept */
	struct posted {
		char id[32], message_id[80], to[48];
	} posted[POSTED_MAX];
};

/* One that left lately; NULL: none has. */
static inline const struct posted *
post_any(const struct post *p)
{
	return p->posted_n ? &p->posted[p->draw((unsigned)(p->posted_n < POSTED_MAX ? p->posted_n : POSTED_MAX))] : NULL;
}

/* What comes. */

static inline void
post_report(const struct post *p, const struct posted *about, struct mail_fetched *mail)
{
	static const char *const said[] = { "failed", "delayed", "delivered" };
	struct mail_report_in *report = record_new(p->arena, &rec_mail_report_in);

	report->message_id = about->message_id;
	report->address = about->to;
	report->action = said[p->draw(COUNT_OF(said))];
	report->status = "5.1.1";
	mail->kind = EMAIL_REPORT;
	mail->reports = (struct records){ report, 1 };
}

/* Every other one answers what was sent, by whom that went to. */
static inline void
post_write(const struct post *p, struct mail_fetched *mail)
{
	const struct posted *answered = p->draw(2) ? post_any(p) : NULL;
	struct mail_address_in *people = arena_alloc(p->arena, 2 * sizeof(*people));
	long uid = atomic_fetch_add(p->uid, 1) + 1;
	const char *raw = arena_printf(p->arena, "Subject: %ld\r\n\r\nx\r\n", uid);

	record_init(&rec_mail_fetched, mail);
	mail->uid = uid;
	mail->raw = (struct bytes){ raw, strlen(raw) };
	mail->size = (int64_t)strlen(raw);
	mail->message_id = arena_printf(p->arena, "%ld@example.net", uid);
	mail->subject = "x";
	mail->text = "x";
	mail->kind = p->draw(12) ? EMAIL_PERSONAL : EMAIL_LIST;
	people[0] = (struct mail_address_in){ "from", answered ? answered->to : arena_printf(p->arena, "c%u@example.org", p->draw(12)), NULL };
	people[1] = (struct mail_address_in){ "to", MAILBOX "@example.org", NULL };
	mail->addresses = (struct records){ people, 2 };
	if (!answered)
		return;
	mail->in_reply_to = answered->message_id;
	texts_add(p->arena, &mail->refs, answered->message_id);
	if (p->draw(8) == 0)
		post_report(p, answered, mail);
}

/* A batch; some are taken twice, as where a run was cut behind it. */
static inline void
post_come(const struct post *p)
{
	struct mail_take_in in = { .mailbox = MAILBOX, .uidvalidity = 1 };
	struct mail_fetched *v;

	in.mails.n = 1 + p->draw(3);
	in.mails.v = v = arena_alloc(p->arena, in.mails.n * sizeof(*v));
	for (size_t i = 0; i < in.mails.n; i++)
		post_write(p, &v[i]);
	p->call("mail.take", &in, NULL, NULL);
	if (p->draw(8) == 0)
		p->call("mail.take", &in, NULL, NULL);
}

/* What leaves. */

/* Of the mail that is next: what a sender needs to know of it. */
struct going {
	struct arena *arena;
	const char *id;
	int64_t version, taken;
	struct texts to;
	const char *message_id;
};

static inline int
going_next(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct outbox_next *next = p;
	struct going *g = context;

	(void)record, (void)err;
	g->id = arena_strdup(g->arena, next->id);
	g->version = next->version;
	g->message_id = arena_strdup(g->arena, next->message_id);
	for (size_t i = 0; i < next->to.n; i++)
		texts_add(g->arena, &g->to, arena_strdup(g->arena, next->to.v[i]));
	return 0;
}

static inline int
going_taken(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)err;
	((struct going *)context)->taken = ((const struct outbox_stepped *)p)->taken;
	return 0;
}

static inline void
post_remember(struct post *p, const struct going *g)
{
	struct posted *at = &p->posted[p->posted_n++ % POSTED_MAX];

	snprintf(at->id, sizeof(at->id), "%s", g->id);
	snprintf(at->message_id, sizeof(at->message_id), "%s", g->message_id);
	snprintf(at->to, sizeof(at->to), "%s", g->to.n ? g->to.v[0] : "nobody@example.org");
}

/* Each recipient by itself; now and then it was not tried at all. */
static inline void
post_result(const struct post *p, const struct going *g, struct outbox_result *result)
{
	static const enum mail_state states[] = { MAIL_SENT, MAIL_SENT, MAIL_SENT, MAIL_DEFERRED, MAIL_FAILED, MAIL_UNKNOWN };
	struct mail_recipient *v = arena_alloc(p->arena, (g->to.n + 1) * sizeof(*v));

	*result = (struct outbox_result){ g->id, { v, p->draw(16) ? g->to.n : 0 } };
	for (size_t i = 0; i < g->to.n; i++) {
		record_init(&rec_mail_recipient, &v[i]);
		v[i].address = g->to.v[i];
		v[i].state = states[p->draw(COUNT_OF(states))];
		v[i].code = v[i].state == MAIL_SENT ? 250 : 550;
		v[i].reply = "x";
	}
}

/* All runs are over: what they left. */
static inline void
post_settle(const struct post *p)
{
	static const char *const boxes[] = { MAILBOX, "" };

	for (size_t i = 0; i < COUNT_OF(boxes); i++)
		p->call("outbox.heal", &(struct outbox_epoch){ .epoch = atomic_fetch_add(p->epoch, 1) + 1, .mailbox = boxes[i] }, NULL, NULL);
}

/* A run of the sender, without the lock that keeps others away: then the epoch must. Some die on the way. */
static inline void
post_send(struct post *p)
{
	const char *box = p->draw(4) ? MAILBOX : "";
	struct outbox_epoch epoch = { .epoch = atomic_fetch_add(p->epoch, 1) + 1, .mailbox = box };
	struct outbox_next_in next = { box, NULL };
	struct outbox_step step = { .epoch = epoch.epoch, .version = INT_ABSENT, .past = p->draw(2), .bytes = { "x", 1 } };
	struct going g = { .arena = p->arena };
	struct outbox_result result;

	p->call("outbox.heal", &epoch, NULL, NULL);
	if (p->call("outbox.next", &next, going_next, &g) < 0 || !g.id)
		return;
	step.take = g.id;
	step.version = g.version;
	if (p->call("outbox.step", &step, going_taken, &g) < 0 || g.taken != 1)
		return;
	post_remember(p, &g);
	if (p->draw(12) == 0)
		return;
	if (p->draw(4) == 0)
		p->call("outbox.past-data", &(struct outbox_mark){ g.id, epoch.epoch }, NULL, NULL);
	post_result(p, &g, &result);
	step = (struct outbox_step){ .epoch = epoch.epoch, .results = { &result, 1 }, .version = INT_ABSENT, .past = INT_ABSENT };
	p->call("outbox.step", &step, NULL, NULL);
}

#endif

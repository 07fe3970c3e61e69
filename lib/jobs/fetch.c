#include "jobs/fetch.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/lockfile.h"
#include "jobs/fetch_priv.h"
#include "jobs/mail_read.h"

#define BATCH_MAILS 150
#define BATCH_BYTES ((size_t)640 << 10)
/* Listed at once; behind each list what was taken of it is marked, by a command of so many at most. */
#define LIST_MAX 4000
#define ACT_MAX 500
/* So many at once, and the store is told. */
#define BULK_FROM 300
/* What the site says nothing of. */
#define SIZE_MAX_DEFAULT ((uint32_t)50 << 20)
/* A server that starts again needs a moment. */
#define AGAIN_MS MS_SECOND

static bool
told_to_stop(const struct fetch *f)
{
	return f->settings->stop && *f->settings->stop;
}

bool
fetch_pause(const struct fetch *f, int64_t ms)
{
	struct pollfd fd = { .fd = f->settings->stop_fd, .events = POLLIN };
	int64_t end = clock_monotonic() + ms;

	/* Other signals end a poll as well. */
	for (int64_t left = ms; left > 0 && !told_to_stop(f); left = end - clock_monotonic())
		poll(&fd, 1, (int)left);
	return !told_to_stop(f);
}

/* What became of a batch. */

static int
tell(struct fetch *f, const struct fetch_batch *b, struct err *err)
{
	const struct fetch_settings *s = f->settings;

	if (!b)
		return 0;
	for (size_t i = 0; i < b->answers.n; i++) {
		const struct mail_taken *t = b->answers.v[i];

		if (t->outcome >= 0 && t->outcome <= FETCH_DISCARDED)
			f->totals->outcomes[t->outcome]++;
		vec_push(f->pass, &f->acts, (uint32_t)t->uid);
		f->progress = true;
		if (s->taken(s->context, t, err) < 0)
			return -1;
	}
	if (b->rc < 0) {
		err_copy(err, &b->err);
		return -1;
	}
	return s->taken(s->context, NULL, err);
}

static int
settle(struct fetch *f, struct err *err)
{
	return tell(f, fetch_taker_wait(f->taker), err);
}

/* Reading a batch. */

static enum mail_reading
reading_of(const struct fetch *f, const struct imap_mail *mail)
{
	const struct fetch_mark *m = f->settings->mark;

	for (uint32_t i = 0; m && m->uidvalidity == f->selected.uidvalidity && i < m->bad_n; i++)
		if (m->bad[i] == mail->uid)
			return MAIL_READ_NOTHING;
	return mail->headers_only ? MAIL_READ_HEADER : MAIL_READ_WHOLE;
}

static void
read_mail(struct fetch *f, struct arena *arena, const struct imap_mail *mail, struct mail_fetched *out)
{
	struct fetch_mark *mark = f->settings->mark;
	struct imap_mail own = *mail;

	/* The driver's bytes are gone before the store has them. */
	own.bytes = arena_memdup(arena, mail->bytes, mail->bytes_n);
	if (mark)
		mark->reading = mail->uid;
	mail_read(f->reader, arena, &own, reading_of(f, mail), out);
	if (mark)
		mark->reading = 0;
}

static int
on_batch(void *context, const struct imap_mail *mails, size_t n, struct err *err)
{
	struct fetch *f = context;
	struct fetch_batch *b = &f->batches[f->turn];
	const struct fetch_batch *before;
	struct mail_fetched *v;

	arena_reset(b->arena);
	b->answers.v = NULL;
	b->answers.n = b->answers.cap = 0;
	b->rc = 0;
	v = arena_alloc(b->arena, n * sizeof(*v));
	for (size_t i = 0; i < n; i++)
		read_mail(f, b->arena, &mails[i], &v[i]);
	b->in = (struct mail_take_in){ f->box->name, f->selected.uidvalidity, { v, n } };
	before = fetch_taker_wait(f->taker);
	if (before && before->rc < 0)
		return tell(f, before, err);
	/* The store has work while what became of those before is told. */
	fetch_taker_give(f->taker, b);
	f->turn ^= 1;
	if (tell(f, before, err) < 0)
		return -1;
	if (!told_to_stop(f))
		return 0;
	f->stopped = true;
	return settle(f, err) < 0 ? -1 : err_set(err, E_PEER_CLOSED, "peer", imap_peer(f->imap), NULL);
}

/* A dry run: who wrote, and about what. */
static int
on_header(void *context, const struct imap_mail *mails, size_t n, struct err *err)
{
	struct fetch *f = context;
	const struct fetch_settings *s = f->settings;
	struct arena *arena = f->batches[0].arena;

	arena_reset(arena);
	for (size_t i = 0; i < n; i++) {
		struct mail_taken *t = record_new(arena, &rec_mail_taken);
		struct mail_fetched mail;
		const struct mail_address_in *from;

		mail_read(f->reader, arena, &mails[i], MAIL_READ_HEADER, &mail);
		from = mail.addresses.v;
		t->uid = mail.uid;
		t->mailbox = f->box->name;
		t->from = mail.addresses.n && strcmp(from->kind, "from") == 0 ? from->address : NULL;
		t->subject = mail.subject;
		f->totals->listed++;
		if (s->taken(s->context, t, err) < 0)
			return -1;
	}
	f->stopped = told_to_stop(f);
	if (s->taken(s->context, NULL, err) < 0)
		return -1;
	return f->stopped ? err_set(err, E_PEER_CLOSED, "peer", imap_peer(f->imap), NULL) : 0;
}

/* Marks and moves. */

static int
tell_acted(struct fetch *f, uint32_t uidvalidity, const uint32_t *uids, size_t n, struct err *err)
{
	struct mail_acted_in in = { f->box->name, uidvalidity, { NULL, 0, 0 } };

	for (size_t i = 0; i < n; i++)
		texts_add(f->pass, &in.uids, arena_printf(f->pass, "%u", uids[i]));
	return fetch_call(f->desk, &op_mail_acted, &in, f->pass, NULL, NULL, err);
}

/* 1: done. 0: the server will not, which undone says; another run tries again. */
static int
act_at_server(struct fetch *f, const uint32_t *uids, size_t n, struct err *err)
{
	int rc = 0;

	if (f->box->after == AFTER_SEEN)
		rc = imap_store_flags(f->imap, uids, n, "\\Seen", err);
	else if (f->box->after == AFTER_MOVE)
		rc = imap_move(f->imap, uids, n, f->box->move_to, err);
	if (rc == 0 || imap_broken(f->imap))
		return rc < 0 ? -1 : 1;
	err_copy(&f->undone, err);
	err->code = E_OK;
	return 0;
}

static int
act(struct fetch *f, const uint32_t *uids, size_t n, struct err *err)
{
	for (size_t i = 0; i < n && f->undone.code == E_OK; i += ACT_MAX) {
		size_t some = n - i < ACT_MAX ? n - i : ACT_MAX;
		int rc = act_at_server(f, uids + i, some, err);

		if (rc < 0 || (rc > 0 && tell_acted(f, f->selected.uidvalidity, uids + i, some, err) < 0))
			return -1;
	}
	return 0;
}

/* What an earlier run took and did not mark. Of a mailbox that counts anew nothing can be found again. */
static int
act_pending(struct fetch *f, struct err *err)
{
	const struct mail_uid *v = f->box->pending.v;
	VEC(uint32_t)
	uids = { NULL, 0, 0 };

	for (size_t i = 0; i < f->box->pending.n; i++) {
		uint32_t uid = (uint32_t)v[i].uid;

		if (v[i].uidvalidity == f->selected.uidvalidity)
			vec_push(f->pass, &uids, uid);
		else if (tell_acted(f, (uint32_t)v[i].uidvalidity, &uid, 1, err) < 0)
			return -1;
	}
	return act(f, uids.v, uids.n, err);
}

/* A look at the mailbox. */

static int
keep_box(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)err;
	*(const struct mail_box **)context = p;
	return 0;
}

static int
get_box(struct fetch *f, struct err *err)
{
	const struct mail_box_in in = { f->settings->mailbox };

	f->box = NULL;
	if (fetch_call(f->desk, &op_mail_box, &in, f->pass, keep_box, &f->box, err) < 0)
		return -1;
	return f->box ? 0 : err_set(err, E_BUG, "what", "mail.box gave no mailbox", NULL);
}

static int
open_box(struct fetch *f, struct err *err)
{
	struct imap_account account = { 0 };

	if (!f->imap) {
		arena_reset(f->arena);
		f->progress = false;
		if (f->settings->account(f->settings->context, f->arena, &account, err) < 0)
			return -1;
		f->imap = imap_open(&account, err);
		if (!f->imap)
			return -1;
	}
	if (imap_select(f->imap, f->box->folder, f->settings->dry_run, &f->selected, err) < 0) {
		const char *peer = arena_strdup(f->pass, imap_peer(f->imap));

		if (err->code == E_NO_MAILBOX && f->box->uidvalidity != INT_ABSENT)
			err_set(err, E_MAILBOX_GONE, "peer", peer, "mailbox", f->box->folder, "name", f->box->name, NULL);
		return -1;
	}
	if (f->settings->mark)
		f->settings->mark->uidvalidity = f->selected.uidvalidity;
	return 0;
}

static void
expect_many(struct fetch *f, bool many)
{
	if (f->many != many)
		desk_bulk(f->desk, many);
	f->many = many;
}

/* What comes next in the mailbox. */
struct listing {
	struct arena *arena;
	struct imap_listed *v;
	size_t n;
	bool last; /* there was no more */
	int rc;
	struct err err;
};

static size_t
most(const struct fetch *f)
{
	int64_t left = f->settings->limit > 0 ? f->settings->limit - f->done : LIST_MAX;

	return left < LIST_MAX ? (size_t)(left > 0 ? left : 0) : LIST_MAX;
}

/* From a UID on. */
static void
list_mails(struct fetch *f, uint32_t from, struct listing *l)
{
	size_t max = most(f);

	arena_reset(l->arena);
	l->n = 0;
	l->rc = max ? imap_list(f->imap, from, max, l->arena, &l->v, &l->n, &l->err) : 0;
	l->last = l->n < max || !max || l->v[l->n - 1].uid == UINT32_MAX;
}

/* While the store has the last of them what comes behind them is listed. */
static int
fetch_some(struct fetch *f, const struct listing *now, struct listing *next, struct err *err)
{
	const bool dry = f->settings->dry_run;
	struct imap_batch limits = { .count = BATCH_MAILS, .bytes = BATCH_BYTES };
	struct err other = { 0 };
	int rc;

	limits.max_size = f->box->max_size > 0 && f->box->max_size < UINT32_MAX ? (uint32_t)f->box->max_size : SIZE_MAX_DEFAULT;
	if (dry)
		limits.max_size = 1;
	expect_many(f, !dry && now->n >= BULK_FROM);
	rc = imap_fetch(f->imap, now->v, now->n, &limits, dry ? on_header : on_batch, f, err);
	if (rc == 0) {
		f->done += (int64_t)now->n;
		if (!now->last && !told_to_stop(f))
			list_mails(f, now->v[now->n - 1].uid + 1, next);
	}
	if (f->taker && settle(f, rc < 0 ? &other : err) < 0)
		rc = -1;
	return rc;
}

static int
fetch_lists(struct fetch *f, struct listing *now, struct listing *next, struct err *err)
{
	while (now->rc == 0 && now->n > 0 && !told_to_stop(f)) {
		struct listing was = *now;

		f->acts.v = NULL;
		f->acts.n = f->acts.cap = 0;
		arena_reset(f->pass);
		next->rc = 0;
		next->n = 0;
		if (get_box(f, err) < 0 || fetch_some(f, now, next, err) < 0)
			return -1;
		/* What is left alone at the server is written down as done. */
		if (!f->settings->dry_run && f->box->after != AFTER_KEEP && act(f, f->acts.v, f->acts.n, err) < 0)
			return -1;
		*now = *next;
		*next = was;
	}
	if (now->rc < 0)
		err_copy(err, &now->err);
	return now->rc;
}

static int
fetch_all(struct fetch *f, struct err *err)
{
	bool known = f->box->uidvalidity == (int64_t)f->selected.uidvalidity && f->box->uid > 0;
	uint32_t last = known ? (uint32_t)f->box->uid : 0;
	struct listing now = { .arena = arena_new() }, next = { .arena = arena_new() };
	int rc = 0;

	if (last < UINT32_MAX && !told_to_stop(f)) {
		list_mails(f, last + 1, &now);
		rc = fetch_lists(f, &now, &next, err);
	}
	arena_free(&now.arena);
	arena_free(&next.arena);
	return rc;
}

int
fetch_pass(struct fetch *f, struct err *err)
{
	int rc;

	f->undone.code = E_OK;
	arena_reset(f->pass);
	rc = get_box(f, err);
	if (rc == 0)
		rc = open_box(f, err);
	if (rc == 0 && !f->settings->dry_run)
		rc = act_pending(f, err);
	if (rc == 0)
		rc = fetch_all(f, err);
	expect_many(f, false);
	if (rc < 0 && (f->stopped || told_to_stop(f))) {
		err->code = E_OK;
		return 0;
	}
	return rc;
}

void
fetch_hang_up(struct fetch *f)
{
	imap_close(&f->imap);
}

/* Runs. */

/* Any name may be that of a mailbox; not every one that of a file. */
static const char *
lock_path(struct desk *desk, struct arena *arena, const char *mailbox)
{
	struct buf name = BUF_INIT;
	const char *path;

	buf_str(&name, "-fetch.");
	for (const unsigned char *p = (const unsigned char *)mailbox; *p && name.n < 150; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' || *p >= 0x80;

		buf_printf(&name, plain ? "%c" : "%%%02x", *p);
	}
	path = desk_beside(desk, arena, buf_get(&name));
	buf_release(&name);
	return path;
}

int
fetch_begin(struct fetch *f, struct desk *desk, const struct fetch_settings *settings, struct fetch_totals *totals, int *lock_r, struct err *err)
{
	*f = (struct fetch){ .desk = desk, .settings = settings, .totals = totals };
	*totals = (struct fetch_totals){ .listed = 0 };
	f->arena = arena_new();
	f->pass = arena_new();
	f->batches[0].arena = arena_new();
	f->batches[1].arena = arena_new();
	f->reader = mail_reader_new();
	*lock_r = -1;
	if (settings->dry_run)
		return 0;
	*lock_r = lockfile_take(lock_path(desk, f->arena, settings->mailbox), arena_printf(f->pass, "email-fetch %s", settings->mailbox), settings->lock_wait, err);
	if (*lock_r < 0)
		return -1;
	f->taker = fetch_taker_new(desk, err);
	return f->taker ? 0 : -1;
}

void
fetch_end(struct fetch *f, int lock)
{
	fetch_taker_free(&f->taker);
	imap_close(&f->imap);
	mail_reader_free(&f->reader);
	arena_free(&f->batches[0].arena);
	arena_free(&f->batches[1].arena);
	arena_free(&f->pass);
	arena_free(&f->arena);
	if (lock >= 0)
		close(lock);
}

/* It was there, and went away. */
static bool
was_cut(const struct fetch *f, const struct err *err)
{
	return f->imap && imap_broken(f->imap) && (err->code == E_PEER_CLOSED || err->code == E_UNREACHABLE);
}

int
fetch_run(struct desk *desk, const struct fetch_settings *settings, struct fetch_totals *totals, struct err *err)
{
	struct fetch f;
	int lock, rc = fetch_begin(&f, desk, settings, totals, &lock, err);

	for (int tries = 2; rc == 0 && tries > 0;) {
		rc = fetch_pass(&f, err);
		if (rc == 0 || !was_cut(&f, err))
			break;
		/* Once more for each time that it came on. */
		tries = f.progress ? 1 : tries - 1;
		fetch_hang_up(&f);
		if (tries > 0 && fetch_pause(&f, AGAIN_MS))
			rc = 0;
	}
	if (rc == 0 && f.undone.code != E_OK) {
		err_copy(err, &f.undone);
		rc = -1;
	}
	fetch_end(&f, lock);
	return rc;
}

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "jobs/outbox_priv.h"
#include "wire/mail.h"

#define SENT_FLAGS "\\Seen"
#define LIST_MAX 1000

struct run {
	struct desk *desk;
	const struct outbox_copy_settings *settings;
	outbox_copy_fn *not_kept;
	void *context;
	struct arena *arena, *each; /* of the run, of the copy at hand */
	struct outbox_turn turn;
	struct imap *imap;
	bool opened;                    /* the folder */
	struct imap_box box;            /* as it was then */
	uint32_t next;                  /* no copy of this run is before this UID */
	const struct outbox_copy *copy; /* the one at hand */
	struct outbox_copied settled;   /* what became of the one before; id NULL: told */
	bool found;
};

/* Calls to the desk. */

/* In one transaction: what became of the one before, and that this one is begun (NULL: none is). */
static int
tell(struct run *r, const struct outbox_copied *begun, struct err *err)
{
	struct outbox_copied both[2];
	struct outbox_copies in = { { both, 0 }, r->turn.run.epoch, r->settings->mailbox };
	const void *out = NULL;

	if (r->settled.id)
		both[in.copies.n++] = r->settled;
	if (begun)
		both[in.copies.n++] = *begun;
	r->settled.id = NULL;
	if (in.copies.n && outbox_call(r->desk, &op_outbox_copied, &in, r->each, &out, err) < 0)
		return -1;
	return out ? r->not_kept(r->context, out, err) : 0;
}

/* Told with the next one that is begun; none was begun since the one before: that is told now. */
static int
settle(struct run *r, const char *state, const char *reply, struct err *err)
{
	if (tell(r, NULL, err) < 0)
		return -1;
	r->settled = (struct outbox_copied){ arena_strdup(r->arena, r->copy->id), state, arena_strdup(r->arena, reply) };
	return 1;
}

/* The folder. */

/* Opened to look only; made where it is missing. */
static int
open_folder(struct run *r, struct err *err)
{
	struct err first = { 0 }, ignored = { 0 };

	if (imap_select(r->imap, r->copy->folder, true, &r->box, &first) == 0)
		return 0;
	if (first.code == E_NO_MAILBOX && imap_create(r->imap, r->copy->folder, &ignored) == 0)
		return imap_select(r->imap, r->copy->folder, true, &r->box, err);
	err_copy(err, &first);
	return -1;
}

/* Where it was opened before, or can be now. */
static int
opened(struct run *r, struct err *err)
{
	if (!r->opened && open_folder(r, err) < 0)
		return -1;
	if (!r->opened)
		r->next = r->box.uidnext;
	r->opened = true;
	return 0;
}

static int
append(struct run *r, struct err *err)
{
	const struct outbox_copy *c = r->copy;
	struct err first = { 0 }, ignored = { 0 };

	if (imap_append(r->imap, c->folder, c->bytes.p, c->bytes.n, SENT_FLAGS, NULL, &first) == 0)
		return 0;
	/* Removed since it was opened? */
	if (first.code == E_NO_MAILBOX && imap_create(r->imap, c->folder, &ignored) == 0) {
		r->opened = false;
		return imap_append(r->imap, c->folder, c->bytes.p, c->bytes.n, SENT_FLAGS, NULL, err);
	}
	err_copy(err, &first);
	return -1;
}

static int
compare(void *context, const struct imap_mail *mails, size_t n, struct err *err)
{
	struct run *r = context;
	struct arena *arena = arena_new();

	(void)err;
	for (size_t i = 0; i < n && !r->found; i++) {
		struct mail_headers headers;

		mail_headers_read(arena, mails[i].bytes, mails[i].bytes_n, &headers);
		r->found = headers.message_id && strcmp(headers.message_id, r->copy->message_id) == 0;
		arena_reset(arena);
	}
	arena_free(&arena);
	return 0;
}

/* Where the run began that was at it: behind that mail of the folder, if it is still the same folder. */
static uint32_t
began_at(const struct run *r)
{
	char *end;
	unsigned long uidvalidity = strtoul(r->copy->begun, &end, 10), uid = *end == ':' ? strtoul(end + 1, NULL, 10) : 0;

	return uidvalidity == r->box.uidvalidity && uid > 0 && uid <= UINT32_MAX ? (uint32_t)uid : 1;
}

/* Whether it is there already, by its Message-ID; the server sends headers only. */
static int
look(struct run *r, struct err *err)
{
	const struct imap_batch headers = { .max_size = 1 };
	uint32_t from = began_at(r);
	size_t n;

	r->found = false;
	do {
		struct imap_listed *v;

		if (imap_list(r->imap, from, LIST_MAX, r->each, &v, &n, err) < 0 ||
		    (n && imap_fetch(r->imap, v, n, &headers, compare, r, err) < 0))
			return -1;
		if (n)
			from = v[n - 1].uid + 1;
	} while (n == LIST_MAX && !r->found);
	return 0;
}

/* A try that failed. 1: the session goes on; -1: it is over. */
static int
refused(struct run *r, bool unseen, const struct err *why, struct err *err)
{
	const char *reason = err_get(why, "reason");

	if (settle(r, unseen ? "unseen" : "failed", reason ? reason : err_name(why->code), err) < 0)
		return -1;
	if (!imap_broken(r->imap))
		return 1;
	err_copy(err, why);
	return -1;
}

/* 1: it is kept, or has failed for now; -1: the session is over, or the desk refuses. */
static int
keep_copy(struct run *r, struct err *err)
{
	struct outbox_copied begun = { r->copy->id, "begun", r->copy->begun };
	struct err why = { 0 };

	if (opened(r, &why) < 0 || (begun.reply && look(r, &why) < 0))
		return refused(r, begun.reply != NULL, &why, err);
	if (begun.reply && r->found)
		return settle(r, "kept", NULL, err);
	if (!begun.reply)
		begun.reply = arena_printf(r->each, "%" PRIu32 ":%" PRIu32, r->box.uidvalidity, r->next);
	if (tell(r, &begun, err) < 0)
		return -1;
	if (append(r, &why) < 0)
		return refused(r, imap_broken(r->imap) != NULL, &why, err); /* over: nobody knows whether it is there */
	return settle(r, "kept", NULL, err);
}

/* 1: one was dealt with, 0: there is none. */
static int
next(struct run *r, const char **after, struct err *err)
{
	const struct outbox_copy_in in = { r->settings->mailbox, *after };
	const void *out;

	if (outbox_call(r->desk, &op_outbox_copy_next, &in, r->each, &out, err) < 0)
		return -1;
	if (!out)
		return 0;
	r->copy = out;
	*after = arena_strdup(r->arena, r->copy->id);
	if (!r->imap) {
		r->imap = imap_open(&r->settings->account, err);
		if (!r->imap)
			return -1;
		imap_meanwhile(r->imap, outbox_go_on, &r->turn, OUTBOX_TELL_MS);
	}
	return keep_copy(r, err);
}

/* Of a run that died while it sent: those of which nobody knows are told here, for no other run will. */
static int
healed(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct mail_out *mail = p;
	struct run *r = context;

	(void)record;
	return mail->state == MAIL_UNKNOWN ? r->settings->unknown(r->context, mail, err) : 0;
}

int
outbox_copy_run(struct desk *desk, const struct outbox_copy_settings *settings, outbox_copy_fn *not_kept, void *context, struct err *err)
{
	struct run r = { .desk = desk, .settings = settings, .not_kept = not_kept, .context = context };
	int rc = outbox_begin(&r.turn, desk, settings->mailbox, settings->lock_wait_ms, healed, &r, err) < 0 ? -1 : 1;
	const char *after = NULL;
	struct err ignored = { 0 };

	r.arena = arena_new();
	r.each = arena_new();
	while (rc > 0 && !(settings->stop && *settings->stop)) {
		arena_reset(r.each);
		rc = next(&r, &after, err);
	}
	if (tell(&r, NULL, rc < 0 ? &ignored : err) < 0)
		rc = -1;
	imap_close(&r.imap);
	arena_free(&r.each);
	arena_free(&r.arena);
	outbox_end(&r.turn);
	return rc < 0 ? -1 : 0;
}

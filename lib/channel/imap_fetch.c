/* Listing and fetching, of imap.h. */
#include "channel/imap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "channel/imap_priv.h"

#define BATCH_COUNT 200
#define BATCH_BYTES ((size_t)2 << 20)
/* "* 100000 FETCH (UID 4000000000 RFC822.SIZE 4000000000)", of as many mails as a mailbox may have. */
#define LISTED_SIZE 64
#define LISTED_MAX 1000000
#define HEADER_MAX ((size_t)1 << 20)
#define HEADER_USUAL 16384

/* What was fetched of a mail; bytes NULL: not this time. */
struct fetched {
	uint32_t uid, size;
	bool sized;
	const char *bytes;
	size_t bytes_n;
	int64_t received;
};

static int64_t
parse_date(const struct mailimap_date_time *t)
{
	struct tm tm = { .tm_mday = t->dt_day, .tm_mon = t->dt_month - 1, .tm_year = t->dt_year - 1900, .tm_hour = t->dt_hour, .tm_min = t->dt_min, .tm_sec = t->dt_sec };
	int64_t zone = t->dt_zone / 100 * 60 + t->dt_zone % 100;

	if (t->dt_year < 1 || t->dt_year > 9999)
		return INT64_MIN;
	return ((int64_t)timegm(&tm) - zone * 60) * 1000;
}

static void
read_static(const struct mailimap_msg_att_static *att, struct fetched *out)
{
	if (att->att_type == MAILIMAP_MSG_ATT_UID) {
		out->uid = att->att_data.att_uid;
	} else if (att->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
		out->size = att->att_data.att_rfc822_size;
		out->sized = true;
	} else if (att->att_type == MAILIMAP_MSG_ATT_INTERNALDATE && att->att_data.att_internal_date) {
		out->received = parse_date(att->att_data.att_internal_date);
	} else if (att->att_type == MAILIMAP_MSG_ATT_BODY_SECTION && att->att_data.att_body_section) {
		out->bytes = att->att_data.att_body_section->sec_body_part;
		out->bytes_n = att->att_data.att_body_section->sec_length;
	}
}

static void
read_mail(const struct mailimap_msg_att *mail, struct fetched *out)
{
	*out = (struct fetched){ .received = INT64_MIN };
	for (clistiter *i = clist_begin(mail->att_list); i; i = clist_next(i)) {
		const struct mailimap_msg_att_item *item = clist_content(i);

		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
			read_static(item->att_data.att_static, out);
	}
}

static clistiter *
first_mail(const struct imap *s)
{
	const struct mailimap_response_info *info = s->session->imap_response_info;

	return info && info->rsp_fetch_list ? clist_begin(info->rsp_fetch_list) : NULL;
}

static int
check_selected(const struct imap *s, struct err *err)
{
	if (imap_check(s, err) < 0)
		return -1;
	return s->selected ? 0 : err_set(err, E_IMAP_REFUSED, "peer", stream_peer(s->stream), "reason", "no mailbox is selected", NULL);
}

/* Listing */

typedef VEC(struct imap_listed) listed_vec;

static int
compare_uids(const void *a, const void *b)
{
	const struct imap_listed *x = a, *y = b;

	return (x->uid > y->uid) - (x->uid < y->uid);
}

/* Of one window of UIDs; "N:*" always has the last mail, too. */
static void
take_listed(const struct imap *s, struct arena *arena, uint32_t from, uint32_t to, listed_vec *out)
{
	size_t start = out->n, kept;

	for (clistiter *i = first_mail(s); i; i = clist_next(i)) {
		struct fetched mail;

		read_mail(clist_content(i), &mail);
		/* Without a size it is the flags of another, told by the way. */
		if (mail.uid >= from && mail.uid <= to && mail.sized)
			vec_push(arena, out, ((struct imap_listed){ mail.uid, mail.size }));
	}
	if (out->n == start)
		return;
	qsort(out->v + start, out->n - start, sizeof(*out->v), compare_uids);
	kept = start;
	for (size_t i = start; i < out->n; i++)
		if (i == start || out->v[i].uid != out->v[kept - 1].uid)
			out->v[kept++] = out->v[i];
	out->n = kept;
}

static enum imap_said
ask_listed(struct imap *s, uint32_t from, uint32_t to)
{
	uint32_t exists = s->session->imap_selection_info->sel_exists;
	struct buf line = BUF_INIT;
	int tag;

	buf_printf(&line, "UID FETCH %" PRIu32 ":", from);
	if (to == UINT32_MAX)
		buf_char(&line, '*');
	else
		buf_printf(&line, "%" PRIu32, to);
	buf_str(&line, " (UID RFC822.SIZE)");
	tag = imap_say(s, buf_get(&line));
	buf_release(&line);
	stream_begin(s->stream, s->timeouts.command, ANSWER_MAX + LISTED_SIZE * (size_t)(exists < LISTED_MAX ? exists : LISTED_MAX));
	return imap_answer(s, tag);
}

int
imap_list(struct imap *s, uint32_t from, size_t max, struct arena *arena, struct imap_listed **v_r, size_t *n_r, struct err *err)
{
	uint32_t uidnext, at = from ? from : 1;
	uint64_t window = max < 1000 ? 1000 : max;
	listed_vec out = { 0 };
	bool last = false;

	*v_r = NULL;
	*n_r = 0;
	if (check_selected(s, err) < 0)
		return -1;
	s->guard.exists = false;
	uidnext = s->session->imap_selection_info->sel_uidnext;
	/* UIDs may be far apart, mails many: windows, which grow where they were not filled. */
	while (!last && out.n < max) {
		uint64_t to = at + window - 1;
		enum imap_said said;

		last = !uidnext || to + 1 >= uidnext;
		said = ask_listed(s, at, last ? UINT32_MAX : (uint32_t)to);
		if (said != IMAP_OK)
			return imap_refused(s, said, NULL, err);
		take_listed(s, arena, at, last ? UINT32_MAX : (uint32_t)to, &out);
		at = last ? at : (uint32_t)to + 1;
		window *= 2;
	}
	*v_r = out.v;
	*n_r = out.n < max ? out.n : max;
	return 0;
}

/* Fetching */

/* A command on the wire, and what came of it. */
struct asked {
	int tag;
	size_t from, n;
	size_t size, bytes; /* as the list has it; what may come at most */
	bool headers, ended;
	struct imap_mail *mails; /* by their place in the list; bytes NULL: not there yet */
};

/* What libetpan found in an answer; mails of two commands may be mixed. */
struct held {
	clist *list;
	bool then; /* it has some of the second */
};

struct fetch {
	struct imap *imap;
	const struct imap_listed *listed;
	size_t n, next; /* next: to ask for */
	struct imap_batch limits;
	struct asked now, then;
	struct held held[4];
	size_t held_n;
	bool refused;
	struct err err;
};

static bool
is_large(const struct fetch *f, size_t i)
{
	return f->limits.max_size && f->listed[i].size > f->limits.max_size;
}

/* Which mails go into the next command: all whole, or all headers. */
static void
next_batch(const struct fetch *f, struct asked *a)
{
	*a = (struct asked){ .from = f->next, .headers = f->next < f->n && is_large(f, f->next), .mails = a->mails };
	for (size_t i = f->next; i < f->n && a->n < f->limits.count && is_large(f, i) == a->headers; i++) {
		size_t size = a->headers ? HEADER_USUAL : f->listed[i].size;

		if (a->n && a->size + size > f->limits.bytes)
			break;
		a->size += size;
		a->n++;
	}
	/* Sizes that servers tell are not all exact (RFC 2683, section 3.4.5). */
	if (a->n)
		a->bytes = a->headers ? a->n * HEADER_MAX : 2 * a->size + HEADER_MAX;
}

/* Puts the next command on the wire; n 0: there is none. */
static int
ask(struct fetch *f, struct asked *a)
{
	struct buf line = BUF_INIT;

	next_batch(f, a);
	if (!a->n)
		return 0;
	buf_str(&line, "UID FETCH ");
	a->n = imap_set(&line, &f->listed[a->from].uid, a->n, sizeof(*f->listed));
	buf_str(&line, a->headers ? " (UID INTERNALDATE BODY.PEEK[HEADER])" : " (UID INTERNALDATE BODY.PEEK[])");
	a->tag = imap_say(f->imap, buf_get(&line));
	buf_release(&line);
	memset(a->mails, 0, a->n * sizeof(*a->mails));
	f->next = a->from + a->n;
	return a->tag < 0 ? -1 : 0;
}

/* False: it is none of this command's. */
static bool
place(const struct fetch *f, const struct asked *a, const struct fetched *mail)
{
	const struct imap_listed key = { mail->uid, 0 }, *listed = NULL;

	if (a->n)
		listed = bsearch(&key, f->listed + a->from, a->n, sizeof(key), compare_uids);
	if (!listed)
		return false;
	a->mails[listed - (f->listed + a->from)] =
		(struct imap_mail){ mail->uid, listed->size, mail->bytes, mail->bytes_n, a->headers, mail->received };
	return true;
}

/* Takes over what an answer holds; the strings stay where the parser put them. */
static void
hold(struct fetch *f)
{
	struct mailimap_response_info *info = f->imap->session->imap_response_info;
	struct held h = { 0 };

	if (!info || !info->rsp_fetch_list || f->held_n == COUNT_OF(f->held))
		return;
	h.list = info->rsp_fetch_list;
	info->rsp_fetch_list = NULL;
	for (clistiter *i = clist_begin(h.list); i; i = clist_next(i)) {
		struct fetched mail;

		read_mail(clist_content(i), &mail);
		if (mail.bytes && !place(f, &f->now, &mail))
			h.then = place(f, &f->then, &mail) || h.then;
	}
	f->held[f->held_n++] = h;
}

/* The first command is done with; the second becomes the first. */
static void
move_on(struct fetch *f)
{
	struct asked done = f->now;
	size_t kept = 0;

	for (size_t i = 0; i < f->held_n; i++) {
		if (f->held[i].then)
			f->held[kept++] = (struct held){ f->held[i].list, false };
		else
			mailimap_fetch_list_free(f->held[i].list);
	}
	f->held_n = kept;
	f->now = f->then;
	f->then = (struct asked){ .mails = done.mails };
}

/* To the end of one of the two commands; -1: broken. */
static int
take(struct fetch *f)
{
	struct imap *s = f->imap;
	size_t size = f->now.size + f->then.size;
	enum imap_said said;
	int tag = 0;

	/* Some of the next answer may be read with this one. */
	s->guard.literal_max = f->now.bytes > f->then.bytes ? f->now.bytes : f->then.bytes;
	stream_begin(s->stream, s->timeouts.command * (int64_t)(1 + size / BLOCK_SIZE), f->now.bytes + f->then.bytes + ANSWER_MAX);
	said = imap_answer_any(s, f->now.ended ? f->then.tag : f->now.tag, &tag);
	if (said == IMAP_BROKEN)
		return -1;
	if (f->now.n && !f->now.ended && tag == f->now.tag)
		f->now.ended = true;
	else if (f->then.n && !f->then.ended && tag == f->then.tag)
		f->then.ended = true;
	else
		return imap_break(s, E_PROTOCOL, "it answers a command that was not given");
	/* Mails that went meanwhile are no reason to stop. */
	if (said == IMAP_NO && !imap_code_is(s, "EXPUNGEISSUED") && !f->refused) {
		f->refused = true;
		imap_refused(s, said, NULL, &f->err);
	}
	hold(f);
	return 0;
}

static int
deliver(struct fetch *f, imap_batch_fn *fn, void *context)
{
	struct imap_mail *mails = f->now.mails;
	size_t n = 0;

	for (size_t i = 0; i < f->now.n; i++)
		if (mails[i].bytes)
			mails[n++] = mails[i];
	if (!n || fn(context, mails, n, &f->imap->err) == 0)
		return 0;
	f->imap->broken = true;
	return -1;
}

/* The commands that are open when one was refused. */
static int
drain(struct fetch *f)
{
	while ((f->now.n && !f->now.ended) || (f->then.n && !f->then.ended))
		if (take(f) < 0)
			return -1;
	return 0;
}

/* -1: broken, or refused. */
static int
run(struct fetch *f, imap_batch_fn *fn, void *context)
{
	if (ask(f, &f->now) < 0)
		return -1;
	while (f->now.n) {
		/* The next one before this one is read, so that the server is never idle. */
		if (ask(f, &f->then) < 0)
			return -1;
		while (!f->now.ended)
			if (take(f) < 0)
				return -1;
		if (f->refused)
			return drain(f);
		if (deliver(f, fn, context) < 0)
			return -1;
		move_on(f);
	}
	return 0;
}

int
imap_fetch(struct imap *s, const struct imap_listed *listed, size_t n, const struct imap_batch *limits,
	   imap_batch_fn *fn, void *context, struct err *err)
{
	struct fetch f = { .imap = s, .listed = listed, .n = n };
	struct imap_mail *mails;
	int rc;

	if (check_selected(s, err) < 0)
		return -1;
	if (limits)
		f.limits = *limits;
	f.limits.count = f.limits.count ? f.limits.count : BATCH_COUNT;
	f.limits.bytes = f.limits.bytes ? f.limits.bytes : BATCH_BYTES;
	mails = xcalloc(f.limits.count, 2 * sizeof(*mails));
	f.now.mails = mails;
	f.then.mails = mails + f.limits.count;
	rc = run(&f, fn, context);
	for (size_t i = 0; i < f.held_n; i++)
		mailimap_fetch_list_free(f.held[i].list);
	free(mails);
	s->guard.literal_max = LITERAL_MAX;
	if (rc < 0)
		return imap_check(s, err);
	if (f.refused && err)
		err_copy(err, &f.err);
	return f.refused ? -1 : 0;
}

#include "jobs/outbox.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "jobs/outbox_priv.h"

#define PER_CONNECTION 100
/* Mails in a row that broke their connection: the peer is to blame, or the way to it. */
#define BROKEN_MAX 2
/* The store waits 10 s at each; what is known of a mail is worth a minute. */
#define RESULT_TRIES 6
/* The one at hand, the one before, whose result is not told yet, the next, and the one behind that. */
#define AT_ONCE 4

/* A mail on its way. */
struct outgoing {
	struct arena *arena;
	bool busy, taken, past; /* past: the store has it that its content may have left */
	bool announced;         /* its envelope went with the end of the one before */
	bool rest;              /* some of its recipients had no room with the others */
	const struct outbox_next *mail;
	struct bytes bytes;
	struct smtp_mail smtp;
	struct smtp_result *results;
	struct mail_recipient *outcomes; /* of each recipient; NULL: nothing was tried */
};

struct run {
	struct desk *desk;
	const struct outbox_settings *settings;
	outbox_report_fn *report;
	void *context;
	struct arena *arena;
	struct outbox_totals *totals;
	struct outbox_turn turn;
	int64_t taken;
	const char *after;     /* the last mail that was read: each is met once */
	bool again;            /* but those with a rest */
	struct outgoing *read; /* that one, if it is not taken yet */
	struct outgoing slots[AT_ONCE];
	struct outgoing *done[AT_ONCE]; /* not told yet */
	size_t done_n;
	struct smtp *smtp;
	size_t on_connection; /* mails so far */
	int broken;           /* in a row */
	struct outgoing *at;  /* whose content is about to leave */
	bool desk_refused;    /* it was not to go: see before_data */
	bool plain;           /* nothing is announced any more: a connection broke that way */
	const char *learned;  /* of which server, to be kept; NULL: nothing, or it is */
};

static int
count(struct run *r, const struct mail_out *mail, struct err *err)
{
	if (mail->state == MAIL_SENT)
		r->totals->sent++;
	else if (mail->state == MAIL_FAILED)
		r->totals->failed++;
	else if (mail->state == MAIL_UNKNOWN)
		r->totals->unknown++;
	else
		r->totals->deferred++;
	return r->report ? r->report(r->context, mail, err) : 0;
}

/* Those that wait again are sent by this run; it has nothing to say about them yet. */
static int
healed(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct mail_out *mail = p;

	(void)record;
	return mail->state == MAIL_UNKNOWN ? count(context, mail, err) : 0;
}

/* Mails on their way. */

static struct outgoing *
slot(struct run *r)
{
	struct outgoing *o = r->slots;

	while (o->busy)
		o++;
	if (!o->arena)
		o->arena = arena_new();
	arena_reset(o->arena);
	*o = (struct outgoing){ .arena = o->arena, .busy = true };
	return o;
}

static void
done(struct run *r, struct outgoing *o)
{
	r->done[r->done_n++] = o;
}

/* Counts what was told, once the rest of a mail is no more; one that was given back is none that was tried. */
static int
told(struct run *r, const struct outbox_stepped *stepped, struct err *err)
{
	const struct mail_out *mails = stepped->mails.v;
	size_t n = r->done_n;
	int rc = 0;

	r->done_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (rc == 0 && r->done[i]->outcomes && !r->done[i]->rest && i < stepped->mails.n)
			rc = count(r, mails + i, err);
		r->done[i]->busy = false;
	}
	return rc;
}

/*
 * One transaction: tells what became of mails, takes the next one, if any, and
 * reads into behind, if that is given and there is one.
 * A store that is busy is asked again while there is something to tell.
 */
static int
step(struct run *r, struct outgoing *next, bool past, struct outgoing *behind, struct err *err)
{
	struct outbox_result results[AT_ONCE];
	struct outbox_step in = { .epoch = r->turn.run.epoch, .results = { results, r->done_n }, .next = behind != NULL, .mailbox = r->settings->mailbox, .after = r->after, .plain = r->learned };
	struct arena *arena = behind ? behind->arena : next ? next->arena
							    : r->done[0]->arena;
	const struct outbox_stepped *stepped;
	const void *out;
	int rc, tries = 0;

	for (size_t i = 0; i < r->done_n; i++) {
		const struct outgoing *o = r->done[i];

		results[i] = (struct outbox_result){ o->mail->id, { o->outcomes, o->outcomes ? o->mail->to.n : 0 } };
	}
	if (next) {
		in.take = next->mail->id;
		in.version = next->mail->version;
		in.past = past;
		in.bytes = next->mail->bytes.p ? (struct bytes){ NULL, 0 } : next->bytes;
	}
	do
		rc = outbox_call(r->desk, &op_outbox_step, &in, arena, &out, err);
	while (rc < 0 && r->done_n && err_retryable(err) && ++tries < RESULT_TRIES);
	if (rc < 0)
		return -1;
	stepped = out;
	r->learned = NULL;
	if (behind && stepped->next.n)
		behind->mail = stepped->next.v;
	if (next && stepped->taken == 1) {
		next->taken = true;
		next->past = past;
		r->taken++;
	}
	return told(r, stepped, err);
}

/* It cannot be built, ever: that is told at once. */
static int
hopeless(struct run *r, struct outgoing *o, const struct err *why, struct err *err)
{
	const struct texts *to = &o->mail->to;
	const char *value = err_get(why, "value"), *what = err_get(why, "what");

	if (step(r, o, false, NULL, err) < 0)
		return -1;
	if (!o->taken) {
		o->busy = false;
		return 0;
	}
	o->outcomes = arena_alloc(o->arena, (to->n + 1) * sizeof(*o->outcomes));
	for (size_t i = 0; i < to->n; i++) {
		o->outcomes[i] = (struct mail_recipient){ .address = to->v[i], .state = MAIL_FAILED, .code = INT_ABSENT, .attempts = INT_ABSENT, .next_at = INT_ABSENT, .reported = INT_ABSENT };
		o->outcomes[i].reply = arena_printf(o->arena, "%s: %s: %s", err_name(why->code), value ? value : err_get(why, "name"), what ? what : "");
	}
	done(r, o);
	return step(r, NULL, false, NULL, err);
}

/* With its bytes. 1: it can go; 0: it cannot be built, which was told. */
static int
prepare(struct run *r, struct outgoing *o, struct err *err)
{
	struct err wrong = { 0 };

	r->after = arena_strdup(r->arena, o->mail->id);
	o->bytes = o->mail->bytes;
	if (o->bytes.p || outbox_build(o->mail, o->arena, &o->bytes, &wrong) == 0)
		return 1;
	return hopeless(r, o, &wrong, err);
}

/* 1: the next mail that is due, with its bytes; 0: there is none. */
static int
read_next(struct run *r, struct outgoing **next_r, struct err *err)
{
	*next_r = r->read;
	r->read = NULL;
	while (!*next_r) {
		const struct outbox_next_in in = { r->settings->mailbox, r->after };
		struct outgoing *o = slot(r);
		const void *out;
		int rc = outbox_call(r->desk, &op_outbox_next, &in, o->arena, &out, err);

		if (rc < 0 || !out) {
			o->busy = false;
			return rc;
		}
		o->mail = out;
		rc = prepare(r, o, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			*next_r = o;
	}
	return 1;
}

/* Whether a mail may be begun, behind so many that are to be taken first. */
static bool
may_go_on(const struct run *r, int64_t ahead)
{
	const struct outbox_settings *s = r->settings;

	return (s->limit <= 0 || r->taken + ahead < s->limit) && !(s->stop && *s->stop);
}

/* Takes a mail, and reads the one behind it. */
static int
take(struct run *r, struct outgoing *o, bool past, struct err *err)
{
	struct outgoing *behind = may_go_on(r, 1) ? slot(r) : NULL;
	int rc = step(r, o, past, behind, err);

	if (!o->taken)
		o->busy = false;
	if (rc < 0 || !behind)
		return rc;
	if (!behind->mail) {
		behind->busy = false;
		return rc;
	}
	rc = prepare(r, behind, err);
	if (rc > 0)
		r->read = behind;
	return rc < 0 ? -1 : 0;
}

/* Sending. */

static void
hang_up(struct run *r)
{
	smtp_close(&r->smtp);
	r->on_connection = 0;
}

static bool
worn(const struct run *r)
{
	return r->on_connection >= (r->settings->per_connection ? r->settings->per_connection : PER_CONNECTION);
}

static int
connected(struct run *r, struct err *err)
{
	if (r->smtp && worn(r))
		hang_up(r);
	if (r->smtp)
		return 0;
	r->smtp = smtp_open(&r->settings->account, err);
	if (!r->smtp)
		return -1;
	smtp_meanwhile(r->smtp, outbox_go_on, &r->turn, OUTBOX_TELL_MS);
	return 0;
}

/* The row says so before the first byte is out: from here on a crash leaves it unknown. */
static int
before_data(void *context, struct err *err)
{
	struct run *r = context;
	const struct outbox_mark in = { r->at->mail->id, r->turn.run.epoch };
	const void *out;
	int rc;

	if (r->at->past)
		return 0;
	rc = outbox_call(r->desk, &op_outbox_past_data, &in, r->at->arena, &out, err);
	r->desk_refused = rc < 0;
	return rc;
}

/* What the driver is given, and fills. */
static void
address(struct run *r, struct outgoing *o)
{
	o->results = arena_alloc(o->arena, (o->mail->to.n + 1) * sizeof(*o->results));
	o->smtp = (struct smtp_mail){
		.from = o->mail->envelope,
		.rcpts = o->mail->to.v,
		.rcpts_n = o->mail->to.n,
		.bytes = o->bytes.p,
		.size = o->bytes.n,
		.envid = o->mail->id,
		.before_data = before_data,
		.ctx = r,
	};
}

/* Sends up to the last dot: true while the answer to it is owed. next: to be announced. */
static bool
begin(struct run *r, struct outgoing *o, struct outgoing *next)
{
	bool owed;

	if (!o->announced)
		address(r, o);
	r->at = o;
	r->desk_refused = false;
	if (!next)
		return smtp_begin(r->smtp, &o->smtp, o->results, NULL, NULL);
	address(r, next);
	owed = smtp_begin(r->smtp, &o->smtp, o->results, &next->smtp, next->results);
	next->announced = smtp_announced(r->smtp);
	return owed;
}

/* While the server makes it durable: what became of the one before, and, if another one follows, that its content may leave. */
static int
meanwhile(struct run *r, bool follows, struct outgoing **next_r, struct err *err)
{
	struct outgoing *next = NULL;
	int rc = follows ? read_next(r, &next, err) : 0;

	if (rc < 0)
		return -1;
	if (!next)
		return r->done_n ? step(r, NULL, false, NULL, err) : 0;
	rc = take(r, next, true, err);
	if (next->taken)
		*next_r = next;
	return rc;
}

/* HOST:PORT, as the desk knows a server. */
static const char *
server(const struct run *r)
{
	return arena_printf(r->arena, "%s:%u", r->settings->account.host, (unsigned)r->settings->account.port);
}

/* A connection broke where an envelope was announced: perhaps for that. */
static void
learn(struct run *r)
{
	if (!r->plain)
		r->learned = server(r);
	r->plain = true;
}

/* What became of a mail, and of the one taken behind it, which waits again where the connection is gone. */
static int
settle(struct run *r, struct outgoing *o, struct outgoing **next, int rc, struct err *err)
{
	const struct err *broken = smtp_broken(r->smtp);
	/* Neither is the fault of the mail, and nothing of it is out. */
	bool blameless = broken && (r->desk_refused || broken->code == E_LOGIN_REFUSED);

	if (!blameless)
		o->outcomes = outbox_outcomes(o->mail, o->results, o->arena, &o->rest);
	r->again |= o->rest;
	done(r, o);
	r->broken = broken ? r->broken + 1 : 0;
	if (broken && !blameless && (o->announced || smtp_announced(r->smtp)))
		learn(r);
	if (*next && (broken || rc < 0)) {
		done(r, *next);
		*next = NULL;
	}
	if (rc == 0 && broken && (blameless || r->broken >= BROKEN_MAX)) {
		err_copy(err, broken);
		rc = -1;
	}
	/* Only the end makes a server forget an envelope that was announced. */
	if (broken || (!*next && smtp_announced(r->smtp)))
		hang_up(r);
	/* The next one's step will tell, else this. */
	if (!*next) {
		struct err why = { 0 };

		if (step(r, NULL, false, NULL, rc < 0 ? &why : err) < 0)
			rc = -1;
	}
	return rc;
}

static int
send_one(struct run *r, struct outgoing **at, struct err *err)
{
	struct outgoing *o = *at, *next = NULL;
	bool follows;
	int rc = 0;

	r->on_connection++;
	follows = !worn(r) && may_go_on(r, 0);
	if (begin(r, o, follows && !r->plain ? r->read : NULL)) {
		rc = meanwhile(r, follows, &next, err);
		smtp_finish(r->smtp, o->results);
	}
	rc = settle(r, o, &next, rc, err);
	*at = next;
	return rc;
}

/* The first mail on a connection. 1: *at, unless somebody else has changed it; none is due: 0. */
static int
first(struct run *r, struct outgoing **at, struct err *err)
{
	struct err ignored = { 0 };
	struct outgoing *o = NULL;
	int rc = read_next(r, &o, err);

	if (rc <= 0 || !o)
		return rc;
	rc = connected(r, err) < 0 || take(r, o, false, err) < 0 ? -1 : 1;
	if (!o->taken) {
		o->busy = false;
		return rc;
	}
	if (rc > 0) {
		*at = o;
		return 1;
	}
	done(r, o);
	return step(r, NULL, false, NULL, &ignored) < 0 ? -1 : rc;
}

static int
send_all(struct run *r, struct err *err)
{
	struct outgoing *at = NULL;
	int rc = 1;

	while (rc > 0) {
		if (!at && !may_go_on(r, 0))
			return 0;
		if (!at)
			rc = first(r, &at, err);
		if (rc > 0 && at)
			rc = send_one(r, &at, err) < 0 ? -1 : 1;
		if (rc == 0 && r->again) {
			r->again = false;
			r->after = NULL;
			rc = 1;
		}
	}
	return rc;
}

int
outbox_run(struct desk *desk, const struct outbox_settings *settings, outbox_report_fn *report, void *context,
	   struct arena *arena, struct outbox_totals *totals, struct err *err)
{
	struct run r = { .desk = desk, .settings = settings, .report = report, .context = context, .arena = arena, .totals = totals };
	int rc;

	r.plain = settings->plain && strcmp(settings->plain, server(&r)) == 0;
	rc = outbox_begin(&r.turn, desk, settings->mailbox, settings->lock_wait_ms, healed, &r, err);
	if (rc == 0)
		rc = send_all(&r, err);
	hang_up(&r);
	for (size_t i = 0; i < AT_ONCE; i++)
		arena_free(&r.slots[i].arena);
	outbox_end(&r.turn);
	totals->tried += (size_t)r.taken;
	return rc < 0 ? -1 : 0;
}

/*
 * The local carrier: operations run in this process, on the store.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/carrier.h"
#include "desk/library.h"
#include "desk/response_priv.h"

#define CLOCK_BEHIND_MS (5 * MS_SECOND)
/* By so much the time of a call may still grow without another look at what is due. */
#define SOON_MS MS_SECOND
/* Of deadlines that are only foreseen: so often as many as a write settles. */
#define SETTLE_ROUNDS 64
#define DOUBT_TRIES 3

static int
test_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t test = 0;

	if (sql_int(tx, SQL_META_TEST, NO_ARGS, &test, err) < 0)
		return -1;
	*(bool *)context = test != 0;
	return 0;
}

struct local *
desk_local(struct desk *desk)
{
	return desk->carrier == &local_carrier ? (struct local *)desk : NULL;
}

static struct local *
of(struct desk *desk)
{
	return (struct local *)desk;
}

static void
local_close(struct desk *desk)
{
	struct local *local = of(desk);

	expressions_free(local);
	proofs_free(local);
	store_close(&local->store);
	free(local);
}

static int
local_open(const char *url, const struct desk_options *options, struct desk **desk_r, struct err *err)
{
	const struct store_patience patience = { options->patience ? options->patience : STORE_AWAY_MS, options->hurry, options->waits };
	struct local *local = xcalloc(1, sizeof(*local));
	const char *clock = env_get("IXN_CLOCK");

	local->desk.carrier = &local_carrier;
	local->options = *options;
	if (store_open_patiently(url, 0, &patience, &local->store, err) < 0 ||
	    (clock && *clock && store_read(local->store, test_fn, &local->test, err) < 0) ||
	    (local->test && clock_pin(clock, err) < 0)) {
		local_close(&local->desk);
		return -1;
	}
	store_join(local->store, options->group);
	*desk_r = &local->desk;
	return 0;
}

static void
local_until(struct desk *desk, int64_t until)
{
	store_until(of(desk)->store, until);
}

static bool
local_is_test(const struct desk *desk)
{
	return ((const struct local *)desk)->test;
}

static int
local_verify(struct desk *desk, struct err *err)
{
	return store_verify(of(desk)->store, err);
}

static const char *
local_beside(struct desk *desk, struct arena *arena, const char *suffix)
{
	return arena_printf(arena, "%s%s", store_path(of(desk)->store), suffix);
}

static void
local_bulk(struct desk *desk, bool on)
{
	store_bulk(of(desk)->store, on);
}

struct run {
	struct local *desk;
	const struct request *request;
	struct arena *arena;
	void *prepared;
	bool other_secret, dry, foresees, copies;
	op_fn *refused;
	struct call call;
};

static struct call
call_of(const struct run *l, struct tx *tx)
{
	const struct request *r = l->request;
	const struct desk_options *o = &l->desk->options;
	time_ms now = clock_now();

	return (struct call){
		.now = now,
		.soon = now + SOON_MS,
		.desk = l->desk,
		.tx = tx,
		.arena = l->arena,
		.op = r->op,
		.prepared = l->prepared,
		.other_secret = l->other_secret,
		.agent = r->agent ? r->agent : o->agent,
		.token = r->agent ? r->token : o->token,
		.from = r->from,
		.contact = r->contact,
		.origin = r->origin,
	};
}

struct newest {
	int64_t seq, at;
	const char *latest;
};
RECORD(rec_newest, struct newest, "newest", NULL, INT_FIELD(struct newest, seq, 0, NULL), TIME_FIELD(struct newest, at, 0, NULL), TEXT_FIELD(struct newest, latest, 0, NULL))

static int
learn_newest(struct call *call, int64_t *notes, struct err *err)
{
	struct newest last;
	int rc = notes[NOTE_KNOWN] ? 0 : sql_one(call->tx, call->arena, SQL_EVENT_NEWEST, NO_ARGS, &rec_newest, &last, err);

	if (rc < 0)
		return -1;
	notes[NOTE_KNOWN] = 1;
	if (rc == 0)
		return 0;
	notes[NOTE_SEQ] = last.seq;
	notes[NOTE_NEWEST] = notes[NOTE_LATEST] = last.at;
	if (last.latest && strtoll(last.latest, NULL, 10) > last.at)
		notes[NOTE_LATEST] = strtoll(last.latest, NULL, 10);
	return 0;
}

int
call_time(struct call *call, struct err *err)
{
	int64_t *notes = tx_notes(call->tx);
	time_ms latest;

	if (learn_newest(call, notes, err) < 0)
		return -1;
	latest = notes[NOTE_LATEST];
	if (latest <= call->now)
		return 0;
	if (latest - call->now > CLOCK_BEHIND_MS && call->desk->options.clock_behind)
		call->desk->options.clock_behind(latest - call->now);
	call->now = latest;
	if (call->soon < latest)
		call->soon = latest;
	return 0;
}

static const char *
actor_key(const struct call *call)
{
	if (call->actor.kind == ACTOR_CONTACT)
		return web_key(call);
	return call->actor.name ? call->actor.name : "";
}

static int
local_write(struct call *call, const struct request *request, struct err *err)
{
	const struct op *op = request->op;
	/* Who asked: an operation may go on as somebody else. */
	const char *key = request->idempotency_key, *hash = NULL, *actor = actor_key(call);

	if (key) {
		int rc = idempotency_find(call, actor, key, request->in, &hash, err);

		call->again = rc > 0;
		if (call->again && call->other_secret)
			return err_set(err, E_KEY_REUSED, "value", key, NULL);
		if (rc < 0 || (call->again && !(op->flags & OP_RENEW)))
			return rc < 0 ? -1 : 0;
	}
	/* Who asks again is told what it came to, whoever has the interaction by now. */
	if (!call->again && sight_input(call, request->in, err) < 0)
		return -1;
	if (request->guarded && !call->again && rival_check(call, request->in, request->seen, err) < 0)
		return -1;
	if (op->fn(call, request->in, err) < 0 || route_freed(call, err) < 0)
		return -1;
	/* What found nothing to do may find something the next time. */
	return key && !call->again && call->answer.n ? idempotency_keep(call, actor, key, hash, err) : 0;
}

static int
due_fn(struct tx *tx, void *context, struct err *err)
{
	return sql_int(tx, SQL_DUE_NEXT, NO_ARGS, context, err) < 0 ? -1 : 0;
}

/* However much it is; what falls due anew at once each time is not waited for. */
static int
settle_all(struct call *call, struct err *err)
{
	int64_t next = INT64_MIN;

	for (int i = 0; i < SETTLE_ROUNDS && next <= call->now; i++) {
		next = INT64_MAX;
		if (due_settle(call, err) < 0 || due_fn(call->tx, &next, err) < 0)
			return -1;
	}
	call->foreseen = true;
	return 0;
}

static int
settle_fn(struct tx *tx, void *context, struct err *err)
{
	struct run *l = context;

	l->call = call_of(l, tx);
	if (call_time(&l->call, err) < 0)
		return -1;
	return due_settle(&l->call, err);
}

static int
before_fn(struct tx *tx, void *context, struct err *err)
{
	struct run *l = context;

	l->call = call_of(l, tx);
	l->call.prepares = true;
	if (call_time(&l->call, err) < 0 || actor_find(&l->call, err) < 0 || actor_permitted(&l->call, err) < 0)
		return -1;
	if (sight_input(&l->call, l->request->in, err) < 0 || l->request->op->before(&l->call, l->request->in, err) < 0)
		return -1;
	l->prepared = l->call.prepared;
	l->other_secret = l->call.other_secret;
	return 0;
}

static int
refused_fn(struct tx *tx, void *context, struct err *err)
{
	struct run *l = context;

	l->call = call_of(l, tx);
	if (call_time(&l->call, err) < 0 || actor_find(&l->call, err) < 0)
		return -1;
	return l->refused(&l->call, l->request->in, err);
}

/* It is refused all the same where what is to be kept of that cannot be. */
static void
keep_refused(struct run *l)
{
	struct err ignored = { 0 };
	int rc;

	l->refused = l->call.refused;
	rc = l->refused ? store_write(l->desk->store, refused_fn, l, &ignored) : 0;
	(void)rc;
}

/* A dry run or a trial does all the work, then lets the transaction go. */
static bool
in_vain(const struct run *l)
{
	const struct op *op = l->request->op;

	return l->foresees || (op->flags & OP_TRIAL) || ((op->flags & OP_DRY_RUN) && field_int(record_field(op->in, "dry_run"), l->request->in) == 1);
}

static int
local_fn(struct tx *tx, void *context, struct err *err)
{
	struct run *l = context;
	const struct op *op = l->request->op;

	l->call = call_of(l, tx);
	l->dry = false;
	if (call_ahead(&l->call, l->request->in, err) < 0 || call_time(&l->call, err) < 0)
		return -1;
	if ((op->flags & OP_WRITE) && due_settle(&l->call, err) < 0)
		return -1;
	if (l->foresees && settle_all(&l->call, err) < 0)
		return -1;
	if (actor_find(&l->call, err) < 0 || actor_permitted(&l->call, err) < 0)
		return -1;
	if (!(op->flags & OP_WRITE) && sight_input(&l->call, l->request->in, err) < 0)
		return -1;
	if ((op->flags & OP_LIBRARY) && library_whole(&l->call, err) < 0)
		return -1;
	if ((op->flags & OP_WRITE ? local_write(&l->call, l->request, err) : op->fn(&l->call, l->request->in, err)) < 0)
		return -1;
	if (sight_answers(&l->call, err) < 0 || copied_due(&l->call, l->request, &l->copies, err) < 0)
		return -1;
	l->dry = in_vain(l);
	return l->dry ? err_set(err, E_OK, NULL) : 0;
}

static bool
overdue(const struct run *l, time_ms now)
{
	struct err ignored = { 0 };
	int64_t next = INT64_MAX;

	return store_read(l->desk->store, due_fn, &next, &ignored) == 0 && next <= now;
}

/* What was committed has changed the library: its index is brought in step. */
static void
follow(const struct run *l)
{
	if (l->call.library)
		library_sync(l->desk, l->call.library);
}

/*
 * An operation that is refused rolls back, and with it what fell due before
 * it; that is settled on its own then, so that no refusal can keep it waiting.
 */
static void
settle_refused(struct run *l)
{
	struct err ignored = { 0 };

	if (!overdue(l, l->call.now))
		return;
	if (store_write(l->desk->store, settle_fn, l, &ignored) == 0)
		follow(l);
}

/* The server went away while it committed: where there is a key, it tells whether it happened. */
static int
change(struct run *l, struct err *err)
{
	int rc = in_vain(l) ? store_try(l->desk->store, local_fn, l, err) : store_write(l->desk->store, local_fn, l, err);

	for (int i = 0; i < DOUBT_TRIES && rc < 0 && err->code == E_STORE_DOUBT && l->request->idempotency_key; i++) {
		/* It may be this one that made it so. */
		l->other_secret = false;
		rc = store_write(l->desk->store, local_fn, l, err);
	}
	return rc;
}

/* Nobody is shown a part of what was imported: the rest is moved to its place, then it runs anew. */
static int
run_local(struct run *l, bool write, struct err *err)
{
	int rc;

	for (;;) {
		err->code = E_OK;
		rc = write ? change(l, err) : store_read(l->desk->store, local_fn, l, err);
		if (rc == 0 || err->code != E_IMPORT_MOVING || library_finish(l->desk, err) < 0)
			return rc;
	}
}

/* It has been waited for enough. */
static bool
is_away(const struct err *err)
{
	return err->code == E_UNREACHABLE || err->code == E_STORE_DOUBT;
}

/* By who has just been let in. */
static int
copied_fn(struct tx *tx, void *context, struct err *err)
{
	struct run *l = context;
	struct call call = call_of(l, tx);

	call.actor = l->call.actor;
	return call_time(&call, err) < 0 ? -1 : copied_event(&call, err);
}

static int
local_call(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	struct run l = { .desk = of(desk), .request = request, .arena = arena };
	bool write = request->op->flags & (OP_WRITE | OP_TRIAL);
	int rc;

	expressions_bound(l.desk);
	if (request->op->before && store_read(l.desk->store, before_fn, &l, err) < 0) {
		keep_refused(&l);
		return -1;
	}
	l.foresees = (request->op->flags & OP_FORESEES) && overdue(&l, clock_now());
	rc = run_local(&l, write || l.foresees, err);
	if (rc < 0 && !l.dry) {
		if (write && !is_away(err))
			settle_refused(&l);
		return -1;
	}
	if (rc == 0 && l.copies && store_write(l.desk->store, copied_fn, &l, err) < 0)
		return -1;
	l.call.tx = NULL;
	if (rc == 0)
		follow(&l);
	if (l.call.after && l.call.after(&l.call, request->in, err) < 0)
		return -1;
	for (size_t i = 0; emit && i < l.call.answer.n; i++)
		if (emit(context, request->op->out, l.call.answer.v[i], err) < 0)
			return -1;
	return 0;
}

static void
local_wait(struct desk *desk, int fd, int64_t ms)
{
	struct arena *arena = arena_new();
	struct request nothing = { .op = ops[0] };
	struct run l = { .desk = of(desk), .request = &nothing, .arena = arena };
	struct err ignored = { 0 };
	int64_t next = INT64_MAX, now = clock_now();

	if (store_read(l.desk->store, due_fn, &next, &ignored) == 0 && next < now + ms)
		ms = next > now ? next - now : 0;
	/* Who waits settles what falls due; nobody else might come. */
	if (next <= now && store_write(l.desk->store, settle_fn, &l, &ignored) < 0)
		ms = 50;
	else
		follow(&l);
	arena_free(&arena);
	/* A pinned clock moves when its file does, which nothing tells us. */
	if (clock_is_pinned() && ms > 50)
		ms = 50;
	store_wait(l.desk->store, fd, ms > MS_SECOND ? MS_SECOND : ms);
}

static int
local_library_build(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err)
{
	return library_local_build(of(desk), path, told, err);
}

static int
local_library_behind(struct desk *desk, const char *path, size_t *n_r, struct err *err)
{
	return library_local_behind(of(desk), path, n_r, err);
}

static int
local_library_follow(struct desk *desk, const char *path, struct err *err)
{
	return library_local_follow(of(desk), path, err);
}

const struct carrier local_carrier = {
	.open = local_open,
	.close = local_close,
	.call = local_call,
	.until = local_until,
	.wait = local_wait,
	.beside = local_beside,
	.verify = local_verify,
	.is_test = local_is_test,
	.bulk = local_bulk,
	.library_build = local_library_build,
	.library_behind = local_library_behind,
	.library_follow = local_library_follow,
};

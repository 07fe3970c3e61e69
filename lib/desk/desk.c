#include "desk/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "desk/library.h"
#include "desk/response_priv.h"

#define CLOCK_BEHIND_MS (5 * MS_SECOND)
/* Of deadlines that are only foreseen: so often as many as a write settles. */
#define SETTLE_ROUNDS 64

#define OP(symbol) &op_##symbol,
const struct op *const ops[] = {
#include "desk/ops.def"
	NULL,
};
#undef OP

static int
test_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t test = 0;

	if (sql_int(tx, SQL_META_TEST, NO_ARGS, &test, err) < 0)
		return -1;
	*(bool *)context = test != 0;
	return 0;
}

int
desk_open(const char *url, const struct desk_options *options, struct desk **desk_r, struct err *err)
{
	struct desk *desk = xcalloc(1, sizeof(*desk));
	const char *clock = getenv("IXN_CLOCK");

	desk->options = *options;
	if (store_open(url, 0, &desk->store, err) < 0 ||
	    (clock && *clock && store_read(desk->store, test_fn, &desk->test, err) < 0) ||
	    (desk->test && clock_pin(clock, err) < 0)) {
		desk_close(&desk);
		return -1;
	}
	*desk_r = desk;
	return 0;
}

void
desk_close(struct desk **desk)
{
	if (!*desk)
		return;
	expressions_free(*desk);
	store_close(&(*desk)->store);
	free(*desk);
	*desk = NULL;
}

bool
desk_is_test(const struct desk *desk)
{
	return desk->test;
}

int
desk_verify(struct desk *desk, struct err *err)
{
	return store_verify(desk->store, err);
}

const char *
desk_beside(struct desk *desk, struct arena *arena, const char *suffix)
{
	return arena_printf(arena, "%s%s", store_path(desk->store), suffix);
}

static int
mark_test(struct tx *tx, void *context, struct err *err)
{
	(void)context;
	return sql_run(tx, SQL_META_SET, ARGS(V_TEXT("test"), V_TEXT("1")), err) < 0 ? -1 : 0;
}

static int
unlearnt_fn(struct tx *tx, void *context, struct err *err)
{
	struct arena *arena = arena_new();
	const char *last;
	int rc = sql_text(tx, arena, SQL_META_GET, ARGS(V_TEXT("words")), &last, err);

	*(bool *)context = rc > 0;
	arena_free(&arena);
	return rc < 0 ? -1 : 0;
}

static int
count_answer(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)p, (void)err;
	++*(size_t *)context;
	return 0;
}

/* The schema is SQL's to bring up to date; folding names is ours. A step each transaction, so that nobody waits long. */
static int
learn(const char *url, struct err *err)
{
	const struct desk_options nobody = { .zone = "", .language = "en", .session_ttl = MS_DAY };
	struct request request = { .op = &op_words_learn };
	struct desk *desk;
	size_t answers = 1;
	int rc = 0;

	if (desk_open(url, &nobody, &desk, err) < 0)
		return -1;
	while (rc == 0 && answers) {
		struct arena *arena = arena_new();

		answers = 0;
		request.in = record_new(arena, op_words_learn.in);
		rc = desk_call(desk, &request, arena, count_answer, &answers, err);
		arena_free(&arena);
	}
	desk_close(&desk);
	return rc;
}

int
desk_setup(const char *url, bool test, struct err *err)
{
	struct store *store;
	bool unlearnt = false;
	int rc;

	if (store_open(url, STORE_CREATE, &store, err) < 0)
		return -1;
	rc = test ? store_write(store, mark_test, NULL, err) : 0;
	if (rc == 0)
		rc = store_read(store, unlearnt_fn, &unlearnt, err);
	store_close(&store);
	return rc < 0 || !unlearnt ? rc : learn(url, err);
}

/* Answers. */

void
call_emit(struct call *call, const void *p)
{
	vec_push(call->arena, &call->answer, p);
}

void *
call_answer(struct call *call)
{
	void *p = record_new(call->arena, call->op->out);

	call_emit(call, p);
	return p;
}

const char *
call_self(const struct call *call)
{
	return call->actor.name;
}

bool
call_may_lead(const struct call *call)
{
	return call->actor.kind != ACTOR_AGENT || call->actor.role != ROLE_AGENT;
}

/* The local carrier. */

struct local {
	struct desk *desk;
	const struct request *request;
	struct arena *arena;
	void *prepared;
	bool dry, foresees;
	struct call call;
};

static struct call
local_call(const struct local *l, struct tx *tx)
{
	const struct request *r = l->request;
	const struct desk_options *o = &l->desk->options;

	return (struct call){ .desk = l->desk, .tx = tx, .arena = l->arena, .op = r->op, .prepared = l->prepared, .agent = r->agent ? r->agent : o->agent, .token = r->agent ? r->token : o->token };
}

int
call_time(struct call *call, struct err *err)
{
	int64_t last = 0;

	call->now = clock_now();
	if (sql_int(call->tx, SQL_EVENT_LAST_AT, NO_ARGS, &last, err) < 0)
		return -1;
	if (last <= call->now)
		return 0;
	if (last - call->now > CLOCK_BEHIND_MS && call->desk->options.clock_behind)
		call->desk->options.clock_behind(last - call->now);
	call->now = last;
	return 0;
}

static const char *
actor_key(const struct call *call)
{
	return call->actor.name ? call->actor.name : "";
}

static int
local_write(struct call *call, const struct request *request, struct err *err)
{
	const struct op *op = request->op;
	/* Who asked: an operation may go on as somebody else. */
	const char *key = request->idempotency_key, *hash = NULL, *actor = actor_key(call);

	if (key) {
		int rc;

		rc = idempotency_find(call, actor, key, request->in, &hash, err);
		call->again = rc > 0;
		if (rc < 0 || (call->again && !(op->flags & OP_RENEW)))
			return rc < 0 ? -1 : 0;
	}
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
	struct local *l = context;

	l->call = local_call(l, tx);
	if (call_time(&l->call, err) < 0)
		return -1;
	return due_settle(&l->call, err);
}

static int
before_fn(struct tx *tx, void *context, struct err *err)
{
	struct local *l = context;

	l->call = local_call(l, tx);
	if (call_time(&l->call, err) < 0 || actor_find(&l->call, err) < 0 || actor_permitted(&l->call, err) < 0)
		return -1;
	if (l->request->op->before(&l->call, l->request->in, err) < 0)
		return -1;
	l->prepared = l->call.prepared;
	return 0;
}

static int
local_fn(struct tx *tx, void *context, struct err *err)
{
	struct local *l = context;
	const struct op *op = l->request->op;

	l->call = local_call(l, tx);
	l->dry = false;
	if (call_time(&l->call, err) < 0)
		return -1;
	if ((op->flags & OP_WRITE) && due_settle(&l->call, err) < 0)
		return -1;
	if (l->foresees && settle_all(&l->call, err) < 0)
		return -1;
	if (actor_find(&l->call, err) < 0 || actor_permitted(&l->call, err) < 0)
		return -1;
	if ((op->flags & OP_LIBRARY) && library_whole(&l->call, err) < 0)
		return -1;
	if ((op->flags & OP_WRITE ? local_write(&l->call, l->request, err) : op->fn(&l->call, l->request->in, err)) < 0)
		return -1;
	/* A dry run or a trial does all the work, then lets the transaction go. */
	l->dry = l->foresees || (op->flags & OP_TRIAL) || ((op->flags & OP_DRY_RUN) && field_int(record_field(op->in, "dry_run"), l->request->in) == 1);
	return l->dry ? err_set(err, E_OK, NULL) : 0;
}

/* Nobody is shown a part of what was imported: the rest is moved to its place, then it runs anew. */
static int
run_local(struct local *l, bool write, struct err *err)
{
	struct store *store = l->desk->store;
	int rc;

	for (;;) {
		err->code = E_OK;
		rc = write ? store_write(store, local_fn, l, err) : store_read(store, local_fn, l, err);
		if (rc == 0 || err->code != E_IMPORT_MOVING || library_finish(l->desk, err) < 0)
			return rc;
	}
}

static bool
overdue(const struct local *l, time_ms now)
{
	struct err ignored = { 0 };
	int64_t next = INT64_MAX;

	return store_read(l->desk->store, due_fn, &next, &ignored) == 0 && next <= now;
}

/* What was committed has changed the library: its index is brought in step. */
static void
follow(const struct local *l)
{
	if (l->call.library)
		library_sync(l->desk, l->call.library);
}

/*
 * An operation that is refused rolls back, and with it what fell due before
 * it; that is settled on its own then, so that no refusal can keep it waiting.
 */
static void
settle_refused(struct local *l)
{
	struct err ignored = { 0 };

	if (!overdue(l, l->call.now))
		return;
	if (store_write(l->desk->store, settle_fn, l, &ignored) == 0)
		follow(l);
}

/*
 * Every text that comes in, by whatever face: valid UTF-8, within bounds. What
 * is longer than a line is marked as a body; operations have limits of their own.
 */
#define BODY_MAX ((size_t)64 << 20)
#define LINE_MAX_BYTES ((size_t)64 << 10)

static int
check_texts(const struct texts *texts, const char *name, struct err *err)
{
	for (size_t i = 0; i < texts->n; i++)
		if (text_check(name, texts->v[i], LINE_MAX_BYTES, err) < 0)
			return -1;
	return 0;
}

static int
check_pairs(const struct pairs *pairs, const char *name, struct err *err)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (text_check(name, pairs->v[i].key, LINE_MAX_BYTES, err) < 0 || text_check(pairs->v[i].key, pairs->v[i].value, TEXT_MAX, err) < 0)
			return -1;
	return 0;
}

static int
check_input(const struct record *record, const void *in, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < record->n; i++) {
		const struct field *f = &record->fields[i];
		const void *at = (const char *)in + f->offset;

		if (f->type == FIELD_TEXTS)
			rc = check_texts(at, f->name, err);
		else if (f->type == FIELD_PAIRS)
			rc = check_pairs(at, f->name, err);
		else if (f->type == FIELD_TEXT || f->type == FIELD_ID || f->type == FIELD_TARGET)
			rc = text_check(f->name, field_text(f, in), f->flags & FIELD_BODY ? BODY_MAX : LINE_MAX_BYTES, err);
		else if (f->type == FIELD_RECORDS)
			for (size_t k = 0; rc == 0 && k < ((const struct records *)at)->n; k++)
				rc = check_input(f->sub, (const char *)((const struct records *)at)->v + k * f->sub->size, err);
	}
	return rc;
}

int
desk_call(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	struct local l = { .desk = desk, .request = request, .arena = arena };
	bool write = request->op->flags & (OP_WRITE | OP_TRIAL);
	int rc;

	expressions_bound(desk);
	if (check_input(request->op->in, request->in, err) < 0)
		return -1;
	if (request->op->before && store_read(desk->store, before_fn, &l, err) < 0)
		return -1;
	l.foresees = (request->op->flags & OP_FORESEES) && overdue(&l, clock_now());
	rc = run_local(&l, write || l.foresees, err);
	if (rc < 0 && !l.dry) {
		if (write)
			settle_refused(&l);
		return -1;
	}
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

void
desk_wait(struct desk *desk, int64_t ms)
{
	desk_wait_for(desk, -1, ms);
}

void
desk_wait_for(struct desk *desk, int fd, int64_t ms)
{
	struct arena *arena = arena_new();
	struct request nothing = { .op = ops[0] };
	struct local l = { .desk = desk, .request = &nothing, .arena = arena };
	struct err ignored = { 0 };
	int64_t next = INT64_MAX, now = clock_now();

	if (store_read(desk->store, due_fn, &next, &ignored) == 0 && next - now < ms)
		ms = next > now ? next - now : 0;
	/* Who waits settles what falls due; nobody else might come. */
	if (next <= now && store_write(desk->store, settle_fn, &l, &ignored) < 0)
		ms = 50;
	else
		follow(&l);
	arena_free(&arena);
	/* A pinned clock moves when its file does, which nothing tells us. */
	if (clock_is_pinned() && ms > 50)
		ms = 50;
	store_wait(desk->store, fd, ms > MS_SECOND ? MS_SECOND : ms);
}

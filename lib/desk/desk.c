#include "desk/carrier.h"
#include "desk/library.h"

#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "desk/priv.h"

#define OP(symbol) &op_##symbol,
const struct op *const ops[] = {
#include "desk/ops.def"
	NULL,
};
#undef OP

/* A list of schemes, as in "https,http". */
static bool
carries(const struct carrier *carrier, const char *url)
{
	const char *colon = strchr(url, ':'), *p = carrier->schemes;

	if (!p)
		return true;
	while (colon && *p) {
		size_t size = strcspn(p, ",");

		if (size == (size_t)(colon - url) && strncmp(p, url, size) == 0)
			return true;
		p += size + (p[size] == ',');
	}
	return false;
}

int
desk_open(const char *url, const struct desk_options *options, struct desk **desk_r, struct err *err)
{
	const struct carrier *const *carrier = desk_carriers;

	while (*carrier && !carries(*carrier, url))
		carrier++;
	if (!*carrier)
		return err_set(err, E_NO_STORE, "path", url, NULL);
	return (*carrier)->open(url, options, desk_r, err);
}

void
desk_close(struct desk **desk)
{
	if (*desk)
		(*desk)->carrier->close(*desk);
	*desk = NULL;
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

/*
 * What stands beside the record: some of it comes with whatever a stranger sends. Who can be nobody's
 * agent or contact is told so before the store is asked, which others share, and which takes no such bytes.
 */
static int
check_request(const struct request *r, struct err *err)
{
	const char *secret = r->contact && *r->contact ? r->contact : NULL;

	if (r->agent && name_wrong(r->agent))
		return err_set(err, E_SESSION_ENDED, "name", r->agent, NULL);
	if (secret && !rand_is_secret(secret))
		return err_set(err, E_SESSION_ENDED, "name", "the contact", NULL);
	return text_check("idempotency key", r->idempotency_key, LINE_MAX_BYTES, err);
}

int
desk_call(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	struct request heeded = *request;

	if (check_request(request, err) < 0 || record_heed(arena, request->op->in, &heeded.in, err) < 0 || check_input(request->op->in, heeded.in, err) < 0)
		return -1;
	return desk->carrier->call(desk, &heeded, arena, emit, context, err);
}

void
desk_until(struct desk *desk, int64_t until)
{
	desk->carrier->until(desk, until);
}

void
desk_wait(struct desk *desk, int64_t ms)
{
	desk->carrier->wait(desk, -1, ms);
}

void
desk_wait_for(struct desk *desk, int fd, int64_t ms)
{
	desk->carrier->wait(desk, fd, ms);
}

const char *
desk_beside(struct desk *desk, struct arena *arena, const char *suffix)
{
	return desk->carrier->beside(desk, arena, suffix);
}

void
desk_bulk(struct desk *desk, bool on)
{
	if (desk->carrier->bulk)
		desk->carrier->bulk(desk, on);
}

bool
desk_is_test(const struct desk *desk)
{
	return desk->carrier->is_test(desk);
}

int
desk_verify(struct desk *desk, struct err *err)
{
	return desk->carrier->verify(desk, err);
}

int
library_build(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err)
{
	return desk->carrier->library_build(desk, path, told, err);
}

int
library_behind(struct desk *desk, const char *path, size_t *n_r, struct err *err)
{
	return desk->carrier->library_behind(desk, path, n_r, err);
}

int
library_follow(struct desk *desk, const char *path, struct err *err)
{
	return desk->carrier->library_follow(desk, path, err);
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
desk_copy(const char *from, const char *to, desk_copied_fn *copied, void *context, struct err *err)
{
	return store_copy(from, to, copied, context, err);
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
	return call->actor.kind != ACTOR_CONTACT && call->actor.kind != ACTOR_NOBODY && (call->actor.kind != ACTOR_AGENT || call->actor.role != ROLE_AGENT);
}

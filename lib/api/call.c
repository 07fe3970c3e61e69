/*
 * POST /v1/OPERATION: a record in, records out, as the table of operations says.
 */
#include <stdlib.h>
#include <string.h>

#include "api/priv.h"
#include "base/json.h"
#include "model/record_read.h"

/* What only reads, and was read so fast the last times, is read at once; what takes so long must not hold up the rest. Microseconds. */
#define SOON_US 2000
#define LONG_US 200000

static int
op_index(const char *name)
{
	for (int i = 0; ops[i]; i++)
		if (strcmp(ops[i]->name, name) == 0)
			return ops[i]->flags & OP_CONTACT ? -1 : i;
	return -1;
}

static bool
is_call(const struct api_exchange *x)
{
	return x->route == &call_routes[0];
}

enum lane
call_lane(const struct api_exchange *x)
{
	int i = is_call(x) ? op_index(x->request.rest) : -1, took;

	if (!is_call(x))
		return LANE_SHORT;
	if (i < 0)
		return LANES;
	took = atomic_load(&x->request.server->took[i]);
	if (ops[i]->before || (ops[i]->flags & OP_TRIAL) || took > LONG_US)
		return LANE_LONG;
	if ((ops[i]->flags & (OP_WRITE | OP_FORESEES)) || took > SOON_US || !x->request.server->local)
		return LANE_SHORT;
	return LANES;
}

bool
call_begin(struct api_exchange *x)
{
	int i = is_call(x) ? op_index(x->request.rest) : -1;

	if (i >= 0)
		x->what = ops[i]->name;
	return i >= 0 && (ops[i]->flags & OP_ANYONE);
}

struct emission {
	struct buf *out;
	bool whole;
};

static int
emit(void *context, const struct record *record, const void *p, struct err *err)
{
	struct emission *e = context;
	struct json j = json_writer(e->out);

	(void)err;
	if (e->whole)
		record_json_whole(record, p, &j);
	else
		record_json(record, p, &j);
	buf_char(e->out, '\n');
	return 0;
}

static int
read_input(const struct api_request *request, const struct op *op, void **in_r, struct err *err)
{
	const struct json_source source = { "request", request->size ? request->body : "{}", request->size ? request->size : 2, 0 };

	*in_r = record_new(request->arena, op->in);
	return record_read(request->arena, &source, FROM_CLIENT, op->in, *in_r, err);
}

/* Up to where its client knew what happened, when it was asked for. */
static int
read_seen(const struct api_request *request, struct request *r, struct err *err)
{
	const char *seen = api_header(request, "IXN-Seen");

	if (!seen)
		return 0;
	if (!*seen || seen[strspn(seen, "0123456789")] || strlen(seen) > 18)
		return err_set(err, E_BAD_REQUEST, "what", N_("IXN-Seen: the seq of an event is expected"), NULL);
	r->guarded = true;
	r->seen = strtoll(seen, NULL, 10);
	return 0;
}

/* The last times count most. */
static void
learn_time(atomic_int *took, int64_t us)
{
	int before = atomic_load(took), now = us > 1000000000 ? 1000000000 : (int)us;

	atomic_store(took, before ? before + (now - before) / 4 : now);
}

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

static int
call_fn(struct api_request *request, struct api_answer *answer, struct err *err)
{
	int i = op_index(request->rest), rc;
	struct emission e = { &answer->body, false };
	struct request r = { .from = request->address };
	int64_t began = now_us();
	void *in;

	if (i < 0)
		return err_set(err, E_NO_OPERATION, "name", request->rest, NULL);
	r.op = ops[i];
	if (!token_read(request, &r.agent, &r.token) && api_header(request, "Authorization"))
		return err_set(err, E_BAD_REQUEST, "what", N_("Authorization: Bearer AGENT:TOKEN is expected"), NULL);
	/* Said before anything of theirs is read. */
	if (!r.agent && !(r.op->flags & OP_ANYONE))
		return err_set(err, E_NO_SESSION, NULL);
	if (key_read(request, &r.idempotency_key, err) < 0 || read_seen(request, &r, err) < 0 || read_input(request, r.op, &in, err) < 0)
		return -1;
	r.in = in;
	answer->type = "application/x-ndjson";
	answer->secret = e.whole = r.op->flags & OP_RENEW;
	rc = desk_call(request->desk, &r, request->arena, emit, &e, err);
	learn_time(&request->server->took[i], now_us() - began);
	if (r.op->flags & OP_WRITE)
		stream_wake(request->server);
	return rc;
}

const struct api_route call_routes[] = {
	{ "POST", "/v1/", API_PREFIX | API_AGENTS, API_BODY_ANY, call_fn },
	{ "GET", "/v1/events", API_AGENTS, 0, events_route },
	{ "GET", "/v1/openapi.json", API_FREE | API_PLAIN, 0, document_route },
	{ "GET", "/healthz", API_FREE | API_PLAIN, 0, health_route },
	{ "GET", "/readyz", API_WATCH, 0, ready_route },
	{ "GET", "/metrics", API_FREE | API_PLAIN, 0, metrics_route },
	{ NULL, NULL, 0, 0, NULL },
};

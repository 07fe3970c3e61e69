/*
 * Operations over HTTPS: a request, and what it may take until it is answered.
 */
#include "remote/remote.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/err_json.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "model/id.h"
#include "model/record_read.h"
#include "remote/priv.h"
#include "store/store.h"

/* How long a call goes on trying where there is something on this machine to go by instead; else it is STORE_AWAY_MS. */
#define HERE_MS 10000
#define PAUSE_MS 100
#define PAUSE_MAX_MS 2000
/* How often where the server is not there at all. */
#define REFUSED_TRIES 3
/* So long a server that was found away is not looked for again. */
#define AWAY_MS 5000
#define TYPE_RECORDS "application/x-ndjson"

static struct remote *
remote_of(struct desk *desk)
{
	return (struct remote *)desk;
}

/* What the server says of itself. */

static bool
says_test(const char *body, size_t size)
{
	const char *p = body;
	struct json_member m;
	struct err ignored;

	if (json_check("healthz", body, size, NULL, &ignored) < 0)
		return false;
	while (json_next(&p, &m))
		if (m.key_size == 4 && memcmp(m.key, "test", 4) == 0)
			return m.size == 4 && memcmp(m.value, "true", 4) == 0;
	return false;
}

static int
ask_test(struct remote *r, struct err *err)
{
	struct arena *arena = arena_new();
	struct http_answer answer;
	int rc = r->options.offline ? err_set(err, E_NO_MIRROR, NULL) : http_exchange(r->http, &(struct http_request){ .path = "/healthz" }, arena, &answer, err);

	r->test = rc == 0 && says_test(answer.body, answer.size);
	arena_free(&arena);
	return rc;
}

/* A test store's clock is the test's. The server is asked only where a test may run. */
static int
find_test(struct remote *r, struct err *err)
{
	const char *clock = getenv("IXN_CLOCK");
	struct err away = { 0 }, ignored = { 0 };

	if (!clock || !*clock)
		return 0;
	/* The mirror of a test store knows that it is one. */
	if (ask_test(r, &away) < 0 && !(r->path && mirror_get(r, false, &ignored) == 0)) {
		err_copy(err, &away);
		return -1;
	}
	return r->test ? clock_pin(clock, err) : 0;
}

static void
remote_close(struct desk *desk)
{
	struct remote *r = remote_of(desk);

	if (r->http)
		mirror_follow(r);
	desk_close(&r->mirror);
	http_close(&r->http);
	free(r->folder);
	free(r->path);
	free(r);
}

static int
remote_open(const char *url, const struct desk_options *options, struct desk **desk_r, struct err *err)
{
	struct remote *r = xcalloc(1, sizeof(*r));

	r->desk.carrier = &remote_carrier;
	r->patience = STORE_AWAY_MS;
	r->options = *options;
	r->folder = options->folder ? xstrdup(options->folder) : NULL;
	r->path = options->mirror && options->agent ? xstrdup(options->mirror) : NULL;
	if (http_open(url, &r->options, &r->http, err) < 0 || find_test(r, err) < 0) {
		remote_close(&r->desk);
		return -1;
	}
	*desk_r = &r->desk;
	return 0;
}

static bool
remote_is_test(const struct desk *desk)
{
	return ((const struct remote *)desk)->test;
}

/* Only whether the server can use its store: every page of it is looked at on its own machine. */
static int
remote_verify(struct desk *desk, struct err *err)
{
	struct remote *r = remote_of(desk);
	struct arena *arena = arena_new();
	struct http_answer answer;
	char text[32];
	int rc = http_exchange(r->http, &(struct http_request){ .path = "/readyz" }, arena, &answer, err);

	if (rc == 0 && answer.status != 200) {
		snprintf(text, sizeof(text), "HTTP %ld", answer.status);
		rc = err_set(err, E_UNREACHABLE, "peer", http_peer(r->http), "reason", text, NULL);
	}
	arena_free(&arena);
	return rc;
}

static const char *
remote_beside(struct desk *desk, struct arena *arena, const char *suffix)
{
	const struct remote *r = remote_of(desk);
	struct err ignored = { 0 };

	/* Made here: nobody need have logged in. Where it cannot be, whoever writes there is told so of the folder. */
	if (r->folder && file_mkdirs(r->folder, &ignored) < 0)
		return r->folder;
	return arena_printf(arena, "%s/store%s", r->folder ? r->folder : "/dev/null", suffix);
}

/* Answers. */

static int
broken(const struct remote *r, const struct http_answer *answer, const char *what, struct err *err)
{
	const char *version = answer->version;
	char text[256];

	snprintf(text, sizeof(text), "%s", what);
	if (version && strcmp(version, IXN_VERSION) != 0)
		return err_set(err, E_VERSION, "peer", http_peer(r->http), "found", version, "known", IXN_VERSION, "what", text, NULL);
	return err_set(err, E_PROTOCOL, "peer", http_peer(r->http), "reason", text, NULL);
}

/* The object that is the member "error" of the body; NULL: it is none of ours. */
static const char *
error_in(const struct http_answer *answer)
{
	const char *p = answer->body;
	struct json_member m;
	struct err ignored;

	if (json_check("error", answer->body, answer->size, NULL, &ignored) < 0)
		return NULL;
	while (json_next(&p, &m))
		if (m.key_size == 5 && memcmp(m.key, "error", 5) == 0 && *m.value == '{')
			return m.value;
	return NULL;
}

/* What an older server says of a newer client's request, or a newer one to an older client. */
static bool
may_be_version(const struct err *err)
{
	const char *where = err_get(err, "where");

	return err->code == E_NO_OPERATION || (err->code == E_BAD_FIELD && where && strncmp(where, "request", 7) == 0);
}

static int
refused(const struct remote *r, struct arena *arena, const struct http_answer *answer, struct err *err)
{
	const char *json = error_in(answer), *words;
	struct err said = { 0 };

	if (!json) {
		words = arena_printf(arena, "HTTP %ld", answer->status);
		if (answer->status >= 500 || answer->status == 429)
			return err_set(err, E_UNREACHABLE, "peer", http_peer(r->http), "reason", words, NULL);
		return broken(r, answer, words, err);
	}
	if (!err_from_json(arena, json, &said))
		return broken(r, answer, "an error that is not known here", err);
	words = err_expand(arena, err_text(said.code), &said, NULL, NULL);
	if (may_be_version(&said) && answer->version && strcmp(answer->version, IXN_VERSION) != 0)
		return broken(r, answer, words ? words : err_name(said.code), err);
	err_copy(err, &said);
	return -1;
}

static int
read_line(const struct remote *r, const struct op *op, struct arena *arena, const struct http_answer *answer, const char *line, size_t size,
	  struct answered *out, struct err *err)
{
	const struct json_source source = { op->name, line, size, 0 };
	void *p = record_new(arena, op->out);
	struct err found = { 0 };
	const char *words;

	vec_push(arena, &out->records, p);
	if (record_read(arena, &source, FROM_SERVER, op->out, p, &found) == 0)
		return 0;
	words = err_expand(arena, err_text(found.code), &found, NULL, NULL);
	return broken(r, answer, words ? words : err_name(found.code), err);
}

static bool
has_records(const struct http_answer *answer)
{
	size_t size = strlen(TYPE_RECORDS);

	return answer->type && strncasecmp(answer->type, TYPE_RECORDS, size) == 0 && (!answer->type[size] || strchr("; \t", answer->type[size]));
}

/* Anybody on the way may say 200: what is taken for done was said by the server, and is there to its end. */
int
remote_answer(const struct remote *r, const struct op *op, struct arena *arena, const struct http_answer *answer, struct answered *out, struct err *err)
{
	const char *line = answer->body, *end = line + answer->size;

	*out = (struct answered){ { NULL, 0, 0 } };
	if (answer->status != 200)
		return refused(r, arena, answer, err);
	if (!has_records(answer))
		return broken(r, answer, arena_printf(arena, "%s instead of records", answer->type ? answer->type : "something"), err);
	if (!answer->measured)
		return broken(r, answer, "an answer that does not say where it ends", err);
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line)), *stop = newline ? newline : end;

		if (read_line(r, op, arena, answer, line, (size_t)(stop - line), out, err) < 0)
			return -1;
		line = stop + 1;
	}
	return !out->records.n && (op->flags & (OP_WRITE | OP_MUTE)) == OP_WRITE ? broken(r, answer, "an answer without a record", err) : 0;
}

/* Calls. */

/* A 429 for nobody means passwords tried too often: a person is told that, and does not wait unawares. */
static bool
is_busy(const struct http_request *request, long status)
{
	return (status == 429 && request->agent) || status == 502 || status == 503 || status == 504;
}

static void
rest(int64_t ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&left, NULL);
}

/* Twice as long each time, and no two clients at once. */
static int64_t
pause_before(int attempt, int64_t retry_after)
{
	int64_t pause = PAUSE_MS;
	unsigned char byte;

	for (int i = 1; i < attempt && pause < PAUSE_MAX_MS; i++)
		pause *= 2;
	rand_bytes(&byte, 1);
	pause = pause / 2 + pause * byte / 256;
	return retry_after > pause ? retry_after + pause / 4 : pause;
}

static void
trace(const struct remote *r, const struct http_request *request, const struct http_answer *answer, int64_t ms, const struct err *err)
{
	char line[256];

	if (!r->options.trace)
		return;
	if (err)
		snprintf(line, sizeof(line), "POST %s%s: %s, %" PRId64 " ms", http_peer(r->http), request->path, err_name(err->code), ms);
	else
		snprintf(line, sizeof(line), "POST %s%s: HTTP %ld, %zu bytes, %" PRId64 " ms", http_peer(r->http), request->path, answer->status, answer->size, ms);
	r->options.trace(line);
}

/* Somebody waits for this, and is told why, and for how long (left, ms) at most. */
static void
tell_waiting(const struct remote *r, struct arena *arena, const struct http_answer *answer, const struct err *err, int64_t left)
{
	struct err why = { 0 };

	if (!r->options.waits)
		return;
	if (answer)
		refused(r, arena, answer, &why);
	r->options.waits(answer ? &why : err, left);
}

/* How long one goes on trying, at most. */
static int64_t
tries_until(const struct remote *r, const struct http_request *request, int64_t begin)
{
	int64_t until = begin + (request->ms ? request->ms : r->patience);

	return r->until && r->until < until ? r->until : until;
}

/* A server that says nothing is not waited for; one that has just said that it is busy, or that its store is away, is. */
static bool
is_tried_again(const struct http_request *request, const struct http_answer *answer, const struct err *err, int attempt, bool answered)
{
	if (answer)
		return is_busy(request, answer->status);
	return err->code == E_CUT || (err->code == E_UNREACHABLE && (answered || attempt < REFUSED_TRIES));
}

/*
 * Again where nothing was done (the server was not reached, or says that it is
 * busy), or where doing it twice is doing it once: it only reads, or carries a key.
 */
int
remote_exchange(struct remote *r, const struct http_request *request, struct arena *arena, struct http_answer *answer, struct err *err)
{
	int64_t begin = clock_monotonic(), until = tries_until(r, request, begin);
	bool told = request->ms != 0;

	r->reached = false;
	for (int attempt = 1;; attempt++) {
		int64_t start = clock_monotonic(), pause;
		int rc = http_exchange(r->http, request, arena, answer, err);
		const struct http_answer *said = rc == 0 ? answer : NULL;
		bool again = is_tried_again(request, said, err, attempt, r->reached);

		r->reached = r->reached || said;
		trace(r, request, answer, clock_monotonic() - start, said ? NULL : err);
		pause = pause_before(attempt, said ? said->retry_after : -1);
		if (!again || clock_monotonic() + pause > until)
			return rc;
		if (!told && clock_monotonic() - begin >= STORE_TELL_MS) {
			tell_waiting(r, arena, said, err, until - clock_monotonic());
			told = true;
		}
		rest(pause);
	}
}

const char *
remote_body(const struct request *request, struct buf *out)
{
	struct json json = json_writer(out);

	if (request->op->in->n == 0 || !request->in) {
		json_object(&json);
		json_end_object(&json);
	} else {
		record_json_whole(request->op->in, request->in, &json);
	}
	return buf_get(out);
}

int
remote_ask(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	/* Who asks to be somebody is nobody yet. */
	bool nobody = request->op->flags & OP_ANYONE;
	struct http_request http = {
		.path = arena_printf(arena, "/v1/%s", request->op->name),
		.agent = nobody ? NULL : request->agent ? request->agent
							: r->options.agent,
		.token = request->agent ? request->token : r->options.token,
		.key = request->idempotency_key,
	};
	struct buf body = BUF_INIT;
	struct http_answer answer;
	struct answered out;
	int rc;

	if (!nobody && (!http.agent || !http.token))
		return err_set(err, E_NO_SESSION, NULL);
	http.ms = r->limit;
	http.body = remote_body(request, &body);
	http.size = body.n;
	rc = remote_exchange(r, &http, arena, &answer, err);
	/* A password may have stood there. */
	mem_wipe(body.p, body.n);
	buf_release(&body);
	/* All is read before the first is given on: an answer that is broken in the middle is none. */
	if (rc < 0 || remote_answer(r, request->op, arena, &answer, &out, err) < 0)
		return -1;
	for (size_t i = 0; emit && i < out.records.n; i++)
		if (emit(context, request->op->out, out.records.v[i], err) < 0)
			return -1;
	return 0;
}

bool
remote_is_away(const struct err *err)
{
	return err->code == E_UNREACHABLE || err->code == E_CUT;
}

/* -1: the server is not asked, and err says why. A call that is more patient than the one that found it away looks again. */
static int
is_away(const struct remote *r, struct err *err)
{
	if (r->options.offline)
		return err_set(err, E_NEEDS_SERVER, NULL);
	if (clock_monotonic() >= r->away_until || r->patience > r->waited)
		return 0;
	err_copy(err, &r->why);
	return -1;
}

static int
ask_first(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	/* What was asked for before comes first. */
	if (!(request->op->flags & OP_ANYONE) && unsent_send(r, request->op->flags & OP_WRITE, err) < 0)
		return -1;
	if (remote_ask(r, request, arena, emit, context, err) < 0)
		return -1;
	r->answered = !(request->op->flags & OP_ANYONE) && request->op != &op_session_logout;
	r->changed = r->changed || (request->op->flags & OP_WRITE);
	return 0;
}

static int
remote_call(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	struct remote *r = remote_of(desk);
	struct request keyed = *request;

	if (request->op == &op_mirror_sync)
		return unsent_sync(r, request, arena, emit, context, err);
	/* Made once, however often it is sent, and whenever. */
	if (!keyed.idempotency_key && (request->op->flags & OP_WRITE))
		keyed.idempotency_key = id_new(arena, clock_now());
	r->patience = r->content || mirror_may(r, request) ? HERE_MS : STORE_AWAY_MS;
	if (is_away(r, err) == 0) {
		if (ask_first(r, &keyed, arena, emit, context, err) == 0)
			return 0;
		if (!remote_is_away(err))
			return -1;
		r->away_until = clock_monotonic() + AWAY_MS;
		r->waited = r->reached ? r->patience : STORE_AWAY_MS;
		err_copy(&r->why, err);
	}
	return mirror_answer(r, &keyed, arena, emit, context, err);
}

static void
remote_until(struct desk *desk, int64_t until)
{
	remote_of(desk)->until = until;
}

static void
remote_wait(struct desk *desk, int fd, int64_t ms)
{
	struct remote *r = remote_of(desk);

	/* A pinned clock moves when its file does, which nothing tells us. */
	if (clock_is_pinned() && ms > 50)
		ms = 50;
	http_wait_event(r->http, r->options.agent, r->options.token, fd, ms);
}

const struct carrier remote_carrier = {
	.schemes = "https,http",
	.open = remote_open,
	.close = remote_close,
	.call = remote_call,
	.until = remote_until,
	.wait = remote_wait,
	.beside = remote_beside,
	.verify = remote_verify,
	.is_test = remote_is_test,
	.library_build = remote_library_build,
	.library_behind = remote_library_behind,
	.library_follow = remote_library_follow,
};

/*
 * desk-load - agents at work, each a process of its own:
 *	desk-load login STORE AGENT           prints its token
 *	desk-load work STORE AGENT TOKEN N [FROM]
 *	                                      N times: something comes in, an offer is
 *	                                      accepted, it is done; each change with a key, which
 *	                                      has a number, FROM on. Prints
 *	                                      "CHANGE KEY ID MS" for each that was acknowledged.
 *	desk-load read STORE LAST             reads events as they come, until one is ref LAST;
 *	                                      prints how many, or how two followed one another
 * The site is that of tests/t/postgresql.t: a queue q, e-mail, disposition-free.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/desk.h"
#include "store/store.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };

static struct arena *arena;
static struct desk *desk;
static struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)err;
	*(const void **)context = p;
	return 0;
}

/* A change with a key, as often as it takes; NULL where it was refused. */
static const void *
change(const struct op *op, const void *in, const char *key)
{
	const struct request request = { .op = op, .in = in, .idempotency_key = key };
	const void *out = NULL;
	struct err err = { 0 };
	int64_t start = clock_monotonic();

	while (desk_call(desk, &request, arena, keep, &out, &err) < 0) {
		if (err_class(&err) == ERR_STATE || err_class(&err) == ERR_NOTHING || err_class(&err) == ERR_NOTFOUND)
			return NULL;
		if (!err_retryable(&err) || clock_monotonic() - start > 60 * MS_SECOND) {
			fprintf(stderr, "desk-load: %s: %s %s\n", op->name, err_name(err.code), err_get(&err, "what") ? err_get(&err, "what") : "");
			exit(70);
		}
		err = (struct err){ 0 };
	}
	/* There was nothing to accept. */
	if (!out)
		return NULL;
	printf("%s %s %s %" PRId64 "\n", op->name, key, record_text(op->out, out, "id"), clock_monotonic() - start);
	fflush(stdout);
	return out;
}

static const char *
key(const char *agent, const char *what, long i)
{
	return arena_printf(arena, "%s-%s-%ld", agent, what, i);
}

static void
work(const char *agent, long from, long n)
{
	for (long i = from; i < from + n; i++, arena_reset(arena)) {
		void *create = record_new(arena, op_ixn_create.in), *accept = record_new(arena, op_ixn_accept.in), *done = record_new(arena, op_ixn_done.in);
		const void *out;

		record_set_text(op_ixn_create.in, create, "media", "email");
		record_set_text(op_ixn_create.in, create, "queue", "q");
		record_set_text(op_ixn_create.in, create, "from", arena_printf(arena, "%s-%ld@example.org", agent, i % 10));
		change(&op_ixn_create, create, key(agent, "create", i));
		out = change(&op_ixn_accept, accept, key(agent, "accept", i));
		if (!out)
			continue;
		record_set_text(op_ixn_done.in, done, "id", record_text(op_ixn_accept.out, out, "id"));
		change(&op_ixn_done, done, key(agent, "done", i));
	}
}

static int
login(const char *agent)
{
	void *in = record_new(arena, op_session_login.in);
	const struct request request = { .op = &op_session_login, .in = in };
	const void *out = NULL;
	struct err err = { 0 };

	record_set_text(op_session_login.in, in, "name", agent);
	record_set_int(op_session_login.in, in, "ready", 1);
	if (desk_call(desk, &request, arena, keep, &out, &err) < 0) {
		fprintf(stderr, "desk-load: %s\n", err_name(err.code));
		return 70;
	}
	puts(record_text(op_session_login.out, out, "token"));
	return 0;
}

/* Reading. */

struct reader {
	int64_t seq, n;
	const char *last;
	bool ends;
};

static int
see(void *context, const struct record *record, const void *p, struct err *err)
{
	struct reader *r = context;
	int64_t seq = strtoll(record_text(record, p, "seq"), NULL, 10);
	const char *ref = record_text(record, p, "ref");

	(void)err;
	if (seq != r->seq + 1) {
		printf("%" PRId64 " came behind %" PRId64 "\n", seq, r->seq);
		exit(1);
	}
	r->seq = seq;
	r->n++;
	r->ends = r->ends || (ref && strcmp(ref, r->last) == 0);
	return 0;
}

static int
read_events(const char *last)
{
	struct reader r = { .last = last };

	while (!r.ends) {
		void *in = record_new(arena, op_event_list.in);
		const struct request request = { .op = &op_event_list, .in = in };
		struct err err = { 0 };

		record_set_text(op_event_list.in, in, "after", arena_printf(arena, "%" PRId64, r.seq));
		if (desk_call(desk, &request, arena, see, &r, &err) < 0 && !err_retryable(&err)) {
			fprintf(stderr, "desk-load: %s\n", err_name(err.code));
			return 70;
		}
		arena_reset(arena);
		if (!r.ends)
			desk_wait(desk, 20);
	}
	printf("%" PRId64 "\n", r.n);
	return 0;
}

int
main(int argc, char **argv)
{
	struct err err = { 0 };
	int rc = 0;

	if (argc < 4)
		return 64;
	arena = arena_new();
	if (argc > 5) {
		options.agent = argv[3];
		options.token = argv[4];
	}
	if (desk_open(argv[2], &options, &desk, &err) < 0) {
		fprintf(stderr, "desk-load: %s %s\n", err_name(err.code), err_get(&err, "reason") ? err_get(&err, "reason") : "");
		return 74;
	}
	if (strcmp(argv[1], "login") == 0)
		rc = login(argv[3]);
	else if (strcmp(argv[1], "read") == 0)
		rc = read_events(argv[3]);
	else if (argc > 5)
		work(argv[3], argc > 6 ? strtol(argv[6], NULL, 10) : 0, strtol(argv[5], NULL, 10));
	desk_close(&desk);
	arena_free(&arena);
	return rc;
}

/*
 * cycle - full durable cycles in one process, one after the other:
 *	cycle STORE SECONDS
 * STORE is a file's path, with the site of tests/bench/run. Create (which finds
 * the best agent by skills and capacity, and offers), accept, done: three
 * commits, each on the disk before the next begins. Prints cycles a second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/desk.h"

#define AGENTS 8

static struct agent {
	char name[8], token[80];
} agents[AGENTS];
static struct arena *arena;

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)err;
	*(const void **)context = p;
	return 0;
}

static const void *
must(struct desk *desk, const struct op *op, const void *in, const struct agent *agent)
{
	struct request request = { .op = op, .in = in, .agent = agent ? agent->name : NULL, .token = agent ? agent->token : NULL };
	const void *out = NULL;
	struct err err = { 0 };

	if (desk_call(desk, &request, arena, keep, &out, &err) < 0) {
		fprintf(stderr, "cycle: %s: %s\n", op->name, err_name(err.code));
		exit(70);
	}
	return out;
}

static void
login(struct agent *agent, int i, struct desk *desk)
{
	void *in = record_new(arena, op_session_login.in);

	snprintf(agent->name, sizeof(agent->name), "a%d", i);
	record_set_text(op_session_login.in, in, "name", agent->name);
	record_set_int(op_session_login.in, in, "ready", 1);
	snprintf(agent->token, sizeof(agent->token), "%s", record_text(op_session_login.out, must(desk, &op_session_login, in, NULL), "token"));
}

static void
cycle(struct desk *desk)
{
	void *create = record_new(arena, op_ixn_create.in), *accept = record_new(arena, op_ixn_accept.in), *done = record_new(arena, op_ixn_done.in);
	const void *out;
	const char *id, *agent;
	size_t i = 0;

	record_set_text(op_ixn_create.in, create, "media", "email");
	record_set_text(op_ixn_create.in, create, "queue", "q");
	record_set_text(op_ixn_create.in, create, "from", "ann@example.org");
	out = must(desk, &op_ixn_create, create, NULL);
	id = record_text(op_ixn_create.out, out, "id");
	agent = record_text(op_ixn_create.out, out, "agent");
	while (i < AGENTS && agent && strcmp(agents[i].name, agent) != 0)
		i++;
	if (i == AGENTS || !agent)
		exit(70);
	record_set_text(op_ixn_accept.in, accept, "id", id);
	must(desk, &op_ixn_accept, accept, &agents[i]);
	record_set_text(op_ixn_done.in, done, "id", id);
	must(desk, &op_ixn_done, done, &agents[i]);
}

int
main(int argc, char **argv)
{
	struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	struct desk *desk;
	struct err err = { 0 };
	int64_t start, length;
	long n = 0;
	char url[4096];

	if (argc != 3)
		return 64;
	arena = arena_new();
	snprintf(url, sizeof(url), "file:%s", argv[1]);
	length = strtol(argv[2], NULL, 10) * MS_SECOND;
	if (desk_open(url, &options, &desk, &err) < 0)
		return 74;
	for (int i = 0; i < AGENTS; i++)
		login(&agents[i], i, desk);
	for (start = clock_monotonic(); clock_monotonic() - start < length; n++) {
		cycle(desk);
		arena_reset(arena);
	}
	printf("%.0f\n", (double)n * MS_SECOND / (double)(clock_monotonic() - start));
	desk_close(&desk);
	arena_free(&arena);
	return 0;
}

/*
 * cycle - full durable cycles, one after the other:
 *	cycle STORE SECONDS [CLIENTS]
 * STORE is a file's path or a URL, with the site of tests/bench/run; CLIENTS (1)
 * do it at once, as threads of a process, each with a connection of its own, as
 * the server has them. Create (which finds the best agent by skills and
 * capacity, and offers), accept, done: three commits, each on the disk before the
 * next begins. Prints cycles a second.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "store/store.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };

#define AGENTS 8

static struct agent {
	char name[8], token[80];
} agents[AGENTS];
static _Thread_local struct arena *arena;

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

/* A client: a thread of its own, as each request to a server has one. */
struct client {
	pthread_t thread;
	const char *url;
	int64_t length;
	struct store_group *group;
	long n;
};

static void *
run(void *context)
{
	struct client *client = context;
	struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY, .group = client->group };
	struct desk *desk;
	struct err err = { 0 };
	int64_t start;

	arena = arena_new();
	if (desk_open(client->url, &options, &desk, &err) < 0)
		exit(74);
	/* What a client learns once is not of a cycle. */
	cycle(desk);
	for (start = clock_monotonic(); clock_monotonic() - start < client->length; client->n++) {
		cycle(desk);
		arena_reset(arena);
	}
	desk_close(&desk);
	arena_free(&arena);
	return NULL;
}

/* The sum. */
static long
run_all(const char *url, int64_t length, int clients)
{
	struct store_group *group = store_group_new();
	struct client *all = xcalloc((size_t)clients, sizeof(*all));
	long sum = 0;

	for (int i = 0; i < clients; i++) {
		all[i] = (struct client){ .url = url, .length = length, .group = group };
		if (pthread_create(&all[i].thread, NULL, run, &all[i]) != 0)
			exit(71);
	}
	for (int i = 0; i < clients; i++) {
		pthread_join(all[i].thread, NULL);
		sum += all[i].n;
	}
	free(all);
	store_group_free(&group);
	return sum;
}

int
main(int argc, char **argv)
{
	struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	int clients = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 1;
	struct desk *desk;
	struct err err = { 0 };
	long seconds;

	if (argc < 3 || clients < 1)
		return 64;
	arena = arena_new();
	seconds = strtol(argv[2], NULL, 10);
	if (desk_open(argv[1], &options, &desk, &err) < 0)
		return 74;
	for (int i = 0; i < AGENTS; i++)
		login(&agents[i], i, desk);
	desk_close(&desk);
	printf("%.0f\n", (double)run_all(argv[1], seconds * MS_SECOND, clients) / (double)seconds);
	arena_free(&arena);
	return 0;
}

/*
 * verbs - agents, leads, contacts and the clock do what comes to mind, from
 * many processes at once, until so many verbs are done:
 *	verbs STORE CLOCK PROCESSES VERBS SEED [SERVER CERTIFICATES PASSWORD]
 * STORE is the path of a file, or the URL of a database, with the site of
 * tests/t/random-verbs.t, CLOCK the file that IXN_CLOCK names. With SERVER, its URL,
 * agents reach the store there. What is chosen comes from the seed; what it meets is
 * the scheduler's. Refusals are what the desk is for; anything else that fails is
 * printed, and counted: "DONE REFUSED STRANGE" is the last line.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/carrier.h"
#include "remote/remote.h"

#include "tests/peers/verbs_any.h"
#include "tests/peers/verbs_live.h"
#include "tests/peers/verbs_mail.h"
#include "tests/peers/verbs_table.h"
#include "tests/peers/verbs_watch.h"
#include "tests/peers/verbs_web.h"

const struct carrier *const desk_carriers[] = { &remote_carrier, &local_carrier, NULL };

#define AGENTS 11
#define EXAMINERS_AGENT 0
/* One operation in so many is any, with anything in it. */
#define ANY_EVERY 40

/* To the first nothing is offered but reviews; the last two lead; the last of all is a gateway's service. */
static const char *const agents[AGENTS] = { "qa", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "l1", "l2", "gw" };
static const char *const queues[] = { "q1", "q2", "q3", "pull" };
static const char *const workbins[] = { "mine", "team", "shelf" };
static const char *const media[] = { "chat", "chat", "chat", "email", "voice" };
static const char *const modes[] = { "listen", "coach", "barge", "off" };
static const char *const visible[] = { "all", "agents", "agent:nobody", "queue:q1", "lead:t", "" };
static const char *const unavailable[] = { "fail", "queue", "fallback" };

/* Seen by all processes. */
static struct shared {
	char token[AGENTS][80];
	atomic_long done, refused, strange, seconds, uid, epoch, seen, texts;
} * shared;

/* Of the server, where agents go to one. */
static struct where {
	const char *server, *ca, *password;
} where;

static struct worker {
	struct desk *desk[AGENTS], *owner;
	struct arena *arena;
	uint64_t seed;
	struct lives lives;
	struct web web;
	struct post post;
	struct watch watch;
	bool watches, wild;
	const char *acting;
	const char *clock;
} w;

static unsigned
draw(unsigned n)
{
	w.seed = w.seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return n ? (unsigned)(w.seed >> 33) % n : 0;
}

#define ANY(list) (list)[draw((unsigned)COUNT_OF(list))]

static const struct op *
op_named(const char *name)
{
	for (size_t i = 0; ops[i]; i++)
		if (strcmp(ops[i]->name, name) == 0)
			return ops[i];
	fprintf(stderr, "verbs: no operation %s\n", name);
	exit(70);
}

static const char *
target(void)
{
	switch (draw(6)) {
	case 0:
	case 1:
		return arena_printf(w.arena, "agent:%s", agents[draw(AGENTS)]);
	case 2:
		return "lead:t";
	case 3:
		return "team:t";
	case 4:
		return "skill:s>=1";
	default:
		return arena_printf(w.arena, "queue:%s", ANY(queues));
	}
}

static const char *
outgoing(void)
{
	const struct posted *posted = post_any(&w.post);

	return posted ? posted->id : NULL;
}

/* NULL: there is none. */
static const char *
word_for(char letter)
{
	switch (letter) {
	case 'i':
	case 'I':
	case 'd':
	case 'r':
		return lives_any(&w.lives, letter, w.acting, draw);
	case 'o':
		return outgoing();
	case 'x':
		return arena_printf(w.arena, "text %ld", atomic_fetch_add(&shared->texts, 1));
	case 'c':
		return w.lives.contacts_n ? w.lives.contacts[draw((unsigned)w.lives.contacts_n)] : NULL;
	case 'a':
		return agents[draw(AGENTS)];
	case 'q':
		return ANY(queues);
	case 'w':
		return ANY(workbins);
	case 'e':
		return ANY(media);
	case 'm':
		return ANY(modes);
	case 'u':
		return ANY(unavailable);
	case 's':
		return "hi";
	case 'v':
		return draw(3) ? ANY(visible) : arena_printf(w.arena, "agent:%s", agents[draw(AGENTS)]);
	case 't':
		return target();
	default:
		return arena_printf(w.arena, "c%u@example.org", draw(12));
	}
}

/* False: something it needs does not exist yet. */
static bool
fill(const struct op *op, void *in, const char *const parts[PARTS_MAX])
{
	const struct field_context context = { w.arena, clock_now(), "UTC" };

	for (size_t i = 0; i < PARTS_MAX && parts[i]; i++) {
		const char *part = parts[i] + (parts[i][0] == '?'), *equals = strchr(part, '='), *percent = strchr(equals, '%');
		const char *name = arena_memdup(w.arena, part, (size_t)(equals - part)), *value = equals + 1;
		const struct field *f = record_field(op->in, name);
		struct err err = { 0 };

		if (parts[i][0] == '?' && draw(2))
			continue;
		if (percent) {
			const char *word = word_for(percent[1]);

			if (!word)
				return false;
			value = arena_printf(w.arena, "%.*s%s", (int)(percent - value), value, word);
		}
		if (!f || field_parse(f, in, value, &context, &err) < 0) {
			fprintf(stderr, "verbs: %s: no %s\n", op->name, part);
			exit(70);
		}
	}
	return true;
}

static void
judge(const struct op *op, const struct err *err)
{
	static const enum err_class refusals[] = { ERR_NOTHING, ERR_USAGE, ERR_INPUT, ERR_NOTFOUND, ERR_DENIED, ERR_STATE };

	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (err_class(err) == refusals[i] || err->code == E_TEMP) {
			atomic_fetch_add(&shared->refused, 1);
			return;
		}
	atomic_fetch_add(&shared->strange, 1);
	printf("%s: %s", op->name, err_name(err->code));
	for (size_t i = 0; i < (size_t)err->nargs; i++)
		printf(" %s=%s", err->args[i].name, err->args[i].value);
	puts("");
	fflush(stdout);
}

static int
call(struct desk *desk, const struct op *op, const void *in, emit_fn *emit, void *context)
{
	struct request request = { .op = op, .in = in };
	struct err err = { 0 };
	int rc;

	/* Contacts come to the server itself, whoever was drawn. */
	if (op->flags & OP_CONTACT) {
		request.contact = web_secret(&w.web, op, draw);
		desk = w.owner;
		emit = web_remember;
		context = &w.web;
	}
	rc = desk_call(desk, &request, w.arena, emit, context, &err);

	if (rc < 0)
		judge(op, &err);
	return rc;
}

static int
call_post(const char *op, const void *in, emit_fn *emit, void *context)
{
	return call(w.owner, op_named(op), in, emit, context);
}

static void
look_around(void)
{
	static const char *const parts[PARTS_MAX] = { "state=in-progress", "limit=60" }, *const reviews[PARTS_MAX] = { "limit=20" };
	const struct op *op = op_named("ixn.list"), *list = op_named("review.list");
	void *in = record_new(w.arena, op->in), *of = record_new(w.arena, list->in);

	w.lives.n = w.lives.contacts_n = 0;
	if (fill(op, in, parts))
		call(w.owner, op, in, lives_remember, &w.lives);
	if (fill(list, of, reviews))
		call(w.owner, list, of, lives_remember_review, &w.lives);
}

static int
remember_token(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	snprintf(context, sizeof(shared->token[0]), "%s", record_text(record, p, "token"));
	return 0;
}

static void
login(unsigned agent)
{
	const struct op *op = op_named("session.login");
	void *in = record_new(w.arena, op->in);
	struct request request = { .op = op, .in = in };
	struct err err = { 0 };

	record_set_text(op->in, in, "name", agents[agent]);
	record_set_int(op->in, in, "ready", 1);
	if (where.server)
		record_set_text(op->in, in, "password", where.password);
	if (desk_call(where.server ? w.desk[agent] : w.owner, &request, w.arena, remember_token, shared->token[agent], &err) < 0)
		judge(op, &err);
}

/* Mostly on, sometimes far, sometimes back. */
static void
move_clock(void)
{
	long by = draw(40) == 0 ? -20 : (draw(400) == 0 ? 3600 : (long)draw(4)), now = atomic_fetch_add(&shared->seconds, by) + by;
	const char *temporary = arena_printf(w.arena, "%s.%ld", w.clock, (long)getpid());
	char text[TIME_TEXT];
	FILE *f = fopen(temporary, "we");

	if (!f)
		return;
	fprintf(f, "%s\n", time_format((time_ms)now * MS_SECOND, text));
	fclose(f);
	rename(temporary, w.clock);
}

static const struct verb *
draw_verb(void)
{
	static unsigned total;
	unsigned at;

	for (size_t i = 0; total == 0 && i < COUNT_OF(verbs); i++)
		for (size_t k = i; i == 0 && k < COUNT_OF(verbs); k++)
			total += (unsigned)verbs[k].weight;
	at = draw(total);
	for (size_t i = 0;; at -= (unsigned)verbs[i++].weight)
		if (at < (unsigned)verbs[i].weight)
			return &verbs[i];
}

/* What no record of one operation says; false: verb is none of that. */
static bool
many_calls(const struct verb *verb)
{
	if (strcmp(verb->op, "outbox.step") == 0)
		post_send(&w.post);
	else if (strcmp(verb->op, "mail.take") == 0)
		post_come(&w.post);
	else
		return false;
	return true;
}

/* Who wrote one that is in review; n: whoever. */
static unsigned
author_of_one(unsigned n)
{
	const char *id = lives_any(&w.lives, 'r', w.acting, draw);

	for (size_t i = 0; id && i < w.lives.n; i++)
		for (unsigned a = 0; a < AGENTS && w.lives.v[i].id == id; a++)
			if (strcmp(w.lives.v[i].agent, agents[a]) == 0)
				return a;
	return n;
}

/* By anyone. */
static void
any_verb(unsigned agent)
{
	const struct any any = { w.arena, draw, word_for, w.wild };
	const struct op *op = any_op(&any);
	void *in = arena_alloc(w.arena, op->in->size);

	w.acting = agents[agent];
	any_fill(&any, op->in, in, 0);
	call(draw(4) ? w.desk[agent] : w.owner, op, in, NULL, NULL);
}

static bool
begins(const struct verb *verb)
{
	static const char *const names[] = { "ixn.create", "mail.take", "web.start", "web.callback" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(verb->op, names[i]) == 0)
			return true;
	return false;
}

static void
listed_verb(unsigned agent)
{
	const struct verb *verb = draw_verb();
	const struct op *op = op_named(verb->op);
	void *in = record_new(w.arena, op->in);

	w.acting = NULL;
	if (verb->who == AUTHOR)
		agent = author_of_one(agent);
	if (verb->who == EXAMINER)
		agent = EXAMINERS_AGENT;
	w.acting = verb->who == OWNER ? NULL : agents[agent];
	/* Enough to do for all, and no more. */
	if (w.lives.n >= 48 && begins(verb))
		return;
	if (!many_calls(verb) && fill(op, in, verb->parts))
		call(verb->who == OWNER ? w.owner : w.desk[agent], op, in, NULL, NULL);
}

static void
one_verb(void)
{
	unsigned agent = draw(AGENTS);

	if (w.wild || draw(ANY_EVERY) == 0)
		any_verb(agent);
	else
		listed_verb(agent);
	if (w.watches)
		atomic_fetch_add(&shared->strange, watch_look(&w.watch));
	if (draw(100) == 0)
		login(agent);
}

static void
open_desks(const char *store)
{
	static struct arena *names;
	const char *url = store;
	struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = 30 * MS_MINUTE, .mail_from = "desk@example.org", .ca = where.ca };
	struct err err = { 0 };

	if (!names)
		names = arena_new();
	if (!strstr(store, "://"))
		url = arena_printf(names, "file:%s", store);
	if (desk_open(url, &options, &w.owner, &err) < 0)
		exit(74);
	for (size_t i = 0; i < AGENTS; i++) {
		options.agent = agents[i];
		options.token = shared->token[i];
		if (desk_open(where.server ? where.server : url, &options, &w.desk[i], &err) < 0)
			exit(74);
	}
}

static void
begin(const char *store, uint64_t seed)
{
	w.seed = seed;
	w.arena = arena_new();
	w.post = (struct post){ .arena = w.arena, .uid = &shared->uid, .epoch = &shared->epoch, .draw = draw, .call = call_post };
	w.wild = getenv("VERBS_WILD") != NULL;
	w.watches = !strstr(store, "://") && !w.wild;
	if (w.watches)
		watch_open(&w.watch, store, &shared->seen);
	open_desks(store);
}

static void
end(void)
{
	for (size_t i = 0; i < AGENTS; i++)
		desk_close(&w.desk[i]);
	desk_close(&w.owner);
	if (w.watches)
		watch_close(&w.watch);
}

static void
work(const char *store, long n, uint64_t seed, bool first)
{
	begin(store, seed);
	for (unsigned i = 0; first && i < AGENTS; i++)
		login(i);
	while (atomic_fetch_add(&shared->done, 1) < n) {
		if (draw(12) == 0)
			look_around();
		if (draw(8) == 0)
			move_clock();
		one_verb();
		arena_reset(w.arena);
	}
	end();
}

int
main(int argc, char **argv)
{
	long processes, n, seed;
	time_ms start;
	int worst = 0, status;

	if (argc != 6 && argc != 9)
		return 64;
	if (argc == 9)
		where = (struct where){ argv[6], argv[7], argv[8] };
	processes = strtol(argv[3], NULL, 10);
	n = strtol(argv[4], NULL, 10);
	seed = strtol(argv[5], NULL, 10);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || !time_parse_rfc3339("2026-11-21T09:00:00Z", &start))
		return 70;
	shared->seconds = (long)(start / MS_SECOND);
	w.clock = argv[2];
	for (long i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			work(argv[1], n, (uint64_t)(seed * 1000 + i), i == 0);
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		worst |= status;
	begin(argv[1], 0);
	post_settle(&w.post);
	end();
	printf("%ld %ld %ld\n", n, shared->refused, shared->strange);
	return worst || shared->strange ? 1 : 0;
}

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

const struct carrier *const desk_carriers[] = { &remote_carrier, &local_carrier, NULL };

#define AGENTS 10
#define LIVE_MAX 64
#define PARTS_MAX 8

/* The last two lead; the last of all is a gateway's service. */
static const char *const agents[AGENTS] = { "a1", "a2", "a3", "a4", "a5", "a6", "a7", "l1", "l2", "gw" };
static const char *const queues[] = { "q1", "q2", "q3", "pull" };
static const char *const workbins[] = { "mine", "team", "shelf" };
static const char *const media[] = { "chat", "chat", "chat", "email", "voice" };
static const char *const modes[] = { "listen", "coach", "barge", "off" };
static const char *const unavailable[] = { "fail", "queue", "fallback" };

/*
 * A verb: how often, by whom, and its input. %i is an interaction, %a an agent,
 * %q a queue, %w a workbin, %e a medium, %f an address, %t a target, %c a contact, %m a
 * mode, %u what to do about who is away; a part behind '?' is given half the time.
 */
static const struct verb {
	int weight;
	enum { AGENT,
	       OWNER } who;
	const char *op, *parts[PARTS_MAX];
} verbs[] = {
	{ 14, OWNER, "ixn.create", { "media=%e", "from=%f", "queue=%q", "?text=hello", "?skill=s>=2" } },
	{ 3, OWNER, "ixn.create", { "media=chat", "from=%f", "to=agent:%a" } },
	{ 24, AGENT, "ixn.accept", { "?id=%i" } },
	{ 4, AGENT, "ixn.reject", { "?id=%i" } },
	{ 6, AGENT, "ixn.transfer", { "id=%i", "to=%t", "?if_unavailable=%u" } },
	{ 3, AGENT, "ixn.transfer", { "id=%i", "complete=true" } },
	{ 7, AGENT, "ixn.consult", { "id=%i", "to=agent:%a" } },
	{ 3, AGENT, "ixn.consult", { "id=%i", "end=true" } },
	{ 5, AGENT, "ixn.conference", { "id=%i", "to=agent:%a" } },
	{ 2, AGENT, "ixn.conference", { "id=%i", "complete=true" } },
	{ 2, AGENT, "ixn.conference", { "id=%i", "remove=agent:%a" } },
	{ 2, AGENT, "ixn.conference", { "id=%i", "end=true" } },
	{ 8, AGENT, "chat.send", { "id=%i", "text=x", "?visible=agents" } },
	{ 5, OWNER, "chat.send", { "id=%i", "text=x", "as_contact=true" } },
	{ 8, AGENT, "chat.end", { "id=%i" } },
	{ 3, OWNER, "chat.end", { "id=%i", "as_contact=true" } },
	{ 2, AGENT, "chat.start", { "to=agent:%a" } },
	{ 12, AGENT, "ixn.done", { "id=%i", "stop=true", "disposition=ok" } },
	{ 4, AGENT, "ixn.done", { "id=%i", "queue=%q", "?disposition=ok" } },
	{ 3, AGENT, "ixn.disposition", { "id=%i", "set=ok" } },
	{ 5, AGENT, "ixn.place", { "id=%i", "in=workbin:%w" } },
	{ 2, AGENT, "ixn.place", { "id=%i", "in=queue:%q" } },
	{ 7, AGENT, "ixn.take", { "id=%i", "?from=%a" } },
	{ 6, AGENT, "agent.state", { "state=ready", "?media=chat" } },
	{ 2, AGENT, "agent.state", { "state=not-ready", "?after_current=true", "?for=30s" } },
	{ 1, AGENT, "agent.state", { "state=after-work", "?for=10s" } },
	{ 1, AGENT, "agent.state", { "state=ready", "of=%a" } },
	{ 1, AGENT, "session.logout", { "?requeue=true" } },
	{ 4, AGENT, "team.monitor", { "agent=%a", "mode=%m", "?next=true" } },
	{ 4, AGENT, "team.monitor", { "id=%i", "mode=%m" } },
	{ 6, AGENT, "team.monitor", { "agent=a1", "mode=%m" } },
	{ 1, AGENT, "transcript.send", { "id=%i" } },
	{ 2, AGENT, "ixn.note", { "id=%i", "text=note" } },
	{ 1, AGENT, "ixn.assign", { "id=%i", "contact=%c" } },
	{ 1, OWNER, "contact.merge", { "id=%c", "into=%c" } },
	{ 1, OWNER, "contact.unmerge", { "id=%c" } },
};

/* Seen by all processes. */
static struct shared {
	char token[AGENTS][80];
	atomic_long done, refused, strange, seconds;
} * shared;

/* Of the server, where agents go to one. */
static struct where {
	const char *server, *ca, *password;
} where;

static struct worker {
	struct desk *desk[AGENTS], *owner;
	struct arena *arena;
	uint64_t seed;
	size_t live_n, contacts_n;
	struct {
		char id[32], agent[8];
	} live[LIVE_MAX];
	char contacts[LIVE_MAX][32];
	const char *acting;
	const char *clock;
} w;

static unsigned
draw(unsigned n)
{
	w.seed = w.seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(w.seed >> 33) % n;
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

/* Mostly one that the one who acts has, or is offered. */
static const char *
interaction(void)
{
	size_t from = draw((unsigned)w.live_n);

	for (size_t i = draw(4) ? 0 : w.live_n; i < w.live_n; i++)
		if (w.acting && strcmp(w.live[(from + i) % w.live_n].agent, w.acting) == 0)
			return w.live[(from + i) % w.live_n].id;
	return w.live[from].id;
}

/* NULL: there is none. */
static const char *
word_for(char letter)
{
	switch (letter) {
	case 'i':
		return w.live_n ? interaction() : NULL;
	case 'c':
		return w.contacts_n ? w.contacts[draw((unsigned)w.contacts_n)] : NULL;
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
		if (err_class(err) == refusals[i]) {
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
call(struct desk *desk, const struct op *op, const void *in, emit_fn *emit)
{
	struct request request = { .op = op, .in = in };
	struct err err = { 0 };
	int rc = desk_call(desk, &request, w.arena, emit, NULL, &err);

	if (rc < 0)
		judge(op, &err);
	return rc;
}

static int
remember_live(void *context, const struct record *record, const void *p, struct err *err)
{
	const char *contact = record_text(record, p, "contact");

	(void)context, (void)err;
	if (w.live_n < LIVE_MAX) {
		const char *agent = record_text(record, p, "agent");

		snprintf(w.live[w.live_n].agent, sizeof(w.live[0].agent), "%s", agent ? agent : "");
		snprintf(w.live[w.live_n++].id, sizeof(w.live[0].id), "%s", record_text(record, p, "id"));
	}
	if (contact && w.contacts_n < LIVE_MAX)
		snprintf(w.contacts[w.contacts_n++], sizeof(w.contacts[0]), "%s", contact);
	return 0;
}

static void
look_around(void)
{
	const struct op *op = op_named("ixn.list");
	void *in = record_new(w.arena, op->in);
	static const char *const parts[PARTS_MAX] = { "state=in-progress", "limit=60" };

	w.live_n = w.contacts_n = 0;
	if (fill(op, in, parts))
		call(w.owner, op, in, remember_live);
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

static void
one_verb(void)
{
	const struct verb *verb = draw_verb();
	const struct op *op = op_named(verb->op);
	unsigned agent = draw(AGENTS);
	void *in = record_new(w.arena, op->in);

	w.acting = verb->who == AGENT ? agents[agent] : NULL;
	/* Enough to do for all, and no more. */
	if (strcmp(verb->op, "ixn.create") == 0 && w.live_n >= 48)
		return;
	if (fill(op, in, verb->parts))
		call(verb->who == OWNER ? w.owner : w.desk[agent], op, in, NULL);
	if (draw(100) == 0)
		login(agent);
}

static void
open_desks(const char *store)
{
	const char *url = strstr(store, "://") ? store : arena_printf(arena_new(), "file:%s", store);
	struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = 30 * MS_MINUTE, .mail_from = "desk@example.org", .ca = where.ca };
	struct err err = { 0 };

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
work(const char *store, long n, uint64_t seed, bool first)
{
	w.seed = seed;
	w.arena = arena_new();
	open_desks(store);
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
	for (size_t i = 0; i < AGENTS; i++)
		desk_close(&w.desk[i]);
	desk_close(&w.owner);
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
	printf("%ld %ld %ld\n", n, shared->refused, shared->strange);
	return worst || shared->strange ? 1 : 0;
}

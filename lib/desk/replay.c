/*
 * ixn.replay: a past period through the rules as they are, and through others.
 *
 * The record is read first, without a lock. The rules are read in a trial: the
 * other site is loaded by what loads any site, and let go again. Then all is
 * at hand, and the replays need no store.
 */
#include <math.h>
#include <string.h>

#include "desk/replay_priv.h"
#include "desk/site.h"

#define WITHIN (20 * MS_SECOND)

enum staff { STAFF_RECORDED,
	     STAFF_SITE };
static const struct name staff_v[] = {
	{ "recorded", N_("those who were there, when they were") },
	{ "site", N_("all agents of the rules, all the time") },
};
static const struct names staffs = { "staff", staff_v, COUNT_OF(staff_v) };

enum run { RUN_RECORDED,
	   RUN_PRESENT,
	   RUN_NEW,
	   RUNS };
static const struct name run_v[] = {
	{ "recorded", N_("as it was") },
	{ "present", N_("with the rules of the store") },
	{ "new", N_("with the rules of --load") },
};
static const struct names runs = { "run", run_v, COUNT_OF(run_v) };

struct replay_in {
	int64_t since, until, within, staff;
	struct records site;
};
#define X struct replay_in
RECORD(rec_replay_in, X, "ixn-replay", N_("A period, and the rules to try."),
       TIME_FIELD(X, since, FIELD_REQUIRED, N_("what came at this time or later")),
       TIME_FIELD(X, until, 0, N_("and before this time (now)")),
       DURATION_FIELD(X, within, 0, N_("count what was answered within so long (20s)")),
       NAME_FIELD(X, staff, staffs, 0, N_("who is there: recorded (the default), or site: all agents of the rules, all the time")),
       RECORDS_FIELD(X, site, rec_site, FIELD_NO_OPTION | FIELD_NULLS, N_("a site to load for the trial")))
#undef X

struct replay_out {
	const char *queue;
	int64_t run, arrivals, answered, abandoned, turned_away, waiting, overflowed, median, p90, mean, max;
	double within, occupancy;
};
#define X struct replay_out
RECORD(rec_replay_out, X, "replay", N_("Service levels of a queue in one run."),
       TEXT_FIELD(X, queue, FIELD_COLUMN, N_("the queue where they arrived; * for all of them")),
       NAME_FIELD(X, run, runs, FIELD_COLUMN, N_("recorded: as it was; present: with the rules of the store; new: with those of --load")),
       INT_FIELD(X, arrivals, FIELD_COLUMN, N_("interactions that arrived")),
       INT_FIELD(X, answered, FIELD_COLUMN, N_("answered by the end of the period")),
       INT_FIELD(X, abandoned, FIELD_COLUMN, N_("left by the contact before an agent came")),
       INT_FIELD(X, turned_away, 0, N_("ended unanswered without the contact, as by a closed queue")),
       INT_FIELD(X, waiting, FIELD_COLUMN, N_("still waiting at the end of the period")),
       INT_FIELD(X, overflowed, 0, N_("sent on to another queue by the rules")),
       DURATION_FIELD(X, median, FIELD_COLUMN, N_("half of those answered waited no longer")),
       DURATION_FIELD(X, p90, FIELD_COLUMN, N_("nine of ten of those answered waited no longer")),
       DURATION_FIELD(X, mean, 0, N_("how long those answered waited on average")),
       DURATION_FIELD(X, max, 0, N_("the longest wait of those answered")),
       REAL_FIELD(X, within, FIELD_COLUMN, N_("the share of the arrivals answered within --within")),
       REAL_FIELD(X, occupancy, FIELD_COLUMN, N_("the share of their time in which the agents who serve the queue had work in hand")))
#undef X

/* All that a replay needs. */
struct trial {
	struct past past;
	struct rules rules[RUNS]; /* of the record: those of the present */
	size_t done;              /* items, of all runs so far */
};

/* Reading. */

static int
period(const struct call *call, const struct replay_in *in, struct past *past, struct err *err)
{
	char text[TIME_TEXT];

	past->since = in->since;
	past->until = in->until == INT_ABSENT || in->until > call->now ? call->now : in->until;
	if (past->since < past->until)
		return 0;
	return err_set(err, E_BAD_VALUE, "name", "since", "value", time_format(past->since, text), "expected", N_("before the end of the period"), NULL);
}

static bool
asks_for_last(const struct records *sites)
{
	const struct site *site = sites->v;

	for (size_t i = 0; sites->n && i < site->queues.n; i++)
		if (((struct site_queue *)site->queues.v)[i].last_agent != INT_ABSENT)
			return true;
	return false;
}

/* Whoever may have been there: of the rules, old and new, and of the record. */
static int
names(struct call *call, const struct replay_in *in, const struct past *past, struct texts *out, struct err *err)
{
	const struct site *site = in->site.v;

	if (sql_texts(call->tx, call->arena, SQL_AGENT_NAMES, NO_ARGS, out, err) < 0)
		return -1;
	for (size_t i = 0; in->site.n && i < site->agents.n; i++)
		if (((struct site_agent *)site->agents.v)[i].name)
			texts_add(call->arena, out, ((struct site_agent *)site->agents.v)[i].name);
	for (size_t i = 0; i < past->work.n; i++)
		texts_add(call->arena, out, past->work.v[i].held);
	return 0;
}

static int
replay_before(struct call *call, const void *input, struct err *err)
{
	const struct replay_in *in = input;
	struct trial *trial = ARENA_NEW(call->arena, struct trial);
	struct rules present;
	bool last = asks_for_last(&in->site);
	struct texts who;

	if (period(call, in, &trial->past, err) < 0 || replay_rules(call, &present, err) < 0)
		return -1;
	for (size_t i = 0; i < present.queues.n; i++)
		last |= present.queues.v[i].last != REPLAY_LAST_OFF;
	if (past_read(call, &trial->past, last, err) < 0 || names(call, in, &trial->past, &who, err) < 0 ||
	    past_presence(call, &trial->past, &who, err) < 0)
		return -1;
	call->prepared = trial;
	return 0;
}

/* By what loads any site, with its checks; the answer it gives is not ours. */
static int
load(struct call *call, const struct site *site, struct err *err)
{
	struct call loading = *call;
	struct site mine = *site;

	loading.op = &op_site_load;
	loading.prepared = NULL;
	memset(&loading.answer, 0, sizeof(loading.answer));
	mine.reset_passwords = 0;
	return op_site_load.fn(&loading, &mine, err);
}

static int replay_after(struct call *call, const void *input, struct err *err);

static int
replay_fn(struct call *call, const void *input, struct err *err)
{
	const struct replay_in *in = input;
	struct trial *trial = call->prepared;

	if (replay_rules(call, &trial->rules[RUN_PRESENT], err) < 0)
		return -1;
	trial->rules[RUN_RECORDED] = trial->rules[RUN_PRESENT];
	if (in->site.n && (load(call, in->site.v, err) < 0 || replay_rules(call, &trial->rules[RUN_NEW], err) < 0))
		return -1;
	call->after = replay_after;
	return 0;
}

/* The staff. */

/* Logged in and ready all along, for the media of a login that names none. */
static void
be_there(struct call *call, const struct past *past, const struct texts *media, struct replay_agent *agent)
{
	struct replay_shift *shifts = arena_alloc(call->arena, (media->n * 2 + 1) * sizeof(*shifts));

	for (size_t i = 0; i < media->n; i++) {
		shifts[agent->n_shifts++] = (struct replay_shift){ media->v[i], false, past->since, past->until, past->since };
		shifts[agent->n_shifts++] = (struct replay_shift){ media->v[i], true, past->since, past->until, past->since };
	}
	agent->shift = shifts;
}

static bool
known(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->agents.n; i++)
		if (strcmp(rules->agents.v[i].name, name) == 0)
			return true;
	return false;
}

static void
set_agents(struct call *call, const struct trial *trial, enum run run, enum staff staff, struct replay *out)
{
	const struct rules *rules = &trial->rules[run];
	struct replay_agent *agents = arena_alloc(call->arena, (rules->agents.n + 1) * sizeof(*agents));

	for (size_t i = 0; i < rules->agents.n; i++) {
		struct replay_agent *a = &agents[i];
		const struct past_agent *was;

		*a = rules->agents.v[i];
		was = past_agent(&trial->past, a->name);
		if (staff == STAFF_SITE || (run == RUN_NEW && (!was || !was->n_shifts) && !known(&trial->rules[RUN_PRESENT], a->name))) {
			be_there(call, &trial->past, &rules->media.v[i], a);
		} else if (was) {
			a->shift = was->shift;
			a->n_shifts = was->n_shifts;
		}
	}
	out->agent = agents;
	out->n_agents = rules->agents.n;
}

/* Those who were there, though the site may no longer have them. */
static void
set_recorded_agents(struct call *call, const struct trial *trial, struct replay *out)
{
	static const char *const no_queue[] = { NULL };
	const struct rules *rules = &trial->rules[RUN_RECORDED];
	const struct past *past = &trial->past;
	struct replay_agent *agents = arena_alloc(call->arena, (past->agents.n + 1) * sizeof(*agents));

	for (size_t i = 0; i < past->agents.n; i++) {
		agents[i] = (struct replay_agent){ .name = past->agents.v[i].name, .queue = no_queue };
		for (size_t k = 0; k < rules->agents.n; k++)
			if (strcmp(rules->agents.v[k].name, agents[i].name) == 0)
				agents[i] = rules->agents.v[k];
		agents[i].shift = past->agents.v[i].shift;
		agents[i].n_shifts = past->agents.v[i].n_shifts;
	}
	out->agent = agents;
	out->n_agents = past->agents.n;
}

/* What a queue gave what entered it the other rules would have given, too. */
static int64_t
priority_of(const struct rules *rules, const char *queue)
{
	for (size_t i = 0; i < rules->queues.n; i++)
		if (strcmp(rules->queues.v[i].name, queue) == 0)
			return rules->priorities.v[i];
	return 0;
}

static void
set_items(struct arena *arena, const struct trial *trial, enum run run, struct replay *out)
{
	const struct past *past = &trial->past;
	struct replay_item *items;

	out->item = past->items.v;
	out->n_items = past->items.n;
	if (run != RUN_NEW || !past->items.n)
		return;
	items = (void *)arena_memdup(arena, past->items.v, past->items.n * sizeof(*items));
	out->item = items;
	for (size_t i = 0; i < past->items.n; i++)
		if (!items[i].held && items[i].priority == priority_of(&trial->rules[RUN_PRESENT], items[i].leg->queue))
			items[i].priority = priority_of(&trial->rules[RUN_NEW], items[i].leg->queue);
}

/* Running. */

struct progress {
	struct call *call;
	size_t runs; /* so far, with the reading */
};

static void
tell(void *context, size_t done, size_t n)
{
	const struct progress *p = context;

	past_progress(p->call, p->runs * n + done, PAST_RUNS * n);
}

static int
run_one(struct call *call, const struct replay_in *in, enum run run, struct progress *progress, struct replay_figures **figures_r, size_t *n_r, struct err *err)
{
	const struct trial *trial = call->prepared;
	const struct past *past = &trial->past;
	const struct rules *rules = &trial->rules[run];
	struct replay replay = {
		.from = past->since,
		.until = past->until,
		.queue = rules->queues.v,
		.n_queues = rules->queues.n,
		.contact = past->contacts.v,
		.n_contacts = past->contacts.n,
		.progress = tell,
		.context = progress,
	};
	struct replay_result result;
	/* Of the many things of a run only its figures are kept. */
	struct arena *arena = arena_new();
	int rc;

	if (run == RUN_RECORDED) {
		/* What each agent had in hand tells how busy all were. */
		set_recorded_agents(call, trial, &replay);
		replay.item = past->work.v;
		replay.n_items = past->work.n;
	} else {
		set_agents(call, trial, run, in->staff == STAFF_SITE ? STAFF_SITE : STAFF_RECORDED, &replay);
		set_items(arena, trial, run, &replay);
	}
	rc = replay_run(&replay, arena, &result, err);
	progress->runs++;
	if (run == RUN_RECORDED) {
		set_items(arena, trial, run, &replay);
		result.fate = past->fates.v;
	}
	if (rc == 0)
		rc = replay_figures(&replay, &result, in->within == INT_ABSENT ? WITHIN : in->within, call->arena, figures_r, n_r, err);
	arena_free(&arena);
	return rc;
}

static double
share(double x)
{
	return isnan(x) ? REAL_ABSENT : round(x * 10000) / 10000;
}

static int64_t
or_absent(int64_t ms)
{
	return ms < 0 ? INT_ABSENT : ms;
}

static void
answer(struct call *call, enum run run, const struct replay_figures *f)
{
	struct replay_out *out = call_answer(call);

	*out = (struct replay_out){
		.queue = f->queue ? f->queue : "*",
		.run = run,
		.arrivals = f->arrivals,
		.answered = f->answered,
		.abandoned = f->abandoned,
		.turned_away = f->turned_away,
		.waiting = f->waiting,
		.overflowed = f->overflowed,
		.median = or_absent(f->median),
		.p90 = or_absent(f->p90),
		.mean = or_absent(f->mean),
		.max = or_absent(f->max),
		.within = share(f->within),
		.occupancy = share(f->occupancy),
	};
}

/* One queue's figures of all runs stand together; the total is last. */
static void
answer_all(struct call *call, struct replay_figures *const figures[RUNS], const size_t n[RUNS])
{
	size_t at[RUNS] = { 0 };

	for (;;) {
		const struct replay_figures *first = NULL;

		for (int run = 0; run < RUNS; run++) {
			const struct replay_figures *f = at[run] < n[run] ? &figures[run][at[run]] : NULL;

			if (f && (!first || (f->queue && (!first->queue || strcmp(f->queue, first->queue) < 0))))
				first = f;
		}
		if (!first)
			return;
		for (int run = 0; run < RUNS; run++) {
			const struct replay_figures *f = at[run] < n[run] ? &figures[run][at[run]] : NULL;

			if (!f || !f->queue != !first->queue || (f->queue && strcmp(f->queue, first->queue) != 0))
				continue;
			answer(call, (enum run)run, f);
			at[run]++;
		}
	}
}

static int
replay_after(struct call *call, const void *input, struct err *err)
{
	const struct replay_in *in = input;
	const struct trial *trial = call->prepared;
	struct replay_figures *figures[RUNS] = { NULL };
	size_t n[RUNS] = { 0 };
	struct progress progress = { call, 1 };
	int rc = 0;

	if (!trial->past.arrivals)
		return 0;
	for (int run = 0; run < RUNS && rc == 0; run++)
		if (run != RUN_NEW || in->site.n)
			rc = run_one(call, in, (enum run)run, &progress, &figures[run], &n[run], err);
	past_progress(call, 1, 1);
	if (rc == 0)
		answer_all(call, figures, n);
	return rc;
}

const struct op op_ixn_replay = {
	"ixn.replay", N_("a past period through these rules, or others"), MAY_ADMINS | MAY(ROLE_LEAD), OP_TRIAL, &rec_replay_in, &rec_replay_out, replay_fn, replay_before
};

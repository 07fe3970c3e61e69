#include "cmd/hooks.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/process.h"
#include "cmd/signals.h"
#include "model/event_name.h"

/* A command at an event. */
struct run {
	struct run *next;
	const char *command;
	char *json, *event, *ixn, *ref;
	int64_t priority;
	int64_t every; /* ms until it runs again; 0: it runs once */
	int64_t at;    /* when it runs next */
	uint64_t turn;
	bool rests; /* until then */
	bool again; /* it has run already */
	bool last;  /* a newer one is repeated in its place */
};

struct rule {
	const char *event;
	int64_t priority, repeat;
};
RECORD(rec_rule, struct rule, "hook", NULL,
       TEXT_FIELD(struct rule, event, 0, NULL),
       INT_FIELD(struct rule, priority, 0, NULL),
       DURATION_FIELD(struct rule, repeat, 0, NULL))

struct hooks {
	struct cli *cli;
	const struct pairs *on;
	VEC(struct rule)
	rules;
	struct run *runs; /* that wait or rest */
	struct run *now;  /* that runs */
	struct process process;
	bool hold; /* only what runs once is started */
	uint64_t turns;
};

int
hooks_fd(const struct hooks *hooks)
{
	return hooks->on->n ? signals_fd() : -1;
}

/* A repeat is due by the clock of the desk where a test holds it. */
static int64_t
ticks(void)
{
	return clock_is_pinned() ? clock_now() : clock_monotonic();
}

/* Options. */

static bool
overlap(const char *a, const char *b)
{
	return event_is(a, b) || event_is(b, a);
}

static int
check_rule(const struct hooks *h, const struct rule *rule, const char *option, struct err *err)
{
	bool used = false;

	for (size_t i = 0; i < h->on->n; i++)
		used |= overlap(h->on->v[i].key, rule->event);
	if (!used)
		return err_set(err, E_BAD_VALUE, "name", option, "value", rule->event, "expected", N_("an event of --on"), NULL);
	if (rule->repeat != INT_ABSENT && !signal_known(rule->event))
		return err_set(err, E_BAD_VALUE, "name", option, "value", rule->event, "expected", N_("an event that another one settles; see ixn-events(7)"), NULL);
	if (rule->repeat != INT_ABSENT && rule->repeat <= 0)
		return err_set(err, E_BAD_VALUE, "name", option, "value", "0", "expected", N_("a duration above 0"), NULL);
	return 0;
}

static int
read_rules(struct hooks *h, const struct pairs *pairs, const char *field, const char *option, struct err *err)
{
	for (size_t i = 0; i < pairs->n; i++) {
		struct rule rule;

		record_init(&rec_rule, &rule);
		rule.event = pairs->v[i].key;
		if (cli_set(h->cli, &rec_rule, &rule, field, pairs->v[i].value, err) < 0 || check_rule(h, &rule, option, err) < 0)
			return -1;
		vec_push(h->cli->arena, &h->rules, rule);
	}
	return 0;
}

int
hooks_new(struct cli *cli, const struct hook_options *options, struct hooks **hooks_r, struct err *err)
{
	struct hooks *h = xcalloc(1, sizeof(*h));

	h->cli = cli;
	h->on = &options->on;
	if (read_rules(h, &options->priority, "priority", "--priority", err) < 0 || read_rules(h, &options->repeat, "repeat", "--repeat", err) < 0 ||
	    (h->on->n && signals_catch(err) < 0)) {
		hooks_free(&h);
		return -1;
	}
	*hooks_r = h;
	return 0;
}

/* The rule that names the event most exactly, and of those the last one; what is absent is no rule. */
static int64_t
rule_of(const struct hooks *h, const struct field *field, const char *event)
{
	const struct rule *best = NULL;

	for (size_t i = 0; i < h->rules.n; i++) {
		const struct rule *rule = &h->rules.v[i];

		if (field_present(field, rule) && event_is(rule->event, event) && (!best || strlen(rule->event) >= strlen(best->event)))
			best = rule;
	}
	return best ? field_int(field, best) : 0;
}

/* The command that runs. */

static void
run_free(struct run *run)
{
	free(run->json);
	free(run->event);
	free(run->ixn);
	free(run->ref);
	free(run);
}

static void
run_keep(struct hooks *h, struct run *run)
{
	struct run **to = &h->runs;

	while (*to)
		to = &(*to)->next;
	run->next = NULL;
	*to = run;
}

static void
run_drop(struct run **from)
{
	struct run *run = *from;

	*from = run->next;
	run_free(run);
}

static void
run_over(struct hooks *h)
{
	struct run *run = h->now;

	h->now = NULL;
	if (!run->every || run->last) {
		run_free(run);
		return;
	}
	run->again = run->rests = true;
	run_keep(h, run);
}

static void
report(struct hooks *h, int status)
{
	if (WIFSIGNALED(status))
		cli_say(h->cli, cli_text(N_("%s: '%s' was ended by signal %d")), h->now->event, h->now->command, WTERMSIG(status));
	else if (WEXITSTATUS(status))
		cli_say(h->cli, cli_text(N_("%s: '%s' ended with status %d")), h->now->event, h->now->command, WEXITSTATUS(status));
}

static void
look(struct hooks *h)
{
	int status = 0;

	if (!h->now || !process_look(&h->process, &status))
		return;
	/* How one ends that was told to is no news. */
	if (!h->process.kill_at)
		report(h, status);
	run_over(h);
}

static void
start(struct hooks *h, struct run *run)
{
	const char *const environment[][2] = { { "IXN_EVENT", run->event }, { "IXN_IXN", run->ixn }, { NULL, NULL } };

	h->now = run;
	run->at = ticks() + run->every;
	if (process_start(&h->process, &(struct process_spec){ run->command, run->json, environment }) == 0)
		return;
	cli_say(h->cli, cli_text(N_("%s: '%s' cannot be run: %s")), run->event, run->command, strerror(errno));
	run_over(h);
}

/* Those that wait. */

static bool
waits(const struct hooks *h, const struct run *run)
{
	return !run->rests && !(h->hold && run->every);
}

/* Of the most important ones that which came first; fresh: only among those that have not run. */
static struct run **
first(struct hooks *h, bool fresh)
{
	struct run **best = NULL;

	for (struct run **at = &h->runs; *at; at = &(*at)->next) {
		const struct run *run = *at;

		if (!waits(h, run) || (fresh && run->again))
			continue;
		if (!best || run->priority > (*best)->priority || (run->priority == (*best)->priority && run->turn < (*best)->turn))
			best = at;
	}
	return best;
}

static void
wake_resting(struct hooks *h)
{
	const int64_t now = ticks();

	for (struct run *run = h->runs; run; run = run->next)
		if (run->rests && run->at <= now) {
			run->rests = false;
			run->turn = h->turns++;
		}
}

void
hooks_step(struct hooks *h)
{
	struct run **next;

	signals_seen();
	look(h);
	wake_resting(h);
	next = first(h, true);
	if (h->now && next && (*next)->priority > h->now->priority)
		process_end(&h->process);
	while (!h->now && !signals_end() && (next = first(h, false))) {
		struct run *run = *next;

		*next = run->next;
		start(h, run);
	}
}

int64_t
hooks_wait(const struct hooks *h, int64_t ms)
{
	const int64_t now = ticks();

	for (const struct run *run = h->runs; run; run = run->next)
		if (run->rests && run->at - now < ms)
			ms = run->at - now;
	if (h->now)
		ms = process_wait(&h->process, ms);
	return ms > 0 ? ms : 0;
}

static void
wait_here(const struct hooks *h)
{
	struct pollfd p = { .fd = signals_fd(), .events = POLLIN };

	if (poll(&p, 1, (int)hooks_wait(h, MS_SECOND)) < 0)
		return; /* by a signal: its byte is there */
}

void
hooks_finish(struct hooks *h)
{
	for (hooks_step(h); !signals_end() && (h->now || first(h, false)); hooks_step(h))
		wait_here(h);
}

void
hooks_hold_repeats(struct hooks *h, bool hold)
{
	h->hold = hold;
}

void
hooks_free(struct hooks **hooks)
{
	struct hooks *h = *hooks;

	if (!h)
		return;
	if (h->now)
		process_end(&h->process);
	for (look(h); h->now; signals_seen(), look(h))
		wait_here(h);
	while (h->runs)
		run_drop(&h->runs);
	signals_restore();
	free(h);
	*hooks = NULL;
}

/* Events. */

static struct announced
announced(const struct run *run)
{
	return (struct announced){ run->event, run->ixn, run->ref };
}

static bool
is_settled(const struct run *run, const struct record *record, const void *p)
{
	const struct announced what = announced(run);

	return run->every && signal_settles(&what, record, p);
}

void
hooks_settle(struct hooks *h, const struct record *record, const void *p)
{
	for (struct run **at = &h->runs; *at;) {
		if (is_settled(*at, record, p))
			run_drop(at);
		else
			at = &(*at)->next;
	}
	if (h->now && is_settled(h->now, record, p)) {
		h->now->every = 0;
		process_end(&h->process);
	}
}

void
hooks_stop_repeats(struct hooks *h)
{
	for (struct run **at = &h->runs; *at;) {
		(*at)->every = 0;
		if ((*at)->again)
			run_drop(at);
		else
			at = &(*at)->next;
	}
	if (h->now && h->now->every) {
		h->now->every = 0;
		process_end(&h->process);
	}
}

static bool
is_renewed(const struct run *run, const char *command, const struct record *record, const void *p)
{
	const struct announced what = announced(run);

	return run->every && run->command == command && signal_renews(&what, record, p);
}

/* What is announced anew is repeated by the new event alone: three messages ring no more often than one. */
static void
repeat_instead(struct hooks *h, const char *command, const struct record *record, const void *p)
{
	for (struct run **at = &h->runs; *at;) {
		bool renewed = is_renewed(*at, command, record, p);

		if (renewed && (*at)->again) {
			run_drop(at);
			continue;
		}
		if (renewed)
			(*at)->last = true;
		at = &(*at)->next;
	}
	if (h->now && is_renewed(h->now, command, record, p))
		h->now->last = true;
}

static char *
copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void
add(struct hooks *h, const char *command, const char *json, const struct record *record, const void *p)
{
	const char *event = record_text(record, p, "event");
	struct run *run = xcalloc(1, sizeof(*run));

	run->command = command;
	run->json = xstrdup(json);
	run->event = xstrdup(event);
	run->ixn = copy(record_text(record, p, "ixn"));
	run->ref = copy(record_text(record, p, "ref"));
	run->priority = rule_of(h, record_field(&rec_rule, "priority"), event);
	run->every = signal_announces(record, p) ? rule_of(h, record_field(&rec_rule, "repeat"), event) : 0;
	run->turn = h->turns++;
	if (run->every)
		repeat_instead(h, command, record, p);
	run_keep(h, run);
}

bool
hooks_add(struct hooks *h, const struct record *record, const void *p)
{
	const char *event = record_text(record, p, "event");
	struct buf text = BUF_INIT;
	struct json json = json_writer(&text);
	bool any = false;

	for (size_t i = 0; i < h->on->n; i++) {
		if (!event_is(h->on->v[i].key, event))
			continue;
		if (!any) {
			record_json(record, p, &json);
			buf_char(&text, '\n');
		}
		any = true;
		add(h, h->on->v[i].value, buf_get(&text), record, p);
	}
	buf_release(&text);
	hooks_step(h);
	return any;
}

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/hooks.h"
#include "cmd/process.h"
#include "cmd/signals.h"
#include "model/event_name.h"

struct extra {
	const char *until;
	int64_t timeout;
	struct pairs on, priority, repeat;
	int64_t bell, notify;
};
RECORD(rec_ixn_watch_extra, struct extra, "ixn-watch", NULL,
       TEXT_FIELD_AS(struct extra, until, "EVENT", 0, N_("stop behind an event of this name, shown or not")),
       DURATION_FIELD(struct extra, timeout, 0, N_("stop after so long; status 1 when --until has not come")),
       PAIRS_FIELD(struct extra, on, 0, N_("EVENT=COMMAND: run it with the event as JSON on its standard input; may be given again")),
       PAIRS_FIELD(struct extra, priority, 0, N_("EVENT=N: its commands end the one that runs where that has a lower one (0); may be given again")),
       PAIRS_FIELD(struct extra, repeat, 0, N_("EVENT=DURATION: run its commands again so often until the event is settled; may be given again")),
       BOOL_FIELD(struct extra, bell, 0, N_("ring the terminal's bell at each event")),
       BOOL_FIELD(struct extra, notify, 0, N_("show each event on the desktop, by notify-send")))

struct watch {
	struct cli *cli;
	const struct extra *extra;
	struct hooks *hooks;
	struct cli_wait wait;
	struct texts shown; /* the events asked for, where the store is asked for all */
	char after[32];
	size_t seen;
	bool past;   /* what happened before it began (--after) is still being read */
	bool stop;   /* it has come to the event of --until */
	bool finish; /* which has commands */
};

/* The words go as arguments of their own, so that none can become an option or a command. */
static void
notify(struct cli *cli, const struct record *record, const void *p)
{
	const char *text = record_text(record, p, "text"), *ixn = record_text(record, p, "ixn");
	struct buf body = BUF_INIT;
	int status;
	pid_t pid;

	utf8_sanitize(&body, text ? text : (ixn ? ixn : ""), false);
	pid = fork();
	if (pid == 0) {
		execlp("notify-send", "notify-send", "--app-name=ixn", "--", record_text(record, p, "event"), buf_get(&body), (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127)
		cli_say(cli, "%s", cli_text(N_("notify-send cannot be run; it is in the package libnotify-bin")));
	buf_release(&body);
}

static bool
is_shown(const struct watch *w, const char *event)
{
	for (size_t i = 0; i < w->shown.n; i++)
		if (event_is(w->shown.v[i], event))
			return true;
	return w->shown.n == 0;
}

static bool
is_until(const struct watch *w, const char *event)
{
	return w->extra->until && event_is(w->extra->until, event);
}

/* The commands of what is past run to their end before anything else is read; those of today run beside. */
static void
run_hooks(struct watch *w, const struct record *record, const void *p)
{
	bool any = hooks_add(w->hooks, record, p);

	if (w->past)
		hooks_finish(w->hooks);
	w->stop = is_until(w, record_text(record, p, "event"));
	w->finish = w->stop && any;
}

static int
event(void *context, const struct record *record, const void *p, struct err *err)
{
	struct watch *w = context;
	const char *name = record_text(record, p, "event");

	snprintf(w->after, sizeof(w->after), "%s", record_text(record, p, "seq"));
	w->seen++;
	/* A row without a name only moves the cursor. */
	if (!name || w->stop || signals_end())
		return 0;
	hooks_settle(w->hooks, record, p);
	if (!is_shown(w, name)) {
		w->stop = is_until(w, name);
		return 0;
	}
	if (cli_print(w->cli, record, p, err) < 0)
		return -1;
	cli_flush(w->cli);
	if (w->extra->bell == 1)
		fputc('\a', stderr);
	if (w->extra->notify == 1)
		notify(w->cli, record, p);
	run_hooks(w, record, p);
	return 0;
}

static int
last(void *context, const struct record *record, const void *p, struct err *err)
{
	struct watch *w = context;

	(void)err;
	snprintf(w->after, sizeof(w->after), "%s", record_text(record, p, "seq"));
	return 0;
}

/* From where on. What happens while the rest is asked for is not to be missed: before anything else. */
static int
find_start(struct watch *w, struct err *err)
{
	const struct op *op = w->cli->command->op;
	const char *after = record_text(op->in, w->cli->in, "after");
	void *in = record_new(w->cli->arena, op->in);

	w->past = after;
	if (!after) {
		record_set_int(op->in, in, "last", 1);
		return cli_call(w->cli, op, in, last, w, err);
	}
	snprintf(w->after, sizeof(w->after), "%s", after);
	return 0;
}

/* The interactions to be watched, each there and by its whole id. */
static int
resolve(struct cli *cli, struct err *err)
{
	struct texts *ids = field_at(record_field(cli->command->op->in, "ixn"), cli->in);

	for (size_t i = 0; i < ids->n; i++)
		if (cli_resolve(cli, ids->v[i], &ids->v[i], err) < 0 || cli_call(cli, &op_ixn_show, &ids->v[i], cli_silent, NULL, err) < 0)
			return -1;
	return 0;
}

/* Do those asked for have all that --until stands for? */
static bool
has_until(const struct watch *w, const struct texts *events)
{
	for (size_t i = 0; w->extra->until && i < events->n; i++)
		if (event_is(events->v[i], w->extra->until))
			return true;
	return !w->extra->until || events->n == 0;
}

static void
begin(struct watch *w)
{
	const struct op *op = w->cli->command->op;
	struct texts *events = field_at(record_field(op->in, "event"), w->cli->in);

	hooks_hold_repeats(w->hooks, w->past);
	record_set_text(op->in, w->cli->in, "after", w->after);
	/* What settles an event, or ends the watch, may be none of those asked for. */
	if (w->extra->repeat.n || !has_until(w, events)) {
		w->shown = *events;
		*events = (struct texts){ NULL, 0, 0 };
	}
}

static int
loop(struct watch *w, struct err *err)
{
	struct cli *cli = w->cli;
	int64_t left;

	/* From here on the store is watched: nothing can happen between looking and waiting. */
	desk_wait(cli->desk, 0);
	while (!w->stop && !signals_end()) {
		w->seen = 0;
		if (cli_call(cli, cli->command->op, cli->in, event, w, err) < 0)
			return -1;
		hooks_step(w->hooks);
		arena_reset(cli->arena);
		if (w->seen || w->stop)
			continue;
		w->past = false;
		hooks_hold_repeats(w->hooks, false);
		left = cli_wait_left(&w->wait);
		if (!left)
			break;
		desk_wait_for(cli->desk, hooks_fd(w->hooks), hooks_wait(w->hooks, left));
	}
	if (w->stop || !w->extra->until || signals_end())
		return 0;
	return err_set(err, E_TIMED_OUT, "time", duration_format(cli->arena, w->extra->timeout), NULL);
}

static int
watch(struct watch *w, struct err *err)
{
	struct arena *keep = w->cli->arena, *each;
	int rc;

	w->wait = cli_wait_begin(w->cli, w->extra->timeout);
	if (find_start(w, err) < 0 || resolve(w->cli, err) < 0)
		return -1;
	begin(w);
	w->cli->arena = each = arena_new();
	rc = loop(w, err);
	hooks_stop_repeats(w->hooks);
	if (rc == 0 && w->finish)
		hooks_finish(w->hooks);
	w->cli->arena = keep;
	arena_free(&each);
	return rc;
}

/* Else it would be waited for, for ever. */
static int
check(const struct extra *extra, struct err *err)
{
	if (extra->until && event_check("--until", extra->until, err) < 0)
		return -1;
	for (size_t i = 0; i < extra->on.n; i++)
		if (event_check("--on", extra->on.v[i].key, err) < 0)
			return -1;
	return 0;
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;
	const struct hook_options options = { extra->on, extra->priority, extra->repeat };
	struct watch w = { .cli = cli, .extra = extra };
	struct err err = { 0 };
	int rc = check(extra, &err);

	if (rc == 0)
		rc = hooks_new(cli, &options, &w.hooks, &err);
	cli->live = true;
	if (rc == 0)
		rc = watch(&w, &err);
	hooks_free(&w.hooks);
	if (signals_end()) {
		/* Whoever started us sees what ended us. */
		desk_close(&cli->desk);
		raise(signals_end());
	}
	cli_flush(cli);
	return rc < 0 ? cli_fail(cli, &err, NULL) : cli->worst;
}

const struct command cmd_ixn_watch = {
	.name = "ixn-watch",
	.summary = N_("shows events as they happen"),
	.about = N_("Offers, messages with their text, changes of state, alerts; ixn-events(7) lists the names. A noun stands for all its events: chat for chat.message and chat.ended. "
		    "--after goes on where an earlier watch stopped.\n\n"
		    "The commands of --on run beside the watch, one at a time, with the event's name in IXN_EVENT and the interaction's id in IXN_IXN; what a contact wrote is on their standard input only. "
		    "They wait for their turn, those of a higher --priority first; one that comes while another of a lower priority runs ends that one: SIGTERM to its process group, SIGKILL a second later. "
		    "A command that fails is told of on standard error, and the watch goes on.\n\n"
		    "With --repeat a command is run again and again, counted from when it was started, until the event is settled, as an offer is by being accepted, rejected, withdrawn or by expiring; "
		    "a run that goes on is ended then, and what is settled already is not begun. ixn-events(7) says what settles what. A repeat ends no other command; it waits.\n\n"
		    "What happened before the watch began (--after) comes first: each of its commands runs to its end, once, before the next event is read; what is to be repeated begins behind all that. "
		    "When the watch ends, by --timeout, SIGINT, SIGTERM or SIGHUP, the command that runs is ended and those that wait are not run. "
		    "So it is with --until, but where its event has a command itself: then all that wait take their turn and finish."),
	.task = TASK_IXN,
	.flags = CMD_STREAM,
	.op = &op_event_list,
	.extra = &rec_ixn_watch_extra,
	.examples = {
		{ "ixn-watch", N_("everything, until interrupted") },
		{ "ixn-watch --ixn ID --until ixn.done --timeout 10m", N_("one interaction, until it is done") },
		{ "ixn-watch --on offer.created=./ring --repeat offer.created=5s", N_("run a command at each offer, every 5 s until it is accepted or gone") },
	},
	.run = run,
	.see = "chat-tail, ixn-accept, alert-list, ixn-events(7)",
};

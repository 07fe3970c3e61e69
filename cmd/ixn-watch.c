#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cmd/cmd.h"

struct extra {
	const char *until;
	int64_t timeout;
	struct pairs on;
	int64_t bell, notify;
};
RECORD(rec_ixn_watch_extra, struct extra, "ixn-watch", NULL,
       TEXT_FIELD_AS(struct extra, until, "EVENT", 0, N_("stop behind an event of this name")),
       DURATION_FIELD(struct extra, timeout, 0, N_("stop after so long; status 1 when --until has not come")),
       PAIRS_FIELD(struct extra, on, 0, N_("EVENT=COMMAND: run it with the event as JSON on its standard input; may be given again")),
       BOOL_FIELD(struct extra, bell, 0, N_("ring the terminal's bell at each event")),
       BOOL_FIELD(struct extra, notify, 0, N_("show each event on the desktop, by notify-send")))

struct watch {
	struct cli *cli;
	const struct extra *extra;
	char after[32];
	size_t seen;
	bool stop;
};

static bool
is_event(const char *pattern, const char *event)
{
	size_t size = strlen(pattern);

	return strncmp(pattern, event, size) == 0 && (!event[size] || event[size] == '.');
}

/* One at a time: the next event waits until the command has ended. */
static void
run_hook(struct cli *cli, const char *command, const struct record *record, const void *p)
{
	struct buf text = BUF_INIT;
	struct json json = json_writer(&text);
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	int ends[2], status;
	pid_t pid = -1;

	record_json(record, p, &json);
	buf_char(&text, '\n');
	if (pipe(ends) == 0) {
		pid = fork();
		if (pid == 0) {
			signal(SIGPIPE, SIG_DFL);
			dup2(ends[0], STDIN_FILENO);
			close(ends[0]);
			close(ends[1]);
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
			_exit(127);
		}
		close(ends[0]);
		for (size_t done = 0; pid > 0 && done < text.n;) {
			ssize_t n = write(ends[1], text.p + done, text.n - done);

			if (n < 0 && errno != EINTR)
				break;
			done += n > 0 ? (size_t)n : 0;
		}
		close(ends[1]);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0)
		cli_say(cli, "%s: %s", command, strerror(errno));
	signal(SIGPIPE, old);
	buf_release(&text);
}

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

static int
event(void *context, const struct record *record, const void *p, struct err *err)
{
	struct watch *w = context;
	const char *name = record_text(record, p, "event");

	snprintf(w->after, sizeof(w->after), "%s", record_text(record, p, "seq"));
	w->seen++;
	/* A row without a name only moves the cursor. */
	if (!name || w->stop)
		return 0;
	if (cli_print(w->cli, record, p, err) < 0)
		return -1;
	cli_flush(w->cli);
	if (w->extra->bell == 1)
		fputc('\a', stderr);
	if (w->extra->notify == 1)
		notify(w->cli, record, p);
	for (size_t i = 0; i < w->extra->on.n; i++)
		if (is_event(w->extra->on.v[i].key, name))
			run_hook(w->cli, w->extra->on.v[i].value, record, p);
	w->stop = w->extra->until && is_event(w->extra->until, name);
	return 0;
}

static int
ignore(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)context, (void)record, (void)p, (void)err;
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

/* The interactions to be watched, each there and by its whole id. */
static int
resolve(struct cli *cli, struct err *err)
{
	struct texts *ids = field_at(record_field(cli->command->op->in, "ixn"), cli->in);

	for (size_t i = 0; i < ids->n; i++)
		if (cli_resolve(cli, ids->v[i], &ids->v[i], err) < 0 || cli_call(cli, &op_ixn_show, &ids->v[i], ignore, NULL, err) < 0)
			return -1;
	return 0;
}

static int
begin(struct watch *w, struct err *err)
{
	const struct op *op = w->cli->command->op;
	const char *after = record_text(op->in, w->cli->in, "after");
	int rc = 0;

	if (after) {
		snprintf(w->after, sizeof(w->after), "%s", after);
	} else {
		record_set_int(op->in, w->cli->in, "last", 1);
		rc = cli_call(w->cli, op, w->cli->in, last, w, err);
		record_set_int(op->in, w->cli->in, "last", 0);
	}
	record_set_text(op->in, w->cli->in, "after", w->after);
	return rc;
}

static int
loop(struct watch *w, struct err *err)
{
	struct cli *cli = w->cli;
	int64_t start = clock_monotonic(), timeout = w->extra->timeout, left = MS_SECOND;
	time_ms now = clock_now();

	/* From here on the store is watched: nothing can happen between looking and waiting. */
	desk_wait(cli->desk, 0);
	while (!w->stop) {
		w->seen = 0;
		if (cli_call(cli, cli->command->op, cli->in, event, w, err) < 0)
			return -1;
		arena_reset(cli->arena);
		if (w->seen || w->stop)
			continue;
		if (timeout != INT_ABSENT) {
			left = timeout - (clock_monotonic() - start);
			if (left <= 0 || clock_now() - now >= timeout)
				break;
		}
		desk_wait(cli->desk, left);
	}
	if (w->stop || !w->extra->until)
		return 0;
	return err_set(err, E_TIMED_OUT, "time", duration_format(cli->arena, timeout), NULL);
}

static int
run(struct cli *cli)
{
	struct watch w = { .cli = cli, .extra = cli->extra };
	struct arena *keep = cli->arena, *each;
	struct err err = { 0 };
	int rc = resolve(cli, &err);

	if (rc == 0)
		rc = begin(&w, &err);
	each = arena_new();
	cli->arena = each;
	if (rc == 0)
		rc = loop(&w, &err);
	cli->arena = keep;
	arena_free(&each);
	cli_flush(cli);
	return rc < 0 ? cli_fail(cli, &err, NULL) : cli->worst;
}

const struct command cmd_ixn_watch = {
	.name = "ixn-watch",
	.summary = N_("shows events as they happen"),
	.about = N_("Offers, messages with their text, changes of state; ixn-events(7) lists the names. A noun stands for all its events: chat for chat.message and chat.ended. "
		    "--after goes on where an earlier watch stopped."),
	.task = TASK_IXN,
	.flags = CMD_STREAM,
	.op = &op_event_list,
	.extra = &rec_ixn_watch_extra,
	.examples = {
		{ "ixn-watch", N_("everything, until interrupted") },
		{ "ixn-watch --ixn ID --until ixn.done --timeout 10m", N_("one interaction, until it is done") },
		{ "ixn-watch --event offer.created --on offer.created='notify-send Offer'", N_("run a command at each offer") },
	},
	.run = run,
	.see = "chat-tail, ixn-accept",
};

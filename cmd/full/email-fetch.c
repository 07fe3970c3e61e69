/*
 * email-fetch: a process for each mailbox, since what reads mail can be made to
 * crash by who sends it. This one prints what they say.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err_json.h"
#include "base/file.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/full/account.h"
#include "jobs/crew.h"
#include "jobs/fetch.h"
#include "jobs/mail_read.h"
#include "jobs/packed.h"

#define AT_ONCE 8
/* With --follow: for another one to end, and behind one that died. */
#define PAUSE_MS (60 * MS_SECOND)
/* A message of a child, about. */
#define SAID_MAX ((size_t)32 << 10)
#define MAIL_FILE_MAX ((size_t)64 << 20)

struct in {
	int64_t follow, limit, lock_wait;
	const char *test_rules;
};
#define X struct in
static const struct field in_fields[] = {
	BOOL_FIELD(X, follow, 0, N_("go on, and fetch what comes, until interrupted")),
	INT_FIELD(X, limit, 0, N_("fetch at most so many mails of each mailbox")),
	DURATION_FIELD(X, lock_wait, 0, N_("wait so long for another email-fetch of the mailbox to end (0s; with --follow 60s)")),
	TEXT_FIELD_AS(X, test_rules, "FILE", 0, N_("fetch nothing: show what the rules of the mailbox do with this mail; '-' is standard input")),
};
#undef X
static const struct record rec_in = { "email-fetch", N_("How to fetch."), sizeof(struct in), in_fields, COUNT_OF(in_fields) };
/* No operation of the desk, but a batch of them: here for its records. */
static const struct op op_fetch = { "mail.fetch", N_("fetches mail"), MAY_SERVICES, 0, &rec_in, &rec_mail_taken, NULL, NULL };
static const struct op *const also[] = { &op_mail_test_rules, NULL };

struct job {
	const char *mailbox;
	struct fetch_mark *mark; /* both processes see it */
	int64_t step;            /* with --follow: the wait after it died */
};

struct jobs {
	struct cli *cli;
	const struct in *in;
	struct job *v;
	size_t n;
	struct arena *each; /* of what is printed, until it is */
	int64_t outcomes[FETCH_DISCARDED + 1], listed;
};

/* What a child says: a letter, and records, each behind its size, or an error. */

enum word {
	WORD_MAILS = 'm',
	WORD_ERROR = 'e',   /* that was it */
	WORD_TROUBLE = 't', /* it goes on */
};

struct child {
	struct jobs *jobs;
	struct job *job;
	int out;
	struct buf said; /* messages of a batch */
};

static int
say(const struct child *c, const struct buf *message)
{
	return crew_say(c->out, buf_get(message), message->n);
}

static void
say_error(const struct child *c, enum word word, const struct err *err)
{
	struct buf message = BUF_INIT;
	struct json json = json_writer(&message);

	buf_char(&message, (char)word);
	err_json(err, &json);
	/* Where nobody is left to hear it, there is nobody to tell so either. */
	if (say(c, &message) < 0)
		buf_reset(&message);
	buf_release(&message);
}

/* Those of a batch in one message, or in several where they are many. */
static int
on_taken(void *context, const struct mail_taken *mail, struct err *err)
{
	struct child *c = context;
	size_t at = c->said.n + (c->said.n ? 0 : 1);
	uint32_t size;

	if (mail) {
		if (!c->said.n)
			buf_char(&c->said, WORD_MAILS);
		buf_add(&c->said, "\0\0\0\0", sizeof(size));
		packed_add(&c->said, &rec_mail_taken, mail);
		size = (uint32_t)(c->said.n - at - sizeof(size));
		memcpy(c->said.p + at, &size, sizeof(size));
	}
	if (!c->said.n || (mail && c->said.n < SAID_MAX))
		return 0;
	if (say(c, &c->said) < 0) {
		err->code = E_OK;
		return -1;
	}
	buf_reset(&c->said);
	return 0;
}

static void
on_trouble(void *context, const struct err *err, int64_t wait)
{
	(void)wait;
	say_error(context, WORD_TROUBLE, err);
}

static int
read_account(void *context, struct arena *arena, struct imap_account *account, struct err *err)
{
	const struct child *c = context;
	struct cli *cli = c->jobs->cli;
	struct arena *was = cli->arena;
	int rc;

	cli->arena = arena;
	rc = imap_account_read(cli, c->job->mailbox, account, err);
	cli->arena = was;
	return rc;
}

/* In a process of its own. */
static int
work(void *context, size_t i, int out)
{
	struct jobs *jobs = context;
	struct cli *cli = jobs->cli;
	const struct in *in = jobs->in;
	struct child c = { .jobs = jobs, .job = &jobs->v[i], .out = out, .said = BUF_INIT };
	const struct fetch_settings settings = {
		.mailbox = c.job->mailbox,
		.account = read_account,
		.taken = on_taken,
		.trouble = on_trouble,
		.context = &c,
		.lock_wait = in->lock_wait != INT_ABSENT ? in->lock_wait : in->follow == 1 ? PAUSE_MS
											   : 0,
		.limit = in->limit == INT_ABSENT ? 0 : in->limit,
		.dry_run = cli->dry_run,
		.stop = crew_stop(),
		.stop_fd = crew_stop_fd(),
		.mark = c.job->mark,
	};
	struct fetch_totals totals = { 0 };
	struct err err = { 0 };
	int status = cli_open_desk(cli);

	if (status)
		return status;
	if ((in->follow == 1 ? fetch_follow : fetch_run)(cli->desk, &settings, &totals, &err) < 0 && err.code != E_OK)
		say_error(&c, WORD_ERROR, &err);
	desk_close(&cli->desk);
	buf_release(&c.said);
	return 0;
}

/* In the parent. */

static int
heard_error(struct jobs *jobs, size_t i, enum word word, const char *text, size_t size)
{
	struct cli *cli = jobs->cli;
	struct err err = { 0 };
	int worst = cli->worst;

	if (json_check("a process", text, size, NULL, &err) < 0 || !err_from_json(cli->arena, text, &err))
		err_set(&err, E_BUG, "what", "a process said what is no error", NULL);
	cli_fail(cli, &err, jobs->v[i].mailbox);
	/* It will have another try. */
	if (word == WORD_TROUBLE)
		cli->worst = worst;
	return 0;
}

static int
show(struct jobs *jobs, const char *packed, size_t size)
{
	struct cli *cli = jobs->cli;
	struct mail_taken *mail = record_new(cli->arena, &rec_mail_taken);
	struct err err = { 0 };

	if (packed_read(cli->arena, packed, size, &rec_mail_taken, mail) < 0)
		return -1;
	if (mail->outcome >= 0 && mail->outcome <= FETCH_DISCARDED)
		jobs->outcomes[mail->outcome]++;
	else
		jobs->listed++;
	if (cli_print(cli, &rec_mail_taken, mail, &err) == 0)
		return 0;
	if (err.code != E_OK)
		cli_fail(cli, &err, NULL);
	return -1;
}

static int
heard_mails(struct jobs *jobs, const char *p, size_t size)
{
	const char *end = p + size;
	uint32_t n;

	while (p < end) {
		if ((size_t)(end - p) < sizeof(n))
			return -1;
		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
		if ((size_t)(end - p) < n || show(jobs, p, n) < 0)
			return -1;
		p += n;
	}
	return 0;
}

static int
heard(void *context, size_t i, const char *message, size_t size)
{
	struct jobs *jobs = context;
	const char *text;

	if (size < 1)
		return -1;
	if (*message == WORD_MAILS)
		return heard_mails(jobs, message + 1, size - 1);
	text = arena_memdup(jobs->cli->arena, message + 1, size - 1);
	return heard_error(jobs, i, (enum word) * message, text, size - 1);
}

static void
quiet(void *context)
{
	struct jobs *jobs = context;

	cli_flush(jobs->cli);
	arena_reset(jobs->each);
}

/* Not told to end by somebody: its own fault. */
static bool
crashed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGTERM && WTERMSIG(status) != SIGINT;
}

/* Its mail is set aside by the next one. 0: start it. */
static bool
set_aside(struct fetch_mark *mark)
{
	if (!mark->reading || mark->bad_n >= FETCH_BAD_MAX)
		return false;
	mark->bad[mark->bad_n++] = mark->reading;
	mark->reading = 0;
	return true;
}

static int64_t
ended(void *context, size_t i, int status)
{
	struct jobs *jobs = context;
	struct job *job = &jobs->v[i];
	struct cli *cli = jobs->cli;
	const char *name = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;
	const char *uid = arena_printf(cli->arena, "%" PRIu32, job->mark->reading);
	struct err err = { 0 };
	bool aside;

	if (WIFEXITED(status)) {
		if (WEXITSTATUS(status))
			cli_remember(cli, WEXITSTATUS(status));
		return -1;
	}
	aside = crashed(status) && set_aside(job->mark);
	job->mark->reading = 0;
	err_set(&err, aside ? E_FETCH_ENDED_AT : E_FETCH_ENDED, "name", job->mailbox, "signal", name ? name : "?", "uid", uid, NULL);
	cli_fail(cli, &err, job->mailbox);
	if (aside)
		return 0;
	if (jobs->in->follow != 1)
		return -1;
	job->step = job->step * 2 < 5 * MS_MINUTE ? job->step * 2 : 5 * MS_MINUTE;
	return job->step;
}

/* Which mailboxes. */

static void
add_job(struct jobs *jobs, const char *mailbox)
{
	for (size_t i = 0; i < jobs->n; i++)
		if (strcmp(jobs->v[i].mailbox, mailbox) == 0)
			return;
	jobs->v[jobs->n++] = (struct job){ .mailbox = mailbox, .step = MS_SECOND / 2 };
}

static int
add_name(void *context, const struct record *record, const void *p, struct err *err)
{
	struct texts *names = ((void **)context)[1];

	(void)err;
	texts_add(((void **)context)[0], names, record_text(record, p, "name"));
	return 0;
}

static int
mailboxes_of_site(struct cli *cli, struct texts *out, struct err *err)
{
	void *context[] = { cli->arena, out };

	return cli_call(cli, &op_mail_box, record_new(cli->arena, &rec_mail_box_in), add_name, context, err);
}

static int
choose(struct jobs *jobs, struct err *err)
{
	struct cli *cli = jobs->cli;
	struct texts names = { NULL, 0, 0 };
	size_t without = 0;

	for (int i = 0; i < cli->operands_n; i++)
		texts_add(cli->arena, &names, cli->operands[i]);
	if (cli->operands_n == 0 && mailboxes_of_site(cli, &names, err) < 0)
		return -1;
	jobs->v = arena_alloc(cli->arena, (names.n ? names.n : 1) * sizeof(*jobs->v));
	for (size_t i = 0; i < names.n; i++)
		if (cli->operands_n > 0 || jobs->in->test_rules || cli_config_of(cli, "imap", names.v[i], "host", NULL))
			add_job(jobs, names.v[i]);
		else
			without++;
	if (jobs->n == 0 && without > 0)
		return err_set(err, E_NO_BACKEND, "what", N_("the server that mail is fetched from"), "key", "imap.host", NULL);
	/* What runs each night must not fail for it. */
	if (jobs->n == 0)
		cli_say(cli, "%s", cli_text(N_("nothing to fetch: the site has no mailbox with a queue; see mailboxes in ixn-formats(5)")));
	return 0;
}

static int
share_marks(struct jobs *jobs, struct err *err)
{
	struct fetch_mark *marks = mmap(NULL, (jobs->n + 1) * sizeof(*marks), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (marks == MAP_FAILED)
		return err_set(err, E_IO, "path", "memory", "reason", "none is left", NULL);
	for (size_t i = 0; i < jobs->n; i++)
		jobs->v[i].mark = &marks[i];
	return 0;
}

/* Trying the rules. */

static int
test_rules(struct cli *cli, const struct jobs *jobs, struct err *err)
{
	struct mail_reader *reader = mail_reader_new();
	struct mail_fetched mail;
	struct imap_mail file = { .uid = 1, .received = INT_ABSENT };
	int rc = file_read(cli->arena, jobs->in->test_rules, MAIL_FILE_MAX, &file.bytes, &file.bytes_n, err);

	file.size = (uint32_t)file.bytes_n;
	if (rc == 0)
		mail_read(reader, cli->arena, &file, MAIL_READ_WHOLE, &mail);
	for (size_t i = 0; i < jobs->n && rc == 0; i++) {
		const struct mail_test_in in = { jobs->v[i].mailbox, { &mail, 1 } };

		rc = cli_call(cli, &op_mail_test_rules, &in, NULL, NULL, err);
	}
	mail_reader_free(&reader);
	cli_flush(cli);
	return rc;
}

/* The end. */

static void
summarize(struct jobs *jobs)
{
	struct buf text = BUF_INIT;

	for (int i = 0; i <= FETCH_DISCARDED; i++)
		if (jobs->outcomes[i])
			buf_printf(&text, "%s%" PRId64 " %s", text.n ? ", " : "", jobs->outcomes[i], names_get(&fetch_outcomes, i));
	if (jobs->listed)
		cli_say(jobs->cli, cli_text(N_("%lld mails would be fetched")), (long long)jobs->listed);
	else if (text.n)
		cli_say(jobs->cli, "%s", buf_get(&text));
	buf_release(&text);
}

static int
fetch(struct cli *cli, struct jobs *jobs, struct err *err)
{
	struct arena *keep = cli->arena;
	struct crew crew = {
		.n = jobs->n,
		.at_once = jobs->in->follow == 1 ? 0 : AT_ONCE,
		.work = work,
		.heard = heard,
		.ended = ended,
		.quiet = quiet,
		.context = jobs,
	};
	int rc;

	if (share_marks(jobs, err) < 0)
		return -1;
	/* Nothing that is open now may be in two processes. */
	desk_close(&cli->desk);
	cli_flush(cli);
	cli->arena = jobs->each = arena_new();
	rc = crew_run(&crew, err);
	cli_flush(cli);
	summarize(jobs);
	cli->arena = keep;
	arena_free(&jobs->each);
	/* Told to stop, a service has done well. */
	if (jobs->in->follow == 1 && *crew_stop())
		cli->worst = 0;
	return rc;
}

static int
run(struct cli *cli)
{
	struct jobs jobs = { .cli = cli, .in = cli->in };
	struct err err = { 0 };

	if (jobs.in->limit != INT_ABSENT && jobs.in->limit < 1) {
		err_set(&err, E_BAD_VALUE, "name", "--limit", "value", arena_printf(cli->arena, "%lld", (long long)jobs.in->limit), "expected", N_("a number above 0"), NULL);
		return cli_fail(cli, &err, NULL);
	}
	if (jobs.in->test_rules && jobs.in->follow == 1) {
		err_set(&err, E_USAGE, "what", N_("--test-rules fetches nothing: it cannot --follow"), NULL);
		return cli_fail(cli, &err, NULL);
	}
	if (choose(&jobs, &err) < 0)
		return cli_fail(cli, &err, NULL);
	if (jobs.in->test_rules ? test_rules(cli, &jobs, &err) < 0 : fetch(cli, &jobs, &err) < 0)
		cli_fail(cli, &err, NULL);
	return cli->worst;
}

const struct command cmd_email_fetch = {
	.name = "email-fetch",
	.summary = N_("fetches mail"),
	.about = N_("Fetches the mail of the site's mailboxes by IMAP from the servers of the configuration ([imap], and [imap.NAME] for the mailbox NAME), and prints each with its "
		    "interaction and what became of it. Without operands: of all mailboxes for which there is a server. For cron, or with --follow for a service. "
		    "It may be interrupted or killed at any time: no mail is lost, and none is taken twice.\n\n"
		    "What was fetched is known by its number in the mailbox, never by whether somebody has read it. Where a mailbox counts anew, or was deleted and made again, "
		    "mails are known by Message-ID and digest. Behind its transaction a mail is marked as read, moved, or left alone, as the site says (after). "
		    "A mail above the mailbox's size comes as its header alone, with a note. One that breaks the program that reads it is kept as it came, unread.\n\n"
		    "Each mailbox is fetched by a process of its own; one that fails does not hold up the others. With --follow it waits for news (IDLE), and when the server goes away "
		    "it connects again, after a second at first, after 5 minutes at last; a refused login or certificate ends that mailbox. "
		    "--dry-run lists what would be fetched, and changes nothing. --test-rules shows which rules of the mailbox match a mail in a file, and what would come of it.\n\n"
		    "Exit status: 0 all is fetched, or the site has no mailbox to fetch from, which is said; 66 no such mailbox, here or at the server; 69 the server cannot be reached, or refused the login or is refused for its certificate, "
		    "or would not mark or move a mail; 70 a process crashed; 74 the disk is full; 75 another email-fetch is at this mailbox; 79 its folder is gone; 80 several of these. "
		    "With --follow: 0 when it is told to stop by SIGINT or SIGTERM, which lets it finish the batch at hand."),
	.task = TASK_CHANNEL,
	.flags = CMD_DRY_RUN | CMD_STREAM,
	.op = &op_fetch,
	.also = also,
	.operand = "[MAILBOX...]",
	.examples = {
		{ "email-fetch", N_("fetch what came to all mailboxes") },
		{ "email-fetch support --quiet --lock-wait 10s", N_("of one, for cron: only what went wrong is said") },
		{ "email-fetch --follow", N_("fetch what comes, until interrupted") },
		{ "email-fetch support --test-rules mail.eml", N_("what the rules of the mailbox do with a mail") },
	},
	.run = run,
	.see = "email-reply, outbox-send, ixn-show",
};

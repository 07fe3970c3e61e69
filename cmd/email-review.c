#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/lockfile.h"
#include "base/utf8.h"
#include "cmd/cmd.h"

/* Showing: a text for people, as it also goes into a mail. */

static void
put(struct buf *out, const char *name, const char *text)
{
	if (text && *text)
		buf_printf(out, "%-13s%s\n", name, text);
}

static void
put_title(struct buf *out, const char *title)
{
	buf_printf(out, "\n== %s ==\n", title);
}

static void
put_text(struct buf *out, const char *title, const char *text)
{
	if (!text || !*text)
		return;
	put_title(out, title);
	buf_str(out, text);
	if (text[strlen(text) - 1] != '\n')
		buf_char(out, '\n');
}

static const char *
cell(struct cli *cli, const struct record *record, const void *p, const char *field)
{
	return cli_get(cli, record, p, field);
}

/* "2/3". */
static const char *
of(struct cli *cli, const struct record *record, const void *p, const char *n, const char *all)
{
	const char *a = cell(cli, record, p, n), *b = cell(cli, record, p, all);

	return a && b ? arena_printf(cli->arena, "%s/%s", a, b) : a;
}

static void
put_findings(const struct record *record, const void *p, struct buf *out)
{
	const struct texts *findings = field_const(record_field(record, "findings"), p);

	put_title(out, cli_text(N_("Findings")));
	for (size_t i = 0; i < findings->n; i++)
		buf_printf(out, "- %s\n", findings->v[i]);
	if (!findings->n)
		buf_printf(out, "%s\n", cli_text(N_("none")));
}

/* What was done, with what was said. */
static void
put_steps(struct cli *cli, const struct record *record, const void *p, struct buf *out)
{
	const struct field *f = record_field(record, "steps");
	const struct records *steps = field_const(f, p);

	put_title(out, cli_text(N_("History")));
	for (size_t i = 0; i < steps->n; i++) {
		const void *s = (const char *)steps->v + i * f->sub->size;
		const char *agent = cell(cli, f->sub, s, "agent"), *remark = cell(cli, f->sub, s, "remark");

		buf_printf(out, "%s  %s/%s  %s%s%s\n", cell(cli, f->sub, s, "at"), cell(cli, f->sub, s, "cycle"), cell(cli, f->sub, s, "stage"), cell(cli, f->sub, s, "verdict"),
			   agent ? "  " : "", agent ? agent : "");
		if (remark)
			buf_printf(out, "    %s\n", remark);
	}
}

static void
put_head(struct cli *cli, const struct record *record, const void *p, struct buf *out)
{
	put(out, "Review", cell(cli, record, p, "id"));
	put(out, "State", cell(cli, record, p, "state"));
	put(out, "Author", cell(cli, record, p, "author"));
	put(out, "Since", cell(cli, record, p, "since"));
	put(out, "Cycle", cell(cli, record, p, "cycle"));
	put(out, "Stage", of(cli, record, p, "stage", "stages"));
	put(out, "Approvals", of(cli, record, p, "approvals", "quorum"));
	put(out, "Reviewers", cell(cli, record, p, "reviewers"));
	put(out, "In hand", cell(cli, record, p, "holder"));
	put(out, "Rules", cell(cli, record, p, "rules"));
	put(out, "From", cell(cli, record, p, "from"));
	put(out, "To", cell(cli, record, p, "to"));
	put(out, "Cc", cell(cli, record, p, "cc"));
	put(out, "Bcc", cell(cli, record, p, "bcc"));
	put(out, "Subject", cell(cli, record, p, "subject"));
	put(out, "Attachments", cell(cli, record, p, "attachments"));
	put(out, "Digest", cell(cli, record, p, "digest"));
}

static int
show(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;
	struct buf out = BUF_INIT, safe = BUF_INIT;
	const char *from = cell(cli, record, p, "parent_from"), *subject = cell(cli, record, p, "parent_subject");

	if (cli->json || cli->fields || cli->ids)
		return cli_print(cli, record, p, err);
	put_head(cli, record, p, &out);
	put_findings(record, p, &out);
	put_text(&out, arena_printf(cli->arena, "%s %s %s", cli_text(N_("What it answers")), from ? from : "", subject ? subject : ""), record_text(record, p, "parent_text"));
	put_text(&out, cli_text(N_("The answer")), record_text(record, p, "text"));
	put_text(&out, cli_text(N_("Behind it")), record_text(record, p, "quote"));
	put_text(&out, cli_text(N_("What has changed")), record_text(record, p, "difference"));
	put_steps(cli, record, p, &out);
	utf8_sanitize(&safe, buf_get(&out), true);
	fputs(buf_get(&safe), stdout);
	buf_release(&out);
	buf_release(&safe);
	return 0;
}

static int
show_one(struct cli *cli, const char *id, struct err *err)
{
	record_set_text(cli->command->op->in, cli->in, "id", id);
	return cli_call(cli, &op_review_show, cli->in, show, cli, err);
}

static int
run_show(struct cli *cli)
{
	return cli_each(cli, show_one);
}

/* Changing. */

struct edit_extra {
	int64_t edit;
};
RECORD(rec_review_edit_extra, struct edit_extra, "edit", NULL, BOOL_FIELD(struct edit_extra, edit, 0, N_("change its text in an editor")))

struct seen {
	struct cli *cli;
	const char *text, *digest;
};

static int
look(void *context, const struct record *record, const void *p, struct err *err)
{
	struct seen *seen = context;

	(void)err;
	seen->text = arena_strdup(seen->cli->arena, record_text(record, p, "text"));
	seen->digest = arena_strdup(seen->cli->arena, record_text(record, p, "digest"));
	return 0;
}

/* What was looked at is named, so that nobody's change meanwhile is lost. */
static int
edit_one(struct cli *cli, const char *id, struct err *err)
{
	const struct edit_extra *extra = cli->extra;
	const struct record *in = cli->command->op->in;
	struct seen seen = { .cli = cli };
	const char *text;

	record_set_text(in, cli->in, "id", id);
	if (extra->edit == 1) {
		if (cli_call(cli, &op_review_show, &id, look, &seen, err) < 0 || cli_edit(cli, seen.text ? seen.text : "", &text, err) < 0)
			return -1;
		if (strcmp(text, seen.text ? seen.text : "") == 0)
			return 0;
		record_set_text(in, cli->in, "text", text);
		if (!record_text(in, cli->in, "digest"))
			record_set_text(in, cli->in, "digest", seen.digest);
	}
	return cli_call(cli, &op_review_edit, cli->in, NULL, NULL, err);
}

static int
run_edit(struct cli *cli)
{
	const struct edit_extra *extra = cli->extra;
	struct err err = { 0 };

	if (extra->edit == 1 && record_text(cli->command->op->in, cli->in, "text")) {
		err_set(&err, E_USAGE, "what", N_("--edit or --text, not both"), "command", "email-review", NULL);
		return cli_fail(cli, &err, NULL);
	}
	return cli_each(cli, edit_one);
}

/* The batch. */

struct run_in {
	int64_t lock_wait;
};
RECORD(rec_review_run_in, struct run_in, "run", N_("How."),
       DURATION_FIELD(struct run_in, lock_wait, 0, N_("wait so long for another run to end (0s)")))
/* No operation of the desk, but a batch of them: here for its records. */
static const struct op op_run = { "review.run", N_("applies the rules of review to all that waits"), MAY_SERVICES, OP_WRITE, &rec_review_run_in, &rec_review_run_in, NULL, NULL };

#define BATCH_MAX 100000

struct batch {
	struct cli *cli;
	struct texts ids;
	int64_t released, held, escalated;
};

static int
collect(void *context, const struct record *record, const void *p, struct err *err)
{
	struct batch *batch = context;

	(void)err;
	texts_add(batch->cli->arena, &batch->ids, arena_strdup(batch->cli->arena, record_text(record, p, "id")));
	return 0;
}

static int
report(void *context, const struct record *record, const void *p, struct err *err)
{
	struct batch *batch = context;
	const char *outcome = record_text(record, p, "outcome");

	batch->released += strcmp(outcome, "released") == 0;
	batch->held += strcmp(outcome, "held") == 0;
	batch->escalated += strcmp(outcome, "escalated") == 0;
	return cli_print(batch->cli, record, p, err);
}

/* One that somebody else has dealt with meanwhile is none of ours any more. */
static bool
settled(const struct err *err)
{
	return err->code == E_STATE || err->code == E_TAKEN;
}

static int
judge_all(struct cli *cli, struct batch *batch, struct err *err)
{
	void *which = record_new(cli->arena, op_review_list.in), *in = record_new(cli->arena, op_review_judge.in);

	record_set_int(op_review_list.in, which, "limit", BATCH_MAX);
	record_set_int(op_review_judge.in, in, "dry_run", cli->dry_run);
	if (cli_call(cli, &op_review_list, which, collect, batch, err) < 0)
		return -1;
	for (size_t i = 0; i < batch->ids.n; i++) {
		record_set_text(op_review_judge.in, in, "id", batch->ids.v[i]);
		if (cli_call(cli, &op_review_judge, in, report, batch, err) == 0)
			continue;
		if (err->code == E_OK || err_class(err) == ERR_DENIED)
			return -1;
		if (!settled(err))
			cli_fail(cli, err, batch->ids.v[i]);
	}
	return 0;
}

static int
run_batch(struct cli *cli)
{
	const struct run_in *in = cli->in;
	struct batch batch = { .cli = cli };
	struct err err = { 0 };
	int lock = lockfile_take(desk_beside(cli->desk, cli->arena, "-review"), "email-review run", in->lock_wait > 0 ? in->lock_wait : 0, &err);

	if (lock < 0)
		return cli_fail(cli, &err, NULL);
	if (judge_all(cli, &batch, &err) < 0 && err.code != E_OK)
		cli_fail(cli, &err, NULL);
	close(lock);
	cli_flush(cli);
	if (batch.released + batch.held + batch.escalated > 0)
		cli_say(cli, cli_text(N_("%lld released, %lld held, %lld escalated")), (long long)batch.released, (long long)batch.held, (long long)batch.escalated);
	return cli->worst;
}

/* The verbs. */

static const struct op *const judges[] = { &op_review_list, &op_review_judge, NULL };
static const struct op *const looks[] = { &op_review_show, NULL };

static const struct command verb_list = {
	.name = "email-review list",
	.summary = N_("lists what waits for its review"),
	.about = N_("An agent sees what the agent may review, has reviewed or has written; who leads, what those led have written, too. The oldest first; an empty list is no error."),
	.task = TASK_CHANNEL,
	.flags = CMD_LIST,
	.op = &op_review_list,
	.examples = {
		{ "email-review list --mine", N_("what I may review now") },
		{ "email-review list --older-than 1d --ids", N_("what has waited for a day, for other commands") },
	},
};

static const struct command verb_show = {
	.name = "email-review show",
	.summary = N_("shows a mail beside what it answers, with all that is known of it"),
	.about = N_("What the rules have found, remarks of former cycles, and line by line what has changed since the last one."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT | CMD_SETS_CURRENT,
	.op = &op_review_show,
	.operand = "ID",
	.examples = {
		{ "email-review show ID", N_("to be read") },
		{ "email-review show ID --json", N_("for a program") },
	},
	.run = run_show,
};

static const struct command verb_approve = {
	.name = "email-review approve",
	.summary = N_("approves a mail exactly as it is"),
	.about = N_("When a stage has as many approvals as it wants the next one begins; behind the last one the mail is sent. With --digest it is approved only if nothing has changed since it was shown."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_review_approve,
	.operand = "ID",
	.examples = {
		{ "email-review approve ID", N_("it may be sent") },
		{ "email-review approve ID --remark 'well said'", N_("with a word to its author") },
	},
};

static const struct command verb_reject = {
	.name = "email-review reject",
	.summary = N_("sends a mail back to its author"),
	.about = N_("It is rejected, and lies in the author's workbin or is offered to the author, as the rule says; what it answers comes back with it. The author reads the remark, and sends it again when it is better: that is the next cycle."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_review_reject,
	.operand = "ID",
	.examples = {
		{ "email-review reject ID --remark 'no promises about dates'", N_("say why") },
		{ "email-review reject @ --remark 'see the guide'", N_("the current one") },
	},
};

static const struct command verb_edit = {
	.name = "email-review edit",
	.summary = N_("changes a mail, which must then be approved as it is"),
	.about = N_("How it was is kept. All that was approved counts no longer, and it begins at its first stage; who changed it may approve it, but alone only where one approval is enough."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_review_edit,
	.also = looks,
	.extra = &rec_review_edit_extra,
	.operand = "ID",
	.examples = {
		{ "email-review edit ID --edit", N_("in an editor") },
		{ "email-review edit ID --file better.txt", N_("from a file") },
	},
	.run = run_edit,
};

static const struct command verb_withdraw = {
	.name = "email-review withdraw",
	.summary = N_("takes a mail back before it was approved"),
	.about = N_("It is a draft again, open to its author with what it answers; who leads the author puts both into the author's workbin."),
	.task = TASK_CHANNEL,
	.flags = CMD_IXN_IDS | CMD_DEFAULT_CURRENT,
	.op = &op_review_withdraw,
	.operand = "ID",
	.examples = {
		{ "email-review withdraw ID", N_("go on writing") },
		{ "email-review withdraw ID --remark 'a file is missing'", N_("say why") },
	},
};

static const struct command verb_run = {
	.name = "email-review run",
	.summary = N_("applies the rules to all that waits, as a batch does"),
	.about = N_("A line for each mail: released (nothing was found and the rules let that go, or none wants it any more), escalated (it has waited too long and was passed on) or held, and why. "
		    "One at a time; what fails is told, and the rest goes on."),
	.task = TASK_CHANNEL,
	.flags = CMD_DRY_RUN,
	.op = &op_run,
	.out = NULL,
	.also = judges,
	.examples = {
		{ "email-review run", N_("every night, or every few minutes") },
		{ "email-review run --dry-run", N_("what it would do") },
	},
	.run = run_batch,
};

static const struct command *const verbs[] = { &verb_list, &verb_show, &verb_approve, &verb_reject, &verb_edit, &verb_withdraw, &verb_run, NULL };
static const struct op *const all[] = { &op_review_show, &op_review_approve, &op_review_judge, NULL };

const struct command cmd_email_review = {
	.name = "email-review",
	.summary = N_("reviews mails before they are sent"),
	.about = N_("Rules of the site say which mails of which agents are looked at before they leave, and by whom: see the section review in ixn-formats(5). "
		    "Such a mail waits when its author sends it, and what it answers waits with it. Reviewers are asked by offers, which 'ixn-accept' takes and 'ixn-reject' gives back, "
		    "or choose from the list. Nobody reviews a mail of one's own. What is sent is byte for byte what was approved."),
	.task = TASK_CHANNEL,
	.op = &op_review_list,
	.also = all,
	.operand = "VERB",
	.examples = {
		{ "email-review list --mine", N_("what I may review now") },
		{ "email-review show ID", N_("the answer beside what it answers") },
		{ "email-review approve ID", N_("it may be sent") },
		{ "email-review reject ID --remark 'no promises about dates'", N_("its author is to write it anew") },
		{ "email-review run", N_("the batch") },
	},
	.verbs = verbs,
	.see = "email-send, email-reply, outbox-send, ixn-formats(5), ixn-states(7)",
};

#include <string.h>

#include "cmd/cmd.h"

struct extra {
	int64_t fix;
};
RECORD(rec_ixn_doctor_extra, struct extra, "ixn-doctor", NULL,
       BOOL_FIELD(struct extra, fix, 0, N_("put right what can be put right, one after the other")))

struct visit {
	struct cli *cli;
	struct texts checks, ids;
	size_t fixed, left;
};

static int
print(struct visit *v, const struct record *record, const void *p, struct err *err)
{
	void *copy = arena_memdup(v->cli->arena, p, record->size);

	record_set_text(record, copy, "text", cli_finding(v->cli, record, p));
	return cli_print(v->cli, record, copy, err);
}

static int
found(void *context, const struct record *record, const void *p, struct err *err)
{
	struct visit *v = context;
	const struct extra *extra = v->cli->extra;
	const char *severity = record_text(record, p, "severity");

	if (extra->fix == 1 && record_int(record, p, "fixable") == 1) {
		texts_add(v->cli->arena, &v->checks, record_text(record, p, "check"));
		texts_add(v->cli->arena, &v->ids, record_text(record, p, "id"));
		return 0;
	}
	v->left += severity && strcmp(severity, "fault") == 0;
	return print(v, record, p, err);
}

static int
fixed(void *context, const struct record *record, const void *p, struct err *err)
{
	struct visit *v = context;

	v->fixed++;
	return print(v, record, p, err);
}

static void
fix(struct visit *v, const char *check, const char *id)
{
	void *in = record_new(v->cli->arena, op_doctor_fix.in);
	struct err err = { 0 };

	record_set_text(op_doctor_fix.in, in, "check", check);
	record_set_text(op_doctor_fix.in, in, "id", id);
	record_set_int(op_doctor_fix.in, in, "dry_run", v->cli->dry_run);
	if (cli_call(v->cli, &op_doctor_fix, in, fixed, v, &err) == 0)
		return;
	v->left++;
	cli_fail(v->cli, &err, id);
}

static int
run(struct cli *cli)
{
	struct visit v = { .cli = cli };
	struct err err = { 0 };

	if (cli_call(cli, cli->command->op, cli->in, found, &v, &err) < 0)
		return cli_fail(cli, &err, NULL);
	for (size_t i = 0; i < v.ids.n; i++)
		fix(&v, v.checks.v[i], v.ids.v[i]);
	cli_flush(cli);
	if (v.ids.n)
		cli_say(cli, cli_text(cli->dry_run ? N_("%zu would be fixed, %zu faults left") : N_("%zu fixed, %zu faults left")), v.fixed, v.left);
	if (!v.left || cli->worst)
		return cli->worst;
	err_set(&err, E_FAULTS, "count", arena_printf(cli->arena, "%zu", v.left), NULL);
	return cli_fail(cli, &err, NULL);
}

static const struct op *const fix_shown[] = { &op_doctor_fix, NULL };

const struct command cmd_ixn_doctor = {
	.name = "ixn-doctor",
	.summary = N_("finds stuck and orphaned work, and puts it right"),
	.about = N_("Looks for what must never be: offers that nobody can answer, interactions in the hands of who is gone, loads that do not add up, and the like; says what each "
		    "means, and with --fix puts it right, each in a transaction of its own that looks once more, with an event doctor.fixed. Nothing is deleted.\n\n"
		    "Status 0 when no fault is left, 79 when there are; warnings do not count."),
	.task = TASK_SITE,
	.flags = CMD_OWNER | CMD_DRY_RUN,
	.op = &op_doctor_list,
	.also = fix_shown,
	.extra = &rec_ixn_doctor_extra,
	.examples = {
		{ "ixn-doctor", N_("what is wrong") },
		{ "ixn-doctor --fix --dry-run", N_("what would be put right") },
		{ "ixn-doctor --fix --quiet", N_("for cron") },
	},
	.run = run,
	.see = "ixn-show, ixn-setup",
};

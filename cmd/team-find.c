#include "cmd/cmd.h"

struct extra {
	const char *favourite, *unfavourite;
};
RECORD(rec_team_find_extra, struct extra, "team-find", NULL,
       TARGET_FIELD(struct extra, favourite, 0, N_("put this target among my favourites")),
       TARGET_FIELD(struct extra, unfavourite, 0, N_("take it off")))

static bool
reads(struct cli *cli)
{
	const struct extra *extra = cli->extra;

	return !extra->favourite && !extra->unfavourite;
}

static int
favourite(struct cli *cli, const char *target, bool remove, struct err *err)
{
	void *in = record_new(cli->arena, op_team_favourite.in);

	record_set_text(op_team_favourite.in, in, "target", target);
	record_set_int(op_team_favourite.in, in, "remove", remove);
	return cli_call(cli, &op_team_favourite, in, NULL, NULL, err);
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;
	struct err err = { 0 };

	if (reads(cli))
		return cli_operation(cli);
	if (cli->operands_n)
		err_set(&err, E_EXTRA_OPERAND, "value", cli->operands[0], NULL);
	else if ((!extra->favourite || favourite(cli, extra->favourite, false, &err) == 0) &&
		 (!extra->unfavourite || favourite(cli, extra->unfavourite, true, &err) == 0))
		err.code = E_OK;
	if (err.code != E_OK)
		return cli_fail(cli, &err, NULL);
	cli_flush(cli);
	return cli->worst;
}

static const struct op *const favourites[] = { &op_team_favourite, NULL };

const struct command cmd_team_find = {
	.name = "team-find",
	.summary = N_("finds whom to turn to, and says what may be done with them"),
	.about = N_("Agents, leads, teams, queues, skills, workbins and contacts by words of their names and addresses; a number, a mail address or a target that is typed whole is found as such. "
		    "Case and accents make no difference, and each word must begin a word.\n\n"
		    "Best first: what the words are exactly; what begins with them and a word ends there; what begins with them; what has each of them as a word; what has words that begin with them. "
		    "Of those that fit equally well, favourites come first, then those dealt with lately, the last one first, then the others by name, then by target. "
		    "Without words: favourites, then those dealt with lately.\n\n"
		    "The actions are those that the site's rules, your role, the medium and the presence of the target allow now. With --ixn they are about that interaction. "
		    "Of beginnings that thousands share, only some are looked at, in the order of the alphabet: type more of them."),
	.task = TASK_SESSION,
	.flags = CMD_LIST | CMD_EMPTY_FAILS,
	.op = &op_team_find,
	.also = favourites,
	.extra = &rec_team_find_extra,
	.operand = "[WORDS...]",
	.examples = {
		{ "team-find ann", N_("whoever is called so") },
		{ "team-find --for transfer --ixn @ bill", N_("to whom the current interaction can be handed over") },
		{ "team-find --favourite queue:billing", N_("one more favourite") },
	},
	.empty_code = E_NOTHING_FOUND,
	.run = run,
	.reads = reads,
	.limit = 20,
	.see = "ixn-transfer, ixn-consult, ixn-conference, ixn-place",
};

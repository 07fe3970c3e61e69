#include "cmd/cmd.h"
#include "desk/mirror.h"

const struct command cmd_ixn_sync = {
	.name = "ixn-sync",
	.summary = N_("brings this machine's mirror of a server up to date"),
	.about = N_("What one works on is mirrored on this machine while the server is there: one's own interactions and those of the last 30 days, their contacts and history. Where the server "
		    "cannot be reached, or with --offline, commands that look at these read the mirror and say how old it is. Notes, dispositions and drafts of mails made then are kept, in order, and sent once, "
		    "by the next command that reaches the server, before it does anything of its own: where they cannot be sent yet, it changes nothing.\n\n"
		    "All commands do this by the way. This one does it now, and prints what was sent or refused: a line each, and of what is refused the error and its exit status. "
		    "A change is refused where it is not possible any more, and where it would overwrite what somebody else has changed meanwhile: it is kept, --list shows it, --retry sends it "
		    "all the same, as one who has seen what the mirror shows by now, and --drop gives it up.\n\n"
		    "A store in a file needs no mirror: nothing is done then."),
	.task = TASK_SESSION,
	.flags = CMD_LIST,
	.op = &op_mirror_sync,
	.examples = {
		{ "ixn-sync", N_("fetch what changed, send what waits") },
		{ "ixn-sync --list", N_("what waits to be sent, and what was refused") },
		{ "ixn-sync --list --json | jq -r .input", N_("what was written, as JSON") },
		{ "ixn-sync --drop ID", N_("give up what was refused") },
	},
	.see = "ixn-note, ixn-disposition, ixn-list, email-compose",
};

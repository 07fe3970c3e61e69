#include "cmd/cmd.h"

const struct command cmd_alert_post = {
	.name = "alert-post",
	.summary = N_("posts an alert for agents"),
	.about = N_("A message to colleagues, about an interaction or not; no contact ever sees it. It stands until its time and is in alert-list of those whom it concerns: "
		    "everybody, an agent, who belongs to a team, its leads, who serves a queue, or who has skills. ixn-watch shows it at once.\n\n"
		    "Leads, administrators and services may post for whomever they like. An agent may for colleagues of an own team and its leads; "
		    "and, with --ixn, for the agent who has the interaction, to whom it then goes without --to."),
	.task = TASK_SESSION,
	.op = &op_alert_post,
	.examples = {
		{ "alert-post --to queue:billing --level warning --until +2h --text 'Invoices are late today'", N_("to all who serve a queue, for two hours") },
		{ "alert-post --ixn ID --level critical --text 'Offer her the refund'", N_("to the agent who has an interaction") },
		{ "alert-post --to lead:support --text 'I need help'", N_("to the leads of the team") },
	},
	.see = "alert-list, ixn-watch, ixn-targets(7)",
};

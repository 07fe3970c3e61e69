#include "cmd/cmd.h"

const struct command cmd_ixn_create = {
	.name = "ixn-create",
	.summary = N_("an inbound interaction arrives"),
	.about = N_("For gateways, web hooks, imports and tests. The contact is recognised by the address, or made. The same --external-id again is the same interaction."),
	.task = TASK_IXN,
	.flags = CMD_AS_OWNER,
	.op = &op_ixn_create,
	.examples = {
		{ "ixn-create --media chat --from ann@example.org --name Ann --text 'Where is my parcel?'", N_("a chat arrives") },
		{ "ixn-create --queue billing --skill 'french>=2' --data order=1234 --external-id web-77", N_("in a queue, with a skill, data and the id it has elsewhere") },
	},
	.see = "chat-send, ixn-watch",
};

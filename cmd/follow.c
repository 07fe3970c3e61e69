#include "base/arena.h"
#include "cmd/cmd.h"

int
cli_follow(struct cli *cli, int (*look)(struct cli *cli, void *context, struct err *err), void *context, struct err *err)
{
	struct arena *keep = cli->arena, *each = arena_new();
	int rc;

	cli->arena = each;
	while ((rc = look(cli, context, err)) > 0) {
		cli_flush(cli);
		arena_reset(each);
		desk_wait(cli->desk, MS_SECOND);
	}
	cli_flush(cli);
	cli->arena = keep;
	arena_free(&each);
	return rc;
}

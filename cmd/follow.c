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

struct cli_wait
cli_wait_begin(struct cli *cli, int64_t ms)
{
	struct cli_wait wait = { ms, clock_monotonic(), clock_now() };

	if (ms != INT_ABSENT)
		desk_until(cli->desk, wait.start + ms);
	return wait;
}

int64_t
cli_wait_left(const struct cli_wait *wait)
{
	int64_t left;

	if (wait->ms == INT_ABSENT)
		return MS_SECOND;
	left = wait->ms - (clock_monotonic() - wait->start);
	return left > 0 && clock_now() - wait->now < wait->ms ? left : 0;
}

/* jobs/crew.h: each piece of work in a process; what they say, how they end, and that they are told to. */
#include "jobs/crew.h"

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

#include "tests/unit/tap.h"

#define N 5

/* What crashed once: both processes see it. */
static int *crashes;

struct heard {
	size_t messages[N], bytes[N];
	int statuses[N], ends[N];
	size_t quiet;
	bool wrong, stop;
};

static int
work(void *context, size_t i, int out)
{
	static char large[200000];

	(void)context;
	memset(large, 'a' + (int)i, sizeof(large));
	for (size_t k = 0; k < 50; k++)
		if (crew_say(out, large, k * 4001 % sizeof(large)) < 0)
			return 1;
	if (i == 2 && ++*crashes < 3)
		raise(SIGKILL);
	return (int)i;
}

static int
heard(void *context, size_t i, const char *message, size_t size)
{
	struct heard *h = context;

	h->messages[i]++;
	h->bytes[i] += size;
	for (size_t k = 0; k < size; k++)
		h->wrong |= message[k] != 'a' + (int)i;
	return h->stop ? -1 : 0;
}

static int64_t
ended(void *context, size_t i, int status)
{
	struct heard *h = context;

	h->ends[i]++;
	h->statuses[i] = status;
	return WIFSIGNALED(status) && !h->stop ? 1 : -1;
}

static void
quiet(void *context)
{
	((struct heard *)context)->quiet++;
}

static void
test_work(size_t at_once)
{
	struct heard h = { .quiet = 0 };
	const struct crew crew = { .n = N, .at_once = at_once, .work = work, .heard = heard, .ended = ended, .quiet = quiet, .context = &h };
	struct err err = { 0 };
	bool all = true;
	size_t bytes = 0;

	*crashes = 0;
	for (size_t k = 0; k < 50; k++)
		bytes += k * 4001 % 200000;
	is_int(crew_run(&crew, &err), 0, "all are done");
	for (size_t i = 0; i < N; i++) {
		size_t times = i == 2 ? 3 : 1;

		all = all && h.messages[i] == 50 * times && h.bytes[i] == bytes * times && h.ends[i] == (int)times;
		all = all && WIFEXITED(h.statuses[i]) && WEXITSTATUS(h.statuses[i]) == (int)i;
	}
	ok(all, "each was heard to its end, and the one that died started again, %zu at once", at_once);
	ok(!h.wrong && h.quiet > 0, "no message of another");
}

/* Works until it is told not to. */
static int
wait_for_end(void *context, size_t i, int out)
{
	struct pollfd fd = { .fd = crew_stop_fd(), .events = POLLIN };

	(void)context, (void)i;
	if (crew_say(out, "e", 1) < 0)
		return 1;
	while (!*crew_stop())
		poll(&fd, 1, -1);
	return 42;
}

static void
test_stop(void)
{
	struct heard h = { .stop = true };
	const struct crew crew = { .n = N, .work = wait_for_end, .heard = heard, .ended = ended, .quiet = quiet, .context = &h };
	struct err err = { 0 };
	bool all = true;

	is_int(crew_run(&crew, &err), 0, "when nobody wants to hear more, they end");
	for (size_t i = 0; i < N; i++)
		all = all && (h.ends[i] == 0 || (h.ends[i] == 1 && WIFEXITED(h.statuses[i]) && WEXITSTATUS(h.statuses[i]) == 42));
	ok(all && h.ends[0] + h.ends[1] + h.ends[2] + h.ends[3] + h.ends[4] > 0, "as they like");
}

int
main(void)
{
	crashes = mmap(NULL, sizeof(*crashes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	test_work(0);
	test_work(1);
	test_work(2);
	test_stop();
	return done();
}

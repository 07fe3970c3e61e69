/*
 * swift - for LD_PRELOAD: time that only goes forward goes on SWIFT times as fast for the process, and so
 * do its waits. tests/t compile it themselves:
 *	cc -shared -fPIC -o swift.so swift.c
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long
times(void)
{
	const char *text = getenv("SWIFT");

	return text ? strtoll(text, NULL, 10) : 1;
}

/* Names of the C library, parameters of ours. NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);
	long long ns;

	if (rc < 0 || id != CLOCK_MONOTONIC)
		return rc;
	ns = (t->tv_sec % 100000 * 1000000000LL + t->tv_nsec) * times();
	t->tv_sec = (time_t)(ns / 1000000000);
	t->tv_nsec = (long)(ns % 1000000000);
	return rc;
}

int
poll(struct pollfd *fds, nfds_t n, int ms)
{
	return (int)syscall(SYS_poll, fds, n, ms > 0 ? (int)(ms / times()) + 1 : ms);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

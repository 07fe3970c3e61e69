/*
 * holdback - for LD_PRELOAD: requests over HTTP in clear that take long, as the
 * process sees it, and no time by anybody else's clock. tests/t compile it themselves:
 *	cc -shared -fPIC -o holdback.so holdback.c
 *
 *	HOLDBACK=TEXT       requests with this text in what is sent are held back
 *	HOLDBACK_MS=N       each for so long, by the clocks that only go forward
 *	HOLDBACK_SILENT=1   and their answers never come
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long ahead_ms;
static int silent = -1;

static bool
is_held(const void *bytes, size_t size)
{
	const char *text = getenv("HOLDBACK");

	return text && *text && memmem(bytes, size, text, strlen(text));
}

/* Names of the C library, parameters of ours. NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

ssize_t
send(int fd, const void *bytes, size_t size, int flags)
{
	if (is_held(bytes, size)) {
		const char *ms = getenv("HOLDBACK_MS");

		ahead_ms += ms ? strtoll(ms, NULL, 10) : 0;
		silent = getenv("HOLDBACK_SILENT") ? fd : -1;
	}
	return syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0);
}

ssize_t
recv(int fd, void *bytes, size_t size, int flags)
{
	if (fd == silent) {
		errno = EAGAIN;
		return -1;
	}
	return syscall(SYS_recvfrom, fd, bytes, size, flags, NULL, NULL);
}

int
clock_gettime(clockid_t id, struct timespec *out)
{
	int rc = (int)syscall(SYS_clock_gettime, id, out);

	if (rc == 0 && id != CLOCK_REALTIME) {
		long long ns = out->tv_nsec + ahead_ms % 1000 * 1000000;

		out->tv_sec += ahead_ms / 1000 + ns / 1000000000;
		out->tv_nsec = ns % 1000000000;
	}
	return rc;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

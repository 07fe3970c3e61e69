#include "base/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

/* So begins what the file says. */
#define SIGNED "process "

int
lockfile_open(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static void
wake(int signal)
{
	(void)signal;
}

/* The handler belongs to all threads: the first who waits puts it there, the last takes it away. */
static void
alarms(int more)
{
	static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
	static struct sigaction old;
	static int waiting;
	const struct sigaction catch = { .sa_handler = wake };

	pthread_mutex_lock(&door);
	if (waiting == 0)
		sigaction(SIGALRM, &catch, &old);
	waiting += more;
	if (waiting == 0)
		sigaction(SIGALRM, &old, NULL);
	pthread_mutex_unlock(&door);
}

/*
 * flock has no time-out of its own; an alarm interrupts it. It repeats, so
 * that one which rings just before the call cannot leave us waiting for ever.
 */
int
lockfile_wait(int fd, int64_t deadline)
{
	const struct itimerspec tick = { { 0, 200000000 }, { 0, 200000000 } };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM, ._sigev_un = { ._tid = gettid() } };
	timer_t timer;
	int rc;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (clock_monotonic() >= deadline)
		return -1;
	alarms(1);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0) {
		alarms(-1);
		return -1;
	}
	timer_settime(timer, 0, &tick, NULL);
	do
		rc = flock(fd, LOCK_EX);
	while (rc < 0 && errno == EINTR && clock_monotonic() < deadline);
	timer_delete(timer);
	alarms(-1);
	return rc;
}

void
lockfile_sign(int fd)
{
	char who[LOCK_HOLDER], was[LOCK_HOLDER];
	int n = snprintf(who, sizeof(who), SIGNED "%ld (%s)\n", (long)getpid(), program_invocation_short_name);
	size_t size = n < (int)sizeof(who) ? (size_t)n : sizeof(who) - 1;

	/* Only for messages: may be cut short, is never synced. To read is cheaper, and nobody else may have been here. */
	if (n > 0 && !(pread(fd, was, size, 0) == (ssize_t)size && memcmp(was, who, size) == 0) && pwrite(fd, who, size, 0) < 0)
		errno = 0;
}

void
lockfile_tell(int fd)
{
	if (pwrite(fd, SIGNED, 1, 0) < 0)
		errno = 0;
}

const char *
lockfile_holder(int fd, char who[LOCK_HOLDER])
{
	ssize_t n = pread(fd, who, LOCK_HOLDER - 1, 0);

	who[n > 0 ? n : 0] = '\0';
	who[strcspn(who, "\n")] = '\0';
	if (!who[0])
		snprintf(who, LOCK_HOLDER, "another process");
	return who;
}

void
lockfile_drop(int fd)
{
	flock(fd, LOCK_UN);
}

int
lockfile_take(const char *path, const char *what, int64_t ms, struct err *err)
{
	int fd = lockfile_open(path);
	char who[LOCK_HOLDER];

	if (fd < 0)
		return err_set(err, E_CANNOT_CREATE, "path", path, "reason", strerror(errno), NULL);
	if (lockfile_wait(fd, clock_monotonic() + ms) < 0) {
		err_set(err, E_LOCKED, "what", what, "holder", lockfile_holder(fd, who), NULL);
		close(fd);
		return -1;
	}
	lockfile_sign(fd);
	return fd;
}

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/priv.h"

struct lock {
	char *turn_path, *write_path;
	int turn, write;
};

static char *
beside(const char *path, const char *suffix)
{
	struct buf b = BUF_INIT;
	char *copy;

	buf_printf(&b, "%s%s", path, suffix);
	copy = xstrdup(buf_get(&b));
	buf_release(&b);
	return copy;
}

struct lock *
lock_new(const char *path)
{
	struct lock *lock = xcalloc(1, sizeof(*lock));

	lock->turn_path = beside(path, "-turn");
	lock->write_path = beside(path, "-write");
	lock->turn = lock->write = -1;
	return lock;
}

void
lock_free(struct lock **lock)
{
	if (!*lock)
		return;
	if ((*lock)->turn >= 0)
		close((*lock)->turn);
	if ((*lock)->write >= 0)
		close((*lock)->write);
	free((*lock)->turn_path);
	free((*lock)->write_path);
	free(*lock);
	*lock = NULL;
}

static void
wake(int signal)
{
	(void)signal;
}

/*
 * flock has no time-out of its own; an alarm interrupts it. It repeats, so
 * that one which rings just before the call cannot leave us waiting for ever.
 */
static int
flock_until(int fd, int64_t deadline)
{
	const struct itimerval off = { { 0, 0 }, { 0, 0 } }, tick = { { 0, 200000 }, { 0, 200000 } };
	struct sigaction catch = { .sa_handler = wake }, old;
	int rc;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	sigaction(SIGALRM, &catch, &old);
	setitimer(ITIMER_REAL, &tick, NULL);
	do
		rc = flock(fd, LOCK_EX);
	while (rc < 0 && errno == EINTR && clock_monotonic() < deadline);
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &old, NULL);
	return rc;
}

static int
busy(const struct lock *lock, struct err *err)
{
	char who[128];
	ssize_t n = pread(lock->write, who, sizeof(who) - 1, 0);

	who[n > 0 ? n : 0] = '\0';
	who[strcspn(who, "\n")] = '\0';
	return err_set(err, E_STORE_BUSY, "holder", who[0] ? who : "another process", NULL);
}

static int
open_file(const char *path, int *fd, struct err *err)
{
	if (*fd < 0)
		*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd >= 0)
		return 0;
	if (errno == EROFS || errno == EACCES || errno == EPERM)
		return err_set(err, E_STORE_READONLY, "path", path, NULL);
	if (errno == ENOSPC || errno == EDQUOT)
		return err_set(err, E_STORE_FULL, "path", path, NULL);
	return err_set(err, E_IO, "path", path, "reason", strerror(errno), NULL);
}

int
lock_take(struct lock *lock, int64_t ms, struct err *err)
{
	int64_t deadline = clock_monotonic() + ms;
	char who[128];
	int n;

	if (open_file(lock->turn_path, &lock->turn, err) < 0 || open_file(lock->write_path, &lock->write, err) < 0)
		return -1;
	if (flock_until(lock->turn, deadline) < 0)
		return busy(lock, err);
	if (flock_until(lock->write, deadline) < 0) {
		flock(lock->turn, LOCK_UN);
		return busy(lock, err);
	}
	flock(lock->turn, LOCK_UN);
	/* Only a message for those who wait in vain: may be cut short, is never synced. */
	n = snprintf(who, sizeof(who), "process %ld (%s)\n", (long)getpid(), program_invocation_short_name);
	if (n > 0 && pwrite(lock->write, who, (size_t)n, 0) < 0)
		errno = 0;
	return 0;
}

void
lock_drop(struct lock *lock)
{
	flock(lock->write, LOCK_UN);
}

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/lockfile.h"
#include "base/mem.h"
#include "store/priv.h"

struct lock {
	char *turn_path, *write_path;
	int turn, write;
	bool held;
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

static int
busy(const struct lock *lock, struct err *err)
{
	char who[LOCK_HOLDER];

	return err_set(err, E_STORE_BUSY, "holder", lockfile_holder(lock->write, who), NULL);
}

static int
open_file(const char *path, int *fd, struct err *err)
{
	if (*fd < 0)
		*fd = lockfile_open(path);
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

	if (open_file(lock->turn_path, &lock->turn, err) < 0 || open_file(lock->write_path, &lock->write, err) < 0)
		return -1;
	if (lockfile_wait(lock->turn, deadline) < 0)
		return busy(lock, err);
	if (lockfile_wait(lock->write, deadline) < 0) {
		lockfile_drop(lock->turn);
		return busy(lock, err);
	}
	lockfile_drop(lock->turn);
	lockfile_sign(lock->write);
	lock->held = true;
	return 0;
}

void
lock_drop(struct lock *lock)
{
	if (lock->held)
		lockfile_drop(lock->write);
	lock->held = false;
}

void
lock_tell(const struct lock *lock)
{
	if (lock->held)
		lockfile_tell(lock->write);
}

int
lock_watch(const struct lock *lock)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0 || inotify_add_watch(fd, lock->write_path, IN_MODIFY) >= 0)
		return fd;
	close(fd);
	return -1;
}

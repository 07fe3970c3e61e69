#include "base/lockfile.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "tests/unit/tap.h"

static char path[] = "/tmp/ixn-lockfile.XXXXXX";

/* Another process that has the lock, until it is killed. */
static pid_t
holder(void)
{
	int ends[2], fd;
	char c;
	pid_t pid;

	if (pipe(ends) < 0)
		abort();
	pid = fork();
	if (pid == 0) {
		fd = lockfile_take(path, "test", 0, NULL);
		if (fd >= 0 && write(ends[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	if (read(ends[0], &c, 1) != 1)
		abort();
	close(ends[0]);
	close(ends[1]);
	return pid;
}

int
main(void)
{
	struct err err = { 0 };
	char who[64];
	int64_t start;
	struct stat st;
	int fd;
	pid_t pid;

	fd = mkstemp(path);
	close(fd);
	unlink(path);
	fd = lockfile_take(path, "test", 0, &err);
	ok(fd >= 0, "a free lock");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "its file is the owner's alone");
	close(fd);
	fd = lockfile_take(path, "test", 0, &err);
	ok(fd >= 0, "free again when closed");
	close(fd);

	pid = holder();
	ok(lockfile_take(path, "test", 0, &err) < 0 && err.code == E_LOCKED, "taken");
	is_str(err_get(&err, "what"), "test", "what");
	snprintf(who, sizeof(who), "process %ld (lockfile.t)", (long)pid);
	is_str(err_get(&err, "holder"), who, "and by whom");
	start = clock_monotonic();
	ok(lockfile_take(path, "test", 500, &err) < 0, "waits in vain");
	ok(clock_monotonic() - start >= 500 && clock_monotonic() - start < 3000, "as long as it was told");
	kill(pid, SIGKILL);
	fd = lockfile_take(path, "test", 5000, &err);
	ok(fd >= 0, "free when the holder is killed");
	waitpid(pid, NULL, 0);
	close(fd);
	unlink(path);
	ok(lockfile_take("/nonexistent/lock", "test", 0, &err) < 0 && err.code == E_CANNOT_CREATE, "no such folder");
	return done();
}

/*
 * crashpoint - for LD_PRELOAD: dies by SIGKILL at one chosen step of what a
 * process makes durable. A step is a write, sync, truncation, removal or
 * renaming of a file under one folder. tests/t compile it themselves:
 *	cc -shared -fPIC -o crashpoint.so crashpoint.c
 *
 *	CRASHPOINT_FOLDER=PATH   absolute: files elsewhere (the terminal, pipes) do not count
 *	CRASHPOINT=N             dies just before step N; without it nobody dies
 *	CRASHPOINT=N:half        where it is a write: with half of it written
 *	CRASHPOINT=N:after       just after it
 *	CRASHPOINT_LOG=FILE      a line for each step: its kind and the file's name
 *
 * A process that dies so has lost nothing that it had given to the kernel: the
 * machine did not fail. So a sync need not be waited for, only counted.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum when { BEFORE,
	    HALF,
	    AFTER,
	    NEVER };

static atomic_long steps;

static bool
under_folder(const char *path)
{
	const char *folder = getenv("CRASHPOINT_FOLDER");
	size_t size = folder ? strlen(folder) : 0;

	return size && strncmp(path, folder, size) == 0 && path[size] == '/';
}

static void
note(const char *kind, const char *path)
{
	const char *log = getenv("CRASHPOINT_LOG");
	char line[PATH_MAX + 32];
	int n, fd;

	if (!log)
		return;
	n = snprintf(line, sizeof(line), "%s %s\n", kind, strrchr(path, '/') + 1);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	syscall(SYS_write, fd, line, (size_t)n);
	close(fd);
}

/* Counts a step; says when within it the end has come, if it has. */
static enum when
step(const char *kind, const char *path)
{
	const char *at = getenv("CRASHPOINT");
	char *rest;
	long now;

	size_t size = strlen(path);

	/* SQLite's shared memory says nothing that a new one would not. */
	if (!under_folder(path) || (size > 4 && strcmp(path + size - 4, "-shm") == 0))
		return NEVER;
	now = atomic_fetch_add(&steps, 1) + 1;
	note(kind, path);
	if (!at || strtol(at, &rest, 10) != now)
		return NEVER;
	if (strcmp(rest, ":after") == 0)
		return AFTER;
	return strcmp(rest, ":half") == 0 ? HALF : BEFORE;
}

static enum when
step_fd(const char *kind, int fd)
{
	char link[32], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return NEVER;
	path[n] = '\0';
	return step(kind, path);
}

static enum when
step_path(const char *kind, const char *name)
{
	char path[PATH_MAX], here[PATH_MAX];

	if (name[0] == '/' || !getcwd(here, sizeof(here)))
		return step(kind, name);
	return snprintf(path, sizeof(path), "%s/%s", here, name) < (int)sizeof(path) ? step(kind, path) : NEVER;
}

static void
die_if(bool now)
{
	if (now)
		kill(getpid(), SIGKILL);
}

/* Anything but a write is done whole or not at all. */
static enum when
begin(enum when when)
{
	die_if(when == BEFORE || when == HALF);
	return when;
}

static int
end(enum when when, long rc)
{
	die_if(when == AFTER);
	return (int)rc;
}

static ssize_t
write_at(int fd, const void *data, size_t size, off_t offset)
{
	return offset < 0 ? syscall(SYS_write, fd, data, size) : syscall(SYS_pwrite64, fd, data, size, offset);
}

static ssize_t
written(int fd, const void *data, size_t size, off_t offset)
{
	enum when when = step_fd("write", fd);
	ssize_t n;

	die_if(when == BEFORE);
	n = write_at(fd, data, when == HALF ? size / 2 : size, offset);
	die_if(when == HALF || when == AFTER);
	return n;
}

/* Names of the C library, parameters of ours. NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

ssize_t
write(int fd, const void *data, size_t size)
{
	return written(fd, data, size, -1);
}

ssize_t
pwrite(int fd, const void *data, size_t size, off_t offset)
{
	return written(fd, data, size, offset);
}

ssize_t
pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
	return written(fd, data, size, offset);
}

ssize_t
pwritev(int fd, const struct iovec *v, int n, off_t offset)
{
	enum when when = step_fd("write", fd);
	ssize_t rc;

	die_if(when == BEFORE);
	/* The high half of the offset comes last. */
	rc = syscall(SYS_pwritev, fd, v, when == HALF ? n / 2 : n, offset, 0L);
	die_if(when == HALF || when == AFTER);
	return rc;
}

int
fsync(int fd)
{
	enum when when = begin(step_fd("fsync", fd));

	return end(when, 0);
}

int
fdatasync(int fd)
{
	enum when when = begin(step_fd("fdatasync", fd));

	return end(when, 0);
}

int
ftruncate(int fd, off_t size)
{
	enum when when = begin(step_fd("ftruncate", fd));

	return end(when, syscall(SYS_ftruncate, fd, size));
}

int
ftruncate64(int fd, off64_t size)
{
	enum when when = begin(step_fd("ftruncate", fd));

	return end(when, syscall(SYS_ftruncate, fd, size));
}

int
unlink(const char *path)
{
	enum when when = begin(step_path("unlink", path));

	return end(when, syscall(SYS_unlink, path));
}

int
rename(const char *from, const char *to)
{
	enum when when = begin(step_path("rename", to));

	return end(when, syscall(SYS_rename, from, to));
}

int
renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	enum when when = begin(step_path("rename", to));

	return end(when, syscall(SYS_renameat2, from_fd, from, to_fd, to, flags));
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

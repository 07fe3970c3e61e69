#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

#define SECRET_LIMIT 4096
#define OUTPUT_LIMIT (64 << 10)

/* A file to be written. */
struct target {
	const char *path;
	bool replace, durable;
};

static int
fail(struct err *err, enum err_code code, const char *path)
{
	return err_set(err, code, "path", path, "reason", strerror(errno), NULL);
}

static int
open_read(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(err, errno == ENOENT || errno == ENOTDIR ? E_NO_FILE : E_IO, path);
	return fd;
}

/* To the end, or until more than limit bytes came: then out holds more. -1: errno. */
static int
read_all(int fd, size_t limit, struct buf *out)
{
	char chunk[65536];
	ssize_t n = 0;

	while (out->n <= limit) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_add(out, chunk, (size_t)n);
	}
	mem_wipe(chunk, sizeof(chunk));
	return n < 0 ? -1 : 0;
}

static void
wipe(struct buf *buf)
{
	if (buf->p)
		mem_wipe(buf->p, buf->cap);
	buf_release(buf);
}

static int
read_limited(int fd, const char *path, size_t limit, struct buf *out, struct err *err)
{
	char text[32];

	if (read_all(fd, limit, out) < 0)
		return fail(err, E_IO, path);
	if (out->n <= limit)
		return 0;
	snprintf(text, sizeof(text), "%zu", limit);
	return err_set(err, E_TOO_LARGE, "what", path, "limit", text, NULL);
}

int
file_read(struct arena *arena, const char *path, size_t limit, const char **data_r, size_t *size_r, struct err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open_read(path, err), rc;
	struct buf data = BUF_INIT;

	if (fd < 0)
		return -1;
	rc = read_limited(fd, path, limit, &data, err);
	if (rc == 0) {
		*data_r = arena_memdup(arena, buf_get(&data), data.n);
		*size_r = data.n;
	}
	buf_release(&data);
	if (!is_stdin)
		close(fd);
	return rc;
}

int
file_write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

/* A name in a directory is durable when the directory is. */
static int
sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xstrdup(path) : xstrdup(".");
	int fd, rc;

	if (slash)
		dir[slash == path ? 1 : slash - path] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

static int
move(const char *from, const char *to, bool replace)
{
	if (replace)
		return rename(from, to);
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	/* Not every file system knows that flag; most know links. */
	if (errno != EINVAL || link(from, to) < 0)
		return -1;
	return unlink(from);
}

/* Fills the new file and gives it its name. */
static int
finish(int fd, const char *temp, const struct target *to, const void *data, size_t size, struct err *err)
{
	const char *path = to->path;
	struct stat st;
	int rc = 0;

	if (to->replace && stat(path, &st) == 0)
		rc = fchmod(fd, st.st_mode & 0777);
	if (rc == 0)
		rc = file_write_all(fd, data, size);
	if (rc == 0 && to->durable)
		rc = fsync(fd);
	if (rc < 0) {
		fail(err, E_IO, path);
		close(fd);
		return -1;
	}
	if (close(fd) < 0)
		return fail(err, E_IO, path);
	if (move(temp, path, to->replace) < 0)
		return fail(err, errno == EEXIST ? E_EXISTS : E_CANNOT_CREATE, path);
	if (to->durable && sync_parent(path) < 0)
		return fail(err, E_IO, path);
	return 0;
}

/* Standard output, a device, a pipe: nothing to replace. */
static int
write_through(int fd, const char *path, const void *data, size_t size, struct err *err)
{
	return file_write_all(fd, data, size) < 0 ? fail(err, E_IO, path) : 0;
}

static int
write_special(const char *path, const void *data, size_t size, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return fail(err, E_CANNOT_CREATE, path);
	rc = write_through(fd, path, data, size, err);
	if (close(fd) < 0 && rc == 0)
		rc = fail(err, E_IO, path);
	return rc;
}

int
file_write(const char *path, const void *data, size_t size, bool replace, bool durable, struct err *err)
{
	const struct target to = { path, replace, durable };
	struct stat st;
	char *temp;
	int fd, rc;

	if (strcmp(path, "-") == 0) {
		fflush(stdout);
		return write_through(STDOUT_FILENO, path, data, size, err);
	}
	if (stat(path, &st) == 0) {
		if (!S_ISREG(st.st_mode))
			return write_special(path, data, size, err);
		if (!replace)
			return err_set(err, E_EXISTS, "path", path, NULL);
	}
	temp = xmalloc(strlen(path) + sizeof(".XXXXXX"));
	stpcpy(stpcpy(temp, path), ".XXXXXX");
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		rc = fail(err, E_CANNOT_CREATE, path);
	} else {
		rc = finish(fd, temp, &to, data, size, err);
		if (rc < 0)
			unlink(temp);
	}
	free(temp);
	return rc;
}

/* 0 too when it is there; stat says so where mkdir on a read-only system does not. */
static int
make_dir(const char *path)
{
	struct stat st;
	int saved;

	if (mkdir(path, 0700) == 0)
		return 0;
	saved = errno;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	errno = saved;
	return -1;
}

int
file_mkdirs(const char *path, struct err *err)
{
	char *copy = xstrdup(path);
	int rc = 0;

	for (char *p = copy; rc == 0 && *p; p++) {
		if (*p != '/' || p == copy)
			continue;
		*p = '\0';
		rc = make_dir(copy);
		*p = '/';
	}
	if (rc == 0)
		rc = make_dir(copy);
	if (rc < 0)
		fail(err, E_CANNOT_CREATE, path);
	free(copy);
	return rc;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	remove(path);
	return 0;
}

void
file_remove_all(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The first line of buf; one: nothing may follow it. */
static int
take_secret(struct arena *arena, struct buf *buf, const char *where, bool one, const char **secret_r,
	    struct err *err)
{
	const char *text = buf_get(buf), *what = NULL;
	const char *newline = memchr(text, '\n', buf->n);
	size_t size = newline ? (size_t)(newline - text) : buf->n;

	if (one && newline && newline + 1 < text + buf->n)
		what = N_("a secret is one line");
	if (size > 0 && text[size - 1] == '\r')
		size--;
	if (size == 0)
		what = N_("the secret is empty");
	else if (size > SECRET_LIMIT)
		what = N_("the secret is too long");
	else if (memchr(text, '\0', size))
		what = N_("a NUL in a secret");
	if (what)
		return err_set(err, E_BAD_CONFIG, "where", where, "what", what, NULL);
	*secret_r = arena_memdup(arena, text, size);
	return 0;
}

static int
check_private(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(err, E_IO, path);
	if (st.st_mode & 077)
		return err_set(err, E_SECRET_OPEN, "path", path, NULL);
	return 0;
}

int
file_secret(struct arena *arena, const char *path, const char **secret_r, struct err *err)
{
	int fd = open_read(path, err), rc;
	struct buf data = BUF_INIT;

	if (fd < 0)
		return -1;
	rc = check_private(fd, path, err);
	if (rc == 0)
		rc = read_limited(fd, path, SECRET_LIMIT, &data, err);
	if (rc == 0)
		rc = take_secret(arena, &data, path, true, secret_r, err);
	wipe(&data);
	close(fd);
	return rc;
}

static void ATTR_NORETURN
run_child(const char *command, int out)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* -1: errno. */
static int
start(const char *command, pid_t *child_r)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	*child_r = fork();
	if (*child_r == 0)
		run_child(command, ends[1]);
	close(ends[1]);
	if (*child_r > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

/* NULL when it ended well. */
static const char *
wait_for(pid_t child, char what[64])
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return strerror(errno);
	if (WIFSIGNALED(status))
		snprintf(what, 64, "killed by signal %d", WTERMSIG(status));
	else
		snprintf(what, 64, "exit status %d", WEXITSTATUS(status));
	return status == 0 ? NULL : what;
}

int
command_secret(struct arena *arena, const char *command, const char **secret_r, struct err *err)
{
	struct buf data = BUF_INIT;
	char text[64];
	const char *what;
	pid_t child;
	int fd = start(command, &child), rc;

	if (fd < 0)
		return err_set(err, E_BAD_CONFIG, "where", command, "what", strerror(errno), NULL);
	rc = read_all(fd, OUTPUT_LIMIT, &data);
	close(fd);
	what = wait_for(child, text);
	if (rc < 0 || data.n > OUTPUT_LIMIT)
		what = N_("its output cannot be read, or is too long");
	if (what)
		rc = err_set(err, E_BAD_CONFIG, "where", command, "what", what, NULL);
	else
		rc = take_secret(arena, &data, command, false, secret_r, err);
	wipe(&data);
	return rc;
}

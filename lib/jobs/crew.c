#include "jobs/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

#define READ_SIZE 65536
#define NEVER INT64_MAX

/* Signals. */

static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
#define CAUGHT_N (sizeof(caught) / sizeof(caught[0]))
static struct sigaction before[CAUGHT_N];
static volatile sig_atomic_t told;
static int wake[2] = { -1, -1 };

static void
on_signal(int number)
{
	int saved = errno;

	(void)number;
	told = 1;
	/* A pipe that is full wakes as well. */
	if (write(wake[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

static int
catch_signals(struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(err, E_IO, "path", "pipe", "reason", strerror(errno), NULL);
	for (size_t i = 0; i < CAUGHT_N; i++) {
		/* Who types it again does not want to wait; timeout(1) sends the other one twice. */
		action.sa_flags = caught[i] == SIGINT ? (int)(SA_RESTART | SA_RESETHAND) : SA_RESTART;
		sigaction(caught[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			sigaction(caught[i], &action, NULL);
	}
	return 0;
}

static void
release_signals(void)
{
	for (size_t i = 0; i < CAUGHT_N; i++)
		sigaction(caught[i], &before[i], NULL);
	close(wake[0]);
	close(wake[1]);
	wake[0] = wake[1] = -1;
}

const volatile sig_atomic_t *
crew_stop(void)
{
	return &told;
}

int
crew_stop_fd(void)
{
	return wake[0];
}

/* Messages: a size, and so many bytes. */

int
crew_say(int out, const void *message, size_t size)
{
	uint32_t n = (uint32_t)size;
	struct buf b = BUF_INIT;
	int rc;

	if (size > CREW_MESSAGE_MAX)
		return -1;
	buf_add(&b, &n, sizeof(n));
	buf_add(&b, message, size);
	rc = file_write_all(out, buf_get(&b), b.n);
	buf_release(&b);
	return rc;
}

struct member {
	pid_t pid;     /* 0: none */
	int in;        /* -1 */
	int64_t start; /* when it is started; NEVER */
	struct buf heard;
};

struct crew_run {
	const struct crew *crew;
	struct member *members;
	struct pollfd *fds;
	size_t running;
	bool ending; /* they were told to */
};

static void
tell_all(struct crew_run *r)
{
	for (size_t i = 0; i < r->crew->n && !r->ending; i++)
		if (r->members[i].pid > 0)
			kill(r->members[i].pid, SIGTERM);
	r->ending = true;
}

/* -1: what came is no message. */
static int
hear(struct crew_run *r, size_t i)
{
	struct member *m = &r->members[i];
	size_t at = 0;
	uint32_t size;

	while (m->heard.n - at >= sizeof(size)) {
		memcpy(&size, m->heard.p + at, sizeof(size));
		if (size > CREW_MESSAGE_MAX)
			return -1;
		if (m->heard.n - at - sizeof(size) < size)
			break;
		if (r->crew->heard(r->crew->context, i, m->heard.p + at + sizeof(size), size) < 0)
			tell_all(r);
		at += sizeof(size) + size;
	}
	if (at) {
		memmove(m->heard.p, m->heard.p + at, m->heard.n - at);
		m->heard.n -= at;
	}
	return 0;
}

/* Processes. */

/* Does not return. */
static void
become(struct crew_run *r, size_t i, const int ends[2], pid_t parent, const sigset_t *mask)
{
	int status;

	/* Its own pipe: who wakes the parent does not wake it. */
	close(wake[0]);
	close(wake[1]);
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
		_exit(ERR_IO);
	for (size_t k = 0; k < r->crew->n; k++)
		if (r->members[k].in >= 0)
			close(r->members[k].in);
	close(ends[0]);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		told = 1;
	sigprocmask(SIG_SETMASK, mask, NULL);
	status = r->crew->work(r->crew->context, i, ends[1]);
	close(ends[1]);
	_exit(status);
}

static int
start(struct crew_run *r, size_t i)
{
	struct member *m = &r->members[i];
	pid_t parent = getpid();
	sigset_t all, mask;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	/* None may come to the child while it has our pipe. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	m->pid = fork();
	if (m->pid == 0)
		become(r, i, ends, parent, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(ends[1]);
	m->start = NEVER;
	if (m->pid < 0) {
		m->pid = 0;
		close(ends[0]);
		return -1;
	}
	m->in = ends[0];
	buf_reset(&m->heard);
	r->running++;
	return 0;
}

static void
gone(struct crew_run *r, size_t i)
{
	struct member *m = &r->members[i];
	int status = 0;
	int64_t again;

	close(m->in);
	m->in = -1;
	while (waitpid(m->pid, &status, 0) < 0 && errno == EINTR)
		;
	m->pid = 0;
	r->running--;
	again = r->crew->ended(r->crew->context, i, status);
	if (again >= 0 && !r->ending)
		m->start = clock_monotonic() + again;
}

static void
read_from(struct crew_run *r, size_t i)
{
	struct member *m = &r->members[i];
	char bytes[READ_SIZE];
	ssize_t n = read(m->in, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0) {
		buf_add(&m->heard, bytes, (size_t)n);
		if (hear(r, i) == 0)
			return;
		kill(m->pid, SIGKILL);
	}
	gone(r, i);
}

/* Starts whose time it is; the time of the next, NEVER: none. */
static int64_t
start_due(struct crew_run *r)
{
	size_t most = r->crew->at_once ? r->crew->at_once : r->crew->n;
	int64_t next = NEVER, now = clock_monotonic();

	for (size_t i = 0; i < r->crew->n && !r->ending && r->running < most; i++) {
		struct member *m = &r->members[i];

		if (m->start > now)
			next = m->start < next ? m->start : next;
		else if (start(r, i) < 0)
			next = m->start = now + MS_SECOND;
	}
	return next;
}

static void
listen(struct crew_run *r, int64_t until)
{
	int64_t left = until == NEVER ? -1 : until - clock_monotonic();
	char bytes[64];

	r->fds[0] = (struct pollfd){ .fd = wake[0], .events = POLLIN };
	for (size_t i = 0; i < r->crew->n; i++)
		r->fds[i + 1] = (struct pollfd){ .fd = r->members[i].in, .events = POLLIN };
	if (until != NEVER && left < 0)
		left = 0;
	if (poll(r->fds, r->crew->n + 1, left > INT32_MAX ? INT32_MAX : (int)left) <= 0)
		return;
	while (r->fds[0].revents && read(wake[0], bytes, sizeof(bytes)) > 0)
		;
	for (size_t i = 0; i < r->crew->n; i++)
		if (r->members[i].in >= 0 && r->fds[i + 1].revents)
			read_from(r, i);
	r->crew->quiet(r->crew->context);
}

int
crew_run(const struct crew *crew, struct err *err)
{
	struct crew_run r = { .crew = crew };
	int64_t next;

	if (catch_signals(err) < 0)
		return -1;
	r.members = xcalloc(crew->n ? crew->n : 1, sizeof(*r.members));
	r.fds = xcalloc(crew->n + 1, sizeof(*r.fds));
	for (size_t i = 0; i < crew->n; i++)
		r.members[i] = (struct member){ .in = -1, .heard = BUF_INIT };
	for (;;) {
		next = start_due(&r);
		if (told)
			tell_all(&r);
		if (r.running == 0 && (next == NEVER || r.ending))
			break;
		listen(&r, r.ending ? NEVER : next);
	}
	for (size_t i = 0; i < crew->n; i++)
		buf_release(&r.members[i].heard);
	free(r.members);
	free(r.fds);
	release_signals();
	return 0;
}

#include "cmd/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

/* What it has before it is killed, and how often what it left behind is looked at meanwhile. */
#define END_MS MS_SECOND
#define LOOK_MS 50

/* How long a loop that was told to end may take; longer, and it does not run: it writes to a reader that stands still. */
#define LATE_S 3

/* What a shell made us ignore (nohup, a job in the background) stays ignored. */
static const struct {
	int number;
	bool may_be_ignored;
} caught[] = { { SIGINT, true }, { SIGTERM, true }, { SIGHUP, true }, { SIGALRM, false }, { SIGCHLD, false } };
static struct sigaction before[COUNT_OF(caught)];
static volatile sig_atomic_t told_to_end, running;
static int wake[2] = { -1, -1 };

/* Nobody but us can end it now, and the command with it. */
static void
too_late(void)
{
	static volatile sig_atomic_t told;

	if (!told_to_end)
		return;
	if (running > 0 && !told) {
		told = 1;
		kill(-running, SIGTERM);
		alarm(1);
		return;
	}
	if (running > 0)
		kill(-running, SIGKILL);
	signal(told_to_end, SIG_DFL);
	raise(told_to_end);
}

static void
on_signal(int number)
{
	int saved = errno;

	if (number == SIGALRM) {
		too_late();
	} else if (number != SIGCHLD) {
		told_to_end = number;
		alarm(LATE_S);
	}
	/* A pipe that is full wakes as well. */
	if (write(wake[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

int
signals_catch(struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(err, E_IO, "path", "pipe", "reason", strerror(errno), NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < COUNT_OF(caught); i++) {
		sigaction(caught[i].number, NULL, &before[i]);
		if (!caught[i].may_be_ignored || before[i].sa_handler != SIG_IGN)
			sigaction(caught[i].number, &action, NULL);
	}
	return 0;
}

void
signals_restore(void)
{
	if (wake[0] < 0)
		return;
	alarm(0);
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		sigaction(caught[i].number, &before[i], NULL);
	close(wake[0]);
	close(wake[1]);
	wake[0] = wake[1] = -1;
}

int
signals_fd(void)
{
	return wake[0];
}

void
signals_seen(void)
{
	char bytes[64];

	while (wake[0] >= 0 && read(wake[0], bytes, sizeof(bytes)) > 0)
		;
}

int
signals_end(void)
{
	return told_to_end;
}

/* A file without a name: whatever its size, nobody waits until it is read. */
static int
input_file(const char *text)
{
	size_t size = strlen(text);
	int fd = memfd_create("input", MFD_CLOEXEC);

	for (size_t done = 0; fd >= 0 && done < size;) {
		ssize_t n = write(fd, text + done, size - done);

		if (n < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static void
become(const struct process_spec *spec, int input, const sigset_t *mask)
{
	setpgid(0, 0);
	for (size_t i = 0; wake[0] >= 0 && i < COUNT_OF(caught); i++)
		sigaction(caught[i].number, &before[i], NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(input, STDIN_FILENO);
	for (size_t i = 0; spec->environment[i][0]; i++)
		if (spec->environment[i][1])
			setenv(spec->environment[i][0], spec->environment[i][1], 1);
		else
			unsetenv(spec->environment[i][0]);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execl("/bin/sh", "sh", "-c", spec->command, (char *)NULL);
	_exit(127);
}

int
process_start(struct process *process, const struct process_spec *spec)
{
	int input = input_file(spec->input), reason;
	sigset_t all, mask;

	*process = (struct process){ .pid = -1 };
	if (input < 0)
		return -1;
	/* None may come to the child while it still has our handlers. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	process->pid = fork();
	if (process->pid == 0)
		become(spec, input, &mask);
	reason = errno;
	/* Here as well: it may be told to end before it has come so far. */
	if (process->pid > 0)
		setpgid(process->pid, process->pid);
	running = process->pid > 0 ? process->pid : 0;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(input);
	errno = reason;
	return process->pid < 0 ? -1 : 0;
}

void
process_end(struct process *process)
{
	if (process->kill_at)
		return;
	kill(-process->pid, SIGTERM);
	process->kill_at = clock_monotonic() + END_MS;
}

bool
process_look(struct process *process, int *status_r)
{
	if (!process->gone && waitpid(process->pid, status_r, WNOHANG) != 0)
		process->gone = true;
	if (process->kill_at && !process->killed && clock_monotonic() >= process->kill_at) {
		kill(-process->pid, SIGKILL);
		process->killed = true;
	}
	if (!process->gone || (process->kill_at && !process->killed && kill(-process->pid, 0) == 0))
		return false;
	running = 0;
	return true;
}

int64_t
process_wait(const struct process *process, int64_t ms)
{
	if (process->kill_at && !process->killed && process->kill_at - clock_monotonic() < ms)
		ms = process->kill_at - clock_monotonic();
	if (process->gone && ms > LOOK_MS)
		ms = LOOK_MS;
	return ms > 0 ? ms : 0;
}

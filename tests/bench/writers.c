/*
 * writers - so many processes that each run a command over and over:
 *	writers SECONDS FILE COMMAND ARGUMENT...
 * One for each line of FILE; {} in an argument becomes the line. Prints
 * COMMANDS FAILED SLOWEST FAIR: how many ended, how many of them badly, the
 * slowest in ms, and the fewest that one got done for the most of another.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#define WRITERS 64
#define ARGUMENTS 32

extern char **environ;

/* What each gets done, seen by all. */
struct count {
	long done, failed;
	double slowest;
};

static const char *
filled(struct arena *arena, const char *text, const char *line)
{
	struct buf out = BUF_INIT;
	const char *at, *copy;

	while ((at = strstr(text, "{}"))) {
		buf_add(&out, text, (size_t)(at - text));
		buf_str(&out, line);
		text = at + 2;
	}
	buf_str(&out, text);
	copy = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return copy;
}

static double
millis(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
write_on(char **argv, double until, struct count *count)
{
	posix_spawn_file_actions_t quiet;
	double start;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	while ((start = millis()) < until) {
		pid_t pid;
		int status = -1;

		if (posix_spawnp(&pid, argv[0], &quiet, NULL, argv, environ) == 0)
			waitpid(pid, &status, 0);
		if (millis() - start > count->slowest)
			count->slowest = millis() - start;
		count->done++;
		count->failed += status != 0;
	}
	posix_spawn_file_actions_destroy(&quiet);
}

static void
print(const struct count *counts, int n)
{
	struct count all = { 0, 0, 0 };
	long least = counts[0].done, most = 0;

	for (int i = 0; i < n; i++) {
		all.done += counts[i].done;
		all.failed += counts[i].failed;
		if (counts[i].slowest > all.slowest)
			all.slowest = counts[i].slowest;
		if (counts[i].done < least)
			least = counts[i].done;
		if (counts[i].done > most)
			most = counts[i].done;
	}
	printf("%ld %ld %.1f %.2f\n", all.done, all.failed, all.slowest, most ? (double)least / (double)most : 0);
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct count *counts = mmap(NULL, WRITERS * sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char line[256];
	double until;
	FILE *f;
	int n = 0;

	if (argc < 4 || argc > ARGUMENTS || counts == MAP_FAILED || !(f = fopen(argv[2], "r")))
		return 64;
	until = millis() + strtod(argv[1], NULL) * 1e3;
	for (; n < WRITERS && fgets(line, sizeof(line), f); n++) {
		char *command[ARGUMENTS] = { NULL };

		line[strcspn(line, "\n")] = '\0';
		for (int i = 3; i < argc; i++)
			command[i - 3] = arena_strdup(arena, filled(arena, argv[i], line));
		if (fork() == 0) {
			write_on(command, until, &counts[n]);
			_exit(0);
		}
	}
	fclose(f);
	while (wait(NULL) > 0)
		;
	print(counts, n);
	arena_free(&arena);
	return 0;
}

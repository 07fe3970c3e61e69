/*
 * imap - a raw IMAP reader for the bench: N mails of the INBOX of support, BATCH to a command, two commands on
 * their way at once. It looks for nothing but the end of an answer, and keeps nothing: what the server can give.
 * Prints the seconds it took, from connecting on.
 *	imap PORT N BATCH
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* An answer's last line, in two reads. */
#define KEEP 64

static char in[1 << 18];
static size_t in_n;
static int fd;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
say(const char *line)
{
	size_t n = strlen(line);

	if (write(fd, line, n) != (ssize_t)n)
		die("write");
}

/* Reads on behind the line that has this. */
static void
until(const char *text)
{
	for (;;) {
		char *at = memmem(in, in_n, text, strlen(text)), *end = at ? memchr(at, '\n', (size_t)(in + in_n - at)) : NULL;
		ssize_t got;

		if (end) {
			in_n -= (size_t)(end + 1 - in);
			memmove(in, end + 1, in_n);
			return;
		}
		if (!at && in_n > KEEP) {
			memmove(in, in + in_n - KEEP, KEEP);
			in_n = KEEP;
		}
		got = read(fd, in + in_n, sizeof(in) - in_n);
		if (got <= 0)
			die("read");
		in_n += (size_t)got;
	}
}

static void
dial(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1;

	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		die("connect");
	until("* OK");
	say("a LOGIN support support\r\n");
	until("a OK");
	say("b EXAMINE INBOX\r\n");
	until("b OK");
}

static void
fetch(size_t n, size_t batch)
{
	size_t commands = (n + batch - 1) / batch;
	char line[128];

	for (size_t i = 0; i <= commands; i++) {
		if (i < commands) {
			snprintf(line, sizeof(line), "c%zu UID FETCH %zu:%zu (UID INTERNALDATE BODY.PEEK[])\r\n", i, i * batch + 1, (i + 1) * batch);
			say(line);
		}
		if (i > 0) {
			snprintf(line, sizeof(line), "\r\nc%zu OK", i - 1);
			until(line);
		}
	}
}

int
main(int argc, char **argv)
{
	struct timespec from, to;

	if (argc != 4 || strtoul(argv[3], NULL, 10) == 0)
		return 64;
	clock_gettime(CLOCK_MONOTONIC, &from);
	dial(argv[1]);
	fetch(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.3f\n", (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	say("d LOGOUT\r\n");
	return close(fd);
}

/*
 * smtp - a raw SMTP client for the bench: the file FILE N times on one connection to 127.0.0.1:PORT,
 * the commands of each mail in one write; it keeps nothing. Prints the seconds it took.
 *	smtp PORT N FROM TO FILE
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

static char in[65536];
static size_t in_n, in_at;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
put(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = write(fd, p, n);

		if (sent <= 0)
			die("write");
		p += sent;
		n -= (size_t)sent;
	}
}

/* One reply, of several lines or not; its first digit must be that. */
static void
expect(int fd, char digit)
{
	char line[1024];
	size_t n;

	do {
		n = 0;
		for (;;) {
			if (in_at == in_n) {
				ssize_t got = read(fd, in, sizeof(in));

				if (got <= 0)
					die("read");
				in_n = (size_t)got;
				in_at = 0;
			}
			if (n < sizeof(line) - 1)
				line[n++] = in[in_at];
			if (in[in_at++] == '\n')
				break;
		}
		line[n] = '\0';
	} while (n > 3 && line[3] == '-');
	if (line[0] != digit) {
		fprintf(stderr, "smtp: %s", line);
		exit(1);
	}
}

static char *
slurp(const char *path, size_t *n_r)
{
	static char bytes[1 << 20];
	FILE *f = fopen(path, "r");

	if (!f)
		die(path);
	*n_r = fread(bytes, 1, sizeof(bytes) - 5, f);
	fclose(f);
	memcpy(bytes + *n_r, ".\r\n", 3);
	*n_r += 3;
	return bytes;
}

static int
dial(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)strtol(port, NULL, 10)), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0)
		die("connect");
	return fd;
}

int
main(int argc, char **argv)
{
	struct timespec a, b;
	char commands[1024];
	const char *bytes;
	size_t n;
	int fd, size;

	if (argc != 6)
		return 64;
	bytes = slurp(argv[5], &n);
	clock_gettime(CLOCK_MONOTONIC, &a);
	fd = dial(argv[1]);
	expect(fd, '2');
	put(fd, "EHLO bench\r\n", 12);
	expect(fd, '2');
	size = snprintf(commands, sizeof(commands), "MAIL FROM:<%s> SIZE=%zu\r\nRCPT TO:<%s>\r\nDATA\r\n", argv[3], n, argv[4]);
	for (long i = strtol(argv[2], NULL, 10); i > 0; i--) {
		put(fd, commands, (size_t)size);
		expect(fd, '2');
		expect(fd, '2');
		expect(fd, '3');
		put(fd, bytes, n);
		expect(fd, '2');
	}
	put(fd, "QUIT\r\n", 6);
	expect(fd, '2');
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.3f\n", (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9);
	return close(fd) != 0;
}

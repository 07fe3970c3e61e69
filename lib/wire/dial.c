#include "wire/dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

const char *
dial_late(int64_t ms, char reason[DIAL_REASON])
{
	snprintf(reason, DIAL_REASON, "no answer within %gs", (double)ms / 1000);
	return reason;
}

int
dial_wait(int fd, short events, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = until - clock_monotonic();
		int n;

		if (left <= 0)
			return 0;
		n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
			return 1;
		if (n < 0 && errno != EINTR)
			return -1;
	}
}

static bool
is_loopback(const struct sockaddr *sa)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	memcpy(&in6, sa, sizeof(in6));
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
		return in6.sin6_addr.s6_addr[12] == 127;
	return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

/* 0, or the errno of it. */
static int
finish_connect(int fd, int64_t until)
{
	int result = 0, n = dial_wait(fd, POLLOUT, until);
	socklen_t size = sizeof(result);

	if (n == 0)
		return ETIMEDOUT;
	if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size) < 0)
		return errno;
	return result;
}

/* A connected socket, or -1 with errno. */
static int
connect_address(const struct addrinfo *ai, int64_t until)
{
	int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, ai->ai_protocol);
	int result = 0, on = 1;

	if (fd < 0)
		return -1;
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0)
		result = errno == EINPROGRESS || errno == EINTR ? finish_connect(fd, until) : errno;
	if (result) {
		close(fd);
		errno = result;
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static int
unreachable(const struct dial *d, const char *reason, struct err *err)
{
	return err_set(err, E_UNREACHABLE, "peer", d->peer, "reason", reason, NULL);
}

static int
connect_any(const struct dial *d, const struct addrinfo *list, bool *loopback_r, struct err *err)
{
	int64_t deadline = clock_monotonic() + d->ms;
	int count = 0, problem = 0;
	char reason[DIAL_REASON];

	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next)
		count++;
	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next, count--) {
		int64_t now = clock_monotonic();
		int fd;

		*loopback_r = is_loopback(ai->ai_addr);
		if (d->local_only && !*loopback_r)
			return err_set(err, E_BAD_CONFIG, "where", d->peer, "what",
				       "without TLS only this machine may be reached", "peer", d->peer, NULL);
		fd = connect_address(ai, now + (deadline - now) / count);
		if (fd >= 0)
			return fd;
		problem = errno;
	}
	return unreachable(d, problem == ETIMEDOUT ? dial_late(d->ms, reason) : strerror(problem), err);
}

int
dial_connect(const struct dial *d, bool *loopback_r, struct err *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	char port[8];
	int n;

	snprintf(port, sizeof(port), "%u", (unsigned)d->port);
	n = getaddrinfo(d->host, port, &hints, &list);
	if (n != 0)
		return unreachable(d, n == EAI_SYSTEM ? strerror(errno) : gai_strerror(n), err);
	n = connect_any(d, list, loopback_r, err);
	freeaddrinfo(list);
	return n;
}

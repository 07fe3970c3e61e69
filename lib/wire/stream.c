#include "wire/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "wire/dial.h"

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* From read_once and write_once: nothing happened, once more. */
#define AGAIN (-2)

struct stream {
	int fd;
	char *peer, *host;
	bool loopback, clear_allowed;
	gnutls_session_t tls; /* NULL: clear */
	gnutls_certificate_credentials_t trust;
	gnutls_typed_vdata_st want[2]; /* looked at in the handshake: it lives as long as tls */
	int64_t deadline, limit_ms;
	size_t budget, left;            /* budget 0: no limit */
	stream_meanwhile_fn *meanwhile; /* NULL: nothing goes on */
	void *context;
	int64_t meanwhile_ms, meanwhile_at; /* when it is called next */
	bool failed;
	struct err err;
};

static int
fail(struct stream *s, enum err_code code, const char *reason)
{
	if (!s->failed)
		err_set(&s->err, code, "peer", s->peer, "reason", reason, NULL);
	s->failed = true;
	return -1;
}

static int
fail_deadline(struct stream *s)
{
	char reason[DIAL_REASON];

	return fail(s, E_UNREACHABLE, dial_late(s->limit_ms, reason));
}

static int
fail_errno(struct stream *s, int number)
{
	if (number == ECONNRESET || number == EPIPE)
		return fail(s, E_PEER_CLOSED, strerror(number));
	return fail(s, E_UNREACHABLE, strerror(number));
}

static void
set_deadline(struct stream *s, int64_t ms)
{
	s->limit_ms = ms;
	s->deadline = clock_monotonic() + ms;
}

/* As dial_wait. What goes on meanwhile takes no time of the peer's. */
static int
wait_some(struct stream *s, short events)
{
	bool first = s->meanwhile && s->meanwhile_at < s->deadline;
	int n = dial_wait(s->fd, events, first ? s->meanwhile_at : s->deadline);
	int64_t began = clock_monotonic();

	if (!s->meanwhile || began < s->meanwhile_at)
		return n;
	s->meanwhile(s->context);
	s->deadline += clock_monotonic() - began;
	s->meanwhile_at = clock_monotonic() + s->meanwhile_ms;
	return n;
}

static int
wait_ready(struct stream *s, short events)
{
	int n;

	do
		n = wait_some(s, events);
	while (n == 0 && clock_monotonic() < s->deadline);
	if (n < 0)
		return fail_errno(s, errno);
	return n ? 0 : fail_deadline(s);
}

static int
connect_to(struct stream *s, const struct stream_target *target)
{
	struct dial d = {
		.host = s->host,
		.port = target->port,
		.ms = target->connect_ms,
		.local_only = target->tls == STREAM_TLS_LOCAL,
		.peer = s->peer,
	};

	s->fd = dial_connect(&d, &s->loopback, &s->err);
	s->failed = s->fd < 0;
	set_deadline(s, target->connect_ms);
	return s->failed ? -1 : 0;
}

/* TLS */

const char *
stream_tls_reason(unsigned status)
{
	static const struct {
		unsigned bit;
		const char *reason;
	} table[] = {
		{ GNUTLS_CERT_REVOKED, "it was revoked" },
		{ GNUTLS_CERT_SIGNER_NOT_FOUND, "no authority that is trusted here signed it" },
		{ GNUTLS_CERT_SIGNER_NOT_CA, "its signer is not an authority" },
		{ GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, "its signer may not sign it" },
		{ GNUTLS_CERT_EXPIRED, "it has expired" },
		{ GNUTLS_CERT_NOT_ACTIVATED, "it is not valid yet" },
		{ GNUTLS_CERT_UNEXPECTED_OWNER, "the name does not match" },
		{ GNUTLS_CERT_PURPOSE_MISMATCH, "it is not for servers" },
		{ GNUTLS_CERT_INSECURE_ALGORITHM, "its algorithm is not secure" },
		{ GNUTLS_CERT_SIGNATURE_FAILURE, "its signature is wrong" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (status & table[i].bit)
			return table[i].reason;
	return NULL;
}

static int
load_trust(struct stream *s, const char *ca_file)
{
	int n;

	if (gnutls_certificate_allocate_credentials(&s->trust) < 0)
		abort();
	if (ca_file)
		n = gnutls_certificate_set_x509_trust_file(s->trust, ca_file, GNUTLS_X509_FMT_PEM);
	else
		n = gnutls_certificate_set_x509_system_trust(s->trust);
	if (n > 0)
		return 0;
	s->failed = true;
	return err_set(&s->err, E_BAD_CONFIG, "where", ca_file ? ca_file : "the system's certificates",
		       "what", n < 0 ? gnutls_strerror(n) : "no certificate in it", "peer", s->peer, NULL);
}

/* What the certificate must say; GnuTLS keeps the pointer. */
static void
expect_owner(struct stream *s)
{
	static unsigned char server[] = GNUTLS_KP_TLS_WWW_SERVER;
	unsigned char address[16];

	s->want[0] = (gnutls_typed_vdata_st){ .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = server };
	s->want[1] = (gnutls_typed_vdata_st){ .type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)s->host };
	if (inet_pton(AF_INET, s->host, address) != 1 && inet_pton(AF_INET6, s->host, address) != 1)
		gnutls_server_name_set(s->tls, GNUTLS_NAME_DNS, s->host, strlen(s->host));
	/* GnuTLS compares a host that is written as an IP address with iPAddress entries only. */
	gnutls_session_set_verify_cert2(s->tls, s->want, COUNT_OF(s->want), 0);
}

static int
fail_handshake(struct stream *s, int n)
{
	if (n == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
		const char *reason = stream_tls_reason(gnutls_session_get_verify_cert_status(s->tls));

		gnutls_alert_send_appropriate(s->tls, n);
		return fail(s, E_TLS_REFUSED, reason ? reason : gnutls_strerror(n));
	}
	if (n == GNUTLS_E_NO_CERTIFICATE_FOUND)
		return fail(s, E_TLS_REFUSED, "it shows none");
	if (n == GNUTLS_E_PREMATURE_TERMINATION)
		return fail(s, E_PEER_CLOSED, "in the TLS handshake");
	if (n == GNUTLS_E_FATAL_ALERT_RECEIVED)
		return fail(s, E_PROTOCOL, gnutls_alert_get_name(gnutls_alert_get(s->tls)));
	return fail(s, E_PROTOCOL, gnutls_strerror(n));
}

static int
wait_tls(struct stream *s)
{
	return wait_ready(s, gnutls_record_get_direction(s->tls) ? POLLOUT : POLLIN);
}

static int
handshake(struct stream *s)
{
	int n;

	if (gnutls_init(&s->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
		abort();
	gnutls_priority_set_direct(s->tls, PRIORITY, NULL);
	gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE, s->trust);
	gnutls_transport_set_int(s->tls, s->fd);
	expect_owner(s);
	while ((n = gnutls_handshake(s->tls)) < 0) {
		if (n == GNUTLS_E_AGAIN) {
			if (wait_tls(s) < 0)
				return -1;
		} else if (gnutls_error_is_fatal(n)) {
			return fail_handshake(s, n);
		} else if (clock_monotonic() >= s->deadline) {
			return fail_deadline(s);
		}
	}
	return 0;
}

int
stream_starttls(struct stream *s, size_t buffered, int64_t ms, struct err *err)
{
	char c;

	set_deadline(s, ms);
	if (!s->failed && (buffered || recv(s->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0))
		fail(s, E_PROTOCOL, "it sent more in clear after it agreed to TLS");
	if (!s->failed && (s->tls || !s->trust))
		fail(s, E_BUG, "TLS was not prepared");
	if (!s->failed && handshake(s) == 0)
		return 0;
	err_copy(err, &s->err);
	return -1;
}

/* Opening and closing */

static struct stream *
stream_new(char *peer, const char *host)
{
	struct stream *s = xcalloc(1, sizeof(*s));

	s->fd = -1;
	s->peer = peer;
	s->host = xstrdup(host);
	return s;
}

static char *
peer_name(const struct stream_target *target)
{
	bool v6 = strchr(target->host, ':');
	size_t size = strlen(target->host) + 16;
	char *name = xmalloc(size);

	snprintf(name, size, "%s%s%s:%u", v6 ? "[" : "", target->host, v6 ? "]" : "", (unsigned)target->port);
	return name;
}

struct stream *
stream_open(const struct stream_target *target, struct err *err)
{
	struct stream *s = stream_new(peer_name(target), target->host);
	bool tls = target->tls == STREAM_TLS_IMPLICIT || target->tls == STREAM_TLS_STARTTLS;
	size_t size = strlen(s->host);

	/* The root's dot is no part of the name in a certificate. */
	if (size > 1 && s->host[size - 1] == '.')
		s->host[size - 1] = '\0';
	s->clear_allowed = target->tls == STREAM_TLS_NONE;
	if ((tls && load_trust(s, target->ca_file) < 0) || connect_to(s, target) < 0 ||
	    (target->tls == STREAM_TLS_IMPLICIT && handshake(s) < 0)) {
		err_copy(err, &s->err);
		stream_close(&s);
	}
	return s;
}

struct stream *
stream_adopt(int fd, const char *peer)
{
	struct stream *s = stream_new(xstrdup(peer), peer);

	s->fd = fd;
	s->loopback = true;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return s;
}

void
stream_close(struct stream **stream)
{
	struct stream *s = *stream;

	if (!s)
		return;
	if (s->tls && !s->failed)
		gnutls_bye(s->tls, GNUTLS_SHUT_WR);
	if (s->tls)
		gnutls_deinit(s->tls);
	if (s->trust)
		gnutls_certificate_free_credentials(s->trust);
	if (s->fd >= 0)
		close(s->fd);
	free(s->peer);
	free(s->host);
	free(s);
	*stream = NULL;
}

/* Reading and writing */

void
stream_begin(struct stream *s, int64_t ms, size_t budget)
{
	set_deadline(s, ms);
	s->budget = s->left = budget;
}

/* As recv, or TLS's: bytes, 0 at the end, -1 failed, or AGAIN. */
static ssize_t
read_once(struct stream *s, void *data, size_t size)
{
	ssize_t n;

	if (!s->tls) {
		n = recv(s->fd, data, size, 0);
		if (n >= 0)
			return n;
		if (errno == EAGAIN)
			return wait_ready(s, POLLIN) < 0 ? -1 : AGAIN;
		return errno == EINTR ? AGAIN : fail_errno(s, errno);
	}
	n = gnutls_record_recv(s->tls, data, size);
	if (n >= 0)
		return n;
	if (n == GNUTLS_E_AGAIN)
		return wait_tls(s) < 0 ? -1 : AGAIN;
	if (n == GNUTLS_E_PREMATURE_TERMINATION || n == GNUTLS_E_PULL_ERROR)
		return fail(s, E_PEER_CLOSED, gnutls_strerror((int)n));
	return gnutls_error_is_fatal((int)n) ? fail(s, E_PROTOCOL, gnutls_strerror((int)n)) : AGAIN;
}

static int
fail_budget(struct stream *s)
{
	char reason[64];

	snprintf(reason, sizeof(reason), "more than %zu bytes in one answer", s->budget);
	return fail(s, E_PROTOCOL, reason);
}

ssize_t
stream_read(struct stream *s, void *data, size_t size)
{
	ssize_t n = AGAIN;

	if (s->failed)
		return -1;
	if (s->budget && s->left == 0)
		return fail_budget(s);
	if (s->budget && size > s->left)
		size = s->left;
	while (n == AGAIN) {
		/* Data that is always ready must not outrun the deadline either. */
		if (clock_monotonic() >= s->deadline)
			return fail_deadline(s);
		n = read_once(s, data, size);
	}
	if (n == 0)
		return fail(s, E_PEER_CLOSED, NULL);
	if (n < 0)
		return -1;
	s->left -= s->budget ? (size_t)n : 0;
	return n;
}

/* As read_once; at least one byte, never 0. */
static ssize_t
write_once(struct stream *s, const void *data, size_t size)
{
	ssize_t n;

	if (!s->tls) {
		n = send(s->fd, data, size, MSG_NOSIGNAL);
		if (n >= 0)
			return n;
		if (errno == EAGAIN)
			return wait_ready(s, POLLOUT) < 0 ? -1 : AGAIN;
		return errno == EINTR ? AGAIN : fail_errno(s, errno);
	}
	/* After GNUTLS_E_AGAIN the same data must come again, as the loop does. */
	n = gnutls_record_send(s->tls, data, size);
	if (n >= 0)
		return n;
	if (n == GNUTLS_E_AGAIN)
		return wait_tls(s) < 0 ? -1 : AGAIN;
	if (n == GNUTLS_E_PUSH_ERROR)
		return fail(s, E_PEER_CLOSED, gnutls_strerror((int)n));
	return gnutls_error_is_fatal((int)n) ? fail(s, E_PROTOCOL, gnutls_strerror((int)n)) : AGAIN;
}

int
stream_write(struct stream *s, const void *data, size_t size)
{
	const char *p = data;

	if (s->failed)
		return -1;
	while (size) {
		ssize_t n;

		if (clock_monotonic() >= s->deadline)
			return fail_deadline(s);
		n = write_once(s, p, size);
		if (n == -1)
			return -1;
		if (n > 0) {
			p += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

int
stream_refuse(struct stream *s, const char *reason)
{
	return fail(s, E_PROTOCOL, reason);
}

const struct err *
stream_failure(const struct stream *s)
{
	return s->failed ? &s->err : NULL;
}

bool
stream_takes_secrets(const struct stream *s)
{
	return s->tls || s->loopback || s->clear_allowed;
}

const char *
stream_peer(const struct stream *s)
{
	return s->peer;
}

/* Not said to a socket that is none of TCP: it has nothing of the kind. */
static void
set_tcp(const struct stream *s, int option, int value)
{
	if (!s->failed)
		setsockopt(s->fd, IPPROTO_TCP, option, &value, sizeof(value));
}

void
stream_hold(struct stream *s, bool hold)
{
	set_tcp(s, TCP_CORK, hold);
}

void
stream_meanwhile(struct stream *s, stream_meanwhile_fn *fn, void *context, int64_t ms)
{
	s->meanwhile = fn;
	s->context = context;
	s->meanwhile_ms = ms;
	s->meanwhile_at = clock_monotonic() + ms;
}

void
stream_acknowledge(struct stream *s)
{
	set_tcp(s, TCP_QUICKACK, 1);
}

int
stream_fd(const struct stream *s)
{
	return s->fd;
}

size_t
stream_pending(const struct stream *s)
{
	return s->tls ? gnutls_record_check_pending(s->tls) : 0;
}

/*
 * stream.h - the one connection of this project: TCP, or TLS with a peer that
 * has proved its name.
 *
 * Promises. With TLS (1.2 or newer, GnuTLS) the chain of certificates and the
 * name are checked in the handshake, an IP address against the iPAddress
 * entries (RFC 5280, RFC 6125); nothing is sent to a peer that fails. Clear
 * text goes to this machine only, unless the caller asks for more by
 * STREAM_TLS_NONE. Every command has an absolute deadline, which a peer that
 * drips bytes cannot move, and a budget of bytes to read. No signal is raised,
 * descriptors are O_CLOEXEC.
 *
 * Errors: a stream that failed stays failed; stream_failure() says why, always
 * with the argument "peer". E_UNREACHABLE: no address, no connection, or no
 * answer by the deadline. E_TLS_REFUSED: the peer's certificate, with
 * "reason". E_PROTOCOL: TLS is broken, the budget is spent. E_PEER_CLOSED.
 * E_BAD_CONFIG: the CA file, or clear text to another machine.
 *
 * Ownership: strings given are copied. Threads: one stream, one thread at a
 * time. Resolving a name blocks in getaddrinfo(3), which no deadline covers.
 * Times are milliseconds of clock_monotonic().
 */
#ifndef WIRE_STREAM_H
#define WIRE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct err;
struct stream;

enum stream_tls {
	/* From the first byte (RFC 8314). */
	STREAM_TLS_IMPLICIT,
	/* Clear until stream_starttls; no secrets before. */
	STREAM_TLS_STARTTLS,
	/* Clear, to addresses of this machine only. */
	STREAM_TLS_LOCAL,
	/* Clear to anyone: somebody asked for it in so many words. */
	STREAM_TLS_NONE,
};

struct stream_target {
	const char *host; /* a name, or an IP address without brackets */
	uint16_t port;
	enum stream_tls tls;
	const char *ca_file; /* PEM; NULL: the system's store */
	int64_t connect_ms;  /* for connecting, and again for the handshake */
};

/* Connects, trying each address in turn; NULL and err. */
struct stream *stream_open(const struct stream_target *target, struct err *err) ATTR_MUSTUSE;
/* A socket that is connected already, in clear; the stream owns it. For tests and pipes. */
struct stream *stream_adopt(int fd, const char *peer) ATTR_MUSTUSE;
/* Says goodbye without waiting, closes. Accepts a pointer to NULL; sets it to NULL. */
void stream_close(struct stream **stream);

/*
 * TLS on a stream opened with STREAM_TLS_STARTTLS, after the peer agreed.
 * buffered: bytes that the caller holds unread; any, or any that arrived
 * since, is E_PROTOCOL, for they were put in before TLS (CVE-2011-0411).
 */
int stream_starttls(struct stream *stream, size_t buffered, int64_t ms, struct err *err) ATTR_MUSTUSE;

/* Before each command: at most ms from now, at most budget bytes of answer (0: no limit). */
void stream_begin(struct stream *stream, int64_t ms, size_t budget);
/* Some bytes, at least one, or -1; the end of the peer's data is -1 (E_PEER_CLOSED). */
ssize_t stream_read(struct stream *stream, void *data, size_t size) ATTR_MUSTUSE;
/* All of data, or -1. 0 means that every byte is with the kernel. */
int stream_write(struct stream *stream, const void *data, size_t size) ATTR_MUSTUSE;
/* What is written from now on waits in the kernel for more (0.2 s at most), until false: fewer packets, which wake the peer fewer times. */
void stream_hold(struct stream *stream, bool hold);
/*
 * For what must go on while the peer is waited for: fn is called each ms from then on,
 * on this thread, within a call that waits. It leaves the stream alone. NULL: no more.
 */
typedef void stream_meanwhile_fn(void *context);
void stream_meanwhile(struct stream *stream, stream_meanwhile_fn *fn, void *context, int64_t ms);
/* Acknowledges what was read: for a peer whose next bytes wait for that (RFC 896), while we have none to send. */
void stream_acknowledge(struct stream *stream);

/* What was read must not be believed: the stream fails with E_PROTOCOL; -1. */
int stream_refuse(struct stream *stream, const char *reason);
/* NULL, or what made it fail; valid until it is closed. */
const struct err *stream_failure(const struct stream *stream);
/* TLS is up, or the peer is this machine, or clear text was asked for. */
bool stream_takes_secrets(const struct stream *stream);
/* "host:port", for messages. */
const char *stream_peer(const struct stream *stream);
/* For poll(2); look at stream_pending first. */
int stream_fd(const struct stream *stream);
/* Bytes that are decrypted but not read. */
size_t stream_pending(const struct stream *stream);

/* The status of a certificate (gnutls_certificate_status_t) as a reason; NULL: none known. */
const char *stream_tls_reason(unsigned status);

#endif

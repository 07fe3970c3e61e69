/* wire/stream.h over a socket pair: deadlines, budgets, ends; and wire/etpan.h on top. */
#include "wire/stream.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <libetpan/mailstream.h>

#include "base/clock.h"
#include "base/err.h"
#include "wire/etpan.h"

#include "tests/unit/tap.h"

static struct stream *
open_pair(int *other_r)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) < 0)
		abort();
	*other_r = fd[1];
	return stream_adopt(fd[0], "peer:1");
}

static void
put(int fd, const char *s)
{
	if (write(fd, s, strlen(s)) != (ssize_t)strlen(s))
		abort();
}

static void
failed_by(const struct stream *s, enum err_code code, const char *what)
{
	const struct err *err = stream_failure(s);

	ok(err && err->code == code, "%s: %s", what, err ? err_name(err->code) : "-");
	is_str(err ? err_get(err, "peer") : NULL, "peer:1", "and the peer is named");
}

static void
test_read_write(void)
{
	int other;
	struct stream *s = open_pair(&other);
	char data[16];

	ok(fcntl(stream_fd(s), F_GETFD) & FD_CLOEXEC, "close on exec");
	stream_begin(s, 1000, 10);
	ok(stream_write(s, "abc", 3) == 0 && read(other, data, 16) == 3, "what is written arrives");
	put(other, "hello");
	is_int(stream_read(s, data, sizeof(data)), 5, "what arrives is read");
	ok(!stream_failure(s) && stream_takes_secrets(s), "no failure");
	put(other, "0123456789");
	is_int(stream_read(s, data, sizeof(data)), 5, "only the rest of the budget");
	is_int(stream_read(s, data, sizeof(data)), -1, "then nothing");
	failed_by(s, E_PROTOCOL, "the budget is spent");
	stream_begin(s, 1000, 0);
	is_int(stream_read(s, data, sizeof(data)), -1, "a stream that failed stays so");
	is_int(stream_write(s, "x", 1), -1, "for writing too");
	close(other);
	stream_close(&s);
	ok(!s, "closed");
	stream_close(&s);
}

static void
test_ends(void)
{
	int other;
	struct stream *s = open_pair(&other);
	char data[16];

	stream_begin(s, 1000, 0);
	put(other, "x");
	close(other);
	is_int(stream_read(s, data, sizeof(data)), 1, "what came before the end");
	is_int(stream_read(s, data, sizeof(data)), -1, "the end is -1, never 0");
	failed_by(s, E_PEER_CLOSED, "the end while reading");
	stream_close(&s);

	s = open_pair(&other);
	stream_begin(s, 1000, 0);
	close(other);
	is_int(stream_write(s, "x", 1), -1, "writing to a closed peer: no SIGPIPE");
	failed_by(s, E_PEER_CLOSED, "the end while writing");
	stream_close(&s);
}

static void
test_deadlines(void)
{
	static char much[1 << 22];
	int other;
	struct stream *s = open_pair(&other);
	int64_t start = clock_monotonic();
	char data[16];

	stream_begin(s, 100, 0);
	is_int(stream_read(s, data, sizeof(data)), -1, "a silent peer");
	ok(clock_monotonic() - start >= 100 && clock_monotonic() - start < 1000, "ends at the deadline");
	failed_by(s, E_UNREACHABLE, "and is unreachable");
	is_str(err_get(stream_failure(s), "reason"), "no answer within 0.1s", "with a reason");
	stream_close(&s);
	close(other);

	s = open_pair(&other);
	start = clock_monotonic();
	stream_begin(s, 100, 0);
	is_int(stream_write(s, much, sizeof(much)), -1, "a peer that does not read");
	ok(clock_monotonic() - start < 1000, "ends at the deadline");
	failed_by(s, E_UNREACHABLE, "and lacks the end");
	stream_close(&s);
	close(other);

	s = open_pair(&other);
	put(other, "x");
	stream_begin(s, 0, 0);
	is_int(stream_read(s, data, sizeof(data)), -1, "data that is there does not outrun it");
	stream_close(&s);
	close(other);
}

static void
test_etpan(void)
{
	int other;
	struct stream *s = open_pair(&other);
	mailstream *ms = etpan_mailstream(s);
	char data[16] = "";

	stream_begin(s, 1000, 0);
	put(other, "abcdef");
	is_int(mailstream_read(ms, data, 2), 2, "libetpan reads through it");
	is_int((int64_t)etpan_buffered(ms), 4, "and keeps the rest");
	is_int(mailstream_write(ms, "xyz", 3), 3, "it writes");
	is_int(mailstream_flush(ms), 0, "and flushes");
	ok(read(other, data, sizeof(data)) == 3 && memcmp(data, "xyz", 3) == 0, "to the other end");
	close(other);
	is_int(mailstream_read(ms, data, 10), 4, "what was buffered");
	is_int(mailstream_read(ms, data, 10), -1, "the end is an error to it");
	mailstream_close(ms);
	failed_by(s, E_PEER_CLOSED, "the stream outlives the mailstream");
	stream_close(&s);
}

static void
test_starttls(void)
{
	int other;
	struct stream *s = open_pair(&other);
	struct err err = { 0 };

	ok(stream_starttls(s, 3, 100, &err) < 0 && err.code == E_PROTOCOL, "bytes that were read before TLS");
	stream_close(&s);
	is_str(err_get(&err, "peer"), "peer:1", "the error outlives the stream");
	close(other);
	s = open_pair(&other);
	put(other, "250 injected\r\n");
	ok(stream_starttls(s, 0, 100, &err) < 0 && err.code == E_PROTOCOL, "bytes that wait before TLS");
	stream_close(&s);
	close(other);
}

static void
opens_to(struct stream_target target, enum err_code code, const char *what)
{
	struct err err = { 0 };
	struct stream *s = stream_open(&target, &err);

	ok(!s && err.code == code, "%s: %s", what, err_name(err.code));
	stream_close(&s);
}

static void
test_open(void)
{
	struct stream_target t = { "192.0.2.1", 25, STREAM_TLS_LOCAL, NULL, 1000 };

	opens_to(t, E_BAD_CONFIG, "clear text to another machine");
	t.host = "::ffff:192.0.2.1";
	opens_to(t, E_BAD_CONFIG, "in IPv6 clothes");
	t.host = "2001:db8::1";
	opens_to(t, E_BAD_CONFIG, "by IPv6");
	t.host = "127.0.0.1";
	t.port = 1;
	opens_to(t, E_UNREACHABLE, "nobody there");
	t.host = "not a name";
	opens_to(t, E_UNREACHABLE, "no such name");
	t.tls = STREAM_TLS_IMPLICIT;
	t.ca_file = "/nonexistent";
	opens_to(t, E_BAD_CONFIG, "no CA file");
}

/* What goes on while a peer is waited for, until the peer's time is over; only then it answers. */
struct beside {
	int other;
	int calls;
	int64_t until;
};

static void
go_on(void *context)
{
	struct beside *b = context;

	b->calls++;
	while (b->calls == 3 && clock_monotonic() <= b->until)
		;
	if (b->calls == 3)
		put(b->other, "x");
}

static void
test_meanwhile(void)
{
	struct beside b = { .calls = 0 };
	struct stream *s = open_pair(&b.other);
	char data[16];

	stream_meanwhile(s, go_on, &b, 1);
	stream_begin(s, 200, 0);
	b.until = clock_monotonic() + 200;
	is_int(stream_read(s, data, sizeof(data)), 1, "what goes on meanwhile takes no time of the peer's");
	ok(b.calls >= 3, "and it went on, again and again");
	b.calls = 4;
	stream_meanwhile(s, NULL, NULL, 1);
	stream_begin(s, 20, 0);
	is_int(stream_read(s, data, sizeof(data)), -1, "a silent peer");
	is_int(b.calls, 4, "nothing goes on any more");
	close(b.other);
	stream_close(&s);
}

int
main(void)
{
	signal(SIGPIPE, SIG_DFL);
	test_read_write();
	test_ends();
	test_deadlines();
	test_meanwhile();
	test_etpan();
	test_starttls();
	test_open();
	is_str(stream_tls_reason(GNUTLS_CERT_INVALID | GNUTLS_CERT_EXPIRED), "it has expired", "a reason");
	is_str(stream_tls_reason(GNUTLS_CERT_INVALID), NULL, "none that is known");
	return done();
}

/*
 * What an IMAP server says, by the guard and libetpan's parser as the driver
 * puts them together: neither falls, and what the parser reads to its end the
 * guard has seen end, too.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sanitizer/lsan_interface.h>

#include <libetpan/mailimap.h>

#include "base/err.h"
#include "wire/etpan.h"
#include "wire/imap_guard.h"
#include "wire/stream.h"

#define SIZE_MAX_FUZZ 60000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
ask(void *guard, const char *data, size_t size)
{
	return imap_guard_feed(guard, data, size);
}

static void
parse(mailimap *session, struct imap_guard *guard)
{
	struct mailimap_response *response = NULL;
	struct imap_guard_end end;
	int n;

	session->imap_tag = 1;
	do {
		response = NULL;
		if (!mailimap_read_line(session))
			return;
		n = mailimap_parse_response(session, &response);
		if (n == MAILIMAP_NO_ERROR)
			assert(response && imap_guard_end(guard, &end) && end.tag == 1);
		else if (n == MAILIMAP_ERROR_PROTOCOL)
			assert(imap_guard_end(guard, &end));
		if (response)
			mailimap_response_free(response);
	} while (n == MAILIMAP_NO_ERROR || n == MAILIMAP_ERROR_PROTOCOL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mailimap *session = mailimap_new(0, NULL);
	struct stream *stream;
	struct imap_guard guard;
	int fds[2];

	if (size > SIZE_MAX_FUZZ) {
		mailimap_free(session);
		return 0;
	}
	if (!session || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		abort();
	if (write(fds[1], data, size) != (ssize_t)size)
		abort();
	close(fds[1]);
	stream = stream_adopt(fds[0], "fuzz");
	stream_begin(stream, 10000, 0);
	imap_guard_init(&guard, 4096);
	session->imap_stream = etpan_mailstream(stream);
	session->imap_connection_info = mailimap_connection_info_new();
	session->imap_selection_info = mailimap_selection_info_new();
	etpan_guard(session->imap_stream, ask, &guard);
	/* That parser forgets what it has of an answer when the rest is wrong: a session dies of it only once. */
	__lsan_disable();
	parse(session, &guard);
	__lsan_enable();
	mailstream_close(session->imap_stream);
	session->imap_stream = NULL;
	mailimap_free(session);
	stream_close(&stream);
	imap_guard_release(&guard);
	return 0;
}

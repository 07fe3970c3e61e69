/* Waiting for news, of imap.h. */
#include "channel/imap.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "channel/imap_priv.h"
#include "wire/etpan.h"

/* Servers hang up after 30 minutes without a command (RFC 2177), routers often sooner. */
#define IDLE_MS (25 * MS_MINUTE)
#define NOOP_MS (30 * MS_SECOND)

/* IMAP_NEWS: the server has said something. */
static enum imap_idle
wait_both(struct imap *s, int64_t until, int stop_fd)
{
	struct pollfd fds[2] = { { .fd = stream_fd(s->stream), .events = POLLIN }, { .fd = stop_fd, .events = POLLIN } };

	if (etpan_buffered(s->session->imap_stream) || stream_pending(s->stream))
		return IMAP_NEWS;
	for (;;) {
		int64_t left = until - clock_monotonic();
		int n = poll(fds, stop_fd < 0 ? 1 : 2, left <= 0 ? 0 : left > 60000 ? 60000
										    : (int)left);

		if (n > 0)
			return fds[1].revents ? IMAP_STOPPED : IMAP_NEWS;
		if (n < 0 && errno != EINTR) {
			imap_break(s, E_BUG, "poll");
			return IMAP_FAILED;
		}
		if (left <= 0)
			return IMAP_QUIET;
	}
}

/* What the server says while it idles; false: broken. */
static bool
read_line(struct imap *s)
{
	const char *line;

	stream_begin(s->stream, s->timeouts.command, ANSWER_MAX);
	line = imap_line(s);
	if (!line)
		return false;
	if (*line != '*') {
		imap_break(s, E_PROTOCOL, "a line that was not asked for");
		return false;
	}
	return true;
}

static enum imap_idle
wait_idling(struct imap *s, int64_t until, int stop_fd)
{
	enum imap_idle end = IMAP_NEWS;

	while (!s->guard.exists && end == IMAP_NEWS) {
		end = wait_both(s, until, stop_fd);
		if (end == IMAP_NEWS && !read_line(s))
			return IMAP_FAILED;
	}
	return s->guard.exists ? IMAP_NEWS : end;
}

static enum imap_idle
idle_once(struct imap *s, int64_t until, int stop_fd)
{
	int tag = imap_say(s, "IDLE");
	enum imap_said said = imap_wait_continue(s, tag);
	enum imap_idle end;

	if (said == IMAP_NO)
		imap_break(s, E_PROTOCOL, imap_reason(s));
	if (said != IMAP_OK)
		return IMAP_FAILED;
	end = wait_idling(s, until, stop_fd);
	if (end == IMAP_FAILED || imap_send_line(s, "DONE") < 0)
		return IMAP_FAILED;
	said = imap_answer(s, tag);
	if (said == IMAP_NO)
		imap_break(s, E_PROTOCOL, imap_reason(s));
	return said != IMAP_OK ? IMAP_FAILED : s->guard.exists ? IMAP_NEWS
							       : end;
}

static enum imap_idle
poll_once(struct imap *s, int64_t until, int stop_fd)
{
	enum imap_idle end;

	if (imap_talk(s, "NOOP") != IMAP_OK) {
		imap_break(s, E_PROTOCOL, imap_reason(s));
		return IMAP_FAILED;
	}
	if (s->guard.exists)
		return IMAP_NEWS;
	end = wait_both(s, until, stop_fd);
	/* It speaks unasked, or has hung up: the next NOOP shows which. */
	if (end == IMAP_NEWS && !read_line(s))
		return IMAP_FAILED;
	return s->guard.exists ? IMAP_NEWS : end == IMAP_NEWS ? IMAP_QUIET
							      : end;
}

enum imap_idle
imap_idle(struct imap *s, int64_t ms, int stop_fd, struct err *err)
{
	bool idle = imap_can(s, "IDLE");
	int64_t end = clock_monotonic() + ms, each = idle ? IDLE_MS : NOOP_MS;
	enum imap_idle said = s->guard.exists ? IMAP_NEWS : IMAP_QUIET;

	if (imap_check(s, err) < 0)
		return IMAP_FAILED;
	while (said == IMAP_QUIET) {
		int64_t now = clock_monotonic(), until = end - now > each ? now + each : end;

		said = idle ? idle_once(s, until, stop_fd) : poll_once(s, until, stop_fd);
		if (clock_monotonic() >= end)
			break;
	}
	if (imap_check(s, err) < 0)
		return IMAP_FAILED;
	return said;
}

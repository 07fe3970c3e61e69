#include "channel/imap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "channel/imap_priv.h"
#include "wire/etpan.h"
#include "wire/imap_name.h"

const struct imap_timeouts imap_timeouts = {
	.connect = 30000,
	.greeting = 60000,
	.command = 120000,
	.logout = 5000,
};

/* Failing */

int
imap_break(struct imap *s, enum err_code code, const char *reason)
{
	if (!s->broken)
		err_set(&s->err, code, "peer", stream_peer(s->stream), "reason", reason, NULL);
	s->broken = true;
	return -1;
}

int
imap_break_by_stream(struct imap *s)
{
	if (!stream_failure(s->stream))
		return imap_break(s, E_PROTOCOL, "it could not be read");
	if (!s->broken)
		err_copy(&s->err, stream_failure(s->stream));
	s->broken = true;
	return -1;
}

int
imap_check(const struct imap *s, struct err *err)
{
	if (s->broken && err)
		err_copy(err, &s->err);
	return s->broken ? -1 : 0;
}

void
imap_meanwhile(struct imap *s, stream_meanwhile_fn *fn, void *context, int64_t ms)
{
	stream_meanwhile(s->stream, fn, context, ms);
}

const struct err *
imap_broken(const struct imap *s)
{
	return s->broken ? &s->err : NULL;
}

const char *
imap_peer(const struct imap *s)
{
	return stream_peer(s->stream);
}

/* Talking */

int
imap_send_line(struct imap *s, const char *line)
{
	stream_begin(s->stream, s->timeouts.command, ANSWER_MAX);
	if (mailstream_write(s->session->imap_stream, line, strlen(line)) == -1 ||
	    mailstream_write(s->session->imap_stream, "\r\n", 2) == -1 || mailstream_flush(s->session->imap_stream) == -1)
		return imap_break_by_stream(s);
	return 0;
}

int
imap_say(struct imap *s, const char *line)
{
	if (s->broken)
		return -1;
	stream_begin(s->stream, s->timeouts.command, ANSWER_MAX);
	if (mailimap_send_current_tag(s->session) != MAILIMAP_NO_ERROR)
		return imap_break_by_stream(s);
	return imap_send_line(s, line) < 0 ? -1 : s->session->imap_tag;
}

const char *
imap_line(struct imap *s)
{
	const char *line = s->broken ? NULL : mailimap_read_line(s->session);

	if (!line)
		imap_break_by_stream(s);
	/* What it says before it hangs up is worth more than that it did. */
	else if (strncasecmp(line, "* BYE", 5) == 0)
		imap_break(s, E_PEER_CLOSED, line + 5 + strspn(line + 5, " "));
	return s->broken ? NULL : line;
}

/* From the line that is in the buffer on, to the end of any command. */
static enum imap_said
parse_end(struct imap *s, int expected, int *tag_r)
{
	struct mailimap_response *response = NULL;
	struct imap_guard_end end;
	int said = s->session->imap_tag, n;

	/* The parser wants one tag; that of another makes it complain when all was read. */
	s->session->imap_tag = expected;
	n = mailimap_parse_response(s->session, &response);
	s->session->imap_tag = said;
	if (n == MAILIMAP_NO_ERROR)
		mailimap_response_free(response);
	if ((n != MAILIMAP_NO_ERROR && n != MAILIMAP_ERROR_PROTOCOL) || !imap_guard_end(&s->guard, &end)) {
		imap_break_by_stream(s);
		return IMAP_BROKEN;
	}
	if (end.condition == 'B') {
		imap_break(s, E_PROTOCOL, imap_reason(s));
		return IMAP_BROKEN;
	}
	*tag_r = end.tag;
	return end.condition == 'O' ? IMAP_OK : IMAP_NO;
}

enum imap_said
imap_answer_any(struct imap *s, int expected, int *tag_r)
{
	return imap_line(s) ? parse_end(s, expected, tag_r) : IMAP_BROKEN;
}

enum imap_said
imap_parse_answer(struct imap *s, int tag)
{
	int ended = 0;
	enum imap_said said = parse_end(s, tag, &ended);

	if (said == IMAP_BROKEN || ended == tag)
		return said;
	imap_break(s, E_PROTOCOL, "it answers a command that was not given");
	return IMAP_BROKEN;
}

enum imap_said
imap_answer(struct imap *s, int tag)
{
	return tag < 0 || !imap_line(s) ? IMAP_BROKEN : imap_parse_answer(s, tag);
}

enum imap_said
imap_talk(struct imap *s, const char *line)
{
	return imap_answer(s, imap_say(s, line));
}

enum imap_said
imap_wait_continue(struct imap *s, int tag)
{
	const char *line;

	if (tag < 0)
		return IMAP_BROKEN;
	while ((line = imap_line(s))) {
		if (*line == '+')
			return IMAP_OK;
		if (*line != '*') {
			if (imap_parse_answer(s, tag) == IMAP_NO)
				return IMAP_NO;
			imap_break(s, E_PROTOCOL, "it asks for nothing");
			return IMAP_BROKEN;
		}
	}
	return IMAP_BROKEN;
}

/* Reading a NO */

const char *
imap_reason(const struct imap *s)
{
	const char *text = s->session->imap_response;

	return text && *text ? text : "it does not say why";
}

bool
imap_code_is(const struct imap *s, const char *code)
{
	const struct mailimap_response_info *info = s->session->imap_response_info;

	return info && info->rsp_atom && strcasecmp(info->rsp_atom, code) == 0;
}

bool
imap_is_later(const struct imap *s)
{
	static const char *const codes[] = { "UNAVAILABLE", "INUSE", "OVERQUOTA", "LIMIT", "SERVERBUG", "EXPUNGEISSUED" };
	const struct mailimap_response_info *info = s->session->imap_response_info;

	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (imap_code_is(s, codes[i]))
			return true;
	return info && info->rsp_alert;
}

int
imap_refused(const struct imap *s, enum imap_said said, const char *mailbox, struct err *err)
{
	const char *peer = stream_peer(s->stream);

	if (said == IMAP_BROKEN)
		return imap_check(s, err);
	if (imap_is_later(s))
		return err_set(err, E_IMAP_LATER, "peer", peer, "reason", imap_reason(s), NULL);
	if (mailbox)
		return err_set(err, E_NO_MAILBOX, "mailbox", mailbox, "peer", peer, "reason", imap_reason(s), NULL);
	return err_set(err, E_IMAP_REFUSED, "peer", peer, "reason", imap_reason(s), NULL);
}

/* Writing */

bool
imap_quote(struct buf *line, const char *s)
{
	buf_char(line, '"');
	for (; *s; s++) {
		if (*s < ' ' || *s > '~')
			return false;
		if (*s == '"' || *s == '\\')
			buf_char(line, '\\');
		buf_char(line, *s);
	}
	buf_char(line, '"');
	return true;
}

/* Encoded it could go out, but servers repeat the name in what they answer, as it is. */
static bool
has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return true;
	return false;
}

int
imap_quote_mailbox(const struct imap *s, struct buf *line, const char *mailbox, struct err *err)
{
	struct arena *arena = arena_new();
	const char *name = has_control(mailbox) ? NULL : imap_name_encode(arena, mailbox);
	bool good = name && *name && imap_quote(line, name);

	arena_free(&arena);
	if (good)
		return 0;
	return err_set(err, E_NO_MAILBOX, "mailbox", mailbox, "peer", stream_peer(s->stream), "reason", "it is no name", NULL);
}

static uint32_t
uid_at(const uint32_t *uids, size_t i, size_t stride)
{
	return *(const uint32_t *)((const char *)uids + i * stride);
}

size_t
imap_set(struct buf *line, const uint32_t *uids, size_t n, size_t stride)
{
	size_t i = 0, start = line->n;

	while (i < n && line->n - start < SET_MAX) {
		uint32_t first = uid_at(uids, i, stride), last = first;

		for (i++; i < n && uid_at(uids, i, stride) == last + 1; i++)
			last++;
		buf_printf(line, line->n > start ? ",%" PRIu32 : "%" PRIu32, first);
		if (last > first)
			buf_printf(line, ":%" PRIu32, last);
	}
	return i;
}

/* Opening and closing */

static const char *
ask_guard(void *guard, const char *data, size_t size)
{
	return imap_guard_feed(guard, data, size);
}

static struct imap *
imap_new(struct stream *stream, const struct imap_timeouts *timeouts)
{
	struct imap *s = xcalloc(1, sizeof(*s));

	s->stream = stream;
	s->timeouts = *timeouts;
	s->session = mailimap_new(0, NULL);
	if (!s->session)
		abort();
	s->session->imap_stream = etpan_mailstream(stream);
	s->session->imap_connection_info = mailimap_connection_info_new();
	s->session->imap_response_info = mailimap_response_info_new();
	if (!s->session->imap_connection_info || !s->session->imap_response_info)
		abort();
	imap_guard_init(&s->guard, LITERAL_MAX);
	etpan_guard(s->session->imap_stream, ask_guard, &s->guard);
	return s;
}

struct imap *
imap_open(const struct imap_account *account, struct err *err)
{
	const struct imap_timeouts *t = account->timeouts ? account->timeouts : &imap_timeouts;
	const struct stream_target target = { account->host, account->port, account->tls, account->ca_file, t->connect };
	struct stream *stream = stream_open(&target, err);
	struct imap *s;

	if (!stream)
		return NULL;
	s = imap_new(stream, t);
	imap_greet(s);
	if (account->tls == STREAM_TLS_STARTTLS)
		imap_start_tls(s);
	imap_log_in(s, account);
	if (s->broken) {
		if (err)
			err_copy(err, &s->err);
		imap_close(&s);
	}
	return s;
}

void
imap_close(struct imap **imap)
{
	struct imap *s = *imap;

	if (!s)
		return;
	if (s->greeted && !s->broken) {
		s->timeouts.command = s->timeouts.logout;
		imap_talk(s, "LOGOUT");
	}
	mailstream_close(s->session->imap_stream);
	s->session->imap_stream = NULL;
	mailimap_free(s->session);
	stream_close(&s->stream);
	imap_guard_release(&s->guard);
	free(s);
	*imap = NULL;
}

#include "wire/etpan.h"

#include <stdlib.h>

#include <libetpan/mailstream.h>

#include "base/mem.h"
#include "wire/stream.h"

/* Larger than libetpan's 8 KiB; not much larger, for it moves the rest per line. */
#define BUFFER_SIZE 65536

struct link {
	struct stream *stream;
	etpan_guard_fn *guard; /* NULL: none */
	void *context;
};

static ssize_t
low_read(mailstream_low *low, void *data, size_t size)
{
	const struct link *link = low->data;
	ssize_t n = stream_read(link->stream, data, size);
	const char *reason = n > 0 && link->guard ? link->guard(link->context, data, (size_t)n) : NULL;

	return reason ? stream_refuse(link->stream, reason) : n;
}

static ssize_t
low_write(mailstream_low *low, const void *data, size_t size)
{
	const struct link *link = low->data;

	return stream_write(link->stream, data, size) < 0 ? -1 : (ssize_t)size;
}

static int
low_close(mailstream_low *low)
{
	(void)low;
	return 0;
}

static int
low_get_fd(mailstream_low *low)
{
	const struct link *link = low->data;

	return stream_fd(link->stream);
}

static void
low_free(mailstream_low *low)
{
	free(low->data);
	free(low);
}

static struct mailstream_cancel *
low_get_cancel(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static carray *
low_get_chain(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static int
low_no_idle(mailstream_low *low)
{
	(void)low;
	return -1;
}

static mailstream_low_driver driver = {
	.mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_get_fd,
	.mailstream_free = low_free,
	.mailstream_get_cancel = low_get_cancel,
	.mailstream_get_certificate_chain = low_get_chain,
	.mailstream_setup_idle = low_no_idle,
	.mailstream_unsetup_idle = low_no_idle,
	.mailstream_interrupt_idle = low_no_idle,
};

mailstream *
etpan_mailstream(struct stream *stream)
{
	struct link *link = xcalloc(1, sizeof(*link));
	mailstream_low *low = mailstream_low_new(link, &driver);
	mailstream *ms = low ? mailstream_new(low, BUFFER_SIZE) : NULL;

	if (!ms)
		abort();
	link->stream = stream;
	/* mailstream_new leaves these as malloc gave them. */
	ms->logger = NULL;
	ms->logger_context = NULL;
	return ms;
}

void
etpan_guard(mailstream *ms, etpan_guard_fn *guard, void *context)
{
	struct link *link = ms->low->data;

	link->guard = guard;
	link->context = context;
}

size_t
etpan_buffered(const mailstream *ms)
{
	return ms->read_buffer_len;
}

#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
reserve(struct buf *buf, size_t more)
{
	size_t cap = buf->cap ? buf->cap : 128;

	if (more >= SIZE_MAX / 2 - buf->n)
		abort();
	while (cap < buf->n + more + 1)
		cap *= 2;
	if (cap != buf->cap) {
		buf->p = xrealloc(buf->p, cap, 1);
		buf->cap = cap;
	}
}

void
buf_add(struct buf *buf, const void *data, size_t size)
{
	reserve(buf, size);
	if (size)
		memcpy(buf->p + buf->n, data, size);
	buf->n += size;
	buf->p[buf->n] = '\0';
}

void
buf_str(struct buf *buf, const char *s)
{
	buf_add(buf, s, strlen(s));
}

void
buf_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list ap;
	int n;

	/* Most of it fits in what there is. */
	reserve(buf, 1);
	va_start(ap, format);
	n = vsnprintf(buf->p + buf->n, buf->cap - buf->n, format, ap);
	va_end(ap);
	if (n < 0)
		abort();
	if ((size_t)n >= buf->cap - buf->n) {
		reserve(buf, (size_t)n);
		va_start(ap, format);
		vsnprintf(buf->p + buf->n, (size_t)n + 1, format, ap);
		va_end(ap);
	}
	buf->n += (size_t)n;
}

const char *
buf_get(const struct buf *buf)
{
	return buf->p ? buf->p : "";
}

void
buf_reset(struct buf *buf)
{
	buf->n = 0;
	if (buf->p)
		buf->p[0] = '\0';
}

void
buf_release(struct buf *buf)
{
	free(buf->p);
	*buf = (struct buf)BUF_INIT;
}

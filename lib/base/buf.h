/*
 * buf.h - a growing string of bytes on the heap. BUF_INIT is empty; p is
 * always NUL-terminated once something was added; buf_get is
 * never NULL.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/attr.h"

struct buf {
	char *p;
	size_t n, cap;
};

#define BUF_INIT \
	{ \
		NULL, 0, 0 \
	}

void buf_add(struct buf *buf, const void *data, size_t size);
void buf_str(struct buf *buf, const char *s);
void buf_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) ATTR_PRINTF(2, 3);
/* The content as a string; valid until the next change. */
const char *buf_get(const struct buf *buf);
/* Empties it, keeps the memory. */
void buf_reset(struct buf *buf);
/* Frees the memory; the buf is empty and usable again. */
void buf_release(struct buf *buf);

#endif

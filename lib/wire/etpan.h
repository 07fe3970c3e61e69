/*
 * etpan.h - a stream as libetpan's mailstream.
 *
 * libetpan's own transports verify no certificate, spin at the end of a
 * literal and die of SIGPIPE; this driver has the promises of stream.h. It
 * answers -1 at the end of data, never 0, which libetpan would read for ever.
 *
 * Ownership: the stream is borrowed and must outlive the mailstream;
 * mailstream_close() frees the mailstream only, stream_close() comes after it.
 * After stream_starttls() the same mailstream goes on, now encrypted.
 */
#ifndef WIRE_ETPAN_H
#define WIRE_ETPAN_H

#include <stddef.h>

#include <libetpan/mailstream_types.h>

#include "base/attr.h"

struct stream;

/* Never NULL. */
mailstream *etpan_mailstream(struct stream *stream) ATTR_MUSTUSE;
/* Sees all that is read before libetpan does; NULL, or a reason, a literal: the stream fails with E_PROTOCOL. */
typedef const char *etpan_guard_fn(void *context, const char *data, size_t size);
/* Behind etpan_mailstream: from here on guard is asked. context is borrowed as the stream is. */
void etpan_guard(mailstream *ms, etpan_guard_fn *guard, void *context);
/* Bytes that the mailstream holds unread: what stream_starttls wants to know. */
size_t etpan_buffered(const mailstream *ms);

#endif

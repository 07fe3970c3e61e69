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
/* Bytes that the mailstream holds unread: what stream_starttls wants to know. */
size_t etpan_buffered(const mailstream *ms);

#endif

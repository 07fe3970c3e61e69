/*
 * imap_guard.h - looks at what an IMAP server says before libetpan parses it.
 *
 * That parser trusts its peer: a few malformed lines make it follow NULL, nested
 * parentheses exhaust its stack, and a literal is allocated as large as it is
 * announced. The guard follows the stream by lines and literals, skips the
 * content of literals, and refuses what no honest server says to a client that
 * asks for flags, sizes, dates and whole mails only. It is stricter than RFC
 * 3501, section 9, and knows no more of it than that takes.
 *
 * It also notes the end of each command, for a server may run two FETCHes at
 * once (RFC 3501, section 5.5) and end the second first, which that parser takes
 * for an error; and whether mails were announced.
 *
 * No heap beyond one line, no state but its own; one thread at a time.
 */
#ifndef WIRE_IMAP_GUARD_H
#define WIRE_IMAP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

/* A line with the flags of one mail, or with all capabilities, is far below. */
#define IMAP_GUARD_LINE 65536

#define IMAP_GUARD_TAGS 4

/* "7 NO ..." */
struct imap_guard_end {
	int tag;
	char condition; /* of OK, NO, BAD: the first letter */
};

struct imap_guard {
	uint64_t literal_max; /* of the literals to come, in bytes */
	uint64_t left;        /* of the literal at hand */
	bool more;            /* the next line goes on after a literal */
	int depth;            /* parentheses open before it */
	struct buf line;
	bool exists; /* "* 3 EXISTS" was there; the caller resets it */
	struct imap_guard_end ends[IMAP_GUARD_TAGS];
	size_t ends_n;
};

/* literal_max 0: none is expected. */
void imap_guard_init(struct imap_guard *guard, uint64_t literal_max);
void imap_guard_release(struct imap_guard *guard);
/* The next bytes, however they are cut. NULL, or the reason, a literal, why they must not be parsed. */
const char *imap_guard_feed(struct imap_guard *guard, const char *data, size_t size) ATTR_MUSTUSE;
/* Takes the oldest end of a command that was not taken yet; false: there is none. */
bool imap_guard_end(struct imap_guard *guard, struct imap_guard_end *end_r);

#endif

/*
 * imap_name.h - names of mailboxes on the wire: modified UTF-7 (RFC 3501, 5.1.3).
 *
 * Ownership: the result lives in the arena. No state; any thread.
 */
#ifndef WIRE_IMAP_NAME_H
#define WIRE_IMAP_NAME_H

#include "base/attr.h"

struct arena;

/* NULL: not UTF-8. */
const char *imap_name_encode(struct arena *arena, const char *utf8) ATTR_MUSTUSE;

#endif

/*
 * mail_id.h - a signed id in an address (RFC 5233): support+ID.MAC@example.org,
 * so that an answer finds its interaction although its headers are lost.
 *
 * The MAC is HMAC-SHA-256 over the id and the address, cut to 80 bits, in base32.
 * It stands for whoever was written to, not for who writes: it shows that the
 * id was ours, nothing more. Case may change on the way.
 */
#ifndef WIRE_MAIL_ID_H
#define WIRE_MAIL_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;

#define MAIL_ID_SIZE 27 /* 26 characters and NUL */

/* NULL: the address has no '@', the id not 26 letters and figures, or the local part would pass 64 bytes. */
const char *mail_token_make(struct arena *arena, const char *address, const char *id26, const void *key, size_t key_size) ATTR_MUSTUSE;
/* Is address such a one of base_address? id_r: in upper case. Time does not depend on the MAC. */
bool mail_token_read(const char *address, const char *base_address, const void *key, size_t key_size, char id_r[MAIL_ID_SIZE]) ATTR_MUSTUSE;

#endif

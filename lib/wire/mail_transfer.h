/*
 * mail_transfer.h - transfer encodings of mails (RFC 2045, 6), for who knows where
 * the encoded bytes stand: the name of a file's encoding is kept with its place.
 *
 * Nothing is refused: what is broken is read as well as can be. Results live in
 * the arena. No state; any thread.
 */
#ifndef WIRE_MAIL_TRANSFER_H
#define WIRE_MAIL_TRANSFER_H

#include <stddef.h>

struct arena;

/* encoding: "base64", "quoted-printable", "uuencode"; NULL or another: as it stands there. There is a NUL behind *out_r. */
void mail_transfer_decode(struct arena *arena, const char *encoding, const void *bytes, size_t size, const void **out_r, size_t *size_r);
/* The name of an enum mail_encoding; NULL: as it stands there. */
const char *mail_transfer_name(int encoding);

#endif

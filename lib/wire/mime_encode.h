/*
 * mime_encode.h - the encodings of mail: words of a header (RFC 2047),
 * parameters (RFC 2231), quoted-printable and base64 (RFC 2045), and which
 * addresses may go on the wire (RFC 5321, RFC 6531).
 *
 * Texts are UTF-8. Nothing here lets a CR, LF or NUL of the caller through to
 * a header. Output is added to a buf, which on failure may hold a part. No
 * state; any thread.
 */
#ifndef WIRE_MIME_ENCODE_H
#define WIRE_MIME_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct buf;
struct err;

/* A blank, a letter, a control character: may a header hold this text? E_BAD_FIELD. */
int mime_text_check(const char *name, const char *text, struct err *err) ATTR_MUSTUSE;

enum mime_words {
	/* Free text, as in Subject: what needs it becomes encoded words. */
	MIME_FREE,
	/* The name before an address: atoms, a quoted string, or encoded words. */
	MIME_PHRASE,
};

/*
 * The value of a header on one line, in ASCII, with a single blank wherever
 * it may be folded and no word above 75 characters. name is for messages.
 * E_BAD_FIELD: a control character other than TAB, not UTF-8.
 */
int mime_words(struct buf *out, const char *name, const char *text, enum mime_words kind, struct err *err) ATTR_MUSTUSE;

/*
 * ';', a fold, and name=value: quoted when that is enough, otherwise as RFC
 * 2231 has it, in sections when it is long. E_BAD_FIELD as above.
 */
int mime_param(struct buf *out, const char *name, const char *value, struct err *err) ATTR_MUSTUSE;

/* Lines of at most 76 characters and CRLF; any of CRLF, CR, LF ends a line of text. */
void mime_qp(struct buf *out, const char *text, size_t size);
/* On one line. */
void mime_base64(struct buf *out, const void *data, size_t size);

/*
 * An address that can be given to a server: local part of 1 to 64 bytes, a
 * dot-atom (no quoted strings), and a domain or [literal]; 254 bytes at most.
 * *utf8_r (may be NULL) says that it takes SMTPUTF8. E_BAD_ADDRESS.
 */
int mime_address_check(const char *address, bool *utf8_r, struct err *err) ATTR_MUSTUSE;

#endif

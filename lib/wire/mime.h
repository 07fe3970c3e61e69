/*
 * mime.h - building a mail (RFC 5322, RFC 2045-2047, RFC 2231).
 *
 * The bytes depend on the arguments only: the boundaries come from the
 * Message-ID, the date is given. All lines end in CRLF and have at most 998
 * bytes; bodies are sent in 7 bits (as they are, quoted-printable or base64),
 * headers are ASCII unless an address is not, which takes SMTPUTF8.
 *
 * Structure: text/plain; with html multipart/alternative of both; attachments
 * behind these in multipart/mixed. Structure and base64 are libetpan's.
 *
 * Ownership: everything is borrowed for the call. No state; any thread.
 */
#ifndef WIRE_MIME_H
#define WIRE_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct buf;
struct err;

struct mime_address {
	const char *name; /* NULL or "": none */
	const char *address;
};

struct mime_header {
	const char *name, *value;
};

struct mime_attachment {
	const char *name; /* NULL: none */
	const char *type; /* NULL: application/octet-stream; "text/plain; charset=utf-8" */
	const void *data;
	size_t size;
};

struct mime_mail {
	struct mime_address from;
	struct mime_address reply_to; /* address NULL: none */
	const struct mime_address *to, *cc;
	size_t to_n, cc_n;
	const char *subject;
	const char *date;       /* RFC 5322: time_format_mail() */
	const char *message_id; /* id@host, with or without <> */
	/* Auto-Submitted, Content-Language, In-Reply-To, References, ... */
	const struct mime_header *headers;
	size_t headers_n;
	const char *text, *html; /* UTF-8; one may be NULL; any line ends */
	const struct mime_attachment *attachments;
	size_t attachments_n;
};

/*
 * Adds the mail to out, or nothing. E_BAD_FIELD (with "name"): a control
 * character or bad UTF-8 in a header, a header that this builds itself or
 * whose name or value is not one, a bad type; E_BAD_ADDRESS.
 */
int mime_build(const struct mime_mail *mail, struct buf *out, struct err *err) ATTR_MUSTUSE;

/* A media type as above; of its parameters the charset alone may stand behind it. */
bool mime_is_type(const char *type) ATTR_MUSTUSE;

#endif

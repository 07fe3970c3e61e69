/*
 * mail.h - a received mail, read (RFC 5322, RFC 2045-2047, RFC 2183, RFC 2231).
 *
 * Nothing is refused: what is broken is read as well as can be, in the end as
 * plain text with a note that says why. All strings are UTF-8 without NUL, whatever
 * the mail claims: labels of character sets are taken as browsers take them (WHATWG
 * Encoding). They may hold other control characters: utf8_sanitize shows them.
 *
 * Limits keep time in line with size and memory below four times the mail and
 * 16 MiB: 2000 header lines, 1000 addresses in a header, 100 ids, 1000 parts, 100 boundaries.
 *
 * Ownership: results live in the arena given; the bytes are borrowed for the
 * call. No state; any thread with a stack of 1 MiB or more.
 */
#ifndef WIRE_MAIL_H
#define WIRE_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;

/* "" where there was a name alone; the domain stands as it was written. */
struct mail_address {
	const char *name; /* NULL: none */
	const char *address;
};

struct mail_addresses {
	struct mail_address *v;
	size_t n;
};

struct mail_header_line {
	const char *name, *value; /* decoded, on one line */
};

#define MAIL_NO_DATE INT64_MIN

struct mail_headers {
	const char *subject;                  /* NULL: none; so are the others */
	const char *message_id, *in_reply_to; /* without <>; the first */
	const char **references;              /* without <>, in order; of more than 100 the first and the last */
	size_t references_n;
	struct mail_addresses from, sender, reply_to, to, cc;
	struct mail_addresses followup_to; /* Mail-Followup-To */
	const char *list_post;             /* the address of its mailto: */
	const char *list_id;               /* without <> */
	const char *return_path;           /* without <>; "": it takes no answers */
	const char *content_language;      /* as written */
	int64_t date;                      /* milliseconds since 1970 in UTC; MAIL_NO_DATE: none that can be read */
	int priority;                      /* X-Priority, Importance: 1 high to 5 low, 3: none said */
	struct mail_header_line *lines;    /* in order, at most 2000 */
	size_t lines_n;
	bool cut; /* there was more than the limits allow */
};

/* The header alone: fast, for whoever keeps a mail to read it later. */
void mail_headers_read(struct arena *arena, const char *bytes, size_t size, struct mail_headers *out);
/* The value of the first line of that name, in any case, or NULL. */
const char *mail_header_get(const struct mail_headers *h, const char *name);
/* "Tue, 3 Jun 2008 11:05:30 +0200", and what else stands in mails; MAIL_NO_DATE. */
int64_t mail_date_read(const char *value, size_t size);

enum mail_encoding {
	MAIL_IDENTITY, /* 7bit, 8bit, binary, and what is not known */
	MAIL_BASE64,
	MAIL_QP,
	MAIL_UUENCODE,
};

struct mail_part {
	const char *type;        /* "text/plain": lower case */
	const char *charset;     /* as labelled, lower case; NULL: none */
	const char *name;        /* of the file: no path, no control characters; NULL: none */
	const char *content_id;  /* without <>; NULL */
	const char *disposition; /* "inline", "attachment"; NULL: none */
	size_t size;             /* of the decoded bytes */
	size_t offset, raw_size; /* of the encoded ones, in the mail */
	int encoding;            /* enum mail_encoding */
	bool attachment;         /* a file, and no part of what is read */
};

struct mail_body {
	/* The leaves in order. message/rfc822 is one of them, whatever it holds. */
	struct mail_part *parts;
	size_t n;
	const char *text; /* what a person reads, lines end in \n: plain text, or made from HTML; never NULL */
	const char *html; /* raw: never show it without a sanitizer; NULL: none */
	const char *note; /* why it was not read as its header says, to be translated; NULL */
};

/* text ends at 4 MiB, html at 8 MiB. */
void mail_body_read(struct arena *arena, const char *bytes, size_t size, struct mail_body *out);

#endif

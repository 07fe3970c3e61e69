/* mail_html_priv.h - what the tags of HTML do to its text. */
#ifndef WIRE_MAIL_HTML_PRIV_H
#define WIRE_MAIL_HTML_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/mail_priv.h"

struct buf;

enum html_what {
	HTML_INLINE,
	HTML_BLOCK,     /* on lines of its own */
	HTML_PARAGRAPH, /* and between empty ones */
	HTML_BREAK,
	HTML_RULE,
	HTML_IMAGE,
	HTML_LINK,
	HTML_QUOTE,
	HTML_PRE,
	HTML_LIST,
	HTML_NUMBERS,
	HTML_ITEM,
	HTML_ROW,
	HTML_CELL,
	HTML_HIDDEN,
	HTML_RAW, /* its text is none, and holds no tags */
};

#define HTML_LISTS 16 /* levels that are kept apart */

struct html_out {
	struct buf *out;
	size_t begin, limit; /* of out */
	bool full;
	unsigned newlines; /* that come before the next text */
	bool space;        /* and a blank */
	bool cell;         /* and the gap between cells */
	bool line;         /* the line has text */
	unsigned quotes, pre;
	unsigned lists;
	int numbers[HTML_LISTS]; /* of the next item; -1: a bullet */
	bool in_link;
	struct mail_span url; /* of the link that is open */
	size_t link;          /* where its text begins in out */
};

struct html_out html_out_of(struct buf *out, size_t size);
/* value: of href or alt. */
void html_open(struct html_out *o, enum html_what what, struct mail_span value);
void html_close(struct html_out *o, enum html_what what);
/* Text between tags, with its references. */
void html_text(struct html_out *o, struct mail_span text);
void html_end(struct html_out *o);

/* The text of the reference at s ("&amp;") and its size; 0: it is none. At most 8 bytes in out. */
#define HTML_REFERENCE 9
size_t html_reference(const char *s, const char *end, char out[HTML_REFERENCE]);

#endif

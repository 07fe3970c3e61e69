/*
 * html.h - the one place that makes text safe inside HTML.
 *
 * What comes out may stand between tags and in a quoted attribute value, and
 * nowhere else: not in a script, a style, a comment or an unquoted value; and
 * a URL in href must be checked as a URL first.
 */
#ifndef BASE_HTML_H
#define BASE_HTML_H

struct buf;

/*
 * Appends text with & < > " ' as references. Controls other than newline and
 * TAB are dropped, as are bidi embeddings, overrides and isolates; each
 * invalid byte becomes U+FFFD.
 */
void html_escape(struct buf *out, const char *text);
/* The same for text between tags: a newline becomes "<br>\n". */
void html_escape_lines(struct buf *out, const char *text);

#endif

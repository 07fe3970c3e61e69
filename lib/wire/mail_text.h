/*
 * mail_text.h - the text of a mail for reading: HTML as plain text, lines that
 * flow (RFC 3676), and what is new in a reply.
 *
 * Texts are UTF-8 and stay so. Time grows with size, without recursion. No
 * state; any thread.
 */
#ifndef WIRE_MAIL_TEXT_H
#define WIRE_MAIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

/*
 * Adds what a person sees of html: paragraphs, lists, rows of tables,
 * quotations behind "> ", links as "text <url>". What is hidden, style and
 * script are left out. At most twice the size and 64 KiB are added.
 */
void mail_html_text(struct buf *out, const char *html, size_t size);

/* Adds format=flowed text with its paragraphs joined, quotations behind "> "; delsp: DelSp=yes. */
void mail_flowed(struct buf *out, const char *text, size_t size, bool delsp);

/*
 * The new text of a reply: without what it quotes, the line that introduces
 * that, the signature. Answers between quotations stay. Text of nothing else
 * comes back whole. "" for "".
 */
const char *mail_fresh(struct arena *arena, const char *text);

#endif

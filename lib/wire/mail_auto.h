/*
 * mail_auto.h - was a mail written by a person? (RFC 3834, RFC 2919, RFC 2369, RFC 3464)
 *
 * What is not MAIL_PERSONAL gets no automatic answer: two programs that answer
 * each other do not stop. In doubt it is a program's.
 */
#ifndef WIRE_MAIL_AUTO_H
#define WIRE_MAIL_AUTO_H

struct mail_headers;

enum mail_kind {
	MAIL_PERSONAL,
	MAIL_AUTOMATIC, /* an answer or a notice by a program */
	MAIL_LIST,      /* sent to many */
	MAIL_REPORT,    /* of a delivery: mail_report.h */
};

/* *why_r (may be NULL): the name of the header that says so; NULL for MAIL_PERSONAL. */
enum mail_kind mail_kind_of(const struct mail_headers *h, const char **why_r);

#endif

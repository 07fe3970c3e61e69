/*
 * mail_report.h - reports on the delivery of a mail (RFC 3464, RFC 6522).
 *
 * Ownership: results live in the arena; the bytes are borrowed. Texts are UTF-8
 * and come from outside: a report can be forged. No state; any thread.
 */
#ifndef WIRE_MAIL_REPORT_H
#define WIRE_MAIL_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct mail_report_recipient {
	const char *address; /* the original one where it is given */
	const char *action;  /* "failed", "delayed", "delivered", "relayed", "expanded" */
	const char *status;  /* "5.1.1"; NULL: none */
	const char *text;    /* what the server said; NULL: none */
};

struct mail_report {
	const char *message_id;                   /* of the original, from its returned header; NULL: not known */
	const char *envid;                        /* Original-Envelope-Id; NULL */
	struct mail_report_recipient *recipients; /* at most 1000 */
	size_t n;
};

/* False: it is no report, or says nothing about any recipient. */
bool mail_report_read(struct arena *arena, const char *bytes, size_t size, struct mail_report *out);

#endif

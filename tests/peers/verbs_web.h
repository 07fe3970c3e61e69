/*
 * verbs_web.h - contacts on the web of verbs.c: what they ask for by the secret of a
 * session that they were given, and what anybody may ask who has none.
 */
#ifndef TESTS_VERBS_WEB_H
#define TESTS_VERBS_WEB_H

#include <stdio.h>
#include <string.h>

#include "desk/desk.h"

#define WEB_SESSIONS 12

struct web {
	size_t n; /* ever; the last ones are kept */
	char secret[WEB_SESSIONS][80];
};

/* Of web.start. */
static inline int
web_remember(void *context, const struct record *record, const void *p, struct err *err)
{
	struct web *web = context;
	const struct field *secret = record_field(record, "secret");

	(void)err;
	if (secret && field_text(secret, p))
		snprintf(web->secret[web->n++ % WEB_SESSIONS], sizeof(web->secret[0]), "%s", field_text(secret, p));
	return 0;
}

/* By whom an operation of contacts is asked for; "": by one without a session. */
static inline const char *
web_secret(const struct web *web, const struct op *op, unsigned (*draw)(unsigned n))
{
	static const char *const begins[] = { "web.show", "web.start", "web.slots", "web.callback" };

	for (size_t i = 0; i < COUNT_OF(begins); i++)
		if (strcmp(op->name, begins[i]) == 0 && draw(8))
			return "";
	return web->n && draw(40) ? web->secret[draw((unsigned)(web->n < WEB_SESSIONS ? web->n : WEB_SESSIONS))] : "";
}

#endif

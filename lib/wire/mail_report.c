#include "wire/mail_report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/mem.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"

#define RECIPIENTS_MAX 1000
#define STATUS_MAX (1 << 20) /* bytes of the part */

struct reader {
	struct arena *arena;
	struct mail_report *out;
	struct mail_report_recipient now;
	const char *final; /* the address that it ended up as */
	VEC(struct mail_report_recipient)
	list;
};

/* "rfc822; ann@example.org", "smtp; 550 no such user": without the type. */
static const char *
typed(struct arena *arena, struct mail_span value)
{
	const char *text = mail_words(arena, value), *semicolon = strchr(text, ';');

	text = semicolon ? semicolon + 1 : text;
	while (*text == ' ')
		text++;
	return *text ? text : NULL;
}

static void
take(struct reader *r, const struct mail_line *line)
{
	if (mail_span_is(line->name, "Original-Envelope-Id"))
		r->out->envid = mail_words(r->arena, line->value);
	else if (mail_span_is(line->name, "Original-Recipient"))
		r->now.address = typed(r->arena, line->value);
	else if (mail_span_is(line->name, "Final-Recipient"))
		r->final = typed(r->arena, line->value);
	else if (mail_span_is(line->name, "Action"))
		r->now.action = mail_lower(r->arena, mail_trim(line->value));
	else if (mail_span_is(line->name, "Status"))
		r->now.status = mail_words(r->arena, line->value);
	else if (mail_span_is(line->name, "Diagnostic-Code"))
		r->now.text = typed(r->arena, line->value);
}

/* A group of fields ends: is it one of a recipient? */
static void
finish(struct reader *r)
{
	const char *status = r->now.status;

	if (!r->now.address)
		r->now.address = r->final;
	/* "5.1.1 (no such user)" */
	if (status)
		r->now.status = arena_memdup(r->arena, status, strspn(status, "0123456789."));
	if (!r->now.action)
		r->now.action = status && *status == '5' ? "failed" : status && *status == '4' ? "delayed"
							      : status && *status == '2'       ? "delivered"
											       : NULL;
	if (r->now.address && r->now.action && r->list.n < RECIPIENTS_MAX)
		vec_push(r->arena, &r->list, r->now);
	r->now = (struct mail_report_recipient){ NULL, NULL, NULL, NULL };
	r->final = NULL;
}

static void
read_status(struct reader *r, const struct mail_leaf *leaf)
{
	size_t raw = leaf->part.raw_size < STATUS_MAX ? leaf->part.raw_size : STATUS_MAX;
	char *bytes = xmalloc(raw + 1);
	size_t n = mail_decode(leaf->part.encoding, leaf->raw, raw, bytes);
	struct mail_lines lines = mail_lines_of(bytes, n);
	struct mail_line line;

	while (lines.p < lines.end) {
		const char *before = lines.p;

		while (mail_line_next(&lines, &line))
			take(r, &line);
		finish(r);
		/* A line that is no field is left out. */
		if (lines.p == before || (lines.p < lines.end && lines.p[-1] != '\n')) {
			const char *newline = memchr(lines.p, '\n', (size_t)(lines.end - lines.p));

			lines.p = newline ? newline + 1 : lines.end;
		}
	}
	free(bytes);
}

static bool
type_is(const struct mail_leaf *leaf, const char *const *types, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(leaf->part.type, types[i]) == 0)
			return true;
	return false;
}

static void
read_original(struct reader *r, const struct mail_leaf *leaf)
{
	size_t raw = leaf->part.raw_size < STATUS_MAX ? leaf->part.raw_size : STATUS_MAX;
	char *bytes = xmalloc(raw + 1);
	struct mail_headers headers = { 0 };

	mail_headers_read(r->arena, bytes, mail_decode(leaf->part.encoding, leaf->raw, raw, bytes), &headers);
	r->out->message_id = headers.message_id;
	free(bytes);
}

bool
mail_report_read(struct arena *arena, const char *bytes, size_t size, struct mail_report *out)
{
	static const char *const statuses[] = { "message/delivery-status", "message/global-delivery-status" };
	static const char *const originals[] = { "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers" };
	struct reader r = { .arena = arena, .out = out };
	struct mail_leaves leaves = { NULL, 0, 0, 0 };
	const char *note = NULL;

	*out = (struct mail_report){ NULL, NULL, NULL, 0 };
	mail_leaves_read(arena, bytes, size, &leaves, &note);
	for (size_t i = 0; i < leaves.n; i++) {
		if (type_is(&leaves.v[i], statuses, COUNT_OF(statuses)))
			read_status(&r, &leaves.v[i]);
		else if (r.list.n > 0 && !out->message_id && type_is(&leaves.v[i], originals, COUNT_OF(originals)))
			read_original(&r, &leaves.v[i]);
	}
	out->recipients = r.list.v;
	out->n = r.list.n;
	return out->n > 0;
}

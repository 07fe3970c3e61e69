/* What is read of a mail is UTF-8 and within the mail; attachments have the size that was said. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "wire/mail.h"
#include "wire/mail_auto.h"
#include "wire/mail_report.h"
#include "wire/mail_text.h"
#include "wire/mail_transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *text)
{
	if (text)
		assert(utf8_valid(text, strlen(text)) == strlen(text));
}

static void
check_headers(struct arena *arena, const char *bytes, size_t size)
{
	struct mail_headers h = { 0 };
	const char *why = NULL;

	mail_headers_read(arena, bytes, size, &h);
	check(h.subject);
	check(h.message_id);
	check(h.list_post);
	check(h.list_id);
	for (size_t i = 0; i < h.references_n; i++)
		check(h.references[i]);
	for (size_t i = 0; i < h.from.n; i++) {
		check(h.from.v[i].name);
		check(h.from.v[i].address);
	}
	for (size_t i = 0; i < h.lines_n; i++) {
		check(h.lines[i].name);
		check(h.lines[i].value);
		assert(!strpbrk(h.lines[i].value, "\r\n"));
	}
	assert(h.lines_n <= 2000 && h.references_n <= 100 && h.priority >= 1 && h.priority <= 5);
	assert((mail_kind_of(&h, &why) == MAIL_PERSONAL) == (why == NULL));
}

static void
check_attachments(struct arena *arena, const char *bytes, size_t size, const struct mail_body *body)
{
	const void *found = NULL;
	size_t found_size = 0;

	for (size_t i = 0; i < body->n; i++) {
		const struct mail_part *part = &body->parts[i];

		assert(part->offset <= size && part->raw_size <= size - part->offset);
		check(part->type);
		check(part->charset);
		check(part->name);
		check(part->content_id);
		assert(!part->name || (*part->name && !strpbrk(part->name, "/\n")));
		mail_transfer_decode(arena, mail_transfer_name(part->encoding), bytes + part->offset, part->raw_size, &found, &found_size);
		assert(found_size == part->size);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *bytes = (const char *)data;
	struct mail_report report;
	struct mail_body body;

	check_headers(arena, bytes, size);
	mail_body_read(arena, bytes, size, &body);
	assert(body.n > 0);
	check(body.text);
	check(body.html);
	check(mail_fresh(arena, body.text));
	check_attachments(arena, bytes, size, &body);
	if (mail_report_read(arena, bytes, size, &report)) {
		assert(report.n > 0 && report.recipients[0].address && report.recipients[0].action);
		check(report.recipients[0].text);
	}
	arena_free(&arena);
	return 0;
}

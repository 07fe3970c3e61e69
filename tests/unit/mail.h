/* mail.h - what a mail says, as one string, for tables of cases. */
#ifndef TESTS_MAIL_H
#define TESTS_MAIL_H

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "wire/mail.h"

#include "tests/unit/tap.h"

/* "Ann <a@x>|b@y" */
static inline const char *
mail_list(struct arena *arena, const struct mail_addresses *list)
{
	const char *all = "";

	for (size_t i = 0; i < list->n; i++) {
		const struct mail_address *a = &list->v[i];

		all = arena_printf(arena, "%s%s%s%s%s%s", all, i ? "|" : "", a->name ? a->name : "", a->name ? " <" : "", a->address, a->name ? ">" : "");
	}
	return all;
}

/* "text/plain utf-8 name.txt attachment 12*" for each part, '*' for a file. */
static inline const char *
mail_parts(struct arena *arena, const struct mail_body *body)
{
	const char *all = "";

	for (size_t i = 0; i < body->n; i++) {
		const struct mail_part *p = &body->parts[i];

		all = arena_printf(arena, "%s%s%s %s %s %s %zu%s", all, i ? "|" : "", p->type, p->charset ? p->charset : "-", p->name ? p->name : "-",
				   p->disposition ? p->disposition : "-", p->size, p->attachment ? "*" : "");
	}
	return all;
}

static inline const char *
mail_references(struct arena *arena, const struct mail_headers *h)
{
	const char *all = "";

	for (size_t i = 0; i < h->references_n; i++)
		all = arena_printf(arena, "%s%s%s", all, i ? "|" : "", h->references[i]);
	return all;
}

/* What stands in the mail under a name of these; NULL: nothing. */
static inline const char *
mail_says(struct arena *arena, const char *mail, size_t size, const char *what)
{
	struct mail_headers h = { 0 };
	struct mail_body b = { 0 };

	mail_headers_read(arena, mail, size, &h);
	mail_body_read(arena, mail, size, &b);
	const struct {
		const char *what, *value;
	} answers[] = {
		{ "subject", h.subject },
		{ "id", h.message_id },
		{ "reply-id", h.in_reply_to },
		{ "references", mail_references(arena, &h) },
		{ "from", mail_list(arena, &h.from) },
		{ "to", mail_list(arena, &h.to) },
		{ "cc", mail_list(arena, &h.cc) },
		{ "reply-to", mail_list(arena, &h.reply_to) },
		{ "followup", mail_list(arena, &h.followup_to) },
		{ "list-post", h.list_post },
		{ "list-id", h.list_id },
		{ "return-path", h.return_path },
		{ "language", h.content_language },
		{ "date", h.date == MAIL_NO_DATE ? "none" : arena_printf(arena, "%" PRId64, h.date / 1000) },
		{ "priority", arena_printf(arena, "%d", h.priority) },
		{ "lines", arena_printf(arena, "%zu", h.lines_n) },
		{ "text", b.text },
		{ "html", b.html },
		{ "note", b.note },
		{ "parts", mail_parts(arena, &b) },
		{ "name", b.parts[b.n - 1].name },
		{ "cid", b.parts[b.n - 1].content_id },
		{ "charset", b.parts[b.n - 1].charset },
	};
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		if (strcmp(answers[i].what, what) == 0)
			return answers[i].value;
	return "no such question";
}

struct mail_case {
	const char *what, *mail, *want;
};

static inline void
mail_run(const struct mail_case *cases, size_t n)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < n; i++) {
		const struct mail_case *c = &cases[i];

		is_str(mail_says(arena, c->mail, strlen(c->mail), c->what), c->want, arena_printf(arena, "%zu %s: %.50s", i, c->what, c->want ? c->want : "none"));
		arena_reset(arena);
	}
	arena_free(&arena);
}

#endif

/*
 * Answers to whatever mail: its header is searched for addresses, its subject,
 * thread and text become those of an answer, each one line where it has to be.
 */
#include "desk/draft_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static bool
is_ours(void *context, const char *address)
{
	(void)context;
	return strlen(address) % 2 == 0;
}

static void
is_line(const char *text)
{
	for (; text && *text; text++)
		if (*text == '\n' || *text == '\r')
			abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_memdup(arena, data, size), *value = draft_header(arena, (const char *)data, size, "To"), *quoted;
	struct draft_heading heading = { .from = { NULL, 0, 0 } };
	struct draft_people to, cc;

	is_line(value);
	draft_addresses(arena, value ? value : text, &heading.to);
	draft_addresses(arena, text, &heading.from);
	for (int scope = DRAFT_SENDER; scope <= DRAFT_LIST; scope++)
		draft_recipients(arena, &heading, (enum draft_scope)scope, is_ours, NULL, &to, &cc);
	for (size_t i = 0; i < to.n; i++)
		is_line(to.v[i].address);
	is_line(draft_subject_reply(arena, text));
	is_line(draft_subject_forward(arena, text));
	is_line(draft_references(arena, text, text, text));
	quoted = draft_quoted(arena, text);
	/* Nothing that is quoted is taken for the signature. */
	if (*quoted && draft_tail(arena, NULL, quoted, "x")[draft_tail_signature(draft_tail(arena, NULL, quoted, "x")) + 4] != 'x')
		abort();
	draft_whole(arena, text, quoted);
	arena_free(&arena);
	return 0;
}

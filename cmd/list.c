/*
 * The numbered list of a session's last search for responses: a file beside the
 * session's. Its first line is the interaction that was searched for, or '-'; each
 * other is an id and, behind a TAB, a shortcut.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cmd/priv.h"

#define ENDING ".list"
#define LIST_SIZE ((size_t)1 << 20)

struct list {
	const char *ixn; /* NULL: of none */
	VEC(struct listed)
	v;
};

static const char *
list_path(struct cli *cli)
{
	const char *agent = cli->priv->session.agent;

	return agent ? session_file(cli, agent, ENDING) : NULL;
}

void
list_forget(struct cli *cli, const char *agent)
{
	const char *path = session_file(cli, agent, ENDING);

	if (path)
		unlink(path);
}

int
cli_list_keep(struct cli *cli, const char *ixn, const struct listed *v, size_t n, struct err *err)
{
	const char *path = list_path(cli);
	struct buf out = BUF_INIT;
	int rc;

	if (!path)
		return 0;
	buf_printf(&out, "%s\n", ixn ? ixn : "-");
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s\t%s\n", v[i].id, v[i].shortcut ? v[i].shortcut : "");
	rc = file_write(path, buf_get(&out), out.n, true, false, err);
	buf_release(&out);
	return rc;
}

/* Up to the character, which is left behind. */
static const char *
part(struct arena *arena, const char **p, char end)
{
	size_t size = strcspn(*p, (const char[]){ end, '\n', '\0' });
	const char *text = arena_memdup(arena, *p, size);

	*p += size + ((*p)[size] == end);
	return text;
}

/* Without a list, or one that can be read, it is empty. */
static struct list
list_read(struct cli *cli)
{
	const char *path = list_path(cli), *data;
	struct list list = { 0 };
	struct err ignored = { 0 };
	size_t size;

	if (!path || file_read(cli->arena, path, LIST_SIZE, &data, &size, &ignored) < 0)
		return list;
	list.ixn = part(cli->arena, &data, '\n');
	while (*data) {
		struct listed one = { .id = part(cli->arena, &data, '\t') };

		one.shortcut = part(cli->arena, &data, '\n');
		vec_push(cli->arena, &list.v, one);
	}
	return list;
}

/* From 1; 0: it is no number of the list. */
static size_t
number_of(const struct list *list, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long n = digits && digits < 7 && !text[digits] ? strtoul(text, NULL, 10) : 0;

	return n <= list->v.n ? n : 0;
}

static size_t
place_of(const struct list *list, const char *name)
{
	for (size_t i = 0; i < list->v.n; i++)
		if (strcmp(list->v.v[i].id, name) == 0 || strcmp(list->v.v[i].shortcut, name) == 0)
			return i + 1;
	return 0;
}

/* Whether a response is called so. */
static bool
called(struct cli *cli, const char *name)
{
	void *in = record_new(cli->arena, op_response_show.in);
	struct err ignored = { 0 };

	record_set_text(op_response_show.in, in, "id", name);
	return cli_call(cli, &op_response_show, in, cli_silent, NULL, &ignored) == 0 || ignored.code != E_NO_RESPONSE;
}

/* A number alone may be an id: what a script sends must not depend on what was removed since. */
static bool
alone(struct cli *cli)
{
	return !changes(cli) || isatty(STDIN_FILENO);
}

int
cli_response(struct cli *cli, const char *typed, const char *ixn, struct choice *choice_r, struct err *err)
{
	struct list list = list_read(cli);
	size_t at = place_of(&list, typed);

	*choice_r = (struct choice){ .name = typed };
	if (*typed == '#') {
		at = number_of(&list, typed + 1);
		if (!at)
			return err_set(err, E_NO_RESPONSE, "name", typed, NULL);
	} else if (!at && alone(cli) && (at = number_of(&list, typed)) != 0 && called(cli, typed)) {
		at = 0;
	}
	if (!at)
		return 0;
	choice_r->name = list.v.v[at - 1].id;
	if (!ixn || strcmp(ixn, list.ixn) != 0)
		return 0;
	choice_r->rank = (int)at;
	for (size_t i = 0; i + 1 < at; i++)
		texts_add(cli->arena, &choice_r->passed, list.v.v[i].id);
	return 0;
}

int
cli_response_in(struct cli *cli, void *in, const char *ixn, struct err *err)
{
	const struct record *record = cli->command->op->in;
	const char *typed = record_text(record, in, "response");
	struct choice choice;

	if (!typed)
		return 0;
	if (cli_response(cli, typed, ixn, &choice, err) < 0)
		return -1;
	record_set_text(record, in, "response", choice.name);
	if (choice.rank) {
		record_set_int(record, in, "rank", choice.rank);
		*(struct texts *)field_at(record_field(record, "passed"), in) = choice.passed;
	}
	return 0;
}

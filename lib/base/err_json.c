#include "base/err_json.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

static const char *
joined(struct arena *arena, const char *list)
{
	struct buf out = BUF_INIT;
	const char *text;

	while (*list) {
		size_t size = strcspn(list, "\n");

		if (out.n)
			buf_str(&out, ", ");
		buf_add(&out, list, size);
		list += size + (list[size] == '\n');
	}
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

static const char *
argument(struct arena *arena, const struct err *err, const char *name, const char *command)
{
	const char *value = err_get(err, name);

	if (!value)
		return strcmp(name, "command") == 0 ? command : NULL;
	if (strcmp(name, "can") == 0)
		return arena_memdup(arena, value, strcspn(value, "\n"));
	return strcmp(name, "choices") == 0 ? joined(arena, value) : value;
}

/* Text that the program itself gave as an argument: it is translated, too. */
static bool
is_ours(const char *name)
{
	return strcmp(name, "what") == 0 || strcmp(name, "expected") == 0 || strcmp(name, "fault") == 0;
}

/* A sentence of ours has {names}, too; somebody else's text may have braces, which stay. */
static void
add_sentence(struct buf *out, struct arena *arena, const char *sentence, const struct err *err, const char *(*text)(const char *english))
{
	for (const char *p = sentence; *p;) {
		size_t size = strcspn(p, "{");
		const char *name, *value;

		buf_add(out, p, size);
		p += size;
		if (!*p)
			break;
		size = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz");
		name = arena_memdup(arena, p + 1, size);
		value = p[size + 1] == '}' ? err_get(err, name) : NULL;
		buf_str(out, !value ? "{" : text && is_ours(name) && *value ? text(value)
									    : value);
		p += value ? size + 2 : 1;
	}
}

const char *
err_expand(struct arena *arena, const char *template, const struct err *err, const char *command, const char *(*text)(const char *english))
{
	struct buf out = BUF_INIT;
	const char *expanded;

	for (const char *p = template; *p;) {
		size_t size = strcspn(p, "{");
		const char *name, *value;

		buf_add(&out, p, size);
		p += size;
		if (!*p)
			break;
		size = strcspn(p, "}");
		name = arena_memdup(arena, p + 1, size - 1);
		p += size + 1;
		value = argument(arena, err, name, command);
		if (!value) {
			buf_release(&out);
			return NULL;
		}
		if (is_ours(name))
			add_sentence(&out, arena, text && *value ? text(value) : value, err, text);
		else
			buf_str(&out, value);
	}
	expanded = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return expanded;
}

void
err_json(const struct err *err, struct json *json)
{
	struct arena *arena = arena_new();
	const char *message = err_expand(arena, err_text(err->code), err, NULL, NULL);

	json_object(json);
	json_key(json, "code");
	json_str(json, err_name(err->code));
	json_key(json, "class");
	json_int(json, err_class(err));
	json_key(json, "args");
	json_object(json);
	for (int i = 0; i < err->nargs; i++) {
		/* The first of a name is the one that counts; a key stands only once. */
		if (err_get(err, err->args[i].name) != err->args[i].value)
			continue;
		json_key(json, err->args[i].name);
		json_str(json, err->args[i].value);
	}
	json_end_object(json);
	json_key(json, "message");
	json_str(json, message ? message : err_text(err->code));
	json_end_object(json);
	arena_free(&arena);
}

static bool
is_text(const struct json_member *m)
{
	return m->size >= 2 && m->value[0] == '"';
}

static bool
is_key(const struct json_member *m, const char *name)
{
	return m->key_size == strlen(name) && memcmp(m->key, name, m->key_size) == 0;
}

static enum err_code
code_of(const char *name)
{
	for (int code = E_OK + 1; code < E_COUNT; code++)
		if (strcmp(err_name((enum err_code)code), name) == 0)
			return (enum err_code)code;
	return E_OK;
}

bool
err_from_json(struct arena *arena, const char *text, struct err *err)
{
	const char *p = text, *args = NULL;
	struct json_member m;

	*err = (struct err){ 0 };
	while (json_next(&p, &m)) {
		if (is_key(&m, "code") && is_text(&m))
			err->code = code_of(json_text(arena, m.value, m.size));
		else if (is_key(&m, "args") && *m.value == '{')
			args = m.value;
	}
	while (args && json_next(&args, &m)) {
		const char *name = arena_memdup(arena, m.key, m.key_size);

		/* Names of arguments are ours: a name that JSON would have to escape is none. */
		if (is_text(&m) && *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
			err_arg(err, name, json_text(arena, m.value, m.size));
	}
	return err->code != E_OK;
}

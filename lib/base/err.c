#include "base/err.h"

#include <stdarg.h>
#include <string.h>

#include "base/i18n.h"

static const struct {
	enum err_class class;
	const char *name, *text, *hint;
} table[E_COUNT] = {
	[E_OK] = { ERR_NONE, "ok", "", NULL },
#define E(name, class, code, text, hint) [E_##name] = { ERR_##class, code, text, hint },
#include "base/errors.def"
#undef E
};

#define ROOM_LEFT 128

void
err_arg(struct err *err, const char *name, const char *value)
{
	size_t named = strlen(name) + 1, room = sizeof(err->text) - err->used, size;

	if (!value || err->nargs == ERR_ARGS || room <= named)
		return;
	memcpy(err->text + err->used, name, named);
	err->args[err->nargs].name = err->text + err->used;
	err->used += named;
	room -= named;
	/* However long one is, those behind it are there, too: a sentence is made of all. */
	size = strnlen(value, room / 2 > ROOM_LEFT ? room - ROOM_LEFT : room / 2);
	/* Nothing is left of a character (UTF-8) that would be cut. */
	while (size > 0 && ((unsigned char)value[size] & 0xc0) == 0x80)
		size--;
	memcpy(err->text + err->used, value, size);
	err->text[err->used + size] = '\0';
	err->args[err->nargs++].value = err->text + err->used;
	err->used += size + 1;
}

int
err_fill(struct err *err, enum err_code code, ...)
{
	va_list ap;
	const char *name;

	if (!err)
		return -1;
	err->code = code;
	err->nargs = 0;
	err->used = 0;
	va_start(ap, code);
	while ((name = va_arg(ap, const char *)))
		err_arg(err, name, va_arg(ap, const char *));
	va_end(ap);
	return -1;
}

void
err_copy(struct err *to, const struct err *from)
{
	if (!to)
		return;
	to->code = from->code;
	to->nargs = 0;
	to->used = 0;
	for (int i = 0; i < from->nargs; i++)
		err_arg(to, from->args[i].name, from->args[i].value);
}

const char *
err_get(const struct err *err, const char *name)
{
	for (int i = 0; i < err->nargs; i++)
		if (strcmp(err->args[i].name, name) == 0)
			return err->args[i].value;
	return NULL;
}

enum err_class
err_class(const struct err *err)
{
	return table[err->code].class;
}

const char *
err_name(enum err_code code)
{
	return table[code].name;
}

const char *
err_text(enum err_code code)
{
	return table[code].text;
}

const char *
err_hint(enum err_code code)
{
	return table[code].hint;
}

bool
err_retryable(const struct err *err)
{
	enum err_class class = err_class(err);

	/* What nobody has configured does not come by waiting. */
	return (class == ERR_TEMP || class == ERR_UNAVAILABLE) && err->code != E_NO_BACKEND;
}

bool
err_of_store(const struct err *err)
{
	enum err_class class = err_class(err);

	return err_retryable(err) || class == ERR_IO || class == ERR_CONFIG || err->code == E_STORE_READONLY || err->code == E_STORE_DENIED;
}

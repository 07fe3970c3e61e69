/*
 * Texts from outside, and lists in one column.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "desk/priv.h"

/* Of agents, queues and the like. */
#define NAME_MAX_BYTES 64

int
text_check(const char *name, const char *text, size_t limit, struct err *err)
{
	size_t size, valid;
	char at[32];

	if (!text)
		return 0;
	size = strlen(text);
	if (size > limit) {
		snprintf(at, sizeof(at), "%zu bytes", limit);
		return err_set(err, E_TOO_LARGE, "what", name, "limit", at, NULL);
	}
	valid = utf8_valid(text, size);
	if (valid == size)
		return 0;
	snprintf(at, sizeof(at), "%zu", valid + 1);
	return err_set(err, E_BAD_UTF8, "where", name, "at", at, NULL);
}

int
word_check(const char *name, const char *word, struct err *err)
{
	for (const char *p = word; p && *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(err, E_BAD_FIELD, "where", name, "name", word, "what", N_("holds a control character"), NULL);
	return text_check(name, word, 64, err);
}

const char *
name_wrong(const char *name)
{
	if (!name || !*name)
		return N_("is missing");
	if (strlen(name) > NAME_MAX_BYTES)
		return N_("is too long for a name");
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ' || strchr(",:;/\\\"'<>|\x7f", *p))
			return N_("a name has letters, digits and _ - . only");
	return utf8_valid(name, strlen(name)) == strlen(name) ? NULL : N_("a name has letters, digits and _ - . only");
}

int
words_known(struct call *call, const char *name, const struct texts *words, const void *table, size_t row_size, size_t rows, struct err *err)
{
	const char *all = "";
	size_t known = 0;

	for (size_t i = 0; i < words->n; i++, known = 0) {
		for (size_t k = 0; k < rows; k++)
			known += strcmp(*(const char *const *)((const char *)table + k * row_size), words->v[i]) == 0;
		for (size_t k = 0; !known && k < rows; k++)
			all = arena_printf(call->arena, "%s%s%s", all, k ? ", " : "", *(const char *const *)((const char *)table + k * row_size));
		if (!known)
			return err_set(err, E_BAD_VALUE, "name", name, "value", words->v[i], "expected", all, NULL);
	}
	return 0;
}

void
list_split(struct arena *arena, const char *text, struct texts *out)
{
	*out = (struct texts){ NULL, 0, 0 };
	while (text && *text) {
		size_t size = strcspn(text, ",");

		if (size)
			texts_add(arena, out, arena_memdup(arena, text, size));
		text += size + (text[size] == ',');
	}
}

const char *
list_join(struct arena *arena, const struct texts *list)
{
	return list->v ? texts_join(arena, list, ",") : NULL;
}

bool
list_has(const char *list, const char *word)
{
	size_t size = strlen(word);

	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (strncmp(p, word, size) == 0 && (p[size] == ',' || !p[size]))
			return true;
	return false;
}

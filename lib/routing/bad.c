#include "routing/priv.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

int
routing_bad(struct err *err, enum err_code code, const char *name, const char *text, const char *at, const char *what)
{
	enum { SHOWN = 200 };
	char number[24], value[SHOWN + 4];
	size_t size = strnlen(text, SHOWN), chars = 1;

	for (const char *s = text; s < at; s++)
		chars += ((unsigned char)*s & 0xC0) != 0x80;
	memcpy(value, text, size);
	size = size == SHOWN ? utf8_valid(value, size) : size;
	snprintf(value + size, sizeof(value) - size, "%s", text[size] ? "..." : "");
	snprintf(number, sizeof(number), "%zu", chars);
	err_fill(err, code, "value", value, "what", what, "at", number, NULL);
	if (err && name)
		err_arg(err, "name", name);
	return -1;
}

#include "model/target.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/names.h"

#define ROW(value, name, doc) { name, doc },
static const struct name kinds[] = { TARGET_KINDS(ROW) };
const struct names target_kinds = { "target", kinds, COUNT_OF(kinds) };

int
target_parse(const char *text, struct target *target_r, struct err *err)
{
	const char *colon = strchr(text, ':');
	size_t size = colon ? (size_t)(colon - text) : 0;
	int kind;

	if (size == 0 || size >= sizeof(target_r->scheme) || !colon[1] || !isalpha((unsigned char)text[0]))
		return err_set(err, E_BAD_TARGET, "value", text, NULL);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80 || (!isalnum(c) && !strchr("+-.", c)))
			return err_set(err, E_BAD_TARGET, "value", text, NULL);
		target_r->scheme[i] = (char)tolower(c);
	}
	target_r->scheme[size] = '\0';
	kind = names_find(&target_kinds, target_r->scheme);
	target_r->kind = kind < 0 ? TARGET_OTHER : (enum target_kind)kind;
	target_r->value = colon + 1;
	return 0;
}

static const char *
normalize_mail(struct arena *arena, const char *address)
{
	const char *at = strrchr(address, '@');
	char *out;

	if (!at || at == address || !at[1] || strlen(address) > 254)
		return NULL;
	for (const char *p = address; *p; p++)
		if ((unsigned char)*p <= ' ' || strchr("<>,;\x7f", *p))
			return NULL;
	out = arena_strdup(arena, address);
	for (char *p = out + (at - address); *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

static const char *
normalize_number(struct arena *arena, const char *address)
{
	char *out = arena_alloc(arena, strlen(address) + 1), *to = out;

	for (const char *p = address; *p; p++) {
		if (isdigit((unsigned char)*p) || (*p == '+' && to == out))
			*to++ = *p;
		else if (!strchr(" .-()/", *p))
			return NULL;
	}
	/* 00 is how most of the world dials '+'. */
	if (out[0] == '0' && out[1] == '0' && to - out > 6) {
		out[1] = '+';
		out++;
	}
	return to - out >= 3 && to - out <= 17 ? out : NULL;
}

const char *
address_normalize(struct arena *arena, const char *scheme, const char *address)
{
	if (strcmp(scheme, "mailto") == 0)
		return normalize_mail(arena, address);
	if (strcmp(scheme, "tel") == 0 || strcmp(scheme, "sms") == 0 || strcmp(scheme, "whatsapp") == 0)
		return normalize_number(arena, address);
	return *address && strlen(address) <= 254 ? arena_strdup(arena, address) : NULL;
}

const char *
address_scheme(const char *address)
{
	if (strchr(address, '@'))
		return "mailto";
	if (*address && address[strspn(address, "+0123456789 .-()/")] == '\0')
		return "tel";
	return NULL;
}

/*
 * field_code.h - who the field codes of the tests speak of, and what comes out.
 */
#ifndef TESTS_FIELD_CODE_H
#define TESTS_FIELD_CODE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/field_code.h"
#include "tests/unit/tap.h"

#define NOW INT64_C(1795253400000) /* 2026-11-21T09:30:00Z */

static struct arena *arena;

/* Camille Dupré, who wrote to Alice L.; everything else has no value. */
static inline int
get(void *context, struct arena *a, enum code_property property, const char *key, struct code_value *value_r, struct err *err)
{
	static const struct {
		enum code_property property;
		const char *key;
		struct code_value value;
	} all[] = {
#define TEXT(x) \
	{ \
		.type = CODE_TEXT, .text = x \
	}
		{ CODE_CONTACT_FIRST_NAME, NULL, TEXT("Camille") },
		{ CODE_CONTACT_FULL_NAME, NULL, TEXT("Camille Dupr\xc3\xa9") },
		{ CODE_CONTACT_TITLE, NULL, TEXT("") },
		{ CODE_CONTACT_ID, NULL, TEXT("a/b&c") },
		{ CODE_AGENT_NAME, NULL, TEXT("alice") },
		{ CODE_AGENT_ALIAS, NULL, TEXT("Alice L.") },
		{ CODE_CONTACT_EMAILS_COUNT, NULL, { .type = CODE_NUMBER, .number = 2 } },
		{ CODE_IXN_CREATED, NULL, { .type = CODE_TIME, .time = NOW - MS_DAY } },
		{ CODE_IXN_SUBJECT, NULL, TEXT("<$ Contact.FirstName $> <b>\"x\" & 'y'\r\nBcc: z\x1b[2J \xe2\x80\xae$Contact.Id$") },
		{ CODE_IXN_DATA, "order", TEXT("FR-1234") },
		{ CODE_DATA, "order", TEXT("FR-1234") },
		{ CODE_DATA, "a key", TEXT("v&w") },
		{ CODE_DATA, "price", { .type = CODE_NUMBER, .number = 1234.5 } },
		{ CODE_DATA, "vip", { .type = CODE_BOOLEAN, .boolean = true } },
		{ CODE_DATA, "due", { .type = CODE_TIME, .time = NOW - 9 * MS_HOUR - 30 * MS_MINUTE, .day = true } },
		{ CODE_DATA, "many", { .type = CODE_NUMBER, .number = 1e300 } },
#undef TEXT
	};

	(void)context, (void)a, (void)err;
	if (property == CODE_CONTACT_EMAILS_EXISTS)
		*value_r = (struct code_value){ .type = CODE_BOOLEAN, .boolean = strcmp(key, "c@example.org") == 0 };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i].property == property && (!all[i].key || strcmp(all[i].key, key) == 0))
			*value_r = all[i].value;
	return 0;
}

static inline int
named(void *context, struct arena *a, const char *name, const char **formula_r, struct err *err)
{
	static const struct {
		const char *name, *formula;
	} all[] = {
		{ "greeting", "\"Dear \" + First(Contact.Title, Contact.FirstName)" },
		{ "late", "Contact.LastName" },
		{ "loop", "1 + pool" },
		{ "pool", "2 * loop" },
		{ "broken", "1 +\n (" },
		{ "wrong", "1 * \"a\"" },
		{ "b0", "1 + 1" },
		{ "b1", "b0 + b0 + b0 + b0 + b0 + b0 + b0 + b0 + b0 + b0" },
		{ "b2", "b1 + b1 + b1 + b1 + b1 + b1 + b1 + b1 + b1 + b1" },
		{ "b3", "b2 + b2 + b2 + b2 + b2 + b2 + b2 + b2 + b2 + b2" },
		{ "b4", "b3 + b3 + b3 + b3 + b3 + b3 + b3 + b3 + b3 + b3" },
		{ "b5", "b4 + b4 + b4 + b4 + b4 + b4 + b4 + b4 + b4 + b4" },
		{ "b6", "b5 + b5 + b5 + b5 + b5 + b5 + b5 + b5 + b5 + b5" },
	};

	(void)context, (void)a, (void)err;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (strcmp(all[i].name, name) == 0) {
			*formula_r = all[i].formula;
			return 1;
		}
	return 0;
}

static inline struct code_options
options(void)
{
	return (struct code_options){ .language = "en", .zone = "UTC", .now = NOW, .get = get, .named = named };
}

/* What comes out; for an error "WHERE: WHAT" between brackets. */
static inline const char *
rendered(const struct code_options *o, const char *text)
{
	const char *out = NULL;
	struct err err = { 0 };

	if (field_code_render(arena, text, o, &out, &err) == 0)
		return out;
	return arena_printf(arena, "[%s: %s%s]", err_get(&err, "where"), err_get(&err, "what"), err.code == E_NO_FIELD_VALUE ? "?" : "");
}

/* Of one formula. */
static inline const char *
value(const char *formula)
{
	const struct code_options o = options();

	return rendered(&o, arena_printf(arena, "<$ %s $>", formula));
}

static inline const char *
first_fault(const char *text)
{
	const struct code_options o = options();
	struct code_faults faults;
	struct err err = { 0 };

	if (field_code_check(arena, text, &o, &faults, &err) < 0)
		return "an error";
	return faults.n ? arena_printf(arena, "%d:%d: %s", faults.v[0].line, faults.v[0].column, faults.v[0].what) : "";
}

#endif

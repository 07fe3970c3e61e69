/*
 * field_code.h - field codes: formulas between <$ and $> that a text is filled
 * in with, and the short form $Contact.Id|Data.ref$ of URLs.
 *
 * Pure: values come from a function of the caller, the time from its options.
 * Bounded in length, depth, work and output: whatever the text, the answer comes
 * at once. Nothing that comes out of a value is looked at for field codes again.
 * Errors say where: E_BAD_FIELD_CODE and E_NO_FIELD_VALUE with where ("NAME:LINE:COLUMN",
 * in characters from 1), line, column and what.
 */
#ifndef MODEL_FIELD_CODE_H
#define MODEL_FIELD_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "model/names.h"

struct arena;
struct err;

enum code_type { CODE_NONE, /* there is no value; of a property: any */
		 CODE_NUMBER,
		 CODE_TEXT,
		 CODE_TIME,
		 CODE_BOOLEAN,
		 CODE_OBJECT };

struct code_value {
	enum code_type type;
	bool boolean;
	bool day; /* of a time: only the day counts */
	double number;
	const char *text;
	time_ms time;
	const void *origin; /* ours */
};

enum code_flags {
	/* Takes a text in parentheses. */
	CODE_KEYED = 1 << 0,
	/* What stands behind the object is the key: Data.order. */
	CODE_OPEN = 1 << 1,
	/* Only in the short form: not for what contacts read. */
	CODE_INTERNAL = 1 << 2,
};

/* X(value, object, property, type, flags, doc) */
#define CODE_PROPERTIES(X) \
	X(CODE_CONTACT_ID, "Contact", "Id", CODE_TEXT, 0, N_("the id of the contact")) \
	X(CODE_CONTACT_TITLE, "Contact", "Title", CODE_TEXT, 0, N_("how the name begins: Mme, Dr., Mr")) \
	X(CODE_CONTACT_FIRST_NAME, "Contact", "FirstName", CODE_TEXT, 0, N_("the first name")) \
	X(CODE_CONTACT_LAST_NAME, "Contact", "LastName", CODE_TEXT, 0, N_("the last name")) \
	X(CODE_CONTACT_FULL_NAME, "Contact", "FullName", CODE_TEXT, 0, N_("the whole name")) \
	X(CODE_CONTACT_EMAIL, "Contact", "PrimaryEmailAddress", CODE_TEXT, 0, N_("the mail address that comes first")) \
	X(CODE_CONTACT_PHONE, "Contact", "PrimaryPhoneNumber", CODE_TEXT, 0, N_("the telephone number that comes first")) \
	X(CODE_CONTACT_EMAILS, "Contact", "EmailAddresses", CODE_TEXT, 0, N_("all mail addresses, joined by commas")) \
	X(CODE_CONTACT_EMAILS_COUNT, "Contact", "EmailAddresses.Count", CODE_NUMBER, 0, N_("how many there are")) \
	X(CODE_CONTACT_EMAILS_EXISTS, "Contact", "EmailAddresses.Exists", CODE_BOOLEAN, CODE_KEYED, N_("whether this is one of them")) \
	X(CODE_CONTACT_LANGUAGE, "Contact", "Language", CODE_TEXT, 0, N_("the language, as in fr")) \
	X(CODE_AGENT_NAME, "Agent", "Name", CODE_TEXT, CODE_INTERNAL, N_("the name of the agent's login")) \
	X(CODE_AGENT_ALIAS, "Agent", "Alias", CODE_TEXT, 0, N_("what contacts see of the agent")) \
	X(CODE_AGENT_FIRST_NAME, "Agent", "FirstName", CODE_TEXT, 0, N_("the first name in the alias")) \
	X(CODE_AGENT_LAST_NAME, "Agent", "LastName", CODE_TEXT, 0, N_("the last name in the alias")) \
	X(CODE_AGENT_FULL_NAME, "Agent", "FullName", CODE_TEXT, 0, N_("the alias")) \
	X(CODE_AGENT_SIGNATURE, "Agent", "Signature", CODE_TEXT, 0, N_("the signature that the site gives the agent")) \
	X(CODE_IXN_ID, "Interaction", "Id", CODE_TEXT, 0, N_("the id of the interaction")) \
	X(CODE_IXN_CREATED, "Interaction", "DateCreated", CODE_TIME, 0, N_("when it began")) \
	X(CODE_IXN_SUBJECT, "Interaction", "Subject", CODE_TEXT, 0, N_("what it is about")) \
	X(CODE_IXN_FROM, "Interaction", "FromAddress", CODE_TEXT, 0, N_("the address of who writes: the contact's, but of what an agent began")) \
	X(CODE_IXN_TO, "Interaction", "ToAddress", CODE_TEXT, 0, N_("the address of who is written to")) \
	X(CODE_IXN_QUEUE, "Interaction", "Queue", CODE_TEXT, 0, N_("its queue")) \
	X(CODE_IXN_MEDIUM, "Interaction", "Medium", CODE_TEXT, 0, N_("its medium, as in chat")) \
	X(CODE_IXN_EXTERNAL_ID, "Interaction", "ExternalId", CODE_TEXT, 0, N_("what others call it")) \
	X(CODE_IXN_CONVERSATION, "Interaction", "Conversation", CODE_TEXT, 0, N_("the id of its conversation")) \
	X(CODE_IXN_ZONE, "Interaction", "TimeZone", CODE_TEXT, 0, N_("the time zone of its times: the attached data time_zone, else the configuration's")) \
	X(CODE_IXN_DATA, "Interaction", "AttachedData", CODE_NONE, CODE_KEYED, N_("attached data, of the type that the site gives the key")) \
	X(CODE_DATA, "Data", "", CODE_NONE, CODE_OPEN, N_("the same, the key behind the dot: Data.order"))

enum code_property {
#define CODE_ENUM(value, object, name, type, flags, doc) value,
	CODE_PROPERTIES(CODE_ENUM)
#undef CODE_ENUM
		CODE_PROPERTY_COUNT
};

struct code_property_row {
	const char *object, *name;
	enum code_type type;
	unsigned flags;
	const char *doc;
};
extern const struct code_property_row code_properties[CODE_PROPERTY_COUNT];

/* Functions, for the manual; the example gives what stands beside it, in English, in UTC, on 21 November 2026 at 09:30. */
struct code_function_doc {
	const char *family, *call, *doc, *example, *gives;
};
size_t code_function_docs(struct arena *arena, const struct code_function_doc **docs_r);
/* Operators, those that bind closest first. */
struct code_operator_doc {
	const char *words, *doc, *example, *gives;
};
size_t code_operator_docs(struct arena *arena, const struct code_operator_doc **docs_r);

enum code_context {
	CODE_PLAIN,
	CODE_HTML,   /* values are escaped, the text around them stays */
	CODE_HEADER, /* a line: breaks become spaces, other controls go, in the text, too */
	CODE_URL,    /* values are escaped whole, whatever they hold */
};

struct code_options {
	const char *name; /* of the text, for messages; may be NULL */
	bool short_form;  /* $...$ rather than <$ ... $> */
	enum code_context into;
	enum missing_policy missing; /* keep leaves the field code as it is */
	const char *language;        /* of months, decimals and the like: "fr", "fr-CA"; NULL: English */
	const char *zone;            /* NULL: UTC */
	time_ms now;
	/* The value of a property: strings live in the arena given, an empty text is none. NULL: nothing has a value. */
	int (*get)(void *context, struct arena *arena, enum code_property property, const char *key, struct code_value *value_r, struct err *err);
	/* The formula of a field code that has a name: 1, no such name: 0. NULL: there are none. */
	int (*named)(void *context, struct arena *arena, const char *name, const char **formula_r, struct err *err);
	void *context;
};

/* The text filled in. */
int field_code_render(struct arena *arena, const char *text, const struct code_options *options, const char **text_r, struct err *err) ATTR_MUSTUSE;

struct code_fault {
	int line, column;
	const char *code; /* the field code, NULL for what concerns the text */
	const char *what;
};
struct code_faults {
	struct code_fault *v;
	size_t n, cap;
};
#define CODE_FAULTS_MAX 100

/* All that is wrong with syntax and types, whatever the values, in order; 100 at most. Of the options: short_form and named. */
int field_code_check(struct arena *arena, const char *text, const struct code_options *options, struct code_faults *out, struct err *err) ATTR_MUSTUSE;
/* The same of one formula, without <$ and $>. */
int field_code_check_formula(struct arena *arena, const char *formula, const struct code_options *options, struct code_faults *out, struct err *err) ATTR_MUSTUSE;
/* The first fault as an error; 0: there is none. name: of the text, may be NULL. */
int field_code_faults_err(const char *name, const struct code_faults *faults, struct err *err);
/* May a field code be called so: a letter, then letters, digits and _, up to 64 characters, no word of the language? */
bool field_code_name(const char *name);

/* The pieces of a text, in turn: start with { .text = text }; false behind the last. */
struct code_pieces {
	const char *text;
	bool short_form;
	/* The piece: a field code with what encloses it, or fixed text ($$ is the piece "$"). */
	bool code, closed;
	const char *p;
	size_t size;
	int line, column;
	/* Ours. */
	size_t at;
	int next_line, next_column;
};
bool field_code_next(struct code_pieces *pieces);

#endif

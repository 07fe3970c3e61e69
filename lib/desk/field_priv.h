/*
 * field_priv.h - what field codes stand for in an interaction: for responses,
 * and for the URLs of websites.
 */
#ifndef DESK_FIELD_PRIV_H
#define DESK_FIELD_PRIV_H

#include "desk/priv.h"
#include "model/field_code.h"

struct field_source {
	struct call *call;
	const struct ixn *ixn;
	/* Data as it is kept, whatever the site says of its key. */
	bool raw;
	const char *contact, *full_name, *language; /* NULL: not known */
	const char *agent, *alias, *signature;
	const char *zone;
	struct records data;
};

/* Looks up the contact, the agent and the data. The agent is who acts; for a program without an alias, who has the interaction. */
int field_source_init(struct field_source *source, struct call *call, const struct ixn *ixn, struct err *err);
/* To fill in a text of the name (may be NULL) from it; the source is borrowed. */
struct code_options field_options(struct field_source *source, const char *name, enum missing_policy missing);
/* To check one: without values, but with the formulas that the site has by name. */
struct code_options field_check_options(struct call *call);
/* The formula of that name: 1, none: 0. */
int field_formula(struct call *call, const char *name, const char **formula_r, struct err *err);

/* A whole name as its parts; NULL where it has none. */
struct person {
	const char *title, *first, *last;
};
struct person person_parse(struct arena *arena, const char *name);

#endif

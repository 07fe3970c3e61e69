/*
 * Formulas that the site has by name: items of the section field_codes.
 */
#include <string.h>

#include "desk/field_priv.h"
#include "desk/site_priv.h"

#define SECTION "field_codes"

struct row {
	const char *a, *b, *c;
};
RECORD(rec_field_row, struct row, "row", NULL, TEXT_FIELD(struct row, a, 0, NULL), TEXT_FIELD(struct row, b, 0, NULL), TEXT_FIELD(struct row, c, 0, NULL))

int
field_item_get(struct call *call, const char *key, void *item, struct err *err)
{
	struct site_field_code *f = item;
	struct row row;
	int rc = sql_one(call->tx, call->arena, SQL_ITEM_GET, ARGS(V_TEXT(key)), &rec_field_row, &row, err);

	if (rc > 0)
		*f = (struct site_field_code){ row.a, row.b, row.c };
	return rc;
}

int
field_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_field_code *f = item;

	return RUN(l->call, ITEM_PUT, V_TEXT(SECTION), V_TEXT(f->name), V_TEXT(f->formula), V_TEXT(f->extra ? f->extra : "{}"), V_INT(l->ord)) < 0 ? -1 : 0;
}

int
field_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_field_code *f = item;

	if (!field_code_name(f->name))
		return site_bad(l, f->name, N_("no name for a field code: a letter, then letters, digits and _, up to 64, and no word of the language"), err);
	if (!f->formula)
		return site_bad(l, f->name, N_("has no formula"), err);
	if (strstr(f->formula, "<$") || strstr(f->formula, "$>"))
		return site_bad(l, f->name, N_("formula: stands without <$ and $>"), err);
	return 0;
}

int
field_formula(struct call *call, const char *name, const char **formula_r, struct err *err)
{
	struct site_field_code row;
	int rc = field_item_get(call, arena_printf(call->arena, SECTION "/%s", name), &row, err);

	if (rc > 0)
		*formula_r = row.formula ? row.formula : "";
	return rc;
}

static int
named(void *context, struct arena *arena, const char *name, const char **formula_r, struct err *err)
{
	(void)arena;
	return field_formula(context, name, formula_r, err);
}

struct code_options
field_check_options(struct call *call)
{
	return (struct code_options){ .named = named, .context = call };
}

static int
bad_formula(struct loading *l, const char *name, const struct code_fault *fault, struct err *err)
{
	struct arena *arena = l->call->arena;
	int rc = site_bad(l, name, N_("formula: {fault} at line {line}, character {at}"), err);

	err_arg(err, "fault", fault->what);
	err_arg(err, "line", arena_printf(arena, "%d", fault->line));
	err_arg(err, "at", arena_printf(arena, "%d", fault->column));
	return rc;
}

int
field_whole_check(struct loading *l, struct err *err)
{
	struct code_options options = field_check_options(l->call);
	struct texts names;

	if (sql_texts(l->call->tx, l->call->arena, SQL_ITEM_NAMES, ARGS(V_TEXT(SECTION)), &names, err) < 0)
		return -1;
	l->section = SECTION;
	for (size_t i = 0; i < names.n; i++) {
		struct code_faults faults;
		const char *formula = "";

		if (field_formula(l->call, names.v[i], &formula, err) < 0 || field_code_check_formula(l->call->arena, formula, &options, &faults, err) < 0)
			return -1;
		if (faults.n)
			return bad_formula(l, names.v[i], &faults.v[0], err);
	}
	return 0;
}

/*
 * Categories of an import: those of the library that it touches, and those that
 * it will make, both staged until all is decided.
 */
#include <string.h>

#include "desk/import_priv.h"

/* As the library has it, and over that what is staged. 1: there is one. */
static int
find(struct call *call, const struct batch *batch, const char *folded, struct category **category_r, struct err *err)
{
	struct category *c = ARENA_NEW(call->arena, struct category);
	int rc = sql_one(call->tx, call->arena, SQL_IMPORT_CATEGORY_GET, ARGS(V_TEXT(batch->id), V_TEXT(folded)), &rec_category, c, err);

	*category_r = c;
	return rc == 0 ? category_by_folded(call, folded, category_r, err) : rc;
}

static int
stage(struct call *call, const struct batch *batch, const struct category *c, struct err *err)
{
	return RUN(call, IMPORT_CATEGORY_PUT, V_TEXT(batch->id), V_TEXT(c->id), V_INT(c->version), V_TEXT(c->parent), V_TEXT(c->name), V_TEXT(c->path),
		   V_TEXT(c->folded), V_TEXT(c->language), V_INT(c->created)) < 0
		       ? -1
		       : 0;
}

/* version 0: it is to be made. */
static int
plan(struct call *call, const struct category *parent, const char *name, struct category **category_r, struct err *err)
{
	struct category *c = ARENA_NEW(call->arena, struct category);

	if (category_name_check(name, err) < 0)
		return -1;
	*c = (struct category){
		.id = id_new(call->arena, call->now),
		.parent = parent ? parent->id : NULL,
		.name = name,
		.path = parent ? arena_printf(call->arena, "%s/%s", parent->path, name) : name,
		.folded = category_fold(call, parent, name),
		.created = call->now,
	};
	*category_r = c;
	return 0;
}

/* The category, made where it is not there; root_r: what it lies under. */
static int
descend(struct call *call, const struct batch *batch, const char *path, struct category **root_r, struct category **category_r, struct err *err)
{
	struct category *parent = NULL, *c = NULL;

	for (const char *rest = path; rest; parent = c) {
		const char *name = arena_memdup(call->arena, rest, strcspn(rest, "/"));
		int rc = find(call, batch, category_fold(call, parent, name), &c, err);

		if (rc == 0)
			rc = plan(call, parent, name, &c, err);
		if (rc < 0 || stage(call, batch, c, err) < 0)
			return -1;
		if (!parent)
			*root_r = c;
		rest = strchr(rest, '/');
		rest = rest ? rest + 1 : NULL;
	}
	*category_r = c;
	return 0;
}

int
import_category(struct call *call, const struct batch *batch, const struct import_item *item, const char *path, const char **language, const char **id_r, struct err *err)
{
	struct category *root = NULL, *c = NULL;

	if (descend(call, batch, path, &root, &c, err) < 0 || !root || !c)
		return import_misplaced(call, item->where, "category", err);
	*id_r = c->id;
	if (!*language)
		*language = root->language;
	if (!language_fits(*language, root->language))
		return err_set(err, E_BAD_FIELD, "where", item->where, "name", "category", "what", N_("'{value}' is of the language {other}, not {language}"),
			       "value", root->path, "other", root->language, "language", *language, NULL);
	if (root->language || !*language)
		return 0;
	/* The first that says what it speaks says it for all. */
	root->language = arena_memdup(call->arena, *language, strcspn(*language, "-"));
	return stage(call, batch, root, err);
}

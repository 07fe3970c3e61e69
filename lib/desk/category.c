/*
 * Categories: the tree in which standard responses lie, each in exactly one. A
 * root is of one language. A category is named by its path, "Root/Sub", and
 * found whatever its case and accents.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "base/utf8.h"
#include "desk/response_priv.h"

#define CATEGORY_NAME_MAX 128
/* Parts the names of a folded path: below all that a name may hold, so that a tree is in order. */
#define FOLDED_PART "\x01"
#define FOLDED_END "\x02"
#define LAST_OF_ALL "\xf4\x8f\xbf\xbf" /* U+10FFFF */
/* Where a response goes that says neither a category nor a language. */
#define GENERAL "General"

RECORD(rec_category, struct category, "category", NULL,
       TEXT_FIELD(struct category, id, 0, NULL),
       INT_FIELD(struct category, version, 0, NULL),
       TEXT_FIELD(struct category, parent, 0, NULL),
       TEXT_FIELD(struct category, name, 0, NULL),
       TEXT_FIELD(struct category, path, 0, NULL),
       TEXT_FIELD(struct category, folded, 0, NULL),
       TEXT_FIELD(struct category, language, 0, NULL),
       TIME_FIELD(struct category, created, 0, NULL))

/* Letters of any script with their marks, digits, hyphen, underscore, and spaces within. */
static bool
well_named(const char *name)
{
	static const char pattern[] = "^[\\p{L}\\p{Nd}_-][\\p{L}\\p{M}\\p{Nd}_ -]*+(?<! )$";
	pcre2_code *code;
	pcre2_match_data *data;
	int why, rc;
	PCRE2_SIZE at;

	if (strlen(name) > CATEGORY_NAME_MAX)
		return false;
	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_DOLLAR_ENDONLY, &why, &at, NULL);
	data = code ? pcre2_match_data_create(1, NULL) : NULL;
	rc = data ? pcre2_match(code, (PCRE2_SPTR)name, strlen(name), 0, 0, data, NULL) : -1;
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return rc >= 0;
}

int
category_name_check(const char *name, struct err *err)
{
	if (well_named(name))
		return 0;
	return err_set(err, E_BAD_FIELD, "where", "category", "name", name, "what",
		       N_("a name has letters, digits, '-', '_' and spaces within, 128 bytes at most"), NULL);
}

const char *
category_fold(struct call *call, const struct category *parent, const char *name)
{
	name = utf8_fold(call->arena, name);
	return parent ? arena_printf(call->arena, "%s" FOLDED_PART "%s", parent->folded, name) : name;
}

static const char *
fold_path(struct call *call, const char *path)
{
	char *folded = arena_strdup(call->arena, utf8_fold(call->arena, path));

	for (char *p = folded; (p = strchr(p, '/')); p++)
		*p = FOLDED_PART[0];
	return folded;
}

void
category_bounds(struct call *call, const struct category *category, const char **from_r, const char **to_r)
{
	*from_r = category ? category->folded : "";
	*to_r = category ? arena_printf(call->arena, "%s" FOLDED_END, category->folded) : LAST_OF_ALL;
}

int
category_by_folded(struct call *call, const char *folded, struct category **category_r, struct err *err)
{
	struct category *c = ARENA_NEW(call->arena, struct category);

	*category_r = c;
	return sql_one(call->tx, call->arena, SQL_CATEGORY_BY_PATH, ARGS(V_TEXT(folded)), &rec_category, c, err);
}

int
category_get(struct call *call, const char *path, struct category **category_r, struct err *err)
{
	int rc = category_by_folded(call, fold_path(call, path), category_r, err);

	return rc == 0 ? err_set(err, E_NO_CATEGORY, "name", path, NULL) : rc < 0 ? -1
										  : 0;
}

int
category_of(struct call *call, const char *id, struct category **category_r, struct err *err)
{
	struct category *c = ARENA_NEW(call->arena, struct category);

	*category_r = c;
	return sql_one(call->tx, call->arena, SQL_CATEGORY_GET, ARGS(V_TEXT(id)), &rec_category, c, err);
}

static int
make(struct call *call, const struct category *parent, const char *name, const char *language, struct category **category_r, struct err *err)
{
	struct category *c = ARENA_NEW(call->arena, struct category);

	if (category_name_check(name, err) < 0)
		return -1;
	*c = (struct category){
		.id = id_new(call->arena, call->now),
		.version = 1,
		.parent = parent ? parent->id : NULL,
		.name = name,
		.path = parent ? arena_printf(call->arena, "%s/%s", parent->path, name) : name,
		.folded = category_fold(call, parent, name),
		.language = parent ? NULL : language,
		.created = call->now,
	};
	*category_r = c;
	if (sql_put(call->tx, SQL_CATEGORY_NEW, &rec_category, c, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "category.added", .ref = c->id, .version = 1 }, err);
}

/* "fr" of "fr-CA": what is common to all who speak it. */
static const char *
main_language(struct call *call, const char *language)
{
	return language ? arena_memdup(call->arena, language, strcspn(language, "-")) : NULL;
}

int
category_need(struct call *call, const char *path, const char *language, struct category **category_r, struct err *err)
{
	const char *mine = main_language(call, language), *rest;
	struct category *parent = NULL;
	int rc;

	if (!path)
		path = mine ? mine : GENERAL;
	rc = category_by_folded(call, fold_path(call, path), category_r, err);
	for (rest = path; rc == 0 && rest; parent = *category_r) {
		const char *name = arena_memdup(call->arena, rest, strcspn(rest, "/"));

		if ((rc = category_by_folded(call, category_fold(call, parent, name), category_r, err)) == 0)
			rc = make(call, parent, name, mine, category_r, err);
		rest = strchr(rest, '/');
		rest = rest ? rest + 1 : NULL;
		rc = rc < 0 ? -1 : 0;
	}
	return rc < 0 ? -1 : 0;
}

int
category_root(struct call *call, const struct category *category, struct category **root_r, struct err *err)
{
	return category_by_folded(call, arena_memdup(call->arena, category->folded, strcspn(category->folded, FOLDED_PART)), root_r, err) < 0 ? -1 : 0;
}

int
category_language(struct call *call, const struct category *category, const char **language_r, struct err *err)
{
	struct category *root;

	if (category_root(call, category, &root, err) < 0)
		return -1;
	*language_r = root->language;
	return 0;
}

bool
language_fits(const char *language, const char *of)
{
	size_t size = of ? strcspn(of, "-") : 0;

	return !language || !of || (strcspn(language, "-") == size && strncmp(language, of, size) == 0);
}

int
category_speaks(struct call *call, const struct category *category, const char **language, struct err *err)
{
	struct category *root;

	if (category_root(call, category, &root, err) < 0)
		return -1;
	if (!*language)
		*language = root->language;
	if (!language_fits(*language, root->language))
		return err_set(err, E_BAD_FIELD, "where", root->name, "name", "language", "what",
			       arena_printf(call->arena, "this root is of the language %s, not %s", root->language, *language), NULL);
	if (root->language || !*language)
		return 0;
	/* The first that says what it speaks says it for all. */
	root->language = main_language(call, *language);
	root->version++;
	if (sql_put(call->tx, SQL_CATEGORY_SAVE, &rec_category, root, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "category.changed", .ref = root->id, .version = root->version, .reason = "language" }, err);
}

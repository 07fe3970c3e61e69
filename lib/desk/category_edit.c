/*
 * The tree of categories shown, and changed: added to, moved, renamed, pruned.
 * What lies below goes along; the index hears of each response whose path changed.
 */
#include <string.h>

#include "desk/response_priv.h"

/* The tree. */

struct tree_in {
	const char *path;
};
RECORD(rec_category_tree_in, struct tree_in, "categories", N_("Which part of the tree."),
       TEXT_FIELD(struct tree_in, path, FIELD_OPERAND, N_("this category and those below it")))

struct tree_out {
	const char *path;
	int64_t responses, total, usable;
	const char *language;
	int64_t depth;
	const char *name, *id;
};
#define X struct tree_out
RECORD(rec_category_tree_out, X, "category", N_("A category."),
       TEXT_FIELD(X, path, FIELD_COLUMN, N_("its path, as in Billing/Refunds")),
       INT_FIELD(X, responses, FIELD_COLUMN, N_("the responses in it")),
       INT_FIELD(X, total, FIELD_COLUMN, N_("those below it, too")),
       INT_FIELD(X, usable, FIELD_COLUMN, N_("those of them that may be used now")),
       TEXT_FIELD(X, language, FIELD_COLUMN, N_("the language of its root")),
       INT_FIELD(X, depth, 0, N_("how many stand above it")),
       TEXT_FIELD(X, name, 0, N_("its name")),
       TEXT_FIELD(X, id, 0, N_("its id, for ixn-watch")))
#undef X

struct counted {
	const char *id, *path, *language, *parent;
	int64_t responses, offered;
};
RECORD(rec_category_counted, struct counted, "category", NULL,
       TEXT_FIELD(struct counted, id, 0, NULL),
       TEXT_FIELD(struct counted, path, 0, NULL),
       TEXT_FIELD(struct counted, language, 0, NULL),
       TEXT_FIELD(struct counted, parent, 0, NULL),
       INT_FIELD(struct counted, responses, 0, NULL),
       INT_FIELD(struct counted, offered, 0, NULL))

/* Each stands behind the one above it: what one holds is counted for all that are open when it comes. */
static void
show_tree(struct call *call, const struct records *rows, const char *language)
{
	const struct counted *v = rows->v;
	struct tree_out **open = arena_alloc(call->arena, (rows->n + 1) * sizeof(struct tree_out *));
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct tree_out *out = call_answer(call);
		const char *slash = strrchr(v[i].path, '/');

		while (n && !(v[i].parent && strcmp(open[n - 1]->id, v[i].parent) == 0))
			n--;
		if (!v[i].parent)
			language = v[i].language;
		*out = (struct tree_out){ v[i].path, v[i].responses, 0, 0, language, 0, slash ? slash + 1 : v[i].path, v[i].id };
		for (const char *p = v[i].path; (p = strchr(p, '/')); p++)
			out->depth++;
		open[n++] = out;
		for (size_t k = 0; k < n; k++) {
			open[k]->total += v[i].responses;
			open[k]->usable += v[i].offered;
		}
	}
}

static int
tree_fn(struct call *call, const void *input, struct err *err)
{
	const struct tree_in *in = input;
	struct category *under = NULL;
	const char *from, *to, *language = NULL;
	struct records rows;

	if (in->path && (category_get(call, in->path, &under, err) < 0 || category_language(call, under, &language, err) < 0))
		return -1;
	category_bounds(call, under, &from, &to);
	if (sql_all(call->tx, call->arena, SQL_CATEGORY_COUNTS, ARGS(V_TEXT(from), V_TEXT(to), V_INT(call->now)), &rec_category_counted, &rows, err) < 0)
		return -1;
	show_tree(call, &rows, language);
	return 0;
}

const struct op op_category_list = { "category.list", N_("the tree of categories, with how many responses each holds"), MAY_ALL, OP_LIBRARY, &rec_category_tree_in, &rec_category_tree_out, tree_fn, NULL };

/* Changing it. */

struct change_in {
	const char *add, *move, *rename, *remove, *to, *language;
	int64_t recursive;
};
#define X struct change_in
RECORD(rec_category_in, X, "response-category", N_("What becomes of which category."),
       TEXT_FIELD_AS(X, add, "PATH", 0, N_("add this category, and what is missing above it; of a root that is there, set the language")),
       TEXT_FIELD_AS(X, move, "PATH", 0, N_("move this category, with all below it, --to another; / makes it a root")),
       TEXT_FIELD_AS(X, rename, "PATH", 0, N_("rename this category --to another name")),
       TEXT_FIELD_AS(X, remove, "PATH", 0, N_("remove this category, which must be empty")),
       TEXT_FIELD_AS(X, to, "PATH", 0, N_("where to, or to which name")),
       TEXT_FIELD_AS(X, language, "LANGUAGE", 0, N_("the language of the root that is added")),
       BOOL_FIELD(X, recursive, 0, N_("remove the categories and responses in it, too")))
#undef X

struct change_out {
	const char *path, *change;
	int64_t responses;
	const char *language, *id;
};
#define X struct change_out
RECORD(rec_category_out, X, "category", N_("What became of a category."),
       TEXT_FIELD(X, path, FIELD_COLUMN, N_("its path now")),
       TEXT_FIELD(X, change, FIELD_COLUMN, N_("added, changed, moved, renamed or removed")),
       INT_FIELD(X, responses, FIELD_COLUMN, N_("the responses that went along")),
       TEXT_FIELD(X, language, FIELD_COLUMN, N_("the language of its root")),
       TEXT_FIELD(X, id, 0, N_("its id, for ixn-watch")))
#undef X

static int
save(struct call *call, struct category *c, const char *why, struct err *err)
{
	c->version++;
	if (sql_put(call->tx, SQL_CATEGORY_SAVE, &rec_category, c, err) < 0)
		return -1;
	return why ? event_add(call, &(struct event){ .event = "category.changed", .ref = c->id, .reason = why, .version = c->version }, err) : 0;
}

static int
tree_of(struct call *call, const struct category *c, struct records *out, struct err *err)
{
	const char *from, *to;

	category_bounds(call, c, &from, &to);
	return sql_all(call->tx, call->arena, SQL_CATEGORY_TREE, ARGS(V_TEXT(from), V_TEXT(to)), &rec_category, out, err) < 0 ? -1 : 0;
}

/* The index of responses has their paths: each is told of. */
static int
touch(struct call *call, const char *category, int64_t *count, struct err *err)
{
	struct texts ids;
	int64_t seq;

	if (sql_texts(call->tx, call->arena, SQL_RESPONSE_IDS, ARGS(V_TEXT(category)), &ids, err) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++)
		if (library_seq(call, &seq, err) < 0 || RUN(call, RESPONSE_TOUCH, V_TEXT(ids.v[i]), V_INT(seq)) < 0)
			return -1;
	*count += (int64_t)ids.n;
	return 0;
}

/* What lies in it speaks what its root does; a root that says nothing says it from now on. */
static int
check_languages(struct call *call, const struct category *c, const struct category *target, struct err *err)
{
	struct texts languages;
	const char *from, *to;

	category_bounds(call, c, &from, &to);
	if (sql_texts(call->tx, call->arena, SQL_CATEGORY_LANGUAGES, ARGS(V_TEXT(from), V_TEXT(to)), &languages, err) < 0)
		return -1;
	for (size_t i = 0; i < languages.n; i++)
		if (category_speaks(call, target, &languages.v[i], err) < 0)
			return -1;
	return 0;
}

/* It, and all below it, lie elsewhere, or are called otherwise. parent: NULL for a root. */
static int
carry(struct call *call, const struct category *c, const struct category *parent, const char *name, const char *why, int64_t *count, struct err *err)
{
	const size_t folded = strlen(c->folded), path = strlen(c->path);
	const char *new_folded = category_fold(call, parent, name), *new_path = parent ? arena_printf(call->arena, "%s/%s", parent->path, name) : name;
	struct category *clash, *v;
	struct records tree;
	int rc = category_by_folded(call, new_folded, &clash, err);

	if (rc < 0 || category_name_check(name, err) < 0)
		return -1;
	if (rc > 0 && strcmp(clash->id, c->id) != 0)
		return err_set(err, E_CATEGORY_CLASH, "name", clash->path, NULL);
	if (tree_of(call, c, &tree, err) < 0)
		return -1;
	v = tree.v;
	for (size_t i = 0; i < tree.n; i++) {
		v[i].folded = arena_printf(call->arena, "%s%s", new_folded, v[i].folded + folded);
		v[i].path = arena_printf(call->arena, "%s%s", new_path, v[i].path + path);
		if (i == 0) {
			v[i].name = name;
			v[i].parent = parent ? parent->id : NULL;
			v[i].language = parent ? NULL : c->language;
		}
		if (save(call, &v[i], i == 0 ? why : NULL, err) < 0 || touch(call, v[i].id, count, err) < 0)
			return -1;
	}
	return 0;
}

static struct change_out *
answer(struct call *call, const char *path, const char *change, const struct category *c)
{
	struct change_out *out = call_answer(call);

	*out = (struct change_out){ path, change, 0, c->language, c->id };
	return out;
}

static int
add(struct call *call, const struct change_in *in, struct err *err)
{
	struct category *c, *root;
	bool fresh = category_get(call, in->add, &c, err) < 0;

	if (fresh && err->code != E_NO_CATEGORY)
		return -1;
	err_set(err, E_OK, NULL);
	if ((in->language && language_check(in->language, err) < 0) || category_need(call, in->add, in->language, &c, err) < 0 || category_root(call, c, &root, err) < 0)
		return -1;
	if (in->language && !root->language && category_speaks(call, root, &(const char *){ in->language }, err) < 0)
		return -1;
	if (category_root(call, c, &root, err) < 0)
		return -1;
	if (in->language && !language_fits(in->language, root->language)) {
		if (strcmp(root->id, c->id) != 0)
			return err_set(err, E_BAD_FIELD, "where", c->path, "name", "language", "what", N_("a root says it for all below it"), NULL);
		root->language = arena_memdup(call->arena, in->language, strcspn(in->language, "-"));
		/* Refused where something in it speaks another. */
		if (save(call, root, "language", err) < 0 || check_languages(call, root, root, err) < 0)
			return -1;
	}
	answer(call, c->path, fresh ? "added" : "changed", root);
	return 0;
}

/* Carried there, and told. */
static int
put_under(struct call *call, struct category *c, struct category *parent, const char *name, const char *what, const struct category *root, struct err *err)
{
	struct change_out *out;
	int64_t count = 0;

	if (carry(call, c, parent, name, what, &count, err) < 0)
		return -1;
	out = answer(call, parent ? arena_printf(call->arena, "%s/%s", parent->path, name) : name, what, root);
	out->id = c->id;
	out->responses = count;
	return 0;
}

static int
move(struct call *call, const struct change_in *in, struct err *err)
{
	bool to_root = strcmp(in->to, "/") == 0;
	struct category *c, *parent = NULL, *root;

	if (category_get(call, in->move, &c, err) < 0 || (!to_root && category_get(call, in->to, &parent, err) < 0))
		return -1;
	if (parent && strncmp(parent->folded, c->folded, strlen(c->folded)) == 0 && (unsigned char)parent->folded[strlen(c->folded)] <= 1)
		return err_set(err, E_CATEGORY_CYCLE, "name", c->path, "to", parent->path, NULL);
	if (category_root(call, parent ? parent : c, &root, err) < 0 || (parent && check_languages(call, c, parent, err) < 0))
		return -1;
	/* A root from now on, of the language that it had. */
	c->language = parent ? NULL : root->language;
	return put_under(call, c, parent, c->name, "moved", root, err);
}

static int
rename_one(struct call *call, const struct change_in *in, struct err *err)
{
	struct category *c, *root, *parent = NULL;

	if (category_get(call, in->rename, &c, err) < 0 || category_root(call, c, &root, err) < 0 || (c->parent && category_of(call, c->parent, &parent, err) < 0))
		return -1;
	return put_under(call, c, parent, in->to, "renamed", root, err);
}

static int
remove_responses(struct call *call, const char *category, int64_t *count, struct err *err)
{
	const char *displaced;
	struct response *r;
	struct texts ids;

	if (sql_texts(call->tx, call->arena, SQL_RESPONSE_IDS, ARGS(V_TEXT(category)), &ids, err) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++) {
		if (response_get(call, ids.v[i], &r, err) < 0)
			return -1;
		r->removed = 1;
		if (response_put(call, r, &displaced, err) < 0)
			return -1;
	}
	*count += (int64_t)ids.n;
	return 0;
}

static int
refuse_full(struct call *call, const struct category *c, const struct records *tree, struct err *err)
{
	const struct category *v = tree->v;
	char count[32], below[32];
	struct texts ids;
	size_t n = 0;

	for (size_t i = 0; i < tree->n; i++) {
		if (sql_texts(call->tx, call->arena, SQL_RESPONSE_IDS, ARGS(V_TEXT(v[i].id)), &ids, err) < 0)
			return -1;
		n += ids.n;
	}
	snprintf(count, sizeof(count), "%zu", n);
	snprintf(below, sizeof(below), "%zu", tree->n - 1);
	return n || tree->n > 1 ? err_set(err, E_CATEGORY_FULL, "name", c->path, "count", count, "below", below, NULL) : 0;
}

static int
remove_one(struct call *call, const struct change_in *in, struct err *err)
{
	struct category *c, *root, *v;
	struct records tree;
	int64_t count = 0;

	if (category_get(call, in->remove, &c, err) < 0 || category_root(call, c, &root, err) < 0 || tree_of(call, c, &tree, err) < 0 ||
	    (in->recursive != 1 && refuse_full(call, c, &tree, err) < 0))
		return -1;
	v = tree.v;
	/* From the leaves up, so that none is ever without the one above it. */
	for (size_t i = tree.n; i-- > 0;)
		if (remove_responses(call, v[i].id, &count, err) < 0 || RUN(call, CATEGORY_REMOVE, V_TEXT(v[i].id)) < 0 ||
		    event_add(call, &(struct event){ .event = "category.removed", .ref = v[i].id }, err) < 0)
			return -1;
	answer(call, c->path, "removed", c)->responses = count;
	return 0;
}

static int
change_fn(struct call *call, const void *input, struct err *err)
{
	const struct change_in *in = input;
	const struct {
		const char *path;
		bool to;
		int (*change)(struct call *call, const struct change_in *in, struct err *err);
	} changes[] = { { in->add, false, add }, { in->move, true, move }, { in->rename, true, rename_one }, { in->remove, false, remove_one } };
	int n = 0, which = 0;

	for (size_t i = 0; i < COUNT_OF(changes); i++)
		if (changes[i].path) {
			which = (int)i;
			n++;
		}
	if (n != 1)
		return err_set(err, E_USAGE, "what", N_("one of --add, --move, --rename and --remove"), NULL);
	if (changes[which].to && !in->to)
		return err_set(err, E_MISSING_OPERAND, "what", "--to", "command", "response-category", NULL);
	return changes[which].change(call, in, err);
}

const struct op op_category_edit = { "category.edit", N_("changes the tree of categories"), MAY_ALL & ~MAY(ROLE_AGENT), OP_WRITE | OP_LIBRARY, &rec_category_in, &rec_category_out, change_fn, NULL };

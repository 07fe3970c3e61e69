/*
 * Dispositions: the site's tree of outcomes, and the codes an interaction has.
 */
#include <string.h>

#include "desk/site_priv.h"

struct code {
	const char *code, *label, *parent, *mandatory_for;
	int64_t hidden, folder;
	const char *media, *extra;
	int64_t ord;
};
RECORD(rec_code, struct code, "disposition", NULL,
       TEXT_FIELD(struct code, code, 0, NULL),
       TEXT_FIELD(struct code, label, 0, NULL),
       TEXT_FIELD(struct code, parent, 0, NULL),
       TEXT_FIELD(struct code, mandatory_for, 0, NULL),
       BOOL_FIELD(struct code, hidden, 0, NULL),
       BOOL_FIELD(struct code, folder, 0, NULL),
       TEXT_FIELD(struct code, media, 0, NULL),
       TEXT_FIELD(struct code, extra, 0, NULL),
       INT_FIELD(struct code, ord, 0, NULL))

/* All of them, in the order of the site. */
struct tree {
	const struct code *v;
	size_t n;
};

static int
tree_read(struct call *call, struct tree *tree, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_DISPOSITIONS, NO_ARGS, &rec_code, &rows, err) < 0)
		return -1;
	*tree = (struct tree){ rows.v, rows.n };
	return 0;
}

static const struct code *
find(const struct tree *tree, const char *code)
{
	for (size_t i = 0; code && i < tree->n; i++)
		if (strcmp(tree->v[i].code, code) == 0)
			return &tree->v[i];
	return NULL;
}

/* Its parents run in a circle: no site that is loaded today has one. */
static bool
circular(const struct tree *tree, const struct code *code)
{
	const struct code *up = find(tree, code->parent);

	for (size_t i = 0; up && i <= tree->n; i++)
		up = find(tree, up->parent);
	return up != NULL;
}

static const struct code *
parent_of(const struct tree *tree, const struct code *code)
{
	return circular(tree, code) ? NULL : find(tree, code->parent);
}

/* Agents and leads never see what is hidden; programs and administrators may set it. */
static bool
sees_hidden(const struct call *call)
{
	return call->actor.kind != ACTOR_AGENT || call->actor.role == ROLE_ADMIN || call->actor.role == ROLE_SERVICE;
}

/* Why a code is none for this medium (NULL: any) and for who acts, by itself or by what stands above it; NULL when it is one. */
static const char *
barred(struct call *call, const struct tree *tree, const struct code *code, const char *medium)
{
	for (; code; code = parent_of(tree, code)) {
		if (code->hidden == 1 && !sees_hidden(call))
			return "it is hidden from agents";
		if (medium && code->media && !list_has(code->media, medium))
			return arena_printf(call->arena, "it is not for the medium %s", medium);
	}
	return NULL;
}

static const char *
unsettable(struct call *call, const struct tree *tree, const struct code *code, const char *medium)
{
	return code->folder == 1 ? "it only holds others" : barred(call, tree, code, medium);
}

/* Setting them. */

int
dispositions_set(struct call *call, const struct ixn *ixn, const struct texts *codes, struct err *err)
{
	struct tree tree;

	if (codes->n && tree_read(call, &tree, err) < 0)
		return -1;
	for (size_t i = 0; i < codes->n; i++) {
		const struct code *code = find(&tree, codes->v[i]);
		const char *what;

		if (!code)
			return err_set(err, E_NO_CODE, "value", codes->v[i], NULL);
		what = unsettable(call, &tree, code, ixn->medium);
		if (what)
			return err_set(err, E_CODE_BARRED, "id", ixn->id, "value", code->code, "what", what, NULL);
		if (RUN(call, DISPOSITION_SET, V_TEXT(ixn->id), V_TEXT(code->code), V_INT(call->now)) < 0)
			return -1;
	}
	return 0;
}

struct disposition_in {
	const char *id;
	struct texts set;
	int64_t clear;
};
RECORD(rec_disposition_in, struct disposition_in, "ixn-disposition", N_("The outcome of an interaction."),
       ID_FIELD(struct disposition_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXTS_FIELD_AS(struct disposition_in, set, "CODE", 0, N_("this code; may be given again")),
       BOOL_FIELD(struct disposition_in, clear, 0, N_("take away all codes first")))

static int
disposition_fn(struct call *call, const void *input, struct err *err)
{
	const struct disposition_in *in = input;
	struct ixn *ixn;

	if (!in->set.n && in->clear != 1)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--set, --clear or --list"), "command", "ixn-disposition", NULL);
	if (ixn_get(call, in->id, &ixn, err) < 0 || verb_check(call, ixn, VERB_DISPOSITION, err) < 0 ||
	    (in->clear == 1 && RUN(call, DISPOSITION_CLEAR, V_TEXT(ixn->id)) < 0) || dispositions_set(call, ixn, &in->set, err) < 0 ||
	    verb_do(call, ixn, VERB_DISPOSITION, ixn->agent, list_join(call->arena, &in->set), in->set.n ? NULL : "cleared", err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_disposition = { "ixn.disposition", N_("sets the outcome"), MAY_ALL, OP_WRITE | OP_WAITS, &rec_disposition_in, &rec_change, disposition_fn, NULL };

/* The tree in its order: each code, then what stands under it. */

typedef void visit_fn(void *context, const struct code *code, unsigned depth);

static void
walk(struct tree tree, const struct code *parent, unsigned depth, visit_fn *visit, void *context)
{
	for (size_t i = 0; i < tree.n; i++) {
		const struct code *code = &tree.v[i];

		if (parent_of(&tree, code) != parent)
			continue;
		visit(context, code, depth);
		walk(tree, code, depth + 1, visit, context);
	}
}

struct list_in {
	const char *id;
};
RECORD(rec_codes_in, struct list_in, "dispositions", N_("The codes for an interaction; all of the site without one."),
       ID_FIELD(struct list_in, id, FIELD_OPERAND, N_("the interaction")))

struct code_out {
	const char *name, *doc, *parent, *path;
	int64_t depth, folder, set, hidden;
	struct texts media;
};
#define X struct code_out
RECORD(rec_code_out, X, "disposition", N_("A code of the tree."),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("the code")),
       TEXT_FIELD(X, doc, FIELD_COLUMN, N_("what people read")),
       TEXT_FIELD(X, parent, FIELD_COLUMN, N_("the one above it")),
       TEXT_FIELD(X, path, 0, N_("all above it and itself, as in solved/refund")),
       INT_FIELD(X, depth, 0, N_("how many stand above it")),
       BOOL_FIELD(X, folder, 0, N_("it only holds others")),
       BOOL_FIELD(X, set, 0, N_("the interaction has it")),
       BOOL_FIELD(X, hidden, 0, N_("agents do not see it")),
       TEXTS_FIELD(X, media, 0, N_("for these media only")))
#undef X

struct listing {
	struct call *call;
	const struct tree *tree;
	const struct ixn *ixn; /* NULL: none */
	struct texts set;
};

static const char *
path_of(struct call *call, const struct tree *tree, const struct code *code)
{
	const char *path = code->code;

	while ((code = parent_of(tree, code)))
		path = arena_printf(call->arena, "%s/%s", code->code, path);
	return path;
}

static void
list_code(void *context, const struct code *code, unsigned depth)
{
	struct listing *l = context;
	struct code_out *out;

	if (barred(l->call, l->tree, code, l->ixn ? l->ixn->medium : NULL))
		return;
	out = call_answer(l->call);
	out->name = code->code;
	out->doc = code->label;
	out->parent = code->parent;
	out->path = path_of(l->call, l->tree, code);
	out->depth = depth;
	out->folder = code->folder == 1;
	out->hidden = code->hidden == 1 ? 1 : INT_ABSENT;
	if (l->ixn)
		out->set = texts_has(&l->set, code->code);
	list_split(l->call->arena, code->media, &out->media);
}

static int
list_fn(struct call *call, const void *input, struct err *err)
{
	const struct list_in *in = input;
	struct tree tree;
	struct listing l = { .call = call, .tree = &tree };
	struct ixn *ixn;

	if (tree_read(call, &tree, err) < 0)
		return -1;
	if (in->id && (ixn_get(call, in->id, &ixn, err) < 0 ||
		       sql_texts(call->tx, call->arena, SQL_DISPOSITIONS_OF, ARGS(V_TEXT(ixn->id)), &l.set, err) < 0))
		return -1;
	l.ixn = in->id ? ixn : NULL;
	walk(tree, NULL, 0, list_code, &l);
	return 0;
}

const struct op op_disposition_list = { "disposition.list", N_("the codes that an interaction may have, as a tree"), MAY_ALL, OP_MIRROR, &rec_codes_in, &rec_code_out, list_fn, NULL };

struct choosing {
	struct call *call;
	const struct tree *tree;
	const char *medium;
	struct texts *codes;
};

static void
choose_code(void *context, const struct code *code, unsigned depth)
{
	struct choosing *c = context;

	(void)depth;
	if (!unsettable(c->call, c->tree, code, c->medium))
		texts_add(c->call->arena, c->codes, code->code);
}

int
disposition_choices(struct call *call, const char *medium, struct texts *codes, struct err *err)
{
	struct tree tree;
	struct choosing c = { call, &tree, medium, codes };

	*codes = (struct texts){ NULL, 0, 0 };
	if (tree_read(call, &tree, err) < 0)
		return -1;
	walk(tree, NULL, 0, choose_code, &c);
	return 0;
}

/* Loading: items of the site. */

int
disposition_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_disposition *d = item;
	struct code row;
	int rc = sql_one(call->tx, call->arena, SQL_DISPOSITION_GET, ARGS(V_TEXT(name)), &rec_code, &row, err);

	if (rc <= 0)
		return rc;
	d->code = row.code;
	d->label = row.label;
	d->parent = row.parent;
	site_list(call->arena, row.mandatory_for, &d->mandatory_for);
	d->hidden = row.hidden;
	d->folder = row.folder;
	site_list(call->arena, row.media, &d->media);
	d->extra = row.extra;
	return 1;
}

int
disposition_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_disposition *d = item;
	struct arena *arena = l->call->arena;
	struct code row = { d->code, d->label, d->parent, list_join(arena, &d->mandatory_for), d->hidden, d->folder,
			    d->media.n ? list_join(arena, &d->media) : NULL, d->extra, l->ord };

	return sql_put(l->call->tx, SQL_DISPOSITION_PUT, &rec_code, &row, err) < 0 ? -1 : 0;
}

/* The circle as it would be walked: "a > b > a". */
static const char *
circle_text(struct call *call, const struct tree *tree, const struct code *code)
{
	const struct code *first;
	const char *text = "";

	/* Behind so many steps one stands in the circle, wherever one came from. */
	for (size_t i = 0; code && i < tree->n; i++)
		code = find(tree, code->parent);
	first = code;
	while (code && (!*text || code != first)) {
		text = arena_printf(call->arena, "%s%s > ", text, code->code);
		code = find(tree, code->parent);
	}
	return arena_printf(call->arena, "%s%s", text, first ? first->code : "");
}

/* A medium that the code is for, though what stands above it is not; NULL: none. */
static const char *
stray_medium(struct call *call, const struct tree *tree, const struct code *code)
{
	struct texts media;

	list_split(call->arena, code->media, &media);
	for (const struct code *up = parent_of(tree, code); up; up = parent_of(tree, up))
		for (size_t i = 0; up->media && i < media.n; i++)
			if (!list_has(up->media, media.v[i]))
				return media.v[i];
	return NULL;
}

/* A medium that the code makes a disposition mandatory for, though an agent could set none; NULL: none. */
static const char *
impossible_medium(struct call *call, const struct tree *tree, const struct code *code)
{
	struct call agent = *call;
	struct texts media;

	agent.actor = (struct actor){ ACTOR_AGENT, "", ROLE_AGENT };
	list_split(call->arena, code->mandatory_for, &media);
	for (size_t i = 0; i < media.n; i++) {
		size_t k = 0;

		while (k < tree->n && unsettable(&agent, tree, &tree->v[k], media.v[i]))
			k++;
		if (k == tree->n)
			return media.v[i];
	}
	return NULL;
}

static int
check_code(struct loading *l, const struct tree *tree, const struct code *code, struct err *err)
{
	const char *medium;

	if (code->parent && !find(tree, code->parent))
		return site_bad_of(l, code->code, N_("there is no parent '{value}'"), code->parent, NULL, err);
	if (circular(tree, code))
		return site_bad_of(l, code->code, N_("parents run in a circle: {value}"), circle_text(l->call, tree, code), NULL, err);
	medium = stray_medium(l->call, tree, code);
	if (medium)
		return site_bad_of(l, code->code, N_("is for the medium {value}, which what stands above it is not for"), medium, NULL, err);
	medium = impossible_medium(l->call, tree, code);
	if (medium)
		return site_bad_of(l, code->code, N_("a disposition is mandatory for {value}, but agents could set none"), medium, NULL, err);
	return 0;
}

int
disposition_whole_check(struct loading *l, struct err *err)
{
	struct tree tree;

	if (!l->site->dispositions.v)
		return 0;
	l->section = "dispositions";
	if (tree_read(l->call, &tree, err) < 0)
		return -1;
	for (size_t i = 0; i < tree.n; i++)
		if (check_code(l, &tree, &tree.v[i], err) < 0)
			return -1;
	return 0;
}

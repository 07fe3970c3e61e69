/*
 * The library looked through as a whole: what could never be sent, what nobody
 * needs, what says the same twice. Page by page, so that nobody waits for it.
 */
#include <string.h>

#include "desk/field_priv.h"
#include "desk/response_priv.h"
#include "search/similar.h"

#define PAGE_ROWS 200
#define UNUSED_DAYS 90
#define SIMILAR_PERCENT 80

static const struct check {
	const char *name;
	bool fault;
	const char *text;
} checks[] = {
#define FAULT true
#define REMARK false
#define CHECK(name, severity, text) { name, severity, text },
#include "desk/check.def"
#undef CHECK
#undef REMARK
#undef FAULT
};

struct check_in {
	struct texts check;
	const char *language;
};
RECORD(rec_check_in, struct check_in, "response-check", N_("What to look at."),
       TEXTS_FIELD_AS(struct check_in, check, "CHECK", 0, N_("only this check; may be given again")),
       TEXT_FIELD_AS(struct check_in, language, "LANGUAGE", 0, N_("only what is in this language")))

struct check_out {
	const char *check, *id, *severity, *what, *name, *category, *text;
};
#define X struct check_out
RECORD(rec_check_out, X, "finding", N_("Something that was found."),
       TEXT_FIELD(X, check, FIELD_COLUMN, N_("the check that found it")),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response, category or shortcut")),
       TEXT_FIELD(X, severity, FIELD_COLUMN, N_("fault, or remark: nothing is wrong")),
       TEXT_FIELD(X, what, 0, N_("what was found")),
       TEXT_FIELD(X, name, 0, N_("the name of the response")),
       TEXT_FIELD(X, category, 0, N_("where it lies")),
       TEXT_FIELD(X, text, FIELD_COLUMN, N_("what it means")))
#undef X

struct looking {
	struct call *call; /* gets the answer */
	const struct check_in *in;
	struct arena *page;
	const char *after;
	size_t seen, n, rows;
	struct similar *similar;
	VEC(const struct check_out *)
	responses; /* by the numbers of the similar ones */
	struct texts shortcuts;
};

static const struct check *
wanted(const struct looking *l, const char *name)
{
	const struct texts *names = &l->in->check;
	bool want = names->n == 0;

	for (size_t i = 0; i < names->n; i++)
		want |= strcmp(names->v[i], name) == 0;
	for (size_t i = 0; want && i < COUNT_OF(checks); i++)
		if (strcmp(checks[i].name, name) == 0)
			return &checks[i];
	return NULL;
}

/* what may live in the page's arena. */
static void
found(struct looking *l, const char *name, const char *id, const struct response *r, const char *what)
{
	const struct check *check = wanted(l, name);
	struct arena *arena = l->call->arena;
	struct check_out *out;

	if (!check)
		return;
	out = call_answer(l->call);
	*out = (struct check_out){ check->name, arena_strdup(arena, id), check->fault ? "fault" : "remark", arena_strdup(arena, what), NULL, NULL, check->text };
	if (r) {
		out->name = arena_strdup(arena, r->name);
		out->category = arena_strdup(arena, r->path);
	}
}

/* Field codes: their form, and with values that a contact might have. */

struct sample {
	struct code_options site;
	enum code_type type; /* of what the site says no type of */
	time_ms now;
};

static int
sample_value(void *context, struct arena *arena, enum code_property property, const char *key, struct code_value *value_r, struct err *err)
{
	const struct sample *s = context;
	enum code_type type = code_properties[property].type;

	(void)arena, (void)key, (void)err;
	*value_r = (struct code_value){ .type = type == CODE_NONE ? s->type : type, .number = 1, .text = "1", .time = s->now, .boolean = true };
	return 0;
}

static int
sample_named(void *context, struct arena *arena, const char *name, const char **formula_r, struct err *err)
{
	const struct sample *s = context;

	return s->site.named ? s->site.named(s->site.context, arena, name, formula_r, err) : 0;
}

static const char *
worded(struct looking *l, const struct err *err)
{
	const char *where = err_get(err, "where"), *what = err_get(err, "what");

	return arena_printf(l->page, "%s: %s", where ? where : "text", what ? what : err_name(err->code));
}

/* What the site gives no type may be a text, a number or a time: one of them must do. */
static void
check_value(struct looking *l, const struct response *r, const char *text, enum code_context into)
{
	static const enum code_type types[] = { CODE_TEXT, CODE_NUMBER, CODE_TIME };
	struct err first = { 0 };

	for (size_t i = 0; i < COUNT_OF(types); i++) {
		struct sample sample = { field_check_options(l->call), types[i], l->call->now };
		const struct code_options options = {
			.into = into,
			.language = r->language,
			.zone = "UTC",
			.now = l->call->now,
			.get = sample_value,
			.named = sample_named,
			.context = &sample,
		};
		struct err err = { 0 };
		const char *filled;

		if (field_code_render(l->page, text, &options, &filled, &err) == 0)
			return;
		if (i == 0)
			err_copy(&first, &err);
	}
	found(l, "value", r->id, r, worded(l, &first));
}

static int
check_codes(struct looking *l, const struct response *r, const char *text, enum code_context into, struct err *err)
{
	struct arena *keep = l->call->arena;
	struct code_faults faults = { 0 };
	int rc;

	if (!text || !strstr(text, "<$"))
		return 0;
	l->call->arena = l->page;
	rc = response_codes_check(l->call, text, &faults, err);
	l->call->arena = keep;
	if (rc < 0)
		return -1;
	for (size_t i = 0; i < faults.n; i++)
		found(l, "field-code", r->id, r, arena_printf(l->page, "%s:%d:%d: %s", into == CODE_HTML ? "html" : "text", faults.v[i].line, faults.v[i].column, faults.v[i].what));
	if (!faults.n)
		check_value(l, r, text, into);
	return 0;
}

/* What stands in one row. */

static void
check_dates(struct looking *l, const struct response *r)
{
	char text[TIME_TEXT];

	if (r->start != INT_ABSENT && r->expires != INT_ABSENT && r->expires <= r->start)
		found(l, "never", r->id, r, time_format(r->start, text));
	else if (r->expires != INT_ABSENT && r->expires <= l->call->now)
		found(l, "expired", r->id, r, time_format(r->expires, text));
}

static int
check_unused(struct looking *l, const struct response *r, struct err *err)
{
	int64_t age = l->call->now - r->created, uses = 0;

	if (!wanted(l, "unused") || age < UNUSED_DAYS * MS_DAY || !r->active || !r->approved)
		return 0;
	if (sql_int(l->call->tx, SQL_USE_COUNT, ARGS(V_TEXT(r->id)), &uses, err) < 0)
		return -1;
	if (!uses)
		found(l, "unused", r->id, r, arena_printf(l->page, "%lldd", (long long)(age / MS_DAY)));
	return 0;
}

static int
check_shortcut(struct looking *l, const struct response *r, struct err *err)
{
	struct response other;
	int rc = 0;

	if (r->shortcut)
		rc = sql_one(l->call->tx, l->page, SQL_RESPONSE_GET, ARGS(V_TEXT(r->shortcut)), &rec_response, &other, err);
	if (rc > 0 && !other.removed && strcmp(other.id, r->id) != 0)
		found(l, "shortcut", r->id, r, r->shortcut);
	return rc < 0 ? -1 : 0;
}

static void
remember(struct looking *l, const struct response *r)
{
	struct check_out *out = arena_alloc(l->call->arena, sizeof(*out));

	out->id = arena_strdup(l->call->arena, r->id);
	out->name = arena_strdup(l->call->arena, r->name);
	out->category = arena_strdup(l->call->arena, r->path);
	vec_push(l->call->arena, &l->responses, out);
	similar_add(l->similar, r->text ? r->text : r->html);
}

static int
check_row(struct looking *l, const struct response *r, struct err *err)
{
	if (r->shortcut)
		texts_add(l->call->arena, &l->shortcuts, arena_strdup(l->call->arena, r->shortcut_key));
	if (l->in->language && !(r->language && language_fits(l->in->language, r->language)))
		return 0;
	check_dates(l, r);
	if (wanted(l, "similar"))
		remember(l, r);
	if (check_codes(l, r, r->text, CODE_PLAIN, err) < 0 || check_codes(l, r, r->html, CODE_HTML, err) < 0)
		return -1;
	return check_unused(l, r, err) < 0 ? -1 : check_shortcut(l, r, err);
}

static int
page_fn(struct tx *tx, void *context, struct err *err)
{
	struct looking *l = context;
	struct records rows;
	int rc;

	l->call->tx = tx;
	rc = sql_all(tx, l->page, SQL_RESPONSE_PAGE, ARGS(V_TEXT(l->after), V_INT(PAGE_ROWS)), &rec_response, &rows, err);
	for (size_t i = 0; rc == 0 && i < rows.n; i++)
		rc = check_row(l, (const struct response *)rows.v + i, err);
	l->rows = rows.n;
	if (rows.n)
		l->after = arena_strdup(l->call->arena, ((const struct response *)rows.v)[rows.n - 1].id);
	l->call->tx = NULL;
	return rc;
}

/* What only all of them together show. */

static void
like(void *context, size_t text, size_t earlier, int percent)
{
	struct looking *l = context;
	const struct check_out *a = l->responses.v[text], *b = l->responses.v[earlier];
	const struct response r = { .id = a->id, .name = a->name, .path = a->category };

	found(l, "similar", a->id, &r, arena_printf(l->call->arena, "%s (%d %%)", b->id, percent));
}

struct counted {
	const char *id, *path, *language, *parent;
	int64_t responses, offered;
};
#define X struct counted
RECORD(rec_counted, X, "category", NULL, TEXT_FIELD(X, id, 0, NULL), TEXT_FIELD(X, path, 0, NULL), TEXT_FIELD(X, language, 0, NULL), TEXT_FIELD(X, parent, 0, NULL),
       INT_FIELD(X, responses, 0, NULL), INT_FIELD(X, offered, 0, NULL))
#undef X

/* In the order of the tree: what lies below a category stands behind it. */
static int
categories_fn(struct tx *tx, void *context, struct err *err)
{
	struct looking *l = context;
	const char *from, *to;
	struct records rows;
	const struct counted *v;

	category_bounds(l->call, NULL, &from, &to);
	if (sql_all(tx, l->page, SQL_CATEGORY_COUNTS, ARGS(V_TEXT(from), V_TEXT(to), V_INT(l->call->now)), &rec_counted, &rows, err) < 0)
		return -1;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++) {
		size_t size = strlen(v[i].path);
		int64_t n = v[i].responses;

		for (size_t k = i + 1; k < rows.n && strncmp(v[k].path, v[i].path, size) == 0 && v[k].path[size] == '/'; k++)
			n += v[k].responses;
		if (!n && !(l->in->language && !language_fits(l->in->language, v[i].language)))
			found(l, "empty", v[i].path, NULL, "0");
	}
	return 0;
}

/* "hello-fr" and "hello_en": a shortcut, and the language behind its last mark; 0: there is none. */
static size_t
suffix(const char *shortcut)
{
	size_t size = strlen(shortcut);

	return size > 3 && strchr("-_.", shortcut[size - 3]) ? size - 3 : 0;
}

/* The languages that shortcuts end with, where one of them ends with at least two. */
static void
suffixes(struct looking *l, struct texts *out)
{
	const struct texts *all = &l->shortcuts;

	for (size_t i = 0; i + 1 < all->n; i++) {
		size_t a = suffix(all->v[i]), b = suffix(all->v[i + 1]);
		const char *ends[] = { all->v[i] + a + 1, all->v[i + 1] + b + 1 };

		if (!a || a != b || strncmp(all->v[i], all->v[i + 1], a) != 0)
			continue;
		for (size_t k = 0; k < COUNT_OF(ends); k++) {
			if (!texts_has(out, ends[k]))
				texts_add(l->call->arena, out, ends[k]);
		}
	}
}

static void
check_languages(struct looking *l)
{
	struct texts *all = &l->shortcuts, ends = { NULL, 0, 0 };

	texts_sort(all);
	suffixes(l, &ends);
	for (size_t i = 0, stop; i < all->n; i = stop) {
		size_t size = suffix(all->v[i]);
		const char *missing = "";

		for (stop = i + 1; size && stop < all->n && suffix(all->v[stop]) == size && strncmp(all->v[stop], all->v[i], size) == 0;)
			stop++;
		for (size_t m = 0; size && m < ends.n; m++) {
			bool there = false;

			for (size_t k = i; k < stop; k++)
				there |= strcmp(all->v[k] + size + 1, ends.v[m]) == 0;
			if (!there)
				missing = arena_printf(l->call->arena, "%s%s%s", missing, *missing ? ", " : "", ends.v[m]);
		}
		if (*missing && stop - i < ends.n)
			found(l, "language", arena_memdup(l->call->arena, all->v[i], size), NULL, missing);
	}
}

/* Behind the transaction that found out who asks. */
static int
look(struct call *call, const void *input, struct err *err)
{
	struct looking l = { .call = call, .in = input, .after = "", .n = *(size_t *)call->prepared, .similar = similar_new(), .page = arena_new() };
	int rc;

	do {
		arena_reset(l.page);
		rc = store_read(call->desk->store, page_fn, &l, err);
		l.seen += l.rows;
		if (call->desk->options.progress && l.n > PAGE_ROWS)
			call->desk->options.progress(l.seen < l.n ? l.seen : l.n, l.n);
	} while (rc == 0 && l.rows == PAGE_ROWS);
	if (rc == 0) {
		similar_each(l.similar, SIMILAR_PERCENT, like, &l);
		rc = store_read(call->desk->store, categories_fn, &l, err);
		check_languages(&l);
	}
	similar_free(&l.similar);
	arena_free(&l.page);
	return rc;
}

static int
check_fn(struct call *call, const void *input, struct err *err)
{
	const struct check_in *in = input;
	int64_t n = 0;

	if (words_known(call, "check", &in->check, checks, sizeof(*checks), COUNT_OF(checks), err) < 0 || sql_int(call->tx, SQL_LIBRARY_SIZE, NO_ARGS, &n, err) < 0)
		return -1;
	call->prepared = arena_memdup(call->arena, &(size_t){ (size_t)n }, sizeof(size_t));
	call->after = look;
	return 0;
}

const struct op op_response_check = { "response.check", N_("looks through the library"), MAY_ALL & ~MAY(ROLE_AGENT), OP_LIBRARY, &rec_check_in, &rec_check_out, check_fn, NULL };

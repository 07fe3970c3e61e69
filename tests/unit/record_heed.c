/*
 * What the nulls of a request say: of every operation.
 */
#include "model/record.h"

#include "base/arena.h"
#include "base/err.h"
#include "desk/desk.h"
#include "tests/unit/tap.h"

static struct arena *arena;

struct item {
	const char *word;
	int64_t n;
};
RECORD(rec_item, struct item, "item", NULL, TEXT_FIELD(struct item, word, FIELD_REQUIRED, NULL), INT_FIELD(struct item, n, 0, NULL))

struct all {
	const char *text, *taken;
	int64_t n, at;
	struct records items, kept;
};
#define X struct all
RECORD(rec_all, X, "all", NULL, TEXT_FIELD(X, text, 0, NULL), TEXT_FIELD(X, taken, FIELD_NULLS, NULL), INT_FIELD(X, n, FIELD_REQUIRED, NULL),
       TIME_FIELD(X, at, 0, NULL), RECORDS_FIELD(X, items, rec_item, 0, NULL), RECORDS_FIELD(X, kept, rec_item, FIELD_NULLS, NULL))
#undef X

static void
test_heed(void)
{
	struct item items[] = { { "a", INT_NULL }, { "b", 2 } }, kept[] = { { text_null, INT_NULL } };
	struct all all = { .text = text_null, .taken = text_null, .n = 1, .at = INT_NULL, .items = { items, 2 }, .kept = { kept, 1 } };
	const void *p = &all;
	struct err err = { 0 };
	const struct all *heeded;

	ok(record_heed(arena, &rec_all, &p, &err) == 0 && p != &all, "a copy");
	heeded = p;
	ok(!heeded->text && heeded->at == INT_ABSENT, "a null says nothing");
	ok(heeded->taken == text_null, "but where it takes away");
	is_int(((struct item *)heeded->items.v)[0].n, INT_ABSENT, "nor within a record of a list");
	is_int(((struct item *)heeded->items.v)[1].n, 2, "what stands beside it stays");
	ok(((struct item *)heeded->kept.v)[0].word == text_null && ((struct item *)heeded->kept.v)[0].n == INT_NULL, "all that lies within what takes away does, too");
	ok(all.text == text_null && items[0].n == INT_NULL, "what was given is left as it was");
	is_int(heeded->n, 1, "the rest is the same");
	ok(record_heed(arena, &rec_all, &p, &err) == 0 && p == heeded, "without nulls it is not copied");
}

static void
test_required(void)
{
	struct item items[] = { { text_null, 1 } };
	struct all all = { .n = INT_NULL, .at = INT_ABSENT };
	const void *p = &all;
	struct err err = { 0 };

	ok(record_heed(arena, &rec_all, &p, &err) < 0 && err.code == E_BAD_FIELD, "what is required is missing");
	is_str(err_get(&err, "name"), "n", "by its name");
	all = (struct all){ .n = 1, .at = INT_ABSENT, .items = { items, 1 } };
	p = &all;
	ok(record_heed(arena, &rec_all, &p, &err) < 0 && err.code == E_BAD_FIELD, "within a list, too");
	is_str(err_get(&err, "where"), "item", "says of what");
}

/* All that can be null is, one by one. */
static bool
is_heeded(const struct record *record, const struct field *f)
{
	void *in = record_new(arena, record);
	struct err err = { 0 };
	const void *p = in;

	field_set_null(f, in);
	if (!field_present(f, in) || (f->flags & FIELD_NULLS))
		return true;
	if (record_heed(arena, record, &p, &err) < 0)
		return (f->flags & FIELD_REQUIRED) != 0;
	return !(f->flags & FIELD_REQUIRED) && !field_present(f, p);
}

int
main(void)
{
	arena = arena_new();
	test_heed();
	test_required();
	for (size_t i = 0; ops[i]; i++)
		for (size_t k = 0; k < ops[i]->in->n; k++)
			if (!is_heeded(ops[i]->in, &ops[i]->in->fields[k]))
				ok(false, "%s: a null for %s", ops[i]->name, ops[i]->in->fields[k].name);
	arena_free(&arena);
	return done();
}

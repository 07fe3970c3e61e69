/*
 * verbs_any.h - any operation with anything in it: what programs and people who
 * mean no good, or know no better, could ask for by the table of operations alone.
 */
#ifndef TESTS_VERBS_ANY_H
#define TESTS_VERBS_ANY_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "desk/desk.h"

/* How deep records lie within records. */
#define ANY_DEPTH 3

struct any {
	struct arena *arena; /* of this verb */
	unsigned (*draw)(unsigned n);
	const char *(*word)(char letter); /* as in verbs_table.h; NULL: there is none */
	bool wild;                        /* what belongs to the site and its jobs, too */
};

/* Not without being wild: what the triggers of tests/t/random-verbs.t count on, and what would mend what is to be found. */
static inline bool
any_spares(const struct op *op)
{
	static const char *const names[] = { "session.login", "site.load", "doctor.fix", "outbox.heal", "outbox.next", "outbox.step", "outbox.past-data", "outbox.copied", "mail.box", "mail.take", "mail.acted" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(op->name, names[i]) == 0)
			return true;
	return false;
}

static inline const struct op *
any_op(const struct any *a)
{
	size_t n = 0;

	while (ops[n])
		n++;
	for (;;) {
		const struct op *op = ops[a->draw((unsigned)n)];

		if (a->wild || !any_spares(op))
			return op;
	}
}

static inline const char *
any_text(const struct any *a, const struct field *f)
{
	static const char letters[] = "iIdroacqwemuvt", ids[] = "iiiIIdr";
	static const char *const odd[] = { "", "x", "all", "agents", "agent:nobody", "agent:", "queue:nowhere", "lead:t", "mailto:x@example.org", "tel:+33123456789", "x:y:z", "00000000000000000000000000", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
					   "https://www.example.org/x", "javascript:x", "<$Agent.FullName$>", "<$", "s>=1", "s>=99999999999999999999", "2026-11-21T09:00:00Z", "-1", "9007199254740991", "%", ",", "\xc3\xa9\xcc\x81", "\xe2\x80\xae", "email", "ok", "hello" };
	const char *word = NULL;

	if (a->draw(40) == 0)
		return text_null;
	if (a->draw(60) == 0)
		return memset(arena_alloc(a->arena, 70001), 'x', a->draw(2) ? 300 : 70000);
	if (f->type == FIELD_ID ? a->draw(10) != 0 : a->draw(3) != 0)
		word = a->word(f->type == FIELD_ID ? ids[a->draw(sizeof(ids) - 1)] : f->type == FIELD_TARGET ? 't'
													     : letters[a->draw(sizeof(letters) - 1)]);
	return word ? word : odd[a->draw((unsigned)COUNT_OF(odd))];
}

static inline int64_t
any_number(const struct any *a, const struct field *f)
{
	static const int64_t odd[] = { 0, 1, -1, 2, 3, 7, 200, 1000, INT64_C(2147483648), INT64_C(4294967296), INT_EXACT, -INT_EXACT, INT_NULL };
	int64_t n = odd[a->draw((unsigned)COUNT_OF(odd))];

	if (f->type == FIELD_BOOL || f->type == FIELD_NAME)
		return a->draw(16) == 0 ? INT_NULL : (int64_t)a->draw(f->type == FIELD_BOOL ? 2 : (unsigned)f->names->n);
	if (f->type == FIELD_DURATION && n < 0 && n != INT_NULL)
		return 30 * MS_SECOND;
	if (f->type == FIELD_TIME && n != INT_NULL)
		return a->draw(2) ? clock_now() + ((int64_t)a->draw(20) - 10) * MS_MINUTE : a->draw(2) ? 0
												       : INT64_C(253402300799999);
	return n;
}

static inline void any_fill(const struct any *a, const struct record *record, void *p, unsigned depth);

static inline void
any_list(const struct any *a, const struct field *f, void *at, unsigned depth)
{
	struct records *records = at;
	size_t n = a->draw(3);

	if (f->type == FIELD_RECORDS && depth < ANY_DEPTH) {
		*records = (struct records){ arena_alloc(a->arena, n * f->sub->size + 1), n };
		for (size_t i = 0; i < n; i++)
			any_fill(a, f->sub, (char *)records->v + i * f->sub->size, depth + 1);
	}
	for (size_t i = 0; i < n && f->type == FIELD_TEXTS; i++)
		texts_add(a->arena, at, any_text(a, f));
	for (size_t i = 0; i < n && f->type == FIELD_PAIRS; i++)
		pairs_add(a->arena, at, any_text(a, f), f->flags & FIELD_NUMBERS ? "7" : any_text(a, f));
}

static inline void
any_field(const struct any *a, const struct field *f, void *at, unsigned depth)
{
	static const double odd[] = { 0, -1, 0.5, 1e300, -1e300 };

	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_TARGET:
		*(const char **)at = any_text(a, f);
		break;
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_DURATION:
	case FIELD_NAME:
		*(int64_t *)at = any_number(a, f);
		break;
	case FIELD_REAL:
		*(double *)at = odd[a->draw((unsigned)COUNT_OF(odd))];
		break;
	case FIELD_BYTES:
		*(struct bytes *)at = (struct bytes){ "x", a->draw(2) };
		break;
	case FIELD_TEXTS:
	case FIELD_PAIRS:
	case FIELD_RECORDS:
		any_list(a, f, at, depth);
		break;
	}
}

/* What is required is there, as whoever reads a request sees to. */
static inline void
any_fill(const struct any *a, const struct record *record, void *p, unsigned depth)
{
	unsigned sparse = 1 + a->draw(6);

	record_init(record, p);
	for (size_t i = 0; i < record->n; i++)
		if ((record->fields[i].flags & FIELD_REQUIRED) || a->draw(sparse) == 0)
			any_field(a, &record->fields[i], (char *)p + record->fields[i].offset, depth);
}

#endif

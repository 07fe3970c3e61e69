/*
 * Skill expressions: the canonical text of what parses parses to itself, and
 * means the same to every agent; what somebody fulfils can be fulfilled; what
 * does not parse says where.
 */
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "routing/skills.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

/* A skill set from each number: names that the corpus uses, at levels 0 to 7. */
static void
compare(const struct skills *a, const struct skills *b)
{
	static const char *const names[] = { "a", "B", "french", "sales", "billing", "\xc3\xa9t\xc3\xa9" };
	struct skill skills[COUNT_OF(names)];

	for (uint32_t seed = 1; seed < 24; seed++) {
		const char *missing_a, *missing_b;
		bool match;

		for (size_t i = 0; i < COUNT_OF(names); i++)
			skills[i] = (struct skill){ names[i], (int)((seed * 2654435761U) >> (4 * i)) & 7 };
		match = skills_match(a, skills, COUNT_OF(names), &missing_a);
		must(match == skills_match(b, skills, COUNT_OF(names), &missing_b));
		must(match == !missing_a && match == !missing_b);
		must(match == (skills_fit(a, skills, COUNT_OF(names)) != SKILLS_UNFIT));
		must(match == (skills_fit(b, skills, COUNT_OF(names)) != SKILLS_UNFIT));
		must(match ? skills_satisfiable(a) : !skills_always(b));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_memdup(arena, data, size), *canonical;
	const struct skills *expr, *again;
	struct err err = { 0 };

	if (skills_parse(arena, text, &expr, &err) < 0) {
		must(err.code == E_BAD_SKILLS && err_get(&err, "value") && err_get(&err, "what") && err_get(&err, "at"));
	} else {
		canonical = skills_canonical(arena, expr);
		must(skills_parse(arena, canonical, &again, &err) == 0);
		must(strcmp(skills_canonical(arena, again), canonical) == 0);
		compare(expr, again);
	}
	arena_free(&arena);
	return 0;
}

/*
 * Ids: ULIDs that rise, and the forms in which people type them.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/rand.h"
#include "model/id.h"

#define NOW INT64_C(1795253400000)

static void
test_parse(void)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "an id" },
		{ "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "small letters" },
		{ "oiARZ3NDEKTSV4RRFFQ69G5FAL", "01ARZ3NDEKTSV4RRFFQ69G5FA1", "o is 0, i and l are 1" },
		{ "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "the largest" },
		{ "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", NULL, "more than 128 bits" },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FA", NULL, "25 characters" },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FAVV", NULL, "27 characters" },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FAU", NULL, "u is no letter of ids" },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FA\n", NULL, "a newline at the end" },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FA\xc3", NULL, "a byte beyond ASCII" },
		{ "", NULL, "nothing" },
	};
	char out[ID_SIZE];

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(id_parse(table[i].text, out) ? out : NULL, table[i].want, table[i].what);
}

static void
test_ends(void)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "9g5fav", "9G5FAV", "six characters are an end" },
		{ "9G5FA", NULL, "five are too few" },
		{ "ZZZZZZZZZZZZZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZZZZZZZZZZZ", "25 are one" },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FAV", NULL, "26 are an id, not its end" },
		{ "9G5F%V", NULL, "a wildcard is none" },
		{ "support", NULL, "a name with a u is none" },
	};
	char out[ID_SIZE];

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(id_end_parse(table[i].text, out) ? out : NULL, table[i].want, table[i].what);
	id_reverse("01ARZ3NDEKTSV4RRFFQ69G5FAV", out);
	is_str(out, "VAF5G96QFFRR4VSTKEDN3ZRA10", "an id read backwards");
	id_reverse("9G5FAV", out);
	is_str(out, "VAF5G9", "an end read backwards");
}

static void
test_new(struct arena *arena)
{
	const char *last = "", *id;
	char out[ID_SIZE];
	bool rise = true, valid = true, time = true;

	for (int i = 0; i < 2000; i++) {
		id = id_new(arena, NOW + i / 500);
		rise = rise && strcmp(last, id) < 0;
		valid = valid && id_parse(id, out) && strcmp(id, out) == 0;
		time = time && id_time(id) == NOW + i / 500;
		last = id;
	}
	ok(rise, "ids of one process rise, also within a millisecond");
	ok(valid, "each is its own normal form");
	ok(time, "each tells its time");
	is_int(id_time("01ARZ3NDEKTSV4RRFFQ69G5FAV"), INT64_C(1469922850259), "the time in the specification's example");
	is_int(id_time(id_new(arena, -5)), 0, "a time before 1970 counts as 1970");
	is_int(id_time(id_new(arena, INT64_MAX)), (INT64_C(1) << 48) - 1, "a time too late as the last one");
	ok(strcmp(id_new(arena, NOW), id_new(arena, NOW - 1)) > 0, "an earlier time makes a smaller id");
}

static void
test_fork(struct arena *arena)
{
	const char *before = id_new(arena, NOW), *mine;
	char theirs[ID_SIZE] = "";
	int ends[2];

	if (pipe(ends) < 0)
		return;
	if (fork() == 0) {
		ssize_t n = write(ends[1], id_new(arena, NOW), ID_LEN);

		_exit(n == ID_LEN ? 0 : 1);
	}
	mine = id_new(arena, NOW);
	ok(read(ends[0], theirs, ID_LEN) == ID_LEN && strcmp(mine, theirs) != 0 && strcmp(before, theirs) != 0,
	   "a child makes other ids than its parent");
	wait(NULL);
	close(ends[0]);
	close(ends[1]);
}

static void
test_pinned(struct arena *arena)
{
	const char *a, *b;

	rand_pin(42);
	a = id_new(arena, NOW + 100);
	rand_pin(42);
	b = id_new(arena, NOW + 101);
	is_str(a + 10, b + 10, "pinned randomness repeats");
}

static void
test_least(struct arena *arena)
{
	const char *before = id_new(arena, NOW - 1), *id = id_new(arena, NOW);
	char least[ID_SIZE], parsed[ID_SIZE];

	id_least(NOW, least);
	ok(id_parse(least, parsed) && id_time(least) == NOW, "the least id of a time");
	ok(strcmp(before, least) < 0 && strcmp(least, id) <= 0, "... lies between the ids before and those from then on");
}

int
main(void)
{
	struct arena *arena = arena_new();

	test_parse();
	test_ends();
	test_new(arena);
	test_fork(arena);
	test_pinned(arena);
	test_least(arena);
	arena_free(&arena);
	return done();
}

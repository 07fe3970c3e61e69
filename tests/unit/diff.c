/*
 * The difference of two texts: the expected hunks; and of texts made by chance,
 * that it leads from one to the other.
 */
#include "base/diff.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/unit/tap.h"

static const struct {
	const char *before, *after, *want;
} rows[] = {
	{ "", "", "" },
	{ "a\nb\n", "a\nb\n", "" },
	{ "a", "a\n", "" },
	{ "", "a\n", "@@ -0,0 +1,1 @@\n+a\n" },
	{ "a\n", "", "@@ -1,1 +0,0 @@\n-a\n" },
	{ "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n" },
	{ "a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\ne\nf\nG\n", "@@ -4,4 +4,4 @@\n d\n e\n f\n-g\n+G\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "1\nx\n3\n4\n5\n6\n7\n8\n9\n10\ny\n12\n",
	  "@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -8,5 +8,5 @@\n 8\n 9\n 10\n-11\n+y\n 12\n" },
	{ "1\n2\n3\n4\n5\n6\n", "0\n1\n2\n3\n4\n5\n6\n7\n", "@@ -1,6 +1,8 @@\n+0\n 1\n 2\n 3\n 4\n 5\n 6\n+7\n" },
	{ "a\n\nb\n", "a\nb\n", "@@ -1,3 +1,2 @@\n a\n-\n b\n" },
	{ "the same\nline\n", "line\nthe same\n", "@@ -1,2 +1,2 @@\n-the same\n line\n+the same\n" },
};

/* What the hunks make of before: "" and ok false where they do not fit. */
static bool
leads(const char *before, const char *after, const char *diff)
{
	struct buf out = BUF_INIT;
	bool good = true;

	while (*diff && good) {
		size_t size;

		if (*diff == '@') {
			diff = strchr(diff, '\n') + 1;
			continue;
		}
		size = strcspn(diff, "\n");
		if (*diff != '+') {
			/* It stands in before, further on. */
			while (*before && !(strcspn(before, "\n") == size - 1 && strncmp(before, diff + 1, size - 1) == 0)) {
				size_t n = strcspn(before, "\n");

				buf_add(&out, before, n);
				buf_char(&out, '\n');
				before += n + (before[n] == '\n');
			}
			good = *before != '\0';
			before += good ? size - 1 : 0;
			before += *before == '\n';
		}
		if (*diff != '-') {
			buf_add(&out, diff + 1, size - 1);
			buf_char(&out, '\n');
		}
		diff += size + 1;
	}
	buf_str(&out, before);
	good = good && strcmp(buf_get(&out), after) == 0;
	buf_release(&out);
	return good;
}

/* Lines that are told apart by their number on either side, so that what fits is sure. */
static void
test_chance(void)
{
	unsigned seed = 7;
	int bad = 0;

	for (int round = 0; round < 300; round++) {
		struct buf before = BUF_INIT, after = BUF_INIT, diff = BUF_INIT;

		for (int i = 0; i < 40; i++) {
			seed = seed * 1103515245u + 12345u;
			if ((seed >> 16) % 5 != 0)
				buf_printf(&before, "line %d\n", i);
			if ((seed >> 20) % 5 != 0)
				buf_printf(&after, "line %d\n", i);
		}
		diff_lines(buf_get(&before), buf_get(&after), &diff);
		bad += !leads(buf_get(&before), buf_get(&after), buf_get(&diff));
		buf_release(&before);
		buf_release(&after);
		buf_release(&diff);
	}
	is_int(bad, 0, "300 differences lead from one text to the other");
}

/* Long texts that have nothing in common: all of it, at once. */
static void
test_long(void)
{
	struct buf before = BUF_INIT, after = BUF_INIT, diff = BUF_INIT;
	size_t minus = 0, plus = 0;

	for (int i = 0; i < 20000; i++) {
		buf_printf(&before, "a%d\n", i);
		buf_printf(&after, "b%d\n", i);
	}
	diff_lines(buf_get(&before), buf_get(&after), &diff);
	for (const char *p = buf_get(&diff); *p; p += strcspn(p, "\n"), p += *p == '\n') {
		minus += *p == '-';
		plus += *p == '+';
	}
	ok(minus == 20000 && plus == 20000, "20000 lines replaced by others");
	buf_release(&before);
	buf_release(&after);
	buf_release(&diff);
}

int
main(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out = BUF_INIT;

		diff_lines(rows[i].before, rows[i].after, &out);
		is_str(buf_get(&out), rows[i].want, "the hunks");
		buf_release(&out);
	}
	test_chance();
	test_long();
	return done();
}

#include "base/diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define CONTEXT ((size_t)3)
/* Pairs of lines that are compared at most. */
#define CELLS_MAX ((size_t)4 << 20)

struct line {
	const char *p;
	size_t size;
	uint32_t hash;
};

struct side {
	struct line *v;
	size_t n;
	bool *kept; /* by line: the other side has it, too */
};

static struct side
split(const char *text)
{
	struct side side = { NULL, 0, NULL };
	size_t lines = 1;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	side.v = xcalloc(lines, sizeof(*side.v));
	side.kept = xcalloc(lines, sizeof(*side.kept));
	while (*text) {
		struct line line = { text, strcspn(text, "\n"), 2166136261u };

		for (size_t i = 0; i < line.size; i++)
			line.hash = (line.hash ^ (unsigned char)text[i]) * 16777619u;
		side.v[side.n++] = line;
		text += line.size + (text[line.size] == '\n');
	}
	return side;
}

static bool
same(const struct line *a, const struct line *b)
{
	return a->hash == b->hash && a->size == b->size && memcmp(a->p, b->p, a->size) == 0;
}

/* Between the lines [from, a_end) and [from, b_end): length[i][j] of what is common behind lines i and j. */
static void
common(struct side *a, struct side *b, size_t from, size_t a_end, size_t b_end)
{
	size_t n = a_end - from, m = b_end - from, row = m + 1, i = 0, j = 0;
	uint32_t *length;

	if (n == 0 || m == 0 || n > CELLS_MAX / row)
		return;
	length = xcalloc((n + 1) * row, sizeof(*length));
	for (size_t x = n; x-- > 0;)
		for (size_t y = m; y-- > 0;) {
			uint32_t down = length[(x + 1) * row + y], right = length[x * row + y + 1];

			if (same(&a->v[from + x], &b->v[from + y]))
				length[x * row + y] = length[(x + 1) * row + y + 1] + 1;
			else
				length[x * row + y] = down > right ? down : right;
		}
	while (i < n && j < m) {
		if (same(&a->v[from + i], &b->v[from + j]))
			a->kept[from + i++] = b->kept[from + j++] = true;
		else if (length[(i + 1) * row + j] >= length[i * row + j + 1])
			i++;
		else
			j++;
	}
	free(length);
}

static void
align(struct side *a, struct side *b)
{
	size_t from = 0, a_end = a->n, b_end = b->n;

	while (from < a_end && from < b_end && same(&a->v[from], &b->v[from])) {
		a->kept[from] = b->kept[from] = true;
		from++;
	}
	while (a_end > from && b_end > from && same(&a->v[a_end - 1], &b->v[b_end - 1]))
		a->kept[--a_end] = b->kept[--b_end] = true;
	common(a, b, from, a_end, b_end);
}

static void
put(struct buf *out, char sign, const struct line *line)
{
	buf_char(out, sign);
	buf_add(out, line->p, line->size);
	buf_char(out, '\n');
}

/* The place of both sides; whether the next thing is a change. */
struct place {
	size_t i, j;
};

static bool
changes(const struct side *a, const struct side *b, const struct place *at)
{
	return (at->i < a->n && !a->kept[at->i]) || (at->j < b->n && !b->kept[at->j]);
}

static void
advance(const struct side *a, const struct side *b, struct place *at, struct buf *out)
{
	if (at->i < a->n && !a->kept[at->i]) {
		if (out)
			put(out, '-', &a->v[at->i]);
		at->i++;
	} else if (at->j < b->n && !b->kept[at->j]) {
		if (out)
			put(out, '+', &b->v[at->j]);
		at->j++;
	} else {
		if (out)
			put(out, ' ', &a->v[at->i]);
		at->i++;
		at->j++;
	}
}

/* Where a hunk ends that begins at from: no change within twice the context behind its last one. */
static struct place
hunk_end(const struct side *a, const struct side *b, struct place from)
{
	struct place at = from, end = from;
	size_t quiet = 0;

	while ((at.i < a->n || at.j < b->n) && quiet <= 2 * CONTEXT) {
		bool change = changes(a, b, &at);

		advance(a, b, &at, NULL);
		quiet = change ? 0 : quiet + 1;
		if (quiet <= CONTEXT)
			end = at;
	}
	return end;
}

static void
hunk(const struct side *a, const struct side *b, struct place *at, struct buf *out)
{
	size_t back = at->i < at->j ? at->i : at->j;
	struct place begin, end;

	back = back < CONTEXT ? back : CONTEXT;
	/* What lies before a change is the same on both sides. */
	while (back > 0 && !(a->kept[at->i - back] && b->kept[at->j - back]))
		back--;
	begin = (struct place){ at->i - back, at->j - back };
	end = hunk_end(a, b, *at);
	buf_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", begin.i + (end.i > begin.i), end.i - begin.i, begin.j + (end.j > begin.j), end.j - begin.j);
	while (begin.i < end.i || begin.j < end.j)
		advance(a, b, &begin, out);
	*at = end;
}

void
diff_lines(const char *before, const char *after, struct buf *out)
{
	struct side a = split(before), b = split(after);
	struct place at = { 0, 0 };

	align(&a, &b);
	while (at.i < a.n || at.j < b.n) {
		if (changes(&a, &b, &at))
			hunk(&a, &b, &at, out);
		else
			advance(&a, &b, &at, NULL);
	}
	free(a.v);
	free(b.v);
	free(a.kept);
	free(b.kept);
}

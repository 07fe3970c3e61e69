/*
 * Which parts a mail has (RFC 2046, 5.1). One pass over its lines, with a stack of
 * the boundaries that are open: time goes with the size alone, however deep the
 * parts stand in each other, and what is no part costs no memory. A mail within a
 * mail is one part, so what it holds is not looked at.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/i18n.h"
#include "wire/mail_priv.h"

#define LEVELS_MAX 100         /* boundaries that are open */
#define OPEN_MAX 3             /* within each other, multiparts whose boundary has to be guessed */
#define HEADER_MAX (256 << 10) /* bytes of the header of a part */

struct level {
	struct mail_leaf leaf; /* the multipart as a part */
	struct mail_span boundary;
	uint32_t hash;
	unsigned alternative; /* of what is in it */
	bool digest;
	size_t before; /* parts that there were */
};

struct structure {
	struct arena *arena;
	struct mail_leaves *out;
	const char *bytes; /* of the mail */
	unsigned open;
	const char *note;
};

/* The parts between the ends of one multipart. */
struct scan {
	struct structure *s;
	struct level levels[LEVELS_MAX];
	size_t n;
	struct mail_leaf leaf; /* the part that is open */
	bool in_leaf, full;
	unsigned alternative; /* of the leaf */
};

static void read_multipart(struct structure *s, const struct mail_leaf *top, struct mail_span boundary, unsigned alternative);
static struct mail_span boundary_of(struct arena *arena, const struct mail_leaf *top);

static const char *
line_end(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	return newline ? newline + 1 : end;
}

static uint32_t
hash_of(struct mail_span s)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 16777619U;
	return hash;
}

/* What follows the hyphens of a line, without blanks at its end; p NULL: it has none. */
static struct mail_span
behind_hyphens(const char *p, const char *next)
{
	struct mail_span line = { p + 2, (size_t)(next - p) };

	if (line.n < 3 || p[0] != '-' || p[1] != '-')
		return (struct mail_span){ NULL, 0 };
	line.n -= 2;
	while (line.n > 0 && mail_is_space(line.p[line.n - 1]))
		line.n--;
	return line;
}

static size_t
find_level(const struct scan *scan, struct mail_span line)
{
	uint32_t hash = hash_of(line);

	for (size_t i = scan->n; i > 0; i--) {
		const struct level *level = &scan->levels[i - 1];

		if (level->hash == hash && level->boundary.n == line.n && memcmp(level->boundary.p, line.p, line.n) == 0)
			return i;
	}
	return 0;
}

/* "--boundary--</body>": an end with something behind it, as footers that are added make it. */
static size_t
find_end(const struct scan *scan, struct mail_span line)
{
	for (size_t i = scan->n; i > 0; i--) {
		const struct mail_span *boundary = &scan->levels[i - 1].boundary;

		if (boundary->n > 0 && line.n > boundary->n + 2 && memcmp(line.p, boundary->p, boundary->n) == 0 && memcmp(line.p + boundary->n, "--", 2) == 0)
			return i;
	}
	return 0;
}

/* Which level, from 1 on, the line at p delimits; 0: none. */
static size_t
delimits(const struct scan *scan, const char *p, const char *next, bool *last_r)
{
	struct mail_span line = behind_hyphens(p, next);
	size_t level = line.p && line.n > 0 ? find_level(scan, line) : 0;

	*last_r = false;
	if (level || !line.p || line.n < 3)
		return level;
	*last_r = true;
	if (memcmp(line.p + line.n - 2, "--", 2) == 0)
		level = find_level(scan, (struct mail_span){ line.p, line.n - 2 });
	return level ? level : find_end(scan, line);
}

static void
push_leaf(struct structure *s, struct mail_leaf *leaf)
{
	if (s->out->n == MAIL_PARTS_MAX) {
		s->note = N_("it has too many parts; the first ones are shown");
		return;
	}
	mail_leaf_name(s->arena, leaf);
	vec_push(s->arena, s->out, *leaf);
}

/* The newline before a boundary belongs to it. */
static void
end_part(struct mail_leaf *leaf, const char *stop, bool at_boundary)
{
	if (at_boundary && stop > leaf->raw && stop[-1] == '\n') {
		stop--;
		stop -= stop > leaf->raw && stop[-1] == '\r';
	}
	leaf->part.raw_size = stop > leaf->raw ? (size_t)(stop - leaf->raw) : 0;
}

/* A multipart in which no part was found. */
static void
add_empty(struct structure *s, struct mail_leaf *leaf, unsigned alternative)
{
	struct mail_span boundary = { NULL, 0 };
	size_t before = s->out->n;

	if (s->open < OPEN_MAX)
		boundary = boundary_of(s->arena, leaf);
	if (boundary.n) {
		s->open++;
		read_multipart(s, leaf, boundary, alternative);
		s->open--;
	}
	if (s->out->n > before || s->note)
		return;
	leaf->part.type = "text/plain";
	leaf->alternative = alternative;
	push_leaf(s, leaf);
}

/* The part that is open, and all levels above the given one, end at stop. */
static void
close_to(struct scan *scan, size_t level, const char *stop, bool at_boundary)
{
	if (scan->in_leaf) {
		end_part(&scan->leaf, stop, at_boundary);
		scan->leaf.alternative = scan->alternative;
		push_leaf(scan->s, &scan->leaf);
		scan->in_leaf = false;
	}
	for (; scan->n > level; scan->n--) {
		struct level *top = &scan->levels[scan->n - 1];

		/* The outermost is whoever's who called. */
		if (scan->n == 1 || scan->s->out->n > top->before || scan->s->note)
			continue;
		end_part(&top->leaf, stop, at_boundary);
		add_empty(scan->s, &top->leaf, scan->levels[scan->n - 2].alternative);
	}
}

static void
push_level(struct scan *scan, const struct mail_leaf *leaf, struct mail_span boundary, unsigned alternative)
{
	struct structure *s = scan->s;
	struct level *level = &scan->levels[scan->n++];

	if (strcmp(leaf->part.type, "multipart/alternative") == 0)
		alternative = ++s->out->alternatives;
	*level = (struct level){
		.leaf = *leaf,
		.boundary = boundary,
		.hash = hash_of(boundary),
		.alternative = alternative,
		.digest = strcmp(leaf->part.type, "multipart/digest") == 0,
		.before = s->out->n,
	};
}

/* Where the header of a part that begins at p ends at the latest. */
static const char *
header_end(const struct scan *scan, const char *p, const char *end)
{
	bool last;

	end = end - p > HEADER_MAX ? p + HEADER_MAX : end;
	while (p < end) {
		const char *next = line_end(p, end);

		if (*p == '\n' || (*p == '\r' && next - p == 2))
			return next;
		if (delimits(scan, p, next, &last))
			return p;
		p = next;
	}
	return p;
}

static struct mail_span
named_boundary(struct arena *arena, const struct mail_leaf *leaf)
{
	struct mail_span boundary = { NULL, 0 };
	const char *joined;

	for (size_t i = 0; i < leaf->type.n && !boundary.n; i++)
		if (mail_span_is(leaf->type.v[i].name, "boundary"))
			boundary = mail_trim((struct mail_span){ leaf->type.v[i].value, leaf->type.v[i].size });
	joined = boundary.n ? NULL : mail_param_get(arena, &leaf->type, "boundary");
	return joined ? (struct mail_span){ joined, strlen(joined) } : boundary;
}

/* A part begins at p: its header is read. Where its body begins. */
static const char *
open_part(struct scan *scan, const char *p, const char *end)
{
	const struct level *around = &scan->levels[scan->n - 1];
	struct mail_leaf *leaf = &scan->leaf;
	struct mail_span boundary = { NULL, 0 };

	mail_leaf_read(scan->s->arena, p, (size_t)(header_end(scan, p, end) - p), leaf);
	leaf->part.offset += (size_t)(p - scan->s->bytes);
	leaf->alternative = scan->alternative = around->alternative;
	if (around->digest && !*leaf->type.main)
		leaf->part.type = "message/rfc822";
	scan->in_leaf = strncmp(leaf->part.type, "multipart/", 10) != 0;
	if (scan->in_leaf)
		return leaf->raw;
	if (scan->n == LEVELS_MAX) {
		scan->s->note = N_("its parts are nested too deeply");
		return end;
	}
	boundary = named_boundary(scan->s->arena, leaf);
	push_level(scan, leaf, boundary, around->alternative);
	return leaf->raw;
}

static void
scan_parts(struct scan *scan, const char *p, const char *end)
{
	while (p < end && scan->n > 0 && !scan->s->note) {
		const char *next = line_end(p, end);
		bool last = false;
		size_t level = delimits(scan, p, next, &last);

		if (level) {
			close_to(scan, last ? level - 1 : level, p, true);
			next = last || scan->s->note ? next : open_part(scan, next, end);
		}
		p = next;
	}
	close_to(scan, 0, end, false);
}

/* The first line that could be a boundary, with a header behind it: for a mail that names none, or a wrong one. */
static struct mail_span
guess_boundary(const char *p, const char *end)
{
	while (p < end) {
		const char *next = line_end(p, end);
		struct mail_span line = behind_hyphens(p, next);

		if (line.p && line.n > 0 && end - next > 8 && strncasecmp(next, "Content-", 8) == 0)
			return line;
		p = next;
	}
	return (struct mail_span){ NULL, 0 };
}

/* Is it the boundary of a part? */
static bool
has_boundary(const char *p, const char *end, struct mail_span boundary)
{
	while (p < end && boundary.n > 0) {
		const char *next = line_end(p, end);
		struct mail_span line = behind_hyphens(p, next);

		if (line.n == boundary.n && memcmp(line.p, boundary.p, line.n) == 0)
			return true;
		p = next;
	}
	return false;
}

static struct mail_span
boundary_of(struct arena *arena, const struct mail_leaf *top)
{
	const char *end = top->raw + top->part.raw_size;
	struct mail_span boundary = named_boundary(arena, top);

	return has_boundary(top->raw, end, boundary) ? boundary : guess_boundary(top->raw, end);
}

static void
read_multipart(struct structure *s, const struct mail_leaf *top, struct mail_span boundary, unsigned alternative)
{
	struct scan *scan = arena_alloc(s->arena, sizeof(*scan));

	*scan = (struct scan){ .s = s };
	push_level(scan, top, boundary, alternative);
	scan_parts(scan, top->raw, top->raw + top->part.raw_size);
}

void
mail_leaves_read(struct arena *arena, const char *bytes, size_t size, struct mail_leaves *out, const char **note_r)
{
	struct structure s = { .arena = arena, .out = out, .bytes = bytes };
	struct mail_span boundary;
	struct mail_leaf top;

	*out = (struct mail_leaves){ NULL, 0, 0, 0 };
	mail_leaf_read(arena, bytes, size, &top);
	if (strncmp(top.part.type, "multipart/", 10) == 0) {
		boundary = boundary_of(arena, &top);
		if (boundary.n)
			read_multipart(&s, &top, boundary, 0);
		/* What is nested too deeply is shown as it stands. */
		if (s.note && out->n < MAIL_PARTS_MAX)
			out->n = 0;
		if (out->n == 0) {
			s.note = s.note ? s.note : N_("its parts could not be told apart");
			top.part.type = "text/plain";
		}
	}
	if (out->n == 0)
		push_leaf(&s, &top);
	*note_r = s.note;
}

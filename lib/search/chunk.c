#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "search/analyser.h"

#define PIECES_MAX 16
#define GROUP 3 /* digits between two spaces or commas of a number */

struct piece {
	const char *from, *to;
	enum text_class class;
	char joiner; /* before it; 0: nothing stands between letters and digits */
};

struct chunk {
	struct piece v[PIECES_MAX];
	size_t n;
};

static size_t
size_of(const struct piece *piece)
{
	return (size_t)(piece->to - piece->from);
}

static enum text_class
class_behind(const struct analyser *a, const char *p)
{
	size_t n;

	return p < a->end ? class_at(a, p, &n) : TEXT_DIVIDES;
}

static bool
	joinable(enum text_class class)
{
	return class == TEXT_LETTER || class == TEXT_DIGIT;
}

/* "1 234": groups of three digits, and nothing but digits so far. */
static bool
groups_digits(const struct analyser *a, const struct chunk *chunk, const char *next)
{
	const char *end;

	for (size_t i = 0; i < chunk->n; i++)
		if (chunk->v[i].class != TEXT_DIGIT || (i > 0 && chunk->v[i].joiner != ' '))
			return false;
	if (size_of(&chunk->v[0]) > GROUP || class_behind(a, next) != TEXT_DIGIT)
		return false;
	end = run_end(a, next, TEXT_DIGIT);
	return end - next == GROUP && !joinable(class_behind(a, end));
}

/* What joins the chunk to what follows at p, and its size; 0: nothing does. */
static char
joiner_at(const struct analyser *a, const struct chunk *chunk, const char *p, size_t *size_r)
{
	static const struct {
		const char *bytes;
		char joiner;
	} forms[] = { { "-", '-' }, { "_", '_' }, { ".", '.' }, { "/", '/' }, { "@", '@' }, { "&", '&' }, { "+", '+' }, { ",", ',' }, { ":", ':' }, { " ", ' ' }, { "\xc2\xa0", ' ' }, { "\xe2\x80\xaf", ' ' }, { "\xe2\x80\x89", ' ' }, { "\xe2\x80\x90", '-' }, { "\xe2\x80\x91", '-' } };
	enum text_class next;

	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		*size_r = strlen(forms[i].bytes);
		if ((size_t)(a->end - p) <= *size_r || memcmp(p, forms[i].bytes, *size_r) != 0)
			continue;
		next = class_behind(a, p + *size_r);
		if (forms[i].joiner == ' ')
			return groups_digits(a, chunk, p + *size_r) ? ' ' : '\0';
		if (forms[i].joiner == ',' || forms[i].joiner == ':')
			return chunk->v[chunk->n - 1].class == TEXT_DIGIT && next == TEXT_DIGIT ? forms[i].joiner : '\0';
		return joinable(next) ? forms[i].joiner : '\0';
	}
	return '\0';
}

static const char *
scan(const struct analyser *a, const char *p, struct chunk *chunk)
{
	char joiner = '\0';
	size_t size = 0;

	chunk->n = 0;
	for (;;) {
		struct piece *piece = &chunk->v[chunk->n++];

		piece->from = p + size;
		piece->class = class_behind(a, piece->from);
		piece->joiner = joiner;
		piece->to = p = run_end(a, piece->from, piece->class);
		if (chunk->n == PIECES_MAX)
			return p;
		joiner = '\0';
		size = 0;
		if (joinable(class_behind(a, p)))
			continue;
		joiner = joiner_at(a, chunk, p, &size);
		if (!joiner)
			return p;
	}
}

/* Terms of pieces. */

/* The bytes of a term that is put together here. */
struct draft {
	char bytes[TERM_MAX];
	size_t n;
};

static void
draft_add(struct draft *draft, const char *bytes, size_t size)
{
	if (draft->n + size > sizeof(draft->bytes))
		size = 0;
	memcpy(draft->bytes + draft->n, bytes, size);
	draft->n += size;
}

static void
draft_term(struct analyser *a, enum term_kind kind, const struct draft *draft, const char *from, const char *to)
{
	struct term *term = term_add(a, kind, from, to);

	term->text = term->word = arena_memdup(a->strings, draft->bytes, draft->n);
	term->size = term->word_size = (uint8_t)draft->n;
	term->hash = term_hash(draft->bytes, draft->n);
}

/* Pieces [i, end) as one term, as they are joined. */
static void
whole(struct analyser *a, enum term_kind kind, const struct chunk *chunk, size_t i, size_t end)
{
	struct draft draft = { .n = 0 };
	const char *from = chunk->v[i].from;

	for (size_t k = i; k < end; k++) {
		const struct word *word = word_of(a, chunk->v[k].from, size_of(&chunk->v[k]));

		if (k == i)
			from += word->skip;
		else if (chunk->v[k].joiner && chunk->v[k].joiner != ' ')
			draft_add(&draft, &chunk->v[k].joiner, 1);
		draft_add(&draft, word->bytes, word->word_size);
	}
	draft_term(a, kind, &draft, from, chunk->v[end - 1].to);
}

static void
part(struct analyser *a, enum term_kind kind, const struct piece *piece)
{
	const struct word *word = word_of(a, piece->from, size_of(piece));

	if (word->word_size == 0)
		return;
	term_add_word(a, kind, word, piece->from, piece->to);
	a->position++;
}

/* "iphone12" is "iphone" and "12", too; "b2b" and "mp3" are one thing. */
static bool
splits(const struct piece *v, size_t n)
{
	return n == 2 && size_of(&v[v[0].class == TEXT_LETTER ? 0 : 1]) > 2;
}

/* The parts of a whole that was told already. */
static void
parts(struct analyser *a, const struct chunk *chunk, size_t i)
{
	size_t first = i, n;

	for (; i < chunk->n; i += n) {
		bool split;

		for (n = 1; i + n < chunk->n && !chunk->v[i + n].joiner; n++)
			continue;
		split = n == 1 || splits(&chunk->v[i], n);
		if (n > 1 && (i > first || i + n < chunk->n))
			whole(a, TERM_PART, chunk, i, i + n);
		for (size_t k = i; split && k < i + n; k++)
			part(a, TERM_PART, &chunk->v[k]);
		a->position += !split;
	}
}

/* What a chunk may be: the first rule that fits gives its terms. */

static bool
only(const struct chunk *chunk, enum text_class class, const char *joiners)
{
	for (size_t i = 0; i < chunk->n; i++)
		if (chunk->v[i].class != class || (i > 0 && (!chunk->v[i].joiner || !strchr(joiners, chunk->v[i].joiner))))
			return false;
	return true;
}

static bool
is_address(const struct chunk *chunk)
{
	size_t i = chunk->n;

	while (--i > 0 && chunk->v[i].joiner != '@')
		continue;
	return i > 0 && chunk->n > i + 1 && chunk->v[i + 1].joiner == '.';
}

/* How many pieces its host has; 0: it does not begin with one. */
static size_t
host_pieces(const struct chunk *chunk)
{
	size_t n = 1;

	while (n < chunk->n && (chunk->v[n].joiner == '.' || chunk->v[n].joiner == '-' || !chunk->v[n].joiner))
		n++;
	return n > 1 && chunk->v[n - 1].joiner == '.' && chunk->v[n - 1].class == TEXT_LETTER && size_of(&chunk->v[n - 1]) > 1 ? n : 0;
}

static bool
is_www(const struct piece *piece)
{
	return size_of(piece) == 3 && strncasecmp(piece->from, "www", 3) == 0;
}

/* "example.com", "invoice.pdf"; not the end of a sentence without a space: "done.Then". */
static bool
is_host(const struct chunk *chunk)
{
	size_t n = host_pieces(chunk), last;
	const struct piece *ending = &chunk->v[n ? n - 1 : 0];

	if (n == 0)
		return false;
	if (is_www(&chunk->v[0]) || (n < chunk->n && (chunk->v[n].joiner == '/' || chunk->v[n].joiner == ':')))
		return true;
	last = size_of(ending);
	for (size_t i = 0; i < last; i++)
		if (ending->from[i] < 'a' || ending->from[i] > 'z')
			return false;
	return n == chunk->n && last <= 4 && size_of(&chunk->v[n - 2]) > 1;
}

static bool
is_number(const struct chunk *chunk)
{
	return only(chunk, TEXT_DIGIT, ",. ");
}

static bool
is_acronym(const struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->n; i++)
		if (size_of(&chunk->v[i]) != 1)
			return false;
	return only(chunk, TEXT_LETTER, ".");
}

static bool
is_prefixed(const struct chunk *chunk)
{
	return chunk->n == 2 && size_of(&chunk->v[0]) == 1 && only(chunk, TEXT_LETTER, "-");
}

static bool
is_reference(const struct chunk *chunk)
{
	return !only(chunk, TEXT_LETTER, "-./@+,:");
}

static void
as_whole(struct analyser *a, const struct chunk *chunk)
{
	whole(a, TERM_WHOLE, chunk, 0, chunk->n);
	parts(a, chunk, 0);
}

static void
as_host(struct analyser *a, const struct chunk *chunk)
{
	size_t first = is_www(&chunk->v[0]) && host_pieces(chunk) > 2;

	whole(a, TERM_WHOLE, chunk, first, host_pieces(chunk));
	parts(a, chunk, first);
}

/*
 * The piece behind the decimal point; n: there is none. "1,234" is a thousand
 * and more, "1,23" and "0,125" are not; "1.234,5" has two kinds of joiners, the
 * last is the point. 0: it is no number ("14.2.1").
 */
static size_t
decimals(const struct chunk *chunk)
{
	size_t n = chunk->n, grouped = 1;
	char last = chunk->v[n - 1].joiner, first = chunk->v[1].joiner;

	while (grouped < n && chunk->v[grouped].joiner == first && size_of(&chunk->v[grouped]) == GROUP)
		grouped++;
	if (size_of(&chunk->v[0]) > GROUP || *chunk->v[0].from == '0')
		grouped = 1;
	if (grouped == n)
		return n;
	return grouped == n - 1 && last != ' ' && (n == 2 || last != first) ? n - 1 : 0;
}

static void
as_number(struct analyser *a, const struct chunk *chunk)
{
	struct draft draft = { .n = 0 };
	size_t point = decimals(chunk);

	if (point == 0) {
		as_whole(a, chunk);
		return;
	}
	for (size_t i = 0; i < chunk->n; i++) {
		const struct word *word = word_of(a, chunk->v[i].from, size_of(&chunk->v[i]));

		if (i == point)
			draft_add(&draft, ".", 1);
		draft_add(&draft, word->bytes, word->word_size);
	}
	draft_term(a, TERM_WHOLE, &draft, chunk->v[0].from, chunk->v[chunk->n - 1].to);
	parts(a, chunk, 0);
}

static void
as_words(struct analyser *a, const struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->n; i++) {
		const struct word *word = word_of(a, chunk->v[i].from, size_of(&chunk->v[i]));

		part(a, word->kind, &chunk->v[i]);
	}
}

/* "U.S." is "us", "e-mail" is "email". */
static void
as_one(struct analyser *a, const struct chunk *chunk)
{
	const char *from = chunk->v[0].from, *to = chunk->v[chunk->n - 1].to;
	char bytes[4 * TERM_MAX];
	const struct word *word;
	size_t n = 0;

	if ((size_t)(to - from) > sizeof(bytes)) {
		as_words(a, chunk);
		return;
	}
	for (size_t i = 0; i < chunk->n; i++) {
		memcpy(bytes + n, chunk->v[i].from, size_of(&chunk->v[i]));
		n += size_of(&chunk->v[i]);
	}
	word = word_of(a, bytes, n);
	if (word->word_size > 0)
		term_add_word(a, word->kind, word, from, to + word->left);
	a->position += word->word_size > 0;
}

/* "c++", "c#", whose signs are all that tells them from other words. */
static size_t
signs(const struct analyser *a, const struct piece *piece, const char *p)
{
	size_t n = 0;

	if (a->end - p >= 2 && memcmp(p, "++", 2) == 0)
		n = 2;
	else if (p < a->end && *p == '#' && size_of(piece) == 1)
		n = 1;
	return n > 0 && piece->class == TEXT_LETTER && !joinable(class_behind(a, p + n)) ? n : 0;
}

static const char *
as_signed(struct analyser *a, const struct piece *piece, size_t size)
{
	const struct word *word = word_of(a, piece->from, size_of(piece));
	struct draft draft = { .n = 0 };

	draft_add(&draft, word->bytes, word->word_size);
	draft_add(&draft, piece->to, size);
	draft_term(a, TERM_WHOLE, &draft, piece->from + word->skip, piece->to + size);
	part(a, TERM_PART, piece);
	return piece->to + size;
}

const char *
chunk_terms(struct analyser *a, const char *p)
{
	static const struct {
		bool (*is)(const struct chunk *chunk);
		void (*terms)(struct analyser *a, const struct chunk *chunk);
	} rules[] = {
		{ is_address, as_whole },
		{ is_number, as_number },
		{ is_host, as_host },
		{ is_reference, as_whole },
		{ is_acronym, as_one },
		{ is_prefixed, as_one },
	};
	struct chunk chunk;
	size_t i = 0, size;

	p = scan(a, p, &chunk);
	size = chunk.n == 1 ? signs(a, &chunk.v[0], p) : 0;
	if (size)
		return as_signed(a, &chunk.v[0], size);
	while (chunk.n > 1 && i < COUNT_OF(rules) && !rules[i].is(&chunk))
		i++;
	if (chunk.n > 1 && i < COUNT_OF(rules))
		rules[i].terms(a, &chunk);
	else
		as_words(a, &chunk);
	return p;
}

/*
 * corpus - a library of responses as large as one likes, and questions for it:
 *	corpus docs N [json] <POOL      ID, language, name, text a line, or what response-import reads
 *	corpus short N <POOL            ID, language, two to four words that stand side by side in the pool
 *	corpus long N <POOL             ID, language, 200 words
 * POOL: language, text a line; its sentences are drawn from. Each document is
 * three to nine sentences of one language (half French, two in five English),
 * and in every other one stands a made-up word, few of them frequent. The same
 * pool gives the same library in each run.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/lines.h"

#define LINE_MAX_BYTES (16 << 20)
#define MADE_UP 200000
#define LONG_WORDS 200
#define WORDS_MIN 3 /* blanks between them */
#define WORDS_MAX 30
#define CONTENT 5 /* bytes: what is shorter says little in any language */

static const char *const languages[] = { "fr", "en", "de", "es", "pt" };
static const int share[] = { 50, 90, 94, 97, 100 };
#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

static struct pool {
	VEC(const char *)
	sentence;
} pools[LANGUAGES];
static struct arena *arena;
static uint64_t seed = 11;

static ATTR_NORETURN void
die(const char *why)
{
	fprintf(stderr, "corpus: %s\n", why);
	exit(1);
}

static size_t
dice(size_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return n ? (size_t)((seed >> 33) % n) : 0;
}

/* Sentences of some length, as mails and answers have them. */
static void
split(struct pool *pool, const char *text)
{
	const char *start = text;
	size_t words = 0;

	for (const char *p = text; *p; p++) {
		words += *p == ' ' && p[1] != ' ';
		if (!strchr(".!?", *p) || (p[1] != ' ' && p[1]))
			continue;
		if (words >= WORDS_MIN && words <= WORDS_MAX)
			vec_push(arena, &pool->sentence, arena_memdup(arena, start, (size_t)(p + 1 - start)));
		start = p + 1 + (p[1] == ' ');
		words = 0;
	}
	if (words >= WORDS_MIN && words <= WORDS_MAX)
		vec_push(arena, &pool->sentence, arena_strdup(arena, start));
}

static void
read_pool(void)
{
	struct lines *lines = lines_new(STDIN_FILENO, "the pool", '\n', LINE_MAX_BYTES);
	struct err err = { 0 };
	const char *line;
	size_t n = 0;

	while (lines_next(lines, &line, &err) > 0)
		for (size_t i = 0; i < LANGUAGES; i++)
			if (strncmp(line, languages[i], 2) == 0 && line[2] == '\t')
				split(&pools[i], line + 3);
	lines_free(&lines);
	for (size_t i = 0; i < LANGUAGES; i++)
		n += pools[i].sentence.n;
	if (n == 0)
		die("no sentences on standard input");
}

/* A language of the mix that the pool has. */
static size_t
draw_language(void)
{
	for (;;) {
		size_t at = 0, roll = dice(100);

		while ((int)roll >= share[at])
			at++;
		if (pools[at].sentence.n)
			return at;
	}
}

static const char *
sentence(size_t language)
{
	return pools[language].sentence.v[dice(pools[language].sentence.n)];
}

/* Zipf: number r about as often as 1/r. */
static void
add_made_up(struct buf *b)
{
	size_t n = (size_t)exp(log(MADE_UP) * (double)dice(1 << 20) / (1 << 20));

	buf_char(b, ' ');
	for (n += 17; n; n /= 80)
		buf_printf(b, "%c%c", "bcdfghjklmnprstv"[n % 16], "aeiou"[n / 16 % 5]);
	buf_char(b, '.');
}

/* At most n words of s of that many bytes, from the one that is number from. */
static void
words(struct buf *b, const char *s, size_t bytes, size_t from, size_t n)
{
	for (size_t length; *s && n; s += length + strspn(s + length, " ")) {
		length = strcspn(s, " ");
		if (length < bytes || from > 0) {
			from -= length >= bytes;
			continue;
		}
		buf_printf(b, "%s%.*s", b->n ? " " : "", (int)length, s);
		n--;
	}
}

static size_t
count_words(const char *s, size_t bytes)
{
	size_t n = 0;

	for (size_t length; *s; s += length + strspn(s + length, " ")) {
		length = strcspn(s, " ");
		n += length >= bytes;
	}
	return n;
}

static void
put(size_t i, size_t language, const char *name, const char *text, bool json)
{
	static struct buf line;
	struct json j;
	char id[32];

	snprintf(id, sizeof(id), "d%zu", i);
	if (!json) {
		printf("%s\t%s\t%s\t%s\n", id, languages[language], name, text);
		return;
	}
	buf_reset(&line);
	j = json_writer(&line);
	json_object(&j);
	json_key(&j, "id");
	json_str(&j, id);
	json_key(&j, "language");
	json_str(&j, languages[language]);
	json_key(&j, "name");
	json_str(&j, name);
	json_key(&j, "text");
	json_str(&j, text);
	json_end_object(&j);
	puts(buf_get(&line));
}

static void
make_docs(size_t n, bool json)
{
	struct buf name = BUF_INIT, text = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		size_t language = draw_language(), count = 3 + dice(7);

		buf_reset(&name);
		buf_reset(&text);
		words(&name, sentence(language), 1, 0, 6);
		for (size_t k = 0; k < count; k++) {
			if (k)
				buf_char(&text, ' ');
			buf_str(&text, sentence(language));
		}
		if (i % 2)
			add_made_up(&text);
		put(i, language, buf_get(&name), buf_get(&text), json);
	}
	buf_release(&name);
	buf_release(&text);
}

static void
make_long(struct buf *text, size_t language)
{
	for (size_t count = 0; count < LONG_WORDS;) {
		const char *s = sentence(language);

		words(text, s, 1, 0, LONG_WORDS - count);
		count += count_words(s, 1);
	}
}

static void
make_queries(size_t n, bool is_long)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		size_t language = i % 2 && pools[1].sentence.n ? 1 : draw_language();

		buf_reset(&text);
		while (!is_long && !text.n) {
			const char *s = sentence(language);
			size_t here = count_words(s, CONTENT);

			words(&text, s, CONTENT, dice(here > 2 ? here - 2 : 1), 2 + dice(3));
		}
		if (is_long)
			make_long(&text, language);
		printf("q%zu\t%s\t%s\n", i, languages[language], buf_get(&text));
	}
	buf_release(&text);
}

int
main(int argc, char **argv)
{
	size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (argc < 3 || n == 0)
		return 64;
	arena = arena_new();
	read_pool();
	if (strcmp(argv[1], "docs") == 0)
		make_docs(n, argc > 3 && strcmp(argv[3], "json") == 0);
	else
		make_queries(n, strcmp(argv[1], "long") == 0);
	arena_free(&arena);
	return ferror(stdout) ? 74 : 0;
}

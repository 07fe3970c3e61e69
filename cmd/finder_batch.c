/*
 * Many queries: one a line, plain text or JSON; answers are JSON Lines, in order.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/lines.h"
#include "base/utf8.h"
#include "cmd/finder.h"
#include "search/letter.h"

/* A line: 100,000 words and more. */
#define QUERY_MAX ((size_t)4 << 20)

struct answer {
	const char *query;
	int64_t rank;
	const char *id;
	int64_t score;
	const char *name;
	struct records reasons;
};
#define X struct answer
RECORD(rec_answer, X, "answer", N_("A response that answers a query of a batch."),
       TEXT_FIELD(X, query, FIELD_COLUMN, N_("the query's id, or the number of its line")),
       INT_FIELD(X, rank, FIELD_COLUMN, N_("its place among the answers, from 1")),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       INT_FIELD(X, score, FIELD_COLUMN, N_("how sure it is, 0 to 100")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       RECORDS_FIELD(X, reasons, rec_reason, 0, N_("with --explain: what its points are made of")))
#undef X

struct batch {
	struct finder *finder;
	const struct search_query *query; /* but for its text */
	const char *name;                 /* of the file, for messages */
	struct lines *lines;
	struct arena *arena; /* of a line */
};

/* A query that is written as JSON; its id replaces the line's number. */
static int
read_json(struct batch *b, const char *line, const char *where, struct search_query *query, const char **id_r, struct err *err)
{
	struct json_member m;
	const char *p = line;

	if (json_check(where, line, strlen(line), NULL, err) < 0)
		return -1;
	while (json_next(&p, &m)) {
		static const char *const keys[] = { "id", "text", "lang" };
		const char **const to[] = { id_r, &query->text, &query->language };

		for (size_t i = 0; i < COUNT_OF(keys); i++) {
			if (m.key_size != strlen(keys[i]) || strncmp(m.key, keys[i], m.key_size) != 0)
				continue;
			if (*m.value == '"')
				*to[i] = json_text(b->arena, m.value, m.size);
			else if (i == 0 && strchr("-0123456789", *m.value))
				*to[i] = arena_memdup(b->arena, m.value, m.size);
			else if (strncmp(m.value, "null", 4) != 0)
				return err_set(err, E_BAD_FIELD, "where", where, "name", keys[i], "what", N_("is not a text"), NULL);
		}
	}
	return query->text ? 0 : err_set(err, E_BAD_FIELD, "where", where, "name", "text", "what", N_("is missing"), NULL);
}

/* JSON whatever standard output is; errors are not. */
static int
print_answers(struct batch *b, const char *id, const struct search_hits *hits, struct err *err)
{
	struct cli *cli = b->finder->cli;
	bool json = cli->json;
	int rc = 0;

	cli->json = true;
	for (size_t i = 0; rc == 0 && i < hits->n; i++) {
		const struct search_hit *h = &hits->v[i];
		struct answer answer = { id, (int64_t)i + 1, h->id, h->percent, h->name, reasons_of(b->arena, h) };

		rc = cli_print(cli, &rec_answer, &answer, err);
	}
	cli->json = json;
	return rc;
}

static int
answer_line(struct batch *b, const char *line, const char *where, struct err *err)
{
	struct search_query query = *b->query;
	const char *id = arena_printf(b->arena, "%zu", lines_number(b->lines));
	size_t size = strlen(line), valid = utf8_valid(line, size);
	struct search_hits hits;

	if (valid < size)
		return err_set(err, E_BAD_UTF8, "where", where, "at", arena_printf(b->arena, "%zu", valid + 1), NULL);
	line += strspn(line, " \t\r");
	if (!*line)
		return 0;
	query.text = *line == '{' ? NULL : line;
	if (*line == '{' && read_json(b, line, where, &query, &id, err) < 0)
		return -1;
	if (query.language && strcmp(query.language, "any") == 0)
		query.language = NULL;
	query.message = query.text && letter_like(query.text);
	return finder_run(b->finder, &query, b->arena, &hits, err) < 0 ? -1 : print_answers(b, id, &hits, err);
}

/* Until the input ends, or nobody reads the answers. */
static void
answer_lines(struct batch *b)
{
	struct cli *cli = b->finder->cli;
	struct arena *keep = cli->arena;
	const char *line;
	int rc;

	cli->arena = b->arena;
	for (;;) {
		struct err err = { 0 };
		const char *where;

		rc = lines_next(b->lines, &line, &err);
		where = arena_printf(b->arena, "%s:%zu", b->name, lines_number(b->lines));
		if (rc == 0)
			break;
		if (rc > 0)
			rc = answer_line(b, line, where, &err);
		cli_flush(cli);
		if (rc < 0 && err.code == E_OK)
			break;
		if (rc < 0)
			cli_fail(cli, &err, where);
		if (rc < 0 && err.code == E_IO)
			break;
		arena_reset(b->arena);
	}
	cli->arena = keep;
}

int
finder_batch(struct finder *finder, const struct search_query *query, const char *path, struct err *err)
{
	struct batch b = { .finder = finder, .query = query, .name = path };
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(err, E_NO_FILE, "path", path, "reason", strerror(errno), NULL);
	b.lines = lines_new(fd, path, '\n', QUERY_MAX);
	b.arena = arena_new();
	answer_lines(&b);
	arena_free(&b.arena);
	lines_free(&b.lines);
	if (fd != STDIN_FILENO)
		close(fd);
	return 0;
}

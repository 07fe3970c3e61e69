/*
 * rank-eval - how good is the ranking? A TREC run of a test collection:
 *
 *   rank-eval [past=N] [log=1] [language=guessed] [message=1] [top=N]
 *      [percent=1] [explain=1] FOLDER INDEX
 *
 * FOLDER has corpus.jsonl (id, title, text, lang), queries.jsonl (id, text,
 * lang) and perhaps train.jsonl (text, doc, lang): past messages with the
 * response that was sent. INDEX is made, with past=N of the messages of each
 * response (all without it); log=1: they come behind it, in the log.
 * Each query says its language and is answered in it; language=guessed: it does not.
 * percent=1: a column more; explain=1: the lines of each score. Prints "query Q0 id rank score ixn".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "search/search.h"

#define FILE_LIMIT ((size_t)1 << 30)

struct options {
	size_t past, top;
	bool log, guessed, message, percent, explain;
};

struct file {
	const char *at;
};

struct row {
	const char *id, *title, *text, *doc, *language;
};

struct feed {
	const struct options *o;
	struct arena *arena;
	struct file corpus, train;
	size_t count;
	VEC(struct sent {
		const char *doc;
		size_t n;
	})
	sent;
};

static int
fail(const struct err *err)
{
	fprintf(stderr, "rank-eval: %s %s %s\n", err_name(err->code), err_get(err, "path") ? err_get(err, "path") : "", err_get(err, "reason") ? err_get(err, "reason") : "");
	return 1;
}

static bool
open_file(struct arena *arena, const char *folder, const char *name, struct file *file)
{
	struct err err;
	size_t size;

	file->at = "";
	return file_read(arena, arena_printf(arena, "%s/%s", folder, name), FILE_LIMIT, &file->at, &size, &err) == 0;
}

/* The next line that is an object. */
static bool
next_row(struct arena *arena, struct file *file, struct row *row)
{
	static const char *const keys[] = { "id", "title", "text", "doc", "lang" };
	const char *p = file->at, *end = strchr(p, '\n');
	struct json_member m;

	*row = (struct row){ 0 };
	if (*p != '{')
		return false;
	file->at = end ? end + 1 : p + strlen(p);
	while (json_next(&p, &m)) {
		const char **values[] = { &row->id, &row->title, &row->text, &row->doc, &row->language };

		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (strlen(keys[i]) == m.key_size && strncmp(keys[i], m.key, m.key_size) == 0)
				*values[i] = json_text(arena, m.value, m.size);
	}
	return true;
}

/* Is it one of the first so many of its response? */
static bool
is_taken(struct feed *feed, const char *doc)
{
	if (!feed->o->past || !doc)
		return true;
	for (size_t i = 0; i < feed->sent.n; i++)
		if (strcmp(feed->sent.v[i].doc, doc) == 0)
			return feed->sent.v[i].n++ < feed->o->past;
	vec_push(feed->arena, &feed->sent, ((struct sent){ doc, 1 }));
	return true;
}

static bool
next_use(struct feed *feed, struct search_item *item)
{
	struct row row;

	while (next_row(feed->arena, &feed->train, &row)) {
		if (!is_taken(feed, row.doc))
			continue;
		*item = (struct search_item){ .kind = SEARCH_USE, .use = { (int64_t)++feed->count, row.doc, row.text, row.language, SEARCH_SENT } };
		return true;
	}
	return false;
}

static int
next_item(void *context, struct search_item *item, struct err *err)
{
	struct feed *feed = context;
	struct row row;

	(void)err;
	if (!next_row(feed->arena, &feed->corpus, &row))
		return feed->o->log ? 0 : next_use(feed, item);
	*item = (struct search_item){ .kind = SEARCH_RESPONSE, .response = { .id = row.id, .name = row.title, .text = row.text, .language = row.language, .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .offered = true } };
	return 1;
}

static int
build(struct feed *feed, const char *index, struct err *err)
{
	struct search_source source = { .next = next_item, .context = feed };
	struct search_change change;

	if (search_build(index, &source, err) < 0)
		return -1;
	while (feed->o->log && next_use(feed, &change.item)) {
		change.seq = (int64_t)feed->count;
		if (search_log_append(index, &change, 1, err) < 0)
			return -1;
	}
	return 0;
}

static int
ask(const struct options *o, struct search *search, const struct row *row, struct err *err)
{
	struct search_query query = { .text = row->text, .message = o->message, .language = o->guessed ? NULL : row->language, .limit = o->top, .explain = o->explain };
	struct arena *arena = arena_new();
	struct search_hits hits;
	int rc = search_run(search, &query, arena, &hits, err);

	for (size_t i = 0; rc == 0 && i < hits.n; i++) {
		printf("%s Q0 %s %zu %.17g ixn", row->id, hits.v[i].id, i + 1, hits.v[i].score);
		printf(o->percent ? " %d\n" : "\n", hits.v[i].percent);
		for (size_t j = 0; j < hits.v[i].reasons_n; j++)
			printf("# %s %s %.4f %s\n", hits.v[i].reasons[j].what, hits.v[i].reasons[j].term ? hits.v[i].reasons[j].term : "-", hits.v[i].reasons[j].value, hits.v[i].reasons[j].how);
	}
	arena_free(&arena);
	return rc;
}

static int
run(const struct options *o, struct arena *arena, const char *folder, const char *index, struct err *err)
{
	struct feed feed = { .o = o, .arena = arena };
	struct search *search;
	struct file queries;
	struct row row;
	int rc;

	open_file(arena, folder, "train.jsonl", &feed.train);
	if (!open_file(arena, folder, "corpus.jsonl", &feed.corpus) || !open_file(arena, folder, "queries.jsonl", &queries))
		return err_set(err, E_NO_FILE, "path", folder, NULL);
	if (o->past == SIZE_MAX)
		feed.train.at = "";
	rc = build(&feed, index, err);
	if (rc < 0 || search_open(index, &search, err) < 0)
		return -1;
	while (rc == 0 && next_row(arena, &queries, &row))
		rc = ask(o, search, &row, err);
	search_close(&search);
	return rc;
}

static bool
option(struct options *o, const char *s)
{
	if (strncmp(s, "past=", 5) == 0)
		o->past = strcmp(s, "past=0") == 0 ? SIZE_MAX : strtoul(s + 5, NULL, 10);
	else if (strncmp(s, "top=", 4) == 0)
		o->top = strtoul(s + 4, NULL, 10);
	else if (strcmp(s, "log=1") == 0)
		o->log = true;
	else if (strcmp(s, "language=guessed") == 0)
		o->guessed = true;
	else if (strcmp(s, "message=1") == 0)
		o->message = true;
	else if (strcmp(s, "percent=1") == 0)
		o->percent = true;
	else if (strcmp(s, "explain=1") == 0)
		o->explain = true;
	else
		return false;
	return true;
}

int
main(int argc, char **argv)
{
	struct options o = { .top = 10 };
	struct arena *arena = arena_new();
	struct err err = { 0 };
	int i = 1, rc;

	while (i < argc && option(&o, argv[i]))
		i++;
	if (argc - i != 2) {
		fputs("usage: rank-eval [past=N] [log=1] [language=guessed] [message=1] [top=N] [percent=1] [explain=1] FOLDER INDEX\n", stderr);
		return 64;
	}
	rc = run(&o, arena, argv[i], argv[i + 1], &err);
	arena_free(&arena);
	return rc < 0 ? fail(&err) : 0;
}

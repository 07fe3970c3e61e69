#include "cmd/finder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cmd/priv.h"
#include "desk/library.h"

/* Wider cells stand out of their column. */
#define CELL_MAX 40
#define INDENT 4
#define WIDTH_MIN 40
#define WIDTH_MAX 160
/* So long what was fetched from a server is searched without asking for more. */
#define FRESH_SECS 300
/* In front of the first word that matches stands so much of its sentence. */
#define BEFORE 24

const char *
finder_path(struct cli *cli)
{
	const char *url = cli_store_url(cli), *agent = cli->priv->session.agent;

	if (store_is_remote(cli))
		return session_file(cli, agent ? agent : "", ".responses");
	if (strncmp(url, "file:", 5) == 0)
		return library_path(cli->arena, url);
	return cli_open_desk(cli) == 0 ? library_path(cli->arena, desk_beside(cli->desk, cli->arena, "")) : NULL;
}

bool
finder_is_stale(struct cli *cli)
{
	const char *path = store_is_remote(cli) ? finder_path(cli) : NULL;
	struct stat file;
	struct timespec now;

	if (!path)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	return stat(path, &file) < 0 || now.tv_sec - file.st_mtime > FRESH_SECS || file.st_mtime > now.tv_sec;
}

/* What came since; without its server, what was fetched is better than nothing. */
static int
follow(struct finder *finder, struct err *err)
{
	enum err_class class;

	if (library_follow(finder->cli->desk, finder->path, err) == 0)
		return 0;
	class = err_class(err);
	if (class != ERR_UNAVAILABLE && class != ERR_TEMP)
		return -1;
	cli_say(finder->cli, "%s", cli_text(N_("the server cannot be reached: the responses are those that were fetched before")));
	err->code = E_OK;
	return 0;
}

int
finder_rebuild(struct finder *finder, struct err *err)
{
	search_close(&finder->search);
	return library_build(finder->cli->desk, finder->path, cli_progress, err);
}

/* What is lost is made anew: the store has it all. */
static int
heal(struct finder *finder, struct err *err)
{
	struct cli *cli = finder->cli;
	bool missing = err->code == E_INDEX_MISSING;

	if (!missing && err->code != E_INDEX_DAMAGED)
		return -1;
	if (cli_open_desk(cli) != 0) {
		err->code = E_OK;
		return -1;
	}
	/* From a server it is fetched by whoever searches first. */
	if (missing && !store_is_remote(cli))
		cli_say(cli, "%s", cli_text(N_("there is no index of responses yet: it is made from the store")));
	else if (!missing)
		cli_say(cli, cli_text(N_("the index of responses is damaged, or of another version: it is made anew from the store (%s)")), err_get(err, "reason") ? err_get(err, "reason") : "");
	err->code = E_OK;
	if (finder_rebuild(finder, err) < 0)
		return -1;
	return search_open(finder->path, &finder->search, err);
}

int
finder_open(struct finder *finder, struct cli *cli, struct err *err)
{
	*finder = (struct finder){ .cli = cli };
	if (store_named(cli, err) < 0)
		return -1;
	finder->path = finder_path(cli);
	if (!finder->path) {
		err->code = E_OK;
		return -1;
	}
	/* Who writes keeps in step the one beside a file. */
	if (cli->desk && strncmp(cli_store_url(cli), "file:", 5) != 0 && follow(finder, err) < 0)
		return -1;
	if (search_open(finder->path, &finder->search, err) == 0)
		return 0;
	return heal(finder, err);
}

void
finder_close(struct finder *finder)
{
	search_close(&finder->search);
}

int
finder_run(struct finder *finder, const struct search_query *query, struct arena *arena, struct search_hits *hits_r, struct err *err)
{
	if (search_run(finder->search, query, arena, hits_r, err) == 0)
		return 0;
	return heal(finder, err) < 0 ? -1 : search_run(finder->search, query, arena, hits_r, err);
}

struct reason {
	const char *what, *term;
	double value;
	const char *how;
};
#define X struct reason
RECORD(rec_reason, X, "reason", N_("A part of a score."),
       TEXT_FIELD(X, what, 0, N_("what counts: name, text, past, ...")),
       TEXT_FIELD(X, term, FIELD_PERSONAL, N_("the word, as it is indexed")),
       REAL_FIELD(X, value, 0, N_("how much; all of a response's add up to its points")),
       TEXT_FIELD(X, how, FIELD_PERSONAL, N_("how it comes about")))
#undef X

struct records
reasons_of(struct arena *arena, const struct search_hit *hit)
{
	struct reason *v = arena_alloc(arena, (hit->reasons_n + 1) * sizeof(*v));

	for (size_t i = 0; i < hit->reasons_n; i++)
		v[i] = (struct reason){ hit->reasons[i].what, hit->reasons[i].term, hit->reasons[i].value, hit->reasons[i].how };
	return (struct records){ hit->reasons_n ? v : NULL, hit->reasons_n };
}

/* For people. */

static int
terminal_width(void)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < WIDTH_MIN)
		return 80;
	return size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

static bool
coloured(void)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return (!none || !*none) && term && *term && strcmp(term, "dumb") != 0;
}

static int
keep_text(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	*(const char **)context = record_text(record, p, "text");
	return 0;
}

static const char *
text_of(struct cli *cli, const char *id)
{
	void *in = record_new(cli->arena, op_response_show.in);
	struct err ignored = { 0 };
	const char *text = NULL;

	record_set_text(op_response_show.in, in, "id", id);
	/* It may have been removed since the index was read. */
	if (cli_call(cli, &op_response_show, in, keep_text, &text, &ignored) < 0)
		return NULL;
	return text;
}

/* Of so many bytes those with the most marks: where they begin. */
static size_t
densest(const struct search_mark *marks, size_t n, size_t size)
{
	size_t best = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = i;

		while (k < n && marks[k].to <= marks[i].from + size)
			k++;
		if (k - i > most) {
			most = k - i;
			best = marks[i].from;
		}
	}
	return best;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Back to the beginning of a word. */
static size_t
word_start(const char *text, size_t at, size_t back)
{
	size_t from = at > back ? at - back : 0;

	while (from > 0 && from < at && !is_space(text[from - 1]))
		from++;
	return from;
}

/* How many bytes from there on fit into so many columns, in whole words. */
static size_t
fitting(struct arena *arena, const char *text, size_t from, int columns)
{
	size_t end = from, best = from;

	while (text[end]) {
		end += strcspn(text + end, " \n\t\r");
		if (utf8_width(arena_memdup(arena, text + from, end - from)) > columns)
			break;
		best = end;
		end += strspn(text + end, " \n\t\r");
	}
	return best > from ? best : end;
}

static void
add_safe(struct buf *out, struct arena *arena, const char *text, size_t size)
{
	utf8_sanitize(out, arena_memdup(arena, text, size), false);
}

static void
add_passage(struct finder *finder, struct buf *out, const struct search_query *query, const struct search_hit *hit, int width)
{
	struct arena *arena = finder->cli->arena;
	const char *text = text_of(finder->cli, hit->id);
	const struct search_mark *marks;
	size_t n, from, to, at;

	if (!text || !*text)
		return;
	n = search_marks(finder->search, query, text, hit->language, arena, &marks);
	from = word_start(text, densest(marks, n, (size_t)width), BEFORE);
	from += strspn(text + from, " \n\t\r");
	to = fitting(arena, text, from, width - 4);
	buf_printf(out, "%*s%s", INDENT, "", from ? "… " : "");
	at = from;
	for (size_t i = 0; coloured() && i < n; i++) {
		if (marks[i].from < at || marks[i].to > to)
			continue;
		add_safe(out, arena, text + at, marks[i].from - at);
		buf_str(out, "\033[1m");
		add_safe(out, arena, text + marks[i].from, marks[i].to - marks[i].from);
		buf_str(out, "\033[0m");
		at = marks[i].to;
	}
	add_safe(out, arena, text + at, to - at);
	buf_str(out, text[to] ? " …\n" : "\n");
}

#define COLUMNS 5

static const char *
safe(struct arena *arena, const char *text)
{
	struct buf out = BUF_INIT;
	const char *copy;

	utf8_sanitize(&out, text ? text : "", false);
	copy = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return copy;
}

static void
add_row(struct buf *out, const char *const cells[COLUMNS], const int widths[COLUMNS])
{
	int spaces = 0;

	for (size_t c = 0; c < COLUMNS; c++) {
		int width = utf8_width(cells[c]);

		if (!widths[c])
			continue;
		buf_printf(out, "%*s%s", width ? spaces : 0, "", cells[c]);
		spaces = (width ? 0 : spaces) + 2 + (width < widths[c] ? widths[c] - width : 0);
	}
	buf_char(out, '\n');
}

static void
add_reasons(struct buf *out, struct arena *arena, const struct search_hit *hit)
{
	for (size_t i = 0; i < hit->reasons_n; i++) {
		const struct search_reason *r = &hit->reasons[i];

		buf_printf(out, "%*s%9.4f  %s", INDENT, "", r->value, r->what);
		if (r->term)
			buf_printf(out, " \"%s\"", safe(arena, r->term));
		if (r->how)
			buf_printf(out, ": %s", safe(arena, r->how));
		buf_char(out, '\n');
	}
	if (hit->reasons_n)
		buf_printf(out, "%*s%9.4f  =\n", INDENT, "", hit->score);
}

void
finder_show(struct finder *finder, const struct search_query *query, const struct search_hits *hits)
{
	static const char *const head[COLUMNS] = { "N", "SCORE", "SHORTCUT", "NAME", "CATEGORY" };
	struct arena *arena = finder->cli->arena;
	const char *(*cells)[COLUMNS] = arena_alloc(arena, (hits->n + 1) * sizeof(*cells));
	int widths[COLUMNS] = { 0 }, width = terminal_width() - INDENT;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < hits->n; i++) {
		const struct search_hit *h = &hits->v[i];
		const char *const row[COLUMNS] = { arena_printf(arena, "%zu", i + 1), arena_printf(arena, "%d %%", h->percent), safe(arena, h->shortcut),
						   safe(arena, arena_printf(arena, "%s%s", h->name ? h->name : h->id, h->favourite ? " *" : "")), safe(arena, h->category) };

		for (size_t c = 0; c < COLUMNS; c++) {
			int cell = utf8_width(row[c]);

			cells[i][c] = row[c];
			if (cell > widths[c])
				widths[c] = cell < CELL_MAX ? cell : CELL_MAX;
		}
	}
	for (size_t c = 0; c < COLUMNS; c++)
		if (widths[c] && (int)strlen(head[c]) > widths[c])
			widths[c] = (int)strlen(head[c]);
	add_row(&out, head, widths);
	for (size_t i = 0; i < hits->n; i++) {
		add_row(&out, cells[i], widths);
		add_passage(finder, &out, query, &hits->v[i], width);
		add_reasons(&out, arena, &hits->v[i]);
	}
	output_bytes(finder->cli, buf_get(&out), out.n);
	buf_release(&out);
}

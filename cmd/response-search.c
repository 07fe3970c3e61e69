#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/finder.h"

#define LIMIT_MAX 1000

static const struct name part_names[] = { { "all", N_("name, description and text") }, { "name", N_("the name, the shortcut and the description") }, { "text", N_("the text") } };
static const struct names parts = { "part of a response", part_names, COUNT_OF(part_names) };

#define X struct extra
X
{
	const char *like, *batch;
	int64_t all_words, phrase, in;
	const char *category, *lang, *media;
	int64_t favourites, all, min_score, limit, explain;
};
RECORD(rec_response_search_extra, X, "response-search", NULL,
       TEXT_FIELD_AS(X, like, "FILE", 0, N_("suggest answers to the message in this file; - is standard input")),
       TEXT_FIELD_AS(X, batch, "FILE", FIELD_OPTIONAL_VALUE, N_("a query on each line of this file, or of standard input; answers as JSON Lines")),
       BOOL_FIELD(X, all_words, 0, N_("with all of the words, in any order")),
       BOOL_FIELD(X, phrase, 0, N_("with the words as they stand there, one behind the other")),
       NAME_FIELD(X, in, parts, 0, N_("look there only")),
       TEXT_FIELD_AS(X, category, "PATH", 0, N_("of this category, as in Root/Sub, or of one below it")),
       TEXT_FIELD_AS(X, lang, "LANGUAGE", 0, N_("in this language: fr finds fr-CA, too; any: in whatever language")),
       TEXT_FIELD_AS(X, media, "MEDIUM", 0, N_("that may be sent by this medium; any: by whatever medium")),
       BOOL_FIELD(X, favourites, 0, N_("among my favourites")),
       BOOL_FIELD(X, all, 0, N_("those, too, that may not be sent: expired, not active, not approved, for other uses")),
       INT_FIELD(X, min_score, 0, N_("of this score at least, 0 to 100")),
       INT_FIELD(X, limit, 0, N_("at most so many (10)")),
       BOOL_FIELD(X, explain, 0, N_("say what each score is made of")))
#undef X

struct hit {
	const char *id;
	int64_t score;
	const char *shortcut, *name, *language, *category;
	int64_t favourite, rank;
	double points;
	struct records reasons;
};
#define X struct hit
RECORD(rec_response_hit, X, "hit", N_("A response that was found."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("its id")),
       INT_FIELD(X, score, FIELD_COLUMN, N_("how sure it is, 0 to 100; comparable between queries")),
       TEXT_FIELD(X, shortcut, FIELD_COLUMN, N_("its shortcut")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, language, FIELD_COLUMN, N_("its language")),
       TEXT_FIELD(X, category, FIELD_COLUMN, N_("where it lies")),
       BOOL_FIELD(X, favourite, FIELD_COLUMN, N_("among the favourites of who searches")),
       INT_FIELD(X, rank, 0, N_("its place in the list, from 1")),
       REAL_FIELD(X, points, 0, N_("what the order is made by, within a query")),
       RECORDS_FIELD(X, reasons, rec_reason, 0, N_("with --explain: what the points are made of")))
#undef X

struct explained {
	const char *id, *what, *term;
	double value;
	const char *how;
};
#define X struct explained
RECORD(rec_explained, X, "explained", N_("A part of a score, in a pipe."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       TEXT_FIELD(X, what, FIELD_COLUMN, N_("what counts; points: the sum")),
       TEXT_FIELD(X, term, FIELD_COLUMN | FIELD_PERSONAL, N_("the word")),
       REAL_FIELD(X, value, FIELD_COLUMN, N_("how much")),
       TEXT_FIELD(X, how, FIELD_COLUMN | FIELD_PERSONAL, N_("how it comes about")))
#undef X

/* What was found, printed. */

static int
print_explained(struct cli *cli, const struct search_hit *hit, struct err *err)
{
	for (size_t i = 0; i <= hit->reasons_n; i++) {
		struct explained e = { hit->id, "points", NULL, hit->score, NULL };

		if (i < hit->reasons_n)
			e = (struct explained){ hit->id, hit->reasons[i].what, hit->reasons[i].term, hit->reasons[i].value, hit->reasons[i].how };
		if (cli_print(cli, &rec_explained, &e, err) < 0)
			return -1;
	}
	return 0;
}

static int
print_hit(struct cli *cli, const struct search_hit *h, size_t rank, struct err *err)
{
	struct hit hit = { h->id, h->percent, h->shortcut, h->name, h->language, h->category, h->favourite, (int64_t)rank, h->score, reasons_of(cli->arena, h) };

	if (h->reasons_n && !cli->json && !cli->ids && !cli->fields)
		return print_explained(cli, h, err);
	return cli_print(cli, &rec_response_hit, &hit, err);
}

static int
print_hits(struct finder *finder, const struct search_query *query, const struct search_hits *hits, struct err *err)
{
	struct cli *cli = finder->cli;

	if (cli_to_people(cli)) {
		finder_show(finder, query, hits);
		return 0;
	}
	for (size_t i = 0; i < hits->n; i++)
		if (print_hit(cli, &hits->v[i], i + 1, err) < 0)
			return -1;
	return 0;
}

/* What is searched for. */

static const char *
unless_any(const char *value)
{
	return value && strcmp(value, "any") != 0 ? value : NULL;
}

static struct search_query
query_of(struct cli *cli, const char *agent)
{
	const struct extra *extra = cli->extra;
	struct search_query q = { .agent = agent, .now = clock_now(), .category = extra->category, .language = unless_any(extra->lang), .media = unless_any(extra->media) };

	q.match = extra->phrase == 1 ? SEARCH_PHRASE : extra->all_words == 1 ? SEARCH_ALL
									     : SEARCH_ANY;
	q.in = extra->in == INT_ABSENT ? SEARCH_IN_ALL : (enum search_in)extra->in;
	q.favourites = extra->favourites == 1;
	q.all = extra->all == 1;
	q.explain = extra->explain == 1;
	q.min_score = extra->min_score == INT_ABSENT ? 0 : (int)extra->min_score;
	q.limit = extra->limit == INT_ABSENT ? 0 : (size_t)extra->limit;
	return q;
}

static const char *
words(struct cli *cli)
{
	struct buf out = BUF_INIT;
	const char *text;

	for (int i = 0; i < cli->operands_n; i++)
		buf_printf(&out, "%s%s", i ? " " : "", cli->operands[i]);
	text = arena_strdup(cli->arena, buf_get(&out));
	buf_release(&out);
	return text;
}

static int
keep_asked(void *context, const struct record *record, const void *p, struct err *err)
{
	struct search_query *query = context;
	const struct texts *refused = field_const(record_field(record, "refused"), p);

	(void)err;
	query->text = record_text(record, p, "text");
	query->language = record_text(record, p, "language");
	query->media = record_text(record, p, "medium");
	query->without = refused->v;
	query->without_n = refused->n;
	return 0;
}

/* What is no answer is said first: it counts for this search already. */
static int
refuse(struct cli *cli, const char *ixn, struct err *err)
{
	struct texts *names = field_at(record_field(op_response_refuse.in, "not"), cli->in);
	struct choice choice;

	if (!names->n)
		return 0;
	for (size_t i = 0; i < names->n; i++) {
		if (cli_response(cli, names->v[i], ixn, &choice, err) < 0)
			return -1;
		names->v[i] = choice.name;
	}
	return cli_call(cli, &op_response_refuse, cli->in, cli_silent, NULL, err);
}

static int
query_for(struct cli *cli, const char *ixn, struct search_query *query, struct err *err)
{
	const struct extra *extra = cli->extra;
	void *in = record_new(cli->arena, op_response_asked.in);

	query->message = true;
	record_set_text(op_response_asked.in, in, "id", ixn);
	record_set_text(op_response_asked.in, in, "language", extra->lang);
	record_set_text(op_response_asked.in, in, "medium", extra->media);
	return refuse(cli, ixn, err) < 0 ? -1 : cli_call(cli, &op_response_asked, in, keep_asked, query, err);
}

static int
query_read(struct cli *cli, const char *ixn, struct search_query *query, struct err *err)
{
	const struct extra *extra = cli->extra;

	if (ixn)
		return query_for(cli, ixn, query, err);
	if (extra->like) {
		query->message = true;
		return cli_read_file(cli, extra->like, &query->text, err);
	}
	query->text = words(cli);
	return 0;
}

/* One search. */

static int
keep_list(struct cli *cli, const char *ixn, const struct search_hits *hits, struct err *err)
{
	struct listed *v = arena_alloc(cli->arena, (hits->n + 1) * sizeof(*v));

	for (size_t i = 0; i < hits->n; i++)
		v[i] = (struct listed){ hits->v[i].id, hits->v[i].shortcut };
	return cli_list_keep(cli, ixn, v, hits->n, err);
}

/* Without a word there is something to be found only among favourites, or in a category. */
static bool
asks(struct cli *cli, const struct search_query *query)
{
	const struct extra *extra = cli->extra;

	if (!query->text)
		return false;
	return query->text[strspn(query->text, " \t\r\n")] || (!query->message && (extra->favourites == 1 || extra->category));
}

static int
search_once(struct finder *finder, const char *agent, struct err *err)
{
	struct cli *cli = finder->cli;
	const char *ixn = record_text(op_response_refuse.in, cli->in, "for");
	struct search_query query = query_of(cli, agent);
	struct search_hits hits = { NULL, 0 };

	if (query_read(cli, ixn, &query, err) < 0 || finder_open(finder, cli, err) < 0)
		return -1;
	if (asks(cli, &query) && finder_run(finder, &query, cli->arena, &hits, err) < 0)
		return -1;
	if (keep_list(cli, ixn, &hits, err) < 0)
		return -1;
	if (!hits.n)
		return err_set(err, E_NOTHING_FOUND, NULL);
	return print_hits(finder, &query, &hits, err);
}

static int
search_many(struct finder *finder, const char *agent, struct err *err)
{
	struct cli *cli = finder->cli;
	const struct extra *extra = cli->extra;
	const char *path = *extra->batch ? extra->batch : cli->operands_n ? cli->operands[0]
									  : "-";
	struct search_query query = query_of(cli, agent);

	return finder_open(finder, cli, err) < 0 ? -1 : finder_batch(finder, &query, path, err);
}

/* The command. */

static int
check(struct cli *cli, struct err *err)
{
	const struct extra *extra = cli->extra;
	const char *ixn = record_text(op_response_refuse.in, cli->in, "for"), *what = NULL;
	const struct texts *not = field_const(record_field(op_response_refuse.in, "not"), cli->in);
	int ways = (ixn != NULL) + (extra->like != NULL) + (extra->batch != NULL);

	if (ways > 1)
		what = N_("one of --for, --like, --batch");
	else if (ways && cli->operands_n > (extra->batch && !*extra->batch ? 1 : 0))
		return err_set(err, E_EXTRA_OPERAND, "value", cli->operands[cli->operands_n - 1], NULL);
	else if (!ways && !cli->operands_n && extra->favourites != 1 && !extra->category)
		return err_set(err, E_MISSING_OPERAND, "what", N_("WORDS, --for, --like or --batch"), NULL);
	else if (not ->n && !ixn)
		what = N_("--not goes with --for");
	else if (extra->phrase == 1 && extra->all_words == 1)
		what = N_("--phrase or --all-words, not both");
	if (what)
		return err_set(err, E_USAGE, "what", what, NULL);
	if (extra->limit != INT_ABSENT && (extra->limit < 1 || extra->limit > LIMIT_MAX))
		return err_set(err, E_BAD_VALUE, "name", "--limit", "value", cli_get(cli, &rec_response_search_extra, extra, "limit"), "expected", N_("1 to 1000"), NULL);
	if (extra->min_score != INT_ABSENT && (extra->min_score < 0 || extra->min_score > 100))
		return err_set(err, E_BAD_VALUE, "name", "--min-score", "value", cli_get(cli, &rec_response_search_extra, extra, "min_score"), "expected", N_("0 to 100"), NULL);
	return 0;
}

/* The store says what the contact asked, and has the texts that are shown to people; whether a clock is a test's is its to say, too. */
static bool
needs_store(struct cli *cli)
{
	const struct extra *extra = cli->extra;

	return record_text(op_response_refuse.in, cli->in, "for") || getenv("IXN_CLOCK") || (!extra->batch && cli_to_people(cli));
}

static bool
reads(struct cli *cli)
{
	const struct texts *not = field_const(record_field(op_response_refuse.in, "not"), cli->in);

	return !not ->n;
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;
	struct finder finder = { .cli = cli };
	struct err err = { 0 };
	const char *agent;
	int status, rc;

	if (check(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	if ((status = cli_choose(cli, &agent)) != 0 || ((needs_store(cli) || finder_is_stale(cli)) && (status = cli_open_desk(cli)) != 0))
		return status;
	rc = extra->batch ? search_many(&finder, agent, &err) : search_once(&finder, agent, &err);
	finder_close(&finder);
	cli_flush(cli);
	if (rc < 0 && err.code != E_OK)
		return cli_fail(cli, &err, NULL);
	return cli->worst;
}

const struct command cmd_response_search = {
	.name = "response-search",
	.summary = N_("finds standard responses by words, or suggests them for what a contact asks"),
	.about = N_("Best first, of those that the agent may see and that may be sent now: with any of the WORDS, or with words like them; the very shortcut or name comes before all else. "
		    "What was sent before in answer to like messages counts as much as the words of a response. Equal ones stand in the order of their ids.\n\n"
		    "--for suggests answers to what the contact of an interaction said last, --like to any text; greetings, quotations and signatures are set aside. "
		    "For an interaction only what is in its language and may be sent by its medium is suggested, unless --lang and --media say otherwise. "
		    "What is sent from there is learned from at once, as is what stood above it and was passed over, and what --not says.\n\n"
		    "The list is numbered: '#2' (at a terminal, 2) names its second response for chat-send --response and the commands of the library, until the next search of this session.\n\n"
		    "--batch answers a query on each line: plain text, or an object with text and, if you like, id and lang. A bad line is reported with its number, and the rest goes on; a query without an answer has no line.\n\n"
		    "A search by words reads the session, the index and its log, not the store. An index that is missing or damaged is made anew from the store, and said so."),
	.task = TASK_LIBRARY,
	.flags = CMD_NO_STORE | CMD_EMPTY_FAILS,
	.op = &op_response_refuse,
	.out = &rec_response_hit,
	.extra = &rec_response_search_extra,
	.operand = "[WORDS...]",
	.examples = {
		{ "response-search late parcel", N_("by words") },
		{ "response-search --for @", N_("what fits the current interaction") },
		{ "response-search --for @ --not '#1'", N_("the first one is no answer") },
		{ "response-search --batch=queries.txt | jq -r .id", N_("many queries") },
	},
	.empty_code = E_NOTHING_FOUND,
	.run = run,
	.reads = reads,
	.see = "chat-send, response-show, response-list, response-index",
};

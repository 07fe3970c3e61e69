/*
 * 'ixn-show --why' for people: sentences in their language, and agents about
 * whom there is the same to say in one line.
 */
#include <string.h>

#include "cmd/priv.h"
#include "desk/why.h"
#include "model/id.h"

/* So many agents of a line are named. */
#define NAMED 3

struct line {
	const char *at, *about, *why;
};
RECORD(rec_why_line, struct line, "why", NULL,
       TEXT_FIELD(struct line, at, FIELD_COLUMN, NULL),
       TEXT_FIELD(struct line, about, FIELD_COLUMN, NULL),
       TEXT_FIELD(struct line, why, FIELD_COLUMN, NULL))

/* To the second, of today without the day. */
static const char *
local_time(struct cli *cli, time_ms at)
{
	const char *text, *today, *zone = cli_zone(cli);
	struct err ignored = { 0 };
	char utc[TIME_TEXT];

	if (time_format_zone(cli->arena, at, zone, "%Y-%m-%d %H:%M:%S", &text, &ignored) < 0 ||
	    time_format_zone(cli->arena, clock_now(), zone, "%Y-%m-%d", &today, &ignored) < 0)
		return arena_strdup(cli->arena, time_format(at, utc));
	return strncmp(text, today, 10) == 0 ? text + 11 : text;
}

static const char *
said(void *context, const struct field *field, const void *p)
{
	struct cli *cli = context;

	if (field->type == FIELD_TIME)
		return local_time(cli, field_int(field, p));
	if (field->type == FIELD_DURATION && field_int(field, p) >= MS_SECOND)
		return duration_format(cli->arena, field_int(field, p) / MS_SECOND * MS_SECOND);
	if (field->type == FIELD_REAL)
		return arena_printf(cli->arena, "%.1f", *(const double *)field_const(field, p));
	return field_format(cli->arena, field, p);
}

static const char *
name_of(struct cli *cli, const char *about)
{
	size_t size = strlen(about);

	if (strncmp(about, "agent:", 6) == 0)
		return about + 6;
	if (size == ID_LEN && !strchr(about, ':'))
		return about + size - ID_END_SHOWN;
	return arena_strdup(cli->arena, about);
}

/* A verdict, not what happened: those about several agents may be the same. */
static bool
is_verdict(const void *p)
{
	return field_present(record_field(&rec_why, "chosen"), p) && !field_present(record_field(&rec_why, "offer"), p);
}

/* Where the queue is shut there is no more to say about each agent. */
static bool
says_nothing(const void *p)
{
	const char *word = names_get(&why_words, (int)record_int(&rec_why, p, "why"));

	return is_verdict(p) && (strcmp(word, "closed") == 0 || strcmp(word, "not_pushed") == 0);
}

/* The agents from i on of whom the same is true; n_r: how many. */
static const char *
names_from(struct cli *cli, const struct why_shown *shown, size_t i, const char *sentence, size_t *n_r)
{
	const char *names = name_of(cli, record_text(&rec_why, shown->v[i], "about"));
	size_t n = 1;

	for (; is_verdict(shown->v[i]) && i + n < shown->n && is_verdict(shown->v[i + n]); n++) {
		const void *p = shown->v[i + n];

		if (strcmp(why_fill(cli->arena, cli_text(why_sentence(p)), p, said, cli), sentence) != 0)
			break;
		if (n < NAMED)
			names = arena_printf(cli->arena, "%s, %s", names, name_of(cli, record_text(&rec_why, p, "about")));
	}
	*n_r = n;
	return n > NAMED ? arena_printf(cli->arena, "%s, +%zu", names, n - NAMED) : names;
}

int
why_keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct why_shown *shown = context;

	(void)record, (void)err;
	if (!says_nothing(p))
		vec_push(shown->arena, shown, p);
	return 0;
}

int
why_print(struct cli *cli, const struct why_shown *shown, struct err *err)
{
	const char *last = "";

	for (size_t i = 0, n; i < shown->n; i += n) {
		const void *p = shown->v[i];
		struct line line = { .at = local_time(cli, record_int(&rec_why, p, "at")) };

		line.why = why_fill(cli->arena, cli_text(why_sentence(p)), p, said, cli);
		line.about = names_from(cli, shown, i, line.why, &n);
		/* A time is told once. */
		if (strcmp(line.at, last) == 0)
			line.at = NULL;
		else
			last = line.at;
		if (cli_print(cli, &rec_why_line, &line, err) < 0)
			return -1;
	}
	return 0;
}

/*
 * Times by patterns: runs of letters stand for parts of the time, text in
 * quotes and whatever is no letter for itself.
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "model/field_code_priv.h"

#define PATTERN_MAX 100

struct filling {
	struct code_run *run;
	const struct civil *t;
	struct buf *out;
	bool long_month; /* a name of a month is beside the day */
};

static void
number(struct filling *f, int n, int digits)
{
	buf_printf(f->out, "%0*d", digits, n);
}

static void
put_year(struct filling *f, int n)
{
	number(f, (int)(n == 2 ? f->t->year % 100 : f->t->year), n);
}

static void
put_month(struct filling *f, int n)
{
	const struct code_language *l = f->run->language;

	if (n > 2)
		buf_str(f->out, (n == 3 ? l->short_months : l->months)[f->t->month - 1]);
	else
		number(f, f->t->month, n);
}

static void
put_day(struct filling *f, int n)
{
	const struct code_language *l = f->run->language;

	if (n > 2)
		buf_str(f->out, (n == 3 ? l->short_days : l->days)[f->t->weekday]);
	else if (n == 1 && f->t->day == 1 && f->long_month && l->first)
		buf_str(f->out, l->first);
	else
		number(f, f->t->day, n);
}

static void
put_hour(struct filling *f, int n)
{
	number(f, f->t->hour, n);
}

static void
put_hour_of_half(struct filling *f, int n)
{
	number(f, (f->t->hour + 11) % 12 + 1, n);
}

static void
put_minute(struct filling *f, int n)
{
	number(f, f->t->minute, n);
}

static void
put_second(struct filling *f, int n)
{
	number(f, f->t->second, n);
}

static void
put_half(struct filling *f, int n)
{
	(void)n;
	buf_str(f->out, f->run->language->halves[f->t->hour >= 12]);
}

/* By letter, and which lengths a run of it may have: a bit each. */
static const struct part {
	char letter;
	unsigned lengths;
	void (*put)(struct filling *f, int n);
} parts[] = {
	{ 'y', 1 << 2 | 1 << 4, put_year },
	{ 'M', 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4, put_month },
	{ 'd', 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4, put_day },
	{ 'H', 1 << 1 | 1 << 2, put_hour },
	{ 'h', 1 << 1 | 1 << 2, put_hour_of_half },
	{ 'm', 1 << 1 | 1 << 2, put_minute },
	{ 's', 1 << 1 | 1 << 2, put_second },
	{ 't', 1 << 2, put_half },
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *
put_part(struct filling *f, const char *pattern, size_t size)
{
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (parts[i].letter == *pattern && size < 8 && (parts[i].lengths & 1u << size)) {
			parts[i].put(f, (int)size);
			return NULL;
		}
	return arena_printf(f->run->arena, "'%.*s' has no meaning in it; text stands in '...'", size > 20 ? 20 : (int)size, pattern);
}

/* What is wrong with it, or NULL. */
static const char *
fill(struct filling *f, const char *p)
{
	const char *what = NULL;

	f->long_month = strstr(p, "MMM") != NULL;
	while (*p && !what) {
		size_t size = 1;

		if (*p == '\'') {
			const char *end = strchr(p + 1, '\'');

			if (!end)
				return "a ' is never closed";
			buf_add(f->out, p + 1, (size_t)(end - p - 1));
			size = (size_t)(end + 1 - p);
		} else if (is_letter(*p)) {
			while (p[size] == *p)
				size++;
			what = put_part(f, p, size);
		} else {
			buf_char(f->out, *p);
		}
		p += size;
	}
	return what;
}

/* Patterns that languages have of their own. */
static bool
fill_named(struct filling *f, const char *name, bool day)
{
	const struct code_language *l = f->run->language;
	const struct {
		const char *name, *date;
		bool time;
	} all[] = {
		{ "long", l->long_date, true },
		{ "short", l->short_date, true },
		{ "long date", l->long_date, false },
		{ "short date", l->short_date, false },
		{ "time", NULL, true },
	};

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		bool time = all[i].time && !(day && all[i].date);

		if (strcasecmp(all[i].name, name) != 0)
			continue;
		if (all[i].date)
			fill(f, all[i].date);
		if (all[i].date && time)
			buf_str(f->out, l->between);
		if (time)
			fill(f, l->time);
		return true;
	}
	return false;
}

const char *
code_time_format(struct code_run *run, const struct civil *civil, bool day, const char *pattern, const char **what_r)
{
	struct buf out = BUF_INIT;
	struct filling f = { run, civil, &out, false };
	const char *text = NULL, *what = NULL;

	if (pattern && strlen(pattern) > PATTERN_MAX)
		what = "longer than 100 bytes";
	else if (pattern && !*pattern)
		what = "it is empty";
	else if (!fill_named(&f, pattern ? pattern : "long", day))
		what = fill(&f, pattern);
	if (what && what_r)
		*what_r = what;
	if (!what)
		text = arena_strdup(run->arena, buf_get(&out));
	buf_release(&out);
	return text;
}

/*
 * The rules of a mailbox: patterns over headers and text say where a mail goes.
 * Patterns are the site's, texts are anybody's: how long a match may take is
 * limited; one that gives up does not match.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/pattern.h"
#include "base/utf8.h"
#include "desk/take_priv.h"

#define PATTERN_BYTES 2000
#define GROUP_BYTES 1000

struct screen {
	const struct site_mail_rule *rules;
	struct pattern **patterns;
	size_t n;
};

int
screening_check(struct arena *arena, const char *text, struct err *err)
{
	struct pattern_fault fault;
	struct pattern *pattern;

	if (text_check("matches", text, PATTERN_BYTES, err) < 0)
		return -1;
	pattern = pattern_new(text, &fault);
	if (!pattern)
		return err_set(err, E_BAD_PATTERN, "value", text, "what", fault.what, "at", arena_printf(arena, "%zu", fault.at), NULL);
	pattern_free(&pattern);
	return 0;
}

bool
screening_header(const char *name)
{
	if (strcmp(name, "*") == 0)
		return true;
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || *p == ':')
			return false;
	return *name && strlen(name) <= 64;
}

struct screen *
screen_new(const struct records *rules)
{
	struct screen *s = xcalloc(1, sizeof(*s));
	struct pattern_fault ignored;

	s->rules = rules->v;
	s->n = rules->n;
	s->patterns = xcalloc(rules->n + 1, sizeof(struct pattern *));
	for (size_t i = 0; i < s->n; i++)
		s->patterns[i] = pattern_new(s->rules[i].matches, &ignored);
	return s;
}

void
screen_free(struct screen **screen)
{
	struct screen *s = *screen;

	*screen = NULL;
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		pattern_free(&s->patterns[i]);
	free(s->patterns);
	free(s);
}

static enum pattern_found
matches(struct screen *s, size_t rule, const char *text)
{
	size_t size = text ? strlen(text) : 0;

	if (!text || !s->patterns[rule])
		return PATTERN_ABSENT;
	if (size > PATTERN_TEXT_MAX)
		size = utf8_valid(text, PATTERN_TEXT_MAX);
	return pattern_find(s->patterns[rule], text, size);
}

/* What is not one header of the mail: true. NULL where the mail has none of it. */
static bool
look_beside(const char *header, const struct mail_fetched *mail, struct arena *arena, const char **text_r)
{
	if (strcasecmp(header, "subject") == 0)
		*text_r = mail->subject;
	else if (strcasecmp(header, "body") == 0)
		*text_r = mail->text;
	/* X-Priority, Importance and Priority, as one number. Anybody can write it: it counts for a rule that asks for it alone. */
	else if (strcasecmp(header, "sender-priority") == 0)
		*text_r = mail->priority == INT_ABSENT ? NULL : arena_printf(arena, "%d", (int)mail->priority);
	else
		return false;
	return true;
}

/* What the rule matched, for the groups that its data names. */
static enum pattern_found
look(struct screen *s, size_t rule, const struct mail_fetched *mail, struct arena *arena, const char **text_r)
{
	const char *header = s->rules[rule].header ? s->rules[rule].header : "subject";
	enum pattern_found got = PATTERN_ABSENT;

	if (look_beside(header, mail, arena, text_r))
		return matches(s, rule, *text_r);
	for (size_t i = 0; i < mail->headers.n && got == PATTERN_ABSENT; i++) {
		const struct pair *h = &mail->headers.v[i];

		if (strcmp(header, "*") == 0)
			*text_r = arena_printf(arena, "%s: %s", h->key, h->value);
		else if (strcasecmp(header, h->key) == 0)
			*text_r = h->value;
		else
			continue;
		got = matches(s, rule, *text_r);
	}
	return got;
}

/* $1 to $9 in a value stand for what the groups matched. */
static const char *
expand(const struct pattern *pattern, struct arena *arena, const char *value, const char *text)
{
	struct buf out = BUF_INIT;
	const char *got;

	for (const char *p = value; *p; p++) {
		size_t n = *p == '$' && p[1] >= '1' && p[1] <= '9' ? (size_t)(p[1] - '0') : 0, size = 0;

		if (!n) {
			buf_char(&out, *p);
			continue;
		}
		got = pattern_group(pattern, text, n, &size);
		if (got)
			buf_add(&out, got, size > GROUP_BYTES ? utf8_valid(got, GROUP_BYTES) : size);
		p++;
	}
	got = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return got;
}

static void
set_datum(struct arena *arena, struct pairs *data, const char *key, const char *value)
{
	for (size_t i = 0; i < data->n; i++)
		if (strcmp(data->v[i].key, key) == 0) {
			data->v[i].value = value;
			return;
		}
	pairs_add(arena, data, key, value);
}

static void
apply(const struct screen *s, size_t rule, struct arena *arena, const char *text, struct screened *out)
{
	const struct site_mail_rule *r = &s->rules[rule];
	const struct {
		const char *from, **to;
	} texts[] = { { r->queue, &out->queue }, { r->skills, &out->skills }, { r->language, &out->language }, { r->discard, &out->discard } };

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i].from)
			*texts[i].to = texts[i].from;
	if (r->priority != INT_ABSENT)
		out->priority = r->priority;
	for (size_t i = 0; i < r->data.n; i++)
		set_datum(arena, &out->data, r->data.v[i].key, expand(s->patterns[rule], arena, r->data.v[i].value, text));
	texts_add(arena, &out->matched, r->name);
}

void
screen_run(struct screen *s, const struct mail_fetched *mail, struct arena *arena, struct screened *out)
{
	*out = (struct screened){ .priority = INT_ABSENT };
	for (size_t i = 0; i < s->n; i++) {
		const char *text = NULL;
		enum pattern_found got = look(s, i, mail, arena, &text);

		if (got == PATTERN_GIVES_UP)
			texts_add(arena, &out->gave_up, s->rules[i].name);
		if (got != PATTERN_FOUND)
			continue;
		apply(s, i, arena, text, out);
		if (s->rules[i].stop == 1 || out->discard)
			return;
	}
}

/*
 * HTML as plain text: one pass over the tags, without a tree. What a tag means is
 * a row of a table; what it does to the text is in mail_html_out.c.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "wire/mail_html_priv.h"
#include "wire/mail_text.h"

#define TAG_MAX 12

static const struct html_tag {
	const char *name;
	enum html_what what;
} tags[] = {
	{ "a", HTML_LINK },
	{ "address", HTML_BLOCK },
	{ "article", HTML_BLOCK },
	{ "aside", HTML_BLOCK },
	{ "blockquote", HTML_QUOTE },
	{ "br", HTML_BREAK },
	{ "caption", HTML_BLOCK },
	{ "center", HTML_BLOCK },
	{ "dd", HTML_BLOCK },
	{ "details", HTML_BLOCK },
	{ "dir", HTML_LIST },
	{ "div", HTML_BLOCK },
	{ "dl", HTML_PARAGRAPH },
	{ "dt", HTML_BLOCK },
	{ "fieldset", HTML_BLOCK },
	{ "figcaption", HTML_BLOCK },
	{ "figure", HTML_PARAGRAPH },
	{ "footer", HTML_BLOCK },
	{ "form", HTML_BLOCK },
	{ "h1", HTML_PARAGRAPH },
	{ "h2", HTML_PARAGRAPH },
	{ "h3", HTML_PARAGRAPH },
	{ "h4", HTML_PARAGRAPH },
	{ "h5", HTML_PARAGRAPH },
	{ "h6", HTML_PARAGRAPH },
	{ "header", HTML_BLOCK },
	{ "hr", HTML_RULE },
	{ "img", HTML_IMAGE },
	{ "legend", HTML_BLOCK },
	{ "li", HTML_ITEM },
	{ "main", HTML_BLOCK },
	{ "menu", HTML_LIST },
	{ "nav", HTML_BLOCK },
	{ "noembed", HTML_RAW },
	{ "noframes", HTML_RAW },
	{ "ol", HTML_NUMBERS },
	{ "option", HTML_BLOCK },
	{ "p", HTML_PARAGRAPH },
	{ "pre", HTML_PRE },
	{ "script", HTML_RAW },
	{ "section", HTML_BLOCK },
	{ "style", HTML_RAW },
	{ "summary", HTML_BLOCK },
	{ "svg", HTML_HIDDEN },
	{ "table", HTML_BLOCK },
	{ "tbody", HTML_BLOCK },
	{ "td", HTML_CELL },
	{ "template", HTML_HIDDEN },
	{ "textarea", HTML_BLOCK },
	{ "tfoot", HTML_BLOCK },
	{ "th", HTML_CELL },
	{ "thead", HTML_BLOCK },
	{ "title", HTML_RAW },
	{ "tr", HTML_ROW },
	{ "ul", HTML_LIST },
	{ "xml", HTML_HIDDEN },
};

/* Elements that have no end. */
static const char *const voids[] = { "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr" };

struct reader {
	struct html_out out;
	const char *end;
	char hidden[TAG_MAX + 1]; /* the element that is left out; "" */
	size_t hidden_depth;      /* of elements of that name within */
};

struct attributes {
	struct mail_span href, alt, style;
	bool hidden;
};

static int
compare(const void *name, const void *tag)
{
	return strcmp(name, ((const struct html_tag *)tag)->name);
}

static enum html_what
what_of(const char *name)
{
	const struct html_tag *found = bsearch(name, tags, COUNT_OF(tags), sizeof(tags[0]), compare);

	return found ? found->what : HTML_INLINE;
}

static bool
is_void(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(voids); i++)
		if (strcmp(voids[i], name) == 0)
			return true;
	return false;
}

/* Behind the value at p, quoted or not. */
static const char *
read_value(const char *p, const char *end, struct mail_span *value)
{
	const char *stop;

	if (p < end && (*p == '"' || *p == '\'')) {
		stop = memchr(p + 1, *p, (size_t)(end - p) - 1);
		/* One that does not close ends with its tag. */
		if (!stop)
			stop = memchr(p, '>', (size_t)(end - p));
		if (!stop)
			stop = end;
		*value = (struct mail_span){ p + 1, (size_t)(stop - p) - 1 };
		return stop < end && *stop != '>' ? stop + 1 : stop;
	}
	for (stop = p; stop < end && !mail_is_space(*stop) && *stop != '>'; stop++)
		;
	*value = (struct mail_span){ p, (size_t)(stop - p) };
	return stop;
}

static void
take_attribute(struct attributes *out, struct mail_span name, struct mail_span value)
{
	if (mail_span_is(name, "href"))
		out->href = value;
	else if (mail_span_is(name, "alt"))
		out->alt = value;
	else if (mail_span_is(name, "style"))
		out->style = value;
	else if (mail_span_is(name, "hidden"))
		out->hidden = true;
}

/* As far as '>'; behind it. */
static const char *
read_attributes(const char *p, const char *end, struct attributes *out)
{
	while (p < end && *p != '>') {
		struct mail_span name, value = { "", 0 };
		const char *from;

		while (p < end && (mail_is_space(*p) || *p == '/'))
			p++;
		for (from = p; p < end && !mail_is_space(*p) && *p != '=' && *p != '>' && *p != '/';)
			p++;
		name = (struct mail_span){ from, (size_t)(p - from) };
		while (p < end && mail_is_space(*p))
			p++;
		if (p < end && *p == '=') {
			for (p++; p < end && mail_is_space(*p);)
				p++;
			p = read_value(p, end, &value);
		}
		take_attribute(out, name, value);
	}
	return p < end ? p + 1 : end;
}

/* Is property: value in style? Blanks do not count. */
static bool
style_says(struct mail_span style, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i < style.n; i++) {
		size_t at = i, same = 0;

		while (at < style.n && same < n) {
			char c = style.p[at++];

			if (mail_is_space(c))
				continue;
			if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != what[same])
				break;
			same++;
		}
		/* "max-height:0" is not the beginning of "max-height:0.9em". */
		if (same == n && (what[n - 1] != '0' || at == style.n || !strchr(".0123456789", style.p[at])) && (i == 0 || style.p[i - 1] != '-'))
			return true;
	}
	return false;
}

static bool
is_hidden(const struct attributes *a, enum html_what what)
{
	static const char *const hiding[] = { "display:none", "visibility:hidden", "mso-hide:all", "max-height:0" };

	if (a->hidden || what == HTML_HIDDEN)
		return true;
	for (size_t i = 0; i < COUNT_OF(hiding) && a->style.n < 4096; i++)
		if (style_says(a->style, hiding[i]))
			return true;
	return false;
}

/* Of an element whose text is none: behind its end. */
static const char *
skip_raw(const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);

	while (p < end) {
		const char *open = memchr(p, '<', (size_t)(end - p));

		if (!open)
			return end;
		if ((size_t)(end - open) > n + 2 && open[1] == '/' && strncasecmp(open + 2, name, n) == 0) {
			const char *close = memchr(open, '>', (size_t)(end - open));

			return close ? close + 1 : end;
		}
		p = open + 1;
	}
	return end;
}

/* Within what is left out: does it end here? */
static void
count_hidden(struct reader *r, const char *name, bool closes)
{
	if (strcmp(name, r->hidden) != 0) {
		/* What was never closed ends with what holds it. */
		if (strcmp(name, "body") == 0 || (closes && strcmp(r->hidden, "p") == 0 && strcmp(name, "div") == 0))
			r->hidden[0] = '\0';
		return;
	}
	if (!closes && strcmp(name, "p") != 0)
		r->hidden_depth++;
	else if (r->hidden_depth > 0)
		r->hidden_depth--;
	else
		r->hidden[0] = '\0';
}

static const char *
read_tag(struct reader *r, const char *p, bool closes)
{
	struct attributes a = { { "", 0 }, { "", 0 }, { "", 0 }, false };
	char name[TAG_MAX + 1];
	enum html_what what;
	size_t n = 0;

	for (; p < r->end && !mail_is_space(*p) && *p != '>' && *p != '/'; p++)
		if (n < TAG_MAX)
			name[n++] = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	name[n] = '\0';
	what = what_of(name);
	p = read_attributes(p, r->end, &a);
	if (r->hidden[0]) {
		count_hidden(r, name, closes);
		return p;
	}
	if (what == HTML_RAW)
		return closes ? p : skip_raw(p, r->end, name);
	if (!closes && !is_void(name) && is_hidden(&a, what)) {
		memcpy(r->hidden, name, sizeof(name));
		r->hidden_depth = 0;
		return p;
	}
	if (closes)
		html_close(&r->out, what);
	else if (!is_void(name) || !is_hidden(&a, what))
		html_open(&r->out, what, what == HTML_IMAGE ? a.alt : a.href);
	return p;
}

/* "<!-- -->", "<!DOCTYPE>", "<?xml ?>": behind it. */
static const char *
skip_markup(const char *p, const char *end)
{
	const char *close;

	if (end - p > 3 && memcmp(p, "<!--", 4) == 0) {
		close = memmem(p + 2, (size_t)(end - p) - 2, "-->", 3);
		return close ? close + 3 : end;
	}
	close = memchr(p, '>', (size_t)(end - p));
	return close ? close + 1 : end;
}

static const char *
read_markup(struct reader *r, const char *p)
{
	char next = p + 1 < r->end ? p[1] : '\0';
	bool closes = next == '/';
	char first = closes && p + 2 < r->end ? p[2] : next;

	if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'))
		return read_tag(r, p + 1 + closes, closes);
	if (next == '!' || next == '?' || closes)
		return skip_markup(p, r->end);
	if (!r->hidden[0])
		html_text(&r->out, (struct mail_span){ "<", 1 });
	return p + 1;
}

void
mail_html_text(struct buf *out, const char *html, size_t size)
{
	struct reader r = { .out = html_out_of(out, size), .end = html + size };

	for (const char *p = html; p < r.end && !r.out.full;) {
		const char *open = memchr(p, '<', (size_t)(r.end - p));

		open = open ? open : r.end;
		if (!r.hidden[0] && open > p)
			html_text(&r.out, (struct mail_span){ p, (size_t)(open - p) });
		p = open < r.end ? read_markup(&r, open) : open;
	}
	html_end(&r.out);
}

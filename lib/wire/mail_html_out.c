/* The text of HTML as it is written: lines, blanks, quotations, lists, links. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "wire/mail_html_priv.h"

#define QUOTES_SHOWN 8
#define URL_MAX 2000
#define NUMBER_MAX 9999
#define ROOM 65536
#define TEXT_MAX (4 << 20) /* what mail_body_read keeps */
#define NEWLINES_MAX 3     /* more say nothing */
#define LEAD_MAX 64        /* bytes that go before a text */

struct html_out
html_out_of(struct buf *out, size_t size)
{
	size_t most = size < TEXT_MAX / 2 ? 2 * size : TEXT_MAX;
	struct html_out o = { .out = out, .begin = out->n, .limit = out->n + most + ROOM };

	return o;
}

/* The newlines, blanks and marks that were waiting for text. */
static void
lead(struct html_out *o)
{
	unsigned quotes = o->quotes < QUOTES_SHOWN ? o->quotes : QUOTES_SHOWN;
	bool first = o->out->n == o->begin;

	for (; o->newlines > 0 && !first; o->newlines--) {
		buf_char(o->out, '\n');
		/* An empty line within a quotation belongs to it. */
		for (unsigned i = 0; i < quotes && o->newlines > 1; i++)
			buf_char(o->out, '>');
		o->line = false;
	}
	o->newlines = 0;
	if (!o->line) {
		for (unsigned i = 0; i < quotes; i++)
			buf_str(o->out, "> ");
	} else if (o->cell)
		buf_str(o->out, "  ");
	else if (o->space)
		buf_char(o->out, ' ');
	o->line = true;
	o->space = o->cell = false;
}

static void
put(struct html_out *o, const char *s, size_t n)
{
	if (o->limit - o->out->n < n + LEAD_MAX) {
		o->full = true;
		return;
	}
	lead(o);
	buf_add(o->out, s, n);
}

/* At least so many newlines before what comes. */
static void
ask(struct html_out *o, unsigned newlines)
{
	if (o->newlines < newlines && (o->line || o->newlines > 0))
		o->newlines = newlines;
	o->space = o->cell = false;
}

static void
break_line(struct html_out *o)
{
	o->newlines += o->newlines < NEWLINES_MAX;
	o->space = o->cell = false;
}

/* Fillers that newsletters put behind their first words. */
static bool
is_nothing(uint32_t c)
{
	return c == 0x200b || c == 0xfeff || c == 0xad || c == 0x34f || c == 0x2060;
}

/* One character, of n bytes. */
static void
put_character(struct html_out *o, const char *s, size_t n)
{
	uint32_t c = 0;

	utf8_decode(s, &c);
	if (c == '\n' && o->pre) {
		break_line(o);
	} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0xa0) {
		if (o->pre && c != '\r')
			put(o, " ", 1);
		else if (o->line && o->newlines == 0)
			o->space = true;
	} else if (!is_nothing(c) && (c >= ' ' || c == '\t'))
		put(o, s, n);
}

static bool
is_letter(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x80 && c != '&';
}

void
html_text(struct html_out *o, struct mail_span text)
{
	const char *p = text.p, *end = p + text.n;
	char reference[HTML_REFERENCE];

	while (p < end && !o->full) {
		const char *from = p;
		size_t n = 0;
		uint32_t c;

		while (p < end && is_letter(*p))
			p++;
		if (p > from) {
			put(o, from, (size_t)(p - from));
			continue;
		}
		n = *p == '&' ? html_reference(p, end, reference) : 0;
		if (n > 0) {
			for (const char *s = reference; *s; s += utf8_next(s, strlen(s), &c))
				put_character(o, s, utf8_next(s, strlen(s), &c));
			p += n;
			continue;
		}
		n = utf8_next(p, (size_t)(end - p), &c);
		if (c == UTF8_INVALID)
			put(o, "\xef\xbf\xbd", 3);
		else
			put_character(o, p, n);
		p += n;
	}
}

/* Links */

/* The address without what is understood. */
static struct mail_span
core(struct mail_span url)
{
	static const char *const schemes[] = { "mailto:", "tel:", "https://", "http://", "www." };

	url = mail_trim(url);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t n = strlen(schemes[i]);

		if (url.n > n && strncasecmp(url.p, schemes[i], n) == 0)
			url = (struct mail_span){ url.p + n, url.n - n };
	}
	while (url.n > 0 && url.p[url.n - 1] == '/')
		url.n--;
	return url;
}

static bool
is_shown(struct mail_span url)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (url.n > strlen(schemes[i]) && strncasecmp(url.p, schemes[i], strlen(schemes[i])) == 0)
			return url.n <= URL_MAX;
	return false;
}

/* References read, blanks and controls gone: what remains is one word. */
static void
add_url(struct buf *out, struct mail_span url)
{
	const char *p = url.p, *end = p + url.n;
	char reference[HTML_REFERENCE];

	while (p < end) {
		size_t n = *p == '&' ? html_reference(p, end, reference) : 0;

		if (n == 0) {
			reference[0] = *p;
			reference[1] = '\0';
			n = 1;
		}
		for (const char *s = reference; *s; s++)
			if ((unsigned char)*s > ' ' && *s != 0x7f && *s != '<' && *s != '>')
				buf_char(out, *s);
		p += n;
	}
}

static void
close_link(struct html_out *o)
{
	struct buf url = BUF_INIT;
	struct mail_span text, to;

	if (!o->in_link)
		return;
	o->in_link = false;
	text = mail_trim((struct mail_span){ buf_get(o->out) + o->link, o->out->n - o->link });
	add_url(&url, mail_trim(o->url));
	to = (struct mail_span){ buf_get(&url), url.n };
	/* Without text it was a picture; where both are the same once is enough. */
	if (text.n > 0 && is_shown(to) && !(core(text).n == core(to).n && strncasecmp(core(text).p, core(to).p, core(to).n) == 0)) {
		o->space = true;
		buf_char(&url, '>');
		put(o, "<", 1);
		/* As it is: its references are read. */
		put(o, url.p, utf8_valid(url.p, url.n));
	}
	buf_release(&url);
}

static void
open_link(struct html_out *o, struct mail_span url)
{
	close_link(o);
	o->in_link = url.n > 0 && url.n < (size_t)4 * URL_MAX;
	o->url = url;
	o->link = o->out->n;
}

/* Lists */

static void
open_list(struct html_out *o, bool numbers)
{
	ask(o, o->lists ? 1 : 2);
	if (o->lists < HTML_LISTS)
		o->numbers[o->lists] = numbers ? 1 : -1;
	o->lists++;
}

static void
open_item(struct html_out *o)
{
	unsigned level = o->lists < HTML_LISTS ? o->lists : HTML_LISTS;
	int *number = level > 0 ? &o->numbers[level - 1] : NULL;
	char mark[40];
	int n = 0;

	ask(o, 1);
	if (number && *number > 0 && *number <= NUMBER_MAX)
		n = snprintf(mark, sizeof(mark), "%*s%d.", level > 1 ? (int)(level - 1) * 2 : 0, "", (*number)++);
	else
		n = snprintf(mark, sizeof(mark), "%*s-", level > 1 ? (int)(level - 1) * 2 : 0, "");
	put(o, mark, (size_t)n);
	o->space = true;
}

static void
close_list(struct html_out *o)
{
	o->lists -= o->lists > 0;
	ask(o, o->lists ? 1 : 2);
}

void
html_open(struct html_out *o, enum html_what what, struct mail_span value)
{
	switch (what) {
	case HTML_BREAK:
		break_line(o);
		break;
	case HTML_RULE:
		ask(o, 1);
		put(o, "----------", 10);
		ask(o, 1);
		break;
	case HTML_IMAGE:
		html_text(o, value);
		break;
	case HTML_LINK:
		open_link(o, value);
		break;
	case HTML_QUOTE:
		ask(o, 1);
		o->quotes++;
		break;
	case HTML_PRE:
		ask(o, 2);
		o->pre++;
		break;
	case HTML_LIST:
	case HTML_NUMBERS:
		open_list(o, what == HTML_NUMBERS);
		break;
	case HTML_ITEM:
		open_item(o);
		break;
	case HTML_CELL:
		o->cell = o->line && o->newlines == 0;
		break;
	case HTML_PARAGRAPH:
		ask(o, 2);
		break;
	case HTML_BLOCK:
	case HTML_ROW:
		ask(o, 1);
		break;
	case HTML_INLINE:
	case HTML_HIDDEN:
	case HTML_RAW:
		break;
	}
}

void
html_close(struct html_out *o, enum html_what what)
{
	switch (what) {
	case HTML_LINK:
		close_link(o);
		break;
	case HTML_QUOTE:
		ask(o, 1);
		o->quotes -= o->quotes > 0;
		break;
	case HTML_PRE:
		o->pre -= o->pre > 0;
		ask(o, 2);
		break;
	case HTML_LIST:
	case HTML_NUMBERS:
		close_list(o);
		break;
	case HTML_PARAGRAPH:
		ask(o, 2);
		break;
	case HTML_BLOCK:
	case HTML_ITEM:
	case HTML_ROW:
		ask(o, 1);
		break;
	case HTML_BREAK:
	case HTML_RULE:
	case HTML_IMAGE:
	case HTML_CELL:
	case HTML_INLINE:
	case HTML_HIDDEN:
	case HTML_RAW:
		break;
	}
}

void
html_end(struct html_out *o)
{
	close_link(o);
	if (o->out->n > o->begin && o->out->p[o->out->n - 1] != '\n')
		buf_char(o->out, '\n');
}

/* The text of a mail, and what its parts are. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"
#include "wire/mail_text.h"

#define TEXT_MAX (4 << 20)
#define HTML_MAX (8 << 20)
#define META_LOOK 1024 /* bytes of HTML in which a label is looked for */

static bool
is_html(const struct mail_leaf *leaf)
{
	return strcmp(leaf->part.type, "text/html") == 0;
}

static bool
is_text(const struct mail_leaf *leaf)
{
	static const char *const types[] = { "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown" };

	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(leaf->part.type, types[i]) == 0)
			return true;
	return false;
}

/* A text without a name of its own; the first one, and those to choose from, may have one. */
static bool
is_body(const struct mail_leaves *leaves, size_t i)
{
	const struct mail_leaf *leaf = &leaves->v[i];
	const struct mail_part *part = &leaf->part;

	if (!is_text(leaf) || (part->disposition && strcmp(part->disposition, "attachment") == 0))
		return false;
	return !part->name || i == 0 || leaf->alternative > 0;
}

static void
count_attachments(struct mail_leaves *leaves)
{
	for (size_t i = 0; i < leaves->n; i++) {
		struct mail_part *part = &leaves->v[i].part;

		part->attachment = !is_body(leaves, i);
		part->size = mail_decode(part->encoding, leaves->v[i].raw, part->raw_size, NULL);
	}
}

/* <meta charset="...">, <meta ... content="text/html; charset=...">: where the header says nothing. */
static const char *
html_label(struct arena *arena, const char *bytes, size_t size)
{
	char label[MAIL_LABEL];
	struct mail_span value;

	size = size < META_LOOK ? size : META_LOOK;
	for (size_t i = 0; i + 8 < size; i++) {
		if (strncasecmp(bytes + i, "charset=", 8) != 0)
			continue;
		value.p = bytes + i + 8;
		value.n = 0;
		if (*value.p == '"' || *value.p == '\'')
			value.p++;
		while (value.p + value.n < bytes + size && strchr("\"'> ;/", value.p[value.n]) == NULL)
			value.n++;
		mail_label(value, label);
		return *label ? arena_strdup(arena, label) : NULL;
	}
	return NULL;
}

/* Decoded, as UTF-8. */
static const char *
leaf_text(struct arena *arena, const struct mail_leaf *leaf, size_t *size_r)
{
	const struct mail_part *part = &leaf->part;
	/* No encoding takes more than thrice its bytes. */
	size_t most = is_html(leaf) ? HTML_MAX : TEXT_MAX, raw = part->raw_size < 3 * most ? part->raw_size : 3 * most, n;
	char *bytes = xmalloc(raw + 1);
	const char *label = part->charset, *text;

	n = mail_decode(part->encoding, leaf->raw, raw, bytes);
	n = n < most ? n : most;
	if (!label && is_html(leaf))
		label = html_label(arena, bytes, n);
	text = mail_utf8(arena, label, bytes, n, size_r);
	free(bytes);
	return text;
}

/* Ends of lines as \n. */
static size_t
plain_lines(char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\r' && i + 1 < size && text[i + 1] == '\n')
			continue;
		text[n++] = text[i] == '\r' ? '\n' : text[i];
	}
	text[n] = '\0';
	return n;
}

/* Between two texts stands an empty line. */
static void
add_gap(struct buf *out)
{
	if (out->n == 0)
		return;
	if (out->p[out->n - 1] != '\n')
		buf_char(out, '\n');
	buf_char(out, '\n');
}

static bool
is_blank(const char *text, size_t size)
{
	return mail_trim((struct mail_span){ text, size }).n == 0;
}

static bool
param_is(struct arena *arena, const struct mail_leaf *leaf, const char *name, const char *value)
{
	const char *got = mail_param_get(arena, &leaf->type, name);

	return got && strcasecmp(got, value) == 0;
}

struct texts {
	struct arena *scratch;
	const struct mail_leaves *leaves;
	bool *plain;           /* by alternative: has it plain text? */
	struct buf text, more; /* more: HTML behind the first */
	const char *html;
	size_t html_size;
	struct arena *arena; /* of the HTML */
};

static void
add_plain(struct texts *t, const struct mail_leaf *leaf)
{
	size_t size = 0;
	const char *text = leaf_text(t->scratch, leaf, &size);
	char *lines;

	if (is_blank(text, size))
		return;
	lines = arena_memdup(t->scratch, text, size);
	size = plain_lines(lines, size);
	add_gap(&t->text);
	if (param_is(t->scratch, leaf, "format", "flowed"))
		mail_flowed(&t->text, lines, size, param_is(t->scratch, leaf, "delsp", "yes"));
	else
		buf_add(&t->text, lines, size);
}

/* At most limit bytes, ending with a character. */
static size_t
whole_characters(const char *text, size_t size, size_t limit)
{
	size_t n = size < limit ? size : limit;

	while (n > 0 && n < size && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* At most limit bytes of it. */
static const char *
keep(struct arena *arena, const struct buf *buf, size_t limit)
{
	return arena_memdup(arena, buf_get(buf), whole_characters(buf_get(buf), buf->n, limit));
}

/* The first, which nearly always is the only one, is not copied: it may be large. */
static void
keep_html(struct texts *t, const char *html, size_t size)
{
	if (t->html_size == 0) {
		t->html_size = whole_characters(html, size, HTML_MAX);
		t->html = t->html_size < size ? arena_memdup(t->arena, html, t->html_size) : html;
	} else if (t->html_size + t->more.n < HTML_MAX)
		buf_add(&t->more, html, size);
}

static const char *
html_of(const struct texts *t)
{
	struct buf all = BUF_INIT;
	const char *html;

	if (t->more.n == 0)
		return t->html_size ? t->html : NULL;
	buf_add(&all, t->html, t->html_size);
	buf_add(&all, t->more.p, t->more.n);
	html = keep(t->arena, &all, HTML_MAX);
	buf_release(&all);
	return html;
}

static void
add_html(struct texts *t, const struct mail_leaf *leaf)
{
	size_t size = 0;
	const char *html = leaf_text(t->html_size ? t->scratch : t->arena, leaf, &size);
	struct buf text = BUF_INIT;

	keep_html(t, html, size);
	if (leaf->alternative > 0 && t->plain[leaf->alternative])
		return;
	mail_html_text(&text, html, size);
	if (!is_blank(buf_get(&text), text.n)) {
		add_gap(&t->text);
		buf_add(&t->text, text.p, text.n);
	}
	buf_release(&text);
}

/* Of each alternative the plain text, so two rounds: which have one, then all in order. */
static void
add_texts(struct texts *t)
{
	const struct mail_leaves *leaves = t->leaves;
	size_t size = 0;

	for (size_t i = 0; i < leaves->n; i++) {
		const struct mail_leaf *leaf = &leaves->v[i];
		const char *text;

		if (leaf->part.attachment || is_html(leaf) || leaf->alternative == 0 || t->plain[leaf->alternative])
			continue;
		text = leaf_text(t->scratch, leaf, &size);
		t->plain[leaf->alternative] = !is_blank(text, size);
		arena_reset(t->scratch);
	}
	for (size_t i = 0; i < leaves->n && t->text.n < TEXT_MAX; i++) {
		if (leaves->v[i].part.attachment)
			continue;
		if (is_html(&leaves->v[i]))
			add_html(t, &leaves->v[i]);
		else
			add_plain(t, &leaves->v[i]);
		arena_reset(t->scratch);
	}
}

void
mail_body_read(struct arena *arena, const char *bytes, size_t size, struct mail_body *out)
{
	struct mail_leaves leaves = { NULL, 0, 0, 0 };
	struct texts t = { .scratch = arena_new(), .leaves = &leaves, .text = BUF_INIT, .more = BUF_INIT, .arena = arena };

	*out = (struct mail_body){ NULL, 0, "", NULL, NULL };
	mail_leaves_read(arena, bytes, size, &leaves, &out->note);
	count_attachments(&leaves);
	t.plain = xcalloc(leaves.alternatives + 1, sizeof(t.plain[0]));
	add_texts(&t);
	out->text = keep(arena, &t.text, TEXT_MAX);
	out->html = html_of(&t);
	out->parts = arena_alloc(arena, leaves.n * sizeof(out->parts[0]));
	out->n = leaves.n;
	for (size_t i = 0; i < leaves.n; i++)
		out->parts[i] = leaves.v[i].part;
	free(t.plain);
	buf_release(&t.text);
	buf_release(&t.more);
	arena_free(&t.scratch);
}

/* One part of a mail: what its header says of it. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "wire/mail_priv.h"

#define NAME_MAX_BYTES 200
#define ENDING_MAX 12

/* Without what a terminal or a file system would take for something else. */
static const char *
safe_name(struct arena *arena, const char *name)
{
	struct buf out = BUF_INIT;
	const char *text, *ending;
	struct mail_span s;
	uint32_t c;

	for (size_t n; *name; name += n) {
		n = utf8_decode(name, &c);
		if (c >= ' ' && c != 0x7f && !utf8_unsafe(c))
			buf_add(&out, name, n);
	}
	s = mail_trim((struct mail_span){ buf_get(&out), out.n });
	while (s.n > 0 && s.p[0] == '.' && (s.n == 1 || s.p[1] == '.'))
		s = (struct mail_span){ s.p + 1, s.n - 1 };
	text = arena_memdup(arena, s.p, s.n);
	buf_release(&out);
	if (s.n <= NAME_MAX_BYTES)
		return *text ? text : NULL;
	ending = strrchr(text, '.');
	if (!ending || strlen(ending) > ENDING_MAX)
		ending = "";
	s.n = NAME_MAX_BYTES - strlen(ending);
	return arena_printf(arena, "%.*s%s", (int)utf8_valid(text, s.n), text, ending);
}

/* The last part of a path of any system. */
static const char *
file_name(struct arena *arena, const char *path)
{
	const char *last = path;

	for (const char *p = path; *p; p++)
		if (*p == '/' || *p == '\\')
			last = p + 1;
	return safe_name(arena, last);
}

void
mail_leaf_name(struct arena *arena, struct mail_leaf *leaf)
{
	struct mail_lines lines = mail_lines_of(leaf->raw, leaf->part.raw_size);
	const char *name = NULL;
	struct mail_line line;

	if (leaf->part.name || strcmp(leaf->part.type, "message/rfc822") != 0)
		return;
	while (!name && mail_line_next(&lines, &line))
		if (mail_span_is(line.name, "Subject")) {
			char *subject = arena_strdup(arena, mail_words(arena, (struct mail_span){ line.value.p, line.value.n < 998 ? line.value.n : 998 }));

			for (char *s = subject; *s; s++)
				if (*s == '/' || *s == '\\')
					*s = '_';
			name = safe_name(arena, subject);
		}
	leaf->part.name = arena_printf(arena, "%s.eml", name ? name : "message");
}

struct fields {
	struct mail_span type, encoding, disposition, id;
};

static void
read_line(struct fields *fields, const struct mail_line *line)
{
	static const struct {
		const char *name;
		size_t offset;
	} names[] = {
		{ "Content-Type", offsetof(struct fields, type) },
		{ "Content-Transfer-Encoding", offsetof(struct fields, encoding) },
		{ "Content-Disposition", offsetof(struct fields, disposition) },
		{ "Content-ID", offsetof(struct fields, id) },
	};

	if (line->name.n < 10 || (line->name.p[0] != 'C' && line->name.p[0] != 'c'))
		return;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct mail_span *to = (struct mail_span *)(void *)((char *)fields + names[i].offset);

		if (to->n == 0 && mail_span_is(line->name, names[i].name))
			*to = line->value;
	}
}

static void
read_type(struct arena *arena, struct mail_span value, struct mail_leaf *out)
{
	char label[MAIL_LABEL];
	const char *charset;

	mail_params_read(arena, value, &out->type);
	out->part.type = strchr(out->type.main, '/') ? out->type.main : "text/plain";
	charset = mail_param_get(arena, &out->type, "charset");
	if (!charset)
		return;
	mail_label((struct mail_span){ charset, strlen(charset) }, label);
	out->part.charset = *label ? arena_strdup(arena, label) : NULL;
}

static void
read_disposition(struct arena *arena, struct mail_span value, struct mail_leaf *out)
{
	struct mail_params params = { "", NULL, 0 };
	const char *path = NULL;

	mail_params_read(arena, value, &params);
	/* Of an unknown one: as an attachment (RFC 2183, 2.8). */
	if (*params.main)
		out->part.disposition = strcmp(params.main, "inline") == 0 ? "inline" : "attachment";
	path = mail_param_get(arena, &params, "filename");
	if (!path)
		path = mail_param_get(arena, &out->type, "name");
	out->part.name = path ? file_name(arena, path) : NULL;
}

void
mail_leaf_read(struct arena *arena, const char *bytes, size_t size, struct mail_leaf *out)
{
	struct mail_lines lines = mail_lines_of(bytes, size);
	struct fields fields = { { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 } };
	struct mail_part *part = &out->part;
	struct mail_line line;

	*out = (struct mail_leaf){ .raw = bytes };
	while (mail_line_next(&lines, &line))
		read_line(&fields, &line);
	read_type(arena, fields.type, out);
	read_disposition(arena, fields.disposition, out);
	part->encoding = mail_encoding_of(fields.encoding);
	if (fields.id.n) {
		struct mail_span id = mail_trim(fields.id);

		if (id.n > 1 && id.p[0] == '<' && id.p[id.n - 1] == '>')
			id = (struct mail_span){ id.p + 1, id.n - 2 };
		part->content_id = id.n ? mail_words(arena, id) : NULL;
	}
	out->raw = lines.p;
	part->offset = (size_t)(lines.p - bytes);
	part->raw_size = size - part->offset;
}

/* A response in each of the formats. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/json.h"
#include "export/export_priv.h"
#include "export/front.h"

void
export_json(struct buf *out, const struct import_item *item)
{
	struct json json = json_writer(out);

	record_json(&rec_import_item, item, &json);
	buf_char(out, '\n');
}

static bool
is_written(const struct field *f)
{
	return !(f->flags & FIELD_INTERNAL);
}

/* What is written of a field that is no list: NULL where there is nothing. */
static const char *
text_of(struct arena *arena, const struct field *f, const struct import_item *item)
{
	if (!field_present(f, item))
		return NULL;
	if (f->type == FIELD_BOOL)
		return field_int(f, item) ? "true" : "false";
	return field_format(arena, f, item);
}

/* Where there is no place for attachments they have no column: an empty one would say that there are none. */
void
export_csv_header(struct buf *out, bool attachments)
{
	for (size_t i = 0, n = 0; i < rec_import_item.n; i++) {
		const struct field *f = &rec_import_item.fields[i];

		if (!is_written(f) || (f->type == FIELD_RECORDS && !attachments))
			continue;
		if (n++)
			buf_char(out, ',');
		csv_cell(out, f->name);
	}
	buf_str(out, "\r\n");
}

void
export_csv(struct buf *out, struct arena *arena, const struct import_item *item, const struct texts *attachments)
{
	for (size_t i = 0, n = 0; i < rec_import_item.n; i++) {
		const struct field *f = &rec_import_item.fields[i];
		const char *text;

		if (!is_written(f) || (f->type == FIELD_RECORDS && !attachments))
			continue;
		if (n++)
			buf_char(out, ',');
		text = f->type == FIELD_RECORDS ? texts_join(arena, attachments, ",") : text_of(arena, f, item);
		csv_cell(out, text ? text : "");
	}
	buf_str(out, "\r\n");
}

void
export_markdown(struct buf *out, struct arena *arena, const struct import_item *item, const struct texts *attachments)
{
	front_begin(out);
	for (size_t i = 0; i < rec_import_item.n; i++) {
		const struct field *f = &rec_import_item.fields[i];

		/* The text is the body; the category is in the folders, and here for who moves the file. */
		if (!is_written(f) || strcmp(f->name, "text") == 0)
			continue;
		if (f->type == FIELD_RECORDS && attachments->n)
			front_list(out, f->name, attachments);
		else if (f->type == FIELD_TEXTS && ((const struct texts *)field_const(f, item))->n)
			front_list(out, f->name, field_const(f, item));
		else if (f->type != FIELD_RECORDS && f->type != FIELD_TEXTS && field_present(f, item))
			front_text(out, f->name, text_of(arena, f, item));
	}
	front_end(out, item->text);
}

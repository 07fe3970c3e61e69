/*
 * Standard output: a table on a terminal, TAB-separated lines in a pipe, JSON
 * Lines. Everything passes utf8_sanitize or the JSON writer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/priv.h"
#include "model/id.h"

/* Longer cells stand out of their column instead of widening it. */
#define COLUMN_MAX 40

typedef VEC(const struct field *) field_vec;

static int
write_failed(struct cli *cli, struct err *err)
{
	if (errno == EPIPE) {
		cli->priv->closed = true;
		err->code = E_OK;
		return -1;
	}
	return err_set(err, E_IO, "path", "standard output", "reason", strerror(errno), NULL);
}

static int
write_out(struct cli *cli, const char *p, size_t size, struct err *err)
{
	if (cli->priv->closed) {
		err->code = E_OK;
		return -1;
	}
	if (size && fwrite(p, 1, size, stdout) != size)
		return write_failed(cli, err);
	return 0;
}

void
output_bytes(struct cli *cli, const char *p, size_t size)
{
	struct err err = { 0 };

	if (write_out(cli, p, size, &err) < 0 && !cli->priv->closed) {
		cli_fail(cli, &err, NULL);
		cli->priv->told = true;
	}
}

/* Fields. */

static void
add_columns(struct arena *arena, const struct record *record, field_vec *out)
{
	for (size_t i = 0; i < record->n; i++)
		if ((record->fields[i].flags & FIELD_COLUMN) && !(record->fields[i].flags & FIELD_SECRET))
			vec_push(arena, out, &record->fields[i]);
}

static const char *
next_name(struct arena *arena, const char **list)
{
	size_t size = strcspn(*list, ",");
	char *name = arena_memdup(arena, *list, size);

	*list += size + ((*list)[size] == ',');
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}

static const struct field *
shown_field(const struct record *record, const char *name)
{
	const struct field *f = record_field(record, name);

	return f && !(f->flags & FIELD_SECRET) ? f : NULL;
}

/* The fields to print of a record; of --fields those that it has. */
static field_vec
fields_of(const struct cli *cli, const struct record *record)
{
	field_vec out = { NULL, 0, 0 };

	for (const char *list = cli->fields; list && *list;) {
		const struct field *f = shown_field(record, next_name(cli->arena, &list));

		if (f)
			vec_push(cli->arena, &out, f);
	}
	if (out.n == 0)
		add_columns(cli->arena, record, &out);
	if (cli->ids && out.n > 1)
		out.n = 1;
	return out;
}

const struct record *
output_record(const struct command *command)
{
	if (command->out)
		return command->out;
	return command->op ? command->op->out : NULL;
}

static bool
prints(const struct command *command, const char *name)
{
	const struct record *first = output_record(command);

	if (!first || shown_field(first, name))
		return true;
	for (const struct op *const *op = command->also; op && *op; op++)
		if (shown_field((*op)->out, name))
			return true;
	return false;
}

int
output_check_fields(struct cli *cli, struct err *err)
{
	const struct record *record = output_record(cli->command);
	const char *all = "", *list = cli->fields;

	for (size_t i = 0; record && i < record->n; i++)
		if (!(record->fields[i].flags & FIELD_SECRET))
			all = arena_printf(cli->arena, "%s%s%s", all, *all ? ", " : "", record->fields[i].name);
	do {
		const char *name = next_name(cli->arena, &list);

		if (!prints(cli->command, name))
			return err_set(err, E_BAD_VALUE, "name", "--fields", "value", name, "expected", N_("one of {all}"), "all", all, NULL);
	} while (*list);
	return 0;
}

/* JSON. */

static int
print_json(struct cli *cli, const struct record *record, const void *p, struct err *err)
{
	struct buf out = BUF_INIT;
	struct json json = json_writer(&out);
	struct record some = *record;
	int rc;

	if (cli->fields) {
		field_vec fields = fields_of(cli, record);
		struct field *copy = arena_alloc(cli->arena, fields.n * sizeof(*copy));

		for (size_t i = 0; i < fields.n; i++)
			copy[i] = *fields.v[i];
		some.fields = copy;
		some.n = fields.n;
	}
	record_json(&some, p, &json);
	buf_char(&out, cli->null ? '\0' : '\n');
	rc = write_out(cli, buf_get(&out), out.n, err);
	buf_release(&out);
	return rc;
}

/* Lines for scripts. */

static void
add_escaped(struct buf *out, const char *text)
{
	struct buf plain = BUF_INIT;

	for (const char *p = text; *p; p++) {
		switch (*p) {
		case '\t':
			buf_str(&plain, "\\t");
			break;
		case '\n':
			buf_str(&plain, "\\n");
			break;
		case '\\':
			buf_str(&plain, "\\\\");
			break;
		default:
			buf_char(&plain, *p);
		}
	}
	utf8_sanitize(out, buf_get(&plain), false);
	buf_release(&plain);
}

static int
print_line(struct cli *cli, const struct record *record, const void *p, struct err *err)
{
	field_vec fields = fields_of(cli, record);
	struct buf out = BUF_INIT;
	int rc;

	for (size_t i = 0; i < fields.n; i++) {
		if (i)
			buf_char(&out, '\t');
		add_escaped(&out, field_format(cli->arena, fields.v[i], p));
	}
	buf_char(&out, cli->null ? '\0' : '\n');
	rc = write_out(cli, buf_get(&out), out.n, err);
	buf_release(&out);
	return rc;
}

/* Tables for people. */

/* In a table the time of today, else the date; on a card both. */
static const char *
local_time(struct cli *cli, time_ms t, bool card)
{
	const char *text, *today, *zone = cli_zone(cli);
	char utc[TIME_TEXT];
	struct err ignored = { 0 };

	if (time_format_zone(cli->arena, t, zone, "%Y-%m-%d %H:%M:%S", &text, &ignored) < 0 ||
	    time_format_zone(cli->arena, clock_now(), zone, "%Y-%m-%d", &today, &ignored) < 0)
		return arena_strdup(cli->arena, time_format(t, utc));
	if (card)
		return text;
	if (strncmp(text, today, strlen(today)) == 0)
		return arena_memdup(cli->arena, text + 11, 5);
	return arena_memdup(cli->arena, text, 10);
}

/* What people see of a field, not yet made safe. */
static const char *
shown_text(struct cli *cli, const struct field *field, const void *p, bool card)
{
	const char *text = field_format(cli->arena, field, p);

	if (!*text)
		return text;
	if (field->type == FIELD_ID && !card && strlen(text) == ID_LEN)
		return text + ID_LEN - ID_END_SHOWN;
	if (field->type == FIELD_TIME)
		return local_time(cli, field_int(field, p), card);
	if (field->type == FIELD_DURATION && field_int(field, p) >= MS_SECOND)
		return duration_format(cli->arena, field_int(field, p) / MS_SECOND * MS_SECOND);
	return text;
}

static const char *
cell(struct cli *cli, const struct field *field, const void *p)
{
	struct buf out = BUF_INIT;
	const char *safe;

	utf8_sanitize(&out, shown_text(cli, field, p, false), false);
	safe = arena_strdup(cli->arena, buf_get(&out));
	buf_release(&out);
	return safe;
}

static int
hold_row(struct cli *cli, const struct record *record, const void *p)
{
	struct table *t = &cli->priv->table;
	const char **cells;

	if (t->record != record) {
		field_vec fields;

		cli_flush(cli);
		fields = fields_of(cli, record);
		t->record = record;
		t->columns = fields.v;
		t->columns_n = fields.n;
	}
	cells = arena_alloc(cli->arena, t->columns_n * sizeof(*cells));
	for (size_t i = 0; i < t->columns_n; i++)
		cells[i] = cell(cli, t->columns[i], p);
	vec_push(cli->arena, &t->rows, cells);
	return 0;
}

/* Cards: a line per field; lists a line per item. */

static void
card_line(struct buf *out, const char *name, int width, const char *text)
{
	buf_printf(out, "%-*s  ", width, name);
	utf8_sanitize(out, text, false);
	buf_char(out, '\n');
}

static void
card_field(struct cli *cli, struct buf *out, const struct field *f, int width, const void *p)
{
	const char *name = option_name(cli->arena, f->name);
	const void *at = (const char *)p + f->offset;

	if (f->type == FIELD_TEXTS) {
		const struct texts *t = at;

		for (size_t i = 0; i < t->n; i++)
			card_line(out, i ? "" : name, width, t->v[i]);
	} else if (f->type == FIELD_PAIRS) {
		const struct pairs *t = at;

		for (size_t i = 0; i < t->n; i++)
			card_line(out, i ? "" : name, width, arena_printf(cli->arena, "%s=%s", t->v[i].key, t->v[i].value));
	} else {
		const char *text = shown_text(cli, f, p, true);

		if (*text)
			card_line(out, name, width, text);
	}
}

static int
print_card(struct cli *cli, const struct record *record, const void *p, struct err *err)
{
	struct buf out = BUF_INIT;
	int width = 0, rc;

	for (size_t i = 0; i < record->n; i++)
		if (field_present(&record->fields[i], p) && (int)strlen(record->fields[i].name) > width)
			width = (int)strlen(record->fields[i].name);
	if (cli->priv->cards++)
		buf_char(&out, '\n');
	for (size_t i = 0; i < record->n; i++)
		if (!(record->fields[i].flags & FIELD_SECRET) && field_present(&record->fields[i], p))
			card_field(cli, &out, &record->fields[i], width, p);
	rc = write_out(cli, buf_get(&out), out.n, err);
	buf_release(&out);
	return rc;
}

static const char *
heading(struct arena *arena, const struct field *field)
{
	char *name = arena_strdup(arena, field->name);

	for (char *p = name; *p; p++)
		*p = *p == '_' ? ' ' : (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
	return name;
}

/* The width of each column; 0 for one without a value, which is left out. */
static int *
column_widths(struct cli *cli, const struct table *t)
{
	int *widths = arena_alloc(cli->arena, t->columns_n * sizeof(*widths));

	for (size_t c = 0; c < t->columns_n; c++) {
		for (size_t r = 0; r < t->rows.n; r++) {
			int width = utf8_width(t->rows.v[r][c]);

			width = width > COLUMN_MAX ? COLUMN_MAX : width;
			widths[c] = width > widths[c] ? width : widths[c];
		}
		if ((widths[c] || cli->fields || (cli->command->flags & CMD_STREAM)) && widths[c] < (int)strlen(t->columns[c]->name))
			widths[c] = (int)strlen(t->columns[c]->name);
		if ((cli->command->flags & CMD_STREAM) && t->columns[c]->type == FIELD_ID && widths[c] < ID_END_SHOWN)
			widths[c] = ID_END_SHOWN;
		if (c < COUNT_OF(cli->priv->headed_widths) && cli->priv->headed == t->record && cli->priv->headed_widths[c] > widths[c])
			widths[c] = cli->priv->headed_widths[c];
	}
	memcpy(cli->priv->headed_widths, widths, (t->columns_n < COUNT_OF(cli->priv->headed_widths) ? t->columns_n : COUNT_OF(cli->priv->headed_widths)) * sizeof(*widths));
	return widths;
}

static void
add_row(struct buf *out, const struct table *t, const int *widths, const char **cells)
{
	size_t spaces = 0;

	for (size_t c = 0; c < t->columns_n; c++) {
		int width = utf8_width(cells[c]);

		if (!widths[c])
			continue;
		for (; width && spaces; spaces--)
			buf_char(out, ' ');
		buf_str(out, cells[c]);
		spaces += 2 + (size_t)(width < widths[c] ? widths[c] - width : 0);
	}
	buf_char(out, '\n');
}

void
cli_flush(struct cli *cli)
{
	struct table *t = &cli->priv->table;
	struct buf out = BUF_INIT;

	if (t->rows.n) {
		const char **head = arena_alloc(cli->arena, t->columns_n * sizeof(*head));
		int *widths = column_widths(cli, t);

		for (size_t c = 0; c < t->columns_n; c++)
			head[c] = heading(cli->arena, t->columns[c]);
		if (cli->priv->headed != t->record)
			add_row(&out, t, widths, head);
		cli->priv->headed = t->record;
		for (size_t r = 0; r < t->rows.n; r++)
			add_row(&out, t, widths, t->rows.v[r]);
		output_bytes(cli, buf_get(&out), out.n);
		buf_release(&out);
	}
	*t = (struct table){ 0 };
	if (fflush(stdout) == 0)
		return;
	if (errno == EPIPE)
		cli->priv->closed = true;
	else
		cli->priv->write_errno = errno;
}

static bool
on_terminal(struct cli *cli)
{
	if (cli->priv->tty == TTY_UNKNOWN)
		cli->priv->tty = isatty(STDOUT_FILENO) ? TTY_YES : TTY_NO;
	return cli->priv->tty == TTY_YES;
}

bool
cli_to_people(struct cli *cli)
{
	return !cli->ids && !cli->json && !cli->null && !cli->fields && on_terminal(cli);
}

static bool
shown_as_card(const struct cli *cli, const struct record *record)
{
	const struct record *first = output_record(cli->command);

	return (cli->command->flags & CMD_CARD) && !cli->fields && first && strcmp(first->name, record->name) == 0;
}

int
cli_print(void *context, const struct record *record, const void *p, struct err *err)
{
	struct cli *cli = context;

	if (cli->priv->closed) {
		err->code = E_OK;
		return -1;
	}
	if (cli->ids)
		return print_line(cli, record, p, err);
	if (cli->json)
		return print_json(cli, record, p, err);
	if (cli->null || !on_terminal(cli))
		return print_line(cli, record, p, err);
	if (shown_as_card(cli, record))
		return print_card(cli, record, p, err);
	return hold_row(cli, record, p);
}

bool
cli_clear(struct cli *cli)
{
	static const char home[] = "\033[H\033[2J";
	const char *term = getenv("TERM");

	if (cli->ids || cli->json || cli->null || !on_terminal(cli) || !term || !*term || strcmp(term, "dumb") == 0)
		return false;
	cli_flush(cli);
	cli->priv->headed = NULL;
	output_bytes(cli, home, sizeof(home) - 1);
	return true;
}

int
output_close(struct cli *cli, int status)
{
	struct err err;

	cli_flush(cli);
	if (cli->priv->closed)
		return cli->worst;
	if (cli->priv->told)
		return status ? status : cli->worst;
	if (!ferror(stdout))
		return status;
	err_set(&err, E_IO, "path", "standard output", "reason", strerror(cli->priv->write_errno ? cli->priv->write_errno : EIO), NULL);
	return status ? status : cli_fail(cli, &err, NULL);
}

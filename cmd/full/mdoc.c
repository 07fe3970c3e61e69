/*
 * The man page of a command, from its table. Pages are English.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cmd/full/full.h"

#define PAGES_DATE "November 21, 2026"

/* One character, by name where a roff may not read UTF-8; how many bytes it has. */
static size_t
put_character(const char *p)
{
	uint32_t c = (unsigned char)*p;
	size_t size = c < 0x80 ? 1 : utf8_decode(p, &c);

	if (c < 0x80)
		putchar((int)c);
	else
		printf("\\[u%04X]", (unsigned)c);
	return size ? size : 1;
}

static void
escaped(const char *text, bool sentences)
{
	bool start = true;

	for (const char *p = text; *p; p++) {
		if (start && (*p == '.' || *p == '\''))
			fputs("\\&", stdout);
		start = *p == '\n';
		if (*p == '\\')
			fputs("\\e", stdout);
		else
			putchar(*p);
		if (sentences && strchr(".!?", *p) && p[1] == ' ') {
			putchar('\n');
			start = true;
			p += strspn(p + 1, " ");
		}
	}
	putchar('\n');
}

void
mdoc_text(const char *text)
{
	escaped(text, true);
}

/* A word that roff takes for a macro or for punctuation is none of both. */
void
mdoc_word(const char *text)
{
	size_t size = strlen(text);
	bool quote = strpbrk(text, " \t\"") != NULL;

	fputs(quote ? " \"" : " ", stdout);
	if ((size <= 3 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z') || strchr(".,:;()[]|?!'", text[0]))
		fputs("\\&", stdout);
	for (const char *p = text; *p;) {
		if (*p == '\\' || *p == '"')
			fputs(*p++ == '"' ? "\"\"" : "\\e", stdout);
		/* A list of values may go on in the next line. */
		else if (*p == '|')
			fputs("|\\:", stdout), p++;
		else
			p += put_character(p);
	}
	if (quote)
		putchar('"');
}

/* Paragraphs; one whose first line is indented is set as it stands. */
static void
paragraphs(const char *text)
{
	for (bool first = true; *text; first = false) {
		const char *end = strstr(text, "\n\n");
		size_t size = end ? (size_t)(end - text) : strlen(text);
		char *part = strndup(text, size);
		bool literal = part && (part[0] == ' ' || part[0] == '\t');

		if (literal)
			puts(".Bd -literal -offset indent");
		else if (!first)
			puts(".Pp");
		escaped(part ? part : "", !literal);
		if (literal)
			puts(".Ed");
		free(part);
		text += size + strspn(text + size, "\n");
	}
}

static void
sentence(const char *text)
{
	size_t size = strlen(text);
	bool ended = size && strchr(".!?", text[size - 1]);
	struct buf out = BUF_INIT;

	buf_str(&out, text);
	if (out.n && out.p[0] >= 'a' && out.p[0] <= 'z')
		out.p[0] = (char)(out.p[0] - 32);
	if (!ended)
		buf_char(&out, '.');
	mdoc_text(buf_get(&out));
	buf_release(&out);
}

static void
option(const struct option_row *row)
{
	fputs(".It", stdout);
	if (row->letter)
		printf(" Fl %c ,", row->letter);
	printf(" Fl -%s", row->name);
	if (row->value && row->optional_value) {
		fputs(" Ns Oo Ns = Ns Ar", stdout);
		mdoc_word(row->value);
		fputs(" Oc", stdout);
	} else if (row->value) {
		fputs(" Ar", stdout);
		mdoc_word(row->value);
	}
	putchar('\n');
	sentence(row->doc ? row->doc : "");
	if (row->repeatable)
		puts("May be given more than once.");
	if (row->field && (row->field->flags & FIELD_REQUIRED))
		puts("Must be given.");
}

static void
verbs(const struct command *command)
{
	if (!command->verbs)
		return;
	puts(".Bl -tag -width Ds");
	for (const struct command *const *verb = command->verbs; *verb; verb++) {
		printf(".It Cm %s\n", command_word(*verb));
		sentence((*verb)->summary);
		if ((*verb)->about)
			mdoc_text((*verb)->about);
	}
	puts(".El");
}

static void
options(struct arena *arena, const struct command *command)
{
	const struct option_row *rows;
	size_t n = command_options(arena, command, &rows);

	puts(".Sh OPTIONS\n.Bl -tag -width Ds");
	for (size_t i = 0; i < n; i++)
		option(&rows[i]);
	puts(".El");
}

static void
field_list(const struct record *record, bool columns)
{
	puts(".Bl -tag -width external_id");
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if ((f->flags & FIELD_SECRET) || !(f->flags & FIELD_COLUMN) == columns)
			continue;
		fputs(".It Va", stdout);
		mdoc_word(f->name);
		putchar('\n');
		sentence(f->doc ? f->doc : "");
		if (!f->names)
			continue;
		fputs("One of", stdout);
		for (size_t k = 0; k < f->names->n; k++)
			if (f->names->v[k].name[0])
				printf("%s %s", k && f->names->v[k - 1].name[0] ? "," : "", f->names->v[k].name);
		puts(".");
	}
	puts(".El");
}

static void
also_list(const struct command *command)
{
	for (const struct op *const *op = command->also; op && *op; op++) {
		printf(".Pp\nWhere it %s:\n", (*op)->doc);
		field_list((*op)->out, true);
	}
}

static bool
has_fields(const struct record *record, bool columns)
{
	for (size_t i = 0; i < record->n; i++)
		if (!(record->fields[i].flags & FIELD_SECRET) && !(record->fields[i].flags & FIELD_COLUMN) != columns)
			return true;
	return false;
}

static void
output(const struct command *command)
{
	const struct record *record = output_record(command);

	puts(".Sh OUTPUT");
	if (!record || (!has_fields(record, true) && !has_fields(record, false))) {
		puts("None, or as described above.");
		return;
	}
	if (has_fields(record, true)) {
		puts("The columns, in their order:");
		field_list(record, true);
	}
	if (has_fields(record, false)) {
		/* A paragraph of its own, unless the section begins with it. */
		printf("%sWith\n.Fl -json\nor\n.Fl -fields\nthere are also:\n", has_fields(record, true) ? ".Pp\n" : "");
		field_list(record, false);
	}
	also_list(command);
}

static void
exit_status(void)
{
	puts(".Sh EXIT STATUS\n"
	     "0 when done, 1 when there is nothing, 64 for wrong usage, 65 for bad input, 66 when no such thing exists,\n"
	     "75 when the same call may succeed later, 77 without permission or session, 78 for a bad configuration,\n"
	     "79 when the state does not allow it.\n"
	     "The whole table is in\n.Xr ixn-exit 7 .");
}

static void
examples(const struct command *command)
{
	puts(".Sh EXAMPLES");
	for (size_t i = 0; i < COUNT_OF(command->examples) && command->examples[i].line; i++) {
		if (i)
			puts(".Pp");
		sentence(command->examples[i].doc);
		fputs(".Dl", stdout);
		mdoc_word(command->examples[i].line);
		putchar('\n');
	}
}

/* see: "ixn-done, ixn-targets(7)"; without a section it is 1. */
static void
see_also(struct arena *arena, const char *see)
{
	struct texts pages = { NULL, 0, 0 };

	for (const char *p = see; p && *p; p += strspn(p, ", ")) {
		size_t size = strcspn(p, ", (");

		texts_add(arena, &pages, arena_printf(arena, "%c %.*s", p[size] == '(' && p[size + 1] ? p[size + 1] : '1', (int)size, p));
		p += strcspn(p, ",");
	}
	texts_add(arena, &pages, "1 ixn");
	texts_add(arena, &pages, "5 ixn-config");
	texts_add(arena, &pages, "7 ixn-exit");
	/* By section, then name: "1 ixn-done". */
	texts_sort(&pages);
	puts(".Sh SEE ALSO");
	for (size_t i = 0; i < pages.n; i++)
		printf(".Xr %s %c%s\n", pages.v[i] + 2, pages.v[i][0], i + 1 < pages.n ? " ," : "");
}

static void
head(const char *name, const char *summary)
{
	printf(".\\\" Made by 'ixn --mdoc %s'.\n.Dd %s\n.Dt ", name, PAGES_DATE);
	for (const char *p = name; *p; p++)
		putchar(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
	printf(" 1\n.Os ixn-tools %s\n.Sh NAME\n.Nm %s\n.Nd ", IXN_VERSION, name);
	mdoc_text(summary);
}

static void
synopsis(struct arena *arena, const struct command *command)
{
	const char *operand = usage_operand(arena, command);
	bool optional = operand[0] == '[', several = strstr(operand, "...") != NULL;
	const char *name = operand + optional;

	puts(".Sh SYNOPSIS");
	for (const struct command *const *verb = command->verbs; verb && *verb; verb++)
		printf(".Nm\n.Cm %s\n.Op Ar option ...\n%s", command_word(*verb), (*verb)->operand ? ".Ar ID ...\n" : "");
	if (command->verbs)
		return;
	puts(".Nm\n.Op Ar option ...");
	if (!*operand)
		return;
	fputs(optional ? ".Op Ar" : ".Ar", stdout);
	mdoc_word(arena_printf(arena, "%.*s", (int)strcspn(name, ".]"), name));
	puts(several ? " ..." : "");
}

static void
page(const struct command *command)
{
	struct arena *arena = arena_new();

	head(command->name, command->summary);
	synopsis(arena, command);
	puts(".Sh DESCRIPTION");
	if (command->about)
		paragraphs(command->about);
	else
		sentence(command->summary);
	verbs(command);
	options(arena, command);
	output(command);
	exit_status();
	examples(command);
	see_also(arena, command->see);
	arena_free(&arena);
}

#define TITLE(value, title) title,
static const char *const titles[] = { TASKS(TITLE) };

/* The page of ixn itself: the commands by task. */
static void
overview(void)
{
	head("ixn", "the contact-centre agent desk as Unix commands");
	puts(".Sh SYNOPSIS\n.Nm\n.Nm\n.Ar command\n.Op Ar argument ...\n.Nm\n.Cm help\n.Ar command\n.Sh DESCRIPTION\n"
	     "Alone it lists all commands by task.\n"
	     "A command may be given as an argument, with or without its\n.Dq ixn-\n:\n.Ql ixn accept\nis\n.Xr ixn-accept 1 .\n"
	     "A chat from login to done is told in\n.Xr ixn 7 .");
	for (size_t t = 0; t < COUNT_OF(titles); t++) {
		bool any = false;

		for (size_t i = 0; i < command_table_n; i++) {
			const struct command *c = command_table[i].command;

			if ((size_t)c->task != t)
				continue;
			if (!any)
				printf(".Ss %s\n.Bl -tag -width Ds\n", titles[t]);
			any = true;
			printf(".It Xr %s 1\n", c->name);
			sentence(c->summary);
		}
		if (any)
			puts(".El");
	}
	puts(".Sh SEE ALSO\n.Xr ixn-config 5 ,\n.Xr ixn-formats 5 ,\n.Xr ixn 7 ,\n.Xr ixn-exit 7 ,\n.Xr ixn-states 7");
}

int
document_run(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct command_row *row = command_find(name);

	if (strcmp(argv[0], "--table") == 0) {
		if (table_print(name) < 0)
			return ERR_USAGE;
	} else if (strcmp(name, "ixn") == 0) {
		overview();
	} else if (row) {
		page(row->command);
	} else {
		return ERR_USAGE;
	}
	return fflush(stdout) == 0 ? 0 : ERR_IO;
}

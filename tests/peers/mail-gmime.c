/*
 * mail-gmime - what GMime reads in mails beside what wire/mail.h reads:
 *
 *   mail-gmime FILE...
 *
 * Prints a line for each difference: the file, what of it, ours, GMime's, by TAB.
 * What: subject, from, to, parts (their number), type, size, name, attachment, text, html;
 * those of a part with its number, "type:2". Exits 0, 1 when a file cannot be read.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/utf8.h"
#include "wire/mail.h"

#define MAIL_MAX (64 << 20)
#define SHOWN 60 /* bytes of a value in a line */

struct pair {
	struct arena *arena;
	const char *file;
	struct mail_headers headers;
	struct mail_body body;
	GMimeParserOptions *options;
	size_t n; /* parts of GMime's so far */
};

/* Without blanks: both join lines as they like. */
static const char *
squeeze(struct arena *arena, const char *text)
{
	char *out = arena_strdup(arena, text ? text : "");
	size_t n = 0;

	for (const char *p = out; *p; p++)
		if ((unsigned char)*p > ' ' && strncmp(p, "\xc2\xa0", 2) != 0)
			out[n++] = *p;
	out[n] = '\0';
	return out;
}

/* Both from a little before they differ. */
static void
differ(const struct pair *pair, const char *what, const char *ours, const char *theirs)
{
	size_t same = 0;

	ours = squeeze(pair->arena, ours);
	theirs = squeeze(pair->arena, theirs);
	if (strcmp(ours, theirs) == 0)
		return;
	while (ours[same] && ours[same] == theirs[same])
		same++;
	same = same > SHOWN / 3 ? same - SHOWN / 3 : 0;
	while (same > 0 && ((unsigned char)ours[same] & 0xc0) == 0x80)
		same--;
	ours += same;
	theirs += same;
	printf("%s\t%s\t%.*s\t%.*s\n", pair->file, what, (int)utf8_valid(ours, strnlen(ours, SHOWN)), ours, SHOWN, theirs);
}

static void
differ_part(const struct pair *pair, const char *what, const char *ours, const char *theirs)
{
	differ(pair, arena_printf(pair->arena, "%s:%zu", what, pair->n + 1), ours, theirs);
}

static const char *
number(struct arena *arena, size_t n)
{
	return arena_printf(arena, "%zu", n);
}

static const char *
our_list(struct arena *arena, const struct mail_addresses *list)
{
	const char *all = "";

	for (size_t i = 0; i < list->n; i++)
		all = arena_printf(arena, "%s%s<%s>", all, list->v[i].name ? list->v[i].name : "", list->v[i].address);
	return all;
}

static const char *
their_list(struct arena *arena, InternetAddressList *list)
{
	const char *all = "";

	for (int i = 0; list && i < internet_address_list_length(list); i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);
		const char *name = internet_address_get_name(one);

		if (INTERNET_ADDRESS_IS_GROUP(one))
			all = arena_printf(arena, "%s%s", all, their_list(arena, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one))));
		else
			all = arena_printf(arena, "%s%s<%s>", all, name ? name : "", internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)));
	}
	return all;
}

static void
compare_text(const struct pair *pair, const struct mail_part *ours, GMimeTextPart *text)
{
	bool html = strcmp(ours->type, "text/html") == 0;
	char *theirs;
	const char *got;

	if (ours->attachment || (!html && strcmp(ours->type, "text/plain") != 0))
		return;
	theirs = g_mime_text_part_get_text(text);
	got = squeeze(pair->arena, html ? pair->body.html : pair->body.text);
	/* Ours is that of all parts. */
	if (theirs && !strstr(got, squeeze(pair->arena, theirs)))
		differ_part(pair, html ? "html" : "text", got, theirs);
	g_free(theirs);
}

static void
compare_part(const struct pair *pair, GMimeObject *object)
{
	const struct mail_part *ours = &pair->body.parts[pair->n];
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *disposition = g_mime_object_get_disposition(object);
	char *name = g_mime_content_type_get_mime_type(type);
	GMimeDataWrapper *content = GMIME_IS_PART(object) ? g_mime_part_get_content(GMIME_PART(object)) : NULL;
	GMimeStream *stream = content ? g_mime_stream_null_new() : NULL;

	for (char *p = name; *p; p++)
		*p = g_ascii_tolower(*p);
	differ_part(pair, "type", ours->type, name);
	differ_part(pair, "attachment", ours->disposition && strcmp(ours->disposition, "attachment") == 0 ? "1" : "0",
		    disposition && g_ascii_strcasecmp(disposition, "attachment") == 0 ? "1" : "0");
	if (content)
		differ_part(pair, "size", number(pair->arena, ours->size), number(pair->arena, (size_t)g_mime_data_wrapper_write_to_stream(content, stream)));
	if (GMIME_IS_PART(object))
		differ_part(pair, "name", ours->name, g_mime_part_get_filename(GMIME_PART(object)));
	if (GMIME_IS_TEXT_PART(object))
		compare_text(pair, ours, GMIME_TEXT_PART(object));
	g_free(name);
	if (stream)
		g_object_unref(stream);
}

static void
walk(struct pair *pair, GMimeObject *object)
{
	if (GMIME_IS_MULTIPART(object)) {
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
			walk(pair, g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
		return;
	}
	if (pair->n < pair->body.n)
		compare_part(pair, object);
	pair->n++;
}

static size_t
count(GMimeObject *object)
{
	size_t n = 0;

	if (!GMIME_IS_MULTIPART(object))
		return 1;
	for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
		n += count(g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
	return n;
}

static void
compare(struct pair *pair, GMimeMessage *message)
{
	GMimeObject *top = g_mime_message_get_mime_part(message);
	const char *subject = g_mime_message_get_subject(message);

	differ(pair, "subject", pair->headers.subject, subject);
	differ(pair, "from", our_list(pair->arena, &pair->headers.from), their_list(pair->arena, g_mime_message_get_from(message)));
	differ(pair, "to", our_list(pair->arena, &pair->headers.to), their_list(pair->arena, g_mime_message_get_to(message)));
	/* Where the parts are not the same, each would differ. */
	if (top && count(top) == pair->body.n)
		walk(pair, top);
	else
		differ(pair, "parts", number(pair->arena, pair->body.n), number(pair->arena, top ? count(top) : 0));
}

static int
one(struct pair *pair)
{
	struct err err;
	const char *bytes = NULL;
	size_t size = 0;
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeMessage *message;

	if (file_read(pair->arena, pair->file, MAIL_MAX, &bytes, &size, &err) < 0)
		return -1;
	mail_headers_read(pair->arena, bytes, size, &pair->headers);
	mail_body_read(pair->arena, bytes, size, &pair->body);
	stream = g_mime_stream_mem_new_with_buffer(bytes, size);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, pair->options);
	pair->n = 0;
	if (message) {
		compare(pair, message);
		g_object_unref(message);
	} else
		printf("%s\tmail\tread\trefused\n", pair->file);
	g_object_unref(parser);
	g_object_unref(stream);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *charsets[] = { "utf-8", "windows-1252", NULL };
	struct pair pair = { .arena = arena_new() };
	int rc = 0;

	g_mime_init();
	pair.options = g_mime_parser_options_new();
	g_mime_parser_options_set_fallback_charsets(pair.options, charsets);
	for (int i = 1; i < argc; i++) {
		pair.file = argv[i];
		if (one(&pair) < 0) {
			fprintf(stderr, "mail-gmime: cannot read %s\n", argv[i]);
			rc = 1;
		}
		arena_reset(pair.arena);
	}
	g_mime_parser_options_free(pair.options);
	g_mime_shutdown();
	arena_free(&pair.arena);
	return rc;
}

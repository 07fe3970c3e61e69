/*
 * parse-gmime - parse-gmime SECONDS FILE...: how many mails a second GMime reads,
 * with their parts decoded and their texts as UTF-8. Processor time.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct mail {
	char *bytes;
	gsize size;
};

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
decode(GMimeObject *object)
{
	GMimeDataWrapper *content;
	GMimeStream *stream;

	if (GMIME_IS_MULTIPART(object)) {
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
			decode(g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
		return;
	}
	if (GMIME_IS_TEXT_PART(object)) {
		g_free(g_mime_text_part_get_text(GMIME_TEXT_PART(object)));
		return;
	}
	content = GMIME_IS_PART(object) ? g_mime_part_get_content(GMIME_PART(object)) : NULL;
	if (!content)
		return;
	stream = g_mime_stream_null_new();
	g_mime_data_wrapper_write_to_stream(content, stream);
	g_object_unref(stream);
}

static void
read_mail(const struct mail *mail)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail->bytes, mail->size);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	if (message) {
		g_mime_message_get_subject(message);
		internet_address_list_length(g_mime_message_get_from(message));
		internet_address_list_length(g_mime_message_get_to(message));
		g_mime_message_get_date(message);
		if (g_mime_message_get_mime_part(message))
			decode(g_mime_message_get_mime_part(message));
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

int
main(int argc, char **argv)
{
	double seconds = argc > 2 ? strtod(argv[1], NULL) : 0, begin, now;
	int n = argc > 2 ? argc - 2 : 0;
	struct mail *mails = g_new0(struct mail, (gsize)n);
	size_t done = 0;

	g_mime_init();
	for (int i = 0; i < n; i++)
		if (!g_file_get_contents(argv[i + 2], &mails[i].bytes, &mails[i].size, NULL)) {
			fprintf(stderr, "parse-gmime: cannot read %s\n", argv[i + 2]);
			return 1;
		}
	begin = now = cpu();
	for (; n > 0 && now - begin < seconds; now = cpu())
		for (int i = 0; i < n; i++, done++)
			read_mail(&mails[i]);
	printf("%.0f\n", n > 0 ? (double)done / (now - begin) : 0);
	for (int i = 0; i < n; i++)
		g_free(mails[i].bytes);
	g_free(mails);
	g_mime_shutdown();
	return 0;
}

/*
 * parse - how fast mails are read:
 *
 *   parse mails SECONDS FILE...   prints mails a second: header, parts, text, attachments' sizes
 *   parse headers SECONDS FILE... prints mails a second: the header alone
 *   parse nested SECONDS          prints the time of HTML whose tags are nested ten times as deep, by that of the same once
 *
 * Time is that of the processor.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "wire/mail.h"
#include "wire/mail_text.h"

#define MAIL_MAX (64 << 20)
#define NESTED 20000

struct mails {
	const char **bytes;
	size_t *sizes;
	size_t n;
};

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
load(struct arena *arena, char **files, size_t n, struct mails *out)
{
	struct err err;

	*out = (struct mails){ arena_alloc(arena, n * sizeof(out->bytes[0])), arena_alloc(arena, n * sizeof(out->sizes[0])), n };
	for (size_t i = 0; i < n; i++)
		if (file_read(arena, files[i], MAIL_MAX, &out->bytes[i], &out->sizes[i], &err) < 0) {
			fprintf(stderr, "parse: cannot read %s\n", files[i]);
			return -1;
		}
	return 0;
}

static double
read_mails(const struct mails *mails, double seconds, bool body)
{
	struct arena *arena = arena_new();
	double begin = cpu(), now = begin;
	size_t done = 0;

	for (; now - begin < seconds; now = cpu())
		for (size_t i = 0; i < mails->n; i++, done++) {
			struct mail_headers h;
			struct mail_body b;

			mail_headers_read(arena, mails->bytes[i], mails->sizes[i], &h);
			if (body)
				mail_body_read(arena, mails->bytes[i], mails->sizes[i], &b);
			arena_reset(arena);
		}
	arena_free(&arena);
	return (double)done / (now - begin);
}

/* Seconds for HTML with its tags nested so deep. */
static double
read_nested(size_t depth, double seconds)
{
	struct buf html = BUF_INIT, text = BUF_INIT;
	double begin, now;
	size_t rounds = 0;

	for (size_t i = 0; i < depth; i++)
		buf_str(&html, "<div><b><table><tr><td>text ");
	for (size_t i = 0; i < depth; i++)
		buf_str(&html, "</td></tr></table></b></div>");
	begin = now = cpu();
	for (; now - begin < seconds || rounds == 0; now = cpu(), rounds++) {
		buf_reset(&text);
		mail_html_text(&text, html.p, html.n);
	}
	buf_release(&html);
	buf_release(&text);
	return (now - begin) / (double)rounds;
}

int
main(int argc, char **argv)
{
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 0;
	struct arena *arena;
	struct mails mails;
	int rc = 0;

	if (argc == 3 && strcmp(argv[1], "nested") == 0) {
		double once = read_nested(NESTED, seconds);

		printf("%.2f\n", read_nested((size_t)10 * NESTED, seconds) / once);
		return 0;
	}
	if (argc < 4) {
		fprintf(stderr, "parse: see tests/bench/parse.c\n");
		return 64;
	}
	arena = arena_new();
	if (load(arena, argv + 3, (size_t)argc - 3, &mails) < 0)
		rc = 1;
	else
		printf("%.0f\n", read_mails(&mails, seconds, strcmp(argv[1], "mails") == 0));
	arena_free(&arena);
	return rc;
}

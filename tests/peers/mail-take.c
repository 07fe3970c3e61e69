/*
 * mail-take - mails of files come to a mailbox, without a mail server:
 *	mail-take STORE MAILBOX UIDVALIDITY UID FILE...
 * Each FILE is a mail, the first one with this UID; "made:N" stands for N mails
 * that are made up. All of it, or 200 at a time, is one batch. A line a mail: outcome,
 * interaction, queue, reason, parted by tabs. MAIL_TAKE_TOKEN names a file with
 * NAME:TOKEN of a service account, MAIL_TAKE_CA the certificates, for a STORE at a
 * server. MAIL_TAKE_TEST=1: what the rules would do, instead. The time that the desk
 * took is told on standard error with MAIL_TAKE_TIME=1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "channel/imap.h"
#include "desk/carrier.h"
#include "jobs/mail_read.h"
#include "remote/remote.h"
#include "store/store.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };
const struct carrier *const desk_carriers[] = { &remote_carrier, &local_carrier, NULL };

#define BATCH 200

static struct desk *desk;
static struct mail_reader *reader;
static struct arena *own; /* lives as long as the program */
static double spent;
static long made;

static void
die(const struct err *err)
{
	fprintf(stderr, "mail-take: %s", err_name(err->code));
	for (int i = 0; i < err->nargs; i++)
		fprintf(stderr, " %s=%s", err->args[i].name, err->args[i].value);
	fprintf(stderr, "\n");
	exit((int)err_class(err));
}

static const char *
text(const char *s)
{
	return s ? s : "";
}

static int
emit(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct mail_taken *t = p;
	const struct mail_tested *r = p;

	(void)context;
	(void)err;
	if (record == &rec_mail_taken)
		printf("%s\t%s\t%s\t%s\n", names_get(&fetch_outcomes, (int)t->outcome), text(t->ixn), text(t->queue), text(t->reason));
	else
		printf("%s\t%s\t%s\t%s\t%s\n", text(r->rule), r->outcome == INT_ABSENT ? "" : names_get(&fetch_outcomes, (int)r->outcome), text(r->queue), text(r->language), text(r->reason));
	return 0;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
take(struct arena *arena, const char *mailbox, int64_t uidvalidity, const struct mail_fetched *mails, size_t n)
{
	const struct mail_take_in in = { mailbox, uidvalidity, { arena_memdup(arena, mails, n * sizeof(*mails)), n } };
	const struct mail_test_in test = { mailbox, in.mails };
	const bool tests = getenv("MAIL_TAKE_TEST") != NULL;
	const struct request request = { .op = tests ? &op_mail_test_rules : &op_mail_take, .in = tests ? (const void *)&test : &in };
	struct err err = { 0 };
	double from = now();

	if (desk_call(desk, &request, arena, emit, NULL, &err) < 0)
		die(&err);
	spent += now() - from;
}

static void
read_one(struct arena *arena, const char *file, uint32_t uid, struct mail_fetched *out)
{
	struct imap_mail mail = { .uid = uid, .received = INT64_C(1795253400000) };
	struct err err = { 0 };

	if (strncmp(file, "made:", 5) == 0) {
		mail.bytes = arena_printf(arena,
					  "Return-Path: <ann%ld@example.com>\r\nReceived: from a.example.com by mx.example.org; Sat, 21 Nov 2026 09:30:00 +0000\r\n"
					  "From: Ann %ld <ann%ld@example.com>\r\nTo: Support <support@example.org>\r\nSubject: My order %ld\r\n"
					  "Message-ID: <made.%ld.%u@example.com>\r\nDate: Sat, 21 Nov 2026 09:30:00 +0000\r\nMIME-Version: 1.0\r\n"
					  "Content-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n\r\nI ordered a table on Monday, and it has not come yet.\r\n"
					  "Could you tell me where it is? My number is %ld.\r\n\r\nAnn\r\n",
					  made % 500, made % 500, made % 500, made, made, uid, made);
		mail.bytes_n = strlen(mail.bytes);
		made++;
	} else if (file_read(arena, file, (size_t)64 << 20, &mail.bytes, &mail.bytes_n, &err) < 0) {
		die(&err);
	}
	mail.size = (uint32_t)mail.bytes_n;
	mail_read(reader, arena, &mail, MAIL_READ_WHOLE, out);
}

static void
open_desk(const char *store)
{
	struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = 30 * MS_MINUTE, .mail_from = "desk@example.org", .ca = getenv("MAIL_TAKE_CA") };
	const char *token = getenv("MAIL_TAKE_TOKEN"), *line;
	struct err err = { 0 };

	if (token) {
		if (file_secret(own, token, &line, &err) < 0)
			die(&err);
		options.agent = arena_memdup(own, line, strcspn(line, ":"));
		options.token = line + strcspn(line, ":") + 1;
	}
	if (desk_open(store, &options, &desk, &err) < 0)
		die(&err);
}

int
main(int argc, char **argv)
{
	struct mail_fetched mails[BATCH];
	struct arena *arena = arena_new();
	uint32_t uid;
	size_t n = 0;

	if (argc < 6)
		return 64;
	uid = (uint32_t)strtoul(argv[4], NULL, 10);
	own = arena_new();
	open_desk(argv[1]);
	reader = mail_reader_new();
	for (int i = 5; i < argc; i++) {
		long times = strncmp(argv[i], "made:", 5) == 0 ? strtol(argv[i] + 5, NULL, 10) : 1;

		for (long k = 0; k < times; k++) {
			read_one(arena, argv[i], uid++, &mails[n++]);
			if (n < BATCH && (k + 1 < times || i + 1 < argc))
				continue;
			take(arena, argv[2], strtoll(argv[3], NULL, 10), mails, n);
			arena_reset(arena);
			n = 0;
		}
	}
	if (getenv("MAIL_TAKE_TIME"))
		fprintf(stderr, "%.3f s\n", spent);
	mail_reader_free(&reader);
	arena_free(&arena);
	desk_close(&desk);
	arena_free(&own);
	return 0;
}

/*
 * imap-client - lib/channel/imap.h at the end of a shell script:
 *
 *   imap-client [KEY=VALUE]... STEP...
 *      port=N [host=H] [tls=implicit|starttls|local|none] [ca=FILE] [user=U password=P]
 *      [auth=auto|login|plain|xoauth2] [timeout=MS] [count=N] [bytes=N] [max_size=N]
 *   select=BOX examine=BOX create=BOX list=FROM,MAX fetch=DIR flags=FLAGS move=BOX
 *   append=BOX,FILE[,FLAGS] idle=MS stop=MS can=NAME fail=1
 *
 * fetch, flags and move are about what the last list found; fetch writes DIR/UID.eml
 * and prints "mail UID SIZE BYTES whole|headers RECEIVED"; DIR "-" only counts. fail: the
 * callback says no. stop: idle with a stop_fd that can be read. Prints "open ok" or
 * "open CODE REASON", then a line for each step, "ms N" at the end.
 * Exits 0, 1 when it could not open, 2 when a step failed.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "channel/imap.h"

struct run {
	struct imap_account account;
	struct imap_timeouts timeouts;
	struct imap_batch limits;
	struct imap *imap;
	struct arena *arena;
	struct imap_listed *listed;
	size_t listed_n, mails, bytes, batches;
	const char *dir;
	bool fail;
};

static void
print_err(const char *what, const struct err *err)
{
	const char *reason = err_get(err, "reason");

	if (!reason)
		reason = err_get(err, "what");
	printf("%s %s %s\n", what, err_name(err->code), reason ? reason : "-");
}

static int
find_name(const char *const *names, int n, const char *value)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], value) == 0)
			return i;
	fprintf(stderr, "imap-client: %s?\n", value);
	exit(64);
}

/* Steps: 0, or -1 with err. */

static int
step_select(struct run *r, const char *value, bool examine, struct err *err)
{
	struct imap_box box;

	if (imap_select(r->imap, value, examine, &box, err) < 0)
		return -1;
	printf("box %" PRIu32 " %" PRIu32 " %" PRIu32 "%s%s\n", box.uidvalidity, box.uidnext, box.exists, box.keywords ? " keywords" : "",
	       box.read_only ? " read_only" : "");
	return 0;
}

static int
do_select(struct run *r, const char *value, struct err *err)
{
	return step_select(r, value, false, err);
}

static int
do_examine(struct run *r, const char *value, struct err *err)
{
	return step_select(r, value, true, err);
}

static int
do_create(struct run *r, const char *value, struct err *err)
{
	if (imap_create(r->imap, value, err) < 0)
		return -1;
	puts("created");
	return 0;
}

static int
do_list(struct run *r, const char *value, struct err *err)
{
	const char *comma = strchr(value, ',');
	uint32_t from = (uint32_t)strtoul(value, NULL, 10);

	if (imap_list(r->imap, from, comma ? strtoul(comma + 1, NULL, 10) : 100000, r->arena, &r->listed, &r->listed_n, err) < 0)
		return -1;
	printf("listed %zu", r->listed_n);
	for (size_t i = 0; i < r->listed_n && r->listed_n <= 20; i++)
		printf(" %" PRIu32 ":%" PRIu32, r->listed[i].uid, r->listed[i].size);
	puts("");
	return 0;
}

static int
keep(const struct run *r, const struct imap_mail *mail, struct err *err)
{
	char path[4096];

	printf("mail %" PRIu32 " %" PRIu32 " %zu %s %" PRId64 "\n", mail->uid, mail->size, mail->bytes_n, mail->headers_only ? "headers" : "whole", mail->received);
	snprintf(path, sizeof(path), "%s/%" PRIu32 ".eml", r->dir, mail->uid);
	if (mail->bytes[mail->bytes_n] != '\0')
		return err_set(err, E_BUG, "what", "no NUL behind", NULL);
	return file_write(path, mail->bytes, mail->bytes_n, true, false, err);
}

static int
take_batch(void *context, const struct imap_mail *mails, size_t n, struct err *err)
{
	struct run *r = context;

	if (r->fail)
		return err_set(err, E_TEMP, "what", "the test says no", NULL);
	r->batches++;
	for (size_t i = 0; i < n; i++) {
		r->mails++;
		r->bytes += mails[i].bytes_n;
		if (strcmp(r->dir, "-") != 0 && keep(r, &mails[i], err) < 0)
			return -1;
	}
	return 0;
}

static int
do_fetch(struct run *r, const char *value, struct err *err)
{
	int64_t start = clock_monotonic();
	int rc;

	r->dir = value;
	rc = imap_fetch(r->imap, r->listed, r->listed_n, &r->limits, take_batch, r, err);
	printf("fetched %zu %zu %zu\n", r->mails, r->bytes, r->batches);
	printf("fetch_ms %" PRId64 "\n", clock_monotonic() - start);
	return rc;
}

static uint32_t *
uids(const struct run *r)
{
	uint32_t *out = arena_alloc(r->arena, (r->listed_n + 1) * sizeof(*out));

	for (size_t i = 0; i < r->listed_n; i++)
		out[i] = r->listed[i].uid;
	return out;
}

static int
do_flags(struct run *r, const char *value, struct err *err)
{
	if (imap_store_flags(r->imap, uids(r), r->listed_n, value, err) < 0)
		return -1;
	puts("flagged");
	return 0;
}

static int
do_move(struct run *r, const char *value, struct err *err)
{
	if (imap_move(r->imap, uids(r), r->listed_n, value, err) < 0)
		return -1;
	puts("moved");
	return 0;
}

static int
do_append(struct run *r, const char *value, struct err *err)
{
	char *box = arena_strdup(r->arena, value), *path = strchr(box, ','), *flags = path ? strchr(path + 1, ',') : NULL;
	const char *data;
	size_t size;
	uint32_t uid;

	if (!path)
		exit(64);
	*path++ = '\0';
	if (flags)
		*flags++ = '\0';
	if (file_read(r->arena, path, (size_t)1 << 30, &data, &size, err) < 0 ||
	    imap_append(r->imap, box, data, size, flags, &uid, err) < 0)
		return -1;
	printf("appended %" PRIu32 "\n", uid);
	return 0;
}

static int
wait_for_news(struct run *r, const char *value, int stop_fd, struct err *err)
{
	static const char *const names[] = { "news", "quiet", "stopped", "failed" };
	enum imap_idle end;

	puts("idle");
	fflush(stdout);
	end = imap_idle(r->imap, strtol(value, NULL, 10), stop_fd, err);
	puts(names[end]);
	return end == IMAP_FAILED ? -1 : 0;
}

static int
do_idle(struct run *r, const char *value, struct err *err)
{
	return wait_for_news(r, value, -1, err);
}

static int
do_stop(struct run *r, const char *value, struct err *err)
{
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC) < 0 || write(fds[1], "x", 1) != 1)
		exit(71);
	rc = wait_for_news(r, value, fds[0], err);
	close(fds[0]);
	close(fds[1]);
	return rc;
}

static int
do_can(struct run *r, const char *value, struct err *err)
{
	(void)err;
	printf("can %s %s\n", value, imap_can(r->imap, value) ? "yes" : "no");
	return 0;
}

static bool
set_option(struct run *r, const char *key, const char *value)
{
	static const char *const tls[] = { "implicit", "starttls", "local", "none" };
	static const char *const auth[] = { "auto", "login", "plain", "xoauth2" };
	const struct {
		const char *key, **value;
	} strings[] = { { "host", &r->account.host }, { "ca", &r->account.ca_file }, { "user", &r->account.user }, { "password", &r->account.password } };
	long n = strtol(value, NULL, 10);

	for (size_t i = 0; i < COUNT_OF(strings); i++) {
		if (strcmp(strings[i].key, key) == 0) {
			*strings[i].value = value;
			return true;
		}
	}
	if (strcmp(key, "port") == 0)
		r->account.port = (uint16_t)n;
	else if (strcmp(key, "tls") == 0)
		r->account.tls = (enum stream_tls)find_name(tls, COUNT_OF(tls), value);
	else if (strcmp(key, "auth") == 0)
		r->account.auth = (enum imap_auth)find_name(auth, COUNT_OF(auth), value);
	else if (strcmp(key, "timeout") == 0)
		r->timeouts = (struct imap_timeouts){ n, n, n, n };
	else if (strcmp(key, "count") == 0)
		r->limits.count = (size_t)n;
	else if (strcmp(key, "bytes") == 0)
		r->limits.bytes = (size_t)n;
	else if (strcmp(key, "max_size") == 0)
		r->limits.max_size = (uint32_t)n;
	else if (strcmp(key, "fail") == 0)
		r->fail = n != 0;
	else
		return false;
	return true;
}

static const struct {
	const char *name;
	int (*run)(struct run *r, const char *value, struct err *err);
} steps[] = {
	{ "select", do_select },
	{ "examine", do_examine },
	{ "create", do_create },
	{ "list", do_list },
	{ "fetch", do_fetch },
	{ "flags", do_flags },
	{ "move", do_move },
	{ "append", do_append },
	{ "idle", do_idle },
	{ "stop", do_stop },
	{ "can", do_can },
};

static int
run_steps(struct run *r, char **steps_at, int n)
{
	int status = 0;

	for (int k = 0; k < n; k++) {
		const char *value = strchr(steps_at[k], '=');
		size_t i = 0;
		struct err err = { 0 };

		while (i < COUNT_OF(steps) && strncmp(steps[i].name, steps_at[k], strlen(steps[i].name)) != 0)
			i++;
		if (i == COUNT_OF(steps))
			continue;
		if (steps[i].run(r, value + 1, &err) < 0) {
			print_err(steps[i].name, &err);
			status = 2;
		}
		fflush(stdout);
	}
	return status;
}

int
main(int argc, char **argv)
{
	struct run r = { .account = { .host = "localhost", .tls = STREAM_TLS_LOCAL }, .timeouts = imap_timeouts };
	int64_t start = clock_monotonic();
	struct err err = { 0 };
	struct rusage usage;
	int status = 1;

	r.account.timeouts = &r.timeouts;
	r.arena = arena_new();
	for (int i = 1; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (!value)
			return 64;
		*value = '\0';
		set_option(&r, argv[i], value + 1);
		*value = '=';
	}
	r.imap = imap_open(&r.account, &err);
	if (r.imap) {
		puts("open ok");
		status = run_steps(&r, argv + 1, argc - 1);
		if (imap_broken(r.imap))
			print_err("broken", imap_broken(r.imap));
		else
			puts("usable");
	} else {
		print_err("open", &err);
	}
	imap_close(&r.imap);
	arena_free(&r.arena);
	getrusage(RUSAGE_SELF, &usage);
	printf("rss %ld\nms %" PRId64 "\n", usage.ru_maxrss, clock_monotonic() - start);
	return status;
}

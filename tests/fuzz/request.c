/*
 * A connection to the server: its bytes go through libmicrohttpd, the routes,
 * the workers and a small site, and what comes back is looked at. Each request
 * that is whole is answered, by what answers may be (request_answer.h), and
 * nothing is held when it is over. Where one changed the store, the next one
 * finds the server as it was at first.
 *
 * In the input, {length} is the size of what follows the head that it stands
 * in, {sign} its signature by the gateway's key, {ixn} alice's chat, {contact}
 * the secret of who wrote it; at its end, {gone}: who asked is not there to be
 * answered. Tokens: alice, lea and root have 64 times a, b, c.
 */
#include <netinet/in.h>
#include <sanitizer/lsan_interface.h>
#include <sodium.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rand.h"
#include "model/record_read.h"
#include "tests/fuzz/request_answer.h"
#include "tests/unit/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __lsan_is_turned_off(void);

#define INPUT_MAX ((size_t)48 << 10)
/* So many requests, one behind the other, are told their lengths. */
#define HEADS 8
#define LEAKS_EVERY 500
#define NOW "2026-11-21T09:30:00Z"
#define SECONDS "1795253400"
#define KEY "key of sms"
#define GONE "{gone}"

static const char *const agents[][2] = {
	{ "alice", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "lea", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" },
	{ "root", "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" },
};

static const struct desk_options options = { .zone = "UTC", .language = "en", .mail_from = "desk@example.org", .session_ttl = 12 * MS_HOUR };
static struct api_settings settings = { .desk = &options, .inherited = -1, .threads = 1, .workers = 1, .connections = 10, .body = 16384, .timeout_ms = MS_MINUTE, .proxies = "127.0.0.1" };
static struct api_server server;
static struct arena *kept;
static const char *folder, *store, *wal, *shm, *first, *chat, *secret;
static size_t first_size;
static struct stat unchanged;
static bool runs;

/* The site. */

static void
must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s: %s\n", err_name(err->code), err_get(err, "what") ? err_get(err, "what") : "");
	abort();
}

struct wanted {
	const char *name, **text_r;
};

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct wanted *w = context;

	(void)err;
	*w->text_r = arena_strdup(kept, record_text(record, p, w->name));
	return 0;
}

static void
ask(struct desk *desk, struct request request, const char *json, struct wanted *wanted)
{
	const struct json_source source = { "request", json, strlen(json), 0 };
	void *in = record_new(kept, request.op->in);
	struct err err = { 0 };

	must(record_read(kept, &source, FROM_CLIENT, request.op->in, in, &err), &err);
	request.in = in;
	must(desk_call(desk, &request, kept, wanted ? keep : NULL, wanted, &err), &err);
}

static const char *
site(void)
{
	const char *key = arena_printf(kept, "%s/sms.key", folder);
	char hash[crypto_pwhash_STRBYTES];
	struct err err = { 0 };

	must(file_write(key, KEY "\n", strlen(KEY) + 1, true, false, &err), &err);
	/* As cheap as they come. */
	if (crypto_pwhash_str(hash, "p", 1, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN) != 0)
		abort();
	return arena_printf(kept,
			    "{\"queues\":[{\"name\":\"support\",\"transcript\":true},{\"name\":\"texts\"}],\"agents\":["
			    "{\"name\":\"alice\",\"alias\":\"Alice\",\"password_hash\":\"%s\",\"capacity\":{\"chat\":9,\"sms\":3}},"
			    "{\"name\":\"lea\",\"alias\":\"L\xc3\xa9"
			    "a\",\"role\":\"lead\",\"capacity\":{\"chat\":1}},{\"name\":\"root\",\"role\":\"admin\"},{\"name\":\"gateway\",\"role\":\"service\"}],"
			    "\"teams\":[{\"name\":\"team\",\"leads\":[\"lea\"]}],\"dispositions\":[{\"code\":\"solved\",\"label\":\"Solved\"}],"
			    "\"web\":[{\"name\":\"shop\",\"origins\":[\"https://www.example.org\"],\"chat_queue\":\"support\",\"callback_queue\":\"support\",\"cobrowse\":true}],"
			    "\"gateways\":[{\"name\":\"sms\",\"queue\":\"texts\",\"key_file\":\"%s\"},{\"name\":\"nokey\",\"queue\":\"texts\"},{\"name\":\"idle\",\"key_file\":\"%s\"}]}",
			    hash, key, key);
}

/* Alice has a chat of a contact who is there. */
static void
fill(struct desk *desk)
{
	ask(desk, (struct request){ .op = &op_site_load }, site(), NULL);
	for (size_t i = 0; i < COUNT_OF(agents); i++)
		ask(desk, (struct request){ .op = &op_session_login },
		    arena_printf(kept, "{\"name\":\"%s\",\"password\":\"p\",\"token\":\"%s\",\"ready\":%s}", agents[i][0], agents[i][1], i ? "false" : "true"), NULL);
	ask(desk, (struct request){ .op = &op_web_start, .contact = "", .from = "127.0.0.1" }, "{\"name\":\"Ann\",\"address\":\"ann@example.org\",\"text\":\"hello\"}",
	    &(struct wanted){ "secret", &secret });
	ask(desk, (struct request){ .op = &op_ixn_accept, .agent = agents[0][0], .token = agents[0][1], .from = "127.0.0.1" }, "{}", &(struct wanted){ "id", &chat });
}

/* The server. */

static struct stat
changes(void)
{
	struct stat st = { 0 };

	if (stat(wal, &st) < 0)
		st.st_size = -1;
	return st;
}

/* Nobody knows its name; connections are added by hand. */
static int
listening(void)
{
	const struct sockaddr any = { .sa_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, &any, sizeof(any.sa_family)) < 0 || listen(fd, 1) < 0)
		abort();
	return fd;
}

static void
begin(void)
{
	struct err err = { 0 };

	must(file_write(store, first, first_size, true, false, &err), &err);
	rand_pin(2);
	must(server_open(&server, &settings, &err), &err);
	/* Without epoll: so it is seen that somebody has gone while a worker has the request, too. */
	must(server_start(&server, 0, listening(), &err), &err);
	runs = true;
	unchanged = changes();
}

static void
end(void)
{
	server_stop(&server);
	server_close(&server);
	runs = false;
	unlink(wal);
	unlink(shm);
}

static void
site_remove(void)
{
	if (runs)
		end();
	file_remove_all(folder);
}

static void
site_make(void)
{
	struct desk *desk;
	struct err err = { 0 };

	setenv("IXN_CLOCK", NOW, 1);
	rand_pin(1);
	kept = arena_new();
	/* Each change waits until it is on the disk: better where there is none. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	folder = folder_new(kept, "ixn-request");
	atexit(site_remove);
	store = arena_printf(kept, "%s/store.db", folder);
	wal = arena_printf(kept, "%s-wal", store);
	shm = arena_printf(kept, "%s-shm", store);
	settings.store = arena_printf(kept, "file:%s", store);
	must(desk_setup(settings.store, true, &err), &err);
	must(desk_open(settings.store, &options, &desk, &err), &err);
	fill(desk);
	desk_close(&desk);
	must(file_read(kept, store, SIZE_MAX, &first, &first_size, &err), &err);
}

/* What threads hold is taken for lost when they are stopped at a bad time: it is looked for when there are none. */
int
__lsan_is_turned_off(void)
{
	return runs;
}

/* As it was, as far as it could matter. */
static void
renew(void)
{
	static unsigned times;
	struct stat now = changes();

	if (++times % LEAKS_EVERY == 0) {
		end();
		assert(!__lsan_do_recoverable_leak_check());
		begin();
		return;
	}
	if (now.st_size != unchanged.st_size || now.st_mtim.tv_sec != unchanged.st_mtim.tv_sec || now.st_mtim.tv_nsec != unchanged.st_mtim.tv_nsec) {
		end();
		begin();
		return;
	}
	for (size_t i = 0; i < COUNT_OF(agents); i++)
		known_forget(server.known, agents[i][0], agents[i][1]);
	/* How long it took the last time decides which thread has it. */
	for (size_t i = 0; ops[i]; i++)
		atomic_store(&server.took[i], 0);
}

/* The input. */

static void
add_signature(struct buf *out, const struct buf *body)
{
	unsigned char mac[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	digest_hmac(KEY, strlen(KEY), (const struct digest_part[]){ { SECONDS ".", strlen(SECONDS) + 1 }, { buf_get(body), body->n } }, 2, mac);
	buf_printf(out, "t=" SECONDS ",v1=%s", sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac)));
}

/* What the braces at p stand for; how long they are, or 0. */
static size_t
add_known(struct buf *out, const char *p, size_t size, const struct buf *rest)
{
	static const char *const names[] = { "{length}", "{sign}", "{ixn}", "{contact}" };
	size_t i = 0, length = 0;

	for (; i < COUNT_OF(names); i++) {
		length = strlen(names[i]);
		if (length <= size && memcmp(p, names[i], length) == 0)
			break;
	}
	if (i == 0)
		buf_printf(out, "%zu", rest->n);
	else if (i == 1)
		add_signature(out, rest);
	else if (i < COUNT_OF(names))
		buf_str(out, i == 2 ? chat : secret);
	return i < COUNT_OF(names) ? length : 0;
}

static void
expand(const char *p, size_t size, unsigned heads, struct buf *out)
{
	const char *blank = heads ? memmem(p, size, "\r\n\r\n", 4) : NULL;
	size_t head = blank ? (size_t)(blank - p) + 4 : size;
	struct buf rest = BUF_INIT;

	if (blank)
		expand(p + head, size - head, heads - 1, &rest);
	for (size_t i = 0; i < head;) {
		size_t known = p[i] == '{' ? add_known(out, p + i, head - i, &rest) : 0;

		if (!known)
			buf_char(out, p[i]);
		i += known ? known : 1;
	}
	buf_add(out, buf_get(&rest), rest.n);
	buf_release(&rest);
}

/* The first request, where there is no doubt about where it ends: is it all there? */
static bool
is_whole(const struct buf *bytes)
{
	static const char big[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
	static const char controls[] = "\1\2\3\4\5\6\7\b\t\n\v\f\r\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37\177";
	const char *p = buf_get(bytes), *blank = strstr(p, "\r\n\r\n"), *length = NULL;
	size_t size = strspn(p, big), n = 0;
	char *end = NULL;

	if (!blank || blank - p > 4000 || !size || size > 20 || strncmp(p + size, " /", 2) != 0)
		return false;
	p += size + 1;
	p += strcspn(p, " \r\n");
	if (strncmp(p, " HTTP/1.1\r\n", 11) != 0)
		return false;
	for (p += 9; p < blank; p += strcspn(p, controls)) {
		if (strncmp(p, "\r\n", 2) != 0)
			return false;
		p += 2;
		size = strspn(p, name);
		if (!size || p[size] != ':' || strncasecmp(p, "Transfer-Encoding:", size + 1) == 0 || strncasecmp(p, "Expect:", size + 1) == 0)
			return false;
		if (strncasecmp(p, "Content-Length:", size + 1) != 0)
			continue;
		if (length)
			return false;
		length = p + size + 1 + strspn(p + size + 1, " ");
		n = strtoul(length, &end, 10);
	}
	return !length || (*length >= '0' && *length <= '9' && end - length < 10 && *end == '\r' && n <= (size_t)(buf_get(bytes) + bytes->n - blank) - 4);
}

/* The connection. */

static bool
take(int fd, struct buf *answers)
{
	size_t before = answers->n;
	char bytes[65536];
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		buf_add(answers, bytes, (size_t)n);
	return answers->n > before;
}

/* A stream that has said something need not go on: its last event ends in two newlines, and the end of the chunk that it came in. */
static bool
said_something(const struct buf *answers)
{
	return answers->n > 4 && (memcmp(answers->p + answers->n - 2, "\n\n", 2) == 0 || memcmp(answers->p + answers->n - 4, "\n\n\r\n", 4) == 0);
}

/* All that was sent is read, and seen to. */
static bool
waits_for_more(int fd)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int unread = 0;

	if (ioctl(fd, FIONREAD, &unread) < 0)
		abort();
	return !unread && server.guards->phase == PHASE_REQUEST && !(MHD_get_timeout(server.daemon, &ms) == MHD_YES && ms == 0);
}

/* A worker or the watcher is at it. When they have done, nothing tells a libmicrohttpd that has no threads. */
static void
wait_for_others(void)
{
	static const struct timespec soon = { 0, 10000 };

	if (server.guards && (server.guards->phase == PHASE_WORK || server.guards->phase == PHASE_STREAM))
		nanosleep(&soon, NULL);
}

/* Who shuts down its own end before it is answered has gone, says libmicrohttpd. */
static void
connect_with(const struct buf *bytes, bool gone, struct buf *answers)
{
	const struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int ends[2], room = (int)INPUT_MAX * 4;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 || setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) < 0)
		abort();
	assert(MHD_add_connection(server.daemon, ends[0], (const struct sockaddr *)&from, sizeof(from)) == MHD_YES);
	assert(!bytes->n || send(ends[1], bytes->p, bytes->n, MSG_NOSIGNAL) == (ssize_t)bytes->n);
	while (atomic_load(&server.connections)) {
		if (gone || waits_for_more(ends[0]))
			shutdown(ends[1], SHUT_WR);
		MHD_run_wait(server.daemon, 0);
		if (!take(ends[1], answers))
			wait_for_others();
		else if (atomic_load(&server.streams_n) && said_something(answers))
			stream_end(&server);
	}
	take(ends[1], answers);
	close(ends[1]);
}

/* What came of a connection. */
struct outcome {
	long long begun, answered, limited;
};

static struct outcome
outcome_now(void)
{
	struct outcome now = { atomic_load(&server.figures.of[FIGURE_REQUESTS]), 0, atomic_load(&server.figures.of[FIGURE_LIMITED]) };

	for (size_t i = 0; i <= BUCKETS; i++)
		now.answered += atomic_load(&server.figures.bucket[i]);
	return now;
}

/* Where no body follows, but a part of another request, libmicrohttpd 0.9.75 forgets the answer. */
static bool
may_forget(const struct buf *bytes)
{
	for (size_t i = 0; i < bytes->n; i++)
		if (strncasecmp(bytes->p + i, "100-continue", 12) == 0)
			return true;
	return false;
}

static void
check(const struct outcome *before, const struct answers *answers, const struct buf *bytes, bool gone)
{
	struct outcome now = outcome_now();
	long long answered = now.answered - before->answered, read = (long long)answers->ours;

	assert(!atomic_load(&server.held) && !atomic_load(&server.streams_n) && !server.guards && !work_waiting(&server));
	assert(read == answered || (read == answered - 1 && (gone || may_forget(bytes))));
	/* Only the last may have been cut, and only then does libmicrohttpd say what was wrong with it. */
	assert(answers->others <= 1 && now.begun - before->begun - answered <= 1);
	assert(gone || answers->ours + answers->others || now.limited > before->limited || !is_whole(bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool gone = size >= strlen(GONE) && memcmp(data + size - strlen(GONE), GONE, strlen(GONE)) == 0;
	struct buf bytes = BUF_INIT, out = BUF_INIT;
	struct answers answers = { .asked_head = memmem(data, size, "HEAD", 4) != NULL };
	struct outcome before;

	if (size > INPUT_MAX)
		return 0;
	if (!folder) {
		site_make();
		begin();
	}
	before = outcome_now();
	expand((const char *)data, gone ? size - strlen(GONE) : size, HEADS, &bytes);
	connect_with(&bytes, gone, &out);
	answers_read(&answers, &out);
	check(&before, &answers, &bytes, gone);
	buf_release(&bytes);
	buf_release(&out);
	renew();
	return 0;
}

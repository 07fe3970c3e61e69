/*
 * A whole look at a mailbox whose server says what it likes: the driver lists,
 * fetches, and each mail is read as the job reads it. Nothing falls, and what
 * comes out is UTF-8 and within the mail.
 */
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "channel/imap.h"
#include "jobs/mail_read.h"

#define SIZE_MAX_FUZZ 60000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct server {
	int fd;
	const uint8_t *data;
	size_t size;
};

/* Says all it has to say at once, then nothing more; hears until the other end is gone. */
static void *
serve(void *context)
{
	struct server *s = context;
	int fd = accept(s->fd, NULL, NULL);
	char heard[4096];

	if (fd < 0)
		return NULL;
	for (size_t at = 0; at < s->size;) {
		ssize_t n = send(fd, s->data + at, s->size - at, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	shutdown(fd, SHUT_WR);
	while (recv(fd, heard, sizeof(heard), 0) > 0)
		;
	close(fd);
	return NULL;
}

static void
check(const char *text)
{
	if (text)
		assert(utf8_valid(text, strlen(text)) == strlen(text));
}

static void
check_mail(const struct imap_mail *mail, const struct mail_fetched *m)
{
	const struct mail_part_in *parts = m->parts.v;
	const struct mail_address_in *addresses = m->addresses.v;

	assert(m->uid == mail->uid && m->raw.n == mail->bytes_n && m->digest && strlen(m->digest) == 64 && m->text);
	check(m->text);
	check(m->subject);
	check(m->message_id);
	check(m->in_reply_to);
	for (size_t i = 0; i < m->refs.n; i++)
		check(m->refs.v[i]);
	for (size_t i = 0; i < m->addresses.n; i++) {
		check(addresses[i].address);
		check(addresses[i].name);
	}
	for (size_t i = 0; i < m->parts.n; i++) {
		check(parts[i].name);
		assert(parts[i].start >= 0 && parts[i].length >= 0 && (size_t)(parts[i].start + parts[i].length) <= mail->bytes_n);
	}
	assert(m->headers.n <= 200);
}

static int
on_batch(void *context, const struct imap_mail *mails, size_t n, struct err *err)
{
	struct arena *arena = arena_new();

	(void)err;
	for (size_t i = 0; i < n; i++) {
		struct mail_fetched m;

		mail_read(context, arena, &mails[i], mails[i].headers_only ? MAIL_READ_HEADER : MAIL_READ_WHOLE, &m);
		check_mail(&mails[i], &m);
	}
	arena_free(&arena);
	return 0;
}

static void
look(uint16_t port, struct mail_reader *reader)
{
	static const struct imap_timeouts timeouts = { 2000, 2000, 2000, 100 };
	const struct imap_account account = { .host = "127.0.0.1", .port = port, .tls = STREAM_TLS_LOCAL, .user = "u", .password = "p", .timeouts = &timeouts };
	const struct imap_batch limits = { .count = 10, .bytes = 20000, .max_size = 10000 };
	struct arena *arena = arena_new();
	struct imap_listed *listed;
	struct imap_box box;
	struct err err = { 0 };
	struct imap *imap = imap_open(&account, &err);
	uint32_t uid = 1;
	size_t n;

	if (imap && imap_select(imap, "INBOX", false, &box, &err) == 0 && imap_list(imap, 1, 50, arena, &listed, &n, &err) == 0 &&
	    imap_fetch(imap, listed, n, &limits, on_batch, reader, &err) == 0 && imap_store_flags(imap, &uid, 1, "\\Seen", &err) == 0)
		err.code = E_OK;
	imap_close(&imap);
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mail_reader *reader;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct server server = { socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), data, size < SIZE_MAX_FUZZ ? size : SIZE_MAX_FUZZ };
	socklen_t length = sizeof(address);
	pthread_t thread;

	if (!reader)
		reader = mail_reader_new();
	if (bind(server.fd, (struct sockaddr *)&address, length) < 0 || listen(server.fd, 1) < 0 || getsockname(server.fd, (struct sockaddr *)&address, &length) < 0 ||
	    pthread_create(&thread, NULL, serve, &server) != 0)
		abort();
	look(ntohs(address.sin_port), reader);
	/* Nobody may have come. */
	shutdown(server.fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(server.fd);
	return 0;
}

/*
 * The bytes of a mail, made of what the desk fixed when it was queued.
 */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "jobs/outbox_priv.h"
#include "wire/mime.h"

#define LANGUAGE_MAX 35 /* RFC 5646, section 4.4.1 */
#define HEADERS_MAX 6

static bool
is_language(const char *text)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t size = text ? strspn(text, set) : 0;

	return size > 0 && size <= LANGUAGE_MAX && !text[size];
}

/* "a@x b@y" as "<a@x> <b@y>". */
static const char *
bracketed(struct arena *arena, const char *ids)
{
	struct buf out = BUF_INIT;
	const char *text;

	while (*ids) {
		size_t n = strcspn(ids, " ");

		if (n)
			buf_printf(&out, "%s<%.*s>", out.n ? " " : "", (int)n, ids);
		ids += n + (ids[n] == ' ');
	}
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

static size_t
add_headers(const struct outbox_next *m, struct arena *arena, struct mime_header *headers)
{
	const char *automatic = m->auto_submitted;
	size_t n = 0;

	/* Nobody wrote it: holiday notices and the like must not answer (RFC 3834). */
	if (!automatic && m->kind && strcmp(m->kind, "transcript") == 0)
		automatic = "auto-generated";
	if (m->in_reply_to && *m->in_reply_to)
		headers[n++] = (struct mime_header){ "In-Reply-To", bracketed(arena, m->in_reply_to) };
	if (m->refs && *m->refs)
		headers[n++] = (struct mime_header){ "References", bracketed(arena, m->refs) };
	if (automatic)
		headers[n++] = (struct mime_header){ "Auto-Submitted", automatic };
	/* By which it is known when it comes back. */
	if (m->auto_submitted)
		headers[n++] = (struct mime_header){ "X-Ixn-Loop", m->sender };
	if (is_language(m->language))
		headers[n++] = (struct mime_header){ "Content-Language", m->language };
	return n;
}

/* Those of a kind, in their order. */
static const struct mime_address *
addresses(const struct outbox_next *m, struct arena *arena, bool cc, size_t *n_r)
{
	const struct mail_recipient *all = m->header.v;
	struct mime_address *v = arena_alloc(arena, (m->header.n + 1) * sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < m->header.n; i++)
		if ((all[i].kind && strcmp(all[i].kind, "cc") == 0) == cc)
			v[n++] = (struct mime_address){ all[i].name, all[i].address };
	*n_r = n;
	return v;
}

/* Of its parameters only the charset: the others say how a mail held it. What is no type becomes bytes of some kind. */
static const char *
media_type(struct arena *arena, const char *type)
{
	const char *bare = type ? arena_memdup(arena, type, strcspn(type, "; \t")) : "";
	const char *charset = type ? strchr(type, ';') : NULL, *whole;

	if (!mime_is_type(bare))
		return NULL;
	while (charset && strncasecmp(charset, "charset=", 8) != 0)
		charset = *charset ? charset + 1 : NULL;
	if (!charset)
		return bare;
	charset += 8 + (charset[8] == '"');
	whole = arena_printf(arena, "%s; charset=%.*s", bare, (int)strcspn(charset, "; \t\""), charset);
	return mime_is_type(whole) ? whole : bare;
}

int
outbox_build(const struct outbox_next *mail, struct arena *arena, struct bytes *bytes_r, struct err *err)
{
	const struct outbox_attachment *files = mail->attachments.v;
	struct mime_attachment *attachments = arena_alloc(arena, (mail->attachments.n + 1) * sizeof(*attachments));
	struct mime_header headers[HEADERS_MAX];
	struct mime_mail m = {
		.from = { mail->sender_name, mail->sender },
		.reply_to = { NULL, mail->reply_to },
		.subject = mail->subject,
		.date = mail->date,
		.message_id = mail->message_id,
		.headers = headers,
		.text = mail->text,
		.html = mail->html,
		.attachments = attachments,
		.attachments_n = mail->attachments.n,
	};
	struct buf out = BUF_INIT;
	int rc;

	m.headers_n = add_headers(mail, arena, headers);
	m.to = addresses(mail, arena, false, &m.to_n);
	m.cc = addresses(mail, arena, true, &m.cc_n);
	for (size_t i = 0; i < mail->attachments.n; i++)
		attachments[i] = (struct mime_attachment){ files[i].name, media_type(arena, files[i].type), files[i].bytes.p, files[i].bytes.n };
	rc = mime_build(&m, &out, err);
	if (rc == 0)
		*bytes_r = (struct bytes){ arena_memdup(arena, buf_get(&out), out.n), out.n };
	buf_release(&out);
	return rc;
}

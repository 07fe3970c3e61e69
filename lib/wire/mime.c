#include "wire/mime.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libetpan/mailimf.h>
#include <libetpan/mailmime.h>
#include <libetpan/mailmime_types_helper.h>
#include <libetpan/mailmime_write_generic.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "wire/mime_encode.h"

/* A line is 998 bytes at most; a word that cannot be folded leaves room for its name. */
#define LINE_MAX_BYTES 998
#define WORD_MAX 900

/* What a build holds until it is written: libetpan borrows bodies. */
struct build {
	const struct mime_mail *mail;
	struct buf text, html;
	struct mailimf_fields *fields;
	unsigned boundaries;
	struct err *err;
};

/* libetpan returns NULL for lack of memory only; we do not go on without. */
static void *
need(void *p)
{
	if (!p)
		abort();
	return p;
}

static int
bad_field(struct build *b, const char *name, const char *what)
{
	return err_set(b->err, E_BAD_FIELD, "where", "mail", "name", name, "what", what, NULL);
}

/* Headers */

/* value is one line with blanks where it may be folded; libetpan folds it. */
static int
add_header(struct build *b, const char *name, const char *value)
{
	struct mailimf_field *field;

	for (const char *s = value; *s; s += *s == ' ') {
		size_t n = strcspn(s, " ");

		if (n > WORD_MAX)
			return bad_field(b, name, "a word longer than 900 bytes");
		s += n;
	}
	field = need(mailimf_field_new_custom(xstrdup(name), xstrdup(value)));
	if (mailimf_fields_add(b->fields, field) != MAILIMF_NO_ERROR)
		abort();
	return 0;
}

/* Protocol text that is never encoded: one ASCII line. */
static int
add_ascii(struct build *b, const char *name, const char *value)
{
	if (!value || !*value)
		return bad_field(b, name, "missing");
	for (const char *s = value; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			return bad_field(b, name, "not printable ASCII");
	return add_header(b, name, value);
}

static int
add_subject(struct build *b)
{
	const char *subject = b->mail->subject ? b->mail->subject : "";
	struct buf value = BUF_INIT;
	int n = mime_words(&value, "Subject", subject, MIME_FREE, b->err);

	if (n == 0)
		n = add_header(b, "Subject", buf_get(&value));
	buf_release(&value);
	return n;
}

static int
format_address(struct build *b, const char *name, const struct mime_address *a, struct buf *out)
{
	if (!a->address)
		return bad_field(b, name, "no address");
	if (mime_address_check(a->address, NULL, b->err) < 0)
		return -1;
	if (!a->name || !*a->name) {
		buf_str(out, a->address);
		return 0;
	}
	if (mime_words(out, name, a->name, MIME_PHRASE, b->err) < 0)
		return -1;
	buf_printf(out, " <%s>", a->address);
	return 0;
}

static int
add_addresses(struct build *b, const char *name, const struct mime_address *list, size_t count)
{
	struct buf value = BUF_INIT;
	int n = 0;

	if (count == 0)
		return 0;
	for (size_t i = 0; i < count && n == 0; i++) {
		if (i)
			buf_str(&value, ", ");
		n = format_address(b, name, &list[i], &value);
	}
	if (n == 0)
		n = add_header(b, name, buf_get(&value));
	buf_release(&value);
	return n;
}

static int
add_message_id(struct build *b)
{
	const char *id = b->mail->message_id ? b->mail->message_id : "";
	bool angle = *id == '<';
	size_t size = strlen(id);
	struct buf value = BUF_INIT;
	int n;

	if (angle && (size < 2 || id[size - 1] != '>'))
		return bad_field(b, "Message-ID", "not one id");
	id += angle;
	size -= angle ? 2 : 0;
	if (size > 250 || !memchr(id, '@', size) || strcspn(id, "<> ") < size)
		return bad_field(b, "Message-ID", "not one id");
	buf_char(&value, '<');
	buf_add(&value, id, size);
	buf_char(&value, '>');
	n = add_ascii(b, "Message-ID", buf_get(&value));
	buf_release(&value);
	return n;
}

/* Those that this file writes, and Bcc, which must never be written. */
static bool
is_own_header(const char *name)
{
	static const char *const own[] = { "Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject",
					   "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
					   "Content-Disposition" };

	for (size_t i = 0; i < COUNT_OF(own); i++)
		if (strcasecmp(name, own[i]) == 0)
			return true;
	return false;
}

static bool
is_header_name(const char *name)
{
	size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return size > 0 && size <= 76 && !name[size];
}

/* An ASCII value stays as it is, whatever its words: ids are not to be encoded. */
static int
add_extra(struct build *b, const struct mime_header *h)
{
	struct buf value = BUF_INIT;
	bool ascii = true;
	int n;

	if (!is_header_name(h->name) || is_own_header(h->name))
		return bad_field(b, h->name, "not a header that may be added");
	if (mime_text_check(h->name, h->value, b->err) < 0)
		return -1;
	for (const char *s = h->value; *s; s++)
		ascii = ascii && (unsigned char)*s < 0x80;
	if (ascii)
		return add_header(b, h->name, h->value);
	n = mime_words(&value, h->name, h->value, MIME_FREE, b->err);
	if (n == 0)
		n = add_header(b, h->name, buf_get(&value));
	buf_release(&value);
	return n;
}

static int
add_headers(struct build *b)
{
	const struct mime_mail *m = b->mail;

	if (add_ascii(b, "Date", m->date) < 0 || add_addresses(b, "From", &m->from, 1) < 0 ||
	    add_addresses(b, "Reply-To", &m->reply_to, m->reply_to.address ? 1 : 0) < 0 ||
	    add_addresses(b, "To", m->to, m->to_n) < 0 || add_addresses(b, "Cc", m->cc, m->cc_n) < 0 ||
	    add_subject(b) < 0 || add_message_id(b) < 0)
		return -1;
	for (size_t i = 0; i < m->headers_n; i++)
		if (add_extra(b, &m->headers[i]) < 0)
			return -1;
	return 0;
}

/* Parts */

static void
add_content_param(struct mailmime_content *content, const char *name, const char *value)
{
	struct mailmime_parameter *p = need(mailmime_parameter_new(xstrdup(name), xstrdup(value)));

	if (!content->ct_parameters)
		content->ct_parameters = need(clist_new());
	if (clist_append(content->ct_parameters, p) < 0)
		abort();
}

static struct mailmime *
new_single(struct mailmime_content *content, int encoding, bool encoded, const void *data, size_t size)
{
	struct mailmime_fields *fields = need(mailmime_fields_new_encoding(encoding));
	struct mailmime_data *body = need(mailmime_data_new(MAILMIME_DATA_TEXT, encoding, encoded, data, size, NULL));

	return need(mailmime_new(MAILMIME_SINGLE, NULL, 0, fields, content, body, NULL, NULL, NULL, NULL, NULL));
}

/*
 * Not mailmime_new_empty: its boundary would be random. "=_" can stand neither
 * in quoted-printable nor in base64, and text that has it is encoded.
 */
static struct mailmime *
new_multipart(struct build *b, const char *type)
{
	struct mailmime_content *content = need(mailmime_content_new_with_str(type));
	struct buf boundary = BUF_INIT;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (const char *s = b->mail->message_id; *s; s++)
		hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	buf_printf(&boundary, "=_%016" PRIx64 "_%u", hash, b->boundaries++);
	add_content_param(content, "boundary", buf_get(&boundary));
	buf_release(&boundary);
	return need(mailmime_new(MAILMIME_MULTIPLE, NULL, 0, need(mailmime_fields_new_empty()), content, NULL, NULL, NULL,
				 need(clist_new()), NULL, NULL));
}

static void
add_part(struct mailmime *multipart, struct mailmime *part)
{
	if (mailmime_add_part(multipart, part) != MAILIMF_NO_ERROR)
		abort();
}

/* Lines that end in CRLF, the last one too. */
static void
normalize(struct buf *out, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, "\r\n");

		buf_add(out, s, n);
		buf_str(out, "\r\n");
		s += n;
		if (*s)
			s += *s == '\r' && s[1] == '\n' ? 2 : 1;
	}
}

/* Of normalized text. */
static int
choose_encoding(const char *s, size_t size)
{
	size_t high = 0, control = 0, line = 0, longest = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)s[i];

		high += c >= 0x80;
		control += (c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
		line = c == '\n' ? 0 : line + 1;
		longest = line > longest ? line : longest;
	}
	if (high > size / 3)
		return MAILMIME_MECHANISM_BASE64;
	if (high || control || longest > LINE_MAX_BYTES || memmem(s, size, "=_", 2) ||
	    strncmp(s, "From ", 5) == 0 || memmem(s, size, "\nFrom ", 6))
		return MAILMIME_MECHANISM_QUOTED_PRINTABLE;
	return MAILMIME_MECHANISM_7BIT;
}

static struct mailmime *
new_text(const char *type, const char *text, struct buf *body)
{
	struct mailmime_content *content = need(mailmime_content_new_with_str(type));
	int encoding;

	add_content_param(content, "charset", "utf-8");
	normalize(body, text);
	encoding = choose_encoding(buf_get(body), body->n);
	if (encoding == MAILMIME_MECHANISM_QUOTED_PRINTABLE) {
		struct buf qp = BUF_INIT;

		mime_qp(&qp, buf_get(body), body->n);
		buf_release(body);
		*body = qp;
	}
	return new_single(content, encoding, encoding != MAILMIME_MECHANISM_BASE64, buf_get(body), body->n);
}

static struct mailmime *
new_body(struct build *b)
{
	const struct mime_mail *m = b->mail;
	struct mailmime *both;

	if (!m->html)
		return new_text("text/plain", m->text ? m->text : "", &b->text);
	if (!m->text)
		return new_text("text/html", m->html, &b->html);
	both = new_multipart(b, "multipart/alternative");
	add_part(both, new_text("text/plain", m->text, &b->text));
	add_part(both, new_text("text/html", m->html, &b->html));
	return both;
}

/* Composite types may not be in base64 (RFC 2046), which ours all are. */
static const char *
attachment_type(const struct mime_attachment *a)
{
	const char *type = a->type ? a->type : "application/octet-stream";

	if (strncasecmp(type, "message/", 8) == 0 || strncasecmp(type, "multipart/", 10) == 0)
		return "application/octet-stream";
	return type;
}

bool
mime_is_type(const char *type)
{
	static const char charset[] = "; charset=";
	static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+";
	size_t first = strspn(type, token), second = type[first] == '/' ? strspn(type + first + 1, token) : 0;

	if (!first || !second || first + second >= 128)
		return false;
	type += first + 1 + second;
	if (strncasecmp(type, charset, sizeof(charset) - 1) != 0)
		return !*type;
	type += sizeof(charset) - 1;
	second = strspn(type, token);
	return second > 0 && second < 64 && !type[second];
}

/*
 * libetpan quotes every parameter, which RFC 2231 forbids for the encoded
 * ones; a disposition of type "extension" it writes as it is.
 */
static int
add_disposition(struct build *b, struct mailmime *part, const struct mime_attachment *a)
{
	struct buf value = BUF_INIT;
	struct mailmime_disposition_type *type;
	struct mailmime_disposition *disposition;
	struct mailmime_field *field;
	int n = 0;

	buf_str(&value, "attachment");
	if (a->name && *a->name)
		n = mime_param(&value, "filename", a->name, b->err);
	type = need(mailmime_disposition_type_new(MAILMIME_DISPOSITION_TYPE_EXTENSION, xstrdup(buf_get(&value))));
	disposition = need(mailmime_disposition_new(type, need(clist_new())));
	field = need(mailmime_field_new(MAILMIME_FIELD_DISPOSITION, NULL, NULL, NULL, NULL, 0, disposition, NULL, NULL));
	if (mailmime_fields_add(part->mm_mime_fields, field) != MAILIMF_NO_ERROR)
		abort();
	buf_release(&value);
	return n;
}

static int
add_attachments(struct build *b, struct mailmime *mixed)
{
	for (size_t i = 0; i < b->mail->attachments_n; i++) {
		const struct mime_attachment *a = &b->mail->attachments[i];
		const char *type = attachment_type(a);
		struct mailmime_content *content;
		struct mailmime *part;

		if (!mime_is_type(type))
			return bad_field(b, "Content-Type", "not a media type");
		content = mailmime_content_new_with_str(type);
		if (!content)
			return bad_field(b, "Content-Type", "not a media type");
		part = new_single(content, MAILMIME_MECHANISM_BASE64, false, a->size ? a->data : "", a->size);
		add_part(mixed, part);
		if (add_disposition(b, part, a) < 0)
			return -1;
	}
	return 0;
}

/* Writing */

static int
sink(void *out, const char *data, size_t size)
{
	buf_add(out, data, size);
	return 1;
}

static int
write_mail(struct build *b, struct buf *out)
{
	struct mailmime *body = new_body(b), *top = body, *message;
	int column = 0, n = 0;

	if (b->mail->attachments_n) {
		top = new_multipart(b, "multipart/mixed");
		add_part(top, body);
		n = add_attachments(b, top);
	}
	message = need(mailmime_new_message_data(top));
	mailmime_set_imf_fields(message, b->fields);
	b->fields = NULL;
	if (n == 0 && mailmime_write_driver(sink, out, &column, message) != MAILIMF_NO_ERROR)
		n = err_set(b->err, E_BUG, "what", "libetpan cannot write a mail", NULL);
	mailmime_free(message);
	return n;
}

static int
check_texts(struct build *b)
{
	const struct mime_mail *m = b->mail;

	if (m->text && utf8_valid(m->text, strlen(m->text)) < strlen(m->text))
		return bad_field(b, "text", "not valid UTF-8");
	if (m->html && utf8_valid(m->html, strlen(m->html)) < strlen(m->html))
		return bad_field(b, "html", "not valid UTF-8");
	return 0;
}

int
mime_build(const struct mime_mail *mail, struct buf *out, struct err *err)
{
	struct build b = { .mail = mail, .text = BUF_INIT, .html = BUF_INIT, .err = err };
	struct buf bytes = BUF_INIT;
	int n;

	b.fields = need(mailimf_fields_new_empty());
	n = check_texts(&b);
	if (n == 0)
		n = add_headers(&b);
	if (n == 0)
		n = write_mail(&b, &bytes);
	if (n == 0)
		buf_add(out, buf_get(&bytes), bytes.n);
	if (b.fields)
		mailimf_fields_free(b.fields);
	buf_release(&b.text);
	buf_release(&b.html);
	buf_release(&bytes);
	return n;
}

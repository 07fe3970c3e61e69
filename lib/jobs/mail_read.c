#include "jobs/mail_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "channel/imap.h"
#include "search/language.h"
#include "search/terms.h"
#include "wire/mail.h"
#include "wire/mail_auto.h"
#include "wire/mail_report.h"
#include "wire/mail_text.h"
#include "wire/mail_transfer.h"

#define HEADERS_MAX 200
/* Of what is not marked as a quotation: enough to see where it goes on without marks; and to tell a language, for most and for the others. */
#define FRESH_LOOKED_AT ((size_t)1200)
#define LANGUAGE_FIRST ((size_t)200)
#define LANGUAGE_LOOKED_AT ((size_t)500)
#define NO_PRIORITY 3

struct mail_reader {
	struct analyser *analyser;
};

struct mail_reader *
mail_reader_new(void)
{
	struct mail_reader *reader = xcalloc(1, sizeof(*reader));

	reader->analyser = analyser_new();
	return reader;
}

void
mail_reader_free(struct mail_reader **reader)
{
	if (!*reader)
		return;
	analyser_free(&(*reader)->analyser);
	free(*reader);
	*reader = NULL;
}

typedef VEC(struct mail_address_in) address_vec;

static void
add_addresses(struct arena *arena, const char *kind, const struct mail_addresses *from, address_vec *to)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct mail_address_in a = { kind, from->v[i].address, from->v[i].name };

		vec_push(arena, to, a);
	}
}

static void
read_addresses(struct arena *arena, const struct mail_headers *h, struct mail_fetched *out)
{
	address_vec v = { NULL, 0, 0 };

	add_addresses(arena, "from", &h->from, &v);
	add_addresses(arena, "sender", &h->sender, &v);
	add_addresses(arena, "reply-to", &h->reply_to, &v);
	add_addresses(arena, "to", &h->to, &v);
	add_addresses(arena, "cc", &h->cc, &v);
	out->addresses = (struct records){ v.v, v.n };
}

static void
read_header(struct arena *arena, const struct mail_headers *h, struct mail_fetched *out)
{
	static const enum email_kind kinds[] = {
		[MAIL_PERSONAL] = EMAIL_PERSONAL,
		[MAIL_AUTOMATIC] = EMAIL_AUTOMATIC,
		[MAIL_LIST] = EMAIL_LIST,
		[MAIL_REPORT] = EMAIL_REPORT,
	};

	out->message_id = h->message_id;
	out->in_reply_to = h->in_reply_to;
	for (size_t i = 0; i < h->references_n; i++)
		texts_add(arena, &out->refs, h->references[i]);
	read_addresses(arena, h, out);
	out->return_path = h->return_path;
	out->subject = h->subject;
	out->date = h->date;
	out->kind = kinds[mail_kind_of(h, &out->kind_why)];
	out->priority = h->priority == NO_PRIORITY ? INT_ABSENT : h->priority;
	for (size_t i = 0; i < h->lines_n && i < HEADERS_MAX; i++)
		pairs_add(arena, &out->headers, h->lines[i].name, h->lines[i].value);
}

static void
read_parts(struct arena *arena, const struct imap_mail *mail, const struct mail_body *body, struct mail_fetched *out)
{
	VEC(struct mail_part_in)
	v = { NULL, 0, 0 };

	for (size_t i = 0; i < body->n; i++) {
		const struct mail_part *p = &body->parts[i];
		struct mail_part_in part = { p->name, p->type, 0, NULL, (int64_t)p->offset, (int64_t)p->raw_size, mail_transfer_name(p->encoding) };
		char digest[DIGEST_HEX];
		const void *bytes;
		size_t size;

		if (!p->attachment)
			continue;
		mail_transfer_decode(arena, part.encoding, mail->bytes + p->offset, p->raw_size, &bytes, &size);
		digest_hex(bytes, size, digest);
		part.size = (int64_t)size;
		part.digest = arena_strdup(arena, digest);
		vec_push(arena, &v, part);
	}
	out->parts = (struct records){ v.v, v.n };
}

static void
read_report(struct arena *arena, const struct imap_mail *mail, struct mail_fetched *out)
{
	struct mail_report report;
	struct mail_report_in *v;

	if (!mail_report_read(arena, mail->bytes, mail->bytes_n, &report))
		return;
	v = arena_alloc(arena, report.n * sizeof(*v));
	for (size_t i = 0; i < report.n; i++) {
		const struct mail_report_recipient *r = &report.recipients[i];

		v[i] = (struct mail_report_in){ report.message_id ? report.message_id : report.envid, r->address, r->action, r->status, r->text };
	}
	out->reports = (struct records){ v, report.n };
}

/* Lines that are not marked as quoted, up to so many bytes. */
static const char *
unquoted(struct arena *arena, const char *text)
{
	char *out = arena_alloc(arena, FRESH_LOOKED_AT + 1);
	size_t n = 0;

	while (*text && n < FRESH_LOOKED_AT) {
		size_t size = strcspn(text, "\n"), some = size + (text[size] == '\n');

		some = some < FRESH_LOOKED_AT - n ? some : FRESH_LOOKED_AT - n;
		if (*text != '>') {
			memcpy(out + n, text, some);
			n += some;
		}
		text += size + (text[size] == '\n');
	}
	/* No character in half. */
	out[utf8_valid(out, n)] = '\0';
	return out;
}

/* Of what its writer wrote; where that is too little to tell, what the header says. */
static const char *
read_language(struct mail_reader *reader, struct arena *arena, const struct mail_headers *h, const char *text)
{
	const char *fresh = mail_fresh(arena, unquoted(arena, text)), *guess;
	size_t size = 0;
	int sure = 0;

	for (size_t most = LANGUAGE_FIRST; most <= LANGUAGE_LOOKED_AT; most += LANGUAGE_LOOKED_AT - LANGUAGE_FIRST) {
		size_t some = utf8_valid(fresh, strnlen(fresh, most));

		guess = some > size ? language_guess(reader->analyser, fresh, some, NULL, &sure) : NULL;
		if (guess && sure >= LANGUAGE_SURE)
			return guess;
		size = some;
	}
	size = h->content_language ? strspn(h->content_language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
	return size == 2 ? arena_memdup(arena, h->content_language, size) : NULL;
}

static void
read_body(struct mail_reader *reader, struct arena *arena, const struct imap_mail *mail, const struct mail_headers *h, struct mail_fetched *out)
{
	struct mail_body body;

	mail_body_read(arena, mail->bytes, mail->bytes_n, &body);
	out->text = body.text;
	out->note = body.note;
	read_parts(arena, mail, &body, out);
	out->language = read_language(reader, arena, h, body.text);
	if (out->kind == EMAIL_REPORT)
		read_report(arena, mail, out);
}

void
mail_read(struct mail_reader *reader, struct arena *arena, const struct imap_mail *mail, enum mail_reading how, struct mail_fetched *out)
{
	char digest[DIGEST_HEX];
	struct mail_headers h;

	record_init(&rec_mail_fetched, out);
	digest_hex(mail->bytes, mail->bytes_n, digest);
	out->uid = mail->uid;
	out->raw = (struct bytes){ mail->bytes, mail->bytes_n };
	out->digest = arena_strdup(arena, digest);
	out->size = mail->size;
	out->received = mail->received;
	out->kind = EMAIL_PERSONAL;
	out->text = "";
	if (how == MAIL_READ_NOTHING) {
		/* Nobody knows what it is, so nothing answers it by itself. */
		out->kind = EMAIL_AUTOMATIC;
		out->note = N_("the program that reads mails ended at this one: it was kept as it came");
		return;
	}
	mail_headers_read(arena, mail->bytes, mail->bytes_n, &h);
	read_header(arena, &h, out);
	if (how == MAIL_READ_WHOLE)
		read_body(reader, arena, mail, &h, out);
	else
		out->note = N_("larger than the mailbox allows: its header alone was fetched");
}

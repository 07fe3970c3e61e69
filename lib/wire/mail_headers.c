/* The header of a mail: its fields by what they hold. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/attr.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"

#define LINES_MAX 2000
#define LINE_BYTES (64 << 10) /* of one value that are looked at */
#define ALL_BYTES (1 << 20)   /* of all */
#define IDS_MAX 100
#define ID_BYTES 998

struct headers {
	struct arena *arena;
	struct mail_headers *out;
	struct mail_span value; /* of the field that is read, raw */
	const char *text;       /* and decoded */
	bool has_priority;
};

/* The next id in *at, moved behind it; false: none. Sizes are at most those of a line. */
static bool
next_id(struct mail_span *at, struct mail_span *id)
{
	while (at->n > 0) {
		const char *open = memchr(at->p, '<', at->n), *close;
		const char *end = at->p + at->n;

		close = open ? memchr(open, '>', (size_t)(end - open)) : NULL;
		if (!close) {
			at->n = 0;
			return false;
		}
		*id = mail_trim((struct mail_span){ open + 1, (size_t)(close - open) - 1 });
		*at = (struct mail_span){ close + 1, (size_t)(end - close) - 1 };
		if (id->n > 0 && id->n <= ID_BYTES)
			return true;
	}
	return false;
}

/* Folds and blanks within it were added on the way. */
static const char *
id_text(struct headers *h, struct mail_span id)
{
	const char *text = mail_utf8(h->arena, NULL, id.p, id.n, NULL);
	char *out = arena_strdup(h->arena, text);
	size_t n = 0;

	for (; *text; text++)
		if ((unsigned char)*text > ' ')
			out[n++] = *text;
	out[n] = '\0';
	return out;
}

static void
read_id(struct headers *h, void *to)
{
	struct mail_span at = h->value, id;
	const char **id_r = to;

	if (*id_r)
		return;
	if (next_id(&at, &id))
		*id_r = id_text(h, id);
	/* Without brackets: one word with an '@'. */
	else if (strchr(h->text, '@') && !strpbrk(h->text, " <>"))
		*id_r = h->text;
}

static void
read_ids(struct headers *h, void *to)
{
	struct mail_headers *out = h->out;
	struct mail_span at = h->value, id;

	(void)to;
	while (next_id(&at, &id)) {
		if (!out->references)
			out->references = arena_alloc(h->arena, IDS_MAX * sizeof(out->references[0]));
		if (out->references_n == IDS_MAX) {
			memmove(out->references + 1, out->references + 2, (IDS_MAX - 2) * sizeof(out->references[0]));
			out->references_n--;
			out->cut = true;
		}
		out->references[out->references_n++] = id_text(h, id);
	}
}

static void
read_text(struct headers *h, void *to)
{
	const char **text_r = to;

	if (!*text_r)
		*text_r = h->text;
}

static void
read_addresses(struct headers *h, void *to)
{
	if (!mail_addresses_add(h->arena, h->value, to))
		h->out->cut = true;
}

static void
read_date(struct headers *h, void *to)
{
	int64_t *date_r = to;

	if (*date_r == MAIL_NO_DATE)
		*date_r = mail_date_read(h->text, strlen(h->text));
}

static void
read_return_path(struct headers *h, void *to)
{
	struct mail_addresses list = { NULL, 0 };
	const char **path_r = to;

	if (*path_r)
		return;
	mail_addresses_add(h->arena, h->value, &list);
	*path_r = list.n > 0 ? list.v[0].address : "";
}

/* "<mailto:list@example.org>, <https://...>", "NO" */
static void
read_list_post(struct headers *h, void *to)
{
	const char **post_r = to, *s = h->text;

	for (; !*post_r && (s = strchr(s, '<')); s++)
		if (strncasecmp(s + 1, "mailto:", 7) == 0)
			*post_r = arena_memdup(h->arena, s + 8, strcspn(s + 8, ">?"));
}

static void
read_list_id(struct headers *h, void *to)
{
	const char **id_r = to, *open = strrchr(h->text, '<');

	if (!*id_r)
		*id_r = open ? arena_memdup(h->arena, open + 1, strcspn(open + 1, ">")) : h->text;
}

/* "1 (Highest)", "high", "urgent" */
static void
read_priority(struct headers *h, void *to)
{
	int *priority_r = to;
	char c = h->text[0];

	if (h->has_priority)
		return;
	h->has_priority = true;
	if (c >= '1' && c <= '5')
		*priority_r = c - '0';
	else if (strncasecmp(h->text, "high", 4) == 0 || strncasecmp(h->text, "urgent", 6) == 0)
		*priority_r = 1;
	else if (strncasecmp(h->text, "low", 3) == 0 || strncasecmp(h->text, "non-urgent", 10) == 0)
		*priority_r = 5;
	else
		h->has_priority = false;
}

static const struct field {
	const char *name;
	void (*read)(struct headers *h, void *to);
	size_t offset;
} fields[] = {
#define FIELD(name, read, member) \
	{ \
		name, read, offsetof(struct mail_headers, member) \
	}
	FIELD("Subject", read_text, subject),
	FIELD("Message-ID", read_id, message_id),
	FIELD("In-Reply-To", read_id, in_reply_to),
	FIELD("References", read_ids, references),
	FIELD("From", read_addresses, from),
	FIELD("Sender", read_addresses, sender),
	FIELD("Reply-To", read_addresses, reply_to),
	FIELD("To", read_addresses, to),
	FIELD("Cc", read_addresses, cc),
	FIELD("Mail-Followup-To", read_addresses, followup_to),
	FIELD("List-Post", read_list_post, list_post),
	FIELD("List-Id", read_list_id, list_id),
	FIELD("Return-Path", read_return_path, return_path),
	FIELD("Content-Language", read_text, content_language),
	FIELD("Date", read_date, date),
	FIELD("X-Priority", read_priority, priority),
	FIELD("Importance", read_priority, priority),
	FIELD("Priority", read_priority, priority),
	FIELD("X-MSMail-Priority", read_priority, priority),
#undef FIELD
};

static void
read_field(struct headers *h, struct mail_span name)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (mail_span_is(name, fields[i].name)) {
			fields[i].read(h, (char *)h->out + fields[i].offset);
			return;
		}
}

void
mail_headers_read(struct arena *arena, const char *bytes, size_t size, struct mail_headers *out)
{
	struct headers h = { arena, out, { NULL, 0 }, NULL, false };
	struct mail_lines lines = mail_lines_of(bytes, size);
	VEC(struct mail_header_line)
	kept = { 0 };
	struct mail_line line;
	size_t left = ALL_BYTES;

	*out = (struct mail_headers){ .date = MAIL_NO_DATE, .priority = 3 };
	while (mail_line_next(&lines, &line)) {
		size_t most = left < LINE_BYTES ? left : LINE_BYTES;

		if (kept.n == LINES_MAX || line.name.n > LINE_BYTES || most == 0) {
			out->cut = true;
			break;
		}
		h.value = line.value;
		if (line.value.n > most) {
			h.value.n = most;
			out->cut = true;
		}
		left -= h.value.n;
		h.text = mail_words(arena, h.value);
		vec_push(arena, &kept, ((struct mail_header_line){ mail_utf8(arena, NULL, line.name.p, line.name.n, NULL), h.text }));
		read_field(&h, line.name);
	}
	out->lines = kept.v;
	out->lines_n = kept.n;
}

const char *
mail_header_get(const struct mail_headers *h, const char *name)
{
	for (size_t i = 0; i < h->lines_n; i++)
		if (strcasecmp(h->lines[i].name, name) == 0)
			return h->lines[i].value;
	return NULL;
}

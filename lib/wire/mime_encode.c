#include "wire/mime_encode.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"

/* An encoded word has 75 characters at most; this is what remains for its text. */
#define WORD_OPEN "=?UTF-8?"
#define WORD_ROOM (75 - 12)
/* Longer words of ASCII are encoded too, so that a line can be folded. */
#define PLAIN_MAX 64
#define QP_COLUMNS 76
#define ADDRESS_MAX 254
#define LOCAL_MAX 64
#define LABEL_MAX 63

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool
is_8bit(char c)
{
	return (unsigned char)c >= 0x80;
}

int
mime_text_check(const char *name, const char *text, struct err *err)
{
	size_t size = strlen(text), valid = utf8_valid(text, size);
	char what[64];

	if (valid < size) {
		snprintf(what, sizeof(what), "not valid UTF-8 at byte %zu", valid);
		return err_set(err, E_BAD_FIELD, "where", "mail", "name", name, "what", what, NULL);
	}
	for (size_t i = 0; i < size; i++) {
		if (is_control(text[i]) && text[i] != '\t') {
			snprintf(what, sizeof(what), "a control character at byte %zu", i);
			return err_set(err, E_BAD_FIELD, "where", "mail", "name", name, "what", what, NULL);
		}
	}
	return 0;
}

/* Encoded words, RFC 2047 */

/* What may stand in a Q word in any place, also in a phrase: section 5, rule 3. */
static bool
is_q_safe(char c)
{
	return is_alnum(c) || is_one_of(c, "!*+-/");
}

static size_t
q_cost(const char *s, size_t size)
{
	size_t cost = 0;

	for (size_t i = 0; i < size; i++)
		cost += is_q_safe(s[i]) || s[i] == ' ' ? 1 : 3;
	return cost;
}

static size_t
char_size(const char *s)
{
	uint32_t c;

	return utf8_decode(s, &c);
}

/* How many bytes of s, whole characters, go into one word. */
static size_t
word_fill(const char *s, size_t size, bool q)
{
	size_t used = 0, n = 0;

	while (n < size) {
		size_t more = char_size(s + n);

		used += q ? q_cost(s + n, more) : more;
		if (used > (q ? (size_t)WORD_ROOM : (size_t)WORD_ROOM / 4 * 3))
			break;
		n += more;
	}
	return n;
}

static void
add_q(struct buf *out, const char *s, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (s[i] == ' ')
			buf_char(out, '_');
		else if (is_q_safe(s[i]))
			buf_char(out, s[i]);
		else
			buf_printf(out, "=%02X", (unsigned char)s[i]);
	}
}

/* Blanks between encoded words vanish when they are read, so ours are inside. */
static void
add_encoded(struct buf *out, const char *s, size_t size)
{
	/* Q can be read by eye; B is shorter where little is Latin. */
	bool q = q_cost(s, size) <= size * 2;

	while (size) {
		size_t n = word_fill(s, size, q);

		buf_str(out, q ? WORD_OPEN "Q?" : WORD_OPEN "B?");
		if (q)
			add_q(out, s, n);
		else
			mime_base64(out, s, n);
		buf_str(out, "?=");
		s += n;
		size -= n;
		if (size)
			buf_char(out, ' ');
	}
}

/* Folding keeps single blanks only. */
static bool
has_odd_blanks(const char *s)
{
	size_t size = strlen(s);

	return strchr(s, '\t') || strstr(s, "  ") || *s == ' ' || (size && s[size - 1] == ' ');
}

static bool
is_plain_word(const char *s, size_t size)
{
	if (size > PLAIN_MAX || memmem(s, size, "=?", 2))
		return false;
	for (size_t i = 0; i < size; i++)
		if (is_8bit(s[i]))
			return false;
	return true;
}

/* Encodes from the first word that needs it to the end of the last one. */
static void
add_free(struct buf *out, const char *text)
{
	size_t size = strlen(text), from = size, to = 0;

	for (size_t at = 0, n; at < size; at += n + 1) {
		n = strcspn(text + at, " ");
		if (is_plain_word(text + at, n))
			continue;
		if (from == size)
			from = at;
		to = at + n;
	}
	if (has_odd_blanks(text)) {
		from = 0;
		to = size;
	}
	buf_add(out, text, from);
	if (from < to) {
		add_encoded(out, text + from, to - from);
		buf_str(out, text + to);
	}
}

static void
add_quoted(struct buf *out, const char *s)
{
	buf_char(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_char(out, '\\');
		buf_char(out, *s);
	}
	buf_char(out, '"');
}

static bool
is_atext(char c)
{
	return is_alnum(c) || is_8bit(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
}

static void
add_phrase(struct buf *out, const char *text)
{
	bool atoms = true;

	if (has_odd_blanks(text) || !is_plain_word(text, strlen(text))) {
		add_encoded(out, text, strlen(text));
		return;
	}
	for (const char *s = text; *s; s++)
		atoms = atoms && (is_atext(*s) || *s == ' ');
	if (atoms)
		buf_str(out, text);
	else
		add_quoted(out, text);
}

int
mime_words(struct buf *out, const char *name, const char *text, enum mime_words kind, struct err *err)
{
	if (mime_text_check(name, text, err) < 0)
		return -1;
	if (kind == MIME_PHRASE)
		add_phrase(out, text);
	else
		add_free(out, text);
	return 0;
}

/* Parameters, RFC 2231 */

static bool
is_attribute_char(char c)
{
	return is_alnum(c) || is_one_of(c, "!#$&+-.^_`{|}~");
}

static size_t
percent_cost(const char *s, size_t size)
{
	size_t cost = 0;

	for (size_t i = 0; i < size; i++)
		cost += is_attribute_char(s[i]) ? 1 : 3;
	return cost;
}

static void
add_percent(struct buf *out, const char *s, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (is_attribute_char(s[i]))
			buf_char(out, s[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)s[i]);
	}
}

static void
add_sections(struct buf *out, const char *name, const char *value)
{
	size_t size = strlen(value), room = 45;

	if (percent_cost(value, size) <= room) {
		buf_printf(out, ";\r\n %s*=UTF-8''", name);
		add_percent(out, value, size);
		return;
	}
	for (unsigned section = 0; size; section++) {
		size_t n = 0, used = 0;

		while (n < size) {
			size_t more = char_size(value + n);

			used += percent_cost(value + n, more);
			if (used > room)
				break;
			n += more;
		}
		buf_printf(out, ";\r\n %s*%u*=%s", name, section, section ? "" : "UTF-8''");
		add_percent(out, value, n);
		value += n;
		size -= n;
	}
}

int
mime_param(struct buf *out, const char *name, const char *value, struct err *err)
{
	if (mime_text_check(name, value, err) < 0)
		return -1;
	if (has_odd_blanks(value) || !is_plain_word(value, strlen(value))) {
		add_sections(out, name, value);
		return 0;
	}
	buf_printf(out, ";\r\n %s=", name);
	add_quoted(out, value);
	return 0;
}

/* Bodies, RFC 2045 */

/* mbox files would change a line that begins so. */
static bool
is_from(const char *s, size_t size)
{
	return size >= 5 && memcmp(s, "From ", 5) == 0;
}

static bool
stands_for_itself(char c)
{
	return (c >= ' ' && c <= '~' && c != '=') || c == '\t';
}

/* libetpan's own writer doubles a blank at the end of a line, hence this one. */
static void
add_qp_line(struct buf *out, const char *s, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	char line[QP_COLUMNS + 3];
	size_t column = 0;

	for (size_t i = 0; i < size; i++) {
		bool last = i + 1 == size;
		bool blank = s[i] == ' ' || s[i] == '\t';
		bool plain = blank ? !last : !is_control(s[i]) && !is_8bit(s[i]) && s[i] != '=';

		if (column + (plain ? 1 : 3) > (last ? QP_COLUMNS : QP_COLUMNS - 1)) {
			buf_add(out, line, column);
			buf_add(out, "=\r\n", 3);
			column = 0;
		}
		if (column == 0 && is_from(s + i, size - i))
			plain = false;
		if (plain) {
			line[column++] = s[i];
			/* Most of a text stands for itself: as much of it as this line takes, but not its last byte. */
			while (column < QP_COLUMNS - 1 && i + 2 < size && stands_for_itself(s[i + 1]))
				line[column++] = s[++i];
			continue;
		}
		line[column++] = '=';
		line[column++] = hex[(unsigned char)s[i] >> 4];
		line[column++] = hex[s[i] & 15];
	}
	buf_add(out, line, column);
	buf_add(out, "\r\n", 2);
}

void
mime_qp(struct buf *out, const char *text, size_t size)
{
	size_t at = 0;

	while (at < size) {
		size_t end = at;

		while (end < size && text[end] != '\r' && text[end] != '\n')
			end++;
		add_qp_line(out, text + at, end - at);
		at = end + (end + 1 < size && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
	}
}

void
mime_base64(struct buf *out, const void *data, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;

	for (; size; p += 3) {
		size_t n = size < 3 ? size : 3;
		unsigned v = (unsigned)p[0] << 16 | (n > 1 ? (unsigned)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
		char four[4] = { digits[v >> 18], digits[v >> 12 & 63], digits[v >> 6 & 63], digits[v & 63] };

		if (n < 3)
			four[3] = '=';
		if (n < 2)
			four[2] = '=';
		buf_add(out, four, 4);
		size -= n;
	}
}

/* Addresses */

/* NULL, or what is wrong. */
static const char *
check_local(const char *s, size_t size)
{
	if (size == 0 || size > LOCAL_MAX)
		return "the part before @ has 1 to 64 bytes";
	for (size_t i = 0; i < size; i++) {
		bool dot = s[i] == '.';

		if (!dot && !is_atext(s[i]))
			return "a character that may not stand before @";
		if (dot && (i == 0 || i + 1 == size || s[i + 1] == '.'))
			return "a dot without a neighbour";
	}
	return NULL;
}

static const char *
check_domain(const char *s, size_t size)
{
	size_t label = 0;

	if (size > 2 && s[0] == '[' && s[size - 1] == ']') {
		for (size_t i = 1; i + 1 < size; i++)
			if (!is_alnum(s[i]) && !is_one_of(s[i], ".:-"))
				return "a character that may not stand in a literal";
		return NULL;
	}
	for (size_t i = 0; i <= size; i++) {
		bool end = i == size || s[i] == '.';

		if (end && (label == 0 || label > LABEL_MAX || s[i - 1] == '-' || s[i - label] == '-'))
			return "the part behind @ is not a domain";
		if (!end && !is_alnum(s[i]) && !is_8bit(s[i]) && s[i] != '-')
			return "a character that may not stand behind @";
		label = end ? 0 : label + 1;
	}
	return NULL;
}

int
mime_address_check(const char *address, bool *utf8_r, struct err *err)
{
	size_t size = strlen(address);
	const char *at = strrchr(address, '@'), *what = NULL;
	bool utf8 = false;

	for (size_t i = 0; i < size; i++)
		utf8 = utf8 || is_8bit(address[i]);
	if (size > ADDRESS_MAX)
		what = "longer than 254 bytes";
	else if (utf8_valid(address, size) < size)
		what = "not valid UTF-8";
	else if (!at)
		what = "there is no @";
	else
		what = check_local(address, (size_t)(at - address));
	if (!what && at)
		what = check_domain(at + 1, strlen(at + 1));
	if (what)
		return err_set(err, E_BAD_ADDRESS, "value", address, "what", what, NULL);
	if (utf8_r)
		*utf8_r = utf8;
	return 0;
}

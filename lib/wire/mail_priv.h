/*
 * mail_priv.h - the pieces of which mail.h is made. A span is borrowed from the
 * bytes of the mail; results live in the arena.
 */
#ifndef WIRE_MAIL_PRIV_H
#define WIRE_MAIL_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/mail.h"

struct arena;
struct buf;

struct mail_span {
	const char *p;
	size_t n;
};

bool mail_span_is(struct mail_span s, const char *word); /* in any case */
struct mail_span mail_trim(struct mail_span s);
/* A copy of the ASCII letters in lower case. */
const char *mail_lower(struct arena *arena, struct mail_span s);
static inline bool
mail_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Character sets (mail_charset.c). label NULL or unknown: UTF-8 if it is that, else windows-1252. */
const char *mail_utf8(struct arena *arena, const char *label, const char *bytes, size_t size, size_t *size_r);
/* The character of 0x80 to 0x9f. */
uint32_t mail_upper_1252(uint32_t c);
/* The label and language of RFC 2231 and RFC 2047, "utf-8*en", cut to the label. */
#define MAIL_LABEL 64
void mail_label(struct mail_span label, char out[MAIL_LABEL]);

/* Header lines (mail_lines.c). */
struct mail_lines {
	const char *p, *end; /* where it goes on; behind the last line: the body */
	bool first;
};

struct mail_line {
	struct mail_span name, value; /* value: raw, with its folds */
};

struct mail_lines mail_lines_of(const char *bytes, size_t size);
/* False: the header ends, and lines->p is the body. */
bool mail_line_next(struct mail_lines *lines, struct mail_line *line);

/* Adds to list; false: there were more than it may have (mail_address.c). */
bool mail_addresses_add(struct arena *arena, struct mail_span value, struct mail_addresses *list);

/* RFC 2047 (mail_words.c): a value decoded, unfolded and trimmed. */
const char *mail_words(struct arena *arena, struct mail_span value);
/* The size of the encoded word at s, 0: it is none. */
struct mail_word {
	struct mail_span label, text;
	bool base64;
	size_t size;
};
bool mail_word_at(const char *s, const char *end, struct mail_word *word);

/* Parameters (mail_param.c): "text/plain; charset=utf-8; name*=utf-8''a". All in the arena. */
struct mail_param {
	struct mail_span name; /* with its '*' */
	const char *value;     /* bytes, without quotes */
	size_t size;
};

struct mail_params {
	const char *main; /* lower case, "" for none */
	struct mail_param *v;
	size_t n;
};

void mail_params_read(struct arena *arena, struct mail_span value, struct mail_params *out);
/* RFC 2231 in all its forms, else RFC 2047, else as it is; NULL: none. */
const char *mail_param_get(struct arena *arena, const struct mail_params *params, const char *name);

/* Transfer encodings (mail_decode.c). The size of the result; out NULL: that only. out has room for size bytes. */
size_t mail_base64(const char *s, size_t size, char *out);
size_t mail_decode(int encoding, const char *s, size_t size, char *out);
int mail_encoding_of(struct mail_span value);

/* A part as it stands in the mail (mail_part.c). */
struct mail_leaf {
	struct mail_part part;
	struct mail_params type;
	unsigned alternative; /* which multipart/alternative it belongs to; 0: none */
	const char *raw;
};

/* The part of size bytes at bytes: header and body. part.offset counts from bytes. */
void mail_leaf_read(struct arena *arena, const char *bytes, size_t size, struct mail_leaf *out);

/* A mail within a mail that has no name is called by its subject. */
void mail_leaf_name(struct arena *arena, struct mail_leaf *leaf);

/* The leaves in order, at least one (mail_structure.c). *note_r: why it is not as the header says, or NULL. */
#define MAIL_PARTS_MAX 1000
struct mail_leaves {
	struct mail_leaf *v;
	size_t n, cap;
	unsigned alternatives; /* multipart/alternative that were met */
};
void mail_leaves_read(struct arena *arena, const char *bytes, size_t size, struct mail_leaves *out, const char **note_r);

#endif

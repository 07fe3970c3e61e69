/*
 * mail_read.h - the bytes of a mail as the record that the desk takes
 * (desk/mail.h): its header, its text, its files with their digests, the
 * language, what a report of a delivery says.
 *
 * It never fails: what cannot be read is left out, with a note, and the bytes
 * go along as they came. Results live in the arena given; the bytes are
 * borrowed as long as the record lives. One reader, one thread at a time.
 */
#ifndef JOBS_MAIL_READ_H
#define JOBS_MAIL_READ_H

#include <stddef.h>

#include "base/attr.h"
#include "desk/mail.h"

struct arena;
struct imap_mail;

enum mail_reading {
	MAIL_READ_WHOLE,
	/* The header alone is there. */
	MAIL_READ_HEADER,
	/* Not one byte is looked at: the last time that was the end of the program. */
	MAIL_READ_NOTHING,
};

struct mail_reader;

struct mail_reader *mail_reader_new(void) ATTR_MUSTUSE;
/* Accepts a pointer to NULL; sets it to NULL. */
void mail_reader_free(struct mail_reader **reader);

void mail_read(struct mail_reader *reader, struct arena *arena, const struct imap_mail *mail, enum mail_reading how, struct mail_fetched *out);

#endif

/*
 * mail.h - the records by which the job that fetches mail (lib/jobs/fetch.h)
 * and the desk talk.
 *
 * A run, under the mailbox's lock: mail.box says how far it was; mail.take is
 * given a batch, keeps each mail, its interaction and the place in the mailbox in
 * one transaction, and answers what became of each; behind that the mails are
 * marked or moved at the server, and mail.acted says so. A run may be cut
 * anywhere: what is taken again is known by UIDVALIDITY and UID, and where
 * the server counts anew by Message-ID and digest.
 */
#ifndef DESK_MAIL_H
#define DESK_MAIL_H

#include "model/record.h"

struct mail_box_in {
	const char *mailbox;
};

struct mail_uid {
	int64_t uidvalidity, uid;
};

/* A mailbox of the site, and how far it was fetched; uidvalidity and uid INT_ABSENT: never yet. */
struct mail_box {
	const char *name, *address, *folder; /* folder: "INBOX" unless the site says another */
	int64_t after;                       /* enum after_policy */
	const char *move_to;
	int64_t max_size;         /* bytes; larger ones come as headers alone */
	int64_t uidvalidity, uid; /* of the last one that was taken */
	struct records pending;   /* struct mail_uid: taken, but not yet marked or moved; at most 1000 */
};

struct mail_address_in {
	const char *kind; /* from, sender, reply-to, to, cc */
	const char *address, *name;
};

struct mail_part_in {
	const char *name, *type;
	int64_t size;
	const char *digest;
	int64_t start, length; /* within the bytes of the mail */
	const char *encoding;  /* base64, quoted-printable; NULL: as it stands there */
};

/* What a delivery report says of one recipient (RFC 3464). */
struct mail_report_in {
	const char *message_id; /* of the mail that it is about */
	const char *address, *action, *status, *text;
};

/* A mail as the job has read it. Texts are UTF-8. */
struct mail_fetched {
	int64_t uid;
	struct bytes raw;   /* as received; of one that is too large only its header */
	const char *digest; /* SHA-256 of raw, hex */
	int64_t size;       /* at the server */
	const char *note;   /* why it was not read as it should, or NULL */
	const char *message_id, *in_reply_to;
	struct texts refs;
	struct records addresses; /* struct mail_address_in */
	const char *return_path;  /* "": the null sender; NULL: not told */
	const char *subject;
	int64_t date, received;
	int64_t kind;           /* enum email_kind: personal, automatic, list or report */
	const char *kind_why;   /* the header that says so */
	const char *language;   /* guessed of what its writer wrote, or NULL */
	int64_t priority;       /* 1 high .. 5 low, or INT_ABSENT */
	const char *text;       /* what a person reads */
	struct pairs headers;   /* for the rules of the mailbox: all of them, decoded, at most 200 */
	struct records parts;   /* struct mail_part_in */
	struct records reports; /* struct mail_report_in */
};

struct mail_take_in {
	const char *mailbox;
	int64_t uidvalidity;
	struct records mails; /* struct mail_fetched */
};

struct mail_taken {
	int64_t uid;
	int64_t outcome; /* enum fetch_outcome */
	const char *ixn; /* NULL: none */
	const char *mailbox, *from, *subject, *queue, *reason;
};

struct mail_acted_in {
	const char *mailbox;
	int64_t uidvalidity;
	struct texts uids; /* decimal */
};

/* What the rules of a mailbox would do with a mail. */
struct mail_test_in {
	const char *mailbox;
	struct records mails; /* struct mail_fetched: what it is known by is not needed */
};

/* First each rule that matches, or gives up; then, without a rule, what becomes of the mail. */
struct mail_tested {
	const char *mailbox, *rule;
	int64_t outcome; /* enum fetch_outcome: kept or discarded */
	const char *queue, *skills;
	int64_t priority;
	const char *language;
	struct pairs data;
	const char *reason;
};

extern const struct record rec_mail_test_in, rec_mail_tested, rec_mail_box_in, rec_mail_uid, rec_mail_box, rec_mail_address_in, rec_mail_part_in, rec_mail_report_in, rec_mail_fetched,
	rec_mail_take_in, rec_mail_taken, rec_mail_acted_in;

#endif

/*
 * draft_text.h - what an answer to a mail says and whom it goes to: subject, ids of
 * the thread, recipients, what it quotes. Pure: facts in, texts out.
 *
 * Sources: RFC 5322 3.6 (reply fields, identification fields, subject), RFC 3676 4.3
 * and 4.5 (signatures, quoting), RFC 2369 (List-Post). Ids stand without <>, several
 * parted by blanks. Texts are UTF-8; results live in the arena given.
 */
#ifndef DESK_DRAFT_TEXT_H
#define DESK_DRAFT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct texts;

/* "Re: " or "Fwd: " before it, once, instead of Re:, AW:, SV:, TR:, Fwd:, RE[2]: and their kin; NULL is none. */
const char *draft_subject_reply(struct arena *arena, const char *subject);
const char *draft_subject_forward(struct arena *arena, const char *subject);

/* As one line of a header: controls are blanks, what is too long is cut. NULL: "". */
const char *draft_line(struct arena *arena, const char *text);

/* References of an answer: those of the mail (else its In-Reply-To where that is one id) and its own id; of more than 20 the first and the last stay. NULL: none. */
const char *draft_references(struct arena *arena, const char *refs, const char *in_reply_to, const char *message_id);

struct draft_person {
	const char *address, *name; /* name: NULL for none */
};
struct draft_people {
	struct draft_person *v;
	size_t n, cap;
};
/* Adds it unless the address is among them, or among those (may be NULL); they are 1000 at most. */
void draft_people_add(struct arena *arena, struct draft_people *people, const struct draft_people *those, struct draft_person person);
/* As people read them: a name with its address, or that alone. */
void draft_people_show(struct arena *arena, const struct draft_people *people, struct texts *out);
/* Takes an address out: whether it was there. */
bool draft_people_remove(struct draft_people *people, const char *address);
/* The same address: the domain whatever its case. */
bool draft_same_address(const char *a, const char *b);

/* A mail that is answered, as its header says it. */
struct draft_heading {
	struct draft_people from, reply_to, to, cc;
	struct draft_people followup; /* Mail-Followup-To */
	struct draft_people list;     /* List-Post */
};
/* Whether an address is one of those that the desk writes from. */
typedef bool draft_own_fn(void *context, const char *address);

enum draft_scope { DRAFT_SENDER, /* Reply-To, else From */
		   DRAFT_ALL,    /* and who else got it; Mail-Followup-To instead where it is given */
		   DRAFT_LIST /* where the list takes mail */ };
/* Whom an answer goes to: without own addresses (but where nobody else is left) and doubles. Nobody: both are empty. */
void draft_recipients(struct arena *arena, const struct draft_heading *heading, enum draft_scope scope, draft_own_fn *own, void *context,
		      struct draft_people *to, struct draft_people *cc);

/* The field's value in the header of a mail as it came, unfolded; NULL: it has none. */
const char *draft_header(struct arena *arena, const char *raw, size_t size, const char *name);
/* The addresses in such a value: mail addresses bare or in <>, with mailto: or without; what is none is left out. */
void draft_addresses(struct arena *arena, const char *value, struct draft_people *out);

/* Each line behind "> ", as RFC 3676 has it; blank lines at its end are left out. */
const char *draft_quoted(struct arena *arena, const char *text);
/* What stands behind the text: what is quoted behind its introduction, and the signature behind "-- "; NULL where there is neither. */
const char *draft_tail(struct arena *arena, const char *introduction, const char *quoted, const char *signature);
/* Where in a tail the line "-- " of the signature begins; its end where it has none. */
size_t draft_tail_signature(const char *tail);
/* The text with its tail behind a blank line. */
const char *draft_whole(struct arena *arena, const char *text, const char *tail);
/* Each {name} of a template becomes its value; what has none stays. */
struct draft_hole {
	const char *name, *value;
};
const char *draft_filled(struct arena *arena, const char *words, const struct draft_hole *holes, size_t n);

#endif

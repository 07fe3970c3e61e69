/*
 * response_priv.h - what the files about standard responses share: the rows of
 * the library, who may see and use them, and what each change of it draws.
 */
#ifndef DESK_RESPONSE_PRIV_H
#define DESK_RESPONSE_PRIV_H

#include "desk/priv.h"
#include "model/field_code.h"

struct response {
	const char *id;
	int64_t version;
	const char *category; /* its id; path says its name */
	const char *name, *name_key, *shortcut, *shortcut_key, *description, *text, *html, *language;
	int64_t start, expires; /* INT_ABSENT: none */
	int64_t active, approved, usage;
	const char *media, *queues, *teams; /* lists in one column, NULL: all */
	const char *owner, *editor;
	int64_t created, changed, removed, seq;
	const char *path; /* "Root/Sub" */
};
/* As it is read; without the path, as it is written. */
extern const struct record rec_response, rec_response_row;

/* By id or by shortcut; E_NO_RESPONSE also for one that was removed. */
int response_get(struct call *call, const char *name, struct response **response_r, struct err *err);
/* The same, a removed one, too. */
int response_find(struct call *call, const char *name, struct response **response_r, struct err *err);
/* The actor may see it: not bound to queues and teams, or to one of the actor's; its owner does. Who leads, and programs, see all. E_RESPONSE_HIDDEN. */
int response_must_see(struct call *call, const struct response *response, struct err *err);
/*
 * Whether it may be sent by a medium (NULL: any) at a time: E_RESPONSE_NOT_ACTIVE,
 * E_RESPONSE_NOT_APPROVED, E_RESPONSE_NOT_YET, E_RESPONSE_EXPIRED, E_RESPONSE_MEDIUM.
 */
int response_valid(struct call *call, const struct response *response, const char *medium, time_ms now, struct err *err);

/* Bounds of what a response holds, in bytes. */
#define RESPONSE_TEXT_MAX ((size_t)1 << 20)
#define RESPONSE_NAME_MAX 512
#define RESPONSE_DESCRIPTION_MAX ((size_t)16 << 10)
#define RESPONSE_SHORTCUT_MAX 64
#define ATTACHMENT_NAME_MAX 200
#define ATTACHMENT_MAX ((size_t)10 << 20)
#define ATTACHMENTS_MAX 20

/* A new one, with what holds where nothing is said: active, approved by who may approve, a suggestion, the actor's. */
struct response *response_new(struct call *call);
/* Names of the site, or kinds: "a,b" in one column; NULL for an empty list. E_BAD_FIELD for one with a comma or a blank in it. */
int response_list_set(struct call *call, const char *name, const struct texts *list, const char **out_r, struct err *err);
/*
 * Keeps a response by all rules: a new one where its version is 0 (its id may be
 * NULL: it gets one), else over the version that it holds, which is kept beside.
 * Its category is an id (category_need). Gives it its keys, language, name where it
 * has none, times, editor, seq and next version, and writes the event. out_r:
 * one that it takes out of active, or NULL. The attachments are for the caller.
 * E_BAD_FIELD, E_TOO_LARGE, E_DUPLICATE, E_RESPONSE_CHANGED.
 */
int response_put(struct call *call, struct response *response, const char **out_r, struct err *err);
/* The rules of its own fields alone, and the keys and the name that follow from them. */
int response_check(struct call *call, struct response *response, struct err *err);
/* The name of one that is given none: what stands in the first line of its text that says something. */
const char *response_name_from(struct arena *arena, const char *text);
/* Only the keeping: of one that has been checked, whose category and language are settled. */
int response_write(struct call *call, struct response *response, const char **out_r, struct err *err);
/* Whether the actor may change it: who leads, programs, its owner. E_RESPONSE_NOT_YOURS. */
int response_may_change(struct call *call, const struct response *response, struct err *err);
/* Its state now, for people and scripts: the first thing that keeps it from being used. */
int64_t response_state(const struct response *response, time_ms now);
/* A line, which may be shown anywhere: no control characters; where strict, nor what turns the direction of writing. E_BAD_FIELD, E_TOO_LARGE. */
int line_check(const char *name, const char *text, size_t limit, bool strict, struct err *err);

/* The next seq of the library, to be written with what changes; the desk brings the index in step once it is committed. */
int library_seq(struct call *call, int64_t *seq_r, struct err *err);
/* The last one drawn; that of the last change of agents and teams. */
int library_last(struct call *call, int64_t *seq_r, struct err *err);
int library_site(struct call *call, int64_t *seq_r, struct err *err);
/* Who reads or changes the library begins by this, or is OP_LIBRARY: E_IMPORT_MOVING where an import has been decided and not all of it is in its place; the desk then moves the rest, and calls again. */
int library_whole(struct call *call, struct err *err);
/* Agents or teams have changed: who may see what. */
int library_people(struct call *call, struct err *err);

/* What an agent belongs to: its teams, and the queues it serves; n = 0: every queue. One who serves none serves the queue "", which there is not. */
struct belongs {
	struct texts queues, teams;
};
int agent_belongs(struct call *call, const char *agent, struct belongs *out, struct err *err);

/* Whether the actor may see it, for who asks about many: belongs are those of the actor, where it is an agent. */
bool response_seen_by(struct call *call, const struct response *response, const struct belongs *belongs);

struct attachment {
	const char *response;
	int64_t ord;
	const char *name, *type, *digest;
	int64_t size;
	int64_t first, last; /* the versions that have it; INT_ABSENT: it still has */
};
extern const struct record rec_attachment;
/* Of a response, in their order; of the version that is at hand, which may be a former one. */
int attachments_of(struct call *call, const char *response, struct records *out, struct err *err);
int attachments_at(struct call *call, const struct response *response, struct records *out, struct err *err);
/* Its name may be that of a file; the type, where there is none, is as the name says. */
int attachment_check(struct attachment *attachment, struct err *err);
/* NULL: none of that name. */
const struct attachment *attachment_named(const struct records *all, const char *name);
/* From this version of the response on, which has just been put: name, digest and size are given; type NULL: as the name says. To the one before it. */
int attachment_add(struct call *call, const struct response *response, const struct attachment *attachment, struct err *err);
int attachment_end(struct call *call, const struct response *response, const struct attachment *attachment, struct err *err);
/* The bytes of an attachment; E_STORE_DAMAGED where they are not there, or not those. */
int blob_get(struct call *call, const char *digest, const void **bytes_r, size_t *size_r, struct err *err);
/* Keeps bytes under their digest. */
int blob_put(struct call *call, const void *bytes, size_t size, const char **digest_r, struct err *err);
/* The same where the digest is known: SHA-256, in lower-case figures. */
int blob_put_as(struct call *call, const char *digest, const void *bytes, size_t size, struct err *err);

struct favourite_row {
	const char *agent, *response;
	int64_t at, removed, seq;
};
extern const struct record rec_response_favourite;

/* An answer given to a message, or passed over. */
struct use {
	int64_t number; /* the seq under which it was written */
	int64_t seq;    /* of its last change */
	int64_t at;
	const char *response, *ixn, *contact, *agent;
	int64_t kind;     /* enum use_kind */
	const char *text; /* the message that was answered; NULL once forgotten */
	const char *language;
	int64_t rank;
	const char *external_id;
};
extern const struct record rec_use;

struct category {
	const char *id;
	int64_t version;
	const char *parent; /* NULL: a root */
	const char *name, *path, *folded;
	const char *language; /* of a root */
	int64_t created;
};
extern const struct record rec_category;
/* By path, as in "Root/Sub"; E_NO_CATEGORY. */
int category_get(struct call *call, const char *path, struct category **category_r, struct err *err);
/*
 * The same, made where it is not there, and what lies above it; a new root gets
 * the language (may be NULL). path NULL: where what has no category goes, a root
 * named after the language. E_BAD_FIELD for a name that is none.
 */
int category_need(struct call *call, const char *path, const char *language, struct category **category_r, struct err *err);
/* What a response in it speaks unless it says so: the language of its root, or NULL. */
int category_language(struct call *call, const struct category *category, const char **language_r, struct err *err);
/*
 * Settles the language of a response in it: where it says none, that of the
 * root; the first that says one gives it to its root. E_BAD_FIELD where it is another.
 */
int category_speaks(struct call *call, const struct category *category, const char **language, struct err *err);
/* E_BAD_VALUE for what is no name of a language. */
int language_check(const char *language, struct err *err);
/* "fr-CA" and "fr" are one language; so is what is not known. */
bool language_fits(const char *language, const char *of);
/* By id, or by folded path: 1, none: 0. */
int category_of(struct call *call, const char *id, struct category **category_r, struct err *err);
int category_by_folded(struct call *call, const char *folded, struct category **category_r, struct err *err);
int category_root(struct call *call, const struct category *category, struct category **root_r, struct err *err);
/* A name of its own, and the folded path of one of that name below another (NULL: a root). */
int category_name_check(const char *name, struct err *err);
const char *category_fold(struct call *call, const struct category *parent, const char *name);
/* The bounds of the folded paths of a category and all below it; NULL: of the whole tree. */
void category_bounds(struct call *call, const struct category *category, const char **from_r, const char **to_r);

/* what is sent (response_render.c) */

/*
 * Its text, or with CODE_HTML its HTML, filled in for an interaction; NULL where
 * it has none. E_BAD_FIELD_CODE, E_NO_FIELD_VALUE: the place is "ID:LINE:COLUMN".
 */
int response_render(struct call *call, const struct response *response, const struct ixn *ixn, enum missing_policy missing, enum code_context into, const char **text_r, struct err *err);
/* All that is wrong with the field codes of a text, whatever their values. */
int response_codes_check(struct call *call, const char *text, struct code_faults *out, struct err *err);
/* A response named where text is sent: fields of what such operations take. */
struct chosen {
	const char *response; /* id or shortcut */
	int64_t missing, rank;
	struct texts passed;
};
#define CHOSEN_FIELDS(S) \
	TEXT_FIELD_CALLED(S, chosen.response, "response", "RESPONSE", 0, N_("a standard response: its id, its shortcut, or #N of the last search; with --text it counts as that response, made to fit")), \
		NAME_FIELD_CALLED(S, chosen.missing, "missing", missing_policies, 0, N_("where a field code of it has no value: fail (the default), leave it empty, or keep the code")), \
		INT_FIELD_CALLED(S, chosen.rank, "rank", FIELD_NO_OPTION | FIELD_INTERNAL, NULL), \
		TEXTS_FIELD_CALLED(S, chosen.passed, "passed", NULL, FIELD_NO_OPTION | FIELD_INTERNAL, NULL)
struct sending {
	const struct response *response;
	const char *text;
	bool edited;
};
/*
 * What is sent of it by a medium (NULL: any): given, where that was made to fit,
 * else its text filled in. Errors: those of response_get, response_must_see,
 * response_valid, response_render; E_RESPONSE_NO_TEXT.
 */
int response_choose(struct call *call, const struct chosen *chosen, const struct ixn *ixn, const char *medium, const char *given, struct sending *out, struct err *err);
/* It was sent to the contact: kept as a use. */
int response_sent(struct call *call, const struct chosen *chosen, const struct ixn *ixn, const struct sending *sending, struct err *err);

/* what is learned from answers (response_use.c) */

/*
 * A response was sent in answer to what the contact said last: the use is kept
 * with that, and so is that others were passed over. passed: ids of those that
 * stood above it in the search for this interaction (may be NULL); rank: its
 * own place there, 0 for none. Writes response.used. Before or behind the message
 * itself, in its transaction.
 */
int response_used(struct call *call, const struct ixn *ixn, const struct response *response, bool edited, const struct texts *passed, int rank, struct err *err);
/* What a contact wrote is no longer known to what was learned from it. */
int response_forget(struct call *call, const char *contact, struct err *err);

#endif

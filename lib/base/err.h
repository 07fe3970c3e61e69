/*
 * err.h - what went wrong, as data.
 *
 * An error is a class (what the caller should do, and the exit status), a
 * stable code, and named arguments; it is worded only where it is printed.
 * Functions that can fail return -1 and fill the struct err they were given
 * last; on success they leave it alone. No heap, no threads.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* The value of a class is its exit status: the table of ixn-exit(7). */
enum err_class {
	ERR_NONE = 0,
	ERR_NOTHING = 1,      /* nothing found, no offer, a wait timed out */
	ERR_USAGE = 64,       /* the command line */
	ERR_INPUT = 65,       /* bad input data */
	ERR_NOTFOUND = 66,    /* no such interaction, contact, file */
	ERR_UNAVAILABLE = 69, /* a backend cannot be reached */
	ERR_BUG = 70,         /* ours */
	ERR_CREATE = 73,      /* cannot create output */
	ERR_IO = 74,          /* reading or writing failed */
	ERR_TEMP = 75,        /* try again */
	ERR_PROTOCOL = 76,    /* the other side broke its protocol */
	ERR_DENIED = 77,      /* not permitted, no session */
	ERR_CONFIG = 78,      /* bad configuration, no store */
	ERR_STATE = 79,       /* the state does not allow it */
	ERR_MIXED = 80,       /* several items failed in different ways */
};

/* E_NAME for each row of errors.def. */
enum err_code {
	E_OK,
#define E(name, class, code, text, hint) E_##name,
#include "base/errors.def"
#undef E
	E_COUNT,
};

#define ERR_ARGS 8

struct err {
	enum err_code code;
	int nargs;
	/* Both live in text; values are cut so that those behind them find some room. */
	struct err_arg {
		const char *name;
		const char *value;
	} args[ERR_ARGS];
	size_t used;
	char text[1536];
};

/*
 * Sets the error and returns -1. After the code come pairs of name and value,
 * then NULL: err_set(err, E_NO_IXN, "id", id, NULL). Three names are known to
 * every printer: "state" (the state found), "can" (commands to type, separated
 * by newlines) and "choices" (likewise). err may be NULL.
 */
int err_fill(struct err *err, enum err_code code, ...) ATTR_SENTINEL;
#define err_set(...) err_minus_one(err_fill(__VA_ARGS__))
/* So that a compiler that reads one file at a time knows, too. */
static inline int
err_minus_one(int set)
{
	(void)set;
	return -1;
}
/* One more argument for an error that is set; drops it when there is no room. */
void err_arg(struct err *err, const char *name, const char *value);
/* A struct err points into itself: this copies one, assignment does not. to may be NULL. */
void err_copy(struct err *to, const struct err *from);
/* The value of an argument, or NULL. */
const char *err_get(const struct err *err, const char *name);

enum err_class err_class(const struct err *err);
/* The stable code, as in JSON: "no_session". */
const char *err_name(enum err_code code);
/* English templates; {name} stands for the argument of that name. */
const char *err_text(enum err_code code);
const char *err_hint(enum err_code code); /* NULL: none */
/* True where the same call may succeed later without a change. */
bool err_retryable(const struct err *err);
/* True where it is the store's, or of the way to it, whoever asks and for whatever: it may be back. */
bool err_of_store(const struct err *err);

#endif

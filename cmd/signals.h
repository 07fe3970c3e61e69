/*
 * signals.h - what settles what an event announced, by the table signals.def.
 */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/record.h"

/* What an event announced: which event it was, of what. */
struct announced {
	const char *event, *ixn, *ref;
};

/* Could an event of this pattern be settled at all? */
bool signal_known(const char *pattern);
/* Does this event announce something that another one settles? */
bool signal_announces(const struct record *record, const void *p);
/* Does this event settle it? */
bool signal_settles(const struct announced *announced, const struct record *record, const void *p);
/* Does this event announce the same anew? */
bool signal_renews(const struct announced *announced, const struct record *record, const void *p);

enum signal_whose { WHOSE_ANY,
		    WHOSE_CONTACT,
		    WHOSE_ANSWER,
		    WHOSE_WAITING,
		    WHOSE_HOLDER,
		    WHOSE_COUNT };
enum signal_about { ABOUT_REF,
		    ABOUT_IXN };

/* For the manual. */
struct signal_row {
	const char *event;
	enum signal_whose whose;
	const char *by; /* NULL: any */
	enum signal_whose by_whose;
	enum signal_about about;
};
extern const struct signal_row signal_rows[];
extern const size_t signal_rows_n;
extern const char *const signal_whose_words[WHOSE_COUNT];

#endif

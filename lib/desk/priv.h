/*
 * priv.h - what the files of the desk share.
 */
#ifndef DESK_PRIV_H
#define DESK_PRIV_H

#include "desk/agent_priv.h"
#include "desk/call_priv.h"
#include "desk/party_priv.h"
#include "desk/talk_priv.h"
#include "desk/wait_priv.h"

/* names and addresses, found by words (words.c) */

/* What a contact is found by, as the store has it now. */
int words_learn(struct call *call, const char *contact, struct err *err);
/* The names of the site, all anew. */
int words_site(struct call *call, struct err *err);

/* whom one deals with (favourites.c) */

/* Remembers whom the actor dealt with, as many as the site keeps. */
int recent_add(struct call *call, const char *target, struct err *err);

/* what the site has settled once for all (settings.c, settings.def) */

/* The value of a setting; its default where the site says nothing. */
int setting_get(struct call *call, const char *name, const char **value_r, struct err *err);
/* E_BAD_FIELD: no such setting, or no such value of it. */
int setting_check(const char *name, const char *value, const char **what_r);

#endif

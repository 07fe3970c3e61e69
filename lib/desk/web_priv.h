/*
 * web_priv.h - contacts on the web: their sessions, and the pages of the site
 * that they come from.
 */
#ifndef DESK_WEB_PRIV_H
#define DESK_WEB_PRIV_H

#include "desk/priv.h"
#include "desk/site.h"

/* A contact's way back to one interaction. */
struct web_session {
	const char *hash, *ixn, *web;
	int64_t since;
};

/* The site's page of this name, NULL: of the only one; whoever asks must be on a page that may. E_NO_WEB, E_BAD_ORIGIN. */
int web_find(struct call *call, const char *name, struct site_web *web_r, struct err *err);
/* The session of the contact who acts, and the interaction; E_NO_SESSION. */
int web_ixn(struct call *call, struct ixn **ixn_r, struct err *err);
/* Whether a URL belongs to one of these origins ("https://www.example.org"). */
bool web_within(const struct texts *origins, const char *url);

enum cobrowse_state { COBROWSE_WAITING,
		      COBROWSE_ACTIVE,
		      COBROWSE_ENDED };
extern const struct names cobrowse_states;

struct cobrowse {
	const char *id, *ixn;
	int64_t state;
	const char *agent, *url, *title, *proposed;
	int64_t seq, started, joined, ended;
};
/* The last one of an interaction: 1, none: 0. */
int cobrowse_last(struct call *call, const char *ixn, struct cobrowse *c, struct err *err);

#endif

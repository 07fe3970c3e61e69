/*
 * draft.h - what the commands share that make and change drafts: files that go
 * along, a standard response, an editor for the text.
 */
#ifndef CMD_DRAFT_H
#define CMD_DRAFT_H

#include "cmd/cmd.h"

struct draft_extra {
	struct texts attach;
	int64_t edit;
};
#define DRAFT_EXTRA(variable, name) \
	RECORD(variable, struct draft_extra, name, NULL, \
	       TEXTS_FIELD_AS(struct draft_extra, attach, "FILE", 0, N_("this file goes along; may be given again")), \
	       BOOL_FIELD(struct draft_extra, edit, 0, N_("write or change the text in an editor before it is kept, or sent")))

/* Makes a draft by the command's operation (id: what it answers, or NULL; about: what #N was searched for, or NULL), and prints it. */
int draft_make(struct cli *cli, const char *id, const char *about, struct err *err);
/* One that answers this mail, or hands it on. */
int draft_make_of(struct cli *cli, const char *id, struct err *err);
/* Changes one. */
int draft_change(struct cli *cli, const char *id, struct err *err);

#endif

/*
 * mail_part.h - parts of a mail written out, for 'ixn-show --part'.
 *
 * What a mail says of itself, its files' names too, never says where to write.
 */
#ifndef CMD_MAIL_PART_H
#define CMD_MAIL_PART_H

#include <stdbool.h>

struct cli;
struct err;

struct mail_part_out {
	const char *part;   /* as in --part */
	const char *output; /* a file, "-"; NULL: as is shown */
	bool force;         /* the file may be there */
};

/* text, fresh, html, headers, raw, attachments, attachment:N. */
bool mail_part_known(const char *part);
/* html: only where program.mail_html is. E_NO_EMAIL, E_NO_MAIL_PART, E_MISSING_OPERAND, and those of file_write. */
int mail_part_write(struct cli *cli, const char *id, const struct mail_part_out *to, struct err *err);

#endif

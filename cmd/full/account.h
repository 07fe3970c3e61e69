/*
 * account.h - the mail servers, as the configuration names them: [imap] and
 * [smtp] for all, [imap.NAME] and [smtp.NAME] for the mailbox NAME of the site,
 * whose keys win one by one.
 *
 * Errors: E_NO_BACKEND without a host, E_BAD_CONFIG, and those of cli_secret.
 * Strings live in cli->arena.
 */
#ifndef CMD_FULL_ACCOUNT_H
#define CMD_FULL_ACCOUNT_H

#include "base/attr.h"
#include "channel/imap.h"
#include "channel/smtp.h"

struct cli;
struct err;

/* Where the mailbox's mail is fetched. Runs the password command: a token is new each time. */
int imap_account_read(struct cli *cli, const char *mailbox, struct imap_account *account, struct err *err) ATTR_MUSTUSE;
/* Where its mail goes out; mailbox NULL: that of no mailbox. */
int smtp_account_read(struct cli *cli, const char *mailbox, struct smtp_account *account, struct err *err) ATTR_MUSTUSE;

#endif

/*
 * account.h - the server for outgoing mail, as the configuration names it.
 */
#ifndef CMD_FULL_ACCOUNT_H
#define CMD_FULL_ACCOUNT_H

#include "base/attr.h"
#include "channel/smtp.h"

struct cli;
struct err;

/* smtp.host and its kin. E_NO_BACKEND without a host, E_BAD_CONFIG, and those of cli_secret. */
int smtp_account_read(struct cli *cli, struct smtp_account *account, struct err *err) ATTR_MUSTUSE;

#endif

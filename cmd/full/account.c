#include "cmd/full/account.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

static int
bad_config(struct cli *cli, const char *key, const char *what, struct err *err)
{
	const char *origin, *value = cli_config(cli, key, &origin);

	return err_set(err, E_BAD_CONFIG, "where", origin, "what", arena_printf(cli->arena, "%s: '%s' is not %s", key, value, what), NULL);
}

static int
read_tls(struct cli *cli, struct smtp_account *account, struct err *err)
{
	static const struct {
		const char *name;
		enum stream_tls tls;
		uint16_t port;
	} table[] = {
		{ "implicit", STREAM_TLS_IMPLICIT, 465 },
		{ "starttls", STREAM_TLS_STARTTLS, 587 },
		{ "none", STREAM_TLS_NONE, 25 },
	};
	const char *value = cli_config(cli, "smtp.tls", NULL);

	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (strcmp(value ? value : "", table[i].name) == 0) {
			account->tls = table[i].tls;
			account->port = table[i].port;
			return 0;
		}
	return bad_config(cli, "smtp.tls", "implicit, starttls or none", err);
}

static int
read_port(struct cli *cli, struct smtp_account *account, struct err *err)
{
	const char *value = cli_config(cli, "smtp.port", NULL);
	char *end;
	long n;

	if (!value)
		return 0;
	n = strtol(value, &end, 10);
	if (end == value || *end || n < 1 || n > 65535)
		return bad_config(cli, "smtp.port", "a port", err);
	account->port = (uint16_t)n;
	return 0;
}

int
smtp_account_read(struct cli *cli, struct smtp_account *account, struct err *err)
{
	account->host = cli_config(cli, "smtp.host", NULL);
	account->ca_file = cli_config(cli, "smtp.ca_file", NULL);
	account->user = cli_config(cli, "smtp.user", NULL);
	if (!account->host)
		return err_set(err, E_NO_BACKEND, "what", N_("the server for outgoing mail"), "key", "smtp.host", NULL);
	if (read_tls(cli, account, err) < 0 || read_port(cli, account, err) < 0)
		return -1;
	return account->user ? cli_secret(cli, "smtp.password", &account->password, err) : 0;
}

#include "cmd/full/account.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

/* What both servers have. */
struct server {
	struct cli *cli;
	const char *section, *mailbox;
	const char *what; /* N_() */
	const struct kind {
		const char *name;
		enum stream_tls tls;
		uint16_t port;
	} * kinds;                /* three */
	const char *const *auths; /* by value; NULL behind the last */
	const char *host, *ca_file, *user, *password;
	enum stream_tls tls;
	uint16_t port;
	int auth;
};

static const char *
value_of(struct server *s, const char *key)
{
	return cli_config_of(s->cli, s->section, s->mailbox, key, NULL);
}

static int
bad_config(struct server *s, const char *key, const char *what, struct err *err)
{
	const char *origin, *value = cli_config_of(s->cli, s->section, s->mailbox, key, &origin);

	return err_set(err, E_BAD_CONFIG, "where", origin, "what", arena_printf(s->cli->arena, "%s.%s: '%s' is not %s", s->section, key, value, what), NULL);
}

static int
read_tls(struct server *s, struct err *err)
{
	const char *value = value_of(s, "tls");

	for (size_t i = 0; i < 3; i++)
		if (strcmp(value ? value : "", s->kinds[i].name) == 0) {
			s->tls = s->kinds[i].tls;
			s->port = s->kinds[i].port;
			return 0;
		}
	return bad_config(s, "tls", "implicit, starttls or none", err);
}

static int
read_port(struct server *s, struct err *err)
{
	const char *value = value_of(s, "port");
	char *end;
	long n;

	if (!value)
		return 0;
	n = strtol(value, &end, 10);
	if (end == value || *end || n < 1 || n > 65535)
		return bad_config(s, "port", "a port", err);
	s->port = (uint16_t)n;
	return 0;
}

static int
read_auth(struct server *s, struct err *err)
{
	const char *value = value_of(s, "auth");

	for (int i = 0; s->auths[i]; i++)
		if (strcmp(value ? value : "", s->auths[i]) == 0) {
			s->auth = i;
			return 0;
		}
	return bad_config(s, "auth", "auto, plain, login or xoauth2", err);
}

static int
read_server(struct server *s, struct err *err)
{
	s->host = value_of(s, "host");
	s->ca_file = value_of(s, "ca_file");
	s->user = value_of(s, "user");
	if (!s->host)
		return err_set(err, E_NO_BACKEND, "what", s->what, "key", arena_printf(s->cli->arena, "%s.host", s->section), NULL);
	if (read_tls(s, err) < 0 || read_port(s, err) < 0 || read_auth(s, err) < 0)
		return -1;
	return s->user ? cli_secret_of(s->cli, s->section, s->mailbox, "password", &s->password, err) : 0;
}

int
imap_account_read(struct cli *cli, const char *mailbox, struct imap_account *account, struct err *err)
{
	static const struct kind kinds[] = { { "implicit", STREAM_TLS_IMPLICIT, 993 }, { "starttls", STREAM_TLS_STARTTLS, 143 }, { "none", STREAM_TLS_NONE, 143 } };
	static const char *const auths[] = { [IMAP_AUTH_AUTO] = "auto", [IMAP_AUTH_LOGIN] = "login", [IMAP_AUTH_PLAIN] = "plain", [IMAP_AUTH_XOAUTH2] = "xoauth2", NULL };
	struct server s = { .cli = cli, .section = "imap", .mailbox = mailbox, .what = N_("the server that mail is fetched from"), .kinds = kinds, .auths = auths };

	if (read_server(&s, err) < 0)
		return -1;
	*account = (struct imap_account){ .host = s.host, .port = s.port, .tls = s.tls, .ca_file = s.ca_file, .user = s.user, .password = s.password, .auth = (enum imap_auth)s.auth };
	return 0;
}

int
smtp_account_read(struct cli *cli, const char *mailbox, struct smtp_account *account, struct err *err)
{
	static const struct kind kinds[] = { { "implicit", STREAM_TLS_IMPLICIT, 465 }, { "starttls", STREAM_TLS_STARTTLS, 587 }, { "none", STREAM_TLS_NONE, 25 } };
	static const char *const auths[] = { [SMTP_AUTH_AUTO] = "auto", [SMTP_AUTH_PLAIN] = "plain", [SMTP_AUTH_LOGIN] = "login", [SMTP_AUTH_XOAUTH2] = "xoauth2", NULL };
	struct server s = { .cli = cli, .section = "smtp", .mailbox = mailbox, .what = N_("the server for outgoing mail"), .kinds = kinds, .auths = auths };

	if (read_server(&s, err) < 0)
		return -1;
	*account = (struct smtp_account){ .host = s.host, .port = s.port, .tls = s.tls, .ca_file = s.ca_file, .user = s.user, .password = s.password, .auth = (enum smtp_auth)s.auth };
	return 0;
}

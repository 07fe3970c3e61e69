#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/api.h"
#include "cmd/priv.h"

/* sd_listen_fds(3): the first descriptor that a service manager hands over. */
#define FIRST_FD 3
#define CONNECTIONS 12000

struct in {
	const char *listen, *tls_cert, *tls_key, *access_log, *make_certificate, *behind_proxy;
	int64_t plain, threads, workers, connections, per_address, requests, body, idle, url;
};
static const struct field in_fields[] = {
	TEXT_FIELD_AS(struct in, listen, "HOST:PORT", 0, N_("where to take connections (127.0.0.1:8443); without HOST on every address, port 0 is any that is free")),
	TEXT_FIELD_AS(struct in, tls_cert, "F", 0, N_("the certificate, and those up to its authority, as PEM")),
	TEXT_FIELD_AS(struct in, tls_key, "F", 0, N_("its key, as PEM")),
	BOOL_FIELD(struct in, plain, 0, N_("serve without TLS on any address, where a proxy has it")),
	TEXT_FIELD_AS(struct in, behind_proxy, "ADDRESS,...", 0, N_("believe the X-Forwarded-For of the proxies at these addresses, as in 127.0.0.1")),
	TEXT_FIELD_AS(struct in, make_certificate, "DIR", 0, N_("make DIR/cert.pem and DIR/key.pem for this machine alone, to try things out, and end")),
	TEXT_FIELD_AS(struct in, access_log, "F", 0, N_("write a line of JSON there for each request; '-' is standard error")),
	INT_FIELD(struct in, threads, 0, N_("threads that wait for the network (2)")),
	INT_FIELD(struct in, workers, 0, N_("threads that change the store (8)")),
	INT_FIELD(struct in, connections, 0, N_("connections at most (12000)")),
	INT_FIELD(struct in, per_address, 0, N_("connections at most from one address (a third of --connections, with --behind-proxy any number; 0: any number)")),
	INT_FIELD(struct in, requests, 0, N_("requests a minute from one address without a session (600; 0: any number)")),
	INT_FIELD(struct in, body, 0, N_("bytes of a request at most (100663296)")),
	DURATION_FIELD(struct in, idle, 0, N_("cut a connection that asks for nothing, or too slowly, for so long (30s)")),
	BOOL_FIELD(struct in, url, 0, N_("print the URL on standard output once connections are taken")),
};
static const struct record rec_in = { "ixn-routerd", N_("How to serve."), sizeof(struct in), in_fields, COUNT_OF(in_fields) };
/* No operation of the desk: here for its record. */
static const struct op op_serve = { "server.serve", N_("serves the desk over HTTP"), MAY_ADMINS, 0, &rec_in, NULL, NULL, NULL };

static struct cli *serving;
static FILE *access_log;

/* sd_notify(3): systemd knows that it has begun. */
static void
notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (!path || strlen(path) >= sizeof(to.sun_path) || (fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	memcpy(to.sun_path, path, strlen(path));
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	if (sendto(fd, state, strlen(state), 0, (const struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))) < 0)
		cli_say(serving, "%s: %s", path, strerror(errno));
	close(fd);
}

static void
ready(const char *url)
{
	const struct in *in = serving->in;

	notify("READY=1");
	if (in->url == 1) {
		printf("%s\n", url);
		fflush(stdout);
	}
	cli_say(serving, cli_text(N_("serving %s at %s")), cli_store_shown(serving), url);
}

static int64_t
whole(int64_t given, int64_t otherwise)
{
	return given == INT_ABSENT ? otherwise : given;
}

static int
bad_bound(struct cli *cli, const struct field *f, const struct in *in, int64_t least, int64_t most, struct err *err)
{
	bool lasts = f->type == FIELD_DURATION;

	return err_set(err, E_BAD_VALUE, "name", arena_printf(cli->arena, "--%s", option_name(cli->arena, f->name)), "value", field_format(cli->arena, f, in), "expected",
		       N_("between {least} and {most}"), "least", lasts ? duration_format(cli->arena, least) : arena_printf(cli->arena, "%" PRId64, least), "most",
		       lasts ? duration_format(cli->arena, most) : arena_printf(cli->arena, "%" PRId64, most), NULL);
}

static int
check(struct cli *cli, const struct in *in, struct err *err)
{
	static const struct {
		const char *name;
		int64_t least, most;
	} bounds[] = {
		{ "threads", 1, 256 },
		{ "workers", 1, 256 },
		{ "connections", 1, 1000000 },
		{ "per_address", 0, 1000000 },
		{ "requests", 0, 1000000 },
		{ "body", 1024, INT64_C(1) << 30 },
		{ "idle", MS_SECOND, MS_HOUR },
	};

	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		const struct field *f = record_field(&rec_in, bounds[i].name);
		int64_t n = field_int(f, in);

		if (n != INT_ABSENT && (n < bounds[i].least || n > bounds[i].most))
			return bad_bound(cli, f, in, bounds[i].least, bounds[i].most, err);
	}
	if (!in->tls_cert != !in->tls_key)
		return err_set(err, E_USAGE, "what", N_("--tls-cert and --tls-key go together"), NULL);
	return store_named(cli, err);
}

/* From here on they are read, not caught; threads made later inherit that. */
static int
stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* The old file was moved away: the next line goes to a new one. */
static void
renew_log(void)
{
	const struct in *in = serving->in;
	int fd = access_log && access_log != stderr ? open(in->access_log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666) : -1;

	if (fd < 0)
		return;
	dup3(fd, fileno(access_log), O_CLOEXEC);
	close(fd);
}

static bool
goes_on(int fd)
{
	struct signalfd_siginfo told;

	if (read(fd, &told, sizeof(told)) != sizeof(told) || told.ssi_signo != SIGHUP)
		return false;
	renew_log();
	return true;
}

static void
complain(const struct err *err)
{
	cli_fail(serving, err, NULL);
}

/* A socket of the service manager's, or -1. */
static int
inherited(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");

	return pid && n && strtol(pid, NULL, 10) == (long)getpid() && strtol(n, NULL, 10) > 0 ? FIRST_FD : -1;
}

static int
open_log(const struct in *in, struct err *err)
{
	if (!in->access_log)
		return 0;
	access_log = strcmp(in->access_log, "-") == 0 ? stderr : fopen(in->access_log, "ae");
	return access_log ? 0 : err_set(err, E_CANNOT_CREATE, "path", in->access_log, "reason", strerror(errno), NULL);
}

static int
serve(struct cli *cli, struct err *err)
{
	const struct in *in = cli->in;
	struct desk_options desk;
	struct api_settings settings = {
		.store = cli_store_url(cli),
		.desk = &desk,
		.listen = in->listen ? in->listen : "127.0.0.1:8443",
		.inherited = inherited(),
		.certificate = in->tls_cert,
		.key = in->tls_key,
		.threads = whole(in->threads, 2),
		.workers = whole(in->workers, 8),
		.connections = whole(in->connections, CONNECTIONS),
		.per_address = whole(in->per_address, in->behind_proxy ? 0 : (whole(in->connections, CONNECTIONS) + 2) / 3),
		.requests = whole(in->requests, 600),
		.body = whole(in->body, INT64_C(96) << 20),
		.timeout_ms = whole(in->idle, 30 * MS_SECOND),
		.anywhere = in->plain == 1,
		.proxies = in->behind_proxy,
		.ready = ready,
		.goes_on = goes_on,
		.complain = complain,
	};
	int stop = stop_signals(), rc;

	if (check(cli, in, err) < 0 || cli_desk_options(cli, &desk, err) < 0 || open_log(in, err) < 0)
		return -1;
	settings.log = access_log;
	rc = api_serve(&settings, stop, err);
	if (access_log && access_log != stderr)
		fclose(access_log);
	close(stop);
	return rc;
}

static int
run(struct cli *cli)
{
	const struct in *in = cli->in;
	struct err err = { 0 };

	serving = cli;
	if ((in->make_certificate ? api_make_certificate(cli->arena, in->make_certificate, &err) : serve(cli, &err)) < 0)
		return cli_fail(cli, &err, NULL);
	return 0;
}

const struct command cmd_ixn_routerd = {
	.name = "ixn-routerd",
	.summary = N_("serves the desk to agents' machines, web pages and web hooks"),
	.about = N_("Every operation of the desk is at /v1/OPERATION, for commands with --store https://HOST; contacts' pages are at /chat and /callback. "
		    "It settles what falls due as it falls due, and can be stopped at any time: what runs is finished, and whoever asks again with the same key is given the first answer.\n\n"
		    "Where --tls-cert and --tls-key name a certificate, all is encrypted; without them it serves this machine only, unless --plain says that a proxy in front does it. "
		    "Nobody has any right without a session: an account without a password cannot log in here.\n\n"
		    "/healthz says that it lives, /readyz that its store can be read, /metrics how it fares (to this machine only), /v1/openapi.json what it knows. "
		    "A socket handed over as by systemd.socket(5) is used in place of --listen. SIGTERM ends it; with SIGHUP it reads its certificate anew, for connections from then on, "
		    "and opens its access log anew: one that is broken is complained of, and the one before stays."),
	.task = TASK_SITE,
	.flags = CMD_NO_STORE,
	.op = &op_serve,
	.examples = {
		{ "ixn-routerd --make-certificate ~/.ixn-cert", N_("a certificate for this machine, to try it out") },
		{ "ixn-routerd --tls-cert cert.pem --tls-key key.pem --listen :8443", N_("serve every address of this machine") },
	},
	.run = run,
	.see = "ixn-setup, agent-login",
};

/*
 * Sessions: one file per store and agent in the user's state folder. A file
 * says who acts and proves it by its token; it authenticates nobody anew.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/priv.h"
#include "desk/mirror.h"

#define SESSION_SIZE 65536
#define ENDING ".session"

/* The store by a name that does not depend on where we stand. */
static const char *
find_store_name(struct cli *cli)
{
	const char *url = cli_store_url(cli), *path = url + 5;
	char whole[PATH_MAX], here[PATH_MAX];

	if (strncmp(url, "file:", 5) != 0)
		return cli_store_shown(cli);
	if (realpath(path, whole))
		return arena_strdup(cli->arena, whole);
	if (path[0] == '/' || !getcwd(here, sizeof(here)))
		return path;
	return arena_printf(cli->arena, "%s/%s", here, path);
}

static const char *
store_name(struct cli *cli)
{
	if (!cli->priv->store_name)
		cli->priv->store_name = find_store_name(cli);
	return cli->priv->store_name;
}

bool
store_is_remote(struct cli *cli)
{
	return strncmp(store_name(cli), "https:", 6) == 0 || strncmp(store_name(cli), "http:", 5) == 0;
}

const char *
session_folder(struct cli *cli)
{
	const char *store = store_name(cli), *state = config_folder(cli->arena, "XDG_STATE_HOME", ".local/state");
	unsigned char hash[16];
	char hex[sizeof(hash) * 2 + 1];

	if (!state)
		return NULL;
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)store, strlen(store), NULL, 0);
	return arena_printf(cli->arena, "%s/%s", state, sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash)));
}

#define MIRROR ".mirror"

/* Agents have names of any kind; files do not. */
static const char *
file_name(struct arena *arena, const char *agent, const char *ending)
{
	const char *name = "";

	for (const unsigned char *p = (const unsigned char *)agent; *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' || *p >= 0x80;

		name = arena_printf(arena, plain ? "%s%c" : "%s%%%02x", name, *p);
	}
	return arena_printf(arena, "%s%s", name, ending);
}

const char *
session_file(struct cli *cli, const char *agent, const char *ending)
{
	const char *folder = session_folder(cli);

	return folder ? arena_printf(cli->arena, "%s/%s", folder, file_name(cli->arena, agent, ending)) : NULL;
}

const char *
session_mirror(struct cli *cli)
{
	const struct session *s = &cli->priv->session;

	return store_is_remote(cli) && s->agent && !s->service ? session_file(cli, s->agent, MIRROR) : NULL;
}

static const char *
session_path(struct cli *cli, const char *agent)
{
	return session_file(cli, agent, ENDING);
}

static const char *
quoted(struct arena *arena, const char *value)
{
	const char *text = "";

	for (const char *p = value; *p; p++)
		text = arena_printf(arena, *p == '"' || *p == '\\' ? "%s\\%c" : "%s%c", text, *p);
	return arena_printf(arena, "\"%s\"", text);
}

static int
session_write(struct cli *cli, const struct session *s, struct err *err)
{
	const char *folder = session_folder(cli), *text;

	if (!folder)
		return err_set(err, E_CANNOT_CREATE, "path", "the session's file", "reason", "HOME is not set", NULL);
	text = arena_printf(cli->arena, "store = %s\nagent = %s\ntoken = %s\n%s%s%s", quoted(cli->arena, store_name(cli)),
			    quoted(cli->arena, s->agent), s->token, s->current ? "current = " : "", s->current ? s->current : "",
			    s->current ? "\n" : "");
	if (file_mkdirs(folder, err) < 0)
		return -1;
	return file_write(session_path(cli, s->agent), text, strlen(text), true, false, err);
}

static bool
session_read(struct cli *cli, const char *path, struct session *s)
{
	struct err ignored = { 0 };
	struct ini ini;
	const char *data;
	size_t size;

	*s = (struct session){ 0 };
	if (!path || file_read(cli->arena, path, SESSION_SIZE, &data, &size, &ignored) < 0 ||
	    ini_parse(cli->arena, path, data, size, &ini, &ignored) < 0)
		return false;
	for (size_t i = 0; i < ini.n; i++) {
		const struct ini_entry *e = &ini.v[i];

		if (strcmp(e->key, "agent") == 0)
			s->agent = e->value;
		else if (strcmp(e->key, "token") == 0)
			s->token = e->value;
		else if (strcmp(e->key, "current") == 0)
			s->current = e->value;
	}
	return s->agent && s->token;
}

int
cli_session_save(struct cli *cli, const char *agent, const char *token, struct err *err)
{
	struct session s = { .agent = agent, .token = token };

	if (session_write(cli, &s, err) < 0)
		return -1;
	cli->priv->session = s;
	list_forget(cli, agent);
	return 0;
}

void
cli_session_forget(struct cli *cli, const char *agent)
{
	const char *path = agent ? session_path(cli, agent) : NULL;

	/* Whose it is a server says, or does not. */
	if (!agent)
		return;
	if (path && unlink(path) < 0 && errno != ENOENT)
		cli_say(cli, "%s: %s", path, strerror(errno));
	list_forget(cli, agent);
	if (store_is_remote(cli) && path)
		mirror_remove(session_file(cli, agent, MIRROR));
	if (cli->priv->session.agent && strcmp(cli->priv->session.agent, agent) == 0)
		cli->priv->session = (struct session){ 0 };
}

/* Their names; the session read last is left in *s. */
static struct texts
all_sessions(struct cli *cli, struct session *s)
{
	const char *folder = session_folder(cli);
	struct texts out = { NULL, 0, 0 };
	const struct dirent *entry;
	DIR *dir = folder ? opendir(folder) : NULL;

	while (dir && (entry = readdir(dir))) {
		const char *end = strrchr(entry->d_name, '.');

		if (end && strcmp(end, ENDING) == 0 && session_read(cli, arena_printf(cli->arena, "%s/%s", folder, entry->d_name), s))
			texts_add(cli->arena, &out, s->agent);
	}
	if (dir)
		closedir(dir);
	texts_sort(&out);
	return out;
}

struct texts
cli_sessions(struct cli *cli)
{
	struct session ignored;

	return all_sessions(cli, &ignored);
}

/* A server knows no owner: a program is a service account there, whose "NAME:TOKEN" a file holds. */
static int
service(struct cli *cli, struct err *err)
{
	const char *path = cli_config(cli, "service_token_file", NULL), *text, *colon;

	if (!store_is_remote(cli) || !path || !*path)
		return 0;
	if (file_secret(cli->arena, path, &text, err) < 0)
		return -1;
	colon = strrchr(text, ':');
	if (!colon || colon == text || !colon[1])
		return err_set(err, E_BAD_CONFIG, "where", path, "what", N_("is not NAME:TOKEN"), NULL);
	cli->priv->session = (struct session){ .agent = arena_memdup(cli->arena, text, (size_t)(colon - text)), .token = colon + 1, .service = true };

	return 0;
}

static int
named(struct cli *cli, const char *agent, struct err *err)
{
	const struct op *op = cli->command->op;

	if (session_read(cli, session_path(cli, agent), &cli->priv->session))
		return 0;
	cli->priv->session = (struct session){ 0 };
	return op && (op->flags & OP_ANYONE) ? 0 : err_set(err, E_NO_SESSION, NULL);
}

/* What is the owner's to do, unless somebody is named. */
static bool
for_owner(struct cli *cli)
{
	const struct command *command = cli->command;
	const struct op *op = command->op;
	/* The owner is nobody who could log in: what a lead does as oneself is not the owner's to do. */
	bool beyond = op && !(op->may & MAY(ROLE_AGENT)) && !(op->flags & OP_SELF);
	bool owner = (command->flags & CMD_AS_OWNER) || (command->as_owner && command->as_owner(cli)) || beyond;
	const char *origin = "", *agent = cli_config(cli, "agent", &origin);

	if (command->flags & CMD_OWNER)
		return true;
	return owner && !cli->agent && (!agent || strcmp(origin, "IXN_AGENT") != 0);
}

int
session_choose(struct cli *cli, struct err *err)
{
	const struct op *op = cli->command->op;
	const char *agent = cli->agent ? cli->agent : cli_config(cli, "agent", NULL);
	bool remote = store_is_remote(cli);
	struct session only;
	struct texts all;

	if (for_owner(cli)) {
		if (service(cli, err) < 0)
			return -1;
		if (!remote || cli->priv->session.agent)
			return 0;
	}
	if (agent && *agent)
		return named(cli, agent, err);
	all = all_sessions(cli, &only);
	if (all.n == 1)
		cli->priv->session = only;
	if (all.n > 1 && op && ((op->flags & OP_SELF) || changes(cli)) && !(op->flags & OP_ANYONE))
		return err_set(err, E_WHICH_AGENT, "choices", texts_join(cli->arena, &all, "\n"), NULL);
	if (all.n == 1 || (op && (op->flags & (OP_SELF | OP_ANYONE))))
		return 0;
	if (service(cli, err) < 0)
		return -1;
	if (remote && op && all.n > 1 && !cli->priv->session.agent)
		return err_set(err, E_WHICH_AGENT, "choices", texts_join(cli->arena, &all, "\n"), NULL);
	return 0;
}

const char *
cli_current(struct cli *cli)
{
	return cli->priv->session.current;
}

void
cli_set_current(struct cli *cli, const char *id)
{
	struct session *s = &cli->priv->session;
	struct err err = { 0 };

	if (!s->agent || s->service || (s->current && id ? strcmp(s->current, id) == 0 : s->current == id))
		return;
	s->current = arena_strdup(cli->priv->arena, id);
	if (session_write(cli, s, &err) < 0)
		cli_fail(cli, &err, NULL);
}

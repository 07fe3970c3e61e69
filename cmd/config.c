/*
 * The configuration: environment, the user's file, the system's, built-in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/priv.h"
#include "store/store.h"

#define CONFIG_SIZE (1 << 20)
#define SYSTEM_CONFIG "/etc/ixn/config"

#define K(name, env, fallback, doc) { name, env, fallback, doc },
const struct config_key config_keys[] = {
#include "cmd/config.def"
};
#undef K
const size_t config_keys_n = COUNT_OF(config_keys);

static const struct config_key *
find_key(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(config_keys); i++)
		if (strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	return NULL;
}

/*
 * "imap.support.host" is imap.host of one mailbox. The row of it, and how long
 * the section is; NULL: no mailbox may have its own.
 */
static const struct config_key *
find_own_key(const char *name, size_t *section_r)
{
	static const char *const sections[] = { "imap", "smtp" };
	const char *dot = strchr(name, '.'), *last = strrchr(name, '.');
	char general[64];
	int n;

	if (!dot || last <= dot + 1)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(sections); i++) {
		n = snprintf(general, sizeof(general), "%s%s", sections[i], last);
		if (n > 0 && n < (int)sizeof(general) && strncmp(name, general, (size_t)(dot - name) + 1) == 0) {
			*section_r = (size_t)(dot - name);
			return find_key(general);
		}
	}
	return NULL;
}

static const char *
environment(const char *name)
{
	const char *value = name ? getenv(name) : NULL;

	return value && *value ? value : NULL;
}

const char *
config_folder(struct arena *arena, const char *variable, const char *fallback)
{
	const char *base = environment(variable), *home = environment("HOME");

	/* Relative ones are to be ignored, says the specification. */
	if (base && base[0] == '/')
		return arena_printf(arena, "%s/ixn", base);
	return home ? arena_printf(arena, "%s/%s/ixn", home, fallback) : NULL;
}

static void
check_keys(struct cli *cli, const struct ini *ini, const char *path)
{
	for (size_t i = 0; i < ini->n; i++) {
		struct near near = { .word = ini->v[i].key };
		size_t section;

		if (find_key(ini->v[i].key) || find_own_key(ini->v[i].key, &section))
			continue;
		for (size_t k = 0; k < COUNT_OF(config_keys); k++)
			near_try(&near, config_keys[k].name);
		if (near.best)
			cli_say(cli, cli_text(N_("%s:%u: no key '%s'; did you mean %s?")), path, ini->v[i].line, ini->v[i].key, near.best);
		else
			cli_say(cli, cli_text(N_("%s:%u: no key '%s'")), path, ini->v[i].line, ini->v[i].key);
	}
}

static int
load_file(struct cli *cli, size_t i, const char *path, bool must, struct err *err)
{
	const char *data;
	size_t size;

	if (!path)
		return 0;
	if (file_read(cli->arena, path, CONFIG_SIZE, &data, &size, err) < 0) {
		if (err->code != E_NO_FILE || must)
			return -1;
		err->code = E_OK;
		return 0;
	}
	cli->priv->config_path[i] = path;
	return ini_parse(cli->arena, path, data, size, &cli->priv->config[i], err);
}

static int
load_files(struct cli *cli, struct err *err)
{
	const char *instead = environment("IXN_CONFIG"), *own;

	if (instead)
		return load_file(cli, 0, instead, true, err);
	own = config_folder(cli->arena, "XDG_CONFIG_HOME", ".config");
	if (load_file(cli, 0, own ? arena_printf(cli->arena, "%s/config", own) : NULL, false, err) < 0)
		return -1;
	return load_file(cli, 1, SYSTEM_CONFIG, false, err);
}

int
config_load(struct cli *cli, struct err *err)
{
	struct cli_priv *p = cli->priv;

	if (!p->configured) {
		p->configured = true;
		if (load_files(cli, &p->config_err) == 0)
			for (size_t i = 0; i < COUNT_OF(p->config); i++)
				check_keys(cli, &p->config[i], p->config_path[i]);
	}
	if (p->config_err.code == E_OK)
		return 0;
	*err = p->config_err;
	/* Its arguments point into the struct that was copied. */
	for (int i = 0; i < err->nargs; i++)
		err->args[i].value = err->text + (p->config_err.args[i].value - p->config_err.text);
	return -1;
}

/* What the files say: the user's before the system's, the last of several. */
static const char *
configured(struct cli *cli, const char *key, const char **origin_r)
{
	struct err ignored;

	if (config_load(cli, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(cli->priv->config); i++) {
		const struct ini *ini = &cli->priv->config[i];

		for (size_t n = ini->n; n > 0; n--)
			if (strcmp(ini->v[n - 1].key, key) == 0) {
				*origin_r = arena_printf(cli->arena, "%s:%u", cli->priv->config_path[i], ini->v[n - 1].line);
				return ini->v[n - 1].value;
			}
	}
	return NULL;
}

const char *
cli_config(struct cli *cli, const char *key, const char **origin_r)
{
	const struct config_key *k = find_key(key);
	const char *value = k ? environment(k->env) : NULL, *origin = k ? k->env : NULL;

	if (!value)
		value = configured(cli, key, &origin);
	if (!value) {
		value = k ? k->fallback : NULL;
		origin = "built-in";
	}
	if (origin_r)
		*origin_r = origin;
	return value;
}

static const char *
own_key(struct cli *cli, const char *section, const char *mailbox, const char *key)
{
	return arena_printf(cli->arena, "%s.%s.%s", section, mailbox, key);
}

const char *
cli_config_of(struct cli *cli, const char *section, const char *mailbox, const char *key, const char **origin_r)
{
	const char *value = NULL, *origin = NULL;

	if (mailbox)
		value = configured(cli, own_key(cli, section, mailbox, key), &origin);
	if (!value)
		value = cli_config(cli, arena_printf(cli->arena, "%s.%s", section, key), &origin);
	if (origin_r)
		*origin_r = origin;
	return value;
}

int
cli_config_each(struct cli *cli, const char *section, config_each_fn *fn, void *context, struct err *err)
{
	size_t size;

	if (config_load(cli, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(cli->priv->config); i++)
		for (size_t k = 0; k < cli->priv->config[i].n; k++) {
			const char *key = cli->priv->config[i].v[k].key, *origin, *value;
			const struct config_key *row = find_own_key(key, &size);

			if (!row || (section && (strncmp(key, section, size) != 0 || section[size])))
				continue;
			value = configured(cli, key, &origin);
			if (fn(context, key, value, origin, err) < 0)
				return -1;
		}
	return 0;
}

/* 1: one of the two is set. */
static int
secret_by(struct cli *cli, const char *command, const char *file, const char **secret_r, struct err *err)
{
	if (command && *command)
		return command_secret(cli->arena, command, secret_r, err) < 0 ? -1 : 1;
	if (file && *file)
		return file_secret(cli->arena, file, secret_r, err) < 0 ? -1 : 1;
	return 0;
}

int
cli_secret(struct cli *cli, const char *key, const char **secret_r, struct err *err)
{
	const char *command = arena_printf(cli->arena, "%s_command", key), *file = arena_printf(cli->arena, "%s_file", key);
	int rc = secret_by(cli, cli_config(cli, command, NULL), cli_config(cli, file, NULL), secret_r, err);

	return rc ? (rc < 0 ? -1 : 0) : err_set(err, E_NO_BACKEND, "what", key, "key", command, NULL);
}

int
cli_secret_of(struct cli *cli, const char *section, const char *mailbox, const char *key, const char **secret_r, struct err *err)
{
	const char *ignored;
	int rc = 0;

	/* Its own file goes before the command of all. */
	if (mailbox)
		rc = secret_by(cli, configured(cli, arena_printf(cli->arena, "%s_command", own_key(cli, section, mailbox, key)), &ignored),
			       configured(cli, arena_printf(cli->arena, "%s_file", own_key(cli, section, mailbox, key)), &ignored), secret_r, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	return cli_secret(cli, arena_printf(cli->arena, "%s.%s", section, key), secret_r, err);
}

const char *
cli_zone(struct cli *cli)
{
	const char *zone = cli_config(cli, "time_zone", NULL);

	return zone ? zone : "";
}

int
store_named(struct cli *cli, struct err *err)
{
	const char *url = cli->store_url ? cli->store_url : cli_config(cli, "store", NULL);

	if ((cli->store_url && !*url) || (url && strcmp(url, "file:") == 0))
		return err_set(err, E_BAD_VALUE, "name", cli->store_url ? "--store" : "store", "value", url, "expected", N_("file:PATH, or https://HOST of a server"), NULL);
	if ((url && *url) || config_folder(cli->arena, "XDG_DATA_HOME", ".local/share"))
		return 0;
	return err_set(err, E_NO_HOME, NULL);
}

const char *
cli_store_url(struct cli *cli)
{
	const char *url = cli->store_url ? cli->store_url : cli_config(cli, "store", NULL), *folder;

	if (url && *url)
		return strchr(url, ':') ? url : arena_printf(cli->arena, "file:%s", url);
	folder = config_folder(cli->arena, "XDG_DATA_HOME", ".local/share");
	return arena_printf(cli->arena, "file:%s/store.db", folder ? folder : "/nonexistent/ixn");
}

const char *
cli_store_shown(struct cli *cli)
{
	const char *url = cli_store_url(cli);

	return strstr(url, "://") ? store_shown(cli->arena, url) : url;
}

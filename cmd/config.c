/*
 * The configuration: environment, the user's file, the system's, built-in.
 */
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

		if (find_key(ini->v[i].key))
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

const char *
cli_config(struct cli *cli, const char *key, const char **origin_r)
{
	const struct config_key *k = find_key(key);
	const char *value = k ? environment(k->env) : NULL, *origin = k ? k->env : NULL;
	struct err ignored;

	if (!value && config_load(cli, &ignored) < 0)
		origin = NULL;
	for (size_t i = 0; i < COUNT_OF(cli->priv->config) && !value; i++) {
		const struct ini *ini = &cli->priv->config[i];

		/* The last of several stands. */
		for (size_t n = ini->n; n > 0 && !value; n--)
			if (strcmp(ini->v[n - 1].key, key) == 0) {
				value = ini->v[n - 1].value;
				origin = arena_printf(cli->arena, "%s:%u", cli->priv->config_path[i], ini->v[n - 1].line);
			}
	}
	if (!value) {
		value = k ? k->fallback : NULL;
		origin = "built-in";
	}
	if (origin_r)
		*origin_r = origin;
	return value;
}

int
cli_secret(struct cli *cli, const char *key, const char **secret_r, struct err *err)
{
	const char *name = arena_printf(cli->arena, "%s_command", key), *value = cli_config(cli, name, NULL);

	if (value && *value)
		return command_secret(cli->arena, value, secret_r, err);
	value = cli_config(cli, arena_printf(cli->arena, "%s_file", key), NULL);
	if (value && *value)
		return file_secret(cli->arena, value, secret_r, err);
	return err_set(err, E_NO_BACKEND, "what", key, "key", name, NULL);
}

const char *
cli_zone(struct cli *cli)
{
	const char *zone = cli_config(cli, "time_zone", NULL);

	return zone ? zone : "";
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

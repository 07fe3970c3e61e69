/*
 * What the site has settled once for all.
 */
#include <string.h>

#include "desk/priv.h"

static const struct setting {
	const char *name, *values, *fallback, *doc;
} settings[] = {
#define SETTING(name, values, fallback, doc) { name, values, fallback, doc },
#include "desk/settings.def"
#undef SETTING
};

static const struct setting *
find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

int
setting_get(struct call *call, const char *name, const char **value_r, struct err *err)
{
	const struct setting *setting = find(name);
	int rc = sql_text(call->tx, call->arena, SQL_SETTING_GET, ARGS(V_TEXT(name)), value_r, err);

	if (rc == 0)
		*value_r = setting ? setting->fallback : "";
	return rc < 0 ? -1 : 0;
}

static bool
are_targets(const char *value)
{
	struct err ignored = { 0 };
	struct target target;
	char word[256];

	for (size_t size; *value; value += size + (value[size] == ',')) {
		size = strcspn(value, ",");
		if (size >= sizeof(word))
			return false;
		memcpy(word, value, size);
		word[size] = '\0';
		if (target_parse(word, &target, &ignored) < 0 || target.kind == TARGET_OTHER)
			return false;
	}
	return true;
}

int
setting_check(const char *name, const char *value, const char **what_r)
{
	const struct setting *setting = find(name);

	*what_r = N_("there is no such setting");
	if (!setting)
		return -1;
	*what_r = setting->values;
	if (strcmp(setting->values, "text") == 0)
		return 0;
	if (strcmp(setting->values, "targets") == 0)
		return are_targets(value) ? 0 : -1;
	if (strcmp(setting->values, "number") == 0)
		return *value && strlen(value) < 9 && !value[strspn(value, "0123456789")] ? 0 : -1;
	return *value && !strchr(value, ',') && list_has(setting->values, value) ? 0 : -1;
}

/*
 * The language of what people read. Nothing is loaded until a text is wanted
 * in a language that is not English.
 */
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/priv.h"

static struct cli *asker;
static enum { UNKNOWN,
	      ENGLISH,
	      OTHER } language;

void
i18n_init(struct cli *cli)
{
	asker = cli;
}

/* NULL: English. Any of the languages wanted may come first: gettext goes through the list. */
static const char *
wanted_language(void)
{
	static const char *const variables[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *text = cli_config(asker, "language", NULL);

	for (size_t i = 0; i < COUNT_OF(variables) && (!text || !*text); i++)
		text = getenv(variables[i]);
	if (!text || !*text || strncmp(text, "en", 2) == 0 || strcmp(text, "POSIX") == 0)
		return NULL;
	return text[0] == 'C' && (!text[1] || text[1] == '.') ? NULL : text;
}

static const char *
folder(void)
{
	const char *prefix = program_prefix(asker->arena);
	static const char *const below[] = { "share/locale", "locale" };

	for (size_t i = 0; prefix && i < COUNT_OF(below); i++) {
		const char *path = arena_printf(asker->arena, "%s/%s", prefix, below[i]);

		if (access(path, X_OK) == 0)
			return path;
	}
	return IXN_PREFIX "/share/locale";
}

/*
 * The locale is the one that every system has; which catalogue is read is
 * told by LANGUAGE, so that French is there where no French locale is.
 */
static void
load(void)
{
	const char *wanted = asker ? wanted_language() : NULL;

	language = ENGLISH;
	if (!wanted || !setlocale(LC_CTYPE, "C.UTF-8") || !setlocale(LC_MESSAGES, "C.UTF-8"))
		return;
	setenv("LANGUAGE", wanted, 1);
	if (!bindtextdomain("ixn", folder()) || !bind_textdomain_codeset("ixn", "UTF-8"))
		return;
	language = OTHER;
}

const char *
cli_text(const char *english)
{
	if (language == UNKNOWN)
		load();
	/* The empty text is the header of the catalogue. */
	return language == OTHER && *english ? dgettext("ixn", english) : english;
}

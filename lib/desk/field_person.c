/*
 * Whole names as their parts. Contacts have one name, as they gave it.
 */
#include <string.h>

#include "base/utf8.h"
#include "desk/field_priv.h"

/* What may stand before a name, folded and without its dot. */
static const char *const titles[] = { "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "m", "mme", "mlle", "me", "maitre", "monsieur", "madame", "mademoiselle", "herr", "frau", "sr", "sra", "srta", "don", "dona",
				      "sig", "sigra", "signor", "signora", "dott", "dottssa", "dhr", "mevr", "mw" };

static bool
is_title(struct arena *arena, const char *word, size_t size)
{
	const char *folded;

	while (size && word[size - 1] == '.')
		size--;
	folded = utf8_fold(arena, arena_memdup(arena, word, size));
	for (size_t i = 0; i < COUNT_OF(titles); i++)
		if (strcmp(titles[i], folded) == 0)
			return true;
	return false;
}

static const char *
part(struct arena *arena, const char *from, size_t size)
{
	while (size && strchr(" \t", from[0]))
		from++, size--;
	while (size && strchr(" \t", from[size - 1]))
		size--;
	return size ? arena_memdup(arena, from, size) : NULL;
}

struct person
person_parse(struct arena *arena, const char *name)
{
	struct person p = { NULL, NULL, NULL };
	const char *comma;
	size_t size;

	if (!name)
		return p;
	name += strspn(name, " \t");
	size = strcspn(name, " \t");
	if (name[size] && is_title(arena, name, size)) {
		p.title = part(arena, name, size);
		name += size + strspn(name + size, " \t");
	}
	/* "Dupré, Camille". */
	comma = strchr(name, ',');
	if (comma) {
		p.last = part(arena, name, (size_t)(comma - name));
		p.first = part(arena, comma + 1, strlen(comma + 1));
		return p;
	}
	size = strcspn(name, " \t");
	if (name[size]) {
		p.first = part(arena, name, size);
		p.last = part(arena, name + size, strlen(name + size));
	} else if (p.title) {
		/* "Mme Dupré". */
		p.last = part(arena, name, size);
	} else {
		p.first = part(arena, name, size);
	}
	return p;
}

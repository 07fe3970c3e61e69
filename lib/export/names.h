/*
 * names.h - names in archives are UTF-8, whatever the locale: libarchive looks
 * at that of the thread.
 */
#ifndef EXPORT_NAMES_H
#define EXPORT_NAMES_H

#include <locale.h>

struct name_locale {
	locale_t mine, before;
};

static inline struct name_locale
name_locale_enter(void)
{
	struct name_locale l = { newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), (locale_t)0 };

	if (l.mine)
		l.before = uselocale(l.mine);
	return l;
}

static inline void
name_locale_leave(struct name_locale *l)
{
	if (!l->mine)
		return;
	uselocale(l->before);
	freelocale(l->mine);
	l->mine = (locale_t)0;
}

#endif

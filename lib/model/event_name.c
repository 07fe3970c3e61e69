#include "model/event_name.h"

#include <string.h>

#include "base/attr.h"
#include "base/i18n.h"

#define EVENT(name) name,
const char *const event_names[] = {
#include "model/events.def"
};
#undef EVENT
const size_t event_names_n = COUNT_OF(event_names);

bool
event_is(const char *pattern, const char *event)
{
	size_t size = strlen(pattern);

	return strncmp(pattern, event, size) == 0 && (!event[size] || event[size] == '.');
}

int
event_check(const char *name, const char *pattern, struct err *err)
{
	for (size_t i = 0; i < event_names_n; i++)
		if (event_is(pattern, event_names[i]))
			return 0;
	return err_set(err, E_BAD_VALUE, "name", name, "value", pattern, "expected", N_("an event of ixn-events(7)"), NULL);
}

/*
 * Workbins: where interactions lie that are nobody's current work.
 */
#include <string.h>

#include "desk/priv.h"

bool
workbin_open_to_me(struct call *call, const char *name)
{
	(void)name;
	return call_may_lead(call);
}

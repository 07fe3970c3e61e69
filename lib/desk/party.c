/*
 * Agents beside the one who has an interaction: asked for advice, in
 * conference, following as a lead.
 */
#include "desk/priv.h"

RECORD(rec_party, struct party, "participant", NULL,
       ID_FIELD(struct party, ixn, 0, NULL),
       TEXT_FIELD(struct party, agent, 0, NULL),
       NAME_FIELD(struct party, role, party_roles, 0, NULL),
       NAME_FIELD(struct party, mode, monitor_modes, 0, NULL),
       TIME_FIELD(struct party, since, 0, NULL),
       TIME_FIELD(struct party, until, 0, NULL))

int
party_all(struct call *call, const char *ixn, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_PARTIES, ARGS(V_TEXT(ixn)), &rec_party, out, err);
}

int
party_get(struct call *call, const char *ixn, const char *agent, struct party *party_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_PARTY_GET, ARGS(V_TEXT(ixn), V_TEXT(agent)), &rec_party, party_r, err);
}

int
party_join(struct call *call, const char *ixn, const char *agent, enum party_role role, int64_t mode, struct err *err)
{
	return RUN(call, PARTY_JOIN, V_TEXT(ixn), V_TEXT(agent), V_TEXT(names_get(&party_roles, (int)role)),
		   V_TEXT(mode == INT_ABSENT ? NULL : names_get(&monitor_modes, (int)mode)), V_INT(call->now)) < 0
		       ? -1
		       : 0;
}

int
party_leave(struct call *call, const char *ixn, const char *agent, time_ms at, struct err *err)
{
	return RUN(call, PARTY_LEAVE, V_TEXT(ixn), V_TEXT(agent), V_INT(at)) < 0 ? -1 : 0;
}

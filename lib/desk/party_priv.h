/*
 * party_priv.h - who else takes part in an interaction, whom a target means, and who
 * may see and do what.
 */
#ifndef DESK_PARTY_PRIV_H
#define DESK_PARTY_PRIV_H

#include "desk/wait_priv.h"

/* agents beside the one who has it (party.c) */

struct party {
	const char *ixn, *agent;
	int64_t role, mode, since, until;
};
extern const struct record rec_party;
/* Those who take part now. */
int party_all(struct call *call, const char *ixn, struct records *out, struct err *err);
/* What an agent takes part in it as: 1, not at all: 0. */
int party_get(struct call *call, const char *ixn, const char *agent, struct party *party_r, struct err *err);
/* mode: of a monitor, else INT_ABSENT. Their load is for the caller to refresh. */
int party_join(struct call *call, const char *ixn, const char *agent, enum party_role role, int64_t mode, struct err *err);
int party_leave(struct call *call, const char *ixn, const char *agent, time_ms at, struct err *err);
/* Who is there in a role, or asked to be: 1, nobody: 0. */
int party_beside(struct call *call, const char *ixn, enum party_role role, const char **agent_r, struct err *err);
/* Takes part (not as one who follows), or is asked to: 1, neither: 0. */
int party_has(struct call *call, const char *ixn, const char *agent, struct err *err);
/* A colleague leaves, whose load is worked out and who is told of to the contact where that is seen; the caller writes the event. */
int party_part(struct call *call, struct ixn *ixn, const struct party *party, time_ms at, struct err *err);
/* The interaction is about to move so: whoever cannot go with it leaves, invitations are taken back. */
int party_moves(struct call *call, struct ixn *ixn, const struct verb_row *row, time_ms at, struct err *err);
/* The session of an agent ends. */
int party_gone(struct call *call, const char *agent, time_ms at, struct err *err);

/* whom a target means now (target.c) */

struct asking {
	/* For the rules of the site, and for messages. */
	const char *action, *command;
	/* Only who is named, not whoever is free. */
	bool direct;
};
/* The colleague to be asked: logged in, with room, without a part in it. E_TARGET_KIND, E_TARGET_AWAY, E_NO_ROOM, E_NOT_A_CHOICE, E_NOT_ALLOWED. */
int target_colleague(struct call *call, const struct ixn *ixn, const struct asking *asking, const char *to, const char **agent_r, struct err *err);
/* The interaction as it would wait in a queue, or with other skills. */
int target_lane(struct call *call, const struct ixn *ixn, const struct target *target, struct ixn *there, struct err *err);
/* Of a team, or of its leads, who is logged in: one who is free before one who is not, the longest idle first: 1, nobody: 0. beside: who takes part counts, too. E_NO_TEAM. */
int team_best(struct call *call, const struct ixn *ixn, const struct target *target, bool beside, const char **agent_r, struct err *err);
/* Whether an agent's skills fulfil an expression: 1 or 0. */
int agent_skilled(struct call *call, const char *agent, const struct skills *expr, struct err *err);
/* E_NO_AGENT, and E_TARGET_AWAY for one who is not logged in. */
int agent_present(struct call *call, const char *name, const char *target, struct err *err);
/* E_NO_ROOM, E_NOT_ON_MEDIUM. */
int agent_room(struct call *call, const char *agent, const char *medium, struct err *err);
/* Whether an agent is ready for a medium and has room. */
int agent_free(struct call *call, const char *agent, const char *medium, bool *free_r, struct err *err);

/* colleagues consulted, and in conference (consult.c, conference.c) */

int consult_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
int conference_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
/* The colleague who is consulted, as this verb needs one: E_NOT_CONNECTED while the colleague is only asked, E_STATE. */
int consult_connected(struct call *call, const struct ixn *ixn, enum verb verb, struct party *party_r, struct err *err);
/* Asks a colleague to join. */
int conference_invite(struct call *call, struct ixn *ixn, const struct asking *asking, const char *to, struct err *err);
/* The pending invitation of a purpose, of any agent or of this one: 1, none: 0. */
int invitation_find(struct call *call, const char *ixn, enum offer_purpose purpose, const char *agent, struct offer *offer_r, struct err *err);

/* chats between agents (internal.c) */

/* The session of who has it ends: nobody else could take it. 1: it is done. */
int internal_end(struct call *call, struct ixn *ixn, time_ms at, struct err *err);

/* what is shown over a network (sight.c) */

/* E_NO_IXN for an id among the input that the actor may not see. */
int sight_input(struct call *call, const void *in, struct err *err);
/* Whether the actor may see an answer: 1 or 0. For lists that count. */
int sight_answer(struct call *call, const void *p, struct err *err);
/* Answers that the actor may not see are left out. */
int sight_answers(struct call *call, struct err *err);
/* Whether the actor may hear of what happens to an interaction or, without one, to an agent: 1 or 0. */
int sight_event(struct call *call, const char *ixn, const char *agent, struct err *err);

/* who may do what with whom (policy.c) */

/* E_NOT_ALLOWED where a rule of the site forbids it to the actor. verb: a name of actions; text: the target as it was typed. */
int policy_check(struct call *call, const char *verb, const char *text, const struct target *target, struct err *err);
/* The same of an agent by name. */
int policy_check_agent(struct call *call, const char *verb, const char *agent, struct err *err);
/* The same as a question: 1 allowed, 0 not. */
int policy_allows(struct call *call, const char *verb, const struct target *target, struct err *err);
/* Whether any rule could forbid it to the actor. */
bool policy_forbids(struct call *call, const char *verb);
/* The expression of a skill target: skill:"french>=3" is how it is written where no shell has taken the quotes. */
const char *target_skills(struct call *call, const struct target *target);

/* leads who follow (monitor.c) */

/* An agent begins to handle it: who follows the agent is asked, who follows the interaction goes with it. */
int monitor_began(struct call *call, struct ixn *ixn, const char *agent, struct err *err);
/* What a verb that was done means for those who follow. */
int monitor_moves(struct call *call, struct ixn *ixn, const struct verb_row *row, time_ms at, struct err *err);
/* The session of a lead, or of somebody followed, ends. */
int monitor_gone(struct call *call, const char *agent, time_ms at, struct err *err);
/* A lead is to take another part in it. */
int monitor_stops(struct call *call, const char *lead, struct ixn *ixn, struct err *err);
/* A lead accepts to follow the interaction that was begun. */
int monitor_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err);
/* Whether one who follows may say this; *visible_r is to whom it goes when nothing is said. E_MONITOR_MODE. */
int monitor_speaks(const struct ixn *ixn, const struct party *party, const char **visible_r, struct err *err);

#endif

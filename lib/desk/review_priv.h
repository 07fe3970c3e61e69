/*
 * review_priv.h - what the files of review share.
 *
 *	review_rules.c   which rules want a mail reviewed, and what they find
 *	review_stage.c   who reviews it now: stages, offers, passing on
 *	review.c         into review and out of it
 *	review_verdict.c what reviewers and the author do
 *	review_show.c    looking at it
 *	review_judge.c   the batch
 *
 * While a mail waits its row email is for-review, its interaction in review, and
 * review_reviewer holds who may review it, never its author. Lock order: the
 * agents, then the interaction; two reviewers are told apart by its version.
 */
#ifndef DESK_REVIEW_PRIV_H
#define DESK_REVIEW_PRIV_H

#include "desk/mail_priv.h"

/* rules (review_rules.c) */

struct review_rule {
	const char *name, *label, *agents, *teams, *queues;
	int64_t every, share, newer, cards, attachments, larger, language, clean, rejected_to, seen;
	const char *extra;
	int64_t ord;
};
extern const struct record rec_review_rule;

struct finding_row {
	const char *ixn;
	int64_t cycle, ord;
	const char *rule, *what, *detail;
};
extern const struct record rec_finding_row;

/* Which rules want it, in the order of the site. */
struct wanted {
	struct texts rules;
	VEC(struct finding_row)
	findings;
	/* Each of them lets go what has no finding. */
	bool clean;
};
/*
 * kept: rules that wanted it before (a list, NULL: none), which go on doing so as
 * long as the site has them. as_of: when it was given to review. What is counted
 * (every fifth) is counted where kept is NULL.
 */
int review_wanted(struct call *call, const struct ixn *ixn, const struct email *email, const char *kept, time_ms as_of, struct wanted *out, struct err *err);
int review_findings_keep(struct call *call, const struct wanted *wanted, const struct email *email, struct err *err);

/* stages (review_stage.c) */

struct review {
	const char *ixn, *rules;
	int64_t since, stage_since, escalated;
	const char *digest;
};
extern const struct record rec_review;
/* 1, or 0: it never was given to review. */
int review_find(struct call *call, const char *ixn, struct review *review_r, struct err *err);
int review_put(struct call *call, const struct review *review, struct err *err);

struct stage {
	const char *reviewers; /* targets, a list */
	int64_t quorum, escalate_after;
	const char *escalate_to;
	const char *rule; /* whose stage it is */
};
/* The stages of these rules, one behind the other. */
int review_stages(struct call *call, const char *rules, struct stage **v_r, size_t *n_r, struct err *err);
/* Stage number n, from 1; 0: there is none. */
int review_stage(struct call *call, const struct review *review, int64_t n, struct stage *stage_r, struct err *err);
/* The agents that a list of targets means, but one (NULL: none), each once. E_BAD_TARGET, E_TARGET_KIND, E_NO_AGENT, E_NO_TEAM. */
int review_agents(struct call *call, const char *targets, const char *but, struct texts *out, struct err *err);
/* It enters the stage that email says: who reviews it, until when, and the first of them is asked. Saves the review. */
int review_enter(struct call *call, struct review *review, const struct email *email, struct err *err);
/* The site has changed: who reviews what waits. */
int review_again(struct call *call, struct err *err);
/* How many have approved the text as it is, in the stage where it is. */
int review_approvals(struct call *call, const struct review *review, const struct email *email, int64_t *n_r, struct err *err);
/* Asks reviewers who are free, as many as are needed. */
int review_ask(struct call *call, const char *ixn, struct err *err);
/* Those of an agent who is free for mails again. */
int review_ask_agent(struct call *call, const char *agent, struct err *err);
/* The first who has it in hand; NULL: nobody. */
int review_holder(struct call *call, const char *ixn, const char **holder_r, struct err *err);
/* An offer to review was rejected, or ran out: the next one is asked. */
int review_offer_over(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, struct err *err);
/* Nobody is asked any more, nobody has it in hand. */
int review_dismiss(struct call *call, const char *ixn, const char *reason, struct err *err);

/* in and out (review.c) */

struct review_step {
	const char *ixn;
	int64_t ord, at;
	const char *agent;
	int64_t cycle, stage, verdict;
	const char *remark, *digest;
};
extern const struct record rec_review_step;
int review_step(struct call *call, const struct email *email, enum review_verdict verdict, const char *remark, const char *digest, struct err *err);
int review_steps(struct call *call, const char *ixn, struct records *out, struct err *err);
/* Mail, row and review of what waits. E_STATE where it does not. */
struct reviewed {
	struct ixn *ixn;
	struct email *email;
	struct review review;
	const char *digest; /* of the mail as it is */
};
int review_load(struct call *call, const char *id, struct reviewed *out, struct err *err);
/* To the contact: what is pinned must be what is there. E_MAIL_EDITED. */
int review_release(struct call *call, struct reviewed *r, struct err *err);
/* Back to its author, and with it what it answers. preview: by an offer; open: the author has it at once. */
enum review_back { BACK_BIN,
		   BACK_PREVIEW,
		   BACK_OPEN };
int review_back(struct call *call, struct reviewed *r, enum mail_state state, enum review_back how, const char *reason, struct err *err);

/* The actor has it in hand to review it, and gives it back: 1; does not: 0. */
int review_give_back(struct call *call, const char *id, struct err *err);

/* who may (review_verdict.c) */

bool review_guard(struct call *call, const struct ixn *ixn);
bool author_guard(struct call *call, const struct ixn *ixn);
/* Why the actor does not review it: E_OWN_MAIL, E_NOT_REVIEWER. */
int review_refuse(struct call *call, const struct ixn *ixn, struct err *err);

#endif

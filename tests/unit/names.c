#include "model/names.h"

#include "model/target.h"
#include "tests/unit/tap.h"

static const struct {
	const struct names *names;
	int last;
	const char *last_name;
} tables[] = {
	{ &ixn_states, IXN_DONE, "done" },
	{ &offer_states, OFFER_WITHDRAWN, "withdrawn" },
	{ &offer_purposes, PURPOSE_MONITOR, "monitor" },
	{ &end_reasons, END_PARKED, "parked" },
	{ &roles, ROLE_SERVICE, "service" },
	{ &agent_states, AGENT_AFTER_WORK, "after-work" },
	{ &message_roles, FROM_SYSTEM, "system" },
	{ &mail_states, MAIL_DROPPED, "dropped" },
	{ &alert_levels, ALERT_CRITICAL, "critical" },
	{ &party_roles, PARTY_REVIEW, "review" },
	{ &email_kinds, EMAIL_FORWARD, "forward" },
	{ &fetch_outcomes, FETCH_DISCARDED, "discarded" },
	{ &after_policies, AFTER_MOVE, "move" },
	{ &duplicate_policies, DUPLICATES_ONCE, "once" },
	{ &sent_policies, SENT_NONE, "none" },
	{ &review_verdicts, REVIEW_RELEASED, "released" },
	{ &clean_policies, CLEAN_RELEASE, "release" },
	{ &rejected_policies, REJECTED_PREVIEW, "preview" },
	{ &directions, INTERNAL, "internal" },
	{ &unavailable_policies, UNAVAILABLE_FALLBACK, "fallback" },
	{ &workbin_kinds, WORKBIN_SHARED, "shared" },
	{ &data_types, DATA_ENUM, "enum" },
	{ &target_kinds, TARGET_OTHER, "" },
};

/* Names are what scripts match and SQL keeps. */
static bool
is_plain(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

static void
test_table(const struct names *names)
{
	bool plain = true, found = true, documented = true;
	int empty = 0;

	for (int i = 0; i < (int)names->n; i++) {
		const char *name = names_get(names, i);

		plain = plain && is_plain(name);
		found = found && names_find(names, name) == i;
		documented = documented && names->v[i].doc && names->v[i].doc[0];
		empty += !name[0];
	}
	ok(plain, "%s: small letters and hyphens", names->what);
	ok(found, "%s: each name is found, and no other by it", names->what);
	ok(documented, "%s: each has a line for the man page", names->what);
	ok(empty <= 1, "%s: one at most without a name", names->what);
}

int
main(void)
{
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		test_table(tables[i].names);
		is_int((int64_t)tables[i].names->n, tables[i].last + 1, "values and names are as many");
		is_str(names_get(tables[i].names, tables[i].last), tables[i].last_name, "and in the same order");
	}
	is_str(names_get(&ixn_states, -1), "?", "below the first");
	is_str(names_get(&ixn_states, IXN_DONE + 1), "?", "behind the last");
	is_int(names_find(&ixn_states, "Queued"), -1, "case counts");
	is_int(names_find(&ixn_states, "queue"), -1, "a part of a name is none");
	is_int(names_find(&ixn_states, ""), -1, "nor is nothing");
	is_int(names_find(&end_reasons, ""), END_NONE, "but where it is one");
	return done();
}

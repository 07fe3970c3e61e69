#include "cmd/signals.h"

#include <string.h>

#include "model/event_name.h"

#define S(event, whose, by, by_whose, about) { event, WHOSE_##whose, by, WHOSE_##by_whose, ABOUT_##about },
const struct signal_row signal_rows[] = {
#include "cmd/signals.def"
};
#undef S
const size_t signal_rows_n = COUNT_OF(signal_rows);

const char *const signal_whose_words[WHOSE_COUNT] = {
	[WHOSE_ANY] = "",
	[WHOSE_CONTACT] = " of the contact",
	[WHOSE_ANSWER] = " of an agent, visible to all",
	[WHOSE_WAITING] = ", where it then waits",
	[WHOSE_HOLDER] = " by the agent concerned",
};

static bool
text_is(const char *text, const char *word)
{
	return text && word && strcmp(text, word) == 0;
}

static bool
is_whose(enum signal_whose whose, const struct record *record, const void *p)
{
	const char *role = record_text(record, p, "role");

	switch (whose) {
	case WHOSE_CONTACT:
		return text_is(role ? role : record_text(record, p, "ref"), "contact");
	case WHOSE_ANSWER:
		return text_is(role, "agent") && text_is(record_text(record, p, "visible"), "all");
	case WHOSE_WAITING:
		return text_is(record_text(record, p, "state"), "queued");
	case WHOSE_HOLDER:
		return text_is(record_text(record, p, "actor"), record_text(record, p, "agent"));
	case WHOSE_ANY:
	case WHOSE_COUNT:
		break;
	}
	return true;
}

static bool
is_about(enum signal_about about, const struct announced *announced, const struct record *record, const void *p)
{
	if (about == ABOUT_REF)
		return text_is(record_text(record, p, "ref"), announced->ref);
	return text_is(record_text(record, p, "ixn"), announced->ixn);
}

bool
signal_known(const char *pattern)
{
	for (size_t i = 0; i < signal_rows_n; i++)
		if (event_is(pattern, signal_rows[i].event))
			return true;
	return false;
}

/* The first row of an event says what it is about. */
static const struct signal_row *
row_of(const struct record *record, const void *p)
{
	for (size_t i = 0; i < signal_rows_n; i++)
		if (text_is(record_text(record, p, "event"), signal_rows[i].event))
			return is_whose(signal_rows[i].whose, record, p) ? &signal_rows[i] : NULL;
	return NULL;
}

bool
signal_announces(const struct record *record, const void *p)
{
	return row_of(record, p) != NULL;
}

bool
signal_settles(const struct announced *announced, const struct record *record, const void *p)
{
	for (size_t i = 0; i < signal_rows_n; i++) {
		const struct signal_row *s = &signal_rows[i];

		if (text_is(announced->event, s->event) && (!s->by || text_is(record_text(record, p, "event"), s->by)) &&
		    is_about(s->about, announced, record, p) && is_whose(s->by_whose, record, p))
			return true;
	}
	return false;
}

bool
signal_renews(const struct announced *announced, const struct record *record, const void *p)
{
	const struct signal_row *row = row_of(record, p);

	return row && strcmp(row->event, announced->event) == 0 && is_about(row->about, announced, record, p);
}

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "desk/why_priv.h"

static const struct name words_v[] = {
#define WHY(symbol, word, doc) { word, doc },
#define SAYS(word, given, sentence)
#include "desk/why.def"
#undef WHY
#undef SAYS
};
const struct names why_words = { "why", words_v, COUNT_OF(words_v) };

static const struct saying {
	const char *word, *given, *sentence;
} sayings[] = {
#define WHY(symbol, word, doc)
#define SAYS(word, given, sentence) { word, given, sentence },
#include "desk/why.def"
#undef WHY
#undef SAYS
};

#define X struct why
RECORD(rec_why, X, "why", N_("Why an interaction is where it is."),
       TIME_FIELD(X, at, FIELD_COLUMN, N_("when it was so, is so, or will be so")),
       TEXT_FIELD(X, about, FIELD_COLUMN, N_("whom or what it is about: agent:alice, queue:billing, workbin:drafts, lane, or the id of an interaction")),
       NAME_FIELD(X, why, why_words, FIELD_COLUMN, N_("a word for it; see ixn-formats(5)")),
       TEXT_FIELD(X, detail, FIELD_COLUMN, N_("the same as a sentence")),
       ID_FIELD(X, ixn, 0, N_("the interaction")),
       TEXT_FIELD(X, agent, 0, N_("the agent concerned")),
       TEXT_FIELD(X, queue, 0, N_("the queue concerned")),
       BOOL_FIELD(X, chosen, 0, N_("of a candidate: whether it was chosen")),
       BOOL_FIELD(X, fault, 0, N_("it ought to have been offered: the routing is at fault")),
       ID_FIELD(X, offer, 0, N_("the offer")),
       ID_FIELD(X, other, 0, N_("another interaction")),
       TEXT_FIELD(X, purpose, 0, N_("what the offer was for: route or transfer")),
       TEXT_FIELD(X, state, 0, N_("of an agent: the state on the medium; of an offer: what became of it")),
       TEXT_FIELD(X, reason, 0, N_("the reason of that, or why it happened")),
       TEXT_FIELD(X, pending, 0, N_("the state that the agent is to have once the work in hand is done")),
       TIME_FIELD(X, since, 0, N_("since when it is so")),
       TIME_FIELD(X, until, 0, N_("until when it is so")),
       TEXT_FIELD(X, medium, 0, N_("the medium of the interaction")),
       TEXTS_FIELD(X, media, 0, N_("the media that the agent is logged in for")),
       TEXTS_FIELD(X, queues, 0, N_("the queues that the agent serves")),
       TEXT_FIELD(X, skills, 0, N_("the skills that are asked for")),
       TEXT_FIELD(X, missing, 0, N_("the first of them that the agent lacks")),
       REAL_FIELD(X, score, 0, N_("of an interaction, in minutes: priority and age")),
       INT_FIELD(X, place, 0, N_("its place in its lane")),
       INT_FIELD(X, length, 0, N_("how many wait there")),
       INT_FIELD(X, ahead, 0, N_("how many other lanes of the same agents have something with a higher score")),
       DURATION_FIELD(X, idle, 0, N_("for how long the agent had finished nothing of this medium")),
       INT_FIELD(X, load, 0, N_("how many of this medium the agent has in hand")),
       INT_FIELD(X, fit, 0, N_("levels of skills above what is asked")),
       INT_FIELD(X, room, 0, N_("how many more of this medium the agent has room for")),
       TEXT_FIELD(X, policy, 0, N_("how the queue selects agents")),
       INT_FIELD(X, considered, 0, N_("how many candidates were compared, where there were more than one")),
       TEXT_FIELD(X, winner, 0, N_("the agent who comes first, or for whom it waits")),
       REAL_FIELD(X, winner_score, 0, N_("the score of the interaction that was chosen")),
       DURATION_FIELD(X, winner_idle, 0, N_("how long that agent had been idle")),
       INT_FIELD(X, winner_load, 0, N_("how many that agent had in hand")),
       INT_FIELD(X, winner_fit, 0, N_("how far the skills of that agent were above what is asked")),
       TEXT_FIELD(X, capacity, 0, N_("the item of capacities that the agent names")),
       TEXT_FIELD(X, limit, 0, N_("what leaves no room: no_rule, medium, count, shares or condition")),
       INT_FIELD(X, max, 0, N_("how many of this medium at most")),
       TEXT_FIELD(X, unless, 0, N_("the condition under which there is no room")),
       INT_FIELD(X, needs, 0, N_("percent that must be free")),
       INT_FIELD(X, spare, 0, N_("percent that are free")),
       PAIRS_FIELD(X, in_hand, FIELD_NUMBERS, N_("what the agent has in hand, by medium")),
       PAIRS_FIELD(X, counts, FIELD_NUMBERS, N_("all candidates of the decision, by reason")),
       INT_FIELD(X, step, 0, N_("the step of widening")),
       TEXT_FIELD(X, actor, 0, N_("who did it")))
#undef X

const char *
why_about(const struct telling *t, const char *kind, const char *name)
{
	return arena_printf(t->call->arena, "%s:%s", kind, name);
}

struct why *
why_tell(struct telling *t, time_ms at, const char *about, enum why_word word)
{
	struct why *w = record_new(t->call->arena, &rec_why);

	w->at = at;
	w->about = about;
	w->why = word;
	w->ixn = t->ixn->id;
	w->medium = t->ixn->medium;
	vec_push(t->call->arena, &t->all, w);
	return w;
}

double
why_score(time_ms now, int64_t key, double ageing)
{
	return round(routing_score(now, key, ageing) * 1000) / 1000 + 0.0;
}

/* Sentences. */

/* The next {field} of a sentence; what stands before it is before_r bytes. False: there is none. */
static bool
next_field(const char **sentence, size_t *before_r, const struct field **field_r)
{
	const char *brace = strchr(*sentence, '{'), *end = brace ? strchr(brace, '}') : NULL;
	char name[32];

	*before_r = end ? (size_t)(brace - *sentence) : strlen(*sentence);
	if (!end || (size_t)(end - brace) > sizeof(name))
		return false;
	memcpy(name, brace + 1, (size_t)(end - brace) - 1);
	name[end - brace - 1] = '\0';
	*field_r = record_field(&rec_why, name);
	*sentence = end + 1;
	return *field_r != NULL;
}

static bool
has_all(const char *sentence, const void *p)
{
	const struct field *field;
	size_t before;

	while (next_field(&sentence, &before, &field))
		if (!field_present(field, p))
			return false;
	return true;
}

static bool
fits(const struct saying *s, const struct why *w)
{
	const char *cases[] = { w->limit, w->policy, w->reason, w->purpose };

	if (strcmp(s->word, names_get(&why_words, (int)w->why)) != 0 || !has_all(s->sentence, w))
		return false;
	for (size_t i = 0; s->given && i < COUNT_OF(cases); i++)
		if (cases[i] && strcmp(cases[i], s->given) == 0)
			return true;
	return !s->given;
}

const char *
why_sentence(const void *p)
{
	for (size_t i = 0; i < COUNT_OF(sayings); i++)
		if (fits(&sayings[i], p))
			return sayings[i].sentence;
	return "";
}

const char *
why_fill(struct arena *arena, const char *sentence, const void *p, why_text_fn *text, void *context)
{
	struct buf out = BUF_INIT;
	const struct field *field;
	const char *filled;
	size_t before;

	for (const char *from = sentence;; from = sentence) {
		bool more = next_field(&sentence, &before, &field);

		buf_add(&out, from, before);
		if (!more)
			break;
		buf_str(&out, text(context, field, p));
	}
	filled = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return filled;
}

static const char *
plain(void *context, const struct field *field, const void *p)
{
	return field_format(context, field, p);
}

void
why_say(struct telling *t, struct why *w)
{
	w->detail = why_fill(t->call->arena, why_sentence(w), w, plain, t->call->arena);
}

/*
 * The words by which team-find finds: of the names of the site, learnt anew
 * when it changes, and of contacts, one by one. What a contact is found by is
 * one text (its name, then its addresses) that stands in the row of each of
 * its words, so that a query of several words is settled without looking
 * elsewhere.
 */
#include <string.h>

#include "desk/find_priv.h"

/* A contact with more addresses is not found by the others. */
#define ADDRESSES_MAX 32
/* Contacts that an older store holds are learnt so many in a transaction. */
#define LEARN_STEP 500

static int
put(struct call *call, const char *kind, const char *ref, const char *text, struct err *err)
{
	const struct match_word *words;
	size_t n = match_words(call->arena, text, &words);

	for (size_t i = 0; i < n; i++)
		if (sql_run(call->tx, SQL_WORD_PUT, ARGS(V_TEXT(kind), V_INT(words[i].place), V_TEXT(words[i].word), V_TEXT(text), V_TEXT(ref)), err) < 0)
			return -1;
	return 0;
}

int
words_of_contact(struct call *call, const char *contact, const char **text_r, struct err *err)
{
	struct match_labels labels = { 0 };
	const char *name = NULL;
	struct texts addresses;

	if (sql_text(call->tx, call->arena, SQL_CONTACT_NAME, ARGS(V_TEXT(contact)), &name, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_CONTACT_OWN_ADDRESSES, ARGS(V_TEXT(contact)), &addresses, err) < 0)
		return -1;
	labels = (struct match_labels){ &name, addresses.v, 1, addresses.n < ADDRESSES_MAX ? addresses.n : ADDRESSES_MAX };
	*text_r = match_text(call->arena, &labels);
	return 0;
}

int
words_learn(struct call *call, const char *contact, struct err *err)
{
	const char *text;

	return words_of_contact(call, contact, &text, err) < 0 ? -1 : put(call, "contact", contact, text, err);
}

struct label {
	const char *kind, *ref, *label;
};
RECORD(rec_label, struct label, "label", NULL, TEXT_FIELD(struct label, kind, 0, NULL), TEXT_FIELD(struct label, ref, 0, NULL), TEXT_FIELD(struct label, label, 0, NULL))

int
words_site(struct call *call, struct err *err)
{
	static const char *const kinds[] = { "agent", "queue", "team", "workbin", "skill" };
	struct records rows;

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (RUN(call, WORDS_CLEAR, V_TEXT(kinds[i])) < 0)
			return -1;
	if (sql_all(call->tx, call->arena, SQL_LABELS_OF_SITE, NO_ARGS, &rec_label, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct label *l = (struct label *)rows.v + i;
		const char *const names[] = { l->ref, l->label };
		const char *text = match_text(call->arena, &(struct match_labels){ .names = names, .names_n = 2 });

		if (put(call, l->kind, l->ref, text, err) < 0)
			return -1;
	}
	return 0;
}

/*
 * What a store of an older version holds: the site at once, contacts step by
 * step, each step a transaction. The key of meta is the last one learnt, and
 * goes when all are.
 */
struct learn_in {
	int64_t limit;
};
RECORD(rec_learn_in, struct learn_in, "learn", N_("How many at once."), INT_FIELD(struct learn_in, limit, 0, N_("so many contacts")))

struct learn_out {
	const char *last;
};
RECORD(rec_learn_out, struct learn_out, "learnt", N_("How far it got; nothing when all is learnt."), ID_FIELD(struct learn_out, last, 0, N_("the last contact")))

static int
learn_fn(struct call *call, const void *input, struct err *err)
{
	const struct learn_in *in = input;
	struct texts ids = { NULL, 0, 0 };
	const char *last = NULL;
	int rc = sql_text(call->tx, call->arena, SQL_META_GET, ARGS(V_TEXT("words")), &last, err);

	if (rc <= 0)
		return rc;
	if (!*last && words_site(call, err) < 0)
		return -1;
	if (sql_texts(call->tx, call->arena, SQL_CONTACTS_AFTER, ARGS(V_TEXT(last), V_INT(in->limit > 0 ? in->limit : LEARN_STEP)), &ids, err) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++)
		if (words_learn(call, ids.v[i], err) < 0)
			return -1;
	if (!ids.n)
		return RUN(call, META_REMOVE, V_TEXT("words")) < 0 ? -1 : 0;
	last = ids.v[ids.n - 1];
	((struct learn_out *)call_answer(call))->last = last;
	return RUN(call, META_SET, V_TEXT("words"), V_TEXT(last)) < 0 ? -1 : 0;
}

const struct op op_words_learn = { "words.learn", N_("learns the names that an older store holds"), MAY_ADMINS, OP_WRITE | OP_MUTE, &rec_learn_in, &rec_learn_out, learn_fn, NULL };

/* Looking up. */

/* About so many rows of a kind are looked at, in their order. More would be nobody's choice, and take too long. */
#define LOOK_MAX 1000
#define LOOK_STEP 64
/* Of so many words each is tried with each other. */
#define PAIRS_MAX 4
/* A word with more rows than this is frequent. */
#define FREQUENT 200
/* Behind whatever begins with a text: the last character there is. */
#define BEHIND "\xf4\x8f\xbf\xbf"

struct row {
	const char *word, *text, *ref;
};
RECORD(rec_row, struct row, "word", NULL, TEXT_FIELD(struct row, word, 0, NULL), TEXT_FIELD(struct row, text, 0, NULL), TEXT_FIELD(struct row, ref, 0, NULL))

/* Rows behind one, step by step, until there are as many more as are wanted. */
static int
take(struct lookup *l, enum sql sql, enum match_place place, struct row from, const char *end, struct err *err)
{
	size_t enough = l->found + l->want;
	struct records rows = { NULL, LOOK_STEP };

	for (; rows.n == LOOK_STEP && l->looked < LOOK_MAX + 4 * l->want && l->found < enough; l->looked += rows.n) {
		if (sql_all(l->call->tx, l->call->arena, sql, ARGS(V_TEXT(l->kind), V_INT(place), V_TEXT(from.word), V_TEXT(from.text), V_TEXT(from.ref), V_TEXT(end), V_INT(LOOK_STEP)), &rec_row, &rows, err) < 0)
			return -1;
		for (size_t i = 0; i < rows.n; i++) {
			enum match_rank rank;
			const char *label;

			from = ((struct row *)rows.v)[i];
			rank = match_rank(from.text, l->query, &label);
			if (rank != MATCH_NOT)
				l->found += l->add(l->context, l->kind, from.ref, label, rank);
		}
	}
	return 0;
}

/* Rows of this very word, whose text begins so. */
static int
take_word(struct lookup *l, enum match_place place, const char *word, const char *begin, struct err *err)
{
	return take(l, SQL_WORD_IS, place, (struct row){ word, begin, "" }, arena_printf(l->call->arena, "%s" BEHIND, begin), err);
}

/* Rows of longer words that begin with it. */
static int
take_longer(struct lookup *l, enum match_place place, const char *word, struct err *err)
{
	return take(l, SQL_WORD_IN, place, (struct row){ word, BEHIND, "" }, arena_printf(l->call->arena, "%s" BEHIND, word), err);
}

/* One word: rank by rank, until there is enough of what is better than all that follows. */
static int
look_one(struct lookup *l, struct err *err)
{
	static const struct {
		enum match_place place;
		bool longer, last; /* of its rank */
	} steps[] = {
		{ MATCH_ALONE, false, true },
		{ MATCH_FIRST, false, true },
		{ MATCH_ALONE, true, false },
		{ MATCH_FIRST, true, true },
		{ MATCH_WITHIN, false, true },
		{ MATCH_WITHIN, true, true },
	};

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		const char *word = l->query->word[0];

		if ((steps[i].longer ? take_longer(l, steps[i].place, word, err) : take_word(l, steps[i].place, word, "", err)) < 0)
			return -1;
		if (steps[i].last && l->found >= l->want)
			break;
	}
	return 0;
}

/* How many rows have words that begin so, as far as it matters. */
static int
count_rows(struct lookup *l, const char *word, int64_t *n_r, struct err *err)
{
	const char *end = arena_printf(l->call->arena, "%s" BEHIND, word);

	*n_r = 0;
	for (int place = MATCH_ALONE; place <= MATCH_WITHIN; place++) {
		int64_t n = 0;

		if (sql_int(l->call->tx, SQL_WORD_COUNT, ARGS(V_TEXT(l->kind), V_INT(place), V_TEXT(word), V_TEXT(end), V_INT(FREQUENT)), &n, err) < 0)
			return -1;
		*n_r += n;
	}
	return 0;
}

static int
look_rarest(struct lookup *l, struct err *err)
{
	const char *rarest = NULL;
	int64_t n, least = INT64_MAX;

	for (size_t i = 0; i < l->query->n; i++) {
		if (count_rows(l, l->query->word[i], &n, err) < 0)
			return -1;
		if (n < least)
			rarest = l->query->word[i];
		least = n < least ? n : least;
	}
	/* The word itself wherever it stands, then longer ones. */
	for (int i = 0; least > 0 && i < 2 * (MATCH_WITHIN + 1); i++) {
		enum match_place place = (enum match_place)(i % (MATCH_WITHIN + 1));

		if ((i <= MATCH_WITHIN ? take_word(l, place, rarest, "", err) : take_longer(l, place, rarest, err)) < 0)
			return -1;
	}
	return 0;
}

/*
 * Names that begin with one of the words and have another as a word: read off
 * the index however frequent both are. So who is looked for by whole names is
 * found, in whatever order they are typed.
 */
static int
look_pairs(struct lookup *l, struct err *err)
{
	size_t n = l->query->n <= PAIRS_MAX ? l->query->n : 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (i != k && take_word(l, MATCH_WITHIN, l->query->word[i], l->query->word[k], err) < 0)
				return -1;
	return 0;
}

/* Several words: names that begin with the query are better than all that follows. */
static int
look_several(struct lookup *l, struct err *err)
{
	if (take_word(l, MATCH_FIRST, l->query->word[0], l->query->text, err) < 0)
		return -1;
	if (l->found >= l->want)
		return 0;
	return look_pairs(l, err) < 0 ? -1 : look_rarest(l, err);
}

int
words_look(struct lookup *l, struct err *err)
{
	if (!l->query->n)
		return 0;
	return l->query->n == 1 ? look_one(l, err) : look_several(l, err);
}

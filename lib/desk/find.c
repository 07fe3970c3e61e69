/*
 * team-find, the Team Communicator: people and things to turn to, best first.
 *
 * Order: how well it fits the words (search/match.h), then favourites, then
 * those dealt with lately, the last one first, then the name, then the target.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/find_priv.h"

#define LIMIT 20
#define LIMIT_MAX 1000
#define WORDS_MAX_BYTES 256
/* Where some of what is found is dropped again, this much is looked at. */
#define WANT_MAX 500
#define RECENT_NONE SIZE_MAX

struct find_in {
	struct texts words, kind;
	int64_t action;
	const char *ixn;
	int64_t favourites, recent, limit;
};
#define X struct find_in
RECORD(rec_team_find_in, X, "team-find", N_("Whom to look for."),
       TEXTS_FIELD_AS(X, words, "WORDS", FIELD_OPERAND, N_("words of a name, an address, a number or a target; without any: favourites, and those dealt with lately")),
       TEXTS_FIELD_AS(X, kind, "KIND,...", 0, N_("only these kinds of targets, as in agent,queue")),
       NAME_FIELD_CALLED(X, action, "for", actions, 0, N_("only those with whom this may be done now")),
       ID_FIELD(X, ixn, 0, N_("what may be done is about this interaction: its medium and state")),
       BOOL_FIELD(X, favourites, 0, N_("only favourites")),
       BOOL_FIELD(X, recent, 0, N_("only those dealt with lately")),
       INT_FIELD(X, limit, 0, N_("show at most so many (20)")))
#undef X

struct hit {
	const char *text; /* the target */
	struct target target;
	const char *order; /* what it was found by, folded */
	enum match_rank rank;
	bool favourite, shown;
	size_t recent;
};

struct finding {
	struct call *call;
	const struct find_in *in;
	unsigned kinds;
	struct match_query query[2]; /* as words, and with parts of addresses whole */
	size_t queries;
	struct chances chances;
	VEC(struct hit *)
	hits;
	/* By their targets: a table of a power of two places. */
	struct hit **table;
	size_t places;
	int64_t limit, emitted;
};

/* Hits, each target once. */

static struct hit **
place_of(const struct finding *f, const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t at;

	for (const char *p = text; *p; p++)
		hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
	at = (size_t)hash & (f->places - 1);
	while (f->table[at] && strcmp(f->table[at]->text, text) != 0)
		at = (at + 1) & (f->places - 1);
	return &f->table[at];
}

static void
grow(struct finding *f)
{
	f->places = f->places ? f->places * 2 : 128;
	f->table = arena_alloc(f->call->arena, f->places * sizeof(*f->table));
	for (size_t i = 0; i < f->hits.n; i++)
		*place_of(f, f->hits.v[i]->text) = f->hits.v[i];
}

/* The hit of a target, made when there is none; new_r may be NULL. */
static struct hit *
hit_of(struct finding *f, const char *text, const struct target *target, bool *new_r)
{
	struct hit **place;

	if (f->hits.n * 2 >= f->places)
		grow(f);
	place = place_of(f, text);
	if (new_r)
		*new_r = !*place;
	if (!*place) {
		*place = ARENA_NEW(f->call->arena, struct hit);
		**place = (struct hit){ .text = text, .target = *target, .order = text, .rank = MATCH_NOT, .recent = RECENT_NONE };
		vec_push(f->call->arena, &f->hits, *place);
	}
	return *place;
}

static bool
wanted(const struct finding *f, enum target_kind kind)
{
	return f->kinds & 1u << kind;
}

static size_t
add(struct finding *f, enum target_kind kind, const char *ref, const char *order, enum match_rank rank)
{
	struct target target = { .kind = kind };
	const char *text;
	struct hit *hit;
	bool new;

	if (!wanted(f, kind))
		return 0;
	text = arena_printf(f->call->arena, "%s:%s", names_get(&target_kinds, (int)kind), ref);
	target.value = strchr(text, ':') + 1;
	memcpy(target.scheme, text, (size_t)(target.value - text) - 1);
	hit = hit_of(f, text, &target, &new);
	if (rank < hit->rank) {
		hit->rank = rank;
		hit->order = order;
	}
	return new;
}

/* A lookup's: who looks for a team may mean it, or its leads. */
static size_t
add_found(void *context, const char *kind, const char *ref, const char *order, enum match_rank rank)
{
	struct finding *f = context;
	size_t n = add(f, (enum target_kind)names_find(&target_kinds, kind), ref, order, rank);

	return strcmp(kind, "team") == 0 ? n + add(f, TARGET_LEAD, ref, order, rank) : n;
}

/* Those on top. */

static struct hit *
known(struct finding *f, const char *text)
{
	struct err ignored = { 0 };
	struct target target;
	const char *whole;

	if (target_canonical(f->call, text, &target, &whole, &ignored) < 0 || !wanted(f, target.kind))
		return NULL;
	return hit_of(f, whole, &target, NULL);
}

/* How well one that no index has brought fits the words; not at all when it is no longer there. */
static int
rank_one(struct finding *f, struct hit *hit, struct err *err)
{
	const struct chances none = { NULL, 0 };
	struct found found = { 0 };
	const char *text, *label;
	struct err gone = { 0 };

	if (found_describe(f->call, &none, &hit->target, &found, &gone) < 0) {
		if (err_class(&gone) == ERR_NOTFOUND)
			return 0;
		err_copy(err, &gone);
		return -1;
	}
	if (found_text(f->call, &hit->target, found.name, &text, err) < 0)
		return -1;
	hit->order = text;
	if (!f->in->words.n)
		hit->rank = MATCH_EXACT;
	for (size_t i = 0; i < f->queries; i++) {
		enum match_rank rank = match_rank(text, &f->query[i], &label);

		if (rank < hit->rank)
			hit->order = label;
		hit->rank = rank < hit->rank ? rank : hit->rank;
	}
	return 0;
}

static int
add_tops(struct finding *f, struct err *err)
{
	struct texts favourites, recents;
	bool all = f->in->favourites != 1 && f->in->recent != 1;

	if (!f->call->actor.name)
		return all ? 0 : err_set(err, E_NO_SESSION, NULL);
	if (favourites_all(f->call, &favourites, err) < 0 || recents_all(f->call, &recents, err) < 0)
		return -1;
	for (size_t i = 0; i < favourites.n; i++) {
		struct hit *hit = known(f, favourites.v[i]);

		if (hit)
			hit->favourite = true;
	}
	for (size_t i = 0; i < recents.n; i++) {
		struct hit *hit = known(f, recents.v[i]);

		if (hit)
			hit->recent = i;
	}
	for (size_t i = 0; i < f->hits.n; i++) {
		struct hit *hit = f->hits.v[i];

		if ((all || (f->in->favourites == 1 && hit->favourite) || (f->in->recent == 1 && hit->recent != RECENT_NONE)) && rank_one(f, hit, err) < 0)
			return -1;
	}
	return 0;
}

/* What was typed whole. */

static bool
is_typed(struct call *call, const char *text, struct target *target, const char **whole)
{
	const char *scheme = address_scheme(text);
	struct err ignored = { 0 };

	if (target_canonical(call, text, target, whole, &ignored) == 0 && target->kind != TARGET_OTHER)
		return true;
	return scheme && target_canonical(call, arena_printf(call->arena, "%s:%s", scheme, text), target, whole, &ignored) == 0;
}

static int
add_typed(struct finding *f, const char *text, bool *taken_r, struct err *err)
{
	struct texts contacts;
	struct hit *hit;
	struct target target;
	const char *whole;

	*taken_r = is_typed(f->call, text, &target, &whole);
	if (!*taken_r)
		return 0;
	hit = wanted(f, target.kind) ? hit_of(f, whole, &target, NULL) : NULL;
	if (hit)
		hit->rank = MATCH_EXACT;
	if (target.kind < TARGET_MAILTO)
		return 0;
	if (contact_matches(f->call, target.scheme, target.value, &contacts, err) < 0)
		return -1;
	for (size_t i = 0; i < contacts.n; i++)
		add(f, TARGET_CONTACT, contacts.v[i], target.value, MATCH_EXACT);
	return 0;
}

/* Together, for a number may be typed with spaces; else each for itself. */
static int
add_all_typed(struct finding *f, const char *text, struct err *err)
{
	bool taken;

	if (add_typed(f, text, &taken, err) < 0)
		return -1;
	for (size_t i = 0; !taken && i < f->in->words.n; i++) {
		bool ignored;

		if (add_typed(f, f->in->words.v[i], &ignored, err) < 0)
			return -1;
	}
	return 0;
}

static int
look_up(struct finding *f, struct err *err)
{
	static const struct {
		const char *name;
		unsigned kinds;
	} kinds[] = {
		{ "agent", 1u << TARGET_AGENT },
		{ "team", 1u << TARGET_TEAM | 1u << TARGET_LEAD },
		{ "queue", 1u << TARGET_QUEUE },
		{ "skill", 1u << TARGET_SKILL },
		{ "workbin", 1u << TARGET_WORKBIN },
		{ "contact", 1u << TARGET_CONTACT },
	};
	bool drops = (f->in->action != INT_ABSENT && f->in->action != ACTION_FIND) || policy_forbids(f->call, "find");

	for (size_t i = 0; i < COUNT_OF(kinds) * f->queries; i++) {
		size_t kind = i / f->queries;
		struct lookup l = { .call = f->call, .kind = kinds[kind].name, .query = &f->query[i % f->queries], .add = add_found, .context = f };

		l.want = drops ? WANT_MAX : 2 * (size_t)f->limit + 16;
		if ((f->kinds & kinds[kind].kinds) && words_look(&l, err) < 0)
			return -1;
	}
	return 0;
}

/* The answer. */

static int
by_rank(const void *a, const void *b)
{
	const struct hit *x = *(struct hit *const *)a, *y = *(struct hit *const *)b;
	int order;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->favourite != y->favourite)
		return x->favourite ? -1 : 1;
	if (x->recent != y->recent)
		return x->recent < y->recent ? -1 : 1;
	order = strcmp(x->order, y->order);
	return order ? order : strcmp(x->text, y->text);
}

/* A contact that was merged into another is the other. */
static int
head_of(struct finding *f, struct hit **hit, struct err *err)
{
	const char *head, *text;
	struct target target = (*hit)->target;
	struct hit *other;

	if (target.kind != TARGET_CONTACT)
		return 0;
	if (contact_head(f->call, target.value, &head, err) < 0)
		return -1;
	if (strcmp(head, target.value) == 0)
		return 0;
	text = arena_printf(f->call->arena, "contact:%s", head);
	target.value = text + 8;
	other = hit_of(f, text, &target, NULL);
	other->rank = (*hit)->rank < other->rank ? (*hit)->rank : other->rank;
	*hit = other;
	return 0;
}

static bool
may_do(const struct found *found, int64_t action)
{
	return action == INT_ABSENT || action == ACTION_FIND || texts_has(&found->actions, names_get(&actions, (int)action));
}

static int
show(struct finding *f, struct hit *hit, struct err *err)
{
	struct found *found;
	struct err gone = { 0 };
	int rc;

	if (head_of(f, &hit, err) < 0)
		return -1;
	if (hit->shown)
		return 0;
	hit->shown = true;
	found = record_new(f->call->arena, &rec_team_hit);
	rc = policy_allows(f->call, "find", &hit->target, err);
	if (rc <= 0)
		return rc;
	if (found_describe(f->call, &f->chances, &hit->target, found, &gone) < 0) {
		if (err_class(&gone) == ERR_NOTFOUND)
			return 0;
		err_copy(err, &gone);
		return -1;
	}
	if (!may_do(found, f->in->action))
		return 0;
	found->target = hit->text;
	found->favourite = hit->favourite;
	found->recent = hit->recent != RECENT_NONE;
	found->match = f->in->words.n ? (int64_t)hit->rank : INT_ABSENT;
	call_emit(f->call, found);
	f->emitted++;
	return 0;
}

static int
show_all(struct finding *f, struct err *err)
{
	size_t n = f->hits.n;

	if (n)
		qsort(f->hits.v, n, sizeof(*f->hits.v), by_rank);
	/* One more tells that there are more. */
	for (size_t i = 0; i < n && f->emitted <= f->limit; i++)
		if (f->hits.v[i]->rank != MATCH_NOT && show(f, f->hits.v[i], err) < 0)
			return -1;
	return 0;
}

/* What was asked. */

static int
read_kinds(struct finding *f, struct err *err)
{
	f->kinds = 0;
	for (size_t i = 0; i < f->in->kind.n; i++) {
		struct texts some;

		list_split(f->call->arena, f->in->kind.v[i], &some);
		for (size_t k = 0; k < some.n; k++) {
			int kind = names_find(&target_kinds, some.v[k]);

			if (kind < 0 || kind == TARGET_OTHER)
				return err_set(err, E_BAD_VALUE, "name", "kind", "value", some.v[k], "expected", N_("a kind of target; see ixn-targets(7)"), NULL);
			f->kinds |= 1u << kind;
		}
	}
	if (!f->in->kind.n)
		f->kinds = ~0u;
	if (f->in->action != INT_ABSENT && f->in->action != ACTION_FIND)
		f->kinds &= chances_kinds((enum action)f->in->action);
	return 0;
}

static void
read_query(struct finding *f, const char *text)
{
	match_query(f->call->arena, text, &f->query[0]);
	if (f->in->words.n)
		f->queries = 1 + (size_t)(match_query_address(f->call->arena, text, &f->query[1]) && strcmp(f->query[0].text, f->query[1].text) != 0);
}

static int
find_fn(struct call *call, const void *input, struct err *err)
{
	const struct find_in *in = input;
	struct finding f = { .call = call, .in = in, .limit = in->limit == INT_ABSENT ? LIMIT : in->limit };
	const char *text = texts_join(call->arena, &in->words, " ");
	struct ixn *ixn = NULL;

	if (text_check("words", text, WORDS_MAX_BYTES, err) < 0 || read_kinds(&f, err) < 0 || (in->ixn && ixn_get(call, in->ixn, &ixn, err) < 0) ||
	    chances_read(call, ixn, &f.chances, err) < 0)
		return -1;
	if (f.limit < 1 || f.limit > LIMIT_MAX)
		return err_set(err, E_BAD_VALUE, "name", "limit", "value", arena_printf(call->arena, "%lld", (long long)f.limit), "expected", N_("between 1 and 1000"), NULL);
	read_query(&f, text);
	if (add_tops(&f, err) < 0)
		return -1;
	if (in->words.n && in->favourites != 1 && in->recent != 1 && (add_all_typed(&f, text, err) < 0 || look_up(&f, err) < 0))
		return -1;
	return show_all(&f, err);
}

const struct op op_team_find = { "team.find", N_("finds people and things to turn to, and says what may be done with them"), MAY_ALL, 0, &rec_team_find_in, &rec_team_hit, find_fn, NULL };

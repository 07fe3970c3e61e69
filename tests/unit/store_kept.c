/*
 * What a store keeps of what it was asked: nobody is ever told what is no longer
 * so, whoever changed it. Two connections, to a file or, where tests/t/postgresql.t
 * gives one, to a database.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };

/* More than any connection keeps. */
#define MANY 3000

struct skill {
	const char *key;
	int64_t value;
};
RECORD(rec_skill, struct skill, "skill", NULL, TEXT_FIELD(struct skill, key, 0, NULL), INT_FIELD(struct skill, value, 0, NULL))

static struct arena *arena;

/* Each as a transaction of its own, or a step of one. */
static int
put(struct tx *tx, int64_t level, struct err *err)
{
	return sql_run(tx, SQL_SKILL_PUT, ARGS(V_TEXT("ann"), V_TEXT("french"), V_INT(level)), err) < 0 ? -1 : 0;
}

static int
get(struct tx *tx, int64_t *level_r, struct err *err)
{
	struct skill skill = { NULL, -1 };

	if (sql_one(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("ann")), &rec_skill, &skill, err) < 0)
		return -1;
	*level_r = skill.value;
	return 0;
}

static int
put_fn(struct tx *tx, void *context, struct err *err)
{
	return put(tx, *(int64_t *)context, err);
}

static int
get_fn(struct tx *tx, void *context, struct err *err)
{
	return get(tx, context, err);
}

static int
put_and_fail_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t *level = context;

	if (put(tx, *level, err) < 0 || get(tx, level, err) < 0)
		return -1;
	return err_set(err, E_BUG, "what", "wanted", NULL);
}

static int
twice_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t *level = context, before;

	if (get(tx, &before, err) < 0 || put(tx, before + 1, err) < 0 || get(tx, level, err) < 0)
		return -1;
	return 0;
}

/* What was sent ahead was so then. */
static int
ahead_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t *level = context;

	if (sql_ahead(tx, SQL_SKILLS_OF, ARGS(V_TEXT("ann")), err) < 0 || sql_ahead(tx, SQL_SKILLS_OF, ARGS(V_TEXT("bob")), err) < 0 ||
	    put(tx, *level, err) < 0 || get(tx, level, err) < 0)
		return -1;
	return sql_ahead(tx, SQL_SKILLS_OF, ARGS(V_TEXT("eve")), err);
}

/* What mostly is not there, asked of together: the other's skill, one's own, and what would be removed. */
struct rarity {
	const char *excluded; /* of this interaction somebody is excluded: before it is asked, or behind */
	bool before;
	int64_t own, other, left;
};

static int
rare_fn(struct tx *tx, void *context, struct err *err)
{
	const struct rare asked[] = { { SQL_EXCLUSION_CLEAR, { V_TEXT("i") }, 1 }, { SQL_SKILLS_OF, { V_TEXT("ann") }, 1 } };
	struct rarity *r = context;
	struct skill skill = { NULL, -1 };
	struct texts who;
	int rc;

	if ((r->before && sql_post(tx, SQL_EXCLUSION_PUT, ARGS(V_TEXT(r->excluded), V_TEXT("ann"), V_INT(9)), err) < 0) || sql_rare(tx, asked, 2, err) < 0 ||
	    (!r->before && sql_post(tx, SQL_EXCLUSION_PUT, ARGS(V_TEXT(r->excluded), V_TEXT("ann"), V_INT(9)), err) < 0) || get(tx, &r->own, err) < 0)
		return -1;
	rc = sql_one(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("bob")), &rec_skill, &skill, err);
	if (rc < 0 || sql_post(tx, SQL_EXCLUSION_CLEAR, ARGS(V_TEXT("i")), err) < 0 || sql_texts(tx, arena, SQL_EXCLUSIONS_OF, ARGS(V_TEXT("i"), V_INT(0)), &who, err) < 0)
		return -1;
	r->other = rc;
	r->left = (int64_t)who.n;
	return 0;
}

/* What was not there, and is made behind the question. */
static int
rare_made_fn(struct tx *tx, void *context, struct err *err)
{
	const struct rare asked[] = { { SQL_EXCLUSION_CLEAR, { V_TEXT("i") }, 1 }, { SQL_SKILLS_OF, { V_TEXT("zoe") }, 1 } };
	struct skill skill = { NULL, -1 };
	struct records none;

	if (sql_rare(tx, asked, 2, err) < 0 || sql_all(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("zoe")), &rec_skill, &none, err) < 0 || none.n ||
	    sql_run(tx, SQL_SKILL_PUT, ARGS(V_TEXT("zoe"), V_TEXT("french"), V_INT(8)), err) < 0 ||
	    sql_one(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("zoe")), &rec_skill, &skill, err) < 0)
		return -1;
	*(int64_t *)context = skill.value;
	return sql_run(tx, SQL_SKILLS_CLEAR, ARGS(V_TEXT("zoe")), err) < 0 ? -1 : 0;
}

static int
must_fn(struct tx *tx, void *context, struct err *err)
{
	int rc;

	if (put(tx, *(int64_t *)context, err) < 0 ||
	    sql_run(tx, SQL_OFFER_NEW, ARGS(V_TEXT("o"), V_TEXT("i"), V_TEXT("ann"), V_TEXT("route"), V_TEXT("accepted"), V_INT(1), V_INT(2), V_INT(1), V_NULL, V_NULL, V_NULL, V_NULL), err) < 0)
		return -1;
	rc = sql_must(tx, SQL_OFFER_CLOSE, ARGS(V_TEXT("o"), V_TEXT("closed"), V_INT(1), V_NULL), err);
	return rc == 0 ? err_set(err, E_TAKEN, NULL) : (rc < 0 ? -1 : 0);
}

static int
many_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t *found = context;
	struct records rows;

	*found = 0;
	for (int i = 0; i < MANY; i++) {
		const char *name = i % 100 == 0 ? "ann" : arena_printf(arena, "a%d", i);

		if (sql_all(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT(name)), &rec_skill, &rows, err) < 0)
			return -1;
		*found += (int64_t)rows.n;
	}
	return 0;
}

struct session {
	const char *agent, *place, *device;
	int64_t since, seen, ttl, used, own;
};
RECORD(rec_session, struct session, "session", NULL, TEXT_FIELD(struct session, agent, 0, NULL), TEXT_FIELD(struct session, place, 0, NULL),
       TEXT_FIELD(struct session, device, 0, NULL), INT_FIELD(struct session, since, 0, NULL), INT_FIELD(struct session, seen, 0, NULL),
       INT_FIELD(struct session, ttl, 0, NULL), INT_FIELD(struct session, used, 0, NULL), INT_FIELD(struct session, own, 0, NULL))

/* Of ann's session: when it was seen last, as it is asked for at some time; -1: there is none. */
struct use {
	int64_t when, seen;
};

static int
use_fn(struct tx *tx, void *context, struct err *err)
{
	struct use *use = context;
	struct session session;
	int rc = sql_one(tx, arena, SQL_SESSION_GET, ARGS(V_TEXT("ann"), V_TEXT("hash"), V_INT(use->when)), &rec_session, &session, err);

	use->seen = rc > 0 ? session.seen : -1;
	return rc < 0 ? -1 : 0;
}

static int
log_in_fn(struct tx *tx, void *context, struct err *err)
{
	(void)context;
	return sql_run(tx, SQL_SESSION_PUT, ARGS(V_TEXT("ann"), V_TEXT("here"), V_INT(10), V_INT(99)), err) < 0 ||
			       sql_run(tx, SQL_TOKEN_PUT, ARGS(V_TEXT("ann"), V_TEXT("laptop"), V_TEXT("hash"), V_INT(10), V_NULL, V_NULL), err) < 0
		       ? -1
		       : 0;
}

static int
log_out_fn(struct tx *tx, void *context, struct err *err)
{
	(void)context;
	return sql_run(tx, SQL_SESSION_DELETE, ARGS(V_TEXT("ann")), err) < 0 ? -1 : 0;
}

static int
see_fn(struct tx *tx, void *context, struct err *err)
{
	const struct use *use = context;

	return sql_run(tx, SQL_SESSION_SEEN, ARGS(V_TEXT("ann"), V_INT(use->seen)), err) < 0 ? -1 : 0;
}

static int
see_and_fail_fn(struct tx *tx, void *context, struct err *err)
{
	if (see_fn(tx, context, err) < 0 || use_fn(tx, context, err) < 0)
		return -1;
	return err_set(err, E_TAKEN, NULL);
}

static int64_t
seen(struct store *store, int64_t when)
{
	struct use use = { .when = when };
	struct err err = { 0 };

	if (store_write(store, use_fn, &use, &err) < 0)
		ok(false, "%s", err_name(err.code));
	return use.seen;
}

static int64_t
level(struct store *store, bool write)
{
	struct err err = { 0 };
	int64_t n = -1;

	if ((write ? store_write(store, get_fn, &n, &err) : store_read(store, get_fn, &n, &err)) < 0)
		ok(false, "%s", err_name(err.code));
	return n;
}

static void
set(struct store *store, int64_t n)
{
	struct err err = { 0 };

	if (store_write(store, put_fn, &n, &err) < 0)
		ok(false, "%s", err_name(err.code));
}

static void
test_two(struct store *a, struct store *b)
{
	set(b, 1);
	is_int(level(a, true), 1, "what another has written");
	is_int(level(a, true), 1, "still");
	set(b, 2);
	is_int(level(a, false), 2, "changed, for who reads");
	set(b, 3);
	is_int(level(a, true), 3, "and for who writes");
	set(a, 4);
	is_int(level(a, true), 4, "one's own");
	is_int(level(b, true), 4, "for the other, too");
	is_int(level(b, false), 4, "who reads");
}

static void
test_one(struct store *a, struct store *b)
{
	struct err err = { 0 };
	int64_t n = 9;

	is_int(store_write(a, put_and_fail_fn, &n, &err), -1, "what is taken back");
	is_int(n, 9, "was seen meanwhile");
	is_int(level(a, true), 4, "but never was");
	is_int(level(b, true), 4, "for anybody");
	is_int(store_write(a, twice_fn, &n, &err), 0, "asked, changed, asked");
	is_int(n, 5, "is what it is then");
	is_int(level(a, false), 5, "and after");
	n = 6;
	is_int(store_write(a, ahead_fn, &n, &err), 0, "asked ahead, then changed");
	is_int(n, 6, "is not what it was");
	is_int(level(b, true), 6, "for the other neither");
	n = 7;
	is_int(store_write(a, must_fn, &n, &err), -1, "what must change a row, and does not");
	is_int(level(a, true), 6, "takes all with it");
	is_int(level(b, true), 6, "for the other");
	is_int(store_read(a, many_fn, &n, &err), 0, "more than is kept");
	is_int(n, MANY / 100, "is told each time");
	is_int(store_write(b, many_fn, &n, &err), 0, "likewise by who writes");
	is_int(n, MANY / 100, "each time");
}

static void
test_rare(struct store *a)
{
	struct err err = { 0 };
	struct rarity r = { .excluded = "i", .before = true };
	int64_t n = -1;

	is_int(store_write(a, rare_fn, &r, &err), 0, "several at once that mostly find nothing");
	is_int(r.own, 6, "what is there is told");
	is_int(r.other, 0, "what is not is not");
	is_int(r.left, 0, "and what is to be removed is gone");
	r = (struct rarity){ .excluded = "i" };
	is_int(store_write(a, rare_fn, &r, &err), 0, "where there was nothing to remove when it was asked");
	is_int(r.left, 0, "and is since, it is gone, too");
	is_int(store_write(a, rare_made_fn, &n, &err), 0, "what was not there, and was made then");
	is_int(n, 8, "is there");
}

/* When it was seen last may be known from before; whether it is there may not. */
static void
test_session(struct store *a, struct store *b)
{
	struct use use = { .seen = 20 };
	struct err err = { 0 };

	is_int(seen(a, 1), -1, "nobody is logged in");
	is_int(store_write(b, log_in_fn, NULL, &err), 0, "who logs in at the other");
	is_int(seen(a, 1), 10, "is known at once");
	is_int(store_write(b, see_fn, &use, &err), 0, "seen there later");
	is_int(seen(a, 2), 20, "is known to who asks for another time");
	use = (struct use){ .when = 2, .seen = 30 };
	is_int(store_write(a, see_and_fail_fn, &use, &err), -1, "what is taken back");
	is_int(use.seen, 30, "was seen meanwhile");
	is_int(seen(a, 2), 20, "but never was");
	is_int(store_write(b, log_out_fn, NULL, &err), 0, "who logs out");
	is_int(seen(a, 2), -1, "is gone at once");
}

/* A table of a list with commas would be overlooked. */
static bool
has_list(const char *text)
{
	for (const char *p = text; (p = strstr(p, " FROM ")); p++) {
		size_t i = 6;

		for (int words = 0; words < 2 && isalpha((unsigned char)p[i]); words++) {
			while (isalnum((unsigned char)p[i]) || p[i] == '_')
				i++;
			i += p[i] == ' ';
		}
		if (p[i] == ',')
			return true;
	}
	return false;
}

static void
test_texts(void)
{
	for (size_t i = 0; i < SQL_COUNT; i++)
		if (has_list(sql_text_for(arena, "postgresql", (enum sql)i)))
			ok(false, "%s names its tables by JOIN", sql_name((enum sql)i));
	ok(has_list("SELECT 1 FROM a x, b") && has_list("SELECT (SELECT 1 FROM a, b)") && !has_list("SELECT 1 FROM a x WHERE b IN (1, 2)"), "tables stand behind FROM and JOIN");
}

int
main(void)
{
	const char *url = getenv("IXN_TEST_STORE");
	struct store *a = NULL, *b = NULL;
	struct err err = { 0 };
	char *folder;

	arena = arena_new();
	folder = folder_new(arena, "ixn-kept");
	url = url ? url : arena_printf(arena, "%s/store", folder);
	if (!ok(store_open(url, STORE_CREATE, &a, &err) == 0 && store_open(url, 0, &b, &err) == 0, "two connections"))
		return done();
	test_two(a, b);
	test_one(a, b);
	test_rare(a);
	test_session(a, b);
	test_texts();
	store_close(&a);
	store_close(&b);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

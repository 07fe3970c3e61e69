/*
 * The desk's table of states and verbs: what is legal moves as it says and is
 * written in the log; what is not is refused with 79 and changes nothing. Who
 * may. And that a change and its event are one transaction.
 */
#include "desk/desk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "desk/mail_priv.h"
#include "desk/site.h"
#include "tests/unit/desk_rules.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

static struct arena *arena;
static struct desk *desk;
static char *folder;

/* Operations of the test's own: a function in a transaction of the desk. */

struct trial {
	const char *id;
	enum ixn_state state;
	enum verb verb;
	bool online, fails;
	const char *agent; /* who tries; NULL: the owner */
	enum role role;
	enum offer_purpose purpose;
};

static int
call_op(const struct op *op, const void *in, emit_fn *emit, void *context, struct err *err)
{
	*err = (struct err){ 0 };
	return desk_call(desk, &(struct request){ .op = op, .in = in }, arena, emit, context, err);
}

static int
call_fn(op_fn *fn, const void *in, struct err *err)
{
	static const struct record nothing = { "nothing", NULL, sizeof(struct trial), NULL, 0 };
	const struct op op = { "test", "", MAY_ALL, OP_WRITE, &nothing, &nothing, fn, NULL };

	return call_op(&op, in, NULL, NULL, err);
}

/* Whom a verb wants beside: bob. */
static int
put_beside(struct call *call, const struct trial *t, struct err *err)
{
	if (party_leave(call, t->id, "bob", call->now, err) < 0)
		return -1;
	if (t->verb == VERB_CONSULT_END)
		return party_join(call, t->id, "bob", PARTY_CONSULT, INT_ABSENT, err);
	return t->verb == VERB_LEAVE ? party_join(call, t->id, "bob", PARTY_CONFERENCE, INT_ABSENT, err) : 0;
}

/* Brings an interaction into a state, however it got there; alice has it where somebody must, or it lies in her drawer. */
static int
put_fn(struct call *call, const void *in, struct err *err)
{
	const struct trial *t = in;
	struct ixn *ixn;

	if (ixn_get(call, t->id, &ixn, err) < 0)
		return -1;
	ixn->state = t->state;
	ixn->online = t->online;
	ixn->agent = t->state == IXN_QUEUED || t->state == IXN_OFFERED || t->state == IXN_PARKED || t->state == IXN_REVIEW || t->state == IXN_DONE ? NULL : "alice";
	ixn->workbin = t->state == IXN_PARKED ? "drawers" : NULL;
	ixn->keeper = t->state == IXN_PARKED ? "alice" : NULL;
	return put_beside(call, t, err) < 0 ? -1 : ixn_save(call, ixn, err);
}

static int
try_fn(struct call *call, const void *in, struct err *err)
{
	const struct trial *t = in;
	struct ixn *ixn;

	if (t->agent)
		call->actor = (struct actor){ ACTOR_AGENT, t->agent, t->role };
	if (ixn_get(call, t->id, &ixn, err) < 0 || verb_do(call, ixn, t->verb, t->agent, NULL, NULL, err) < 0)
		return -1;
	return t->fails ? err_set(err, E_TEMP, "what", "it fails at last", NULL) : 0;
}

/* What stands in the store, by another connection. */
static const char *
ask(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *stmt = NULL;
	const char *answer = "?";

	if (sqlite3_open(arena_printf(arena, "%s/store.db", folder), &db) == SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK) {
		int rc = sqlite3_step(stmt);

		answer = rc == SQLITE_ROW ? arena_strdup(arena, (const char *)sqlite3_column_text(stmt, 0)) : (rc == SQLITE_DONE ? "" : "?");
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return answer;
}

static long
number(const char *sql)
{
	return strtol(ask(sql), NULL, 10);
}

static const char *
row(const char *id)
{
	return ask(arena_printf(arena, "SELECT state || ' ' || version || ' ' || (SELECT count(*) FROM event) FROM ixn WHERE id = '%s'", id));
}

static int
keep_id(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	*(const char **)context = arena_strdup(arena, field_text(record_field(record, "id"), p));
	return 0;
}

static const char *
new_ixn(const char *media)
{
	void *in = record_new(arena, op_ixn_create.in);
	const char *id = "";
	struct err err;

	record_set_text(op_ixn_create.in, in, "media", media);
	if (call_op(&op_ixn_create, in, keep_id, &id, &err) < 0)
		ok(false, "%s: %s", media, err_name(err.code));
	return id;
}

static const char *drafted;

static int
draft_fn(struct call *call, const void *in, struct err *err)
{
	struct ixn *ixn = ixn_new(call, "email");
	struct email *email = record_new(call->arena, &rec_email_row);

	(void)in;
	ixn->direction = OUTBOUND;
	email->ixn = drafted = arena_strdup(arena, ixn->id);
	email->state = MAIL_DRAFT;
	email->kind = EMAIL_NEW;
	email->author = "alice";
	return ixn_keep(call, ixn, err) < 0 ? -1 : email_new(call, email, err);
}

/* One of each nature. */
static struct {
	unsigned of;
	const char *name, *id;
} ixns[] = { { CHAT, "a chat", NULL }, { MAIL, "a mail", NULL }, { DRAFT, "a draft", NULL } };

static void
make_all(void)
{
	struct err err;

	ixns[0].id = new_ixn("chat");
	ixns[1].id = new_ixn("email");
	ok(call_fn(draft_fn, NULL, &err) == 0, "a draft");
	ixns[2].id = drafted;
}

/* The table. */

static bool
legal(const struct trial *t, const struct rule *rule)
{
	const char *want = arena_printf(arena, "%s %s", names_get(&ixn_states, (int)rule->next), rule->event), *got;
	long version = number(arena_printf(arena, "SELECT version FROM ixn WHERE id = '%s'", t->id)), events = number("SELECT count(*) FROM event");
	struct err err;

	if (call_fn(try_fn, t, &err) < 0)
		return ok(false, "%s: refused: %s", want, err_name(err.code));
	got = ask(arena_printf(arena, "SELECT i.state || ' ' || e.event FROM ixn i, event e WHERE i.id = '%s' AND e.ixn = i.id AND e.state = i.state"
				      " AND e.version = i.version AND i.version = %ld AND e.seq = (SELECT max(seq) FROM event)"
				      " AND (SELECT count(*) FROM event) = %ld",
			       t->id, version + 1, events + 1));
	return strcmp(got, want) == 0;
}

static bool
illegal(const struct trial *t)
{
	const char *before = row(t->id);
	struct err err;

	return call_fn(try_fn, t, &err) < 0 && err_class(&err) == ERR_STATE && err_get(&err, "id") && err_get(&err, "state") &&
	       strcmp(row(t->id), before) == 0;
}

static void
try_one(size_t which, enum ixn_state state, enum verb verb, bool online)
{
	const struct rule *rule = rule_of(state, verb);
	struct trial t = { .id = ixns[which].id, .state = state, .verb = verb, .online = online };
	bool may = rule && (nature(verb) & ixns[which].of) && (rule->media == ANY || (rule->media == ONLINE) == online);
	struct err err;

	if (rule && rule->who == REVIEW && may)
		return;
	if (rule && rule->who == OPENER)
		t.agent = "alice";
	if (call_fn(put_fn, &t, &err) < 0)
		ok(false, "cannot put it there: %s", err_name(err.code));
	ok(may ? legal(&t, rule) : illegal(&t), "%s, %s, %s, %s: %s", ixns[which].name, names_get(&ixn_states, (int)state), online ? "online" : "offline", verb_names[verb],
	   may ? "legal" : "refused");
}

static void
test_table(void)
{
	is_int((int64_t)verbs_n, COUNT_OF(rules), "as many rows as are tested");
	for (size_t i = 0; i < COUNT_OF(ixns); i++)
		for (int state = 0; state <= IXN_DONE; state++)
			for (int verb = 0; verb < VERB_COUNT; verb++) {
				try_one(i, (enum ixn_state)state, (enum verb)verb, false);
				/* Nobody is connected by mail. */
				if (ixns[i].of == CHAT)
					try_one(i, (enum ixn_state)state, (enum verb)verb, true);
			}
}

/* Who may. */
static enum err_class
tried_by(const char *id, const struct rule *rule, const char *agent, enum role role)
{
	struct trial t = { .id = id, .state = rule->state, .verb = rule->verb, .online = rule->media != OFFLINE && (nature(rule->verb) & CHAT), .agent = agent, .role = role };
	const char *before;
	struct err err;

	if (call_fn(put_fn, &t, &err) < 0)
		return ERR_BUG;
	before = row(id);
	if (call_fn(try_fn, &t, &err) == 0)
		return ERR_NONE;
	return strcmp(row(id), before) == 0 ? err_class(&err) : ERR_BUG;
}

/* The first that has the verb. */
static const char *
one_with(enum verb verb)
{
	size_t i = 0;

	while (!(nature(verb) & ixns[i].of))
		i++;
	return ixns[i].id;
}

static void
test_who(void)
{
	/* In the order of enum who: a lead, who has it, a colleague, a stranger. */
	static const bool may[][4] = {
		[ALL] = { true, true, true, true },
		[HOLDER] = { true, true, false, false },
		[LEAD] = { true, false, false, false },
		[PARTY] = { false, true, false, false },
		[COLLEAGUE] = { true, true, true, false },
		[OPENER] = { false, true, false, false },
	};
	static const char *const agents[] = { "lee", "alice", "bob", "cat" };

	for (size_t i = 0; i < COUNT_OF(rules); i++)
		for (size_t k = 0; k < COUNT_OF(agents); k++) {
			const struct rule *r = &rules[i];
			/* What nobody has yet is nobody's own. */
			bool own = k != 1 || r->who != COLLEAGUE || (r->state != IXN_QUEUED && r->state != IXN_OFFERED);

			if (r->who == REVIEW)
				continue;
			is_int(tried_by(one_with(r->verb), r, agents[k], k ? ROLE_AGENT : ROLE_LEAD), may[r->who][k] && own ? ERR_NONE : ERR_DENIED,
			       arena_printf(arena, "%s: %s, by %s", names_get(&ixn_states, (int)r->state), verb_names[r->verb], agents[k]));
		}
}

/* Between agents there is neither contact nor queue. */
static int
internal_fn(struct call *call, const void *in, struct err *err)
{
	const struct trial *t = in;
	struct ixn *ixn;

	if (ixn_get(call, t->id, &ixn, err) < 0)
		return -1;
	ixn->direction = INTERNAL;
	return verb_check(call, ixn, t->verb, err);
}

static void
test_internal(const char *id)
{
	static const enum verb refused[] = { VERB_TRANSFER, VERB_REQUEUE, VERB_PARK, VERB_TAKE, VERB_CONSULT, VERB_ASSIGN, VERB_TRANSCRIPT },
			       legal[] = { VERB_SEND, VERB_END, VERB_NOTE, VERB_CONFERENCE };
	struct trial t = { .id = id, .state = IXN_ACTIVE, .online = true };
	struct err err;

	if (call_fn(put_fn, &t, &err) < 0)
		ok(false, "cannot put it there: %s", err_name(err.code));
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		t.verb = refused[i];
		ok(call_fn(internal_fn, &t, &err) < 0 && err.code == E_STATE, "between agents, %s: refused", verb_names[t.verb]);
	}
	for (size_t i = 0; i < COUNT_OF(legal); i++) {
		t.verb = legal[i];
		ok(call_fn(internal_fn, &t, &err) == 0, "between agents, %s: legal", verb_names[t.verb]);
	}
}

/* Transactions. */

static int
stale_fn(struct call *call, const void *in, struct err *err)
{
	const struct trial *t = in;
	struct ixn *one, *two;

	if (ixn_get(call, t->id, &one, err) < 0 || ixn_get(call, t->id, &two, err) < 0 || ixn_save(call, one, err) < 0)
		return -1;
	return ixn_save(call, two, err);
}

/* An offer, closed twice: the second finds it gone. Two of one interaction: refused by the store itself. */
static int
offers_fn(struct call *call, const void *in, struct err *err)
{
	const struct trial *t = in;
	struct offer offer = { .id = id_new(call->arena, call->now), .ixn = t->id, .agent = "alice", .purpose = t->purpose, .state = OFFER_PENDING, .created = call->now, .expires = call->now + 1, .ended = INT_ABSENT };

	if (sql_put(call->tx, SQL_OFFER_NEW, &rec_offer_row, &offer, err) < 0)
		return -1;
	if (!t->fails)
		return offer_close(call, &offer, OFFER_ACCEPTED, call->now, NULL, err) < 0 ? -1 : offer_close(call, &offer, OFFER_EXPIRED, call->now, NULL, err);
	offer.id = id_new(call->arena, call->now);
	offer.agent = "bob";
	return sql_put(call->tx, SQL_OFFER_NEW, &rec_offer_row, &offer, err);
}

static void
test_offers(const char *id)
{
	struct err err;

	is_int(call_fn(offers_fn, &(struct trial){ .id = id }, &err), -1, "an offer that was answered");
	is_str(err_name(err.code), "offer_gone", "cannot be answered again");
	is_int(call_fn(offers_fn, &(struct trial){ .id = id, .fails = true }, &err), -1, "two pending offers of one interaction cannot be");
	is_int(call_fn(offers_fn, &(struct trial){ .id = id, .fails = true, .purpose = PURPOSE_CONSULT }, &err), -1, "nor two colleagues be asked for advice");
	is_str(ask("SELECT count(*) FROM offer"), "0", "and none was kept");
}

static void
test_together(const char *id)
{
	struct trial t = { .id = id, .state = IXN_ACTIVE, .verb = VERB_REQUEUE, .online = true, .fails = true };
	const char *before;
	struct err err;

	is_int(call_fn(put_fn, &t, &err), 0, "an active one");
	before = row(id);
	is_int(call_fn(try_fn, &t, &err), -1, "what fails behind a change");
	is_str(row(id), before, "leaves neither the change nor its event");
	is_int(call_fn(stale_fn, &t, &err), -1, "a row that was changed meanwhile");
	is_str(err_name(err.code), "taken", "is not written over");
	is_str(row(id), before, "and nothing is");
}

/* All of the store that operations change, in one number each. */
static const char *
everything(void)
{
	return ask("SELECT (SELECT count(*) || ' ' || sum(version) || ' ' || group_concat(state) FROM ixn) || '/' ||"
		   " (SELECT count(*) || ' ' || coalesce(group_concat(state), '') FROM offer) || '/' || (SELECT count(*) FROM event) || '/' ||"
		   " (SELECT coalesce(group_concat(agent || hash), '') FROM token) || '/' ||"
		   " (SELECT coalesce(group_concat(agent || medium || state || load), '') FROM agent_medium) || '/' ||"
		   " (SELECT count(*) FROM message) || '/' || (SELECT count(*) FROM note) || '/' || (SELECT count(*) FROM due)");
}

static void
fails_whole(const struct op *op, void *in)
{
	const char *before = everything();
	struct err err;

	is_int(call_op(op, in, NULL, NULL, &err), -1, arena_printf(arena, "%s cannot write its event", op->name));
	is_str(everything(), before, arena_printf(arena, "%s: nothing happened", op->name));
}

/* A disk that takes no more events: no change without one. */
static void
test_no_events(const char *id)
{
	static const struct op *const by_id[] = { &op_ixn_note, &op_ixn_done, &op_ixn_transfer, &op_chat_end, &op_chat_send };
	struct trial t = { .id = id, .state = IXN_ACTIVE, .online = true };
	struct err err;
	void *in;

	is_str(ask("CREATE TRIGGER no_events BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no events'); END"), "", "no event can be written");
	for (size_t i = 0; i < COUNT_OF(by_id); i++) {
		t.online = by_id[i] != &op_ixn_done;
		is_int(call_fn(put_fn, &t, &err), 0, "an active one");
		in = record_new(arena, by_id[i]->in);
		record_set_text(by_id[i]->in, in, "id", id);
		if (record_field(by_id[i]->in, "text"))
			record_set_text(by_id[i]->in, in, "text", "hello");
		if (by_id[i] == &op_ixn_transfer)
			record_set_text(by_id[i]->in, in, "to", "queue:q");
		fails_whole(by_id[i], in);
	}
	fails_whole(&op_ixn_create, record_new(arena, op_ixn_create.in));
	in = record_new(arena, op_session_login.in);
	record_set_text(op_session_login.in, in, "name", "alice");
	fails_whole(&op_session_login, in);
}

static bool
load_site(struct err *err)
{
	static const char *const names[] = { "alice", "bob", "lee", "cat" };
	struct site *site = record_new(arena, &rec_site);
	struct site_agent *agents = arena_alloc(arena, sizeof(*agents) * COUNT_OF(names));

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		agents[i] = *(struct site_agent *)record_new(arena, &rec_site_agent);
		agents[i].name = names[i];
	}
	agents[2].role = ROLE_LEAD;
	site->agents.v = agents;
	site->agents.n = COUNT_OF(names);
	site->queues.v = record_new(arena, &rec_site_queue);
	((struct site_queue *)site->queues.v)->name = "q";
	site->queues.n = 1;
	return call_op(&op_site_load, site, NULL, NULL, err) == 0;
}

int
main(void)
{
	const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	const char *url, *id;
	struct err err = { 0 };

	arena = arena_new();
	folder = folder_new(arena, "ixn-desk");
	url = arena_printf(arena, "file:%s/store.db", folder);
	if (ok(desk_setup(url, false, &err) == 0 && desk_open(url, &options, &desk, &err) == 0 && load_site(&err), "a store with a site")) {
		make_all();
		id = ixns[0].id;
		test_table();
		test_who();
		test_internal(id);
		test_offers(id);
		test_together(id);
		test_no_events(id);
	} else {
		printf("# %s\n", err_name(err.code));
	}
	desk_close(&desk);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

/*
 * A mail on its way is of one run: another one neither takes it, nor tells what
 * became of it, nor settles it while that run lives; what it leaves when it dies
 * is queued again, or unknown. One machine at a time sends the mails of an account.
 * See desk/outbox.h.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "desk/outbox_priv.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

#define ONE "01M7YNB0JG00000000000000A1"
#define TWO "01M7YNB0JG00000000000000A2"
#define THREE "01M7YNB0JG00000000000000A3"
#define FOUR "01M7YNB0JG00000000000000A4"
#define FIVE "01M7YNB0JG00000000000000A5"

static struct arena *arena;
static struct desk *desk;
static char *folder;

static int
call_op(const struct op *op, const void *in, emit_fn *emit, void *context, struct err *err)
{
	*err = (struct err){ 0 };
	return desk_call(desk, &(struct request){ .op = op, .in = in }, arena, emit, context, err);
}

/* In the store, by another connection: the first column of the first row. */
static const char *
ask(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	const char *answer = "?";

	if (sqlite3_open(arena_printf(arena, "%s/store.db", folder), &db) == SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK) {
		int rc = sqlite3_step(stmt);
		const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : "";

		answer = rc != SQLITE_ROW && rc != SQLITE_DONE ? sqlite3_errmsg(db) : text ? text
											   : "NULL";
		answer = arena_strdup(arena, answer);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return answer;
}

static const char *
state(const char *id)
{
	return ask(arena_printf(arena, "SELECT state || ' ' || past_data FROM outbox WHERE id = '%s'", id));
}

static void
add_mail(const char *id)
{
	is_str(ask(arena_printf(arena,
				"INSERT INTO outbox (id, rid, version, kind, state, sender, subject, message_id, date, language, text, created, epoch, past_data)"
				" VALUES ('%s', '%s', 1, 'transcript', 'queued', 'a@example.org', 's', '%s@example.org', 'd', 'en', 't', 0, 0, 0)",
				id, id, id)),
	       "", "a mail");
	is_str(ask(arena_printf(arena, "INSERT INTO outbox_recipient (outbox, address, state, attempts, next_at) VALUES ('%s', 'z@example.net', 'queued', 0, 0)", id)), "", "its recipient");
}

static int
keep_taken(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)err;
	*(int64_t *)context = ((const struct outbox_stepped *)p)->taken;
	return 0;
}

/* 1: taken, 0: it is not what it was; -1: refused. */
static int64_t
take(const char *id, int64_t version, int64_t epoch, bool past)
{
	const struct outbox_step in = { .epoch = epoch, .take = id, .version = version, .past = past };
	int64_t taken = 9;
	struct err err;

	return call_op(&op_outbox_step, &in, keep_taken, &taken, &err) < 0 ? -1 : taken;
}

static enum err_code
tell(const char *id, int64_t epoch)
{
	struct mail_recipient *r = record_new(arena, &rec_mail_recipient);
	struct outbox_result result = { id, { r, 1 } };
	const struct outbox_step in = { .epoch = epoch, .results = { &result, 1 } };
	struct err err;

	r->address = "z@example.net";
	r->state = MAIL_SENT;
	return call_op(&op_outbox_step, &in, NULL, NULL, &err) < 0 ? err.code : E_OK;
}

static enum err_code
past_data(const char *id, int64_t epoch)
{
	const struct outbox_mark in = { id, epoch };
	struct err err;

	return call_op(&op_outbox_past_data, &in, NULL, NULL, &err) < 0 ? err.code : E_OK;
}

static void
heal(int64_t epoch, const char *mailbox)
{
	const struct outbox_epoch in = { .epoch = epoch, .mailbox = mailbox };
	struct err err;

	ok(call_op(&op_outbox_heal, &in, NULL, NULL, &err) == 0, "healed");
}

static void
test_owner(void)
{
	add_mail(ONE);
	is_int(take(ONE, 1, 7, false), -1, "nobody sends who does not hold the account");
	heal(7, NULL);
	is_int(take(ONE, 2, 7, false), 0, "another version is another mail");
	is_int(take(ONE, 1, 7, false), 1, "taken");
	is_str(state(ONE), "sending 0", "on its way");
	is_int(take(ONE, 1, 8, false), 0, "not taken twice");
	is_int(take(ONE, 2, 8, false), 0, "nor as it is now");
	ok(tell(ONE, 8) == E_TAKEN, "another run does not tell what became of it");
	ok(past_data(ONE, 8) == E_TAKEN, "nor where it is");
	is_str(state(ONE), "sending 0", "nothing of that stays");
	heal(7, NULL);
	is_str(state(ONE), "sending 0", "what is on its way now is not settled");
	ok(past_data(ONE, 7) == E_OK, "its content leaves");
	is_str(state(ONE), "sending 1", "which is kept");
	ok(tell(ONE, 7) == E_OK, "sent");
	is_str(state(ONE), "sent 0", "it is");
	ok(tell(ONE, 7) == E_TAKEN, "what is done is not told once more");
	ok(past_data(ONE, 7) == E_TAKEN, "nor begun again");
	is_str(state(ONE), "sent 0", "it stays sent");
}

static void
test_dead(void)
{
	add_mail(TWO);
	add_mail(THREE);
	heal(7, NULL);
	is_int(take(TWO, 1, 7, false), 1, "one before its content");
	is_int(take(THREE, 1, 7, true), 1, "one behind it");
	heal(8, "another");
	is_str(state(TWO), "sending 0", "another account settles nothing");
	heal(8, NULL);
	is_str(state(TWO), "queued 0", "nothing had left: again");
	is_str(state(THREE), "unknown 0", "nobody knows");
	ok(tell(TWO, 7) == E_TAKEN, "who was thought dead goes on with neither");
	ok(tell(THREE, 7) == E_TAKEN, "of both");
	is_str(state(THREE), "unknown 0", "as it was");
}

/* A run on a machine, by the lock at a place: E_OK, or why it does not hold the account. */
static enum err_code
hold(int64_t epoch, const char *machine, const char *place, bool ends)
{
	const struct outbox_epoch in = { epoch, NULL, machine, place, ends };
	struct err err;

	return call_op(&op_outbox_heal, &in, NULL, NULL, &err) < 0 ? err.code : E_OK;
}

static enum err_code
copied(int64_t epoch)
{
	struct outbox_copied one = { FIVE, "begun", "1:1" };
	const struct outbox_copies in = { { &one, 1 }, epoch, NULL };
	struct err err;

	return call_op(&op_outbox_copied, &in, NULL, NULL, &err) < 0 ? err.code : E_OK;
}

static void
at(const char *time)
{
	struct err err = { 0 };

	ok(clock_pin(time, &err) == 0, "it is %s", time);
}

static void
test_machines(void)
{
	add_mail(FOUR);
	add_mail(FIVE);
	is_str(ask("UPDATE outbox SET copy = 'due' WHERE id = '" FIVE "'"), "", "of one a copy is wanted");
	at("2037-11-21T09:00:00Z");
	ok(hold(20, "one", "lock", false) == E_OK, "a machine sends");
	is_int(take(FOUR, 1, 20, true), 1, "its mail is on its way");
	at("2037-11-21T09:04:59Z");
	ok(hold(21, "two", "lock", false) == E_TAKEN, "another machine does not");
	ok(hold(21, "one", "other", false) == E_TAKEN, "nor does it from another place");
	is_int(take(FIVE, 1, 21, true), -1, "nor does it send all the same");
	ok(copied(21) == E_TAKEN, "nor keep a copy");
	is_str(state(FOUR), "sending 1", "nothing is settled");
	ok(hold(20, "one", "lock", false) == E_OK, "it goes on");
	at("2037-11-21T09:09:58Z");
	ok(hold(21, "two", "lock", false) == E_TAKEN, "for as long again");
	ok(hold(21, "two", "lock", true) == E_OK, "who does not hold it gives nothing back");
	is_str(state(FOUR), "sending 1", "and settles nothing");
	ok(hold(21, "two", "lock", false) == E_TAKEN, "it is held still");
	at("2037-11-21T09:09:59Z");
	ok(hold(22, "two", "lock", false) == E_OK, "who says nothing any more is believed to be dead");
	is_str(state(FOUR), "unknown 0", "what it was at is settled");
	ok(tell(FOUR, 20) == E_TAKEN && past_data(FOUR, 20) == E_TAKEN, "and it goes on with nothing, if it lives");
	is_int(take(FIVE, 1, 20, true), -1, "nor takes another one");
	ok(copied(20) == E_TAKEN, "nor keeps a copy");
	ok(copied(22) == E_OK, "who holds it does");
	is_int(take(FIVE, 1, 22, true), 1, "and takes it");
	ok(hold(23, "two", "lock", false) == E_OK, "a run that died is followed at once by one with the same lock");
	is_str(state(FIVE), "unknown 0", "which settles what it left");
	ok(hold(22, "two", "lock", true) == E_OK && hold(24, "one", "lock", false) == E_TAKEN, "whose end gives nothing back");
	ok(hold(23, "two", "lock", true) == E_OK && hold(24, "one", "lock", false) == E_OK, "but that of the one that holds it does");
}

int
main(void)
{
	static const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	const char *url;
	struct err err = { 0 };

	arena = arena_new();
	folder = folder_new(arena, "ixn-step");
	url = arena_printf(arena, "file:%s/store.db", folder);
	if (ok(desk_setup(url, false, &err) == 0 && desk_open(url, &options, &desk, &err) == 0, "a store")) {
		test_owner();
		test_dead();
		test_machines();
	}
	desk_close(&desk);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

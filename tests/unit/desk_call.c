/*
 * What comes beside the record of a request, from whoever sends it: what can be
 * nobody's is refused before the carrier, and with it the store, is asked.
 */
#include "desk/carrier.h"

#include "base/arena.h"
#include "base/err.h"
#include "tap.h"

#define SECRET "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LONG_NAME "0123456789012345678901234567890123456789012345678901234567890123"

static int asked;

static int
count_call(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	(void)desk, (void)request, (void)arena, (void)emit, (void)context, (void)err;
	asked++;
	return 0;
}

static const struct carrier counting = { .call = count_call };
const struct carrier *const desk_carriers[] = { &counting, NULL };

int
main(void)
{
	static const struct {
		const char *agent, *contact, *key;
		enum err_code code;
		const char *what;
	} table[] = {
		{ NULL, NULL, NULL, E_OK, "nobody" },
		{ "alice", NULL, "k 1", E_OK, "an agent, a key" },
		{ "\xc3\xa9lise", NULL, "cl\xc3\xa9", E_OK, "in UTF-8" },
		{ LONG_NAME, NULL, NULL, E_OK, "the longest name" },
		{ LONG_NAME "4", NULL, NULL, E_SESSION_ENDED, "a longer one" },
		{ "a\xff", NULL, NULL, E_SESSION_ENDED, "a name that is not UTF-8" },
		{ "", NULL, NULL, E_SESSION_ENDED, "an empty one" },
		{ "a/b", NULL, NULL, E_SESSION_ENDED, "one with what names have not" },
		{ "a b", NULL, NULL, E_SESSION_ENDED, "or a blank" },
		{ NULL, "", NULL, E_OK, "a contact without a session" },
		{ NULL, SECRET, NULL, E_OK, "a contact with one" },
		{ NULL, SECRET "0", NULL, E_SESSION_ENDED, "a secret too long" },
		{ NULL, "x", NULL, E_SESSION_ENDED, "too short" },
		{ NULL, LONG_NAME, NULL, E_OK, "as long, of digits alone" },
		{ NULL, "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", NULL, E_SESSION_ENDED, "as long, of other letters" },
		{ NULL, "\xff", NULL, E_SESSION_ENDED, "no text at all" },
		{ NULL, NULL, "a\xff", E_BAD_UTF8, "a key that is not UTF-8" },
	};
	struct desk desk = { &counting };

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct arena *arena = arena_new();
		const struct request request = {
			.op = &op_ixn_list,
			.in = record_new(arena, op_ixn_list.in),
			.agent = table[i].agent,
			.contact = table[i].contact,
			.idempotency_key = table[i].key,
		};
		struct err err = { 0 };
		int rc;

		asked = 0;
		rc = desk_call(&desk, &request, arena, NULL, NULL, &err);
		ok(rc == (table[i].code == E_OK ? 0 : -1) && err.code == table[i].code, "%s: %s", table[i].what, rc < 0 ? err_name(err.code) : "taken");
		is_int(asked, table[i].code == E_OK, "the carrier was asked as often");
		arena_free(&arena);
	}
	return done();
}

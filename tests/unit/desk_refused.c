/*
 * What is kept of a refusal is written in a transaction of its own, which may
 * run again as any other. Nothing is kept where it was not the request that was
 * refused, but the store that failed.
 */
#include "desk/call_priv.h"
#include "store/priv.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

static const struct engine *real;
static bool writes;
/* Of the steps of one kind so many go well before one fails, once; -1: none does. */
static int well_read = -1, well_written = -1;
static int kept;

static int
begin(struct store *store, bool write, struct err *err)
{
	writes = write;
	return real->begin(store, write, err);
}

static int
step(struct store *store, struct cursor *cursor, struct err *err)
{
	int *well = writes ? &well_written : &well_read;

	if (*well < 0 || (*well)-- > 0)
		return real->step(store, cursor, err);
	return err_set(err, E_IO, "path", "a test", NULL);
}

static int
commit(struct store *store, struct err *err)
{
	kept++;
	return real->commit(store, err);
}

static bool
again(struct store *store, int tries)
{
	(void)store;
	return writes && tries == 1;
}

static enum err_code
log_in(struct desk *desk, struct arena *arena)
{
	struct request request = { .op = &op_session_login, .from = "192.0.2.1" };
	void *in = record_new(arena, request.op->in);
	struct err err = { 0 };

	record_set_text(request.op->in, in, "name", "nobody");
	record_set_text(request.op->in, in, "password", "wrong");
	request.in = in;
	return desk_call(desk, &request, arena, NULL, NULL, &err) < 0 ? err.code : E_OK;
}

int
main(void)
{
	static const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	struct arena *arena = arena_new();
	char *folder = folder_new(arena, "ixn-refused");
	const char *url = arena_printf(arena, "file:%s/store.db", folder);
	struct engine engine;
	struct desk *desk = NULL;
	struct err err = { 0 };

	if (ok(desk_setup(url, false, &err) == 0 && desk_open(url, &options, &desk, &err) == 0, "a store")) {
		real = desk_local(desk)->store->engine;
		engine = *real;
		engine.begin = begin;
		engine.step = step;
		engine.commit = commit;
		engine.again = again;
		desk_local(desk)->store->engine = &engine;
		for (int i = 0; well_read < 0; i++) {
			well_read = i;
			if (log_in(desk, arena) != E_IO)
				break;
		}
		ok(well_read >= 0, "the store fails at each step in turn, then no more");
		is_int(kept, 1, "none of these guesses counts but the one that was refused");
		well_read = -1;
		well_written = 0;
		is_int(log_in(desk, arena), E_BAD_PASSWORD, "a wrong password is refused");
		is_int(well_written, -1, "the store failed while that was written");
		is_int(kept, 2, "it is kept by the next try");
		desk_local(desk)->store->engine = real;
	}
	desk_close(&desk);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

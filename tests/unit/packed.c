/* jobs/packed.h: what goes in comes out; what is cut is refused. */
#include "jobs/packed.h"

#include "base/arena.h"
#include "base/buf.h"

#include "tests/unit/tap.h"

struct sample {
	const char *id, *text, *none;
	int64_t number, absent, state;
	struct texts list;
};
#define X struct sample
RECORD(rec_sample, X, "sample", NULL, ID_FIELD(X, id, 0, NULL), TEXT_FIELD(X, text, 0, NULL), TEXT_FIELD(X, none, 0, NULL), INT_FIELD(X, number, 0, NULL),
       INT_FIELD(X, absent, 0, NULL), NAME_FIELD(X, state, ixn_states, 0, NULL), TEXTS_FIELD(X, list, 0, NULL))
#undef X

int
main(void)
{
	struct arena *arena = arena_new();
	struct sample in, out;
	struct buf b = BUF_INIT;
	bool refused = true;

	record_init(&rec_sample, &in);
	in.id = "id";
	in.text = "";
	in.number = -5;
	in.state = 1;
	texts_add(arena, &in.list, "x");
	packed_add(&b, &rec_sample, &in);
	record_init(&rec_sample, &out);
	is_int(packed_read(arena, buf_get(&b), b.n, &rec_sample, &out), 0, "it is read");
	is_str(out.id, "id", "an id");
	is_str(out.text, "", "an empty text");
	is_str(out.none, NULL, "an absent one");
	is_int(out.number, -5, "a number");
	is_int(out.absent, INT_ABSENT, "an absent one");
	is_int(out.state, 1, "a name");
	ok(out.list.v == NULL, "a list stays behind");
	for (size_t n = 0; n < b.n; n++)
		refused = refused && packed_read(arena, buf_get(&b), n, &rec_sample, &out) < 0;
	ok(refused, "cut anywhere it is refused");
	buf_char(&b, 'x');
	is_int(packed_read(arena, buf_get(&b), b.n, &rec_sample, &out), -1, "and so is one byte more");
	buf_release(&b);
	arena_free(&arena);
	return done();
}

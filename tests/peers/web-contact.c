/*
 * web-contact STORE SECRET OPERATION [JSON [ORIGIN [KEY]]] - asks the desk as a
 * contact does, by the secret of a session ("" has none), as the server would:
 * prints the answer, a record of JSON a line, or the code of the error, with
 * its class as exit status.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "desk/priv.h"
#include "model/record_read.h"
#include "store/store.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };

static int
print(void *context, const struct record *record, const void *p, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json json = json_writer(&text);

	(void)context, (void)err;
	record_json_whole(record, p, &json);
	puts(buf_get(&text));
	buf_release(&text);
	return 0;
}

static const struct op *
op_of(const char *name)
{
	for (const struct op *const *op = ops; *op; op++)
		if (strcmp((*op)->name, name) == 0)
			return *op;
	return NULL;
}

static int
ask(char **argv, int argc, struct arena *arena, struct err *err)
{
	const struct desk_options options = { .zone = "UTC", .language = "en", .mail_from = "desk@example.org", .session_ttl = MS_DAY };
	const char *text = argc > 4 ? argv[4] : "{}";
	const struct json_source source = { "request", text, strlen(text), 0 };
	struct request r = { .op = op_of(argv[3]), .contact = argv[2], .origin = argc > 5 && *argv[5] ? argv[5] : NULL, .idempotency_key = argc > 6 ? argv[6] : NULL };
	struct desk *desk;
	void *in;
	int rc;

	if (!r.op)
		return err_set(err, E_BUG, "what", argv[3], NULL);
	r.in = in = record_new(arena, r.op->in);
	if (desk_open(argv[1], &options, &desk, err) < 0)
		return -1;
	rc = record_read(arena, &source, FROM_CLIENT, r.op->in, in, err);
	if (rc == 0)
		rc = desk_call(desk, &r, arena, print, NULL, err);
	desk_close(&desk);
	return rc;
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	int status = 0;

	if (argc < 4)
		return 64;
	if (ask(argv, argc, arena, &err) < 0) {
		printf("{\"error\":\"%s\"}\n", err_name(err.code));
		status = (int)err_class(&err);
	}
	arena_free(&arena);
	return status;
}

/*
 * What no command says, but others might: attachments as an operation takes
 * them, whatever their names and bytes.
 */
#include "desk/desk.h"

#include <stdlib.h>
#include <unistd.h>

#include "desk/priv.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

static struct arena *arena;
static struct desk *desk;

struct attach {
	const char *name, *type, *data;
};

static int
attach(const char *name, const char *data)
{
	struct attach file = { name, NULL, data };
	const struct op *op = &op_response_edit;
	void *in = record_new(arena, op->in);
	struct request request = { .op = op, .in = in };
	struct err err = { 0 };

	record_set_text(op->in, in, "text", "x");
	*(struct records *)field_at(record_field(op->in, "attach"), in) = (struct records){ &file, 1 };
	return desk_call(desk, &request, arena, NULL, NULL, &err) == 0 ? 0 : (int)err_class(&err);
}

static void
test_attachments(void)
{
	static const struct {
		const char *name, *data;
		int want;
	} files[] = {
		{ "a.txt", "YQ==", 0 },
		{ "a b-é.txt", "", 0 },
		{ "", "YQ==", ERR_INPUT },
		{ ".", "YQ==", ERR_INPUT },
		{ "..", "YQ==", ERR_INPUT },
		{ "../a", "YQ==", ERR_INPUT },
		{ "/etc/passwd", "YQ==", ERR_INPUT },
		{ "a\\b", "YQ==", ERR_INPUT },
		{ "a\nb", "YQ==", ERR_INPUT },
		{ "a\xff", "YQ==", ERR_INPUT },
		{ NULL, "YQ==", ERR_INPUT },
		{ "a", NULL, ERR_INPUT },
		{ "a", "YQ", ERR_INPUT },
		{ "a", "Y!==", ERR_INPUT },
		{ "a", "YQ==YQ==", ERR_INPUT },
	};
	const size_t most = (size_t)10 << 20;
	char *large = arena_alloc(arena, most * 2);

	for (size_t i = 0; i < COUNT_OF(files); i++)
		is_int(attach(files[i].name, files[i].data), files[i].want, arena_printf(arena, "'%s' with '%s'", files[i].name ? files[i].name : "(none)", files[i].data ? files[i].data : "(none)"));
	/* Four letters are three bytes: one byte too many. */
	memset(large, 'A', most / 3 * 4 + 4);
	large[most / 3 * 4 + 4] = '\0';
	is_int(attach("large", large), ERR_INPUT, "larger than is allowed");
	large[most / 3 * 4] = '\0';
	is_int(attach("large", large), 0, "as large as is allowed");
}

int
main(void)
{
	const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	const char *url;
	struct err err = { 0 };
	char *folder;

	arena = arena_new();
	folder = folder_new(arena, "ixn-response");
	url = arena_printf(arena, "file:%s/store.db", folder);
	if (ok(desk_setup(url, false, &err) == 0 && desk_open(url, &options, &desk, &err) == 0, "a store"))
		test_attachments();
	desk_close(&desk);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}

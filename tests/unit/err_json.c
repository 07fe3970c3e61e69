#include "base/err_json.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "tests/unit/tap.h"

static struct arena *arena;

static const char *
json_of(const struct err *err)
{
	struct buf out = BUF_INIT;
	struct json json = json_writer(&out);
	const char *text;

	err_json(err, &json);
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

static void
every_code(void)
{
	bool all = true;

	for (int code = E_OK + 1; code < E_COUNT; code++) {
		struct err err = { 0 }, again;

		err_set(&err, (enum err_code)code, "id", "01J", "what", "d'\xc3\xa9t\xc3\xa9 \"x\"\n", NULL);
		all = all && err_from_json(arena, json_of(&err), &again) && again.code == err.code && again.nargs == 2 &&
		      strcmp(err_get(&again, "id"), "01J") == 0 && strcmp(err_get(&again, "what"), "d'\xc3\xa9t\xc3\xa9 \"x\"\n") == 0;
	}
	ok(all, "every error comes back with its arguments");
}

static const char *
french(const char *english)
{
	static const char *const words[][2] = {
		{ "'{value}' is no language, as in fr", "\"{value}\" n'est pas une langue, comme fr" },
		{ "url: {fault} at character {at}", "url : au caract\u00e8re {at}, {fault}" },
		{ "there is no such field", "champ inconnu" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i][0], english) == 0)
			return words[i][1];
	return english;
}

/* A whole sentence with its own {names} is what is translated. */
static void
sentences(void)
{
	struct err err = { 0 };

	err_set(&err, E_BAD_FIELD, "where", "web", "name", "main", "what", "'{value}' is no language, as in fr", "value", "{where}", NULL);
	is_str(err_expand(arena, "{name}: {what}", &err, NULL, NULL), "main: '{where}' is no language, as in fr", "in English; what is put in stays as it is");
	is_str(err_expand(arena, "{name}: {what}", &err, NULL, french), "main: \"{where}\" n'est pas une langue, comme fr", "translated as a whole");
	err_set(&err, E_BAD_FIELD, "where", "sites", "name", "crm", "what", "url: {fault} at character {at}", "fault", "there is no such field", "at", "7", NULL);
	is_str(err_expand(arena, "{what}", &err, NULL, NULL), "url: there is no such field at character 7", "one sentence in another");
	is_str(err_expand(arena, "{what}", &err, NULL, french), "url : au caract\u00e8re 7, champ inconnu", "both translated, in the order of the language");
	err_set(&err, E_USAGE, "what", "unknown option {x} {} { {what", NULL);
	is_str(err_expand(arena, "{what}", &err, NULL, NULL), "unknown option {x} {} { {what", "braces of somebody else stay");
}

int
main(void)
{
	struct err err = { 0 }, again;

	arena = arena_new();
	err_set(&err, E_NO_IXN, "id", "01J", NULL);
	is_str(json_of(&err), "{\"code\":\"no_such_interaction\",\"class\":66,\"args\":{\"id\":\"01J\"},\"message\":\"no interaction 01J\"}", "as an object");
	every_code();
	sentences();
	err_arg(&err, "id", "twice");
	ok(json_check("err", json_of(&err), strlen(json_of(&err)), NULL, &again) == 0, "a name stands there once");
	ok(!err_from_json(arena, "{\"code\":\"from_tomorrow\",\"class\":79}", &again), "a code that is not known here");
	ok(!err_from_json(arena, "{\"code\":17,\"args\":\"none\"}", &again), "no code");
	ok(err_from_json(arena, "{\"code\":\"no_offer\",\"args\":{\"n\":5,\"id\":\"x\"}}", &again) && again.nargs == 1, "arguments are texts");
	ok(err_from_json(arena, "{\"code\":\"no_offer\",\"args\":{\"\x7fid\":\"x\",\"\":\"y\",\"a\\n\":\"z\",\"id2\":\"w\"}}", &again) && again.nargs == 1, "their names are words");
	arena_free(&arena);
	return done();
}

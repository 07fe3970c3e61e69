/*
 * Errors are data: a class that is the exit status, a stable code, arguments.
 */
#include "tests/unit/tap.h"
#include "base/err.h"
#include "base/utf8.h"

static bool
is_stable_name(const char *s)
{
	return *s && s[strspn(s, "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0';
}

/* Every {name} in a template is closed and plain. */
static bool
is_template(const char *s)
{
	while (s && (s = strchr(s, '{'))) {
		size_t n = strspn(++s, "abcdefghijklmnopqrstuvwxyz");

		if (n == 0 || s[n] != '}')
			return false;
	}
	return true;
}

static void
test_table(void)
{
	bool names = true, unique = true, texts = true, statuses = true;

	for (int i = E_OK + 1; i < E_COUNT; i++) {
		struct err err = { .code = (enum err_code)i };
		enum err_class class = err_class(&err);

		names = names && is_stable_name(err_name(err.code));
		texts = texts && *err_text(err.code) && is_template(err_text(err.code)) && is_template(err_hint(err.code));
		statuses = statuses && (class == ERR_NOTHING || (class >= ERR_USAGE && class <= ERR_MIXED));
		for (int j = E_OK; j < i; j++)
			unique = unique && strcmp(err_name(err.code), err_name((enum err_code)j)) != 0;
	}
	ok(names, "every code has a name of small letters");
	ok(unique, "no name stands for two codes");
	ok(texts, "every text and hint is a template that can be filled");
	ok(statuses, "every class is an exit status of the table");
}

static void
test_set(void)
{
	struct err err = { 0 };

	is_int(err_set(&err, E_NO_IXN, "id", "01ABC", "who", "alice", NULL), -1, "err_set returns -1");
	is_int(err.code, E_NO_IXN, "the code is kept");
	is_int((int)err_class(&err), 66, "no such interaction is exit status 66");
	is_str(err_name(err.code), "no_such_interaction", "and named so");
	is_str(err_get(&err, "id"), "01ABC", "arguments have names");
	is_str(err_get(&err, "who"), "alice", "several of them");
	ok(err_get(&err, "what") == NULL, "one that was not given is NULL");
	err_set(&err, E_TIMED_OUT, NULL);
	ok(err_get(&err, "id") == NULL, "setting it again forgets the arguments before");
	is_int(err_set(NULL, E_BUG, NULL), -1, "a caller may not care: NULL");
	err_set(&err, E_BUG, "what", (const char *)NULL, NULL);
	is_int(err.nargs, 0, "an argument without value is left out");
}

static void
test_bounds(void)
{
	struct err err = { 0 };
	const char *what;
	char large[4000];

	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	for (int n = 1200; n < 1600; n++) {
		err_set(&err, E_BUG, "what", large + sizeof(large) - 1 - n, "more", "y", NULL);
		if (!err_get(&err, "more") || strcmp(err_get(&err, "more"), "y") != 0)
			ok(false, "room for one behind %d bytes", n);
	}
	err_set(&err, E_BUG, "what", large, "more", large, "most", large, "last", "y", NULL);
	ok(strlen(err_get(&err, "what")) < sizeof(err.text) - 1 && err.used <= sizeof(err.text), "a value too long is cut");
	is_str(err_get(&err, "last"), "y", "and leaves room for those behind it");
	for (size_t i = 0; i + 1 < sizeof(large); i++)
		large[i] = i % 2 ? '\xa9' : '\xc3';
	for (int i = 0; i < 2; i++) {
		err_set(&err, E_BUG, "first", i ? "x" : "", "what", large, NULL);
		what = err_get(&err, "what");
		ok(utf8_valid(what, strlen(what)) == strlen(what), "what is cut ends behind a character");
	}
	large[0] = 'x';
	large[1] = '\0';
	err_set(&err, E_BUG, large, large, NULL);
	large[0] = 'y';
	ok(err_get(&err, "x") && strcmp(err_get(&err, "x"), "x") == 0, "an argument, its name too, is the error's own");
	err_set(&err, E_BUG, NULL);
	for (int i = 0; i < 20; i++)
		err_arg(&err, "n", "1");
	is_int(err.nargs, ERR_ARGS, "at most eight arguments");
}

static void
test_retry(void)
{
	static const struct {
		enum err_code code;
		bool retry;
		const char *what;
	} table[] = {
		{ E_STORE_BUSY, true, "a busy store may be free later" },
		{ E_UNREACHABLE, true, "a backend may come back" },
		{ E_NO_BACKEND, false, "one that nobody configured does not come by itself" },
		{ E_TAKEN, false, "what was taken stays taken" },
		{ E_BAD_JSON, false, "bad input stays bad" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err = { .code = table[i].code };

		ok(err_retryable(&err) == table[i].retry, "%s", table[i].what);
	}
}

static void
test_store(void)
{
	static const struct {
		enum err_code code;
		bool store;
	} table[] = {
		{ E_STORE_BUSY, true },
		{ E_UNREACHABLE, true },
		{ E_IO, true },
		{ E_STORE_DAMAGED, true },
		{ E_STORE_FULL, true },
		{ E_NO_STORE, true },
		{ E_STORE_NEWER, true },
		{ E_STORE_READONLY, true },
		{ E_STORE_DENIED, true },
		{ E_OK, false },
		{ E_NO_SESSION, false },
		{ E_SESSION_ENDED, false },
		{ E_NOT_PERMITTED, false },
		{ E_BAD_ORIGIN, false },
		{ E_NO_IXN, false },
		{ E_BAD_VALUE, false },
		{ E_BUG, false },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct err err = { .code = table[i].code };

		ok(err_of_store(&err) == table[i].store, "%s is the store's: %s", err_name(table[i].code), table[i].store ? "yes" : "no");
	}
}

int
main(void)
{
	test_table();
	test_set();
	test_bounds();
	test_retry();
	test_store();
	return done();
}

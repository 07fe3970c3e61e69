/*
 * Text from outside: valid or not, how wide, safe to show, folded.
 */
#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

#define FFFD "\xef\xbf\xbd"

static struct arena *arena;

static void
test_valid(void)
{
	static const struct {
		const char *text;
		size_t size, want;
		const char *what;
	} table[] = {
		{ "", 0, 0, "nothing" },
		{ "plain text, long enough", 23, 23, "ASCII" },
		{ "a\0b", 3, 3, "a NUL" },
		{ "é\xe2\x82\xac\xf0\x9f\x98\x80", 9, 9, "two, three and four bytes" },
		{ "\xed\x9f\xbf\xee\x80\x80", 6, 6, "the neighbours of the surrogates" },
		{ "\xf4\x8f\xbf\xbf", 4, 4, "U+10FFFF" },
		{ "\xef\xbf\xbf", 3, 3, "a noncharacter" },
		{ "ab\xc0\xaf", 4, 2, "an overlong slash" },
		{ "ab\xc1\xbf", 4, 2, "overlong in two bytes" },
		{ "ab\xe0\x9f\xbf", 5, 2, "overlong in three" },
		{ "ab\xf0\x8f\xbf\xbf", 6, 2, "overlong in four" },
		{ "ab\xed\xa0\x80", 5, 2, "a surrogate" },
		{ "ab\xed\xbf\xbf", 5, 2, "the last surrogate" },
		{ "ab\xf4\x90\x80\x80", 6, 2, "U+110000" },
		{ "ab\xf5\x80\x80\x80", 6, 2, "a byte that never occurs" },
		{ "ab\x80", 3, 2, "a continuation without start" },
		{ "ab\xe2\x82", 4, 2, "cut off" },
		{ "ab\xe2\x82"
		  "c",
		  5, 2, "broken off" },
		{ "12345678"
		  "\xff"
		  "12345678",
		  17, 8, "behind eight that are valid" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_int((int64_t)utf8_valid(table[i].text, table[i].size), (int64_t)table[i].want, table[i].what);
}

static void
test_all_characters(void)
{
	bool same = true;

	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char text[4];
		uint32_t back = 0;
		size_t n;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		n = utf8_encode(c, text);
		same = same && utf8_valid(text, n) == n && utf8_decode(text, &back) == n && back == c;
	}
	ok(same, "every character is encoded, valid and decoded");
}

static void
test_repair(void)
{
	bool changed = true;

	is_str(utf8_repair(arena, "grün", 5, &changed), "grün", "valid text stays");
	ok(!changed, "and was not changed");
	is_str(utf8_repair(arena, "gr\xfcn", 4, &changed), "gr" FFFD "n", "Latin-1 is not UTF-8");
	ok(changed, "and was changed");
	is_str(utf8_repair(arena, "a\0b", 3, &changed), "a" FFFD "b", "a NUL is replaced");
	ok(changed, "and that is a change");
	is_str(utf8_repair(arena, "\xe2\x82", 2, NULL), FFFD FFFD, "each invalid byte by itself");
	is_str(utf8_repair(arena, "\0\0gr\xfc\xfcn\0\xff grün\xc3", 16, &changed), FFFD FFFD "gr" FFFD FFFD "n" FFFD FFFD " grün" FFFD, "all of it, in one text");
	ok(changed, "and that is a change");
	is_str(utf8_repair(arena, "", 0, &changed), "", "nothing stays nothing");
	ok(!changed, "and that is none");
}

static void
test_width(void)
{
	static const struct {
		const char *text;
		int want;
		const char *what;
	} table[] = {
		{ "", 0, "nothing" },
		{ "abc", 3, "ASCII" },
		{ "café", 4, "an accent within" },
		{ "cafe\xcc\x81", 4, "an accent behind" },
		{ "日本語", 6, "Japanese is wide" },
		{ "ｱ", 1, "halfwidth katakana is not" },
		{ "한국", 4, "Korean is wide" },
		{ "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2, "in pieces too" },
		{ "😀", 2, "emoji are wide" },
		{ "a\xe2\x80\x8b"
		  "b",
		  2, "zero width space" },
		{ "שָׁ", 1, "Hebrew points" },
		{ "a\xc2\xad"
		  "b",
		  3, "a soft hyphen" },
		{ "\xff\xfe", 2, "invalid bytes are shown as a substitute" },
		{ "\x1b[1m", 4, "so is an ESC" },
		{ "\xe2\x80\xae", 1, "and what turns text around" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_int(utf8_width(table[i].text), table[i].want, table[i].what);
}

static void
test_sanitize(void)
{
	static const struct {
		const char *text, *want, *what;
		bool keep_lines;
	} table[] = {
		{ "Grüezi, 日本 😀", "Grüezi, 日本 😀", "plain text stays", false },
		{ "a\tb\nc", "a b c", "TAB and newline are blanks", false },
		{ "a\tb\nc", "a b\nc", "or lines stay", true },
		{ "a\rb", "a" FFFD "b", "CR would overwrite the line", true },
		{ "\x1b[2Jgone", FFFD "[2Jgone", "an escape sequence loses its ESC", false },
		{ "\x1b]0;title\x07", FFFD "]0;title" FFFD, "one that sets the title too", false },
		{ "\xc2\x9b"
		  "31m",
		  FFFD "31m", "the C1 form of it", false },
		{ "\x9b"
		  "31m",
		  FFFD "31m", "as a bare byte", false },
		{ "a\x7f\x08", "a" FFFD FFFD, "DEL and backspace", false },
		{ "\xc2\x85\xe2\x80\xa8\xe2\x80\xa9", FFFD FFFD FFFD, "other ends of line", true },
		{ "\xe2\x80\xaetxt.exe", FFFD "txt.exe", "a right-to-left override", false },
		{ "\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad", FFFD FFFD FFFD FFFD, "embeddings and their end", false },
		{ "\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", FFFD FFFD FFFD FFFD, "isolates", false },
		{ "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", FFFD FFFD FFFD, "direction marks", false },
		{ "\xf3\xa0\x81\x81", FFFD, "a tag", false },
		{ "\xe2\x80\x8d", "\xe2\x80\x8d", "a joiner is part of scripts and emoji", false },
		{ "\xc0\x9b\xe0\x80\x9b", FFFD FFFD FFFD FFFD FFFD, "an overlong ESC", false },
		{ "\xed\xa0\x80", FFFD FFFD FFFD, "a surrogate", false },
	};
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		buf_reset(&out);
		utf8_sanitize(&out, table[i].text, table[i].keep_lines);
		is_str(buf_get(&out), table[i].want, table[i].what);
	}
	buf_release(&out);
}

static void
test_fold(void)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "Müller", "muller", "an umlaut" },
		{ "MU\xcc\x88LLER", "muller", "in two characters" },
		{ "Straße", "strasse", "sharp s" },
		{ "ŁÓDŹ Øre Đorđe", "lodz ore dorde", "strokes" },
		{ "Æsop Œuvre þing", "aesop oeuvre thing", "ligatures" },
		{ "İstanbul ısı", "istanbul isi", "Turkish i" },
		{ "Nguyễn Thị Hằng", "nguyen thi hang", "Vietnamese" },
		{ "ΆΝΝΑ Σοφός ᾳ", "αννα σοφοσ α", "Greek, final sigma too" },
		{ "Ёлка Йод ЇЖАК", "елка иод іжак", "Cyrillic" },
		{ "Ｆｕｌｌ ﬁn", "full fin", "full width and ligatures" },
		{ "日本 123 שלום", "日本 123 שלום", "other scripts stay" },
		{ "a\xff", "a" FFFD, "invalid bytes are replaced" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(utf8_fold(arena, table[i].text), table[i].want, table[i].what);
}

static void
test_fold_twice(void)
{
	bool same = true, valid = true;

	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		char text[5] = { 0 };
		const char *once;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		utf8_encode(c, text);
		once = utf8_fold(arena, text);
		valid = valid && utf8_valid(once, strlen(once)) == strlen(once);
		same = same && strcmp(utf8_fold(arena, once), once) == 0;
		if (c % 10000 == 0)
			arena_reset(arena);
	}
	ok(valid, "what is folded is valid");
	ok(same, "folding twice changes nothing more");
}

int
main(void)
{
	arena = arena_new();
	test_valid();
	test_all_characters();
	test_repair();
	test_width();
	test_sanitize();
	test_fold();
	test_fold_twice();
	arena_free(&arena);
	return done();
}

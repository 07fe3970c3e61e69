#include "tests/unit/field_code.h"

static const struct {
	const char *formula, *want;
} values[] = {
	/* Literals. */
	{ "12", "12" },
	{ "1.50", "1.5" },
	{ "2e3", "2000" },
	{ "1.5E-2", "0.015" },
	{ "\"a\\n\\t\\\"\\\\b\"", "a\n\t\"\\b" },
	{ "\"$>\"", "$>" },
	{ "true", "yes" },
	{ "FALSE", "no" },
	{ "0.1 + 0.2", "0.3" },
	{ "1 / 3", "0.333333333333333" },
	{ "-0.0", "0" },
	{ "123456789012345", "123456789012345" },
	{ "2 ^ 100", "1.26765060022823e+30" },
	/* Operators: what binds closer. */
	{ "1 + 2 * 3", "7" },
	{ "(1 + 2) * 3", "9" },
	{ "-2 ^ 2", "4" },
	{ "2 ^ -1", "0.5" },
	{ "2 ^ 3 ^ 2", "64" },
	{ "- - 2", "2" },
	{ "10 - 4 - 3", "3" },
	{ "100 / 10 / 5", "2" },
	{ "17 Mod 5 * 2", "7" },
	{ "1 + 17 mod 5", "3" },
	{ "-7 Mod 3", "-1" },
	{ "7.5 Mod 2", "1.5" },
	{ "1 + 1 = 2", "yes" },
	{ "Not 1 = 2", "yes" },
	{ "Not True Or True", "yes" },
	{ "True Or False And False", "yes" },
	{ "(True Or False) And False", "no" },
	{ "1 < 2 = True", "yes" },
	{ "\"a\" + 1 + 2", "a12" },
	{ "1 + 2 + \"a\"", "3a" },
	{ "\"is \" + (1 = 1)", "is yes" },
	{ "1 + 1 : \"0.0\"", "2.0" },
	{ "\"= \" + (3 : \"00\")", "= 03" },
	{ "If(True, 1 : \"0.00\", 2)", "1.00" },
	/* Comparisons. */
	{ "\"\xc3\x89T\xc3\x89\" EQ \"\xc3\xa9t\xc3\xa9\"", "yes" },
	{ "\"ete\" = \"\xc3\xa9t\xc3\xa9\"", "no" },
	{ "\"ab\" > \"A\"", "yes" },
	{ "\"a\" < \"B\"", "yes" },
	{ "1 NE 1", "no" },
	{ "2 GT 1 And 2 GE 2 And 1 LT 2 And 2 LE 2 And 1 NE 2", "yes" },
	{ "2 <> 2 Or 2 != 2", "no" },
	{ "2 == 2 And 2 >= 3", "no" },
	{ "Today() < Now()", "yes" },
	{ "True > False", "yes" },
	/* Objects. */
	{ "Contact.FirstName", "Camille" },
	{ "contact.fullname", "Camille Dupr\xc3\xa9" },
	{ "Contact . FirstName", "Camille" },
	{ "Contact.EmailAddresses.Count", "2" },
	{ "Contact.EmailAddresses.Exists(\"c@example.org\")", "yes" },
	{ "Interaction.AttachedData(\"or\" + \"der\")", "FR-1234" },
	{ "Data.order", "FR-1234" },
	{ "Data.price * 2", "2469" },
	{ "If(Data.vip, \"VIP\", \"-\")", "VIP" },
	{ "Data.due", "21 November 2026" },
	{ "Interaction.DateCreated", "20 November 2026, 09:30" },
	{ "Type(Contact)", "Object" },
	{ "greeting", "Dear Camille" },
	{ "Upper(greeting)", "DEAR CAMILLE" },
	/* What has no value. */
	{ "Contact.LastName", "[1:4: Contact.LastName?]" },
	{ "Contact.Title", "[1:4: Contact.Title?]" },
	{ "\"Dear \" + Contact.LastName", "[1:14: Contact.LastName?]" },
	{ "Upper(Contact.LastName)", "[1:10: Contact.LastName?]" },
	{ "1 < Data.nothing", "[1:8: Data.nothing?]" },
	{ "-Data.nothing", "[1:5: Data.nothing?]" },
	{ "If(Data.nothing, 1, 2)", "[1:7: Data.nothing?]" },
	{ "Interaction.AttachedData(\"none\")", "[1:4: Interaction.AttachedData(\"none\")?]" },
	{ "Interaction.AttachedData(Data.nothing)", "[1:29: Data.nothing?]" },
	{ "late", "[1:4: Contact.LastName?]" },
	{ "Contact.LastName = \"\"", "yes" },
	{ "Contact.LastName = \"Dupr\xc3\xa9\"", "no" },
	{ "Data.nothing <> 3", "yes" },
	{ "If(Contact.LastName = \"\", \"Madam\", Contact.LastName)", "Madam" },
	{ "If(Contact.FirstName = \"\", \"Madam\", Contact.FirstName)", "Camille" },
	{ "First(Contact.LastName, Contact.Title)", "[1:28: Contact.Title?]" },
	{ "HasValue(Contact.Title)", "no" },
	{ "Type(Contact.LastName)", "None" },
	{ "IsString(Contact.LastName)", "no" },
	{ "False And Data.nothing", "no" },
	{ "True Or Data.nothing", "yes" },
	{ "True And Data.nothing", "[1:13: Data.nothing?]" },
	/* Only what is needed is looked at. */
	{ "If(1 = 1, \"a\", 1 / 0)", "a" },
	{ "First(\"a\", 1 / 0)", "a" },
	{ "False And 1 / 0 = 1", "no" },
	/* Texts. */
	{ "Left(\"\xc3\xa9t\xc3\xa9\", 2)", "\xc3\xa9t" },
	{ "Left(\"ab\", 99)", "ab" },
	{ "Right(\"\xc3\xa9t\xc3\xa9\", 1)", "\xc3\xa9" },
	{ "Right(\"ab\", 99)", "ab" },
	{ "Mid(\"abc\", 2)", "bc" },
	{ "Mid(\"abc\", 9) = \"\"", "yes" },
	{ "Find(\"d\xc3\xa9j\xc3\xa0 vu\", \"VU\")", "6" },
	{ "Find(\"abc\", \"x\")", "0" },
	{ "Replace(\"aAa\", \"a\", \"aa\")", "aaaaaa" },
	{ "Contains(\"STRASSE\", \"\xc3\x9f\")", "no" },
	{ "Upper(\"stra\xc3\x9f"
	  "e \xc5\x93uvre \xd0\xb6 \xce\xac\xcf\x82\")",
	  "STRASSE \xc5\x92UVRE \xd0\x96 \xce\x86\xce\xa3" },
	{ "Lower(\"\xc5\xb8 \xc4\x8c\xc5\xa0\xc5\xbd \xd0\x81\")", "\xc3\xbf \xc4\x8d\xc5\xa1\xc5\xbe \xd1\x91" },
	{ "Capitalize(\"\xc3\xa9lise DE la tour\")", "\xc3\x89lise De La Tour" },
	{ "StartsWith(\"ab\", \"abc\")", "no" },
	{ "EndsWith(\"D\xc3\xa9j\xc3\xa0\", \"J\xc3\x80\")", "yes" },
	{ "Trim(\"  \") = \"\"", "yes" },
	/* Numbers and their formats. */
	{ "Round(2.5)", "3" },
	{ "Round(-2.5)", "-3" },
	{ "Round(1.005, 2)", "1.01" },
	{ "Number(\"-1.5e2\")", "-150" },
	{ "2 : \"#.##\"", "2" },
	{ "0.5 : \"#.##\"", ".5" },
	{ "2.675 : \"0.00\"", "2.68" },
	{ "0.045 : \"0.00\"", "0.05" },
	{ "9.999 : \"0.00\"", "10.00" },
	{ "1234567.891 : \"#,##0.0#\"", "1,234,567.89" },
	{ "1234 : \"0\"", "1234" },
	{ "7 : \"000\"", "007" },
	{ "-1234.5 : \"#,##0.00 '#'\"", "-1,234.50 #" },
	{ "0.126 : \"0%\"", "13%" },
	{ "12 : \"'No. '0\"", "No. 12" },
	{ "5 : \"0.\"", "5." },
	{ "0.4 : \"0\"", "0" },
	{ "-0.4 : \"0\"", "0" },
	{ "0 : \"0.00\"", "0.00" },
	{ "999999999999999 : \"#,##0\"", "999,999,999,999,999" },
	/* Times and their formats. */
	{ "Date(2026, 1, 2, 3, 4, 5) : \"yyyy-MM-dd HH:mm:ss\"", "2026-01-02 03:04:05" },
	{ "Date(2026, 1, 2, 15, 4) : \"d/M/yy h:m:s tt\"", "2/1/26 3:4:0 PM" },
	{ "Date(2026, 1, 2, 0, 4) : \"hh 'o''clock' tt\"", "12 oclock AM" },
	{ "Date(2026, 3, 1) : \"ddd dddd MMM MMMM\"", "Sun Sunday Mar March" },
	{ "Now() : \"short\"", "21 Nov 2026, 09:30" },
	{ "Now() : \"long date\"", "21 November 2026" },
	{ "Today() : \"long\"", "21 November 2026" },
	{ "Today() + 1", "22 November 2026" },
	{ "1 + Today()", "22 November 2026" },
	{ "Today() - 21", "31 October 2026" },
	{ "Now() + 0.5 : \"time\"", "21:30" },
	{ "Now() - Interaction.DateCreated", "1" },
	{ "Date(2024, 2, 29) - Date(2024, 2, 28)", "1" },
	{ "AddMonths(Date(2024, 1, 31), 1)", "29 February 2024" },
	{ "AddMonths(Date(2026, 3, 31), -13)", "28 February 2025" },
	{ "AddYears(Date(2024, 2, 29), 1)", "28 February 2025" },
	{ "AddYears(Date(2026, 1, 1), 7973)", "1 January 9999" },
	{ "DateTime(\"2026-12-24T10:00:00+01:00\") : \"HH:mm\"", "09:00" },
	{ "Weekday(Date(2026, 11, 22))", "7" },
	{ "Year(Date(1, 1, 1))", "1" },
};

static void
test_values(void)
{
	for (size_t i = 0; i < COUNT_OF(values); i++)
		is_str(value(values[i].formula), values[i].want, values[i].formula);
}

/* Each function and operator does what the manual says. */
static void
test_documented(void)
{
	const struct code_function_doc *f;
	const struct code_operator_doc *o;

	for (size_t i = code_function_docs(arena, &f); i-- > 0;)
		is_str(value(f[i].example), f[i].gives, f[i].call);
	for (size_t i = code_operator_docs(arena, &o); i-- > 0;)
		is_str(value(o[i].example), o[i].gives, o[i].words);
}

static const struct {
	const char *formula, *want;
	bool late; /* only its values show it */
} wrong[] = {
	{ "", "1:3: there is nothing in it", false },
	{ "1 +", "1:8: a value is expected, not the end", false },
	{ "1 2", "1:6: an operator or the end is expected, not '2'", false },
	{ "(1", "1:7: ')' is expected, not the end", false },
	{ "1)", "1:5: an operator or the end is expected, not ')'", false },
	{ "\"a", "1:4: a text is never closed", false },
	{ "\"a\\x\"", "1:6: in a text \\ stands before n, t, r, \" or \\ alone", false },
	{ "1 ; 2", "1:6: ';' has no meaning here", false },
	{ "12ab", "1:4: a number runs into a word", false },
	{ "1e999", "1:4: a number that is too large", false },
	{ "* 2", "1:4: a value is expected, not '*'", false },
	{ "And 2", "1:4: 'And' has no left side", false },
	{ "nothing", "1:4: there is no field code 'nothing'", false },
	{ "Nobody.Id", "1:4: there is no object 'Nobody'", false },
	{ "Contact.Nane", "1:4: there is no field code 'Contact.Nane'", false },
	{ "Contact.", "1:13: a name is expected, not the end", false },
	{ "Agent.Name", "1:4: there is no field code 'Agent.Name'", false },
	{ "Contact", "1:4: Contact is an object: one of its properties is expected, as in Contact.Id", false },
	{ "Contact.Id(1)", "1:14: Contact.Id takes nothing in parentheses", false },
	{ "Interaction.AttachedData", "1:29: '(' is expected, not the end", false },
	{ "Interaction.AttachedData(1)", "1:29: Interaction.AttachedData takes a text, not a number", false },
	{ "Interaction.AttachedData(\"a\", \"b\")", "1:4: Interaction.AttachedData takes one text", false },
	{ "Nofunc(1)", "1:4: there is no function 'Nofunc'", false },
	{ "Length()", "1:4: Length takes 1 arguments, not 0", false },
	{ "Mid(\"a\")", "1:4: Mid takes 2 to 3 arguments, not 1", false },
	{ "Min()", "1:4: Min takes 1 arguments or more, not 0", false },
	{ "If(1 = 1, 2)", "1:4: If takes 3 arguments, not 2", false },
	{ "If(1, 2, 3)", "1:7: If takes a yes or no here, not a number", false },
	{ "Length(12)", "1:11: Length takes a text here, not a number", false },
	{ "Year(\"2026\")", "1:9: Year takes a time here, not a text", false },
	{ "Left(\"a\" 2)", "1:13: ',' or ')' is expected, not '2'", false },
	{ "1 * \"a\"", "1:6: '*' does not go with a number and a text", false },
	{ "1 = \"1\"", "1:6: '=' does not go with a number and a text", false },
	{ "\"a\" - \"b\"", "1:8: '-' does not go with a text and a text", false },
	{ "Now() + Now()", "1:10: '+' does not go with a time and a time", false },
	{ "1 And 2", "1:6: 'And' does not go with a number and a number", false },
	{ "Not 1", "1:4: 'Not' takes a yes or no, not a number", false },
	{ "-\"a\"", "1:4: '-' takes a number, not a text", false },
	{ "Contact + \"a\"", "1:12: '+' does not go with an object and a text", false },
	{ "\"a\" : \"0\"", "1:8: ':' does not go with a text and a text", false },
	{ "1 : \"abc\"", "1:6: the format: it has neither # nor 0", false },
	{ "1 : \"0 0\"", "1:6: the format: it has digits twice", false },
	{ "1 : \"0#\"", "1:6: the format: a # stands behind a 0", false },
	{ "1 : \"0.#0\"", "1:6: the format: a 0 stands behind a # of the decimals", false },
	{ "1 : \"0;0\"", "1:6: the format: ';' has no meaning in it", false },
	{ "1 : \"'0\"", "1:6: the format: a ' is never closed", false },
	{ "1 : \"0.0000000000000000\"", "1:6: the format: more than 15 digits", false },
	{ "1 : \"#000000000000000\"", "1:6: the format: more than 15 digits", false },
	{ "Now() : \"yyy\"", "1:10: the format: 'yyy' has no meaning in it; text stands in '...'", false },
	{ "Now() : \"d of\"", "1:10: the format: 'o' has no meaning in it; text stands in '...'", false },
	{ "Now() : \"\"", "1:10: the format: it is empty", false },
	{ "1 / 0", "1:6: division by zero", true },
	{ "1 Mod 0", "1:6: division by zero", true },
	{ "(-1) ^ 0.5", "1:9: the result is no number", true },
	{ "10 ^ 308 * 10", "1:13: the result is too large a number", true },
	{ "2 ^ 99999", "1:6: the result is too large a number", true },
	{ "Data.many * Data.many", "1:14: the result is too large a number", true },
	{ "10 ^ 20 : \"0\"", "1:12: the format: the number has more than 15 digits", true },
	{ "Data.order * 2", "1:15: '*' does not go with a text and a number", true },
	{ "Data.price = Data.order", "1:15: '=' does not go with a number and a text", true },
	{ "Upper(Data.price)", "1:10: Upper takes a text here, not a number", true },
	{ "If(Data.order, 1, 2)", "1:7: If takes a yes or no here, not a text", true },
	{ "Left(\"a\", -1)", "1:14: Left takes a whole number from 0 on here, not -1", true },
	{ "Mid(\"a\", 0)", "1:13: Mid takes a whole number from 1 on here, not 0", true },
	{ "Left(\"a\", 0.5)", "1:14: Left takes a whole number from 0 on here, not 0.5", true },
	{ "Replace(\"a\", \"\", \"b\")", "1:17: Replace: there is nothing to look for", true },
	{ "Number(\"12a\")", "1:4: Number: '12a' is no number", true },
	{ "Round(1, 99)", "1:13: Round takes 0 to 15 decimals", true },
	{ "Date(2026, 2, 30)", "1:4: there is no such date or time", true },
	{ "Date(2026, 1, 1, 24)", "1:4: there is no such date or time", true },
	{ "Date(2026.5, 1, 1)", "1:9: Date takes a whole number here, not 2026.5", true },
	{ "Date(0, 1, 1)", "1:4: a time outside of the years 1 to 9999", true },
	{ "AddDays(Now(), 1e9)", "1:4: a time outside of the years 1 to 9999", true },
	{ "AddYears(Now(), 99999)", "1:4: a time outside of the years 1 to 9999", true },
	{ "AddHours(Now(), 1e300)", "1:20: AddHours: too large a number", true },
	{ "Now() + 3e6", "1:10: a time outside of the years 1 to 9999", true },
	{ "DateTime(\"yesterday\")", "1:13: DateTime: 'yesterday' is no time", true },
	{ "loop", "1:4: in the field code 'loop', at character 5: the field code 'pool' leads to itself", false },
	{ "broken", "1:1: in the field code 'broken', at character 3: a value is expected, not the end", false },
	{ "wrong", "1:1: in the field code 'wrong', at character 3: '*' does not go with a number and a text", false },
	{ "b6", "1:4: in the field code 'b2', at character", false },
};

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void
test_wrong(void)
{
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		const char *text = arena_printf(arena, "<$ %s $>", wrong[i].formula), *got = value(wrong[i].formula), *fault = first_fault(text);

		if (strcmp(wrong[i].formula, "loop") == 0 || strcmp(wrong[i].formula, "b6") == 0) {
			ok(got[0] == '[' && strstr(got, wrong[i].formula[0] == 'l' ? "leads to itself" : "too much work"), "refused: %s: %s", wrong[i].formula, got);
			ok(strstr(fault, wrong[i].formula[0] == 'l' ? "leads to itself" : "too much work") != NULL, "and by the check: %s", fault);
			continue;
		}
		ok(got[0] == '[' && begins(got + 1, wrong[i].want), "refused: %s", wrong[i].formula);
		if (got[0] != '[' || !begins(got + 1, wrong[i].want))
			printf("# got:  %s\n# want: [%s\n", got, wrong[i].want);
		is_str(fault, wrong[i].late ? "" : wrong[i].want, wrong[i].late ? "the check cannot know" : "and so says the check");
	}
	for (size_t i = 0; i < COUNT_OF(values); i++)
		is_str(first_fault(arena_printf(arena, "<$ %s $>", values[i].formula)), "", values[i].formula);
}

int
main(void)
{
	arena = arena_new();
	test_values();
	test_documented();
	test_wrong();
	arena_free(&arena);
	return done();
}

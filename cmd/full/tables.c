/*
 * 'ixn --table NAME': the tables that the pages of sections 5 and 7 take in,
 * from where the program itself has them.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cmd/full/full.h"
#include "cmd/signals.h"
#include "desk/why.h"
#include "model/field_code.h"
#include "model/names.h"
#include "model/target.h"

static void
item(const char *macro, const char *name, const char *doc)
{
	printf(".It %s", macro);
	mdoc_word(name);
	putchar('\n');
	mdoc_text(doc);
}

static void
list_names(const char *title, const struct names *names)
{
	if (title)
		printf(".Ss %s\n", title);
	puts(".Bl -tag -width consulting");
	for (size_t i = 0; i < names->n; i++)
		if (names->v[i].name[0])
			item("Cm", names->v[i].name, names->v[i].doc);
	puts(".El");
}

static void
states(void)
{
	list_names("Interactions", &ixn_states);
	list_names("Offers", &offer_states);
	list_names("Purposes of offers", &offer_purposes);
	list_names("Why an interaction ended", &end_reasons);
	list_names("Agents, on each medium", &agent_states);
	list_names("Outgoing mail", &mail_states);
	list_names("Standard responses", &response_states);
}

static void
whys(void)
{
	list_names(NULL, &why_words);
}

static void
signal_word(const char *event, enum signal_whose whose)
{
	printf("%s%s", event, signal_whose_words[whose]);
}

/* Each event once, with what settles it. */
static void
signals(void)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0, n; i < signal_rows_n; i += n) {
		fputs(".It ", stdout);
		signal_word(signal_rows[i].event, signal_rows[i].whose);
		putchar('\n');
		for (n = 0; i + n < signal_rows_n && strcmp(signal_rows[i + n].event, signal_rows[i].event) == 0; n++) {
			const struct signal_row *s = &signal_rows[i + n];

			fputs(n ? ";\n" : "", stdout);
			signal_word(s->by ? s->by : "any event of the interaction", s->by_whose);
		}
		puts(".");
	}
	puts(".El");
}

static const struct verb {
	const char *verb, *guard, *event, *command;
	enum ixn_state state, next;
} verbs[] = {
#define V(state, verb, guard, next, event, command) { #verb, #guard, event, command, IXN_##state, IXN_##next },
#include "desk/verbs.def"
#undef V
};

static void
small(const char *text)
{
	for (const char *p = text; *p; p++)
		putchar(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
}

static void
verb_table(void)
{
	puts(".Bl -column \"consulting\" \"transcribe\" \"consulting\" \"holder only\"\n.It Sy State Ta Sy Verb Ta Sy Next Ta Sy Who or when Ta Sy Command");
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		const struct verb *v = &verbs[i];

		printf(".It %s Ta ", names_get(&ixn_states, (int)v->state));
		small(v->verb);
		printf(" Ta %s Ta ", names_get(&ixn_states, (int)v->next));
		small(strcmp(v->guard, "NONE") == 0 ? "" : v->guard);
		fputs(" Ta", stdout);
		if (v->command) {
			fputs(" Li", stdout);
			mdoc_word(v->command);
		}
		putchar('\n');
	}
	puts(".El");
}

/* Each event once, with the changes of state it tells of. */
static void
events(void)
{
	puts(".Bl -tag -width transcript.queued");
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		bool known = false;

		for (size_t k = 0; k < i; k++)
			known |= strcmp(verbs[k].event, verbs[i].event) == 0;
		if (known)
			continue;
		fputs(".It Cm", stdout);
		mdoc_word(verbs[i].event);
		putchar('\n');
		for (size_t k = i; k < COUNT_OF(verbs); k++)
			if (strcmp(verbs[k].event, verbs[i].event) == 0)
				printf("%s%s to %s", k == i ? "" : ", ", names_get(&ixn_states, (int)verbs[k].state),
				       names_get(&ixn_states, (int)verbs[k].next));
		putchar('\n');
	}
	puts(".El");
}

static void
settings(void)
{
	static const struct {
		const char *name, *values, *fallback, *doc;
	} rows[] = {
#define SETTING(name, values, fallback, doc) { name, values, fallback, doc },
#include "desk/settings.def"
#undef SETTING
	};

	puts(".Bl -tag -width team-find.favourites");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		item("Cm", rows[i].name, rows[i].doc);
		printf(".Pq %s; %s\n", rows[i].values, rows[i].fallback[0] ? rows[i].fallback : "none");
	}
	puts(".El");
}

static void
targets(void)
{
	puts(".Bl -tag -width whatsapp:");
	for (size_t i = 0; i < target_kinds.n; i++) {
		struct buf name = BUF_INIT;

		buf_printf(&name, "%s:", target_kinds.v[i].name[0] ? target_kinds.v[i].name : "SCHEME");
		item("Cm", buf_get(&name), target_kinds.v[i].doc);
		buf_release(&name);
	}
	puts(".El");
}

/* By exit status, as errors.def is. */
static void
errors(void)
{
	puts(".Bl -tag -width need_disposition");
	for (int code = E_OK + 1; code < E_COUNT; code++) {
		const struct err err = { .code = (enum err_code)code };
		const char *hint = err_hint(err.code);

		fputs(".It Cm", stdout);
		mdoc_word(err_name(err.code));
		printf(" Pq %d\n", (int)err_class(&err));
		mdoc_text(err_text(err.code));
		if (hint) {
			puts(".br");
			mdoc_text(hint);
		}
	}
	puts(".El");
}

static void
config(void)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < config_keys_n; i++) {
		const struct config_key *k = &config_keys[i];

		fputs(".It Cm", stdout);
		mdoc_word(k->name);
		if (k->env)
			printf(" Pq Ev %s", k->env);
		putchar('\n');
		mdoc_text(k->doc);
		if (k->fallback) {
			fputs(".br\nBuilt-in:\n.Li", stdout);
			mdoc_word(k->fallback);
			putchar('\n');
		}
	}
	puts(".El");
}

static void
exits(void)
{
	static const struct {
		enum err_class class;
		const char *doc;
	} rows[] = {
		{ ERR_NONE, "Done; a list or a batch that finds nothing, too." },
		{ ERR_NOTHING, "Nothing found, by searches; no offer; a wait timed out." },
		{ ERR_USAGE, "The command line is wrong." },
		{ ERR_INPUT, "Bad input data." },
		{ ERR_NOTFOUND, "No such interaction, contact, file and so on." },
		{ ERR_UNAVAILABLE, "A backend cannot be reached." },
		{ ERR_BUG, "A bug of ixn-tools." },
		{ ERR_CREATE, "The output cannot be created." },
		{ ERR_IO, "Reading or writing failed." },
		{ ERR_TEMP, "For the moment; try again." },
		{ ERR_PROTOCOL, "The other side broke its protocol." },
		{ ERR_DENIED, "Not permitted, or no session." },
		{ ERR_CONFIG, "Bad configuration; no store." },
		{ ERR_STATE, "The state does not allow it: taken by another, done already, a choice is missing. The message says the state, "
			     "what is possible, and the command to type." },
		{ ERR_MIXED, "Several items failed in different ways, not all of them retryable; each line says which and why. Where all agree it "
			     "is their own status." },
	};

	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		printf(".It %d\n", (int)rows[i].class);
		mdoc_text(rows[i].doc);
	}
	puts(".El");
}

static void
operations(void)
{
	puts(".Bl -tag -width transcript.show");
	for (size_t i = 0; ops[i]; i++) {
		item("Cm", ops[i]->name, ops[i]->doc);
		printf(".br\n%s; by", ops[i]->flags & OP_WRITE ? "Changes" : "Reads");
		for (size_t r = 0; r < roles.n; r++)
			if (ops[i]->may & MAY(r))
				printf(" %s", roles.v[r].name);
		putchar('\n');
	}
	puts(".El");
}

/* Field codes. */

static void
example(const char *formula, const char *gives)
{
	fputs(".br\n.Ql", stdout);
	mdoc_word(formula);
	fputs("\nis\n.Ql", stdout);
	mdoc_word(gives);
	puts(" .");
}

static void
properties(void)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < CODE_PROPERTY_COUNT; i++) {
		const struct code_property_row *p = &code_properties[i];
		char name[128];

		if (p->flags & CODE_INTERNAL)
			continue;
		snprintf(name, sizeof(name), "%s.%s%s", p->object, p->flags & CODE_OPEN ? "KEY" : p->name, p->flags & CODE_KEYED ? "(text)" : "");
		item("Va", name, p->doc);
	}
	puts(".El");
}

static void
operators(void)
{
	struct arena *arena = arena_new();
	const struct code_operator_doc *docs;

	puts(".Bl -tag -width Ds");
	for (size_t i = 0, n = code_operator_docs(arena, &docs); i < n; i++) {
		item("Cm", docs[i].words, docs[i].doc);
		example(docs[i].example, docs[i].gives);
	}
	puts(".El");
	arena_free(&arena);
}

/* The calendar of the examples stands on 21 November 2026, 09:30. */
static void
functions(void)
{
	struct arena *arena = arena_new();
	const struct code_function_doc *docs;

	puts("In the examples it is 21 November 2026, 09:30.\n.Bl -tag -width Ds");
	for (size_t i = 0, n = code_function_docs(arena, &docs); i < n; i++) {
		item("Cm", docs[i].call, docs[i].doc);
		example(docs[i].example, docs[i].gives);
	}
	puts(".El");
	arena_free(&arena);
}

int
table_print(const char *name)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} tables[] = {
		{ "states", states },
		{ "verbs", verb_table },
		{ "settings", settings },
		{ "targets", targets },
		{ "errors", errors },
		{ "config", config },
		{ "events", events },
		{ "exit", exits },
		{ "operations", operations },
		{ "signals", signals },
		{ "whys", whys },
		{ "properties", properties },
		{ "operators", operators },
		{ "functions", functions },
	};

	for (size_t i = 0; i < COUNT_OF(tables); i++)
		if (strcmp(tables[i].name, name) == 0) {
			tables[i].print();
			return 0;
		}
	return -1;
}

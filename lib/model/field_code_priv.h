/*
 * field_code_priv.h - one rendering or check in progress, and what the parser,
 * the evaluator and the functions of field codes share.
 */
#ifndef MODEL_FIELD_CODE_PRIV_H
#define MODEL_FIELD_CODE_PRIV_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/field_code.h"

#define CODE_BYTES_MAX 4096           /* of one field code */
#define CODES_MAX 10000               /* in one text */
#define CODE_DEPTH_MAX 64             /* of parentheses, and of names that name others */
#define CODE_CHAIN_MAX 500            /* operands of operators in a row */
#define CODE_STEPS_MAX 100000         /* of a whole text: a node each, and for each 64 bytes */
#define CODE_TEXT_MAX ((size_t)65536) /* bytes of one value */
#define CODE_OUTPUT_MAX ((size_t)32 << 20)

struct place {
	int line, column;
};

/* What a node can be: sets of types. */
#define TYPE(type) (1u << (type))
#define TYPES_ANY (TYPE(CODE_NUMBER) | TYPE(CODE_TEXT) | TYPE(CODE_TIME) | TYPE(CODE_BOOLEAN))
#define TYPES_ALL (TYPES_ANY | TYPE(CODE_OBJECT))

struct code_run;
struct node;

/* What an operator does with operands of these types. */
struct overload {
	unsigned left, right;
	enum code_type gives;
	int (*apply)(struct code_run *run, const struct node *node, const struct code_value *a, const struct code_value *b, struct code_value *out);
};

struct operator_row {
	const char *sign, *word; /* either may be NULL */
	int level;
	const struct overload *v;
	size_t n;
	/* And, Or: where the left side is this, it is the result; the right one is not looked at. */
	enum { SETTLED_NEVER,
	       SETTLED_FALSE,
	       SETTLED_TRUE } settled;
	/* Takes what has no value, too. */
	bool none;
	const char *doc, *example, *shows;
};
extern const struct operator_row code_operators[];
extern const size_t code_operators_n;
#define LEVEL_FORMAT 0
#define LEVEL_COMPARISON 3

struct function_row {
	const char *name, *family;
	/* n number, t text, d time, b boolean, a anything; what may be left out behind '|'; '*': more like the last. */
	const char *args;
	/* What comes out, as in args; 'i': as its last two arguments. */
	char gives;
	int (*fn)(struct code_run *run, const struct node *call, const struct code_value *args, size_t n, struct code_value *out);
	/* Looks at arguments itself, and takes what has no value. */
	int (*lazy)(struct code_run *run, const struct node *call, struct code_value *out);
	const char *doc, *example, *shows;
};
/* Tables of the families: NULL name behind the last. */
extern const struct function_row code_functions_logic[], code_functions_text[], code_functions_number[], code_functions_date[];
const struct function_row *function_find(const char *name);
/* Of a letter of args; 0: any. */
unsigned code_letter_types(char letter);
/* Which types an argument may have, from 0 on. */
unsigned code_argument_types(const struct function_row *function, size_t argument);
/* Has the call as many arguments as its function takes? */
int code_call_fits(struct code_run *run, const struct node *call);

struct node {
	enum node_kind { NODE_VALUE,
			 NODE_OBJECT,
			 NODE_PROPERTY,
			 NODE_NAMED,
			 NODE_CALL,
			 NODE_NOT,
			 NODE_MINUS,
			 NODE_OPERATOR,
			 NODE_FIRST, /* of alternatives: the short form */
	} kind;
	struct place at;
	int height;
	struct code_value value;
	enum code_property property;
	const char *name, *key;
	const struct function_row *function;
	const struct operator_row *row;
	struct node **v; /* operands, arguments */
	size_t n, cap;
};

struct code_run {
	struct arena *arena;
	const struct code_options *options;
	const struct code_language *language;
	struct err *err;
	struct code_faults *faults; /* of a check; NULL: it is rendered */
	struct place at;            /* of the field code */
	const char *code;           /* as it is written */
	const char *named;          /* the named one whose formula this is; NULL */
	int depth;                  /* of names within names */
	int asking;                 /* whether there is a value: nothing is made up */
	int64_t steps;
	size_t codes;
	bool failed; /* err is set */
	bool stop;   /* of a check: no further into names */
};

/* What is wrong there: for a check one more fault, else the error; -1. */
int code_fault(struct code_run *run, struct place at, const char *format, ...) ATTR_PRINTF(3, 4);
/* So much has been done; -1: it is too much. */
int code_spend(struct code_run *run, const struct node *node, size_t bytes);

/* field_code_scan.c: a formula, one token ahead. */
enum code_token { TOKEN_END,
		  TOKEN_NUMBER,
		  TOKEN_TEXT,
		  TOKEN_WORD,
		  TOKEN_SIGN, /* punctuation and signs of operators */
		  TOKEN_BAD };

struct parser {
	struct code_run *run;
	const char *p, *end;
	struct place at; /* of p */
	int depth;
	/* The token ahead. */
	enum code_token token;
	const char *start;
	size_t size;
	struct place place;
	struct code_value value;
};

/* The next token; after one that is bad, which is told, nothing moves any more. */
void code_advance(struct parser *p);
/* Is the token ahead this sign? */
bool code_ahead(const struct parser *p, const char *sign);
bool code_word_is(const char *s, size_t size, const char *word);

/* field_code_parse.c: the syntax tree of a formula that begins at a place. */
struct node *code_parse(struct code_run *run, const char *formula, size_t size, struct place at);
struct node *code_parse_short(struct code_run *run, const char *list, size_t size, struct place at);
/* A word that is none of names: And, Mod, True. */
bool code_reserved(const char *name, size_t size);
/* Letters, digits, _ and whatever is not ASCII; how many bytes of s are. */
size_t code_word(const char *s, size_t size);
/* The place of what stands size bytes behind a place. */
struct place code_place(struct place from, const char *text, size_t size);

/* field_code_eval.c */
int code_eval(struct code_run *run, const struct node *node, struct code_value *out);
/* A value as text: numbers and times as the language has them. E_BUG for what is none. */
int code_text(struct code_run *run, const struct node *node, const struct code_value *value, const char **text_r);
const char *code_type_name(enum code_type type);
/* "a text or a number" */
const char *code_types_names(struct arena *arena, unsigned types);
int code_put_number(struct code_run *run, const struct node *node, double number, struct code_value *out);
int code_put_text(struct code_run *run, const struct node *node, const char *text, struct code_value *out);
int code_put_truth(bool is, struct code_value *out);
/* Neither nothing nor the empty text. */
bool code_has_value(const struct code_value *value);
/* Into the formula of a field code that has a name: its tree, or NULL; the caller goes back to where it was (named, depth). */
const struct node *code_enter(struct code_run *run, const struct node *node);

/* field_code_type.c: what it can be; reports what cannot be. */
unsigned code_types(struct code_run *run, const struct node *node);

/* field_code_case.c */
uint32_t code_lower(uint32_t c);
uint32_t code_upper(uint32_t c);

/* field_code_format.c */
/* Rounded in decimal, half away from zero. */
double code_round(double number, int decimals);
/* "1234.5", with the language's decimal sign. */
const char *code_number_text(struct code_run *run, double number);
/* By a pattern, as in "#,##0.00"; NULL: *what_r is wrong with it. */
const char *code_number_format(struct code_run *run, double number, const char *pattern, const char **what_r);

/* field_code_date.c: years 1 to 9999, local in the zone of the options. */
struct civil {
	int64_t year;
	int month, day, hour, minute, second, ms, weekday; /* 0: Sunday */
};
int code_civil(struct code_run *run, const struct node *node, const struct code_value *time, struct civil *out);
int code_put_civil(struct code_run *run, const struct node *node, const struct civil *civil, bool day, struct code_value *out);
/* So many days later by the clock on the wall, whole ones and a part. */
int code_add_days(struct code_run *run, const struct node *node, const struct code_value *time, double days, struct code_value *out);
int code_days_between(struct code_run *run, const struct node *node, const struct code_value *a, const struct code_value *b, struct code_value *out);

/* field_code_pattern.c: a time by a pattern ("d MMMM yyyy", "long date"; NULL: the language's own); NULL: *what_r. */
const char *code_time_format(struct code_run *run, const struct civil *civil, bool day, const char *pattern, const char **what_r);

/* field_code_language.c */
struct code_language {
	const char *tag;
	const char *months[12], *short_months[12], *days[7], *short_days[7]; /* Sunday first */
	const char *decimal, *group;
	const char *short_date, *long_date, *time, *between; /* between: what joins a date and its time */
	const char *first;                                   /* day of a month, where it is written so: 1er */
	const char *halves[2], *words[2];                    /* am, pm; false, true */
};
const struct code_language *code_language_find(const char *tag);

#endif

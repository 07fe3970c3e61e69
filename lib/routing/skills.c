#include "routing/skills_priv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "routing/priv.h"

struct parser {
	struct arena *arena;
	const char *text, *at;
	unsigned depth, terms;
	struct err *err;
};

/*
 * Pairs of first and last: what above U+00BF is no part of a word, or not
 * seen. Everything else there is a letter, a digit or a mark on one.
 */
static const uint32_t not_letters[] = {
	0x00D7, 0x00D7, 0x00F7, 0x00F7,                        /* multiplication, division */
	0x034F, 0x034F, 0x115F, 0x1160, 0x3164, 0x3164,        /* joiner and fillers, invisible */
	0x061C, 0x061C, 0x180B, 0x180F, 0x1680, 0x1680,        /* direction, variants, a space */
	0x2000, 0x2BFF, 0x2E00, 0x2E7F,                        /* spaces, direction, punctuation, symbols */
	0x2FF0, 0x3004, 0x3008, 0x3020, 0x3030, 0x3030,        /* punctuation of East Asia */
	0x303D, 0x303F, 0xFE30, 0xFE6F, 0xFF1A, 0xFF20,        /* the same, and full width */
	0xFEFF, 0xFF0F, 0xFFA0, 0xFFA0, 0xFFE0, 0xFFFF,        /* byte order mark, full width */
	0xD800, 0xF8FF, 0xFE00, 0xFE1F,                        /* surrogates, private, variants, vertical forms */
	0x1D000, 0x1D3FF, 0x1F000, 0x1FBFF, 0xE0000, 0x10FFFF, /* music, pictures, tags, private */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The length of the name's character at s (valid UTF-8), 0: it is none. */
static size_t
name_char(const char *s)
{
	uint32_t c;
	size_t size;

	if ((unsigned char)*s < 0x80)
		return is_digit(*s) || (lower(*s) >= 'a' && lower(*s) <= 'z') || (*s && strchr("_-.", *s));
	size = utf8_decode(s, &c);
	if (c < 0xC0)
		return c == 0xAA || c == 0xB5 || c == 0xBA ? size : 0;
	for (size_t i = 0; i < COUNT_OF(not_letters); i += 2)
		if (c >= not_letters[i] && c <= not_letters[i + 1])
			return 0;
	return size;
}

static size_t
name_span(const char *s)
{
	size_t n = 0, size;

	while ((size = name_char(s + n)) > 0)
		n += size;
	return n;
}

bool
skills_name_valid(const char *name)
{
	size_t size = strlen(name);

	return size > 0 && size <= SKILLS_BYTES && utf8_valid(name, size) == size && name_span(name) == size;
}

static int
fail(const struct parser *p, const char *at, const char *what)
{
	return routing_bad(p->err, E_BAD_SKILLS, NULL, p->text, at, what);
}

/* The same, for functions that return a node. */
static struct node *
fail_node(const struct parser *p, const char *at, const char *what)
{
	(void)fail(p, at, what);
	return NULL;
}

static void
skip_space(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

static bool
accept(struct parser *p, const char *token)
{
	size_t size = strlen(token);

	if (strncmp(p->at, token, size) != 0)
		return false;
	p->at += size;
	return true;
}

/* The operator after a name; shift is what makes > and < one of ours. */
static bool
parse_op(struct parser *p, enum op *op_r, int *shift_r)
{
	static const struct {
		const char *text;
		enum op op;
		int shift;
	} ops[] = {
		{ ">=", AT_LEAST, 0 },
		{ "<=", AT_MOST, 0 },
		{ "==", EXACTLY, 0 },
		{ "!=", OTHER_THAN, 0 },
		{ ">", AT_LEAST, 1 },
		{ "<", AT_MOST, -1 },
		{ "=", EXACTLY, 0 },
	};

	for (size_t i = 0; i < COUNT_OF(ops); i++) {
		if (!accept(p, ops[i].text))
			continue;
		*op_r = ops[i].op;
		*shift_r = ops[i].shift;
		return true;
	}
	return false;
}

static int
parse_number(struct parser *p, int shift, int *level_r)
{
	const char *start = p->at;
	int n = 0;

	if (!is_digit(*p->at))
		return fail(p, start, N_("a level is missing"));
	for (; is_digit(*p->at); p->at++)
		if (n <= SKILLS_LEVEL_MAX)
			n = n * 10 + (*p->at - '0');
	n += shift;
	if (n < 0 || n > SKILLS_LEVEL_MAX)
		return fail(p, start, N_("no such level (they go from 0 to 1000000)"));
	*level_r = n;
	return 0;
}

/* One way to write each level, and the term's text. */
static void
settle_term(struct arena *arena, struct node *term)
{
	static const char *const signs[] = { [AT_LEAST] = ">=", [AT_MOST] = "<=", [EXACTLY] = "=", [OTHER_THAN] = "!=" };

	if (term->op == AT_MOST && term->level == 0)
		term->op = EXACTLY;
	if (term->op == OTHER_THAN && term->level == 0) {
		term->op = AT_LEAST;
		term->level = 1;
	}
	if (term->op == AT_LEAST && term->level == 1)
		term->text = term->name;
	else
		term->text = arena_printf(arena, "%s%s%d", term->name, signs[term->op], term->level);
}

static struct node *
parse_term(struct parser *p)
{
	struct node *term = ARENA_NEW(p->arena, struct node);
	size_t size = name_span(p->at);
	int shift = 0;
	char *name;

	if (p->terms++ == SKILLS_TERMS)
		return fail_node(p, p->at, N_("too many skills (64 at most)"));
	name = arena_memdup(p->arena, p->at, size);
	for (size_t i = 0; i < size; i++)
		name[i] = lower(name[i]);
	term->name = name;
	term->level = 1;
	p->at += size;
	skip_space(p);
	if (parse_op(p, &term->op, &shift)) {
		skip_space(p);
		if (parse_number(p, shift, &term->level) < 0)
			return NULL;
	}
	settle_term(p->arena, term);
	return term;
}

/* Lists nest only through parentheses, so SKILLS_DEPTH bounds the recursion. */
static struct node *parse_list(struct parser *p, enum kind kind);

static struct node *
parse_group(struct parser *p)
{
	const char *open = p->at++;
	struct node *inner;

	if (p->depth == SKILLS_DEPTH)
		return fail_node(p, open, N_("parentheses too deep (32 at most)"));
	p->depth++;
	inner = parse_list(p, OR);
	p->depth--;
	if (inner && !accept(p, ")"))
		return fail_node(p, p->at, *p->at ? N_("'&', '|' or ')' is missing") : N_("')' is missing"));
	return inner;
}

static struct node *
parse_primary(struct parser *p)
{
	skip_space(p);
	if (*p->at == '(')
		return parse_group(p);
	if (name_char(p->at))
		return parse_term(p);
	return fail_node(p, p->at, !*p->at || strchr("&|)<>=", *p->at) ? N_("a skill is missing") : N_("this character has no place here"));
}

/* AND: primary & primary ...; OR: the same one level up. A list of one is its member. */
static struct node *
parse_list(struct parser *p, enum kind kind)
{
	struct node *first = NULL, **tail = &first, *list;

	do {
		*tail = kind == OR ? parse_list(p, AND) : parse_primary(p);
		if (!*tail)
			return NULL;
		tail = &(*tail)->next;
		skip_space(p);
	} while (accept(p, kind == OR ? "|" : "&"));
	if (!first->next)
		return first;
	list = ARENA_NEW(p->arena, struct node);
	list->kind = kind;
	list->child = first;
	return list;
}

static int
check_text(const struct parser *p)
{
	size_t size = strnlen(p->text, SKILLS_BYTES + 1), valid = utf8_valid(p->text, size);

	if (size > SKILLS_BYTES)
		return fail(p, p->text + (valid < SKILLS_BYTES ? valid : SKILLS_BYTES), N_("too long (1000 bytes at most)"));
	if (valid < size)
		return fail(p, p->text + valid, N_("not valid UTF-8"));
	return 0;
}

static int
parse_all(struct parser *p, struct skills *expr)
{
	if (check_text(p) < 0)
		return -1;
	skip_space(p);
	if (!*p->at)
		return 0;
	expr->root = parse_list(p, OR);
	if (!expr->root)
		return -1;
	if (*p->at)
		return fail(p, p->at, *p->at == ')' ? N_("')' without '('") : N_("'&' or '|' is missing"));
	/* Else there were canonical texts that do not parse. */
	if (strlen(skills_canonical(p->arena, expr)) > SKILLS_BYTES)
		return fail(p, p->at, N_("too long in canonical form (1000 bytes at most)"));
	return 0;
}

int
skills_parse(struct arena *arena, const char *text, const struct skills **expr_r, struct err *err)
{
	struct parser p = { .arena = arena, .text = text ? text : "", .err = err };
	struct skills *expr = ARENA_NEW(arena, struct skills);

	p.at = p.text;
	if (parse_all(&p, expr) < 0)
		return -1;
	*expr_r = expr;
	return 0;
}

/* A canonical expression: its text, and for lists the members, sorted and each once. */
struct form {
	enum kind kind;
	const char *text;
	VEC(const struct form *)
	parts;
};

static int
by_text(const void *a, const void *b)
{
	return strcmp((*(const struct form *const *)a)->text, (*(const struct form *const *)b)->text);
}

/* Sorts, drops the repeated, and writes the text. */
static void
settle_form(struct arena *arena, struct form *form)
{
	struct buf text = BUF_INIT;
	size_t kept = 0;

	qsort(form->parts.v, form->parts.n, sizeof(*form->parts.v), by_text);
	for (size_t i = 0; i < form->parts.n; i++) {
		const struct form *part = form->parts.v[i];
		bool group = form->kind == AND && part->kind == OR;

		if (kept && strcmp(part->text, form->parts.v[kept - 1]->text) == 0)
			continue;
		if (kept)
			buf_str(&text, form->kind == AND ? " & " : " | ");
		buf_printf(&text, group ? "(%s)" : "%s", part->text);
		form->parts.v[kept++] = part;
	}
	form->parts.n = kept;
	form->text = arena_memdup(arena, buf_get(&text), text.n);
	buf_release(&text);
}

static const struct form *
form_of(struct arena *arena, const struct node *node)
{
	struct form *form = ARENA_NEW(arena, struct form);

	form->kind = node->kind;
	form->text = node->text;
	if (node->kind == TERM)
		return form;
	for (const struct node *c = node->child; c; c = c->next) {
		const struct form *part = form_of(arena, c);

		if (part->kind != node->kind)
			vec_push(arena, &form->parts, part);
		for (size_t i = 0; part->kind == node->kind && i < part->parts.n; i++)
			vec_push(arena, &form->parts, part->parts.v[i]);
	}
	settle_form(arena, form);
	return form->parts.n == 1 ? form->parts.v[0] : form;
}

const char *
skills_canonical(struct arena *arena, const struct skills *expr)
{
	return expr->root ? arena_strdup(arena, form_of(arena, expr->root)->text) : "";
}

bool
skills_same_name(const char *lowered, const char *name)
{
	while (*lowered && *lowered == lower(*name)) {
		lowered++;
		name++;
	}
	return *lowered == '\0' && *name == '\0';
}

static int
level_of(const char *lowered, const struct skill *skills, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!skills_same_name(lowered, skills[i].name))
			continue;
		if (skills[i].level > SKILLS_LEVEL_MAX)
			return SKILLS_LEVEL_MAX;
		return skills[i].level > 0 ? skills[i].level : 0;
	}
	return 0;
}

bool
skills_meets(const struct node *term, int level)
{
	switch (term->op) {
	case AT_LEAST:
		return level >= term->level;
	case AT_MOST:
		return level <= term->level;
	case EXACTLY:
		return level == term->level;
	case OTHER_THAN:
		return level != term->level;
	}
	return false;
}

/* The first term that is not met; NULL: the node is fulfilled. */
static const struct node *
unmet(const struct node *node, const struct skill *skills, size_t n)
{
	const struct node *first = NULL;

	if (node->kind == TERM)
		return skills_meets(node, level_of(node->name, skills, n)) ? NULL : node;
	for (const struct node *c = node->child; c; c = c->next) {
		const struct node *term = unmet(c, skills, n);

		if (node->kind == AND && term)
			return term;
		if (node->kind == OR && !term)
			return NULL;
		if (!first)
			first = term;
	}
	return first;
}

bool
skills_match(const struct skills *expr, const struct skill *skills, size_t n, const char **missing_r)
{
	const struct node *term = expr->root ? unmet(expr->root, skills, n) : NULL;

	if (missing_r)
		*missing_r = term ? term->text : NULL;
	return !term;
}

/* No sum overflows: at most SKILLS_TERMS terms of at most SKILLS_LEVEL_MAX. */
static int
surplus(const struct node *node, const struct skill *skills, size_t n)
{
	int level, total = node->kind == OR ? SKILLS_UNFIT : 0;

	if (node->kind == TERM) {
		level = level_of(node->name, skills, n);
		if (!skills_meets(node, level))
			return SKILLS_UNFIT;
		return node->op == AT_LEAST ? level - node->level : 0;
	}
	for (const struct node *c = node->child; c; c = c->next) {
		int more = surplus(c, skills, n);

		if (node->kind == OR)
			total = more < total ? more : total;
		else if (more == SKILLS_UNFIT)
			return SKILLS_UNFIT;
		else
			total += more;
	}
	return total;
}

int
skills_fit(const struct skills *expr, const struct skill *skills, size_t n)
{
	return expr->root ? surplus(expr->root, skills, n) : 0;
}

static const char *
nth_name(const struct node *node, size_t *i)
{
	if (node->kind == TERM)
		return (*i)-- == 0 ? node->name : NULL;
	for (const struct node *c = node->child; c; c = c->next) {
		const char *name = nth_name(c, i);

		if (name)
			return name;
	}
	return NULL;
}

const char *
skills_name(const struct skills *expr, size_t i)
{
	return expr->root ? nth_name(expr->root, &i) : NULL;
}

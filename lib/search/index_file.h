/*
 * index_file.h - the file of an index and what is open of it; for the files of
 * this folder that build and read it. The format is told in
 * ixn-responses-index(5).
 */
#ifndef SEARCH_INDEX_FILE_H
#define SEARCH_INDEX_FILE_H

#include "search/index.h"
#include "search/index_pack.h"
#include "search/index_sum.h"

#include "base/buf.h"

/* Raise it with each change of the format or of what impacts are made of. */
#define INDEX_VERSION 3
#define INDEX_MAGIC "ixnresp\n"
#define INDEX_ORDER UINT32_C(0x01020304)
#define INDEX_HEADER 4096

enum section {
	IN_RECORDS,   /* responses */
	IN_RECORD_AT, /* where the record of each begins, and the last one ends: lines */
	IN_USES,      /* past messages */
	IN_USE_AT,    /* the same of them, each with its response */
	IN_NAMES,     /* of responses, in blocks */
	IN_NAME_AT,   /* the same of them */
	IN_LISTS,     /* postings */
	IN_META,      /* classes, then agents */
	IN_META_AT,   /* the same of them */
	IN_CLASS,     /* the first response of each class: lines */
	IN_PHRASES,   /* what each stands for: lines */
	IN_BYTES,     /* of terms and words: lines */
	IN_WORDS,     /* what is known of each word: lines */
	IN_TERMS,     /* and of each term: lines */
	IN_TERM_BY,   /* terms by hash: lines */
	IN_WORD_BY,   /* words by hash: lines */
	IN_KEYS,      /* responses by id, shortcut and name, uses by number: lines */
	SECTIONS
};

/* at and size are multiples of 64. */
struct file_section {
	uint64_t at, size;
	uint32_t sum; /* of all of it, in pieces of INDEX_PIECE, each the seed of the next */
	uint32_t pad;
};
#define INDEX_PIECE 65536

struct file_header {
	char magic[8];
	uint32_t version, terms_version, order, record_shift;
	uint64_t size, identity;
	int64_t seq;
	uint32_t responses, uses, uses_counted, terms, words, phrases, classes, agents;
	uint32_t term_lines, word_lines, key_lines; /* of the tables */
	uint32_t filled[INDEX_FIELDS];
	uint64_t length[INDEX_FIELDS], uses_length;
	struct code_widths code;
	struct file_section section[SECTIONS];
	uint32_t pad, sum; /* of all that is before it */
};
#define RECORD_SHIFT_MAX 4

/* What is looked up one by one lies in lines, each with its own sum, which is looked at once. */
#define LINE_NUMBERS 63
#define LINE_BYTES (LINE_NUMBERS * sizeof(uint32_t))
struct line {
	uint32_t v[LINE_NUMBERS];
	uint32_t sum;
};
_Static_assert(LINE_BYTES == INDEX_SUM_LINE, "index_sum_line() knows how long a line is");

/* A list of one posting has no list: where is its document, max its impact. */
struct file_list {
	uint32_t n, where; /* in units of LIST_UNIT */
};
#define LIST_UNIT 4

struct file_term {
	uint32_t at;             /* of its bytes: how many, then they; in one line */
	uint8_t max[INDEX_SETS]; /* the largest impact of each list */
	uint8_t pad;
	uint32_t df_uses;
	struct file_list list[INDEX_SETS];
};
#define TERM_NUMBERS (sizeof(struct file_term) / sizeof(uint32_t))
#define TERMS_LINE (LINE_NUMBERS / TERM_NUMBERS)

struct file_word {
	uint32_t term, at;
	uint32_t letters; /* see word_letters() */
};
#define WORD_STOP (UINT32_C(1) << 31) /* of a term: the word was a stop word where it was first said */
#define WORD_NUMBERS (sizeof(struct file_word) / sizeof(uint32_t))
#define WORDS_LINE (LINE_NUMBERS / WORD_NUMBERS)

/* A list: the sum of its steps, one for each block; the steps; the blocks: deltas, impacts. One of a single block has no steps. */
struct file_step {
	uint32_t last; /* document */
	uint32_t at;   /* from the beginning of the list */
	uint32_t sum;  /* of the block */
	uint8_t bits, max;
	/* Of a term that very many have: impacts are half a byte each, times scale, above base. scale 0: a byte each. */
	uint8_t scale, base;
};

/* A list of a single block begins so. */
struct file_short {
	uint32_t sum; /* of what follows, and the block */
	uint32_t last;
	uint8_t bits;
};
#define SHORT_HEAD 9

/* A line of a table by hash: ids, with what is left of the bits from the hash, then how many; with LINE_MORE: look in the next, too. */
#define TABLE_IDS 62
#define TABLE_COUNT 62
#define LINE_MORE (UINT32_C(1) << 31)
/* The bits of an id, where there are n. */
static inline uint32_t
table_mask(uint32_t n)
{
	return n > 1 ? UINT32_MAX >> __builtin_clz(n - 1) : 0;
}
/* Of responses and uses. */
static inline uint32_t
keys_n(const struct file_header *h)
{
	return h->responses > h->uses ? h->responses : h->uses;
}
/* Names are cut off in front of where they begin as the one before, in blocks of so many. */
#define NAMES_BLOCK 32
/* Of a text it is told how many more, or fewer, grams its words have than so many each. */
#define GRAMS_USUAL 4
/* A line of phrases: pairs of symbols. A phrase stands for at most so many words. */
#define PHRASE_PAIRS 31
#define PHRASE_WORDS 32
enum key_kind { KEY_ID,
		KEY_WORD, /* a shortcut or a name, folded */
		KEY_USE };
uint64_t key_hash(enum key_kind kind, const char *key);
uint64_t key_number(int64_t number);
/* Of a word, and the hash of its term. */
uint64_t word_hash(const char *word, size_t size, uint64_t term);
/* The line of a table of n where the search for a hash begins. */
static inline uint32_t
hash_line(uint64_t hash, uint32_t n)
{
	return (uint32_t)((hash >> 32) * n >> 32);
}

/* Which letters a word has: each bit stands for some, all for what has none or too many. Most words that are not like another need not be looked at. */
#define LETTERS_ALL UINT32_MAX
#define LETTERS_MAX 32 /* of a word that others are like */
static inline uint32_t
letter_bit(uint32_t letter)
{
	return UINT32_C(1) << letter % 32;
}
uint32_t word_letters(const char *word, size_t size);

/* The record of a class: language, category, flags, media, queues, teams; of an agent: name, whether it sees all, queues, teams, favourites. */
#define CLASS_OFFERED 1
#define CLASS_TIMED 2 /* its responses have start and expires */

/* Seeds of sums: what, and which of them; sections count from 0. */
#define SUM_STEPS 32 /* + set, of a list: by term */
#define SUM_BLOCK 40
#define SUM_HEADER 64
#define SUM_LOG 65
static inline uint64_t
sum_seed(unsigned what, uint64_t which)
{
	return (uint64_t)what << 56 ^ which;
}

struct log;
struct top;

/* An array that is filled anew by each call. */
struct ids {
	uint32_t *v;
	size_t cap;
};

struct search {
	unsigned char *map; /* only read */
	size_t size;
	struct file_header h;
	struct code code;
	struct log *log; /* NULL: nothing came after the file */
	char *path;
	const char *damaged; /* what was found to be so; NULL: nothing */
	struct top *top;     /* what index_top() works in */
	struct rank *rank;   /* and search_run() */
	struct ids text, use, past;
	uint8_t *right;                                /* lines that were looked at, a bit each */
	size_t line_first[SECTIONS], line_n[SECTIONS]; /* among them */
	struct buf name;
};

/* The file alone, without its log. */
int search_map(const char *path, struct search **search_r, struct err *err);
/* Remembers it; NULL, for whoever has nothing to give then. */
const void *index_broken(struct search *search, const char *what);
/* Room for n numbers; what was there is lost. */
uint32_t *ids_need(struct ids *ids, size_t n);

static inline const unsigned char *
section_at(const struct search *search, enum section section)
{
	return search->map + search->h.section[section].at;
}

/* Is the sum of all of a section right? */
bool index_section_right(const struct search *search, enum section section);
/* A line, its sum right; index_no_line where it is not. */
extern const struct line index_no_line;
const struct line *index_line_first(struct search *search, enum section section, size_t i);
static inline const struct line *
index_line(struct search *search, enum section section, size_t i)
{
	size_t bit = search->line_first[section] + i;

	if (i < search->line_n[section] && search->right[bit / 8] >> bit % 8 & 1)
		return (const struct line *)(const void *)section_at(search, section) + i;
	return index_line_first(search, section, i);
}
/* Number i of a section of lines. */
uint32_t index_number(struct search *search, enum section section, size_t i);
/* The bytes of a record, its sum right; a bad, empty cut where not. where: the section that says where it is. */
struct cut index_record(struct search *search, enum section section, enum section where, size_t i);
/* A term, a word of the file; NULL: damaged. */
const struct file_term *index_file_term(struct search *search, uint32_t term);
const struct file_word *index_file_word(struct search *search, uint32_t word);
/* A word, a phrase that will be asked for soon is on the way from memory. */
static inline void
index_word_ahead(const struct search *search, uint32_t word)
{
	if (word < search->h.words)
		__builtin_prefetch(((const struct line *)(const void *)section_at(search, IN_WORDS))[word / WORDS_LINE].v + word % WORDS_LINE * WORD_NUMBERS);
}
static inline void
index_phrase_ahead(const struct search *search, uint32_t phrase)
{
	if (phrase < search->h.phrases)
		__builtin_prefetch(((const struct line *)(const void *)section_at(search, IN_PHRASES))[phrase / PHRASE_PAIRS].v + (size_t)(phrase % PHRASE_PAIRS) * 2);
}
/* The bytes at a place; "", 0: damaged. */
const char *index_bytes(struct search *search, uint32_t at, size_t *n_r);

/* A response of the file, taken apart. */
struct file_response {
	time_ms start, expires;
	const char *id, *shortcut;
	uint32_t name_n, text_n, use, uses, uses_counted;
	uint64_t past_length;
	uint32_t past_n;
	uint32_t name_symbols, text_symbols, name_grams, text_grams;
	struct cut past, words;
};
/* false: damaged, and all is empty. */
bool index_file_response(struct search *search, uint32_t i, struct file_response *r);
/* Its name, until the next call; "": damaged, or it has none. */
const char *index_file_name(struct search *search, uint32_t i);
/* The words of its name, then of its text, into ids; NULL: damaged. */
const uint32_t *index_file_words(struct search *search, const struct file_response *r, struct ids *ids);

/* Numbers that are told of each use beside its record: where that begins, and the response. */
#define USE_NUMBERS 2
/* The response of a use of the file; INDEX_NONE: damaged. */
uint32_t index_file_answer(struct search *search, uint32_t use);
/* A use of the file. */
struct file_use {
	int64_t number;
	uint32_t response, kind, n, symbols, grams;
	struct cut words;
};
bool index_file_use(struct search *search, uint32_t i, struct file_use *use);
/* The symbols as they are coded, the phrases in them not taken apart. */
const uint32_t *index_file_symbols(struct search *search, const struct file_response *r, struct ids *ids);
const uint32_t *index_file_use_symbols(struct search *search, const struct file_use *use, struct ids *ids);
/* The two symbols of a phrase (its number, without CODE_PHRASE); NULL: damaged. */
static inline const uint32_t *
index_phrase(struct search *search, uint32_t phrase)
{
	const struct line *line = phrase < search->h.phrases ? index_line(search, IN_PHRASES, phrase / PHRASE_PAIRS) : &index_no_line;

	return line == &index_no_line ? NULL : line->v + (size_t)(phrase % PHRASE_PAIRS) * 2;
}
const uint32_t *index_file_use_words(struct search *search, const struct file_use *use, struct ids *ids);
/* Responses, or uses, of the file that may have a key, one after the other; INDEX_NONE: no more. */
struct keys {
	enum section section;
	uint32_t lines, mask, tag, at, tries, i;
};
struct keys keys_begin(const struct search *search, uint64_t hash);
uint32_t keys_next(struct search *search, struct keys *keys);
/* The response of the file of this id; INDEX_NONE. */
uint32_t index_file_id(struct search *search, const char *id);
/* The use of the file of this number; INDEX_NONE. */
uint32_t index_file_number(struct search *search, int64_t number);
/* The term, the word of the file with these bytes; INDEX_NONE. */
uint32_t index_file_find(struct search *search, uint64_t hash, const char *bytes, size_t n);
uint32_t index_file_find_word(struct search *search, const char *word, size_t n, uint64_t term_hash, uint32_t term);
/* What index_text() and index_use() give, phrases of the file not taken apart: symbols stand for words, so many of them. */
struct symbols {
	const uint32_t *v;
	size_t name_n, n;           /* of the name; of all */
	uint64_t name_grams, grams; /* of words that are no stop words: in the name, and behind it */
};
void index_text_symbols(struct search *search, uint32_t response, struct index_text *text_r, struct symbols *symbols_r);
void index_use_symbols(struct search *search, uint32_t use, struct index_use *use_r, struct symbols *symbols_r);
/* What index_text() gives, without the log. */
void index_text_of_file(struct search *search, uint32_t response, struct index_text *text_r);
/* [from, to) of the responses of the file that a gate may leave: at most two, in order. Returns how many. */
struct span {
	uint32_t from, to;
};
size_t index_gate_spans(const struct index_gate *gate, struct span out[2]);
/* The class of a response of the file; the first response of a class. */
uint32_t index_class_of(struct search *search, uint32_t response);
static inline uint32_t
index_class_first(struct search *search, uint32_t class)
{
	return index_number(search, IN_CLASS, class);
}

#endif

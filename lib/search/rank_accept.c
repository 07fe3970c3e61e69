#include "search/rank.h"

/* SEARCH_ALL asks for it: the parts of a number or reference come with it, stop words say nothing. */
bool
rank_must(const struct rank *r, const struct rank_token *token)
{
	return token->kind != TERM_PART && (r->only_stop || !rank_stops(r, token));
}

static bool
has(struct rank *r, const uint32_t *words, size_t n, uint32_t feature)
{
	for (size_t i = 0; i < n; i++)
		if (rank_word_feature(r, words[i]) == feature)
			return true;
	return false;
}

/* Each of its terms; or, any: one of them. */
static bool
holds(struct rank *r, const struct index_text *text, const struct rank_reading *reading, bool any)
{
	bool in_name = r->fields[INDEX_NAME], in_text = r->fields[INDEX_TEXT];

	for (size_t i = 0; i < reading->n; i++) {
		uint32_t f = reading->v[i].feature;
		bool there = f != RANK_NOTHING && ((in_name && has(r, text->name, text->name_n, f)) || (in_text && has(r, text->text, text->text_n, f)));

		if (rank_must(r, &reading->v[i]) && there == any)
			return any;
	}
	return !any;
}

static bool
phrase_in(struct rank *r, const uint32_t *words, size_t n, const struct rank_reading *reading)
{
	for (size_t from = 0; from + reading->n <= n; from++) {
		size_t i = 0;

		while (i < reading->n && reading->v[i].feature != RANK_NOTHING && rank_word_feature(r, words[from + i]) == reading->v[i].feature)
			i++;
		if (i == reading->n)
			return true;
	}
	return false;
}

bool
rank_accept(void *context, uint32_t response)
{
	struct rank *r = context;
	struct index_text text;
	bool good = false;

	index_text(r->search, response, &text);
	for (size_t i = 0; i < r->readings_n && !good; i++) {
		const struct rank_reading *reading = &r->readings[i];

		if (r->query->match != SEARCH_PHRASE)
			good = holds(r, &text, reading, r->query->match == SEARCH_ANY);
		else if (reading->n)
			good = (r->fields[INDEX_NAME] && phrase_in(r, text.name, text.name_n, reading)) ||
			       (r->fields[INDEX_TEXT] && phrase_in(r, text.text, text.text_n, reading));
	}
	return good;
}

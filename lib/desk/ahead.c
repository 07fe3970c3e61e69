/*
 * What an operation is sure to ask for: what its input names is sent along with
 * the beginning of its transaction, where that saves waiting for a server. It
 * decides nothing: whoever asks gets the rows as they are then.
 */
#include <stdio.h>
#include <string.h>

#include "desk/priv.h"

/* Where a value comes from: an interaction's id in the input, who acts, the two parts of a contact's address. */
enum word { NOTHING,
	    ID,
	    ME,
	    ADDRESS };

static const struct row {
	const struct op *op;
	enum sql sql;
	enum word words[2];
} rows[] = {
	{ &op_ixn_create, SQL_CONTACT_BY_ADDRESS, { ADDRESS } },
	{ &op_ixn_accept, SQL_IXN_GET, { ID } },
	{ &op_ixn_accept, SQL_OFFER_MINE, { ID, ME } },
	{ &op_ixn_reject, SQL_IXN_GET, { ID } },
	{ &op_ixn_reject, SQL_OFFER_MINE, { ID, ME } },
	{ &op_ixn_done, SQL_IXN_GET, { ID } },
	{ &op_ixn_done, SQL_HELD_BY, { ME, ID } },
	{ &op_ixn_show, SQL_IXN_GET, { ID } },
	{ &op_ixn_note, SQL_IXN_GET, { ID } },
	{ &op_ixn_transfer, SQL_IXN_GET, { ID } },
	{ &op_chat_send, SQL_IXN_GET, { ID } },
	{ &op_chat_end, SQL_IXN_GET, { ID } },
};

/* Mostly there is none of it. */
static const struct row rarities[] = {
	{ &op_ixn_accept, SQL_PRESENCE_PLANS, { ME, ID } },
	{ &op_ixn_accept, SQL_PARTY_GET, { ID, ME } },
	{ &op_ixn_accept, SQL_MONITORS_OF_IXN, { ID } },
	{ &op_ixn_accept, SQL_MONITORS_OF_AGENT, { ME } },
	{ &op_ixn_done, SQL_PARTIES, { ID } },
	{ &op_ixn_done, SQL_OFFERS_ASIDE, { ID } },
	{ &op_ixn_done, SQL_MONITORS_OF_IXN, { ID } },
	{ &op_ixn_done, SQL_COBROWSE_LAST, { ID } },
	{ &op_ixn_done, SQL_DRAFT_OPEN_OF, { ID } },
	{ &op_ixn_done, SQL_WAITING_FOR, { ME } },
	{ &op_ixn_done, SQL_REVIEWER_ANY, { ME } },
	{ &op_ixn_done, SQL_DUE_FORGET, { ID } },
	{ &op_ixn_done, SQL_EXCLUSION_CLEAR, { ID } },
};

/* Adds the values of a word: false where the input has none. */
static bool
value_of(struct call *call, enum word word, const void *in, struct value *values, size_t *n)
{
	const char *scheme, *address, *text = word == ID || word == ADDRESS ? record_text(call->op->in, in, word == ID ? "id" : "from") : call->agent;
	struct err ignored = { 0 };
	char whole[ID_SIZE];

	if (!text || (word == ID && !id_parse(text, whole)))
		return false;
	if (word != ADDRESS) {
		values[(*n)++] = V_TEXT(word == ID ? arena_strdup(call->arena, whole) : text);
		return true;
	}
	if (address_split(call, text, &scheme, &address, &ignored) < 0 || !(address = address_normalize(call->arena, scheme, address)))
		return false;
	values[(*n)++] = V_TEXT(scheme);
	values[(*n)++] = V_TEXT(address);
	return true;
}

static struct lane_met *
met_of(struct call *call, const char *medium, const char *queue)
{
	size_t hash = (unsigned char)*medium;

	for (const char *p = queue; *p; p++)
		hash = hash * 31 + (unsigned char)*p;
	return &call->desk->lanes[hash % COUNT_OF(call->desk->lanes)];
}

void
lane_met(struct call *call, const char *medium, const char *queue, int64_t id)
{
	struct lane_met *met = met_of(call, medium, queue);

	if (strlen(medium) >= sizeof(met->medium) || strlen(queue) >= sizeof(met->queue))
		return;
	snprintf(met->medium, sizeof(met->medium), "%s", medium);
	snprintf(met->queue, sizeof(met->queue), "%s", queue);
	met->id = id;
}

/*
 * Who is free where what came before it to the same queue waited, and what the
 * first of them has: where that was a wrong guess it is asked for anew.
 */
static int
ahead_free(struct call *call, const void *in, struct err *err)
{
	const char *medium = record_text(call->op->in, in, "media"), *queue = record_text(call->op->in, in, "queue");
	const struct lane_met *met;

	if (!queue)
		return 0;
	medium = medium ? medium : "chat";
	met = met_of(call, medium, queue);
	if (strcmp(met->medium, medium) != 0 || strcmp(met->queue, queue) != 0)
		return 0;
	if (AHEAD(call, CANDIDATES_OF_LANE, V_TEXT(medium), V_INT(met->id), V_TEXT(""), V_INT(call->now)) <= 0)
		return 0;
	call->first = *met;
	return AHEAD(call, HELD_BY_FIRST, V_TEXT(medium), V_INT(met->id));
}

/* The values of a row: false where the operation is another one, or the input has not all of them. */
static bool
values_of(struct call *call, const struct row *row, const void *in, struct rare *out)
{
	size_t k = 0;

	*out = (struct rare){ .sql = row->sql };
	if (row->op != call->op)
		return false;
	while (k < COUNT_OF(row->words) && row->words[k] != NOTHING && value_of(call, row->words[k], in, out->values, &out->n))
		k++;
	return k == COUNT_OF(row->words) || row->words[k] == NOTHING;
}

/* And that something is due. */
static int
ahead_rare(struct call *call, const void *in, struct err *err)
{
	struct rare rare[SQL_RARE_MAX];
	size_t n = 0;

	if ((call->op->flags & OP_WRITE) && call->now >= tx_notes(call->tx)[NOTE_QUIET]) {
		rare[0] = (struct rare){ SQL_DUE_FIRST, { V_INT(call->soon) }, 1 };
		n = 1;
	}
	for (size_t i = 0; i < COUNT_OF(rarities) && n < COUNT_OF(rare); i++)
		n += values_of(call, &rarities[i], in, &rare[n]);
	return sql_rare(call->tx, rare, n, err);
}

int
call_ahead(struct call *call, const void *in, struct err *err)
{
	bool session = call->agent && call->token && !(call->op->flags & OP_ANYONE) && !call->contact;
	struct rare one;

	if (ahead_rare(call, in, err) < 0 || (session && AHEAD(call, SESSION_GET, V_TEXT(call->agent), V_TEXT(secret_hash(call->arena, call->token)), V_INT(session_when(call))) < 0) ||
	    (call->op == &op_ixn_create && ahead_free(call, in, err) < 0))
		return -1;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (values_of(call, &rows[i], in, &one) && sql_ahead(call->tx, one.sql, one.values, one.n, err) < 0)
			return -1;
	return 0;
}

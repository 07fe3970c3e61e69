/*
 * What an operation is sure to ask for: what its input names is sent along with
 * the beginning of its transaction, where that saves waiting for a server. It
 * decides nothing: whoever asks gets the rows as they are then.
 */
#include "desk/priv.h"

/* Where a value comes from: an interaction's id in the input, who acts, the two parts of a contact's address. */
enum word { NOTHING,
	    ID,
	    ME,
	    ADDRESS };

static const struct {
	const struct op *op;
	enum sql sql;
	enum word words[2];
} rows[] = {
	{ &op_ixn_create, SQL_CONTACT_BY_ADDRESS, { ADDRESS } },
	{ &op_ixn_accept, SQL_IXN_GET, { ID } },
	{ &op_ixn_accept, SQL_OFFER_MINE, { ID, ME } },
	{ &op_ixn_accept, SQL_PRESENCE_PLANS, { ME, ID } },
	{ &op_ixn_accept, SQL_PARTY_GET, { ID, ME } },
	{ &op_ixn_accept, SQL_MONITORS_OF_IXN, { ID } },
	{ &op_ixn_accept, SQL_MONITORS_OF_AGENT, { ME } },
	{ &op_ixn_reject, SQL_IXN_GET, { ID } },
	{ &op_ixn_reject, SQL_OFFER_MINE, { ID, ME } },
	{ &op_ixn_done, SQL_IXN_GET, { ID } },
	{ &op_ixn_done, SQL_PARTIES, { ID } },
	{ &op_ixn_done, SQL_OFFERS_ASIDE, { ID } },
	{ &op_ixn_done, SQL_MONITORS_OF_IXN, { ID } },
	{ &op_ixn_done, SQL_COBROWSE_LAST, { ID } },
	{ &op_ixn_show, SQL_IXN_GET, { ID } },
	{ &op_ixn_note, SQL_IXN_GET, { ID } },
	{ &op_ixn_transfer, SQL_IXN_GET, { ID } },
	{ &op_chat_send, SQL_IXN_GET, { ID } },
	{ &op_chat_end, SQL_IXN_GET, { ID } },
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

int
call_ahead(struct call *call, const void *in, struct err *err)
{
	bool session = call->agent && call->token && !(call->op->flags & OP_ANYONE) && !call->contact;

	if (((call->op->flags & OP_WRITE) && AHEAD(call, DUE_FIRST, V_INT(call->soon)) < 0) ||
	    (session && AHEAD(call, SESSION_GET, V_TEXT(call->agent), V_TEXT(secret_hash(call->arena, call->token))) < 0))
		return -1;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct value values[2 * COUNT_OF(rows->words)];
		size_t n = 0, k = 0;

		if (rows[i].op != call->op)
			continue;
		while (k < COUNT_OF(rows->words) && rows[i].words[k] != NOTHING && value_of(call, rows[i].words[k], in, values, &n))
			k++;
		if ((k == COUNT_OF(rows->words) || rows[i].words[k] == NOTHING) && sql_ahead(call->tx, rows[i].sql, values, n, err) < 0)
			return -1;
	}
	return 0;
}

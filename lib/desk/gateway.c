/*
 * Text messages that programs of others bring: each once, by the id that it has
 * there; it goes on with the exchange that is open with its sender, or begins one.
 */
#include <string.h>

#include "desk/site_priv.h"

#define WORD_MAX 256
#define MESSAGE_MAX ((size_t)64 << 10)

struct key_in {
	const char *name;
};
RECORD(rec_gateway_key_in, struct key_in, "gateway", N_("Which gateway."), TEXT_FIELD(struct key_in, name, FIELD_REQUIRED, N_("its name")))

struct key_out {
	const char *name, *key_file;
};
RECORD(rec_gateway_key, struct key_out, "gateway", N_("How what a gateway brings is known to be its own."),
       TEXT_FIELD(struct key_out, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(struct key_out, key_file, FIELD_COLUMN, N_("the file with the key of its signatures")))

static int
gateway_get(struct call *call, const char *name, struct site_gateway *out, struct err *err)
{
	int rc = gateway_item_get(call, name ? name : "", out, err);

	return rc == 0 ? err_set(err, E_NO_GATEWAY, "name", name ? name : "", NULL) : rc;
}

static int
key_fn(struct call *call, const void *input, struct err *err)
{
	const struct key_in *in = input;
	struct site_gateway gateway;
	struct key_out *out;

	if (gateway_get(call, in->name, &gateway, err) < 0)
		return -1;
	out = call_answer(call);
	*out = (struct key_out){ gateway.name, gateway.key_file };
	return 0;
}

const struct op op_gateway_key = { "gateway.key", N_("where the key of a gateway lies"), MAY_SERVICES, 0, &rec_gateway_key_in, &rec_gateway_key, key_fn, NULL };

struct message_in {
	const char *gateway, *id, *from, *name, *text, *language;
	struct pairs data;
};
#define X struct message_in
RECORD(rec_gateway_message_in, X, "gateway-message", N_("A text message that has come."),
       TEXT_FIELD(X, gateway, 0, N_("by which gateway")),
       TEXT_FIELD(X, id, FIELD_REQUIRED, N_("its id there; the same one again is the same message")),
       TEXT_FIELD(X, from, FIELD_REQUIRED | FIELD_PERSONAL, N_("the number or handle of who sent it")),
       TEXT_FIELD(X, name, FIELD_PERSONAL, N_("the sender's name, where it is known")),
       TEXT_FIELD(X, text, FIELD_REQUIRED | FIELD_BODY | FIELD_PERSONAL, N_("the words")),
       TEXT_FIELD(X, language, 0, N_("of the sender, as in fr")),
       PAIRS_FIELD(X, data, FIELD_PERSONAL, N_("attached data of a new interaction")))
#undef X

static int
message_check(const struct message_in *in, struct err *err)
{
	const struct {
		const char *name, *text;
	} all[] = { { "id", in->id }, { "from", in->from }, { "text", in->text } };

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (!all[i].text || !*all[i].text)
			return err_set(err, E_MISSING_OPERAND, "what", all[i].name, "command", "gateway", NULL);
	if (text_check("id", in->id, WORD_MAX, err) < 0 || text_check("name", in->name, WORD_MAX, err) < 0 || text_check("language", in->language, 16, err) < 0)
		return -1;
	return text_check("text", in->text, MESSAGE_MAX, err);
}

static const char *
scheme_of(const char *medium)
{
	return strcmp(medium, "sms") == 0 ? "tel" : medium;
}

static int
begin(struct call *call, const struct site_gateway *gateway, const struct message_in *in, const char *from, struct ixn **ixn_r, struct err *err)
{
	struct create_in *create = record_new(call->arena, &rec_create_in);

	create->media = gateway->medium ? gateway->medium : "sms";
	create->from = from;
	create->name = in->name;
	create->text = in->text;
	create->queue = gateway->queue;
	create->language = in->language;
	create->data = in->data;
	return ixn_create(call, create, call->now, ixn_r, err);
}

static int
go_on(struct call *call, const char *id, const struct message_in *in, struct ixn **ixn_r, struct err *err)
{
	struct message m = { .role = FROM_CONTACT, .visible = "all", .text = in->text };

	if (ixn_get(call, id, ixn_r, err) < 0)
		return -1;
	m.name = (*ixn_r)->name;
	return chat_say(call, *ixn_r, &m, err);
}

/* Came before: 1. */
static int
known(struct call *call, const struct message_in *in, struct ixn **ixn_r, struct err *err)
{
	const char *id;
	int rc = sql_text(call->tx, call->arena, SQL_GATEWAY_MESSAGE_GET, ARGS(V_TEXT(in->gateway), V_TEXT(in->id)), &id, err);

	return rc > 0 && ixn_get(call, id, ixn_r, err) < 0 ? -1 : rc;
}

static int
message_fn(struct call *call, const void *input, struct err *err)
{
	const struct message_in *in = input;
	const char *medium, *address, *open;
	struct site_gateway gateway;
	struct change *out;
	struct ixn *ixn;
	int rc;

	if (gateway_get(call, in->gateway, &gateway, err) < 0 || message_check(in, err) < 0)
		return -1;
	if (!gateway.queue)
		return err_set(err, E_NOT_OFFERED, "what", gateway.name, NULL);
	medium = gateway.medium ? gateway.medium : "sms";
	address = address_normalize(call->arena, scheme_of(medium), in->from);
	if (!address)
		return err_set(err, E_BAD_ADDRESS, "value", in->from, "what", scheme_of(medium), NULL);
	rc = known(call, in, &ixn, err);
	if (rc == 0) {
		rc = sql_text(call->tx, call->arena, SQL_GATEWAY_OPEN, ARGS(V_TEXT(address), V_TEXT(medium)), &open, err);
		if (rc >= 0)
			rc = rc ? go_on(call, open, in, &ixn, err) : begin(call, &gateway, in, arena_printf(call->arena, "%s:%s", scheme_of(medium), address), &ixn, err);
		if (rc >= 0)
			rc = RUN(call, GATEWAY_MESSAGE_PUT, V_TEXT(in->gateway), V_TEXT(in->id), V_TEXT(ixn->id), V_INT(ixn->seq));
	}
	if (rc < 0)
		return -1;
	out = change_answer(call, ixn);
	out->seq = ixn->seq;
	return 0;
}

const struct op op_gateway_message = { "gateway.message", N_("a gateway brings a text message"), MAY_SERVICES, OP_WRITE, &rec_gateway_message_in, &rec_change, message_fn, NULL };

/*
 * What was asked twice: the first answer is kept without personal fields, one
 * "field<TAB>value" a line, an empty line behind each record, so that it can be
 * given again word for word.
 */
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "desk/priv.h"

#define KEY_KEPT_MS (7 * MS_DAY)

/*
 * Without its secrets: whoever reads the store could try passwords on a hash that is made so fast, and one that is slow
 * would be made while others wait. Whether they are the same the operation sees by what the store keeps of them anyway
 * (call->other_secret).
 */
static const char *
request_hash(struct call *call, const void *in)
{
	unsigned char hash[16];
	char *hex = arena_alloc(call->arena, sizeof(hash) * 2 + 1);
	struct buf text = BUF_INIT;
	struct json json = json_writer(&text);

	record_json(call->op->in, in, &json);
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)buf_get(&text), text.n, NULL, 0);
	buf_release(&text);
	return sodium_bin2hex(hex, sizeof(hash) * 2 + 1, hash, sizeof(hash));
}

static void
keep_field(struct buf *text, struct arena *arena, const struct field *f, const void *p)
{
	if ((f->flags & (FIELD_PERSONAL | FIELD_SECRET)) || f->type >= FIELD_REAL || !field_present(f, p))
		return;
	if (f->type == FIELD_DURATION)
		buf_printf(text, "%s\t%" PRId64 "ms\n", f->name, field_int(f, p));
	else
		buf_printf(text, "%s\t%s\n", f->name, field_format(arena, f, p));
}

static const char *
answer_keep(struct call *call)
{
	const struct record *out = call->op->out;
	struct buf text = BUF_INIT;
	const char *kept;

	for (size_t i = 0; i < call->answer.n; i++) {
		for (size_t k = 0; k < out->n; k++)
			keep_field(&text, call->arena, &out->fields[k], call->answer.v[i]);
		buf_char(&text, '\n');
	}
	kept = arena_strdup(call->arena, buf_get(&text));
	buf_release(&text);
	return kept;
}

static int
answer_again(struct call *call, const char *text, struct err *err)
{
	const struct field_context context = { call->arena, call->now, "UTC" };
	void *p = NULL;

	for (; *text; text++) {
		size_t name = strcspn(text, "\t\n"), size = strcspn(text, "\n");
		const struct field *f = record_field(call->op->out, arena_memdup(call->arena, text, name));

		p = p ? p : call_answer(call);
		call->kept = call->kept ? call->kept : p;
		if (!size)
			p = NULL;
		else if (f && field_parse(f, p, arena_memdup(call->arena, text + name + 1, size - name - 1), &context, err) < 0)
			return -1;
		text += size;
	}
	return 0;
}

struct kept {
	const char *hash, *result;
};
RECORD(rec_kept, struct kept, "idempotency", NULL, TEXT_FIELD(struct kept, hash, 0, NULL), TEXT_FIELD(struct kept, result, 0, NULL))

int
idempotency_find(struct call *call, const char *actor, const char *key, const void *in, const char **hash_r, struct err *err)
{
	struct kept kept;
	int rc;

	*hash_r = request_hash(call, in);
	rc = sql_one(call->tx, call->arena, SQL_IDEMPOTENCY_GET,
		     ARGS(V_TEXT(actor), V_TEXT(call->op->name), V_TEXT(key), V_INT(call->now - KEY_KEPT_MS)), &rec_kept, &kept, err);
	if (rc <= 0)
		return rc;
	if (strcmp(kept.hash, *hash_r) != 0)
		return err_set(err, E_KEY_REUSED, "value", key, NULL);
	return answer_again(call, kept.result, err) < 0 ? -1 : 1;
}

int
idempotency_keep(struct call *call, const char *actor, const char *key, const char *hash, struct err *err)
{
	if (RUN(call, IDEMPOTENCY_FORGET, V_INT(call->now - KEY_KEPT_MS)) < 0)
		return -1;
	return RUN(call, IDEMPOTENCY_PUT, V_TEXT(actor), V_TEXT(call->op->name), V_TEXT(key), V_TEXT(hash),
		   V_TEXT(answer_keep(call)), V_INT(call->now)) < 0
		       ? -1
		       : 0;
}

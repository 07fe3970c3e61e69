/*
 * What was asked for without the server comes late: it must not overwrite what
 * somebody else did meanwhile.
 */
#include "desk/priv.h"

/* What each would overwrite: the event by which that is known; field: only where this is asked for. */
static const struct {
	const struct op *op;
	const char *event, *ref, *field;
} rivals[] = {
	{ &op_ixn_note, "ixn.changed", "note", "replace" },
	{ &op_ixn_disposition, "disposition.set", NULL, NULL },
	{ &op_email_edit, "draft.changed", NULL, NULL },
};

int
rival_check(struct call *call, const void *in, int64_t seen, struct err *err)
{
	const struct record *record = call->op->in;
	int64_t one;

	for (size_t i = 0; i < COUNT_OF(rivals); i++) {
		const char *id;
		int rc;

		if (rivals[i].op != call->op || (rivals[i].field && record_int(record, in, rivals[i].field) != 1))
			continue;
		id = record_text(record, in, "id");
		rc = sql_int(call->tx, SQL_RIVAL, ARGS(V_TEXT(id), V_INT(seen), V_TEXT(rivals[i].event), V_TEXT(rivals[i].ref), V_TEXT(call->actor.name)), &one, err);
		if (rc != 0)
			return rc < 0 ? -1 : err_set(err, E_MOVED, "id", id, NULL);
	}
	return 0;
}

/* What the outbox's jobs ask the desk, and tell it, and their lock beside its store. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/lockfile.h"
#include "base/utf8.h"
#include "jobs/outbox_priv.h"

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)record, (void)err;
	*(const void **)context = p;
	return 0;
}

int
outbox_call(struct desk *desk, const struct op *op, const void *in, struct arena *arena, const void **out_r, struct err *err)
{
	const struct request request = { .op = op, .in = in };

	*out_r = NULL;
	return desk_call(desk, &request, arena, keep, out_r, err);
}

struct box_list {
	struct arena *arena;
	VEC(struct outbox_box)
	boxes;
};

static int
add_box(void *context, const struct record *record, const void *p, struct err *err)
{
	struct box_list *list = context;

	(void)record, (void)err;
	vec_push(list->arena, &list->boxes, *(const struct outbox_box *)p);
	return 0;
}

int
outbox_boxes(struct desk *desk, struct arena *arena, struct records *out, struct err *err)
{
	const struct outbox_boxes_in in = { INT_ABSENT };
	const struct request request = { .op = &op_outbox_boxes, .in = &in };
	struct box_list list = { .arena = arena };

	if (desk_call(desk, &request, arena, add_box, &list, err) < 0)
		return -1;
	*out = (struct records){ list.boxes.v, list.boxes.n };
	return 0;
}

int
outbox_lock(struct desk *desk, const char *mailbox, int64_t wait_ms, struct err *err)
{
	struct arena *arena = arena_new();
	const char *suffix = *mailbox ? arena_printf(arena, "-outbox.%s", mailbox) : "-outbox";
	int lock = lockfile_take(desk_beside(desk, arena, suffix), "outbox-send", wait_ms, err);

	arena_free(&arena);
	return lock;
}

/* Somebody has it now: who had no room in the same transaction gets one of their own, and that was no try. */
static bool
some_taken(const struct smtp_result *results, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (results[i].outcome == SMTP_ACCEPTED)
			return true;
	return false;
}

struct mail_recipient *
outbox_outcomes(const struct outbox_next *mail, const struct smtp_result *results, struct arena *arena, bool *rest_r)
{
	static const enum mail_state states[] = {
		[SMTP_ACCEPTED] = MAIL_SENT,
		[SMTP_LATER] = MAIL_DEFERRED,
		[SMTP_REFUSED] = MAIL_FAILED,
		[SMTP_UNKNOWN] = MAIL_UNKNOWN,
	};
	bool taken = some_taken(results, mail->to.n);
	struct mail_recipient *v = arena_alloc(arena, (mail->to.n + 1) * sizeof(*v));

	for (size_t i = 0; i < mail->to.n; i++) {
		const struct smtp_result *result = results + i;
		bool rest = taken && result->full;

		v[i] = (struct mail_recipient){
			.address = mail->to.v[i],
			.state = rest ? MAIL_QUEUED : states[result->outcome],
			.code = result->code ? result->code : INT_ABSENT,
			.reply = utf8_repair(arena, result->text, strlen(result->text), NULL),
			.attempts = INT_ABSENT,
			.next_at = INT_ABSENT,
			.reported = INT_ABSENT,
		};
		*rest_r |= rest;
	}
	return v;
}

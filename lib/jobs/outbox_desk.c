/* What the outbox's jobs ask the desk, and their lock beside its store. */
#include "base/arena.h"
#include "base/err.h"
#include "base/lockfile.h"
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

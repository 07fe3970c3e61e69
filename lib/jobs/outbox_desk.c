/* What the outbox's jobs ask the desk, and tell it, and whose turn it is. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/lockfile.h"
#include "base/rand.h"
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

/* Turns. */

#define LOOK_MS MS_SECOND

/*
 * A name that no other lock has, on any machine: made once, and kept in the lock's
 * file behind its holder. Where that fails the name is another one each time, which
 * is safe: what a run that died has left then waits until its lease is over.
 */
static void
name_place(int lock, char place[OUTBOX_PLACE + 1])
{
	char secret[RAND_SECRET + 1];
	ssize_t written;

	memset(place, 0, OUTBOX_PLACE + 1);
	if (pread(lock, place, OUTBOX_PLACE, LOCK_HOLDER) == OUTBOX_PLACE && strspn(place, "0123456789abcdef") == OUTBOX_PLACE)
		return;
	memcpy(place, rand_secret(secret), OUTBOX_PLACE);
	written = pwrite(lock, place, OUTBOX_PLACE, LOCK_HOLDER);
	(void)written;
}

static int
take_lock(struct outbox_turn *turn, int64_t wait_ms, struct err *err)
{
	struct arena *arena = arena_new();
	const char *mailbox = turn->run.mailbox, *suffix = *mailbox ? arena_printf(arena, "-outbox.%s", mailbox) : "-outbox";

	turn->lock = lockfile_take(desk_beside(turn->desk, arena, suffix), "outbox-send", wait_ms, err);
	arena_free(&arena);
	return turn->lock < 0 ? -1 : 0;
}

static int64_t
new_epoch(void)
{
	int64_t epoch;

	rand_bytes(&epoch, sizeof(epoch));
	return (epoch & INT_EXACT) | 1;
}

static int
hold(struct outbox_turn *turn, emit_fn *healed, void *context, struct err *err)
{
	const struct request request = { .op = &op_outbox_heal, .in = &turn->run };
	struct arena *arena = arena_new();
	int rc;

	err->code = E_OK;
	rc = desk_call(turn->desk, &request, arena, healed, context, err);
	arena_free(&arena);
	return rc;
}

/* The same error as for a run of this machine. The desk does not say it: a client would take it for a busy server, and ask again. */
static int
locked(struct err *err)
{
	const char *machine = err_get(err, "holder");
	char holder[LOCK_HOLDER];

	snprintf(holder, sizeof(holder), "%s", machine ? machine : "");
	return err_set(err, E_LOCKED, "what", "outbox-send", "holder", holder, NULL);
}

int
outbox_begin(struct outbox_turn *turn, struct desk *desk, const char *mailbox, int64_t wait_ms, emit_fn *healed, void *context, struct err *err)
{
	int64_t deadline = clock_monotonic() + wait_ms, left;
	int rc;

	*turn = (struct outbox_turn){ .desk = desk, .lock = -1, .run = { .mailbox = mailbox } };
	if (take_lock(turn, wait_ms, err) < 0)
		return -1;
	/* A machine without a name is one, too; a long name ends where there is no more room. */
	if (gethostname(turn->machine, sizeof(turn->machine) - 1) < 0)
		turn->machine[0] = '\0';
	name_place(turn->lock, turn->place);
	turn->run.machine = turn->machine;
	turn->run.place = turn->place;
	turn->run.epoch = new_epoch();
	while ((rc = hold(turn, healed, context, err)) < 0 && err->code == E_TAKEN && (left = deadline - clock_monotonic()) > 0)
		poll(NULL, 0, (int)(left < LOOK_MS ? left : LOOK_MS));
	turn->held = rc == 0;
	return rc < 0 && err->code == E_TAKEN ? locked(err) : rc;
}

static int
ignore(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)context, (void)record, (void)p, (void)err;
	return 0;
}

/* Whatever the desk says to that, it says to the next step as well. */
static void
say(struct outbox_turn *turn)
{
	struct err ignored = { 0 };
	int rc = hold(turn, ignore, NULL, &ignored);

	(void)rc;
}

void
outbox_go_on(void *turn)
{
	say(turn);
}

/* Where the desk cannot be told, the account is free when the lease is over, or at once for whoever takes this lock. */
void
outbox_end(struct outbox_turn *turn)
{
	turn->run.done = 1;
	if (turn->held)
		say(turn);
	if (turn->lock >= 0)
		close(turn->lock);
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

#include "search/index_top.h"

#include <string.h>

/* Of a single block: all of it, which need not be looked at again. */
static bool
short_right(struct list *list, uint64_t room)
{
	struct file_short head = { 0 };
	uint64_t size;

	if (room < SHORT_HEAD)
		return false;
	memcpy(&head, list->at, SHORT_HEAD);
	size = SHORT_HEAD + pack_size(list->n, head.bits) + list->n;
	list->own = (struct file_step){ .last = head.last, .at = SHORT_HEAD, .bits = head.bits, .max = list->max };
	list->steps = NULL;
	return head.bits <= 32 && size <= room && head.sum == index_sum(list->at + sizeof(head.sum), size - sizeof(head.sum), sum_seed(SUM_STEPS + list->set, list->term));
}

static bool
steps_right(struct search *search, struct list *list, uint32_t where)
{
	uint64_t at = (uint64_t)where * LIST_UNIT, size = search->h.section[IN_LISTS].size, steps = (uint64_t)list->blocks * sizeof(struct file_step);
	uint32_t sum;

	if (at > size)
		return false;
	list->at = section_at(search, IN_LISTS) + at;
	if (list->blocks == 1)
		return short_right(list, size - at);
	if (LIST_UNIT + steps > size - at)
		return false;
	list->steps = (const struct file_step *)(const void *)(list->at + LIST_UNIT);
	memcpy(&sum, list->at, sizeof(sum));
	return sum == index_sum(list->steps, steps, sum_seed(SUM_STEPS + list->set, list->term));
}

bool
list_open(struct search *search, uint32_t term, enum index_set set, struct list *list)
{
	const struct file_term *t = term < search->h.terms ? index_file_term(search, term) : NULL;

	list->n = t ? t->list[set].n : 0;
	if (!list->n)
		return false;
	list->term = term;
	list->set = set;
	list->max = t->max[set];
	list->blocks = (list->n - 1) / PACK_BLOCK + 1;
	list->at = NULL;
	list->alone = t->list[set].where;
	list->impact = t->max[set];
	list->block = UINT32_MAX;
	list->next = list->filled = list->following = 0;
	if (list->n == 1 || steps_right(search, list, t->list[set].where))
		return true;
	index_broken(search, "a list is not right");
	return false;
}

/* The lower halves of the bytes are the first ones. Eight at a time: none is above a byte. */
static void
unpack_halves(const uint8_t *in, const struct file_step *step, uint8_t out[PACK_BLOCK])
{
	const uint64_t each = UINT64_C(0x0101010101010101), base = step->base * each;

	for (size_t i = 0; i < PACK_BLOCK / 2; i += sizeof(each)) {
		uint64_t halves, low, high;

		memcpy(&halves, in + i, sizeof(halves));
		low = base + (halves & 15 * each) * step->scale;
		high = base + (halves >> 4 & 15 * each) * step->scale;
		memcpy(out + i, &low, sizeof(low));
		memcpy(out + PACK_BLOCK / 2 + i, &high, sizeof(high));
	}
}

uint32_t
list_unpack(struct search *search, const struct list *list, uint32_t i, uint32_t delta[PACK_BLOCK], uint8_t space[PACK_BLOCK], const uint8_t **impacts_r)
{
	const struct file_step *step;
	uint32_t n = i + 1 < list->blocks ? PACK_BLOCK : list->n - i * PACK_BLOCK;
	uint64_t room, packed, impacts;

	if (!list->at) {
		delta[0] = list->alone;
		*impacts_r = &list->impact;
		return 1;
	}
	step = list_step(list, i);
	room = (uint64_t)(section_at(search, IN_LISTS) + search->h.section[IN_LISTS].size - list->at);
	packed = pack_size(n, step->bits);
	impacts = step->scale && n == PACK_BLOCK ? PACK_BLOCK / 2 : n;
	if (step->bits > 32 || step->at > room || packed + impacts > room - step->at ||
	    (list->steps && step->sum != index_sum(list->at + step->at, packed + impacts, sum_seed(SUM_BLOCK + list->set, (uint64_t)list->term << 24 ^ i)))) {
		index_broken(search, "a block of postings is not right");
		return 0;
	}
	unpack_block(list->at + step->at, n, step->bits, delta);
	*impacts_r = list->at + step->at + packed;
	if (impacts < n) {
		unpack_halves(*impacts_r, step, space);
		*impacts_r = space;
	}
	return n;
}

bool
list_load(struct search *search, struct list *list, uint32_t i)
{
	uint32_t document = list_before(list, i);

	list->block = i;
	list->next = list->filled = 0;
	if (i >= list->blocks)
		return false;
	list->filled = list_unpack(search, list, i, list->room->document, list->room->space, &list->impacts);
	for (uint32_t k = 0; k < list->filled; k++) {
		document += list->room->document[k] + 1;
		list->room->document[k] = document;
	}
	return list->filled > 0;
}

/* Doubling steps, then halving. */
uint32_t
list_block(const struct list *list, uint32_t i, uint32_t document)
{
	uint32_t step = 1, low = i, high;

	while (low + step < list->blocks && list_last(list, low + step) < document) {
		low += step;
		step *= 2;
	}
	high = low + step < list->blocks ? low + step : list->blocks;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (list_last(list, middle) < document)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
list_seek(struct search *search, struct list *list, uint32_t document)
{
	uint32_t i = list->block == UINT32_MAX ? 0 : list->block;

	if (i >= list->blocks)
		return INDEX_NONE;
	if (list->block == UINT32_MAX || list_last(list, i) < document) {
		i = list_block(list, i, document);
		if (!list_load(search, list, i))
			return INDEX_NONE;
	}
	while (list->next < list->filled && list->room->document[list->next] < document)
		list->next++;
	return list->next < list->filled ? list->room->document[list->next] : INDEX_NONE;
}

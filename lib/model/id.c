#include "model/id.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/rand.h"

#define TIME_LEN 10
#define TIME_MAX ((INT64_C(1) << 48) - 1)

/* Crockford's: without I, L, O and U. */
static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* 48 bits of time and 80 random ones, the high half first. */
struct bits {
	uint64_t high, low;
};

static struct bits
random_bits(time_ms now)
{
	struct bits b = { 0, 0 };
	uint16_t sixteen;

	if (now < 0)
		now = 0;
	if (now > TIME_MAX)
		now = TIME_MAX;
	rand_bytes(&sixteen, sizeof(sixteen));
	rand_bytes(&b.low, sizeof(b.low));
	b.high = (uint64_t)now << 16 | sixteen;
	return b;
}

/* Within a millisecond ids rise by random steps: neighbours cannot be guessed. */
static struct bits
next_bits(time_ms now)
{
	static _Thread_local struct bits last;
	static _Thread_local time_ms last_now = -1;
	static _Thread_local pid_t owner;
	uint32_t step;

	/* After a fork both would go on in the same way. */
	if (now != last_now || owner != getpid()) {
		last_now = now;
		owner = getpid();
		return last = random_bits(now);
	}
	rand_bytes(&step, sizeof(step));
	last.low += (uint64_t)step + 1;
	last.high += last.low <= step;
	return last;
}

const char *
id_new(struct arena *arena, time_ms now)
{
	struct bits b = next_bits(now);
	char text[ID_SIZE] = { 0 };

	for (int i = ID_LEN - 1; i >= 0; i--) {
		text[i] = letters[b.low & 31];
		b.low = b.low >> 5 | b.high << 59;
		b.high >>= 5;
	}
	return arena_strdup(arena, text);
}

/* The normal form of a character, or NUL. */
static char
normal(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 32);
	if (c == 'I' || c == 'L')
		return '1';
	if (c == 'O')
		return '0';
	return c && strchr(letters, c) ? c : '\0';
}

/* How many characters text has; 0: too many, or others. */
static size_t
parse(const char *text, char out[ID_SIZE])
{
	size_t n;

	for (n = 0; text[n]; n++) {
		if (n == ID_LEN || !(out[n] = normal(text[n])))
			return 0;
	}
	out[n] = '\0';
	return n;
}

bool
id_parse(const char *text, char out[ID_SIZE])
{
	/* 26 characters hold 130 bits: the first may not use its upper two. */
	return parse(text, out) == ID_LEN && out[0] <= '7';
}

bool
id_end_parse(const char *text, char out[ID_SIZE])
{
	size_t n = parse(text, out);

	return n >= ID_END_MIN && n < ID_LEN;
}

void
id_reverse(const char *id, char out[ID_SIZE])
{
	size_t n = strnlen(id, ID_LEN);

	for (size_t i = 0; i < n; i++)
		out[i] = id[n - 1 - i];
	out[n] = '\0';
}

time_ms
id_time(const char *id)
{
	time_ms t = 0;

	for (int i = 0; i < TIME_LEN && id[i]; i++) {
		const char *p = strchr(letters, id[i]);

		t = t << 5 | (p ? p - letters : 0);
	}
	return t & TIME_MAX;
}

void
id_least(time_ms at, char out[ID_SIZE])
{
	at = at < 0 ? 0 : at > TIME_MAX ? TIME_MAX
					: at;
	memset(out, letters[0], ID_LEN);
	out[ID_LEN] = '\0';
	for (int i = TIME_LEN - 1; i >= 0; i--) {
		out[i] = letters[at & 31];
		at >>= 5;
	}
}

#include "wire/mail_id.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/digest.h"

#define ID_LEN (MAIL_ID_SIZE - 1)
#define MAC_BYTES 10
#define MAC_LEN 16 /* in base32 */
#define LOCAL_MAX 64
#define ADDRESS_MAX 320

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* In small letters; false: too long. */
static bool
lower_all(const char *s, char *out, size_t room)
{
	size_t n = 0;

	for (; s[n] && n + 1 < room; n++)
		out[n] = lower(s[n]);
	out[n] = '\0';
	return !s[n];
}

/* Over the id and the address, both in small letters. */
static bool
mac_of(const char *id, const char *address, const void *key, size_t key_size, char out[MAC_LEN + 1])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	char id_lower[MAIL_ID_SIZE], address_lower[ADDRESS_MAX];
	unsigned char mac[DIGEST_SIZE];

	if (!lower_all(id, id_lower, sizeof(id_lower)) || !lower_all(address, address_lower, sizeof(address_lower)))
		return false;
	digest_hmac(key, key_size, (struct digest_part[]){ { id_lower, ID_LEN }, { address_lower, strlen(address_lower) } }, 2, mac);
	for (size_t i = 0; i < MAC_LEN; i++) {
		size_t bit = 5 * i;
		unsigned two = (unsigned)mac[bit / 8] << 8 | (bit / 8 + 1 < MAC_BYTES ? mac[bit / 8 + 1] : 0);

		out[i] = letters[two >> (11 - bit % 8) & 31];
	}
	out[MAC_LEN] = '\0';
	return true;
}

static bool
is_id(const char *id)
{
	for (size_t i = 0; i < ID_LEN; i++)
		if (!(id[i] >= '0' && id[i] <= '9') && !(lower(id[i]) >= 'a' && lower(id[i]) <= 'z'))
			return false;
	return true;
}

const char *
mail_token_make(struct arena *arena, const char *address, const char *id26, const void *key, size_t key_size)
{
	const char *at = strrchr(address, '@');
	char mac[MAC_LEN + 1], id[MAIL_ID_SIZE];

	if (!at || at == address || strlen(id26) != ID_LEN || !is_id(id26) || (size_t)(at - address) + 1 + ID_LEN + 1 + MAC_LEN > LOCAL_MAX ||
	    !mac_of(id26, address, key, key_size, mac) || !lower_all(id26, id, sizeof(id)))
		return NULL;
	return arena_printf(arena, "%.*s+%s.%s%s", (int)(at - address), address, id, mac, at);
}

bool
mail_token_read(const char *address, const char *base_address, const void *key, size_t key_size, char id_r[MAIL_ID_SIZE])
{
	const char *base_at = strrchr(base_address, '@'), *at = strrchr(address, '@'), *id;
	size_t local = base_at ? (size_t)(base_at - base_address) : 0;
	char mac[MAC_LEN + 1], given[MAC_LEN + 1], id_text[MAIL_ID_SIZE];

	if (!base_at || !at || strcasecmp(at, base_at) != 0 || (size_t)(at - address) != local + 1 + ID_LEN + 1 + MAC_LEN)
		return false;
	id = address + local + 1;
	if (strncasecmp(address, base_address, local) != 0 || id[-1] != '+' || id[ID_LEN] != '.' || !is_id(id))
		return false;
	memcpy(id_text, id, ID_LEN);
	id_text[ID_LEN] = '\0';
	for (size_t i = 0; i < MAC_LEN; i++)
		given[i] = lower(id[ID_LEN + 1 + i]);
	if (!mac_of(id_text, base_address, key, key_size, mac) || !digest_equal(mac, given, MAC_LEN))
		return false;
	for (size_t i = 0; i < MAIL_ID_SIZE; i++)
		id_r[i] = id_text[i] >= 'a' && id_text[i] <= 'z' ? (char)(id_text[i] - 32) : id_text[i];
	return true;
}

/* base/digest.h, by the examples of FIPS 180-2 and RFC 4231. */
#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "tests/unit/tap.h"

static const struct hash_case {
	const char *text, *want;
} hash_cases[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static const struct hmac_case {
	const char *key, *text, *want;
} hmac_cases[] = {
	{ "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", "Hi There",
	  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ "Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
};

static void
hex_of(const unsigned char bytes[DIGEST_SIZE], char out[DIGEST_HEX])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void
test_steps(void)
{
	char whole[DIGEST_HEX], steps[DIGEST_HEX];
	size_t size = 1000000;
	char *as = xmalloc(size);
	struct digest d;

	memset(as, 'a', size);
	digest_hex(as, size, whole);
	is_str(whole, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "a million a");
	digest_init(&d);
	for (size_t at = 0, n = 1; at < size; at += n, n = n * 3 % 4099) {
		n = n < size - at ? n : size - at;
		digest_add(&d, as + at, n);
	}
	digest_end_hex(&d, steps);
	is_str(steps, whole, "the same in steps of any size");
	free(as);
}

int
main(void)
{
	unsigned char bytes[DIGEST_SIZE], parts_bytes[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	for (size_t i = 0; i < COUNT_OF(hash_cases); i++) {
		digest_hex(hash_cases[i].text, strlen(hash_cases[i].text), hex);
		is_str(hex, hash_cases[i].want, hash_cases[i].text);
	}
	test_steps();
	for (size_t i = 0; i < COUNT_OF(hmac_cases); i++) {
		const struct hmac_case *c = &hmac_cases[i];
		struct digest_part whole = { c->text, strlen(c->text) };
		struct digest_part parts[] = { { c->text, 3 }, { "", 0 }, { c->text + 3, strlen(c->text) - 3 } };

		digest_hmac(c->key, strlen(c->key), &whole, 1, bytes);
		hex_of(bytes, hex);
		is_str(hex, c->want, c->text);
		digest_hmac(c->key, strlen(c->key), parts, COUNT_OF(parts), parts_bytes);
		ok(digest_equal(bytes, parts_bytes, DIGEST_SIZE), "the same in parts");
		parts_bytes[DIGEST_SIZE - 1] ^= 1;
		ok(!digest_equal(bytes, parts_bytes, DIGEST_SIZE), "one bit is a difference");
	}
	return done();
}

/*
 * digest.h - SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).
 *
 * A struct digest is one computation: digest_init, any number of digest_add,
 * then one end. No heap; any thread.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include <nettle/sha2.h>

#define DIGEST_SIZE 32 /* bytes */
#define DIGEST_HEX 65  /* with the NUL */

struct digest {
	struct sha256_ctx state;
};

void digest_init(struct digest *d);
void digest_add(struct digest *d, const void *data, size_t size);
void digest_end(struct digest *d, unsigned char out[DIGEST_SIZE]);
/* The same in lower-case figures. */
void digest_end_hex(struct digest *d, char out[DIGEST_HEX]);

/* At once. */
void digest_hex(const void *data, size_t size, char out[DIGEST_HEX]);

struct digest_part {
	const void *data;
	size_t size;
};

/* Over the parts, one behind the other. */
void digest_hmac(const void *key, size_t key_size, const struct digest_part *parts, size_t n, unsigned char out[DIGEST_SIZE]);
/* Are they the same? The time does not depend on where they differ. */
bool digest_equal(const void *a, const void *b, size_t size);

#endif

/*
 * rand.h - the only door through which randomness comes in: the kernel's, or
 * a fixed sequence that a unit test asked for.
 */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void rand_bytes(void *p, size_t size);
/* 256 bits of it, as hexadecimal digits: nobody guesses them. */
#define RAND_SECRET 64
const char *rand_secret(char out[RAND_SECRET + 1]);
/* It may be one. */
bool rand_is_secret(const char *text);
/* For unit tests: a deterministic sequence from here on. */
void rand_pin(uint64_t seed);

#endif

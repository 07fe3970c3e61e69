/* Addresses, dates and words: UTF-8 on one line, whatever stands there. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"
#include "wire/mail_id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *text)
{
	assert(utf8_valid(text, strlen(text)) == strlen(text) && !strpbrk(text, "\r\n"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct mail_addresses list = { NULL, 0 };
	char id[MAIL_ID_SIZE];

	mail_addresses_add(arena, (struct mail_span){ (const char *)data, size }, &list);
	assert(list.n <= 1004);
	for (size_t i = 0; i < list.n; i++) {
		const char *token;

		check(list.v[i].address);
		if (list.v[i].name)
			check(list.v[i].name);
		token = mail_token_make(arena, list.v[i].address, "01JDQ8Z5M8T4V6W2X3Y4Z5A6B7", "key", 3);
		assert(!token || mail_token_read(token, list.v[i].address, "key", 3, id));
	}
	(void)mail_date_read((const char *)data, size);
	arena_free(&arena);
	return 0;
}

#include "wire/mail_transfer.h"

#include <string.h>

#include "base/arena.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"

static const char *const names[] = { [MAIL_IDENTITY] = NULL, [MAIL_BASE64] = "base64", [MAIL_QP] = "quoted-printable", [MAIL_UUENCODE] = "uuencode" };

const char *
mail_transfer_name(int encoding)
{
	return names[encoding];
}

void
mail_transfer_decode(struct arena *arena, const char *encoding, const void *bytes, size_t size, const void **out_r, size_t *size_r)
{
	char *out = arena_alloc(arena, size + 1);
	int which = MAIL_IDENTITY;

	for (int i = MAIL_BASE64; encoding && i <= MAIL_UUENCODE; i++)
		if (strcmp(encoding, names[i]) == 0)
			which = i;
	*size_r = mail_decode(which, bytes, size, out);
	out[*size_r] = '\0';
	*out_r = out;
}

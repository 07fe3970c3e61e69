/*
 * The HTML of a mail: what takes MIME apart is not in the light program.
 */
#include "cmd/full/full.h"
#include "wire/mail.h"

const char *
mail_html(struct arena *arena, const char *bytes, size_t size)
{
	struct mail_body body;

	mail_body_read(arena, bytes, size, &body);
	return body.html;
}

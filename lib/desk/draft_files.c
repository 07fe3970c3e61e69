/*
 * The files of a draft: each is a blob of its own, kept once whatever mail it goes with.
 */
#include <string.h>

#include "desk/draft_priv.h"

RECORD(rec_draft_file_in, struct draft_file_in, "file", N_("A file that goes along."),
       TEXT_FIELD(struct draft_file_in, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(struct draft_file_in, type, 0, N_("its MIME type; as its name says when left out")),
       BYTES_FIELD(struct draft_file_in, data, FIELD_REQUIRED | FIELD_PERSONAL, N_("its bytes")))

/* Behind those that are there, within the bounds. */
static int
add(struct call *call, const char *ixn, const char *name, const char *type, const char *digest, int64_t size, struct err *err)
{
	struct attachment checked = { .name = name, .type = type };
	struct email_part row = { .ixn = ixn, .size = size, .digest = digest, .start = INT_ABSENT, .length = INT_ABSENT };
	struct records parts;
	int64_t bytes = size;

	if (attachment_check(&checked, err) < 0 || email_parts(call, ixn, &parts, err) < 0)
		return -1;
	for (size_t i = 0; i < parts.n; i++) {
		bytes += ((const struct email_part *)parts.v)[i].size;
		row.ord = ((const struct email_part *)parts.v)[i].ord;
	}
	row.ord++;
	if (parts.n >= FILES_MAX)
		return err_set(err, E_TOO_LARGE, "what", N_("the list of files"), "limit", "20 files", NULL);
	if (bytes > FILES_BYTES)
		return err_set(err, E_TOO_LARGE, "what", name, "limit", "25 MiB with all other files", NULL);
	row.name = checked.name;
	row.type = checked.type;
	return email_part_add(call, &row, err);
}

/* How many of that name were there. */
static int
drop(struct call *call, const char *ixn, const char *name, struct err *err)
{
	return CHANGE(call, EMAIL_PART_DELETE, V_TEXT(ixn), V_TEXT(name));
}

static int
attach_one(struct call *call, const char *ixn, const struct draft_file_in *file, struct err *err)
{
	const char *digest;

	if ((int64_t)file->data.n > FILES_BYTES)
		return err_set(err, E_TOO_LARGE, "what", file->name, "limit", "25 MiB", NULL);
	if (drop(call, ixn, file->name, err) < 0 || blob_put(call, file->data.p, file->data.n, &digest, err) < 0)
		return -1;
	return add(call, ixn, file->name, file->type, digest, (int64_t)file->data.n, err);
}

int
draft_attach(struct call *call, const char *ixn, const struct records *files, struct err *err)
{
	for (size_t i = 0; i < files->n; i++)
		if (attach_one(call, ixn, (const struct draft_file_in *)files->v + i, err) < 0)
			return -1;
	return 0;
}

int
draft_detach(struct call *call, const char *ixn, const char *name, struct err *err)
{
	int n = drop(call, ixn, name, err);

	return n == 0 ? err_set(err, E_NO_MAIL_PART, "value", name, NULL) : n < 0 ? -1
										  : 0;
}

int
draft_attach_response(struct call *call, const char *ixn, const struct response *response, struct err *err)
{
	struct records files;

	if (attachments_of(call, response->id, &files, err) < 0)
		return -1;
	for (size_t i = 0; i < files.n; i++) {
		const struct attachment *a = (const struct attachment *)files.v + i;

		if (drop(call, ixn, a->name, err) < 0 || add(call, ixn, a->name, a->type, a->digest, a->size, err) < 0)
			return -1;
	}
	return 0;
}

/* A name as others have given it is not always one that we give. */
static const char *
fit_name(struct call *call, const struct email_part *part)
{
	struct attachment a = { .name = part->name, .type = NULL };
	struct err ignored = { 0 };

	return a.name && attachment_check(&a, &ignored) == 0 ? part->name : arena_printf(call->arena, "attachment-%lld", (long long)part->ord);
}

int
draft_attach_mail(struct call *call, const char *ixn, const char *mail, struct err *err)
{
	struct records parts;

	if (email_parts(call, mail, &parts, err) < 0)
		return -1;
	for (size_t i = 0; i < parts.n; i++) {
		const struct email_part *part = (const struct email_part *)parts.v + i;
		struct attachment typed = { .name = "file", .type = part->type };
		struct err ignored = { 0 };
		const void *bytes;
		const char *digest;
		size_t size;

		if (email_part_bytes(call, part, &bytes, &size, err) < 0 || blob_put(call, bytes, size, &digest, err) < 0 ||
		    add(call, ixn, fit_name(call, part), attachment_check(&typed, &ignored) == 0 ? part->type : NULL, digest, (int64_t)size, err) < 0)
			return -1;
	}
	return 0;
}

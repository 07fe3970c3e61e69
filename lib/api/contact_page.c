/*
 * The contacts' pages and what they load: files of lib/api/page, put into the
 * program when it is built, as they are and packed.
 */
#include <string.h>
#include <strings.h>

#include "api/contact.h"
#include "base/err.h"

#define FILES(X) \
	X(chat_html, "/chat", "text/html; charset=utf-8") \
	X(callback_html, "/callback", "text/html; charset=utf-8") \
	X(chat_css, "/page/chat.css", "text/css; charset=utf-8") \
	X(texts_js, "/page/texts.js", "text/javascript; charset=utf-8") \
	X(common_js, "/page/common.js", "text/javascript; charset=utf-8") \
	X(chat_js, "/page/chat.js", "text/javascript; charset=utf-8") \
	X(callback_js, "/page/callback.js", "text/javascript; charset=utf-8") \
	X(icon_svg, "/page/icon.svg", "image/svg+xml") \
	X(embed_js, "/embed.js", "text/javascript; charset=utf-8")

#define DECLARE(name, path, type) \
	extern const unsigned char page_##name[], page_##name##_gz[]; \
	extern const unsigned long page_##name##_size, page_##name##_gz_size; \
	extern const char page_##name##_tag[];
FILES(DECLARE)

static const struct file {
	const char *path, *type, *tag;
	const unsigned char *bytes;
	const unsigned long *size;
	const unsigned char *packed;
	const unsigned long *packed_size;
} files[] = {
#define ROW(name, path, type) { path, type, page_##name##_tag, page_##name, &page_##name##_size, page_##name##_gz, &page_##name##_gz_size },
	FILES(ROW)
};

static const struct file *
file_of(const char *path)
{
	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (strcmp(files[i].path, path) == 0)
			return &files[i];
	return NULL;
}

/* Two representations, two tags; a proxy may have weakened it. */
static bool
has_it(const struct api_request *request, const char *tag)
{
	const char *list = api_header(request, "If-None-Match");

	return list && strstr(list, tag);
}

static bool
wants_packed(const struct api_request *request)
{
	const char *list = api_header(request, "Accept-Encoding"), *at = list ? strcasestr(list, "gzip") : NULL;

	return at && strncmp(at + 4 + strspn(at + 4, " "), ";q=0", 4) != 0;
}

static int
file_send(struct api_request *request, struct api_answer *answer, const struct file *file)
{
	bool packed = wants_packed(request);
	const char *tag = arena_printf(request->arena, "\"%s%s\"", file->tag, packed ? "-gz" : "");

	answer->type = file->type;
	api_answer_header(request, answer, "ETag", tag);
	api_answer_header(request, answer, "Cache-Control", "no-cache");
	api_answer_header(request, answer, "Vary", "Accept-Encoding");
	api_answer_header(request, answer, "Referrer-Policy", "no-referrer");
	if (has_it(request, tag)) {
		answer->status = 304;
		return 0;
	}
	if (packed)
		api_answer_header(request, answer, "Content-Encoding", "gzip");
	answer->file = packed ? file->packed : file->bytes;
	answer->file_size = packed ? *file->packed_size : *file->size;
	return 0;
}

int
file_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	const struct file *file = file_of(request->path);

	if (!file)
		return err_set(err, E_NO_PAGE, "name", request->path, NULL);
	/* Websites embed the script; what it opens says itself where it may be shown. */
	api_answer_header(request, answer, "Cross-Origin-Resource-Policy", strcmp(file->path, "/embed.js") == 0 ? "cross-origin" : "same-origin");
	return file_send(request, answer, file);
}

/* Pages. */

static int
origins(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	*(struct texts *)context = *(const struct texts *)field_const(record_field(record, "origins"), p);
	return 0;
}

/* Only the websites that it belongs to may have it in a frame; no script but its own runs, whatever anybody writes. */
static const char *
policy_of(struct api_request *request, const struct texts *allowed)
{
	const char *text = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

	for (size_t i = 0; i < allowed->n; i++)
		text = arena_printf(request->arena, "%s %s", text, allowed->v[i]);
	return text;
}

int
page_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	void *in = record_new(request->arena, op_web_show.in);
	struct request r = { .op = &op_web_show, .in = in, .contact = "", .from = request->address };
	struct texts allowed = { NULL, 0, 0 };
	const char *site = api_query(request, "site");

	if (site && *site)
		record_set_text(op_web_show.in, in, "site", site);
	if (desk_call(request->desk, &r, request->arena, origins, &allowed, err) < 0)
		return -1;
	api_answer_header(request, answer, "Content-Security-Policy", policy_of(request, &allowed));
	api_answer_header(request, answer, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
	api_answer_header(request, answer, "Cross-Origin-Opener-Policy", "same-origin");
	return file_send(request, answer, file_of(request->path));
}

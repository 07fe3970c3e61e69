/*
 * Responses as they are sent: chosen, allowed, and filled in for an interaction.
 */
#include <string.h>

#include "desk/field_priv.h"
#include "desk/response_priv.h"

/* "fr" of "fr-CA". */
static bool
same_language(const char *a, const char *b)
{
	size_t size = strcspn(a, "-_");

	return strcspn(b, "-_") == size && strncasecmp(a, b, size) == 0;
}

int
response_render(struct call *call, const struct response *r, const struct ixn *ixn, enum missing_policy missing, enum code_context into, const char **text_r, struct err *err)
{
	const char *text = into == CODE_HTML ? r->html : r->text;
	struct field_source source;
	struct code_options options;

	*text_r = text;
	if (!text)
		return 0;
	if (field_source_init(&source, call, ixn, err) < 0)
		return -1;
	options = field_options(&source, r->id, missing);
	options.into = into;
	/* Dates are in the language of the words around them, as the contact's country writes it. */
	if (r->language && !same_language(r->language, options.language ? options.language : ""))
		options.language = r->language;
	return field_code_render(call->arena, text, &options, text_r, err);
}

int
response_codes_check(struct call *call, const char *text, struct code_faults *out, struct err *err)
{
	const struct code_options options = field_check_options(call);

	return field_code_check(call->arena, text, &options, out, err);
}

int
response_choose(struct call *call, const struct chosen *chosen, const struct ixn *ixn, const char *medium, const char *given, struct sending *out, struct err *err)
{
	enum missing_policy missing = chosen->missing == INT_ABSENT ? MISSING_FAIL : (enum missing_policy)chosen->missing;
	struct err why = { 0 };
	struct response *r;
	const char *text;

	if (library_whole(call, err) < 0 || response_get(call, chosen->response, &r, err) < 0 || response_must_see(call, r, err) < 0 || response_valid(call, r, medium, call->now, err) < 0)
		return -1;
	/* What was made to fit stands as it is, whatever has no value. */
	if (response_render(call, r, ixn, given ? MISSING_KEEP : missing, CODE_PLAIN, &text, &why) < 0) {
		if (!given) {
			err_copy(err, &why);
			return -1;
		}
		text = "";
	}
	if (!given && (!text || !*text))
		return err_set(err, E_RESPONSE_NO_TEXT, "id", r->id, NULL);
	*out = (struct sending){ r, given ? given : text, given && (!text || strcmp(given, text) != 0) };
	return 0;
}

int
response_sent(struct call *call, const struct chosen *chosen, const struct ixn *ixn, const struct sending *sending, struct err *err)
{
	return response_used(call, ixn, sending->response, sending->edited, &chosen->passed, chosen->rank == INT_ABSENT ? 0 : (int)chosen->rank, err);
}

/* For who wants to look at it before it goes, or to change it. */

struct render_in {
	const char *id, *response;
	int64_t missing;
};
RECORD(rec_render_in, struct render_in, "render", N_("Which response, for which interaction."),
       ID_FIELD(struct render_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD(struct render_in, response, FIELD_REQUIRED, N_("the response: its id or shortcut")),
       NAME_FIELD(struct render_in, missing, missing_policies, 0, N_("where a field code has no value: fail (the default), leave it empty, or keep the code")))

struct render_out {
	const char *id, *language, *text, *html;
	int64_t attachments;
};
RECORD(rec_render_out, struct render_out, "rendered", N_("A response, filled in."),
       TEXT_FIELD(struct render_out, id, FIELD_COLUMN, N_("the response")),
       TEXT_FIELD(struct render_out, language, 0, N_("its language")),
       TEXT_FIELD(struct render_out, text, FIELD_COLUMN | FIELD_PERSONAL, N_("its text")),
       TEXT_FIELD(struct render_out, html, FIELD_PERSONAL, N_("its text as HTML")),
       INT_FIELD(struct render_out, attachments, 0, N_("how many files go along")))

static int
render_fn(struct call *call, const void *input, struct err *err)
{
	const struct render_in *in = input;
	enum missing_policy missing = in->missing == INT_ABSENT ? MISSING_FAIL : (enum missing_policy)in->missing;
	struct render_out *out;
	struct response *r;
	struct records files;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || response_get(call, in->response, &r, err) < 0 || response_must_see(call, r, err) < 0)
		return -1;
	out = call_answer(call);
	out->id = r->id;
	out->language = r->language;
	if (response_render(call, r, ixn, missing, CODE_PLAIN, &out->text, err) < 0 || response_render(call, r, ixn, missing, CODE_HTML, &out->html, err) < 0 ||
	    attachments_of(call, r->id, &files, err) < 0)
		return -1;
	out->attachments = (int64_t)files.n;
	return 0;
}

const struct op op_response_render = { "response.render", N_("a response with its field codes filled in for an interaction"), MAY_ALL, OP_LIBRARY, &rec_render_in, &rec_render_out, render_fn, NULL };

/*
 * What is learned from answers: what was sent in answer to what, what stood
 * above it and was passed over, and what was refused.
 */
#include <string.h>

#include "base/utf8.h"
#include "desk/response_priv.h"

/* Of a conversation as much is looked at, and of what was said as much kept. */
#define SAID_MAX 200
#define TEXT_KEPT ((size_t)32 << 10)
#define PASSED_MAX 10
/* Less than this says nothing by itself ("yes, please"): what came before counts, too. */
#define SIZE_ENOUGH 16

struct said {
	int64_t role;
	const char *text;
};
RECORD(rec_said, struct said, "said", NULL, NAME_FIELD(struct said, role, message_roles, 0, NULL), TEXT_FIELD(struct said, text, 0, NULL))

/* Without white space. */
static size_t
size_of(const char *text)
{
	static const char space[] = " \t\r\n";
	size_t n = 0;

	for (text += strspn(text, space); *text; text += strspn(text, space)) {
		size_t word = strcspn(text, space);

		text += word;
		n += word;
	}
	return n;
}

/* Of rows, the last first: where the last turns of the contact end that say so much; 0: there is none. */
static size_t
turns_end(const struct records *rows, size_t enough)
{
	const struct said *v = rows->v;
	size_t end = 0, size = 0;

	for (size_t i = 0; i < rows->n; i++) {
		if (v[i].role == FROM_CONTACT) {
			size += size_of(v[i].text);
			end = i + 1;
		} else if (end == i && size && size >= enough) {
			break;
		}
	}
	return end;
}

static const char *
cut(struct arena *arena, const char *text)
{
	size_t size = strlen(text);

	return size <= TEXT_KEPT ? text : arena_memdup(arena, text, utf8_valid(text, TEXT_KEPT));
}

/*
 * What the contact said last and an agent is to answer, or has just answered;
 * with what came before it while that is less than enough.
 * subject: that of the interaction counts as its beginning. NULL: nothing.
 */
static int
asked(struct call *call, const struct ixn *ixn, size_t enough, bool subject, const char **text_r, struct err *err)
{
	struct records rows;
	const char *text;
	size_t end;

	*text_r = NULL;
	if (sql_all(call->tx, call->arena, SQL_SAID_LAST, ARGS(V_TEXT(ixn->id), V_INT(SAID_MAX)), &rec_said, &rows, err) < 0)
		return -1;
	end = turns_end(&rows, enough);
	/* The beginning of all: nothing of the contact's stands before it. */
	text = subject && ixn->subject && rows.n < SAID_MAX ? ixn->subject : "";
	for (size_t i = end; *text && i < rows.n; i++)
		if (((const struct said *)rows.v)[i].role == FROM_CONTACT)
			text = "";
	for (size_t i = end; i > 0; i--) {
		const struct said *s = (const struct said *)rows.v + i - 1;

		if (s->role == FROM_CONTACT)
			text = arena_printf(call->arena, "%s%s%s", text, *text ? "\n" : "", s->text);
	}
	if (*text)
		*text_r = cut(call->arena, text);
	return 0;
}

/* What an answer is learned with. The subject of a chat is the site's as often as the contact's. */
static int
answered(struct call *call, const struct ixn *ixn, const char **text_r, struct err *err)
{
	return asked(call, ixn, 0, strcmp(ixn->medium, "email") == 0, text_r, err);
}

static int
use_add(struct call *call, const struct ixn *ixn, const struct response *response, struct use *use, struct err *err)
{
	if (library_seq(call, &use->seq, err) < 0)
		return -1;
	use->response = response->id;
	use->number = use->seq;
	use->at = call->now;
	use->ixn = ixn->id;
	use->contact = ixn->contact;
	use->agent = call->actor.name;
	/* Nobody answers in a language that was not asked in. */
	use->language = ixn->language ? ixn->language : response->language;
	return sql_put(call->tx, SQL_USE_NEW, &rec_use, use, err) < 0 ? -1 : 0;
}

static int
tell(struct call *call, const struct ixn *ixn, const char *event, const struct use *use, struct err *err)
{
	return event_add(call, &(struct event){ .event = event, .ixn = ixn->id, .agent = call->actor.name, .ref = use->response, .reason = names_get(&use_kinds, (int)use->kind) }, err);
}

/* Of those that stood above it, what is still there. */
static int
add_passed(struct call *call, const struct ixn *ixn, const struct response *response, const char *text, const struct texts *passed, struct err *err)
{
	for (size_t i = 0; passed && i < passed->n && i < PASSED_MAX; i++) {
		struct use use = { .kind = USE_PASSED, .text = text, .rank = INT_ABSENT };
		struct response *other;
		const struct texts before = { .v = passed->v, .n = i };
		struct err why = { 0 };

		if (texts_has(&before, passed->v[i]))
			continue;
		if (response_get(call, passed->v[i], &other, &why) < 0) {
			if (why.code == E_NO_RESPONSE)
				continue;
			err_copy(err, &why);
			return -1;
		}
		if (strcmp(other->id, response->id) != 0 && use_add(call, ixn, other, &use, err) < 0)
			return -1;
	}
	return 0;
}

int
response_used(struct call *call, const struct ixn *ixn, const struct response *response, bool edited, const struct texts *passed, int rank, struct err *err)
{
	struct use use = { .kind = edited ? USE_EDITED : USE_SENT, .rank = rank > 0 ? rank : INT_ABSENT };

	if (answered(call, ixn, &use.text, err) < 0 || use_add(call, ixn, response, &use, err) < 0)
		return -1;
	/* What answered nothing was no better choice than another. */
	if (use.text && add_passed(call, ixn, response, use.text, passed, err) < 0)
		return -1;
	return tell(call, ixn, "response.used", &use, err);
}

int
response_forget(struct call *call, const char *contact, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_USES_OF_CONTACT, ARGS(V_TEXT(contact)), &rec_use, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		int64_t seq;

		if (library_seq(call, &seq, err) < 0 || RUN(call, USE_FORGET, V_INT(((struct use *)rows.v)[i].number), V_INT(seq)) < 0)
			return -1;
	}
	return 0;
}

/* What is asked now: to search for an answer. */

struct asked_in {
	const char *id, *language, *medium;
};
RECORD(rec_asked_in, struct asked_in, "response-asked", N_("Which interaction."),
       ID_FIELD(struct asked_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD(struct asked_in, language, 0, N_("answers in this language; in that of the interaction when left out; any")),
       TEXT_FIELD(struct asked_in, medium, 0, N_("answers for this medium; for that of the interaction when left out; any")))

struct asked_out {
	const char *id, *text, *language, *medium, *queue;
	struct texts refused;
};
RECORD(rec_asked_out, struct asked_out, "asked", N_("What a contact asks."),
       ID_FIELD(struct asked_out, id, 0, N_("the interaction")),
       TEXT_FIELD(struct asked_out, text, FIELD_PERSONAL, N_("what the contact said last")),
       TEXT_FIELD(struct asked_out, language, 0, N_("in which language an answer is to be; none: in any")),
       TEXT_FIELD(struct asked_out, medium, 0, N_("for which medium; none: for any")),
       TEXT_FIELD(struct asked_out, queue, 0, N_("in which queue")),
       TEXTS_FIELD(struct asked_out, refused, 0, N_("responses that were refused as an answer")))

/* What fits is what is offered, unless something else is asked for. */
static const char *
filter(const char *asked, const char *own)
{
	return !asked ? own : strcmp(asked, "any") == 0 ? NULL
							: asked;
}

static int
asked_fn(struct call *call, const void *input, struct err *err)
{
	const struct asked_in *in = input;
	struct asked_out *out;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0)
		return -1;
	out = call_answer(call);
	out->id = ixn->id;
	out->language = filter(in->language, ixn->language);
	out->medium = filter(in->medium, ixn->medium);
	out->queue = ixn->queue;
	if (asked(call, ixn, SIZE_ENOUGH, true, &out->text, err) < 0)
		return -1;
	return sql_texts(call->tx, call->arena, SQL_USES_REFUSED, ARGS(V_TEXT(ixn->id)), &out->refused, err) < 0 ? -1 : 0;
}

const struct op op_response_asked = { "response.asked", N_("what a contact asks, to search for an answer"), MAY_ALL, OP_LIBRARY, &rec_asked_in, &rec_asked_out, asked_fn, NULL };

/* That is no answer. */

struct refuse_in {
	const char *ixn;
	struct texts response;
};
RECORD(rec_refuse_in, struct refuse_in, "response-refuse", N_("Responses that are no answer."),
       ID_FIELD_CALLED(struct refuse_in, ixn, "for", 0, N_("suggest answers to what the contact of this interaction said last")),
       TEXTS_FIELD_CALLED(struct refuse_in, response, "not", "RESPONSE", 0, N_("with --for: this is no answer, and is not suggested again; may be given again")))

struct refuse_out {
	const char *response, *ixn;
};
RECORD(rec_refuse_out, struct refuse_out, "refused", N_("A response that was refused as an answer."),
       TEXT_FIELD(struct refuse_out, response, FIELD_COLUMN, N_("its id")),
       ID_FIELD(struct refuse_out, ixn, FIELD_COLUMN, N_("the interaction")))

static int
refuse_one(struct call *call, const struct ixn *ixn, const char *name, const char *text, struct err *err)
{
	struct use use = { .kind = USE_REFUSED, .text = text, .rank = INT_ABSENT };
	struct refuse_out *out;
	struct response *r;
	int64_t before;
	int rc;

	if (response_get(call, name, &r, err) < 0 || response_must_see(call, r, err) < 0)
		return -1;
	out = call_answer(call);
	*out = (struct refuse_out){ r->id, ixn->id };
	rc = sql_int(call->tx, SQL_USE_REFUSED, ARGS(V_TEXT(ixn->id), V_TEXT(r->id)), &before, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return use_add(call, ixn, r, &use, err) < 0 ? -1 : tell(call, ixn, "response.refused", &use, err);
}

static int
refuse_fn(struct call *call, const void *input, struct err *err)
{
	const struct refuse_in *in = input;
	const char *text;
	struct ixn *ixn;

	if (!in->ixn || !in->response.n)
		return err_set(err, E_MISSING_OPERAND, "what", "--for, --not", NULL);
	if (ixn_get(call, in->ixn, &ixn, err) < 0 || answered(call, ixn, &text, err) < 0)
		return -1;
	for (size_t i = 0; i < in->response.n; i++)
		if (refuse_one(call, ixn, in->response.v[i], text, err) < 0)
			return -1;
	return 0;
}

const struct op op_response_refuse = { "response.refuse", N_("says that a response is no answer to what a contact asks"), MAY_ALL, OP_WRITE | OP_LIBRARY, &rec_refuse_in, &rec_refuse_out, refuse_fn, NULL };
